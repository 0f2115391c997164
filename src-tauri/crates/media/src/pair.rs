//! Stage 2b: files of one folder become assets. What a person calls "a photo" moves, stays or goes as a whole.
//!
//! Within one folder, by name without regard to case: RAW beside JPEG/HEIC; a movie beside a still of the same stem
//! (Live Photo: by Apple's identifier first, and never against it); an edited version beside its original, with whatever is called like it; `.xmp .aae .thm` beside any of them
//! (`a.xmp` and `a.jpg.xmp`); Takeout's JSON under the names it has had. The original is the primary file: an edited version
//! is never compared with other photos, so it is nobody's duplicate and goes nowhere without its original.

use crate::kind::extension;
use crate::takeout::{self, Tie};
use crate::version;
use albumen_model::{FileId, Kind, key};
use jiff::civil::DateTime;
use std::collections::HashMap;

/// One file of a folder, as pairing needs it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: FileId,
    pub name: Vec<u8>,
    pub kind: Kind,
    /// What ties the halves of a Live Photo, whatever they are called.
    pub content_id: Option<String>,
    /// When it was taken, if the file says so itself.
    pub taken: Option<DateTime>,
}

/// A primary and its companions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    pub primary: FileId,
    pub companions: Vec<FileId>,
}

/// Every candidate ends in exactly one asset. Files of kind `Other` (but for Takeout JSON) are assets of their own.
pub fn pair(mut files: Vec<Candidate>) -> Vec<Assembled> {
    files.sort_by_cached_key(|file| (turn(file), rank(file.kind), file.name.clone()));
    let mut made = Made::default();
    for file in &files {
        let name = lower(&file.name);
        let stem = key::split_extension(&name).0.to_owned();
        let home = made.home(file, &name, &stem);
        made.put(file, name, stem, home);
    }
    made.assets
}

/// A photo and a movie of one name that were taken farther apart are two, whatever zones their clocks were in.
const FARTHEST: i64 = 26 * 3600;

#[derive(Default)]
struct Made {
    assets: Vec<Assembled>,
    /// Of each asset's primary.
    kinds: Vec<Kind>,
    /// Lower-case stems and full lower-case names of photos and movies, to their assets' places.
    by_stem: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, usize>,
    /// Names of photos and movies, complete when the first JSON comes, and then what ties a JSON to each.
    names: Vec<(String, usize)>,
    ties: Option<HashMap<Tie, usize>>,
    /// Of each asset's primary, identifier and time; identifiers of stills, to their assets' places.
    halves: Vec<(Option<String>, Option<DateTime>)>,
    by_content: HashMap<String, Vec<usize>>,
}

impl Made {
    fn home(&mut self, file: &Candidate, name: &str, stem: &str) -> Option<usize> {
        let of_version = self.original(name, stem);
        match file.kind {
            kind if of_version.is_some() && kind.moves() && kind != Kind::Sidecar => of_version,
            Kind::Raw => self.pick(stem, |kind| matches!(kind, Kind::Jpeg | Kind::Heic)),
            Kind::Video => self.still(file, stem),
            Kind::Sidecar => {
                let named = self.by_name.get(stem).copied();
                named.or_else(|| self.pick(stem, |_| true)).or(of_version)
            }
            Kind::Other if extension(&file.name) == "json" => self.tied(name),
            _ => None,
        }
    }

    /// The still that a movie is the other half of: the one with its identifier; else the one that is called like it, if
    /// nothing says that they are two.
    fn still(&self, movie: &Candidate, stem: &str) -> Option<usize> {
        let named = self.pick(stem, |kind| matches!(kind, Kind::Jpeg | Kind::Heic));
        let with_id = movie.content_id.as_ref().and_then(|id| self.by_content.get(id));
        if let Some(places) = with_id {
            return named.filter(|at| places.contains(at)).or(places.first().copied());
        }
        named.filter(|&at| {
            let (content_id, taken) = &self.halves[at];
            let other_id = movie.content_id.is_some() && content_id.is_some();
            let apart = movie
                .taken
                .zip(*taken)
                .map(|(one, other)| one.duration_since(other).as_secs().abs());
            !other_id && apart.is_none_or(|seconds| seconds <= FARTHEST)
        })
    }

    /// The asset that a name says this one is a version of: of two, the one of the same format.
    fn original(&self, name: &str, stem: &str) -> Option<usize> {
        let originals = version::originals(stem);
        let extension = &name[stem.len()..];
        let alike = |original: &String| self.by_name.get(&format!("{original}{extension}")).copied();
        let any = |original: &String| self.pick(original, |_| true);
        let mut alike = originals.iter().filter_map(alike);
        alike.next().or_else(|| originals.iter().find_map(any))
    }

    fn pick(&self, stem: &str, fits: impl Fn(Kind) -> bool) -> Option<usize> {
        let mut places = self.by_stem.get(stem)?.iter().copied();
        places.find(|&at| fits(self.kinds[at]))
    }

    fn tied(&mut self, json: &str) -> Option<usize> {
        let ties = self.ties.get_or_insert_with(|| ties_of(&self.names));
        let of_json = takeout::ties_of_json(json);
        let tied = of_json.iter().find_map(|tie| ties.get(tie).copied());
        tied.or_else(|| {
            let mut cut = self
                .names
                .iter()
                .filter(|(name, _)| takeout::is_cut_of(json, name));
            let (_, at) = cut.next()?;
            // Of several it could be any.
            cut.all(|(_, other)| other == at).then_some(*at)
        })
    }

    fn put(&mut self, file: &Candidate, name: String, stem: String, home: Option<usize>) {
        let at = home.unwrap_or(self.assets.len());
        if let Some(id) = file.content_id.clone().filter(|_| file.kind.is_still()) {
            self.by_content.entry(id).or_default().push(at);
        }
        if file.kind.moves() && file.kind != Kind::Sidecar {
            let places = self.by_stem.entry(stem).or_default();
            if !places.contains(&at) {
                places.push(at);
            }
            self.by_name.entry(name.clone()).or_insert(at);
            self.names.push((name, at));
        }
        match home {
            Some(at) => self.assets[at].companions.push(file.id),
            None => {
                self.kinds.push(file.kind);
                self.halves.push((file.content_id.clone(), file.taken));
                self.assets.push(Assembled {
                    primary: file.id,
                    companions: Vec::new(),
                });
            }
        }
    }
}

/// Letters may be stored in one piece or in two, whatever wrote the disk.
fn lower(name: &[u8]) -> String {
    key::fold(&String::from_utf8_lossy(name))
}

/// Originals first, then what may be a version of them, then what belongs to either.
fn turn(file: &Candidate) -> u8 {
    let is_version = || {
        let name = lower(&file.name);
        !version::originals(key::split_extension(&name).0).is_empty()
    };
    match file.kind {
        Kind::Sidecar | Kind::Other => 2,
        _ if is_version() => 1,
        _ => 0,
    }
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

/// What ties a JSON to each photo; where two could have it, it goes to the one that is called more like it. An edited version
/// whose original is not there has the JSON of that.
fn ties_of(names: &[(String, usize)]) -> HashMap<Tie, usize> {
    let ties_of_one = |name: &String| {
        let (stem, extension) = key::split_extension(name);
        let mut ties = takeout::ties_of_photo(name);
        for original in version::originals(stem) {
            ties.extend(takeout::ties_of_photo(&format!("{original}{extension}")));
        }
        ties
    };
    let all: Vec<(Vec<Tie>, usize)> = names.iter().map(|(name, at)| (ties_of_one(name), *at)).collect();
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
                content_id: None,
                taken: None,
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

    fn half(id: i64, name: &str, kind: Kind, content_id: &str, day: i8) -> Candidate {
        Candidate {
            id: FileId(id),
            name: name.as_bytes().to_vec(),
            kind,
            content_id: (!content_id.is_empty()).then(|| content_id.to_owned()),
            taken: (day > 0).then(|| jiff::civil::datetime(2019, 7, day, 12, 0, 0, 0)),
        }
    }

    #[test]
    fn the_halves_of_a_live_photo_find_each_other_by_what_is_in_them() {
        let halves = |files: Vec<Candidate>| -> Vec<Vec<i64>> {
            let ids = |asset: &Assembled| [&[asset.primary], &asset.companions[..]].concat();
            let assets = pair(files);
            assets
                .iter()
                .map(|asset| ids(asset).iter().map(|id| id.0).collect())
                .collect()
        };
        let renamed = vec![
            half(1, "IMG_1.HEIC", Kind::Heic, "A", 1),
            half(2, "IMG_2.HEIC", Kind::Heic, "B", 1),
            half(3, "film.MOV", Kind::Video, "A", 1),
            half(4, "IMG_1.MOV", Kind::Video, "B", 1),
            half(5, "IMG_2.MOV", Kind::Video, "C", 1),
        ];
        assert_eq!(halves(renamed), [vec![1, 3], vec![2, 4], vec![5]]);
        let copies = vec![
            half(1, "IMG_1.JPG", Kind::Jpeg, "A", 0),
            half(2, "IMG_1 (1).JPG", Kind::Jpeg, "A", 0),
            half(3, "IMG_1.MOV", Kind::Video, "A", 0),
            half(4, "IMG_1 (1).MOV", Kind::Video, "A", 0),
        ];
        assert_eq!(halves(copies), [vec![2, 4], vec![1, 3]]);
        let by_name = |day| {
            halves(vec![
                half(1, "a.JPG", Kind::Jpeg, "", 1),
                half(2, "a.MOV", Kind::Video, "", day),
            ])
        };
        assert_eq!(by_name(2), [vec![1, 2]], "a zone apart at most");
        assert_eq!(by_name(0), [vec![1, 2]], "nobody says");
        assert_eq!(by_name(4), [vec![1], vec![2]], "two that share a name");
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

    #[test]
    fn an_edited_version_goes_with_its_original_and_all_that_is_called_like_it() {
        let made = assets(&[
            ("IMG_E1234.HEIC", Kind::Heic),
            ("IMG_E1234.MOV", Kind::Video),
            ("IMG_1234.HEIC", Kind::Heic),
            ("IMG_1234.MOV", Kind::Video),
            ("IMG_1234.AAE", Kind::Sidecar),
            ("IMG_O1234.AAE", Kind::Sidecar),
            ("IMG_1235.JPG", Kind::Jpeg),
            ("IMG_E1235.PNG", Kind::Png),
            ("IMG_E1235.PNG.xmp", Kind::Sidecar),
            ("a.png", Kind::Png),
            ("a.jpg", Kind::Jpeg),
            ("a-edited.jpg", Kind::Jpeg),
            ("a-edited.png", Kind::Png),
            ("a.jpg.json", Kind::Other),
            ("a-edited.jpg.json", Kind::Other),
            ("film.mp4", Kind::Video),
            ("film (edited).mp4", Kind::Video),
            ("IMG_E9999.JPG", Kind::Jpeg),
            ("IMG_E9999.MOV", Kind::Video),
            ("IMG_9999.jpg.json", Kind::Other),
        ]);
        assert_eq!(
            made,
            [
                vec![
                    "IMG_1234.HEIC",
                    "IMG_1234.MOV",
                    "IMG_E1234.HEIC",
                    "IMG_E1234.MOV",
                    "IMG_1234.AAE",
                    "IMG_O1234.AAE"
                ],
                vec!["IMG_1235.JPG", "IMG_E1235.PNG", "IMG_E1235.PNG.xmp"],
                vec!["IMG_E9999.JPG", "IMG_E9999.MOV", "IMG_9999.jpg.json"],
                vec!["a.jpg", "a-edited.jpg", "a-edited.jpg.json", "a.jpg.json"],
                vec!["a.png", "a-edited.png"],
                vec!["film.mp4", "film (edited).mp4"],
            ]
        );
    }

    #[test]
    fn names_pair_in_whatever_form_their_letters_are_stored() {
        let made = assets(&[
            ("e\u{301}te\u{301}.jpg", Kind::Jpeg),
            ("\u{e9}t\u{e9}-modifie\u{301}.jpg", Kind::Jpeg),
            ("\u{c9}T\u{c9}.JPG.json", Kind::Other),
        ]);
        assert_eq!(made.len(), 1, "{made:?}");
    }

    #[test]
    fn a_sidecar_of_a_companion_goes_with_its_asset() {
        let made = assets(&[
            ("a.CR2", Kind::Raw),
            ("a.jpg", Kind::Jpeg),
            ("a.CR2.xmp", Kind::Sidecar),
            ("b.heic", Kind::Heic),
            ("b.mov", Kind::Video),
            ("b.mov.xmp", Kind::Sidecar),
            ("b.mov.json", Kind::Other),
            ("c.mp4", Kind::Video),
            ("c.THM", Kind::Sidecar),
        ]);
        assert_eq!(
            made,
            [
                vec!["a.jpg", "a.CR2", "a.CR2.xmp"],
                vec!["b.heic", "b.mov", "b.mov.xmp", "b.mov.json"],
                vec!["c.mp4", "c.THM"],
            ]
        );
    }

    #[test]
    fn a_json_that_was_cut_in_another_way_goes_to_the_only_one_it_can_be_of() {
        let cut = "очень длинное имя файла.json";
        let long = "очень длинное имя файла из отпуска.jpg";
        assert_eq!(assets(&[(long, Kind::Jpeg), (cut, Kind::Other)]).len(), 1);
        let other = "очень длинное имя файла из дома.jpg";
        let two = [(long, Kind::Jpeg), (other, Kind::Jpeg), (cut, Kind::Other)];
        assert_eq!(assets(&two).len(), 3, "of two it could be either");
    }
}
