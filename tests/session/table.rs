//! Every status × every state of the kept token × every policy: what is given, and which requests
//! that takes.

use std::collections::BTreeMap;
use std::time::Duration;

use withpersona::{Access, InquiryId, InquiryStatus, ResumePolicy, SimulateAction};

use crate::{CREATE, DAY, HOUR, LIST, MINUTE, READ, RESUME, World, asked};

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Created,
    Pending,
    Completed,
    Failed,
    NeedsReview,
    Approved,
    Declined,
    Expired,
    ExpiredOnAnOlderVersion,
    Redacted,
}

const STATES: [State; 10] = [
    State::Created,
    State::Pending,
    State::Completed,
    State::Failed,
    State::NeedsReview,
    State::Approved,
    State::Declined,
    State::Expired,
    State::ExpiredOnAnOlderVersion,
    State::Redacted,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kept {
    None,
    Valid,
    AboutToExpire,
    Expired,
    UnknownAndYoung,
    UnknownAndOld,
    Garbage,
}

const KEPT: [Kept; 7] = [
    Kept::None,
    Kept::Valid,
    Kept::AboutToExpire,
    Kept::Expired,
    Kept::UnknownAndYoung,
    Kept::UnknownAndOld,
    Kept::Garbage,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Policy {
    Resume,
    Refuse,
    RenewOld,
    RenewOlder,
    RenewOutdated,
    RenewOldElseRefuse,
    PreferOpen,
}

const POLICIES: [Policy; 7] = [
    Policy::Resume,
    Policy::Refuse,
    Policy::RenewOld,
    Policy::RenewOlder,
    Policy::RenewOutdated,
    Policy::RenewOldElseRefuse,
    Policy::PreferOpen,
];

impl Policy {
    fn rule(self) -> ResumePolicy {
        let age = HOUR;
        match self {
            Self::Resume | Self::PreferOpen => ResumePolicy::resume(),
            Self::Refuse => ResumePolicy::refuse(),
            Self::RenewOld => ResumePolicy::resume().renew_after(age),
            Self::RenewOlder => ResumePolicy::resume().renew_after(30 * DAY),
            Self::RenewOutdated => ResumePolicy::resume().renew_on_new_template_version(),
            Self::RenewOldElseRefuse => ResumePolicy::refuse().renew_after(age),
        }
    }
}

async fn put_into(world: &World, state: State) -> InquiryId {
    let id = world.inquiry().await.id();
    let inquiries = world.persona.inquiries();
    use SimulateAction::*;
    let actions: &[SimulateAction] = match state {
        State::Created => &[],
        State::Pending | State::Redacted => &[Start],
        State::Completed => &[Start, Complete],
        State::Failed => &[Start, Fail],
        State::NeedsReview => &[Start, Complete, MarkForReview],
        State::Approved => &[Start, Complete, Approve],
        State::Declined => &[Start, Complete, Decline],
        State::Expired | State::ExpiredOnAnOlderVersion => &[Start, Expire],
    };
    world.pass(2 * HOUR);
    if !actions.is_empty() {
        inquiries
            .simulate(&id, actions.iter().cloned())
            .await
            .expect("played");
    }
    match state {
        State::Redacted => {
            inquiries.redact(&id).await.expect("redacted");
        }
        State::ExpiredOnAnOlderVersion => {
            let template = world.emulator.default_template_id();
            world
                .emulator
                .publish_template_version(template)
                .expect("published");
        }
        _ => {}
    }
    id
}

async fn keep(world: &World, id: &InquiryId, kept: Kept) {
    let now = world.now();
    let (expires_at, given_at) = match kept {
        Kept::None => return,
        Kept::Valid => (now + 11 * 60, now),
        Kept::AboutToExpire => (now + 9 * 60, now),
        Kept::Expired => (now, now - 60),
        Kept::UnknownAndYoung => (0, now - 299),
        Kept::UnknownAndOld => (0, now - 300),
        Kept::Garbage => return world.plant(id, b"\xff\x00 no record").await,
    };
    let record = format!("1 {expires_at} {given_at} 7\nkept-token");
    world.plant(id, record.as_bytes()).await;
}

#[derive(Debug, PartialEq)]
enum Given {
    KeptToken,
    NewToken,
    Open,
    Finished(InquiryStatus),
    Gone,
    Renewed,
}

fn expected(state: State, kept: Kept, policy: Policy) -> (Given, BTreeMap<&'static str, u64>) {
    if matches!(kept, Kept::Valid | Kept::UnknownAndYoung) {
        return (Given::KeptToken, asked([]));
    }
    let read = asked([(READ, 1)]);
    let resumed = (Given::NewToken, asked([(READ, 1), (RESUME, 1)]));
    let renewed = (Given::Renewed, asked([(READ, 1), (LIST, 1), (CREATE, 1)]));
    match (state, policy) {
        (State::Created, Policy::PreferOpen) => (Given::Open, read),
        (State::Created | State::Pending, _) => resumed,
        (State::Redacted, _) => (Given::Gone, read),
        (State::Completed, _) => (Given::Finished(InquiryStatus::Completed), read),
        (State::Failed, _) => (Given::Finished(InquiryStatus::Failed), read),
        (State::NeedsReview, _) => (Given::Finished(InquiryStatus::NeedsReview), read),
        (State::Approved, _) => (Given::Finished(InquiryStatus::Approved), read),
        (State::Declined, _) => (Given::Finished(InquiryStatus::Declined), read),
        (_, Policy::RenewOld | Policy::RenewOldElseRefuse) => renewed,
        (State::ExpiredOnAnOlderVersion, Policy::RenewOutdated) => renewed,
        (_, Policy::Refuse) => (Given::Finished(InquiryStatus::Expired), read),
        _ => resumed,
    }
}

fn given(access: Access, id: &InquiryId) -> Given {
    match access {
        Access::Token { token, inquiry, .. } => {
            assert_eq!(inquiry, *id);
            match token.reveal() {
                "kept-token" => Given::KeptToken,
                _ => Given::NewToken,
            }
        }
        Access::Open => Given::Open,
        Access::Finished(status) => Given::Finished(status),
        Access::Gone => Given::Gone,
        Access::Renewed {
            old, new, access, ..
        } => {
            assert_eq!(old, *id);
            assert_eq!(given(*access, &new), Given::NewToken);
            Given::Renewed
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_state_gives_what_it_should_and_asks_for_no_more() {
    let world = World::still().await;
    let mut rows = 0;
    for state in STATES {
        for kept in KEPT {
            for policy in POLICIES {
                // A person of their own each: another inquiry of theirs would be found.
                let world = if state == State::ExpiredOnAnOlderVersion
                    || matches!(policy, Policy::RenewOld | Policy::RenewOldElseRefuse)
                {
                    &World::still().await
                } else {
                    &world
                };
                let id = put_into(world, state).await;
                keep(world, &id, kept).await;
                let watch = world.watch();
                let mut open = world.persona.sessions().open(&id).policy(policy.rule());
                if policy == Policy::PreferOpen {
                    open = open.prefer_open();
                }
                let access = open.min_ttl(10 * MINUTE).await;
                let access =
                    access.unwrap_or_else(|error| panic!("{state:?} {kept:?} {policy:?}: {error}"));
                let row = (given(access, &id), watch.seen());
                assert_eq!(
                    row,
                    expected(state, kept, policy),
                    "{state:?} {kept:?} {policy:?}"
                );
                rows += 1;
            }
        }
    }
    assert_eq!(rows, STATES.len() * KEPT.len() * POLICIES.len());
}

#[tokio::test]
async fn what_was_opened_is_given_again_without_a_request() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let first = world.persona.sessions().open(&id).await.expect("opened");
    world.pass(Duration::from_secs(24 * 60 * 60 - 10 * 60));
    let watch = world.watch();
    let again = world.persona.sessions().open(&id).await.expect("opened");
    assert_eq!(watch.seen(), asked([]));
    assert_eq!(
        first.token().map(|token| token.reveal()),
        again.token().map(|token| token.reveal())
    );
}

#[tokio::test]
async fn a_token_that_ends_with_its_inquiry_is_not_traded_for_one_that_ends_just_then() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let first = world.persona.sessions().open(&id).await.expect("opened");
    world.pass(DAY - 5 * MINUTE);
    let watch = world.watch();
    let again = world.persona.sessions().open(&id).await.expect("opened");
    assert_eq!(watch.seen(), asked([(READ, 1)]));
    assert_eq!(
        first.token().map(|token| token.reveal()),
        again.token().map(|token| token.reveal())
    );
}
