//! Which name each asset gets, among all that are given in one plan.
//!
//! Invariants: no key is given twice, whatever a destination folds; what two assets are called is never such that they would
//! be taken for one; the same assets in the same order get the same names.

use albumen_model::layout::{Facts, Named, stem_of};
use albumen_model::{AssetId, Kind, Layout, NameLimits, Sha256, key};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Names tried for one photo before giving up; each carries its digest, so two is already rare.
const MOST_NAMES: u32 = 1000;

/// One asset that wants names.
pub struct Asked<'a> {
    pub asset: AssetId,
    pub facts: Facts<'a>,
    /// Of the files that have no key yet, as the source has them.
    pub names: Vec<&'a [u8]>,
    /// Goes into its second name.
    pub digest: Sha256,
    pub ties: Ties,
}

/// What of an asset could be taken for a part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    /// Hash of its folder and stem: what has both in common was told apart by the scanner.
    home: u64,
    kinds: u8,
}

const STILL: u8 = 1;
const FOLLOWS: u8 = 2;
/// A sidecar that names no ending: it fits every photo of its name.
const BARE: u8 = 4;
/// A sidecar whose photo is not there.
const LONE: u8 = 8;

impl Ties {
    /// `display` is the path of one of the files.
    pub fn new(display: &str, primary: &[u8]) -> Self {
        let folder = display.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = String::from_utf8_lossy(primary).to_lowercase();
        Self {
            home: hash(&(folder, key::split_extension(&name).0)),
            kinds: 0,
        }
    }

    #[must_use]
    pub fn with(mut self, kind: Kind, name: &[u8], primary: &[u8]) -> Self {
        self.kinds |= match kind {
            Kind::Jpeg | Kind::Heic => STILL,
            Kind::Raw | Kind::Video => FOLLOWS,
            Kind::Sidecar if name == primary => LONE | BARE,
            Kind::Sidecar | Kind::Other if !begins_with(name, primary) => BARE,
            _ => 0,
        };
        self
    }

    fn could_be_one(self, other: Self) -> bool {
        let both = self.kinds | other.kinds;
        let apart = |one: Self, two: Self| one.kinds & STILL != 0 && two.kinds & FOLLOWS != 0;
        self.home != other.home && (both & BARE != 0 || apart(self, other) || apart(other, self))
    }
}

fn begins_with(name: &[u8], primary: &[u8]) -> bool {
    name.get(..primary.len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case(primary))
}

#[derive(Debug, Clone, Copy)]
struct Owner {
    asset: AssetId,
    ties: Ties,
}

/// Which of the names that could be given comes next.
#[derive(Debug, Default)]
pub struct Attempt {
    nth: u32,
}

impl Attempt {
    /// Another photo had the first one.
    pub fn is_second_choice(&self) -> bool {
        self.nth > 1
    }
}

pub struct Names {
    layout: Layout,
    limits: NameLimits,
    /// 64-bit hashes of the folded keys that are given away: a false hit costs a suffix, never a photo.
    taken: HashSet<u64>,
    /// By hash of the folded stem: who had it first, and in `shared` who has it besides.
    stems: HashMap<u64, Owner>,
    shared: HashMap<u64, Vec<Owner>>,
    /// Next number of each scope.
    next: HashMap<u64, u32>,
    /// Stems that may stand there already, of photos that are to be asked first.
    held: HashSet<u64>,
}

impl Names {
    pub fn new(layout: Layout, limits: NameLimits) -> Self {
        Self {
            layout,
            limits,
            taken: HashSet::new(),
            stems: HashMap::new(),
            shared: HashMap::new(),
            next: HashMap::new(),
            held: HashSet::new(),
        }
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    pub fn limits(&self) -> &NameLimits {
        &self.limits
    }

    /// This key, folded, is given away.
    pub fn reserve(&mut self, fold: &str) {
        self.taken.insert(hash(&fold));
    }

    /// A key that was about to be given: no other photo gets its number.
    pub fn hold(&mut self, key: &str) {
        let name = key.rfind('/').map_or(0, |slash| slash + 1);
        let ends = key[name..].match_indices('.').map(|(dot, _)| name + dot);
        for end in ends.chain([key.len()]) {
            self.held.insert(hash(&key::fold(&key[..end]).as_str()));
        }
    }

    /// The file called `name` of this asset has this key.
    pub fn reserve_stem(&mut self, asset: AssetId, key: &str, name: &[u8], primary: &[u8], ties: Ties) {
        if let Some(stem) = stem_of(key, name, primary) {
            self.own(stem, Owner { asset, ties });
        }
    }

    /// The next name that nobody of this plan has; whether something else stands there is for the caller to find out, who
    /// then asks again. `None` when no name is left that the destination takes.
    pub fn next(&self, asked: &Asked<'_>, attempt: &mut Attempt) -> Option<Named> {
        let first = self.first_number(asked);
        loop {
            let nth = attempt.nth;
            attempt.nth = nth.checked_add(1)?;
            let named = match first {
                Some(first) => {
                    let facts = Facts {
                        sequence: Some(first.checked_add(nth)?),
                        ..asked.facts.clone()
                    };
                    self.layout.name(&facts, &asked.names, None, &self.limits)?
                }
                None if nth >= MOST_NAMES => return None,
                None => {
                    let suffix = self.suffix(asked, nth);
                    self.layout
                        .name(&asked.facts, &asked.names, suffix.as_deref(), &self.limits)?
                }
            };
            let is_held = || self.held.contains(&hash(&key::fold(&named.stem).as_str()));
            if self.is_free(&named, asked) && (first.is_none() || !is_held()) {
                return Some(named);
            }
        }
    }

    /// Nobody of this plan has these keys, nor a stem that would tie this asset to another.
    pub fn is_free(&self, named: &Named, asked: &Asked<'_>) -> bool {
        let stem = hash(&key::fold(&named.stem).as_str());
        // `a.jpg.xmp` is not to become that of another photo that is called just `a.jpg`, whichever came first.
        if asked.ties.kinds & (LONE | BARE) != 0 && self.taken.contains(&stem) {
            return false;
        }
        let is_taken = |key: &String| {
            let key = hash(&key::fold(key).as_str());
            let has_sidecar =
                |owner: &Owner| owner.asset != asked.asset && owner.ties.kinds & (LONE | BARE) != 0;
            self.owners(key).any(has_sidecar) || self.taken.contains(&key)
        };
        if named.keys.iter().any(is_taken) {
            return false;
        }
        let is_own_name = !self.layout.is_numbered() && !self.layout.is_by_digest();
        let mut others = self.owners(stem).filter(|owner| owner.asset != asked.asset);
        others.all(|owner| is_own_name && !owner.ties.could_be_one(asked.ties))
    }

    fn owners(&self, stem: u64) -> impl Iterator<Item = &Owner> {
        self.stems
            .get(&stem)
            .into_iter()
            .chain(self.shared.get(&stem).into_iter().flatten())
    }

    /// Gives these names to this asset.
    pub fn give(&mut self, named: &Named, asked: &Asked<'_>, attempt: Option<&Attempt>) {
        for key in &named.keys {
            self.reserve(&key::fold(key));
        }
        self.own(
            &named.stem,
            Owner {
                asset: asked.asset,
                ties: asked.ties,
            },
        );
        if let Some(attempt) = attempt
            && let Some(first) = self.first_number(asked)
        {
            self.next
                .insert(self.scope(asked), first.saturating_add(attempt.nth));
        }
    }

    fn own(&mut self, stem: &str, owner: Owner) {
        let stem = hash(&key::fold(stem).as_str());
        let is_same = |held: &Owner| (held.asset, held.ties.home) == (owner.asset, owner.ties.home);
        let first = self.stems.entry(stem).or_insert(owner);
        if is_same(first) {
            first.ties.kinds |= owner.ties.kinds;
            return;
        }
        // Each is minded for itself: then it does not matter in which order they came.
        let shared = self.shared.entry(stem).or_default();
        match shared.iter_mut().find(|held| is_same(held)) {
            Some(held) => held.ties.kinds |= owner.ties.kinds,
            None => shared.push(owner),
        }
    }

    fn first_number(&self, asked: &Asked<'_>) -> Option<u32> {
        let counted = || self.next.get(&self.scope(asked)).copied().unwrap_or(1);
        self.layout.is_numbered().then(counted)
    }

    fn scope(&self, asked: &Asked<'_>) -> u64 {
        hash(&key::fold(&self.layout.scope(&asked.facts)).as_str())
    }

    fn suffix(&self, asked: &Asked<'_>, nth: u32) -> Option<String> {
        let digest = asked.digest.short();
        match nth {
            0 => None,
            _ if self.layout.is_by_digest() => Some((nth + 1).to_string()),
            1 => Some(digest),
            _ => Some(format!("{digest}-{nth}")),
        }
    }
}

/// `a/IMG_1.jpg` with 2: `a/IMG_1 (2).jpg`, within what the destination takes: the stem gives way, the ending does not. `None`
/// where nothing of it would be left.
pub fn numbered(key: &str, number: u32, limits: &NameLimits) -> Option<String> {
    let (folder, name) = key.split_at(key.rfind('/').map_or(0, |slash| slash + 1));
    let (stem, ending) = key::split_extension(name);
    let mark = format!(" ({number})");
    let tail = mark.len() + ending.len();
    let room = limits.component.min(limits.key.checked_sub(folder.len())?);
    let kept = key::cut(stem, room.checked_sub(tail)?).trim_end();
    (!kept.is_empty()).then(|| format!("{folder}{kept}{mark}{ending}"))
}

pub(crate) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn asked<'a>(n: i64, display: &'a str, names: &[&'a str], kinds: &[Kind]) -> Asked<'a> {
        let files: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
        let ties = files
            .iter()
            .zip(kinds)
            .fold(Ties::new(display, files[0]), |ties, (name, kind)| {
                ties.with(*kind, name, files[0])
            });
        Asked {
            asset: AssetId(n),
            facts: Facts {
                name: files[0],
                sha256: Some(Sha256([n as u8; 32])),
                ..Facts::default()
            },
            names: files,
            digest: Sha256([n as u8; 32]),
            ties,
        }
    }

    fn given(names: &mut Names, asked: &Asked<'_>) -> Vec<String> {
        let mut attempt = Attempt::default();
        let named = names.next(asked, &mut attempt).expect("a name");
        names.give(&named, asked, Some(&attempt));
        named.keys
    }

    fn names(template: &str) -> Names {
        Names::new(Layout::parse(template).expect("parses"), NameLimits::default())
    }

    #[test]
    fn two_photos_of_one_name_get_two_names_and_their_companions_follow() {
        let mut names = names("all/{original name}");
        let one = asked(1, "/a/x.jpg", &["x.jpg", "x.cr2"], &[Kind::Jpeg, Kind::Raw]);
        let two = asked(
            2,
            "/b/X.JPG",
            &["X.JPG", "X.JPG.xmp"],
            &[Kind::Jpeg, Kind::Sidecar],
        );
        assert_eq!(given(&mut names, &one), ["all/x.jpg", "all/x.cr2"]);
        assert_eq!(
            given(&mut names, &two),
            ["all/X~02020202.JPG", "all/X~02020202.JPG.xmp"]
        );
    }

    #[test]
    fn a_movie_of_another_folder_does_not_become_the_live_photo_of_a_still() {
        let mut names = names("all/{original name}");
        let still = asked(1, "/a/x.jpg", &["x.jpg"], &[Kind::Jpeg]);
        let movie = asked(2, "/b/x.mov", &["x.mov"], &[Kind::Video]);
        let picture = asked(3, "/c/x.png", &["x.png"], &[Kind::Png]);
        assert_eq!(given(&mut names, &still), ["all/x.jpg"]);
        assert_eq!(given(&mut names, &movie), ["all/x~02020202.mov"]);
        assert_eq!(given(&mut names, &picture), ["all/x.png"], "nothing ties a PNG");
    }

    #[test]
    fn names_are_the_same_whichever_of_them_stand_already() {
        let of = |ties: Ties, kind, name: &[u8]| ties.with(kind, name, name);
        let still = asked(1, "/a/x.jpg", &["x.jpg"], &[Kind::Jpeg]);
        // Told apart by the scanner, as it lies beside the still; and what nothing ties, from elsewhere.
        let movie = asked(2, "/a/x.mov", &["x.mov"], &[Kind::Video]);
        let picture = asked(3, "/b/x.png", &["x.png"], &[Kind::Png]);
        let mut fresh = names("all/{original name}");
        let keys = [&still, &movie, &picture].map(|one| given(&mut fresh, one));
        assert_eq!(keys, [["all/x.jpg"], ["all/x.mov"], ["all/x.png"]]);
        let mut later = names("all/{original name}");
        for (n, display, kind) in [(2, "/a/x.mov", Kind::Video), (3, "/b/x.png", Kind::Png)] {
            let name = display.rsplit('/').next().unwrap_or_default().as_bytes();
            let key = format!("all/{}", String::from_utf8_lossy(name));
            later.reserve(&key);
            let ties = of(Ties::new(display, name), kind, name);
            later.reserve_stem(AssetId(n), &key, name, name, ties);
        }
        assert_eq!(given(&mut later, &still), ["all/x.jpg"]);
    }

    #[test]
    fn a_photo_without_an_ending_does_not_get_the_sidecar_of_another() {
        let pair = [Kind::Jpeg, Kind::Sidecar];
        let with_sidecar = asked(1, "/a/a.b.jpg", &["a.b.jpg", "a.b.xmp"], &pair);
        let bare = asked(2, "/b/a.b", &["a.b"], &[Kind::Jpeg]);
        let mut one = names("all/{original name}");
        assert_eq!(given(&mut one, &with_sidecar), ["all/a.b.jpg", "all/a.b.xmp"]);
        assert_eq!(given(&mut one, &bare), ["all/a~02020202.b"]);
        let mut other = names("all/{original name}");
        assert_eq!(given(&mut other, &bare), ["all/a.b"]);
        assert_eq!(
            given(&mut other, &with_sidecar),
            ["all/a.b~01010101.jpg", "all/a.b~01010101.xmp"]
        );
    }

    #[test]
    fn numbers_go_on_in_each_folder_and_pass_by_what_is_taken() {
        let mut names = names("{album|\"none\"}/{sequence}");
        names.reserve("none/0002.jpg");
        names.reserve_stem(
            AssetId(9),
            "none/0003.png",
            b"z.png",
            b"z.png",
            Ties::new("/z/z.png", b"z.png"),
        );
        let mut all = BTreeSet::new();
        for n in 1..=3 {
            all.extend(given(
                &mut names,
                &asked(n, "/a/x.jpg", &["x.jpg"], &[Kind::Jpeg]),
            ));
        }
        assert_eq!(
            all.iter().collect::<Vec<_>>(),
            ["none/0001.jpg", "none/0004.jpg", "none/0005.jpg"]
        );
        let mut other = asked(4, "/a/y.mov", &["y.mov"], &[Kind::Video]);
        other.facts.album = Some("Trip");
        assert_eq!(given(&mut names, &other), ["Trip/0001.mov"]);
    }

    #[test]
    fn a_number_goes_before_the_ending_and_fits() {
        let all = NameLimits::default();
        let of = |key: &str, number| numbered(key, number, &all);
        assert_eq!(of("a/IMG_1.jpg", 2).as_deref(), Some("a/IMG_1 (2).jpg"));
        assert_eq!(of("IMG", 3).as_deref(), Some("IMG (3)"));
        assert_eq!(of("a.b/.hidden", 2).as_deref(), Some("a.b/.hidden (2)"));
        let few = NameLimits {
            component: 12,
            key: 15,
        };
        assert_eq!(
            numbered("ab/IMG_12345.jpg", 2, &few).as_deref(),
            Some("ab/IMG_ (2).jpg")
        );
        assert_eq!(numbered("abcdefgh/ä.jpg", 2, &few), None);
    }

    #[test]
    fn copies_of_one_photo_by_its_digest_are_two_files() {
        let mut names = names("{sha8}");
        let mut copy = asked(2, "/b/y.jpg", &["y.jpg"], &[Kind::Jpeg]);
        let one = asked(1, "/a/x.jpg", &["x.jpg"], &[Kind::Jpeg]);
        copy.facts.sha256 = one.facts.sha256;
        assert_eq!(given(&mut names, &one), ["01010101.jpg"]);
        assert_eq!(given(&mut names, &copy), ["01010101~2.jpg"]);
    }
}
