//! What goes wrong at Google Drive and nowhere else: no file comes twice, is replaced or is called failed without need.

use super::home::{Home, noise, through};
use super::site::Site;
use super::sites::drive::{Account, grant};
use super::stops::{Notes, until};
use albumen_store::{Destination, ErrorKind, Flow, Put, Result};
use albumen_testkit::double::drive::{Drive, TOO_FAST, error};
use albumen_testkit::double::{Fault, When};
use std::sync::Arc;

const MIB: usize = 1 << 20;
const KEY: &str = "2024/05/IMG_1.JPG";

struct Place {
    drive: Arc<Drive>,
    account: Arc<Account>,
    home: Home,
}

impl Place {
    fn new() -> Self {
        let account = Arc::new(Account::new());
        Self {
            drive: account.drive.clone(),
            home: Home::new(account.clone(), "photos"),
            account,
        }
    }

    async fn put(&self, key: &str, bytes: &[u8]) -> Result<Put> {
        let original = self.home.original(bytes);
        self.home.destination.put(key, &original, &through()).await
    }

    /// Exactly these are stored, everything that was scripted has happened, and nothing came twice.
    fn holds(&self, files: &[(&str, &[u8])]) {
        let mut keys: Vec<&str> = files.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        assert_eq!(self.home.outside.keys(), keys);
        for (key, bytes) in files {
            assert!(self.home.outside.read(key).as_deref() == Some(bytes), "{key}");
        }
        assert_eq!(
            (self.drive.twins(), self.drive.overwrites(), self.drive.scripted()),
            (0, 0, 0),
            "twins, overwrites, scripted"
        );
    }

    fn another(&self) -> Destination {
        self.home.again()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_new_file_makes_no_twin() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    place
        .drive
        .script(When::op("upload.multipart"), Fault::DropAfterCommit);
    let put = place.put(KEY, b"a photo").await.expect("it is there");
    assert!(put.adopted, "found by the id it was to have");
    place.holds(&[(KEY, b"a photo")]);
    assert_eq!(place.drive.count("upload.multipart"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_new_folder_makes_no_twin() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    place
        .drive
        .script(When::op("files.create").times(2), Fault::DropAfterCommit);
    place.put(KEY, b"a photo").await.expect("put");
    place.put("2024/05/b.jpg", b"another").await.expect("put");
    place.holds(&[(KEY, b"a photo"), ("2024/05/b.jpg", b"another")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_share_their_folders_while_searches_lag() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let there = Arc::new(place.another());
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..24 {
        let (there, bytes) = (there.clone(), format!("photo {at}").into_bytes());
        let original = place.home.original(&bytes);
        tasks.spawn(async move {
            let key = format!("2024/{}/{at}.jpg", at % 3);
            there.put(&key, &original, &through()).await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic").expect("put");
    }
    assert_eq!(place.home.outside.keys().len(), 24);
    assert_eq!(place.drive.twins(), 0);
    // 2024, and three in it.
    assert_eq!(place.drive.count("files.create"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_a_moment_ago_is_found_before_any_search_finds_it() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let first = place.put(KEY, b"a photo").await.expect("put");
    let there = place
        .home
        .destination
        .head(KEY)
        .await
        .expect("head")
        .expect("there");
    assert_eq!(there.version, first.version);
    assert!(place.put(KEY, b"a photo").await.expect("ours").adopted);
    let other = place.put(KEY, b"another").await.expect_err("taken");
    assert_eq!(other.kind, ErrorKind::Exists);
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_in_case_are_two_photos() {
    let place = Place::new();
    place.put("a/IMG.JPG", b"loud").await.expect("put");
    place.put("a/img.jpg", b"quiet").await.expect("put");
    place.put("A/img.jpg", b"elsewhere").await.expect("put");
    place.holds(&[
        ("a/IMG.JPG", b"loud"),
        ("a/img.jpg", b"quiet"),
        ("A/img.jpg", b"elsewhere"),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_stopped_often_goes_on_where_it_was() {
    let place = Place::new();
    let bytes = noise(1, 24 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    for stop in [2, 6, 11, 17, 21] {
        // Every time another program, as after a kill.
        let stopped = place
            .another()
            .put(KEY, &original, &until(stop << 20, &notes))
            .await;
        assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    }
    let flow = Flow::free().with_ledger(notes.clone());
    place.another().put(KEY, &original, &flow).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    let sent = place.drive.bytes_received();
    println!("{sent} bytes for {}", bytes.len());
    assert!(sent * 100 <= bytes.len() as u64 * 115, "{sent} bytes");
    assert_eq!(notes.of(KEY), None, "the session is over");
    assert_eq!(place.drive.count("upload.start"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_are_cut_go_on_at_what_was_kept() {
    let place = Place::new();
    let bytes = noise(1, 12 * MIB);
    place
        .drive
        .script(When::op("upload.put").after(1).times(2), Fault::DropAt(700 << 10));
    place.put(KEY, &bytes).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    let sent = place.drive.bytes_received();
    assert!(sent < 14 << 20, "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_last_chunk_makes_no_twin() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let bytes = noise(1, 7 * MIB);
    // 1, 2 and 4 MiB.
    place
        .drive
        .script(When::op("upload.put").after(2), Fault::DropAfterCommit);
    place.put(KEY, &bytes).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    assert_eq!(place.drive.count("upload.start"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expired_begins_anew_under_the_same_id() {
    let place = Place::new();
    let bytes = noise(1, 12 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    let stopped = place.another().put(KEY, &original, &until(4 << 20, &notes)).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    place.drive.expire_sessions();
    let flow = Flow::free().with_ledger(notes);
    place.another().put(KEY, &original, &flow).await.expect("put");
    place.holds(&[(KEY, &bytes)]);
    assert_eq!(place.drive.count("upload.start"), 2);
    assert_eq!(
        place.drive.count("files.generateIds"),
        1,
        "the second program needed no id"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_session_expired_after_its_end_is_found_by_its_id() {
    let place = Place::new();
    place.drive.set_search_lag(1_000);
    let bytes = noise(1, 7 * MIB);
    let original = place.home.original(&bytes);
    let notes = Arc::new(Notes::default());
    let stopped = place.another().put(KEY, &original, &until(2 << 20, &notes)).await;
    assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
    let session = notes.of(KEY).expect("a session");
    let flow = Flow::free().with_ledger(notes.clone());
    // A program that is killed between the last answer and its note.
    let first = place.another();
    first.put(KEY, &original, &flow).await.expect("put");
    notes.write(KEY, &session);
    place.drive.expire_sessions();
    let put = first.put(KEY, &original, &flow).await.expect("found");
    assert!(put.adopted);
    place.holds(&[(KEY, &bytes)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn being_asked_to_slow_down_is_no_failure() {
    let place = Place::new();
    for op in ["upload.multipart", "files.list", "upload.start", "upload.put"] {
        place
            .drive
            .script(When::op(op), error(403, "userRateLimitExceeded", TOO_FAST));
    }
    place.drive.script(When::op("upload.put"), Fault::status(429));
    let large = noise(1, 6 * MIB);
    place.put(KEY, b"a photo").await.expect("put");
    place.put("large.mov", &large).await.expect("put");
    place.holds(&[(KEY, b"a photo"), ("large.mov", &large)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_is_full_says_so() {
    let place = Place::new();
    place.drive.set_quota(Some(10));
    place.put("a.jpg", b"a photo").await.expect("put");
    for bytes in [b"another".to_vec(), noise(1, 6 * MIB)] {
        let full = place.put(KEY, &bytes).await.expect_err("full");
        assert_eq!(full.kind, ErrorKind::Full, "{full}");
        assert!(full.is_fatal());
    }
    place.holds(&[("a.jpg", b"a photo")]);
    let person = place
        .home
        .destination
        .account()
        .await
        .expect("about")
        .expect("a person");
    assert_eq!(
        (person.name.as_str(), person.free_bytes),
        ("ada@example.org", Some(3))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_a_day_says_so() {
    let place = Place::new();
    let over = error(403, "dailyLimitExceeded", "Daily Limit Exceeded");
    place.drive.script(When::op("upload.multipart"), over);
    let limit = place.put(KEY, b"a photo").await.expect_err("tomorrow");
    assert_eq!(limit.kind, ErrorKind::DayLimit, "{limit}");
    place.put(KEY, b"a photo").await.expect("the next day");
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_is_renewed_and_nobody_notices() {
    let place = Place::new();
    place.put("a.jpg", b"a photo").await.expect("put");
    place.drive.oauth().expire_access_tokens();
    place.put("b.jpg", b"another").await.expect("put");
    place.holds(&[("a.jpg", b"a photo"), ("b.jpg", b"another")]);
    assert_eq!(place.drive.count("oauth.token"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_was_taken_back_asks_to_sign_in_again() {
    let place = Place::new();
    place.put("a.jpg", b"a photo").await.expect("put");
    place.drive.oauth().revoke_all();
    let refused = place.put("b.jpg", b"another").await.expect_err("no consent");
    assert_eq!(refused.kind, ErrorKind::SignInAgain, "{refused}");
    assert!(refused.is_fatal());
    place.holds(&[("a.jpg", b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_refused_before_anything_is_written_or_believed() {
    let place = Place::new();
    place.put("a.jpg", b"a photo").await.expect("put");
    let spec = place.account.spec("photos");
    place.drive.oauth().set_account("99998888777766665555");
    let secret = grant(place.drive.oauth().refresh_token());
    let there = Destination::connect(&spec, Some(secret)).expect("connect");
    let kinds = [
        there
            .put("b.jpg", &place.home.original(b"another"), &through())
            .await
            .map(drop),
        there
            .put("c.mov", &place.home.original(&noise(1, 6 * MIB)), &through())
            .await
            .map(drop),
        there.put_bytes(".albumen/x", b"ours".to_vec()).await.map(drop),
        there.head("a.jpg").await.map(drop),
        there.list(&mut |_| true).await,
        there.digest("a.jpg", &through()).await.map(drop),
        there.delete_if("a.jpg", "rev=1").await,
        there.is_there().await.map(drop),
        there.learn().await.map(drop),
    ];
    for (at, refused) in kinds.into_iter().enumerate() {
        assert_eq!(
            refused.expect_err("another account").kind,
            ErrorKind::WrongAccount,
            "{at}"
        );
    }
    place.holds(&[("a.jpg", b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_different_twins_none_is_picked() {
    let place = Place::new();
    let path = format!("/photos/{KEY}");
    place.drive.put_as_stranger(&path, b"one");
    place.drive.put_as_stranger(&path, b"two");
    let there = &place.home.destination;
    let version = "rev=1";
    let refused = [
        there.head(KEY).await.map(drop),
        there.digest(KEY, &through()).await.map(drop),
        there.delete_if(KEY, version).await,
        place.put(KEY, b"one").await.map(drop),
    ];
    for (at, refused) in refused.into_iter().enumerate() {
        let refused = refused.expect_err("which of them?");
        assert!(!refused.is_fatal(), "{at}: {refused}");
    }
    let mut listed = Vec::new();
    there
        .list(&mut |one| {
            listed.push(one);
            true
        })
        .await
        .expect("list");
    assert_eq!(listed.len(), 2, "both are told");
    assert!(listed[0].key == KEY && listed[1].key == KEY && listed[0].version != listed[1].version);
    assert_eq!(place.home.outside.keys(), [KEY, KEY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twins_that_are_alike_the_oldest_is_told() {
    let place = Place::new();
    let path = format!("/photos/{KEY}");
    let ids = [
        place.drive.put_as_stranger(&path, b"same"),
        place.drive.put_as_stranger(&path, b"same"),
    ];
    let there = place
        .home
        .destination
        .head(KEY)
        .await
        .expect("head")
        .expect("there");
    assert!(
        ids.iter().any(|id| there.version.contains(id.as_str())),
        "{}",
        there.version
    );
    let again = place.another().head(KEY).await.expect("head").expect("there");
    assert_eq!(again.version, there.version, "always the same one");
    assert_eq!(
        place.put(KEY, b"same").await.expect_err("theirs").kind,
        ErrorKind::Exists
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_is_not_whole_is_asked_for_again() {
    let place = Place::new();
    place.drive.set_page_size(3);
    for at in 0..8 {
        place.put(&format!("{at}.jpg"), b"a photo").await.expect("put");
    }
    place.drive.incomplete_searches(1);
    let mut keys = Vec::new();
    place
        .home
        .destination
        .list(&mut |one| {
            keys.push(one.key);
            true
        })
        .await
        .expect("list");
    keys.sort();
    assert_eq!(keys, place.home.outside.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stale_search_still_finds_is_not_believed() {
    let place = Place::new();
    place.put(KEY, b"a photo").await.expect("put");
    let another = place.another();
    // Its folders are known, and the next search is out of date.
    another.head(KEY).await.expect("head").expect("there");
    place.drive.stale_listings(1);
    place.home.outside.remove(KEY);
    assert_eq!(another.head(KEY).await.expect("head"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_digest_in_an_answer_is_asked_for_again() {
    let place = Place::new();
    place
        .drive
        .script(When::op("upload.multipart"), Fault::WrongHashInReply);
    place.put(KEY, b"a photo").await.expect("it is whole");
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_arrived_wrong_go_into_the_trash_and_their_name_is_free_again() {
    let place = Place::new();
    place
        .drive
        .script(When::op("upload.multipart"), Fault::WrongHashInReply);
    place.drive.script(When::op("files.get"), Fault::WrongHashInReply);
    let wrong = place.put(KEY, b"a photo").await.expect_err("other bytes");
    assert_eq!(wrong.kind, ErrorKind::BadDigest, "{wrong}");
    assert_eq!(place.home.outside.keys(), [""; 0]);
    place.put(KEY, b"a photo").await.expect("again");
    place.holds(&[(KEY, b"a photo")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_photo_is_in_the_trash() {
    let place = Place::new();
    let put = place.put(KEY, b"a photo").await.expect("put");
    place
        .home
        .destination
        .delete_if(KEY, &put.version)
        .await
        .expect("deleted");
    let all = place.drive.objects();
    let kept = all
        .iter()
        .find(|object| object.path.ends_with(KEY))
        .expect("still there");
    assert!(kept.trashed);
    assert_eq!(place.home.destination.head(KEY).await.expect("head"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_a_folder_that_somebody_puts_into_the_trash() {
    let place = Place::new();
    let large = noise(1, 7 * MIB);
    place.put("2024/a.jpg", b"a photo").await.expect("put");
    for (key, bytes) in [("2024/b.jpg", &b"another"[..]), ("2024/c.mov", &large)] {
        place.account.trash_folder("2024");
        place.put(key, bytes).await.expect("put");
        assert!(place.home.outside.read(key).as_deref() == Some(bytes), "once");
        let there = place.home.destination.head(key).await.expect("head");
        assert_eq!(there.expect("not in the trash").size, bytes.len() as u64);
    }
    assert_eq!(
        place.home.destination.head("2024/a.jpg").await.expect("head"),
        None
    );
}
