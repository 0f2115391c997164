//! Dropbox finds a name in any case; we do not. Listings that start over, and deletions.

use super::{LOOK, Place};
use crate::homes::home::{Home, through};
use crate::homes::sites::dropbox::Account;
use albumen_store::{ErrorKind, Listed};
use albumen_testkit::double::dropbox::refused;
use albumen_testkit::double::{Fault, When};
use serde_json::json;
use std::sync::Arc;

const DELETE: &str = "files/delete_v2";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_another_case_is_neither_ours_nor_overwritten_nor_deleted() {
    let place = Place::new();
    let theirs = place.put("2024/a.jpg", b"a photo").await.expect("put");
    for bytes in [&b"a photo"[..], b"another"] {
        let taken = place.put("2024/A.JPG", bytes).await.expect_err("taken");
        assert_eq!(taken.kind, ErrorKind::Exists, "{taken}");
    }
    let there = &place.home.destination;
    assert_eq!(there.head("2024/A.JPG", &through()).await.expect("head"), None);
    let to = place.home.bring_back(b"a photo");
    let other = there.fetch("2024/A.JPG", to, &through()).await;
    assert_eq!(other.expect_err("another name").kind, ErrorKind::NotThere);
    let gone = there.delete_if("2024/A.JPG", &theirs.version).await;
    assert_eq!(gone.expect_err("no such name").kind, ErrorKind::NotThere);
    place.holds(&[("2024/a.jpg", b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_made_in_another_case_is_shared() {
    let place = Place::new();
    place.home.outside.write("Holiday/theirs.jpg", b"theirs");
    let ours = place.put("holiday/ours.jpg", b"ours").await.expect("put");
    let there = place.home.destination.head("holiday/ours.jpg", &through()).await;
    assert!(there.expect("head").is_some());
    place
        .home
        .destination
        .delete_if("holiday/ours.jpg", &ours.version)
        .await
        .expect("delete");
    place.holds(&[("Holiday/theirs.jpg", b"theirs")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_is_found_in_a_folder_of_another_case() {
    let site = Account::new();
    site.double.put_as_stranger("/PHOTOS/2024/b.jpg", b"another");
    let home = Home::new(Arc::new(site), "photos");
    let mut keys = Vec::new();
    let on_object = &mut |one: Listed| {
        keys.push(one.key);
        true
    };
    home.destination.list(&through(), on_object).await.expect("list");
    assert_eq!(keys, ["2024/b.jpg"]);
    assert!(home.destination.is_there(&through()).await.expect("an answer"));
    let head = home
        .destination
        .head("2024/b.jpg", &through())
        .await
        .expect("head");
    assert_eq!(head.map(|there| there.size), Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_starts_over_tells_everything_once() {
    let place = Place::new();
    place.double.set_page_size(3);
    let mut expected: Vec<String> = (0..20).map(|at| format!("{}/{at}.jpg", at % 3)).collect();
    for key in &expected {
        place.home.outside.write(key, key.as_bytes());
    }
    let mut keys = Vec::new();
    let mut seen = 0;
    let on_object = &mut |one: Listed| {
        keys.push(one.key);
        seen += 1;
        if seen == 10 {
            place.double.reset_next_cursor();
            place.home.outside.write("1/new.jpg", b"new");
        }
        true
    };
    place
        .home
        .destination
        .list(&through(), on_object)
        .await
        .expect("list");
    expected.push("1/new.jpg".to_owned());
    expected.sort();
    keys.sort();
    assert_eq!(keys, expected);
    assert!(place.double.count("files/list_folder") == 2, "it started over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_is_asked_for_again_or_ends_the_listing() {
    let place = Place::new();
    place.double.set_page_size(3);
    for at in 0..7 {
        place.home.outside.write(&format!("{at}.jpg"), b"x");
    }
    let next = "files/list_folder/continue";
    place.double.script(When::op(next), Fault::DropAfterCommit);
    place.double.script(When::op(next), Fault::status(500));
    let mut count = 0;
    let on_object = &mut |_: Listed| {
        count += 1;
        true
    };
    place
        .home
        .destination
        .list(&through(), on_object)
        .await
        .expect("list");
    assert_eq!((count, place.double.scripted()), (7, 0));
    place
        .double
        .script(When::op(next), refused(&["path", "not_found"]));
    let cut = place.home.destination.list(&through(), &mut |_| true).await;
    cut.expect_err("part of a listing is no listing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_goes_in_circles_ends_as_an_error() {
    let place = Place::new();
    place.double.set_page_size(3);
    for at in 0..7 {
        place.home.outside.write(&format!("{at}.jpg"), b"x");
    }
    for cursor in ["a", "b", "a", "b"] {
        let page = json!({"entries": [], "cursor": cursor, "has_more": true});
        let next = When::op("files/list_folder/continue");
        place.double.script(next, Fault::json(200, &page));
    }
    let endless = place.home.destination.list(&through(), &mut |_| true).await;
    endless.expect_err("not followed");
    assert_eq!(place.double.scripted(), 1, "the third page names the first again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_deletion_is_no_failure() {
    let place = Place::new();
    let put = place.put("a.jpg", b"a photo").await.expect("put");
    place.double.script(When::op(DELETE), Fault::DropAfterCommit);
    let there = &place.home.destination;
    there.delete_if("a.jpg", &put.version).await.expect("it is gone");
    place.holds_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_edited_between_a_look_and_its_deletion_stays() {
    let place = Place::new();
    let put = place.put("a.jpg", b"a photo").await.expect("put");
    let conflict = refused(&["path_write", "conflict", "file"]);
    place.double.script(When::op(DELETE), conflict);
    let there = &place.home.destination;
    let changed = there.delete_if("a.jpg", &put.version).await;
    assert_eq!(changed.expect_err("edited").kind, ErrorKind::Changed);
    // Every deletion names the version it means.
    let asked = place.double.asked();
    let deletions: Vec<_> = asked.iter().filter(|one| one.op == DELETE).collect();
    assert!(deletions.iter().all(|one| one.arg.contains("parent_rev")));
    place.holds(&[("a.jpg", b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_dropbox_does_not_know_how_to_write_is_refused_alone() {
    let place = Place::new();
    for key in ["2024/a.jpg ", "2024/b.", "2024/c\\d.jpg", "2024/~$e.jpg"] {
        let refused = place.put(key, b"a photo").await.expect_err("no such name");
        assert_eq!(refused.kind, ErrorKind::NameRefused, "{key}: {refused}");
        assert!(!refused.is_fatal());
    }
    place.holds_nothing();
    assert!(place.double.count(LOOK) > 0);
}
