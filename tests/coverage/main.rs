//! Each operation of the API: the facade's call for it, or that it stays raw, and the test that
//! makes the call. The table in the README is made from `operations.toml` here.
//!
//! That a named test really makes its call is seen from the recorded exchanges of the whole suite,
//! by `.ci/operations_are_called.py`.

#[path = "../canary/mod.rs"]
mod canary;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use heck::ToSnakeCase;
use serde::Deserialize;
use serde_json::Value;

const TABLE: &str = include_str!("operations.toml");
const DOCUMENT: &str = include_str!("../../openapi/persona.json");
const AREAS: &str = include_str!("../../openapi/areas.toml");

const BEGIN: &str = "<!-- operations: begin -->\n";
const END: &str = "<!-- operations: end -->";

/// Writes the README's table anew in place of comparing it.
const WRITE: &str = "PERSONA_COVERAGE_WRITE";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The facade's call, after `persona.`; without one the operation stays raw.
    call: Option<String>,
    /// The test that makes it, as `file::name`.
    test: String,
}

#[derive(Deserialize)]
struct Area {
    tags: Vec<String>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    tag: String,
}

fn rows() -> BTreeMap<String, Row> {
    toml::from_str(TABLE).expect("operations.toml is a table of rows")
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                tag: operation["tags"][0].as_str().expect("a tag").to_owned(),
            });
        }
    }
    operations
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let operations: BTreeSet<String> = operations().into_iter().map(|it| it.id).collect();
    let rows: BTreeSet<String> = rows().into_keys().collect();
    assert_eq!(operations, rows);
}

#[test]
fn every_test_that_is_named_exists() {
    for (id, row) in rows() {
        let (file, name) = row.test.split_once("::").expect("file::name");
        let file = ["", "/main"]
            .map(|rest| root().join("tests").join(format!("{file}{rest}.rs")))
            .into_iter()
            .find(|path| path.exists())
            .unwrap_or_else(|| panic!("{id}: there is no tests/{file}"));
        let name = name.rsplit("::").next().expect("a name");
        let found = sources(&file)
            .iter()
            .any(|text| text.contains(&format!("fn {name}(")));
        assert!(found, "{id}: there is no test {name} in {}", file.display());
    }
}

/// The text of a test's file, and of the modules in its folder where it has one.
fn sources(file: &Path) -> Vec<String> {
    let read = |path: &Path| std::fs::read_to_string(path).expect("a source");
    if !file.ends_with("main.rs") {
        return vec![read(file)];
    }
    let folder = std::fs::read_dir(file.parent().expect("a folder")).expect("a folder");
    let files = folder.map(|entry| entry.expect("an entry").path());
    files
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .map(|path| read(&path))
        .collect()
}

#[test]
fn the_table_in_the_readme_is_this_one() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let begin = readme.find(BEGIN).expect("the table begins") + BEGIN.len();
    let end = readme.find(END).expect("the table ends");
    let table = table();
    if std::env::var_os(WRITE).is_some() {
        let written = format!("{}{table}{}", &readme[..begin], &readme[end..]);
        std::fs::write(path, written).expect("the README is written");
        return;
    }
    assert!(
        readme[begin..end] == table,
        "the README's table is out of date: run this test with {WRITE}=1"
    );
}

fn table() -> String {
    let areas: BTreeMap<String, Area> = toml::from_str(AREAS).expect("areas");
    let rows = rows();
    let mut table = String::new();
    for (area, Area { tags }) in areas {
        let operations: Vec<Operation> = operations()
            .into_iter()
            .filter(|it| tags.contains(&it.tag))
            .collect();
        let facade = operations.iter().filter(|it| rows[&it.id].call.is_some());
        let _ = write!(
            table,
            "<details><summary><code>{area}</code>: {} of {} in the facade</summary>\n\n\
             | operation | call | test |\n|---|---|---|\n",
            facade.count(),
            operations.len(),
        );
        for operation in operations {
            let row = &rows[&operation.id];
            let call = match &row.call {
                Some(call) => call.clone(),
                None => format!("raw().{}", operation.id.to_snake_case()),
            };
            let (_, test) = row.test.split_once("::").expect("file::name");
            let _ = writeln!(
                table,
                "| {} `{}` | `{call}` | `{test}` |",
                operation.method, operation.path
            );
        }
        table.push_str("\n</details>\n");
    }
    table
}
