//! A decoder that dies in the middle takes nothing with it: the scan ends as ever, the file is one row that says so, and is
//! left alone until it changes. Here the worker of a running scan is killed, or gets no more memory; how one that hangs or
//! talks nonsense is dealt with is tested beside the code (`media::apart`).

use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::picture;
use albumen_testkit::write::put;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Photos that a worker looks at, all with the same picture in other bytes.
const APART: usize = 8;
/// Photos that are decoded in the program itself.
const PLAIN: usize = 3;
/// Hitting a worker in the middle of a photo is a matter of luck, mostly good.
const TRIES: usize = 10;

struct Scene {
    work: tempfile::TempDir,
    library: String,
}

impl Scene {
    fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let library = work.path().join("library");
        let painted = picture::paint(3, 1, (1600, 1200));
        let (heic, jpeg) = (picture::heic(&painted), picture::jpeg(&painted, 80));
        for n in 0..APART {
            // Behind its last box nobody looks.
            let other = [&heic[..], b"\0\0\0\x09free", &[n as u8]].concat();
            put(
                library.join(format!("{n}.heic")),
                &other,
                1_500_000_000_000_000_000,
            );
        }
        for n in 0..PLAIN {
            let other = [&jpeg[..], &[n as u8]].concat();
            put(
                library.join(format!("{n}.jpg")),
                &other,
                1_500_000_000_000_000_000,
            );
        }
        Self {
            library: library.to_string_lossy().into_owned(),
            work,
        }
    }

    fn scan(&self, n: usize) -> (Cli, Child) {
        let home = self.work.path().join(format!("home-{n}"));
        let cli = Cli::new(&home);
        let child = cli.spawn(&["scan", &self.library]);
        (cli, child)
    }
}

/// The first worker of `program`, as soon as it is there and reads or decodes; nothing when the program is done before.
fn worker_of(program: &mut Child) -> Option<u32> {
    let parent = program.id();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(120) && matches!(program.try_wait(), Ok(None)) {
        let tasks = std::fs::read_dir(format!("/proc/{parent}/task"))
            .into_iter()
            .flatten()
            .flatten();
        let children = tasks
            .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
            .collect::<String>();
        let is_worker = |pid: &u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split(|&byte| byte == 0)
                .any(|word| word == b"--decode-worker")
        };
        let found = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        if let Some(worker) = found.into_iter().find(is_worker) {
            return Some(worker);
        }
    }
    None
}

fn run(program: &str, args: &[&str]) {
    // Where the worker is gone already, the next try will tell.
    Command::new(program).args(args).output().expect("run a command");
}

fn rows(scanned: &Output) -> Vec<(String, String)> {
    let problems = scanned.json.iter().filter(|line| line["type"] == "problem");
    problems
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            (text("code"), text("what"))
        })
        .collect()
}

fn read_files(catalog: &Path) -> i64 {
    let catalog = rusqlite::Connection::open(catalog).expect("open the catalog");
    let query = "SELECT count(*) FROM file WHERE sha256 IS NOT NULL AND error IS NULL";
    catalog.query_row(query, [], |row| row.get(0)).expect("count")
}

/// Scans until `harm` hit a worker at work, and says what came of it.
fn harmed(scene: &Scene, harm: impl Fn(u32)) -> (Cli, Vec<(String, String)>) {
    for n in 0..TRIES {
        let (cli, mut child) = scene.scan(n);
        if let Some(worker) = worker_of(&mut child) {
            harm(worker);
        }
        let scanned = wait(child);
        let rows = rows(&scanned);
        assert!(scanned.status <= 1, "{}{}", scanned.stdout, scanned.stderr);
        assert!(rows.len() <= 1, "{rows:?}");
        let all = i64::try_from(APART + PLAIN).expect("few");
        assert_eq!(read_files(&cli.catalog), all, "each file is read and hashed");
        if !rows.is_empty() {
            return (cli, rows);
        }
    }
    panic!("no worker was hit in {TRIES} scans");
}

#[test]
fn a_scan_whose_decoder_is_killed_ends_with_one_row_that_is_remembered() {
    let scene = Scene::new();
    let (cli, found) = harmed(&scene, |worker| run("kill", &["-KILL", &worker.to_string()]));
    let [(code, what)] = &found[..] else {
        panic!("one row: {found:?}")
    };
    assert_eq!(code, "decoder");
    assert!(what.contains("the decoder crashed"), "{what}");
    let mut again = cli.spawn(&["scan", &scene.library]);
    assert_eq!(worker_of(&mut again), None, "nothing is tried again");
    assert_eq!(rows(&wait(again)), found, "and the row stays");
}

#[test]
fn a_decoder_without_memory_is_one_row() {
    let scene = Scene::new();
    let (_, found) = harmed(&scene, |worker| {
        let worker = worker.to_string();
        run("prlimit", &["--pid", &worker, "--as=1048576"]);
    });
    let what = &found[0].1;
    // What is refused memory in the middle of its work says so, breaks, or waits for ever for a thread of its own that broke.
    let ended = ["memory", "crashed", "took too long"];
    assert!(ended.iter().any(|end| what.contains(end)), "{what}");
}

#[test]
fn a_scan_without_harm_shows_every_photo() {
    let scene = Scene::new();
    let (cli, child) = scene.scan(0);
    let scanned = wait(child);
    assert_eq!(rows(&scanned), []);
    let catalog = rusqlite::Connection::open(&cli.catalog).expect("open the catalog");
    let query = "SELECT count(*) FROM file WHERE width = 1600 AND phash IS NOT NULL";
    let shown: i64 = catalog.query_row(query, [], |row| row.get(0)).expect("count");
    assert_eq!(shown, i64::try_from(APART + PLAIN).expect("few"));
}

#[test]
fn a_worker_limits_its_memory_and_leaves_with_its_program() {
    let mut worker = Command::new(albumen_testkit::app::albumen())
        .arg("--decode-worker")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("start a worker");
    let limits = format!("/proc/{}/limits", worker.id());
    let began = Instant::now();
    let is_limited = || {
        let limits = std::fs::read_to_string(&limits).unwrap_or_default();
        limits
            .lines()
            .any(|line| line.starts_with("Max address space") && !line.contains("unlimited"))
    };
    while !is_limited() {
        assert!(began.elapsed() < Duration::from_secs(60), "no limit on memory");
    }
    drop(worker.stdin.take());
    assert!(worker.wait().expect("wait").success());
}
