//! Groups, decisions and compare, as shown.

use albumen_model::{GroupKind, GroupStatus};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Member {
    pub asset_id: i64,
    pub file_id: i64,
    pub name: String,
    pub folder: String,
    pub size: u64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub captured: Option<String>,
    pub camera: Option<String>,
    pub has_gps: bool,
    pub companions: Vec<String>,
    /// Bits of 256 that differ from the keeper's perceptual hash.
    pub distance: u32,
    /// The rule's keeper.
    pub suggested: bool,
    /// In force: the decision, or the suggestion while open.
    pub keep: bool,
    pub has_thumb: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Group {
    pub id: i64,
    pub kind: GroupKind,
    pub status: GroupStatus,
    /// Why the suggested keeper is the keeper.
    pub reason: String,
    pub reclaim_bytes: u64,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts", rename = "GroupSort")]
pub enum Sort {
    Size,
    Count,
    Date,
    Folder,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct GroupQuery {
    pub kind: Option<GroupKind>,
    pub status: Option<GroupStatus>,
    pub sort: Sort,
    pub offset: u64,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct GroupPage {
    pub total: u64,
    pub rows: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[ts(export, export_to = "types.ts")]
pub enum Decision {
    Keep { asset_ids: Vec<i64> },
    KeepSuggested,
    NotDuplicates,
    Later,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ReviewTotals {
    pub exact: u64,
    pub similar: u64,
    pub open: u64,
    /// Open ones among `exact`: what "accept all exact groups" would decide.
    pub open_exact: u64,
    pub decided: u64,
    pub not_duplicates: u64,
    pub later: u64,
    pub set_aside_assets: u64,
    pub set_aside_bytes: u64,
    /// Name of the step that undo takes back.
    pub can_undo: Option<String>,
    pub can_redo: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Side {
    Left,
    Right,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FieldDiff {
    pub field: String,
    pub left: Option<String>,
    pub right: Option<String>,
    pub better: Option<Side>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Comparison {
    pub left: Member,
    pub right: Member,
    /// Names of the fields that are equal.
    pub same: Vec<String>,
    pub differs: Vec<FieldDiff>,
}
