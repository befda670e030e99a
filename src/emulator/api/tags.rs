//! Tags, which several resources have alike.

use super::call::{Call, Part};
use crate::emulator::model::refusal::Refusal;

/// `before` with the tag of the call.
pub(super) fn with_tag(call: &Call, mut before: Vec<String>) -> Result<Vec<String>, Refusal> {
    before.push(tag_name(call)?);
    Ok(before)
}

/// `before` without the tag of the call.
pub(super) fn without_tag(call: &Call, mut before: Vec<String>) -> Result<Vec<String>, Refusal> {
    let tag = tag_name(call)?;
    before.retain(|it| *it != tag);
    Ok(before)
}

/// The tags that the call sets.
pub(super) fn all_tags(call: &Call) -> Result<Vec<String>, Refusal> {
    let meta = call.meta(&["tag-name", "tag-id"])?;
    refuse_tag_ids(&meta)?;
    meta.texts("tag-name")?
        .ok_or_else(|| Refusal::bad_request("meta.tag-name is missing"))
}

fn tag_name(call: &Call) -> Result<String, Refusal> {
    let meta = call.meta(&["tag-name", "tag-id"])?;
    refuse_tag_ids(&meta)?;
    meta.required_text("tag-name")
}

fn refuse_tag_ids(meta: &Part<'_>) -> Result<(), Refusal> {
    match meta.get("tag-id") {
        Some(_) => Err(Refusal::not_emulated(
            "the emulator knows tags by name only: give meta.tag-name",
        )),
        None => Ok(()),
    }
}
