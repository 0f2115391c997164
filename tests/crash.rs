//! `kill -9` at random moments of a migrate, resumed by the same command, to a folder and to a real S3 server.
//!
//! After every kill: no file under its final name that is not whole. At the end: the destination complete, and no
//! object sent twice once its checkpoint was written. `ALBUMEN_KILLS` sets the number of kills (50 each).

use albumen_testkit::app::{Cli, wait};
use albumen_testkit::library::{self, Options};
use albumen_testkit::s3::Server;
use albumen_testkit::tree::{self, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

fn kills() -> u32 {
    std::env::var("ALBUMEN_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(50)
}

/// Small and fixed, so that a failing run can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// Every final name holds a whole photo of the source. Part files are allowed, they are not final names.
fn whole(destination: &Path, sums: &BTreeSet<String>) -> usize {
    let mut n = 0;
    for (path, entry) in tree::snapshot(destination) {
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if name.starts_with(".albumen-part-") || path.starts_with(".albumen") || name.starts_with(".s3s-fs") {
            continue;
        }
        // The server keeps its own notes beside the objects and under temporary names.
        if name.starts_with('.') {
            continue;
        }
        assert!(sums.contains(&entry.sha256), "{path:?} is not whole");
        n += 1;
    }
    n
}

fn sums(source: &Tree) -> BTreeSet<String> {
    source.values().map(|entry| entry.sha256.clone()).collect()
}

/// How long an undisturbed run takes decides the moments of the kills.
fn campaign(cli: &Cli, url: &str, rounds: u32, clear: &mut dyn FnMut(), after: &mut dyn FnMut()) -> u32 {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut killed = 0;
    let mut tries = 0;
    while killed < rounds {
        tries += 1;
        assert!(tries < rounds * 20, "kills do not hit the run");
        let mut child = cli.spawn(&["migrate", url, "--workers", "3"]);
        std::thread::sleep(Duration::from_millis(10 + random.below(140)));
        let finished = child.try_wait().expect("wait").is_some();
        if !finished {
            child.kill().expect("kill -9");
            killed += 1;
        }
        let ended = wait(child);
        after();
        if finished {
            assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
            clear();
        }
    }
    killed
}

#[test]
fn crash_kill_9_while_copying_to_a_folder() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            photos: 150,
            odd: false,
            ..Options::default()
        },
    );
    let source = tree::snapshot(&library.root);
    let cli = Cli::new(work.path());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    let destination = work.path().join("D");
    let url = format!("file://{}", destination.display());
    let sums = sums(&source);
    let killed = campaign(
        &cli,
        &url,
        kills(),
        &mut || {
            // Complete before all kills were spent: undo it and begin again.
            cli.ok(&["rollback", &url]);
            assert!(!destination.exists(), "a roll back after kills leaves nothing");
        },
        &mut || {
            whole(&destination, &sums);
        },
    );
    let last = cli.ok(&["migrate", &url]);
    let placed = whole(&destination, &sums);
    let expected = last.json.last().expect("report")["found"]["files"]
        .as_u64()
        .expect("number")
        - last.json.last().expect("report")["unsupported"]["files"]
            .as_u64()
            .expect("number");
    assert_eq!(placed as u64, expected, "the destination is complete");
    let parts = tree::snapshot(&destination)
        .into_keys()
        .filter(|path| path.to_string_lossy().contains(".albumen-part-"))
        .count();
    assert_eq!(parts, 0, "and clean");
    cli.ok(&["verify", &url, "--full"]);
    assert_eq!(tree::differences(&source, &tree::snapshot(&library.root)), "");
    println!("folder: {killed} kills, 0 lost, 0 damaged");
}

#[test]
fn crash_kill_9_while_copying_to_s3() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            photos: 150,
            odd: false,
            ..Options::default()
        },
    );
    let source = tree::snapshot(&library.root);
    let server = Server::start(&work.path().join("s3"));
    server.create_bucket("pictures");
    let cli = Cli::new(work.path())
        .env("AWS_ACCESS_KEY_ID", server.access_key())
        .env("AWS_SECRET_ACCESS_KEY", server.secret_key());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    let url = format!(
        "s3://pictures/lib?endpoint={}&region=us-east-1",
        server.endpoint()
    );
    let sums = sums(&source);
    let bucket = work.path().join("s3/pictures/lib");
    // Key to how often a request to store it was answered with success.
    let mut sent_before: BTreeMap<String, usize> = BTreeMap::new();
    let killed = campaign(
        &cli,
        &url,
        kills(),
        &mut || {
            cli.ok(&["rollback", &url]);
            sent_before.clear();
            server.forget();
        },
        &mut || {
            whole(&bucket, &sums);
        },
    );
    let last = cli.ok(&["migrate", &url]);
    let report = last.json.last().expect("report");
    let expected =
        report["found"]["files"].as_u64().expect("n") - report["unsupported"]["files"].as_u64().expect("n");
    assert_eq!(
        whole(&bucket, &sums) as u64,
        expected,
        "the destination is complete"
    );
    cli.ok(&["verify", &url, "--full"]);
    // Every object was stored once: a second request for a stored key would have been refused or never made.
    for key in server.puts() {
        *sent_before.entry(key).or_default() += 1;
    }
    let twice: Vec<_> = sent_before
        .iter()
        .filter(|(key, n)| **n > 1 && !key.contains(".albumen"))
        .collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    println!("s3: {killed} kills, 0 lost, 0 damaged");
}
