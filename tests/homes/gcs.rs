//! What goes wrong on the way to Cloud Storage: answers that are lost, uploads that are stopped, sessions that end.

mod faults;

use super::home::{Home, noise, through};
use super::site::{Room, Site};
use super::sites::gcs::Emulated;
use super::stops::{Notes, until};
use albumen_store::{Destination, ErrorKind, Flow, Secret, Spec};
use albumen_testkit::proxy::Proxy;
use std::sync::Arc;

const MIB: usize = 1 << 20;
const KEY: &str = "2024/photo.jpg";

/// A home behind a connection that fails; none where there is no server.
struct Place {
    proxy: Proxy,
    site: Arc<Emulated>,
    /// For originals, and to look at what is stored.
    home: Home,
}

impl Place {
    fn new() -> Option<Self> {
        let site = Arc::new(Emulated::start()?);
        Some(Self {
            proxy: Proxy::to(&site.endpoint()),
            home: Home::new(site.clone(), "photos"),
            site,
        })
    }

    fn connect(&self) -> Destination {
        let Spec::Gcs { bucket, prefix, .. } = self.site.spec("photos") else {
            unreachable!("a bucket of Cloud Storage")
        };
        let spec = Spec::Gcs {
            bucket,
            prefix,
            endpoint: self.proxy.endpoint(),
        };
        Destination::connect(&spec, self.site.secret()).expect("connect")
    }

    fn outside(&self) -> &dyn Room {
        &*self.home.outside
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_reconciled_and_not_sent_again() {
    let Some(place) = Place::new() else { return };
    let there = place.connect();
    // The first looks whether the name is free.
    place.proxy.swallow_reply(2);
    let put = there
        .put(KEY, &place.home.original(b"a photo"), &through())
        .await
        .expect("it is there");
    assert!(put.adopted);
    assert_eq!(place.outside().read(KEY).as_deref(), Some(&b"a photo"[..]));
    assert_eq!(place.outside().keys(), [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_stopped_often_goes_on_where_it_was() {
    let Some(place) = Place::new() else { return };
    let bytes = noise(1, 24 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    for stop in [2, 6, 11, 17, 21] {
        // Every time another program, as after a kill.
        let stopped = place
            .connect()
            .put(KEY, &original, &until(stop << 20, &notes))
            .await;
        assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
        assert_eq!(place.outside().keys(), [""; 0], "not before it is whole");
    }
    let flow = Flow::free().with_ledger(notes.clone());
    place.connect().put(KEY, &original, &flow).await.expect("put");
    assert!(place.outside().read(KEY) == Some(bytes));
    let sent = place.proxy.sent();
    println!("{sent} bytes for {}", 24 * MIB);
    assert!(sent * 100 <= (24 * MIB as u64) * 115, "{sent} bytes");
    assert_eq!(notes.of(KEY), None, "the session is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_cost_a_chunk() {
    let Some(place) = Place::new() else { return };
    let bytes = noise(1, 12 * MIB);
    place.proxy.cut_after(5 << 20);
    place
        .connect()
        .put(KEY, &place.home.original(&bytes), &through())
        .await
        .expect("put");
    assert!(place.outside().read(KEY) == Some(bytes));
    assert_eq!(place.outside().keys(), [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_last_chunk_is_reconciled() {
    let Some(place) = Place::new() else { return };
    let bytes = noise(1, 9 * MIB);
    // Is it free, a session, 1, 2, 4 and 2 MiB.
    place.proxy.swallow_reply(6);
    place
        .connect()
        .put(KEY, &place.home.original(&bytes), &through())
        .await
        .expect("put");
    assert!(place.outside().read(KEY) == Some(bytes));
    assert!(place.proxy.sent() < 10 << 20, "{} bytes", place.proxy.sent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_storage_forgot_begins_anew() {
    let Some(place) = Place::new() else { return };
    let bytes = noise(1, 12 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    let stopped = place.connect().put(KEY, &original, &until(4 << 20, &notes)).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    let session = notes.of(KEY).expect("a session");
    notes.write(KEY, &session.replace("upload_id=", "upload_id=gone-"));
    let flow = Flow::free().with_ledger(notes);
    place.connect().put(KEY, &original, &flow).await.expect("put");
    assert!(place.outside().read(KEY) == Some(bytes));
    assert_eq!(place.outside().keys(), [KEY]);
}

#[test]
fn a_key_never_goes_to_a_strange_server() {
    let spec = |endpoint: &str| Spec::Gcs {
        bucket: "pictures".to_owned(),
        prefix: String::new(),
        endpoint: endpoint.to_owned(),
    };
    let secret = || {
        Some(Secret::ServiceAccount {
            json: "a token".to_owned(),
        })
    };
    for endpoint in [
        "https://storage.example",
        "http://storage.googleapis.com",
        "http://10.0.0.1",
    ] {
        let refused = Destination::connect(&spec(endpoint), secret()).map(drop);
        assert_eq!(
            refused.expect_err("strange").kind,
            ErrorKind::Denied,
            "{endpoint}"
        );
    }
    let no_key = Destination::connect(&spec("https://storage.googleapis.com"), secret()).map(drop);
    assert_eq!(no_key.expect_err("no key file").kind, ErrorKind::Denied);
}
