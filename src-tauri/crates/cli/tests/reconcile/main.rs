//! The destination is compared with what was placed there: what differs is named, all of it and nothing else, and repaired
//! from what was named. In a folder and on a real S3 server.
//!
//! `ALBUMEN_OBJECTS` sets how many objects an agreeing library has whose requests are counted.

mod agreeing;
mod conflicts;
mod damage;
mod looks;
mod place;

use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::random::Random;
use albumen_testkit::tree;
use damage::{DAMAGES, Damage, spoil};
use place::{Place, put, rm};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const FILES: usize = 240;

/// Key and symbol of all that was named.
fn named(output: &Output) -> BTreeMap<String, String> {
    let rows = output.json.iter().filter(|line| line["type"] == "difference");
    rows.map(|row| {
        let text = |name: &str| row[name].as_str().expect("text").to_owned();
        (text("key"), text("symbol"))
    })
    .collect()
}

fn of<'a>(output: &'a Output, kind: &str) -> &'a Value {
    let line = output.json.iter().find(|line| line["type"] == kind);
    line.unwrap_or_else(|| panic!("no {kind}: {}{}", output.stdout, output.stderr))
}

fn moved(bucket: bool, files: usize) -> (tempfile::TempDir, Place) {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path(), bucket, files);
    (work, place)
}

fn agrees(place: &Place) {
    let output = place.cli.ok(&["reconcile", &place.url]);
    assert_eq!(named(&output), BTreeMap::new());
    let placed = place.placed().len() as u64;
    assert_eq!(of(&output, "reconciliation")["agreed"]["files"], placed);
}

/// A hundred damages, and what has to be said of each.
fn hundred(place: &Place, seed: u64) -> BTreeMap<String, String> {
    let mut random = Random::new(seed, 3);
    let mut keys = place.with_bytes();
    let mut expected = BTreeMap::new();
    while expected.len() < DAMAGES {
        let damage = Damage::ALL[expected.len() % Damage::ALL.len()];
        // A swap concerns two.
        if damage == Damage::Swapped && expected.len() + 2 > DAMAGES {
            spoil(place, Damage::Deleted, &mut keys, &mut random, &mut expected);
        } else {
            spoil(place, damage, &mut keys, &mut random, &mut expected);
        }
    }
    expected
}

fn names_and_repairs_a_hundred(bucket: bool) {
    let (_work, place) = moved(bucket, FILES);
    agrees(&place);
    let (library, whole) = (tree::snapshot(&place.library), place.placed());
    let expected = hundred(&place, u64::from(bucket));
    assert_eq!(expected.len(), DAMAGES);
    let before = place.stored();
    let found = place.cli.run(&["reconcile", &place.url]);
    assert_eq!(found.status, 1, "{}", found.stderr);
    assert_eq!(named(&found), expected, "all of them, and nothing else");
    assert_eq!(place.stored(), before, "a comparison writes nothing");

    let asked = place
        .cli
        .run(&["reconcile", &place.url, "--repair", "--conflicts", "source"]);
    assert_eq!(asked.status, 0, "{}{}", asked.stdout, asked.stderr);
    let repaired = of(&asked, "repaired");
    let count = |symbol: &str| expected.values().filter(|one| *one == symbol).count() as u64;
    assert_eq!(repaired["sent"]["files"], count("+"));
    assert_eq!(repaired["replaced"]["files"], count("*"));
    assert_eq!(repaired["left"], count("-"));
    agrees(&place);
    let now = place.placed();
    assert!(whole.iter().all(|(key, sum)| now.get(key) == Some(sum)));
    assert_eq!(
        now.len(),
        whole.len() + count("-") as usize,
        "what is not ours stays"
    );
    place.cli.ok(&["verify", &place.url]);
    assert_eq!(tree::differences(&library, &tree::snapshot(&place.library)), "");
}

#[test]
fn a_hundred_damages_in_a_folder_are_named_and_repaired_and_nothing_else() {
    names_and_repairs_a_hundred(false);
}

#[test]
fn a_hundred_damages_in_a_bucket_are_named_and_repaired_and_nothing_else() {
    names_and_repairs_a_hundred(true);
}

#[test]
fn markers_that_are_gone_or_damaged_are_told_and_written_anew() {
    for bucket in [false, true] {
        let (_work, place) = moved(bucket, 400);
        let markers = place.markers();
        assert!(markers.len() > 1);
        place.remove(&markers[0]);
        let mut text = place.read(&markers[1]);
        text[60] ^= 1;
        place.write(&markers[1], &text);
        let found = place.cli.run(&["reconcile", &place.url]);
        assert_eq!(found.status, 1);
        assert_eq!(of(&found, "reconciliation")["spoiltMarkers"], 2);
        let found = named(&found);
        assert!(
            !found.is_empty() && found.values().all(|symbol| symbol == "!"),
            "{found:?}"
        );
        let repaired = place.cli.ok(&["reconcile", &place.url, "--repair"]);
        assert!(of(&repaired, "repaired")["markers"].as_u64() > Some(0));
        agrees(&place);
        // They tell everything, as before.
        let other = place.another("other");
        let told = other.ok(&["rebuild", "--to", &place.url]);
        assert_eq!(
            of(&told, "rebuilt")["restored"]["files"],
            place.placed().len() as u64
        );
    }
}

#[test]
fn what_cannot_be_sent_again_stays_named_and_keeps_originals_from_being_deleted() {
    let (_work, place) = moved(false, 60);
    place.cli.ok(&["verify", &place.url]);
    let keys: Vec<String> = place.placed().into_keys().collect();
    let sums = place.placed();
    let alone = |key: &&String| sums.values().filter(|sum| **sum == sums[*key]).count() == 1;
    let lost = keys
        .iter()
        .find(|key| alone(key))
        .expect("a photo without a twin");
    let original = place.original_of(&sums[lost]);
    place.remove(lost);
    rm(&original);
    place
        .cli
        .ok(&["scan", &place.library.to_string_lossy(), "--gone"]);
    let found = place
        .cli
        .run(&["reconcile", &place.url, "--repair", "--conflicts", "source"]);
    assert_eq!(found.status, 1);
    assert_eq!(named(&found), BTreeMap::from([(lost.clone(), "+".to_owned())]));
    assert_eq!(of(&found, "repaired")["open"], 1);
    let again = place.cli.run(&["reconcile", &place.url]);
    assert_eq!(again.status, 1, "it is not forgotten");
    let row = again
        .json
        .iter()
        .find(|line| line["type"] == "difference")
        .expect("one");
    assert!(row["why"].as_str().expect("words").contains("original"), "{row}");

    // Another whose copy differs has no receipt any more.
    let spoilt = keys.iter().rev().find(|key| alone(key)).expect("another");
    let bytes = place.read(spoilt);
    place.write(spoilt, &vec![0; bytes.len()]);
    place.cli.run(&["reconcile", &place.url]);
    let asked = place.cli.run(&["delete-originals", &place.url]);
    let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
    place
        .cli
        .run(&["delete-originals", &place.url, "--permanent", "--confirm", &words]);
    assert!(place.original_of(&sums[spoilt]).exists(), "its copy is no proof");
}

#[test]
fn where_both_are_wanted_both_are_there() {
    for bucket in [false, true] {
        let (_work, place) = moved(bucket, 40);
        let whole = place.placed();
        let key = whole.keys().next().expect("a photo").clone();
        place.write(&key, b"edited by somebody");
        let theirs = place.placed()[&key].clone();
        // Nothing is done unasked.
        let asked = place.cli.run(&["reconcile", &place.url, "--repair"]);
        assert_eq!((asked.status, place.placed()[&key] == theirs), (1, true));
        place
            .cli
            .ok(&["reconcile", &place.url, "--repair", "--conflicts", "both"]);
        let now = place.placed();
        assert_eq!(now[&key], theirs);
        assert_eq!(
            now.values().filter(|sum| **sum == whole[&key]).count(),
            whole.values().filter(|sum| **sum == whole[&key]).count()
        );
        agrees_but(&place, &[&key]);
        let moved = place.cli.ok(&["migrate", &place.url]);
        assert_eq!(of(&moved, "report")["sent"]["files"], 0, "{}", moved.stdout);
        place.cli.ok(&["verify", &place.url]);
        // What others have is theirs: a roll back leaves it, and takes what was placed beside it.
        place.cli.ok(&["rollback", &place.url]);
        assert_eq!(place.placed(), BTreeMap::from([(key, theirs)]));
    }
}

/// As [`agrees`], where others have something too.
fn agrees_but(place: &Place, theirs: &[&str]) {
    let output = place.cli.ok(&["reconcile", &place.url]);
    assert_eq!(named(&output), BTreeMap::new());
    let placed = (place.placed().len() - theirs.len()) as u64;
    assert_eq!(of(&output, "reconciliation")["agreed"]["files"], placed);
}

#[test]
fn a_stranger_that_changes_is_named_again() {
    let (_work, place) = moved(false, 20);
    place.write("2019/theirs.jpg", b"one");
    let extra = BTreeMap::from([("2019/theirs.jpg".to_owned(), "-".to_owned())]);
    assert_eq!(named(&place.cli.run(&["reconcile", &place.url])), extra);
    place.cli.ok(&["reconcile", &place.url, "--repair"]);
    assert_eq!(named(&place.cli.ok(&["reconcile", &place.url])), BTreeMap::new());
    place.write("2019/theirs.jpg", b"another");
    assert_eq!(named(&place.cli.run(&["reconcile", &place.url])), extra);
}

#[test]
fn another_machine_knows_by_the_markers_what_is_missing() {
    let (_work, place) = moved(true, 60);
    let key = place.placed().into_keys().next().expect("a photo");
    place.remove(&key);
    let other = place.another("other");
    let found = other.run(&["reconcile", &place.url]);
    assert_eq!(found.status, 1);
    assert_eq!(named(&found), BTreeMap::from([(key, "+".to_owned())]));
    let told = of(&found, "reconciliation");
    assert_eq!(
        told["bySize"],
        place.placed().len() as u64,
        "and says that a size proves nothing"
    );
    assert_eq!(named(&other.run(&["reconcile", &place.url, "--full"])).len(), 1);
}

#[test]
fn a_repair_that_is_killed_goes_on() {
    for bucket in [false, true] {
        let (_work, place) = moved(bucket, 120);
        let whole = place.placed();
        let expected = hundred_of(&place, 60);
        let args = ["reconcile", &place.url, "--repair", "--conflicts", "source"];
        let mut random = Random::new(5, 5);
        for round in 0..6u32 {
            let mut child = place.cli.spawn(&args);
            let until = Instant::now() + Duration::from_millis(u64::from(60 * round + random.below(80)));
            while Instant::now() < until && child.try_wait().expect("wait").is_none() {
                std::thread::yield_now();
            }
            child.kill().ok();
            wait(child);
            let sums: BTreeSet<String> = whole.values().cloned().collect();
            let stored = place.placed();
            for key in whole.keys().filter(|key| !expected.contains_key(*key)) {
                assert!(sums.contains(&stored[key]), "{key} was not to be touched");
            }
        }
        place.cli.ok(&args);
        let now = place.placed();
        assert!(whole.iter().all(|(key, sum)| now.get(key) == Some(sum)));
        agrees(&place);
        let temporary = place
            .stored()
            .into_keys()
            .filter(|key| key.contains(".albumen-part-"));
        assert_eq!(temporary.count(), 0);
    }
}

fn hundred_of(place: &Place, some: usize) -> BTreeMap<String, String> {
    let mut random = Random::new(8, 8);
    let mut keys = place.with_bytes();
    let mut expected = BTreeMap::new();
    while expected.len() < some {
        let damage = [Damage::Deleted, Damage::Cut, Damage::Flipped][expected.len() % 3];
        spoil(place, damage, &mut keys, &mut random, &mut expected);
    }
    expected
}

#[test]
fn a_place_that_is_away_or_another_is_no_difference() {
    let (_work, place) = moved(false, 20);
    let there = place.there();
    let aside = there.with_file_name("aside");
    assert!(place::mv(&there, &aside));
    let refused = place.cli.run(&["reconcile", &place.url, "--repair"]);
    assert_eq!(refused.status, 3, "{}", refused.stdout);
    std::fs::create_dir(&there).expect("an empty folder");
    put(&there.join("x.jpg"), b"another disk");
    let refused = place.cli.run(&["reconcile", &place.url, "--repair"]);
    assert_eq!(refused.status, 3, "{}", refused.stdout);
    assert_eq!(tree::snapshot(&there).len(), 1, "nothing was sent there");
}
