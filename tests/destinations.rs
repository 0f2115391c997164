//! One suite of promises, for every kind of destination of this version: a folder, and a real S3 server on loopback.

use albumen_testkit::app::Cli;
use albumen_testkit::http::Ask;
use albumen_testkit::library::{self, Library, Options};
use albumen_testkit::picture;
use albumen_testkit::s3::Server;
use albumen_testkit::tree::{self, Tree};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Home {
    work: tempfile::TempDir,
    cli: Cli,
    library: Library,
    url: String,
    /// Where the destination's bytes lie on this machine.
    root: PathBuf,
    server: Option<Server>,
}

impl Home {
    fn folder() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let root = work.path().join("D");
        let url = format!("file://{}", root.display());
        Self::over(work, None, url, root)
    }

    fn s3() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let server = Server::start(&work.path().join("s3"));
        server.create_bucket("pictures");
        let url = format!(
            "s3://pictures/lib?endpoint={}&region=us-east-1",
            server.endpoint()
        );
        let root = work.path().join("s3/pictures/lib");
        Self::over(work, Some(server), url, root)
    }

    fn over(work: tempfile::TempDir, server: Option<Server>, url: String, root: PathBuf) -> Self {
        let library = library::make(
            &work.path().join("library"),
            &Options {
                photos: 15,
                odd: true,
                ..Options::default()
            },
        );
        let mut cli = Cli::new(work.path());
        if let Some(server) = &server {
            cli = cli.keys_of(server);
        }
        cli.run(&["scan", &library.root.to_string_lossy()]);
        Self {
            work,
            cli,
            library,
            url,
            root,
            server,
        }
    }

    fn placed(&self) -> Tree {
        let ours = |path: &Path| {
            !path.starts_with(".albumen")
                && !path
                    .file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        };
        tree::snapshot(&self.root)
            .into_iter()
            .filter(|(path, _)| ours(path))
            .collect()
    }

    fn put_foreign(&self, key: &str, bytes: &[u8]) {
        let path = self.root.join(key);
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        File::create(path)
            .expect("create")
            .write_all(bytes)
            .expect("write");
    }
}

fn both(promise: impl Fn(Home)) {
    promise(Home::folder());
    promise(Home::s3());
}

#[test]
fn every_photo_arrives_whatever_its_name() {
    both(|home| {
        home.cli.run(&["migrate", &home.url]);
        let placed = home.placed();
        let odd = home.library.odd.as_ref().expect("odd entries");
        let strange = [
            &odd.truncated,
            &odd.bomb,
            &odd.non_utf8,
            &odd.newline,
            &odd.dash,
            &odd.emoji,
            &odd.long,
        ];
        let twins = odd.unicode_twins.iter().chain(&odd.case_twins);
        for path in home.library.photos.iter().chain(strange).chain(twins) {
            let sum = tree::sha256(path);
            assert!(
                placed.values().any(|entry| entry.sha256 == sum),
                "{path:?} did not arrive at {}",
                home.url
            );
        }
        let excluded = odd.excluded.iter().map(|path| tree::sha256(path));
        for sum in excluded {
            assert!(
                !placed.values().any(|entry| entry.sha256 == sum),
                "what nobody wants moved was moved"
            );
        }
        let folded: Vec<String> = placed
            .keys()
            .map(|key| key.to_string_lossy().to_lowercase())
            .collect();
        let distinct: std::collections::BTreeSet<&String> = folded.iter().collect();
        assert_eq!(
            distinct.len(),
            folded.len(),
            "no two names that some disk would merge"
        );
        assert_eq!(home.cli.run(&["verify", &home.url]).status, 0);
    });
}

#[test]
fn what_is_there_already_is_never_replaced() {
    both(|home| {
        let plan = home.cli.run(&["plan", &home.url]);
        let copies: Vec<_> = plan
            .json
            .iter()
            .filter(|line| line["outcome"] == "copy")
            .collect();
        // Two photos that stand alone: the files of one asset get one suffix together.
        let alone = |line: &&&serde_json::Value| line["to"].as_str().is_some_and(|key| key.ends_with(".jpg"));
        let mut singles = copies.iter().filter(alone);
        let (same, other) = (
            singles.next().expect("one"),
            singles.next_back().expect("another"),
        );
        let bytes = std::fs::read(same["from"].as_str().expect("path")).expect("read");
        home.put_foreign(same["to"].as_str().expect("key"), &bytes);
        let size = usize::try_from(other["size"].as_u64().expect("size")).expect("small");
        home.put_foreign(other["to"].as_str().expect("key"), &vec![7; size]);
        home.put_foreign("holiday/mine.txt", b"not ours");

        let moved = home.cli.run(&["migrate", &home.url]);
        let report = moved.json.last().expect("report");
        assert_eq!(
            report["alreadyThere"]["files"], 1,
            "the same bytes are recognised"
        );
        assert_eq!(report["balanced"], true);
        let kept = std::fs::read(home.root.join(other["to"].as_str().expect("key"))).expect("read");
        assert_eq!(kept, vec![7; size], "another file of that name stays");
        let sum = tree::sha256(Path::new(other["from"].as_str().expect("path")));
        assert!(
            home.placed().values().any(|entry| entry.sha256 == sum),
            "and the photo goes beside it"
        );

        assert_eq!(home.cli.run(&["rollback", &home.url]).status, 0);
        let left = home.placed();
        assert_eq!(
            left.len(),
            3,
            "a roll back leaves what was there before: {left:?}"
        );
    });
}

#[test]
fn a_roll_back_leaves_what_was_edited() {
    both(|home| {
        home.cli.run(&["migrate", &home.url]);
        let key = home.placed().into_keys().next().expect("one");
        home.put_foreign(key.to_str().expect("utf-8"), b"edited since");
        let rolled = home.cli.run(&["rollback", &home.url]);
        assert_eq!(rolled.status, 0, "{}{}", rolled.stdout, rolled.stderr);
        assert_eq!(home.placed().into_keys().collect::<Vec<_>>(), [key]);
        assert_eq!(
            home.cli.run(&["rollback", &home.url]).status,
            0,
            "twice is as good as once"
        );
    });
}

#[test]
fn deleted_originals_come_back_from_either() {
    both(|home| {
        let before = tree::snapshot(&home.library.root);
        home.cli.run(&["migrate", &home.url]);
        home.cli.ok(&["verify", &home.url]);
        let asked = home.cli.run(&["delete-originals", &home.url]);
        let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
        home.cli
            .ok(&["delete-originals", &home.url, "--confirm", &words, "--permanent"]);
        assert!(tree::snapshot(&home.library.root).len() < before.len() / 2);
        home.cli.ok(&["rollback", &home.url]);
        assert_eq!(
            tree::differences(&before, &tree::snapshot(&home.library.root)),
            ""
        );
    });
}

#[test]
fn a_roll_back_leaves_the_only_copy() {
    both(|home| {
        home.cli.run(&["migrate", &home.url]);
        let placed = home.placed();
        // A person cleared the card by hand, without a word to Albumen.
        let gone = &home.library.photos[0];
        let sum = tree::sha256(gone);
        let removed = Command::new("rm").arg("--").arg(gone).status();
        assert!(removed.expect("run rm").success());
        home.cli.ok(&["rollback", &home.url]);
        let left = home.placed();
        assert!(
            left.values().any(|entry| entry.sha256 == sum),
            "the copy of what is gone stays"
        );
        assert!(left.len() < placed.len() / 2, "the others are taken back");
    });
}

#[test]
fn a_source_that_is_the_destination_by_another_way_is_not_deleted() {
    let work = tempfile::tempdir().expect("temp dir");
    let server = Server::start(&work.path().join("s3"));
    server.create_bucket("pictures");
    let source = work.path().join("s3/pictures/lib");
    let options = Options {
        photos: 3,
        odd: false,
        ..Options::default()
    };
    library::make(&source, &options);
    let before = tree::snapshot(&source);
    let cli = Cli::new(work.path()).keys_of(&server);
    let url = format!("s3://pictures/lib?endpoint={}", server.endpoint());
    cli.ok(&["scan", &source.to_string_lossy()]);
    cli.run(&["migrate", &url]);
    cli.ok(&["verify", &url, "--full"]);
    let asked = cli.run(&["delete-originals", &url]);
    let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
    let refused = cli.run(&["delete-originals", &url, "--confirm", &words, "--permanent"]);
    assert!(refused.stderr.contains("same place"), "{}", refused.stderr);
    let after = tree::snapshot(&source);
    for path in before.keys() {
        assert!(after.contains_key(path), "{path:?} is there");
    }
}

#[test]
fn an_s3_object_carries_its_digest_times_and_origin() {
    let home = Home::s3();
    home.cli.run(&["migrate", &home.url]);
    let server = home.server.as_ref().expect("server");
    assert!(
        server.puts().iter().any(|key| key.contains(".albumen/shards/")),
        "a marker a shard"
    );
    let notes: Vec<String> = std::fs::read_dir(home.work.path().join("s3"))
        .expect("list")
        .filter_map(|entry| std::fs::read_to_string(entry.expect("entry").path()).ok())
        .collect();
    let sum = tree::sha256(&home.library.photos[0]);
    let kept = ["mtime", "captured", "from"];
    assert!(
        notes
            .iter()
            .any(|note| note.contains(&sum) && kept.iter().all(|name| note.contains(name))),
        "user metadata: {notes:?}"
    );
}

#[test]
fn an_object_is_of_the_type_of_its_bytes_whatever_its_name_says() {
    let work = tempfile::tempdir().expect("temp dir");
    let server = Server::start(&work.path().join("s3"));
    server.create_bucket("pictures");
    let source = work.path().join("photos");
    std::fs::create_dir(&source).expect("make a source");
    let painted = |seed| picture::paint(seed, 0, (64, 48));
    for (name, bytes) in [
        ("named.png", picture::jpeg(&painted(1), 80)),
        ("plain.png", picture::png(&painted(2))),
    ] {
        File::create(source.join(name))
            .and_then(|mut file| file.write_all(&bytes))
            .expect("write a picture");
    }
    let cli = Cli::new(work.path()).keys_of(&server);
    let url = format!("s3://pictures?endpoint={}", server.endpoint());
    cli.ok(&["scan", &source.to_string_lossy()]);
    cli.ok(&["migrate", &url]);
    for (name, expected) in [("named.png", "image/jpeg"), ("plain.png", "image/png")] {
        let placed = server.puts().into_iter().find(|key| key.ends_with(name));
        let path = format!("/{}", placed.expect("placed"));
        let asked = server.client().ask(Ask {
            method: "HEAD",
            path: &path,
            ..Ask::default()
        });
        assert_eq!(
            asked.expect("an answer").header("content-type"),
            Some(expected),
            "{name}"
        );
    }
}

#[test]
fn a_throttled_server_is_not_a_failure() {
    let home = Home::s3();
    home.server.as_ref().expect("server").fail_next(5, 503);
    let moved = home.cli.run(&["migrate", &home.url, "--workers", "2"]);
    assert_eq!(
        moved.json.last().expect("report")["failed"]["files"],
        0,
        "{}{}",
        moved.stdout,
        moved.stderr
    );
    home.cli.ok(&["verify", &home.url]);
}

#[test]
fn a_wrong_key_and_a_silent_endpoint_say_what_to_do() {
    let mut home = Home::s3();
    home.cli = home.cli.env("AWS_SECRET_ACCESS_KEY", "wrong");
    let denied = home.cli.run(&["migrate", &home.url]);
    assert_eq!(denied.status, 3, "{}{}", denied.stdout, denied.stderr);
    assert_eq!(denied.json[0]["code"], "destination_denied", "{}", denied.stdout);
    let gone = home.cli.run(&[
        "migrate",
        "s3://pictures/x?endpoint=http://127.0.0.1:9&region=us-east-1",
    ]);
    assert_eq!(gone.status, 3);
    assert_eq!(gone.json[0]["code"], "destination_unreachable", "{}", gone.stdout);
    assert!(home.placed().is_empty());
}

#[test]
fn a_large_file_goes_in_parts_and_comes_back_whole() {
    let home = Home::s3();
    let movie = home.library.root.join("Pictures/long movie.mp4");
    let mut bytes = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    bytes.extend((0..20_000_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
    File::create(&movie)
        .expect("create")
        .write_all(&bytes)
        .expect("write");
    home.cli.run(&["scan"]);
    home.cli.run(&["migrate", &home.url]);
    let sum = tree::sha256(&movie);
    assert!(home.placed().values().any(|entry| entry.sha256 == sum));
    home.cli.ok(&["verify", &home.url]);
}

#[test]
fn a_destination_that_is_away_is_a_question_and_not_a_loss() {
    both(|home| {
        home.cli.run(&["migrate", &home.url]);
        home.cli.ok(&["verify", &home.url]);
        let away = home.work.path().join("unplugged");
        // For S3 the whole bucket goes.
        let place = if home.server.is_some() {
            home.work.path().join("s3/pictures")
        } else {
            home.root.clone()
        };
        let mv = |from: &Path, to: &Path| {
            assert!(
                std::process::Command::new("mv")
                    .arg(from)
                    .arg(to)
                    .status()
                    .expect("mv")
                    .success()
            );
        };
        mv(&place, &away);
        for command in ["plan", "migrate", "verify", "rollback"] {
            let asked = home.cli.run(&[command, &home.url]);
            assert_eq!(asked.status, 3, "{command}: {}{}", asked.stdout, asked.stderr);
            assert_eq!(asked.json[0]["code"], "destination_gone", "{command}");
        }
        mv(&away, &place);
        home.cli.ok(&["verify", &home.url]);
        let again = home.cli.run(&["migrate", &home.url]);
        assert_eq!(
            again.json.last().expect("report")["sent"]["files"],
            0,
            "nothing was forgotten"
        );
    });
}

#[test]
fn parts_of_a_migration_add_up() {
    let home = Home::folder();
    let second = home.cli.run(&["migrate", &home.url, "--shard", "2/2"]);
    let first = home
        .cli
        .run(&["migrate", &home.url, "--shard", "1/2", "--bandwidth", "20M"]);
    let sent = |output: &albumen_testkit::app::Output| {
        output.json.last().expect("report")["sent"]["files"]
            .as_u64()
            .expect("a number")
    };
    let whole = home.cli.run(&["plan", &home.url]);
    assert_eq!(whole.json.last().expect("report")["copy"]["files"], 0);
    assert_eq!(sent(&first) + sent(&second), home.placed().len() as u64);
    home.cli.ok(&["verify", &home.url]);
}
