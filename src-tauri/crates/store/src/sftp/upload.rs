//! A file under a name that must be free: written beside it under a name of our own, synced, and linked.
//!
//! Invariants: the final name appears by a link, or by version 3's rename, neither of which replaces; before, the size is
//! the file's and the digest of all that was read is the fingerprint's. Of what an earlier run left, as much as may be out
//! of order is read back and compared; the rest is proved when the whole is read back, as all is where nobody else hashes.

use super::session::Session;
use super::verbs::UNSURE;
use crate::about::About;
use crate::destination::{Payload, source_changed, source_unreadable};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Flow, stopped};
use crate::known::Known;
use crate::part::{Seen, folder};
use albumen_model::Sha256;
use sha2::Digest;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const PIECE: u64 = 1 << 20;

/// The library's folder on the server, and where in it things are.
pub(super) struct Root {
    /// Without a slash at its end.
    pub path: String,
    pub seen: Seen,
}

impl Root {
    pub fn of(&self, key: &str) -> String {
        match key.trim_end_matches('/') {
            "" => self.path.clone(),
            key => format!("{}/{key}", self.path),
        }
    }

    /// Makes the folders of a key, once, and removes what killed puts of it left there, but `keep`.
    pub fn ready(&self, session: &mut Session, key: &str, keep: &str) -> Result<()> {
        let folder = folder(key);
        if !self.seen.has(folder) {
            match session.children(&self.of(folder)) {
                Ok(children) => self.seen.add(folder, children.into_iter().map(|(name, _)| name)),
                Err(gone) if gone.kind == ErrorKind::NotThere => {
                    self.make(session, folder)?;
                    self.seen.add(folder, std::iter::empty());
                }
                Err(other) => return Err(other),
            }
        }
        for part in self.seen.left_by(key) {
            if part != keep {
                gone_is_fine(session.remove(&self.of(&part)))?;
            }
        }
        Ok(())
    }

    fn make(&self, session: &mut Session, folder: &str) -> Result<()> {
        let is_folder = |session: &mut Session, path: &str| {
            Ok::<_, Error>(session.look_through(path)?.is_some_and(|there| there.is_folder()))
        };
        if !is_folder(session, &self.path)? {
            return Err(Error::of(ErrorKind::NoSuchPlace));
        }
        for (at, _) in folder.match_indices('/') {
            let path = self.of(&folder[..at]);
            if let Err(failed) = session.make_folder(&path)
                && !is_folder(session, &path)?
            {
                return Err(failed);
            }
        }
        Ok(())
    }
}

pub(super) fn gone_is_fine(removed: Result<()>) -> Result<()> {
    match removed {
        Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
        done => done,
    }
}

/// What is written, and under which names.
pub(super) struct Writing {
    pub root: Arc<Root>,
    pub key: String,
    pub part: String,
    pub about: About,
    pub known: Known,
}

impl Writing {
    /// A file that is in memory.
    pub fn small(&self, session: &mut Session, bytes: &[u8]) -> Result<()> {
        let part = self.root.of(&self.part);
        self.root.ready(session, &self.key, &self.part)?;
        let handle = session.create(&part)?;
        let written = session.write(&handle, 0, bytes);
        let done = match written {
            Ok(()) => self.whole(session, &handle).and_then(|()| self.appear(session)),
            Err(failed) => Err(self.or_full(session, failed)),
        };
        if done.is_err() && !session.is_broken {
            session.close(&handle).unwrap_or_default();
            session.remove(&part).unwrap_or_default();
        }
        done
    }

    /// A file that is read while it is sent, from where an earlier run ended. What is there stays for the next try, unless
    /// the file is not what it was.
    pub fn large(
        &self,
        session: &mut Session,
        payload: &Payload,
        flow: &Flow,
        told: &AtomicU64,
    ) -> Result<()> {
        let part = self.root.of(&self.part);
        self.root.ready(session, &self.key, &self.part)?;
        let mut file = payload.open()?;
        let (handle, there) = self.go_on(session, &part, file.file())?;
        let mut whole = sha2::Sha256::new();
        let mut at = 0;
        while at < self.about.size {
            if !flow.goes_on() {
                return Err(stopped());
            }
            let mut piece = Vec::new();
            file.read_up_to(PIECE.min(self.about.size - at), &mut piece)
                .map_err(|error| source_unreadable(&error))?;
            if piece.is_empty() {
                break;
            }
            whole.update(&piece);
            // What is there already is read here alone, for minutes if it is much: the connection is not stuck for it.
            session.pulse.beat(std::time::Duration::ZERO);
            let skip = usize::try_from(there.saturating_sub(at)).unwrap_or(usize::MAX);
            if let Some(new) = piece.get(skip..).filter(|new| !new.is_empty()) {
                session
                    .write(&handle, at + skip as u64, new)
                    .map_err(|failed| self.or_full(session, failed))?;
            }
            at += piece.len() as u64;
            let before = told.fetch_max(at, Ordering::Relaxed);
            if at > before {
                flow.moved(at - before)?;
            }
        }
        if Sha256(whole.finalize().into()) != self.about.sha256 {
            session.close(&handle)?;
            session.remove(&part)?;
            return Err(source_changed());
        }
        self.whole(session, &handle)?;
        self.appear(session)
    }

    /// What is there of an earlier run, if its end is that of the file; else a new one.
    fn go_on(&self, session: &mut Session, part: &str, file: &File) -> Result<(Vec<u8>, u64)> {
        if let Some(there) = session.look(part)?.map(|there| there.size) {
            let from = there.saturating_sub(UNSURE);
            let theirs = if there <= self.about.size {
                session.read(part, from, there)?
            } else {
                Vec::new()
            };
            let mut ours = vec![0; theirs.len()];
            let is_ours = theirs.len() as u64 == there - from
                && file.read_exact_at(&mut ours, from).is_ok()
                && ours == theirs;
            if is_ours {
                return Ok((session.open_to_write(part)?, there));
            }
            session.remove(part)?;
        }
        Ok((session.create(part)?, 0))
    }

    /// All of it is on the server's disk, with the original's time.
    fn whole(&self, session: &mut Session, handle: &[u8]) -> Result<()> {
        let time = u32::try_from(self.about.mtime_ns.div_euclid(1_000_000_000)).unwrap_or(0);
        if let Err(kept) = session.set_times(handle, time) {
            tracing::debug!("the server keeps no times: {kept}");
        }
        session.sync(handle)?;
        let size = session.size(handle)?;
        session.close(handle)?;
        if size == self.about.size {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::Unreachable,
                "The server kept something else than was sent.",
            ))
        }
    }

    /// Gives what was sent its name. On every refusal our own name is removed.
    fn appear(&self, session: &mut Session) -> Result<()> {
        let (part, path) = (self.root.of(&self.part), self.root.of(&self.key));
        let taken = !self.known.refuses_to_replace && session.look(&path)?.is_some();
        let done = if taken {
            Err(Error::of(ErrorKind::Exists))
        } else {
            take(session, &part, &path)
        };
        if !session.is_broken
            && let Err(left) = gone_is_fine(session.remove(&part))
        {
            if session.is_broken {
                // Whoever asks next finds the file in its place, and removes this one.
                return Err(left);
            }
            tracing::warn!(part, "a name of our own stays for now: {left}");
        }
        done
    }

    fn or_full(&self, session: &mut Session, failed: Error) -> Error {
        if session.is_broken || failed.kind != ErrorKind::Other {
            return failed;
        }
        match session.free(&self.root.path) {
            Some(free) if free < self.about.size.min(PIECE) => Error::of(ErrorKind::Full),
            _ => failed,
        }
    }
}

/// A link refuses a name that is taken, in one step. A file system without links gets a rename of version 3.
pub(super) fn take(session: &mut Session, part: &str, path: &str) -> Result<()> {
    let mut done = if session.offers("hardlink@openssh.com") {
        session.link(part, path)
    } else {
        session.rename(part, path)
    };
    if session.is_broken || done.is_ok() {
        return done;
    }
    if session.look(path)?.is_some() {
        return Err(Error::of(ErrorKind::Exists));
    }
    if session.offers("hardlink@openssh.com") {
        done = session.rename(part, path);
        if done.is_err() && !session.is_broken && session.look(path)?.is_some() {
            return Err(Error::of(ErrorKind::Exists));
        }
    }
    match done {
        // Another program that puts the same key takes our part for what a killed one left: sent again, it finds its name
        // taken.
        Err(gone) if gone.kind == ErrorKind::NotThere => Err(Error::new(
            ErrorKind::Unreachable,
            "What was sent is gone before it got its name.",
        )),
        done => done,
    }
}
