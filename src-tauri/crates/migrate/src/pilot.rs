//! Stage 6a, pilot: a small part of a plan's photos is chosen, and goes before all others.
//!
//! Invariants: whole photos only; nothing but the order of the plan's steps changes, so that what the pilot moved is simply done
//! when the whole is moved; the choice is written down before anything of it is sent, and a run that was killed goes on with it.

use crate::Result;
use crate::plan::{SHARD_BYTES, SHARD_FILES, place};
use albumen_catalog::Catalog;
use albumen_model::{AssetId, DestinationId, pilot};
use std::collections::HashMap;

/// A pilot that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pilot {
    pub id: i64,
    /// The first of its shards; no others come behind them.
    pub first: u32,
}

/// Chooses `share` (0 to 1) of what `plan` has still to copy on this machine, by `seed`, and writes it down. `None` where
/// nothing is left to copy.
pub fn choose(
    catalog: &Catalog,
    id: DestinationId,
    plan: i64,
    (share, seed): (f64, i64),
    now: i64,
) -> Result<Option<i64>> {
    let mut folders: HashMap<(i64, Vec<u8>), u32> = HashMap::new();
    let mut photos = Vec::new();
    let mut assets: Vec<AssetId> = Vec::new();
    catalog.open_photos(plan, |photo| {
        let folder = (photo.source, photo.path.folder().to_vec());
        let next = u32::try_from(folders.len()).unwrap_or(u32::MAX);
        photos.push(pilot::Photo {
            kind: photo.kind as u32,
            folder: *folders.entry(folder).or_insert(next),
            bytes: photo.bytes,
            // Two sources may have the same path; the order in which they were added tells them apart.
            place: place(&photo.path).wrapping_add(photo.source.cast_unsigned()),
        });
        assets.push(photo.asset);
    })?;
    let chosen: Vec<AssetId> = pilot::choose(&photos, share, seed.cast_unsigned())
        .into_iter()
        .map(|index| assets[index])
        .collect();
    if chosen.is_empty() {
        return Ok(None);
    }
    Ok(Some(catalog.begin_pilot(
        id,
        plan,
        (share, seed),
        &chosen,
        now,
    )?))
}

/// Puts what is open of a pilot into shards of its own.
pub fn stage(catalog: &Catalog, plan: i64, id: i64) -> Result<Pilot> {
    let (mut shard, mut files, mut bytes) = (0, 0, 0);
    let first = catalog.stage_pilot(plan, id, |size| {
        if files >= SHARD_FILES || (files > 0 && bytes + size > SHARD_BYTES) {
            (shard, files, bytes) = (shard + 1, 0, 0);
        }
        files += 1;
        bytes += size;
        shard
    })?;
    Ok(Pilot { id, first })
}
