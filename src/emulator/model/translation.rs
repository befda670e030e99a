//! Texts of templates in several languages.

use serde::{Deserialize, Serialize};

use super::Model;

/// One text, in the locales that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Translation {
    pub(crate) step: String,
    pub(crate) component: String,
    pub(crate) attribute: String,
    /// Locale and text.
    pub(crate) texts: Vec<(String, Option<String>)>,
}

impl Model {
    /// The texts of a template: its title, and what was imported.
    pub(crate) fn translations(&self, template_id: &str) -> Vec<Translation> {
        let mut all = Vec::new();
        if let Some(template) = self.template(template_id) {
            all.push(Translation {
                step: "start".into(),
                component: "title".into(),
                attribute: "text".into(),
                texts: vec![("en".into(), Some(template.name.clone()))],
            });
        }
        let imported = self.translations.get(template_id).into_iter().flatten();
        for translation in imported {
            merge(&mut all, translation.clone());
        }
        all
    }

    /// Writes texts over those that are there, and leaves the others.
    pub(crate) fn import_translations(&mut self, template_id: &str, new: Vec<Translation>) {
        let known = self.translations.entry(template_id.to_owned());
        let known = known.or_default();
        for translation in new {
            merge(known, translation);
        }
    }
}

fn merge(known: &mut Vec<Translation>, new: Translation) {
    let place = |it: &Translation| (it.step.clone(), it.component.clone(), it.attribute.clone());
    let Some(same) = known.iter_mut().find(|it| place(it) == place(&new)) else {
        known.push(new);
        return;
    };
    for (locale, text) in new.texts {
        match same.texts.iter_mut().find(|(known, _)| *known == locale) {
            Some(known) => known.1 = text,
            None => same.texts.push((locale, text)),
        }
    }
}
