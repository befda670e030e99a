//! Ids: texts that are none, and those of another kind.

use withpersona::{AccountId, ErrorKind, InquiryId, IntoId, TemplateVersionId};

use super::fault;
use crate::on_emulator::start;

#[test]
fn a_text_that_is_no_id_is_refused() {
    let cases = [
        ("", "the inquiry id is empty"),
        (".", "the inquiry id is a dot segment"),
        ("..", "the inquiry id is a dot segment"),
        ("inq/123", "the inquiry id contains a slash"),
        ("../accounts/act_1", "the inquiry id contains a slash"),
        ("inq\\123", "the inquiry id contains a slash"),
        (" inq_123", "the inquiry id contains whitespace"),
        ("inq_123\n", "the inquiry id contains whitespace"),
        ("inq\u{a0}123", "the inquiry id contains whitespace"),
        ("inq_\u{0}", "the inquiry id contains a control character"),
        ("inq_\u{7f}", "the inquiry id contains a control character"),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<InquiryId>().unwrap_err().to_string(), expected);
        let error = IntoId::<InquiryId>::into_id(text).unwrap_err();
        assert_eq!(fault(&error), expected);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let error = TemplateVersionId::try_from(String::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the inquiry template version id is empty"
    );
}

#[test]
fn an_id_is_opaque_and_never_refused_for_its_form() {
    for text in ["inq_123", "inq_ABC-def", "iq2_новый", "123", "inq.1", "..."] {
        let id: InquiryId = text.parse().unwrap();
        assert_eq!(id, text);
        assert_eq!(id.to_string(), text);
        assert_eq!(id.has_usual_prefix(), text.starts_with("inq_"));
    }
    let received: AccountId = serde_json::from_str("\"odd / id\"").unwrap();
    assert_eq!(serde_json::to_string(&received).unwrap(), "\"odd / id\"");
}

#[tokio::test]
async fn a_prefix_that_nobody_knows_may_be_one_of_tomorrow() {
    let (_emulator, persona) = start().await;
    let error = persona.inquiries().retrieve("inquiry_1").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn an_id_is_taken_in_every_form() {
    fn path(id: impl IntoId<InquiryId>) -> String {
        format!("/inquiries/{}", id.into_id().unwrap())
    }
    let id: InquiryId = "inq_1".parse().unwrap();
    let text = String::from("inq_1");
    for path in [
        path("inq_1"),
        path(&text),
        path(text.clone()),
        path(&id),
        path(id.clone()),
    ] {
        assert_eq!(path, "/inquiries/inq_1");
    }
}
