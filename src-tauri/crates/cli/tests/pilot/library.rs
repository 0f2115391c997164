//! One library of several kinds, sizes and folders, scanned once. Each test gets a copy of that catalog, and a destination.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::library::{self, Options};
use albumen_testkit::s3::Server;
use albumen_testkit::tree;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

struct Scanned {
    _work: tempfile::TempDir,
    cli: Cli,
}

static LIBRARY: LazyLock<Scanned> = LazyLock::new(|| {
    let work = tempfile::tempdir().expect("temp dir");
    let options = Options {
        photos: 84,
        odd: false,
        size: (320, 240),
        ..Options::default()
    };
    let library = library::make(&work.path().join("library"), &options);
    let cli = Cli::new(work.path());
    let mut scan = vec![OsString::from("scan")];
    scan.extend(library.folders.iter().map(OsString::from));
    cli.ok(&scan);
    Scanned { _work: work, cli }
});

pub struct Home {
    pub work: tempfile::TempDir,
    pub server: Option<Server>,
    pub cli: Cli,
}

impl Home {
    /// Keys that the catalog holds as there.
    pub fn placed(&self) -> BTreeSet<String> {
        let catalog = rusqlite::Connection::open(&self.cli.catalog).expect("open the catalog");
        let mut asked = catalog.prepare("SELECT key FROM placed").expect("ask");
        let keys = asked.query_map([], |row| row.get(0)).expect("ask");
        keys.map(|key| key.expect("a key")).collect()
    }

    pub fn on_s3() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let server = Server::start(&work.path().join("s3"));
        server.create_bucket("there");
        Self::new(work, Some(server))
    }

    pub fn in_a_folder() -> Self {
        Self::new(tempfile::tempdir().expect("temp dir"), None)
    }

    fn new(work: tempfile::TempDir, server: Option<Server>) -> Self {
        let mut cli = Cli::new(work.path());
        let copied = Command::new("cp")
            .arg(&LIBRARY.cli.catalog)
            .arg(&cli.catalog)
            .status();
        assert!(copied.expect("cp").success());
        if let Some(server) = &server {
            cli = cli.keys_of(server);
        }
        Self { work, server, cli }
    }

    pub fn url(&self) -> String {
        match &self.server {
            Some(server) => format!("s3://there?endpoint={}", server.endpoint()),
            None => format!("file://{}", self.folder().display()),
        }
    }

    pub fn folder(&self) -> PathBuf {
        match &self.server {
            Some(server) => server.object_path("there", ""),
            None => self.work.path().join("there"),
        }
    }

    pub fn run(&self, command: &str, more: &[&str]) -> Output {
        self.cli.run(&self.args(command, more))
    }

    pub fn ok(&self, command: &str, more: &[&str]) -> Output {
        self.cli.ok(&self.args(command, more))
    }

    pub fn args(&self, command: &str, more: &[&str]) -> Vec<String> {
        let args = [command, &self.url()];
        args.iter().chain(more).map(|&one| one.to_owned()).collect()
    }

    /// Photos that stand there, by their digests.
    pub fn keys(&self) -> BTreeMap<String, String> {
        keys(&self.folder())
    }

    /// Each file of the plan: where it goes, and where it is from.
    pub fn planned(&self, more: &[&str]) -> BTreeMap<String, PathBuf> {
        let said = self.ok("plan", more);
        let steps = said
            .json
            .iter()
            .filter(|line| line["type"] == "step" && line["outcome"] == "copy");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        steps
            .map(|step| (text(&step["to"]), PathBuf::from(text(&step["from"]))))
            .collect()
    }
}

pub fn keys(folder: &Path) -> BTreeMap<String, String> {
    if !folder.exists() {
        return BTreeMap::new();
    }
    let there = tree::snapshot(folder).into_iter();
    there
        .map(|(path, entry)| (path.to_string_lossy().into_owned(), entry.sha256))
        .filter(|(path, _)| !path.starts_with(".albumen"))
        .collect()
}

pub fn line<'a>(said: &'a Output, kind: &str) -> &'a Value {
    let found = said.json.iter().find(|line| line["type"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {}{}", said.stdout, said.stderr))
}

pub fn names<V>(all: &BTreeMap<String, V>) -> BTreeSet<&str> {
    all.keys().map(String::as_str).collect()
}
