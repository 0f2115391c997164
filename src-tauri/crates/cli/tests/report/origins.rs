//! "Where did this come from, and where is it now?" by every name a file has, and after it is gone.

use super::place::{Place, of_type, photo};
use albumen_testkit::app::Output;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use serde_json::Value;

fn moments(one: &Value) -> Vec<&str> {
    let all = one["timeline"].as_array().expect("a timeline");
    all.iter()
        .map(|moment| moment["kind"].as_str().expect("kind"))
        .collect()
}

fn one(output: &Output) -> &Value {
    let found = of_type(output, "origin");
    assert_eq!(found.len(), 1, "{}", output.stdout);
    found[0]
}

#[test]
fn a_file_is_found_by_its_path_its_copy_its_name_there_and_its_digest() {
    let place = Place::with_every_outcome();
    let original = place.library.join("plain.jpg");
    let sum = tree::sha256(&original);
    let (copy, path) = (
        place.home.join("plain.jpg"),
        original.to_str().expect("a path").to_owned(),
    );
    let elsewhere = put(place.root.join("mail/attachment.jpg"), &photo(100), 5);
    let (start, elsewhere) = (sum[..12].to_uppercase(), elsewhere.display().to_string());
    let copy = copy.display().to_string();
    let dotted = place.library.join("twice/../plain.jpg").display().to_string();
    for (asked, words) in [
        ("original", path.as_str()),
        ("original", &dotted),
        ("copy", &copy),
        ("key", "plain.jpg"),
        ("digest", &sum),
        ("digest", &start),
        ("content", &elsewhere),
    ] {
        let said = place.cli.ok(&["where", words]);
        let found = of_type(&said, "origin");
        // Its double has the same bytes, and so the same digest.
        assert_eq!(
            found.len(),
            if ["digest", "content"].contains(&asked) {
                2
            } else {
                1
            },
            "{words}"
        );
        let found = *found
            .iter()
            .find(|one| one["from"] == *path)
            .expect("it is there");
        assert_eq!(
            (found["asked"].as_str(), &found["sha256"]),
            (Some(asked), &sum.as_str().into())
        );
        assert_eq!(found["copies"][0]["key"], "plain.jpg");
        assert_eq!(found["copies"][0]["url"], place.url);
    }
    let said = place.cli.ok(&["where", &path]);
    let found = one(&said);
    assert_eq!(found["dateSource"], "mtime");
    let with: Vec<_> = found["asset"]
        .as_array()
        .expect("asset")
        .iter()
        .map(|part| &part["kind"])
        .collect();
    assert_eq!(with, ["jpeg", "sidecar"]);
    assert_eq!(found["groups"][0]["kind"], "exact");
    assert!(
        found["sameBytes"][0]["path"]
            .as_str()
            .expect("path")
            .ends_with("twice/double.jpg")
    );
    assert_eq!(moments(found), ["found", "fingerprinted", "planned", "copied"]);

    let said = place.cli.ok(&[
        "where",
        place.library.join("twice/double.jpg").to_str().expect("a path"),
    ]);
    let double = one(&said);
    assert!(
        double["copies"][0]["of"]
            .as_str()
            .expect("of another")
            .ends_with("/plain.jpg")
    );
    let said = place.cli.ok(&["where", "there.jpg"]);
    assert_eq!(one(&said)["copies"][0]["wasFound"], true);
    let unknown = place.cli.run(&["where", "/no/such/photo.jpg"]);
    assert_eq!(unknown.status, 1);
    assert!(unknown.stderr.contains("Nothing is known"), "{}", unknown.stderr);
}

#[test]
fn an_original_that_was_deleted_and_one_that_came_back_are_followed() {
    let place = Place::simple(3);
    let path = place.library.join("1.jpg").display().to_string();
    place.cli.ok(&["verify", &place.url]);
    place
        .cli
        .ok(&["delete-originals", &place.url, "--confirm", "delete 3 originals"]);
    assert!(!place.library.join("1.jpg").exists());
    for words in [path.as_str(), "1.jpg"] {
        let said = place.cli.ok(&["where", words]);
        let found = one(&said);
        assert_eq!(
            (found["from"].as_str(), &found["gone"]),
            (Some(path.as_str()), &true.into())
        );
        assert_eq!(
            moments(found),
            [
                "found",
                "fingerprinted",
                "planned",
                "copied",
                "verified",
                "removed"
            ]
        );
        let copy = &found["copies"][0];
        assert!(
            copy["grade"] == "readback" && copy["verifiedAt"].is_string() && copy["placedAt"].is_string()
        );
    }
    let words = place.words(&["where", &path]);
    for says in [
        "not there any more",
        "verified",
        "Original deleted: To the trash",
        "1.jpg on file://",
    ] {
        assert!(words.contains(says), "{says}: {words}");
    }
    place.cli.ok(&["rollback", &place.url]);
    let said = place.cli.ok(&["where", &path]);
    let found = one(&said);
    assert_eq!(moments(found), ["found", "fingerprinted", "removed", "restored"]);
    assert_eq!(
        (found["gone"].as_bool(), found["copies"].as_array().map(Vec::len)),
        (Some(false), Some(0))
    );
    assert!(found["timeline"][3]["at"].is_string());
}

#[test]
fn what_only_a_marker_told_of_is_known_as_that() {
    let place = Place::simple(2);
    let mut other = albumen_testkit::app::Cli::new(&place.root.join("other"));
    other.catalog = place.root.join("other.db");
    other.ok(&["rebuild", "--to", &place.url]);
    let said = other.ok(&["where", place.library.join("0.jpg").to_str().expect("a path")]);
    let found = one(&said);
    assert_eq!(
        (found["recalled"].as_bool(), &found["copies"][0]["key"]),
        (Some(true), &"0.jpg".into())
    );
    assert_eq!(found["fromBytes"], Value::Null);
    assert_eq!(moments(found), ["found", "copied"]);
}
