//! What Drive says of a file or folder.

use crate::destination::Remote;
use crate::error::{Error, ErrorKind, Result};
use crate::sums::{Algo, Sums};
use crate::version::Version;
use albumen_model::Sha256;
use serde::Deserialize;
use std::collections::HashMap;

/// All that [`File`] has; without asking, Drive tells next to nothing.
pub(super) const FIELDS: &str = "id,name,mimeType,parents,size,md5Checksum,sha256Checksum,headRevisionId,createdTime,\
                                 appProperties,trashed";
pub(super) const FOLDER: &str = "application/vnd.google-apps.folder";
/// Our SHA-256 beside a file. Key and value of a property have 124 bytes together.
pub(super) const SHA256: &str = "albumenSha";

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct File {
    pub id: String,
    pub name: String,
    pub mime_type: String,
    pub parents: Vec<String>,
    size: String,
    md5_checksum: String,
    sha256_checksum: String,
    head_revision_id: String,
    pub created_time: String,
    app_properties: HashMap<String, String>,
    /// Itself, or a folder it is in.
    pub trashed: bool,
}

impl File {
    pub fn is_folder(&self) -> bool {
        self.mime_type == FOLDER
    }

    /// What is no folder and has no size is a document of Google's own: it has a name, and no bytes.
    pub fn remote(&self) -> Result<Remote> {
        let size = match self.size.as_str() {
            "" => 0,
            text => text
                .parse()
                .map_err(|_| Error::new(ErrorKind::Other, "Drive tells no size."))?,
        };
        let claimed = self.app_properties.get(SHA256);
        Ok(Remote {
            size,
            version: Version::default()
                .with("id", &self.id)
                .with("rev", &self.head_revision_id)
                .with("size", size)
                .text(),
            claimed: claimed.and_then(|text| Sha256::from_hex(text)),
            sums: self.sums(),
        })
    }

    pub fn sums(&self) -> Sums {
        [
            (Algo::Md5, &self.md5_checksum),
            (Algo::Sha256, &self.sha256_checksum),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .fold(Sums::default(), |sums, (algo, text)| {
            sums.with(algo, text.as_str())
        })
    }

    /// Whether both hold the same bytes, as far as Drive says.
    fn is_like(&self, other: &Self) -> bool {
        self.size == other.size && self.sums().agree(&other.sums()) == Some(true)
    }
}

/// The oldest first; the same order for everybody who looks.
pub(super) fn by_age(files: &mut [File]) {
    files.sort_by(|one, other| (&one.created_time, &one.id).cmp(&(&other.created_time, &other.id)));
}

/// The one file of a name: the oldest, where all of that name hold the same bytes. Drive allows twins, and picking one of
/// two different ones would call the other one proven, or deleted.
pub(super) fn only(mut found: Vec<File>) -> Result<Option<File>> {
    by_age(&mut found);
    let mut found = found.into_iter();
    let Some(oldest) = found.next() else {
        return Ok(None);
    };
    if found.all(|other| other.is_like(&oldest)) {
        return Ok(Some(oldest));
    }
    Err(Error::new(
        ErrorKind::Changed,
        format!(
            "Drive has several different files named `{}` in one folder.",
            oldest.name
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: &str, created: &str, sha256: &str) -> File {
        File {
            id: id.to_owned(),
            created_time: created.to_owned(),
            size: "3".to_owned(),
            sha256_checksum: sha256.to_owned(),
            ..File::default()
        }
    }

    #[test]
    fn of_twins_with_the_same_bytes_the_oldest_is_told_and_of_different_ones_none() {
        let (old, new) = (file("b", "2026-01-01", "aa"), file("a", "2026-01-02", "aa"));
        let told = only(vec![new.clone(), old.clone()]).expect("alike").expect("one");
        assert_eq!(told.id, "b");
        let other = file("c", "2026-01-03", "bb");
        let silent = file("d", "2026-01-03", "");
        assert!(only(vec![old.clone(), other]).is_err());
        assert!(
            only(vec![old, silent]).is_err(),
            "without a digest they are not alike"
        );
        assert!(only(Vec::new()).expect("nothing").is_none());
    }

    #[test]
    fn a_file_is_told_with_its_id_revision_and_sums() {
        let text = br#"{"id":"i","name":"n","size":"3","md5Checksum":"AB","sha256Checksum":"CD","headRevisionId":"r"}"#;
        let file: File = serde_json::from_slice(text).expect("a file");
        let remote = file.remote().expect("a whole file");
        assert_eq!(remote.version, "id=i;rev=r;size=3");
        assert_eq!(
            (remote.sums.get(Algo::Md5), remote.sums.get(Algo::Sha256)),
            (Some("ab"), Some("cd"))
        );
    }
}
