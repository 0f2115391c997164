//! Unpacking that is killed, runs out of room, or is stopped: what has a name is whole, and the same command ends as if nothing
//! had been.

use albumen_engine::api::JobStatus;
use albumen_engine::{Engine, Outcome};
use albumen_testkit::app::{Cli, wait};
use albumen_testkit::archive::{Entry, zip};
use albumen_testkit::disk::Disk;
use albumen_testkit::random::Random;
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::put;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const STAMP: &str = "takeout-20240101T000000Z";

/// Three archives, and the SHA-256 of what each path has to hold.
fn archives(work: &Path, files: usize, size: usize) -> (Vec<PathBuf>, BTreeMap<PathBuf, Vec<u8>>) {
    let mut all: [Vec<Entry>; 3] = Default::default();
    let mut expected = BTreeMap::new();
    for n in 0..files {
        let bytes = Random::new(41, n as u64).bytes(size + n);
        let path = format!("Takeout/Google Photos/{}/IMG_{n}.jpg", n % 7);
        let entry = if n % 2 == 0 {
            Entry::stored(&path, &bytes)
        } else {
            Entry::deflated(&path, &bytes)
        };
        all[n % 3].push(entry.at(1_700_000_000));
        expected.insert(PathBuf::from(STAMP).join(path), bytes);
    }
    let paths = all.iter().enumerate().map(|(n, entries)| {
        let name = format!("{STAMP}-{:03}.zip", n + 1);
        put(
            work.join("in").join(name),
            &zip(entries),
            1_600_000_000_000_000_000,
        )
    });
    (paths.collect(), expected)
}

fn args(archives: &[PathBuf], into: &Path) -> Vec<std::ffi::OsString> {
    let mut args = vec!["unpack".into()];
    args.extend(archives.iter().map(|path| path.clone().into_os_string()));
    args.extend(["--into".into(), into.as_os_str().to_owned()]);
    args
}

/// Everything but parts is whole, under its own name.
fn whole(into: &Path, expected: &BTreeMap<PathBuf, Vec<u8>>) -> usize {
    let mut found: Tree = tree::snapshot(into);
    found.retain(|path, _| {
        !path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .starts_with(".albumen-part-")
    });
    for path in found.keys() {
        let bytes = std::fs::read(into.join(path)).expect("read");
        assert!(expected.get(path) == Some(&bytes), "{path:?} is not whole");
    }
    found.len()
}

fn complete(into: &Path, expected: &BTreeMap<PathBuf, Vec<u8>>) {
    assert_eq!(whole(into, expected), expected.len());
    assert_eq!(tree::snapshot(into).len(), expected.len(), "no part is left");
    for entry in tree::snapshot(into).values() {
        assert_eq!(entry.mtime_ns, 1_700_000_000_000_000_000);
    }
}

#[test]
fn killed_again_and_again_it_goes_on_where_it_was() {
    let work = tempfile::tempdir().expect("temp dir");
    let (archives, expected) = archives(work.path(), 160, 120_000);
    let into = work.path().join("out");
    let cli = Cli::new(&work.path().join("home"));
    let args = args(&archives, &into);
    let (mut kills, mut before) = (0, 0);
    for aim in [3, 20, 45, 80, 120] {
        let mut child = cli.spawn(&args);
        // As soon as a few more than before have their names.
        let began = Instant::now();
        while child.try_wait().expect("wait").is_none() && tree::folders(&into).len() < 3 {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing is unpacked");
        }
        while child.try_wait().expect("wait").is_none() && names(&into) < aim.max(before + 1) {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "nothing more is unpacked"
            );
        }
        if child.try_wait().expect("wait").is_none() {
            child.kill().expect("kill -9");
            kills += 1;
        }
        wait(child);
        let now = whole(&into, &expected);
        assert!(now >= before, "what was unpacked stays");
        before = now;
    }
    assert!(kills >= 3, "only {kills} kills came in time");
    let output = cli.ok(&args);
    let last = output.json.last().expect("a line");
    let count = |name: &str| last[name]["files"].as_u64().expect("a number");
    assert_eq!(count("written") + count("before"), expected.len() as u64);
    assert!(
        count("before") >= before as u64,
        "nothing is written twice: {last}"
    );
    complete(&into, &expected);
}

/// Entries below the place that are no folders, without reading them.
fn names(into: &Path) -> usize {
    let in_one = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .count()
    };
    tree::folders(into).into_iter().map(in_one).sum()
}

#[test]
fn a_place_without_room_is_refused_before_anything_is_written() {
    let work = tempfile::tempdir().expect("temp dir");
    let (archives, expected) = archives(work.path(), 12, 100_000);
    let into = work.path().join("disk");
    let Some(disk) = Disk::mount(&into, 256 * Disk::PAGE) else {
        return;
    };
    let cli = Cli::new(&work.path().join("home"));
    let args = args(&archives, &into);
    let refused = cli.run(&args);
    assert_eq!(refused.status, 1);
    let error = refused
        .json
        .iter()
        .find(|line| line["type"] == "error")
        .expect("an error");
    assert_eq!(error["code"], "unpack_no_room", "{error}");
    assert!(
        error["message"]
            .as_str()
            .expect("text")
            .contains("1.0 MB are free"),
        "{error}"
    );
    assert_eq!(disk.used(), 0);
    assert!(disk.resize(512 * Disk::PAGE));
    cli.ok(&args);
    complete(&into, &expected);
}

#[test]
fn a_disk_that_fills_up_meanwhile_ends_it_clearly_and_more_room_goes_on() {
    let work = tempfile::tempdir().expect("temp dir");
    let (archives, expected) = archives(work.path(), 60, 1_000_000);
    let into = work.path().join("disk");
    let Some(disk) = Disk::mount(&into, 80 << 20) else {
        return;
    };
    let cli = Cli::new(&work.path().join("home"));
    let args = args(&archives, &into);
    let mut child = cli.spawn(&args);
    // What somebody else writes is not known before.
    while child.try_wait().expect("wait").is_none() && !disk.resize(disk.used().max(4 << 20) + (1 << 20)) {}
    let output = wait(child);
    assert_eq!(output.status, 1, "{}{}", output.stdout, output.stderr);
    let error = output
        .json
        .iter()
        .find(|line| line["type"] == "error")
        .expect("an error");
    assert!(
        error["code"] == "unpack_disk_full" || error["code"] == "unpack_no_room",
        "{error}"
    );
    assert!(whole(&into, &expected) < expected.len());
    assert!(disk.resize(80 << 20));
    cli.ok(&args);
    complete(&into, &expected);
}

#[test]
fn a_stop_ends_it_in_the_middle_and_it_goes_on() {
    let work = tempfile::tempdir().expect("temp dir");
    let (archives, expected) = archives(work.path(), 120, 200_000);
    let into = work.path().join("out");
    let engine = Engine::open_with(&work.path().join("c.db"), &work.path().join("vault")).expect("engine");
    let job = engine
        .start_unpack(archives.clone(), Some(into.clone()))
        .expect("started");
    let began = Instant::now();
    while whole(&into, &expected) == 0 && began.elapsed() < Duration::from_secs(30) {}
    engine.cancel();
    let stopped = job.wait().expect_err("it was stopped");
    assert_eq!(stopped.code, "stopped");
    let state = engine.job().expect("a job");
    assert_eq!(state.status, JobStatus::Cancelled);
    let done = whole(&into, &expected);
    assert!(done > 0 && done < expected.len(), "{done} of {}", expected.len());
    let parts = tree::snapshot(&into).len() - done;
    assert_eq!(parts, 0, "a stop cleans up after itself");
    let job = engine
        .start_unpack(archives, Some(into.clone()))
        .expect("started");
    let Outcome::Unpacked(result) = job.wait().expect("unpacked") else {
        panic!("another outcome");
    };
    assert_eq!(result.before.files, done as u64);
    complete(&into, &expected);
    let sources = engine.sources().expect("sources");
    assert_eq!(sources.len(), 1);
    assert!(sources[0].path.ends_with(STAMP), "{}", sources[0].path);
}
