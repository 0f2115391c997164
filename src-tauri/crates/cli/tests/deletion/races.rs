//! While the built program deletes originals, others edit, replace, link and move them: whatever they wrote has to be
//! there afterwards, in the folder it was written to. `ALBUMEN_RACES` sets the number of races.

use crate::acts::{self, Ended, Turn, original, photo};
use crate::{put, wanted};
use albumen_testkit::app::Cli;
use albumen_testkit::strace;
use albumen_testkit::tree;
use std::fs::File;
use std::path::PathBuf;

/// In `make test`.
const SHORT: usize = 400;
/// Of one library.
const FILES: usize = 250;

/// A library that was moved and verified.
pub struct Moved {
    _work: tempfile::TempDir,
    pub library: PathBuf,
    pub there: PathBuf,
    pub aside: PathBuf,
    pub url: String,
    pub cli: Cli,
}

impl Moved {
    pub fn new(files: usize) -> Self {
        let temp = tempfile::tempdir().expect("temp dir");
        let work = temp.path().canonicalize().expect("path");
        let (library, aside) = (work.join("library"), work.join("aside"));
        std::fs::create_dir(&aside).expect("folder");
        for number in 0..files {
            let path = photo(&library, number);
            put(&path, &original(number));
            acts::age(&File::options().write(true).open(path).expect("open"));
        }
        let cli = Cli::new(&work);
        let there = work.join("D");
        let url = format!("file://{}", there.display());
        cli.ok(&["scan", &library.to_string_lossy()]);
        cli.ok(&["migrate", &url]);
        cli.ok(&["verify", &url]);
        Self {
            _work: temp,
            library,
            there,
            aside,
            url,
            cli,
        }
    }

    /// What a question to the catalog gives: a text and the number of its photo.
    pub fn ask(&self, sql: &str) -> Vec<(String, usize)> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let catalog = rusqlite::Connection::open_with_flags(&self.cli.catalog, flags).expect("catalog");
        let mut query = catalog.prepare(sql).expect("query");
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        rows.expect("rows")
            .map(|row| {
                let (text, name) = row.expect("a row");
                let number = name.rsplit('P').next().and_then(|end| end.strip_suffix(".jpg"));
                (
                    text,
                    number.and_then(|number| number.parse().ok()).expect("a number"),
                )
            })
            .collect()
    }
}

/// Every second of what goes in this order, with the one before it.
pub fn turns(order: &[(PathBuf, usize)]) -> Vec<Turn> {
    let pairs = order.chunks_exact(2);
    pairs
        .map(|pair| Turn {
            before: pair[0].0.clone(),
            path: pair[1].0.clone(),
            number: pair[1].1,
        })
        .collect()
}

/// One library, deleted by the program while this thread meddles with it.
fn round(permanent: bool, slow: bool, seed: u64) -> Ended {
    let moved = Moved::new(FILES);
    let words = format!("delete {FILES} originals");
    let mut args = vec!["delete-originals", &moved.url, "--confirm", &words];
    if permanent {
        args.push("--permanent");
    }
    let order = moved.ask("SELECT display, display FROM file ORDER BY asset_id");
    let order: Vec<_> = order
        .into_iter()
        .map(|(_, number)| (photo(&moved.library, number), number))
        .collect();
    let (_, wrote) = acts::race(moved.cli.command(&args), &turns(&order), slow, seed, &moved.aside);
    // The copies are what they were, whatever happened here.
    let copies = tree::snapshot(&moved.there);
    assert_eq!(
        copies.keys().filter(|path| !path.starts_with(".albumen")).count(),
        FILES
    );
    let trash = moved.cli.home.join("data/Trash/files");
    Ended::of(
        &wrote,
        Some(trash.as_path()).filter(|trash| !permanent && trash.exists()),
    )
}

#[test]
fn nothing_that_was_written_while_originals_are_deleted_is_lost() {
    let can_be_slow = strace::is_allowed();
    acts::campaign("races", wanted(SHORT), |seed| {
        round(seed % 2 == 0, can_be_slow && seed % 4 < 2, seed)
    });
}
