//! Which assets are duplicates, and which one to keep. Pure: facts in, groups out.
//!
//! [`pairs`] are the dear part: [`propose`] brings photos together, mostly by [`search`], [`second_look`] confirms them.
//! [`grouping::Grouping`] is the cheap part: from pairs to groups, at any similarity and by any rules.
//!
//! Invariant: every member of a group was confirmed against its keeper, so that no chain A~B~C puts two different
//! photos together; an asset is in one group at most.

mod align;
pub mod grouping;
pub mod keeper;
pub mod pairs;
pub mod place;
pub mod propose;
#[cfg(test)]
mod samples;
pub mod search;
pub mod second_look;

pub use grouping::{Group, Grouping, Member};
pub use pairs::Pair;
pub use propose::{Proposal, Proposer};

use albumen_model::{AssetId, FolderMark, PerceptualHash, Sha256};

/// What grouping needs to know of an asset: facts of its primary file, and how much hangs on it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub asset: AssetId,
    pub sha256: Sha256,
    pub phash: Option<PerceptualHash>,
    /// Of what lies inside a frame of one colour.
    pub phash_inside: Option<PerceptualHash>,
    pub size: u64,
    /// With everything that belongs to it: what leaving it out would save.
    pub asset_size: u64,
    pub width: u32,
    pub height: u32,
    pub mtime_ns: i64,
    /// Camera's clock in milliseconds, when the picture's own EXIF says it.
    pub taken_ms: Option<i64>,
    /// Whether `taken_ms` is exact to less than a second.
    pub has_subsec: bool,
    /// Any number that tells cameras apart; 0 when unknown.
    pub camera: u64,
    /// Exposure in stops, to tell brackets.
    pub exposure: Option<f32>,
    pub has_gps: bool,
    pub companions: u32,
    /// A movie belongs to it: within its own file (Motion Photo) or beside it (Live Photo).
    pub moves: bool,
    pub raw: bool,
    /// Its EXIF names a program that edits or exports.
    pub edited: bool,
    pub mark: Option<FolderMark>,
    /// For people and for the tie-break; display form. Only those [`grouping::company`] names need it.
    pub path: String,
}

impl Candidate {
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}
