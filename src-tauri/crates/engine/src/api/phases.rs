//! The way to the new home, as shown: strategies, phases with what is true in each, the switch and the way back.

use crate::api::{DestinationInfo, Finding};
use albumen_model::{Phase, Strategy, Tally};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum PhaseState {
    Done,
    Now,
    /// As `now`, by the person's wish.
    Paused,
    Next,
    /// It was gone by without.
    Skipped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PhaseInfo {
    pub phase: Phase,
    pub state: PhaseState,
    /// One sentence of what is true in it.
    pub says: String,
}

/// While a destination is home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HomeState {
    pub since: String,
    /// Photos that are opened are compared with what was copied, and with the old place.
    pub compares: bool,
    pub agreed: u64,
    pub differed: u64,
    /// Opened from the old place, as home did not give them.
    pub elsewhere: u64,
    /// Of the last that differed or came from elsewhere.
    pub said: String,
    /// The person gave up the old place: originals may be deleted.
    pub let_go: bool,
}

/// Everything about the way to the chosen destination.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Way {
    pub destination: DestinationInfo,
    pub strategy: Strategy,
    /// By the person; else it is what would be done anyway.
    pub is_chosen: bool,
    pub phase: Phase,
    pub phases: Vec<PhaseInfo>,
    pub paused: bool,
    /// Everything that was planned is there: it can be cut over to.
    pub is_ready: bool,
    /// Cutting over or switching back was cut off, and the same can be started again.
    pub is_cut_off: bool,
    /// Why the last cut over switched nothing, or what switching back could not bring.
    pub finding: String,
    pub home: Option<HomeState>,
    /// Another destination that is home.
    pub other_home: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct StrategyOffer {
    pub strategy: Strategy,
    pub name: String,
    pub says: String,
    /// Why this one is recommended; empty for the others.
    pub why: String,
}

/// What cutting over will do, before it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CutOverPreview {
    pub destination: String,
    /// To be sent yet, by what is known.
    pub behind: Tally,
    /// There, and not proven: asked of the destination or read back.
    pub unproven: Tally,
    pub proven: Tally,
    /// What stays only in the old place: left out as duplicates, system files, not photos.
    pub stays: Tally,
    /// Absent where there is nothing to tell it by.
    pub seconds: Option<u64>,
    /// What comes to the second home at the same time; absent where there is none.
    pub second: Option<SecondBehind>,
}

/// Of the second home, before a cut over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SecondBehind {
    pub destination: String,
    pub behind: Tally,
    pub unproven: Tally,
    pub proven: Tally,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CutOver {
    pub switched: bool,
    pub rounds: u64,
    pub sent: Tally,
    pub verified: Tally,
    /// With the destination, at the final check.
    pub agreed: Tally,
    /// Why nothing was switched.
    pub finding: String,
    /// What was done at the second home; absent where there is none.
    pub second: Option<SecondChecked>,
}

/// At the second home, by a cut over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SecondChecked {
    pub destination: String,
    pub sent: Tally,
    pub verified: Tally,
    pub agreed: Tally,
}

/// What switching back will do, before it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SwitchBackPreview {
    pub token: String,
    pub destination: String,
    /// Originals that were deleted here, and are at home only.
    pub bring_back: Tally,
    /// What stays at the destination.
    pub stays: Tally,
    pub seconds: Option<u64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SwitchedBack {
    /// The old place is home again.
    pub switched: bool,
    pub restored: Tally,
    pub not_restored: Vec<Finding>,
    /// Files that somebody else took from the old place: their copies stay at the destination.
    pub missing: u64,
}
