//! A lost catalog, read in again from the markers at the destination.

use crate::place::{self, Place, mv, put};
use albumen_testkit::app::Output;
use albumen_testkit::tree;
use std::path::{Path, PathBuf};

fn lost() -> (tempfile::TempDir, Place) {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    lose(&place);
    (work, place)
}

fn lose(place: &Place) {
    let gone = std::process::Command::new("rm")
        .arg("-r")
        .arg(&place.state)
        .status();
    assert!(gone.expect("rm").success());
}

fn report(output: &Output) -> &serde_json::Value {
    output.json.last().expect("a report")
}

fn photos(place: &Place) -> usize {
    let tree = tree::snapshot(&place.destination);
    tree.keys().filter(|path| !path.starts_with(".albumen")).count() - 1
}

fn markers(place: &Place) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(place.destination.join(".albumen/shards")).expect("markers");
    listed.map(|one| one.expect("a marker").path()).collect()
}

#[test]
fn what_was_moved_is_known_again_and_nothing_is_sent_again() {
    let (_work, place) = lost();
    let before = tree::snapshot(&place.destination);
    let told = place.cli.ok(&["rebuild", "--to", &place.url]);
    assert_eq!(
        report(&told)["restored"]["files"],
        photos(&place),
        "{}",
        told.stdout
    );
    // Read in twice is read in once.
    let again = place.cli.ok(&["rebuild", "--to", &place.url]);
    assert_eq!(report(&again)["restored"]["files"], 0);
    // Also before the source is met again.
    place.cli.ok(&["verify", &place.url]);
    place.cli.ok(&["scan", &place.library.to_string_lossy()]);
    let moved = place.cli.ok(&["migrate", &place.url]);
    assert_eq!(report(&moved)["sent"]["files"], 0, "{}", moved.stdout);
    assert_eq!(
        report(&moved)["alreadyThere"]["files"],
        photos(&place),
        "{}",
        moved.stdout
    );
    let moved = place
        .cli
        .ok(&["migrate", &place.url, "--layout", "{camera}/{original name}"]);
    assert_eq!(
        report(&moved)["sent"]["files"],
        0,
        "another layout moves nothing anew"
    );
    assert_eq!(
        tree::differences(&before, &tree::snapshot(&place.destination)),
        ""
    );
}

#[test]
fn a_source_that_lies_elsewhere_now_is_met_all_the_same() {
    let (_work, place) = lost();
    let elsewhere = place.library.with_file_name("another disk");
    assert!(mv(&place.library, &elsewhere));
    place.cli.ok(&["scan", &elsewhere.to_string_lossy()]);
    place.cli.ok(&["rebuild", "--to", &place.url]);
    let moved = place.cli.ok(&["migrate", &place.url]);
    assert_eq!(report(&moved)["sent"]["files"], 0, "{}", moved.stdout);
    place.cli.ok(&["verify", &place.url]);
    // The originals are in their place, which is another than the markers tell.
    let back = place.cli.ok(&["rollback", &place.url]);
    assert_eq!(
        report(&back)["removed"]["files"].as_u64().expect("number") as usize,
        tree::snapshot(&elsewhere).len()
    );
}

#[test]
fn nothing_may_be_deleted_before_it_is_verified_again() {
    let (_work, place) = lost();
    place.cli.ok(&["rebuild", "--to", &place.url]);
    place.cli.ok(&["scan", &place.library.to_string_lossy()]);
    place.cli.ok(&["migrate", &place.url]);
    let asked = place.cli.run(&["delete-originals", &place.url]);
    assert_eq!(asked.json[0]["count"], 0, "{}", asked.stdout);
    place.cli.ok(&["verify", &place.url]);
    let asked = place.cli.run(&["delete-originals", &place.url]);
    assert_eq!(asked.json[0]["count"], tree::snapshot(&place.library).len());
}

#[test]
fn a_roll_back_takes_what_is_surely_ours_and_leaves_the_rest() {
    let (_work, place) = lost();
    place.cli.ok(&["rebuild", "--to", &place.url]);
    let refused = place.cli.run(&["rollback", &place.url]);
    assert_eq!(
        refused.json[0]["type"], "error",
        "without a source: {}",
        refused.stdout
    );
    place.cli.ok(&["scan", &place.library.to_string_lossy()]);
    let all = photos(&place);
    // One was edited here since, of the same size; the original of another is gone.
    let edited = place.a_copy();
    let size = edited.metadata().expect("a copy").len();
    put(&edited, &vec![7; usize::try_from(size).expect("small")]);
    let alone = alone(&place);
    place::rm(&alone);
    let sum = tree::snapshot(&place.destination);
    place.cli.ok(&["rollback", &place.url]);
    assert_eq!(photos(&place), 2, "of {all}");
    assert!(edited.exists());
    let left = tree::snapshot(&place.destination);
    assert!(left.iter().all(|(path, entry)| sum.get(path) == Some(entry)));
    assert_eq!(
        markers(&place).len(),
        1,
        "what stays may be known from its marker alone one day"
    );
}

/// An original whose bytes nothing else has.
fn alone(place: &Place) -> PathBuf {
    let tree = tree::snapshot(&place.library);
    let first = tree::sha256(&place.an_original());
    let single = tree.iter().find(|(_, entry)| {
        let same = tree.values().filter(|other| other.sha256 == entry.sha256).count();
        entry.size > 0 && entry.sha256 != first && same == 1
    });
    place.library.join(single.expect("one").0)
}

/// Rebuilds after `spoil`; the report and what was not taken.
fn after(spoil: impl Fn(&Place)) -> (usize, u64, Vec<String>) {
    let (_work, place) = lost();
    let all = photos(&place);
    spoil(&place);
    let before = tree::snapshot(&place.destination);
    let told = place.cli.run(&["rebuild", "--to", &place.url]);
    assert_eq!(told.status, 1, "findings: {}{}", told.stdout, told.stderr);
    assert_eq!(
        tree::differences(&before, &tree::snapshot(&place.destination)),
        ""
    );
    let findings = told.json.iter().filter(|line| line["type"] == "finding");
    let findings = findings
        .map(|line| line["what"].as_str().expect("words").to_owned())
        .collect();
    (
        all,
        report(&told)["restored"]["files"].as_u64().expect("number"),
        findings,
    )
}

fn of(text: &[u8]) -> String {
    let sum = {
        let dir = tempfile::tempdir().expect("temp dir");
        put(&dir.path().join("x"), text);
        tree::sha256(&dir.path().join("x"))
    };
    format!(".albumen/shards/{}.jsonl", &sum[..16])
}

#[test]
fn markers_that_are_damaged_or_a_strangers_are_told() {
    let (all, restored, found) = after(|place| {
        let marker = markers(place).pop().expect("a marker");
        let mut text = std::fs::read(&marker).expect("read");
        text[40] ^= 1;
        put(&marker, &text);
        put(
            &place.destination.join(".albumen/shards/notes.txt"),
            b"a stranger's",
        );
    });
    assert!(all > 0 && restored == 0);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|what| what.contains("no marker")), "{found:?}");
}

#[test]
fn what_is_not_there_or_has_another_size_is_told_and_not_taken() {
    let (all, restored, found) = after(|place| {
        let copy = place.a_copy();
        put(&copy, b"another size");
        let sum = tree::sha256(&alone(place));
        let tree = tree::snapshot(&place.destination);
        let (gone, _) = tree
            .iter()
            .find(|(_, entry)| entry.sha256 == sum)
            .expect("a copy");
        place::rm(&place.destination.join(gone));
    });
    // One file fewer at the destination, and one that is another.
    assert_eq!(restored as usize, all - 2);
    assert!(
        found.iter().any(|what| what.contains("another size")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|what| what.contains("not at the destination")),
        "{found:?}"
    );
}

#[test]
fn a_marker_that_leads_out_of_the_destination_is_not_followed() {
    let (all, restored, found) = after(|place| {
        let line = |key: &str, sum: &str| {
            format!(
                r#"{{"key":"{key}","sha256":"{sum}","size":3,"from":"/x/a.jpg","mtimeNs":1,"kind":"jpeg"}}"#
            )
        };
        let sum = "ab".repeat(32);
        let text = format!(
            "{}\n{}\n{}\n{}\n",
            r#"{"albumen":1,"files":3,"bytes":9}"#,
            line("../library/x.jpg", &sum),
            line("/etc/passwd", &sum),
            line("fine.jpg", "no digest"),
        );
        put(&place.destination.join(of(text.as_bytes())), text.as_bytes());
        put(&place.destination.join("fine.jpg"), b"abc");
    });
    assert_eq!(restored as usize, all, "the others are known");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn of_two_markers_that_contradict_each_other_the_bytes_decide() {
    let (all, restored, found) = after(|place| {
        let copy = place.a_copy();
        let key = copy
            .strip_prefix(&place.destination)
            .expect("below")
            .to_string_lossy()
            .into_owned();
        let size = copy.metadata().expect("a copy").len();
        let text = format!(
            "{{\"albumen\":1,\"files\":1,\"bytes\":{size}}}\n{{\"key\":\"{key}\",\"sha256\":\"{}\",\"size\":{size},\"from\":\"/x/a.jpg\",\"mtimeNs\":1,\"kind\":\"jpeg\"}}\n",
            "cd".repeat(32)
        );
        put(&place.destination.join(of(text.as_bytes())), text.as_bytes());
    });
    assert_eq!(restored as usize, all, "the name counts once");
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("Another marker"), "{found:?}");
}

#[test]
fn a_place_without_markers_or_without_anything_is_no_empty_catalog() {
    let (_work, place) = lost();
    let rebuild = |to: &Path| {
        let output = place
            .cli
            .run(&["rebuild", "--to", &format!("file://{}", to.display())]);
        assert_eq!(place::wordless(&output), None);
        let error = output.json.last().expect("an error");
        (output.status, error["code"].as_str().expect("code").to_owned())
    };
    let empty = place.library.with_file_name("empty");
    std::fs::create_dir(&empty).expect("a folder");
    assert_eq!(rebuild(&empty), (3, "no_markers".to_owned()));
    assert_eq!(
        rebuild(&place.library.with_file_name("nothing")),
        (3, "destination_missing".to_owned())
    );
}
