//! The promise, checked by what the storage holds and by the originals, without the code under test.

use albumen_testkit::app::Cli;
use albumen_testkit::picture;
use albumen_testkit::tree::{self, Tree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Stored = [(String, Vec<u8>)];

/// Originals, with a catalog that has scanned them.
pub struct Library {
    root: PathBuf,
    before: Tree,
    photos: BTreeMap<Vec<u8>, (String, usize)>,
    /// Its files: the catalog itself, and what SQLite has beside it.
    catalog: Vec<(String, Vec<u8>)>,
}

pub fn is_part(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or(key);
    name.starts_with(".albumen-part-")
}

fn is_note(key: &str) -> bool {
    key.starts_with(".albumen/")
}

impl Library {
    /// Eight photos, two of them the same, with a movie of 9 MiB if it is to be sent in parts; scanned by the program.
    pub fn make(work: &Path, with_movie: bool) -> Self {
        let root = work.join("library");
        for number in 0..7u64 {
            let (_, bytes) = picture::taken_at(format!("2019:03:0{} 10:11:12", number + 1), 11, number);
            crate::put(&root.join(format!("IMG_000{}.jpg", number + 1)), &bytes);
            if number == 2 {
                crate::put(&root.join("trip/copy of 3.jpg"), &bytes);
            }
        }
        if with_movie {
            let mut bytes = albumen_testkit::random::Random::new(9, 9).bytes((9 << 20) + 17);
            bytes[..12].copy_from_slice(b"\0\0\0\x0cftypisom");
            crate::put(&root.join("trip/MOV_0009.mp4"), &bytes);
        }
        let cli = Cli::new(work);
        cli.ok(&["scan", &root.to_string_lossy()]);
        let before = tree::snapshot(&root);
        let mut photos = BTreeMap::new();
        for path in before.keys() {
            let bytes = std::fs::read(root.join(path)).expect("read");
            photos
                .entry(bytes)
                .or_insert_with(|| (path.to_string_lossy().into_owned(), 0))
                .1 += 1;
        }
        let catalog = ["catalog.db", "catalog.db-wal"].map(|name| {
            let bytes = std::fs::read(cli.catalog.with_file_name(name)).unwrap_or_default();
            (name.to_owned(), bytes)
        });
        Self {
            root,
            before,
            photos,
            catalog: catalog.into(),
        }
    }

    /// A command line that has scanned it, with everything of its own in `work`.
    pub fn known_to(&self, work: &Path) -> Cli {
        let cli = Cli::new(work);
        for (name, bytes) in &self.catalog {
            crate::put(&cli.catalog.with_file_name(name), bytes);
        }
        cli
    }

    pub fn photos(&self) -> usize {
        self.before.len()
    }

    /// Where an original lies.
    pub fn original(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Photos that are not stored under a final name, once for every file that holds them.
    pub fn missing(&self, stored: &Stored) -> Vec<&str> {
        let mut missing = Vec::new();
        for (bytes, (name, times)) in &self.photos {
            let there = placed(stored).filter(|(_, other)| other == bytes).count();
            missing.extend(std::iter::repeat_n(name.as_str(), times.saturating_sub(there)));
        }
        missing
    }
}

/// What others have there.
pub struct Strangers {
    first: (String, Vec<u8>),
    /// So many more of the same may have appeared.
    more: usize,
}

impl Strangers {
    pub fn of((key, bytes): (&str, &[u8])) -> Self {
        Self {
            first: (key.to_owned(), bytes.to_vec()),
            more: 0,
        }
    }

    pub fn may_take_more(&mut self, bytes: &[u8]) {
        assert_eq!(bytes, self.first.1, "told by its bytes");
        self.more += 1;
    }

    pub fn has(&self, bytes: &[u8]) -> bool {
        self.first.1 == bytes
    }
}

/// Under final names.
fn placed(stored: &Stored) -> impl Iterator<Item = &(String, Vec<u8>)> {
    stored.iter().filter(|(key, _)| !is_part(key) && !is_note(key))
}

/// Lines of what is lost, damaged, or there twice.
pub fn broken(library: &Library, strangers: &Strangers, stored: &Stored) -> Vec<String> {
    let mut found: Vec<String> = tree::differences(&library.before, &tree::snapshot(&library.root))
        .lines()
        .map(|line| format!("an original was touched: {line}"))
        .collect();
    let mut times: BTreeMap<&Vec<u8>, usize> = BTreeMap::new();
    let mut keys: BTreeMap<&String, usize> = BTreeMap::new();
    for (key, bytes) in placed(stored) {
        *keys.entry(key).or_default() += 1;
        *times.entry(bytes).or_default() += 1;
        if !library.photos.contains_key(bytes) && !strangers.has(bytes) {
            found.push(format!(
                "{key:?} is not whole under its final name ({} bytes)",
                bytes.len()
            ));
        }
    }
    found.extend(
        keys.into_iter()
            .filter(|(_, times)| *times > 1)
            .map(|(key, times)| format!("{key:?} is there {times} times")),
    );
    for (bytes, there) in times {
        let (name, allowed) = match library.photos.get(bytes) {
            Some((name, times)) => (name.as_str(), *times),
            None => ("a stranger's", 1 + strangers.more),
        };
        if there > allowed {
            found.push(format!("{name:?} is there {there} times under several names"));
        }
    }
    let (key, bytes) = &strangers.first;
    if !stored.iter().any(|(other, is)| other == key && is == bytes) {
        found.push(format!("a stranger's {key:?} was touched"));
    }
    found
}
