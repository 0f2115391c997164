//! Machines that share one migration: each a process with a catalog of its own, with nothing between them but a destination.

use crate::library::{LIBRARY, run};
use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::s3::Server;
use albumen_testkit::tree;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::LazyLock;

/// Digest of each photo, by its key.
pub type Keys = BTreeMap<String, String>;

/// What a single process makes without options: at a folder, as everywhere.
pub static ALONE: LazyLock<Keys> = LazyLock::new(|| Machines::on_a_folder(&[]).alone());

pub struct Machines {
    pub work: tempfile::TempDir,
    /// None for a folder.
    pub server: Option<Server>,
    options: Vec<String>,
}

impl Machines {
    pub fn on_s3(options: &[&str]) -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let server = Server::start(&work.path().join("s3"));
        for bucket in ["shared", "alone"] {
            server.create_bucket(bucket);
        }
        Self::new(work, Some(server), options)
    }

    pub fn on_a_folder(options: &[&str]) -> Self {
        Self::new(tempfile::tempdir().expect("temp dir"), None, options)
    }

    fn new(work: tempfile::TempDir, server: Option<Server>, options: &[&str]) -> Self {
        let options = options.iter().map(|&one| one.to_owned()).collect();
        let machines = Self {
            work,
            server,
            options,
        };
        for n in 0..=8 {
            machines.lose_catalog(n);
        }
        machines
    }

    /// The machine of a number; 0 is one that works alone.
    pub fn cli(&self, machine: u32) -> Cli {
        let mut cli = Cli::new(&self.work.path().join(format!("machine {machine}")));
        cli.catalog = cli.home.join("state/catalog.db");
        match &self.server {
            Some(server) => cli.keys_of(server),
            None => cli,
        }
    }

    /// Its catalog is lost; it scans anew where the library lies for it.
    pub fn scan_anew(&self, machine: u32, sources: &[String]) {
        let cli = self.cli(machine);
        assert!(run("rm", &[&cli.catalog]), "the catalog is lost");
        cli.ok(&[&["scan".to_owned()][..], sources].concat());
    }

    /// It has the catalog of the first scan, and what it did itself is forgotten.
    pub fn lose_catalog(&self, machine: u32) {
        LIBRARY.copy_catalog(&self.cli(machine).catalog);
    }

    pub fn folder(&self, bucket: &str) -> PathBuf {
        match &self.server {
            Some(server) => server.object_path(bucket, ""),
            None => self.work.path().join(bucket),
        }
    }

    pub fn url(&self, bucket: &str) -> String {
        match &self.server {
            Some(server) => format!("s3://{bucket}?endpoint={}", server.endpoint()),
            None => format!("file://{}", self.folder(bucket).display()),
        }
    }

    fn args(&self, command: &str, more: &[&str]) -> Vec<String> {
        let mut args = vec![command.to_owned(), self.url("shared")];
        args.extend(self.options.iter().cloned());
        args.extend(more.iter().map(|&one| one.to_owned()));
        args
    }

    pub fn start(&self, machine: u32, part: &str, more: &[&str]) -> Child {
        let more = [&["--shard", part][..], more].concat();
        self.cli(machine).spawn(&self.args("migrate", &more))
    }

    /// Starts these machines of eight at once, and waits until all are done.
    pub fn all_at_once(&self, machines: impl Iterator<Item = u32>) {
        let started: Vec<(u32, Child)> = machines
            .map(|machine| (machine, self.start(machine, &format!("{machine}/8"), &[])))
            .collect();
        for (machine, child) in started {
            let ended = wait(child);
            assert_eq!(
                ended.status, 0,
                "machine {machine}: {}{}",
                ended.stdout, ended.stderr
            );
            let own = own(&ended);
            assert_eq!(own["there"], own["wanted"], "machine {machine}: {own}");
        }
    }

    pub fn ok(&self, machine: u32, command: &str, more: &[&str]) -> Output {
        self.cli(machine).ok(&self.args(command, more))
    }

    /// The report on all parts, as this machine sees them.
    pub fn merged(&self, machine: u32) -> Output {
        self.cli(machine).run(&["report", &self.url("shared"), "--merge"])
    }

    /// What a single process makes, with the same options, at another place of the kind.
    pub fn alone(&self) -> Keys {
        let mut args = vec!["migrate".to_owned(), self.url("alone")];
        args.extend(self.options.iter().cloned());
        self.cli(0).ok(&args);
        self.keys("alone")
    }

    pub fn keys(&self, bucket: &str) -> Keys {
        let there = tree::snapshot(&self.folder(bucket)).into_iter();
        there
            .map(|(path, entry)| (path.to_string_lossy().into_owned(), entry.sha256))
            .filter(|(path, _)| !path.starts_with(".albumen/"))
            .collect()
    }

    /// How often each photo was written, as the server counted.
    pub fn writes(&self) -> BTreeMap<String, usize> {
        let server = self.server.as_ref().expect("a server counts");
        let mut writes = BTreeMap::new();
        for put in server.puts() {
            let key = put
                .strip_prefix("shared/")
                .filter(|key| !key.starts_with(".albumen/"));
            if let Some(key) = key {
                *writes.entry(key.to_owned()).or_default() += 1;
            }
        }
        writes
    }

    /// No photo was written twice; gives those that are there and of which the server saw no write to its end.
    pub fn unseen(&self) -> Vec<String> {
        let writes = self.writes();
        let twice: Vec<_> = writes.iter().filter(|(_, times)| **times != 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
        let there = self.keys("shared").into_keys();
        there.filter(|key| !writes.contains_key(key)).collect()
    }

    /// Keys that are a machine's to send.
    pub fn keys_of(&self, machine: u32) -> Vec<String> {
        let plan = self.ok(machine, "plan", &["--shard", &format!("{machine}/8")]);
        let own = |step: &&serde_json::Value| {
            step["outcome"] == "copy"
                && !step["why"]
                    .as_str()
                    .unwrap_or_default()
                    .starts_with("For machine")
        };
        let steps = plan.json.iter().filter(|line| line["type"] == "step");
        steps
            .filter(own)
            .map(|step| step["to"].as_str().expect("a key").to_owned())
            .collect()
    }

    pub fn count_there(&self, keys: &[String]) -> usize {
        keys.iter()
            .filter(|key| self.folder("shared").join(key).exists())
            .count()
    }
}

/// The last line of a command.
pub fn report(output: &Output) -> &serde_json::Value {
    let last = output.json.last();
    last.unwrap_or_else(|| panic!("no report: {}{}", output.stdout, output.stderr))
}

pub fn own(output: &Output) -> &serde_json::Value {
    let parts = report(output)["parts"].as_array().expect("parts");
    parts
        .iter()
        .find(|part| part["isOwn"] == true)
        .expect("its own part")
}

/// Numbers of the parts with anything open.
pub fn open_parts(output: &Output) -> Vec<u64> {
    let parts = report(output)["parts"].as_array().expect("parts");
    let open = parts.iter().filter(|part| part["open"]["files"] != 0);
    open.filter_map(|part| part["part"].as_u64()).collect()
}

pub fn assert_all_there(output: &Output, of: usize) {
    let report = report(output);
    assert_eq!(output.status, 0, "{report} {}", output.stderr);
    assert_eq!(report["balanced"], true);
    assert_eq!(report["open"]["files"], 0);
    let parts = report["parts"].as_array().expect("parts");
    let there: u64 = parts
        .iter()
        .filter_map(|part| part["there"]["files"].as_u64())
        .sum();
    assert_eq!(there as usize, of, "{report}");
}

pub fn is_clean(folder: &Path) -> bool {
    let left = |path: &Path| path.to_string_lossy().contains(".albumen-part-");
    !tree::snapshot(folder).keys().any(|path| left(path))
}
