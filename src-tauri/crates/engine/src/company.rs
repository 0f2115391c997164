//! What grouping holds of a library: photos that share bytes, were confirmed as a pair or are proposed as one. Of the
//! others, most of a library, it holds a sketch while pairs are proposed, and nothing after.
//!
//! Invariant: candidates are in the order of their ids; a hard link is one file under two names, and only its first counts.

use crate::api::AppError;
use crate::engine::Engine;
use albumen_catalog::{CandidateRow, PairRow, SketchRow};
use albumen_duplicates::{Candidate, Pair, Proposal, Proposer, keeper};
use albumen_model::{AssetId, Capture};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Pairs and proposals are of candidates by their place.
#[derive(Default)]
pub(crate) struct Company {
    /// Still without paths.
    pub candidates: Vec<Candidate>,
    pub proposals: Vec<Proposal>,
    /// What was looked at before, and what was found.
    pub known: HashMap<(u32, u32), Option<Pair>>,
}

impl Engine {
    /// What is known to be together; of other pairs nothing is said.
    pub(crate) fn known_company(&self, exact_only: bool) -> Result<Company, AppError> {
        let catalog = &self.inner.catalog;
        let known = if exact_only { Vec::new() } else { catalog.pairs()? };
        let same = catalog.same_bytes()?;
        let candidates = self.load(together(&known, &same))?;
        Ok(Company {
            known: by_place(&candidates, &known),
            candidates,
            proposals: Vec::new(),
        })
    }

    /// The same, with what is to be looked at now.
    pub(crate) fn propose(&self) -> Result<Company, AppError> {
        let catalog = &self.inner.catalog;
        let known = catalog.pairs()?;
        let same = catalog.same_bytes()?;
        let (photos, mut proposals) = self.proposals(&same)?;
        let asset = |photo: u32| photos[photo as usize];
        let is_known = |two: &Proposal| {
            let (a, b) = (asset(two.a), asset(two.b));
            known.binary_search_by_key(&(a, b), |row| (row.a, row.b)).is_ok()
        };
        proposals.retain(|two| !is_known(two));
        let mut assets = together(&known, &same);
        assets.extend(proposals.iter().flat_map(|two| [asset(two.a), asset(two.b)]));
        let candidates = self.load(assets)?;
        // What is a hard link of another candidate has no place.
        let proposals = proposals
            .into_iter()
            .filter_map(|two| {
                Some(Proposal {
                    a: place_of(&candidates, asset(two.a))?,
                    b: place_of(&candidates, asset(two.b))?,
                    ..two
                })
            })
            .collect();
        Ok(Company {
            known: by_place(&candidates, &known),
            candidates,
            proposals,
        })
    }

    /// Of all photos, by their place in the list that comes first.
    fn proposals(&self, same: &[(AssetId, AssetId)]) -> Result<(Vec<AssetId>, Vec<Proposal>), AppError> {
        let later: HashSet<AssetId> = same.iter().map(|(_, later)| *later).collect();
        let mut proposer = Proposer::default();
        let mut photos = Vec::new();
        self.inner.catalog.sketches(|row| {
            if !later.contains(&row.asset)
                && let Ok(photo) = u32::try_from(photos.len())
            {
                proposer.add(photo, row.phash, row.phash_inside, taken(&row));
                photos.push(row.asset);
            }
        })?;
        Ok((photos, proposer.proposals()))
    }

    fn load(&self, mut assets: Vec<AssetId>) -> Result<Vec<Candidate>, AppError> {
        assets.sort_unstable();
        assets.dedup();
        let mut inodes = HashSet::with_capacity(assets.len());
        let candidates = self.inner.catalog.candidates(&assets, |row| {
            inodes.insert((row.dev, row.ino)).then(|| candidate(row))
        })?;
        Ok(candidates)
    }
}

fn together(known: &[PairRow], same: &[(AssetId, AssetId)]) -> Vec<AssetId> {
    let confirmed = known.iter().filter(|row| row.relation.is_some());
    let confirmed = confirmed.flat_map(|row| [row.a, row.b]);
    confirmed
        .chain(same.iter().flat_map(|two| [two.0, two.1]))
        .collect()
}

/// Place of an asset among candidates.
pub(crate) fn place_of(candidates: &[Candidate], asset: AssetId) -> Option<u32> {
    let place = candidates.binary_search_by_key(&asset, |one| one.asset).ok()?;
    u32::try_from(place).ok()
}

fn by_place(candidates: &[Candidate], known: &[PairRow]) -> HashMap<(u32, u32), Option<Pair>> {
    let known = known.iter().filter_map(|row| {
        let (a, b) = (place_of(candidates, row.a)?, place_of(candidates, row.b)?);
        let pair = row.relation.map(|relation| Pair {
            a,
            b,
            distance: row.distance,
            turn: row.turn,
            relation,
        });
        Some(((a, b), pair))
    });
    known.collect()
}

fn camera(name: Option<&str>) -> u64 {
    name.map_or(0, |name| {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        hasher.finish().max(1)
    })
}

fn clock_ms(taken: Option<&str>, subsec_ms: Option<u16>) -> Option<i64> {
    Some(taken.and_then(Capture::clock_ms)? + i64::from(subsec_ms.unwrap_or(0)))
}

fn taken(row: &SketchRow) -> Option<(u64, i64)> {
    let when = clock_ms(row.taken.as_deref(), row.subsec_ms)?;
    Some((camera(row.camera.as_deref()), when))
}

fn candidate(row: CandidateRow) -> Candidate {
    Candidate {
        asset: row.asset,
        sha256: row.sha256,
        phash: row.phash,
        phash_inside: row.phash_inside,
        size: row.size,
        asset_size: row.asset_size,
        width: row.width,
        height: row.height,
        mtime_ns: row.mtime_ns,
        taken_ms: clock_ms(row.taken.as_deref(), row.subsec_ms),
        has_subsec: row.subsec_ms.is_some(),
        camera: camera(row.camera.as_deref()),
        exposure: row.exposure,
        has_gps: row.has_gps,
        companions: row.companions,
        raw: row.raw,
        edited: row.software.as_deref().is_some_and(keeper::is_editor),
        mark: row.mark,
        path: String::new(),
    }
}
