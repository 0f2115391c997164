//! What is asked of a server: names, files, folders, and the bytes of files many packets at once.

use super::packet::{Attrs, Reading, Writing, code, kind, open};
use super::session::{DATA, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::pages::{Pages, endless};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Packets under way at once; twice this much of a file may be half there after a kill.
const WINDOW: usize = 64;
/// Bytes that a killed run may have left out of order at the end of a file.
pub(super) const UNSURE: u64 = 2 * (WINDOW * DATA) as u64;
/// Names in one folder, which are in memory together.
const MOST_CHILDREN: usize = 4_000_000;
/// A disk may take so long to have a large file.
const SYNC: Duration = Duration::from_secs(120);

impl Session {
    fn attrs(&mut self, kind: u8, of: &[u8]) -> Result<Attrs> {
        let body = self.ask(kind, kind::ATTRS, |w| w.bytes(of))?;
        Reading(&body).attrs().ok_or_else(|| self.nonsense())
    }

    /// Of the name itself; `None` if nothing has it.
    pub fn look(&mut self, path: &str) -> Result<Option<Attrs>> {
        found(self.attrs(kind::LSTAT, path.as_bytes()))
    }

    /// Of what a link leads to.
    pub fn look_through(&mut self, path: &str) -> Result<Option<Attrs>> {
        found(self.attrs(kind::STAT, path.as_bytes()))
    }

    pub fn size(&mut self, handle: &[u8]) -> Result<u64> {
        Ok(self.attrs(kind::FSTAT, handle)?.size)
    }

    fn handle(&mut self, body: &[u8]) -> Result<Vec<u8>> {
        Reading(body)
            .bytes()
            .map(<[u8]>::to_vec)
            .ok_or_else(|| self.nonsense())
    }

    /// A new file.
    pub fn create(&mut self, path: &str) -> Result<Vec<u8>> {
        self.opened(path, open::WRITE | open::CREATE | open::EXCLUSIVE)
    }

    pub fn open_to_write(&mut self, path: &str) -> Result<Vec<u8>> {
        self.opened(path, open::WRITE)
    }

    fn opened(&mut self, path: &str, how: u32) -> Result<Vec<u8>> {
        let body = self.ask(kind::OPEN, kind::HANDLE, |w| {
            w.bytes(path.as_bytes()).u32(how).no_attrs()
        })?;
        self.handle(&body)
    }

    pub fn close(&mut self, handle: &[u8]) -> Result<()> {
        self.done(kind::CLOSE, |w| w.bytes(handle))
    }

    /// Writes all of `bytes` at `from`, many packets at once.
    pub fn write(&mut self, handle: &[u8], from: u64, bytes: &[u8]) -> Result<()> {
        let mut waiting = HashSet::new();
        let mut failed = None;
        let mut at = from;
        for piece in bytes.chunks(DATA) {
            if failed.is_some() {
                break;
            }
            let hold = self.line.sent(piece.len() as u64);
            self.pulse.beat(hold);
            if !self.line.hold_thread(hold) {
                failed = Some(crate::flow::stopped());
                break;
            }
            waiting.insert(self.send(kind::WRITE, |w| w.bytes(handle).u64(at).bytes(piece))?);
            at += piece.len() as u64;
            if waiting.len() >= WINDOW {
                failed = failed.or(self.written(&mut waiting)?);
            }
        }
        // All answers are waited for: else the next request would get them.
        while !waiting.is_empty() {
            failed = failed.or(self.written(&mut waiting)?);
        }
        failed.map_or(Ok(()), Err)
    }

    /// The next answer to a write: why it was refused, if it was.
    fn written(&mut self, waiting: &mut HashSet<u32>) -> Result<Option<Error>> {
        let (kind, id, body) = self.reply()?;
        if !waiting.remove(&id) || kind != kind::STATUS {
            return Err(self.nonsense());
        }
        Ok(self.expect(kind::STATUS, kind, body).err())
    }

    /// The bytes `from..to`, or as many as there are.
    pub fn read(&mut self, path: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let handle = self.opened(path, open::READ)?;
        let mut bytes = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
        let mut at = from;
        while at < to {
            // As much as is sure to fit on the way, then what came.
            let mut asked = Vec::new();
            let mut next = at;
            while next < to && asked.len() < WINDOW {
                let size = u32::try_from((to - next).min(DATA as u64)).unwrap_or(0);
                let id = self.send(kind::READ, |w| w.bytes(&handle).u64(next).u32(size))?;
                asked.push((id, size));
                next += u64::from(size);
            }
            let got = self.pieces(&asked)?;
            let hold = self.line.got(got.len() as u64);
            self.pulse.beat(hold);
            if !self.line.hold_thread(hold) {
                self.close(&handle)?;
                return Err(crate::flow::stopped());
            }
            if got.is_empty() {
                break;
            }
            at += got.len() as u64;
            bytes.extend(got);
        }
        self.close(&handle)?;
        Ok(bytes)
    }

    /// The data of these reads, up to the first that is short: what follows it has to be asked for again.
    fn pieces(&mut self, asked: &[(u32, u32)]) -> Result<Vec<u8>> {
        let mut pieces = HashMap::new();
        let mut failed = None;
        for _ in asked {
            let (kind, id, body) = self.reply()?;
            let mut reading = Reading(&body);
            let data = match kind {
                kind::DATA => reading.bytes().map(<[u8]>::to_vec),
                kind::STATUS if reading.u32() == Some(code::EOF) => Some(Vec::new()),
                _ => {
                    failed = failed.or(self.expect(kind::DATA, kind, body).err());
                    continue;
                }
            };
            pieces.insert(id, data.ok_or_else(|| self.nonsense())?);
        }
        if let Some(failed) = failed {
            return Err(failed);
        }
        let mut bytes = Vec::new();
        for (id, size) in asked {
            let Some(piece) = pieces.remove(id) else {
                return Err(self.nonsense());
            };
            let is_short = piece.len() < usize::try_from(*size).unwrap_or(0);
            bytes.extend(piece);
            if is_short {
                break;
            }
        }
        Ok(bytes)
    }

    /// What a folder holds, but itself and the one above.
    pub fn children(&mut self, path: &str) -> Result<Vec<(String, Attrs)>> {
        let body = self.ask(kind::OPENDIR, kind::HANDLE, |w| w.bytes(path.as_bytes()))?;
        let handle = self.handle(&body)?;
        let mut children = Vec::new();
        let mut pages = Pages::default();
        loop {
            let asked = self.send(kind::READDIR, |w| w.bytes(&handle))?;
            let (kind, id, body) = self.reply()?;
            if id != asked {
                return Err(self.nonsense());
            }
            if kind == kind::STATUS && Reading(&body).u32() == Some(code::EOF) {
                break;
            }
            let body = self.expect(kind::NAME, kind, body)?;
            let Some(names) = named(&body) else {
                return Err(self.nonsense());
            };
            let before = children.len();
            for (name, attrs) in names {
                if attrs.mode & 0o170_000 == 0 {
                    return Err(Error::new(
                        ErrorKind::Other,
                        "The server does not tell files from folders in its listings.",
                    ));
                }
                // Our names are UTF-8; what is not is a stranger's and is passed by.
                match std::str::from_utf8(name) {
                    Ok("." | "..") | Err(_) => {}
                    Ok(name) => children.push((name.to_owned(), attrs)),
                }
            }
            pages.told(children.len() - before)?;
            if children.len() > MOST_CHILDREN {
                return Err(endless());
            }
        }
        self.close(&handle)?;
        Ok(children)
    }

    pub fn make_folder(&mut self, path: &str) -> Result<()> {
        self.done(kind::MKDIR, |w| w.bytes(path.as_bytes()).no_attrs())
    }

    pub fn remove(&mut self, path: &str) -> Result<()> {
        self.done(kind::REMOVE, |w| w.bytes(path.as_bytes()))
    }

    pub fn set_times(&mut self, handle: &[u8], seconds: u32) -> Result<()> {
        self.done(kind::FSETSTAT, |w| w.bytes(handle).times(seconds))
    }

    fn extended(&mut self, name: &str, rest: impl FnOnce(Writing) -> Writing) -> Result<()> {
        self.done(kind::EXTENDED, |w| rest(w.bytes(name.as_bytes())))
    }

    /// Waits until the server has it on its disk, where it can.
    pub fn sync(&mut self, handle: &[u8]) -> Result<()> {
        if !self.offers("fsync@openssh.com") {
            return Ok(());
        }
        self.patience = SYNC;
        let synced = self.extended("fsync@openssh.com", |w| w.bytes(handle));
        self.patience = Duration::ZERO;
        synced
    }

    /// A second name, which must be free.
    pub fn link(&mut self, from: &str, to: &str) -> Result<()> {
        self.extended("hardlink@openssh.com", |w| {
            w.bytes(from.as_bytes()).bytes(to.as_bytes())
        })
    }

    /// Version 3's rename, which "it is an error" to use over an existing name. Never OpenSSH's other one, which replaces.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        self.done(kind::RENAME, |w| w.bytes(from.as_bytes()).bytes(to.as_bytes()))
    }

    /// Free bytes where `path` is, if the server says.
    pub fn free(&mut self, path: &str) -> Option<u64> {
        if !self.offers("statvfs@openssh.com") {
            return None;
        }
        let body = self.ask(kind::EXTENDED, kind::EXTENDED_REPLY, |w| {
            w.bytes(b"statvfs@openssh.com").bytes(path.as_bytes())
        });
        let body = body.ok()?;
        let mut reading = Reading(&body);
        let (_, size) = (reading.u64()?, reading.u64()?);
        let (_, _) = (reading.u64()?, reading.u64()?);
        Some(size.saturating_mul(reading.u64()?))
    }
}

fn found(attrs: Result<Attrs>) -> Result<Option<Attrs>> {
    match attrs {
        Err(gone) if gone.kind == ErrorKind::NotThere => Ok(None),
        attrs => attrs.map(Some),
    }
}

/// What a packet of names holds; nothing where it ends too early.
fn named(body: &[u8]) -> Option<Vec<(&[u8], Attrs)>> {
    let mut reading = Reading(body);
    let count = reading.u32()?;
    (0..count)
        .map(|_| {
            let (name, _long) = (reading.bytes()?, reading.bytes()?);
            Some((name, reading.attrs()?))
        })
        .collect()
}

/// Reads `bytes` as a folder's names.
pub(super) fn taste(bytes: &[u8]) -> usize {
    named(bytes).map_or(0, |names| names.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_without_names_is_nonsense_and_not_an_empty_folder() {
        assert!(named(b"").is_none() && named(b"\0\0\0\x01").is_none());
        assert!(named(&[0xff; 4]).is_none(), "more than it holds");
        assert_eq!(named(&[0; 4]).map(|names| names.len()), Some(0));
    }
}
