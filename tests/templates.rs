//! What a template asks for, and whether a struct of one's own fits it.

mod canary;
mod on_emulator;

use on_emulator::start_with;
use schemars::JsonSchema;
use withpersona::emulator::Emulator;
use withpersona::{ErrorKind, FieldFinding, InquiryTemplate, Persona, Translation};

const TEMPLATES: &str = r#"
    [[template]]
    id = "itmpl_First"
    version-id = "itmplv_First1"
    name = "First"
    [template.fields]
    name-first = "string"
    birthdate = "date"
    email-address = "email-address"
    x-age = "integer"
    x-score = "number"
    x-agrees = "boolean"
    x-colour = "choices"
    x-colours = "multi-choices"
    x-extra = "json"
    [[template]]
    id = "itmpl_Second"
    name = "Second"
"#;

async fn start() -> (Emulator, Persona) {
    let builder = Emulator::builder().template_toml(TEMPLATES);
    start_with(builder.expect("valid")).await
}

#[tokio::test]
async fn retrieve_tells_the_fields_and_the_version() {
    let (_emulator, persona) = start().await;
    let template = persona.templates().retrieve("itmpl_First").await;
    let template = template.expect("read");
    assert_eq!(template.id().as_str(), "itmpl_First");
    assert_eq!(template.name(), Some("First"));
    assert_eq!(template.status(), Some("active"));
    let version = template.latest_version_id().expect("published");
    assert_eq!(version.as_str(), "itmplv_First1");
    let fields = template.fields();
    assert_eq!(fields.len(), 9);
    let birthdate = fields.iter().find(|field| field.name() == "birthdate");
    let birthdate = birthdate.expect("there");
    assert_eq!(birthdate.kind(), "date");
    assert!(!birthdate.is_required() && !birthdate.is_archived());
    assert!(birthdate.options().is_empty());
}

#[tokio::test]
async fn list_gives_all_templates() {
    let (_emulator, persona) = start().await;
    let mut pages = persona.templates().list().page_size(1).pages();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.expect("listed");
        assert_eq!(page.items.len(), 1);
        names.extend(page.items[0].name().map(str::to_owned));
    }
    assert_eq!(names, ["Second", "First"]);
}

#[tokio::test]
async fn versions_gives_those_of_one_template() {
    let (_emulator, persona) = start().await;
    let mut versions = persona.templates().versions("itmpl_First").items();
    let version = versions.next().await.expect("one").expect("listed");
    assert_eq!(version.id().as_str(), "itmplv_First1");
    assert_eq!(version.template_id().expect("tied").as_str(), "itmpl_First");
    assert_eq!(version.status(), Some("published"));
    assert!(version.is_live() && version.published_at().is_some());
    assert!(versions.next().await.is_none());
}

#[tokio::test]
async fn import_translations_changes_what_it_names_and_nothing_else() {
    let (_emulator, persona) = start().await;
    let templates = persona.templates();
    let french = Translation::new("start", "title", "text").text("fr", "Commencer");
    let button = Translation::new("start", "button", "text").text("fr", "Suivant");
    let version = templates
        .import_translations("itmpl_First", [french, button])
        .await
        .expect("taken");
    assert_eq!(version.template_id().expect("tied").as_str(), "itmpl_First");
    let texts = templates.translations("itmpl_First").await.expect("read");
    let title = Translation::new("start", "title", "text")
        .text("en", "First")
        .text("fr", "Commencer");
    let button = Translation::new("start", "button", "text").text("fr", "Suivant");
    assert_eq!(texts, [title, button]);
    let others = templates.translations("itmpl_Second").await.expect("read");
    assert_eq!(others.len(), 1);
}

/// Each field fits: names in kebab and snake case, types as the template has them.
#[derive(JsonSchema)]
#[allow(dead_code)]
struct Fitting {
    name_first: Option<String>,
    #[serde(rename = "birthdate")]
    born: Option<String>,
    #[serde(rename = "email-address")]
    email_address: String,
    x_age: Option<u8>,
    #[serde(rename = "xScore")]
    x_score: f64,
    x_agrees: Option<bool>,
    x_colour: Option<Colour>,
    x_colours: Vec<Colour>,
    x_extra: serde_json::Value,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Colour {
    /// With a text of its own, so that its schema is not a plain list of values.
    Red,
    Blue,
}

#[tokio::test]
async fn check_fields_finds_nothing_in_a_struct_that_fits() {
    let (_emulator, persona) = start().await;
    let templates = persona.templates();
    let check = templates.check_fields::<Fitting>("itmpl_First").await;
    let check = check.expect("compared");
    assert!(check.is_clean(), "{check}");
    assert!(check.unused.is_empty());
    assert_eq!(check.to_string(), "");
}

#[derive(JsonSchema)]
#[allow(dead_code)]
struct Misfit {
    first_name: String,
    birthdate: u32,
    emial_address: String,
    shoe_size: u8,
    x_age: Option<String>,
    x_score: i64,
    x_colours: Option<String>,
}

#[tokio::test]
async fn check_fields_lists_what_is_missing_misspelt_and_of_another_type() {
    let (_emulator, persona) = start().await;
    let templates = persona.templates();
    let check = templates.check_fields::<Misfit>("itmpl_First").await;
    let check = check.expect("compared");
    let other = |field: &str, template: &str, given: &str| FieldFinding::OtherType {
        field: field.into(),
        template: template.into(),
        given: given.into(),
    };
    let misspelt = |field: &str, meant: &str| FieldFinding::Misspelt {
        field: field.into(),
        meant: meant.into(),
    };
    let missing = |field: &str| FieldFinding::Missing {
        field: field.into(),
    };
    for finding in [
        other("birthdate", "date", "integer"),
        misspelt("emial_address", "email-address"),
        misspelt("first_name", "name-first"),
        missing("shoe_size"),
        other("x_age", "integer", "string"),
        other("x_score", "number", "integer"),
        other("x_colours", "multi-choices", "string"),
    ] {
        assert!(check.findings.contains(&finding), "{finding:?} in\n{check}");
    }
    assert!(check.unused.contains(&"x-agrees".to_owned()));
    let line = "emial_address: the template has no such field; it has email-address";
    assert!(check.to_string().lines().any(|it| it == line), "{check}");
}

#[test]
fn check_fields_knows_required_and_archived_fields_and_dates() {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Dated {
        old: String,
        #[schemars(schema_with = "date")]
        day: (),
        #[schemars(schema_with = "date")]
        moment: (),
        tomorrow: u8,
    }
    fn date(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "null"], "format": "date" })
    }
    let template: InquiryTemplate = serde_json::from_value(serde_json::json!({
        "type": "inquiry-template",
        "id": "itmpl_1",
        "attributes": { "field-schemas": [
            { "type": "string", "key": "old", "config": { "archived-at": "2026-01-01T00:00:00Z" } },
            { "type": "string", "key": "needed", "config": { "required": true } },
            { "type": "date", "key": "day" },
            { "type": "datetime", "key": "moment" },
            { "type": "of-tomorrow", "key": "tomorrow" },
        ] },
    }))
    .expect("a template");
    let findings = template.check_fields::<Dated>().expect("compared").findings;
    assert_eq!(
        findings,
        [
            FieldFinding::OtherType {
                field: "moment".into(),
                template: "datetime".into(),
                given: "string (date)".into(),
            },
            FieldFinding::Archived {
                field: "old".into()
            },
            FieldFinding::RequiredByTemplate {
                field: "needed".into()
            },
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_right_is_told_before_anything_is_sent() {
    let (emulator, persona) = start().await;
    let requests = emulator.request_count();
    let templates = persona.templates();
    let page = templates.list().page_size(101).pages().next().await;
    let version = templates.versions("").items().next().await;
    for error in [
        templates.retrieve("").await.map(|_| ()).unwrap_err(),
        templates.translations("a/b").await.map(|_| ()).unwrap_err(),
        templates
            .import_translations("itmpl_First", [])
            .await
            .map(|_| ())
            .unwrap_err(),
        page.expect("an answer").map(|_| ()).unwrap_err(),
        version.expect("an answer").map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(emulator.request_count(), requests);

    let template = templates.retrieve("itmpl_First").await.expect("read");
    let error = template.check_fields::<Vec<String>>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let error = templates.retrieve("itmpl_None").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
