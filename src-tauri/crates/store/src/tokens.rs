//! Access tokens of providers that give them for an hour: asked for when needed, kept in memory, renewed once when one is
//! refused. The grant behind them lies with `engine`'s secrets and is never written here.

use crate::error::{Error, ErrorKind, Result};
use crate::json::form;
use crate::secret::Grant;
use crate::wire::{Account, Line, Wire};
use http::Request;
use opendal::{Buffer, HttpTransporter};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A token is renewed so long before it ends, for requests that are under way then.
const EARLY: Duration = Duration::from_secs(120);
/// Where a provider does not say how long one lasts.
const USUAL: u64 = 3600;

/// No provider lets one last longer; a day later the worst is one refusal more.
const LONGEST: u64 = 24 * 3600;

/// What a token is asked for with.
pub(crate) enum Claim {
    /// A refresh token (RFC 6749, 6).
    Grant(Grant),
    /// Made anew for each request: a signed statement (RFC 7523).
    Assertion(Box<dyn Fn() -> Result<String> + Send + Sync>),
    /// One that never ends: servers on loopback.
    Fixed(String),
}

pub(crate) struct Tokens {
    wire: HttpTransporter,
    endpoint: String,
    claim: Claim,
    held: Mutex<Option<(String, Instant)>>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl Answer {
    /// How long the token is used. A number that no clock reaches must not end the program.
    fn lasts(&self) -> Duration {
        let seconds = self.expires_in.unwrap_or(USUAL).min(LONGEST);
        Duration::from_secs(seconds).saturating_sub(EARLY)
    }
}

/// Reads `bytes` as a provider's answer with a token.
pub(crate) fn taste(bytes: &[u8]) -> Option<Instant> {
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    Some(Instant::now() + answer.lasts())
}

impl Tokens {
    pub fn new(account: &Arc<Account>, endpoint: &str, claim: Claim) -> Self {
        Self {
            wire: HttpTransporter::new(Wire(account.clone())),
            endpoint: endpoint.to_owned(),
            claim,
            held: Mutex::new(None),
        }
    }

    /// One that is good for a while. Callers that come together share one request.
    pub async fn bearer(&self) -> Result<String> {
        if let Claim::Fixed(token) = &self.claim {
            return Ok(token.clone());
        }
        let mut held = self.held.lock().await;
        if let Some((token, until)) = &*held
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let answer = self.ask().await?;
        *held = Some((answer.access_token.clone(), Instant::now() + answer.lasts()));
        Ok(answer.access_token)
    }

    /// The far side refused `token` although it should have been good. Whoever comes second finds the new one.
    pub async fn refused(&self, token: &str) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|(known, _)| known == token) {
            *held = None;
        }
    }

    pub fn can_renew(&self) -> bool {
        !matches!(self.claim, Claim::Fixed(_))
    }

    fn refusal(&self) -> ErrorKind {
        match self.claim {
            // The person took the consent back, changed the password, or did not use it for months (RFC 6749, 5.2).
            Claim::Grant(_) => ErrorKind::SignInAgain,
            // Google looks at the times in a statement before anything else of it.
            _ if Line::heard()
                .and_then(|said| said.message)
                .is_some_and(|message| message.contains("reasonable timeframe")) =>
            {
                ErrorKind::ClockSkew
            }
            _ => ErrorKind::Denied,
        }
    }

    async fn ask(&self) -> Result<Answer> {
        let body = match &self.claim {
            Claim::Grant(grant) => {
                let mut fields = vec![
                    ("grant_type", "refresh_token"),
                    ("refresh_token", grant.refresh_token.as_str()),
                    ("client_id", grant.client_id.as_str()),
                ];
                if !grant.client_secret.is_empty() {
                    fields.push(("client_secret", grant.client_secret.as_str()));
                }
                form(&fields)
            }
            Claim::Assertion(make) => {
                let assertion = make()?;
                form(&[
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", &assertion),
                ])
            }
            Claim::Fixed(_) => String::new(),
        };
        let request = Request::post(&self.endpoint)
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(http::header::CONTENT_LENGTH, body.len())
            .body(Buffer::from(body))
            .map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        let reply = self.wire.send(request).await?;
        let status = reply.status();
        if status.is_success() {
            return crate::json::read(&reply.into_body());
        }
        Err(match status.as_u16() {
            400 | 401 | 403 => Error::of(self.refusal()),
            429 => Error::of(ErrorKind::RateLimited),
            _ => Error::new(
                ErrorKind::Unreachable,
                format!("The sign-in server does not answer: {status}"),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_said_to_last_for_ever_lasts_a_day() {
        let said = |seconds: u64| format!(r#"{{"access_token":"t","expires_in":{seconds}}}"#);
        assert!(taste(said(u64::MAX).as_bytes()).is_some());
        let lasts = |seconds| {
            serde_json::from_str::<Answer>(&said(seconds))
                .map(|answer| answer.lasts().as_secs())
                .ok()
        };
        assert_eq!(lasts(3600), Some(3480));
        assert_eq!(lasts(u64::MAX), Some(24 * 3600 - 120));
        assert_eq!(lasts(1), Some(0));
    }
}
