//! Archives that are damaged, or made to do harm: nothing is written outside of the folder, nothing that is not whole has a
//! name, and what is sound is unpacked.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::archive::{Entry, zip};
use albumen_testkit::random::Random;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

struct Place {
    work: tempfile::TempDir,
    cli: Cli,
}

impl Place {
    fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let cli = Cli::new(&work.path().join("home"));
        Self { work, cli }
    }

    fn archive(&self, name: &str, bytes: &[u8]) -> PathBuf {
        put(
            self.work.path().join("in").join(name),
            bytes,
            1_600_000_000_000_000_000,
        )
    }

    fn unpack(&self, archives: &[&Path]) -> Output {
        let mut args = vec!["unpack".into()];
        args.extend(archives.iter().map(|path| path.as_os_str().to_owned()));
        args.extend(["--into".into(), self.work.path().join("out").into_os_string()]);
        self.cli.run(&args)
    }

    /// Path below the place, and bytes.
    fn out(&self) -> BTreeMap<String, Vec<u8>> {
        let root = self.work.path().join("out");
        let files = tree::snapshot(&root).into_keys();
        files
            .map(|path| {
                (
                    path.display().to_string(),
                    std::fs::read(root.join(path)).expect("read"),
                )
            })
            .collect()
    }
}

fn problems(output: &Output) -> Vec<(&str, &str)> {
    let rows = output.json.iter().filter(|line| line["type"] == "problem");
    rows.map(|row| {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        (text("code"), text("path"))
    })
    .collect()
}

fn error(output: &Output) -> &str {
    let line = output.json.iter().find(|line| line["type"] == "error");
    line.and_then(|line| line["code"].as_str()).unwrap_or_default()
}

#[test]
fn what_leads_elsewhere_or_is_no_file_is_a_problem_row_and_the_rest_is_unpacked() {
    let place = Place::new();
    let good = b"a sound file";
    let entries = [
        Entry::stored("../evil.jpg", b"evil"),
        Entry::stored("a/../../evil.jpg", b"evil"),
        Entry::stored("..\\evil.jpg", b"evil"),
        Entry::stored(format!("{}/evil.jpg", place.work.path().display()), b"evil"),
        Entry::stored("C:\\evil.jpg", b"evil"),
        Entry::stored("a\0b.jpg", b"evil"),
        Entry::stored(".albumen-part-0000", b"evil"),
        Entry::stored("link.jpg", b"/etc/passwd").mode(0o120_777),
        Entry::stored("link.jpg/x.jpg", b"behind the link"),
        Entry::stored("fifo.jpg", b"").mode(0o010_644),
        Entry::stored("locked.jpg", b"xxxxxxxxxxxx").encrypted(),
        Entry::stored("odd.jpg", b"packed by lzma").method(14),
        Entry::stored("Takeout/good.jpg", good),
        Entry::deflated("Takeout/empty.txt", b""),
    ];
    let archive = place.archive("takeout-20240101T000000Z-001.zip", &zip(&entries));
    let before = tree::snapshot(place.work.path());
    let output = place.unpack(&[&archive]);
    assert_eq!(output.status, 1, "{}{}", output.stdout, output.stderr);
    let shown = format!("{}/evil.jpg", place.work.path().display());
    assert_eq!(
        problems(&output),
        [
            ("unsafe-name", "../evil.jpg"),
            ("unsafe-name", "a/../../evil.jpg"),
            ("unsafe-name", "..\\evil.jpg"),
            ("unsafe-name", &shown),
            ("unsafe-name", "C:\\evil.jpg"),
            ("unsafe-name", "a\\u{0}b.jpg"),
            ("own-name", ".albumen-part-0000"),
            ("link", "link.jpg"),
            ("special", "fifo.jpg"),
            ("encrypted", "locked.jpg"),
            ("unknown-method", "odd.jpg"),
        ]
    );
    let at = "takeout-20240101T000000Z";
    let expected = BTreeMap::from([
        (format!("{at}/Takeout/good.jpg"), good.to_vec()),
        (format!("{at}/Takeout/empty.txt"), Vec::new()),
        (format!("{at}/link.jpg/x.jpg"), b"behind the link".to_vec()),
    ]);
    assert_eq!(place.out(), expected);
    let mut after = tree::snapshot(place.work.path());
    after.retain(|path, _| !path.starts_with("out") && !path.starts_with("home"));
    assert_eq!(tree::differences(&before, &after), "");
}

#[test]
fn an_entry_that_lies_about_itself_leaves_nothing() {
    let place = Place::new();
    let zeros = vec![0u8; 300 << 20];
    let bomb = Entry::deflated("bomb.jpg", &zeros).claiming(1000);
    drop(zeros);
    let entries = [
        Entry::stored("sum.jpg", b"some bytes").with_crc(7),
        Entry::deflated("sum too.jpg", b"some bytes").with_crc(7),
        bomb,
        Entry::stored("short.jpg", b"ten bytes!").claiming(5000),
        Entry::deflated("good.jpg", b"good"),
    ];
    let archive = place.archive("odd.zip", &zip(&entries));
    let (output, peak) = {
        let mut args = vec!["unpack".into(), archive.into_os_string(), "--into".into()];
        args.push(place.work.path().join("out").into_os_string());
        place.cli.peak(&args)
    };
    assert_eq!(output.status, 1, "{}{}", output.stdout, output.stderr);
    let mut found = problems(&output);
    found.sort_unstable();
    let damaged = |name| ("damaged", name);
    assert_eq!(
        found,
        ["bomb.jpg", "short.jpg", "sum too.jpg", "sum.jpg"].map(damaged)
    );
    assert_eq!(
        place.out(),
        BTreeMap::from([("odd/good.jpg".to_owned(), b"good".to_vec())])
    );
    assert!(peak < 200 << 10, "{peak} KiB of memory");
}

#[test]
fn what_is_no_whole_archive_is_told_before_anything_is_written() {
    let place = Place::new();
    let sound = zip(&[
        Entry::stored("a.jpg", b"sound"),
        Entry::stored("b.jpg", b"sound too"),
    ]);
    let good = place.archive("takeout-20240101T000000Z-001.zip", &sound);
    for (name, bytes, code) in [
        ("empty.zip", &b""[..], "archive_damaged"),
        ("cut.zip", &sound[..sound.len() - 30], "archive_damaged"),
        ("half.zip", &sound[..sound.len() / 2], "archive_damaged"),
        ("text.zip", b"<html>Sign in to download</html>", "archive_damaged"),
        ("takeout.tgz", b"\x1f\x8b\x08\0\0\0\0\0", "archive_not_read"),
        ("really-gzip.zip", b"\x1f\x8b\x08\0\0\0\0\0", "archive_not_read"),
    ] {
        let bad = place.archive(name, bytes);
        let output = place.unpack(&[&good, &bad]);
        assert_ne!(output.status, 0, "{name}");
        assert_eq!(error(&output), code, "{name}: {}", output.stderr);
        assert!(output.stderr.contains(name), "{}", output.stderr);
        assert!(place.out().is_empty(), "{name}");
    }
    let gone = place.unpack(&[&place.work.path().join("in/none.zip")]);
    assert_eq!(error(&gone), "archive_unreadable");
    let mut broken = sound.clone();
    let directory = sound
        .windows(4)
        .rposition(|at| at == b"PK\x01\x02")
        .expect("a directory");
    broken[directory] = b'X';
    let broken = place.archive("broken.zip", &broken);
    assert_eq!(error(&place.unpack(&[&broken])), "archive_damaged");
    assert_eq!(place.unpack(&[&good]).status, 0);
    assert_eq!(place.out().len(), 2);
}

#[test]
fn names_that_come_twice_in_one_archive_are_both_kept() {
    let place = Place::new();
    let entries = [
        Entry::stored("a.jpg", b"one"),
        Entry::stored("a.jpg", b"two"),
        Entry::deflated("a.jpg", b"one"),
    ];
    let archive = place.archive("twice.zip", &zip(&entries));
    let output = place.unpack(&[&archive]);
    assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
    let expected = BTreeMap::from([
        ("twice/a.jpg".to_owned(), b"one".to_vec()),
        ("twice/a(002).jpg".to_owned(), b"two".to_vec()),
    ]);
    assert_eq!(place.out(), expected);
}

#[test]
fn what_was_there_before_is_never_replaced() {
    let place = Place::new();
    let archive = place.archive(
        "x.zip",
        &zip(&[
            Entry::stored("a.jpg", b"from the archive"),
            Entry::stored("b.jpg", b"b"),
        ]),
    );
    put(place.work.path().join("out/x/a.jpg"), b"the person's own", 5);
    std::os::unix::fs::symlink("/etc/passwd", place.work.path().join("out/x/b.jpg")).expect("link");
    let output = place.unpack(&[&archive]);
    assert_eq!(output.status, 1);
    let mut found = problems(&output);
    found.sort_unstable();
    assert_eq!(found, [("taken", "a.jpg"), ("taken", "b.jpg")]);
    assert_eq!(
        place.out(),
        BTreeMap::from([("x/a.jpg".to_owned(), b"the person's own".to_vec())])
    );
}

#[test]
fn a_part_that_is_not_there_is_said() {
    let place = Place::new();
    let part = |number: u32| {
        let name = format!("takeout-20240101T000000Z-{number:03}.zip");
        place.archive(
            &name,
            &zip(&[Entry::stored(
                format!("Takeout/{number}.jpg"),
                &Random::new(3, u64::from(number)).bytes(50),
            )]),
        )
    };
    let (one, four) = (part(1), part(4));
    let output = place.unpack(&[&four, &one]);
    assert_eq!(output.status, 1);
    assert_eq!(problems(&output), [("part-missing", ""), ("part-missing", "")]);
    assert!(
        output.stdout.contains("takeout-20240101T000000Z-003.zip"),
        "{}",
        output.stdout
    );
    assert_eq!(place.out().len(), 2);
    let (two, three) = (part(2), part(3));
    let output = place.unpack(&[&one, &two, &three, &four]);
    assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
    assert_eq!(place.out().len(), 4);
}
