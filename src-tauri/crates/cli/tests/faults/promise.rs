//! The promise, checked by the disk alone: bytes at the source, at the destination and in the trash, and SQLite's own word
//! on the catalog.

use crate::stage::Stage;
use crate::standing::Standing;
use albumen_testkit::app::Cli;
use albumen_testkit::tree::{self, Tree};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// All that matters, as it is now.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    source: Tree,
    destination: Tree,
    trash: Tree,
    /// What SQLite says of the catalog, empty when all is well.
    catalog: String,
    /// What the catalog says that it placed.
    known: BTreeSet<PathBuf>,
    /// A folder has the times of the originals, a bucket has its own.
    pub keeps_times: bool,
}

/// What was there before anything was done.
pub struct Promise {
    originals: Tree,
    strangers: Tree,
}

impl Seen {
    pub fn of(source: &Path, destination: &Path, cli: &Cli) -> Self {
        let catalog = Copy::of(&cli.catalog);
        // A server's own notes are beside what it stores.
        let is_a_servers = |path: &Path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            name.starts_with('.') && !name.starts_with(".albumen")
        };
        let mut there = tree::snapshot(destination);
        there.retain(|path, _| !is_a_servers(path));
        Self {
            source: tree::snapshot(source),
            destination: there,
            trash: tree::snapshot(&cli.home.join("data/Trash/files")),
            catalog: catalog.as_ref().map(Copy::integrity).unwrap_or_default(),
            known: catalog.as_ref().map(Copy::placed).unwrap_or_default(),
            keeps_times: true,
        }
    }

    /// What is at the destination and the catalog does not know of.
    fn unknown(&self) -> BTreeSet<&PathBuf> {
        let all = self.destination.keys();
        all.filter(|path| !self.known.contains(*path)).collect()
    }

    /// In what `is` differs from this end: places and bytes. What is left under a temporary name is not an end.
    pub fn differences(&self, is: &Self) -> impl Iterator<Item = String> {
        let mut found = tree::differences(&self.source, &is.source);
        // Times of the destination's own notes, and names in the trash, may differ.
        // An empty file is a name that the trash had reserved for what it then could not take.
        let notes = |tree: &Tree| -> BTreeSet<String> {
            let full = tree.values().filter(|it| it.size > 0);
            full.map(|it| it.sha256.clone()).collect()
        };
        if notes(&self.trash) != notes(&is.trash) {
            found += "the trash holds other files\n";
        }
        for (path, was) in photos(&self.destination) {
            match is.destination.get(path) {
                Some(entry)
                    if entry.sha256 == was.sha256
                        && (entry.mtime_ns == was.mtime_ns || !self.keeps_times) => {}
                Some(_) => found += &format!("at the destination, {path:?} is another\n"),
                None => found += &format!("at the destination, {path:?} is missing\n"),
            }
        }
        for (path, _) in is
            .destination
            .iter()
            .filter(|(path, _)| !self.destination.contains_key(*path))
        {
            // A marker is named by what it says, and what was sent in two runs is told in two. Exports tell of the run.
            let is_marker = path.starts_with(".albumen/shards") && path.extension().is_some();
            let is_told = is_marker && photos(&self.destination).count() >= 2;
            if !is_told && !is_export(path, &is.destination[path]) {
                found += &format!("at the destination, {path:?} was left\n");
            }
        }
        let exports = |seen: &Self| {
            seen.destination
                .iter()
                .filter(|(path, it)| is_export(path, it))
                .count()
        };
        if exports(self) != exports(is) {
            found += &format!(
                "at the destination, {} exports and not {}\n",
                exports(is),
                exports(self)
            );
        }
        for path in is.unknown().difference(&self.unknown()) {
            found += &format!("at the destination, {path:?} is unknown to the catalog\n");
        }
        let lines: Vec<String> = found.lines().map(str::to_owned).collect();
        lines.into_iter()
    }
}

fn photos(tree: &Tree) -> impl Iterator<Item = (&PathBuf, &tree::Entry)> {
    tree.iter().filter(|(path, _)| !path.starts_with(".albumen"))
}

/// One that is whole, by its name.
fn is_export(path: &Path, entry: &tree::Entry) -> bool {
    let name = path.strip_prefix(".albumen/exports").map(Path::to_string_lossy);
    name.is_ok_and(|name| name.starts_with(&format!("{}-", &entry.sha256[..16])))
}

impl Promise {
    pub fn of(source: &Path, destination: &Path) -> Self {
        Self {
            originals: tree::snapshot(source),
            strangers: tree::snapshot(destination),
        }
    }

    /// What stands whole under its final name.
    pub fn standing(&self, destination: &Path) -> Standing {
        let ours = tree::snapshot(destination).into_keys().filter(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            !path.starts_with(".albumen") && !name.starts_with('.') && !self.strangers.contains_key(path)
        });
        Standing::of(destination, ours)
    }

    /// What is left there that was not there before anything was done.
    pub fn left(&self, is: &Seen) -> Vec<PathBuf> {
        let left = is.destination.keys();
        left.filter(|path| !self.strangers.contains_key(*path))
            .cloned()
            .collect()
    }

    /// Lines of what is lost or damaged.
    pub fn broken(&self, stage: Stage, is: &Seen) -> Vec<String> {
        let mut broken = Vec::new();
        let sums = |tree: &Tree| -> BTreeSet<String> { tree.values().map(|it| it.sha256.clone()).collect() };
        let (there, trash) = (sums(&is.destination), sums(&is.trash));
        for (path, was) in &self.originals {
            match is.source.get(path) {
                Some(entry) if entry == was => {}
                Some(_) => broken.push(format!("damaged: the original {path:?} is another")),
                None if !stage.may_move_originals() => broken.push(format!("lost: {path:?} left its folder")),
                None if there.contains(&was.sha256) => {}
                None if trash.contains(&was.sha256) => {
                    broken.push(format!("lost: {path:?} is only in the trash"));
                }
                None => broken.push(format!("lost: {path:?} is nowhere")),
            }
        }
        let whole = sums(&self.originals);
        for (path, entry) in photos(&is.destination) {
            let part = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(".albumen-part-"));
            let stranger = self.strangers.contains_key(path);
            if !part && !stranger && !whole.contains(&entry.sha256) {
                broken.push(format!("damaged: {path:?} is not whole under its final name"));
            }
        }
        for (path, was) in &self.strangers {
            if is.destination.get(path) != Some(was) {
                broken.push(format!("damaged: a stranger's {path:?} was touched"));
            }
        }
        for (path, entry) in is
            .source
            .iter()
            .filter(|(path, _)| !self.originals.contains_key(*path))
        {
            let part = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(".albumen-part-"));
            // An original that stepped aside before it went is whole; the next run settles it.
            let leaving = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(".albumen-leaving-"));
            if leaving && stage == Stage::Permanent && whole.contains(&entry.sha256) {
                continue;
            }
            // A part that a restore began is not a file's final name; the next run sweeps it.
            if !part || stage != Stage::RestoreAndRollback {
                broken.push(format!("damaged: {path:?} appeared among the originals"));
            }
        }
        if !is.catalog.is_empty() {
            broken.push(format!("damaged: the catalog: {}", is.catalog));
        }
        broken
    }
}

/// Of the catalog: opening it here would clean up what a crash left, and the next run has to see that.
struct Copy {
    _aside: tempfile::TempDir,
    catalog: PathBuf,
}

impl Copy {
    fn of(catalog: &Path) -> Option<Self> {
        if !catalog.exists() {
            return None;
        }
        let aside = tempfile::tempdir().expect("temp dir");
        for end in ["", "-wal"] {
            let mut name = catalog.file_name().expect("name").to_owned();
            name.push(end);
            if let Ok(bytes) = std::fs::read(catalog.with_file_name(&name)) {
                let mut copy = std::fs::File::create(aside.path().join(name)).expect("create");
                std::io::Write::write_all(&mut copy, &bytes).expect("write");
            }
        }
        Some(Self {
            catalog: aside.path().join(catalog.file_name().expect("name")),
            _aside: aside,
        })
    }

    fn integrity(&self) -> String {
        let ask = || -> rusqlite::Result<String> {
            let connection = Connection::open(&self.catalog)?;
            let whole: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            let dangling = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
            Ok(match (whole.as_str(), dangling) {
                ("ok", false) => String::new(),
                ("ok", true) => "rows that point nowhere".to_owned(),
                _ => whole,
            })
        };
        ask().unwrap_or_else(|error| error.to_string())
    }

    /// Nothing where there are no tables yet.
    fn placed(&self) -> BTreeSet<PathBuf> {
        let ask = || -> rusqlite::Result<BTreeSet<PathBuf>> {
            let connection = Connection::open(&self.catalog)?;
            let mut keys = connection.prepare("SELECT key FROM placed UNION SELECT key FROM marker")?;
            let keys = keys.query_map([], |row| row.get::<_, String>(0))?;
            keys.map(|key| key.map(PathBuf::from)).collect()
        };
        ask().unwrap_or_default()
    }
}
