//! How closely a copy is looked at, named by what may be done afterwards. The one list for window, command line and report.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum Level {
    /// The listing has each file in its size.
    Sizes,
    /// A part is read back.
    Sample,
    /// The storage's own digest of each; what it does not prove is read back.
    Digest,
    /// Every byte of each.
    #[default]
    ReadBack,
}

impl Level {
    /// From the least to the most.
    pub const ALL: [Self; 4] = [Self::Sizes, Self::Sample, Self::Digest, Self::ReadBack];

    /// What is done.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sizes => "Sizes only",
            Self::Sample => "Read back a sample",
            Self::Digest => "The storage’s own digests",
            Self::ReadBack => "Read back everything",
        }
    }

    /// What may be done afterwards.
    pub fn consequence(self) -> &'static str {
        match self {
            Self::Sizes => "do not erase originals",
            Self::Sample => "may not erase the rest",
            Self::Digest | Self::ReadBack => "may erase",
        }
    }

    /// What it shows, and what it does not.
    pub fn promise(self) -> &'static str {
        match self {
            Self::Sizes => {
                "Every file is listed in its full size. Says nothing of the bytes in it: no original may go for that."
            }
            Self::Sample => {
                "Photos that were read back are proven, and only their originals may go. Of the rest it tells how many may be damaged at most, with 95 % certainty."
            }
            Self::Digest => {
                "What the storage says it holds has the bytes that were sent. A disk that rots inside the storage is not noticed. Files it cannot prove that way are read back."
            }
            Self::ReadBack => {
                "Every byte came back and is the original’s. Takes as long as a download of everything."
            }
        }
    }

    /// Whether it leads to receipts for all that it finds whole.
    pub fn may_erase(self) -> bool {
        matches!(self, Self::Digest | Self::ReadBack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_erase_says_so() {
        for level in Level::ALL {
            assert_eq!(level.may_erase(), level.consequence() == "may erase", "{level:?}");
            assert!(!level.name().is_empty() && level.promise().ends_with('.'));
        }
    }
}
