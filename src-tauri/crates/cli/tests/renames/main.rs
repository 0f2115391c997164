//! A photo that was renamed or moved is the same photo: nothing is sent twice, and what was said of it stays said.

mod place;

use albumen_testkit::app::wait;
use albumen_testkit::random::Random;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use place::{Place, of_type};
use std::time::{Duration, Instant};

const EARLIER: &str = "Already there, under its earlier name.";

#[test]
fn one_that_was_renamed_is_there_already() {
    let place = Place::moved(&["a/one.jpg", "a/two.jpg"]);
    let one = place.id("one.jpg");
    place.rename("a/one.jpg", "a/trip/beach.jpg");
    place.scan();
    assert_eq!(place.id("trip/beach.jpg"), one);
    let plan = place.plan();
    let there = |why: &str| ("alreadyThere".to_owned(), why.to_owned());
    assert_eq!(plan["a/trip/beach.jpg"], there(EARLIER));
    assert_eq!(plan["a/two.jpg"], there("Placed by an earlier run."));
    place.nothing_to_send();
    assert_eq!(place.rows().len(), 2);
    for asked in ["a/one.jpg", "a/trip/beach.jpg"] {
        let said = place
            .cli
            .ok(&["where", place.path(asked).to_str().expect("a path")]);
        let found = of_type(&said, "origin");
        assert_eq!(found.len(), 1, "{asked}: {}", said.stdout);
        assert_eq!(found[0]["copies"][0]["key"], "one.jpg");
        let timeline = found[0]["timeline"].as_array().expect("a timeline");
        let renamed = timeline
            .iter()
            .find(|one| one["kind"] == "renamed")
            .expect("told");
        let what = renamed["what"].as_str().expect("words");
        assert!(
            what.contains("a/one.jpg to ") && what.ends_with("a/trip/beach.jpg"),
            "{what}"
        );
    }
    // What comes later goes to where the photo is.
    let xmp = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>";
    put(place.path("a/trip/beach.xmp"), xmp, 5);
    place.scan();
    assert_eq!(place.migrate(), 1);
    assert!(
        place.home().join("one.xmp").is_file(),
        "{:?}",
        tree::snapshot(&place.home()).keys()
    );
}

#[test]
fn a_folder_of_five_hundred_gets_another_name() {
    let names: Vec<String> = (0..500).map(|n| format!("a/2019/{n:03}.jpg")).collect();
    let place = Place::moved(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let before = place.rows();
    place.rename("a/2019", "a/Summer of 2019");
    place.scan();
    let after = place.rows();
    assert_eq!(after.len(), 500);
    for (was, is) in before.iter().zip(&after) {
        assert_eq!((was.0, was.2, is.3), (is.0, is.2, false));
        assert_eq!(is.1, was.1.replace("2019/", "Summer of 2019/"));
    }
    assert!(place.plan().values().all(|(_, why)| why == EARLIER));
    place.nothing_to_send();
    // Back again: as if nothing had been.
    place.rename("a/Summer of 2019", "a/2019");
    place.scan();
    assert_eq!(place.rows(), before);
    place.nothing_to_send();
}

#[test]
fn names_that_are_swapped_passed_on_and_taken() {
    let place = Place::moved(&["a/1.jpg", "a/2.jpg", "a/3.jpg", "a/4.jpg"]);
    let ids = ["1.jpg", "2.jpg", "3.jpg", "4.jpg"].map(|name| place.id(name));
    place.rename("a/1.jpg", "a/x");
    place.rename("a/2.jpg", "a/1.jpg");
    place.rename("a/x", "a/2.jpg");
    place.scan();
    assert_eq!([place.id("2.jpg"), place.id("1.jpg")], [ids[0], ids[1]]);
    place.nothing_to_send();
    // The second is deleted, and the others move up, as after a sort.
    place.remove("a/1.jpg");
    for (from, to) in [("2", "1"), ("3", "2"), ("4", "3")] {
        place.rename(&format!("a/{from}.jpg"), &format!("a/{to}.jpg"));
    }
    place.scan();
    assert_eq!(
        [place.id("1.jpg"), place.id("2.jpg"), place.id("3.jpg")],
        [ids[0], ids[2], ids[3]]
    );
    place.nothing_to_send();
    // And a new one takes the name that became free.
    place.rename("a/3.jpg", "a/5.jpg");
    place.put("a/3.jpg", 77);
    place.scan();
    assert_eq!(place.id("5.jpg"), ids[3]);
    assert_eq!(place.migrate(), 1);
    place.verify();
    let said = place.rollback();
    let left = &of_type(&said, "rolledBack")[0]["left"];
    assert_eq!(
        left[0]["files"], 1,
        "the copy of what was deleted by hand stays: {left}"
    );
}

#[test]
fn from_one_source_to_another_and_back() {
    let place = Place::moved(&["a/one.jpg", "a/two.jpg", "a/three.jpg"]);
    place.put("b/four.jpg", 4);
    place.cli.ok(&["scan", place.path("b").to_str().expect("a path")]);
    assert_eq!(place.migrate(), 1);
    let before = place.rows();
    place.rename("a/one.jpg", "b/deep/one.jpg");
    place.rename("b/four.jpg", "a/four.jpg");
    place.scan();
    assert_eq!(
        (place.id("deep/one.jpg"), place.id("four.jpg")),
        (before[0].0, before[3].0)
    );
    let plan = place.plan();
    assert_eq!(plan["b/deep/one.jpg"].1, EARLIER);
    assert_eq!(plan["a/four.jpg"].1, EARLIER);
    place.nothing_to_send();
    place.rename("b/deep/one.jpg", "a/one.jpg");
    place.rename("a/four.jpg", "b/four.jpg");
    place.scan();
    assert_eq!(place.rows(), before);
    place.nothing_to_send();
}

#[test]
fn other_bytes_are_another_photo() {
    let place = Place::moved(&["a/one.jpg", "a/two.jpg"]);
    let one = place.id("one.jpg");
    place.rename("a/one.jpg", "a/new.jpg");
    place.put("a/new.jpg", 50);
    place.scan();
    assert_ne!(place.id("new.jpg"), one);
    assert_eq!(place.migrate(), 1);
    // Edited where it is, it has the row that it had.
    let two = place.id("two.jpg");
    place.put("a/two.jpg", 51);
    place.scan();
    assert_eq!(place.id("two.jpg"), two);
    assert_eq!(place.migrate(), 1);
}

#[test]
fn copied_and_then_deleted_where_it_was() {
    let place = Place::moved(&["a/one.jpg", "a/two.jpg", "a/three.jpg"]);
    let ids = ["one.jpg", "two.jpg", "three.jpg"].map(|name| place.id(name));
    place.copy("a/one.jpg", "a/x/one.jpg");
    place.remove("a/one.jpg");
    // Another inode under another name: nothing says that it is the same.
    place.copy("a/two.jpg", "a/x/other.jpg");
    place.remove("a/two.jpg");
    // What is still there was not moved.
    place.copy("a/three.jpg", "a/x/three.jpg");
    place.scan();
    assert_eq!((place.id("x/one.jpg"), place.id("three.jpg")), (ids[0], ids[2]));
    assert!(!ids.contains(&place.id("x/other.jpg")) && !ids.contains(&place.id("x/three.jpg")));
    // It was met as a copy: it stays one when its original goes.
    let copy = place.id("x/three.jpg");
    place.remove("a/three.jpg");
    place.scan();
    assert_eq!(place.id("x/three.jpg"), copy);
}

#[test]
fn only_the_case_of_a_name() {
    let place = Place::moved(&["a/one.JPG", "a/two.jpg"]);
    let one = place.id("one.JPG");
    place.rename("a/one.JPG", "a/One.jpg");
    place.scan();
    assert_eq!(place.id("One.jpg"), one);
    place.nothing_to_send();
}

#[test]
fn among_duplicates_the_one_that_was_renamed_is_told() {
    let place = Place::new();
    for name in ["a/x/IMG.jpg", "a/y/IMG.jpg", "a/z/copy.jpg"] {
        place.put(name, 1);
    }
    place.cli.ok(&["scan", place.path("a").to_str().expect("a path")]);
    place.migrate();
    let before = place.rows();
    place.rename("a/x/IMG.jpg", "a/z/IMG.jpg");
    place.rename("a/y/IMG.jpg", "a/z/first.jpg");
    place.scan();
    assert_eq!(
        (place.id("z/IMG.jpg"), place.id("z/first.jpg")),
        (before[0].0, before[1].0)
    );
    assert_eq!(place.id("z/copy.jpg"), before[2].0);
    place.nothing_to_send();
}

#[test]
fn what_belongs_together_stays_together() {
    let place = Place::new();
    let xmp = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>";
    for name in ["one", "two"] {
        place.put(
            &format!("a/{name}.jpg"),
            name.len() as u64 + u64::from(name == "two"),
        );
        put(
            place.path(&format!("a/{name}.xmp")),
            &[xmp.as_slice(), name.as_bytes()].concat(),
            5,
        );
    }
    place.cli.ok(&["scan", place.path("a").to_str().expect("a path")]);
    assert_eq!(place.migrate(), 4);
    let assets = |place: &Place| -> Vec<_> { place.rows().iter().map(|row| (row.0, row.2)).collect() };
    let before = assets(&place);
    for end in ["jpg", "xmp"] {
        place.rename(&format!("a/one.{end}"), &format!("a/trip/beach.{end}"));
    }
    place.scan();
    assert_eq!(assets(&place), before);
    place.nothing_to_send();
    // One half alone: each is what it is by its name.
    place.rename("a/two.xmp", "a/lone.xmp");
    place.scan();
    let rows = place.rows();
    let lone = rows.iter().find(|row| row.1 == "lone.xmp").expect("a row");
    assert_eq!(lone.2, Some(lone.0), "{rows:?}");
    place.nothing_to_send();
}

#[test]
fn renamed_after_it_was_verified_then_deleted_and_brought_back() {
    for how in [&["--permanent"][..], &[]] {
        let place = Place::moved(&["a/one.jpg", "a/two.jpg", "a/three.jpg"]);
        place.verify();
        place.rename("a/one.jpg", "a/trip/beach.jpg");
        place.rename("a/two.jpg", "a/x");
        place.rename("a/three.jpg", "a/two.jpg");
        place.rename("a/x", "a/three.jpg");
        let before = place.tree("a");
        place.scan();
        assert_eq!(place.delete(how), 3, "receipts stay with what was renamed");
        assert!(place.tree("a").is_empty());
        place.rollback();
        assert_eq!(tree::differences(&before, &place.tree("a")), "");
        assert!(place.tree("home").is_empty());
        place.scan();
    }
}

#[test]
fn an_original_that_was_deleted_and_lies_elsewhere_now_is_in_its_place() {
    let place = Place::moved(&["a/one.jpg", "a/two.jpg", "a/three.jpg"]);
    place.verify();
    assert_eq!(place.delete(&[]), 3);
    let trash = place.cli.home.join("data/Trash/files/one.jpg");
    assert!(trash.is_file(), "{:?}", tree::snapshot(&place.cli.home).keys());
    place.rename(
        trash
            .strip_prefix(place.path(""))
            .expect("below")
            .to_str()
            .expect("a path"),
        "a/kept/one.jpg",
    );
    place.cli.ok(&["scan", "--gone"]);
    place.rollback();
    let there: Vec<_> = place.tree("a").into_keys().collect();
    assert_eq!(
        there,
        ["kept/one.jpg", "three.jpg", "two.jpg"].map(std::path::PathBuf::from)
    );
    assert!(place.tree("home").is_empty());
}

#[test]
fn a_name_whose_original_was_deleted_is_kept_for_it() {
    let place = Place::moved(&["a/one.jpg", "a/two.jpg", "a/three.jpg"]);
    place.verify();
    place.put("a/four.jpg", 4);
    place.scan();
    assert_eq!(place.migrate(), 1);
    assert_eq!(place.delete(&["--permanent"]), 3);
    // Another photo has the name of one that may have to come back.
    place.rename("a/four.jpg", "a/two.jpg");
    place.cli.ok(&["scan", "--gone"]);
    let said = place.cli.run(&["rollback", &place.url()]);
    assert_eq!(said.status, 1);
    let rolled = of_type(&said, "rolledBack")[0];
    assert_eq!(
        rolled["notRestored"].as_array().map(Vec::len),
        Some(1),
        "{rolled}"
    );
    assert!(place.home().join("two.jpg").is_file(), "the copy stays");
}

#[test]
fn a_scan_that_is_killed_comes_to_the_same_end() {
    let names: Vec<String> = (0..60).map(|n| format!("a/old/{n:02}.jpg")).collect();
    let place = Place::moved(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut random = Random::new(5, 5);
    let mut killed = 0;
    for round in 0..6 {
        let before = place.rows();
        let (from, to) = [("old", "new"), ("new", "old")][round % 2];
        place.rename(&format!("a/{from}"), &format!("a/{to}"));
        place.rename(&format!("a/{to}/00.jpg"), "a/x");
        place.rename(&format!("a/{to}/01.jpg"), &format!("a/{to}/00.jpg"));
        place.rename("a/x", &format!("a/{to}/01.jpg"));
        for _ in 0..5 {
            let mut child = place.cli.spawn(&["scan"]);
            let until = Instant::now() + Duration::from_millis(u64::from(5 + random.below(80)));
            while Instant::now() < until && child.try_wait().expect("wait").is_none() {
                std::thread::yield_now();
            }
            killed += usize::from(child.try_wait().expect("wait").is_none());
            child.kill().ok();
            wait(child);
        }
        place.scan();
        let after = place.rows();
        assert_eq!(after.len(), before.len());
        for (was, is) in before.iter().zip(&after) {
            let name = was.1.replace(from, to);
            let name = match name.rsplit('/').next() {
                Some("00.jpg") => format!("{to}/01.jpg"),
                Some("01.jpg") => format!("{to}/00.jpg"),
                _ => name,
            };
            assert_eq!(
                (was.0, was.2, name.as_str(), false),
                (is.0, is.2, is.1.as_str(), is.3)
            );
        }
        place.nothing_to_send();
    }
    assert!(killed > 10, "only {killed} scans were killed on the way");
}
