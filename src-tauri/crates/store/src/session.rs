//! What the ledger keeps of a large file that is being sent: enough to go on after a kill or a restart, and to be sure that
//! it is still the same file.
//!
//! Invariant: a session is in the ledger, on disk, before the first byte that needs it; one of another file is given up.

use crate::destination::Payload;
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use albumen_model::Identity;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The provider's name of the session. Some are addresses that open it for anybody: never shown, never logged.
    pub upload: String,
    /// Size of the parts, where all have to be alike; else 0.
    pub part: u64,
    sha256: String,
    size: u64,
    dev: u64,
    ino: u64,
    mtime_ns: i64,
    ctime_ns: i64,
}

/// What the ledger has under a key.
pub(crate) enum Found {
    Nothing,
    /// A session of this very file.
    Ours(Session),
    /// Of another file, or not to be read: to be given up.
    Others(String),
}

impl Session {
    pub fn new(upload: String, part: u64, payload: &Payload) -> Self {
        let Identity {
            dev,
            ino,
            size,
            mtime_ns,
            ctime_ns,
            ..
        } = payload.identity;
        Self {
            upload,
            part,
            sha256: payload.sha256.to_string(),
            size,
            dev,
            ino,
            mtime_ns,
            ctime_ns,
        }
    }

    pub fn parse(words: &str) -> Option<Self> {
        serde_json::from_str(words).ok()
    }

    pub fn find(key: &str, payload: &Payload, flow: &Flow) -> Found {
        let Some(words) = flow.ledger().and_then(|ledger| ledger.open(key)) else {
            return Found::Nothing;
        };
        match Self::parse(&words) {
            Some(known) if known == Self::new(known.upload.clone(), known.part, payload) => {
                Found::Ours(known)
            }
            _ => Found::Others(words),
        }
    }

    pub fn save(&self, key: &str, flow: &Flow) -> Result<()> {
        let Some(ledger) = flow.ledger() else {
            return Ok(());
        };
        let words =
            serde_json::to_string(self).map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        if ledger.save(key, &words) {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Other, "The catalog could not be written."))
        }
    }
}

/// The session is over: its object is there, or it was given up.
pub(crate) fn close(key: &str, flow: &Flow) {
    if let Some(ledger) = flow.ledger() {
        ledger.close(key);
    }
}
