//! What may be done in which phase, what is refused, and what keeps a cut over from switching.

use crate::place::{CUT_OVER, Place};
use albumen_testkit::app::Output;
use albumen_testkit::tree;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

pub fn of_type<'a>(output: &'a Output, kind: &str) -> &'a serde_json::Value {
    let line = output.json.iter().find(|line| line["type"] == kind);
    line.unwrap_or_else(|| panic!("no `{kind}` in {}{}", output.stdout, output.stderr))
}

pub fn code(output: &Output) -> &str {
    of_type(output, "error")["code"].as_str().expect("a code")
}

/// A copy at the destination, of a photo with bytes.
fn a_copy(place: &Place) -> PathBuf {
    let all = tree::snapshot(&place.there());
    let mut copies = all
        .iter()
        .filter(|(path, entry)| !path.starts_with(".albumen") && entry.size > 0);
    place.there().join(copies.next().expect("a copy").0)
}

#[test]
fn the_whole_way_there_and_back() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::new(work.path(), false, 1);
    let library = place.library.to_string_lossy().into_owned();
    place.cli.ok(&["scan", &library]);
    let offers = place.cli.ok(&["strategy", &place.url]);
    let best: Vec<_> = offers.json.iter().filter(|line| line["why"] != "").collect();
    assert_eq!(best.len(), 1, "one is recommended: {}", offers.stdout);
    assert_eq!(place.phase(), "copy", "nothing is there yet");
    let early = place.cut_over();
    assert_eq!((early.status, code(&early)), (2, "usage"));

    place.cli.ok(&["strategy", &place.url, "in-step"]);
    place.cli.ok(&["migrate", &place.url]);
    let way = place.way();
    assert_eq!(
        (way["phase"].as_str(), way["isReady"].as_bool()),
        (Some("inStep"), Some(true))
    );
    place.add("Pictures/late.jpg", b"a late one");
    place.cli.ok(&["scan"]);
    let behind = place.cli.ok(&["cut-over", &place.url, "--preview"]);
    assert_eq!(of_type(&behind, "preview")["behind"]["files"], 1);
    assert_eq!(place.phase(), "inStep", "a preview changes nothing");

    let switched = place.cut_over();
    assert_eq!(switched.status, 0, "{}{}", switched.stdout, switched.stderr);
    let made = of_type(&switched, "cutOver");
    assert_eq!(
        (made["switched"].as_bool(), made["sent"]["files"].as_u64()),
        (Some(true), Some(1))
    );
    assert_eq!(place.way()["home"]["letGo"], false);

    // The old place is left as it is.
    let before = tree::snapshot(&place.library);
    let refused = place.cli.run(&[
        "delete-originals",
        &place.url,
        "--confirm",
        &place.words().expect("some"),
    ]);
    assert_eq!((refused.status, code(&refused)), (2, "old_place_kept"));
    let refused = place.cli.run(&["rollback", &place.url]);
    assert_eq!((refused.status, code(&refused)), (2, "is_home"));
    let refused = place.cli.run(&["strategy", &place.url, "compare"]);
    assert_eq!((refused.status, code(&refused)), (2, "phase_refused"));
    assert_eq!(tree::differences(&before, &tree::snapshot(&place.library)), "");

    // Nothing was deleted: the way back writes nothing at all.
    let there = tree::snapshot(&place.there());
    let back = place.cli.ok(&["switch-back", &place.url]);
    assert_eq!(of_type(&back, "switchedBack")["restored"]["files"], 0);
    assert_eq!(tree::differences(&before, &tree::snapshot(&place.library)), "");
    assert_eq!(tree::differences(&there, &tree::snapshot(&place.there())), "");
    assert_eq!(place.phase(), "inStep");
    let again = place.cli.run(&["switch-back", &place.url]);
    assert_eq!((again.status, code(&again)), (2, "usage"));
}

#[test]
fn a_copy_that_was_changed_keeps_it_from_switching() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::copied(work.path(), "once");
    let copy = a_copy(&place);
    let name = copy.strip_prefix(place.there()).expect("below").to_owned();
    albumen_testkit::write::put(copy, b"edited by somebody", 1_700_000_000_000_000_000);
    let ended = place.cut_over();
    assert_eq!(ended.status, 1, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(of_type(&ended, "cutOver")["switched"], false);
    let way = place.way();
    assert_eq!(way["phase"], "copy");
    assert!(
        way["finding"].as_str().expect("a finding").contains("1 file"),
        "{way}"
    );
    // Mended, it goes on: the whole one is sent again, and nothing of the other is lost.
    place
        .cli
        .run(&["reconcile", &place.url, "--repair", "--conflicts", "source"]);
    let ended = place.cut_over();
    assert_eq!(ended.status, 0, "{name:?}: {}{}", ended.stdout, ended.stderr);
    assert!(place.is_home());
}

#[test]
fn a_place_that_keeps_changing_is_not_switched() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::copied(work.path(), "in-step");
    let ends = AtomicBool::new(false);
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut made = 0_u64;
            while !ends.load(Ordering::Relaxed) {
                made += 1;
                let path = place.library.join("Pictures/busy.jpg");
                albumen_testkit::write::put(path, &made.to_le_bytes(), made * 1_000_000_000);
            }
        });
        let ended = place
            .cli
            .run(&["cut-over", &place.url, "--settle", "400ms", "--patience", "800ms"]);
        ends.store(true, Ordering::Relaxed);
        ended
    });
    assert_eq!(ended.status, 1, "{}{}", ended.stdout, ended.stderr);
    let finding = of_type(&ended, "cutOver")["finding"].as_str().expect("a finding");
    assert!(finding.contains("keeps changing"), "{finding}");
    assert!(!place.is_home());
}

#[test]
fn what_cannot_be_brought_back_keeps_the_destination_home() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::copied(work.path(), "once");
    let before = tree::snapshot(&place.library);
    assert_eq!(place.cut_over().status, 0);
    place.cli.ok(&["cut-over", &place.url, "--let-go"]);
    let words = place.words().expect("originals that may go");
    place
        .cli
        .ok(&["delete-originals", &place.url, "--permanent", "--confirm", &words]);
    let copy = a_copy(&place);
    let aside = place.there().join("../aside");
    let mv = |from: &PathBuf, to: &PathBuf| {
        let moved = std::process::Command::new("mv").arg(from).arg(to).status();
        assert!(moved.expect("mv").success());
    };
    mv(&copy, &aside);
    let back = place.cli.run(&["switch-back", &place.url]);
    assert_eq!(back.status, 1, "{}{}", back.stdout, back.stderr);
    assert_eq!(of_type(&back, "switchedBack")["switched"], false);
    let way = place.way();
    assert_eq!(
        (way["phase"].as_str(), way["isCutOff"].as_bool()),
        (Some("switchingBack"), Some(true))
    );
    mv(&aside, &copy);
    place.cli.ok(&["switch-back", &place.url]);
    assert_eq!(tree::differences(&before, &tree::snapshot(&place.library)), "");
    assert_eq!(place.phase(), "copy");
}

#[test]
fn one_destination_is_home_at_a_time() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::copied(work.path(), "once");
    assert_eq!(place.cut_over().status, 0);
    let other = format!(
        "file://{}",
        work.path().canonicalize().expect("path").join("other").display()
    );
    place.cli.ok(&["migrate", &other]);
    let mut args = vec!["cut-over", other.as_str()];
    args.extend(CUT_OVER);
    let refused = place.cli.run(&args);
    assert_eq!((refused.status, code(&refused)), (2, "phase_refused"));
    assert!(place.is_home());
}

#[test]
fn a_pause_outlives_the_program_and_holds_what_begins_by_itself() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::copied(work.path(), "in-step");
    place.cli.ok(&["phases", &place.url, "--pause"]);
    let way = place.way();
    assert_eq!(way["paused"], true);
    let states: Vec<_> = way["phases"]
        .as_array()
        .expect("phases")
        .iter()
        .map(|one| &one["state"])
        .collect();
    assert!(states.contains(&&serde_json::json!("paused")), "{way}");
    place.cli.ok(&["phases", &place.url, "--resume"]);
    assert_eq!(place.way()["paused"], false);
}
