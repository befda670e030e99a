//! What a flow is given comes out of its link and of its parameters as it went in, whatever the
//! text.

mod canary;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use url::Url;
use withpersona::{EmbeddedFlow, HostedFlow, OneTimeLink, Redirect, SessionToken};

/// Any text that is not empty, characters included that mean something in a URL.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[&=?#%+ /\"'<>;:@\\[\\]{}|\\\\^`~]{1,20}"]
        .prop_filter("empty", |text| !text.is_empty())
}

fn field_name() -> impl Strategy<Value = String> {
    text().prop_filter("a bracket", |name| !name.contains(['[', ']']))
}

fn fields() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map(field_name(), any::<String>(), 0..4)
}

/// The parameters of a link, as a page reads them. Each name is there once.
fn parameters(link: &str) -> BTreeMap<String, String> {
    let url = Url::parse(link).expect("an absolute URL");
    assert_eq!(url.path(), "/verify");
    assert_eq!(url.fragment(), None);
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let by_name: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(pairs.len(), by_name.len(), "{link}");
    by_name
}

proptest! {
    #[test]
    fn a_hosted_link_parses_back(
        reference_id in text(),
        fields in fields(),
        redirect in text(),
        further in any::<String>(),
    ) {
        let mut redirect_uri = Url::parse("https://example.com/back").expect("a URL");
        redirect_uri.query_pairs_mut().append_pair("next", &redirect);
        let link = HostedFlow::from_template("itmpl_1")
            .environment_id("env_1")
            .reference_id(&reference_id)
            .fields(&fields)
            .language("pt-BR")
            .redirect_uri(redirect_uri.as_str())
            .parameter("x-own", &further)
            .subdomain("acme")
            .link()
            .expect("a link");
        let link = link.reveal();
        prop_assert!(link.starts_with("https://acme.withpersona.com/verify?"));
        prop_assert!(link.is_ascii());
        // A reader that does not take a plus for a space reads the same.
        prop_assert!(!link.contains('+'));
        let mut expected = BTreeMap::from([
            ("inquiry-template-id".to_owned(), "itmpl_1".to_owned()),
            ("environment-id".to_owned(), "env_1".to_owned()),
            ("reference-id".to_owned(), reference_id),
            ("language".to_owned(), "pt-BR".to_owned()),
            ("redirect-uri".to_owned(), redirect_uri.into()),
            ("x-own".to_owned(), further),
        ]);
        for (name, value) in fields {
            expected.insert(format!("fields[{name}]"), value);
        }
        prop_assert_eq!(parameters(link), expected);
    }

    #[test]
    fn embedded_parameters_parse_back_and_end_no_script(
        reference_id in text(),
        fields in fields(),
    ) {
        let parameters = EmbeddedFlow::from_template("itmpl_1")
            .reference_id(&reference_id)
            .fields(&fields)
            .field("age-limit", 18)
            .field("tags", ["</script>", "<!--"])
            .parameters()
            .expect("parameters");
        let json = parameters.reveal();
        let ends_a_script = json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
        prop_assert!(!ends_a_script, "{}", json);
        let read: Value = serde_json::from_str(json).expect("JSON");
        prop_assert_eq!(&read["templateId"], "itmpl_1");
        prop_assert_eq!(&read["referenceId"], &Value::from(reference_id));
        prop_assert_eq!(&read["fields"]["age-limit"], &Value::from(18));
        prop_assert_eq!(&read["fields"]["tags"][0], "</script>");
        for (name, value) in fields {
            if name != "age-limit" && name != "tags" {
                prop_assert_eq!(&read["fields"][name], &Value::from(value));
            }
        }
    }

    #[test]
    fn a_redirect_is_read_or_refused_and_never_panics(query in any::<String>(), value in text()) {
        let _ = Redirect::parse(&query);
        let mut url = Url::parse("https://example.com/back?from=kyc").expect("a URL");
        url.query_pairs_mut()
            .append_pair("inquiry-id", "inq_1")
            .append_pair("reference-id", &value);
        for form in [url.as_str(), &url[url::Position::BeforePath..], url.query().expect("one")] {
            let back = Redirect::parse(form).expect("read");
            prop_assert_eq!(back.claimed_inquiry_id().as_str(), "inq_1");
            prop_assert_eq!(back.claimed_reference_id(), Some(value.as_str()));
        }
    }
}

#[test]
fn each_start_of_a_flow_has_its_own_name() {
    let token = SessionToken::new("eyJ.x.y");
    let flows = [
        (HostedFlow::from_template("itmpl_1"), "inquiry-template-id"),
        (
            HostedFlow::from_template_version("itmplv_1"),
            "inquiry-template-version-id",
        ),
        (HostedFlow::from_legacy_template("tmpl_1"), "template-id"),
        (HostedFlow::for_inquiry("inq_1"), "inquiry-id"),
    ];
    for (flow, name) in flows {
        let link = flow.link().expect("a link");
        let read = parameters(link.reveal());
        assert_eq!(read.keys().collect::<Vec<_>>(), [name]);
        assert!(
            link.reveal()
                .starts_with("https://inquiry.withpersona.com/")
        );
    }
    let flow = HostedFlow::for_inquiry("inq_1");
    let link = flow.insecure_link_with_session_token(&token);
    let read = parameters(link.expect("a link").reveal());
    assert_eq!(read["session-token"], "eyJ.x.y");

    let flows = [
        (EmbeddedFlow::from_template("itmpl_1"), "templateId"),
        (
            EmbeddedFlow::from_template_version("itmplv_1"),
            "templateVersionId",
        ),
        (EmbeddedFlow::from_legacy_template("tmpl_1"), "templateId"),
        (EmbeddedFlow::for_inquiry("inq_1"), "inquiryId"),
    ];
    for (flow, name) in flows {
        let parameters = flow.parameters().expect("parameters");
        let read: BTreeMap<String, Value> =
            serde_json::from_str(parameters.reveal()).expect("JSON");
        assert_eq!(read.keys().collect::<Vec<_>>(), [name]);
    }
}

#[test]
fn a_link_keeps_both_forms() {
    let link: OneTimeLink =
        serde_json::from_str("\"https://withpersona.com/verify?code=1\"").unwrap();
    assert_eq!(link.reveal(), "https://withpersona.com/verify?code=1");
    assert_eq!(link.reveal_short(), None);
    let link = link.with_short("https://perso.na/1");
    assert_eq!(link.reveal_short(), Some("https://perso.na/1"));
}
