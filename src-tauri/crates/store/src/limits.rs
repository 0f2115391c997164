//! How long names may be at each destination. All are taken to fold case and form: two names that some storage would take for
//! one are never given, wherever the library goes.
//!
//! Sources: S3 "Object key names" and Cloud Storage "Object names": 1,024 bytes of UTF-8, prefix and folders included; Azure
//! "Naming blobs": 1,024 characters; Linux and SFTP servers on it: 4,096 bytes with the root. Drive has ids in place of
//! paths, Dropbox tells no limit but 255 letters a name; servers of WebDAV take lines of 8 KB, in which a letter may be nine bytes.
//!
//! How large a file may be: S3 and Cloud Storage 5 TiB an object, Drive 5 TB, Dropbox 2^41 - 2^22 bytes an upload session, Azure
//! 50,000 blocks of 4,000 MiB. A Drive account takes 750 GB a day ("Storage and upload limits") and makes some two files a second.

use crate::spec::Spec;
use albumen_files::longest_name;
use albumen_model::{NameLimits, key::MAX_COMPONENT};
use std::path::Path;

const OBJECT_KEY: usize = 1024;
/// With its closing zero.
const PATH: usize = 4096;
const URL: usize = 2048;
/// Of a temporary name beside the final one, and of the suffix of a second photo.
const ROOM: usize = 255 - MAX_COMPONENT;

impl Spec {
    /// What may be given below the destination's own prefix or folder.
    pub fn name_limits(&self) -> NameLimits {
        let below = |most: usize, above: &str| NameLimits {
            component: MAX_COMPONENT,
            key: most.saturating_sub(above.len() + 1),
        };
        match self {
            Self::Folder { path } => of_folder(Path::new(path)),
            Self::S3 { prefix, .. } | Self::Gcs { prefix, .. } | Self::Azure { prefix, .. } => {
                below(OBJECT_KEY, prefix)
            }
            Self::Webdav { address, .. } => below(URL, address),
            Self::Sftp { folder, .. } => below(PATH - 1 - ROOM, folder),
            Self::Drive { .. } | Self::Dropbox { .. } => NameLimits::default(),
        }
    }
}

/// What a Workspace account of Google's takes; others take no more.
pub(crate) const DRIVE_DAY: u64 = 750_000_000_000;
const TIB: u64 = 1 << 40;

impl Spec {
    /// The largest file that it takes; none where that depends on the server or its disk.
    pub fn largest_file(&self) -> Option<u64> {
        match self {
            Self::S3 { .. } | Self::Gcs { .. } => Some(5 * TIB),
            Self::Azure { .. } => Some(50_000 * (4000 << 20)),
            Self::Drive { .. } => Some(5_000_000_000_000),
            Self::Dropbox { .. } => Some(2 * TIB - (1 << 22)),
            Self::Folder { .. } | Self::Webdav { .. } | Self::Sftp { .. } => None,
        }
    }

    /// Bytes that an account takes in a day.
    pub fn daily_bytes(&self) -> Option<u64> {
        matches!(self, Self::Drive { .. }).then_some(DRIVE_DAY)
    }

    /// New files a second that an account is known to allow, however fast the line is.
    pub fn files_a_second(&self) -> Option<f64> {
        matches!(self, Self::Drive { .. }).then_some(2.0)
    }
}

/// Some disks take less than 255 bytes a name: encrypted folders of many NAS take 143.
pub(crate) fn of_folder(root: &Path) -> NameLimits {
    let longest = longest_name(root).unwrap_or(MAX_COMPONENT + ROOM);
    NameLimits {
        component: longest.saturating_sub(ROOM).clamp(32, MAX_COMPONENT),
        key: (PATH - 1 - ROOM).saturating_sub(root.as_os_str().len() + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_counts() {
        let limits = |url: &str| Spec::parse(url).expect(url).name_limits();
        assert_eq!(limits("s3://photos").key, 1023);
        let deep = limits("s3://photos/anna/library");
        assert_eq!((deep.key, deep.component), (1024 - 13, MAX_COMPONENT));
        let here = limits("file:///tmp/some-home");
        assert_eq!(here.component, MAX_COMPONENT);
        assert!(here.key + "/tmp/some-home/".len() + ROOM < PATH);
    }
}
