//! Markers: what we leave at the destination, so that any machine can dedupe, verify or restore from it alone.
//!
//! One JSON-lines file a shard under `.albumen/shards/`, named by its own digest: immutable, and writing it twice is
//! writing it once.

use albumen_model::Sha256;
use serde::{Deserialize, Serialize};
use sha2::Digest;

/// Where markers lie at a destination.
pub const FOLDER: &str = ".albumen/shards";

/// First line of a marker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Format version.
    pub albumen: u32,
    pub files: u64,
    pub bytes: u64,
}

/// One line a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub key: String,
    pub sha256: String,
    pub size: u64,
    /// The original's path, for people.
    pub from: String,
    /// The original's modification time in nanoseconds since the epoch.
    pub mtime_ns: i64,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub captured: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<String>,
    /// Key of the copy beside which it lies: of an XMP file that we wrote ourselves, and that is nobody's photo.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub beside: Option<String>,
}

/// Key and bytes of the marker over `entries`.
pub fn write(entries: &[Entry]) -> Result<(String, Vec<u8>), serde_json::Error> {
    let bytes = entries.iter().map(|entry| entry.size).sum();
    let mut text = serde_json::to_vec(&Head {
        albumen: 1,
        files: entries.len() as u64,
        bytes,
    })?;
    for entry in entries {
        text.push(b'\n');
        text.extend(serde_json::to_vec(entry)?);
    }
    text.push(b'\n');
    let digest = Sha256(sha2::Sha256::digest(&text).into());
    Ok((named_by(&digest), text))
}

/// Key and bytes of something that is in this folder for a moment, and is no marker: known by its name as they are.
pub fn sign(words: &str) -> (String, Vec<u8>) {
    let digest = Sha256(sha2::Sha256::digest(words).into());
    (sign_of(&digest), words.as_bytes().to_vec())
}

/// Whether a key is that of a [`sign`].
pub fn is_sign(key: &str) -> bool {
    key.strip_prefix(FOLDER)
        .is_some_and(|name| name.starts_with("/sign-"))
}

fn named_by(digest: &Sha256) -> String {
    format!("{FOLDER}/{}.jsonl", short(digest))
}

fn sign_of(digest: &Sha256) -> String {
    format!("{FOLDER}/sign-{}", short(digest))
}

pub(crate) fn short(digest: &Sha256) -> String {
    digest.0[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether bytes of this digest are what the marker or sign `key` was written with.
pub fn is_named_by(key: &str, digest: &Sha256) -> bool {
    key == named_by(digest) || key == sign_of(digest)
}

/// What the object `key` tells, if it is a marker as it was written.
pub fn genuine(key: &str, text: &[u8]) -> Option<Vec<Entry>> {
    let digest = Sha256(sha2::Sha256::digest(text).into());
    if is_named_by(key, &digest) {
        read(text)
    } else {
        None
    }
}

/// Reads a marker; `None` when it is cut short, of another format, or its counts do not agree.
pub fn read(text: &[u8]) -> Option<Vec<Entry>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next()?).ok()?;
    let entries: Vec<Entry> = lines.map(serde_json::from_str).collect::<Result<_, _>>().ok()?;
    // Sizes that are together more than any number says were not written here.
    let mut sizes = entries.iter().map(|entry| entry.size);
    let bytes = sizes.try_fold(0u64, u64::checked_add)?;
    (head.albumen == 1 && head.files == entries.len() as u64 && head.bytes == bytes).then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_known_by_its_name() {
        let (key, text) = write(&[]).expect("written");
        let digest = |text: &[u8]| Sha256(sha2::Sha256::digest(text).into());
        assert!(is_named_by(&key, &digest(&text)));
        assert!(!is_named_by(&key, &digest(b"edited")));
        assert_eq!(genuine(&key, &text), Some(Vec::new()));
        assert_eq!(genuine(&key, &text[1..]), None);
        assert_eq!(genuine("strangers.jsonl", &text), None);
        let (key, text) = sign("sign 1");
        assert!(is_named_by(&key, &digest(&text)) && read(&text).is_none());
        assert!(is_sign(&key) && !is_sign(&write(&[]).expect("written").0));
    }

    #[test]
    fn round_trip_and_a_cut_marker_is_noticed() {
        let entry = Entry {
            key: "2024/a.jpg".to_owned(),
            sha256: "00".repeat(32),
            size: 5,
            from: "/x/a.jpg".to_owned(),
            mtime_ns: 1,
            kind: "jpeg".to_owned(),
            captured: None,
            camera: None,
            beside: Some("2024/a.jpg".to_owned()),
        };
        let (key, text) = write(&[entry.clone(), entry.clone()]).expect("write");
        assert!(key.starts_with(".albumen/shards/"));
        assert_eq!(read(&text), Some(vec![entry.clone(), entry]));
        let cut = text.iter().rposition(|&b| b == b'{').expect("line");
        assert_eq!(read(&text[..cut]), None);
    }

    #[test]
    fn sizes_that_no_disk_has_are_no_marker() {
        let line = |size: u64| {
            format!(r#"{{"key":"a","sha256":"","size":{size},"from":"","mtimeNs":0,"kind":"jpeg"}}"#)
        };
        let head = |bytes: u64| format!(r#"{{"albumen":1,"files":2,"bytes":{bytes}}}"#);
        let marker = |a: u64, b: u64, sum: u64| format!("{}\n{}\n{}\n", head(sum), line(a), line(b));
        assert!(read(marker(1, 2, 3).as_bytes()).is_some());
        assert_eq!(read(marker(u64::MAX, 2, 1).as_bytes()), None);
    }
}
