//! Large files: sessions that are cut, stopped, expire or end unheard.

use super::{KEY, MIB, Place};
use crate::homes::home::noise;
use crate::homes::stops::{Notes, goes_on_where_it_was, until};
use albumen_store::{ErrorKind, Flow};
use albumen_testkit::double::{Fault, When};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_stopped_often_goes_on_where_it_was() {
    let place = Place::new();
    goes_on_where_it_was(&place.home, || place.drive.bytes_received(), |_| {}).await;
    assert_eq!(place.drive.count("upload.start"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_are_cut_go_on_at_what_was_kept() {
    let place = Place::new();
    let bytes = noise(1, 12 * MIB);
    place
        .drive
        .script(When::op("upload.put").after(1).times(2), Fault::DropAt(700 << 10));
    place.put(KEY, &bytes).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    let sent = place.drive.bytes_received();
    assert!(sent < 14 << 20, "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_last_chunk_makes_no_twin() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let bytes = noise(1, 7 * MIB);
    // 1, 2 and 4 MiB.
    place
        .drive
        .script(When::op("upload.put").after(2), Fault::DropAfterCommit);
    place.put(KEY, &bytes).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    assert_eq!(place.drive.count("upload.start"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expired_begins_anew_under_the_same_id() {
    let place = Place::new();
    let bytes = noise(1, 12 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    let stopped = place.another().put(KEY, &original, &until(4 << 20, &notes)).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    place.drive.expire_sessions();
    let flow = Flow::free().with_ledger(notes);
    place.another().put(KEY, &original, &flow).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    assert_eq!(place.drive.count("upload.start"), 2);
    assert_eq!(
        place.drive.count("files.generateIds"),
        1,
        "the second program needed no id"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_session_expired_after_its_end_is_found_by_its_id() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let bytes = noise(1, 7 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    let stopped = place.another().put(KEY, &original, &until(2 << 20, &notes)).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    let session = notes.of(KEY).expect("a session");
    let flow = Flow::free().with_ledger(notes.clone());
    // A program that is killed between the last answer and its note.
    let first = place.another();
    first.put(KEY, &original, &flow).await.expect("put");
    notes.write(KEY, &session);
    place.drive.expire_sessions();
    let put = first.put(KEY, &original, &flow).await.expect("found");
    assert!(put.adopted);
    place.holds(&[(KEY, &bytes)]);
}
