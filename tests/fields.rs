//! Fields are found by any spelling of their name, in groups or not, and read as what they are.

mod canary;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use withpersona::{Account, Address, ErrorKind, Inquiry};

/// As an account has them: snake case, in groups.
fn account() -> Account {
    let text = |value: Value| json!({ "type": "string", "value": value });
    serde_json::from_value(json!({ "type": "account", "id": "act_1", "attributes": { "fields": {
        "name": { "type": "hash", "value": {
            "first": text(json!("Jane")), "middle": text(Value::Null), "last": text(json!("Doe")),
        }},
        "address": { "type": "hash", "value": {
            "street_1": text(json!("1 Main St")), "city": text(json!("Springfield")),
            "country_code": text(json!("US")), "street_2": text(Value::Null),
        }},
        "address_history": { "type": "hash", "value": { "count": text(json!("3")) } },
        "identification_numbers": { "type": "array", "value": [
            { "type": "hash", "value": {
                "identification_class": text(json!("pp")), "identification_number": text(json!("X1")),
            }},
        ]},
        "birthdate": { "type": "date", "value": "1980-02-29" },
        "last_seen": { "type": "datetime", "value": "2026-01-31T12:00:00.000Z" },
        "tier": { "type": "choices", "value": "gold" },
        "interests": { "type": "multi_choices", "value": ["chess", "go"] },
        "age": { "type": "integer", "value": 46 },
        "score": { "type": "number", "value": 0.5 },
        "consented": { "type": "boolean", "value": true },
        "device": { "type": "json", "value": { "type": "phone", "value": null } },
        "nickname": text(Value::Null),
    }}}))
    .expect("an account")
}

/// As an inquiry has them: kebab case, flat.
fn inquiry() -> Inquiry {
    let text = |value: &str| json!({ "type": "string", "value": value });
    serde_json::from_value(
        json!({ "type": "inquiry", "id": "inq_1", "attributes": { "fields": {
            "name-first": text("Jane"),
            "birthdate": { "type": "date", "value": "1980-02-29" },
            "address-street-1": text("1 Main St"),
            "address-city": text("Springfield"),
            "email-address": { "type": "string", "value": null },
        }}}),
    )
    .expect("an inquiry")
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tier {
    Gold,
    Silver,
}

#[test]
fn every_spelling_finds_the_field_in_its_group() {
    let account = account();
    let fields = account.fields();
    for name in [
        "name-first",
        "name_first",
        "nameFirst",
        "name.first",
        "NAME-FIRST",
    ] {
        let found: Option<String> = fields.get(name).expect("a text");
        assert_eq!(found.as_deref(), Some("Jane"), "{name}");
        assert_eq!(fields.type_of(name), Some("string"), "{name}");
        assert_eq!(fields.value(name), Some(&json!("Jane")), "{name}");
    }
    let street: Option<String> = fields.get("address-street-1").expect("a text");
    assert_eq!(street.as_deref(), Some("1 Main St"));
    let count: Option<String> = fields.get("address-history-count").expect("a text");
    assert_eq!(count.as_deref(), Some("3"));
    for name in [
        "name-middle",
        "nickname",
        "name-suffix",
        "names",
        "",
        "first",
    ] {
        assert_eq!(fields.get::<String>(name).expect("nothing"), None, "{name}");
    }
}

#[test]
fn fields_are_read_as_what_they_are() {
    let account = account();
    let fields = account.fields();
    let date = NaiveDate::from_ymd_opt(1980, 2, 29);
    assert_eq!(fields.get::<NaiveDate>("birthdate").expect("a date"), date);
    let seen: Option<DateTime<Utc>> = fields.get("last-seen").expect("a moment");
    assert_eq!(seen.expect("set").to_rfc3339(), "2026-01-31T12:00:00+00:00");
    assert_eq!(
        fields.get::<Tier>("tier").expect("a choice"),
        Some(Tier::Gold)
    );
    assert_eq!(
        fields.get::<String>("tier").expect("a text").as_deref(),
        Some("gold")
    );
    let interests: Option<Vec<String>> = fields.get("interests").expect("texts");
    assert_eq!(interests.expect("set"), ["chess", "go"]);
    assert_eq!(fields.get::<u8>("age").expect("a number"), Some(46));
    assert_eq!(fields.get::<f64>("score").expect("a number"), Some(0.5));
    assert_eq!(
        fields.get::<bool>("consented").expect("a truth value"),
        Some(true)
    );
    // What a json field holds is the caller's own, whatever it looks like.
    let device: Option<Value> = fields.get("device").expect("a value");
    assert_eq!(device, Some(json!({ "type": "phone", "value": null })));
    let name: Option<BTreeMap<String, String>> = fields.get("name").expect("a map");
    assert_eq!(
        name.expect("set").len(),
        2,
        "an empty field is one that is not there"
    );

    #[derive(Deserialize)]
    struct IdentificationNumber {
        identification_class: String,
        #[serde(rename = "identification-number")]
        number: String,
    }
    let numbers: Option<Vec<IdentificationNumber>> =
        fields.get("identification-numbers").expect("a list");
    let numbers = numbers.expect("set");
    assert_eq!(numbers[0].identification_class, "pp");
    assert_eq!(numbers[0].number, "X1");
}

#[test]
fn an_address_is_read_from_a_group_and_from_flat_fields() {
    let expected = Address {
        street_1: Some("1 Main St".to_owned()),
        city: Some("Springfield".to_owned()),
        ..Address::default()
    };
    let flat: Option<Address> = inquiry().fields().get("address").expect("an address");
    assert!(flat == Some(expected.clone()));
    let grouped: Option<Address> = account().fields().get("address").expect("an address");
    let country_code = Some("US".to_owned());
    assert!(
        grouped
            == Some(Address {
                country_code,
                ..expected
            })
    );
    // What is no struct is not made of several fields.
    assert_eq!(
        inquiry()
            .fields()
            .get::<String>("address")
            .expect("nothing"),
        None
    );
    assert!(!format!("{:?}", flat.expect("set")).contains("Main"));
}

#[test]
fn a_struct_is_decoded_from_either() {
    #[derive(Deserialize)]
    struct Person {
        name_first: String,
        #[serde(rename = "birthdate")]
        born: NaiveDate,
        #[serde(rename = "emailAddress")]
        email: Option<String>,
        #[serde(default)]
        address_city: String,
    }
    for person in [
        inquiry().fields().decode::<Person>().expect("a person"),
        account().fields().decode::<Person>().expect("a person"),
    ] {
        assert_eq!(person.name_first, "Jane");
        assert_eq!(person.born.to_string(), "1980-02-29");
        assert_eq!(person.email, None);
        assert_eq!(person.address_city, "Springfield");
    }

    #[derive(Deserialize)]
    struct Grouped {
        name: Name,
        address: Option<Address>,
        tier: Option<Tier>,
    }
    #[derive(Deserialize)]
    struct Name {
        first: String,
        middle: Option<String>,
    }
    let grouped: Grouped = account().fields().decode().expect("grouped");
    assert_eq!(
        (grouped.name.first.as_str(), grouped.name.middle),
        ("Jane", None)
    );
    assert_eq!(
        grouped.address.and_then(|it| it.city).as_deref(),
        Some("Springfield")
    );
    assert_eq!(grouped.tier, Some(Tier::Gold));
}

#[test]
fn unknown_fields_are_kept_and_readable() {
    #[derive(Deserialize)]
    struct Known {
        birthdate: NaiveDate,
        #[serde(flatten)]
        others: BTreeMap<String, Value>,
    }
    let known: Known = account().fields().decode().expect("known");
    assert_eq!(known.birthdate.to_string(), "1980-02-29");
    assert_eq!(known.others["tier"], "gold");
    assert_eq!(
        known.others["name"],
        json!({ "first": "Jane", "last": "Doe" })
    );
    let all: BTreeMap<String, Value> = inquiry().fields().decode().expect("a map");
    assert_eq!(all["address-city"], "Springfield");

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Strict {
        birthdate: NaiveDate,
    }
    inquiry()
        .fields()
        .decode::<Strict>()
        .expect_err("there are others");
}

#[test]
fn what_does_not_fit_is_told_by_name_and_not_by_value() {
    let account = account();
    let fields = account.fields();
    let error = fields.get::<u32>("name-first").expect_err("a text");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error
            .to_string()
            .contains("the field \"name-first\" is not of the type"),
        "{error}"
    );

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Wrong {
        name: Name,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Name {
        first: bool,
    }
    let error = fields.decode::<Wrong>().expect_err("a text").to_string();
    assert!(
        error.contains("the field \"name.first\" is not of the type"),
        "{error}"
    );

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Missing {
        nickname: String,
    }
    let error = fields
        .decode::<Missing>()
        .expect_err("it is empty")
        .to_string();
    assert!(
        error.contains("the field \"nickname\" is empty or not there"),
        "{error}"
    );
    let error = fields
        .get::<Tier>("name-first")
        .expect_err("no tier")
        .to_string();
    assert!(!error.contains("Jane"), "{error}");
    let error = fields
        .decode::<Vec<String>>()
        .expect_err("no list")
        .to_string();
    assert!(
        error.contains("fields are read as a struct or a map"),
        "{error}"
    );
}
