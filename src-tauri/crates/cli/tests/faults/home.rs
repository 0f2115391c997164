//! A library, a destination and a catalog, brought to the moment before a stage, and put back there after each fault.

use crate::promise::{Promise, Seen};
use crate::stage::Stage;
use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::keep::Kept;
use albumen_testkit::picture;
use albumen_testkit::random::Random;
use albumen_testkit::s3::Server;
use albumen_testkit::strace::{self, Fault};
use albumen_testkit::tree;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a home differs from the usual one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// The destination is an S3 server's bucket, not a folder.
    pub bucket: bool,
    /// Bytes that each photo is larger.
    pub padding: usize,
}

/// As `strace` counts them.
pub type Calls = BTreeMap<(&'static str, PathBuf), u32>;
/// What `wait` says of a program that a signal ended.
const KILLED: i32 = -1;

pub struct Home {
    stage: Stage,
    cli: Cli,
    work: PathBuf,
    library: PathBuf,
    destination: PathBuf,
    url: String,
    /// Of the bucket.
    server: Option<Server>,
    promise: Promise,
    kept: Vec<Kept>,
    /// The stage's command, from the moment before it.
    first: Vec<String>,
    /// After an undisturbed run of the stage.
    end: Seen,
    /// What such a run says.
    said: Vec<Value>,
}

impl Home {
    /// Makes everything below `work` and runs what comes before `stage`, then the stage itself to know how it ends.
    pub fn before(stage: Stage, work: &Path) -> Self {
        Self::set(stage, work, Setting::default())
    }

    pub fn set(stage: Stage, work: &Path, setting: Setting) -> Self {
        let work = work.canonicalize().expect("path");
        let library = work.join("library");
        make(&library, setting.padding);
        let mut cli = Cli::new(&work);
        // With what SQLite puts beside it.
        cli.catalog = work.join("state/catalog.db");
        std::fs::create_dir_all(work.join("state")).expect("a folder");
        let (destination, url, server) = if setting.bucket {
            let server = Server::start(&work.join("there"));
            server.create_bucket("pictures");
            cli = cli.keys_of(&server);
            let url = format!(
                "s3://pictures/lib?endpoint={}&region=us-east-1",
                server.endpoint()
            );
            (work.join("there/pictures/lib"), url, Some(server))
        } else {
            let folder = work.join("there/D");
            let url = format!("file://{}", folder.display());
            (folder, url, None)
        };
        // A stranger's photo lies under a name that one of ours would get.
        put(&destination.join("2019/2019-03/IMG_0001.jpg"), b"a stranger's");
        let promise = Promise::of(&library, &destination);
        let mut home = Self {
            stage,
            cli,
            promise,
            kept: Vec::new(),
            first: Vec::new(),
            end: Seen::default(),
            said: Vec::new(),
            work,
            library,
            destination,
            url,
            server,
        };
        for stage in stage.before() {
            home.cli.ok(&home.args(*stage));
        }
        home.kept = ["library", "there", "home", "state"]
            .map(|name| Kept::of(&home.work.join(name)))
            .into();
        home.first = home.args(stage);
        home.put_back();
        home.said = stage.told(&home.cli.ok(&home.first));
        home.end = home.see();
        home.put_back();
        home
    }

    /// The stage's command, as it is given first.
    pub fn command(&self) -> Command {
        self.cli.command(&self.first)
    }

    /// The stage's own calls of the system, counted.
    pub fn calls(&self) -> Calls {
        let log = self.work.join("log");
        let output = wait(strace::watched(&self.command(), &log).spawn().expect("strace"));
        assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
        self.put_back();
        strace::calls(&log, &self.work)
    }

    /// What is broken after `fault`, or `None` if it did not come to pass.
    pub fn strike(&self, fault: &Fault) -> Option<Vec<String>> {
        let log = self.work.join("log");
        let spoilt = wait(
            strace::spoilt(&self.command(), fault, &log)
                .spawn()
                .expect("strace"),
        );
        let struck = strace::struck(&log);
        let broken = self.settle(&spoilt);
        struck.then_some(broken)
    }

    /// What is broken after a run that was disturbed, and after the same command undisturbed; then all is put back.
    pub fn settle(&self, output: &Output) -> Vec<String> {
        let mut broken = if output.status == KILLED {
            self.broken()
        } else {
            self.check(output)
        };
        let again = self.again();
        broken.extend(again.into_iter().map(|what| format!("run again: {what}")));
        self.put_back();
        broken
    }

    /// The promise after a run that was disturbed; one that says it is done has to be done.
    fn check(&self, output: &Output) -> Vec<String> {
        let mut broken = self.broken();
        if !(0..=4).contains(&output.status) || output.stderr.contains("panicked") {
            broken.push(format!("it died ({}): {}", output.status, output.stderr));
        }
        let says_what_is_left = output
            .json
            .iter()
            .any(|line| line["left"].as_array().is_some_and(|left| !left.is_empty()));
        if output.status == 0 && !says_what_is_left {
            broken.extend(
                self.end
                    .differences(&self.see())
                    .map(|what| format!("done, it says, but {what}")),
            );
        }
        broken
    }

    fn again(&self) -> Vec<String> {
        let args = self.args(self.stage);
        let standing = self.promise.standing(&self.destination);
        // What is left to delete may be nothing.
        let nothing_left = args.last().is_some_and(|words| words == "delete 0 originals");
        let output = self.cli.run(&args);
        let mut broken = self.broken();
        if output.status != 0 && !nothing_left {
            broken.push(format!(
                "ended with {}: {}{}",
                output.status, output.stdout, output.stderr
            ));
        }
        broken.extend(self.end.differences(&self.see()));
        if self.stage.told(&output) != self.said {
            broken.push(format!("it says something else: {}", output.stdout));
        }
        if self.stage == Stage::Migrate {
            broken.extend(standing.sent_again(&self.promise.standing(&self.destination), &output.json));
            broken.extend(self.undone());
        }
        broken
    }

    /// A roll back of what was moved in two runs leaves nothing of either.
    fn undone(&self) -> Vec<String> {
        let output = self.cli.run(&self.args(Stage::Rollback));
        let seen = self.see();
        let mut broken = self.promise.broken(Stage::Rollback, &seen);
        let left = self.promise.left(&seen);
        if output.status != 0 || !left.is_empty() {
            broken.push(format!(
                "rolled back with {}, and left {left:?}: {}{}",
                output.status, output.stdout, output.stderr
            ));
        }
        broken
    }

    fn see(&self) -> Seen {
        let mut seen = Seen::of(&self.library, &self.destination, &self.cli);
        seen.keeps_times = self.server.is_none();
        seen
    }

    pub fn put_back(&self) {
        self.kept.iter().for_each(Kept::put_back);
    }

    fn args(&self, stage: Stage) -> Vec<String> {
        let deletes = matches!(stage, Stage::ToTrash | Stage::Permanent);
        let words = if deletes { self.words() } else { String::new() };
        stage.args(&self.library.to_string_lossy(), &self.url, &words)
    }

    /// What the command asks for, as a person would copy it.
    fn words(&self) -> String {
        let asked = self.cli.run(&["delete-originals", &self.url]);
        let preview = asked.json.iter().find(|line| line["type"] == "preview");
        let preview = preview.unwrap_or_else(|| panic!("no preview: {}{}", asked.stdout, asked.stderr));
        preview["confirm"].as_str().expect("words").to_owned()
    }

    /// What the checker says now.
    pub fn broken(&self) -> Vec<String> {
        self.promise.broken(self.stage, &self.see())
    }

    /// What is still to do, compared with the end.
    pub fn unfinished(&self) -> Vec<String> {
        self.end.differences(&self.see()).collect()
    }

    /// Where things lie: the library, the destination, the catalog.
    pub fn places(&self) -> (&Path, &Path, &Path) {
        (&self.library, &self.destination, &self.cli.catalog)
    }
}

pub fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}

/// Six photos, two of them the same, one with a sidecar, one in a folder below.
fn make(library: &Path, padding: usize) {
    for number in 0..5u64 {
        let taken = format!("2019:03:0{} 10:11:12", number + 1);
        let (_, mut bytes) = picture::taken_at(taken, 7, number);
        bytes.extend(Random::new(11, number).bytes(padding));
        let folder = if number == 4 { "trip" } else { "." };
        put(
            &library.join(folder).join(format!("IMG_000{}.jpg", number + 1)),
            &bytes,
        );
        if number == 2 {
            put(&library.join("trip/copy of 3.jpg"), &bytes);
            put(
                &library.join("IMG_0003.xmp"),
                b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>",
            );
        }
    }
    assert_eq!(tree::snapshot(library).len(), 7);
}
