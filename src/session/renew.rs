//! A new inquiry in place of one that has expired.

use super::create_once::{create_once, patiently};
use super::record::Record;
use super::way::Way;
use crate::error::Error;
use crate::id::InquiryId;
use crate::inquiry::{Inquiry, NewInquiry};
use crate::store::Seed;

impl Way<'_> {
    /// Starts a new inquiry of the same template for the same person, with the same fields, and
    /// lets everybody know. One that the person has by now is taken for it.
    pub(super) async fn renew(&self, old: &Inquiry) -> Result<InquiryId, Error> {
        let find = || self.find_newer(old);
        let new = match patiently(find).await? {
            Some(newer) => newer.id(),
            None => {
                let seed = Seed::new(&["renew", self.id.as_str()]);
                let created = create_once(self.persona, &seed, &again(old), find).await?;
                let new = created.inquiry.id();
                if let Some(token) = created.session_token {
                    let now = self.persona.now();
                    let record = Record::new(token, now, 1);
                    self.memory.keep_first(&new, &record, now).await;
                }
                new
            }
        };
        self.memory.forget(self.id).await;
        self.memory.keep_renewal(self.id, &new).await;
        Ok(new)
    }

    /// The newest inquiry of the same person and template that was created after this one.
    async fn find_newer(&self, old: &Inquiry) -> Result<Option<Inquiry>, Error> {
        let mut list = self.persona.inquiries().list_at_once();
        list = match (old.reference_id(), old.account_id()) {
            (Some(reference_id), _) => list.reference_id(reference_id),
            (None, Some(account_id)) => list.account(account_id),
            // Nobody's inquiry: there is nothing to find another by.
            (None, None) => return Ok(None),
        };
        if let Some(template_id) = old.template_id() {
            list = list.template(template_id);
        }
        if let Some(created_at) = old.created_at() {
            list = list.created_from(created_at);
        }
        let pattern = again(old);
        let mut items = list.items();
        while let Some(inquiry) = items.next().await {
            let inquiry = inquiry?;
            if inquiry.id() == *self.id {
                return Ok(None);
            }
            if !inquiry.is_redacted() && pattern.is_like(&inquiry) {
                return Ok(Some(inquiry));
            }
        }
        Ok(None)
    }
}

/// The same inquiry, to be begun anew.
fn again(old: &Inquiry) -> NewInquiry {
    let legacy = old.raw().relationships.one("template");
    let mut new = match (old.template_id(), legacy) {
        (None, Some(legacy)) => NewInquiry::from_legacy_template(legacy.id),
        (template_id, _) => {
            let template_id = template_id.map(String::from).unwrap_or_default();
            NewInquiry::from_template(template_id)
        }
    };
    new = match (old.reference_id(), old.account_id()) {
        (Some(reference_id), _) => new.reference_id(reference_id),
        (None, Some(account_id)) => new.account(account_id),
        (None, None) => new,
    };
    for name in old.fields().names() {
        match old.fields().value(name) {
            None | Some(serde_json::Value::Null) => {}
            Some(value) => new = new.field(name, value),
        }
    }
    new.with_session()
}
