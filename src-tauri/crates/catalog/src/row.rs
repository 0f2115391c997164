//! Between Rust values and columns.

use crate::error::{Error, Result};
use albumen_model::{Identity, Sha256};
use rusqlite::Row;

/// SQLite integers are signed; sizes and inode numbers keep their bits.
pub(crate) fn signed(value: u64) -> i64 {
    value.cast_signed()
}

pub(crate) fn unsigned(value: i64) -> u64 {
    value.cast_unsigned()
}

/// Columns `dev, ino, size, mtime_ns, ctime_ns, mode` from `first` on.
pub(crate) fn identity(row: &Row<'_>, first: usize) -> rusqlite::Result<Identity> {
    Ok(Identity {
        dev: unsigned(row.get(first)?),
        ino: unsigned(row.get(first + 1)?),
        size: unsigned(row.get(first + 2)?),
        mtime_ns: row.get(first + 3)?,
        ctime_ns: row.get(first + 4)?,
        mode: row.get(first + 5)?,
    })
}

/// Where to look for `many` rows from all over a table, whose ids go from one end to the other.
pub(crate) fn spread(ends: (Option<i64>, Option<i64>), many: i64) -> impl Iterator<Item = i64> {
    let between = ends.0.zip(ends.1).into_iter();
    between.flat_map(move |(first, last)| {
        (0..many).map(move |place| first + (last - first) * place / (many - 1).max(1))
    })
}

pub(crate) fn digest(bytes: Vec<u8>) -> Result<Sha256> {
    Sha256::from_slice(&bytes).ok_or_else(|| Error::Content("a SHA-256 that is not 32 bytes".to_owned()))
}

/// For columns that hold one of our own words.
pub(crate) fn word<T>(parsed: Option<T>, text: &str) -> Result<T> {
    parsed.ok_or_else(|| Error::Content(format!("the word `{text}`")))
}
