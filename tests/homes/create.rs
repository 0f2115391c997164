//! A write never replaces anything, whoever put it there and whenever.

use super::home::{Home, TAKEN_NS, noise, sha256, through};
use albumen_store::{ErrorKind, Flow, Put, Result, same_version};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

const KEY: &str = "2024/photo.jpg";
/// Sent in parts, and read from a disk in many pieces.
const LARGE: usize = (16 << 20) + 1;
/// Sent in one request, and read from a disk in several pieces.
const SMALL: usize = 2 << 20;

async fn put(home: &Home, key: &str, bytes: &[u8]) -> Result<Put> {
    home.destination.put(key, &home.original(bytes), &through()).await
}

/// Of two that write at once, a server may answer the slower with an error of its own: then it cannot know whose the name is.
fn is_taken(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Exists | ErrorKind::MaybeOurs)
}

/// A put over what a stranger stored is refused, and the stranger's bytes stay.
async fn stays(home: &Home, theirs: &[u8], ours: &[u8]) {
    home.outside.write(KEY, theirs);
    let refused = put(home, KEY, ours).await.expect_err("it is taken");
    assert_eq!(refused.kind, ErrorKind::Exists, "{refused}");
    assert!(!refused.is_fatal(), "other files can still be sent");
    assert!(
        home.outside.read(KEY).as_deref() == Some(theirs),
        "what was there stays"
    );
    assert_eq!(home.outside.keys(), [KEY]);
}

pub async fn a_free_name_is_used_once(home: &Home) {
    let done = put(home, KEY, b"a photo").await.expect("put");
    assert!(!done.adopted, "it was free");
    let there = home
        .destination
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("it is there");
    assert!(
        same_version(&there.version, &done.version),
        "the version of what was put"
    );
    assert_eq!(home.outside.keys(), [KEY], "and nothing under another name");
}

pub async fn the_same_bytes_of_a_stranger_stay(home: &Home) {
    stays(home, b"a photo", b"a photo").await;
}

pub async fn other_bytes_of_the_same_size_stay(home: &Home) {
    stays(home, b"a photo", b"another").await;
}

pub async fn other_bytes_of_another_size_stay(home: &Home) {
    stays(home, b"a photo of somebody", b"a photo").await;
}

pub async fn a_large_file_does_not_replace(home: &Home) {
    stays(home, b"a photo", &noise(1, LARGE)).await;
}

pub async fn sent_twice_is_stored_once(home: &Home) {
    let first = put(home, KEY, b"a photo").await.expect("put");
    match put(home, KEY, b"a photo").await {
        Ok(again) => assert!(again.adopted, "the second found the first"),
        Err(refused) => assert_eq!(refused.kind, ErrorKind::Exists, "{refused}"),
    }
    let there = home
        .destination
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("it is there");
    assert!(
        same_version(&there.version, &first.version),
        "it was not written again"
    );
    assert_eq!(home.outside.keys(), [KEY]);
}

pub async fn what_we_sent_before_is_adopted(home: &Home) {
    let first = put(home, KEY, b"a photo").await.expect("put");
    let again = put(home, KEY, b"a photo").await.expect("ours is found");
    assert!(again.adopted);
    assert!(same_version(&again.version, &first.version));
}

/// The metadata is a claim: with another size it is not even that.
pub async fn a_digest_beside_other_bytes_is_not_adopted(home: &Home) {
    let ours = b"a photo";
    let claim = sha256(ours).to_string();
    home.outside.write_with_claim(KEY, b"something else", &claim);
    let refused = put(home, KEY, ours).await.expect_err("it is taken");
    assert_eq!(refused.kind, ErrorKind::Exists, "{refused}");
    assert_eq!(home.outside.read(KEY).as_deref(), Some(&b"something else"[..]));
}

/// Steps that two programs take in a set order.
#[derive(Default)]
struct Steps {
    done: Mutex<Vec<&'static str>>,
    changed: Condvar,
}

impl Steps {
    fn did(&self, step: &'static str) {
        self.done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(step);
        self.changed.notify_all();
    }

    /// Gives up rather than hang: then the case fails by what it finds.
    fn wait_for(&self, step: &str) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let not_yet = |done: &mut Vec<&str>| !done.contains(&step);
        drop(
            self.changed
                .wait_timeout_while(done, Duration::from_secs(10), not_yet),
        );
    }

    /// At its first byte says `here`, then waits for `there`.
    fn meter(self: &Arc<Self>, here: &'static str, there: &'static str) -> Flow {
        let steps = Arc::clone(self);
        let once = std::sync::Once::new();
        Flow::new(move |_| {
            once.call_once(|| {
                steps.did(here);
                steps.wait_for(there);
            });
            true
        })
    }
}

/// Another program takes the name after we saw that it is free and before our bytes are there.
async fn taken_meanwhile(home: &Home, size: usize) {
    let (ours, theirs) = (noise(1, size), noise(2, SMALL));
    let steps = Arc::new(Steps::default());
    let (slow, payload) = (home.again(), home.original(&ours));
    let meter = steps.meter("reading", "taken");
    let slow = tokio::spawn(async move { slow.put(KEY, &payload, &meter).await });
    let waits = Arc::clone(&steps);
    tokio::task::spawn_blocking(move || waits.wait_for("reading"))
        .await
        .expect("wait");
    put(home, KEY, &theirs).await.expect("it is free");
    steps.did("taken");
    let refused = slow.await.expect("no panic").expect_err("it was taken");
    assert!(home.outside.read(KEY) == Some(theirs), "the first stays");
    assert_eq!(home.outside.keys(), [KEY]);
    assert!(is_taken(refused.kind), "{refused}");
}

pub async fn taken_while_we_read_is_refused(home: &Home) {
    taken_meanwhile(home, SMALL).await;
}

pub async fn taken_while_we_send_parts_is_refused(home: &Home) {
    taken_meanwhile(home, LARGE).await;
}

/// Two programs are in the middle of the same name; the one that began first ends first.
pub async fn the_slower_of_two_is_refused(home: &Home) {
    let (first, second) = (noise(1, SMALL), noise(2, SMALL));
    let steps = Arc::new(Steps::default());
    let (quick, payload, meter) = (
        home.again(),
        home.original(&first),
        steps.meter("one reads", "both read"),
    );
    let quick = tokio::spawn(async move { quick.put(KEY, &payload, &meter).await });
    let waits = Arc::clone(&steps);
    tokio::task::spawn_blocking(move || waits.wait_for("one reads"))
        .await
        .expect("wait");
    let (slow, payload, meter) = (
        home.again(),
        home.original(&second),
        steps.meter("both read", "one is done"),
    );
    let slow = tokio::spawn(async move { slow.put(KEY, &payload, &meter).await });
    let quick = quick.await.expect("no panic");
    let stored = home.outside.read(KEY);
    steps.did("one is done");
    let slow = slow.await.expect("no panic");
    quick.expect("it was free");
    assert!(stored == Some(first.clone()), "whole as soon as it has its name");
    assert!(is_taken(slow.expect_err("it is taken").kind));
    assert!(home.outside.read(KEY) == Some(first), "and it stays");
    assert_eq!(home.outside.keys(), [KEY]);
}

/// Where names are paths, a photo cannot also be a folder: whatever is answered, the photo stays.
pub async fn a_name_below_a_photo_leaves_the_photo(home: &Home) {
    side_by_side(home, "2024/a.jpg", "2024/a.jpg/b.jpg").await;
}

pub async fn a_name_above_a_photo_leaves_the_photo(home: &Home) {
    side_by_side(home, "2024/a.jpg/b.jpg", "2024/a.jpg").await;
}

async fn side_by_side(home: &Home, first: &str, second: &str) {
    put(home, first, b"a photo").await.expect("put");
    let answer = put(home, second, b"another").await;
    assert_eq!(home.outside.read(first).as_deref(), Some(&b"a photo"[..]));
    match answer {
        Ok(_) => assert_eq!(home.outside.read(second).as_deref(), Some(&b"another"[..])),
        Err(refused) => {
            assert!(
                !refused.is_fatal(),
                "other files can still be sent: {refused} ({:?})",
                refused.kind
            );
            assert_eq!(home.outside.keys(), [first]);
        }
    }
}

/// In the form that rclone stores it too: seconds with nine digits.
pub async fn the_time_of_the_original_goes_along(home: &Home) {
    put(home, KEY, b"a photo").await.expect("put");
    let expected = format!("{}.{:09}", TAKEN_NS / 1_000_000_000, TAKEN_NS % 1_000_000_000);
    assert_eq!(home.outside.time_of(KEY), Some(expected));
}

pub async fn the_seconds_of_the_original_go_along(home: &Home) {
    put(home, KEY, b"a photo").await.expect("put");
    let told = home.outside.time_of(KEY).expect("a time");
    let (seconds, _) = told.split_once('.').expect("seconds and their fraction");
    assert_eq!(seconds, (TAKEN_NS / 1_000_000_000).to_string());
}
