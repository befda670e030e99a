use serde_json::{Value, json};

use super::{timestamp, to_one};
use crate::emulator::model::template::{FieldKind, Template};
use crate::emulator::model::translation::Translation;

/// An inquiry template as a resource object.
pub(crate) fn inquiry_template(template: &Template) -> Value {
    let schemas: Vec<Value> = template
        .fields
        .iter()
        .map(|(name, kind)| field_schema(name, *kind))
        .collect();
    json!({
        "type": "inquiry-template",
        "id": template.id,
        "attributes": {
            "name": template.name,
            "status": "active",
            "embedded-flow-domain-allowlist": [],
            "hosted-flow-subdomains": ["inquiry"],
            "hosted-flow-redirect-uri-schemes": ["http", "https"],
            "field-schemas": schemas,
        },
        "relationships": {
            "latest-published-version": to_one(
                "inquiry-template-version",
                Some(&template.version_id),
            ),
        },
    })
}

/// A version of a template as a resource object; `None` when it has none of that id.
pub(crate) fn inquiry_template_version(template: &Template, id: &str) -> Option<Value> {
    let published_at = timestamp(template.version(id)?);
    Some(json!({
        "type": "inquiry-template-version",
        "id": id,
        "attributes": {
            "name-display": template.name,
            "description": null,
            "status": "published",
            "live": template.version_id == id,
            "last-updater": null,
            "enabled-locales": ["en"],
            "created-at": published_at,
            "updated-at": published_at,
            "published-at": published_at,
            "theme": {},
        },
        "relationships": {
            "inquiry-template": to_one("inquiry-template", Some(&template.id)),
        },
    }))
}

/// The name of a template of the old kind, as a resource object.
pub(crate) fn legacy_template(template: &Template) -> Option<Value> {
    let id = template.legacy_id.as_ref()?;
    Some(json!({ "type": "template", "id": id, "attributes": { "name": template.name } }))
}

/// One text of a template.
pub(crate) fn translation(translation: &Translation) -> Value {
    let texts = translation.texts.iter();
    let texts: Vec<Value> = texts
        .map(|(locale, value)| json!({ "locale": locale, "value": value }))
        .collect();
    json!({
        "step": translation.step,
        "step-display-name": translation.step,
        "component": translation.component,
        "attribute-name": translation.attribute,
        "locale-values": texts,
    })
}

pub(super) fn field_schema(name: &str, kind: FieldKind) -> Value {
    let mut config = json!({
        "required": false,
        "archived-at": null,
        "deactivated-at": null,
        "source-key-path": null,
        "redaction-policy": "none",
        "write-policy": "none",
    });
    let specific = match kind {
        FieldKind::String => json!({ "max-char-length": 255, "sanitize": [] }),
        FieldKind::Date => json!({ "min-date": null, "max-date": null }),
        FieldKind::Choices | FieldKind::MultiChoices => {
            json!({ "allow-empty": false, "options": [], "option-labels": [] })
        }
        _ => json!({}),
    };
    if let (Some(config), Value::Object(specific)) = (config.as_object_mut(), specific) {
        config.extend(specific);
    }
    json!({
        "type": kind.as_str(),
        "key": name,
        "label": null,
        "default-value": null,
        "config": config,
    })
}
