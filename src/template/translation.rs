use crate::error::Error;
use crate::raw::types;

/// One text of a template in the languages that it has.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
#[non_exhaustive]
pub struct Translation {
    /// The step of the flow.
    pub step: String,
    /// The part of the step.
    pub component: String,
    /// The attribute of the part that holds the text.
    pub attribute: String,
    /// Locale, such as `en-US`, and text; `None` where it is not translated.
    pub texts: Vec<(String, Option<String>)>,
}

impl Translation {
    /// A text without any language yet, by the names that
    /// [`Templates::translations`](crate::Templates::translations) tells.
    pub fn new(
        step: impl Into<String>,
        component: impl Into<String>,
        attribute: impl Into<String>,
    ) -> Self {
        Self {
            step: step.into(),
            component: component.into(),
            attribute: attribute.into(),
            texts: Vec::new(),
        }
    }

    /// Adds the text of a locale.
    #[must_use]
    pub fn text(mut self, locale: impl Into<String>, text: impl Into<String>) -> Self {
        self.texts.push((locale.into(), Some(text.into())));
        self
    }

    pub(super) fn received(row: types::RetrieveInquiryTemplateTranslationsTranslation) -> Self {
        let texts = row.locale_values.into_iter().flatten();
        Self {
            step: row.step.unwrap_or_default(),
            component: row.component.unwrap_or_default(),
            attribute: row.attribute_name.unwrap_or_default(),
            texts: texts
                .map(|text| (text.locale.unwrap_or_default(), text.value))
                .collect(),
        }
    }

    pub(super) fn into_body(
        rows: impl IntoIterator<Item = Self>,
    ) -> Result<types::ImportInquiryTemplateTranslationsRequest, Error> {
        let mut body = types::ImportInquiryTemplateTranslationsRequest::default();
        for row in rows {
            let mut sent = types::ImportInquiryTemplateTranslationsRequestTranslation {
                step: row.step,
                component: row.component,
                attribute_name: row.attribute,
                ..Default::default()
            };
            for (locale, value) in row.texts {
                let text = types::ImportInquiryTemplateTranslationsRequestTranslationLocaleValue {
                    locale,
                    value,
                    ..Default::default()
                };
                sent.locale_values.push(text);
            }
            body.data.attributes.translations.push(sent);
        }
        match body.data.attributes.translations.is_empty() {
            true => Err(Error::invalid_input("there is no translation to import")),
            false => Ok(body),
        }
    }
}
