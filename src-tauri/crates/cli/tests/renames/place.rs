//! Photos in one or two folders, moved to a folder, and what a person may do to their names.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::picture;
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::{make_dir, put};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const TAKEN: u64 = 1_600_000_000_000_000_000;
/// One folder for all, so that every name is a key.
pub const LAYOUT: &str = "{original name}";

pub struct Place {
    work: tempfile::TempDir,
    pub cli: Cli,
}

pub fn photo(number: u64) -> Vec<u8> {
    picture::jpeg(&picture::paint(number, 1, (48, 32)), 80)
}

impl Place {
    pub fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let cli = Cli::new(&work.path().join("own"));
        Self { work, cli }
    }

    /// These photos, each of its own number, scanned and moved.
    pub fn moved(names: &[&str]) -> Self {
        let place = Self::new();
        for (number, name) in names.iter().enumerate() {
            place.put(name, number as u64);
        }
        place.cli.ok(&["scan", place.path("a").to_str().expect("a path")]);
        assert_eq!(place.migrate(), names.len() as u64);
        place
    }

    /// Names begin with the source they are in: `a/` or `b/`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    pub fn put(&self, name: &str, number: u64) {
        put(self.path(name), &photo(number), TAKEN + number);
    }

    pub fn rename(&self, from: &str, to: &str) {
        make_dir(self.path(to).parent().expect("a folder"));
        self.run("mv", &[Path::new("-T"), &self.path(from), &self.path(to)]);
    }

    /// As a copy to another disk, which keeps the time.
    pub fn copy(&self, from: &str, to: &str) {
        make_dir(self.path(to).parent().expect("a folder"));
        self.run("cp", &[Path::new("-p"), &self.path(from), &self.path(to)]);
    }

    pub fn remove(&self, name: &str) {
        self.run("rm", &[&self.path(name)]);
    }

    fn run(&self, program: &str, args: &[&Path]) {
        let done = Command::new(program).args(args).status().expect("run");
        assert!(done.success(), "{program} {args:?}");
    }

    pub fn home(&self) -> PathBuf {
        self.work.path().join("home")
    }

    pub fn url(&self) -> String {
        format!("file://{}", self.home().display())
    }

    pub fn scan(&self) {
        self.cli.ok(&["scan"]);
    }

    /// Files sent.
    pub fn migrate(&self) -> u64 {
        let said = self.cli.ok(&["migrate", &self.url(), "--layout", LAYOUT]);
        let report = of_type(&said, "report")[0];
        report["sent"]["files"].as_u64().expect("a number")
    }

    /// Outcome and reason, by the name it has now.
    pub fn plan(&self) -> BTreeMap<String, (String, String)> {
        let said = self.cli.ok(&["plan", &self.url(), "--layout", LAYOUT]);
        let root = format!("{}/", self.work.path().display());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let steps = of_type(&said, "step").into_iter().map(|step| {
            let name = text(&step["from"]).replace(&root, "");
            (name, (text(&step["outcome"]), text(&step["why"])))
        });
        steps.collect()
    }

    /// Everything is known to be there, and nothing is sent.
    pub fn nothing_to_send(&self) {
        let before = tree::snapshot(&self.home());
        assert_eq!(self.migrate(), 0);
        let after = tree::snapshot(&self.home());
        assert_eq!(tree::differences(&before, &after), "");
    }

    pub fn verify(&self) {
        self.cli.ok(&["verify", &self.url()]);
    }

    /// Deletes all that has a verified copy; how many that was.
    pub fn delete(&self, how: &[&str]) -> u64 {
        let asked = self.cli.run(&["delete-originals", &self.url()]);
        let preview = of_type(&asked, "preview")[0];
        let words = preview["confirm"].as_str().expect("words");
        let said = self
            .cli
            .ok(&[&["delete-originals", &self.url(), "--confirm", words], how].concat());
        of_type(&said, "deleted")[0]["removed"]["files"]
            .as_u64()
            .expect("a number")
    }

    pub fn rollback(&self) -> Output {
        self.cli.ok(&["rollback", &self.url()])
    }

    pub fn tree(&self, name: &str) -> Tree {
        tree::snapshot(&self.path(name))
    }

    /// Id, path and asset of each row, and whether it is gone.
    pub fn rows(&self) -> Vec<(i64, String, Option<i64>, bool)> {
        let catalog = rusqlite::Connection::open(&self.cli.catalog).expect("open the catalog");
        let mut query = catalog
            .prepare("SELECT id, path, asset_id, gone FROM file ORDER BY id")
            .expect("ask");
        let rows = query.query_map([], |row| {
            let path: Vec<u8> = row.get(1)?;
            Ok((
                row.get(0)?,
                String::from_utf8_lossy(&path).into_owned(),
                row.get(2)?,
                row.get(3)?,
            ))
        });
        rows.expect("ask").map(|row| row.expect("a row")).collect()
    }

    /// The row of a path, by the number it has.
    pub fn id(&self, path: &str) -> i64 {
        let rows = self.rows();
        let live = rows.iter().find(|row| row.1 == path && !row.3);
        live.unwrap_or_else(|| panic!("no {path}: {rows:?}")).0
    }
}

pub fn of_type<'a>(output: &'a Output, kind: &str) -> Vec<&'a Value> {
    output.json.iter().filter(|line| line["type"] == kind).collect()
}
