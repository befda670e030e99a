//! The three calls on tags that several kinds of resource have alike.

use super::call::{Call, Part};
use crate::emulator::model::refusal::Refusal;

/// The tags with the one that the call adds.
pub(super) fn added(call: &Call, mut tags: Vec<String>) -> Result<Vec<String>, Refusal> {
    let tag = tag_name(call)?;
    if !tags.contains(&tag) {
        tags.push(tag);
    }
    Ok(tags)
}

/// The tags without the one that the call removes.
pub(super) fn removed(call: &Call, mut tags: Vec<String>) -> Result<Vec<String>, Refusal> {
    let tag = tag_name(call)?;
    tags.retain(|it| *it != tag);
    Ok(tags)
}

/// The tags that the call sets in place of all others.
pub(super) fn all(call: &Call) -> Result<Vec<String>, Refusal> {
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
