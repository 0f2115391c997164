//! A library, a destination and a catalog, brought to the moment before a stage, and put back there after each fault.

use crate::promise::{Promise, Seen};
use crate::stage::Stage;
use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::exif::Exif;
use albumen_testkit::keep::Kept;
use albumen_testkit::picture;
use albumen_testkit::strace::{self, Fault};
use albumen_testkit::tree;
use std::path::{Path, PathBuf};

pub struct Home {
    stage: Stage,
    cli: Cli,
    work: PathBuf,
    library: PathBuf,
    destination: PathBuf,
    promise: Promise,
    kept: Vec<Kept>,
    /// After an undisturbed run of the stage.
    end: Seen,
}

impl Home {
    /// Makes everything below `work` and runs what comes before `stage`, then the stage itself to know how it ends.
    pub fn before(stage: Stage, work: &Path) -> Self {
        let work = work.canonicalize().expect("path");
        let (library, destination) = (work.join("library"), work.join("there/D"));
        make(&library);
        // A stranger's photo lies under a name that one of ours would get.
        put(&destination.join("2019/2019-03/IMG_0001.jpg"), b"a stranger's");
        let mut cli = Cli::new(&work);
        // With what SQLite puts beside it.
        cli.catalog = work.join("state/catalog.db");
        std::fs::create_dir(work.join("state")).expect("a folder");
        let promise = Promise::of(&library, &destination);
        let mut home = Self {
            stage,
            cli,
            promise,
            kept: Vec::new(),
            end: Seen::default(),
            work,
            library,
            destination,
        };
        for stage in stage.before() {
            home.run_to_the_end(*stage);
        }
        home.kept = ["library", "there", "home", "state"]
            .map(|name| Kept::of(&home.work.join(name)))
            .into();
        home.run_to_the_end(stage);
        home.end = home.see();
        home.put_back();
        home
    }

    /// Every fault of the stage's own calls.
    pub fn faults(&self) -> Vec<Fault> {
        let log = self.work.join("log");
        let plain = self.cli.command(&self.args(self.stage));
        let output = wait(strace::watched(&plain, &log).spawn().expect("strace"));
        assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
        self.put_back();
        strace::faults(&strace::calls(&log, &self.work))
    }

    /// What is broken after `fault`, or `None` if it did not come to pass.
    pub fn strike(&self, fault: &Fault) -> Option<Vec<String>> {
        let log = self.work.join("log");
        let plain = self.cli.command(&self.args(self.stage));
        let spoilt = wait(strace::spoilt(&plain, fault, &log).spawn().expect("strace"));
        let struck = strace::struck(&log);
        let mut broken = self.check(&spoilt);
        let again = self.again();
        broken.extend(again.into_iter().map(|what| format!("run again: {what}")));
        self.put_back();
        struck.then_some(broken)
    }

    /// The promise after a run that was disturbed; one that says it is done has to be done.
    fn check(&self, output: &Output) -> Vec<String> {
        let mut broken = self.promise.broken(self.stage, &self.see());
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
        // What is left to delete may be nothing.
        let nothing_left = args.last().is_some_and(|words| words == "delete 0 originals");
        let output = self.cli.run(&args);
        let mut broken = self.promise.broken(self.stage, &self.see());
        if output.status != 0 && !nothing_left {
            broken.push(format!(
                "ended with {}: {}{}",
                output.status, output.stdout, output.stderr
            ));
        }
        broken.extend(self.end.differences(&self.see()));
        broken
    }

    fn run_to_the_end(&self, stage: Stage) {
        self.cli.ok(&self.args(stage));
    }

    fn see(&self) -> Seen {
        Seen::of(&self.library, &self.destination, &self.cli)
    }

    fn put_back(&self) {
        self.kept.iter().for_each(Kept::put_back);
    }

    fn args(&self, stage: Stage) -> Vec<String> {
        let url = format!("file://{}", self.destination.display());
        let deletes = matches!(stage, Stage::ToTrash | Stage::Permanent);
        let words = if deletes { self.words(&url) } else { String::new() };
        stage.args(&self.library.to_string_lossy(), &url, &words)
    }

    /// What the command asks for, as a person would copy it.
    fn words(&self, url: &str) -> String {
        let asked = self.cli.run(&["delete-originals", url]);
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
fn make(library: &Path) {
    for number in 0..5u64 {
        let taken = format!("2019:03:0{} 10:11:12", number + 1);
        let exif = Exif {
            make: "Canon",
            model: "Canon EOS 80D",
            taken,
            offset: "+02:00",
            orientation: 1,
            gps: None,
        };
        let painted = picture::paint(7, number, (64, 48));
        let bytes = exif.into_jpeg(&picture::jpeg(&painted, 80));
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
