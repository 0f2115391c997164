//! What goes wrong on the way to Cloud Storage: answers that are lost, uploads that are stopped, sessions that end.

mod faults;

use super::home::{Home, noise};
use super::sites::gcs::Emulated;
use super::stops::{Notes, goes_on_where_it_was, until};
use albumen_store::{Destination, ErrorKind, Flow, Secret, Spec};
use albumen_testkit::proxy::Proxy;
use std::sync::Arc;

const MIB: usize = 1 << 20;
const KEY: &str = "2024/photo.jpg";

fn home() -> Option<(Home, Proxy)> {
    let (site, proxy) = Emulated::behind_a_proxy()?;
    Some((Home::new(Arc::new(site), "photos"), proxy))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_reconciled_and_not_sent_again() {
    let Some((home, proxy)) = home() else { return };
    // The first looks whether the name is free.
    proxy.swallow_reply(2);
    let put = home.put(KEY, b"a photo").await.expect("it is there");
    assert!(put.adopted);
    assert_eq!(home.outside.read(KEY).as_deref(), Some(&b"a photo"[..]));
    assert_eq!(home.outside.keys(), [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_stopped_often_goes_on_where_it_was() {
    let Some((home, proxy)) = home() else { return };
    let nothing_half = |_: &Notes| assert_eq!(home.outside.keys(), [""; 0]);
    goes_on_where_it_was(&home, || proxy.sent(), nothing_half).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_cost_a_chunk() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(1, 12 * MIB);
    proxy.cut_after(5 << 20);
    home.put(KEY, &bytes).await.expect("put");
    assert!(home.outside.read(KEY) == Some(bytes));
    assert_eq!(home.outside.keys(), [KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_last_chunk_is_reconciled() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(1, 9 * MIB);
    // Is it free, a session, 1, 2, 4 and 2 MiB.
    proxy.swallow_reply(6);
    home.put(KEY, &bytes).await.expect("put");
    assert!(home.outside.read(KEY) == Some(bytes));
    assert!(proxy.sent() < 10 << 20, "{} bytes", proxy.sent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_storage_forgot_begins_anew() {
    let Some((home, _proxy)) = home() else { return };
    let bytes = noise(1, 12 * MIB);
    let original = home.original(&bytes);
    let notes = Arc::new(Notes::default());
    let stopped = home.again().put(KEY, &original, &until(4 << 20, &notes)).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    let session = notes.of(KEY).expect("a session");
    notes.write(KEY, &session.replace("upload_id=", "upload_id=gone-"));
    let flow = Flow::free().with_ledger(notes);
    home.again().put(KEY, &original, &flow).await.expect("put");
    assert!(home.outside.read(KEY) == Some(bytes));
    assert_eq!(home.outside.keys(), [KEY]);
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
