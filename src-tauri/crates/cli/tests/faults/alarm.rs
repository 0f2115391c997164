//! The checker has to raise the alarm: each kind of damage is done on purpose, by hand.

use crate::home::{Home, put};
use crate::stage::Stage;
use std::path::Path;

fn rm(path: &Path) {
    let removed = std::process::Command::new("rm").arg(path).status();
    assert!(removed.expect("rm").success());
}

/// Does `damage` before `stage` to (library, destination, catalog), and wants `alarm`.
fn alarms(stage: Stage, alarm: &str, damage: impl Fn(&Path, &Path, &Path)) {
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(stage, work.path());
    assert_eq!(home.broken(), [""; 0], "nothing was done yet");
    let (library, destination, catalog) = home.places();
    damage(library, destination, catalog);
    let broken = home.broken();
    assert!(
        broken.iter().any(|line| line.contains(alarm)),
        "{alarm}: {broken:?}"
    );
}

#[test]
fn an_original_that_was_touched_raises_the_alarm() {
    alarms(Stage::Scan, "is another", |library, _, _| {
        put(&library.join("IMG_0001.jpg"), b"edited")
    });
}

#[test]
fn an_original_that_left_before_it_was_deleted_raises_the_alarm() {
    alarms(Stage::Verify, "left its folder", |library, _, _| {
        rm(&library.join("IMG_0001.jpg"))
    });
}

#[test]
fn an_original_without_a_copy_raises_the_alarm() {
    alarms(Stage::Permanent, "is nowhere", |library, destination, _| {
        rm(&library.join("IMG_0002.jpg"));
        rm(&destination.join("2019/2019-03/IMG_0002.jpg"));
    });
}

#[test]
fn half_a_file_under_a_final_name_raises_the_alarm() {
    alarms(Stage::Migrate, "is not whole", |library, destination, _| {
        let bytes = std::fs::read(library.join("IMG_0002.jpg")).expect("read");
        put(
            &destination.join("2019/2019-03/IMG_0002.jpg"),
            &bytes[..bytes.len() / 2],
        );
    });
}

#[test]
fn a_strangers_file_that_was_replaced_raises_the_alarm() {
    alarms(Stage::Migrate, "a stranger's", |library, destination, _| {
        let bytes = std::fs::read(library.join("IMG_0001.jpg")).expect("read");
        put(&destination.join("2019/2019-03/IMG_0001.jpg"), &bytes);
    });
}

#[test]
fn a_damaged_catalog_raises_the_alarm() {
    alarms(Stage::Verify, "the catalog", |_, _, catalog| {
        // Into the file itself; what is damaged in the log beside it was never committed.
        let connection = rusqlite::Connection::open(catalog).expect("open");
        let checkpoint = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        checkpoint.expect("checkpoint");
        drop(connection);
        let mut bytes = std::fs::read(catalog).expect("read");
        let third = bytes.len() / 3;
        bytes[third..2 * third].fill(0x5a);
        put(catalog, &bytes);
        put(&catalog.with_file_name("catalog.db-wal"), b"");
    });
}

#[test]
fn a_run_that_did_nothing_is_not_taken_for_done() {
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(Stage::Migrate, work.path());
    assert!(home.unfinished().iter().any(|line| line.contains("is missing")));
}

#[test]
fn what_the_catalog_does_not_know_at_the_destination_raises_the_alarm() {
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(Stage::Verify, work.path());
    let (_, destination, _) = home.places();
    put(&destination.join("2019/2019-03/of nobody.jpg"), b"?");
    assert!(home.unfinished().iter().any(|line| line.contains("is unknown")));
}
