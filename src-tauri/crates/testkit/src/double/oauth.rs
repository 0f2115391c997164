//! The sign-in of a provider: `authorize` as a browser meets it, the token endpoint, revocation. A test plays the browser
//! with one plain GET: a person who says yes is a 302 to the redirect address with `code` and `state`.
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

use super::Core;
use super::call::{Answered, Call, Stop};
use super::reply::Reply;
use super::sums::sha256;
use super::{jwt, lock};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use url::{Url, form_urlencoded};

/// The one registered app, at both providers.
pub const CLIENT_ID: &str = "albumen-tests";
/// Google asks for it; Dropbox must not need it.
pub const CLIENT_SECRET: &str = "a-secret-of-the-tests-only";

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

    async fn authorize(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Answered {
        let query = call.raw_query.clone();
        call.meet("oauth.authorize", &query, limited).await?;
        if call.method != Method::GET {
            return Err(Reply::text(405, "a browser asks with GET").into());
        }
        let asked = self.consent_asked(&call.query).map_err(|why| page(&why))?;
        let mut state = lock(&self.state);
        let consent = (!state.consents.is_empty()).then(|| state.consents.remove(0));
        let code = self.new_token("code");
        let given = asked.code;
        let redirect = given.redirect.clone();
        if consent != Some(Consent::Deny) {
            state.codes.insert(code.clone(), given);
        }
        let Some(redirect) = redirect else {
            return Ok(Reply::text(200, code));
        };
        let mut target = Url::parse(&redirect).map_err(|_| page("redirect_uri"))?;
        {
            let mut pairs = target.query_pairs_mut();
            match consent {
                Some(Consent::Deny) => pairs.append_pair("error", "access_denied"),
                _ => pairs.append_pair("code", &code),
            };
            match (consent, asked.state) {
                (Some(Consent::WrongState), _) => {
                    pairs.append_pair("state", "not-what-was-sent");
                }
                (Some(Consent::NoState), _) | (_, None) => {}
                (_, Some(state)) => {
                    pairs.append_pair("state", &state);
                }
            }
        }
        Ok(Reply::new(302).with("location", target.as_str()))
    }

    fn consent_asked(&self, query: &[(String, String)]) -> Result<Ask, String> {
        let known: &[&str] = match self.kind {
            Kind::Dropbox => &[
                "client_id",
                "response_type",
                "redirect_uri",
                "state",
                "code_challenge",
                "code_challenge_method",
                "token_access_type",
                "scope",
                "include_granted_scopes",
                "force_reapprove",
                "force_reauthentication",
                "disable_signup",
                "locale",
                "require_role",
            ],
            Kind::Google => &[
                "client_id",
                "response_type",
                "redirect_uri",
                "state",
                "code_challenge",
                "code_challenge_method",
                "access_type",
                "scope",
                "include_granted_scopes",
                "prompt",
                "login_hint",
            ],
        };
        let given = once(query, known)?;
        let get = |name: &str| given.get(name).copied();
        if get("client_id") != Some(CLIENT_ID) {
            return Err("invalid_client: no such client_id".to_owned());
        }
        if get("response_type") != Some("code") {
            return Err("unsupported_response_type".to_owned());
        }
        let redirect = get("redirect_uri");
        let state = lock(&self.state);
        match (self.kind, redirect) {
            (Kind::Dropbox, None) => {}
            (Kind::Dropbox, Some(uri)) if state.registered.iter().any(|known| known == uri) => {}
            (Kind::Google, Some(uri)) if is_loopback(uri) => {}
            _ => return Err(format!("redirect_uri_mismatch: {redirect:?}")),
        }
        if get("code_challenge_method") != Some("S256") {
            return Err("invalid_request: code_challenge_method must be S256".to_owned());
        }
        let challenge = get("code_challenge").unwrap_or("");
        if challenge.len() != 43 || URL_SAFE_NO_PAD.decode(challenge).is_err() {
            return Err("invalid_request: code_challenge".to_owned());
        }
        let scope = match (self.kind, get("scope")) {
            (Kind::Dropbox, None) => state.all_scopes.clone(),
            (_, Some(scope)) if !scope.is_empty() => scope.to_owned(),
            _ => return Err("invalid_request: scope".to_owned()),
        };
        let known = |scope: &str| state.all_scopes.split(' ').any(|known| known == scope);
        if let Some(unknown) = scope.split(' ').find(|scope| !known(scope)) {
            return Err(format!("invalid_scope: {unknown}"));
        }
        let offline = match self.kind {
            Kind::Dropbox => one_of(get("token_access_type"), &["offline", "online", "legacy"])?,
            Kind::Google => one_of(get("access_type"), &["offline", "online"])?,
        } == Some("offline");
        let first = !state.consented || get("prompt").is_some_and(|prompt| prompt.contains("consent"));
        let code = Code {
            redirect: redirect.map(str::to_owned),
            challenge: challenge.to_owned(),
            scope,
            offline: offline && (self.kind == Kind::Dropbox || first),
        };
        Ok(Ask {
            code,
            state: get("state").map(str::to_owned),
        })
    }

    async fn token(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Answered {
        let form = form(call).await?;
        let pairs = |name: &str| form.iter().find(|(given, _)| given == name);
        let grant = pairs("grant_type").map_or("", |(_, grant)| grant.as_str());
        let grant = grant.to_owned();
        call.meet("oauth.token", &format!("grant_type={grant}"), limited)
            .await?;
        if grant == jwt::GRANT && self.kind == Kind::Google {
            return self.service_account(&form);
        }
        let known = [
            "grant_type",
            "code",
            "code_verifier",
            "refresh_token",
            "client_id",
            "client_secret",
            "redirect_uri",
            "scope",
        ];
        let given = once(&form, &known).map_err(|why| refusal("invalid_request", &why))?;
        self.check_client(call, &given)?;
        let get = |name: &str| given.get(name).copied();
        match grant.as_str() {
            "authorization_code" => {
                let code = get("code").unwrap_or("");
                let found = lock(&self.state).codes.remove(code);
                let found =
                    found.ok_or_else(|| refusal("invalid_grant", "code doesn't exist or has expired"))?;
                if get("redirect_uri") != found.redirect.as_deref() {
                    return Err(refusal("invalid_grant", "redirect_uri is another").into());
                }
                let verifier = get("code_verifier").unwrap_or("");
                let fits = (43..=128).contains(&verifier.len())
                    && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == found.challenge;
                if !fits {
                    return Err(refusal("invalid_grant", "invalid code verifier").into());
                }
                let refresh = found.offline.then(|| self.new_token("refresh"));
                let mut state = lock(&self.state);
                state.consented = true;
                if let Some(refresh) = &refresh {
                    state.refresh.insert(refresh.clone(), found.scope.clone());
                }
                drop(state);
                Ok(self.grant(&found.scope, refresh.clone(), refresh.as_deref(), true))
            }
            "refresh_token" => {
                let token = get("refresh_token").unwrap_or("");
                let mut state = lock(&self.state);
                let scope = state.refresh.get(token).cloned();
                let scope =
                    scope.ok_or_else(|| refusal("invalid_grant", "refresh token is invalid or revoked"))?;
                let rotated = state.rotate.then(|| self.new_token("refresh"));
                if let Some(new) = &rotated {
                    state.refresh.remove(token);
                    state.refresh.insert(new.clone(), scope.clone());
                }
                drop(state);
                let behind = rotated.clone().unwrap_or_else(|| token.to_owned());
                Ok(self.grant(&scope, Some(behind), rotated.as_deref(), false))
            }
            _ => Err(refusal("unsupported_grant_type", "grant_type").into()),
        }
    }

    fn check_client(&self, call: &Call, given: &BTreeMap<&str, &str>) -> Result<(), Stop> {
        let basic = call.header("authorization").map(|header| {
            let encoded = header.strip_prefix("Basic ").unwrap_or("");
            let decoded = STANDARD.decode(encoded).unwrap_or_default();
            String::from_utf8_lossy(&decoded).into_owned()
        });
        let (id, secret) = match &basic {
            Some(pair) => match pair.split_once(':') {
                Some((id, secret)) => (Some(id), Some(secret)),
                None => (None, None),
            },
            None => (
                given.get("client_id").copied(),
                given.get("client_secret").copied(),
            ),
        };
        let good = id == Some(CLIENT_ID)
            && match secret {
                Some(secret) => secret == CLIENT_SECRET,
                None => self.kind == Kind::Dropbox,
            };
        if good {
            return Ok(());
        }
        let mut reply = refusal("invalid_client", "Invalid client_id or client_secret");
        if self.kind == Kind::Google {
            reply.status = 401;
        }
        Err(reply.into())
    }

    fn service_account(&self, form: &[(String, String)]) -> Answered {
        let given =
            once(form, &["grant_type", "assertion"]).map_err(|why| refusal("invalid_request", &why))?;
        let assertion = given.get("assertion").copied().unwrap_or("");
        let scope = jwt::check(assertion, &self.token_url()).map_err(|why| refusal("invalid_grant", &why))?;
        let state = lock(&self.state);
        let known = |scope: &str| state.all_scopes.split(' ').any(|known| known == scope);
        if let Some(unknown) = scope.split(' ').find(|scope| !known(scope)) {
            return Err(refusal("invalid_scope", unknown).into());
        }
        drop(state);
        Ok(self.grant(&scope, None, None, false))
    }

    /// A new access token; `refresh` is behind it, `tell` is said.
    fn grant(&self, scope: &str, refresh: Option<String>, tell: Option<&str>, first: bool) -> Reply {
        let token = self.new_token("access");
        let mut state = lock(&self.state);
        let access = Access {
            scope: scope.to_owned(),
            dies: Instant::now() + state.life,
            refresh,
        };
        state.access.insert(token.clone(), access);
        let mut answer = json!({"access_token": token, "expires_in": state.life.as_secs()});
        if let Some(refresh) = tell {
            answer["refresh_token"] = refresh.into();
        }
        match self.kind {
            Kind::Google => {
                answer["token_type"] = "Bearer".into();
                answer["scope"] = scope.into();
            }
            Kind::Dropbox => {
                answer["token_type"] = "bearer".into();
                if first {
                    answer["scope"] = scope.into();
                    answer["account_id"] = state.account.clone().into();
                    answer["uid"] = "12345".into();
                }
            }
        }
        Reply::json(200, &answer)
    }

    async fn revoke(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Answered {
        let token = match self.kind {
            Kind::Dropbox => {
                let body = call.bytes().await?;
                call.meet("oauth.revoke", "", limited).await?;
                if call.method != Method::POST || !(body.is_empty() || body == b"null") {
                    return Err(Reply::text(400, "POST with the body null").into());
                }
                call.bearer().unwrap_or("").to_owned()
            }
            Kind::Google => {
                let form = form(call).await?;
                call.meet("oauth.revoke", "", limited).await?;
                let given = once(&form, &["token"]).map_err(|why| refusal("invalid_request", &why))?;
                given.get("token").copied().unwrap_or("").to_owned()
            }
        };
        let mut state = lock(&self.state);
        let behind = state.access.get(&token).and_then(|access| access.refresh.clone());
        let known = state.access.remove(&token).is_some();
        let refresh = behind.unwrap_or(token);
        let known = known | state.refresh.remove(&refresh).is_some();
        state
            .access
            .retain(|_, access| access.refresh.as_deref() != Some(refresh.as_str()));
        match (self.kind, known) {
            (Kind::Dropbox, true) => Ok(Reply::json(200, &Value::Null)),
            (Kind::Google, true) => Ok(Reply::json(200, &json!({}))),
            (Kind::Dropbox, false) => Err(super::dropbox::bad_token("invalid_access_token").into()),
            (Kind::Google, false) => Err(refusal("invalid_token", "Token expired or revoked").into()),
        }
    }

    /// Not to be guessed from another, and never the same twice.
    fn new_token(&self, kind: &str) -> String {
        let serial = self.core.serial();
        format!("{kind}-{}", &sha256(format!("{kind} {serial}").as_bytes())[..40])
    }
}

struct Ask {
    code: Code,
    state: Option<String>,
}

fn is_loopback(uri: &str) -> bool {
    let Ok(uri) = Url::parse(uri) else { return false };
    let host = uri.host_str().unwrap_or("");
    uri.scheme() == "http" && ["127.0.0.1", "[::1]", "localhost"].contains(&host) && uri.fragment().is_none()
}

fn one_of<'a>(given: Option<&'a str>, known: &[&str]) -> Result<Option<&'a str>, String> {
    match given {
        Some(given) if !known.contains(&given) => Err(format!("invalid_request: {given}")),
        given => Ok(given),
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

fn page(why: &str) -> Reply {
    Reply::text(400, format!("Error 400: {why}"))
}

fn refusal(error: &str, description: &str) -> Reply {
    Reply::json(400, &json!({"error": error, "error_description": description}))
}
