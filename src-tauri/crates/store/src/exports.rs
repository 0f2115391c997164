//! Exports: the library's list and a copy of the catalog, left at the destination for whoever comes without Albumen.
//!
//! Files under `.albumen/exports/`, each named by its own digest as markers are: immutable, known as ours by their names, and
//! never taken for markers.

use crate::marker::short;
use albumen_model::Sha256;

/// Where exports lie at a destination.
pub const FOLDER: &str = ".albumen/exports";

/// Key of what has this digest and is called `name` (`library.csv`); `nth` counts names that others had, from 0.
pub fn key(digest: &Sha256, name: &str, nth: u32) -> String {
    let short = short(digest);
    match nth {
        0 => format!("{FOLDER}/{short}-{name}"),
        more => format!("{FOLDER}/{short}-{}-{name}", more + 1),
    }
}

pub fn is_export(key: &str) -> bool {
    key.strip_prefix(FOLDER)
        .is_some_and(|below| below.starts_with('/'))
}

/// Whether `key` is a name that exports have: who left it, only its bytes tell.
pub fn is_possible(key: &str) -> bool {
    let name = key.strip_prefix(FOLDER).and_then(|below| below.strip_prefix('/'));
    name.and_then(|name| name.split_once('-'))
        .is_some_and(|(short, what)| {
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            short.len() == 16 && short.bytes().all(is_hex) && !what.is_empty() && !what.contains('/')
        })
}

/// Whether bytes of this digest are what the export `key` was written with.
pub fn is_named_by(key: &str, digest: &Sha256) -> bool {
    key.strip_prefix(&format!("{FOLDER}/{}-", short(digest)))
        .is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_known_by_its_name_and_is_no_marker() {
        let (ours, other) = (Sha256([0xab; 32]), Sha256([0xac; 32]));
        for nth in 0..3 {
            let key = key(&ours, "library.jsonl", nth);
            assert!(is_export(&key) && key.ends_with("-library.jsonl"), "{key}");
            assert!(is_possible(&key) && is_named_by(&key, &ours) && !is_named_by(&key, &other));
            assert!(!crate::marker::is_named_by(&key, &ours));
        }
        assert_ne!(key(&ours, "library.csv", 0), key(&ours, "library.csv", 1));
        for strange in [
            "exports/abababababababab-x",
            ".albumen/exportsabababababababab-x",
            ".albumen/exports/abababababababab-",
            ".albumen/exports/abababababababab-a/b",
            ".albumen/exports/notes.txt",
        ] {
            assert!(!is_possible(strange) && !is_named_by(strange, &ours), "{strange}");
        }
    }
}
