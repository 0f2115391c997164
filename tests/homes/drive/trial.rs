//! What a test of the destination leaves in an account: nothing, also not in its trash. And nothing else goes past the trash.

use super::super::home::{sha256, through};
use super::{KEY, Place};
use albumen_store::Flow;
use albumen_testkit::double::{When, drive};

#[tokio::test(flavor = "multi_thread")]
async fn a_test_leaves_nothing_not_even_in_the_trash() {
    let place = Place::new();
    let photo = place.put(KEY, b"a photo").await.expect("put");
    let before = place.drive.objects();
    let facts = place.home.destination.probe().await;
    assert!(facts.ok() && facts.speed.is_some(), "{:?}", facts.checks);
    assert_eq!(place.drive.objects(), before, "the trash included");
    let erased = place.drive.erased();
    assert_eq!(erased.len(), 2, "{erased:?}");
    assert!(
        erased.iter().all(|path| path.contains("/.albumen/probe-")),
        "{erased:?}"
    );

    // A photo that is taken back is in the trash, as ever.
    let there = &place.home.destination;
    let (bytes, flow) = (sha256(b"a photo"), Flow::free());
    let back = there.take_back(KEY, &photo.version, &bytes, &flow).await;
    back.expect("taken back");
    assert!(place.drive.objects().iter().all(|object| object.trashed));
    assert_eq!(place.drive.erased().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_test_made_over_this_connection_goes_into_the_trash() {
    let place = Place::new();
    let there = &place.home.destination;
    let photo = place.put(KEY, b"a photo").await.expect("put");
    let marker = ".albumen/shards/one.jsonl";
    let note = there.put_bytes(marker, b"a marker".to_vec()).await.expect("put");
    // As if left by a test on another machine.
    let probe = ".albumen/probe-1-1-00";
    let other = place.another().put_bytes(probe, b"a trial".to_vec()).await;
    let other = other.expect("put");
    for (key, put) in [(KEY, &photo), (marker, &note), (probe, &other)] {
        there.erase_probe(key, put).await.expect("deleted");
        assert_eq!(there.head(key, &through()).await.expect("head"), None);
    }
    let all = place.drive.objects();
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|object| object.trashed), "{all:?}");
    assert_eq!(place.drive.erased(), [""; 0]);
}

/// Some accounts may not delete for good.
#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_may_be_deleted_for_good_the_trash_takes_it() {
    let place = Place::new();
    let words = "The user does not have sufficient permissions for this file.";
    let refused = drive::error(403, "insufficientFilePermissions", words);
    place.drive.script(When::op("files.delete").times(2), refused);
    let facts = place.home.destination.probe().await;
    assert!(facts.ok(), "{:?}", facts.checks);
    let all = place.drive.objects();
    assert!(
        all.len() == 2 && all.iter().all(|object| object.trashed),
        "{all:?}"
    );
}
