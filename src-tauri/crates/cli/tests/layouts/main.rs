//! Layouts, from the plan to the destination: no two files share a key, pairs are pairs where they arrive, and what has its
//! name keeps it, however often and from wherever the way is gone again.

mod preview;

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::library::{self, Options};
use albumen_testkit::picture;
use albumen_testkit::write::put;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LAYOUTS: [&str; 7] = [
    "{original folder}/{original name}",
    "{year}/{year}-{month}/{original name}",
    "{year}/{month}-{day}/{original name}",
    "{camera}/{year}/{original name}",
    "{album|original folder|\"No album\"}/{original name}",
    NUMBERED,
    "{place|\"\"}/{sha8}",
];
const NUMBERED: &str = "{year}/{album|original folder|\"No album\"}/{sequence}";

struct Person {
    work: tempfile::TempDir,
    cli: Cli,
    library: PathBuf,
}

impl Person {
    /// With a card, folders of years, a phone, and two cameras that both began at one.
    fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let library = work.path().join("library");
        let options = Options {
            photos: 18,
            odd: false,
            size: (96, 64),
            ..Options::default()
        };
        library::make(&library, &options);
        for (number, folder) in (0u64..).zip(["One", "Two", "Trip"]) {
            let (_, bytes) = picture::taken_at(format!("2018:06:0{} 10:00:00", number + 1), 5, number);
            let folder = library.join(folder);
            put(folder.join("DSC_0001.JPG"), &bytes, 1_528_000_000_000_000_000);
            put(
                folder.join("DSC_0001.JPG.xmp"),
                format!("<x:xmpmeta xmlns:x='adobe:ns:meta/' n='{number}'/>").as_bytes(),
                1_528_000_000_000_000_000,
            );
        }
        let cli = Cli::new(work.path());
        let person = Self { work, cli, library };
        person.scan();
        person
    }

    /// With the words that no photo of the library holds itself.
    fn scan(&self) {
        self.cli.ok(&["scan", &self.library.to_string_lossy()]);
        let change = "UPDATE file SET album = 'Summer: 2018', place = 'Lisbon' WHERE display LIKE 'Trip/%'";
        self.sql(change);
    }

    fn sql(&self, change: &str) {
        let catalog = Connection::open(&self.cli.catalog).expect("open the catalog");
        catalog.execute_batch(change).expect(change);
    }

    fn home(&self, name: &str) -> (PathBuf, String) {
        let path = self.work.path().join(name);
        let url = format!("file://{}", path.display());
        (path, url)
    }
}

/// Keys by the original's path.
fn keys(output: &Output) -> BTreeMap<String, String> {
    let steps = output.json.iter().filter(|line| line["type"] == "step");
    steps
        .filter_map(|step| Some((step["from"].as_str()?.to_owned(), step["to"].as_str()?.to_owned())))
        .collect()
}

/// Digests of the files of each photo.
fn assets(catalog: &Path) -> Vec<Vec<String>> {
    let catalog = Connection::open(catalog).expect("open the catalog");
    let sql = "SELECT coalesce(f.asset_id, f.id), hex(f.sha256) FROM file f JOIN file p ON p.id = coalesce(f.asset_id, f.id)
               WHERE f.gone = 0 AND f.excluded = 0 AND p.kind <> 'other' ORDER BY 1, 2";
    let mut query = catalog.prepare(sql).expect("query");
    let rows = query
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .expect("query");
    let mut all: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for row in rows {
        let (asset, sha256) = row.expect("row");
        all.entry(asset).or_default().push(sha256);
    }
    let mut all: Vec<Vec<String>> = all.into_values().collect();
    all.sort();
    all
}

#[test]
fn with_every_layout_no_two_files_share_a_key_and_pairs_stay_pairs() {
    let person = Person::new();
    let before = assets(&person.cli.catalog);
    assert!(before.iter().filter(|files| files.len() > 1).count() > 5);
    for (at, layout) in LAYOUTS.into_iter().enumerate() {
        let (path, url) = person.home(&format!("D{at}"));
        let planned = keys(&person.cli.ok(&["plan", &url, "--layout", layout]));
        let folds: BTreeSet<String> = planned.values().map(|key| key.to_lowercase()).collect();
        assert_eq!(folds.len(), planned.len(), "{layout}");
        assert_eq!(
            planned.len(),
            before.iter().map(Vec::len).sum::<usize>(),
            "{layout}"
        );
        person.cli.ok(&["migrate", &url, "--layout", layout]);
        person.cli.ok(&["verify", &url]);
        let again = person.cli.ok(&["plan", &url, "--layout", layout]);
        assert_eq!(keys(&again), planned, "{layout}: the same names again");
        assert!(
            planned.values().all(|key| path.join(key).is_file()),
            "{layout}: {planned:?}"
        );

        let there = Cli::new(&person.work.path().join(format!("there{at}")));
        there.ok(&["scan", &path.to_string_lossy()]);
        assert_eq!(assets(&there.catalog), before, "{layout}: {planned:#?}");
    }
}

#[test]
fn an_album_goes_before_the_folder_and_the_folder_before_nothing() {
    let person = Person::new();
    let (_, url) = person.home("D");
    let planned = keys(&person.cli.ok(&["plan", &url, "--layout", NUMBERED]));
    let of = |end: &str| {
        let mut found = planned.iter().filter(|(from, _)| from.ends_with(end));
        found.next().map(|(_, key)| key.as_str())
    };
    assert_eq!(of("/Trip/DSC_0001.JPG"), Some("2018/Summer_ 2018/0001.JPG"));
    assert_eq!(
        of("/Trip/DSC_0001.JPG.xmp"),
        Some("2018/Summer_ 2018/0001.JPG.xmp")
    );
    assert_eq!(of("/One/DSC_0001.JPG"), Some("2018/One/0001.JPG"));
}

#[test]
fn a_photo_that_is_added_takes_the_next_number_and_the_others_keep_theirs() {
    let person = Person::new();
    let layout = "{year}/{sequence}";
    let (_, url) = person.home("D");
    person.cli.ok(&["migrate", &url, "--layout", layout]);
    let first = keys(&person.cli.ok(&["plan", &url, "--layout", layout]));
    assert!(first.values().any(|key| key == "2018/0001.JPG"));
    // Taken before all others of its year.
    let (_, bytes) = picture::taken_at("2018:01:01 00:00:01".to_owned(), 77, 1);
    put(
        person.library.join("One/early.jpg"),
        &bytes,
        1_528_000_000_000_000_000,
    );
    person.scan();
    let mut second = keys(&person.cli.ok(&["plan", &url, "--layout", layout]));
    let added: Vec<String> = second
        .keys()
        .filter(|from| !first.contains_key(*from))
        .cloned()
        .collect();
    assert_eq!(added.len(), 1);
    let number = second.remove(&added[0]).expect("a key");
    assert_eq!(second, first, "what has its number keeps it");
    let numbers: BTreeSet<String> = first
        .values()
        .filter_map(|key| key.strip_prefix("2018/")?.get(..4).map(str::to_owned))
        .collect();
    assert!(numbers.len() > 1);
    assert_eq!(number, format!("2018/{:04}.jpg", numbers.len() + 1));
    person.cli.ok(&["migrate", &url, "--layout", layout]);
    person.cli.ok(&["verify", &url]);
}

#[test]
fn what_had_landed_when_the_run_was_killed_keeps_its_number_although_an_earlier_photo_came_since() {
    let person = Person::new();
    let layout = "{year}/{sequence}";
    let (path, url) = person.home("D");
    person.cli.ok(&["migrate", &url, "--layout", layout]);
    let first = keys(&person.cli.ok(&["plan", &url, "--layout", layout]));
    let count = || {
        albumen_testkit::tree::snapshot(&path)
            .keys()
            .filter(|path| !path.starts_with(".albumen"))
            .count()
    };
    let before = count();

    // As a kill leaves it between the landing of a file and its checkpoint: begun, there, and not known to be there.
    person.sql(
        "INSERT INTO intent (destination_id, key, sha256, at)
           SELECT destination_id, key, sha256, 1 FROM placed WHERE id % 2 = 0;
         DELETE FROM receipt WHERE placed_id % 2 = 0; DELETE FROM placed WHERE id % 2 = 0;",
    );
    let (_, bytes) = picture::taken_at("2018:01:01 00:00:01".to_owned(), 77, 1);
    put(
        person.library.join("One/early.jpg"),
        &bytes,
        1_528_000_000_000_000_000,
    );
    person.scan();
    let moved = person.cli.ok(&["migrate", &url, "--layout", layout]);
    let report = moved.json.iter().find(|line| line["type"] == "report");
    assert_eq!(
        report.expect("a report")["sent"]["files"],
        1,
        "only the new one is sent"
    );
    assert_eq!(count(), before + 1);
    let mut second = keys(&person.cli.ok(&["plan", &url, "--layout", layout]));
    second.retain(|from, _| first.contains_key(from));
    assert_eq!(second, first);
}

#[test]
fn a_companion_that_comes_later_goes_beside_its_photo() {
    let person = Person::new();
    let (path, url) = person.home("D");
    person.cli.ok(&["migrate", &url, "--layout", "{year}/{sequence}"]);
    let first = keys(&person.cli.ok(&["plan", &url]));
    let mut movies = 0;
    for from in first.keys().filter(|from| from.ends_with("/DSC_0001.JPG")) {
        let movie = PathBuf::from(from).with_extension("MOV");
        let bytes = [b"\0\0\0\x18ftypqt  \0\0\0\0qt  mp42".as_slice(), from.as_bytes()].concat();
        put(movie, &bytes, 1_528_000_000_000_000_000);
        movies += 1;
    }
    assert_eq!(movies, 3);
    person.scan();
    person
        .cli
        .ok(&["migrate", &url, "--layout", "all/{original name}"]);
    let second = keys(&person.cli.ok(&["plan", &url, "--layout", "all/{original name}"]));
    for (from, key) in second.iter().filter(|(from, _)| from.ends_with("/DSC_0001.MOV")) {
        let photo = &second[&from.replace(".MOV", ".JPG")];
        assert_eq!(*key, photo.replace(".JPG", ".MOV"));
        assert!(path.join(key).is_file());
    }
}

#[test]
fn a_layout_that_loses_names_is_refused_with_the_way_out() {
    let person = Person::new();
    let (_, url) = person.home("D");
    for (layout, words) in [
        ("{year}/{album}", "{original name}, {sequence} or {sha8}"),
        ("{sequence}/{original name}", "belongs in the last part"),
        ("{album|\"x}/{sha8}", "that ends it"),
        ("{moon}/{sha8}", "{lens} {place} {album}"),
    ] {
        let refused = person.cli.run(&["plan", &url, "--layout", layout]);
        assert_eq!(refused.status, 2, "{layout}");
        assert!(refused.stderr.contains(words), "{layout}: {}", refused.stderr);
    }
    let help = person.cli.run(&["plan", "--help"]);
    assert!(
        help.stdout.contains("{album|original folder|\"No album\"}"),
        "{}",
        help.stdout
    );
}
