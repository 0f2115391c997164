//! One request on its way through a double: what it asks, its body counted as it arrives, the faults it meets.

use super::Core;
use super::fault::Fault;
use super::reply::{Early, Reply, ReplyBody, takes};
use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::{HeaderMap, Method, Request, Response};
use serde_json::Value;
use std::future::poll_fn;
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
    /// As if the connection were broken, but it stays open and silent.
    Stalled,
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
    /// Read ahead, and not counted yet.
    held: Vec<u8>,
    broken: bool,
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
            held: Vec::new(),
            broken: false,
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

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
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
            Some(Fault::Stall) => return Err(Stop::Stalled),
            // Its body was read to know what it asks, or it has none.
            Some(Fault::DropAt(_)) if self.is_read() => return Err(Stop::Gone),
            Some(Fault::StallAt(_)) if self.is_read() => return Err(Stop::Stalled),
            other => self.fault = other,
        }
        Ok(())
    }

    fn is_read(&self) -> bool {
        self.held.is_empty() && self.body.is_end_stream()
    }

    async fn frame(&mut self) -> Option<Bytes> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await?;
            match frame.map(hyper::body::Frame::into_data) {
                Ok(Ok(data)) => return Some(data),
                Ok(Err(_)) => {}
                Err(_) => {
                    self.broken = true;
                    return None;
                }
            }
        }
    }

    /// Reads ahead until it is enough, or the end; nothing is counted and no fault met.
    pub(crate) async fn ahead(&mut self, enough: impl Fn(&[u8]) -> bool) -> &[u8] {
        while !enough(&self.held) {
            let Some(data) = self.frame().await else { break };
            self.held.extend_from_slice(&data);
        }
        &self.held
    }

    /// Reads the body, piece by piece. Gone when it ends before its time; what arrived until then was handed on.
    pub(crate) async fn read(&mut self, mut piece: impl FnMut(&[u8])) -> Result<(), Stop> {
        let mut arrived = 0;
        let end = match self.fault {
            Some(Fault::DropAt(end) | Fault::StallAt(end)) => end,
            _ => u64::MAX,
        };
        loop {
            let data = match std::mem::take(&mut self.held) {
                held if !held.is_empty() => held.into(),
                _ => match self.frame().await {
                    Some(data) => data,
                    None => break,
                },
            };
            let n = (data.len() as u64).min(end - arrived);
            let data = &data[..n as usize];
            arrived += n;
            self.bytes_in += n;
            self.core.receive(n);
            piece(data);
            if arrived == end {
                return Err(match self.fault {
                    Some(Fault::StallAt(_)) => Stop::Stalled,
                    _ => Stop::Gone,
                });
            }
            if let Some(Fault::SlowUpload(speed)) = self.fault {
                tokio::time::sleep(takes(data.len(), speed)).await;
            }
        }
        if self.broken || self.length().is_some_and(|length| self.bytes_in < length) {
            return Err(Stop::Gone);
        }
        Ok(())
    }

    /// The whole body of a small request.
    pub(crate) async fn bytes(&mut self) -> Result<Vec<u8>, Stop> {
        self.bytes_up_to(LONGEST_TEXT).await
    }

    /// The whole body of a request that is no longer than `most` bytes.
    pub(crate) async fn bytes_up_to(&mut self, most: u64) -> Result<Vec<u8>, Stop> {
        let mut whole = Vec::new();
        let mut too_long = false;
        self.read(|piece| {
            too_long |= whole.len() as u64 + piece.len() as u64 > most;
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
        let (mut reply, done) = match answered {
            Ok(reply) => (reply, true),
            Err(Stop::Refused(reply)) => (*reply, false),
            Err(Stop::Gone) => {
                self.core.log(&self, 0);
                return Err(gone());
            }
            Err(Stop::Stalled) => {
                self.core.stall(&self).await;
                return Err(gone());
            }
        };
        let fault = if done { self.fault.take() } else { None };
        self.fault = None;
        let drained = self.read(|_| {}).await;
        let (mut early, mut speed, mut longer) = (None, None, 0);
        match fault {
            Some(Fault::DropAfterCommit) => {
                self.core.log(&self, 0);
                return Err(gone());
            }
            Some(Fault::StallAfterCommit) => {
                self.core.stall(&self).await;
                return Err(gone());
            }
            Some(Fault::CutReplyAt(end)) => early = Some(Early::Break(end)),
            Some(Fault::StallReplyAt(end)) => early = Some(Early::Stall(end)),
            Some(Fault::SlowReply(bytes)) => speed = Some(bytes),
            Some(Fault::WrongHashInReply) => reply = reply.with_wrong_hashes(),
            Some(Fault::WrongBytesInReply) => reply = reply.with_a_wrong_bit(),
            Some(Fault::WrongLength(by)) => longer = by,
            _ => {}
        }
        self.core.log(&self, reply.status);
        if drained.is_err() {
            return Err(gone());
        }
        let mut response = Response::builder().status(reply.status);
        let length = reply.told_length().saturating_add_signed(longer);
        for (name, value) in reply.headers.iter().filter(|(name, _)| name != "content-length") {
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
