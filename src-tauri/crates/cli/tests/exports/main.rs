//! What is left at the destination for whoever comes without Albumen: the library's list, twice, and a copy of the catalog. They
//! say what stands, the copy opens, a second run writes nothing, new ones take the place of the old, strangers stay, and a roll
//! back takes all of it away. In a folder and in a bucket.

mod cut_off;
mod lists;
mod place;

use albumen_testkit::tree;
use place::{Place, each, of_type, rm};
use std::collections::BTreeSet;

#[test]
fn a_second_run_writes_nothing_and_a_new_photo_replaces_what_was_left() {
    each(|place| {
        assert_eq!(place.migrate().1, 3);
        let (first, stands, puts) = (place.exports(), place.tree(), place.puts());
        assert_eq!(place.migrate(), (0, 0));
        assert_eq!(tree::differences(&stands, &place.tree()), "");
        assert_eq!(place.puts(), puts, "not one object was written");
        place.cli.ok(&["verify", &place.url]);
        assert_eq!(place.migrate(), (0, 0), "to verify changes nothing of it");

        place.add("late.jpg", 50);
        assert_eq!(place.migrate(), (1, 3));
        let second = place.exports();
        assert_eq!(second.len(), 3);
        assert!(first.is_disjoint(&second), "{first:?} {second:?}");
        place.all_genuine();
        assert_eq!(place.migrate(), (0, 0));
    });
}

#[test]
fn strangers_stay_and_a_roll_back_leaves_what_was_there_before() {
    each(|place| {
        let strange = [
            ".albumen/exports/notes.txt",
            ".albumen/exports/0123456789abcdef-library.csv",
        ];
        for name in strange {
            place.put_as_stranger(name, b"a stranger's");
        }
        let before = place.tree();
        place.migrate();
        place.add("late.jpg", 50);
        place.migrate();
        assert_eq!(place.exports().len(), 3 + strange.len());
        place.cli.ok(&["rollback", &place.url]);
        assert_eq!(tree::differences(&before, &place.tree()), "");
        // And once more from the beginning.
        assert_eq!(place.migrate().1, 3);
        place.cli.ok(&["rollback", &place.url]);
        assert_eq!(tree::differences(&before, &place.tree()), "");
    });
}

#[test]
fn of_what_nobody_wants_nothing_is_left_and_it_can_be_left_later() {
    each(|place| {
        place.cli.ok(&["migrate", &place.url, "--no-export"]);
        assert!(place.exports().is_empty());
        assert_eq!(place.migrate(), (0, 3));
        place.all_genuine();
        let stands = place.exports();
        place.add("late.jpg", 50);
        place.cli.ok(&["migrate", &place.url, "--no-export"]);
        assert_eq!(place.exports(), stands, "what was left stays as it is");
    });
}

#[test]
fn what_somebody_removed_stays_away_until_there_is_something_new() {
    each(|place| {
        place.migrate();
        for name in place.exports() {
            place.remove(&format!(".albumen/exports/{name}"));
        }
        assert_eq!(place.migrate(), (0, 0));
        assert!(place.exports().is_empty());
        place.add("late.jpg", 50);
        assert_eq!(place.migrate(), (1, 3));
        place.all_genuine();
    });
}

/// While an original is not in its place its copy stays, and so does what tells of it.
#[test]
fn a_roll_back_that_leaves_a_copy_leaves_the_list() {
    each(|place| {
        place.migrate();
        let exports = place.exports();
        let original = place.library.join("IMG_2.jpg");
        let bytes = std::fs::read(&original).expect("read");
        rm(&original);
        place.cli.ok(&["rollback", &place.url]);
        assert_eq!((place.photos().len(), place.exports()), (1, exports));
        albumen_testkit::write::put(original, &bytes, place::TAKEN + 14);
        place.cli.ok(&["rollback", &place.url]);
        assert!(place.tree().is_empty(), "{:?}", place.tree());
    });
}

#[test]
fn damage_leads_to_nothing_worse_than_a_new_list() {
    each(|place| {
        place.migrate();
        let photos = place.photos();
        let exports = place.exports();
        let named = |end: &str| {
            let found = exports.iter().find(|name| name.ends_with(end));
            found.expect("left").clone()
        };
        let (damaged, gone) = (named("library.jsonl"), named("library.csv"));
        place.put_as_stranger(&format!(".albumen/exports/{damaged}"), b"not what it was");
        place.remove(&format!(".albumen/exports/{gone}"));
        place.cli.ok(&["verify", &place.url]);
        let rebuilt = place.cli.ok(&["rebuild", "--to", &place.url]);
        assert_eq!(of_type(&rebuilt, "finding").len(), 0, "{}", rebuilt.stdout);
        assert_eq!(place.migrate(), (0, 3));
        let mut now = place.exports();
        assert!(now.remove(&damaged), "what is not surely ours is not removed");
        assert_eq!(now.len(), 3);
        place.genuine(&now);
        assert_eq!(place.photos(), photos);
        assert_eq!(place.migrate(), (0, 0));
    });
}

/// An export under a name that another file has goes under the next one.
#[test]
fn a_damaged_list_does_not_stand_in_the_way_of_the_same_list() {
    let place = Place::folder();
    place.migrate();
    let sql = "SELECT value FROM setting WHERE key LIKE 'exports:%'";
    let noted: serde_json::Value = serde_json::from_str(&place.ask(sql)).expect("JSON");
    let key = noted["files"][1]["key"].as_str().expect("a key").to_owned();
    let whole = std::fs::read(place.there().join(&key)).expect("the list");
    place.put_as_stranger(&key, b"not what it was");
    // As a run that was killed after it made all three: they wait in its private folder.
    let made = place.root.join("catalog.db.exports");
    for file in noted["files"].as_array().expect("files") {
        let (name, key) = (
            file["name"].as_str().expect("name"),
            file["key"].as_str().expect("key"),
        );
        let bytes = std::fs::read(place.there().join(key)).expect("an export");
        let bytes = if key.ends_with(".csv") {
            whole.clone()
        } else {
            bytes
        };
        albumen_testkit::write::put(made.join(name), &bytes, 1);
    }
    place.tamper("UPDATE setting SET value = replace(value, '\"state\":\"left\"', '\"state\":\"leaving\"') WHERE key LIKE 'exports:%'");
    assert_eq!(place.migrate(), (0, 3));
    let second = place
        .exports()
        .into_iter()
        .find(|name| name.ends_with("-2-library.csv"));
    let second = second.expect("under the next name");
    assert_eq!(
        std::fs::read(place.there().join(".albumen/exports").join(second)).expect("read"),
        whole
    );
    assert!(!made.exists());
    assert_eq!(place.migrate(), (0, 0));
}

#[test]
fn where_it_cannot_be_left_the_photos_are_moved_and_that_is_said() {
    let place = Place::folder();
    // A file where the folder should be.
    place.put_as_stranger(".albumen/exports", b"a stranger's");
    let said = place.cli.run(&["migrate", &place.url]);
    assert_eq!(said.status, 1, "{}{}", said.stdout, said.stderr);
    let finding = of_type(&said, "finding");
    assert_eq!(finding[0]["code"], "exports_failed", "{}", said.stdout);
    let words = |of: &str| finding[0][of].as_str().expect("words").to_owned();
    assert!(
        words("message").starts_with("The list of the library and the copy of the catalog could not be left")
    );
    assert!(words("safe").starts_with("All photos that were sent are there"));
    let report = of_type(&said, "report")[0];
    assert_eq!(report["copied"], report["copy"], "the photos are");
    place.cli.ok(&["verify", &place.url]);
    assert_eq!(
        place.cli.run(&["migrate", &place.url]).status,
        1,
        "it is not forgotten"
    );
    place.remove(".albumen/exports");
    assert_eq!(place.migrate(), (0, 3));
    assert_eq!(place.migrate(), (0, 0));
}

#[test]
fn machines_that_share_a_move_leave_their_own_and_touch_no_others() {
    let place = Place::folder();
    place.cli.run(&["migrate", &place.url, "--shard", "1/2"]);
    let first: BTreeSet<String> = place.exports();
    let other = place.another_machine();
    other.cli.run(&["migrate", &other.url, "--shard", "2/2"]);
    let both = place.exports();
    assert!(first.is_subset(&both), "{first:?} {both:?}");
    place.add("late.jpg", 50);
    place.cli.run(&["migrate", &place.url, "--shard", "1/2"]);
    let now = place.exports();
    assert!(
        both.difference(&first).all(|others| now.contains(others)),
        "{both:?} {now:?}"
    );
    rm(&place.root.join("catalog.db.exports"));
}
