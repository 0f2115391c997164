//! What goes wrong between Albumen and a server that is reached by `ssh`: runs that are killed, connections that are cut or
//! fall silent, hosts that nobody knows.

use super::home::{Home, TAKEN_NS, noise, through};
use super::site::Site;
use super::sites::sftp::Shell;
use super::stops::{Notes, goes_on_where_it_was, removes_what_a_killed_run_left, until};
use albumen_store::{Destination, ErrorKind, Flow, Spec, same_version};
use albumen_testkit::proxy::Proxy;
use std::sync::Arc;
use std::time::{Duration, Instant};

const KEY: &str = "2024/movie.mp4";
const LARGE: usize = (24 << 20) + 1;

fn home() -> Option<(Home, Proxy)> {
    let (site, proxy) = Shell::behind_a_proxy()?;
    Some((Home::new(Arc::new(site), "room"), proxy))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_killed_again_and_again_goes_on_where_it_was() {
    let Some((home, proxy)) = home() else { return };
    let one_session = |notes: &Notes| assert_eq!(notes.open_sessions(), 1);
    goes_on_where_it_was(&home, || proxy.sent(), one_session).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_ours_any_more_are_not_gone_on_with() {
    let Some((home, _proxy)) = home() else { return };
    let bytes = noise(2, LARGE);
    let original = home.original(&bytes);
    let sessions = Arc::new(Notes::default());
    let killed = home
        .destination
        .put(KEY, &original, &until(9 << 20, &sessions))
        .await;
    assert!(killed.is_err());
    let part = home.outside.keys().pop().expect("what was sent");
    home.outside.write(&part, &noise(3, 8 << 20));
    let flow = Flow::free().with_ledger(sessions);
    home.destination.put(KEY, &original, &flow).await.expect("put");
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
    assert_eq!(home.outside.keys(), [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_cut_goes_on_where_it_was() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(4, LARGE);
    proxy.cut_after(10 << 20);
    home.put(KEY, &bytes).await.expect("it goes on");
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
    assert_eq!(home.outside.keys(), [KEY]);
    let most = LARGE as u64 * 115 / 100;
    assert!(proxy.sent() < most, "{} of at most {most}", proxy.sent());
}

/// Wherever the connection is cut, the file is there once, with its bytes, and it is no failure.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_is_neither_a_twin_nor_a_failure() {
    let Some((home, proxy)) = home() else { return };
    for nth in 1..=12 {
        let (key, bytes) = (format!("2024/{nth}.jpg"), noise(nth, 300));
        home.destination
            .head("2024/nothing.jpg", &through())
            .await
            .expect("a connection");
        proxy.cut_after(nth * 120);
        let put = home.put(&key, &bytes).await;
        let put = put.unwrap_or_else(|failed| panic!("cut {nth}: {failed}"));
        let there = home
            .destination
            .head(&key, &through())
            .await
            .expect("head")
            .expect("there");
        assert!(same_version(&put.version, &there.version));
        assert_eq!(home.outside.read(&key).as_deref(), Some(&bytes[..]));
    }
    let expected: Vec<String> = (1..=12).map(|nth| format!("2024/{nth}.jpg")).collect();
    let keys = home.outside.keys();
    assert!(
        expected.iter().all(|key| keys.contains(key)) && keys.len() == 12,
        "{keys:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_falls_silent_is_given_up_and_made_anew() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(5, LARGE);
    let begun = Instant::now();
    let (proxy, watched) = (Arc::new(proxy), begun);
    let watcher = tokio::task::spawn_blocking(move || {
        let until = |done: &dyn Fn() -> bool| {
            while !done() && watched.elapsed() < Duration::from_secs(100) {
                std::thread::park_timeout(Duration::from_millis(20));
            }
        };
        until(&|| proxy.sent() > 5 << 20);
        let before = proxy.connections();
        proxy.half_open();
        until(&|| proxy.connections() > before);
        proxy.go_on();
        proxy
    });
    home.put(KEY, &bytes).await.expect("sent again");
    drop(watcher.await.expect("watch"));
    assert!(begun.elapsed() < Duration::from_secs(90), "{:?}", begun.elapsed());
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
    assert_eq!(home.outside.keys(), [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_is_removed_by_the_next_put_of_the_same_key() {
    let Some((home, _proxy)) = home() else { return };
    removes_what_a_killed_run_left(&home).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_promises_is_tried_out() {
    let Some((home, _proxy)) = home() else { return };
    let known = home
        .destination
        .learn()
        .await
        .expect("learn")
        .expect("of a server");
    assert!(known.refuses_to_replace && !known.etag_is_md5, "{known:?}");
    assert_eq!(home.outside.keys(), [""; 0], "nothing of the trial stays");
    for bytes in [b"a movie".to_vec(), noise(6, (8 << 20) + 1)] {
        let key = format!("{}.mp4", bytes.len());
        home.put(&key, &bytes).await.expect("put");
        let seconds = format!("{}.000000000", TAKEN_NS / 1_000_000_000);
        assert_eq!(
            home.outside.time_of(&key),
            Some(seconds),
            "whole seconds are kept"
        );
        let taken = home.put(&key, &noise(7, bytes.len())).await;
        assert!(taken.is_err_and(|taken| taken.kind == ErrorKind::Exists));
        assert!(home.outside.read(&key).as_deref() == Some(&bytes[..]));
    }
}

async fn refusal(spec: Spec) -> String {
    let destination = Destination::connect(&spec, None).expect("connect");
    let facts = destination.probe().await;
    let failed = facts.failure.expect("it is not let in");
    assert_eq!(failed.kind, ErrorKind::Denied, "{failed}");
    failed.message
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_knows_is_not_spoken_to() {
    let Some(site) = Shell::sshd() else { return };
    site.room("room");
    let unknown = refusal(site.knowing("room", "nobody", "")).await;
    assert!(
        unknown.contains("does not know") && unknown.contains("`ssh -p "),
        "{unknown}"
    );
    let changed = refusal(site.knowing("room", "changed", &site.other_host_key())).await;
    assert!(changed.contains("another key than it did before"), "{changed}");
    let stranger = refusal(site.spec_of_stranger("room")).await;
    assert!(stranger.contains("does not let"), "{stranger}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_accepts_and_says_nothing_is_told_soon() {
    let Some((home, proxy)) = home() else { return };
    proxy.half_open();
    let begun = Instant::now();
    let facts = home.destination.probe().await;
    assert_eq!(
        facts.failure.map(|failed| failed.kind),
        Some(ErrorKind::Unreachable)
    );
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}
