//! Lists, their items and devices against the emulator, by the effect that each call has.

mod canary;
mod on_emulator;

use on_emulator::{not_sent, start};
use withpersona::emulator::{DEVICE_FINGERPRINT_LIST_ID, FIELD_LIST_ID};
use withpersona::list::{
    BrowserFingerprint, Country, CreatableList, DeviceFingerprint, EmailAddress, FieldValue,
    Geolocation, GovernmentIdNumber, IpAddress, ListEntry, PersonName, PhoneNumber, Text,
};
use withpersona::{ListId, NewInquiry, Persona};

fn jane() -> PersonName {
    PersonName {
        first: "Jane".to_owned(),
        last: "Doe".to_owned(),
    }
}

fn passport() -> GovernmentIdNumber {
    GovernmentIdNumber {
        id_number: "X1".to_owned(),
        id_class: "pp".to_owned(),
    }
}

fn place() -> Geolocation {
    Geolocation {
        latitude: 47.5,
        longitude: -122.25,
        radius_meters: 500.0,
    }
}

/// Creates a list, puts an entry on it, and takes it off again.
async fn whole_way<E>(persona: &Persona, entry: E)
where
    E: CreatableList + Clone + PartialEq + std::fmt::Debug,
{
    let list = persona
        .lists()
        .create::<E>("Blocked")
        .await
        .expect("created");
    assert!(list.holds::<E>(), "{}", list.kind());
    assert_eq!(list.name(), Some("Blocked"));
    items_of(persona, list.id(), entry).await;
    let read = persona.lists().retrieve(list.id()).await.expect("read");
    assert_eq!(read.item_ids().len(), 1);
}

async fn items_of<E>(persona: &Persona, list: ListId, entry: E)
where
    E: ListEntry + Clone + PartialEq + std::fmt::Debug,
{
    let items = persona.list_items();
    let created = items.create(&list, entry.clone()).await.expect("created");
    let read = items.retrieve::<E>(created.id()).await.expect("read");
    assert!(
        read.entry() == Some(entry),
        "what was put on it stands on it"
    );
    assert_eq!(read.status(), Some("active"));
    assert_eq!(read.match_count(), Some(0));
    assert!(read.created_at().is_some() && read.archived_at().is_none());
    let archived = items.archive::<E>(created.id()).await.expect("archived");
    assert_eq!(archived.status(), Some("archived"));
    assert!(archived.archived_at().is_some());
}

#[tokio::test]
async fn every_kind_that_can_be_created_goes_the_whole_way() {
    let (_emulator, persona) = start().await;
    whole_way(&persona, BrowserFingerprint::new("b-1")).await;
    whole_way(&persona, Country::new("US")).await;
    whole_way(
        &persona,
        EmailAddress::new("jane@example.com").match_type("email_address"),
    )
    .await;
    whole_way(&persona, place()).await;
    whole_way(&persona, passport()).await;
    whole_way(&persona, IpAddress::new("203.0.113.7")).await;
    whole_way(&persona, jane()).await;
    whole_way(&persona, PhoneNumber::new("+15555550100")).await;
    whole_way(&persona, Text::new("anything")).await;
}

#[tokio::test]
async fn items_go_on_lists_of_the_dashboard_as_well() {
    let (_emulator, persona) = start().await;
    let fingerprints: ListId = DEVICE_FINGERPRINT_LIST_ID.parse().expect("an id");
    let fields: ListId = FIELD_LIST_ID.parse().expect("an id");
    items_of(&persona, fingerprints, DeviceFingerprint::new("d-1")).await;
    items_of(&persona, fields, FieldValue::new("gold")).await;
}

#[tokio::test]
async fn an_item_is_of_one_kind() {
    let (_emulator, persona) = start().await;
    let names = persona
        .lists()
        .create::<PersonName>("Names")
        .await
        .expect("created");
    assert!(!names.holds::<Country>());
    let error = persona
        .list_items()
        .create(names.id(), Country::new("US"))
        .await;
    assert!(error.expect_err("another kind").is_not_found());
    let item = persona
        .list_items()
        .create(names.id(), jane())
        .await
        .expect("created");
    let error = persona.list_items().retrieve::<Country>(item.id()).await;
    assert!(error.expect_err("another kind").is_not_found());
}

#[tokio::test]
async fn list_retrieve_and_archive_lists() {
    let (_emulator, persona) = start().await;
    let names = persona
        .lists()
        .create::<PersonName>("Names")
        .await
        .expect("created");
    let countries = persona
        .lists()
        .create::<Country>("Countries")
        .await
        .expect("created");
    let archived = persona.lists().archive(names.id()).await.expect("archived");
    assert_eq!(archived.status(), Some("archived"));
    assert!(archived.archived_at().is_some());
    let error = persona
        .list_items()
        .create(names.id(), jane())
        .await
        .expect_err("it is archived");
    assert!(error.is_conflict());
    let mut active = persona.lists().list().active().page_size(1).items();
    assert_eq!(
        active.next().await.expect("one").expect("read").id(),
        countries.id()
    );
    assert!(active.next().await.is_none());
    let mut old = persona.lists().list().archived().items();
    assert_eq!(
        old.next().await.expect("one").expect("read").id(),
        names.id()
    );
    let mut all = persona.lists().list().page_size(1).pages();
    let first = all.next().await.expect("a page").expect("read");
    assert_eq!(first.items[0].id(), countries.id(), "newest first");
    assert!(first.next.is_some());
}

#[tokio::test]
async fn list_and_retrieve_devices() {
    let (emulator, persona) = start().await;
    let new = NewInquiry::from_template(emulator.default_template_id()).with_one_time_link();
    let created = persona.inquiries().create(new).await.expect("created");
    let raw = persona.raw();
    let inquiry = created.inquiry.id();
    let sessions = raw
        .list_all_inquiry_sessions(Some(inquiry.as_str()))
        .await
        .expect("read");
    let session = sessions.data[0].id.clone();
    let none = persona
        .devices()
        .list(session.as_str())
        .await
        .expect("read");
    assert!(none.items.is_empty(), "nobody has used it");

    let mut person = emulator.person();
    person
        .follow_link(created.link.expect("asked for").reveal())
        .expect("the link works");
    person.start().expect("starts");
    let page = persona
        .devices()
        .list(session.as_str())
        .await
        .expect("read");
    assert!(page.next.is_none());
    let device = persona
        .devices()
        .retrieve(page.items[0].id())
        .await
        .expect("read");
    assert!(device.browser_fingerprint().is_some());
    assert!(device.vendor_id().is_none() && device.fingerprint().is_none());
    let error = persona
        .devices()
        .retrieve("dev_none")
        .await
        .expect_err("none");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn what_cannot_be_sent_is_told() {
    let (emulator, persona) = start().await;
    let items = persona.list_items();
    let page = persona
        .lists()
        .list()
        .page_size(0)
        .items()
        .next()
        .await
        .expect("an error");
    let rows = [
        (
            not_sent(persona.lists().create::<Country>(" ").await),
            "the name of the list is empty",
        ),
        (
            not_sent(persona.lists().retrieve("").await),
            "the list id is empty",
        ),
        (
            not_sent(persona.lists().archive("lst/1").await),
            "the list id contains a slash",
        ),
        (not_sent(page), "the page size is 0"),
        (
            not_sent(items.create("", jane()).await),
            "the list id is empty",
        ),
        (
            not_sent(items.create("lst_1", Country::new("Germany")).await),
            "the country code is not two letters",
        ),
        (
            not_sent(items.create("lst_1", EmailAddress::new("")).await),
            "the e-mail address is empty",
        ),
        (
            not_sent(
                items
                    .create("lst_1", EmailAddress::new("a").match_type(""))
                    .await,
            ),
            "the match type is empty",
        ),
        (
            not_sent(items.create("lst_1", IpAddress::new(" ")).await),
            "the IP address is empty",
        ),
        (
            not_sent(items.create("lst_1", Text::new("")).await),
            "the text is empty",
        ),
        (
            not_sent(items.create("lst_1", FieldValue::new("")).await),
            "the value of the field is empty",
        ),
        (
            not_sent(
                items
                    .create(
                        "lst_1",
                        PersonName {
                            first: String::new(),
                            ..jane()
                        },
                    )
                    .await,
            ),
            "the first name is empty",
        ),
        (
            not_sent(
                items
                    .create(
                        "lst_1",
                        GovernmentIdNumber {
                            id_class: String::new(),
                            ..passport()
                        },
                    )
                    .await,
            ),
            "the class of the ID is empty",
        ),
        (
            not_sent(
                items
                    .create(
                        "lst_1",
                        Geolocation {
                            latitude: 90.5,
                            ..place()
                        },
                    )
                    .await,
            ),
            "the latitude is not between",
        ),
        (
            not_sent(
                items
                    .create(
                        "lst_1",
                        Geolocation {
                            longitude: f64::NAN,
                            ..place()
                        },
                    )
                    .await,
            ),
            "the longitude is not between",
        ),
        (
            not_sent(
                items
                    .create(
                        "lst_1",
                        Geolocation {
                            radius_meters: 0.0,
                            ..place()
                        },
                    )
                    .await,
            ),
            "the radius is not greater than zero",
        ),
        (
            not_sent(items.retrieve::<Country>("").await),
            "the list item id is empty",
        ),
        (
            not_sent(items.archive::<Country>("li 1").await),
            "the list item id contains whitespace",
        ),
        (
            not_sent(persona.devices().list("").await),
            "the inquiry session id is empty",
        ),
        (
            not_sent(persona.devices().retrieve("dev/1").await),
            "the device id contains a slash",
        ),
    ];
    for (message, expected) in rows {
        assert!(
            message.contains(expected),
            "{message} does not say: {expected}"
        );
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn nothing_of_a_person_prints() {
    let (_emulator, persona) = start().await;
    let canary = PersonName {
        first: "canary".to_owned(),
        last: "canary".to_owned(),
    };
    let list = persona
        .lists()
        .create::<PersonName>("canary")
        .await
        .expect("created");
    let printed = format!("{canary:?} {list:?} {:?}", EmailAddress::new("canary"));
    assert!(!printed.contains("canary"), "{printed}");
    let item = persona
        .list_items()
        .create(list.id(), canary)
        .await
        .expect("created");
    assert!(!format!("{item:?} {:?}", item.raw()).contains("canary"));
}
