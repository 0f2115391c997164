//! stat, in our words.

use crate::error::{At, Result};
use albumen_model::Identity;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Does not follow a link at the end of the path.
pub fn identity_of(path: &Path) -> Result<Identity> {
    Ok(from_metadata(
        &std::fs::symlink_metadata(path).at("look at", path)?,
    ))
}

pub(crate) fn from_metadata(meta: &Metadata) -> Identity {
    Identity {
        dev: meta.dev(),
        ino: meta.ino(),
        size: meta.size(),
        mtime_ns: nanoseconds(meta.mtime(), meta.mtime_nsec()),
        ctime_ns: nanoseconds(meta.ctime(), meta.ctime_nsec()),
        mode: meta.mode() & 0o7777,
    }
}

fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}
