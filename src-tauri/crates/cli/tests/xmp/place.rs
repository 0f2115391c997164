//! A library that was scanned and decided on, a destination with a stranger's file, and what the command line says of both.

use crate::library;
use albumen_engine::Engine;
use albumen_engine::api::{Decision, Filter};
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::put;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub struct Place {
    pub work: tempfile::TempDir,
    pub cli: Cli,
    pub originals: Tree,
    pub before: Tree,
}

impl Place {
    pub fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        library::make(&work.path().join("library"));
        put(
            work.path().join("there/2019/a stranger's.jpg"),
            b"a stranger's",
            1,
        );
        let cli = Cli::new(&work.path().join("own"));
        let place = Self {
            originals: tree::snapshot(&work.path().join("library")),
            before: tree::snapshot(&work.path().join("there")),
            cli,
            work,
        };
        place.scan();
        place.decide();
        place
    }

    pub fn library(&self) -> PathBuf {
        self.work.path().join("library")
    }

    pub fn there(&self) -> PathBuf {
        self.work.path().join("there")
    }

    pub fn url(&self) -> String {
        format!("file://{}", self.there().display())
    }

    pub fn scan(&self) {
        self.cli.ok(&["scan", &self.library().to_string_lossy()]);
    }

    /// All but one group are duplicates.
    fn decide(&self) {
        let engine = Engine::open(&self.cli.catalog).expect("open the catalog");
        let of = |search: &str| Filter {
            search: search.to_owned(),
            ..Filter::default()
        };
        let totals = engine.decide_all(&of("twin"), &Decision::NotDuplicates);
        assert_eq!(totals.expect("decide").not_duplicates, 1);
        for name in ["IMG_1", "keep"] {
            let decided = engine.decide_all(&of(name), &Decision::KeepOnlyKeeper);
            assert!(decided.expect("decide").decided > 0, "{name}");
        }
    }

    pub fn migrate(&self) -> Output {
        self.cli.ok(&["migrate", &self.url(), "--xmp"])
    }

    /// Every XMP file at the destination that is no copy, by its name.
    pub fn written(&self) -> BTreeMap<String, PathBuf> {
        written(&self.there(), &self.originals)
    }
}

/// Below `there`, what ends as XMP files do and is none of the originals.
pub fn written(there: &Path, originals: &Tree) -> BTreeMap<String, PathBuf> {
    let is_copy = |sha256: &str| originals.values().any(|one| one.sha256 == sha256);
    let found = tree::snapshot(there)
        .into_iter()
        .filter(|(path, entry)| path.extension().is_some_and(|end| end == "xmp") && !is_copy(&entry.sha256));
    let named = found.map(|(path, _)| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, there.join(path))
    });
    named.collect()
}

/// What a run says of itself.
pub fn report(output: &Output) -> &Value {
    let found = output.json.iter().find(|line| line["type"] == "report");
    found.unwrap_or_else(|| panic!("no report: {}{}", output.stdout, output.stderr))
}

/// What Albumen reads of the file.
pub fn said(cli: &Cli, file: &Path) -> Value {
    let output = cli.ok(&["inspect", &file.to_string_lossy()]);
    output.json[0].clone()
}
