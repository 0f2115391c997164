//! Whose account it is, how long we are let in, and what it refuses.

use super::{KEY, MIB, Place};
use crate::homes::consents::{asks_to_sign_in_again_once_it_is_taken_back, refuses_another_account};
use crate::homes::home::noise;
use crate::homes::site::Site;
use crate::homes::sites::drive::grant;
use albumen_store::{Destination, ErrorKind};
use albumen_testkit::double::drive::{TOO_FAST, error};
use albumen_testkit::double::{Fault, When};

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
    asks_to_sign_in_again_once_it_is_taken_back(&place.home, place.drive.oauth()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_refused_before_anything_is_written_or_believed() {
    let place = Place::new();
    let spec = place.account.spec("photos");
    place.drive.oauth().set_account("99998888777766665555");
    let secret = grant(place.drive.oauth().refresh_token());
    let there = Destination::connect(&spec, Some(secret)).expect("connect");
    refuses_another_account(&place.home, &there).await;
}
