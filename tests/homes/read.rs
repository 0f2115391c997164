//! What is read back is what is stored now, never what was sent; what is brought back is whole or does not appear.

use super::home::{Home, TAKEN_NS, noise, sha256, through, write};
use albumen_store::{ErrorKind, Flow, same_version};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const KEY: &str = "2024/photo.jpg";
/// More than is read at a time.
const LONG: usize = (8 << 20) + 1;

async fn put(home: &Home, key: &str, bytes: &[u8]) -> String {
    let put = home.destination.put(key, &home.original(bytes), &through()).await;
    put.expect("put").version
}

async fn digest(home: &Home, key: &str) -> albumen_model::Sha256 {
    home.destination
        .digest(key, &through())
        .await
        .expect("read back")
        .0
}

/// A meter that stops at the first byte.
fn stop() -> Flow {
    Flow::new(|_| false)
}

pub async fn the_digest_is_of_what_is_stored(home: &Home) {
    home.outside.write(KEY, b"what a stranger put there");
    assert_eq!(digest(home, KEY).await, sha256(b"what a stranger put there"));
}

pub async fn one_flipped_bit_is_seen(home: &Home) {
    let mut bytes = noise(1, LONG);
    put(home, KEY, &bytes).await;
    assert_eq!(
        digest(home, KEY).await,
        sha256(&bytes),
        "the checker is not broken"
    );
    let sent = sha256(&bytes);
    bytes[LONG - 2] ^= 1;
    home.outside.rot(KEY, &bytes);
    assert_ne!(digest(home, KEY).await, sent);
}

pub async fn a_cut_end_is_seen(home: &Home) {
    let bytes = noise(1, 100_000);
    put(home, KEY, &bytes).await;
    home.outside.rot(KEY, &bytes[..99_999]);
    match home.destination.digest(KEY, &through()).await {
        Ok((digest, size, _)) => assert_eq!((digest, size), (sha256(&bytes[..99_999]), 99_999)),
        Err(short) => assert_ne!(short.kind, ErrorKind::Stopped, "{short}"),
    }
}

pub async fn swapped_photos_are_seen(home: &Home) {
    put(home, "a.jpg", b"photo a").await;
    put(home, "b.jpg", b"photo b").await;
    home.outside.rot("a.jpg", b"photo b");
    home.outside.rot("b.jpg", b"photo a");
    assert_eq!(digest(home, "a.jpg").await, sha256(b"photo b"));
    assert_eq!(digest(home, "b.jpg").await, sha256(b"photo a"));
}

pub async fn a_missing_object_is_missing(home: &Home) {
    put(home, KEY, b"a photo").await;
    let gone = home
        .destination
        .digest("2024/other.jpg", &through())
        .await
        .expect_err("it is not there");
    assert_eq!(gone.kind, ErrorKind::NotThere, "{gone}");
    home.outside.remove(KEY);
    let gone = home
        .destination
        .digest(KEY, &through())
        .await
        .expect_err("it is gone");
    assert_eq!(gone.kind, ErrorKind::NotThere, "{gone}");
}

pub async fn every_byte_is_metered(home: &Home) {
    put(home, KEY, &noise(1, LONG)).await;
    let counted = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&counted);
    let meter = Flow::new(move |n| {
        counter.fetch_add(n, Ordering::Relaxed);
        true
    });
    let (_, size, _) = home.destination.digest(KEY, &meter).await.expect("read back");
    assert_eq!(
        (size, counted.load(Ordering::Relaxed)),
        (LONG as u64, LONG as u64)
    );
}

pub async fn reading_stops_when_told(home: &Home) {
    put(home, KEY, &noise(1, LONG)).await;
    let stopped = home
        .destination
        .digest(KEY, &stop())
        .await
        .expect_err("it was stopped");
    assert_eq!(stopped.kind, ErrorKind::Stopped, "{stopped}");
}

pub async fn the_digest_comes_with_the_version_of_head(home: &Home) {
    let version = put(home, KEY, b"a photo").await;
    let (_, _, read) = home.destination.digest(KEY, &through()).await.expect("read back");
    assert!(same_version(&read, &version));
    home.outside.write(KEY, b"A PHOTO");
    let (_, _, read) = home.destination.digest(KEY, &through()).await.expect("read back");
    assert!(!same_version(&read, &version));
}

pub async fn fetch_brings_back_bytes_time_and_mode(home: &Home) {
    let bytes = noise(1, LONG);
    put(home, KEY, &bytes).await;
    let to = home.bring_back(&bytes);
    home.destination
        .fetch(KEY, to.clone(), &through())
        .await
        .expect("fetch");
    assert!(home.fetched(&to) == Some(bytes), "these bytes");
    let meta = std::fs::metadata(to.root.join(to.path.as_path())).expect("look");
    assert_eq!(meta.mtime() * 1_000_000_000 + meta.mtime_nsec(), TAKEN_NS);
    assert_eq!(meta.mode() & 0o7777, 0o640);
    assert_eq!(home.leftovers(), [""; 0]);
}

pub async fn fetch_brings_back_no_bytes(home: &Home) {
    put(home, KEY, b"").await;
    let to = home.bring_back(b"");
    home.destination
        .fetch(KEY, to.clone(), &through())
        .await
        .expect("fetch");
    assert_eq!(home.fetched(&to).as_deref(), Some(&b""[..]));
}

pub async fn fetch_never_replaces(home: &Home) {
    put(home, KEY, b"a photo").await;
    let to = home.bring_back(b"a photo");
    write(&to.root.join(to.path.as_path()), b"mine");
    let refused = home
        .destination
        .fetch(KEY, to.clone(), &through())
        .await
        .expect_err("it is taken");
    assert_eq!(refused.kind, ErrorKind::Exists, "{refused}");
    assert_eq!(home.fetched(&to).as_deref(), Some(&b"mine"[..]));
    assert_eq!(home.leftovers(), [""; 0]);
}

/// `stored` is not what is expected: nothing appears, not even under a temporary name.
async fn brings_nothing(home: &Home, stored: Option<&[u8]>, expected: &[u8]) -> ErrorKind {
    if let Some(stored) = stored {
        home.outside.write(KEY, stored);
    }
    let to = home.bring_back(expected);
    let refused = home
        .destination
        .fetch(KEY, to.clone(), &through())
        .await
        .expect_err("not these bytes");
    assert_eq!(home.fetched(&to), None);
    assert_eq!(home.leftovers(), [""; 0]);
    refused.kind
}

pub async fn fetch_of_other_bytes_brings_nothing(home: &Home) {
    brings_nothing(home, Some(b"a photo"), b"A PHOTO").await;
}

pub async fn fetch_of_a_cut_object_brings_nothing(home: &Home) {
    let expected = noise(1, LONG);
    brings_nothing(home, Some(&expected[..LONG - 2]), &expected).await;
}

pub async fn fetch_of_a_missing_object_brings_nothing(home: &Home) {
    assert_eq!(brings_nothing(home, None, b"a photo").await, ErrorKind::NotThere);
}

pub async fn fetch_stops_when_told(home: &Home) {
    let bytes = noise(1, LONG);
    put(home, KEY, &bytes).await;
    let to = home.bring_back(&bytes);
    let stopped = home.destination.fetch(KEY, to.clone(), &stop()).await;
    assert_eq!(home.leftovers(), [""; 0]);
    assert_eq!(stopped.expect_err("it was stopped").kind, ErrorKind::Stopped);
    assert_eq!(home.fetched(&to), None);
}
