//! One request on its way through a double: what it asks, its body counted as it arrives, the faults it meets.

use super::Core;
use super::fault::Fault;
use super::reply::{Early, Reply, ReplyBody, takes};
use hyper::body::{Body as _, Incoming};
use hyper::{HeaderMap, Method, Request, Response};
use serde_json::Value;
use std::future::{pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use url::form_urlencoded;

/// No JSON of these APIs is larger.
const LONGEST_TEXT: u64 = 8 << 20;

/// Why a request is not carried out, or not answered.
pub(crate) enum Stop {
    /// Refused so.
    Refused(Box<Reply>),
    /// The connection is broken, by the client or by the script.
    Gone,
}

impl From<Reply> for Stop {
    fn from(reply: Reply) -> Self {
        Self::Refused(Box::new(reply))
    }
}

pub(crate) type Answered = Result<Reply, Stop>;

pub(crate) struct Call {
    pub(crate) core: Arc<Core>,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) raw_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) op: String,
    pub(crate) arg: String,
    pub(crate) bytes_in: u64,
    body: Incoming,
    fault: Option<Fault>,
}

impl Call {
    pub(crate) fn new(core: Arc<Core>, request: Request<Incoming>) -> Self {
        let (head, body) = request.into_parts();
        let raw_query = head.uri.query().unwrap_or("").to_owned();
        let query = form_urlencoded::parse(raw_query.as_bytes()).into_owned();
        Self {
            core,
            method: head.method,
            path: head.uri.path().to_owned(),
            query: query.collect(),
            raw_query,
            headers: head.headers,
            op: String::new(),
            arg: String::new(),
            bytes_in: 0,
            body,
            fault: None,
        }
    }

    /// A header, when it is there once and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Type and parameters of the body in lower case, without spaces.
    pub(crate) fn content_type(&self) -> String {
        let given = self.header("content-type").unwrap_or("");
        given.to_ascii_lowercase().replace(' ', "")
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    pub(crate) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// Says what is asked, once that is known and before anything is done: the request meets the rate and the script.
    pub(crate) async fn meet(&mut self, op: &str, arg: &str, limited: fn(u64) -> Reply) -> Result<(), Stop> {
        op.clone_into(&mut self.op);
        arg.clone_into(&mut self.arg);
        let (wait, fault) = self.core.meet(op, arg);
        if let Some(seconds) = wait {
            return Err(limited(seconds).into());
        }
        match fault {
            Some(Fault::Status { code, headers, body }) => {
                let mut reply = Reply::text(code, body);
                if headers
                    .iter()
                    .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                {
                    reply.headers.clear();
                }
                reply.headers.extend(headers);
                return Err(reply.into());
            }
            Some(Fault::DropBefore) => return Err(Stop::Gone),
            Some(Fault::Stall) => pending().await,
            // Its body was read to know what it asks, or it has none.
            Some(Fault::DropAt(_)) if self.body.is_end_stream() => return Err(Stop::Gone),
            Some(Fault::StallAt(_)) if self.body.is_end_stream() => pending().await,
            other => self.fault = other,
        }
        Ok(())
    }

    /// Reads the body, piece by piece. Gone when it ends before its time; what arrived until then was handed on.
    pub(crate) async fn read(&mut self, mut piece: impl FnMut(&[u8])) -> Result<(), Stop> {
        let mut arrived = 0;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await {
            let Ok(frame) = frame else {
                return Err(Stop::Gone);
            };
            let Some(data) = frame.data_ref() else { continue };
            let mut data = &data[..];
            let end = match self.fault {
                Some(Fault::DropAt(end) | Fault::StallAt(end)) => end,
                _ => u64::MAX,
            };
            if arrived + data.len() as u64 >= end {
                data = &data[..(end - arrived) as usize];
            }
            arrived += data.len() as u64;
            self.bytes_in += data.len() as u64;
            self.core.receive(data.len() as u64);
            piece(data);
            if arrived == end {
                if let Some(Fault::StallAt(_)) = self.fault {
                    pending::<()>().await;
                }
                return Err(Stop::Gone);
            }
            if let Some(Fault::SlowUpload(speed)) = self.fault {
                tokio::time::sleep(takes(data.len(), speed)).await;
            }
        }
        if self.length().is_some_and(|length| self.bytes_in < length) {
            return Err(Stop::Gone);
        }
        Ok(())
    }

    /// The whole body of a small request.
    pub(crate) async fn bytes(&mut self) -> Result<Vec<u8>, Stop> {
        let mut whole = Vec::new();
        let mut too_long = false;
        self.read(|piece| {
            too_long |= whole.len() as u64 + piece.len() as u64 > LONGEST_TEXT;
            if !too_long {
                whole.extend_from_slice(piece);
            }
        })
        .await?;
        if too_long {
            return Err(Reply::text(413, "the body is too large").into());
        }
        Ok(whole)
    }

    /// Ends the request: reads what is left of it (a client that still sends would see a broken connection instead of
    /// the answer), lets the script spoil the answer, and logs it.
    pub(crate) async fn end(mut self, answered: Answered) -> io::Result<Response<ReplyBody>> {
        let gone = || io::Error::other("the connection is broken here");
        let (reply, done) = match answered {
            Ok(reply) => (Some(reply), true),
            Err(Stop::Refused(reply)) => (Some(*reply), false),
            Err(Stop::Gone) => (None, false),
        };
        let Some(mut reply) = reply else {
            self.core.log(&self, 0);
            return Err(gone());
        };
        let fault = if done { self.fault.take() } else { None };
        self.fault = None;
        let drained = self.read(|_| {}).await;
        let (mut early, mut speed) = (None, None);
        match fault {
            Some(Fault::DropAfterCommit) => {
                self.core.log(&self, 0);
                return Err(gone());
            }
            Some(Fault::StallAfterCommit) => {
                self.core.log(&self, 0);
                pending::<()>().await;
            }
            Some(Fault::CutReplyAt(end)) => early = Some(Early::Break(end)),
            Some(Fault::StallReplyAt(end)) => early = Some(Early::Stall(end)),
            Some(Fault::SlowReply(bytes)) => speed = Some(bytes),
            Some(Fault::WrongHashInReply) => reply = reply.with_wrong_hashes(),
            _ => {}
        }
        self.core.log(&self, reply.status);
        if drained.is_err() {
            return Err(gone());
        }
        let mut response = Response::builder().status(reply.status);
        let length = reply.len();
        for (name, value) in &reply.headers {
            response = response.header(name, value);
        }
        if reply.status != 204 {
            response = response.header("content-length", length);
        }
        response
            .body(ReplyBody::new(reply.body, early, speed))
            .map_err(io::Error::other)
    }
}

/// A JSON object that has all of `required` and nothing beside these and `optional`.
pub(crate) fn object<'a>(
    value: &'a Value,
    required: &[&str],
    optional: &[&str],
) -> Result<&'a serde_json::Map<String, Value>, String> {
    let fields = value.as_object().ok_or("expected object")?;
    if let Some(missing) = required.iter().find(|name| !fields.contains_key(**name)) {
        return Err(format!("missing required field '{missing}'"));
    }
    let known = |name: &&String| required.contains(&name.as_str()) || optional.contains(&name.as_str());
    match fields.keys().find(|name| !known(name)) {
        Some(unknown) => Err(format!("unknown field '{unknown}'")),
        None => Ok(fields),
    }
}
