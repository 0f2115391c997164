//! What goes wrong between Albumen and Azure's blob storage: runs that are killed, connections that are cut, answers that
//! are lost, bytes that change on the way.

use super::home::{Home, noise, through};
use super::sites::azure::Blobs;
use albumen_store::{ErrorKind, Flow, Ledger, same_version};
use albumen_testkit::proxy::Proxy;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const KEY: &str = "2024/movie.mp4";
const LARGE: usize = (24 << 20) + 1;

fn home() -> Option<(Home, Proxy)> {
    let (site, proxy) = Blobs::behind_a_proxy()?;
    Some((Home::new(Arc::new(site), "room"), proxy))
}

/// Sessions that outlive a run.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, String>>);

impl Sessions {
    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Ledger for Sessions {
    fn open(&self, key: &str) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    fn save(&self, key: &str, session: &str) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key.to_owned(), session.to_owned());
        true
    }

    fn close(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// A run that ends as if killed once it has sent `bytes`.
pub fn killed_after(bytes: u64, sessions: &Arc<Sessions>) -> Flow {
    let seen = AtomicU64::new(0);
    Flow::new(move |more| seen.fetch_add(more, Ordering::Relaxed) + more < bytes)
        .with_ledger(sessions.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_killed_again_and_again_goes_on_where_it_was() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(1, LARGE);
    let original = home.original(&bytes);
    let sessions = Arc::new(Sessions::default());
    for run in 1..=5 {
        let flow = killed_after(run * (4 << 20), &sessions);
        let killed = home.again().put(KEY, &original, &flow).await;
        assert_eq!(
            killed.map(|_| ()).map_err(|killed| killed.kind),
            Err(ErrorKind::Stopped)
        );
        assert_eq!(home.outside.keys(), [""; 0], "nothing half");
        assert_eq!(sessions.count(), 1);
    }
    let flow = Flow::free().with_ledger(sessions.clone());
    home.again().put(KEY, &original, &flow).await.expect("put");
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
    assert_eq!(sessions.count(), 0);
    let most = LARGE as u64 * 115 / 100;
    assert!(proxy.sent() < most, "{} of at most {most}", proxy.sent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_costs_a_block() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(2, LARGE);
    proxy.cut_after(10 << 20);
    home.destination
        .put(KEY, &home.original(&bytes), &through())
        .await
        .expect("sent again");
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
            let put = home
                .destination
                .put(&key, &home.original(&bytes), &through())
                .await;
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
    let sessions = Arc::new(Sessions::default());
    let first = home.original(&noise(3, LARGE));
    let killed = home
        .destination
        .put(KEY, &first, &killed_after(9 << 20, &sessions))
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
    let sessions = Arc::new(Sessions::default());
    let large = home.original(&noise(6, LARGE));
    let killed = home
        .destination
        .put(KEY, &large, &killed_after(9 << 20, &sessions))
        .await;
    assert!(killed.is_err());
    home.destination
        .put(KEY, &home.original(b"a photo"), &through())
        .await
        .expect("it is free");
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
    let small = home
        .destination
        .put("small.jpg", &home.original(b"a photo"), &through())
        .await
        .expect("put");
    assert!(small.refused_wrong, "it would have refused other bytes");
    let there = home
        .destination
        .head("small.jpg", &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(small.sums.agree(&there.sums), Some(true));
    home.destination
        .put(KEY, &home.original(&noise(5, LARGE)), &through())
        .await
        .expect("put");
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
