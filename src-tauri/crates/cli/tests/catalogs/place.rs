//! A library that was moved and verified, and its catalog: closed, and as a killed run leaves it. Both are put back after each try.

use crate::promise::{Promise, Seen};
use crate::stage::Stage;
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::keep::Kept;
use albumen_testkit::many;
use albumen_testkit::tree::{self, Tree};
use std::path::{Path, PathBuf};
use std::process::Command;

const FILES: usize = 14;

pub struct Place {
    pub cli: Cli,
    pub library: PathBuf,
    pub destination: PathBuf,
    /// Holds the catalog and what SQLite puts beside it.
    pub state: PathBuf,
    pub url: String,
    /// What confirms the deletion of all that was moved.
    words: String,
    promise: Promise,
    photos: Vec<Kept>,
    closed: Kept,
    cut_off: Kept,
}

/// Library, destination, catalog.
pub struct Before([Tree; 3]);

impl Place {
    pub fn moved(work: &Path) -> Self {
        let work = work.canonicalize().expect("path");
        let (library, destination, state) = (work.join("library"), work.join("there/D"), work.join("state"));
        many::make(&library, FILES);
        put(
            &destination.join("2005/2005-01/a stranger's.jpg"),
            b"a stranger's",
        );
        std::fs::create_dir(&state).expect("a folder");
        let mut cli = Cli::new(&work);
        cli.catalog = state.join("catalog.db");
        let promise = Promise::of(&library, &destination);
        let url = format!("file://{}", destination.display());
        cli.ok(&["scan", &library.to_string_lossy()]);
        // While somebody looks, nobody cleans the log up.
        let looks = rusqlite::Connection::open(&cli.catalog).expect("open");
        let asked = looks.query_row("SELECT count(*) FROM file", [], |row| row.get::<_, i64>(0));
        assert!(asked.expect("query") > 0);
        cli.ok(&["migrate", &url]);
        cli.ok(&["verify", &url]);
        let asked = cli.run(&["delete-originals", &url]);
        let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
        let cut_off = Kept::of(&state);
        drop(looks);
        cli.run(&["delete-originals", &url]);
        Self {
            promise,
            photos: [library.as_path(), &work.join("there")].map(Kept::of).into(),
            closed: Kept::of(&state),
            cut_off,
            words,
            cli,
            library,
            destination,
            state,
            url,
        }
    }

    pub fn put_back(&self, cut_off: bool) {
        self.photos.iter().for_each(Kept::put_back);
        let state = if cut_off { &self.cut_off } else { &self.closed };
        state.put_back();
    }

    /// Runs `stage` as it is; how it ended, and what is wrong with that.
    pub fn try_out(&self, stage: Stage) -> (String, Vec<String>) {
        let before = self.see();
        let output = self
            .cli
            .run(&stage.args(&self.library.to_string_lossy(), &self.url, &self.words));
        let mut broken = self.lost(stage);
        if !(0..=4).contains(&output.status) || output.stderr.contains("panicked") {
            broken.push(format!("it died ({}): {}", output.status, output.stderr));
        }
        let Some(error) = output.json.iter().find(|line| line["type"] == "error") else {
            return (format!("exit {}", output.status), broken);
        };
        broken.extend(wordless(&output));
        let code = error["code"].as_str().unwrap_or_default().to_owned();
        let said = error["message"].as_str().unwrap_or_default();
        // Refused when it was opened: as if nothing had been.
        if code.starts_with("catalog_") && said.contains(&*self.cli.catalog.to_string_lossy()) {
            broken.extend(self.changed_since(&before));
        }
        (code, broken)
    }

    /// Originals without a copy, and copies that are not whole. What SQLite says of the catalog is not asked: it was spoilt.
    pub fn lost(&self, stage: Stage) -> Vec<String> {
        let mut broken = self
            .promise
            .broken(stage, &Seen::of(&self.library, &self.destination, &self.cli));
        broken.retain(|line| !line.contains("the catalog"));
        broken
    }

    pub fn see(&self) -> Before {
        let mut state = tree::snapshot(&self.state);
        // They hold nothing that counts: locks, the map of the log, an empty log, pictures that can be made again.
        state.retain(|path, entry| {
            let name = path.to_string_lossy();
            !name.ends_with(".lock") && !name.contains("-shm") && !name.contains(".thumbs") && entry.size > 0
        });
        state.values_mut().for_each(|entry| entry.mtime_ns = 0);
        Before([
            tree::snapshot(&self.library),
            tree::snapshot(&self.destination),
            state,
        ])
    }

    pub fn changed_since(&self, before: &Before) -> Vec<String> {
        let now = self.see();
        let names = ["the library", "the destination", "the catalog"];
        let each = names.iter().zip(before.0.iter().zip(&now.0));
        each.filter_map(|(name, (was, is))| {
            let differs = tree::differences(was, is);
            (!differs.is_empty()).then(|| format!("{name} was changed: {differs}"))
        })
        .collect()
    }

    /// As the error says: the damaged one is moved aside, what was moved is read in, the source scanned. What is wrong then.
    pub fn go_on_with_a_new_one(&self) -> Vec<String> {
        self.photos.iter().for_each(Kept::put_back);
        let aside = self.state.with_file_name("aside");
        assert!(mv(&self.state, &aside));
        std::fs::create_dir(&self.state).expect("a folder");
        let before = tree::snapshot(&self.destination);
        let mut wrong = Vec::new();
        let mut ok = |args: &[&str]| {
            let output = self.cli.run(args);
            if output.status != 0 {
                wrong.push(format!("{args:?}: {}{}", output.stdout, output.stderr));
            }
            output
        };
        ok(&["rebuild", "--to", &self.url]);
        ok(&["scan", &self.library.to_string_lossy()]);
        let moved = ok(&["migrate", &self.url]);
        ok(&["verify", &self.url]);
        match moved.json.last().map(|report| &report["sent"]["files"]) {
            Some(sent) if *sent == 0 => {}
            other => wrong.push(format!("sent again: {other:?}")),
        }
        let differs = tree::differences(&before, &tree::snapshot(&self.destination));
        if !differs.is_empty() {
            wrong.push(format!("the destination was changed: {differs}"));
        }
        for folder in [&self.state, &aside] {
            assert!(
                Command::new("rm")
                    .arg("-r")
                    .arg(folder)
                    .status()
                    .expect("rm")
                    .success()
            );
        }
        wrong
    }

    pub fn an_original(&self) -> PathBuf {
        let tree = tree::snapshot(&self.library);
        let (path, _) = tree
            .iter()
            .find(|(_, entry)| entry.size > 0)
            .expect("an original");
        self.library.join(path)
    }

    /// The copy of [`Place::an_original`].
    pub fn a_copy(&self) -> PathBuf {
        let sum = tree::sha256(&self.an_original());
        let tree = tree::snapshot(&self.destination);
        let (path, _) = tree
            .iter()
            .find(|(_, entry)| entry.sha256 == sum)
            .expect("a copy");
        self.destination.join(path)
    }
}

/// An error has a code, and says what happened, what is safe and what to do.
pub fn wordless(output: &Output) -> Option<String> {
    let error = output.json.iter().find(|line| line["type"] == "error");
    let Some(error) = error else {
        return Some(format!("no error was told: {}{}", output.stdout, output.stderr));
    };
    ["code", "message", "safe", "next"]
        .into_iter()
        .find(|name| error[name].as_str().is_none_or(|text| text.trim().is_empty()))
        .map(|name| format!("an error without `{name}`: {error}"))
}

pub fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}

pub fn rm(path: &Path) {
    assert!(Command::new("rm").arg(path).status().expect("rm").success());
}

pub fn mv(from: &Path, to: &Path) -> bool {
    Command::new("mv")
        .arg("-T")
        .arg(from)
        .arg(to)
        .status()
        .expect("mv")
        .success()
}
