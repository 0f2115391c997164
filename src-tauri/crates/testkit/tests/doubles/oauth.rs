//! Sign-in at both providers.

use crate::json;
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET, Consent, OAuth};
use albumen_testkit::http::{Answer, Ask, Client};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use url::Url;

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-for-PKCE";
const REDIRECT: &str = "http://127.0.0.1:53682/";

fn path(url: &str) -> String {
    Url::parse(url).unwrap().path().to_owned()
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

fn with<'a>(base: &[(&'a str, &'a str)], change: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    let kept = base.iter().filter(|(name, _)| *name != change.0);
    let mut all: Vec<_> = kept.copied().collect();
    if !change.1.is_empty() {
        all.push(change);
    }
    all
}

fn visit(oauth: &OAuth, client: &Client, query: &[(&str, &str)]) -> Answer {
    let path = &path(&oauth.authorize_url());
    let ask = Ask {
        method: "GET",
        path,
        query,
        ..Ask::default()
    };
    client.ask(ask).unwrap()
}

/// The parameters of the address a browser is sent back to.
fn back(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 302, "{answer:?}");
    let target = Url::parse(answer.header("location").unwrap()).unwrap();
    target.query_pairs().into_owned().collect()
}

fn post(client: &Client, url: &str, form: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(form).finish();
    let ask = Ask {
        method: "POST",
        path: &path(url),
        headers: &[("content-type", "application/x-www-form-urlencoded")],
        body: body.as_bytes(),
        ..Ask::default()
    };
    client.ask(ask).unwrap()
}

fn error(answer: &Answer) -> Value {
    assert!((400..=401).contains(&answer.status), "{answer:?}");
    json(answer)["error"].clone()
}

#[test]
fn dropbox_signs_in_without_a_secret_and_refreshes() {
    let dir = tempfile::tempdir().unwrap();
    let dropbox = Dropbox::start(dir.path());
    let (oauth, client) = (dropbox.oauth(), dropbox.client());
    let challenge = challenge();
    let query = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("state", "st 1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("token_access_type", "offline"),
    ];
    assert!(
        visit(oauth, &client, &query)
            .text()
            .contains("redirect_uri_mismatch")
    );
    oauth.register(REDIRECT);
    for change in [
        ("client_id", "another"),
        ("response_type", "token"),
        ("redirect_uri", "http://127.0.0.1:53683/"),
        ("code_challenge_method", "plain"),
        ("code_challenge", "short"),
        ("code_challenge", ""),
        ("scope", "everything"),
        ("token_access_type", "forever"),
        ("prompt", "consent"),
    ] {
        assert_eq!(
            visit(oauth, &client, &with(&query, change)).status,
            400,
            "{change:?}"
        );
    }

    let came = back(&visit(oauth, &client, &query));
    assert_eq!(came["state"], "st 1");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &came["code"][..]),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT),
    ];
    let url = oauth.token_url();
    assert_eq!(
        error(&post(&client, &url, &with(&form, ("client_id", "x")))),
        "invalid_client"
    );
    assert_eq!(
        error(&post(&client, &url, &with(&form, ("client_secret", "x")))),
        "invalid_client"
    );
    assert_eq!(
        error(&post(&client, &url, &with(&form, ("grant_type", "x")))),
        "unsupported_grant_type"
    );
    assert_eq!(
        error(&post(&client, &url, &with(&form, ("more", "x")))),
        "invalid_request"
    );
    let given = post(&client, &url, &form);
    assert_eq!(given.status, 200, "{given:?}");
    let given = json(&given);
    assert_eq!(
        (&given["expires_in"], &given["token_type"]),
        (&14_400.into(), &"bearer".into())
    );
    assert_eq!(given["account_id"], oauth.account());
    assert_eq!(
        error(&post(&client, &url, &form)),
        "invalid_grant",
        "a code is good once"
    );

    for change in [("code_verifier", "another"), ("redirect_uri", "")] {
        let code = back(&visit(oauth, &client, &query))["code"].clone();
        let form = with(&form, ("code", &code));
        assert_eq!(error(&post(&client, &url, &with(&form, change))), "invalid_grant");
    }

    let refresh = given["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", CLIENT_ID),
    ];
    oauth.expire_access_tokens();
    let new = json(&post(&client, &url, &form));
    assert_ne!(new["access_token"], given["access_token"]);
    assert_eq!(new.get("refresh_token"), None);
    oauth.rotate_refresh_tokens();
    let rotated = json(&post(&client, &url, &form));
    assert!(rotated["refresh_token"].is_string());
    assert_eq!(error(&post(&client, &url, &form)), "invalid_grant");

    let bearer = format!("Bearer {}", rotated["access_token"].as_str().unwrap());
    let revoke = |bearer: &str| {
        let ask = Ask {
            method: "POST",
            path: &path(&oauth.revoke_url()),
            headers: &[("content-type", "application/json"), ("authorization", bearer)],
            body: b"null",
            ..Ask::default()
        };
        client.ask(ask).unwrap()
    };
    assert_eq!(revoke(&bearer).status, 200);
    assert_eq!(revoke(&bearer).status, 401);
    let refresh = rotated["refresh_token"].as_str().unwrap();
    let form = with(&form, ("refresh_token", refresh));
    assert_eq!(error(&post(&client, &url, &form)), "invalid_grant");

    let shown = visit(oauth, &client, &with(&query, ("redirect_uri", "")));
    assert_eq!(shown.status, 200);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &shown.text()),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ];
    assert!(
        post(&client, &url, &form).is_good(),
        "a code that was shown has no redirect address"
    );
}

#[test]
fn the_person_says_no_and_a_state_comes_back_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let dropbox = Dropbox::start(dir.path());
    let (oauth, client) = (dropbox.oauth(), dropbox.client());
    oauth.register(REDIRECT);
    let challenge = challenge();
    let query = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("state", "mine"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for consent in [Consent::Deny, Consent::WrongState, Consent::NoState] {
        oauth.next_consent(consent);
    }
    let denied = back(&visit(oauth, &client, &query));
    assert_eq!(
        (denied["error"].as_str(), denied.get("code")),
        ("access_denied", None)
    );
    assert_eq!(denied["state"], "mine");
    assert_ne!(back(&visit(oauth, &client, &query))["state"], "mine");
    assert_eq!(back(&visit(oauth, &client, &query)).get("state"), None);
    assert_eq!(back(&visit(oauth, &client, &query))["state"], "mine");
    assert_eq!(dropbox.count("oauth.authorize"), 4);
}
