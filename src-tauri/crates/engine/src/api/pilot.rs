//! A pilot, as shown.

use crate::api::Finding;
use albumen_model::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A small part of the library that was moved and read back first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Pilot {
    /// Part of the photos, 0 to 1, and what decided which.
    pub share: f64,
    pub seed: u64,
    pub begun_at: String,
    /// When it was read back; absent while it is not over.
    pub done_at: Option<String>,
    /// All of it arrived and came back whole.
    pub good: bool,
    pub photos: u64,
    pub kinds: u64,
    pub folders: u64,
    pub all: Tally,
    pub placed: Tally,
    /// Came back with the original's bytes.
    pub read_back: Tally,
    /// Files that could not be sent.
    pub failed: u64,
    pub findings: Vec<Finding>,
    /// For which its files were on their way.
    pub seconds: f64,
    /// All files together; absent where everything was there before it could be timed.
    pub bytes_per_second: Option<u64>,
    pub files_per_second: Option<f64>,
    /// In one sentence.
    pub words: String,
}
