//! Requests to providers that speak JSON and take a bearer token (Cloud Storage, Drive, Dropbox), through the account's
//! wire: a token that is refused is renewed once, an error is told by what the provider said.

use crate::error::{Error, ErrorKind, Result, plain};
use crate::tokens::Tokens;
use crate::wire::{Account, Line, Wire};
use http::{Request, Response, StatusCode};
use opendal::{Buffer, HttpTransporter};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// Of resumable uploads: "go on" (no redirect, there is no address with it).
pub(crate) const RESUME: StatusCode = StatusCode::PERMANENT_REDIRECT;

pub(crate) struct Caller {
    wire: HttpTransporter,
    tokens: Tokens,
}

impl Caller {
    pub fn new(account: &Arc<Account>, tokens: Tokens) -> Self {
        Self {
            wire: HttpTransporter::new(Wire(account.clone())),
            tokens,
        }
    }

    /// Sends a request with a token. Replies below 300, and [`RESUME`], are good.
    pub async fn ask(&self, request: http::request::Builder, body: Buffer) -> Result<Response<Buffer>> {
        let reply = self.answer(request, body).await?;
        if reply.status().is_success() || reply.status() == RESUME {
            return Ok(reply);
        }
        Err(refusal())
    }

    /// The same, for whom the body of a refusal tells more than its kind: gives a reply of any status.
    pub async fn answer(&self, request: http::request::Builder, body: Buffer) -> Result<Response<Buffer>> {
        let request = request
            .header(http::header::CONTENT_LENGTH, body.len())
            .body(body)
            .map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        let (head, body) = request.into_parts();
        let mut renewed = !self.tokens.can_renew();
        loop {
            let token = self.tokens.bearer().await?;
            let mut again = Request::from_parts(head.clone(), body.clone());
            let bearer = http::HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
            again.headers_mut().insert(http::header::AUTHORIZATION, bearer);
            let reply = self.wire.send(again).await?;
            if reply.status() != StatusCode::UNAUTHORIZED || renewed {
                return Ok(reply);
            }
            renewed = true;
            self.tokens.refused(&token).await;
        }
    }
}

/// What it means that the last request of this verb was refused.
pub(crate) fn refusal() -> Error {
    let said = Line::heard().unwrap_or_default();
    let kind = said.kind.unwrap_or(ErrorKind::Other);
    Error::new(kind, plain(&said.words(), kind))
}

/// The body of a reply.
pub(crate) fn read<T: DeserializeOwned>(body: &Buffer) -> Result<T> {
    serde_json::from_slice(&body.to_vec()).map_err(|error| {
        Error::new(
            ErrorKind::Other,
            format!("The storage's answer cannot be read: {error}"),
        )
    })
}

/// As a browser sends a form.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The provider's word and sentence, in the three shapes that errors come in: Google's, Dropbox's, and OAuth's
/// (RFC 6749, 5.2).
pub(crate) fn error(text: &[u8]) -> Option<(String, String)> {
    let value: Value = serde_json::from_slice(text).ok()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(summary) = value.get("error_summary").and_then(text) {
        let said = value.pointer("/user_message/text").and_then(text);
        return Some((summary, said.unwrap_or_default()));
    }
    let error = value.get("error")?;
    if let Some(word) = text(error) {
        let said = value.get("error_description").and_then(text);
        return Some((word, said.unwrap_or_default()));
    }
    let word = error
        .pointer("/errors/0/reason")
        .or_else(|| error.pointer("/reason/.tag"))
        .or_else(|| error.get("status"))
        .or_else(|| error.get(".tag"))
        .and_then(text)?;
    Some((word, error.get("message").and_then(text).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_providers_word_is_found_in_every_shape() {
        for (text, word, said) in [
            (
                r#"{"error":{"code":403,"message":"Slow.","errors":[{"reason":"userRateLimitExceeded"}]}}"#,
                "userRateLimitExceeded",
                "Slow.",
            ),
            (
                r#"{"error_summary":"path/conflict/file/..","error":{".tag":"path"}}"#,
                "path/conflict/file/..",
                "",
            ),
            (
                r#"{"error":{"reason":{".tag":"too_many_requests"},"retry_after":1}}"#,
                "too_many_requests",
                "",
            ),
            (
                r#"{"error":"invalid_grant","error_description":"Revoked."}"#,
                "invalid_grant",
                "Revoked.",
            ),
        ] {
            assert_eq!(error(text.as_bytes()), Some((word.to_owned(), said.to_owned())));
        }
        assert_eq!(error(b"<html>"), None);
    }
}
