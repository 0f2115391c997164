//! What grouping holds of a library: of all photos a sketch while pairs are proposed; then the facts of those in a proposed
//! or confirmed pair, while they are looked at; then, for making groups, a part of those that are in company at a time.
//!
//! Invariant: candidates are in the order of their ids; a hard link is one file under two names, and only its first counts;
//! what hangs together by bytes or pairs is in one part.

use crate::api::AppError;
use crate::engine::Engine;
use albumen_catalog::{CandidateRow, PairRow, SketchRow};
use albumen_duplicates::pairs::components;
use albumen_duplicates::{Candidate, Pair, Proposal, Proposer, keeper};
use albumen_model::{AssetId, Capture};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What is to be looked at. Pairs and proposals are of candidates by their place.
pub(crate) struct Company {
    /// Still without paths.
    pub candidates: Vec<Candidate>,
    pub proposals: Vec<Proposal>,
    /// What was looked at before, and what was found.
    pub known: HashMap<(u32, u32), Option<Pair>>,
}

impl Engine {
    /// What is known to be together, in parts of `most` candidates or what hangs together with them: candidates, still
    /// without paths, and their pairs by their place.
    pub(crate) fn known_company(
        &self,
        exact_only: bool,
        most: usize,
        mut on: impl FnMut(Vec<Candidate>, Vec<Pair>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let catalog = &self.inner.catalog;
        let mut known = if exact_only { Vec::new() } else { catalog.pairs()? };
        known.retain(|row| row.relation.is_some());
        let parts = Parts::new(known, &catalog.same_bytes()?);
        parts.each(most, |assets, known| {
            let candidates = self.load(assets)?;
            let pairs = by_place(&candidates, known)
                .filter_map(|(_, pair)| pair)
                .collect();
            on(candidates, pairs)
        })
    }

    /// What is to be looked at now, and what that may lead on to.
    pub(crate) fn propose(&self) -> Result<Company, AppError> {
        let catalog = &self.inner.catalog;
        let known = catalog.pairs()?;
        let (photos, mut proposals) = self.proposals(&catalog.same_bytes()?)?;
        let asset = |photo: u32| photos[photo as usize];
        let is_known = |two: &Proposal| {
            let (a, b) = (asset(two.a), asset(two.b));
            known.binary_search_by_key(&(a, b), |row| (row.a, row.b)).is_ok()
        };
        proposals.retain(|two| !is_known(two));
        let mut assets: Vec<AssetId> = confirmed(&known).flat_map(|row| [row.a, row.b]).collect();
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
            known: by_place(&candidates, &known).collect(),
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

fn confirmed(known: &[PairRow]) -> impl Iterator<Item = &PairRow> {
    known.iter().filter(|row| row.relation.is_some())
}

/// Assets that share bytes or a pair with another one, as they hang together.
struct Parts {
    assets: Vec<AssetId>,
    /// Of each place, the first that it hangs together with.
    first: Vec<u32>,
    /// Places, those that hang together after each other.
    order: Vec<u32>,
    /// In the same order.
    known: Vec<PairRow>,
}

impl Parts {
    fn new(mut known: Vec<PairRow>, same: &[(AssetId, AssetId)]) -> Self {
        let two = || known.iter().map(|row| (row.a, row.b)).chain(same.iter().copied());
        let mut assets = Vec::with_capacity(2 * (known.len() + same.len()));
        assets.extend(two().flat_map(|(a, b)| [a, b]));
        assets.sort_unstable();
        assets.dedup();
        assets.shrink_to_fit();
        let place = |asset| u32::try_from(assets.binary_search(&asset).unwrap_or(0)).unwrap_or(0);
        let first = components(assets.len(), two().map(|(a, b)| (place(a), place(b))));
        let mut order: Vec<u32> = (0..).take(assets.len()).collect();
        order.sort_unstable_by_key(|at| (first[*at as usize], *at));
        known.sort_by_cached_key(|row| first[place(row.a) as usize]);
        Self {
            assets,
            first,
            order,
            known,
        }
    }

    fn each(
        &self,
        most: usize,
        mut on: impl FnMut(Vec<AssetId>, &[PairRow]) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let first = |at: u32| self.first[at as usize];
        let first_of = |asset| self.assets.binary_search(&asset).map(|at| self.first[at]);
        let (mut order, mut known) = (&self.order[..], &self.known[..]);
        while let Some(last) = order.get(..most).unwrap_or(order).last() {
            let last = first(*last);
            let (here, rest) = order.split_at(order.partition_point(|at| first(*at) <= last));
            let until = known.partition_point(|row| first_of(row.a).is_ok_and(|first| first <= last));
            let (pairs, others) = known.split_at(until);
            on(here.iter().map(|at| self.assets[*at as usize]).collect(), pairs)?;
            (order, known) = (rest, others);
        }
        Ok(())
    }
}

/// Place of an asset among candidates.
pub(crate) fn place_of(candidates: &[Candidate], asset: AssetId) -> Option<u32> {
    let place = candidates.binary_search_by_key(&asset, |one| one.asset).ok()?;
    u32::try_from(place).ok()
}

fn by_place(candidates: &[Candidate], known: &[PairRow]) -> impl Iterator<Item = ((u32, u32), Option<Pair>)> {
    known.iter().filter_map(|row| {
        let (a, b) = (place_of(candidates, row.a)?, place_of(candidates, row.b)?);
        let pair = row.relation.map(|relation| Pair {
            a,
            b,
            distance: row.distance,
            turn: row.turn,
            relation,
        });
        Some(((a, b), pair))
    })
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
        moves: row.moves,
        raw: row.raw,
        edited: row.software.as_deref().is_some_and(keeper::is_editor),
        mark: row.mark,
        path: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_model::Relation;

    fn pair(a: i64, b: i64) -> PairRow {
        PairRow {
            a: AssetId(a),
            b: AssetId(b),
            distance: 3,
            turn: 1,
            relation: Some(Relation::Same),
        }
    }

    type Part = (Vec<i64>, Vec<(i64, i64)>);

    fn parts(known: &[PairRow], same: &[(i64, i64)], most: usize) -> Vec<Part> {
        let same: Vec<_> = same.iter().map(|(a, b)| (AssetId(*a), AssetId(*b))).collect();
        let mut made = Vec::new();
        Parts::new(known.to_vec(), &same)
            .each(most, |assets, pairs| {
                let pairs = pairs.iter().map(|row| (row.a.0, row.b.0)).collect();
                made.push((assets.iter().map(|asset| asset.0).collect(), pairs));
                Ok(())
            })
            .expect("nothing fails");
        made
    }

    #[test]
    fn what_hangs_together_by_bytes_or_pairs_is_in_one_part() {
        // 1–9 by bytes, 9–4 by a pair, 4–20 by another; 2–3 and 5–6–7 apart from it.
        let known = [pair(4, 9), pair(4, 20), pair(5, 6)];
        let same = [(1, 9), (2, 3), (5, 7)];
        let each = [
            (vec![1, 4, 9, 20], vec![(4, 9), (4, 20)]),
            (vec![2, 3], vec![]),
            (vec![5, 6, 7], vec![(5, 6)]),
        ];
        assert_eq!(parts(&known, &same, 1), each);
        assert_eq!(
            parts(&known, &same, 5),
            [(vec![1, 4, 9, 20, 2, 3], vec![(4, 9), (4, 20)]), each[2].clone()],
            "as many whole ones as it takes"
        );
        assert_eq!(parts(&known, &same, usize::MAX).len(), 1);
        assert_eq!(parts(&[], &[], 5), []);
    }
}
