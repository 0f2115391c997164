//! Keeping in step, as shown: what a round did, and what the watch is at.

use crate::api::AppError;
use albumen_model::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a round did, in files.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Round {
    pub new: u64,
    pub changed: u64,
    pub renamed: u64,
    /// Files that are in no source any more. Their copies stay.
    pub removed: u64,
    /// To all homes together.
    pub sent: Tally,
    /// They are tried again.
    pub failed: u64,
    /// Copies that are proven by this round.
    pub verified: u64,
    /// Files of the sources that are not at every home yet: failed, written to a moment ago, or a home is away.
    pub behind: u64,
    /// Files that were looked at to find this out: all, or those of the folders in which something changed.
    pub looked: u64,
    pub homes: Vec<HomeRound>,
}

/// The round at one home, and how far that home is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HomeRound {
    pub label: String,
    pub url: String,
    pub sent: Tally,
    /// Files that somebody removed or changed there since they were placed: they are left so.
    pub gone: u64,
    pub behind: Tally,
    pub behind_since: Option<String>,
    pub proven: Tally,
    /// Why nothing could be sent or proven there; the other home went on.
    pub trouble: Option<AppError>,
}

/// What keeping in step is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum InStepAt {
    /// Something changed; it waits until files have stood unchanged for a while.
    Settling,
    Round,
    /// Until something changes, or until the next look.
    Listening,
    /// The last round failed; the next one comes by itself.
    Waiting,
    Paused,
}

/// Keeping in step in the window. Off while `at` is absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct InStep {
    pub at: Option<InStepAt>,
    /// It was on when Albumen was closed, and went on by itself.
    pub resumed: bool,
    /// When it looks next without being told of a change.
    pub next_look: Option<String>,
    pub last: Option<Round>,
    pub last_at: Option<String>,
    /// Why changes are not heard of; then only the looks that come by themselves find any.
    pub deaf: Option<String>,
    /// What stands in the way of a whole round, or ended it.
    pub trouble: Option<AppError>,
}
