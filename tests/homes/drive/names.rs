//! Names and ids: answers that are lost, searches that lag, twins, folders that go away.

use super::{KEY, MIB, Place};
use crate::homes::home::{noise, through};
use albumen_store::{ErrorKind, Flow};
use albumen_testkit::double::{Fault, When};
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_new_file_makes_no_twin() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    place
        .drive
        .script(When::op("upload.multipart"), Fault::DropAfterCommit);
    let put = place.put(KEY, b"a photo").await.expect("it is there");
    assert!(put.adopted, "found by the id it was to have");
    place.holds(&[(KEY, b"a photo")]);
    assert_eq!(place.drive.count("upload.multipart"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_new_folder_makes_no_twin() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    place
        .drive
        .script(When::op("files.create").times(2), Fault::DropAfterCommit);
    place.put(KEY, b"a photo").await.expect("put");
    place.put("2024/05/b.jpg", b"another").await.expect("put");
    place.holds(&[(KEY, b"a photo"), ("2024/05/b.jpg", b"another")]);
}

/// One folder that goes away makes all forgotten; searches know the others not yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_goes_away_makes_no_twins_of_the_others() {
    let place = Place::new();
    place.put("a/1.jpg", b"one").await.expect("put");
    place.put("b/1.jpg", b"two").await.expect("put");
    place.account.trash_folder("b");
    place.drive.set_search_lag(1_000);
    place.put("b/2.jpg", b"three").await.expect("put");
    place.put("a/2.jpg", b"four").await.expect("put");
    // In the trash with its folder.
    let trashed: (&str, &[u8]) = ("b/1.jpg", b"two");
    place.holds(&[
        ("a/1.jpg", b"one"),
        ("a/2.jpg", b"four"),
        ("b/2.jpg", b"three"),
        trashed,
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_whose_answer_was_lost_is_known_again_after_all_was_forgotten() {
    let place = Place::new();
    place.put("b/1.jpg", b"one").await.expect("put");
    place
        .drive
        .script(When::op("files.create"), Fault::DropAfterCommit);
    // Given up after the first try.
    let drive = place.drive.clone();
    let once = Flow::free().while_wanted(move || drive.scripted() > 0);
    let original = place.home.original(b"two");
    let stopped = place.home.destination.put("c/1.jpg", &original, &once).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    place.account.trash_folder("b");
    place.drive.set_search_lag(1_000);
    place.put("b/2.jpg", b"three").await.expect("put");
    place.put("c/1.jpg", b"two").await.expect("put");
    // In the trash with its folder.
    let trashed: (&str, &[u8]) = ("b/1.jpg", b"one");
    place.holds(&[("b/2.jpg", b"three"), ("c/1.jpg", b"two"), trashed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_share_their_folders_while_searches_lag() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let there = Arc::new(place.another());
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..24 {
        let (there, bytes) = (there.clone(), format!("photo {at}").into_bytes());
        let original = place.home.original(&bytes);
        tasks.spawn(async move {
            let key = format!("2024/{}/{at}.jpg", at % 3);
            there.put(&key, &original, &through()).await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic").expect("put");
    }
    assert_eq!(place.home.outside.keys().len(), 24);
    assert_eq!(place.drive.twins(), 0);
    // 2024, and three in it.
    assert_eq!(place.drive.count("files.create"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_a_moment_ago_is_found_before_any_search_finds_it() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let first = place.put(KEY, b"a photo").await.expect("put");
    let there = place
        .home
        .destination
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(there.version, first.version);
    assert!(place.put(KEY, b"a photo").await.expect("ours").adopted);
    let other = place.put(KEY, b"another").await.expect_err("taken");
    assert_eq!(other.kind, ErrorKind::Exists);
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_in_case_are_two_photos() {
    let place = Place::new();
    place.put("a/IMG.JPG", b"loud").await.expect("put");
    place.put("a/img.jpg", b"quiet").await.expect("put");
    place.put("A/img.jpg", b"elsewhere").await.expect("put");
    place.holds(&[
        ("a/IMG.JPG", b"loud"),
        ("a/img.jpg", b"quiet"),
        ("A/img.jpg", b"elsewhere"),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_different_twins_none_is_picked() {
    let place = Place::new();
    let path = format!("/photos/{KEY}");
    place.drive.put_as_stranger(&path, b"one");
    place.drive.put_as_stranger(&path, b"two");
    let there = &place.home.destination;
    let version = "rev=1";
    let refused = [
        there.head(KEY, &through()).await.map(drop),
        there.digest(KEY, &through()).await.map(drop),
        there.delete_if(KEY, version).await,
        place.put(KEY, b"one").await.map(drop),
    ];
    for (at, refused) in refused.into_iter().enumerate() {
        let refused = refused.expect_err("which of them?");
        assert!(!refused.is_fatal(), "{at}: {refused}");
    }
    let mut listed = Vec::new();
    there
        .list(&through(), &mut |one| {
            listed.push(one);
            true
        })
        .await
        .expect("list");
    assert_eq!(listed.len(), 2, "both are told");
    assert!(listed[0].key == KEY && listed[1].key == KEY && listed[0].version != listed[1].version);
    assert_eq!(place.home.outside.keys(), [KEY, KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twins_that_are_alike_the_oldest_is_told() {
    let place = Place::new();
    let path = format!("/photos/{KEY}");
    let ids = [
        place.drive.put_as_stranger(&path, b"same"),
        place.drive.put_as_stranger(&path, b"same"),
    ];
    let there = place
        .home
        .destination
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("there");
    assert!(
        ids.iter().any(|id| there.version.contains(id.as_str())),
        "{}",
        there.version
    );
    let again = place
        .another()
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(again.version, there.version, "always the same one");
    assert_eq!(
        place.put(KEY, b"same").await.expect_err("theirs").kind,
        ErrorKind::Exists
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_is_not_whole_is_asked_for_again() {
    let place = Place::new();
    place.drive.set_page_size(3);
    for at in 0..8 {
        place.put(&format!("{at}.jpg"), b"a photo").await.expect("put");
    }
    place.drive.incomplete_searches(1);
    let mut keys = Vec::new();
    place
        .home
        .destination
        .list(&through(), &mut |one| {
            keys.push(one.key);
            true
        })
        .await
        .expect("list");
    keys.sort();
    assert_eq!(keys, place.home.outside.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_goes_in_circles_ends_as_an_error() {
    let place = Place::new();
    place.put(KEY, b"a photo").await.expect("put");
    for circle in [["a", "a"], ["a", "b"]] {
        let asked = place.drive.count("files.list");
        for _ in 0..10 {
            for token in circle {
                let page = json!({"files": [], "nextPageToken": token});
                place
                    .drive
                    .script(When::op("files.list"), Fault::json(200, &page));
            }
        }
        let endless = place.another().list(&through(), &mut |_| true).await;
        assert!(endless.is_err(), "{circle:?}");
        assert!(place.drive.count("files.list") - asked < 10, "{circle:?}");
        place.drive.unscript();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stale_search_still_finds_is_not_believed() {
    let place = Place::new();
    place.put(KEY, b"a photo").await.expect("put");
    let another = place.another();
    // Its folders are known, and the next search is out of date.
    another.head(KEY, &through()).await.expect("head").expect("there");
    place.drive.stale_listings(1);
    place.home.outside.remove(KEY);
    assert_eq!(another.head(KEY, &through()).await.expect("head"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_digest_in_an_answer_is_asked_for_again() {
    let place = Place::new();
    place
        .drive
        .script(When::op("upload.multipart"), Fault::WrongHashInReply);
    place.put(KEY, b"a photo").await.expect("it is whole");
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_arrived_wrong_go_into_the_trash_and_their_name_is_free_again() {
    let place = Place::new();
    place
        .drive
        .script(When::op("upload.multipart"), Fault::WrongHashInReply);
    place.drive.script(When::op("files.get"), Fault::WrongHashInReply);
    let wrong = place.put(KEY, b"a photo").await.expect_err("other bytes");
    assert_eq!(wrong.kind, ErrorKind::BadDigest, "{wrong}");
    assert_eq!(place.home.outside.keys(), [""; 0]);
    place.put(KEY, b"a photo").await.expect("again");
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_photo_is_in_the_trash() {
    let place = Place::new();
    let put = place.put(KEY, b"a photo").await.expect("put");
    place
        .home
        .destination
        .delete_if(KEY, &put.version)
        .await
        .expect("deleted");
    let all = place.drive.objects();
    let kept = all
        .iter()
        .find(|object| object.path.ends_with(KEY))
        .expect("still there");
    assert!(kept.trashed);
    assert_eq!(
        place.home.destination.head(KEY, &through()).await.expect("head"),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_a_folder_that_somebody_puts_into_the_trash() {
    let place = Place::new();
    let large = noise(1, 7 * MIB);
    place.put("2024/a.jpg", b"a photo").await.expect("put");
    for (key, bytes) in [("2024/b.jpg", &b"another"[..]), ("2024/c.mov", &large)] {
        place.account.trash_folder("2024");
        place.put(key, bytes).await.expect("put");
        assert!(place.home.outside.read(key).as_deref() == Some(bytes), "once");
        let there = place.home.destination.head(key, &through()).await.expect("head");
        assert_eq!(there.expect("not in the trash").size, bytes.len() as u64);
    }
    assert_eq!(
        place
            .home
            .destination
            .head("2024/a.jpg", &through())
            .await
            .expect("head"),
        None
    );
}
