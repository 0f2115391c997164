//! Disks that are really full: that of the destination, of the catalog, of the library when originals come back, of
//! thumbnails, of temporary files. Their room ends at every page that a stage would have needed.
//!
//! Each run has to end with a code that says which disk is full, or to have had enough; then there is room again, and the
//! same command has to end as if nothing had been. `ALBUMEN_FULL` sets how many rooms are tried.

use crate::home::{Home, Setting};
use crate::kills::at_once;
use crate::stage::Stage;
use crate::{shown, wanted};
use albumen_testkit::app::{Output, wait};
use albumen_testkit::disk::Disk;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// In `make test`.
const SHORT: usize = 30;
/// Room for everything.
const LARGE: u64 = 64 << 20;
/// Homes that share the rooms of one case, when many are tried.
const HOMES: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Full {
    Destination,
    Catalog,
    /// Where originals come back to.
    Library,
    Thumbnails,
}

impl Full {
    /// The folder of a home that is a disk of its own.
    fn folder(self) -> &'static str {
        match self {
            Self::Destination => "there",
            Self::Catalog => "state",
            Self::Library => "library",
            Self::Thumbnails => "thumbs",
        }
    }

    /// Whether `output` says that this disk is full, or that all is done.
    fn is_said(self, output: &Output) -> bool {
        let code = output.json.iter().find(|line| line["type"] == "error");
        let code = code.and_then(|line| line["code"].as_str());
        // With room for the photos, and none for what is made and left of them at the end.
        let list_alone = output.status == 1
            && output.json.iter().any(|line| {
                let why = line["message"].as_str().unwrap_or_default();
                let is_full = ["No space left", "is full", "no room left"]
                    .iter()
                    .any(|words| why.contains(words));
                line["code"] == "exports_failed" && is_full
            });
        match self {
            Self::Destination | Self::Catalog if list_alone => true,
            Self::Destination => output.status == 0 || (output.status, code) == (3, Some("destination_full")),
            Self::Catalog => output.status == 0 || (output.status, code) == (4, Some("catalog_full")),
            Self::Library => {
                let report = output.json.iter().find(|line| line["type"] == "rolledBack");
                let rows = report.and_then(|report| report["notRestored"].as_array());
                let why = rows.into_iter().flatten().map(|row| row["what"].as_str());
                let why: Vec<_> = why.map(Option::unwrap_or_default).collect();
                output.status == 0
                    || output.status == 1
                        && !why.is_empty()
                        && why.iter().all(|why| why.contains("No space left"))
            }
            // They can be made again: nothing stops for them.
            Self::Thumbnails => output.status == 0,
        }
    }
}

/// A stage with one disk that gets full.
struct Case {
    full: Full,
    stage: Stage,
    /// Of so many.
    home: (usize, usize),
}

fn cases(homes: usize) -> Vec<Case> {
    let catalog = Stage::ALL.into_iter().map(|stage| (Full::Catalog, stage));
    let others = [
        (Full::Destination, Stage::Migrate),
        (Full::Library, Stage::RestoreAndRollback),
        (Full::Thumbnails, Stage::Scan),
    ];
    let each = others.into_iter().chain(catalog);
    each.flat_map(|(full, stage)| {
        (0..homes).map(move |home| Case {
            full,
            stage,
            home: (home, homes),
        })
    })
    .collect()
}

/// The most that the stage takes of the disk at once.
fn peak(home: &Home, disk: &Disk) -> u64 {
    let child = home.command().spawn().expect("albumen");
    let ended = AtomicBool::new(false);
    let (output, most) = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut most = disk.used();
            while !ended.load(Ordering::Relaxed) {
                most = most.max(disk.used());
                std::thread::yield_now();
            }
            most
        });
        let output = wait(child);
        ended.store(true, Ordering::Relaxed);
        (output, looking.join().expect("looked"))
    });
    assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
    home.put_back();
    most
}

#[derive(Default)]
struct Tally {
    tried: usize,
    /// Of those, that had not enough room.
    short: usize,
    of_case: BTreeMap<String, (usize, usize)>,
    broken: Vec<String>,
}

/// At most `most` rooms of the case, as far apart as that allows. False where nothing may be mounted.
fn fill(case: &Case, most: usize, padding: usize, tally: &Mutex<Tally>) {
    let Case {
        full,
        stage,
        home: (of, homes),
    } = *case;
    let name = format!("{full:?}, {}", stage.name());
    let work = tempfile::tempdir().expect("temp dir");
    let Some(disk) = Disk::mount(&work.path().join(full.folder()), LARGE) else {
        return;
    };
    if full == Full::Thumbnails {
        std::fs::create_dir(work.path().join("state")).expect("a folder");
        let link = work.path().join("state/catalog.db.thumbs");
        std::os::unix::fs::symlink(work.path().join("thumbs/thumbs.db"), link).expect("a link");
    }
    let setting = Setting {
        padding: if full == Full::Catalog { 0 } else { padding },
        ..Setting::default()
    };
    let home = Home::set(stage, work.path(), setting);
    let first = (disk.used() / Disk::PAGE).max(1);
    let last = peak(&home, &disk) / Disk::PAGE;
    let pages: Vec<u64> = (first..=last).skip(of).step_by(homes).collect();
    let step = pages.len().div_ceil(most.max(1)).max(1);
    for page in pages.into_iter().skip(step / 2).step_by(step) {
        if !disk.resize(page * Disk::PAGE) {
            continue;
        }
        let output = wait(home.command().spawn().expect("albumen"));
        assert!(disk.resize(LARGE), "room is made");
        let mut found = Vec::new();
        if !full.is_said(&output) {
            found.push(format!(
                "ended with {}: {}{}",
                output.status, output.stdout, output.stderr
            ));
        }
        found.extend(home.settle(&output));
        let mut tally = tally.lock().expect("tally");
        tally.tried += 1;
        let short = usize::from(output.status != 0);
        tally.short += short;
        let of_case = tally.of_case.entry(name.clone()).or_default();
        *of_case = (of_case.0 + 1, of_case.1 + short);
        let lines = found
            .into_iter()
            .map(|what| format!("{name}, {page} pages of {first} to {last}: {what}"));
        tally.broken.extend(lines);
    }
}

#[test]
fn however_much_room_a_disk_has_nothing_is_lost_and_with_more_the_next_run_completes() {
    let wanted = wanted("ALBUMEN_FULL", SHORT);
    let cases = cases(if wanted > SHORT { HOMES } else { 1 });
    // Copies fill what the catalogs of all stages leave of a thousand.
    let padding = if wanted > SHORT { 400_000 } else { 20_000 };
    let most = if wanted > SHORT {
        usize::MAX
    } else {
        wanted.div_ceil(cases.len())
    };
    let tally = Mutex::new(Tally::default());
    at_once(&cases, |case| fill(case, most, padding, &tally));
    let tally = tally.into_inner().expect("tally");
    if tally.tried == 0 {
        return;
    }
    println!("full disks, tried and too small: {:?}", tally.of_case);
    assert!(
        tally.broken.is_empty(),
        "{} broken after {} rooms:\n{}",
        tally.broken.len(),
        tally.tried,
        shown(&tally.broken)
    );
    assert!(tally.tried >= wanted, "only {} of {wanted} rooms", tally.tried);
    println!(
        "full disks: {} tried, 0 lost, 0 damaged ({} were too small)",
        tally.tried, tally.short
    );
}

#[test]
fn without_room_for_temporary_files_every_stage_completes() {
    at_once(&Stage::ALL, |stage| {
        let work = tempfile::tempdir().expect("temp dir");
        let small = work.path().join("tmp");
        let Some(_disk) = Disk::mount(&small, Disk::PAGE) else {
            return;
        };
        crate::home::put(&small.join("full"), &[7; Disk::PAGE as usize]);
        let home = Home::before(*stage, work.path());
        let output = wait(home.command().env("TMPDIR", &small).spawn().expect("albumen"));
        assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
        assert_eq!(home.settle(&output), [""; 0], "{}", stage.name());
    });
}

#[test]
fn output_that_cannot_be_written_is_no_success() {
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(Stage::Scan, work.path());
    let full = || File::options().write(true).open("/dev/full").expect("/dev/full");
    let output = wait(home.command().stdout(full()).spawn().expect("albumen"));
    assert_eq!(output.status, 1, "{}", output.stderr);
    assert!(
        output.stderr.contains("cannot write the output"),
        "{}",
        output.stderr
    );
    // What it had done by then is done.
    assert_eq!(home.settle(&output), [""; 0]);
}
