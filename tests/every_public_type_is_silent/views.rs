//! What Persona sent: views, what they lead to, and the raw objects under them.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use withpersona::json_api::{self, ResourceObject};
use withpersona::list::{self, ListItem};
use withpersona::raw::types;
use withpersona::webhook::Webhook;
use withpersona::{
    Account, AccountType, ApiKeyRecord, ApiLog, Case, CaseComment, CaseTemplate, Device, Document,
    Event, Importer, Inquiry, InquiryTemplate, InquiryTemplateVersion, Report, ReportHistoryEntry,
    ReportMatch, Session, StoredFile, Transaction, TransactionType, Verification, WorkflowRun,
    WorkflowVersion,
};

use crate::{BIRTHDATE, CANARY, Printed, resource};

pub fn print(printed: &mut Printed) {
    of_inquiries(printed);
    of_reports(printed);
    of_the_rest(printed);
    of_lists(printed);
    raw(printed);
}

/// The view of a resource full of canaries, with these attributes in place of its own.
fn view<T: DeserializeOwned>(kind: &str, attributes: Value) -> T {
    let mut resource = resource(kind);
    for (name, value) in attributes.as_object().expect("an object") {
        resource["attributes"][name] = value.clone();
    }
    serde_json::from_value(resource).expect("it can be read")
}

fn of_inquiries(printed: &mut Printed) {
    let inquiry: Inquiry = view("inquiry", json!({}));
    assert!(
        format!("{inquiry:?}").contains("id_1"),
        "ids may be printed"
    );
    assert_eq!(inquiry.reference_id(), Some(CANARY));
    let name = inquiry.fields().get::<String>("name-first");
    assert_eq!(name.expect("a text").as_deref(), Some(CANARY));
    printed.debug(&inquiry);
    printed.debug(&inquiry.fields());
    printed.debug(&view::<Session>("inquiry-session", json!({})));
    printed.debug(&view::<Device>("device", json!({})));

    let photo =
        json!({ "filename": "canary.jpg", "url": "https://canary.example/canary", "byte-size": 9 });
    let document: Document = view("document/government-id", json!({ "files": [photo] }));
    printed.debug(&document);
    let files = document.files();
    assert_eq!(files[0].filename(), Some("canary.jpg"));
    printed.debug(&files[0]);
    printed.debug(&StoredFile::at("https://canary.example/canary"));

    let check = json!({
        "name": "id_barcode_detection",
        "status": "failed",
        "requirement": "required",
        "reasons": [CANARY],
        "metadata": { "extracted": CANARY },
    });
    let verification: Verification = view("verification/selfie", json!({ "checks": [check] }));
    printed.debug(&verification);
    let checks = verification.checks();
    assert_eq!(checks[0].reasons(), [CANARY]);
    printed.debug(&checks[0]);

    let field = json!({ "type": "string", "key": "name-first", "config": { "label": CANARY } });
    let template: InquiryTemplate = view("inquiry-template", json!({ "field-schemas": [field] }));
    printed.debug(&template);
    printed.debug(&template.fields()[0]);
    let version = "inquiry-template-version";
    printed.debug(&view::<InquiryTemplateVersion>(version, json!({})));

    let payload = json!({ "data": resource("inquiry"), "included": [resource("account")] });
    let event = json!({ "name": "inquiry.approved", "payload": payload, "context": CANARY });
    let event: Event = view("event", event);
    assert_eq!(event.inquiry().expect("one").reference_id(), Some(CANARY));
    assert_eq!(event.included().len(), 1);
    printed.debug(&event);
    let malformed = Event::from_slice(b"canary").expect_err("no event");
    printed.shown(&malformed);
}

fn of_reports(printed: &mut Printed) {
    let date = json!({ "year": "1971", "month": "2", "day": CANARY });
    let watchlist = json!({ "matched-lists": [{
        "name": CANARY,
        "url": "https://canary.example",
        "entities": [{ "name": CANARY, "birthdates": [date] }],
    }] });
    let media = json!({ "related-sources": [{
        "name": CANARY,
        "akas": [[CANARY]],
        "sources": [{ "title": CANARY, "url": "https://canary.example" }],
    }] });
    let person = json!({ "result": [{
        "name": CANARY,
        "country": CANARY,
        "sources": { "1": { "name": CANARY, "url": "https://canary.example" } },
    }] });
    for (kind, found) in [
        ("report/watchlist", watchlist),
        ("report/adverse-media", media),
        ("report/politically-exposed-person", person),
    ] {
        let report: Report = view(kind, found);
        printed.debug(&report);
        let matches = report.matches();
        assert!(matches[0].names().contains(&CANARY), "{kind}");
        printed.debug(&matches[0]);
        for source in matches[0].sources() {
            printed.debug(&source);
        }
        match &matches[0] {
            ReportMatch::Watchlist(found) => printed.debug(found),
            ReportMatch::AdverseMedia(found) => printed.debug(found),
            ReportMatch::PoliticallyExposedPerson(found) => printed.debug(found),
            _ => panic!("a kind that nobody knows"),
        }
    }
    let entry =
        json!({ "type": "run", "id": "rphe_1", "creator-name": CANARY, "result": [CANARY] });
    let entry: ReportHistoryEntry = serde_json::from_value(entry).expect("one");
    assert_eq!(entry.creator_name(), Some(CANARY));
    printed.debug(&entry);
}

fn of_the_rest(printed: &mut Printed) {
    let none = || json!({});
    printed.debug(&view::<Account>("account", none()));
    printed.debug(&view::<AccountType>("account-type", none()));
    printed.debug(&view::<ApiKeyRecord>("api-key", none()));
    let request = json!({ "path": "/canary", "ip-address": CANARY, "body": CANARY });
    printed.debug(&view::<ApiLog>("api-log", json!({ "request": request })));
    printed.debug(&view::<Case>("case", none()));
    printed.debug(&view::<CaseComment>("case-comment", none()));
    printed.debug(&view::<CaseTemplate>("case-template", none()));
    printed.debug(&view::<Importer>("importer/account", none()));
    printed.debug(&view::<Transaction>("transaction", none()));
    printed.debug(&view::<TransactionType>("transaction-type", none()));
    printed.debug(&view::<Webhook>("webhook", none()));
    printed.debug(&view::<WorkflowRun>("workflow-run", none()));
    printed.debug(&view::<WorkflowVersion>("workflow-version", none()));
}

fn of_lists(printed: &mut Printed) {
    printed.debug(&view::<list::List>("list/name", json!({})));
    let name = view::<ListItem<list::PersonName>>("list-item/name", json!({}));
    assert_eq!(name.entry().expect("one").first, CANARY);
    printed.debug(&name);
    printed.debug(&name.entry().expect("one"));
    printed.debug(&list::BrowserFingerprint::new(CANARY));
    printed.debug(&list::Country::new(CANARY));
    printed.debug(&list::DeviceFingerprint::new(CANARY));
    printed.debug(&list::EmailAddress::new("canary@example.com").match_type(CANARY));
    printed.debug(&list::FieldValue::new(CANARY));
    printed.debug(&list::IpAddress::new(CANARY));
    printed.debug(&list::PhoneNumber::new(CANARY));
    printed.debug(&list::Text::new(CANARY));
    printed.debug(&list::GovernmentIdNumber {
        id_number: CANARY.into(),
        id_class: CANARY.into(),
    });
    let place = list::Geolocation {
        latitude: 12.345_678,
        longitude: 23.456_789,
        radius_meters: 1.0,
    };
    printed.debug(&place);
    assert!(!format!("{place:?}").contains("12.3"), "where somebody is");
}

fn raw(printed: &mut Printed) {
    let object: ResourceObject = serde_json::from_value(resource("of-tomorrow")).expect("one");
    printed.debug(&object);
    printed.debug(&object.attributes);
    printed.debug(&object.relationships);
    assert_eq!(
        object.relationships.one("account").expect("one").id,
        "canary-id"
    );
    let document = json!({
        "data": resource("inquiry"),
        "included": [resource("account")],
        "links": { "next": "https://canary.example/?page[after]=canary" },
        "meta": { "session-token": CANARY },
    });
    let document: types::CreateAnInquiryDocument = serde_json::from_value(document).expect("one");
    printed.debug(&document);
    printed.debug(document.links.as_ref().expect("links"));
    let attributes = &document.data.attributes;
    assert_eq!(attributes.note.as_deref(), Some(CANARY));
    let told = format!("{attributes:?} {:?}", attributes.fields);
    assert!(
        !told.contains(CANARY) && !told.contains(BIRTHDATE),
        "{told}"
    );
    let tagged = json!({ "type": "string", "value": CANARY });
    let tagged: json_api::Tagged = serde_json::from_value(tagged).expect("one");
    printed.debug(&tagged);
}
