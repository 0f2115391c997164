//! What differs between a destination and what is known of it, and what was repaired.

use super::FieldDiff;
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
    /// The one that was changed last has the name; where that cannot be told, nothing is done.
    Newest,
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
    /// The copy, for [`CopyLook`].
    pub placed: Option<i64>,
    /// `send`, `replace`, `beside`, `yield`, `leave`, `mark`, or empty: then `why` says why nothing is done, or what was done.
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
    /// Names left to what stands there, as the original has its copy elsewhere.
    pub yielded: u64,
    /// What others have there, left and known from now on.
    pub left: u64,
    pub markers: u64,
    pub open: u64,
}

/// What a person says of one conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ConflictChoice {
    /// The original replaces what stands there.
    Source,
    /// What stands there keeps the name, the original goes beside it.
    Both,
    /// Nothing is done: it stays on the list.
    Leave,
}

/// Which of two was changed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Newer {
    Original,
    There,
    /// Nobody wrote there since we did: it is damaged.
    Damaged,
    Untold,
}

/// How many conflicts are open, and what was said of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConflictTotals {
    pub conflicts: u64,
    pub source: u64,
    pub both: u64,
    pub leave: u64,
    /// That can be taken back.
    pub steps: u64,
}

/// Two versions under one name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Conflict {
    /// Of the difference.
    pub id: i64,
    /// How many open ones come before it.
    pub before: u64,
    pub key: String,
    /// The original's path.
    pub from: String,
    /// The original, if it is there.
    pub file: Option<i64>,
    /// What was placed under the name, for [`CopyLook`].
    pub placed: Option<i64>,
    /// The original was changed since it was placed, too.
    pub both_changed: bool,
    pub choice: Option<ConflictChoice>,
    pub newer: Newer,
    /// Where it is untold: why.
    pub why: String,
}

/// Where to find a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Toward {
    /// It, or the first after it that is open.
    At,
    Next,
    Previous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CopyVerdict {
    /// The very bytes that were placed.
    Whole,
    /// Other bytes, and nobody wrote there since it was placed.
    Damaged,
    /// Other bytes, and somebody wrote there.
    Changed,
    Missing,
    /// Not read: it is larger than what is shown here.
    TooLarge,
    Unreadable,
}

/// A copy that was read back just now, to be looked at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CopyLook {
    pub placed: i64,
    pub key: String,
    pub verdict: CopyVerdict,
    /// It has a picture under `thumb://localhost/copy/<placed>`.
    pub shown: bool,
    /// Why it has none, or why it could not be read.
    pub why: String,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub size: u64,
    /// Left is the original, right the copy. Only what differs.
    pub differs: Vec<FieldDiff>,
    /// What was written down of it, if it is not whole.
    pub difference: Option<i64>,
    /// The storage tells versions for sure, so that the original may replace it.
    pub replaceable: bool,
}
