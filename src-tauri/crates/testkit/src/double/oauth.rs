//! The sign-in of a provider: `authorize` as a browser meets it, the token endpoint, revocation. A test plays the browser
//! with one plain GET ([`http::visit`](crate::http::visit)): a person who says yes is a 302 to the redirect address with `code` and `state`.
//!
//! | | Dropbox | Google |
//! |---|---|---|
//! | `oauth.authorize` | GET `/oauth2/authorize` | GET `/o/oauth2/v2/auth` |
//! | `oauth.token` | POST `/oauth2/token` | POST `/token` |
//! | `oauth.revoke` | POST `/2/auth/token/revoke` with Bearer, body `null` | POST `/revoke`, form `token=` |
//! | client | no secret with PKCE; a wrong one is refused | secret asked for, PKCE too |
//! | redirect | exactly as [`OAuth::register`] was told, or none: the page shows the code | any port of `127.0.0.1`, `[::1]`, `localhost` |
//! | refresh token | with `token_access_type=offline` | with `access_type=offline`, at the first consent or with `prompt=consent` |
//!
//! Strict: PKCE with S256 always, also where a provider would do without; a code is good once, and only with its client,
//! redirect address and verifier; unknown parameters are refused. Refusals of `authorize` are a 400 page and no redirect,
//! but for [`Consent::Deny`]. Modelled from memory: the words of the pages and of `error_description`.

mod authorize;
mod jwt;
mod token;

use super::Core;
use super::call::{Answered, Call, Stop};
use super::lock;
use super::reply::Reply;
use super::sums::sha256_hex;
use crate::http;
use hyper::Method;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use url::form_urlencoded;

/// The one registered app, at both providers.
pub const CLIENT_ID: &str = "albumen-tests";
/// Google asks for it; Dropbox must not need it.
pub const CLIENT_SECRET: &str = "a-secret-of-the-tests-only";

/// What a browser does with `link` once the person has said what they say there: where it is sent back to.
pub fn consent(link: &str) -> String {
    let asked = http::visit(link).expect("the provider answers");
    let back = asked.header("location").map(str::to_owned);
    back.unwrap_or_else(|| panic!("no way back: {}", asked.text()))
}

/// The person consents, and the browser goes back to the one who waits.
pub fn say_yes(link: &str) {
    let back = consent(link);
    let done = http::visit(&back).expect("somebody listens");
    assert!(done.is_good(), "{} {}", done.status, done.text());
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Dropbox,
    Google,
}

/// What the person at the browser, or whoever sits between, does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// `error=access_denied` comes back.
    Deny,
    /// The code comes back with another `state`.
    WrongState,
    /// The code comes back without a `state`.
    NoState,
}

struct Code {
    redirect: Option<String>,
    challenge: String,
    scope: String,
    offline: bool,
}

#[derive(Clone)]
struct Access {
    scope: String,
    dies: Instant,
    refresh: Option<String>,
}

struct State {
    registered: Vec<String>,
    consents: Vec<Consent>,
    codes: HashMap<String, Code>,
    /// Dead ones are known no more.
    access: HashMap<String, Access>,
    /// Dead by age: at Dropbox another error than a token nobody knows.
    expired: Vec<String>,
    refresh: HashMap<String, String>,
    consented: bool,
    life: Duration,
    rotate: bool,
    account: String,
    all_scopes: String,
}

/// The tokens of one double, and its endpoints.
pub struct OAuth {
    kind: Kind,
    core: Arc<Core>,
    state: Mutex<State>,
}

/// Why a bearer is refused.
pub(crate) enum Bad {
    Missing,
    Unknown,
    Expired,
    Scope,
}

impl OAuth {
    pub(crate) fn new(kind: Kind, core: Arc<Core>, account: &str, all_scopes: &str) -> Self {
        let state = State {
            registered: Vec::new(),
            consents: Vec::new(),
            codes: HashMap::new(),
            access: HashMap::new(),
            expired: Vec::new(),
            refresh: HashMap::new(),
            consented: false,
            life: Duration::from_secs(if kind == Kind::Dropbox { 14_400 } else { 3599 }),
            rotate: false,
            account: account.to_owned(),
            all_scopes: all_scopes.to_owned(),
        };
        Self {
            kind,
            core,
            state: Mutex::new(state),
        }
    }

    /// Where a browser is sent.
    pub fn authorize_url(&self) -> String {
        self.url(match self.kind {
            Kind::Dropbox => "/oauth2/authorize",
            Kind::Google => "/o/oauth2/v2/auth",
        })
    }

    pub fn token_url(&self) -> String {
        self.url(match self.kind {
            Kind::Dropbox => "/oauth2/token",
            Kind::Google => "/token",
        })
    }

    pub fn revoke_url(&self) -> String {
        self.url(match self.kind {
            Kind::Dropbox => "/2/auth/token/revoke",
            Kind::Google => "/revoke",
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.core.address)
    }

    /// A redirect address the Dropbox app is registered with; it must be given exactly so, port included.
    pub fn register(&self, redirect: &str) {
        lock(&self.state).registered.push(redirect.to_owned());
    }

    /// A scope that may be asked for besides: service accounts of other interfaces sign in at the same endpoint.
    pub fn offer(&self, scope: &str) {
        let mut state = lock(&self.state);
        state.all_scopes = format!("{} {scope}", state.all_scopes);
    }

    /// What the next visits of `authorize` come to; afterwards the person says yes.
    pub fn next_consent(&self, consent: Consent) {
        lock(&self.state).consents.push(consent);
    }

    /// An access token with all scopes, past the endpoints.
    pub fn sign_in(&self) -> String {
        let scope = lock(&self.state).all_scopes.clone();
        self.sign_in_with(&scope)
    }

    /// An access token with these scopes, divided by spaces.
    pub fn sign_in_with(&self, scope: &str) -> String {
        let token = self.new_token("access");
        let mut state = lock(&self.state);
        let access = Access {
            scope: scope.to_owned(),
            dies: Instant::now() + state.life,
            refresh: None,
        };
        state.access.insert(token.clone(), access);
        token
    }

    /// A refresh token with all scopes, past the endpoints.
    pub fn refresh_token(&self) -> String {
        let token = self.new_token("refresh");
        let mut state = lock(&self.state);
        let scope = state.all_scopes.clone();
        state.refresh.insert(token.clone(), scope);
        token
    }

    /// Access tokens that were given out and not revoked, old ones too.
    pub fn access_tokens(&self) -> Vec<String> {
        let state = lock(&self.state);
        state.access.keys().chain(&state.expired).cloned().collect()
    }

    /// Every access token given out is too old from now on; refresh tokens live.
    pub fn expire_access_tokens(&self) {
        let mut state = lock(&self.state);
        let dead: Vec<String> = state.access.drain().map(|(token, _)| token).collect();
        state.expired.extend(dead);
    }

    /// The person withdraws what was granted: no token given out is good any more, and the next consent is a first one.
    pub fn revoke_all(&self) {
        let mut state = lock(&self.state);
        state.access.clear();
        state.refresh.clear();
        state.consented = false;
    }

    /// Life of access tokens from now on, enforced by the clock and said as `expires_in`.
    pub fn set_life(&self, life: Duration) {
        lock(&self.state).life = life;
    }

    /// Each refresh gives a new refresh token too, and the old one dies.
    pub fn rotate_refresh_tokens(&self) {
        lock(&self.state).rotate = true;
    }

    /// Another account is signed in from now on (`account_id` at Dropbox, `permissionId` at Drive). All it sees is the
    /// same: one double holds one storage.
    pub fn set_account(&self, id: &str) {
        id.clone_into(&mut lock(&self.state).account);
    }

    pub fn account(&self) -> String {
        lock(&self.state).account.clone()
    }

    /// Looks at the bearer of a request that needs one of `scopes` (none: any token will do).
    pub(crate) fn check(&self, bearer: Option<&str>, scopes: &[&str]) -> Result<(), Bad> {
        let bearer = bearer.ok_or(Bad::Missing)?;
        let state = lock(&self.state);
        let Some(access) = state.access.get(bearer) else {
            let old = state.expired.iter().any(|token| token == bearer);
            return Err(if old { Bad::Expired } else { Bad::Unknown });
        };
        if access.dies <= Instant::now() {
            return Err(Bad::Expired);
        }
        let has = |scope: &&str| access.scope.split(' ').any(|given| given == *scope);
        if scopes.is_empty() || scopes.iter().any(has) {
            Ok(())
        } else {
            Err(Bad::Scope)
        }
    }

    /// None: the path is none of these endpoints.
    pub(crate) async fn answer(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Option<Answered> {
        let path = format!("http://{}{}", self.core.address, call.path);
        if path == self.authorize_url() {
            Some(self.authorize(call, limited).await)
        } else if path == self.token_url() {
            Some(self.token(call, limited).await)
        } else if path == self.revoke_url() {
            Some(self.revoke(call, limited).await)
        } else {
            None
        }
    }

    /// Not to be guessed from another, and never the same twice.
    fn new_token(&self, kind: &str) -> String {
        let serial = self.core.serial();
        format!(
            "{kind}-{}",
            &sha256_hex(format!("{kind} {serial}").as_bytes())[..40]
        )
    }
}

/// Every parameter is known and given once.
fn once<'a>(pairs: &'a [(String, String)], known: &[&str]) -> Result<BTreeMap<&'a str, &'a str>, String> {
    let mut found = BTreeMap::new();
    for (name, value) in pairs {
        if !known.contains(&name.as_str()) {
            return Err(format!("unknown parameter {name}"));
        }
        if found.insert(name.as_str(), value.as_str()).is_some() {
            return Err(format!("parameter {name} is given twice"));
        }
    }
    Ok(found)
}

async fn form(call: &mut Call) -> Result<Vec<(String, String)>, Stop> {
    let body = call.bytes().await?;
    if call.method != Method::POST || !call.query.is_empty() {
        return Err(refusal("invalid_request", "POST with a form").into());
    }
    let kind = call.content_type();
    if kind.split(';').next() != Some("application/x-www-form-urlencoded") {
        return Err(refusal("invalid_request", "the body must be a form").into());
    }
    Ok(form_urlencoded::parse(&body).into_owned().collect())
}

fn refusal(error: &str, description: &str) -> Reply {
    Reply::json(400, &json!({"error": error, "error_description": description}))
}
