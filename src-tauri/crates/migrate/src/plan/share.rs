//! Which machine copies an asset, where several share a migration and nothing but its destination.
//!
//! Invariants: an asset is the same machine's part wherever that is asked, whatever was placed meanwhile, however a catalog
//! numbers files and wherever the library is mounted; an asset is never split; that something is another machine's is never
//! a reason to believe that it arrived.

use crate::Result;
use albumen_catalog::Catalog;
use albumen_model::{DestinationId, RelPath, Sha256, key};
use albumen_store::{Destination, ErrorKind, Flow};
use serde::{Deserialize, Serialize};

/// Part `part` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    part: u32,
    of: u32,
}

impl Share {
    /// `None` where there is no such part.
    pub fn new(part: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&part).then_some(Self { part, of })
    }

    pub fn part(self) -> u32 {
        self.part
    }

    pub fn of(self) -> u32 {
        self.of
    }

    /// The part that an asset belongs to, by the path of its primary below its source. Not by its bytes: one that a machine
    /// cannot read, or that was edited between two scans, has its one machine all the same.
    pub fn part_of(self, primary: &RelPath) -> u32 {
        let nth = place(primary) % u64::from(self.of.max(1));
        u32::try_from(nth).unwrap_or(0) + 1
    }

    /// The part of another machine, if it is one.
    pub(super) fn theirs(self, primary: &RelPath) -> Option<u32> {
        Some(self.part_of(primary)).filter(|part| *part != self.part)
    }
}

/// A number that a path has on every machine and in every version: of the name as people read it, whatever case and form of
/// its letters a mount makes of it. FNV-1a, and its bits mixed, so that any part of it is as good as any other.
pub(crate) fn place(path: &RelPath) -> u64 {
    let name = key::fold(&path.display());
    let sum = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (sum ^ (sum >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// Whether the last plan was one machine's part: then there is more at the destination than this catalog knows.
pub(super) fn was_shared(catalog: &Catalog, id: DestinationId) -> Result<bool> {
    let last = catalog.plan(id)?;
    let options = last.and_then(|plan| serde_json::from_str::<super::Options>(&plan.options).ok());
    Ok(options.is_some_and(|options| options.share.is_some()))
}

/// Whether what stands under the name of another machine's file is that file, as far as its name is concerned: what the
/// object says of itself is enough for that, and nothing else is concluded from it.
pub(super) async fn holds_theirs(
    destination: &Destination,
    key: &str,
    sha256: &Sha256,
    flow: &Flow,
) -> Result<bool> {
    let asked = async {
        match destination.head(key, flow).await? {
            None => Ok::<bool, albumen_store::Error>(true),
            Some(there) => match there.claimed {
                Some(claimed) => Ok(claimed == *sha256),
                None => Ok(destination.digest(key, flow).await?.0 == *sha256),
            },
        }
    };
    match asked.await {
        Err(gone) if gone.kind == ErrorKind::NotThere => Ok(true),
        Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => Err(failed.into()),
        // Whatever it is, the name is not free.
        Err(_) => Ok(false),
        Ok(same) => Ok(same),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath(text.as_bytes().to_vec())
    }

    #[test]
    fn there_is_no_part_beside_those_from_one_to_all() {
        assert_eq!(
            (Share::new(0, 8), Share::new(9, 8), Share::new(1, 0)),
            (None, None, None)
        );
        assert!(Share::new(1, 1).is_some() && Share::new(8, 8).is_some());
    }

    /// Another number would make the machines of two versions copy what is not theirs.
    #[test]
    fn a_path_keeps_its_number() {
        assert_eq!(place(&path("2019/IMG_0001.JPG")), 5_613_062_182_544_283_620);
        assert_eq!(
            place(&path("a/é.jpg")),
            place(&path("A/e\u{301}.JPG")),
            "as another mount writes it"
        );
    }

    #[test]
    fn every_asset_is_the_part_of_one_machine_and_the_parts_are_alike() {
        for of in [1_u32, 2, 3, 8] {
            let shares: Vec<Share> = (1..=of).filter_map(|part| Share::new(part, of)).collect();
            let mut sizes = vec![0_usize; of as usize];
            for n in 0..8000 {
                let path = path(&format!("{}/IMG_{n:05}.jpg", 2005 + n / 1200));
                let own = shares.iter().filter(|share| share.theirs(&path).is_none());
                let parts: Vec<u32> = own.map(|share| share.part()).collect();
                assert_eq!(parts, [shares[0].part_of(&path)], "{path:?}");
                sizes[parts[0] as usize - 1] += 1;
            }
            let fair = 8000 / of as usize;
            assert!(
                sizes.iter().all(|size| size.abs_diff(fair) < fair / 5),
                "{sizes:?}"
            );
        }
    }
}
