//! Which photos a pilot moves: a small part of every kind, size and folder.
//!
//! Invariants: the same photos and seed give the same choice, in whatever order the photos come; every kind is in it, and every
//! folder and every kind-and-size that is large enough for the part to hold one of it.

use std::collections::HashMap;

/// So few photos are no trial.
pub const LEAST: usize = 20;

/// A photo with its companions, as the choice sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Photo {
    /// Numbers that stand for a kind and a folder.
    pub kind: u32,
    pub folder: u32,
    /// Of all its files.
    pub bytes: u64,
    /// A number that it has on every machine; photos are told apart by it.
    pub place: u64,
}

/// Sizes within a factor of four are alike.
fn size_class(bytes: u64) -> u32 {
    bytes.max(1).ilog2() / 2
}

/// A number as good as any, by the seed.
fn drawn(seed: u64, place: u64) -> u64 {
    let mut mixed = place ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for factor in [0xff51_afd7_ed55_8ccd_u64, 0xc4ce_b9fe_1a85_ec53] {
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(factor);
    }
    mixed ^ (mixed >> 33)
}

/// Indices of `share` (0 to 1) of the photos, and of [`LEAST`] at least, in the order of `photos`.
pub fn choose(photos: &[Photo], share: f64, seed: u64) -> Vec<usize> {
    let all = photos.len();
    let wanted = ((all as f64 * share.clamp(0.0, 1.0)).ceil() as usize).max(LEAST);
    if wanted >= all {
        return (0..all).collect();
    }
    let lot = |index: usize| drawn(seed, photos[index].place);
    let mut order: Vec<usize> = (0..all).collect();
    order.sort_unstable_by_key(|&index| {
        let photo = &photos[index];
        let class = (photo.kind, size_class(photo.bytes), photo.folder);
        (class, lot(index), photo.place)
    });
    // Every so-manieth, from a first one by the seed: each class gives its part, up to one.
    let step = all as f64 / wanted as f64;
    let first = step * (drawn(seed, u64::MAX) as f64 / u64::MAX as f64).min(1.0 - f64::EPSILON);
    let mut chosen: Vec<usize> = (0..wanted)
        .map(|nth| order[((first + nth as f64 * step) as usize).min(all - 1)])
        .collect();
    let kinds = missing(photos, &chosen, &lot, 1.0, |photo| photo.kind);
    chosen.extend(kinds);
    let folders = missing(photos, &chosen, &lot, step, |photo| photo.folder);
    chosen.extend(folders);
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// One photo of each class with at least `enough` of them that none was chosen of.
fn missing(
    photos: &[Photo],
    chosen: &[usize],
    lot: &impl Fn(usize) -> u64,
    enough: f64,
    class: impl Fn(&Photo) -> u32,
) -> Vec<usize> {
    /// Members, the one that is drawn, whether one is chosen.
    type Seen = (u64, usize, bool);
    let mut classes: HashMap<u32, Seen> = HashMap::new();
    for (index, photo) in photos.iter().enumerate() {
        let seen = classes.entry(class(photo)).or_insert((0, index, false));
        seen.0 += 1;
        if (lot(index), photo.place) < (lot(seen.1), photos[seen.1].place) {
            seen.1 = index;
        }
    }
    for &index in chosen {
        if let Some(seen) = classes.get_mut(&class(&photos[index])) {
            seen.2 = true;
        }
    }
    let left_out = classes
        .into_values()
        .filter(|seen| !seen.2 && seen.0 as f64 >= enough);
    left_out.map(|seen| seen.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn library(many: u64) -> Vec<Photo> {
        (0..many)
            .map(|n| Photo {
                kind: if n == 17 { 9 } else { (n % 5 == 0).into() },
                folder: (n / 150) as u32,
                bytes: 1 << (18 + n % 9),
                place: drawn(7, n),
            })
            .collect()
    }

    fn places(photos: &[Photo], seed: u64) -> BTreeSet<u64> {
        let chosen = choose(photos, 0.01, seed);
        chosen.into_iter().map(|index| photos[index].place).collect()
    }

    #[test]
    fn one_percent_of_a_library_has_some_of_all() {
        let photos = library(10_000);
        let chosen = choose(&photos, 0.01, 1);
        assert!((100..=200).contains(&chosen.len()), "{}", chosen.len());
        let seen = |class: &dyn Fn(&Photo) -> u32| -> BTreeSet<u32> {
            chosen.iter().map(|&index| class(&photos[index])).collect()
        };
        assert_eq!(
            seen(&|photo| photo.kind),
            BTreeSet::from([0, 1, 9]),
            "the rare one too"
        );
        assert_eq!(
            seen(&|photo| photo.folder).len(),
            10_000 / 150 + usize::from(10_000 % 150 >= 100)
        );
        assert_eq!(seen(&|photo| size_class(photo.bytes)).len(), 5);
    }

    #[test]
    fn the_seed_decides_and_the_order_does_not() {
        let photos = library(10_000);
        let mut turned = photos.clone();
        turned.reverse();
        assert_eq!(places(&photos, 1), places(&turned, 1));
        let (one, other) = (places(&photos, 1), places(&photos, 2));
        let both = one.intersection(&other).count();
        assert!(both < one.len() / 4, "{both} of {}", one.len());
    }

    #[test]
    fn a_small_library_is_its_own_pilot() {
        assert_eq!(choose(&library(12), 0.01, 1), (0..12).collect::<Vec<_>>());
        assert!(choose(&library(200), 0.01, 1).len() >= LEAST);
        assert!(choose(&[], 0.01, 1).is_empty());
    }

    proptest! {
        #[test]
        fn each_is_chosen_once_and_large_classes_are_met(many in 1_u64..3000, share in 0.0_f64..1.0, seed: u64) {
            let photos = library(many);
            let chosen = choose(&photos, share, seed);
            let once: BTreeSet<usize> = chosen.iter().copied().collect();
            prop_assert_eq!(once.len(), chosen.len());
            prop_assert!(chosen.len() >= LEAST.min(photos.len()));
            let wanted = ((many as f64 * share).ceil() as usize).max(LEAST).min(photos.len());
            let step = many as f64 / wanted as f64;
            let mut classes: HashMap<(u32, u32), (f64, bool)> = HashMap::new();
            for (index, photo) in photos.iter().enumerate() {
                let seen = classes.entry((photo.kind, size_class(photo.bytes))).or_default();
                seen.0 += 1.0;
                seen.1 |= once.contains(&index);
            }
            // A run as long as the step meets one; rounding may take one off.
            prop_assert!(classes.values().all(|seen| seen.1 || seen.0 < step + 1.0));
        }
    }
}
