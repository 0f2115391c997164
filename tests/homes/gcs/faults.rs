//! What the emulator cannot do wrong: a front before it keeps Cloud Storage's promises and fails as it is told.

use super::{KEY, MIB};
use crate::homes::home::{Home, noise, temp, through};
use crate::homes::site::{Room, Site};
use crate::homes::sites::gcs::Emulated;
use crate::homes::stops::{Notes, until};
use albumen_store::{Destination, ErrorKind, Flow, Known, Result, Secret, Spec};
use albumen_testkit::double::cloud::Cloud;
use albumen_testkit::double::drive::error;
use albumen_testkit::double::{Fault, When};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Signs in nowhere but at the front.
const PEM: &str = include_str!("../../../src-tauri/crates/store/src/google/assertion/throwaway.pem");

struct Front {
    cloud: Cloud,
    site: Arc<Emulated>,
    /// For originals, and to look at what is stored.
    home: Home,
    _dir: TempDir,
}

impl Front {
    fn new() -> Option<Self> {
        let (site, dir) = (Arc::new(Emulated::start()?), temp());
        Some(Self {
            cloud: Cloud::start(&site.endpoint, dir.path()),
            home: Home::new(site.clone(), "photos"),
            site,
            _dir: dir,
        })
    }

    fn outside(&self) -> &dyn Room {
        &*self.home.outside
    }

    fn connect(&self) -> Destination {
        let Spec::Gcs { bucket, prefix, .. } = self.site.spec("photos") else {
            unreachable!("a bucket of Cloud Storage")
        };
        let spec = Spec::Gcs {
            bucket,
            prefix,
            endpoint: self.cloud.endpoint(),
        };
        let json = self.cloud.key_file(PEM);
        Destination::connect(&spec, Some(Secret::ServiceAccount { json })).expect("connect")
    }

    /// One that leaves it to the storage to refuse what is taken.
    fn believing(&self) -> Destination {
        self.connect().with_known(Known {
            refuses_to_replace: true,
            ..Known::default()
        })
    }

    /// Seven objects, listed in pages of three.
    fn filled(&self) -> Vec<String> {
        let keys: Vec<String> = (0..7).map(|at| format!("2024/{at}.jpg")).collect();
        for key in &keys {
            self.outside().write(key, b"a photo");
        }
        self.cloud.set_page_size(3);
        keys
    }

    async fn listed(&self) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        let mut on_object = |one: albumen_store::Listed| {
            keys.push(one.key);
            true
        };
        self.connect().list(&through(), &mut on_object).await?;
        keys.sort();
        Ok(keys)
    }

    fn holds(&self, bytes: &[u8]) {
        assert!(self.outside().read(KEY).as_deref() == Some(bytes));
        assert_eq!(self.outside().keys(), [KEY]);
        assert_eq!(self.cloud.scripted(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_front_promises_is_learnt() {
    let Some(front) = Front::new() else { return };
    let known = front.connect().learn().await.expect("learn").expect("far away");
    assert!(known.refuses_to_replace, "{known:?}");
    assert_eq!(front.outside().keys(), [""; 0], "nothing of the trial stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_is_refused_before_a_byte_is_stored() {
    let Some(front) = Front::new() else { return };
    front.outside().write(KEY, b"another's");
    for bytes in [b"a photo".to_vec(), noise(1, 9 * MIB)] {
        let original = front.home.original(&bytes);
        let refused = front.believing().put(KEY, &original, &through()).await;
        assert_eq!(refused.expect_err("taken").kind, ErrorKind::Exists);
    }
    assert_eq!(front.cloud.count("upload.put"), 0);
    front.holds(b"another's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_while_a_session_runs_is_refused_at_its_end() {
    let Some(front) = Front::new() else { return };
    let original = front.home.original(&noise(1, 9 * MIB));
    let notes = Arc::new(Notes::default());
    let stopped = front
        .believing()
        .put(KEY, &original, &until(4 << 20, &notes))
        .await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    front.outside().write(KEY, b"another's");
    let flow = Flow::free().with_ledger(notes);
    let refused = front.believing().put(KEY, &original, &flow).await;
    assert_eq!(refused.expect_err("taken").kind, ErrorKind::Exists);
    assert_eq!(front.cloud.count("upload.start"), 1, "it went on where it was");
    front.holds(b"another's");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_lost_answer_that_comes_back_as_a_taken_name_is_adopted() {
    let Some(front) = Front::new() else { return };
    front
        .cloud
        .script(When::op("objects.insert"), Fault::DropAfterCommit);
    // Whether it is there cannot be asked at once either.
    front.cloud.script(When::op("objects.get"), Fault::status(503));
    let original = front.home.original(b"a photo");
    let put = front.believing().put(KEY, &original, &through()).await;
    assert!(put.expect("it is there").adopted);
    assert_eq!(front.cloud.count("objects.insert"), 2);
    front.holds(b"a photo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_is_renewed() {
    let Some(front) = Front::new() else { return };
    let there = front.connect();
    assert_eq!(there.head(KEY, &through()).await.expect("head"), None);
    front.cloud.expire_token();
    let original = front.home.original(b"a photo");
    there.put(KEY, &original, &through()).await.expect("put");
    front.holds(b"a photo");
    assert_eq!(front.cloud.count("oauth.token"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_that_is_refused_too_is_said_to_be() {
    let Some(front) = Front::new() else { return };
    let refusal = error(401, "authError", "Invalid Credentials");
    front.cloud.script(When::op("objects.get").times(2), refusal);
    let refused = front
        .connect()
        .head(KEY, &through())
        .await
        .expect_err("refused twice");
    assert_eq!(refused.kind, ErrorKind::Denied, "{refused}");
    assert_eq!(front.cloud.count("oauth.token"), 2, "renewed once");
    assert_eq!(front.cloud.scripted(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_for_a_moment_is_asked_for_again() {
    let Some(front) = Front::new() else { return };
    let keys = front.filled();
    for fault in [Fault::status(503), Fault::CutReplyAt(100), Fault::DropBefore] {
        front
            .cloud
            .script(When::op("objects.list").after(1), fault.clone());
        assert_eq!(front.listed().await.expect("list"), keys, "{fault:?}");
        assert_eq!(front.cloud.scripted(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_holds_nothing_is_not_the_end() {
    let Some(front) = Front::new() else { return };
    let keys = front.filled();
    front.cloud.empty_pages(2);
    assert_eq!(front.listed().await.expect("list"), keys);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_goes_in_circles_ends_as_an_error() {
    let Some(front) = Front::new() else { return };
    for token in ["a", "b", "a", "b"] {
        let page = json!({"items": [], "nextPageToken": token});
        front
            .cloud
            .script(When::op("objects.list"), Fault::json(200, &page));
    }
    let endless = front.listed().await.expect_err("not followed");
    assert_eq!(endless.kind, ErrorKind::Other, "{endless}");
    assert_eq!(front.cloud.scripted(), 1, "the third page names the first again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_for_good_fails_the_listing() {
    let Some(front) = Front::new() else { return };
    front.filled();
    let page = Fault::Status {
        code: 200,
        headers: Vec::new(),
        body: "<html>".to_owned(),
    };
    for (at, fault, kind) in [
        (0, error(403, "forbidden", "No access."), ErrorKind::Denied),
        (1, error(403, "forbidden", "No access."), ErrorKind::Denied),
        (
            2,
            error(404, "notFound", "The bucket is gone."),
            ErrorKind::NoSuchPlace,
        ),
        (1, error(400, "invalid", "Invalid page token."), ErrorKind::Other),
        (2, page, ErrorKind::Other),
    ] {
        front.cloud.script(When::op("objects.list").after(at), fault);
        let failed = front.listed().await.expect_err("not a short listing");
        assert_eq!(failed.kind, kind, "{at}: {failed}");
        assert_eq!(front.cloud.scripted(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_storage_is_asked_again_when_it_said() {
    let Some(front) = Front::new() else { return };
    for (code, reason) in [(429, "rateLimitExceeded"), (503, "backendError")] {
        let busy = error(code, reason, "Later.").header("retry-after", "1");
        front.cloud.script(When::op("objects.insert"), busy);
        let original = front.home.original(b"a photo");
        let begun = Instant::now();
        let put = front.believing().put(KEY, &original, &through()).await;
        assert!(!put.expect("put").adopted, "{code}");
        assert!(begun.elapsed() >= Duration::from_secs(1), "{code}");
        front.holds(b"a photo");
        front.outside().remove(KEY);
    }
    assert_eq!(front.cloud.count("objects.insert"), 4);
}
