//! What a destination's own word about an object proves, without reading it back.
//!
//! Invariant: a size, a time or a name proves nothing; where words are missing or contradict each other the answer is
//! "read it back", never "different" and never "the same".

use crate::destination::Remote;
use crate::sums::{Algo, Sums};
use crate::version::same_version;
use albumen_model::Sha256;

/// How it is known that a destination holds the bytes, from the weakest that frees an original upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// It took the bytes with their digest, was seen to refuse others, and the object is still the one it took then.
    Refused,
    /// The digest it computed of what it holds is ours.
    Digest,
    /// It gave the bytes back.
    ReadBack,
}

impl Grade {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Digest => "digest",
            Self::ReadBack => "readback",
        }
    }
}

/// What is kept of an object when it was placed.
#[derive(Debug, Clone)]
pub struct Placed {
    pub sha256: Sha256,
    pub size: u64,
    pub version: String,
    pub sums: Sums,
    pub refused_wrong: bool,
}

/// `None` when only the bytes themselves can tell.
pub fn prove(placed: &Placed, there: &Remote) -> Option<Grade> {
    if placed.size != there.size {
        return None;
    }
    let ours = placed.sums.clone().with(Algo::Sha256, placed.sha256.to_string());
    match ours.agree(&there.sums) {
        Some(false) => None,
        // A checksum of 32 bits is no proof.
        Some(true) if is_strong(&ours, &there.sums) => Some(Grade::Digest),
        _ => {
            (placed.refused_wrong && same_version(&placed.version, &there.version)).then_some(Grade::Refused)
        }
    }
}

fn is_strong(ours: &Sums, told: &Sums) -> bool {
    told.algos()
        .any(|algo| algo == Algo::Etag || (algo != Algo::Crc32c && ours.get(algo).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(sums: Sums, refused_wrong: bool) -> Placed {
        Placed {
            sha256: Sha256([1; 32]),
            size: 3,
            version: "etag=a;size=3".to_owned(),
            sums,
            refused_wrong,
        }
    }

    fn there(size: u64, version: &str, sums: Sums) -> Remote {
        Remote {
            size,
            version: version.to_owned(),
            claimed: Some(Sha256([1; 32])),
            sums,
        }
    }

    #[test]
    fn only_digests_and_guarded_writes_prove() {
        let none = Sums::default();
        let md5 = Sums::default().with(Algo::Md5, "ab");
        let crc = Sums::default().with(Algo::Crc32c, "ab");
        let sha256 = Sums::default().with(Algo::Sha256, Sha256([1; 32]).to_string());
        for (at, (ours, refused, told, expected)) in [
            (&none, false, there(3, "etag=a;size=3", none.clone()), None),
            (
                &none,
                true,
                there(3, "etag=a;size=3", none.clone()),
                Some(Grade::Refused),
            ),
            (&none, true, there(3, "etag=b;size=3", none.clone()), None),
            (&none, true, there(4, "etag=a;size=4", none.clone()), None),
            (&none, false, there(3, "", sha256.clone()), Some(Grade::Digest)),
            (&md5, false, there(3, "", md5.clone()), Some(Grade::Digest)),
            (&crc, false, there(3, "", crc.clone()), None),
            (
                &md5,
                true,
                there(3, "etag=a", Sums::default().with(Algo::Md5, "cd")),
                None,
            ),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(
                prove(&placed(ours.clone(), refused), &told),
                expected,
                "case {at}"
            );
        }
    }
}
