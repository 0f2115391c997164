//! One connection: packets of SFTP to a child `ssh` and their replies. Blocking; for a thread of its own. What is asked of
//! a server is in `verbs`.
//!
//! Invariant: after an error of the connection nothing more is asked of it.

use super::packet::{LONGEST, Reading, Writing, code, kind};
use super::said;
use super::ssh::{At, Pulse, Ssh};
use crate::error::{Error, Result};
use crate::wire::Line;
use std::collections::HashSet;
use std::io::{BufReader, BufWriter, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Of data in one packet: what every server takes.
pub(super) const DATA: usize = 32 << 10;

pub(super) struct Session {
    pub pulse: Arc<Pulse>,
    pub line: Arc<Line>,
    stdin: BufWriter<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    words: Arc<Mutex<String>>,
    at: Arc<At>,
    next: u32,
    /// Beyond what any answer may take.
    pub patience: Duration,
    extensions: HashSet<Vec<u8>>,
    pub is_broken: bool,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.pulse.end();
    }
}

impl Session {
    pub fn open(at: &Arc<At>, line: Arc<Line>, started: impl FnOnce(&Arc<Pulse>)) -> Result<Self> {
        let ssh = Ssh::start(at)?;
        let mut session = Self {
            pulse: ssh.pulse,
            line,
            stdin: BufWriter::with_capacity(2 * DATA, ssh.stdin),
            stdout: BufReader::with_capacity(2 * DATA, ssh.stdout),
            words: ssh.words,
            at: at.clone(),
            next: 0,
            patience: Duration::ZERO,
            extensions: HashSet::new(),
            is_broken: false,
        };
        started(&session.pulse);
        session.post(Writing::new(kind::INIT).u32(3))?;
        let hello = session.receive()?;
        let mut reading = Reading(&hello);
        if reading.u8() != Some(kind::VERSION) || reading.u32() != Some(3) {
            return Err(session.nonsense());
        }
        while let (Some(name), Some(_)) = (reading.bytes(), reading.bytes()) {
            session.extensions.insert(name.to_vec());
        }
        Ok(session)
    }

    /// For another verb.
    pub fn on(mut self, line: Arc<Line>) -> Self {
        self.line = line;
        self.pulse.beat(Duration::ZERO);
        self
    }

    pub fn offers(&self, extension: &str) -> bool {
        self.extensions.contains(extension.as_bytes())
    }

    fn lost(&mut self, why: &str) -> Error {
        self.is_broken = true;
        self.pulse.end();
        // The last words of `ssh` may come a moment after its end.
        let said = || self.words.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for _ in 0..20 {
            if !said().is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        said::lost(&said(), why, &self.at)
    }

    pub(super) fn nonsense(&mut self) -> Error {
        self.lost("it answered something that is not SFTP")
    }

    fn post(&mut self, packet: Writing) -> Result<()> {
        let sent = self
            .stdin
            .write_all(&packet.packet())
            .and_then(|()| self.stdin.flush());
        self.pulse.beat(self.patience);
        sent.map_err(|error| self.lost(&error.to_string()))
    }

    fn receive(&mut self) -> Result<Vec<u8>> {
        let mut size = [0; 4];
        let got = self.stdout.read_exact(&mut size);
        got.map_err(|error| self.lost(&error.to_string()))?;
        let size = u32::from_be_bytes(size);
        if size == 0 || size > LONGEST {
            return Err(self.nonsense());
        }
        let mut packet = vec![0; usize::try_from(size).unwrap_or(0)];
        let got = self.stdout.read_exact(&mut packet);
        got.map_err(|error| self.lost(&error.to_string()))?;
        self.pulse.beat(Duration::ZERO);
        Ok(packet)
    }

    fn id(&mut self) -> u32 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    /// Sends one request; `rest` adds what follows its number.
    pub(super) fn send(&mut self, kind: u8, rest: impl FnOnce(Writing) -> Writing) -> Result<u32> {
        let id = self.id();
        self.post(rest(Writing::new(kind).u32(id)))?;
        Ok(id)
    }

    /// The kind, number and rest of the next reply.
    pub(super) fn reply(&mut self) -> Result<(u8, u32, Vec<u8>)> {
        let mut packet = self.receive()?;
        let mut reading = Reading(&packet);
        match (reading.u8(), reading.u32()) {
            (Some(kind), Some(id)) => Ok((kind, id, packet.split_off(5))),
            _ => Err(self.nonsense()),
        }
    }

    /// One request and its reply, which must be of the `wanted` kind; a status that is not good is an error.
    pub(super) fn ask(
        &mut self,
        kind: u8,
        wanted: u8,
        rest: impl FnOnce(Writing) -> Writing,
    ) -> Result<Vec<u8>> {
        let asked = self.send(kind, rest)?;
        let (kind, id, body) = self.reply()?;
        if id != asked {
            return Err(self.nonsense());
        }
        self.expect(wanted, kind, body)
    }

    pub(super) fn expect(&mut self, wanted: u8, kind: u8, body: Vec<u8>) -> Result<Vec<u8>> {
        if kind == kind::STATUS {
            let mut reading = Reading(&body);
            let Some(status) = reading.u32() else {
                return Err(self.nonsense());
            };
            if status != code::OK || wanted != kind::STATUS {
                let words = reading.bytes().map(String::from_utf8_lossy).unwrap_or_default();
                return Err(said::refused(status, &words));
            }
            return Ok(body);
        }
        if kind == wanted {
            Ok(body)
        } else {
            Err(self.nonsense())
        }
    }

    pub(super) fn done(&mut self, kind: u8, rest: impl FnOnce(Writing) -> Writing) -> Result<()> {
        self.ask(kind, kind::STATUS, rest).map(drop)
    }
}
