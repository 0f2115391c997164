//! What goes wrong is said for what it is, and leaves nothing half done at either side.

use super::home::{Home, noise, through, write};
use albumen_store::{Destination, Error, ErrorKind, Flow, Payload};
use std::process::Command;

const KEY: &str = "2024/photo.jpg";
/// A key that is wrong, and a consent that was taken back.
const REFUSALS: [ErrorKind; 2] = [ErrorKind::Denied, ErrorKind::SignInAgain];
/// Sent in parts.
const LARGE: usize = (16 << 20) + 1;

/// A put that must fail, and after which nothing is there.
async fn refused(home: &Home, destination: &Destination, payload: &Payload, meter: &Flow) -> Error {
    let refused = destination
        .put(KEY, payload, meter)
        .await
        .expect_err("it cannot be sent");
    assert_eq!(home.outside.keys(), [""; 0], "nothing appears");
    refused
}

async fn is_denied(home: &Home, stranger: Destination) {
    home.destination
        .put("mine.jpg", &home.original(b"a photo"), &through())
        .await
        .expect("put");
    let kinds = [
        stranger
            .put(KEY, &home.original(b"a photo"), &through())
            .await
            .map(|_| ())
            .map_err(|e| e.kind),
        stranger
            .head("mine.jpg", &through())
            .await
            .map(|_| ())
            .map_err(|e| e.kind),
        stranger.list(&through(), &mut |_| true).await.map_err(|e| e.kind),
        stranger
            .digest("mine.jpg", &through())
            .await
            .map(|_| ())
            .map_err(|e| e.kind),
        stranger
            .is_there(&through())
            .await
            .map(|_| ())
            .map_err(|e| e.kind),
    ];
    for (kind, verb) in kinds.iter().zip(["put", "head", "list", "digest", "is there"]) {
        let kind = kind.expect_err(verb);
        assert!(REFUSALS.contains(&kind), "{verb}: {kind:?}");
    }
    assert_eq!(home.outside.keys(), ["mine.jpg"]);
}

pub async fn a_wrong_secret_is_denied(home: &Home) {
    is_denied(home, home.with_wrong_secret()).await;
}

pub async fn an_unknown_key_is_denied(home: &Home) {
    is_denied(home, home.with_unknown_key()).await;
}

/// What the test of a home says went wrong.
async fn failure(destination: &Destination) -> Option<ErrorKind> {
    let facts = destination.probe().await;
    assert_eq!(
        facts.ok(),
        facts.checks.iter().all(|check| check.ok),
        "{:?}",
        facts.checks
    );
    facts.failure.map(|error| error.kind)
}

pub async fn a_wrong_secret_fails_the_test_of_the_home(home: &Home) {
    let kind = failure(&home.with_wrong_secret()).await.expect("a failure");
    assert!(REFUSALS.contains(&kind), "{kind:?}");
}

pub async fn nothing_is_put_where_nobody_made_a_home(home: &Home) {
    let refused = refused(home, &home.nowhere(), &home.original(b"a photo"), &through()).await;
    assert_eq!(refused.kind, ErrorKind::NoSuchPlace, "{refused}");
}

pub async fn no_home_fails_the_test_of_the_home(home: &Home) {
    assert_eq!(failure(&home.nowhere()).await, Some(ErrorKind::NoSuchPlace));
}

pub async fn silence_fails_the_test_of_the_home_at_once(home: &Home) {
    assert_eq!(failure(&home.silent()).await, Some(ErrorKind::Unreachable));
}

pub async fn the_test_of_a_home_leaves_nothing(home: &Home) {
    home.destination
        .put(KEY, &home.original(b"a photo"), &through())
        .await
        .expect("put");
    assert_eq!(failure(&home.destination).await, None);
    assert_eq!(home.outside.keys(), [KEY]);
}

async fn stopped(home: &Home, bytes: &[u8]) {
    let stop = Flow::new(|_| false);
    let stopped = refused(home, &home.destination, &home.original(bytes), &stop).await;
    assert_eq!(stopped.kind, ErrorKind::Stopped, "{stopped}");
    home.destination
        .put(KEY, &home.original(bytes), &through())
        .await
        .expect("it goes on later");
    assert!(home.outside.read(KEY).as_deref() == Some(bytes));
}

pub async fn a_small_file_that_is_stopped_does_not_appear(home: &Home) {
    stopped(home, b"a photo").await;
}

pub async fn a_large_file_that_is_stopped_does_not_appear(home: &Home) {
    stopped(home, &noise(1, LARGE)).await;
}

pub async fn a_large_file_that_is_stopped_leaves_no_parts(home: &Home) {
    let before = home.outside.unfinished();
    let stop = Flow::new(|_| false);
    refused(home, &home.destination, &home.original(&noise(1, LARGE)), &stop).await;
    assert_eq!(home.outside.unfinished(), before);
}

pub async fn an_original_that_was_touched_is_not_sent(home: &Home) {
    let original = home.original(b"a photo");
    write(&home.path_of(&original), b"a photo");
    let changed = refused(home, &home.destination, &original, &through()).await;
    assert_eq!(changed.kind, ErrorKind::SourceChanged, "{changed}");
}

/// The identity is that of the scan and the bytes are not: a disk that fails, or a clock that was set back.
async fn other_bytes(home: &Home, bytes: &[u8]) {
    let mut original = home.original(bytes);
    original.sha256 = super::home::sha256(b"what the scan read");
    let before = home.outside.unfinished();
    let changed = refused(home, &home.destination, &original, &through()).await;
    assert_eq!(changed.kind, ErrorKind::SourceChanged, "{changed}");
    assert_eq!(home.outside.unfinished(), before);
    // Also where the storage is known to refuse wrong bytes: some refuse them and keep them.
    home.destination.learn().await.expect("learn");
    let changed = refused(home, &home.destination, &original, &through()).await;
    assert_eq!(changed.kind, ErrorKind::SourceChanged, "{changed}");
    assert_eq!(home.outside.unfinished(), before);
}

pub async fn other_bytes_in_a_small_original_do_not_appear(home: &Home) {
    other_bytes(home, b"a photo").await;
}

pub async fn other_bytes_in_a_large_original_do_not_appear(home: &Home) {
    other_bytes(home, &noise(1, LARGE)).await;
}

fn run(program: &str, args: &[&std::path::Path]) {
    assert!(
        Command::new(program)
            .args(args)
            .status()
            .expect("run it")
            .success()
    );
}

pub async fn an_original_that_became_a_link_is_not_sent(home: &Home) {
    let original = home.original(b"a photo");
    let path = home.path_of(&original);
    let elsewhere = path.with_file_name("original-elsewhere.jpg");
    run("mv", &[&path, &elsewhere]);
    std::os::unix::fs::symlink(&elsewhere, &path).expect("link");
    is_of_the_source(&refused(home, &home.destination, &original, &through()).await);
}

/// It is the original that is not there; what is at the destination has nothing to do with it.
pub async fn an_original_that_is_gone_is_not_sent(home: &Home) {
    let original = home.original(b"a photo");
    run("rm", &[&home.path_of(&original)]);
    is_of_the_source(&refused(home, &home.destination, &original, &through()).await);
}

fn is_of_the_source(error: &Error) {
    let kinds = [ErrorKind::SourceChanged, ErrorKind::SourceUnreadable];
    assert!(kinds.contains(&error.kind), "{error} ({:?})", error.kind);
}
