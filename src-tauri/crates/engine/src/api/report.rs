//! The report, and the answer to "where did this come from, and where is it now?", as shown.

use crate::api::{DestinationInfo, Part, Verification};
use albumen_model::{Balance, GroupKind, GroupStatus, Outcome, Relation, StepState, Tally};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Moments are UTC, `2024-05-17T10:11:12Z`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Report {
    pub destination: DestinationInfo,
    pub planned_at: String,
    /// Files, groups or decisions changed since.
    pub stale: bool,
    pub balance: Balance,
    /// Every found file has one outcome, every outcome has a found file, and the sums agree.
    pub balanced: bool,
    /// Found, and without an outcome.
    pub without: Tally,
    /// Outcomes of files that are not found any more.
    pub strays: Tally,
    pub states: Vec<StateTally>,
    /// Originals that were deleted after their copies were verified, and those that were brought back.
    pub removed: Tally,
    pub restored: Tally,
    /// XMP files that Albumen wrote beside the copies; no file that was found, so in no other number.
    #[serde(default)]
    #[ts(optional, as = "Option<u64>")]
    pub written: u64,
    /// What the receipts rest on.
    pub grades: Vec<GradeCount>,
    /// The last verification, without its findings.
    pub verification: Option<Verification>,
    /// To be copied, and not known to be there.
    #[serde(default)]
    #[ts(skip)]
    pub open: Tally,
    /// Where several machines share the migration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(skip)]
    pub parts: Vec<Part>,
}

/// How far the files of one outcome are.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct StateTally {
    pub outcome: Outcome,
    pub state: StepState,
    pub tally: Tally,
}

/// `readback`: every byte came back; `digest`: the destination's own; `refused`: it refuses wrong bytes, and took these.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct GradeCount {
    pub grade: String,
    pub files: u64,
}

/// What became of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum OriginalState {
    There,
    Removed,
    Restored,
    /// A run was killed while it removed it, and how that ended is not known.
    Removing,
}

impl OriginalState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Removing => "removing",
        }
    }
}

/// One found file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ReportRow {
    pub file_id: i64,
    /// The file that stands for its asset.
    pub asset_id: i64,
    pub outcome: Option<Outcome>,
    pub state: StepState,
    pub original: OriginalState,
    pub from: String,
    /// The path's bytes in hex, where `from` is not exactly the path.
    pub from_bytes: Option<String>,
    pub to: Option<String>,
    pub size: u64,
    pub sha256: Option<String>,
    pub kind: String,
    pub why: String,
    /// Of the original.
    pub modified: Option<String>,
    /// The clock of the camera, `2024-05-17T10:11:12`, with its offset from UTC in minutes where the file says it.
    pub captured: Option<String>,
    pub offset_minutes: Option<i16>,
    /// `exif`, `takeout`, `name` or `mtime`.
    pub date_source: Option<String>,
    pub camera: Option<String>,
    /// Degrees.
    pub north: Option<f64>,
    pub east: Option<f64>,
    pub placed_at: Option<String>,
    pub grade: Option<String>,
    pub verified_at: Option<String>,
    pub removed_at: Option<String>,
    pub lens: Option<String>,
    /// City.
    pub place: Option<String>,
    pub album: Option<String>,
    /// What the file that stands for its asset is called at the destination.
    pub asset_key: Option<String>,
    /// Of a duplicate that was left out, what the copy that stands for it is called at the destination.
    pub instead: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct ReportQuery {
    pub search: String,
    pub outcome: Option<Outcome>,
    pub state: Option<StepState>,
    /// Only files that have no outcome.
    pub without: bool,
    pub offset: u64,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ReportPage {
    pub total: u64,
    pub rows: Vec<ReportRow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ReportFormat {
    Csv,
    /// JSON lines.
    Json,
    Html,
}

impl ReportFormat {
    /// How the names of its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
            Self::Html => "html",
        }
    }
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Exported {
    pub path: String,
    pub format: ReportFormat,
    /// Files that it names. A printable page names the first of each kind of finding.
    pub rows: u64,
}

/// Everything that is known of one file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Provenance {
    pub file_id: i64,
    pub asset_id: i64,
    pub from: String,
    pub from_bytes: Option<String>,
    pub size: u64,
    pub sha256: Option<String>,
    pub kind: String,
    pub modified: Option<String>,
    pub captured: Option<String>,
    pub offset_minutes: Option<i16>,
    pub date_source: Option<String>,
    pub camera: Option<String>,
    pub north: Option<f64>,
    pub east: Option<f64>,
    /// The original is not where it was, by the last look.
    pub gone: bool,
    /// Its folder is not in the list any more.
    pub source_removed: bool,
    /// It is known from a marker at a destination, and was not met since.
    pub recalled: bool,
    /// The files of its asset, the one that stands for it first.
    pub asset: Vec<NamedFile>,
    pub groups: Vec<ProvenanceGroup>,
    /// Other originals with the same bytes.
    pub same_bytes: Vec<NamedFile>,
    /// What stands of it at destinations; of others with the same bytes too.
    pub copies: Vec<ProvenanceCopy>,
    pub timeline: Vec<Moment>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct NamedFile {
    pub file_id: i64,
    pub path: String,
    pub kind: String,
    pub gone: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProvenanceGroup {
    pub kind: GroupKind,
    pub status: GroupStatus,
    pub members: Vec<ProvenanceMember>,
    pub decided_at: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProvenanceMember {
    pub asset_id: i64,
    pub path: String,
    pub relation: Relation,
    /// By the decision, or as it is proposed.
    pub keep: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProvenanceCopy {
    /// For people, and as a URL.
    pub destination: String,
    pub url: String,
    pub key: String,
    pub sha256: String,
    /// The original whose copy it is, where that is another file.
    pub of: Option<String>,
    /// It was there before, with these bytes.
    pub was_found: bool,
    pub placed_at: String,
    pub grade: Option<String>,
    pub verified_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum MomentKind {
    Found,
    Fingerprinted,
    Decided,
    Renamed,
    Planned,
    Copied,
    Verified,
    Removed,
    Restored,
}

impl MomentKind {
    /// Told before everything else.
    pub(crate) fn is_first(self) -> bool {
        matches!(self, Self::Found | Self::Fingerprinted)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Found => "Found",
            Self::Fingerprinted => "Fingerprinted",
            Self::Decided => "Decided",
            Self::Renamed => "Renamed",
            Self::Planned => "Planned",
            Self::Copied => "Copied",
            Self::Verified => "Verified",
            Self::Removed => "Original deleted",
            Self::Restored => "Original brought back",
        }
    }
}

/// Something that happened to a file. Without `at` it is not written down when.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Moment {
    pub kind: MomentKind,
    pub at: Option<String>,
    pub what: String,
}
