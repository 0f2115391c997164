//! Small files: one request each, and names given in batches.

use super::{COMMIT, LOOK, Place, START, borrowed, put_all, small};
use crate::homes::home::through;
use albumen_store::ErrorKind;
use albumen_testkit::double::dropbox::{rate_limited, refused};
use albumen_testkit::double::{Fault, When};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A reply to a commit of one file that was refused by these tags.
fn one_failure(tags: &Value) -> Fault {
    Fault::json(200, &json!({"entries": [{".tag": "failure", "failure": tags}]}))
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_wait_together_are_committed_together() {
    let place = Place::new();
    place.double.set_commit_time(Duration::from_millis(100));
    let (destination, files) = (Arc::new(place.learnt()), small(64));
    let workers: Vec<_> = files
        .chunks(8)
        .map(|share| {
            let payloads: Vec<_> = share
                .iter()
                .map(|(key, bytes)| (key.clone(), place.home.original(bytes)))
                .collect();
            let destination = destination.clone();
            tokio::spawn(async move {
                for (key, payload) in payloads {
                    let done = destination.put(&key, &payload, &through()).await;
                    assert!(!done.expect("sent").adopted);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no panic");
    }
    place.holds(&borrowed(&files));
    let (starts, commits) = (place.double.count(START), place.double.count(COMMIT));
    assert_eq!((starts, place.double.count(LOOK)), (64, 0));
    println!("{starts} starts and {commits} commits for 64 files of 8 workers");
    assert!(commits <= 32, "{commits} commits");
    assert_eq!(place.double.batches(), commits as u64, "never two at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_commit_is_found_by_looking() {
    let place = Place::new();
    place.double.script(When::op(COMMIT), Fault::DropAfterCommit);
    let put = place.put("a.jpg", b"a photo").await.expect("it is there");
    assert!(!put.adopted, "it was this very put");
    place.holds(&[("a.jpg", b"a photo")]);
    assert_eq!((place.double.count(START), place.double.count(COMMIT)), (1, 1));
    place.double.script(When::op(COMMIT), Fault::DropBefore);
    place
        .put("b.jpg", b"another")
        .await
        .expect("it is asked for again");
    place.holds(&[("a.jpg", b"a photo"), ("b.jpg", b"another")]);
    assert_eq!(place.double.count(START), 2, "without its bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_many_fails_none_of_them() {
    let place = Place::new();
    place.double.set_commit_time(Duration::from_millis(100));
    place.double.script(When::op(COMMIT), Fault::CutReplyAt(40));
    place.double.script(When::op(COMMIT), Fault::DropAfterCommit);
    let files = small(30);
    for done in put_all(&place, place.learnt(), &borrowed(&files)).await {
        assert!(!done.expect("sent").adopted);
    }
    place.holds(&borrowed(&files));
    assert_eq!(place.double.count(START), 30, "no bytes were sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_start_is_sent_again() {
    let place = Place::new();
    place.double.script(When::op(START), Fault::DropAt(3));
    place.put("a.jpg", b"a photo").await.expect("put");
    place.double.script(When::op(START), Fault::DropAfterCommit);
    place.put("b.jpg", b"another").await.expect("put");
    place.double.script(When::op(START), Fault::status(503));
    place.put("c.jpg", b"the third").await.expect("put");
    place.holds(&[
        ("a.jpg", b"a photo"),
        ("b.jpg", b"another"),
        ("c.jpg", b"the third"),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_delays_commits_and_fails_nothing() {
    let place = Place::new();
    let busy = json!({".tag": "too_many_write_operations"});
    let deeper = json!({".tag": "path", "path": busy});
    place.double.script(When::op(COMMIT), one_failure(&busy));
    place.double.script(When::op(COMMIT), one_failure(&deeper));
    let whole = refused(&["path", "too_many_write_operations"]);
    place.double.script(When::op(COMMIT), whole);
    place.put("a.jpg", b"a photo").await.expect("put");
    place.holds(&[("a.jpg", b"a photo")]);
    assert_eq!(
        (place.double.count(START), place.double.count(COMMIT)),
        (1, 4),
        "the bytes went once"
    );
    let pace = place.home.destination.pace().expect("an account");
    assert_eq!(pace.refused, 0, "others are not slowed down by a lock");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_slow_down_and_fail_nothing() {
    let place = Place::new();
    let slow = rate_limited("too_many_requests", 1);
    place.double.script(When::op(START).times(2), slow);
    let locked = rate_limited("too_many_write_operations", 1);
    place.double.script(When::op(COMMIT), locked);
    let files = small(10);
    for done in put_all(&place, place.learnt(), &borrowed(&files)).await {
        done.expect("sent");
    }
    place.holds(&borrowed(&files));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pace_that_is_too_fast_is_found_out_and_kept() {
    let place = Place::new();
    place.double.set_rate(20.0, 10.0);
    let files = small(40);
    for done in put_all(&place, place.learnt(), &borrowed(&files)).await {
        done.expect("sent");
    }
    place.holds(&borrowed(&files));
    let asked = place.double.asked();
    let refused = asked.iter().filter(|one| one.status == 429).count();
    println!("{refused} of {} requests were told to slow down", asked.len());
    assert!(refused > 0, "it was too fast at first");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_commits_for_all_and_is_stopped_leaves_nobody_waiting() {
    let place = Place::new();
    place.double.set_commit_time(Duration::from_millis(300));
    let (destination, files) = (Arc::new(place.learnt()), small(6));
    let begin = |(key, bytes): &(String, Vec<u8>)| {
        let (destination, key, payload) = (destination.clone(), key.clone(), place.home.original(bytes));
        tokio::spawn(async move { destination.put(&key, &payload, &through()).await })
    };
    let first = begin(&files[0]);
    while place.double.batches() == 0 {
        tokio::task::yield_now().await;
    }
    let others: Vec<_> = files[1..].iter().map(begin).collect();
    while place.double.count(START) < files.len() {
        tokio::task::yield_now().await;
    }
    first.abort();
    for other in others {
        other.await.expect("no panic").expect("sent");
    }
    let again = place
        .put(&files[0].0, &files[0].1)
        .await
        .expect("it landed all the same");
    assert!(again.adopted);
    place.holds(&borrowed(&files));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_under_another_name_is_taken_back() {
    let place = Place::new();
    let renamed = json!({"entries": [{
        ".tag": "success",
        "name": "a (1).jpg",
        "path_display": "/Photos/a (1).jpg",
        "rev": "0156000000001",
        "size": 7,
        "client_modified": "2014-05-13T16:53:20Z",
    }]});
    place.double.script(When::op(COMMIT), Fault::json(200, &renamed));
    let refused = place.put("a.jpg", b"a photo").await.expect_err("another name");
    assert_eq!(refused.kind, ErrorKind::NameRefused, "{refused}");
    let asked = place.double.asked();
    let deletion = asked.iter().find(|one| one.op == "files/delete_v2");
    let deletion = deletion.expect("it is deleted again");
    assert!(deletion.arg.contains("0156000000001"), "that version alone");
    place.holds_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_account_is_said_to_be_full() {
    let place = Place::new();
    place.double.set_quota(Some(1_000));
    let full = place.put("a.jpg", &[7; 1_001]).await.expect_err("no room");
    assert_eq!(full.kind, ErrorKind::Full, "{full}");
    assert!(full.is_fatal(), "no other file will fit");
    place.holds_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_name_that_is_refused_spoils_no_other() {
    let place = Place::new();
    place.double.set_commit_time(Duration::from_millis(100));
    let mut files = small(12);
    files.insert(6, ("2024/.DS_Store".to_owned(), b"notes".to_vec()));
    let mut results = put_all(&place, place.learnt(), &borrowed(&files)).await;
    let refused = results.remove(6).expect_err("no such name");
    assert_eq!(refused.kind, ErrorKind::NameRefused, "{refused}");
    assert!(!refused.is_fatal(), "others go on");
    for done in results {
        done.expect("sent");
    }
    files.remove(6);
    place.holds(&borrowed(&files));
}

/// As when one entry is malformed for a server that reads all of them before it works.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_refused_as_a_whole_is_tried_one_by_one() {
    let place = Place::new();
    place.double.set_commit_time(Duration::from_millis(500));
    let bad = Fault::Status {
        code: 400,
        headers: Vec::new(),
        body: "Error in call to API function: entries[1].commit".to_owned(),
    };
    // The first goes alone; the second has what was waiting meanwhile.
    place.double.script(When::op(COMMIT).after(1), bad);
    let files = small(8);
    for done in put_all(&place, place.learnt(), &borrowed(&files)).await {
        done.expect("sent");
    }
    place.holds(&borrowed(&files));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_were_spoilt_on_the_way_are_sent_again() {
    let place = Place::new();
    let spoilt = || refused(&["content_hash_mismatch"]);
    place.double.script(When::op(START), spoilt());
    place.put("a.jpg", b"a photo").await.expect("the second is good");
    place.double.script(When::op(START).times(2), spoilt());
    let refused = place.put("b.jpg", b"another").await.expect_err("spoilt twice");
    assert_eq!(refused.kind, ErrorKind::BadDigest, "{refused}");
    assert!(!refused.is_fatal());
    place.holds(&[("a.jpg", b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_tells_of_other_bytes_is_not_believed() {
    let place = Place::new();
    place.double.script(When::op(COMMIT), Fault::WrongHashInReply);
    place
        .put("a.jpg", b"a photo")
        .await
        .expect("a look says it is right");
    place.holds(&[("a.jpg", b"a photo")]);
    // Here the look says so too: the object is there, and is not said to be good.
    place.double.script(When::op(COMMIT), Fault::WrongHashInReply);
    place
        .double
        .script(When::op(LOOK).after(1), Fault::WrongHashInReply);
    let wrong = place.put("b.jpg", b"another").await.expect_err("other bytes");
    assert_eq!(wrong.kind, ErrorKind::Changed, "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_lost_before_its_commit_is_sent_anew() {
    let place = Place::new();
    let gone = json!({".tag": "lookup_failed", "lookup_failed": {".tag": "not_found"}});
    place.double.script(When::op(COMMIT), one_failure(&gone));
    place.put("a.jpg", b"a photo").await.expect("put");
    place.holds(&[("a.jpg", b"a photo")]);
    assert_eq!(place.double.count(START), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_by_a_killed_run_is_known_again_by_its_hash_and_time() {
    let place = Place::new();
    place.put("a.jpg", b"a photo").await.expect("put");
    let again = place.put("a.jpg", b"a photo").await.expect("it is ours");
    assert!(again.adopted);
    let later = place.learnt();
    let payload = place.home.original(b"a photo");
    let put = later.put("a.jpg", &payload, &through()).await;
    assert!(put.expect("it is ours").adopted, "also where nobody asks first");
    place.holds(&[("a.jpg", b"a photo")]);
}
