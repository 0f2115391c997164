//! A library, a destination and a catalog; and the promise, looked at by the disk alone.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::library::{self, Options};
use albumen_testkit::s3::Server;
use albumen_testkit::tree::{self, Tree};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const BUCKET: &str = "home";
/// A test does not wait long for a library to be quiet.
pub const CUT_OVER: [&str; 4] = ["--settle", "1ms", "--patience", "20s"];
/// Phases that no act is behind.
pub const BY_FACTS: [&str; 4] = ["profile", "pilot", "copy", "inStep"];

pub struct Place {
    pub cli: Cli,
    pub library: PathBuf,
    pub url: String,
    server: Option<Server>,
    work: PathBuf,
}

impl Place {
    pub fn new(work: &Path, bucket: bool, seed: u64) -> Self {
        let work = work.canonicalize().expect("path");
        let options = Options {
            photos: 8,
            seed,
            odd: false,
            size: (96, 64),
        };
        let library = library::make(&work.join("library"), &options).root;
        let cli = Cli::new(&work);
        let (cli, server, url) = if bucket {
            let server = Server::start(&work.join("there"));
            server.create_bucket(BUCKET);
            let url = format!(
                "s3://{BUCKET}/lib?endpoint={}&region=us-east-1",
                server.endpoint()
            );
            (cli.keys_of(&server), Some(server), url)
        } else {
            let url = format!("file://{}", work.join("there").display());
            (cli, None, url)
        };
        Self {
            cli,
            library,
            url,
            server,
            work,
        }
    }

    pub fn with_keys_of(mut self, server: &Server) -> Self {
        self.cli = self.cli.keys_of(server);
        self
    }

    /// Scanned and copied.
    pub fn copied(work: &Path, strategy: &str) -> Self {
        let place = Self::new(work, false, 1);
        place.cli.ok(&["scan", &place.library.to_string_lossy()]);
        place.cli.ok(&["strategy", &place.url, strategy]);
        place.cli.ok(&["migrate", &place.url]);
        place
    }

    pub fn there(&self) -> PathBuf {
        match &self.server {
            Some(server) => server.object_path(BUCKET, "lib"),
            None => self.work.join("there"),
        }
    }

    /// What lies at the destination, without what is ours alone.
    pub fn copies(&self) -> Tree {
        let mut all = tree::snapshot(&self.there());
        all.retain(|path, _| !path.starts_with(".albumen"));
        all
    }

    pub fn cut_over(&self) -> Output {
        let mut args = vec!["cut-over", &self.url];
        args.extend(CUT_OVER);
        self.cli.run(&args)
    }

    pub fn way(&self) -> Value {
        let said = self.cli.ok(&["phases", &self.url]);
        said.json
            .into_iter()
            .find(|line| line["type"] == "way")
            .expect("a way")
    }

    pub fn phase(&self) -> String {
        self.way()["phase"].as_str().expect("a phase").to_owned()
    }

    pub fn is_home(&self) -> bool {
        self.phase() == "home"
    }

    /// Somebody's photo that comes later; older than the settle time.
    pub fn add(&self, name: &str, bytes: &[u8]) {
        albumen_testkit::write::put(self.library.join(name), bytes, 1_600_000_000_000_000_000);
    }

    /// The words that delete all originals that may be; `None` where none may.
    pub fn words(&self) -> Option<String> {
        let asked = self.cli.run(&["delete-originals", &self.url]);
        let preview = asked.json.iter().find(|line| line["type"] == "preview")?;
        let words = preview["confirm"].as_str().expect("words").to_owned();
        (words != "delete 0 originals").then_some(words)
    }

    /// What is broken of: every photo of `before` is in the old place or at the destination, whole; and where the app says
    /// "home", all of them are at the destination.
    pub fn broken(&self, before: &Tree) -> Vec<String> {
        let here = tree::snapshot(&self.library);
        let there: BTreeSet<String> = tree::snapshot(&self.there())
            .into_values()
            .map(|entry| entry.sha256)
            .collect();
        let mut broken = Vec::new();
        for (path, entry) in before {
            match here.get(path) {
                Some(now) if now.sha256 == entry.sha256 => {}
                Some(_) => broken.push(format!("{} has other bytes", path.display())),
                None if there.contains(&entry.sha256) => {}
                None => broken.push(format!("{} is nowhere", path.display())),
            }
        }
        if self.is_home() {
            let lacking = before
                .values()
                .filter(|entry| !there.contains(&entry.sha256))
                .count();
            if lacking > 0 {
                broken.push(format!("it is home, and {lacking} photos are not there"));
            }
        }
        broken
    }
}
