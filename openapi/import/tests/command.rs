//! The command: the same bytes each time, a check that only looks, and a file
//! that is replaced whole or not at all.

mod harness;

use std::fs;

use harness::{Desk, run, set, small};
use serde_json::json;

#[test]
fn two_runs_write_the_same_bytes_and_the_second_nothing() {
    let desk = Desk::new();
    desk.write("official.json", &small().to_string());
    assert_eq!(desk.import("official.json", &[]).code, Some(0));
    let first = desk.read("vendored.json").expect("written");
    let written = fs::metadata(desk.path("vendored.json"))
        .expect("there")
        .modified();
    assert_eq!(desk.import("official.json", &[]).code, Some(0));
    assert_eq!(desk.read("vendored.json"), Some(first));
    let later = fs::metadata(desk.path("vendored.json"))
        .expect("there")
        .modified();
    assert_eq!(written.expect("a time"), later.expect("a time"));
}

#[test]
fn the_order_of_keys_and_the_format_do_not_show() {
    let desk = Desk::new();
    let official = small();
    desk.write("official.json", &official.to_string());
    desk.write(
        "official.yaml",
        &serde_norway::to_string(&official).expect("YAML"),
    );
    // The same document with its first level the other way round.
    let entries: Vec<String> = official
        .as_object()
        .expect("an object")
        .iter()
        .rev()
        .map(|(key, value)| format!("{}:{value}", json!(key)))
        .collect();
    desk.write("reversed.json", &format!("{{{}}}", entries.join(",")));
    for from in ["official.json", "official.yaml", "reversed.json"] {
        let to = desk.path(&format!("of-{from}"));
        assert_eq!(run(&desk.path(from), &to, &[]).code, Some(0), "{from}");
    }
    let expected = desk.read("of-official.json").expect("written");
    assert_eq!(desk.read("of-official.yaml").as_ref(), Some(&expected));
    assert_eq!(desk.read("of-reversed.json").as_ref(), Some(&expected));
}

#[test]
fn a_check_tells_a_difference_and_what_to_do() {
    let desk = Desk::new();
    desk.write("official.json", &small().to_string());

    let missing = desk.import("official.json", &["--check"]);
    assert_eq!(missing.code, Some(1));
    assert!(
        missing.err.contains("vendored.json: does not exist"),
        "{}",
        missing.err
    );
    assert_eq!(desk.files(), ["official.json"]);

    assert_eq!(desk.import("official.json", &[]).code, Some(0));
    let same = desk.import("official.json", &["--check"]);
    assert_eq!((same.code, same.err.as_str()), (Some(0), ""));

    let mut newer = small();
    let attribute = "/components/schemas/inquiry/properties/attributes/properties/note";
    set(&mut newer, attribute, json!({ "type": "string" }));
    desk.write("newer.json", &newer.to_string());
    let before = desk.read("vendored.json");
    let differs = desk.import("newer.json", &["--check"]);
    assert_eq!(differs.code, Some(1));
    assert!(
        differs.err.contains("is not what this import writes"),
        "{}",
        differs.err
    );
    assert!(differs.err.contains("without --check"), "{}", differs.err);
    assert_eq!(desk.read("vendored.json"), before);
    assert_eq!(
        desk.files(),
        ["newer.json", "official.json", "vendored.json"]
    );

    // One byte by hand is a difference as well.
    desk.write("vendored.json", &format!("{}\n", before.expect("written")));
    assert_eq!(desk.import("official.json", &["--check"]).code, Some(1));
}

#[test]
fn the_file_is_replaced_in_one_step() {
    let desk = Desk::new();
    desk.write("official.json", &small().to_string());
    desk.write("vendored.json", "as it was");
    // A second name keeps what the file was: nobody wrote into it.
    fs::hard_link(desk.path("vendored.json"), desk.path("kept.json")).expect("linked");
    assert_eq!(desk.import("official.json", &[]).code, Some(0));
    assert_eq!(desk.read("kept.json").as_deref(), Some("as it was"));
    assert_ne!(desk.read("vendored.json").as_deref(), Some("as it was"));
    assert_eq!(
        desk.files(),
        ["kept.json", "official.json", "vendored.json"]
    );
}

#[test]
fn a_place_that_cannot_be_written_is_told() {
    let desk = Desk::new();
    desk.write("official.json", &small().to_string());
    let to = desk.path("no-such-folder").join("vendored.json");
    let run = run(&desk.path("official.json"), &to, &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("cannot be written"), "{}", run.err);
    assert_eq!(desk.files(), ["official.json"]);
}
