//! Stage 3, group: exact and similar duplicates from what the catalog knows; no file is read.

use crate::api::AppError;
use crate::engine::Engine;
use albumen_catalog::{CandidateRow, NewGroup};
use albumen_duplicates::{Candidate, group, similar};
use albumen_model::{AssetId, GroupKind};
use std::collections::{HashMap, HashSet};

/// One line of `albumen groups`.
#[derive(Debug, Clone)]
pub struct FoundGroup {
    pub kind: GroupKind,
    pub reason: String,
    /// Path and distance, keeper first.
    pub members: Vec<(String, u32)>,
}

impl Engine {
    /// Finds all groups anew and keeps decisions that still hold.
    pub(crate) fn regroup(&self) -> Result<(), AppError> {
        let candidates = self.group_candidates()?;
        let groups: Vec<NewGroup> = group(&candidates, similar::DISTANCE)
            .into_iter()
            .map(|one| NewGroup {
                kind: one.kind,
                reason: one.reason,
                members: one.members,
            })
            .collect();
        Ok(self.inner.catalog.replace_groups(&groups)?)
    }

    /// Groups at any distance, without touching the stored ones.
    pub fn find_groups(&self, distance: Option<u32>) -> Result<Vec<FoundGroup>, AppError> {
        let candidates = self.group_candidates()?;
        let paths: HashMap<AssetId, &str> = candidates
            .iter()
            .map(|one| (one.asset, one.path.as_str()))
            .collect();
        let found = group(&candidates, distance.unwrap_or(similar::DISTANCE));
        let words = |(asset, distance): &(AssetId, u32)| {
            (paths.get(asset).copied().unwrap_or("").to_owned(), *distance)
        };
        Ok(found
            .iter()
            .map(|one| FoundGroup {
                kind: one.kind,
                reason: one.reason.clone(),
                members: one.members.iter().map(words).collect(),
            })
            .collect())
    }

    /// Hard links are one file under two names: only the first counts.
    fn group_candidates(&self) -> Result<Vec<Candidate>, AppError> {
        let mut inodes = HashSet::new();
        let rows = self.inner.catalog.candidates()?;
        Ok(rows
            .into_iter()
            .filter(|row| inodes.insert((row.dev, row.ino)))
            .map(candidate)
            .collect())
    }
}

fn candidate(row: CandidateRow) -> Candidate {
    Candidate {
        asset: row.asset,
        sha256: row.sha256,
        phash: row.phash,
        size: row.size,
        width: row.width,
        height: row.height,
        mtime_ns: row.mtime_ns,
        dated: row.dated,
        has_gps: row.has_gps,
        companions: row.companions,
        path: row.display,
    }
}
