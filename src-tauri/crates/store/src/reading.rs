//! A file on its way out as pieces: read once, hashed as it is read, in constant memory.
//!
//! Invariant: whoever sent the pieces asks [`Reading::outcome`] before what was sent gets its name.

use crate::destination::{Payload, source_changed, source_unreadable};
use crate::error::{Error, Result};
use crate::flow::{Flow, stopped};
use crate::sums::{Algo, Digester, Sums};
use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

const PIECE: u64 = 256 << 10;
/// Read before they are sent.
const AHEAD: usize = 4;

pub(crate) struct Reading {
    payload: Payload,
    wanted: Vec<Algo>,
    flow: Flow,
    /// Bytes that the flow has heard of: a second try tells only of what is new.
    told: AtomicU64,
    outcome: Mutex<Option<Result<Sums>>>,
}

impl Reading {
    pub fn new(payload: &Payload, wanted: Vec<Algo>, flow: &Flow) -> Arc<Self> {
        Arc::new(Self {
            payload: payload.clone(),
            wanted,
            flow: flow.clone(),
            told: AtomicU64::new(0),
            outcome: Mutex::new(None),
        })
    }

    /// The pieces from the start of the file; they end early when it is not as it was fingerprinted, or nothing more is
    /// wanted.
    pub fn open(self: &Arc<Self>) -> mpsc::Receiver<Bytes> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let reading = self.clone();
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = None;
        tokio::task::spawn_blocking(move || {
            if let Some(outcome) = reading.all(&sender).transpose() {
                *reading.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            }
        });
        receiver
    }

    /// The sums of the bytes that were read, which are those of the fingerprint; `None` if nobody wanted them to the end.
    pub fn outcome(&self) -> Option<Result<Sums>> {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.take()
    }

    fn all(&self, sender: &mpsc::Sender<Bytes>) -> Result<Option<Sums>> {
        let size = self.payload.identity.size;
        let mut file = self.payload.open()?;
        let mut digester = Digester::new(&self.wanted);
        let mut at = 0;
        while at < size {
            if !self.flow.goes_on() {
                return Err(stopped());
            }
            let mut piece = Vec::new();
            file.read_up_to(PIECE.min(size - at), &mut piece)
                .map_err(|error| source_unreadable(&error))?;
            if piece.is_empty() {
                return Err(source_changed());
            }
            digester.update(&piece);
            at += piece.len() as u64;
            self.tell(at)?;
            if sender.blocking_send(piece.into()).is_err() {
                return Ok(None);
            }
        }
        let (sha256, sums) = digester.finish();
        if sha256 == self.payload.sha256 {
            Ok(Some(sums))
        } else {
            Err(source_changed())
        }
    }

    fn tell(&self, at: u64) -> Result<()> {
        let told = self.told.fetch_max(at, Ordering::Relaxed);
        if at > told {
            self.flow.moved(at - told)
        } else {
            Ok(())
        }
    }
}

/// What a failed sending is put down to: the file, if it was that, else what the far side said.
pub(crate) fn why(reading: &Reading, failed: Error) -> Error {
    match reading.outcome() {
        Some(Err(of_the_file)) => of_the_file,
        _ => failed,
    }
}
