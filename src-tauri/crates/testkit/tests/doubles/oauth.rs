//! Sign-in at both providers.

use crate::json as body;
use albumen_testkit::double::drive::Drive;
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET, Consent, OAuth};
use albumen_testkit::http::{self, Answer, Ask, Client};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;
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

fn visit(oauth: &OAuth, query: &[(&str, &str)]) -> Answer {
    let url = Url::parse_with_params(&oauth.authorize_url(), query).unwrap();
    http::visit(url.as_str()).unwrap()
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
    body(answer)["error"].clone()
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
    assert!(visit(oauth, &query).text().contains("redirect_uri_mismatch"));
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
        assert_eq!(visit(oauth, &with(&query, change)).status, 400, "{change:?}");
    }

    let came = back(&visit(oauth, &query));
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
    let given = body(&given);
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
        let code = back(&visit(oauth, &query))["code"].clone();
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
    let new = body(&post(&client, &url, &form));
    assert_ne!(new["access_token"], given["access_token"]);
    assert_eq!(new.get("refresh_token"), None);
    oauth.rotate_refresh_tokens();
    let rotated = body(&post(&client, &url, &form));
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

    let shown = visit(oauth, &with(&query, ("redirect_uri", "")));
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
    let oauth = dropbox.oauth();
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
    let denied = back(&visit(oauth, &query));
    assert_eq!(
        (denied["error"].as_str(), denied.get("code")),
        ("access_denied", None)
    );
    assert_eq!(denied["state"], "mine");
    assert_ne!(back(&visit(oauth, &query))["state"], "mine");
    assert_eq!(back(&visit(oauth, &query)).get("state"), None);
    assert_eq!(back(&visit(oauth, &query))["state"], "mine");
    assert_eq!(dropbox.count("oauth.authorize"), 4);
}

const SCOPE: &str = "https://www.googleapis.com/auth/drive.file";

#[test]
fn google_wants_the_secret_and_gives_a_refresh_token_once() {
    let dir = tempfile::tempdir().unwrap();
    let drive = Drive::start(dir.path());
    let (oauth, client) = (drive.oauth(), drive.client());
    let challenge = challenge();
    let query = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", "http://127.0.0.1:49152"),
        ("state", "mine"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("access_type", "offline"),
        ("scope", SCOPE),
    ];
    for change in [
        ("redirect_uri", "http://example.org:49152"),
        ("redirect_uri", "https://127.0.0.1:49152"),
        ("redirect_uri", ""),
        ("scope", ""),
        ("scope", "https://www.googleapis.com/auth/everything"),
        ("token_access_type", "offline"),
    ] {
        assert_eq!(visit(oauth, &with(&query, change)).status, 400, "{change:?}");
    }
    let url = oauth.token_url();
    let exchange = |query: &[(&str, &str)], secret: &str| {
        let code = back(&visit(oauth, query))["code"].clone();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code[..]),
            ("code_verifier", VERIFIER),
            ("client_id", CLIENT_ID),
            ("redirect_uri", "http://127.0.0.1:49152"),
        ];
        post(&client, &url, &with(&form, ("client_secret", secret)))
    };
    let refused = exchange(&query, "");
    assert_eq!((refused.status, error(&refused)), (401, "invalid_client".into()));
    let first = body(&exchange(&query, CLIENT_SECRET));
    assert_eq!(
        (&first["scope"], &first["token_type"]),
        (&SCOPE.into(), &"Bearer".into())
    );
    let refresh = first["refresh_token"].as_str().unwrap();
    let second = body(&exchange(&query, CLIENT_SECRET));
    assert_eq!(
        second.get("refresh_token"),
        None,
        "only the first consent gives one"
    );
    let asked = body(&exchange(&with(&query, ("prompt", "consent")), CLIENT_SECRET));
    assert!(asked["refresh_token"].is_string());

    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ];
    assert!(body(&post(&client, &url, &form))["access_token"].is_string());
    let revoke = |token: &str| post(&client, &oauth.revoke_url(), &[("token", token)]);
    assert_eq!(revoke(refresh).status, 200);
    assert_eq!(error(&revoke(refresh)), "invalid_token");
    assert_eq!(error(&post(&client, &url, &form)), "invalid_grant");
    oauth.revoke_all();
    assert!(body(&exchange(&query, CLIENT_SECRET))["refresh_token"].is_string());
}

#[test]
fn a_service_account_signs_in_with_an_assertion_of_the_right_shape() {
    let dir = tempfile::tempdir().unwrap();
    let drive = Drive::start(dir.path());
    let (oauth, client) = (drive.oauth(), drive.client());
    let url = oauth.token_url();
    let assertion = |header: Value, change: (&str, Value)| {
        let now = jiff::Timestamp::now().as_second();
        let mut claims =
            json!({"iss": "robot@example.org", "scope": SCOPE, "aud": url, "iat": now, "exp": now + 3600});
        claims[change.0] = change.1;
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signature = URL_SAFE_NO_PAD.encode([7; 256]);
        format!("{}.{}.{signature}", part(&header), part(&claims))
    };
    let ask = |assertion: &str| {
        let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        post(&client, &url, &[("grant_type", grant), ("assertion", assertion)])
    };
    let header = || json!({"alg": "RS256", "typ": "JWT", "kid": "k"});
    let good = assertion(header(), ("sub", json!("robot@example.org")));
    let given = body(&ask(&good));
    assert_eq!(
        (&given["token_type"], given.get("refresh_token")),
        (&"Bearer".into(), None)
    );
    for bad in [
        assertion(json!({"alg": "HS256", "typ": "JWT"}), ("sub", json!("x"))),
        assertion(header(), ("aud", json!("https://example.org/token"))),
        assertion(header(), ("iss", json!("robot"))),
        assertion(
            header(),
            ("exp", json!(jiff::Timestamp::now().as_second() + 7200)),
        ),
        assertion(header(), ("iat", Value::Null)),
        assertion(header(), ("scope", Value::Null)),
        good[..good.len() - 200].to_owned(),
        good.replacen('.', "", 1),
    ] {
        assert_eq!(error(&ask(&bad)), "invalid_grant");
    }
    let other = assertion(header(), ("scope", json!("everything")));
    assert_eq!(error(&ask(&other)), "invalid_scope");
}

#[test]
fn a_token_dies_when_its_life_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let drive = Drive::start(dir.path());
    let status = |life: Duration| {
        drive.oauth().set_life(life);
        let ask = Ask {
            method: "GET",
            path: "/drive/v3/files",
            ..Ask::default()
        };
        crate::ask(&drive, &drive.oauth().sign_in(), ask).status
    };
    assert_eq!(
        (status(Duration::from_secs(60)), status(Duration::ZERO)),
        (200, 401)
    );
}
