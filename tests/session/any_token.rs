//! What the fuzz target of session tokens checks, under proptest.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

use crate::any_token_check::check;

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![".", "=", "-", "_", " ", "\u{0}", "é"]).prop_map(str::to_owned),
        "[A-Za-z0-9_-]{0,40}",
        Just("eyJleHAiOjE4MDAwMDAwNjB9".to_owned()),
    ]
}

fn moment() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (1_799_999_900_i64..1_808_000_000).prop_map(Value::from),
        (1_799_999_900.0..1_808_000_000.0).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(Value::Null),
    ]
}

proptest! {
    #[test]
    fn any_bytes(data in vec(any::<u8>(), 0..300)) {
        check(&data);
    }

    #[test]
    fn tokens_of_pieces(pieces in vec(piece(), 0..8)) {
        check(pieces.concat().as_bytes());
    }

    #[test]
    fn claims_of_any_kind(claims in vec(("(exp|iat|sub|\\PC{0,4})", moment()), 0..6)) {
        let claims: Map<String, Value> = claims.into_iter().collect();
        check(Value::Object(claims).to_string().as_bytes());
    }
}
