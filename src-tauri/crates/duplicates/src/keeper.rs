//! Which member to suggest, by ordered rules; the first rule that tells the best two apart is the reason shown.

use crate::Candidate;
use std::cmp::{Ordering, Reverse};

type Rule = (&'static str, fn(&Candidate, &Candidate) -> Ordering);

/// Best first under each rule. Originals outrank exports because exports lose companions, pixels and metadata.
const RULES: [Rule; 8] = [
    (
        "it has more files belonging to it (RAW, movie, sidecar)",
        |a, b| b.companions.cmp(&a.companions),
    ),
    ("it has the most pixels", |a, b| b.pixels().cmp(&a.pixels())),
    ("it says itself when it was taken", |a, b| b.dated.cmp(&a.dated)),
    ("it knows where it was taken", |a, b| b.has_gps.cmp(&a.has_gps)),
    ("it is the larger file", |a, b| b.size.cmp(&a.size)),
    ("the others are named like copies", |a, b| {
        is_copy_name(&a.path).cmp(&is_copy_name(&b.path))
    }),
    ("it is the older file", |a, b| a.mtime_ns.cmp(&b.mtime_ns)),
    ("its path is the shortest", |a, b| {
        a.path.chars().count().cmp(&b.path.chars().count())
    }),
];

/// Sorts best first and says why the first is first.
pub fn order(mut members: Vec<&Candidate>) -> (Vec<&Candidate>, String) {
    members.sort_by(|a, b| compare(a, b));
    let reason = match members.as_slice() {
        [best, second, ..] => RULES
            .iter()
            .find(|(_, rule)| rule(best, second) != Ordering::Equal)
            .map_or(
                "they are equal in everything; this is the first by name",
                |(words, _)| words,
            ),
        _ => "it is the only one",
    };
    (members, reason.to_owned())
}

/// The rules in order, then path and id: never undecided, never random.
pub fn compare(a: &Candidate, b: &Candidate) -> Ordering {
    RULES
        .iter()
        .map(|(_, rule)| rule(a, b))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or_else(|| (&a.path, Reverse(b.asset)).cmp(&(&b.path, Reverse(a.asset))))
}

/// `IMG_1 (1).jpg`, `IMG_1 copy.jpg`, `Kopie von …`, `IMG_1-Edited`: names that programs give to copies.
fn is_copy_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let numbered = stem.ends_with(')')
        && stem.rfind('(').is_some_and(|at| {
            let inside = &stem[at + 1..stem.len() - 1];
            !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit())
        });
    numbered
        || ["copy", "kopie", "copie", "copia"]
            .iter()
            .any(|word| stem.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_model::{AssetId, Sha256};

    fn one(id: i64, path: &str) -> Candidate {
        Candidate {
            asset: AssetId(id),
            sha256: Sha256([0; 32]),
            phash: None,
            size: 10,
            width: 4,
            height: 3,
            mtime_ns: 0,
            dated: false,
            has_gps: false,
            companions: 0,
            path: path.to_owned(),
        }
    }

    #[test]
    fn the_first_rule_that_differs_is_the_reason() {
        let plain = one(1, "b/IMG_1.jpg");
        let copy = one(2, "a/IMG_1 (1).jpg");
        let located = Candidate {
            has_gps: true,
            ..one(3, "c/IMG_1 copy.jpg")
        };
        let (order, reason) = order(vec![&copy, &plain]);
        assert_eq!(
            (order[0].asset, reason.as_str()),
            (AssetId(1), "the others are named like copies")
        );
        let (order, reason) = super::order(vec![&copy, &plain, &located]);
        assert_eq!(
            (order[0].asset, reason.as_str()),
            (AssetId(3), "it knows where it was taken")
        );
    }

    #[test]
    fn copy_names() {
        for name in ["x/IMG (1).jpg", "Kopie von a.png", "a copy.jpg"] {
            assert!(is_copy_name(name), "{name}");
        }
        for name in ["IMG_1.jpg", "Oslo (winter).jpg", "a ().jpg"] {
            assert!(!is_copy_name(name), "{name}");
        }
    }
}
