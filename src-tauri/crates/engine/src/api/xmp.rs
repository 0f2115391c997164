//! The XMP files of a plan, as shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How many photos get an XMP file beside their copy, and what becomes of others of which something is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct XmpSummary {
    pub write: u64,
    /// Of `write`, those that are there by now, and those that could not be written.
    pub written: u64,
    pub failed: u64,
    /// An earlier run wrote it.
    pub there: u64,
    /// An earlier run wrote one that would say other things today; it stays as it is.
    pub outdated: u64,
    /// Photos with an XMP file of their own, which is copied and not changed.
    pub own: u64,
    /// Of `own`, those of which more is known than it says.
    pub own_lacks: u64,
    /// Something else has the name.
    pub taken: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum XmpBecomes {
    Write,
    There,
    Outdated,
    Own,
    OwnLacks,
    Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum XmpWhat {
    Title,
    Caption,
    Rating,
    Favorite,
    Keyword,
    Tag,
    Person,
    Album,
    Date,
    Place,
}

/// One thing that is known, and the file that says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct XmpFact {
    pub what: XmpWhat,
    pub text: String,
    pub from: String,
    /// The copy's own bytes say it as well.
    pub in_photo: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct XmpRow {
    pub id: i64,
    /// The photo.
    pub file_id: i64,
    pub from: String,
    /// The XMP file's name at the destination.
    pub to: String,
    pub becomes: XmpBecomes,
    /// `planned`, `written` or `failed`.
    pub state: String,
    pub why: String,
    pub facts: Vec<XmpFact>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct XmpQuery {
    pub search: String,
    pub offset: u64,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct XmpPage {
    pub total: u64,
    pub rows: Vec<XmpRow>,
}

/// XMP files that were looked at by a verification, and those that are as they were written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct XmpChecked {
    pub files: u64,
    pub ok: u64,
}
