//! What the fuzz targets check, under proptest: whatever comes as a header or a body.

mod canary;
#[path = "../fuzz/checks/webhook_body.rs"]
mod webhook_body;
#[path = "../fuzz/checks/webhook_header.rs"]
mod webhook_header;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use withpersona::Event;

/// Pieces that headers are made of, right and wrong.
fn header_piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("t=1769860800".to_owned()),
        select(vec![",", " ", "=", "t=", "v1=", "v0=", "\t", "\u{0}", "é"]).prop_map(str::to_owned),
        "[0-9a-f]{64}",
        "[ -~]{0,12}",
        "t=[0-9]{1,20},v1=[0-9a-fA-F]{60,68}",
    ]
}

/// JSON of any shape, with the names that events have.
fn json_value() -> impl Strategy<Value = Value> {
    let names = select(vec![
        "data",
        "type",
        "id",
        "attributes",
        "name",
        "payload",
        "created-at",
        "createdAt",
        "created_at",
        "included",
        "relationships",
        "fields",
        "context",
        "extra",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec![
            "event",
            "inquiry",
            "inquiry.approved",
            "evt_1",
            "2026-01-31T12:00:00Z",
            "a/b"
        ])
        .prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((names.clone(), inner), 0..6).prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(members.collect())
            }),
        ]
    })
}

fn event() -> Value {
    json!({ "data": { "type": "event", "id": "evt_1", "attributes": {
        "name": "inquiry.approved",
        "created-at": "2026-01-31T12:00:00.000Z",
        "payload": {
            "data": {
                "type": "inquiry", "id": "inq_1",
                "attributes": { "status": "approved", "fields": { "name-first": { "type": "string", "value": "A" } } },
                "relationships": { "account": { "data": { "type": "account", "id": "act_1" } } },
            },
            "included": [{ "type": "account", "id": "act_1", "attributes": {} }],
        },
    } } })
}

proptest! {
    #[test]
    fn any_header(data in vec(any::<u8>(), 0..300)) {
        webhook_header::check(&data);
    }

    #[test]
    fn headers_of_pieces(pieces in vec(header_piece(), 0..12)) {
        webhook_header::check(pieces.concat().as_bytes());
    }

    #[test]
    fn any_body(data in vec(any::<u8>(), 0..300)) {
        webhook_body::check(&data);
    }

    #[test]
    fn any_json(value in json_value()) {
        webhook_body::check(value.to_string().as_bytes());
    }

    /// One place of a right event holds something else.
    #[test]
    fn events_with_a_wrong_part(place in any::<Index>(), value in json_value()) {
        let mut body = event();
        let mut places = Vec::new();
        pointers(&body, "", &mut places);
        let at = place.get(&places);
        *body.pointer_mut(at).expect("it is there") = value;
        webhook_body::check(body.to_string().as_bytes());
    }

    #[test]
    fn cut_events(cut in any::<Index>()) {
        let body = event().to_string();
        let body = &body.as_bytes()[..cut.index(body.len())];
        webhook_body::check(body);
        prop_assert!(Event::from_slice(body).is_err(), "a part is not the whole");
    }

    #[test]
    fn events_with_another_byte(at in any::<Index>(), byte in any::<u8>()) {
        let mut body = event().to_string().into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        webhook_body::check(&body);
    }
}

fn pointers(value: &Value, at: &str, places: &mut Vec<String>) {
    places.push(at.to_owned());
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), places)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), places)),
        _ => {}
    }
}
