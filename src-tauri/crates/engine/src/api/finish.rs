//! Verification, delete originals, roll back and what markers told, as shown.

use crate::api::{NamedCount, XmpChecked};
use albumen_model::{Bound, Level, Tally};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Finding {
    pub key: String,
    pub from: String,
    pub what: String,
}

/// The last verification: `ok` are identical, `expected` is what stands there by the catalog.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Verification {
    pub at: String,
    /// Everything, not a sample.
    pub full: bool,
    /// Absent of one that an earlier version made.
    #[serde(default)]
    pub level: Option<Level>,
    /// What a sample says of all, where nothing was found in it.
    #[serde(default)]
    pub bound: Option<Bound>,
    pub expected: Tally,
    pub ok: Tally,
    /// Of `ok`, those whose bytes came back; the others rest on the destination's own digests.
    #[serde(default)]
    pub read_back: u64,
    pub missing: u64,
    pub different: u64,
    pub unreadable: u64,
    /// In none of the other numbers; those that are not as they were written are among the findings.
    #[serde(default)]
    #[ts(optional, as = "Option<XmpChecked>")]
    pub written: XmpChecked,
    pub findings: Vec<Finding>,
}

/// Files that stay, and why.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Blocked {
    pub why: String,
    pub files: u64,
}

/// `token` ties the dialog to exactly these files; it is void when anything changed. The person types `count`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DeletePreview {
    pub token: String,
    pub assets: u64,
    pub count: u64,
    pub bytes: u64,
    pub destination: String,
    pub verified_how: String,
    pub verified_at: Option<String>,
    pub blocked: Vec<Blocked>,
    pub folders: Vec<NamedCount>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DeleteResult {
    pub removed: Tally,
    pub kept: Vec<Blocked>,
    /// Files that stayed because there is no trash for them.
    pub needs_permanent: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RollbackPreview {
    pub token: String,
    pub restore: Tally,
    pub remove: Tally,
    /// XMP files that were written beside them; not in `remove`.
    #[serde(default)]
    #[ts(optional, as = "Option<u64>")]
    pub written: u64,
    /// Files at the destination that are not ours to remove.
    pub leave: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RollbackResult {
    pub restored: Tally,
    pub removed: Tally,
    /// XMP files that were removed with them; not in `removed`.
    #[serde(default)]
    #[ts(optional, as = "Option<u64>")]
    pub written: u64,
    pub left: Vec<Blocked>,
    pub not_restored: Vec<Finding>,
}

/// What the markers at the destination told of a catalog that was lost: `restored` is known again, `known` was known.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rebuilt {
    pub markers: u64,
    pub restored: Tally,
    pub known: Tally,
    /// Markers and lines of markers that were not taken; `findings` holds the first.
    pub odd: u64,
    pub findings: Vec<Finding>,
}
