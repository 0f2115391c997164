//! Catalogs that are whole and cannot be used as they are: locked, newer, another program's, not to be read or written, old.

use crate::place::{self, Place, mv, put, wordless};
use albumen_testkit::app::{Output, wait};
use albumen_testkit::strace::{self, Fault};
use albumen_testkit::tree;
use std::path::Path;

const COMMANDS: [&str; 4] = ["plan", "migrate", "verify", "rollback"];

fn code(output: &Output) -> &str {
    assert_eq!(wordless(output), None);
    let error = output.json.iter().find(|line| line["type"] == "error");
    error.and_then(|line| line["code"].as_str()).expect("an error")
}

/// `spoil` is done once; then every command says `wanted` and changes nothing.
fn refused(wanted: &str, spoil: impl Fn(&Place)) {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    spoil(&place);
    let before = place.see();
    for command in COMMANDS {
        let output = place.cli.run(&[command, &place.url]);
        assert_eq!((code(&output), output.status), (wanted, 4), "{command}");
        assert_eq!(place.changed_since(&before), [""; 0], "{command}");
    }
}

#[test]
fn one_of_a_newer_version_is_neither_opened_nor_made_older() {
    refused("catalog_newer", |place| {
        let connection = rusqlite::Connection::open(&place.cli.catalog).expect("open");
        connection
            .pragma_update(None, "user_version", 77)
            .expect("version");
        let told =
            connection.execute_batch("PRAGMA journal_mode = DELETE; CREATE TABLE of_the_future (id INTEGER)");
        told.expect("a newer schema");
    });
}

#[test]
fn a_database_of_another_program_is_not_made_ours() {
    refused("catalog_foreign", |place| {
        place::rm(&place.cli.catalog);
        let connection = rusqlite::Connection::open(&place.cli.catalog).expect("open");
        connection
            .execute_batch("CREATE TABLE Albums (id INTEGER); INSERT INTO Albums VALUES (1)")
            .expect("a table");
    });
}

#[test]
fn one_that_another_program_holds_is_refused() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    let mut slow = place.cli.command(&["verify", &place.url]);
    // Held for as long as this test wants: it waits for a pipe that nobody empties.
    let lock = std::fs::File::options()
        .write(true)
        .open(place.state.join("catalog.db.lock"))
        .expect("the lock");
    lock.lock().expect("held");
    let before = place.see();
    let output = wait(slow.spawn().expect("start"));
    assert_eq!((code(&output), output.status), ("catalog_locked", 4));
    assert_eq!(place.changed_since(&before), [""; 0]);
    drop(lock);
    place.cli.ok(&["verify", &place.url]);
}

#[test]
fn one_that_may_not_be_written_or_read_says_so() {
    if !strace::is_allowed() {
        return;
    }
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    let (file, lock) = (place.cli.catalog.clone(), place.state.join("catalog.db.lock"));
    let log = work.path().join("log");
    // A file, and a folder, that are read-only, and a file that may not be read.
    for (on, errno) in [
        (&file, "EROFS"),
        (&file, "EACCES"),
        (&lock, "EROFS"),
        (&lock, "EACCES"),
    ] {
        for command in COMMANDS {
            place.put_back(false);
            let before = place.see();
            let fault = Fault {
                call: "openat",
                errno,
                nth: 1,
                on: on.clone(),
                lasting: true,
            };
            let plain = place.cli.command(&[command, &place.url]);
            let output = wait(strace::spoilt(&plain, &fault, &log).spawn().expect("strace"));
            assert!(strace::struck(&log), "{fault} was not met");
            assert_eq!(
                (code(&output), output.status),
                ("catalog_unreadable", 4),
                "{fault}, {command}"
            );
            assert_eq!(place.changed_since(&before), [""; 0], "{fault}, {command}");
        }
    }
}

#[test]
fn pictures_that_are_damaged_keep_nobody_from_anything() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    put(&place.state.join("catalog.db.thumbs"), &[0x5a; 5000]);
    place.cli.ok(&["verify", &place.url]);
    place.cli.ok(&["migrate", &place.url]);
}

/// The catalog of `before` is put in place of the one that knows what was placed since.
fn restored(back_up: impl Fn(&Place), since: impl Fn(&Place)) -> (tempfile::TempDir, Place) {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    back_up(&place);
    let backup = place.state.with_file_name("backup");
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .arg(&place.state)
        .arg(&backup)
        .status();
    assert!(copied.expect("cp").success());
    since(&place);
    assert!(mv(&place.state, &place.state.with_file_name("newer")) && mv(&backup, &place.state));
    (work, place)
}

fn more(library: &Path) {
    for number in 0..5 {
        put(
            &library.join(format!("new/{number}.jpg")),
            &[
                b"\xff\xd8\xff\xe0".as_slice(),
                format!("placed later {number}").as_bytes(),
            ]
            .concat(),
        );
    }
}

#[test]
fn one_of_an_old_backup_sends_nothing_again_and_replaces_nothing() {
    for read_in in [false, true] {
        let (_work, place) = restored(
            |_| (),
            |place| {
                more(&place.library);
                place.cli.ok(&["scan"]);
                place.cli.ok(&["migrate", &place.url]);
            },
        );
        let before = tree::snapshot(&place.destination);
        if read_in {
            let told = place.cli.ok(&["rebuild", "--to", &place.url]);
            let report = told.json.last().expect("a report");
            assert_eq!(report["restored"]["files"], 5, "{report}");
        }
        place.cli.ok(&["scan"]);
        let moved = place.cli.ok(&["migrate", &place.url]);
        assert_eq!(moved.json.last().expect("a report")["sent"]["files"], 0);
        assert_eq!(
            tree::differences(&before, &tree::snapshot(&place.destination)),
            ""
        );
        place.cli.ok(&["verify", &place.url]);
        let asked = place.cli.run(&["delete-originals", &place.url]);
        assert_eq!(asked.json[0]["count"], tree::snapshot(&place.library).len());
        // What it knows to be ours goes; what it found by the bytes alone stays.
        place.cli.ok(&["rollback", &place.url]);
        let stay = tree::snapshot(&place.destination).len();
        assert_eq!(stay > 5, !read_in, "{stay} stay");
    }
}

#[test]
fn one_from_before_a_deletion_takes_no_absence_for_a_reason() {
    let (_work, place) = restored(
        |_| (),
        |place| {
            let asked = place.cli.run(&["delete-originals", &place.url]);
            let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
            place
                .cli
                .ok(&["delete-originals", &place.url, "--permanent", "--confirm", &words]);
        },
    );
    let copies = tree::snapshot(&place.destination);
    // By this catalog the originals are there, and the copies could go.
    place.cli.run(&["rollback", &place.url]);
    let photos = |tree: &tree::Tree| tree.keys().filter(|path| !path.starts_with(".albumen")).count();
    assert_eq!(photos(&tree::snapshot(&place.destination)), photos(&copies));
    for command in COMMANDS {
        place.cli.run(&[command, &place.url]);
        assert_eq!(
            photos(&tree::snapshot(&place.destination)),
            photos(&copies),
            "{command}"
        );
    }
}
