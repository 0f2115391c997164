//! What the question about a shrunken source says to do, does it.

use albumen_engine::api::AppError;
use albumen_engine::{Absence, Engine};
use albumen_testkit::many;
use std::path::Path;

/// A library that was scanned and lost most of its files since.
fn shrunken(work: &Path) -> Engine {
    let library = work.join("library");
    many::make(&library, 24);
    let engine = Engine::open(&work.join("catalog.db")).expect("engine");
    engine
        .add_sources(std::slice::from_ref(&library))
        .expect("source");
    scan(&engine, Absence::Doubted).expect("scan");
    let gone = std::process::Command::new("rm")
        .arg("-r")
        .arg(library.join("2005"))
        .status();
    assert!(gone.expect("rm").success());
    let asked = scan(&engine, Absence::Doubted).expect_err("asked");
    assert_eq!(asked.code, "source_shrunken");
    assert_eq!(
        engine.profile().expect("profile").files,
        24,
        "nothing was concluded"
    );
    engine
}

fn scan(engine: &Engine, absence: Absence) -> Result<(), AppError> {
    engine.start_scan_with(absence)?.wait().map(drop)
}

#[test]
fn a_person_who_says_that_files_are_gone_is_believed() {
    let work = tempfile::tempdir().expect("temp dir");
    let engine = shrunken(work.path());
    scan(&engine, Absence::Believed).expect("believed");
    assert!(engine.profile().expect("profile").files < 24);
    scan(&engine, Absence::Doubted).expect("and that is how it is from now on");
}

#[test]
fn a_source_that_was_removed_and_added_again_is_begun_anew() {
    let work = tempfile::tempdir().expect("temp dir");
    let engine = shrunken(work.path());
    engine.remove_source(1).expect("remove");
    engine.add_sources(&[work.path().join("library")]).expect("add");
    scan(&engine, Absence::Doubted).expect("scan");
    assert!(engine.profile().expect("profile").files < 24);
}
