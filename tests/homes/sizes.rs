//! A file arrives whole whatever its size, also where the way it is sent or read changes.

use super::home::{Home, noise, sha256, through};
use super::list::listed;
use albumen_store::Flow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const MIB: usize = 1 << 20;
/// What is read back at a time.
const READ: usize = 4 * MIB;
/// Larger files are sent in parts.
const ONE_REQUEST: usize = 8 * MIB;
const PART: usize = 5 * MIB;

async fn keeps(home: &Home, size: usize) {
    let (key, bytes) = ("2024/photo.jpg", noise(size as u64, size));
    let counted = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&counted);
    let meter = Flow::new(move |n| {
        counter.fetch_add(n, Ordering::Relaxed);
        true
    });
    home.destination
        .put(key, &home.original(&bytes), &meter)
        .await
        .expect("put");
    assert_eq!(
        counted.load(Ordering::Relaxed),
        size as u64,
        "every byte is metered once"
    );
    assert!(
        home.outside.read(key).as_ref() == Some(&bytes),
        "what is stored is what was sent"
    );
    let sizes: Vec<(String, u64)> = listed(&home.destination)
        .await
        .into_iter()
        .map(|one| (one.0, one.1))
        .collect();
    assert_eq!(sizes, [(key.to_owned(), size as u64)]);
    let (digest, read, _) = home.destination.digest(key, &through()).await.expect("read back");
    assert_eq!((digest, read), (sha256(&bytes), size as u64));
    let to = home.bring_back(&bytes);
    home.destination
        .fetch(key, to.clone(), &through())
        .await
        .expect("fetch");
    assert!(
        home.fetched(&to) == Some(bytes),
        "what comes back is what was sent"
    );
}

pub async fn no_bytes(home: &Home) {
    keeps(home, 0).await;
}

pub async fn one_byte(home: &Home) {
    keeps(home, 1).await;
}

pub async fn one_byte_less_than_a_read(home: &Home) {
    keeps(home, READ - 1).await;
}

pub async fn exactly_a_read(home: &Home) {
    keeps(home, READ).await;
}

pub async fn one_byte_more_than_a_read(home: &Home) {
    keeps(home, READ + 1).await;
}

pub async fn the_largest_single_request(home: &Home) {
    keeps(home, ONE_REQUEST).await;
}

pub async fn one_byte_more_than_a_single_request(home: &Home) {
    keeps(home, ONE_REQUEST + 1).await;
}

pub async fn a_whole_number_of_parts(home: &Home) {
    keeps(home, 3 * PART).await;
}
