//! Which member to suggest, by rules in the person's order; the first rule that tells the best two apart is the reason.

use crate::Candidate;
use albumen_model::{FolderMark, RuleId};
use std::cmp::{Ordering, Reverse};

/// The usual order. What the person said comes first, then what cannot be made again from the other copy.
pub const USUAL: [RuleId; 13] = [
    RuleId::Protected,
    RuleId::NotDump,
    RuleId::Motion,
    RuleId::Raw,
    RuleId::Companions,
    RuleId::Original,
    RuleId::Pixels,
    RuleId::Metadata,
    RuleId::Gps,
    RuleId::FileSize,
    RuleId::Name,
    RuleId::Older,
    RuleId::ShortPath,
];

/// "Kept because …".
fn words(rule: RuleId) -> &'static str {
    match rule {
        RuleId::Protected => "it is in a folder you protected",
        RuleId::NotDump => "the others are in a folder you called a dump",
        RuleId::Motion => "it has its movie (Motion Photo, Live Photo)",
        RuleId::Raw => "it is the RAW",
        RuleId::Companions => "it has more files belonging to it (RAW, movie, sidecar)",
        RuleId::Original => "it comes from the camera, the others from a program or messenger",
        RuleId::Pixels => "it has the most pixels",
        RuleId::Metadata => "it says itself when it was taken",
        RuleId::Gps => "it knows where it was taken",
        RuleId::FileSize => "it is the larger file",
        RuleId::Name => "the others are named like copies",
        RuleId::Older => "it is the older file",
        RuleId::ShortPath => "its path is the shortest",
    }
}

/// Why a keeper is the keeper, for people.
pub fn because(rule: Option<RuleId>) -> &'static str {
    rule.map_or("they are equal in everything; this is the first by name", words)
}

/// Says of two different pictures which one is better; the others only break ties between equals.
pub fn is_telling(rule: RuleId) -> bool {
    !matches!(rule, RuleId::Name | RuleId::Older | RuleId::ShortPath)
}

/// `Less`: `a` is the better one.
fn by(rule: RuleId, a: &Candidate, b: &Candidate) -> Ordering {
    let more = |x: u64, y: u64| y.cmp(&x);
    let yes = |x: bool, y: bool| y.cmp(&x);
    match rule {
        RuleId::Protected => yes(
            a.mark == Some(FolderMark::Protected),
            b.mark == Some(FolderMark::Protected),
        ),
        RuleId::NotDump => yes(a.mark != Some(FolderMark::Dump), b.mark != Some(FolderMark::Dump)),
        RuleId::Motion => yes(a.moves, b.moves),
        RuleId::Raw => yes(a.raw, b.raw),
        RuleId::Companions => more(a.companions.into(), b.companions.into()),
        RuleId::Original => originality(b).cmp(&originality(a)),
        RuleId::Pixels => more(a.pixels(), b.pixels()),
        RuleId::Metadata => yes(a.taken_ms.is_some(), b.taken_ms.is_some()),
        RuleId::Gps => yes(a.has_gps, b.has_gps),
        RuleId::FileSize => more(a.size, b.size),
        RuleId::Name => is_copy_name(&a.path).cmp(&is_copy_name(&b.path)),
        RuleId::Older => a.mtime_ns.cmp(&b.mtime_ns),
        RuleId::ShortPath => a.path.chars().count().cmp(&b.path.chars().count()),
    }
}

/// 3 straight from a camera … 0 sent by a messenger.
fn originality(one: &Candidate) -> u8 {
    let camera = one.camera != 0 && one.taken_ms.is_some();
    if is_messenger_name(&one.path) {
        0
    } else if one.edited || one.phash_inside.is_some() {
        1
    } else if !camera && !one.raw {
        2
    } else {
        3
    }
}

/// The rules in order, then path and id: never undecided, never random.
pub fn compare(rules: &[RuleId], a: &Candidate, b: &Candidate) -> Ordering {
    rules
        .iter()
        .map(|rule| by(*rule, a, b))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or_else(|| (&a.path, Reverse(b.asset)).cmp(&(&b.path, Reverse(a.asset))))
}

/// The rule that prefers `best` to `second`; none when only the alphabet does.
pub fn reason(rules: &[RuleId], best: &Candidate, second: &Candidate) -> Option<RuleId> {
    rules
        .iter()
        .copied()
        .find(|rule| by(*rule, best, second) != Ordering::Equal)
}

/// Programs that make one picture out of another; a camera's own firmware name is none of them.
pub fn is_editor(software: &str) -> bool {
    const EDITORS: [&str; 24] = [
        "acdsee",
        "affinity",
        "aperture",
        "capture one",
        "darktable",
        "digikam",
        "facebook",
        "gimp",
        "google",
        "imagemagick",
        "instagram",
        "lightroom",
        "luminar",
        "paint",
        "photofiltre",
        "photoscape",
        "photoshop",
        "picasa",
        "pixelmator",
        "rawtherapee",
        "snapseed",
        "vsco",
        "xnview",
        "irfanview",
    ];
    let software = software.to_lowercase();
    EDITORS.iter().any(|editor| software.contains(editor))
}

fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.rsplit_once('.')
        .map_or_else(|| name.clone(), |(stem, _)| stem.to_owned())
}

/// `IMG_1 (1).jpg`, `IMG_1 copy.jpg`, `Kopie von …`, `IMG_1-Edited`: names that programs give to copies.
fn is_copy_name(path: &str) -> bool {
    let stem = stem(path);
    let numbered = stem.ends_with(')')
        && stem.rfind('(').is_some_and(|at| {
            let inside = &stem[at + 1..stem.len() - 1];
            !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit())
        });
    numbered
        || ["copy", "kopie", "copie", "copia", "-edited"]
            .iter()
            .any(|word| stem.contains(word))
}

/// `IMG-20190704-WA0001.jpg` (WhatsApp), `photo_2021-05-01_10-11-12.jpg` (Telegram), `signal-2021-…`, `FB_IMG_…`.
fn is_messenger_name(path: &str) -> bool {
    let stem = stem(path);
    let whatsapp = stem.rfind("-wa").is_some_and(|at| {
        let digits = &stem[at + 3..];
        !digits.is_empty() && digits.bytes().take(4).all(|b| b.is_ascii_digit())
    });
    whatsapp
        || stem.starts_with("whatsapp image")
        || stem.starts_with("fb_img_")
        || stem.starts_with("signal-20")
        || stem.starts_with("photo_20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grouping::tests::one;

    #[test]
    fn the_first_rule_that_differs_is_the_reason() {
        let mut plain = one(1, 7);
        plain.path = "b/IMG_1.jpg".to_owned();
        let mut copy = one(2, 7);
        copy.path = "a/IMG_1 (1).jpg".to_owned();
        let mut located = one(3, 7);
        located.path = "c/IMG_1 copy.jpg".to_owned();
        located.has_gps = true;
        assert_eq!(reason(&USUAL, &plain, &copy), Some(RuleId::Name));
        assert_eq!(compare(&USUAL, &plain, &copy), Ordering::Less);
        assert_eq!(reason(&USUAL, &located, &plain), Some(RuleId::Gps));
        // In another order, another keeper.
        assert_eq!(
            compare(&[RuleId::Name, RuleId::Gps], &plain, &located),
            Ordering::Less
        );
    }

    #[test]
    fn what_the_person_said_of_a_folder_comes_first() {
        let mut small = one(1, 7);
        small.mark = Some(FolderMark::Protected);
        let mut large = one(2, 7);
        large.width = 4000;
        assert_eq!(reason(&USUAL, &small, &large), Some(RuleId::Protected));
        small.mark = None;
        large.mark = Some(FolderMark::Dump);
        assert_eq!(reason(&USUAL, &small, &large), Some(RuleId::NotDump));
    }

    #[test]
    fn a_photo_with_its_movie_comes_before_a_larger_still() {
        let mut moving = one(1, 7);
        moving.moves = true;
        let mut still = one(2, 8);
        (still.width, still.raw, still.companions) = (4000, true, 2);
        assert_eq!(reason(&USUAL, &moving, &still), Some(RuleId::Motion));
        assert_eq!(compare(&USUAL, &moving, &still), Ordering::Less);
        still.mark = Some(FolderMark::Protected);
        assert_eq!(reason(&USUAL, &moving, &still), Some(RuleId::Protected));
    }

    #[test]
    fn copy_and_messenger_names() {
        for name in [
            "x/IMG (1).jpg",
            "Kopie von a.png",
            "a copy.jpg",
            "IMG_1-edited.jpg",
        ] {
            assert!(is_copy_name(name), "{name}");
        }
        for name in ["IMG_1.jpg", "Oslo (winter).jpg", "a ().jpg"] {
            assert!(!is_copy_name(name), "{name}");
        }
        for name in [
            "IMG-20190704-WA0001.jpg",
            "WhatsApp Image 2020-01-01.jpeg",
            "FB_IMG_1.jpg",
        ] {
            assert!(is_messenger_name(name), "{name}");
        }
        assert!(!is_messenger_name("Iowa-WAterloo.jpg"));
    }
}
