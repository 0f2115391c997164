//! Sources and their profile, as shown.

use albumen_model::SourceLoad;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum SourceState {
    New,
    Scanned,
    Missing,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SourceInfo {
    pub id: i64,
    pub path: String,
    pub files: u64,
    pub bytes: u64,
    pub problems: u64,
    pub state: SourceState,
    pub scanned_at: Option<String>,
}

/// How hard the disks of the sources are worked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SourceLoadSetting {
    pub load: SourceLoad,
    /// Sources whose disk does not say who else reads from it: there, being gentle is a guess.
    pub unseen: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct KindCount {
    pub kind: String,
    pub label: String,
    pub files: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct NamedCount {
    pub name: String,
    pub files: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MonthCount {
    /// `2024-05`; sorted, without empty months.
    pub month: String,
    pub assets: u64,
}

/// What the sources hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Profile {
    pub files: u64,
    pub assets: u64,
    pub bytes: u64,
    /// Assets whose date is only the file's modification time.
    pub undated: u64,
    pub problems: u64,
    pub date_from: Option<String>,
    pub date_to: Option<String>,
    pub kinds: Vec<KindCount>,
    pub cameras: Vec<NamedCount>,
    pub folders: Vec<NamedCount>,
    pub months: Vec<MonthCount>,
    pub exact_groups: u64,
    pub similar_groups: u64,
    pub duplicate_bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProblemRow {
    pub source_id: i64,
    pub path: String,
    pub code: String,
    pub what: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProblemPage {
    pub total: u64,
    pub rows: Vec<ProblemRow>,
}
