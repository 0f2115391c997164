//! Signing in: a person's consent in the browser becomes a [`Grant`]. Authorization code (RFC 6749) with PKCE (RFC 7636) on
//! a redirect to this machine (RFC 8252); what comes after, an access token every hour, is `tokens`.
//!
//! Invariant: a code counts only when it came with this sign-in's own `state`, once; and it is worth nothing without the
//! verifier, which leaves this process in the one request that trades the code in.

mod loopback;
mod providers;

use crate::connect::account;
use crate::error::{Error, ErrorKind};
use crate::json::{Caller, form};
use crate::secret::Grant;
use crate::spec::Spec;
use crate::tokens::{Claim, Tokens};
use crate::wire::{Account, Dialect, Line, Pace, Said, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use loopback::Door;
use opendal::{Buffer, HttpTransporter};
use providers::{Provider, Revoke};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

/// How long the person may take in the browser.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// Of `state` and verifier, before they are written as text.
const RANDOM: usize = 32;

static DIALECT: Dialect = Dialect {
    pace: Pace::UNKNOWN,
    read: crate::json::error,
    throttled: |said| matches!(said.status, 429 | 503),
    kind: |_| None,
};

/// An app, as it is registered with a provider.
#[derive(Clone)]
pub struct Client {
    id: String,
    secret: String,
}

#[derive(Debug, Error)]
pub enum SignInError {
    #[error("This destination is not opened by signing in.")]
    NotByBrowser,
    #[error("This build of Albumen is not registered with {0}: it needs a client id of your own.")]
    NoClient(&'static str),
    #[error("No port of this machine is free for the way back from the browser ({0}).")]
    NoPort(String),
    #[error("Nobody answered in the browser within five minutes.")]
    TimedOut,
    #[error("Albumen was not allowed into the account ({0}).")]
    Denied(String),
    #[error("{provider} refused the sign-in: {said}")]
    Refused { provider: &'static str, said: String },
    #[error(transparent)]
    Store(#[from] Error),
}

/// A sign-in that waits for the browser. Dropping it ends it: nothing listens any more.
pub struct SignIn {
    provider: &'static Provider,
    api: String,
    client: Client,
    door: Door,
    state: Zeroizing<String>,
    verifier: Zeroizing<String>,
    link: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    scope: Option<String>,
}

impl Client {
    /// An empty id stands for Albumen's own, where it was built with one.
    pub fn of(spec: &Spec, id: &str, secret: &str) -> Result<Self, SignInError> {
        let (provider, _) = providers::of(spec).ok_or(SignInError::NotByBrowser)?;
        let (id, secret) = match id.trim() {
            "" => provider.built_in.ok_or(SignInError::NoClient(provider.name))?,
            given => (given, secret.trim()),
        };
        Ok(Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        })
    }
}

impl SignIn {
    /// Opens the door on loopback; asks nothing of the provider yet. Inside a runtime with time and network.
    pub async fn begin(spec: &Spec, client: Client) -> Result<Self, SignInError> {
        let (provider, at) = providers::of(spec).ok_or(SignInError::NotByBrowser)?;
        let door = Door::open(provider.ports).await;
        let door = door.map_err(|error| SignInError::NoPort(error.to_string()))?;
        let (state, verifier) = (random()?, random()?);
        let link = link(provider, &at.api, &client.id, &door.redirect(), &state, &verifier)?;
        Ok(Self {
            provider,
            api: at.api.clone(),
            client,
            door,
            state,
            verifier,
            link,
        })
    }

    /// The address to open in a browser on this machine.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Waits for the browser, then trades the code in.
    pub async fn finish(self) -> Result<Grant, SignInError> {
        let (provider, redirect) = (self.provider, self.door.redirect());
        let code = tokio::time::timeout(LONGEST, self.door.wait(&self.state))
            .await
            .map_err(|_| SignInError::TimedOut)?
            .map_err(|error| SignInError::NoPort(error.to_string()))?
            .map_err(|error| provider.denied(error))?;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", self.verifier.as_str()),
            ("client_id", self.client.id.as_str()),
        ];
        if !self.client.secret.is_empty() {
            fields.push(("client_secret", self.client.secret.as_str()));
        }
        let account = account(&DIALECT)?;
        let (reply, said) = post(&account, &provider.token.at(&self.api), form(&fields)).await?;
        let status = reply.status();
        if status.is_server_error() {
            let why = format!("The sign-in server does not answer: {status}");
            return Err(Error::new(ErrorKind::Unreachable, why).into());
        }
        if !status.is_success() {
            return Err(provider.refused(said.words()));
        }
        let answer: Answer = crate::json::read(&reply.into_body())?;
        // People can take single rights out of a consent.
        if let Some(given) = answer.scope
            && let Some(left_out) = self
                .provider
                .scope
                .split(' ')
                .find(|scope| !given.split(' ').any(|one| one == *scope))
        {
            return Err(provider.refused(format!("the consent leaves out `{left_out}`")));
        }
        let refresh_token = answer.refresh_token.filter(|token| !token.is_empty());
        Ok(Grant {
            client_id: self.client.id.clone(),
            client_secret: self.client.secret.clone(),
            refresh_token: refresh_token
                .ok_or_else(|| provider.refused("the consent is for an hour only".to_owned()))?,
        })
    }
}

/// Takes the consent back at the provider. One that is gone already is fine.
pub async fn revoke(spec: &Spec, grant: &Grant) -> Result<(), SignInError> {
    let (provider, at) = providers::of(spec).ok_or(SignInError::NotByBrowser)?;
    let account = account(&DIALECT)?;
    match provider.revoke {
        Revoke::RefreshToken(place) => {
            let body = form(&[("token", &grant.refresh_token)]);
            let (reply, said) = post(&account, &place.at(&at.api), body).await?;
            let is_gone = said.code.as_deref() == Some("invalid_token");
            if reply.status().is_success() || is_gone {
                return Ok(());
            }
            Err(Error::new(ErrorKind::Unreachable, said.words()).into())
        }
        Revoke::AccessToken(place) => {
            let tokens = Tokens::new(&account, &provider.token.at(&at.api), Claim::Grant(grant.clone()));
            let request =
                Request::post(place.at(&at.api)).header(http::header::CONTENT_TYPE, "application/json");
            let asked = Caller::new(&account, tokens);
            let asked = asked.ask(request, Buffer::from("null"));
            match Line::impatient().during(asked).await {
                Err(error) if error.kind != ErrorKind::SignInAgain => Err(error.into()),
                _ => Ok(()),
            }
        }
    }
}

async fn post(
    account: &Arc<Account>,
    endpoint: &str,
    body: String,
) -> Result<(Response<Buffer>, Said), Error> {
    let request = Request::post(endpoint)
        .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(http::header::CONTENT_LENGTH, body.len())
        .body(Buffer::from(body))
        .map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
    let wire = HttpTransporter::new(Wire(account.clone()));
    let sent = async { Ok((wire.send(request).await?, Line::heard().unwrap_or_default())) };
    Line::impatient().during(sent).await
}

fn link(
    provider: &Provider,
    api: &str,
    client_id: &str,
    redirect: &str,
    state: &str,
    verifier: &str,
) -> Result<String, Error> {
    let place = provider.authorize.at(api);
    let mut url = Url::parse(&place).map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
    url.query_pairs_mut()
        .append_pair("client_id", client_id)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", redirect)
        .append_pair("scope", provider.scope)
        .append_pair("state", state)
        .append_pair("code_challenge", &challenge(verifier))
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(provider.asking);
    Ok(url.into())
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Not to be guessed: 256 bits, as text that needs no escape.
fn random() -> Result<Zeroizing<String>, Error> {
    let mut bytes = Zeroizing::new([0; RANDOM]);
    getrandom::fill(bytes.as_mut()).map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_ref())))
}

/// Reads `bytes` as the request by which the browser comes back.
pub(crate) fn taste(bytes: &[u8]) {
    loopback::taste(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(url: &str) -> Spec {
        Spec::parse(url).expect("a spec")
    }

    fn own() -> Client {
        Client {
            id: "mine".to_owned(),
            secret: String::new(),
        }
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[tokio::test]
    async fn the_link_goes_to_the_provider_and_asks_for_as_little_as_can_be() {
        let signing = SignIn::begin(&spec("gdrive:///Photos"), own())
            .await
            .expect("begun");
        let url = Url::parse(signing.link()).expect("a link");
        let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(url.host_str(), Some("accounts.google.com"));
        assert_eq!(query["scope"], "https://www.googleapis.com/auth/drive.file");
        assert_eq!(
            (query["access_type"].as_str(), query["prompt"].as_str()),
            ("offline", "consent")
        );
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["code_challenge"], challenge(&signing.verifier));
        assert_eq!(query["redirect_uri"], signing.door.redirect());
        assert!(!signing.link().contains(signing.verifier.as_str()));
        let another = SignIn::begin(&spec("gdrive:///Photos"), own())
            .await
            .expect("begun");
        assert_ne!(
            (&signing.state, &signing.verifier),
            (&another.state, &another.verifier)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_browser_that_never_comes_back_is_waited_for_five_minutes() {
        let signing = SignIn::begin(&spec("gdrive:///Photos"), own())
            .await
            .expect("begun");
        let begun = tokio::time::Instant::now();
        assert!(matches!(signing.finish().await, Err(SignInError::TimedOut)));
        assert_eq!(begun.elapsed().as_secs(), LONGEST.as_secs());
    }

    #[test]
    fn only_drive_and_dropbox_are_signed_in_to() {
        for (url, id) in [("s3://bucket", "mine"), ("file:///x", "mine")] {
            let refused = Client::of(&spec(url), id, "").err();
            assert!(matches!(refused, Some(SignInError::NotByBrowser)), "{url}");
        }
        let client = Client::of(&spec("dropbox:///"), " mine ", "").expect("a client");
        assert_eq!(client.id, "mine");
    }
}
