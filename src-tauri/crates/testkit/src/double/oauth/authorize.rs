//! What a browser meets: the consent, and the way back to the app.

use super::{CLIENT_ID, Code, Consent, Kind, OAuth, once};
use crate::double::call::{Answered, Call};
use crate::double::lock;
use crate::double::reply::Reply;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::Method;
use url::Url;

impl OAuth {
    pub(super) async fn authorize(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Answered {
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

fn page(why: &str) -> Reply {
    Reply::text(400, format!("Error 400: {why}"))
}
