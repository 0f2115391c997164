//! What goes wrong between Albumen and Azure's blob storage: runs that are killed, connections that are cut, answers that
//! are lost, bytes that change on the way.

use super::home::{Home, noise, through};
use super::sites::azure::Blobs;
use super::stops::{Notes, goes_on_where_it_was, until};
use albumen_store::{ErrorKind, Flow, same_version};
use albumen_testkit::proxy::Proxy;
use std::sync::Arc;

const KEY: &str = "2024/movie.mp4";
const LARGE: usize = (24 << 20) + 1;

fn home() -> Option<(Home, Proxy)> {
    let (site, proxy) = Blobs::behind_a_proxy()?;
    Some((Home::new(Arc::new(site), "room"), proxy))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_killed_again_and_again_goes_on_where_it_was() {
    let Some((home, proxy)) = home() else { return };
    let nothing_half = |notes: &Notes| {
        assert_eq!(home.outside.keys(), [""; 0]);
        assert_eq!(notes.open_sessions(), 1);
    };
    goes_on_where_it_was(&home, || proxy.sent(), nothing_half).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_costs_a_block() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(2, LARGE);
    proxy.cut_after(10 << 20);
    home.put(KEY, &bytes).await.expect("sent again");
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
    assert!(proxy.sent() < (LARGE as u64) + (5 << 20), "{}", proxy.sent());
}

/// Whichever answer is lost, the file is there once, with its bytes, and it is no failure.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_neither_a_twin_nor_a_failure() {
    let Some((home, proxy)) = home() else { return };
    for size in [1000, (8 << 20) + 1] {
        for nth in 1..=5 {
            let (key, bytes) = (format!("{size}/{nth}.jpg"), noise(nth, size));
            proxy.swallow_reply(nth);
            let put = home.put(&key, &bytes).await;
            let put = put.unwrap_or_else(|failed| panic!("answer {nth} of {size} bytes: {failed}"));
            // What was not used up is lost by these.
            for _ in 0..nth {
                let there = home
                    .destination
                    .head(&key, &through())
                    .await
                    .expect("head")
                    .expect("there");
                assert!(same_version(&put.version, &there.version));
            }
            assert!(home.outside.read(&key).as_deref() == Some(&bytes[..]));
        }
    }
    assert_eq!(home.outside.keys().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_begins_anew() {
    let Some((home, _proxy)) = home() else { return };
    let sessions = Arc::new(Notes::default());
    let first = home.original(&noise(3, LARGE));
    let killed = home
        .destination
        .put(KEY, &first, &until(9 << 20, &sessions))
        .await;
    assert!(killed.is_err());
    let bytes = noise(4, LARGE);
    let flow = Flow::free().with_ledger(sessions);
    home.destination
        .put(KEY, &home.original(&bytes), &flow)
        .await
        .expect("put");
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_file_takes_a_name_whose_upload_was_left() {
    let Some((home, _proxy)) = home() else { return };
    let sessions = Arc::new(Notes::default());
    let large = home.original(&noise(6, LARGE));
    let killed = home
        .destination
        .put(KEY, &large, &until(9 << 20, &sessions))
        .await;
    assert!(killed.is_err());
    home.put(KEY, b"a photo").await.expect("it is free");
    assert_eq!(home.outside.read(KEY).as_deref(), Some(&b"a photo"[..]));
    let taken = home
        .destination
        .put(KEY, &large, &Flow::free().with_ledger(sessions))
        .await;
    assert!(taken.is_err_and(|taken| taken.kind == ErrorKind::Exists));
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
    assert!(known.refuses_to_replace && known.refuses_wrong_md5, "{known:?}");
    assert_eq!(home.outside.keys(), [""; 0], "nothing of the trial stays");
    let small = home.put("small.jpg", b"a photo").await.expect("put");
    assert!(small.refused_wrong, "it would have refused other bytes");
    let there = home
        .destination
        .head("small.jpg", &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(small.sums.agree(&there.sums), Some(true));
    home.put(KEY, &noise(5, LARGE)).await.expect("put");
    let large = home
        .destination
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(
        large.sums.to_string(),
        "",
        "what we said of blocks ourselves is no proof"
    );
}
