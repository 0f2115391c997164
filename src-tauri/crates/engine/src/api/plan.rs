//! The plan, as shown.

use crate::api::{DestinationInfo, XmpSummary};
use albumen_model::{Balance, Outcome, StepState, Tally};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct PlanOptions {
    pub layout: String,
    pub skip_duplicates: bool,
    /// Part of the assets, 0 to 1; the command line's `--sample`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(skip)]
    pub sample: Option<f64>,
    /// K of N, where several machines share a migration: the command line's `--shard`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(skip)]
    pub shard: Option<(u32, u32)>,
    /// What is known of each photo goes into an XMP file beside its copy.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub xmp: bool,
}

/// One machine's part of a migration that several share, by what this catalog knows. `wanted` = `there` + `failed` + `open`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// 1 to `of`.
    pub part: u32,
    pub of: u32,
    /// It is the part of the machine whose plan this is.
    pub is_own: bool,
    /// What is to be at the destination in the end.
    pub wanted: Tally,
    pub there: Tally,
    /// Could not be read or sent.
    pub failed: Tally,
    /// Nothing tells yet that it arrived.
    pub open: Tally,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PlanSummary {
    pub destination: DestinationInfo,
    pub options: PlanOptions,
    pub created_at: String,
    /// Files, groups or decisions changed since.
    pub stale: bool,
    pub shards: u64,
    pub balance: Balance,
    /// The list of the library was to be left at the destination, and is not there yet.
    pub list_due: bool,
    /// Where the plan writes XMP files.
    #[serde(default)]
    #[ts(optional)]
    pub xmp: Option<XmpSummary>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PlanRow {
    pub id: i64,
    pub file_id: i64,
    pub outcome: Outcome,
    pub state: StepState,
    pub from: String,
    pub to: Option<String>,
    pub size: u64,
    pub why: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct PlanQuery {
    pub search: String,
    pub outcome: Option<Outcome>,
    pub state: Option<StepState>,
    pub offset: u64,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PlanPage {
    pub total: u64,
    pub rows: Vec<PlanRow>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LayoutSample {
    pub from: String,
    pub to: String,
}

/// What a layout would make of the library, by its photos (assets): nothing was planned, and nobody asked the destination.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LayoutPreview {
    /// Photos that were looked at, in the order they were found; less than `total` where there was no time for all.
    pub photos: u64,
    pub total: u64,
    /// Of them, those that stand at the destination already and keep their names.
    pub kept: u64,
    /// Of them, duplicates that are left out.
    pub left_out: u64,
    /// Of them, those that could not be read yet.
    pub unread: u64,
    /// Folders that would be made.
    pub folders: u64,
    /// There are more folders than were counted.
    pub more_folders: bool,
    /// Photos that lie in no folder.
    pub at_top: u64,
    pub tree: Vec<LayoutFolder>,
    /// Folders at the top that are not in `tree`.
    pub hidden: u64,
    pub samples: Vec<LayoutSample>,
    /// Photos whose name another photo has, so that theirs gets a suffix.
    pub collisions: LayoutChange,
    /// Photos whose name is cut for the destination.
    pub shortened: LayoutChange,
    /// Photos for which no name can be made that the destination takes.
    pub refused: LayoutChange,
    pub missing: Vec<LayoutMissing>,
    /// Photos that are dated by nothing but the time of their file, where the layout has a date.
    pub by_file_time: u64,
    /// Numbers are given by date when the plan is made.
    pub is_numbered: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LayoutFolder {
    pub name: String,
    /// In it and below.
    pub photos: u64,
    /// Folders below, all of them.
    pub folders: u64,
    pub children: Vec<LayoutFolder>,
    /// Folders right below that are not in `children`.
    pub hidden: u64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LayoutChange {
    pub photos: u64,
    /// Two at most.
    pub examples: Vec<LayoutSample>,
}

/// Photos of which `words` have nothing to say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LayoutMissing {
    pub words: Vec<String>,
    pub photos: u64,
    /// The word that stands for them; none where it is `text`.
    pub word: Option<String>,
    /// Empty where that part is left out.
    pub text: String,
}
