//! Which assets are duplicates, and which one to keep. Pure: facts in, groups out.
//!
//! Invariant: every member of a group is close to its keeper (exactly equal, or within the distance asked for), so
//! that no chain A~B~C puts two different photos together.

pub mod exact;
pub mod keeper;
pub mod similar;

use albumen_model::{AssetId, GroupKind, PerceptualHash, Sha256};

/// What grouping needs to know of an asset: facts of its primary file, and how much hangs on it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub asset: AssetId,
    pub sha256: Sha256,
    pub phash: Option<PerceptualHash>,
    pub size: u64,
    pub width: u32,
    pub height: u32,
    pub mtime_ns: i64,
    /// The date comes from the picture's own EXIF.
    pub dated: bool,
    pub has_gps: bool,
    pub companions: u32,
    /// For people and for the tie-break; display form.
    pub path: String,
}

impl Candidate {
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// The keeper first; distances are to the keeper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub kind: GroupKind,
    pub members: Vec<(AssetId, u32)>,
    /// Why the keeper is the keeper, in words for people.
    pub reason: String,
}

/// Exact groups first, then similar ones among one representative of each exact group and all single photos.
pub fn group(candidates: &[Candidate], distance: u32) -> Vec<Group> {
    let exact = exact::groups(candidates);
    let shadowed: std::collections::HashSet<AssetId> = exact
        .iter()
        .flat_map(|group| group.members.iter().skip(1).map(|member| member.0))
        .collect();
    let singles: Vec<&Candidate> = candidates
        .iter()
        .filter(|one| !shadowed.contains(&one.asset))
        .collect();
    let mut groups = exact;
    groups.extend(similar::groups(&singles, distance));
    groups
}
