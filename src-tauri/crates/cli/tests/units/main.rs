//! What a person calls "a photo" is one to every stage: RAW and JPEG, Live Photos, edited versions, sidecars and Takeout's JSON
//! are scanned, moved, verified, deleted and brought back together, or not at all. Every stage is killed a few times on the
//! way, and goes on.

mod library;

use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::random::Random;
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::put;
use library::assets;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Place {
    work: tempfile::TempDir,
    cli: Cli,
    before: Tree,
    kills: Cell<usize>,
}

impl Place {
    fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let cli = Cli::new(&work.path().join("own"));
        library::make(&work.path().join("library"));
        let before = tree::snapshot(&work.path().join("library"));
        Self {
            work,
            cli,
            before,
            kills: Cell::new(0),
        }
    }

    fn library(&self) -> PathBuf {
        self.work.path().join("library")
    }

    fn there(&self) -> PathBuf {
        self.work.path().join("there")
    }

    fn url(&self) -> String {
        format!("file://{}", self.there().display())
    }

    /// Kills the command a few times, each a little later, and then lets it end.
    fn run_killed(&self, args: &[String], mut after: impl FnMut()) -> Output {
        let (mut kills, mut part) = (0, 0);
        let mut random = Random::new(77, args.len() as u64);
        while kills < 4 && part < 12 {
            part += 1;
            let mut child = self.cli.spawn(args);
            let until = Instant::now() + Duration::from_millis(u64::from(40 * part + random.below(60)));
            while Instant::now() < until && child.try_wait().expect("wait").is_none() {
                std::thread::yield_now();
            }
            if child.try_wait().expect("wait").is_some() {
                let ended = wait(child);
                after();
                return ended;
            }
            child.kill().expect("kill -9");
            wait(child);
            kills += 1;
            self.kills.set(self.kills.get() + 1);
            after();
        }
        self.cli.run(args)
    }

    /// The words that confirm the deletion of all that can be deleted now, and how many files that is.
    fn deletable(&self) -> (String, u64) {
        let asked = self.cli.run(&["delete-originals", &self.url()]);
        let preview = asked.json.iter().find(|line| line["type"] == "preview");
        let preview = preview.unwrap_or_else(|| panic!("no preview: {}{}", asked.stdout, asked.stderr));
        let words = preview["confirm"].as_str().expect("words").to_owned();
        (words, preview["count"].as_u64().expect("a count"))
    }

    /// Digests of whole files at the destination.
    fn landed(&self) -> BTreeSet<String> {
        let there = tree::snapshot(&self.there()).into_iter();
        there
            .filter(|(path, _)| {
                !path
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .starts_with(".albumen-part-")
            })
            .map(|(_, entry)| entry.sha256)
            .collect()
    }

    /// Every asset has all of its originals, or none; those that are gone.
    fn gone(&self) -> Vec<usize> {
        let now = tree::snapshot(&self.library());
        let mut gone = Vec::new();
        for (n, asset) in assets().iter().enumerate() {
            let left = asset.iter().filter(|path| now.contains_key(*path)).count();
            assert!(
                left == 0 || left == asset.len(),
                "half of an asset is gone: {asset:?}"
            );
            if left == 0 {
                gone.push(n);
            }
        }
        gone
    }

    /// Key at the destination of each original.
    fn keys(&self) -> BTreeMap<PathBuf, PathBuf> {
        let catalog = rusqlite::Connection::open(&self.cli.catalog).expect("open the catalog");
        let mut query = catalog
            .prepare("SELECT f.display, p.key FROM placed p JOIN file f ON f.id = p.file_id")
            .expect("ask");
        let rows = query.query_map([], |row| {
            let (path, key): (String, String) = (row.get(0)?, row.get(1)?);
            Ok((PathBuf::from(path), PathBuf::from(key)))
        });
        let keys = rows.expect("ask").map(|row| row.expect("a row"));
        // Shown with the source's own path, or below it.
        let root = self.library();
        keys.map(|(path, key)| (path.strip_prefix(&root).map(Path::to_owned).unwrap_or(path), key))
            .collect()
    }

    /// Names of photos in the library, without a look at what may go meanwhile.
    fn left(&self) -> usize {
        let in_one = |folder: &str| {
            let entries = std::fs::read_dir(self.library().join(folder)).expect("list");
            let names = entries.map(|entry| entry.expect("list").file_name());
            let is_own = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(".albumen-");
            names.filter(|name| !is_own(name)).count()
        };
        library::FOLDERS.into_iter().map(in_one).sum()
    }

    fn known_assets(&self) -> BTreeSet<BTreeSet<PathBuf>> {
        let catalog = rusqlite::Connection::open(&self.cli.catalog).expect("open the catalog");
        let mut query = catalog.prepare("SELECT asset_id, path FROM file").expect("ask");
        let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
        let mut made: BTreeMap<i64, BTreeSet<PathBuf>> = BTreeMap::new();
        for row in rows.expect("ask") {
            let (asset, path) = row.expect("a row");
            let path = String::from_utf8(path).expect("UTF-8");
            made.entry(asset).or_default().insert(path.into());
        }
        made.into_values().collect()
    }
}

fn args(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn pairs_are_units_from_the_scan_to_the_roll_back() {
    let place = Place::new();
    let (library, url) = (place.library(), place.url());
    let untouched = || {
        let now = tree::snapshot(&library);
        assert_eq!(
            tree::differences(&place.before, &now),
            "",
            "originals are only read"
        );
    };

    place.run_killed(&args(&["scan", library.to_str().expect("a path")]), untouched);
    place.cli.ok(&["scan"]);
    let expected: BTreeSet<BTreeSet<PathBuf>> = assets()
        .into_iter()
        .map(|asset| asset.into_iter().collect())
        .collect();
    assert_eq!(place.known_assets(), expected);

    // Cut off in the middle, only what has landed whole may ever be deleted: all of an asset, or nothing of it.
    let moving = args(&[
        "migrate",
        &url,
        "--workers",
        "1",
        "--layout",
        "{year}/{original name}",
    ]);
    place.run_killed(&moving, || {
        untouched();
        if !place.there().exists() {
            return;
        }
        place.cli.run(&["verify", &url]);
        let landed = place.landed();
        let has_landed = |path: &PathBuf| landed.contains(&place.before[path].sha256);
        let whole = assets().into_iter().filter(|asset| asset.iter().all(has_landed));
        let files: usize = whole.map(|asset| asset.len()).sum();
        assert!(
            place.deletable().1 <= files as u64,
            "half of an asset could be deleted"
        );
    });
    place.cli.ok(&moving);
    place.cli.ok(&["verify", &url]);
    let (words, count) = place.deletable();
    assert_eq!(count, place.before.len() as u64);

    // Two photos that want one name: all files of one of them get the same addition.
    let keys = place.keys();
    assert_eq!(keys.len(), place.before.len());
    for asset in assets() {
        let added: BTreeSet<Option<String>> = asset.iter().map(|path| addition(&keys[path])).collect();
        let folders: BTreeSet<_> = asset.iter().map(|path| keys[path].parent()).collect();
        assert_eq!(
            (added.len(), folders.len()),
            (1, 1),
            "{asset:?}: {added:?} in {folders:?}"
        );
    }

    // Of each photo of one folder, another companion's copy is spoilt at the destination.
    let mut spoilt = BTreeSet::new();
    let mut kept = Vec::new();
    for (n, asset) in assets().iter().enumerate().skip(library::ASSETS.len()) {
        let companion = &asset[1 + n % (asset.len() - 1)];
        let copy = place.there().join(&keys[companion]);
        let mut bytes = std::fs::read(&copy).expect("a copy");
        let last = bytes.last_mut().expect("not empty");
        *last ^= 1;
        let time = place.before[companion].mtime_ns.unsigned_abs();
        put(copy, &bytes, time);
        spoilt.insert(keys[companion].clone());
        kept.push(n);
    }
    let delete = |words: &str| args(&["delete-originals", &url, "--permanent", "--confirm", words]);
    let deleted = place.cli.run(&delete(&words));
    assert_eq!(deleted.status, 1, "{}{}", deleted.stdout, deleted.stderr);
    let gone: Vec<usize> = (0..library::ASSETS.len()).collect();
    assert_eq!(
        place.gone(),
        gone,
        "nothing goes of a photo whose companion has no sound copy"
    );

    // All come back, byte for byte and with their times, also when that is cut off.
    let rolled_back = place.run_killed(&args(&["rollback", &url]), || ());
    assert_eq!(
        rolled_back.status, 0,
        "{}{}",
        rolled_back.stdout, rolled_back.stderr
    );
    assert_eq!(tree::differences(&place.before, &tree::snapshot(&library)), "");
    let left: BTreeSet<PathBuf> = tree::snapshot(&place.there())
        .into_keys()
        .filter(|path| !path.starts_with(".albumen"))
        .collect();
    assert_eq!(left, spoilt, "what somebody changed is left, and nothing else");
    let kills = place.kills.get();
    assert!(kills >= 3, "only {kills} kills came in time");
}

#[test]
fn a_deletion_that_is_killed_again_and_again_ends_without_half_an_asset() {
    let place = Place::new();
    let url = place.url();
    place.cli.ok(&["scan", place.library().to_str().expect("a path")]);
    place.cli.ok(&["migrate", &url]);
    place.cli.ok(&["verify", &url]);
    let mut kills = 0;
    for part in 1..=8 {
        let (words, count) = place.deletable();
        if count == 0 {
            break;
        }
        let mut child = place
            .cli
            .spawn(&["delete-originals", &url, "--permanent", "--confirm", &words]);
        let full = place.left();
        let began = Instant::now();
        // Into the middle of an asset: after a few originals are gone.
        while child.try_wait().expect("wait").is_none()
            && place.left() + part > full
            && began.elapsed() < Duration::from_secs(30)
        {}
        if child.try_wait().expect("wait").is_none() {
            child.kill().expect("kill -9");
            kills += 1;
        }
        wait(child);
        let now = tree::snapshot(&place.library());
        let landed = place.landed();
        for (path, was) in &place.before {
            assert!(
                now.contains_key(path) || landed.contains(&was.sha256),
                "{path:?} is nowhere"
            );
        }
    }
    assert!(kills > 0, "no kill came in time");
    let (words, count) = place.deletable();
    if count > 0 {
        place
            .cli
            .ok(&["delete-originals", &url, "--permanent", "--confirm", &words]);
    }
    assert_eq!(place.gone().len(), assets().len());
    place.cli.ok(&["rollback", &url]);
    assert_eq!(
        tree::differences(&place.before, &tree::snapshot(&place.library())),
        ""
    );
}

/// What stands behind `~` in a name, up to the next point or whatever else belongs to it.
fn addition(key: &Path) -> Option<String> {
    let name = key.file_name().expect("a name").to_string_lossy();
    let (_, behind) = name.split_once('~')?;
    Some(behind.chars().take(8).collect())
}
