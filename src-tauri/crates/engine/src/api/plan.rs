//! The plan, as shown.

use crate::api::DestinationInfo;
use albumen_model::{Balance, Outcome, StepState};
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
