//! What tells one state of an object from another, as text that the catalog keeps: `etag=…;size=…;time=…`.
//!
//! Invariant: two versions are the same only if they say nothing different and share at least one word that changes with
//! the bytes. A reply to a write knows less than a later look; a version that says nothing is never the same as any.

use std::fmt::Write as _;

/// Words that change when an object is replaced or edited. A size alone does not.
const TELLING: [&str; 6] = ["etag", "generation", "rev", "hash", "time", "inode"];

/// Builds the text, leaving out what is not known.
#[derive(Debug, Default)]
pub(crate) struct Version(String);

impl Version {
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            let mark = if self.0.is_empty() { "" } else { ";" };
            // Writing to a String cannot fail.
            write!(self.0, "{mark}{name}={}", value.replace([';', '='], "_")).unwrap_or_default();
        }
        self
    }

    pub fn text(self) -> String {
        self.0
    }
}

/// What a version says by this name.
pub(crate) fn word<'a>(version: &'a str, name: &str) -> Option<&'a str> {
    let mut words = version.split(';').filter_map(|word| word.split_once('='));
    words.find(|(its, _)| *its == name).map(|(_, value)| value)
}

/// When the object was last written to, in milliseconds since the epoch, as its storage tells; `None` where it does not. On a disk
/// it is the file's modification time, at Dropbox what the client said it to be, elsewhere the time of the upload.
pub fn modified(version: &str) -> Option<i64> {
    let time = word(version, "time")?;
    if word(version, "inode").is_some() {
        // Modification and change, in nanoseconds; the first may be before the epoch.
        let (mtime, _) = time.rsplit_once('-')?;
        return Some(mtime.parse::<i64>().ok()?.div_euclid(1_000_000));
    }
    match time.parse::<i64>() {
        Ok(seconds) => seconds.checked_mul(1000),
        Err(_) => Some(time.parse::<jiff::Timestamp>().ok()?.as_millisecond()),
    }
}

/// Whether both are of one state of an object.
pub fn same_version(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<(String, String)> {
        text.split(';')
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let mut told = false;
    for (name, value) in &one {
        match other.iter().find(|(its, _)| its == name) {
            Some((_, its)) if its != value => return false,
            Some(_) => told |= TELLING.contains(&name.as_str()),
            None => {}
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_the_same_version_as_a_later_look() {
        let reply = Version::default().with("etag", "\"a\"").with("size", 3).text();
        let look = Version::default()
            .with("etag", "\"a\"")
            .with("size", 3)
            .with("time", "now")
            .text();
        assert!(same_version(&reply, &look) && same_version(&look, &look));
    }

    #[test]
    fn a_version_is_asked_for_its_words() {
        let version = Version::default().with("rev", "01a").with("size", 3).text();
        assert_eq!(word(&version, "rev"), Some("01a"));
        assert_eq!(word(&version, "time"), None);
    }

    #[test]
    fn times_are_read_as_each_storage_writes_them() {
        assert_eq!(
            modified("inode=1-2;size=3;time=1500000000123456789-17"),
            Some(1_500_000_000_123)
        );
        assert_eq!(modified("inode=1-2;size=3;time=-5-17"), Some(-1));
        assert_eq!(
            modified("etag=\"a\";size=3;time=1500000000"),
            Some(1_500_000_000_000)
        );
        assert_eq!(
            modified("rev=1;time=2014-05-13T16:53:20Z"),
            Some(1_400_000_000_000)
        );
        for untold in [
            "",
            "generation=17;size=3",
            "etag=a;time=soon",
            "time=",
            "inode=1;time=5",
        ] {
            assert_eq!(modified(untold), None, "{untold}");
        }
    }

    #[test]
    fn sizes_and_silence_tell_nothing() {
        assert!(!same_version("size=3", "size=3"));
        assert!(!same_version("", ""));
        assert!(!same_version("etag=a;size=3", "etag=a;size=4"));
        assert!(!same_version("etag=a;size=3", "etag=b;size=3"));
        assert!(
            !same_version("1-2-3", "1-2-3"),
            "what an older version kept is read back"
        );
    }
}
