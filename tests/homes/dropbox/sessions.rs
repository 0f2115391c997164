//! Large files go on where they were.

use super::{APPEND, COMMIT, Place, START};
use crate::homes::home::{noise, through};
use crate::homes::stops::{Notes, until};
use albumen_model::Sha256;
use albumen_store::{Destination, ErrorKind, Payload, Put, Result};
use albumen_testkit::double::dropbox::refused;
use albumen_testkit::double::{Fault, When};
use serde_json::json;
use std::sync::Arc;

const KEY: &str = "2024/movie.mp4";
const MIB: usize = 1 << 20;

/// Sends in a new process, which is stopped once so many bytes moved.
async fn run(place: &Place, payload: &Payload, notes: &Arc<Notes>, stop_after: u64) -> Result<Put> {
    let destination: Destination = place.learnt();
    destination.put(KEY, payload, &until(stop_after, notes)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_stopped_and_cut_again_and_again_is_sent_about_once() {
    let place = Place::new();
    let bytes = noise(1, 24 * MIB + 5);
    let (payload, notes) = (place.home.original(&bytes), Arc::new(Notes::default()));
    for stop in [1, 4, 9, 14, 20] {
        let cut = Fault::DropAt(128 << 10);
        place.double.script(When::op(APPEND).after(2), cut);
        let stopped = run(&place, &payload, &notes, stop * MIB as u64).await;
        assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
        assert_eq!((notes.open_sessions(), place.double.sessions()), (1, 1));
    }
    run(&place, &payload, &notes, u64::MAX).await.expect("to its end");
    place.holds_file(&bytes);
    let (sent, whole) = (place.double.bytes_received(), bytes.len() as u64);
    println!("{sent} bytes for {whole}, {:.3} x", sent as f64 / whole as f64);
    assert!(sent * 100 <= whole * 115, "{sent} of {whole}");
    assert_eq!(place.double.count(START), 1, "one session all the time");
    assert_eq!((notes.open_sessions(), place.double.sessions()), (0, 0));
}

impl Place {
    fn holds_file(&self, bytes: &[u8]) {
        self.holds(&[(KEY, bytes)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expired_meanwhile_is_begun_anew() {
    let place = Place::new();
    let bytes = noise(2, 12 * MIB);
    let (payload, notes) = (place.home.original(&bytes), Arc::new(Notes::default()));
    run(&place, &payload, &notes, 5 * MIB as u64)
        .await
        .expect_err("stopped");
    place.double.expire_sessions();
    run(&place, &payload, &notes, u64::MAX).await.expect("to its end");
    place.holds_file(&bytes);
    assert_eq!((place.double.count(START), notes.open_sessions()), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expires_on_the_way_is_begun_anew() {
    let place = Place::new();
    let bytes = noise(3, 12 * MIB);
    place
        .double
        .script(When::op(APPEND).after(2), refused(&["not_found"]));
    let gone = json!({".tag": "lookup_failed", "lookup_failed": {".tag": "not_found"}});
    let at_the_commit = json!({"entries": [{".tag": "failure", "failure": gone}]});
    place
        .double
        .script(When::op(COMMIT), Fault::json(200, &at_the_commit));
    place.put(KEY, &bytes).await.expect("put");
    place.holds_file(&bytes);
    assert_eq!(place.double.count(START), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_last_chunk_or_the_commit_sends_nothing_twice() {
    let place = Place::new();
    let bytes = noise(4, 9 * MIB);
    let lost = || Fault::DropAfterCommit;
    place.double.script(When::op(APPEND).after(3), lost());
    place.double.script(When::op(COMMIT), lost());
    let put = place.put(KEY, &bytes).await.expect("put");
    assert!(!put.adopted);
    place.holds_file(&bytes);
    let sent = place.double.bytes_received();
    assert!(sent < bytes.len() as u64 + 100_000, "{sent}");
}

/// Killed after Dropbox had made the object and before anybody wrote that down.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_landed_before_the_kill_is_found() {
    let place = Place::new();
    let bytes = noise(5, 9 * MIB);
    let notes = Arc::new(Notes::that_never_close());
    let payload = place.home.original(&bytes);
    run(&place, &payload, &notes, u64::MAX).await.expect("put");
    let before = place.double.bytes_received();
    let again = run(&place, &payload, &notes, u64::MAX)
        .await
        .expect("it is there");
    assert!(again.adopted);
    place.holds_file(&bytes);
    assert!(
        place.double.bytes_received() < before + 10_000,
        "nothing is sent again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_another_file_is_not_gone_on_with() {
    let place = Place::new();
    let (first, second) = (noise(6, 10 * MIB), noise(7, 10 * MIB));
    let notes = Arc::new(Notes::default());
    run(&place, &place.home.original(&first), &notes, 3 * MIB as u64)
        .await
        .expect_err("stopped");
    run(&place, &place.home.original(&second), &notes, u64::MAX)
        .await
        .expect("put");
    place.holds_file(&second);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_changes_while_it_is_sent_does_not_appear() {
    let place = Place::new();
    let mut payload = place.home.original(&noise(8, 9 * MIB));
    payload.sha256 = Sha256([7; 32]);
    let changed = run(&place, &payload, &Arc::default(), u64::MAX).await;
    assert_eq!(changed.expect_err("other bytes").kind, ErrorKind::SourceChanged);
    place.holds_nothing();
    assert_eq!(place.double.count(COMMIT), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_for_a_large_file_whose_name_is_taken() {
    let place = Place::new();
    place.home.outside.write(KEY, b"theirs");
    let taken = run(
        &place,
        &place.home.original(&noise(9, 9 * MIB)),
        &Arc::default(),
        u64::MAX,
    )
    .await;
    assert_eq!(taken.expect_err("taken").kind, ErrorKind::Exists);
    place.holds_file(b"theirs");
    assert_eq!(place.double.count(START), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_were_spoilt_on_the_way_are_sent_again() {
    let place = Place::new();
    let bytes = noise(10, 9 * MIB);
    place
        .double
        .script(When::op(APPEND).after(1), refused(&["content_hash_mismatch"]));
    place.double.script(When::op(APPEND).after(2), Fault::status(500));
    let payload = place.home.original(&bytes);
    place
        .home
        .destination
        .put(KEY, &payload, &through())
        .await
        .expect("put");
    place.holds_file(&bytes);
}
