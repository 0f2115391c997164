//! A file under a name that must be free: sent beside it under a name of our own, looked at, and moved.
//!
//! Invariants: nothing half is ever under the final name; the digest of what was read is the fingerprint's before the move;
//! after a move of unknown effect our own name is asked for, and where that is gone, the bytes are read.

use super::Webdav;
use super::api::Body;
use crate::about::About;
use crate::destination::Payload;
use crate::error::{Error, ErrorKind, Result, plain};
use crate::flow::Flow;
use crate::known::Known;
use crate::part;
use crate::reading::{Reading, why};
use crate::retry::patiently;
use crate::session::{Found, Session, close};
use crate::sums::{Algo, Sums};
use crate::wire::Streamed;
use albumen_model::Sha256;
use bytes::Bytes;
use sha2::Digest;
use std::sync::Arc;
use std::time::Duration;

/// Read back at a time.
const PIECE: u64 = 4 << 20;
const AFTER_A_BREAK: [Duration; 3] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(600),
];

impl Webdav {
    /// One try of a file that is in memory.
    pub(super) async fn write_once(
        &self,
        key: &str,
        body: Bytes,
        about: &About,
        known: &Known,
    ) -> Result<()> {
        self.ready(key).await?;
        let part = part::new(key);
        let sent = async {
            self.api.put(&part, about.content_type, Body::Bytes(body)).await?;
            self.appear(&part, key, about, &about.sums, known).await
        };
        let sent = sent.await;
        if let Err(failed) = &sent {
            self.forget(key, &part, failed).await;
        }
        sent
    }

    /// A file that does not fit in memory; every try sends all of it.
    pub(super) async fn stream(
        &self,
        key: &str,
        payload: &Payload,
        about: &About,
        known: &Known,
        flow: &Flow,
    ) -> Result<Sums> {
        let left = match Session::find(key, payload, flow) {
            Found::Ours(session) => Some(session),
            Found::Others(words) => Session::parse(&words),
            Found::Nothing => None,
        };
        if let Some(left) = left {
            patiently(flow, || self.remove_part(key, &left.upload)).await?;
        }
        let wanted = self.wanted_of(known);
        let reading = Reading::new(payload, wanted, flow);
        let sent = patiently(flow, || async {
            let part = part::new(key);
            Session::new(part.clone(), 0, payload).save(key, flow)?;
            let sent = self.stream_once(key, &part, &reading, about, known).await;
            if let Err(failed) = &sent {
                self.forget(key, &part, failed).await;
            }
            sent
        })
        .await;
        // What an error left was removed, or could not be: then the next put of this key removes it.
        if sent.is_ok()
            || sent
                .as_ref()
                .is_err_and(|failed| failed.kind != ErrorKind::Unreachable)
        {
            close(key, flow);
        }
        sent
    }

    async fn stream_once(
        &self,
        key: &str,
        part: &str,
        reading: &Arc<Reading>,
        about: &About,
        known: &Known,
    ) -> Result<Sums> {
        self.ready(key).await?;
        let opened = reading.clone();
        let body = Streamed {
            size: about.size,
            open: Arc::new(move || opened.open()),
        };
        if let Err(failed) = self.api.put(part, about.content_type, Body::File(body)).await {
            return Err(why(reading, failed));
        }
        let sums = reading.outcome().unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Unreachable,
                "The storage took only a part of it.",
            ))
        })?;
        self.appear(part, key, about, &sums, known).await?;
        Ok(sums)
    }

    /// Gives what was sent its name, if it is whole.
    async fn appear(&self, part: &str, key: &str, about: &About, sums: &Sums, known: &Known) -> Result<()> {
        let there = self.entry(part).await?;
        let is_whole = there
            .as_ref()
            .is_some_and(|there| there.size == about.size && sums.agree(&there.sums) != Some(false));
        if !is_whole {
            return Err(Error::new(
                ErrorKind::Unreachable,
                "The storage kept something else than was sent.",
            ));
        }
        // It would replace: all that can be done is to look once more.
        if !known.refuses_to_replace && self.api.look(key).await?.is_some() {
            return Err(Error::of(ErrorKind::Exists));
        }
        let Err(failed) = self.api.rename(part, key).await else {
            return Ok(());
        };
        if failed.kind == ErrorKind::Stopped {
            return Err(failed);
        }
        // Lost, or refused with a word that servers use for many things.
        let is_left = self.api.look(part).await?.is_some();
        let is_taken = self.api.look(key).await?.is_some();
        match (is_left, is_taken) {
            (true, true) => Err(Error::of(ErrorKind::Exists)),
            (false, true) if self.is_this(key, about).await? => Ok(()),
            (false, _) => Err(Error::new(
                ErrorKind::Unreachable,
                plain("what was sent is gone", ErrorKind::Unreachable),
            )),
            (true, false) => Err(failed),
        }
    }

    /// Whether these very bytes are under the key: reads them.
    async fn is_this(&self, key: &str, about: &About) -> Result<bool> {
        if self
            .api
            .look(key)
            .await?
            .is_none_or(|there| there.size != about.size)
        {
            return Ok(false);
        }
        let mut whole = sha2::Sha256::new();
        let mut at = 0;
        while at < about.size {
            let piece = self.api.read(key, at, about.size.min(at + PIECE)).await?;
            if piece.is_empty() {
                return Ok(false);
            }
            at += piece.len() as u64;
            whole.update(&piece);
        }
        Ok(Sha256(whole.finalize().into()) == about.sha256)
    }

    /// Makes the folders of a key, once, and removes what killed puts of it left there.
    async fn ready(&self, key: &str) -> Result<()> {
        let folder = part::folder(key);
        if !self.seen.has(folder) {
            match self.api.children(folder).await {
                Ok(children) => self.seen.add(folder, children.into_iter().map(|(name, _)| name)),
                Err(gone) if gone.kind == ErrorKind::NotThere => {
                    self.make_folders(folder).await?;
                    self.seen.add(folder, std::iter::empty());
                }
                Err(other) => return Err(other),
            }
        }
        for part in self.seen.left_by(key) {
            self.remove_part(key, &part).await?;
        }
        Ok(())
    }

    async fn make_folders(&self, folder: &str) -> Result<()> {
        if self.api.look("").await?.is_none() {
            return Err(Error::of(ErrorKind::NoSuchPlace));
        }
        for (at, _) in folder.match_indices('/') {
            match self.api.make_folder(&folder[..at]).await {
                // There, or made by somebody else meanwhile.
                Err(there) if there.kind == ErrorKind::Exists => {}
                made => made?,
            }
        }
        Ok(())
    }

    /// After a failure: the name of our own goes, and the folder is looked at anew.
    async fn forget(&self, key: &str, part: &str, failed: &Error) {
        self.seen.forget(part::folder(key));
        // A server whose connection broke may write what it has only then.
        let broke = matches!(
            failed.kind,
            ErrorKind::Unreachable
                | ErrorKind::Stopped
                | ErrorKind::SourceChanged
                | ErrorKind::SourceUnreadable
        );
        let mut gone = self.remove_part(key, part).await;
        for wait in AFTER_A_BREAK.iter().filter(|_| broke) {
            tokio::time::sleep(*wait).await;
            gone = self.remove_part(key, part).await;
        }
        if let Err(left) = gone {
            tracing::warn!(part, "what was sent of a file stays for now: {left}");
        }
    }

    /// Only what has the form of our own names for this key.
    pub(super) async fn remove_part(&self, key: &str, part: &str) -> Result<()> {
        if !part::is_of(part, key) {
            return Ok(());
        }
        match self.api.delete(part, None).await {
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
            done => done,
        }
    }

    /// Digests that a look tells.
    pub(super) fn wanted_of(&self, known: &Known) -> Vec<Algo> {
        if known.etag_is_md5 {
            vec![Algo::Md5]
        } else {
            Vec::new()
        }
    }
}
