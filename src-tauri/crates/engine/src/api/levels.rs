//! How closely a library can be looked at, and what that takes, as shown.

use albumen_model::{Level, Tally};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LevelOffer {
    pub level: Level,
    pub name: String,
    /// What may be done afterwards.
    pub consequence: String,
    pub promise: String,
    pub may_erase: bool,
}

/// A sample that rules something out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SampleOffer {
    /// That more than this part of all files is damaged, 0 to 1.
    pub rules_out: f64,
    /// To be read back: as a part of all, files, and bytes as far as they can be told.
    pub part: f64,
    pub files: u64,
    pub bytes: u64,
    /// At the speed that was measured; absent where none was.
    pub seconds: Option<f64>,
    /// What it will promise, and what it cannot.
    pub words: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct VerifyOffer {
    /// What stands at the destination.
    pub all: Tally,
    /// To read all of it back.
    pub seconds: Option<f64>,
    /// From the least to the most.
    pub levels: Vec<LevelOffer>,
    /// From the smallest to the largest.
    pub samples: Vec<SampleOffer>,
}
