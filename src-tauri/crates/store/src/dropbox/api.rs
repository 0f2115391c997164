//! One call to Dropbox: its two hosts, its two ways to give arguments, and its refusals.
//!
//! Invariant: nothing is asked of an account that is not the one the library was begun in.

use super::dialect::{by_summary, summary};
use crate::error::{Error, ErrorKind, Result, plain};
use crate::json::{Caller, read, refusal};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use opendal::Buffer;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tokio::sync::OnceCell;

pub(super) struct Api {
    pub caller: Caller,
    /// Of calls that take and give JSON, and of those that move bytes.
    pub rpc: String,
    pub content: String,
    /// Of the library, without slashes round it; empty for the root.
    pub folder: String,
    /// The account it has to be; empty for any.
    pub account: String,
    pub checked: OnceCell<()>,
}

/// Why a call did not work.
#[derive(Debug, Clone)]
pub(super) enum Failed {
    /// Dropbox understood the call and refused it, by these tags.
    Refused {
        summary: String,
        tags: Value,
        error: Error,
    },
    Other(Error),
}

pub(super) type Called<T> = std::result::Result<T, Failed>;

impl Failed {
    /// By the tags of an error.
    pub fn refused(tags: Value) -> Self {
        let summary = summary(&tags);
        let kind = by_summary(&summary).unwrap_or(ErrorKind::Other);
        Self::Refused {
            error: Error::new(kind, plain(&summary, kind)),
            summary,
            tags,
        }
    }

    pub fn has(&self, tag: &str) -> bool {
        matches!(self, Self::Refused { summary, .. } if summary.split('/').any(|its| its == tag))
    }

    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { error, .. } | Self::Other(error) => error.kind,
        }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused { error, .. } | Failed::Other(error) => error,
        }
    }
}

/// The account that a token is for.
#[derive(Deserialize)]
pub(super) struct Owner {
    pub account_id: String,
    #[serde(default)]
    pub email: String,
}

impl Api {
    /// Where an object lies.
    pub fn path(&self, key: &str) -> String {
        if self.folder.is_empty() {
            format!("/{key}")
        } else {
            format!("/{}/{key}", self.folder)
        }
    }

    /// The library's folder, as calls about folders want it.
    pub fn root(&self) -> String {
        if self.folder.is_empty() {
            String::new()
        } else {
            format!("/{}", self.folder)
        }
    }

    pub async fn rpc<T: DeserializeOwned>(&self, function: &str, arg: &Value) -> Called<T> {
        self.check().await?;
        self.rpc_of_any(function, arg).await
    }

    /// Sends or fetches bytes; `range` as the header wants it.
    pub async fn content(
        &self,
        function: &str,
        arg: &Value,
        body: Bytes,
        range: Option<String>,
    ) -> Called<Response<Buffer>> {
        self.check().await?;
        let mut request = Request::post(format!("{}/2/{function}", self.content))
            .header("dropbox-api-arg", ascii(arg))
            .header(header::CONTENT_TYPE, "application/octet-stream");
        if let Some(range) = range {
            request = request.header(header::RANGE, range);
        }
        self.call(request, Buffer::from(body)).await
    }

    /// Whose account it is, also when it is the wrong one.
    pub async fn owner(&self) -> Result<Owner> {
        Ok(self.rpc_of_any("users/get_current_account", &Value::Null).await?)
    }

    async fn check(&self) -> Result<()> {
        let checked = self.checked.get_or_try_init(|| async {
            if self.account.is_empty() || self.owner().await?.account_id == self.account {
                Ok(())
            } else {
                Err(Error::of(ErrorKind::WrongAccount))
            }
        });
        checked.await.copied()
    }

    async fn rpc_of_any<T: DeserializeOwned>(&self, function: &str, arg: &Value) -> Called<T> {
        let request = Request::post(format!("{}/2/{function}", self.rpc))
            .header(header::CONTENT_TYPE, "application/json");
        let reply = self.call(request, Buffer::from(arg.to_string())).await?;
        Ok(read(reply.body())?)
    }

    async fn call(&self, request: http::request::Builder, body: Buffer) -> Called<Response<Buffer>> {
        let reply = self.caller.answer(request, body).await?;
        if reply.status().is_success() {
            return Ok(reply);
        }
        if reply.status() == StatusCode::CONFLICT
            && let Ok(Value::Object(mut said)) = read::<Value>(reply.body())
            && let Some(tags) = said.remove("error")
        {
            return Err(Failed::refused(tags));
        }
        Err(Failed::Other(refusal()))
    }
}

/// JSON for a header: everything but printable ASCII is escaped (Dropbox's "HTTP header safe JSON").
fn ascii(arg: &Value) -> String {
    let mut made = String::new();
    for sign in arg.to_string().chars() {
        if matches!(sign, ' '..='~') {
            made.push(sign);
            continue;
        }
        for unit in sign.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            write!(made, "\\u{unit:04x}").unwrap_or_default();
        }
    }
    made
}

/// The argument of a call about a path.
pub(super) fn about(path: &str) -> Value {
    json!({ "path": path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_headers_are_printable_ascii_and_mean_the_same() {
        let arg = about("/ü/🏖 \u{7f}\n\"\\~.jpg");
        let header = ascii(&arg);
        assert!(header.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{header}");
        assert!(header.contains("\\ud83c\\udfd6") && header.contains("\\u007f"));
        assert_eq!(serde_json::from_str::<Value>(&header).ok(), Some(arg));
    }

    #[test]
    fn a_refusal_is_asked_for_any_of_its_tags() {
        let refused = Failed::refused(json!({".tag": "incorrect_offset", "correct_offset": 7}));
        assert!(refused.has("incorrect_offset") && !refused.has("offset"));
        assert_eq!(refused.kind(), ErrorKind::Other);
        assert_eq!(
            Error::from(Failed::refused(
                json!({".tag": "path", "path": {".tag": "not_found"}})
            ))
            .kind,
            ErrorKind::NotThere
        );
    }
}
