//! What happens to people.

use withpersona::{Access, InquiryStatus, ResumePolicy};

use crate::{DAY, HOUR, World};

/// The token that the back end hands to whoever is signed in.
async fn token_for(world: &World, id: &withpersona::InquiryId) -> String {
    let access = world.persona.sessions().open(id).await.expect("opened");
    access.token().expect("a token").reveal().to_owned()
}

#[tokio::test]
async fn somebody_comes_back_after_the_inquiry_expired() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let mut person = world.emulator.person();
    person
        .enter(id.as_str(), &token_for(&world, &id).await)
        .expect("enters");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.leave();

    world.pass(3 * DAY);
    let inquiry = world.persona.inquiries().retrieve(&id).await.expect("read");
    assert_eq!(inquiry.status(), InquiryStatus::Expired);

    // They ask for the page again.
    person
        .enter(id.as_str(), &token_for(&world, &id).await)
        .expect("enters");
    // What they had handed in was given up with the inquiry.
    person.submit("government-id").expect("hands in again");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");
    match world
        .persona
        .sessions()
        .open(&id)
        .min_ttl(30 * DAY)
        .await
        .expect("told")
    {
        Access::Finished(status) => assert_eq!(status, InquiryStatus::Approved),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn somebody_loses_the_tab_and_comes_back_by_the_same_token() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let first = token_for(&world, &id).await;
    let mut person = world.emulator.person();
    person.enter(id.as_str(), &first).expect("enters");
    person.start().expect("starts");
    person.leave();
    person
        .open(id.as_str())
        .expect_err("the bare link says: session expired");

    world.pass(HOUR);
    let again = token_for(&world, &id).await;
    assert_eq!(again, first, "no second session was used up");
    person.enter(id.as_str(), &again).expect("enters again");
    person.submit("government-id").expect("goes on");
}

#[tokio::test]
async fn somebody_whose_data_was_deleted_is_told_so() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let token = token_for(&world, &id).await;
    world
        .persona
        .inquiries()
        .redact(&id)
        .await
        .expect("redacted");
    let access = world.persona.sessions().open(&id).await.expect("told");
    assert!(matches!(access, Access::Gone), "{access:?}");
    let mut person = world.emulator.person();
    person
        .enter(id.as_str(), &token)
        .expect_err("the old token opens nothing");
}

#[tokio::test]
async fn somebody_whose_inquiry_the_back_end_expired_gets_another_token() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let before = token_for(&world, &id).await;
    let expired = world.persona.inquiries().expire(&id).await;
    assert_eq!(expired.expect("expired").status(), InquiryStatus::Expired);

    let after = token_for(&world, &id).await;
    assert_ne!(before, after);
    let mut person = world.emulator.person();
    person
        .enter(id.as_str(), &before)
        .expect_err("the old token opens nothing");
    person.enter(id.as_str(), &after).expect("enters");
}

#[tokio::test]
async fn somebody_comes_back_to_a_template_that_has_changed() {
    let world = World::new().await;
    let new = world
        .template()
        .reference_id("user-1")
        .field("name-first", "Jane");
    let old = world
        .persona
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry;
    world.pass(2 * DAY);
    let template = world.emulator.default_template_id();
    let version = world
        .emulator
        .publish_template_version(template)
        .expect("published");

    let policy = ResumePolicy::resume().renew_on_new_template_version();
    let open = || world.persona.sessions().open(old.id()).policy(policy);
    let (new, token) = match open().await.expect("opened") {
        Access::Renewed {
            old: from,
            new,
            access,
            ..
        } => {
            assert_eq!(from, old.id());
            (new, access.token().expect("a token").reveal().to_owned())
        }
        other => panic!("{other:?}"),
    };
    let inquiry = world
        .persona
        .inquiries()
        .retrieve(&new)
        .await
        .expect("read");
    assert_eq!(inquiry.reference_id(), Some("user-1"));
    assert_eq!(inquiry.account_id(), old.account_id());
    let name: Option<String> = inquiry.fields().get("name_first").expect("a text");
    assert_eq!(name.as_deref(), Some("Jane"));
    let tied = inquiry.raw().relationships.one("inquiry-template-version");
    assert_eq!(tied.expect("it has one").id, version);

    let mut person = world.emulator.person();
    person.enter(new.as_str(), &token).expect("enters");
    person.start().expect("starts");

    // Whoever still knows the old id alone is led to the new one, without a request.
    let before = world.emulator.request_count();
    match open().await.expect("opened") {
        Access::Renewed {
            new: same, access, ..
        } => {
            assert_eq!(same, new);
            assert_eq!(access.token().expect("a token").reveal(), token);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.emulator.request_count(), before);

    // Even one who has another store finds the new one, and makes no third.
    let store = std::sync::Arc::new(withpersona::store::MemoryStore::new());
    let other = crate::client(&world.emulator, world.emulator.base_url(), store);
    world.pass(2 * DAY);
    let access = other
        .sessions()
        .open(old.id())
        .policy(policy)
        .await
        .expect("opened");
    assert_eq!(access.inquiry(), Some(&new));

    person
        .submit("government-id")
        .expect_err("the session ended with the day");
    let token = access.token().expect("a token").reveal();
    person.enter(new.as_str(), token).expect("enters");
    person.submit("government-id").expect("goes on");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");
}
