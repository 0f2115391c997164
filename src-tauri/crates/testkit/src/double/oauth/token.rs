//! The token endpoint, and revocation.

use super::{Access, CLIENT_ID, CLIENT_SECRET, Kind, OAuth, form, jwt, once, refusal};
use crate::double::call::{Answered, Call, Stop};
use crate::double::dropbox::bad_token;
use crate::double::lock;
use crate::double::reply::Reply;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::Instant;

impl OAuth {
    pub(super) async fn token(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Answered {
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

    pub(super) async fn revoke(&self, call: &mut Call, limited: fn(u64) -> Reply) -> Answered {
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
            (Kind::Dropbox, false) => Err(bad_token("invalid_access_token").into()),
            (Kind::Google, false) => Err(refusal("invalid_token", "Token expired or revoked").into()),
        }
    }
}
