//! What lies where when all archives of one Takeout are unpacked into one folder, so that a JSON meets its photo wherever
//! each of them was packed.
//!
//! Deterministic: the same archives in the same order give the same names, so that what a killed run left is found again.
//! Invariants: no two names that some disk would take for one; the same path with the same size and CRC lies there once;
//! where something else has its path already, a photo gets a number at the end of its name, as Takeout itself numbers
//! photos, and its JSON gets the same one.

use crate::kind;
use crate::takeout::{self, Tie};
use albumen_model::{Kind, RelPath, key};
use std::collections::{HashMap, HashSet};

/// A file as an archive lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which archive, and which place in its directory.
    pub archive: usize,
    pub number: usize,
    pub path: RelPath,
    pub size: u64,
    pub crc: u32,
}

/// One file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub from: Listed,
    pub to: RelPath,
}

/// A step for all that is listed, in the order of archives and of what they list.
pub fn arrange(listed: Vec<Listed>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(listed.len());
    let mut at: HashMap<String, Vec<usize>> = HashMap::new();
    let mut later = Vec::new();
    for from in listed {
        let holders = at.entry(fold(&from.path)).or_default();
        let same = |step: &Step| {
            step.from.path == from.path && (step.from.size, step.from.crc) == (from.size, from.crc)
        };
        if holders.iter().any(|&place| same(&steps[place])) {
            continue;
        }
        holders.push(steps.len());
        if holders.len() > 1 {
            later.push((steps.len(), holders.len()));
        }
        let to = from.path.clone();
        steps.push(Step { from, to });
    }
    if !later.is_empty() {
        let mut names = Names {
            taken: at.into_keys().collect(),
            stride: steps.len(),
        };
        for &(place, rank) in &later {
            steps[place].to = names.free(&steps[place].from.path, rank);
        }
        lend(&mut steps, &later, &mut names);
        steps.sort_by_key(|step| (step.from.archive, step.from.number));
    }
    steps
}

/// Equal for paths that some disk would take for one.
fn fold(path: &RelPath) -> String {
    key::fold(&path.display())
}

struct Names {
    /// Folded.
    taken: HashSet<String>,
    /// What is added to a number that is taken: so far that no two photos try the same ones.
    stride: usize,
}

impl Names {
    fn free(&mut self, path: &RelPath, mut rank: usize) -> RelPath {
        loop {
            let made = numbered(path, rank);
            if self.taken.insert(fold(&made)) {
                return made;
            }
            rank += self.stride;
        }
    }
}

/// `a.jpg` as `a(002).jpg`, `a(1).jpg` as `a(1002).jpg`, `a.jpg(1).json` as `a.jpg(1002).json`: no camera and no Takeout
/// numbers like that.
fn numbered(path: &RelPath, rank: usize) -> RelPath {
    let text = String::from_utf8_lossy(path.name());
    let (stem, extension) = key::split_extension(&text);
    // `a.jpg.xmp` goes with `a.jpg`.
    let inner = match kind::by_name(path.name()) {
        Kind::Sidecar => key::split_extension(stem).1,
        _ => "",
    };
    let (bare, number) = takeout::numbered(&stem[..stem.len() - inner.len()]);
    let digits = number.trim_matches(['(', ')']);
    let mut made = path.folder().to_vec();
    if !made.is_empty() {
        made.push(b'/');
    }
    made.extend(format!("{bare}({digits}00{rank}){inner}{extension}").into_bytes());
    RelPath(made)
}

/// Two photos of one name, letter for letter, and a single JSON: it tells of both, so it lies there under either name.
fn lend(steps: &mut Vec<Step>, later: &[(usize, usize)], names: &mut Names) {
    let folders: HashSet<&[u8]> = later.iter().map(|(place, _)| steps[*place].to.folder()).collect();
    let mut tied: HashMap<(&[u8], Tie), usize> = HashMap::new();
    for (place, json) in steps.iter().enumerate() {
        let (folder, name) = (json.to.folder(), json.to.name());
        if folders.contains(folder) && is_json(name) {
            for tie in takeout::ties_of_json(&text(name)) {
                tied.entry((folder, tie)).or_insert(place);
            }
        }
    }
    let mut lent = Vec::new();
    for &(place, rank) in later {
        let photo = &steps[place];
        if !kind::by_name(photo.to.name()).moves() {
            continue;
        }
        let json_of = |name: &[u8]| {
            let ties = takeout::ties_of_photo(&text(name)).into_iter();
            ties.filter_map(|tie| tied.get(&(photo.to.folder(), tie)).copied())
                .next()
        };
        if json_of(photo.to.name()).is_none()
            && let Some(json) = json_of(photo.from.path.name())
        {
            lent.push((json, rank));
        }
    }
    for (json, rank) in lent {
        let (from, to) = (steps[json].from.clone(), names.free(&steps[json].to, rank));
        steps.push(Step { from, to });
    }
}

fn is_json(name: &[u8]) -> bool {
    kind::extension(name) == "json"
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Archive, path, CRC.
    fn arranged(listed: &[(usize, &str, u32)]) -> Vec<(usize, String)> {
        let listed = listed
            .iter()
            .enumerate()
            .map(|(number, (archive, path, crc))| Listed {
                archive: *archive,
                number,
                path: RelPath(path.as_bytes().to_vec()),
                size: 5,
                crc: *crc,
            });
        let steps = arrange(listed.collect()).into_iter();
        steps.map(|step| (step.from.archive, step.to.display())).collect()
    }

    #[test]
    fn the_same_path_with_the_same_bytes_lies_there_once() {
        let made = arranged(&[(0, "T/a.jpg", 1), (1, "T/b.jpg", 2), (1, "T/a.jpg", 1)]);
        assert_eq!(made, [(0, "T/a.jpg".to_owned()), (1, "T/b.jpg".to_owned())]);
    }

    #[test]
    fn another_photo_of_that_name_keeps_its_own_json() {
        let made = arranged(&[
            (0, "T/a.jpg", 1),
            (0, "T/a.jpg.supplemental-metadata.json", 2),
            (1, "T/a.jpg", 3),
            (1, "T/a.jpg.supplemental-metadata.json", 4),
            (1, "T/b(1).jpg", 5),
            (2, "T/b(1).jpg", 6),
            (2, "T/b.jpg(1).json", 7),
            (3, "T/b.jpg(1).json", 8),
        ]);
        let names: Vec<&str> = made.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "T/a.jpg",
                "T/a.jpg.supplemental-metadata.json",
                "T/a(002).jpg",
                "T/a.jpg.supplemental-metadata(002).json",
                "T/b(1).jpg",
                "T/b(1002).jpg",
                "T/b.jpg(1).json",
                "T/b.jpg(1002).json",
            ]
        );
        let tied = |photo: &str, json: &str| {
            let of_json = takeout::ties_of_json(json);
            takeout::ties_of_photo(photo)
                .iter()
                .any(|tie| of_json.contains(tie))
        };
        assert!(tied("a(002).jpg", "a.jpg.supplemental-metadata(002).json"));
        assert!(tied("b(1002).jpg", "b.jpg(1002).json"));
        assert!(!tied("a.jpg", "a.jpg.supplemental-metadata(002).json"));
    }

    #[test]
    fn a_json_that_tells_of_two_photos_lies_beside_either() {
        let made = arranged(&[
            (0, "T/a.jpg", 1),
            (1, "T/a.jpg", 3),
            (2, "T/a.jpg.json", 2),
            (2, "U/a.jpg.json", 9),
        ]);
        let names: Vec<&str> = made.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "T/a.jpg",
                "T/a(002).jpg",
                "T/a.jpg.json",
                "T/a.jpg(002).json",
                "U/a.jpg.json"
            ]
        );
    }

    #[test]
    fn names_that_differ_only_in_case_or_form_are_kept_apart() {
        let made = arranged(&[
            (0, "T/IMG_1.JPG", 1),
            (0, "T/img_1.jpg", 1),
            (0, "T/caf\u{e9}.jpg", 2),
            (0, "T/cafe\u{301}.jpg", 2),
            (0, "T/img_1(002).jpg", 4),
            (0, "T/IMG_1.jpg.xmp", 5),
            (0, "T/img_1.jpg.xmp", 5),
        ]);
        let names: Vec<&str> = made.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "T/IMG_1.JPG",
                "T/img_1(009).jpg",
                "T/caf\u{e9}.jpg",
                "T/cafe\u{301}(002).jpg",
                "T/img_1(002).jpg",
                "T/IMG_1.jpg.xmp",
                "T/img_1(002).jpg.xmp",
            ]
        );
    }
}
