//! Exact duplicates: the same SHA-256. Empty files are nothing and never duplicates of each other.

use crate::{Candidate, Group, keeper};
use albumen_model::{GroupKind, Sha256};
use std::collections::BTreeMap;

pub fn groups(candidates: &[Candidate]) -> Vec<Group> {
    let mut by_digest: BTreeMap<Sha256, Vec<&Candidate>> = BTreeMap::new();
    for one in candidates.iter().filter(|one| one.size > 0) {
        by_digest.entry(one.sha256).or_default().push(one);
    }
    let mut made: Vec<Group> = by_digest
        .into_values()
        .filter(|members| members.len() > 1)
        .map(|members| {
            let (ordered, reason) = keeper::order(members);
            Group {
                kind: GroupKind::Exact,
                members: ordered.iter().map(|one| (one.asset, 0)).collect(),
                reason,
            }
        })
        .collect();
    made.sort_by_key(|group| group.members[0].0);
    made
}
