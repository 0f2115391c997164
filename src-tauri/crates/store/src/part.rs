//! Names under which a file arrives where there are folders and no uploads of their own (WebDAV, SFTP): beside its own
//! name, told from all others, and never listed.
//!
//! Form: `.albumen-part-KEY-TOKEN`, with a digest of the key, so that a put of the same key finds what a killed one left.

use crate::sums::hex;
use sha2::Digest;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const BEGIN: &str = ".albumen-part-";
const DIGITS: usize = 16;

fn mark(key: &str) -> String {
    let digest = hex(&sha2::Sha256::digest(key.as_bytes()));
    format!("{BEGIN}{}-", digest.get(..DIGITS).unwrap_or_default())
}

/// The folder of a key, with a slash at its end; empty for the outermost.
pub(crate) fn folder(key: &str) -> &str {
    key.rfind('/').map_or("", |at| &key[..=at])
}

/// A new one beside `key`.
pub(crate) fn new(key: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let (now, process) = (albumen_files::clock::now_ms(), std::process::id());
    format!("{}{}{now:x}.{process:x}.{count:x}", folder(key), mark(key))
}

/// Whether this is such a name, in whatever folder.
pub(crate) fn is_part(key: &str) -> bool {
    let Some(rest) = key[folder(key).len()..].strip_prefix(BEGIN) else {
        return false;
    };
    rest.len() > DIGITS + 1
        && rest.bytes().take(DIGITS).all(|byte| byte.is_ascii_hexdigit())
        && rest.as_bytes().get(DIGITS) == Some(&b'-')
}

/// Whether it is one of `key`.
pub(crate) fn is_of(part: &str, key: &str) -> bool {
    is_part(part)
        && part
            .strip_prefix(folder(key))
            .is_some_and(|name| name.starts_with(&mark(key)))
}

/// Folders that are there, with what was left in them under names of our own.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<String, Vec<String>>>);

impl Seen {
    pub fn has(&self, folder: &str) -> bool {
        self.all().contains_key(folder)
    }

    /// `folder` is there and holds `names`.
    pub fn add(&self, folder: &str, names: impl Iterator<Item = String>) {
        let keys = names.map(|name| format!("{folder}{name}"));
        let parts = keys.filter(|key| is_part(key)).collect();
        self.all().entry(folder.to_owned()).or_insert(parts);
    }

    /// To be looked at anew.
    pub fn forget(&self, folder: &str) {
        self.all().remove(folder);
    }

    /// What killed puts of this key left, told once.
    pub fn left_by(&self, key: &str) -> Vec<String> {
        match self.all().get_mut(folder(key)) {
            Some(parts) => parts.extract_if(.., |part| is_of(part, key)).collect(),
            None => Vec::new(),
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Vec<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_form_are_parts() {
        let part = new("2024/a.jpg");
        assert!(
            part.starts_with("2024/.albumen-part-") && is_part(&part),
            "{part}"
        );
        assert_ne!(part, new("2024/a.jpg"));
        assert!(is_of(&part, "2024/a.jpg") && !is_of(&part, "2024/b.jpg") && !is_of(&part, "a.jpg"));
        for theirs in [
            "a.jpg",
            ".albumen-part-",
            ".albumen-part-mine.jpg",
            "2024/.albumen/x",
        ] {
            assert!(!is_part(theirs), "{theirs}");
        }
    }
}
