//! On request, what is known of a photo is written into an XMP file beside its copy.
//!
//! Invariants: no copy changes for it, and no original; what is written is decided in the plan, noted before it is put, never put
//! over anything, and taken back by a roll back while it is as it was written. A photo with an XMP file of its own gets none. What
//! was written stays as it is, also where more is known later: it may have been edited since. It is nobody's photo: not found, not
//! copied, not in the balance, and no receipt or deletion looks at it.

mod check;
mod facts;
mod packet;
mod plan;
mod put;

pub use check::Checked;
pub(crate) use check::{check, take_back};
pub use facts::{Fact, What};
pub(crate) use plan::plan;
pub(crate) use put::{mark, write};

use serde::{Deserialize, Serialize};

/// What becomes of a photo of which more is known than its bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Becomes {
    /// It gets an XMP file.
    Write,
    /// It has the one that an earlier run wrote.
    There,
    /// That one would say other things today, and stays as it is.
    Outdated,
    /// It has an XMP file of its own, which is copied.
    Own,
    /// As `Own`, and more is known than that one says.
    OwnLacks,
    /// Something else has the name.
    Taken,
}

impl Becomes {
    pub const ALL: [Self; 6] = [
        Self::Write,
        Self::There,
        Self::Outdated,
        Self::Own,
        Self::OwnLacks,
        Self::Taken,
    ];

    /// Stable: stored in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::There => "there",
            Self::Outdated => "outdated",
            Self::Own => "own",
            Self::OwnLacks => "ownLacks",
            Self::Taken => "taken",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}
