//! An answer, whole or broken off where the script says.

use bytes::Bytes;
use hyper::body::{Body, Frame};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

const PIECE: u64 = 64 << 10;

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Source,
}

pub(crate) enum Source {
    Bytes(Vec<u8>),
    /// So many bytes from where the file stands.
    File(File, u64),
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Source::Bytes(Vec::new()),
        }
    }

    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        let mut reply = Self::new(status).with("content-type", "text/plain; charset=utf-8");
        reply.body = Source::Bytes(text.into().into_bytes());
        reply
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        let mut reply = Self::new(status).with("content-type", "application/json");
        reply.body = Source::Bytes(value.to_string().into_bytes());
        reply
    }

    /// A stored object, or the part of it that a `Range` header of one range asks for: 200, 206 or 416.
    pub(crate) fn file(path: &Path, size: u64, range: Option<&str>) -> Self {
        let wanted = match range.map(|range| one_range(range, size)) {
            None => 0..size,
            Some(Some(wanted)) => wanted,
            Some(None) => return Self::new(416).with("content-range", &format!("bytes */{size}")),
        };
        let mut file = File::open(path).expect("a stored object is on the disk");
        file.seek(SeekFrom::Start(wanted.start))
            .expect("seek in a stored object");
        let mut reply = Self::new(if range.is_some() { 206 } else { 200 });
        if range.is_some() {
            let (first, last) = (wanted.start, wanted.end - 1);
            reply = reply.with("content-range", &format!("bytes {first}-{last}/{size}"));
        }
        reply.body = Source::File(file, wanted.end - wanted.start);
        reply.with("accept-ranges", "bytes")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn len(&self) -> u64 {
        match &self.body {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::File(_, left) => *left,
        }
    }

    /// What the answer says of its body: that of a HEAD has a length and no body.
    pub(crate) fn told_length(&self) -> u64 {
        let told = self.headers.iter().find(|(name, _)| name == "content-length");
        let told = told.and_then(|(_, length)| length.parse().ok());
        told.unwrap_or_else(|| self.len())
    }

    /// Turns one bit in the middle of the body.
    pub(crate) fn with_a_wrong_bit(mut self) -> Self {
        if let Source::File(file, left) = &mut self.body {
            let mut bytes = vec![0; *left as usize];
            file.read_exact(&mut bytes).expect("read a stored object");
            self.body = Source::Bytes(bytes);
        }
        if let Source::Bytes(bytes) = &mut self.body {
            let middle = bytes.len() / 2;
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 1;
            }
        }
        self
    }

    /// Makes every checksum in a body of JSON one of other bytes.
    pub(crate) fn with_wrong_hashes(mut self) -> Self {
        if let Source::Bytes(bytes) = &self.body
            && let Ok(mut value) = serde_json::from_slice::<Value>(bytes)
        {
            spoil(&mut value);
            self.body = Source::Bytes(value.to_string().into_bytes());
        }
        self
    }
}

fn spoil(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), &mut *value) {
                    ("content_hash" | "md5Checksum" | "sha256Checksum", Value::String(hash)) => {
                        let first = if hash.starts_with('0') { "1" } else { "0" };
                        hash.replace_range(..1, first);
                    }
                    (_, value) => spoil(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(spoil),
        _ => {}
    }
}

/// `bytes=a-b`, `bytes=a-` or `bytes=-n`; None when nothing of it is there.
fn one_range(header: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first, last) {
        ("", n) => size.saturating_sub(n.parse().ok()?)..size,
        (first, "") => first.parse().ok()?..size,
        (first, last) => first.parse().ok()?..size.min(last.parse::<u64>().ok()?.checked_add(1)?),
    };
    (range.start < range.end).then_some(range)
}

/// How a body ends before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Early {
    Break(u64),
    Stall(u64),
}

pub(crate) struct ReplyBody {
    source: Source,
    sent: u64,
    early: Option<Early>,
    bytes_per_second: Option<u64>,
    pause: Option<Pin<Box<Sleep>>>,
    flushed: bool,
}

impl ReplyBody {
    pub(crate) fn new(source: Source, early: Option<Early>, bytes_per_second: Option<u64>) -> Self {
        Self {
            source,
            sent: 0,
            early,
            bytes_per_second,
            pause: None,
            flushed: false,
        }
    }

    fn next(&mut self, at_most: u64) -> io::Result<Option<Bytes>> {
        match &mut self.source {
            Source::Bytes(bytes) => {
                let n = bytes.len().min(at_most as usize);
                let piece: Vec<u8> = bytes.drain(..n).collect();
                Ok((n > 0).then(|| piece.into()))
            }
            Source::File(file, left) => {
                let mut piece = vec![0; (*left).min(at_most) as usize];
                file.read_exact(&mut piece)?;
                *left -= piece.len() as u64;
                Ok((!piece.is_empty()).then(|| piece.into()))
            }
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let mut at_most = PIECE;
        if let Some(early) = self.early {
            let (Early::Break(end) | Early::Stall(end)) = early;
            at_most = at_most.min(end - self.sent);
            if at_most == 0 && early == Early::Stall(end) {
                return Poll::Pending;
            }
            if at_most == 0 && !self.flushed {
                // What was sent goes out before the connection breaks.
                self.flushed = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if at_most == 0 {
                return Poll::Ready(Some(Err(io::Error::other("cut by the script"))));
            }
        }
        if let Some(speed) = self.bytes_per_second {
            at_most = at_most.min((speed / 10).max(1));
        }
        let piece = self.next(at_most).transpose();
        if let Some(Ok(piece)) = &piece {
            self.sent += piece.len() as u64;
            if let Some(speed) = self.bytes_per_second {
                self.pause = Some(Box::pin(tokio::time::sleep(takes(piece.len(), speed))));
            }
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}

pub(crate) fn takes(bytes: usize, bytes_per_second: u64) -> Duration {
    Duration::from_secs_f64(bytes as f64 / bytes_per_second.max(1) as f64)
}
