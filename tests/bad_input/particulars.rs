//! What is said of a person: countries, birthdates, and parameters of which Persona takes one.

use withpersona::list::Country;
use withpersona::{
    AccountUpdate, Address, EmbeddedFlow, Error, HostedFlow, NewAccount, NewInquiry, NewReport,
    Persona, Subject,
};

use crate::on_emulator::{not_sent, start};

const COUNTRY: &str = "the country code is not two letters of ISO 3166-1, such as US";
const BIRTHDATE: &str = "the birthdate is no date of the form YYYY-MM-DD, such as 1977-07-17";

/// The three screenings by name.
const SCREENINGS: [fn(Subject) -> NewReport; 3] = [
    NewReport::watchlist,
    NewReport::adverse_media,
    NewReport::politically_exposed_person,
];

fn jane() -> Subject {
    Subject::full_name("Jane Doe")
}

#[tokio::test]
async fn a_country_that_is_none_is_refused_by_each_call_that_takes_one() {
    let (emulator, persona) = start().await;
    let accounts = persona.accounts();
    for code in ["", "U", "USA", "4X", "Ü", "Germany"] {
        let new = || NewAccount::new().country_code(code);
        let by_field = NewAccount::new().field("address-country-code", code);
        let address = Address {
            country_code: Some(code.to_owned()),
            ..Address::default()
        };
        let by_address = NewAccount::new().address(address);
        let update = AccountUpdate::new().country_code(code);
        let mut answers = vec![
            accounts.create(new()).await.map(drop),
            accounts.create(by_field).await.map(drop),
            accounts.create(by_address).await.map(drop),
            accounts.upsert(new(), "reference_id").await.map(drop),
            accounts.update("act_1", update).await.map(drop),
            persona
                .list_items()
                .create("lst_1", Country::new(code))
                .await
                .map(drop),
        ];
        for screening in SCREENINGS {
            let new = screening(jane().country_code(code));
            answers.push(persona.reports().create(new).await.map(drop));
        }
        refused(answers, COUNTRY, code);
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn a_birthdate_that_is_none_is_refused_by_each_call_that_takes_one() {
    let (emulator, persona) = start().await;
    let accounts = persona.accounts();
    for date in [
        "",
        "1981-02-29",
        "29.02.1980",
        "1980-2-29",
        "1980-02-29T00:00:00Z",
    ] {
        let new = || NewAccount::new().birthdate(date);
        let by_field = NewAccount::new().field("birthdate", date);
        let update = AccountUpdate::new().birthdate(date);
        let mut answers = vec![
            accounts.create(new()).await.map(drop),
            accounts.create(by_field).await.map(drop),
            accounts.upsert(new(), "reference_id").await.map(drop),
            accounts.update("act_1", update).await.map(drop),
        ];
        for screening in SCREENINGS {
            let new = screening(jane().birthdate(date));
            answers.push(persona.reports().create(new).await.map(drop));
        }
        refused(answers, BIRTHDATE, date);
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn both_of_two_that_exclude_each_other_are_refused() {
    let (emulator, persona) = start().await;
    let (inquiries, reports) = (persona.inquiries(), persona.reports());
    let inquiry = NewInquiry::from_template("itmpl_1").reference_id("user-1");
    let hosted = HostedFlow::from_template("itmpl_1").reference_id("user-1");
    let embedded = EmbeddedFlow::from_template("itmpl_1").reference_id("user-1");
    let mut told = vec![
        not_sent(inquiries.create(inquiry.account("act_1")).await),
        not_sent(hosted.account("act_1").link()),
        not_sent(embedded.account("act_1").parameters()),
    ];
    for screening in SCREENINGS {
        let both = || screening(jane()).reference_id("user-1");
        told.push(not_sent(reports.create(both().account("act_1")).await));
    }
    for told in told {
        assert!(
            told.contains("both a") && told.contains("reference id"),
            "{told}"
        );
    }
    for screening in SCREENINGS {
        let names = screening(jane().name_middle("Q."));
        let told = not_sent(reports.create(names).await);
        assert!(told.contains("both a full name and name parts"), "{told}");
        let none = screening(jane()).reference_id("user-1").without_account();
        let told = not_sent(reports.create(none).await);
        assert!(told.contains("to have no account"), "{told}");
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn neither_of_two_of_which_one_is_needed_is_refused() {
    let (emulator, persona) = start().await;
    for screening in SCREENINGS {
        for subject in [Subject::full_name(" "), Subject::name_parts("", "")] {
            let told = not_sent(persona.reports().create(screening(subject)).await);
            assert!(told.contains("has no name"), "{told}");
        }
    }
    nothing_to_change(&persona).await;
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

/// An update of nothing would be answered as if something was done.
async fn nothing_to_change(persona: &Persona) {
    use withpersona::webhook::WebhookUpdate;
    use withpersona::{ApiKeyUpdate, CaseUpdate, InquiryUpdate, TransactionUpdate};
    let answers = vec![
        persona
            .accounts()
            .update("act_1", AccountUpdate::new())
            .await
            .map(drop),
        persona
            .api_keys()
            .update("api_1", ApiKeyUpdate::new())
            .await
            .map(drop),
        persona
            .cases()
            .update("case_1", CaseUpdate::new())
            .await
            .map(drop),
        persona
            .inquiries()
            .update("inq_1", InquiryUpdate::new())
            .await
            .map(drop),
        persona
            .transactions()
            .update("txn_1", TransactionUpdate::new())
            .await
            .map(drop),
        persona
            .webhooks()
            .update("wbh_1", WebhookUpdate::new())
            .await
            .map(drop),
    ];
    refused(answers, "the update names nothing to change", "");
}

fn refused(answers: Vec<Result<(), Error>>, why: &str, value: &str) {
    for (at, answer) in answers.into_iter().enumerate() {
        let told = not_sent(answer);
        assert!(told.contains(why), "{at}: {why:?} is not in {told:?}");
        assert!(value.len() < 2 || !told.contains(value), "{told}");
    }
}
