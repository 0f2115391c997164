//! What keeps a library safe on any storage that is not a disk, whatever its requests look like (`provider`).
//!
//! Invariants: a name is asked for before it is written, unless the storage was seen to refuse (`known`); writes are never
//! repeated blindly: after an error of unknown effect the far side is asked whether the bytes are ours
//! ([`Objects::is_ours`]), and only then they are sent again; a put counts when the far side told size and version.

use crate::about::About;
use crate::buffers::Buffers;
use crate::destination::{Fetch, Listed, Payload, Put, Remote, source_changed};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Flow, stopped};
use crate::folder::{blocking, place_at, too_large};
use crate::known::Known;
use crate::original;
use crate::provider::{OnObject, Person, Provider};
use crate::retry::patiently;
use crate::session::close;
use crate::sums::{Algo, Digester, Sums};
use crate::version::same_version;
use crate::wire::{Account, Line, PacerView};
use albumen_files::place_stream;
use albumen_model::{NameLimits, Sha256, key::MARKER_FOLDER};
use bytes::Bytes;
use sha2::Digest;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

const READ: u64 = 4 << 20;
/// So many files in a row may fail while the storage answers otherwise.
const MOST_GIVEN_UP: u32 = 8;

pub struct Objects {
    provider: Box<dyn Provider>,
    /// None where no HTTP is spoken.
    account: Option<Arc<Account>>,
    known: RwLock<Known>,
    limits: NameLimits,
    /// Files in a row that could not be written.
    given_up: AtomicU32,
    buffers: Arc<Buffers>,
}

impl Objects {
    pub(crate) fn new(provider: Box<dyn Provider>, account: Option<Arc<Account>>) -> Self {
        Self {
            provider,
            account,
            known: RwLock::default(),
            buffers: Arc::default(),
            limits: NameLimits::default(),
            given_up: AtomicU32::new(0),
        }
    }

    pub(crate) fn with_limits(mut self, limits: NameLimits) -> Self {
        self.limits = limits;
        self
    }

    pub fn limits(&self) -> NameLimits {
        self.limits
    }

    pub fn pace(&self) -> Option<PacerView> {
        self.account.as_ref().map(|account| account.pace())
    }

    pub fn versions_are_firm(&self) -> bool {
        self.provider.versions_are_firm()
    }

    pub fn daily_bytes(&self) -> Option<u64> {
        self.provider.daily_bytes()
    }

    pub fn know(&self, known: Known) {
        self.provider.know(&known);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub async fn learn(&self, key: &str) -> Result<Known> {
        let known = Line::new(|| true).during(self.provider.learn(key)).await?;
        self.know(known.clone());
        Ok(known)
    }

    pub async fn account(&self) -> Result<Option<Person>> {
        Line::impatient().during(self.provider.account()).await
    }

    pub async fn reach(&self, key: &str) -> Result<()> {
        Line::impatient().during(self.provider.reach(key)).await
    }

    pub async fn is_there(&self, flow: &Flow) -> Result<bool> {
        asked(flow, self.provider.is_there()).await
    }

    pub async fn list(&self, flow: &Flow, on_object: &mut OnObject<'_>) -> Result<()> {
        let ours = format!("{MARKER_FOLDER}/");
        let mut photos = |listed: Listed| listed.key.starts_with(&ours) || on_object(listed);
        asked(flow, self.provider.list(&mut photos)).await
    }

    pub async fn own(&self, folders: &[&str], flow: &Flow) -> Result<Vec<Listed>> {
        let mut found = Vec::new();
        let is_below = |key: &str, folder: &str| {
            key.strip_prefix(folder)
                .is_some_and(|below| below.starts_with('/'))
        };
        let mut one = |listed: Listed| {
            if folders.iter().any(|folder| is_below(&listed.key, folder)) {
                found.push(listed);
            }
            true
        };
        asked(flow, self.provider.list(&mut one)).await?;
        Ok(found)
    }

    pub async fn read_small(&self, key: &str, most: u64, flow: &Flow) -> Result<Vec<u8>> {
        let reading = async {
            let gone = || Error::new(ErrorKind::NotThere, "It is not at the destination.");
            let there = self.look(key, flow).await?.ok_or_else(gone)?;
            if there.size > most {
                return Err(too_large(key));
            }
            let mut bytes = Vec::new();
            while (bytes.len() as u64) < there.size {
                bytes.extend(self.read(key, bytes.len() as u64, there.size, flow).await?);
            }
            Ok(bytes)
        };
        asked(flow, reading).await
    }

    /// As one verb of its own; within another one, [`Self::look`].
    pub async fn head(&self, key: &str, flow: &Flow) -> Result<Option<Remote>> {
        asked(flow, self.look(key, flow)).await
    }

    async fn look(&self, key: &str, flow: &Flow) -> Result<Option<Remote>> {
        patiently(flow, || self.provider.look(key)).await
    }

    pub async fn put(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<Put> {
        flow.line().during(self.put_and_look(key, payload, flow)).await
    }

    async fn put_and_look(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<Put> {
        let known = self.known();
        let tried = AtomicBool::new(false);
        // A large file tries its requests again one by one: around them, every budget of time would be spent many times.
        let put = if payload.identity.size > self.provider.one_request() {
            self.put_or_find(key, payload, &known, &tried, flow).await
        } else {
            patiently(flow, || self.put_or_find(key, payload, &known, &tried, flow)).await
        };
        let sent = match put {
            // A storage that fails on this one file for minutes and answers otherwise: the others can still be sent.
            Err(failed) if failed.kind == ErrorKind::Unreachable && self.is_only_this_one().await => {
                return Err(Error::new(ErrorKind::Other, failed.message));
            }
            Err(taken) if taken.kind == ErrorKind::Exists && tried.load(Ordering::Relaxed) => {
                return Err(Error::of(ErrorKind::MaybeOurs));
            }
            done => done?,
        };
        self.given_up.store(0, Ordering::Relaxed);
        let there = match sent.told {
            Some(told) => told,
            None => self.look(key, flow).await?.ok_or_else(|| {
                Error::new(
                    ErrorKind::Unreachable,
                    "The storage said it stored the file, but it is not there.",
                )
            })?,
        };
        if there.size != payload.identity.size || sent.sums.agree(&there.sums) == Some(false) {
            return Err(Error::new(
                ErrorKind::Changed,
                "What is stored under this name is not what was sent.",
            ));
        }
        Ok(Put {
            version: there.version,
            made_dirs: Vec::new(),
            adopted: sent.adopted,
            refused_wrong: !sent.adopted && sent.guarded,
            sums: if sent.adopted { Sums::default() } else { sent.sums },
        })
    }

    /// After a file that failed for minutes: whether the storage answers otherwise. Not for ever: when one after the other
    /// fails with nothing between, it takes no writes at all.
    async fn is_only_this_one(&self) -> bool {
        self.given_up.fetch_add(1, Ordering::Relaxed) < MOST_GIVEN_UP
            && matches!(self.provider.is_there().await, Ok(true))
    }

    /// `tried` becomes true with a try whose effect is not known.
    async fn put_or_find(
        &self,
        key: &str,
        payload: &Payload,
        known: &Known,
        tried: &AtomicBool,
        flow: &Flow,
    ) -> Result<Sent> {
        let failed = match self.put_once(key, payload, known, flow).await {
            Err(failed) => failed,
            done => return done,
        };
        // The name was free when planned: either someone else took it, or an earlier try of ours landed. Servers tell a
        // finished upload that is finished again by many words.
        let may_be_ours = matches!(
            failed.kind,
            ErrorKind::Exists
                | ErrorKind::Unreachable
                | ErrorKind::Other
                | ErrorKind::NotThere
                | ErrorKind::Denied
        );
        if matches!(failed.kind, ErrorKind::Unreachable | ErrorKind::Other) {
            tried.store(true, Ordering::Relaxed);
        }
        if may_be_ours && self.is_ours(key, payload).await.unwrap_or(false) {
            close(key, flow);
            return Ok(Sent {
                adopted: true,
                ..Sent::default()
            });
        }
        Err(failed)
    }

    /// Asks the far side whether an upload whose answer was lost is there: same size, and our digest beside it or its own
    /// digest of the bytes.
    async fn is_ours(&self, key: &str, payload: &Payload) -> Result<bool> {
        let there = match self.provider.look(key).await? {
            Some(there) if there.size == payload.identity.size => there,
            _ => return Ok(false),
        };
        if self.provider.marks_its_own() && there.claimed != Some(payload.sha256) {
            return Ok(false);
        }
        let sha256 = payload.sha256.to_string();
        match there.sums.get(Algo::Sha256) {
            Some(told) => Ok(told == sha256),
            None if there.claimed.is_some() => Ok(there.claimed == Some(payload.sha256)),
            None if self.provider.may_be_ours(&there, payload.identity.mtime_ns) => {
                original::has_sums(payload, there.sums).await
            }
            None => Ok(false),
        }
    }

    async fn put_once(&self, key: &str, payload: &Payload, known: &Known, flow: &Flow) -> Result<Sent> {
        let identity = payload.identity;
        if !known.refuses_to_replace {
            // Around a small file there are tries enough.
            let there = if identity.size > self.provider.one_request() {
                self.look(key, flow).await?
            } else {
                self.provider.look(key).await?
            };
            if there.is_some() {
                return Err(taken());
            }
        }
        let mut about = About::payload(payload);
        if identity.size > self.provider.one_request() {
            let (told, sums) = self.provider.upload(key, payload, about, known, flow).await?;
            return Ok(Sent {
                told,
                sums,
                ..Sent::default()
            });
        }
        let wanted = self.provider.wanted(identity.size, known);
        // A storage that was seen to refuse wrong bytes by the SHA-256 that goes along is the one who looks.
        let by_it = known.refuses_wrong_sha256 && wanted.is_empty();
        let (bytes, sums) = original::whole(payload, (!by_it).then_some(wanted), &self.buffers).await?;
        about.sums = sums;
        flow.moved(bytes.len() as u64)?;
        let told = match self.provider.write(key, bytes.clone(), &about, known).await {
            // Either the original is not what it was, or something on the way spoilt it.
            Err(refused) if refused.kind == ErrorKind::BadDigest => {
                let sent = blocking(move || Ok(Digester::of(&bytes, &[]).0)).await?;
                if sent == payload.sha256 {
                    return Err(refused);
                }
                self.take_back_refused(key, sent, flow).await?;
                return Err(source_changed());
            }
            done => done?,
        };
        let announced: Vec<Algo> = about.sums.algos().chain([Algo::Sha256]).collect();
        Ok(Sent {
            told,
            guarded: known.refuses_wrong(&announced),
            sums: about.sums,
            adopted: false,
        })
    }

    /// Some storages refuse wrong bytes and keep them. The name was free before: what is under it now, byte for byte as it was
    /// sent (`sent`), came with the refused request.
    async fn take_back_refused(&self, key: &str, sent: Sha256, flow: &Flow) -> Result<()> {
        let Some(there) = self.look(key, flow).await? else {
            return Ok(());
        };
        match self.digest_of(key, flow).await? {
            (stored, _, version) if stored == sent && same_version(&there.version, &version) => {
                patiently(flow, || self.provider.delete(key, &there)).await
            }
            _ => Ok(()),
        }
    }

    /// Gives up an upload that was begun.
    pub async fn abandon(&self, key: &str, session: &str) -> Result<()> {
        Line::new(|| true)
            .during(self.provider.abandon(key, session))
            .await
    }

    pub async fn put_bytes(&self, key: &str, bytes: Bytes) -> Result<Put> {
        let flow = Flow::free();
        flow.line().during(self.put_own(key, bytes, &flow)).await
    }

    async fn put_own(&self, key: &str, bytes: Bytes, flow: &Flow) -> Result<Put> {
        let known = self.known();
        let wanted = self.provider.wanted(bytes.len() as u64, &known);
        let about = About {
            mtime_ns: albumen_files::clock::now_ms() * 1_000_000,
            ..About::of(&bytes, "application/octet-stream", &wanted)
        };
        let written = patiently(flow, || async {
            if self.provider.look(key).await?.is_some() {
                return Err(taken());
            }
            self.provider.write(key, bytes.clone(), &about, &known).await
        })
        .await;
        let done = |version, adopted| Put {
            version,
            adopted,
            ..Put::default()
        };
        match (written, self.look(key, flow).await?) {
            (Ok(_), Some(there)) => Ok(done(there.version, false)),
            // An answer of ours was lost, or it was written before: whose bytes they are is read, not believed.
            (Err(failed), Some(_)) => match self.digest_of(key, flow).await? {
                (same, _, version) if same == about.sha256 => Ok(done(version, true)),
                _ => Err(failed),
            },
            (Err(failed), None) => Err(failed),
            (Ok(_), None) => Err(Error::new(
                ErrorKind::Unreachable,
                "It was stored and is not there.",
            )),
        }
    }

    pub async fn digest(&self, key: &str, flow: &Flow) -> Result<(Sha256, u64, String)> {
        let digested = async {
            match self.digest_of(key, flow).await {
                // One object that cannot be read (in an archive tier, on a bad sector) says nothing about the others.
                Err(failed)
                    if matches!(failed.kind, ErrorKind::Unreachable | ErrorKind::Denied)
                        && matches!(self.provider.look(key).await, Ok(Some(_))) =>
                {
                    Err(Error::new(ErrorKind::Other, failed.message))
                }
                done => done,
            }
        };
        asked(flow, digested).await
    }

    async fn digest_of(&self, key: &str, flow: &Flow) -> Result<(Sha256, u64, String)> {
        let gone = || Error::new(ErrorKind::NotThere, "It is not at the destination.");
        let there = self.look(key, flow).await?.ok_or_else(gone)?;
        let mut hasher = sha2::Sha256::new();
        let mut at = 0;
        while at < there.size {
            let piece = self.read(key, at, there.size, flow).await?;
            at += piece.len() as u64;
            flow.moved(piece.len() as u64)?;
            hasher.update(&piece);
        }
        Ok((Sha256(hasher.finalize().into()), at, there.version))
    }

    async fn read(&self, key: &str, from: u64, size: u64, flow: &Flow) -> Result<Vec<u8>> {
        let to = size.min(from + READ);
        patiently(flow, || async {
            let piece = self.provider.read(key, from, to).await?;
            if piece.len() as u64 == to - from {
                Ok(piece)
            } else {
                Err(Error::new(
                    ErrorKind::Unreachable,
                    "The storage sent fewer bytes than asked for.",
                ))
            }
        })
        .await
    }

    pub async fn fetch(&self, key: &str, to: Fetch, flow: &Flow) -> Result<()> {
        flow.line().during(self.fetch_to(key, to, flow)).await
    }

    async fn fetch_to(&self, key: &str, to: Fetch, flow: &Flow) -> Result<()> {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<std::io::Result<Vec<u8>>>(2);
        let (sha256, size, mtime_ns, mode) = (to.sha256, to.size, to.mtime_ns, to.mode);
        let placing = blocking(move || {
            // A channel that ends early ends the file early, and a short file never gets its name.
            let mut next = || receiver.recv().ok().transpose();
            place_at(&to, |folder, name| {
                place_stream(folder, name, (sha256, size), mtime_ns, Some(mode), &mut next).map(|_| ())
            })
        });
        let reading = async {
            let mut at = 0;
            while at < size {
                let piece = self.read(key, at, size, flow).await?;
                at += piece.len() as u64;
                flow.moved(piece.len() as u64)?;
                let sender = sender.clone();
                if blocking(move || Ok(sender.send(Ok(piece)).is_err())).await? {
                    break;
                }
            }
            drop(sender);
            Ok::<(), Error>(())
        };
        // Where it stops, the channel ends, and with it the half file.
        let wanted = async {
            tokio::select! {
                read = reading => read,
                () = flow.ended() => Err(stopped()),
            }
        };
        let (placed, read) = tokio::join!(placing, wanted);
        read?;
        placed
    }

    pub async fn delete_if(&self, key: &str, expected: &str) -> Result<()> {
        let flow = Flow::free();
        let deleted = async {
            let there = self.this_version(key, expected, &flow).await?;
            patiently(&flow, || self.provider.delete(key, &there)).await
        };
        flow.line().during(deleted).await
    }

    /// As [`Self::delete_if`], for good where the provider knows that it just made it.
    pub async fn erase_if(&self, key: &str, expected: &str) -> Result<()> {
        let flow = Flow::free();
        let erased = async {
            let there = self.this_version(key, expected, &flow).await?;
            patiently(&flow, || self.provider.erase(key, &there)).await
        };
        flow.line().during(erased).await
    }

    async fn this_version(&self, key: &str, expected: &str, flow: &Flow) -> Result<Remote> {
        match self.look(key, flow).await? {
            None => Err(Error::new(ErrorKind::NotThere, "It is not at the destination.")),
            Some(there) if same_version(&there.version, expected) => Ok(there),
            Some(_) => Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            )),
        }
    }
}

/// A question changes nothing over there: wherever it waits, it is dropped when nobody wants its answer any more.
async fn asked<T>(flow: &Flow, question: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        answer = flow.line().during(question) => answer,
        () = flow.ended() => Err(stopped()),
    }
}

/// What one try of a put came to.
#[derive(Default)]
struct Sent {
    /// What the reply told of the object.
    told: Option<Remote>,
    /// Of the bytes as they were read.
    sums: Sums,
    /// The storage was seen to refuse wrong bytes by a digest that went along.
    guarded: bool,
    adopted: bool,
}

fn taken() -> Error {
    Error::new(
        ErrorKind::Exists,
        "Something has this name at the destination already.",
    )
}
