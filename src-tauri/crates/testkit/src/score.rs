//! How well groups match the truth of a labelled set, pair by pair.

use crate::labelled::Label;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Groups as lists of files, named as in the labels.
pub struct Score {
    /// Of all pairs in one group, the part that belongs there.
    pub precision: f64,
    /// Of all pairs that belong in one group, the part that is.
    pub recall: f64,
    /// Groups over which the variants of one photo are scattered; 1.0 is right.
    pub pieces: f64,
    /// For each transform, how many are grouped with their original, of how many.
    pub found: BTreeMap<String, (usize, usize)>,
    /// Wrong pairs, by what they are.
    pub wrong: BTreeMap<(String, String), usize>,
    /// Variants that are not grouped with their original, as `group transform`.
    pub lost: Vec<String>,
    /// Flat pictures in any group.
    pub flat: Vec<String>,
}

impl Score {
    pub fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall).max(f64::MIN_POSITIVE)
    }

    /// The part of all files made by one of `transforms` that is grouped with its original; 1 when there are none.
    pub fn recall_of(&self, transforms: &[&str]) -> f64 {
        let of = |name: &&str| self.found.get(*name).copied().unwrap_or((0, 0));
        let (found, all) = transforms
            .iter()
            .map(of)
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        ratio(found, all)
    }
}

fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { part as f64 / all as f64 }
}

pub fn score(truth: &[Label], groups: &[Vec<String>]) -> Score {
    let labels: HashMap<&str, &Label> = truth.iter().map(|label| (label.file.as_str(), label)).collect();
    let mut place: HashMap<&str, usize> = HashMap::new();
    let (mut right, mut wrong) = (0, BTreeMap::new());
    let mut flat = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let members: Vec<&Label> = group
            .iter()
            .filter_map(|file| labels.get(file.as_str()).copied())
            .collect();
        for (k, a) in members.iter().enumerate() {
            place.insert(&a.file, number);
            if a.transform == "neg-flat" {
                flat.push(a.file.clone());
            }
            for b in &members[..k] {
                if a.group == b.group {
                    right += 1;
                } else if a.scene.is_empty() || a.scene != b.scene {
                    let (x, y) = (a.transform.clone(), b.transform.clone());
                    *wrong.entry(if x < y { (x, y) } else { (y, x) }).or_insert(0) += 1;
                }
            }
        }
    }
    let mut families: BTreeMap<&str, Vec<&Label>> = BTreeMap::new();
    for label in truth.iter().filter(|label| !label.is_negative()) {
        families.entry(&label.group).or_default().push(label);
    }
    let (mut wanted, mut pieces) = (0, 0);
    let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut lost = Vec::new();
    for family in families.values() {
        wanted += family.len() * (family.len() - 1) / 2;
        let places: BTreeSet<usize> = family
            .iter()
            .filter_map(|one| place.get(one.file.as_str()).copied())
            .collect();
        pieces += places.len().max(1);
        let original = family.iter().find(|one| one.is_original());
        let at = original.and_then(|one| place.get(one.file.as_str()));
        for one in family.iter().filter(|one| !one.is_original()) {
            let together = at.is_some() && place.get(one.file.as_str()) == at;
            if !together {
                lost.push(format!("{} {}", one.group, one.transform));
            }
            let entry = found.entry(one.transform.clone()).or_default();
            *entry = (entry.0 + usize::from(together), entry.1 + 1);
        }
    }
    Score {
        precision: ratio(right, right + wrong.values().sum::<usize>()),
        recall: ratio(right, wanted),
        pieces: pieces as f64 / families.len().max(1) as f64,
        found,
        wrong,
        lost,
        flat,
    }
}
