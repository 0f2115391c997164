//! Google's resumable uploads ("Resumable uploads" of Cloud Storage, "Upload file data" of Drive): a session is an address
//! that opens it for anybody. It takes whole multiples of 256 KiB, and says how much it kept of what was sent.

use super::hosts;
use crate::error::{Error, ErrorKind, Result};
use crate::json::{Caller, RESUME};
use bytes::Bytes;
use http::{Method, Request, Response};
use opendal::Buffer;
use serde_json::Value;

/// Every chunk but the last is a multiple of it.
pub(crate) const MULTIPLE: u64 = 256 << 10;

/// How far a session is.
pub(crate) enum Kept {
    Bytes(u64),
    /// The object is there; what is said of it.
    Whole(Buffer),
    Gone,
}

pub(crate) struct Resumable<'a> {
    pub caller: &'a Caller,
    /// Scheme and host of all requests.
    pub base: &'a str,
}

impl Resumable<'_> {
    /// Opens a session at `address` for what `about` describes; gives the session's own address.
    pub async fn begin(&self, address: &str, about: &Value, content_type: &str, size: u64) -> Result<String> {
        let request = Request::post(address)
            .header(http::header::CONTENT_TYPE, "application/json; charset=UTF-8")
            .header("x-upload-content-type", content_type)
            .header("x-upload-content-length", size);
        let reply = self.caller.ask(request, Buffer::from(about.to_string())).await?;
        let location = reply
            .headers()
            .get(http::header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .ok_or_else(|| Error::new(ErrorKind::Other, "The storage gave no address for the upload."))?;
        hosts::next(self.base, location)
    }

    pub async fn ask(&self, session: &str, size: u64) -> Result<Kept> {
        self.put(session, &format!("bytes */{size}"), None, Buffer::new(), size)
            .await
    }

    /// Sends a part of the bytes. `sums` go along with the last one.
    pub async fn send(
        &self,
        session: &str,
        from: u64,
        body: Bytes,
        size: u64,
        sums: Option<String>,
    ) -> Result<Kept> {
        let last = (from + body.len() as u64).saturating_sub(1);
        let range = format!("bytes {from}-{last}/{size}");
        self.put(session, &range, sums, Buffer::from(body), size).await
    }

    /// Ends it with what it holds.
    pub async fn give_up(&self, session: &str) -> Result<()> {
        let session = hosts::next(self.base, session)?;
        self.caller
            .ask(Request::delete(session), Buffer::new())
            .await
            .map(|_| ())
    }

    async fn put(
        &self,
        session: &str,
        range: &str,
        sums: Option<String>,
        body: Buffer,
        size: u64,
    ) -> Result<Kept> {
        // It may come from a catalog that somebody edited.
        let session = hosts::next(self.base, session)?;
        let mut request = Request::builder()
            .method(Method::PUT)
            .uri(session)
            .header(http::header::CONTENT_RANGE, range);
        if let Some(sums) = sums {
            request = request.header("x-goog-hash", sums);
        }
        match self.caller.ask(request, body).await {
            Ok(reply) if reply.status() == RESUME => Ok(Kept::Bytes(kept(&reply, size))),
            Ok(reply) => Ok(Kept::Whole(reply.into_body())),
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(Kept::Gone),
            Err(other) => Err(other),
        }
    }
}

/// What is said to be kept. Less than a multiple is nothing, also where a server says `0-0` of nothing.
fn kept<T>(reply: &Response<T>, size: u64) -> u64 {
    let last: Option<u64> = reply
        .headers()
        .get(http::header::RANGE)
        .and_then(|range| range.to_str().ok())
        .and_then(|range| range.rsplit('-').next()?.parse().ok());
    match last.map_or(0, |last| last + 1) {
        some if some < MULTIPLE && some < size => 0,
        kept => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_a_multiple_is_nothing() {
        let said = |range: Option<&str>| {
            let mut reply = Response::builder().status(308);
            if let Some(range) = range {
                reply = reply.header("range", range);
            }
            kept(&reply.body(()).expect("a reply"), 1_000_000)
        };
        assert_eq!(said(None), 0);
        assert_eq!(said(Some("bytes=0-0")), 0);
        assert_eq!(said(Some("bytes=0-524287")), 524_288);
        assert_eq!(said(Some("bytes=0-999999")), 1_000_000);
        assert_eq!(said(Some("nonsense")), 0);
    }
}
