//! A large file sent chunk after chunk into a session that knows its own offset (Cloud Storage, Drive, Dropbox), going on
//! where the far side says it is: after a lost connection, a kill, a restart of the machine.
//!
//! Invariants: the offset is asked of the far side, never remembered; the last chunk, with which an object may appear, is
//! sent only after the whole file was hashed in this read and its SHA-256 is the fingerprint's.

use crate::about::About;
use crate::destination::{Payload, Remote, source_changed, source_unreadable};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Flow, stopped};
use crate::folder::blocking;
use crate::retry::patiently;
use crate::session::{Found, Session, close};
use crate::sums::{Algo, Digester, Sums};
use albumen_files::Original;
use async_trait::async_trait;
use bytes::Bytes;
use std::io::Read;
use std::time::Duration;

/// Chunks grow with every one that lands: what a kill costs stays small against what was sent.
const FIRST: u64 = 1 << 20;
const LARGEST: u64 = 8 << 20;
/// So many sessions of one file may be lost on the way.
const MOST_LOST: u32 = 3;
/// So often in a row a chunk may leave nothing behind, with the waits between tries that `retry` makes.
const MOST_STUCK: u32 = 8;
/// The wait after the first such chunk, doubled with each: about four minutes in all.
const STUCK: Duration = Duration::from_millis(250);

/// How far a session is.
#[derive(Debug)]
pub(crate) enum Where {
    /// So many bytes are kept.
    At(u64),
    /// All of them, and the object is there.
    Done(Remote),
    /// Expired, or never heard of.
    Gone,
}

#[async_trait]
pub(crate) trait Chunked: Send + Sync {
    /// The largest chunk, in whole MiB; less where a chunk that is cut is lost whole.
    fn largest(&self) -> u64 {
        LARGEST
    }

    /// Opens a session and names it.
    async fn begin(&self, key: &str, about: &About) -> Result<String>;

    async fn ask(&self, key: &str, session: &str, about: &About) -> Result<Where>;

    /// Sends `body` at `from`; may keep less of it than was sent. The chunk that ends at `about.size` is the last, and
    /// `about.sums` is whole then.
    async fn send(&self, key: &str, session: &str, from: u64, body: Bytes, about: &About) -> Result<Where>;

    /// All bytes are there: makes the object appear, where the last chunk did not. Asked again after a lost answer, it
    /// finds what it made before.
    async fn finish(&self, key: &str, session: &str, about: &About) -> Result<Remote>;

    async fn give_up(&self, session: &str) -> Result<()>;
}

/// Sends `payload` under `key`. Gives what the far side says of the object, and the sums of what was sent.
pub(crate) async fn upload(
    api: &dyn Chunked,
    key: &str,
    payload: &Payload,
    mut about: About,
    wanted: &[Algo],
    flow: &Flow,
) -> Result<(Remote, Sums)> {
    let mut session = match Session::find(key, payload, flow) {
        Found::Ours(session) => match patiently(flow, || api.ask(key, &session.upload, &about)).await {
            Ok(Where::Gone) => None,
            Ok(at) => Some((session, at)),
            // Refused for a reason of its own: if the account is shut out, the next one says so.
            Err(refused) if matches!(refused.kind, ErrorKind::Other | ErrorKind::Denied) => {
                tracing::info!(key, "a session is not gone on with: {refused}");
                None
            }
            Err(failed) => return Err(failed),
        },
        Found::Others(words) => {
            abandon(api, key, &words).await;
            None
        }
        Found::Nothing => None,
    };
    if session.is_none() {
        close(key, flow);
    }
    let mut lost = 0;
    loop {
        let (known, at) = match session.take() {
            Some(known) => known,
            None => {
                let upload = patiently(flow, || api.begin(key, &about)).await?;
                let known = Session::new(upload, 0, payload);
                known.save(key, flow)?;
                (known, Where::At(0))
            }
        };
        let sent = Sending {
            api,
            key,
            session: &known.upload,
            flow,
        }
        .all(payload, &mut about, wanted, at)
        .await;
        match sent {
            Ok(Some(there)) => {
                close(key, flow);
                return Ok((there, about.sums));
            }
            // Expired on the way: what it held is lost, and the next one begins from nothing.
            Ok(None) => {
                close(key, flow);
                lost += 1;
                if lost > MOST_LOST {
                    return Err(Error::new(
                        ErrorKind::Other,
                        "The storage forgets what of this file was sent.",
                    ));
                }
            }
            Err(failed) => {
                let is_lost = failed.kind == ErrorKind::SourceChanged || flow.ledger().is_none();
                if is_lost {
                    give_up(api, key, &known.upload).await;
                    close(key, flow);
                }
                return Err(failed);
            }
        }
    }
}

/// Gives up what the ledger has of another file or another plan.
pub(crate) async fn abandon(api: &dyn Chunked, key: &str, words: &str) {
    if let Some(session) = Session::parse(words) {
        give_up(api, key, &session.upload).await;
    }
}

async fn give_up(api: &dyn Chunked, key: &str, session: &str) {
    if let Err(left) = api.give_up(session).await
        && left.kind != ErrorKind::NotThere
    {
        tracing::warn!(key, "an upload could not be given up: {left}");
    }
}

struct Sending<'a> {
    api: &'a dyn Chunked,
    key: &'a str,
    session: &'a str,
    flow: &'a Flow,
}

impl Sending<'_> {
    /// Reads the file once, from its start, and sends what is not there; `None` when the session is gone.
    async fn all(
        &self,
        payload: &Payload,
        about: &mut About,
        wanted: &[Algo],
        at: Where,
    ) -> Result<Option<Remote>> {
        let (mut there, mut done) = match at {
            Where::At(there) => (there, None),
            Where::Done(remote) => (about.size, Some(remote)),
            Where::Gone => return Ok(None),
        };
        let mut file = payload.open()?;
        let mut digester = Digester::new(wanted);
        let mut from = 0;
        let mut size = FIRST;
        while from < about.size {
            // Up to what is there it is only hashed.
            let end = if from < there {
                there.min(from + LARGEST)
            } else {
                from + size
            };
            let piece = usize::try_from(end.min(about.size) - from).unwrap_or(0);
            let body;
            (file, digester, body) = read(file, digester, piece).await?;
            let next = from + body.len() as u64;
            if next == about.size {
                let whole = std::mem::replace(&mut digester, Digester::new(&[]));
                let (sha256, sums) = whole.finish();
                if sha256 != payload.sha256 {
                    return Err(source_changed());
                }
                about.sums = sums;
            }
            if next > there {
                match self.deliver(from, body, about).await? {
                    Where::At(kept) => there = kept,
                    Where::Done(remote) => (there, done) = (about.size, Some(remote)),
                    Where::Gone => return Ok(None),
                }
                size = (size * 2).min(self.api.largest());
            }
            self.flow.moved(next - from)?;
            from = next;
        }
        if done.is_some() {
            return Ok(done);
        }
        match patiently(self.flow, || self.api.finish(self.key, self.session, about)).await {
            // Expired at the last moment.
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(None),
            done => done.map(Some),
        }
    }

    /// Sends one chunk until all of it is there, asking after every failure how far it came.
    async fn deliver(&self, from: u64, body: Bytes, about: &About) -> Result<Where> {
        let end = from + body.len() as u64;
        let mut at = from;
        let mut failed = false;
        let mut stuck = 0;
        while at < end {
            if !self.flow.goes_on() {
                return Err(stopped());
            }
            let now = patiently(self.flow, || {
                let (ask_first, from_here) = (std::mem::replace(&mut failed, true), at);
                let sent = usize::try_from(at - from).map_or(body.len(), |sent| sent.min(body.len()));
                let rest = body.slice(sent..);
                async move {
                    if ask_first {
                        return self.api.ask(self.key, self.session, about).await;
                    }
                    self.api
                        .send(self.key, self.session, from_here, rest, about)
                        .await
                }
            })
            .await?;
            failed = false;
            match now {
                Where::At(kept) if (at..=end).contains(&kept) => {
                    stuck = if kept == at { stuck + 1 } else { 0 };
                    if stuck > MOST_STUCK {
                        return Err(Error::new(
                            ErrorKind::Unreachable,
                            "The storage answers, and keeps nothing of what is sent.",
                        ));
                    }
                    if stuck > 0 {
                        self.flow.rest(STUCK * 2u32.pow(stuck)).await?;
                    }
                    at = kept;
                }
                Where::At(_) => {
                    return Err(Error::new(
                        ErrorKind::Other,
                        "The storage keeps other bytes of this upload than were sent.",
                    ));
                }
                ended => return Ok(ended),
            }
        }
        Ok(Where::At(at))
    }
}

/// Reads the next `size` bytes, all of them.
async fn read(
    mut file: Original,
    mut digester: Digester,
    size: usize,
) -> Result<(Original, Digester, Bytes)> {
    blocking(move || {
        let mut body = vec![0; size];
        file.read_exact(&mut body).map_err(|error| {
            if error.kind() == std::io::ErrorKind::UnexpectedEof {
                source_changed()
            } else {
                source_unreadable(&error)
            }
        })?;
        digester.update(&body);
        Ok((file, digester, Bytes::from(body)))
    })
    .await
}
