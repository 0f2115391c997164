//! A roll back of everything: the destination is as it was before, byte for byte, but for what others made or changed there
//! since. `ALBUMEN_ROLLBACK` sets of how many objects.

use crate::{photos, wanted};
use albumen_testkit::app::Cli;
use albumen_testkit::many;
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::put;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// In `make test`.
const SHORT: usize = 300;
/// With movies, raw files, copies, hard links.
const ODD: usize = 60;
/// For 10,000 objects.
const LONGEST: Duration = Duration::from_secs(60);
/// One in so many is edited by somebody else.
const EDITED: usize = 50;
const OLD_NS: u64 = 1_400_000_000_000_000_000;

/// Files and folders below a root.
#[derive(Clone)]
struct State {
    files: Tree,
    folders: BTreeSet<PathBuf>,
}

impl State {
    fn of(root: &Path) -> Self {
        let below = |folder: PathBuf| folder.strip_prefix(root).expect("below").to_owned();
        Self {
            files: tree::snapshot(root),
            folders: tree::folders(root).into_iter().map(below).collect(),
        }
    }

    /// As it has to be when `kept` files, and the folders they lie in, stay.
    fn with(mut self, kept: &Tree) -> Self {
        for (path, entry) in kept {
            self.files.insert(path.clone(), entry.clone());
            self.folders.extend(path.ancestors().skip(1).map(Path::to_owned));
        }
        self
    }

    fn differences(&self, is: &Self) -> String {
        let mut lines = tree::differences(&self.files, &is.files);
        for folder in self.folders.symmetric_difference(&is.folders) {
            lines += &format!("the folder {folder:?} is on one side only\n");
        }
        lines
    }
}

/// What others have at the destination before anything is copied: also under names that ours would get, and one of the
/// very bytes that we would bring.
fn strangers(there: &Path, library: &Path) {
    put(there.join("notes.txt"), b"a stranger's", OLD_NS);
    put(there.join("2005/2005-01/mine.jpg"), b"a stranger's too", OLD_NS);
    put(there.join("empty/of/photos/.keep"), b"", OLD_NS);
    let ours = tree::snapshot(library);
    let (path, _) = ours
        .iter()
        .find(|(path, _)| path.ends_with("IMG_00000.jpg"))
        .expect("the first");
    let bytes = std::fs::read(library.join(path)).expect("read");
    put(there.join("2005/2005-01/IMG_00000.jpg"), &bytes, OLD_NS);
    put(there.join("2005/2005-01/IMG_00001.jpg"), b"not ours", OLD_NS);
}

/// Others edit every so many of the copies, and put something beside them. What they wrote.
fn edit(there: &Path, before: &State) -> Tree {
    let copies: Vec<PathBuf> = tree::snapshot(there)
        .into_keys()
        .filter(|path| !path.starts_with(".albumen") && !before.files.contains_key(path))
        .collect();
    let mut wrote = BTreeSet::new();
    for (number, below) in copies
        .iter()
        .enumerate()
        .filter(|(number, _)| number % EDITED == 7)
    {
        let path = there.join(below);
        let mut bytes = std::fs::read(&path).expect("read");
        let time = tree::snapshot(path.parent().expect("a folder"))
            [Path::new(path.file_name().expect("name"))]
        .mtime_ns;
        match bytes.last_mut() {
            // In place, of the same size, and with its time put back.
            Some(last) if number % 2 == 0 => *last ^= 1,
            _ => bytes.extend(b"edited"),
        }
        put(path, &bytes, time.unsigned_abs());
        wrote.insert(below.clone());
    }
    let beside = copies[copies.len() / 2].with_file_name("put here by hand.jpg");
    put(there.join(&beside), b"by hand", OLD_NS);
    wrote.insert(beside);
    let mut all = tree::snapshot(there);
    all.retain(|path, _| wrote.contains(path));
    all
}

#[test]
fn rollback_leaves_the_destination_as_it_was_before() {
    let objects = wanted("ALBUMEN_ROLLBACK", SHORT);
    let temp = tempfile::tempdir().expect("temp dir");
    let work = temp.path().canonicalize().expect("path");
    let (library, there) = (work.join("library"), work.join("D"));
    // Names and links of all sorts among many plain ones.
    many::make(&library.join("odd"), ODD);
    photos::make(&library.join("plain"), objects - ODD, |number| {
        2000 + number % 9000
    });
    strangers(&there, &library);
    let originals = tree::snapshot(&library);
    let before = State::of(&there);
    let cli = Cli::new(&work);
    let url = format!("file://{}", there.display());
    cli.ok(&["scan", &library.to_string_lossy()]);
    cli.ok(&["migrate", &url]);
    cli.ok(&["verify", &url]);
    let placed = tree::snapshot(&there).len() - before.files.len();
    assert!(placed > objects, "{placed} of {objects}, with their notes");
    let edited = edit(&there, &before);

    let began = Instant::now();
    let rolled = cli.ok(&["rollback", &url]);
    let took = began.elapsed();
    let said = rolled.json.last().expect("a report");
    let kept = edited.len() as u64 - 1;
    let removed = said["removed"]["files"].as_u64().expect("a number");
    assert_eq!(removed + kept, objects as u64 - 1, "one was there before: {said}");
    let wanted = before.clone().with(&edited);
    assert_eq!(wanted.differences(&State::of(&there)), "");
    assert_eq!(tree::differences(&originals, &tree::snapshot(&library)), "");
    assert!(objects > 10_000 || took < LONGEST, "{took:?}");

    // Nothing is left to do, and everything can begin again.
    cli.ok(&["rollback", &url]);
    assert_eq!(wanted.differences(&State::of(&there)), "");
    println!(
        "rollback: {removed} objects removed in {:.1} s, 0 left, 0 of {} others' files touched",
        took.as_secs_f64(),
        wanted.files.len()
    );
}

#[test]
fn rollback_that_takes_or_leaves_too_much_raises_the_alarm() {
    let work = tempfile::tempdir().expect("temp dir");
    let put = |name: &str, bytes: &[u8]| put(work.path().join(name), bytes, OLD_NS);
    put("mine.jpg", b"mine");
    let before = State::of(work.path());
    assert_eq!(before.differences(&State::of(work.path())), "");
    put("2005/left.jpg", b"ours");
    let left = before.differences(&State::of(work.path()));
    assert!(
        left.contains("extra: \"2005/left.jpg\"") && left.contains("the folder \"2005\""),
        "{left}"
    );
    let edited = tree::snapshot(work.path());
    put("mine.jpg", b"MINE");
    assert!(
        before
            .with(&edited)
            .differences(&State::of(work.path()))
            .contains("other bytes: \"mine.jpg\"")
    );
}
