//! The examples of an official document, read where it stands.

use serde_json::Value;

/// An official document, JSON.
pub struct Official(Value);

/// One example, and the operation or event it belongs to.
pub struct Example {
    pub operation: String,
    pub name: String,
    pub value: Value,
}

impl Official {
    /// The document that `PERSONA_UPSTREAM_SPEC` names, if it is set.
    pub fn from_environment() -> Option<Self> {
        let path = std::env::var_os("PERSONA_UPSTREAM_SPEC")?;
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("PERSONA_UPSTREAM_SPEC: {error}"));
        Some(Self(serde_json::from_str(&text).expect("JSON")))
    }

    pub fn version(&self) -> &str {
        self.0["info"]["version"].as_str().unwrap_or("?")
    }

    /// What operations answer when all went well.
    pub fn answers(&self) -> Vec<Example> {
        self.operations("paths", |operation| {
            let answers = operation["responses"].as_object().expect("responses");
            answers
                .iter()
                .filter(|(status, _)| status.starts_with('2'))
                .map(|(status, answer)| (status.as_str(), self.resolve(answer)))
                .collect()
        })
    }

    /// What operations are sent.
    pub fn bodies(&self) -> Vec<Example> {
        self.operations("paths", |operation| {
            let body = operation.get("requestBody");
            body.map(|body| ("body", self.resolve(body)))
                .into_iter()
                .collect()
        })
    }

    /// What webhooks deliver.
    pub fn webhooks(&self) -> Vec<Example> {
        self.operations("webhooks", |operation| {
            let body = operation.get("requestBody");
            body.map(|body| ("webhook", self.resolve(body)))
                .into_iter()
                .collect()
        })
    }

    fn operations<'v>(
        &'v self,
        section: &str,
        parts: impl Fn(&'v Value) -> Vec<(&'v str, &'v Value)>,
    ) -> Vec<Example> {
        let mut examples = Vec::new();
        for (_, item) in self.0[section].as_object().expect("a section") {
            for operation in item.as_object().expect("a path item").values() {
                let Some(id) = operation["operationId"].as_str() else {
                    continue;
                };
                for (part, holder) in parts(operation) {
                    for (media, content) in holder["content"].as_object().into_iter().flatten() {
                        if media.contains("json") || media.contains("urlencoded") {
                            self.examples(id, part, content, &mut examples);
                        }
                    }
                }
            }
        }
        examples
    }

    fn examples(&self, id: &str, part: &str, content: &Value, into: &mut Vec<Example>) {
        let mut add = |name: &str, value: &Value| {
            into.push(Example {
                operation: id.to_owned(),
                name: format!("{id} {part} {name:?}"),
                value: value.clone(),
            });
        };
        if let Some(value) = content.get("example") {
            add("example", value);
        }
        for (name, example) in content["examples"].as_object().into_iter().flatten() {
            match self.resolve(example).get("value") {
                Some(value) => add(name, value),
                None => panic!("{id}: example {name:?} without a value"),
            }
        }
    }

    fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(target) => {
                let target = self.0.pointer(target.trim_start_matches('#'));
                self.resolve(target.expect("a reference leads somewhere"))
            }
            None => value,
        }
    }
}
