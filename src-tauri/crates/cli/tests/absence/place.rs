//! A library that was moved and verified, or whose originals were deleted since; spoilt for one command, and put back.

use crate::table::{Command, Destination, End, Source};
use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::keep::Kept;
use albumen_testkit::many;
use albumen_testkit::strace::{self, Fault};
use albumen_testkit::tree::{self, Tree};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Enough for a source to be seen shrinking.
const FILES: usize = 24;

pub struct Place {
    cli: Cli,
    work: PathBuf,
    library: PathBuf,
    destination: PathBuf,
    url: String,
    /// What confirms the deletion of all that was moved.
    words: String,
    /// Digests of all originals.
    originals: BTreeSet<String>,
    moved: Vec<Kept>,
    deleted: Vec<Kept>,
    now: RefCell<Command>,
}

/// All that must not change, wherever it was put aside to.
#[derive(PartialEq)]
struct Seen {
    library: Tree,
    destination: Tree,
    rows: Vec<i64>,
}

impl Place {
    pub fn moved(work: &Path) -> Self {
        let work = work.canonicalize().expect("path");
        let (library, destination) = (work.join("library/card"), work.join("there/D"));
        many::make(&library, FILES);
        let mut cli = Cli::new(&work);
        cli.catalog = work.join("state/catalog.db");
        std::fs::create_dir(work.join("state")).expect("a folder");
        let url = format!("file://{}", destination.display());
        cli.ok(&["scan", &library.to_string_lossy()]);
        cli.ok(&["migrate", &url]);
        cli.ok(&["verify", &url]);
        let asked = cli.run(&["delete-originals", &url]);
        let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
        let keep = || {
            ["library", "there", "state", "home"]
                .map(|name| Kept::of(&work.join(name)))
                .into()
        };
        let moved: Vec<Kept> = keep();
        let originals = tree::snapshot(&library).into_values().map(|entry| entry.sha256);
        let originals = originals.collect();
        cli.ok(&["delete-originals", &url, "--permanent", "--confirm", &words]);
        let deleted = keep();
        Self {
            cli,
            library,
            destination,
            url,
            words,
            originals,
            moved,
            deleted,
            now: RefCell::new(Command::Restore),
            work,
        }
    }

    /// Brings everything to where `command` begins.
    pub fn begin(&self, command: Command) {
        self.now.replace(command);
        self.put_back();
    }

    fn put_back(&self) {
        let kept = if *self.now.borrow() == Command::Restore {
            &self.deleted
        } else {
            &self.moved
        };
        kept.iter().for_each(Kept::put_back);
    }

    /// Runs `command` in this state; in what it does not end as expected.
    pub fn try_out(
        &self,
        command: Command,
        source: Source,
        destination: Destination,
        end: End,
    ) -> Vec<String> {
        // `Another` needs something that is there to look at first.
        let fault = self.fault(source, destination);
        self.spoil_source(source);
        self.spoil_destination(destination);
        let before = self.see();
        let output = self.run(command, source, fault.as_ref());
        let after = self.see();
        let mut wrong = self.compare(&output, end);
        let control = source == Source::AsItWas && destination == Destination::AsItWas;
        let acts = matches!(command, Command::Delete | Command::Rollback | Command::Restore);
        // Only these may change anything, and only where all is well or surely right.
        if !(acts && end == End::Done || end == End::Part) {
            wrong.extend(before.differences(&after));
        }
        let left: BTreeSet<String> = [&after.library, &after.destination]
            .iter()
            .flat_map(|tree| tree.values().map(|entry| entry.sha256.clone()))
            .collect();
        let lost = self.originals.difference(&left).count();
        if lost > 0 {
            wrong.push(format!("{lost} originals are lost"));
        }
        if acts && control && end == End::Done && before == after {
            wrong.push("nothing was done".to_owned());
        }
        if destination == Destination::Gone && self.destination.exists() {
            wrong.push("a folder was made where the disk should be".to_owned());
        }
        self.mend();
        wrong
    }

    fn compare(&self, output: &Output, end: End) -> Vec<String> {
        let said = || format!("{}{}", output.stdout, output.stderr);
        let error = output.json.iter().find(|line| line["type"] == "error");
        let tells = output.json.iter().any(|line| {
            let some = |name: &str| line[name].as_array().is_some_and(|list| !list.is_empty());
            matches!(line["type"].as_str(), Some("finding" | "problem" | "failed"))
                || some("left")
                || some("kept")
                || some("notRestored")
        });
        let as_expected = match end {
            End::Done => output.status == 0,
            End::Error(code) => {
                let words = ["message", "safe", "next"];
                error.is_some_and(|error| {
                    error["code"] == code
                        && words
                            .iter()
                            .all(|name| error[name].as_str().is_some_and(|text| !text.is_empty()))
                }) && output.status != 0
            }
            End::Told => error.is_some() && output.status != 0 || tells,
            End::Part => error.is_none() && tells,
        };
        if as_expected {
            Vec::new()
        } else {
            vec![format!("{end:?} was expected: exit {} {}", output.status, said())]
        }
    }

    fn run(&self, command: Command, source: Source, fault: Option<&Fault>) -> Output {
        let renamed = self
            .library
            .with_file_name("renamed")
            .to_string_lossy()
            .into_owned();
        let url = self.url.as_str();
        let args: Vec<&str> = match command {
            Command::Scan if source == Source::Renamed => vec!["scan", &renamed],
            Command::Scan => vec!["scan"],
            Command::Plan => vec!["plan", url],
            Command::Migrate => vec!["migrate", url],
            Command::Verify => vec!["verify", url],
            Command::Digest => vec!["verify", url, "--digest"],
            Command::Delete => vec!["delete-originals", url, "--permanent", "--confirm", &self.words],
            Command::Rollback | Command::Restore => vec!["rollback", url],
            Command::Rebuild => vec!["rebuild", "--to", url],
        };
        match fault {
            None => self.cli.run(&args),
            Some(fault) => {
                let plain = self.cli.command(&args);
                let log = self.work.join("log");
                wait(strace::spoilt(&plain, fault, &log).spawn().expect("strace"))
            }
        }
    }

    /// What is made to fail.
    fn fault(&self, source: Source, destination: Destination) -> Option<Fault> {
        let root = if source.is_injected() {
            &self.library
        } else {
            &self.destination
        };
        // In a phase without originals, where they were.
        let file = tree::snapshot(root)
            .into_keys()
            .find(|path| !path.starts_with(".albumen"));
        let file = root.join(file.unwrap_or_else(|| PathBuf::from("2005/01/x.jpg")));
        let folder = file.parent().expect("a folder").to_owned();
        let (call, errno, on) = match (source, destination) {
            (Source::FolderUnreadable, _) | (_, Destination::FolderUnreadable) => {
                ("getdents64", "EIO", folder)
            }
            (Source::RootUnreadable, _) | (_, Destination::RootUnreadable) => {
                ("openat", "EACCES", root.clone())
            }
            (Source::FileVanishes, _) | (_, Destination::FileVanishes) => ("statx", "ENOENT", file),
            _ => return None,
        };
        Some(Fault {
            call,
            errno,
            nth: 1,
            on,
            lasting: true,
        })
    }

    fn spoil_source(&self, source: Source) {
        let aside = self.library.with_file_name("aside");
        match source {
            Source::Gone => mv(&self.library, &aside),
            Source::Renamed => mv(&self.library, &self.library.with_file_name("renamed")),
            Source::Empty => {
                mv(&self.library, &aside);
                std::fs::create_dir(&self.library).expect("a folder");
            }
            Source::Another => {
                mv(&self.library, &aside);
                for number in 0..FILES {
                    put(
                        &self.library.join(format!("DCIM/{number}.jpg")),
                        b"\xff\xd8\xff\xe0another card",
                    );
                }
            }
            Source::Shrunken => {
                let tree = tree::snapshot(&self.library);
                for path in tree.keys().take(tree.len() * 2 / 3) {
                    let to = aside.join(path);
                    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
                    mv(&self.library.join(path), &to);
                }
            }
            _ => {}
        }
    }

    fn spoil_destination(&self, destination: Destination) {
        let aside = self.destination.with_file_name("aside");
        match destination {
            Destination::Gone => mv(&self.destination, &aside),
            Destination::Empty => {
                mv(&self.destination, &aside);
                std::fs::create_dir(&self.destination).expect("a folder");
            }
            Destination::Another => {
                mv(&self.destination, &aside);
                put(
                    &self.destination.join("2005/2005-01/another disk.jpg"),
                    b"another disk",
                );
            }
            Destination::AFile => {
                mv(&self.destination, &aside);
                put(&self.destination, b"a file");
            }
            _ => {}
        }
    }

    /// What was put aside comes back as the very same files.
    fn mend(&self) {
        for place in [&self.library, &self.destination] {
            let renamed = place.with_file_name("renamed");
            let aside = place.with_file_name("aside");
            for was in [renamed, aside].into_iter().filter(|was| was.exists()) {
                // A part of the files, or all of them.
                if place.is_dir()
                    && tree::snapshot(place)
                        .keys()
                        .any(|path| self.is_an_original(place, path))
                {
                    for path in tree::snapshot(&was).into_keys() {
                        let to = place.join(&path);
                        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
                        mv(&was.join(&path), &to);
                    }
                    rm(&was);
                } else {
                    rm(place);
                    mv(&was, place);
                }
            }
        }
        self.put_back();
    }

    fn is_an_original(&self, place: &Path, path: &Path) -> bool {
        self.originals.contains(&tree::sha256(&place.join(path)))
    }

    fn see(&self) -> Seen {
        Seen {
            library: tree::snapshot(&self.work.join("library")),
            destination: without_signs(tree::snapshot(&self.work.join("there"))),
            rows: rows(&self.cli.catalog),
        }
    }
}

impl Seen {
    fn differences(&self, after: &Self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, was, is) in [
            ("an original", &self.library, &after.library),
            ("the destination", &self.destination, &after.destination),
        ] {
            let differs = tree::differences(was, is);
            if !differs.is_empty() {
                wrong.push(format!("{name} was changed: {differs}"));
            }
        }
        if self.rows.iter().zip(&after.rows).any(|(was, is)| is < was) {
            wrong.push(format!(
                "rows of the catalog: {:?} became {:?}",
                self.rows, after.rows
            ));
        }
        wrong
    }
}

/// What is left of the test whether source and destination are one place, where it could not be removed again.
fn without_signs(mut tree: Tree) -> Tree {
    tree.retain(|path, _| !path.to_string_lossy().contains(".albumen/shards/sign-"));
    tree
}

/// Files that are there, objects that were placed, markers.
fn rows(catalog: &Path) -> Vec<i64> {
    let connection = rusqlite::Connection::open(catalog).expect("open");
    ["file WHERE gone = 0", "placed", "marker"]
        .map(|table| {
            let counted =
                connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
            counted.expect("count")
        })
        .into()
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}

fn mv(from: &Path, to: &Path) {
    let moved = std::process::Command::new("mv")
        .arg("-T")
        .arg(from)
        .arg(to)
        .status();
    assert!(moved.expect("mv").success());
}

fn rm(path: &Path) {
    let removed = std::process::Command::new("rm").arg("-rf").arg(path).status();
    assert!(removed.expect("rm").success());
}
