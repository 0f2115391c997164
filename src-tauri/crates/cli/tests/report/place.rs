//! A library that is small and odd, moved to a folder.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::picture;
use albumen_testkit::write::put;
use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const TAKEN: u64 = 1_600_000_000_000_000_000;
/// One folder for all, so that every name is a key.
pub const LAYOUT: &str = "{original name}";

pub struct Place {
    _work: tempfile::TempDir,
    pub root: PathBuf,
    pub library: PathBuf,
    pub home: PathBuf,
    pub url: String,
    pub cli: Cli,
    /// Files of the library when it was scanned.
    pub found: usize,
}

pub fn of_type<'a>(output: &'a Output, kind: &str) -> Vec<&'a Value> {
    output.json.iter().filter(|line| line["type"] == kind).collect()
}

pub fn count(output: &Output, kind: &str) -> usize {
    of_type(output, kind).len()
}

pub fn photo(number: u64) -> Vec<u8> {
    picture::jpeg(&picture::paint(number, 1, (160, 120)), 80)
}

impl Place {
    fn empty() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let root = work.path().canonicalize().expect("path");
        let home = root.join("D");
        Self {
            library: root.join("library"),
            url: format!("file://{}", home.display()),
            cli: Cli::new(&root),
            found: 0,
            _work: work,
            root,
            home,
        }
    }

    /// Photos with plain names, moved.
    pub fn simple(photos: u64) -> Self {
        let mut place = Self::empty();
        for number in 0..photos {
            place.add(format!("{number}.jpg"), &photo(number));
        }
        place.cli.ok(&["scan", place.library.to_str().expect("a path")]);
        place.migrate();
        place
    }

    /// One failed by changing after the scan, one stood at the destination before.
    pub fn with_every_outcome() -> Self {
        let mut place = Self::empty();
        for (number, name) in odd_names().into_iter().enumerate() {
            place.add(OsStr::from_bytes(&name), &photo(number as u64));
        }
        place.add("plain.jpg", &photo(100));
        place.add("there.jpg", &photo(101));
        place.add("twice/double.jpg", &photo(100));
        place.add("changed.jpg", &photo(102));
        place.add("notes.txt", b"no photo at all");
        place.add(".DS_Store", b"of another program");
        place.add(
            "plain.jpg.xmp",
            b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>",
        );
        place.cli.ok(&["scan", place.library.to_str().expect("a path")]);
        put(place.home.join("there.jpg"), &photo(101), TAKEN);
        put(
            place.library.join("changed.jpg"),
            &photo(103),
            TAKEN + 5_000_000_000,
        );
        place
            .cli
            .run(&["migrate", &place.url, "--layout", LAYOUT, "--skip-duplicates"]);
        place
    }

    fn add(&mut self, name: impl AsRef<Path>, bytes: &[u8]) {
        put(self.library.join(name), bytes, TAKEN);
        self.found += 1;
    }

    pub fn migrate(&self) {
        self.cli
            .ok(&["migrate", &self.url, "--layout", LAYOUT, "--skip-duplicates"]);
    }

    /// Files that lie in the library.
    pub fn files(&self) -> usize {
        albumen_testkit::tree::snapshot(&self.library).len()
    }

    /// As somebody who damages the catalog behind its back.
    pub fn tamper(&self, sql: &str) {
        let catalog = rusqlite::Connection::open(&self.cli.catalog).expect("open the catalog");
        catalog.execute_batch(sql).expect("tampered");
    }

    /// What it says without `--json`.
    pub fn words(&self, args: &[&str]) -> String {
        let mut command = Command::new(albumen_testkit::app::albumen());
        command
            .args(args)
            .arg("--catalog")
            .arg(&self.cli.catalog)
            .envs(self.cli.envs.iter().cloned());
        let output = command.output().expect("run albumen");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The printable page.
    pub fn html(&self, more: &[&str]) -> String {
        self.words(&[&["report", "--format", "html"], more].concat())
    }
}

/// Names that a list can stumble over.
pub fn odd_names() -> Vec<Vec<u8>> {
    [
        b"a, comma.jpg".as_slice(),
        b"a \"quoted\" name.jpg",
        b"two\nlines.jpg",
        b"not \xff utf-8.jpg",
        b"<script>alert(1)<script>.jpg",
        b"=cmd|' !A1.jpg",
        b"-1+1.jpg",
        b"@at.jpg",
        b"'apostrophe.jpg",
        "sch\u{f6}n \u{202e}gpj.jpg".as_bytes(),
    ]
    .map(<[u8]>::to_vec)
    .to_vec()
}
