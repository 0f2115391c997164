//! Signing in as a service account: a statement signed with the key of its file (RFC 7523, RS256 of RFC 7518).
//!
//! Invariant: the statement goes to Google's own token server. A key file that names another is refused, since whoever
//! gets the statement gets the access; only for servers on this machine, tests, the file may name one there too.

use super::hosts;
use crate::error::{Error, ErrorKind, Result};
use crate::tokens::Claim;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde::Deserialize;
use serde_json::json;
use url::Url;

const TOKENS: &str = "https://oauth2.googleapis.com/token";
/// The longest that Google takes.
const LASTS_S: i64 = 3600;

/// What is needed of a key file.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
    #[serde(default)]
    token_uri: String,
}

/// The token server, and what a token is asked for with there. At a `base` on this machine, what is no key file is the
/// token itself: servers for tests take any.
pub(crate) fn claim(secret: &str, scope: &'static str, base: &Url) -> Result<(String, Claim)> {
    let file: KeyFile = match serde_json::from_str(secret) {
        Ok(file) => file,
        Err(_) if hosts::is_here(base) => {
            return Ok((TOKENS.to_owned(), Claim::Fixed(secret.trim().to_owned())));
        }
        Err(_) => return Err(no_key("This is not the key file of a service account.")),
    };
    let endpoint = match file.token_uri.as_str() {
        "" | TOKENS => TOKENS.to_owned(),
        other if hosts::is_here(base) && Url::parse(other).is_ok_and(|url| hosts::is_here(&url)) => {
            other.to_owned()
        }
        _ => return Err(no_key("The key file names a strange server to sign in at.")),
    };
    let key =
        key(&file.private_key).ok_or_else(|| no_key("The private key in the key file cannot be read."))?;
    let audience = endpoint.clone();
    let make = move || {
        statement(
            &file,
            &key,
            scope,
            &audience,
            albumen_files::clock::now_ms() / 1000,
        )
    };
    Ok((endpoint, Claim::Assertion(Box::new(make))))
}

fn no_key(words: &str) -> Error {
    Error::new(ErrorKind::Denied, words)
}

/// From PEM (RFC 7468) around PKCS #8.
fn key(pem: &str) -> Option<RsaKeyPair> {
    let text: String = pem
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("-----"))
        .collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(text).ok()?).ok()
}

fn statement(file: &KeyFile, key: &RsaKeyPair, scope: &str, audience: &str, now_s: i64) -> Result<String> {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({"alg": "RS256", "typ": "JWT", "kid": file.private_key_id}));
    let claims = part(json!({
        "iss": file.client_email,
        "scope": scope,
        "aud": audience,
        "iat": now_s,
        "exp": now_s + LASTS_S,
    }));
    let said = format!("{head}.{claims}");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        said.as_bytes(),
        &mut signature,
    )
    .map_err(|_| no_key("The private key of the key file does not sign."))?;
    Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    const PEM: &str = include_str!("assertion/throwaway.pem");

    fn file(token_uri: &str) -> String {
        json!({
            "type": "service_account",
            "client_email": "mover@project.iam.gserviceaccount.com",
            "private_key": PEM,
            "private_key_id": "k1",
            "token_uri": token_uri,
        })
        .to_string()
    }

    fn google() -> Url {
        Url::parse("https://storage.googleapis.com").expect("a URL")
    }

    fn here() -> Url {
        Url::parse("http://127.0.0.1:9").expect("a URL")
    }

    #[test]
    fn a_statement_is_signed_with_the_key_of_the_file() {
        let (endpoint, claim) = claim(&file(TOKENS), "scope", &google()).expect("a claim");
        let Claim::Assertion(make) = claim else {
            panic!("a statement is made anew for each token")
        };
        let made = make().expect("signed");
        let (said, signature) = made.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let public = key(PEM).expect("a key").public().as_ref().to_vec();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(said.as_bytes(), &signature)
            .expect("signed by this key");
        let (_, claims) = said.split_once('.').expect("two parts");
        let claims: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("JSON");
        assert_eq!(endpoint, TOKENS);
        assert_eq!(
            (&claims["aud"], &claims["scope"]),
            (&json!(TOKENS), &json!("scope"))
        );
        assert_eq!(claims["iss"], "mover@project.iam.gserviceaccount.com");
        let (iat, exp) = (claims["iat"].as_i64(), claims["exp"].as_i64());
        assert_eq!(exp.zip(iat).map(|(exp, iat)| exp - iat), Some(LASTS_S));
    }

    #[test]
    fn a_key_file_that_names_a_strange_server_is_refused() {
        let refused =
            |file: &str, base: &Url| claim(file, "scope", base).map(|_| ()).map_err(|error| error.kind);
        assert_eq!(
            refused(&file("https://tokens.example"), &google()),
            Err(ErrorKind::Denied)
        );
        assert_eq!(
            refused(&file("http://127.0.0.1:9/token"), &google()),
            Err(ErrorKind::Denied)
        );
        assert_eq!(
            refused(&file("https://tokens.example"), &here()),
            Err(ErrorKind::Denied)
        );
        assert_eq!(refused(&file("http://127.0.0.1:9/token"), &here()), Ok(()));
        assert_eq!(refused("no key file", &google()), Err(ErrorKind::Denied));
        let cut = file(TOKENS).replace("MII", "");
        assert_eq!(refused(&cut, &google()), Err(ErrorKind::Denied));
    }

    #[test]
    fn what_is_no_key_file_is_the_token_of_a_server_on_this_machine() {
        let (_, claim) = claim(" a token\n", "scope", &here()).expect("a claim");
        assert!(matches!(claim, Claim::Fixed(token) if token == "a token"));
    }
}
