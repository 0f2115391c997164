//! A small library and its home, a folder or a bucket.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::http::Ask;
use albumen_testkit::picture;
use albumen_testkit::s3::Server;
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::put;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const TAKEN: u64 = 1_600_000_000_000_000_000;

pub struct Place {
    _work: Option<tempfile::TempDir>,
    pub root: PathBuf,
    pub library: PathBuf,
    pub url: String,
    pub cli: Cli,
    pub server: Option<Server>,
    there: PathBuf,
}

/// Runs `test` with a folder and with a bucket.
pub fn each(test: impl Fn(&Place)) {
    test(&Place::folder());
    test(&Place::bucket());
}

pub fn of_type<'a>(output: &'a Output, kind: &str) -> Vec<&'a Value> {
    output.json.iter().filter(|line| line["type"] == kind).collect()
}

pub fn rm(path: &Path) {
    let removed = Command::new("rm").arg("-rf").arg("--").arg(path).status();
    assert!(removed.expect("run rm").success());
}

pub fn photo(number: u64) -> Vec<u8> {
    picture::taken_at(format!("2019:03:{:02} 10:11:12", number % 28 + 1), 11, number).1
}

impl Place {
    pub fn folder() -> Self {
        Self::new(None)
    }

    pub fn bucket() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let server = Server::start(&work.path().join("s3"));
        server.create_bucket("pictures");
        Self::new(Some((work, server)))
    }

    fn new(bucket: Option<(tempfile::TempDir, Server)>) -> Self {
        let (work, server) = match bucket {
            Some((work, server)) => (work, Some(server)),
            None => (tempfile::tempdir().expect("temp dir"), None),
        };
        let root = work.path().canonicalize().expect("path");
        let mut cli = Cli::new(&root);
        cli.catalog = root.join("catalog.db");
        let (url, there) = match &server {
            Some(server) => {
                cli = cli.keys_of(server);
                let url = format!(
                    "s3://pictures/lib?endpoint={}&region=us-east-1",
                    server.endpoint()
                );
                (url, server.object_path("pictures", "lib"))
            }
            None => (format!("file://{}", root.join("D").display()), root.join("D")),
        };
        let place = Self {
            library: root.join("library"),
            _work: Some(work),
            root,
            url,
            cli,
            server,
            there,
        };
        for number in 0..4 {
            put(
                place.library.join(format!("IMG_{number}.jpg")),
                &photo(number),
                TAKEN + 7 * number,
            );
        }
        place.scan();
        place
    }

    /// Another computer with the same photos and a catalog of its own.
    pub fn another_machine(&self) -> Self {
        let root = self.root.join("other");
        let library = root.join("library");
        for path in tree::snapshot(&self.library).into_keys() {
            let bytes = std::fs::read(self.library.join(&path)).expect("read");
            put(library.join(path), &bytes, TAKEN);
        }
        let mut cli = Cli::new(&root);
        cli.catalog = root.join("catalog.db");
        let other = Self {
            _work: None,
            root,
            library,
            url: self.url.clone(),
            cli,
            server: None,
            there: self.there.clone(),
        };
        other.scan();
        other
    }

    pub fn scan(&self) {
        self.cli.ok(&["scan", self.library.to_str().expect("a path")]);
    }

    pub fn add(&self, name: &str, number: u64) {
        put(self.library.join(name), &photo(number), TAKEN);
        self.scan();
    }

    /// Photos and exports that were sent.
    pub fn migrate(&self) -> (u64, u64) {
        let said = self.cli.ok(&["migrate", &self.url]);
        let report = of_type(&said, "report")[0];
        let number = |value: &Value| value.as_u64().expect("a number");
        (number(&report["sent"]["files"]), number(&report["exports"]))
    }

    pub fn there(&self) -> &Path {
        &self.there
    }

    pub fn tree(&self) -> Tree {
        tree::snapshot(&self.there)
    }

    pub fn photos(&self) -> Tree {
        let mut all = self.tree();
        all.retain(|path, _| !path.starts_with(".albumen"));
        all
    }

    /// Names of what lies where exports lie.
    pub fn exports(&self) -> BTreeSet<String> {
        let all = tree::snapshot(&self.there.join(".albumen/exports"));
        all.into_keys()
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }

    /// Both lists and the copy, each named by its bytes, and nothing else.
    pub fn all_genuine(&self) {
        self.genuine(&self.exports());
    }

    pub fn genuine(&self, exports: &BTreeSet<String>) {
        let mut ends = BTreeSet::new();
        for name in exports {
            let sum = tree::sha256(&self.there.join(".albumen/exports").join(name));
            let end = name.strip_prefix(&format!("{}-", &sum[..16]));
            ends.insert(end.unwrap_or_else(|| panic!("{name} holds {sum}")));
        }
        assert_eq!(
            ends,
            BTreeSet::from(["catalog.db", "library.csv", "library.jsonl"])
        );
    }

    /// Bytes of the export that ends so.
    pub fn export(&self, end: &str) -> Vec<u8> {
        let name = self.exports().into_iter().find(|name| name.ends_with(end));
        std::fs::read(self.there.join(".albumen/exports").join(name.expect(end))).expect("read")
    }

    /// Objects that were written since the beginning.
    pub fn puts(&self) -> Vec<String> {
        self.server.as_ref().map(Server::puts).unwrap_or_default()
    }

    fn ask_server(&self, method: &'static str, key: &str, body: &[u8]) -> bool {
        let Some(server) = &self.server else { return false };
        let path = format!("/pictures/lib/{key}");
        let ask = Ask {
            method,
            path: &path,
            body,
            ..Ask::default()
        };
        assert!(server.client().ask(ask).expect("an answer").is_good());
        true
    }

    pub fn put_as_stranger(&self, key: &str, bytes: &[u8]) {
        if !self.ask_server("PUT", key, bytes) {
            put(self.there.join(key), bytes, TAKEN);
        }
    }

    pub fn remove(&self, key: &str) {
        if !self.ask_server("DELETE", key, b"") {
            rm(&self.there.join(key));
        }
    }

    /// The first cell of what the catalog answers.
    pub fn ask(&self, sql: &str) -> String {
        let catalog = Connection::open(&self.cli.catalog).expect("open the catalog");
        catalog.query_row(sql, [], |row| row.get(0)).expect("an answer")
    }

    pub fn tamper(&self, sql: &str) {
        let catalog = Connection::open(&self.cli.catalog).expect("open the catalog");
        catalog.execute_batch(sql).expect("tampered");
    }

    /// What is at the destination, parts aside, and the catalog knows nothing of.
    pub fn unknown(&self) -> Vec<String> {
        let catalog = Connection::open(&self.cli.catalog).expect("open the catalog");
        let mut query = catalog
            .prepare("SELECT key FROM placed UNION SELECT key FROM marker UNION SELECT key FROM intent")
            .expect("a query");
        let known: BTreeSet<String> = query
            .query_map([], |row| row.get(0))
            .expect("rows")
            .collect::<rusqlite::Result<_>>()
            .expect("keys");
        let all = self.tree().into_keys();
        all.map(|path| path.to_string_lossy().into_owned())
            .filter(|key| !key.contains(".albumen-part-") && !known.contains(key))
            .collect()
    }
}
