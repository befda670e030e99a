//! What can be given to an inquiry.

use serde_json::json;

use crate::http::Api;

#[tokio::test]
async fn creating_checks_what_it_is_given() {
    let api = Api::start().await;
    let template = api.emulator.default_template_id();
    for (attributes, meta, status) in [
        (json!({}), json!({}), 400),
        (
            json!({ "inquiry-template-id": template, "template-id": "tmpl_1" }),
            json!({}),
            400,
        ),
        (
            json!({ "inquiry-template-id": "itmpl_other" }),
            json!({}),
            404,
        ),
        (
            json!({ "inquiry-template-version-id": "itmplv_other" }),
            json!({}),
            404,
        ),
        (
            json!({ "inquiry-template-id": template, "colour": "red" }),
            json!({}),
            400,
        ),
        (
            json!({ "inquiry-template-id": template, "fields": { "shoe-size": 4 } }),
            json!({}),
            422,
        ),
        (
            json!({ "inquiry-template-id": template, "fields": { "birthdate": "1.4.1970" } }),
            json!({}),
            422,
        ),
        (
            json!({ "inquiry-template-id": template, "account-id": "act_other" }),
            json!({}),
            404,
        ),
        (
            json!({ "inquiry-template-id": template }),
            json!({ "auto-create-account": false, "auto-create-account-reference-id": "a" }),
            400,
        ),
    ] {
        let body = json!({ "data": { "attributes": attributes }, "meta": meta });
        let answer = api.post("/inquiries", body.clone()).await;
        assert_eq!(answer.status, status, "{body} gave {}", answer.body);
    }
    assert_eq!(
        api.get("/inquiries").await.body["data"],
        json!([]),
        "nothing was made"
    );

    for name in ["inquiry-template-version-id", "template-id"] {
        let id = match name {
            "template-id" => "tmpl_EmulatedKnowYourCustomer",
            _ => "itmplv_EmulatedKnowYourCustomer1",
        };
        let body = json!({ "data": { "attributes": { name: id } } });
        let answer = api.post("/inquiries", body).await;
        assert_eq!(
            answer.body["data"]["relationships"]["inquiry-template"]["data"]["id"],
            template
        );
        assert_eq!(
            answer.body["meta"],
            json!({ "session-token": null, "one-time-link": null, "one-time-link-short": null })
        );
    }
}

#[tokio::test]
async fn updating_and_tagging() {
    let api = Api::start().await;
    let path = format!("/inquiries/{}", api.new_id().await);
    let attributes = json!({ "note": "first", "tags": ["a"], "fields": { "name-last": "Doe" } });
    let body = json!({ "data": { "attributes": attributes } });
    let updated = api.patch(&path, body).await;
    assert_eq!(updated.attribute("note"), "first");
    assert_eq!(updated.attribute("fields")["name-last"]["value"], "Doe");
    let cleared = json!({ "data": { "attributes": { "note": null } } });
    assert_eq!(
        api.patch(&path, cleared).await.attribute("note"),
        &json!(null)
    );
    for (operation, name, tags) in [
        ("add-tag", json!("b"), json!(["a", "b"])),
        ("add-tag", json!("b"), json!(["a", "b"])),
        ("remove-tag", json!("a"), json!(["b"])),
        ("set-tags", json!(["x", "y"]), json!(["x", "y"])),
    ] {
        let body = json!({ "meta": { "tag-name": name } });
        let answer = api.post(&format!("{path}/{operation}"), body).await;
        assert_eq!(answer.attribute("tags"), &tags, "{operation}");
    }
}
