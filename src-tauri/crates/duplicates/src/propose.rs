//! Which photos are to be looked at together, by the little that says so: their hashes, and which camera took them when.
//!
//! Invariant: some hundred bytes a photo, and nothing else is needed of those that are not proposed, most of a library.

use crate::search::{self, Print};
use albumen_model::PerceptualHash;

/// Two photos by their numbers, `a < b`; `turn` (EXIF 1 to 8) shows `b` the way `a` is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    pub a: u32,
    pub b: u32,
    /// Bits of 256.
    pub distance: u8,
    pub turn: u8,
    /// Not the hash but their time or a common copy brings them together: look harder.
    pub eager: bool,
}

/// Frames of one camera within this time are looked at together.
const BURST_MS: i64 = 3_000;
/// Each photo meets so many that were taken next.
const BURST_NEXT: usize = 8;
/// Frames nearer in time than this are told apart by their sub-seconds alone.
pub(crate) const SAME_MOMENT_MS: i64 = 20;

/// Hears of every photo of a library, then proposes pairs of them.
#[derive(Debug, Default)]
pub struct Proposer {
    prints: Vec<Print>,
    /// Camera, its clock in milliseconds, photo.
    taken: Vec<(u64, i64, u32)>,
}

impl Proposer {
    /// Photos come with rising numbers, and of those with the same bytes only the first. `inside` is the hash of what lies
    /// inside a frame; `taken` is what [`crate::Candidate`] says of the camera and its clock.
    pub fn add(
        &mut self,
        photo: u32,
        hash: Option<PerceptualHash>,
        inside: Option<PerceptualHash>,
        taken: Option<(u64, i64)>,
    ) {
        let hashes = hash.into_iter().chain(inside);
        self.prints.extend(hashes.map(|hash| Print { photo, hash }));
        let taken = taken.filter(|_| hash.is_some());
        self.taken
            .extend(taken.map(|(camera, when)| (camera, when, photo)));
    }

    /// Those with near hashes, then those taken together; the same two may be in both.
    pub fn proposals(self) -> Vec<Proposal> {
        let together = taken_together(self.taken);
        let near = search::near(self.prints);
        let mut made = Vec::with_capacity(near.len() + together.len());
        made.extend(near.into_iter().map(|near| Proposal {
            a: near.a,
            b: near.b,
            distance: u8::try_from(near.distance).unwrap_or(u8::MAX),
            turn: near.turn,
            eager: false,
        }));
        made.extend(together.into_iter().map(|(a, b)| Proposal::eager(a, b, 1)));
        made
    }
}

impl Proposal {
    pub(crate) fn eager(a: u32, b: u32, turn: u8) -> Self {
        Self {
            a,
            b,
            distance: search::FARTHEST as u8,
            turn,
            eager: true,
        }
    }
}

/// Pairs of one camera that follow each other within seconds, or share the very same moment.
fn taken_together(mut taken: Vec<(u64, i64, u32)>) -> Vec<(u32, u32)> {
    taken.sort_unstable();
    let mut pairs = Vec::new();
    for (k, &(camera, when, a)) in taken.iter().enumerate() {
        let next = taken[k + 1..]
            .iter()
            .take_while(|(c, w, _)| *c == camera && w - when <= BURST_MS);
        let mut others = 0;
        for &(_, w, b) in next {
            // Copies of one frame share its moment; only other frames count against the limit.
            others += usize::from(w - when > SAME_MOMENT_MS);
            if others > BURST_NEXT || pairs.len() > 64 * taken.len() {
                break;
            }
            pairs.push((a.min(b), a.max(b)));
        }
    }
    pairs
}
