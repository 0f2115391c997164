//! A file as Dropbox tells of it.

use crate::destination::{Listed, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::sums::{Algo, Sums};
use crate::version::{Version, word};
use serde::Deserialize;

/// `FileMetadata`, as far as it is needed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct File {
    /// The last part of its name, in its own case.
    pub name: String,
    /// The parts before may be in another case than they were given.
    #[serde(default)]
    pub path_display: Option<String>,
    pub rev: String,
    pub size: u64,
    pub client_modified: String,
    /// None for what cannot be downloaded as it is.
    #[serde(default)]
    pub content_hash: Option<String>,
}

impl File {
    /// Whether this is the file of that very name: Dropbox finds names in any case, and `a.jpg` is not `A.jpg`.
    pub fn is_named(&self, key: &str) -> bool {
        key.rsplit('/').next() == Some(self.name.as_str())
    }

    pub fn remote(&self) -> Remote {
        Remote {
            size: self.size,
            version: self.version(),
            claimed: None,
            sums: self.sums(),
        }
    }

    /// Named from below a folder so many names deep.
    pub fn listed(&self, depth: usize) -> Result<Listed> {
        let path = self.path_display.as_deref().unwrap_or_default();
        // Before the first name is a slash.
        let key = path.splitn(depth + 2, '/').nth(depth + 1).unwrap_or_default();
        if key.is_empty() {
            return Err(Error::new(
                ErrorKind::Other,
                "Dropbox lists a file without its name.",
            ));
        }
        Ok(Listed {
            key: key.to_owned(),
            size: self.size,
            version: self.version(),
            sums: self.sums(),
        })
    }

    fn version(&self) -> String {
        Version::default()
            .with("rev", &self.rev)
            .with("size", self.size)
            .with("time", &self.client_modified)
            .text()
    }

    fn sums(&self) -> Sums {
        match &self.content_hash {
            Some(hash) => Sums::default().with(Algo::Dropbox, hash),
            None => Sums::default(),
        }
    }
}

/// As `client_modified` has it: whole seconds.
pub(super) fn time(ns: i64) -> String {
    jiff::Timestamp::from_second(ns.div_euclid(1_000_000_000))
        .map_or_else(|_| String::new(), |at| at.to_string())
}

/// Whether an object bears the time we give to what we write. Nothing else of ours can be stored with it.
pub(super) fn has_our_time(there: &Remote, mtime_ns: i64) -> bool {
    word(&there.version, "time") == Some(time(mtime_ns).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> File {
        File {
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path_display: Some(path.to_owned()),
            rev: "01a".to_owned(),
            size: 3,
            client_modified: time(-1),
            content_hash: Some("AB".to_owned()),
        }
    }

    #[test]
    fn a_name_in_another_case_is_another_name() {
        assert!(file("/photos/2024/A.jpg").is_named("2024/A.jpg"));
        assert!(!file("/photos/2024/A.jpg").is_named("2024/a.jpg"));
        assert!(
            file("/photos/img/A.jpg").is_named("IMG/A.jpg"),
            "folders are shared"
        );
    }

    #[test]
    fn listed_names_begin_below_the_folder_in_whatever_case_that_is() {
        let key = |path: &str, depth| file(path).listed(depth).map(|one| one.key).ok();
        assert_eq!(key("/PHOTOS/2024/a.jpg", 1).as_deref(), Some("2024/a.jpg"));
        assert_eq!(key("/a.jpg", 0).as_deref(), Some("a.jpg"));
        assert_eq!(key("/photos", 1), None);
    }

    #[test]
    fn times_are_whole_seconds_of_utc() {
        assert_eq!(time(1_400_000_000_999_999_999), "2014-05-13T16:53:20Z");
        assert_eq!(time(-1), "1969-12-31T23:59:59Z");
        let there = file("/a").remote();
        assert!(has_our_time(&there, -5) && !has_our_time(&there, 0));
        assert_eq!(there.sums.to_string(), "dropbox=ab");
    }
}
