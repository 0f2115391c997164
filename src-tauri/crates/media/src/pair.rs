//! Stage 2b: files of one folder become assets. What a person calls "a photo" moves, stays or goes as a whole.
//!
//! Within one folder, by name without regard to case: RAW beside JPEG/HEIC; a movie beside a still of the same stem
//! (Live Photo); `.xmp .aae .thm` beside either (`a.xmp` and `a.jpg.xmp`); Takeout's JSON under the names it has had.

use crate::kind::extension;
use crate::takeout::{self, Tie};
use albumen_model::{FileId, Kind, key};
use std::collections::HashMap;

/// One file of a folder, as pairing needs it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: FileId,
    pub name: Vec<u8>,
    pub kind: Kind,
}

/// A primary and its companions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    pub primary: FileId,
    pub companions: Vec<FileId>,
}

/// Every candidate ends in exactly one asset. Files of kind `Other` (but for Takeout JSON) are assets of their own.
pub fn pair(mut files: Vec<Candidate>) -> Vec<Assembled> {
    files.sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
    let mut assets: Vec<Assembled> = Vec::new();
    // Lower-case stem and full lower-case name of each primary, to the asset's place.
    let mut by_stem: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut kinds: Vec<Kind> = Vec::new();
    // Names of photos, complete when the first JSON comes.
    let mut primaries: Vec<(String, usize)> = Vec::new();
    let mut ties = None;
    for file in &files {
        let name = String::from_utf8_lossy(&file.name).to_lowercase();
        let stem = key::split_extension(&name).0.to_owned();
        let home = match file.kind {
            Kind::Raw => pick(&by_stem, &stem, &kinds, |kind| {
                matches!(kind, Kind::Jpeg | Kind::Heic)
            }),
            Kind::Video => pick(&by_stem, &stem, &kinds, |kind| {
                matches!(kind, Kind::Jpeg | Kind::Heic)
            }),
            Kind::Sidecar => by_name
                .get(&stem)
                .copied()
                .or_else(|| pick(&by_stem, &stem, &kinds, |_| true)),
            Kind::Other if extension(&file.name) == "json" => {
                let ties = ties.get_or_insert_with(|| ties_of(&primaries));
                takeout::ties_of_json(&name)
                    .iter()
                    .find_map(|tie| ties.get(tie).copied())
            }
            _ => None,
        };
        match home {
            Some(at) => assets[at].companions.push(file.id),
            None => {
                if file.kind.moves() && file.kind != Kind::Sidecar {
                    by_stem.entry(stem).or_default().push(assets.len());
                    by_name.insert(name.clone(), assets.len());
                    primaries.push((name, assets.len()));
                }
                kinds.push(file.kind);
                assets.push(Assembled {
                    primary: file.id,
                    companions: Vec::new(),
                });
            }
        }
    }
    assets
}

/// Stills before what may accompany them; HEIC before JPEG, so that a Live Photo's movie finds its HEIC.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Heic => 0,
        Kind::Jpeg => 1,
        Kind::Raw => 3,
        Kind::Video => 4,
        Kind::Sidecar => 5,
        Kind::Other => 6,
        _ => 2,
    }
}

fn pick(
    by_stem: &HashMap<String, Vec<usize>>,
    stem: &str,
    kinds: &[Kind],
    fits: impl Fn(Kind) -> bool,
) -> Option<usize> {
    by_stem.get(stem)?.iter().copied().find(|&at| fits(kinds[at]))
}

/// What ties a JSON to each photo; where two could have it, it goes to the one that is called more like it.
fn ties_of(primaries: &[(String, usize)]) -> HashMap<Tie, usize> {
    let all: Vec<(Vec<Tie>, usize)> = primaries
        .iter()
        .map(|(name, at)| (takeout::ties_of_photo(name), *at))
        .collect();
    let most = all.iter().map(|(ties, _)| ties.len()).max().unwrap_or(0);
    let mut ties = HashMap::new();
    for rank in 0..most {
        for (of_one, at) in &all {
            if let Some(tie) = of_one.get(rank) {
                ties.entry(tie.clone()).or_insert(*at);
            }
        }
    }
    ties
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(names: &[(&str, Kind)]) -> Vec<Vec<String>> {
        let files: Vec<Candidate> = names
            .iter()
            .zip(0..)
            .map(|((name, kind), id)| Candidate {
                id: FileId(id),
                name: name.as_bytes().to_vec(),
                kind: *kind,
            })
            .collect();
        let name = |id: &FileId| names[usize::try_from(id.0).expect("small")].0.to_owned();
        let mut made: Vec<Vec<String>> = pair(files)
            .iter()
            .map(|asset| {
                std::iter::once(&asset.primary)
                    .chain(&asset.companions)
                    .map(name)
                    .collect()
            })
            .collect();
        made.sort();
        made
    }

    #[test]
    fn pairs_what_belongs_together() {
        let made = assets(&[
            ("IMG_1.JPG", Kind::Jpeg),
            ("IMG_1.CR2", Kind::Raw),
            ("img_1.xmp", Kind::Sidecar),
            ("IMG_2.HEIC", Kind::Heic),
            ("IMG_2.MOV", Kind::Video),
            ("IMG_2.AAE", Kind::Sidecar),
            ("b.jpg", Kind::Jpeg),
            ("b.jpg.supplemental-met.json", Kind::Other),
            ("c.mp4", Kind::Video),
            ("lonely.xmp", Kind::Sidecar),
            ("notes.json", Kind::Other),
        ]);
        assert_eq!(
            made,
            [
                vec!["IMG_1.JPG", "IMG_1.CR2", "img_1.xmp"],
                vec!["IMG_2.HEIC", "IMG_2.MOV", "IMG_2.AAE"],
                vec!["b.jpg", "b.jpg.supplemental-met.json"],
                vec!["c.mp4"],
                vec!["lonely.xmp"],
                vec!["notes.json"],
            ]
        );
    }

    #[test]
    fn numbered_photos_of_a_takeout_keep_their_own_json() {
        let made = assets(&[
            ("IMG_1.jpg", Kind::Jpeg),
            ("IMG_1(1).jpg", Kind::Jpeg),
            ("IMG_1(2).jpg", Kind::Jpeg),
            ("IMG_1.jpg.json", Kind::Other),
            ("IMG_1.jpg(1).json", Kind::Other),
            ("IMG_1.jpg.supplemental-metadata(2).json", Kind::Other),
            (
                "a name that is far too long for any takeout to keep whole.jpg",
                Kind::Jpeg,
            ),
            ("a name that is far too long for any takeout to.json", Kind::Other),
            ("metadata.json", Kind::Other),
        ]);
        assert_eq!(
            made,
            [
                vec!["IMG_1(1).jpg", "IMG_1.jpg(1).json"],
                vec!["IMG_1(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json"],
                vec!["IMG_1.jpg", "IMG_1.jpg.json"],
                vec![
                    "a name that is far too long for any takeout to keep whole.jpg",
                    "a name that is far too long for any takeout to.json"
                ],
                vec!["metadata.json"],
            ]
        );
    }

    #[test]
    fn two_stills_of_one_name_stay_two_photos() {
        assert_eq!(assets(&[("a.jpg", Kind::Jpeg), ("a.png", Kind::Png)]).len(), 2);
    }

    #[test]
    fn a_sidecar_with_the_full_name_goes_to_that_file() {
        let made = assets(&[
            ("a.jpg", Kind::Jpeg),
            ("a.heic", Kind::Heic),
            ("a.jpg.xmp", Kind::Sidecar),
        ]);
        assert_eq!(made, [vec!["a.heic"], vec!["a.jpg", "a.jpg.xmp"]]);
    }
}
