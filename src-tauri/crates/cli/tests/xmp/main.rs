//! What is known of a photo is written into an XMP file beside its copy, on request: all of it, from everyone who is the same
//! photo and from nobody else; other programs read it; nothing else changes for it, and it goes when it is taken back.

mod library;
mod lives;
mod place;

use albumen_testkit::tree;
use library::CARRIED;
use place::{Place, report, said};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn texts(row: &Value, what: &str) -> Vec<String> {
    let facts = row["facts"].as_array().into_iter().flatten();
    let of = facts.filter(|fact| fact["what"] == what);
    of.map(|fact| fact["text"].as_str().expect("a text").to_owned())
        .collect()
}

fn sorted(list: &Value) -> Vec<&str> {
    let mut texts: Vec<&str> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    texts.sort_unstable();
    texts
}

#[test]
fn the_preview_says_what_each_photo_gets_and_who_says_it() {
    let place = Place::new();
    let plan = place.cli.ok(&["plan", &place.url(), "--xmp"]);
    assert_eq!(
        report(&plan)["xmp"],
        json!({
            "write": 3, "written": 0, "failed": 0, "there": 0, "outdated": 0, "own": 2, "ownLacks": 1, "taken": 0
        })
    );
    let rows: Vec<&Value> = plan.json.iter().filter(|line| line["type"] == "xmp").collect();
    let row = |name: &str| {
        let found = rows
            .iter()
            .find(|row| row["to"].as_str().expect("a name").ends_with(name));
        *found.unwrap_or_else(|| panic!("{name}: {rows:?}"))
    };
    let kept = row("/keep.jpg.xmp");
    assert_eq!(texts(kept, "keyword"), ["sea", "Porto"]);
    assert_eq!(
        (texts(kept, "rating"), texts(kept, "title")),
        (vec!["4".into()], vec!["Pier".into()])
    );
    let from = kept["facts"][0]["from"].as_str().expect("a path");
    assert!(from.ends_with("small/keep.jpg"), "{from}");
    assert_eq!(texts(row("/IMG_1.jpg.xmp"), "album"), ["Porto"]);
    assert_eq!(row("/own.jpg.xmp")["becomes"], "own");
    let lacks = row("/lacks.jpg.xmp");
    assert_eq!(
        (&lacks["becomes"], texts(lacks, "caption")),
        (&json!("ownLacks"), vec!["More is known".into()])
    );
    assert!(rows.iter().all(|row| !row.to_string().contains("not mine")));
    assert_eq!(tree::snapshot(&place.there()), place.before, "it was a preview");
    let without = place.cli.ok(&["plan", &place.url()]);
    assert!(report(&without).get("xmp").is_none());
}

#[test]
fn what_was_put_in_comes_out_and_nothing_else_changes() {
    let place = Place::new();
    let moved = place.migrate();
    assert_eq!(report(&moved)["written"]["files"], 3);
    assert_eq!(report(&moved)["notWritten"], 0);
    let written = place.written();
    let names: Vec<&str> = written.keys().map(String::as_str).collect();
    assert_eq!(names, ["IMG_1.jpg.xmp", "IMG_9.jpg.xmp", "keep.jpg.xmp"]);
    for path in written.values() {
        assert!(path.with_extension("").is_file(), "it lies beside its copy");
    }

    let read = said(&place.cli, &written["IMG_1.jpg.xmp"]);
    assert_eq!(read["said"]["caption"], CARRIED);
    assert_eq!(read["said"]["people"], json!(["Anna", "Ben | Co"]));
    assert_eq!(
        sorted(&read["said"]["keywords"]),
        ["Anna", "Ben | Co", "Favorite", "Porto"],
        "each is a flat keyword as well"
    );
    let tags = read["said"]["tags"].as_array().expect("tags");
    for tag in ["People/Anna", "Albums/Porto", "Favorite"] {
        assert!(tags.contains(&json!(tag)), "{tag}: {tags:?}");
    }
    assert!(
        read["said"].get("rating").is_none(),
        "a star of Google's is no rating"
    );
    assert_eq!(read["dates"][0]["local"], "2019-07-13T06:40:00");
    assert_eq!(read["dates"][0]["offset"], 0);
    let north = read["gps"][0].as_f64().expect("a place");
    assert!((north - 52.508_333).abs() < 1e-9);

    let read = said(&place.cli, &written["keep.jpg.xmp"]);
    assert_eq!(read["said"]["rating"], 4);
    assert_eq!(read["said"]["title"], "Pier");
    assert_eq!(sorted(&read["said"]["tags"]), ["Places/Porto", "sea"]);

    let endless = said(&place.cli, &written["IMG_9.jpg.xmp"])["said"]["caption"].clone();
    let endless = endless.as_str().expect("a caption");
    assert!(
        endless.len() <= 16 << 10 && endless.len() > 16_000,
        "{}",
        endless.len()
    );
    assert!(endless.chars().all(|c| c == '\u{e9}'));

    assert_eq!(tree::snapshot(&place.library()), place.originals);
    let there = tree::snapshot(&place.there());
    let sums: Vec<&str> = there.values().map(|entry| entry.sha256.as_str()).collect();
    let own = &place.originals[Path::new("camera/own.jpg.xmp")].sha256;
    assert!(
        sums.contains(&own.as_str()),
        "its own XMP file is copied as it is"
    );
    assert!(exiftool_agrees(
        &written["IMG_1.jpg.xmp"],
        &written["keep.jpg.xmp"]
    ));
}

/// Another program reads the same; where it is not installed, that is said.
fn exiftool_agrees(of_takeout: &Path, of_duplicate: &Path) -> bool {
    let read = |path: &Path| -> Option<Value> {
        let mut command = Command::new("exiftool");
        let output = command
            .args(["-json", "-struct", "-n", "-validate", "-all"])
            .arg(path)
            .output()
            .ok()?;
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        Some(told[0].clone())
    };
    let Some(told) = read(of_takeout) else {
        eprintln!("NOT CHECKED: exiftool is not installed");
        return true;
    };
    assert_eq!(told["Description"], CARRIED);
    assert_eq!(told["PersonInImage"], json!(["Anna", "Ben | Co"]));
    assert_eq!(
        sorted(&told["TagsList"]),
        ["Albums/Porto", "Favorite", "People/Anna", "People/Ben | Co"]
    );
    assert_eq!(
        sorted(&told["HierarchicalSubject"]),
        ["Albums|Porto", "Favorite", "People|Anna", "People|Ben - Co"]
    );
    assert_eq!(told["DateTimeOriginal"], "2019:07:13 06:40:00Z");
    let east = told["GPSLongitude"].as_f64().expect("a place");
    assert!((east + 13.26).abs() < 1e-6, "{east}");
    assert!(
        told.get("Error").is_none() && told.get("Warning").is_none(),
        "{told}"
    );
    let told = read(of_duplicate).expect("it is installed");
    assert_eq!((&told["Rating"], &told["Title"]), (&json!(4), &json!("Pier")));
    assert_eq!(sorted(&told["Subject"]), ["Porto", "sea"]);
    assert_eq!(sorted(&told["TagsList"]), ["Places/Porto", "sea"]);
    true
}
