//! What a library would mean to a destination, as shown.

use crate::api::{KindCount, NamedCount};
use albumen_model::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the time rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Basis {
    /// A part of this very library that was moved.
    Pilot,
    /// The one file of the destination's test.
    Test,
    None,
}

/// From now on; moments as `2024-05-17T10:11:12Z`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Span {
    pub least_seconds: f64,
    pub likely_seconds: f64,
    pub most_seconds: f64,
    pub earliest: String,
    pub likely: String,
    pub latest: String,
}

/// How fast the folders fill, by the photos of the last twelve full months.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Growth {
    pub files_per_month: u64,
    pub bytes_per_month: u64,
    /// What that rests on.
    pub words: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct EstimateFinding {
    /// A sentence.
    pub what: String,
    /// Some files will not arrive as it is.
    pub stops: bool,
    pub examples: Vec<NamedCount>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Estimate {
    pub destination: String,
    /// What the plan copies, and what of it is still to be sent.
    pub planned: Tally,
    pub left: Tally,
    pub kinds: Vec<KindCount>,
    pub folders: Vec<NamedCount>,
    /// By the year they were taken in; without a name where nothing says when.
    pub years: Vec<NamedCount>,
    pub largest: Vec<NamedCount>,
    pub growth: Option<Growth>,
    /// Files and folders that could not be read as they should.
    pub problems: u64,
    pub findings: Vec<EstimateFinding>,
    pub basis: Basis,
    /// What the time rests on, in a sentence.
    pub rests_on: String,
    /// Absent where nothing was measured, or it would not end within five years.
    pub span: Option<Span>,
    /// When it would be over, in a sentence.
    pub words: String,
}
