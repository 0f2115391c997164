//! What the file system says a file is, without reading it.

use serde::{Deserialize, Serialize};

/// Two equal identities mean "not touched since" for rescans and last-moment checks. ctime is part of it because
/// size and mtime can be put back by a program after a change, ctime cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    pub dev: u64,
    pub ino: u64,
    pub size: u64,
    /// Nanoseconds since the epoch.
    pub mtime_ns: i64,
    /// Nanoseconds since the epoch.
    pub ctime_ns: i64,
    /// Permission bits, so that a restored original gets them back.
    pub mode: u32,
}

impl Identity {
    /// Hard links share these: two names for one file are not two copies.
    pub fn same_inode(&self, other: &Self) -> bool {
        self.dev == other.dev && self.ino == other.ino
    }
}
