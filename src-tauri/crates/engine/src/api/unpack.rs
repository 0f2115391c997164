//! Archives that are unpacked before they are scanned, as shown.

use albumen_model::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was dropped or picked, sorted out: nothing is read but names.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Dropped {
    /// Zip files, and those of a Takeout that lie in a dropped folder.
    pub archives: Vec<String>,
    /// Folders without such archives in them, and whatever else was dropped.
    pub folders: Vec<String>,
    /// Folders that hold archives of a Takeout.
    pub with_archives: Vec<String>,
}

/// What unpacking would do; nothing is written yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UnpackOffer {
    pub archives: Vec<String>,
    pub archive_bytes: u64,
    /// Where it goes: a folder for each Takeout.
    pub folders: Vec<String>,
    /// Files and bytes that will lie there.
    pub files: Tally,
    /// Bytes of room for what is not there yet.
    pub needs: u64,
    /// The least that is free on any disk it goes to.
    pub free: u64,
    pub fits: bool,
    /// Names of parts that ought to lie beside the others.
    pub missing: Vec<String>,
}

/// An entry that was not unpacked, or a part that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UnpackProblem {
    pub archive: String,
    pub path: String,
    pub code: String,
    pub what: String,
}

/// How unpacking ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Unpacked {
    pub folders: Vec<String>,
    /// Written by this run.
    pub written: Tally,
    /// There before, with the same bytes.
    pub before: Tally,
    /// All of them; the first thousand are listed.
    pub problem_count: u64,
    pub problems: Vec<UnpackProblem>,
}
