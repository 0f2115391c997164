//! Markers are small objects of our own, written once and never changed, and kept out of what is listed.

use super::home::{Home, sha256, through};
use super::list::listed;
use albumen_store::{ErrorKind, marker, same_version};

const MARKER: &str = ".albumen/shards/0123456789abcdef.jsonl";

pub async fn a_marker_is_kept(home: &Home) {
    let (key, bytes) = marker::write(&[]).expect("a marker");
    let put = home
        .destination
        .put_bytes(&key, bytes.clone())
        .await
        .expect("put");
    assert!(!put.adopted, "it is new");
    assert_eq!(home.outside.read(&key).as_ref(), Some(&bytes));
    let (digest, _, version) = home
        .destination
        .digest(&key, &through())
        .await
        .expect("read back");
    assert_eq!(digest, sha256(&bytes));
    assert!(same_version(&version, &put.version));
}

pub async fn a_marker_twice_is_kept_once(home: &Home) {
    let first = home
        .destination
        .put_bytes(MARKER, b"a marker".to_vec())
        .await
        .expect("put");
    let again = home
        .destination
        .put_bytes(MARKER, b"a marker".to_vec())
        .await
        .expect("it is there");
    assert!(again.adopted);
    assert!(
        same_version(&again.version, &first.version),
        "it was not written again"
    );
    assert_eq!(home.outside.keys(), [MARKER]);
}

/// A marker that is not ours, or was damaged, is no marker of ours.
async fn refused(home: &Home, theirs: &[u8]) {
    home.outside.write(MARKER, theirs);
    let refused = home.destination.put_bytes(MARKER, b"a marker".to_vec()).await;
    assert_eq!(
        home.outside.read(MARKER).as_deref(),
        Some(theirs),
        "what was there stays"
    );
    let refused = refused.expect_err("other bytes are not taken for ours");
    assert_eq!(refused.kind, ErrorKind::Exists, "{refused}");
}

pub async fn other_bytes_of_another_size_are_refused(home: &Home) {
    refused(home, b"a marker of somebody").await;
}

pub async fn other_bytes_of_the_same_size_are_refused(home: &Home) {
    refused(home, b"A MARKER").await;
}

/// Many times, because nothing sets the order of the two.
pub async fn two_write_one_marker(home: &Home) {
    let put = |key: &str| {
        let (destination, key) = (home.again(), key.to_owned());
        tokio::spawn(async move { destination.put_bytes(&key, b"a marker".to_vec()).await })
    };
    let keys: Vec<String> = (10..30)
        .map(|round| MARKER.replace("01", &round.to_string()))
        .collect();
    for key in &keys {
        let (one, other) = (put(key), put(key));
        one.await.expect("no panic").expect("it is there");
        other.await.expect("no panic").expect("it is there");
        assert_eq!(home.outside.read(key).as_deref(), Some(&b"a marker"[..]));
    }
    assert_eq!(home.outside.keys(), keys);
}

pub async fn markers_are_not_listed(home: &Home) {
    home.destination
        .put_bytes(MARKER, b"a marker".to_vec())
        .await
        .expect("put");
    home.destination
        .put("a.jpg", &home.original(b"a photo"), &through())
        .await
        .expect("put");
    let names: Vec<String> = listed(&home.destination)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(names, ["a.jpg"]);
}

pub async fn a_folder_that_is_named_alike_is_listed(home: &Home) {
    for key in [".albumen-party/a.jpg", "2024/.albumen/b.jpg", ".albumen"] {
        home.outside.write(key, b"a photo");
        let names: Vec<String> = listed(&home.destination)
            .await
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert!(
            key == ".albumen" || names.iter().any(|name| name == key),
            "{key} {names:?}"
        );
    }
}
