//! A system that gives little, and one that wants its program to end.

use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::many;
use albumen_testkit::tree::{self, Tree};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const FILES: usize = 60;

struct Scene {
    _work: tempfile::TempDir,
    work: PathBuf,
    library: PathBuf,
    destination: PathBuf,
    url: String,
    before: Tree,
}

impl Scene {
    fn new() -> Self {
        let temp = tempfile::tempdir().expect("temp dir");
        let work = temp.path().canonicalize().expect("path");
        let (library, destination) = (work.join("library"), work.join("D"));
        many::make(&library, FILES);
        Self {
            url: format!("file://{}", destination.display()),
            before: tree::snapshot(&library),
            _work: temp,
            work,
            library,
            destination,
        }
    }

    /// Whole files under final names; anything else fails the test.
    fn placed(&self) -> usize {
        let sums: BTreeSet<&String> = self.before.values().map(|entry| &entry.sha256).collect();
        let placed = tree::snapshot(&self.destination);
        let final_names = placed.iter().filter(|(path, _)| {
            let name = path.file_name().expect("name").to_string_lossy();
            !path.starts_with(".albumen") && !name.starts_with(".albumen-part-")
        });
        final_names
            .inspect(|(path, entry)| assert!(sums.contains(&entry.sha256), "{path:?} is not whole"))
            .count()
    }

    fn untouched(&self) {
        assert_eq!(
            tree::differences(&self.before, &tree::snapshot(&self.library)),
            ""
        );
    }
}

/// With at most 64 files open at a time.
fn narrow(cli: &Cli, args: &[&str]) -> Output {
    let plain = cli.command(args);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n 64 && exec \"$0\" \"$@\""])
        .arg(plain.get_program())
        .args(plain.get_args());
    for (name, value) in plain.get_envs() {
        command.env(name, value.expect("set"));
    }
    command.stdin(std::process::Stdio::null());
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    wait(command.spawn().expect("sh"))
}

#[test]
fn with_64_open_files_every_stage_completes() {
    let scene = Scene::new();
    let cli = Cli::new(&scene.work);
    let library = scene.library.to_string_lossy().into_owned();
    let ok = |args: &[&str]| {
        let output = narrow(&cli, args);
        assert_eq!(output.status, 0, "{args:?}: {}{}", output.stdout, output.stderr);
        output
    };
    ok(&["scan", &library]);
    ok(&["migrate", &scene.url, "--workers", "64"]);
    ok(&["verify", &scene.url]);
    let asked = narrow(&cli, &["delete-originals", &scene.url]);
    let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
    ok(&["delete-originals", &scene.url, "--confirm", &words]);
    assert!(tree::snapshot(&scene.library).len() < scene.before.len() / 2);
    ok(&["rollback", &scene.url]);
    scene.untouched();
}

fn first_file(destination: &Path) {
    let began = Instant::now();
    // The folder of a year holds nothing but photos.
    let years = || std::fs::read_dir(destination).into_iter().flatten().flatten();
    while !years().any(|year| year.file_name() != ".albumen") {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is copied");
        std::thread::yield_now();
    }
}

#[test]
fn when_the_system_shuts_down_it_ends_within_5_s_and_goes_on_from_there() {
    let scene = Scene::new();
    let cli = Cli::new(&scene.work);
    cli.ok(&["scan", &scene.library.to_string_lossy()]);
    let child = cli.spawn(&["migrate", &scene.url, "--bandwidth", "300k"]);
    first_file(&scene.destination);
    let asked = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(asked.expect("kill").success());
    let began = Instant::now();
    let ended = wait(child);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let there = scene.placed();
    assert!(
        ended.status != 0 && there < FILES,
        "it was in the middle: {} of {FILES}",
        there
    );
    let again = cli.ok(&["migrate", &scene.url]);
    let report = again.json.last().expect("report");
    let sent = report["sent"]["files"].as_u64().expect("number") as usize;
    let adopted = report["adopted"]["files"].as_u64().expect("number") as usize;
    assert!(
        sent - adopted <= scene.placed() - there,
        "what stood there was not sent again: {report}"
    );
    cli.ok(&["verify", &scene.url]);
    scene.untouched();
}

#[test]
fn two_at_once_do_not_harm_each_other() {
    let scene = Scene::new();
    let (one, other) = (
        Cli::new(&scene.work.join("one")),
        Cli::new(&scene.work.join("other")),
    );
    for cli in [&one, &other] {
        cli.ok(&["scan", &scene.library.to_string_lossy()]);
    }
    let running = [&one, &other].map(|cli| cli.spawn(&["migrate", &scene.url]));
    for child in running {
        wait(child);
        scene.placed();
    }
    // Each may have met files of the other; run again, both are at the end.
    for cli in [&one, &other] {
        cli.ok(&["migrate", &scene.url]);
        cli.ok(&["verify", &scene.url]);
    }
    scene.placed();
    scene.untouched();
}
