//! What differs between a destination and what is known of it, and what was repaired.

use albumen_model::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum DifferenceKind {
    Missing,
    Different,
    Extra,
    Unlisted,
    Unreadable,
}

impl DifferenceKind {
    /// As rclone writes it: `+` is missing there, `-` is only there, `*` is different, `!` needs a look.
    pub fn symbol(self) -> char {
        match self {
            Self::Missing => '+',
            Self::Extra => '-',
            Self::Different => '*',
            Self::Unlisted | Self::Unreadable => '!',
        }
    }
}

/// What is done where other bytes have the name of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Conflicts {
    /// Nothing: it stays named.
    Ask,
    /// They stay, and the original is placed beside them.
    Both,
    /// The original replaces them.
    Source,
}

/// The last comparison; the counts of differences are of those that are still open.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Reconciliation {
    pub at: String,
    pub markers: u64,
    /// Markers that are gone or damaged.
    pub spoilt_markers: u64,
    pub agreed: Tally,
    /// Of `agreed`: by its size alone, which proves nothing (read in from a marker).
    pub by_size: u64,
    /// It is the object that was placed.
    pub by_version: u64,
    /// By the destination's own digest.
    pub by_digest: u64,
    pub by_reading: u64,
    /// How many objects were asked for one by one.
    pub looked_at: u64,
    pub missing: u64,
    pub different: u64,
    pub extra: u64,
    pub unlisted: u64,
    pub unreadable: u64,
}

impl Reconciliation {
    pub fn differences(&self) -> u64 {
        self.missing + self.different + self.extra + self.unlisted + self.unreadable
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Difference {
    pub id: i64,
    pub kind: DifferenceKind,
    pub key: String,
    /// The original's path; empty for what is not ours.
    pub from: String,
    /// Of what stands there.
    pub size: u64,
    /// The original, if it can be sent again.
    pub file: Option<i64>,
    /// `send`, `replace`, `beside`, `leave`, `mark`, or empty: then `why` says why nothing is done, or what was done.
    pub repair: String,
    pub why: String,
}

/// `next` goes into the question for the page after this one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DifferencesPage {
    pub rows: Vec<Difference>,
    pub next: Option<i64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Repaired {
    pub sent: Tally,
    pub replaced: Tally,
    pub beside: Tally,
    /// What others have there, left and known from now on.
    pub left: u64,
    pub markers: u64,
    pub open: u64,
}
