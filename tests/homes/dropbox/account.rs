//! Whose account it is, and how long we are let in.

use super::{APPEND, LOOK, Place, START};
use crate::homes::consents::{asks_to_sign_in_again_once_it_is_taken_back, refuses_another_account};
use crate::homes::home::noise;
use albumen_store::Person;
use albumen_testkit::double::{Fault, When};

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_refused_before_anything_is_written_or_believed() {
    let place = Place::expecting("dbid:AAAAtheOther");
    let there = &place.home.destination;
    refuses_another_account(&place.home, there).await;
    assert_eq!((place.double.count(START), place.double.count(LOOK)), (0, 0));
    let person = there.account().await.expect("an answer").expect("a person");
    assert_eq!(person.id, "dbid:AAAAtheFirst", "who it is can still be asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_account_is_asked_for_once() {
    let place = Place::expecting("dbid:AAAAtheFirst");
    place.put("a.jpg", b"a photo").await.expect("put");
    place.put("b.jpg", b"another").await.expect("put");
    assert_eq!(place.double.count("users/get_current_account"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_tells_its_person_and_room() {
    let place = Place::new();
    place.double.set_quota(Some(1_000));
    place.put("a.jpg", b"a photo").await.expect("put");
    let person = place.home.destination.account().await.expect("an answer");
    let expected = Person {
        id: "dbid:AAAAtheFirst".to_owned(),
        name: "ada@example.org".to_owned(),
        free_bytes: Some(993),
    };
    assert_eq!(person, Some(expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_on_the_way_is_renewed() {
    let place = Place::new();
    place.put("a.jpg", b"a photo").await.expect("put");
    place.double.oauth().expire_access_tokens();
    place.put("b.jpg", b"another").await.expect("put");
    let expired = Fault::json(
        401,
        &serde_json::json!({"error_summary": "expired_access_token/..", "error": {".tag": "expired_access_token"}}),
    );
    place.double.script(When::op(APPEND).after(1), expired);
    let large = noise(1, 9 << 20);
    place.put("c.mp4", &large).await.expect("put");
    place.holds(&[("a.jpg", b"a photo"), ("b.jpg", b"another"), ("c.mp4", &large)]);
    assert_eq!(place.double.count("oauth.token"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_was_taken_back_asks_to_sign_in_again() {
    let place = Place::new();
    asks_to_sign_in_again_once_it_is_taken_back(&place.home, place.double.oauth()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_tells_what_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let known = place.home.destination.learn().await.expect("a trial");
    let known = known.expect("far away");
    assert!(known.refuses_to_replace && known.refuses_wrong_content_hash);
    place.holds_nothing();
    let put = place.put("a.jpg", b"a photo").await.expect("put");
    assert!(put.refused_wrong, "wrong bytes would have been refused");
}
