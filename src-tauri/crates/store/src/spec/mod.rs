//! What names a destination, as the form of the window has it; as a URL in `address`. Never a secret.

mod address;

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use thiserror::Error;
use ts_rs::TS;
use url::{Host, Url};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(rename = "DestinationSpec", export_to = "types.ts")]
pub enum Spec {
    Folder {
        path: String,
    },
    S3 {
        bucket: String,
        prefix: String,
        endpoint: String,
        region: String,
    },
    /// Google Cloud Storage.
    Gcs {
        bucket: String,
        prefix: String,
        endpoint: String,
    },
    /// Google Drive: a folder that Albumen makes, since it sees only what it made.
    Drive {
        folder: String,
        #[serde(flatten)]
        #[ts(flatten)]
        at: SignedIn,
    },
    Dropbox {
        folder: String,
        #[serde(flatten)]
        #[ts(flatten)]
        at: SignedIn,
    },
    /// An `http` or `https` address of a folder.
    Webdav {
        address: String,
        user: String,
    },
    Sftp {
        host: String,
        port: u16,
        user: String,
        folder: String,
        /// Path of a private key; empty for the ones `ssh` finds by itself.
        key: String,
    },
    /// Azure Blob Storage.
    Azure {
        container: String,
        prefix: String,
        endpoint: String,
    },
}

/// A destination that is opened by the person's consent in the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct SignedIn {
    /// The provider's name of the account, known after sign-in; a grant for another account is refused.
    #[serde(default)]
    pub account: String,
    /// Instead of the provider's own servers: for tests, on this machine only.
    #[serde(default)]
    pub api: String,
}

#[derive(Debug, Error, PartialEq, Eq)]
pub enum SpecError {
    #[error(
        "`{0}` is not a destination. Use file:///path, s3://bucket/prefix, gcs://, gdrive:///, dropbox:///, webdavs://, sftp:// or azure://."
    )]
    NotAUrl(String),
    #[error(
        "Destinations of the kind `{0}:` are not in this version. Use file, s3, gcs, gdrive, dropbox, webdav, webdavs, sftp or azure."
    )]
    Unsupported(String),
    #[error("A destination URL never holds a key or password. Put them in the keychain or the environment.")]
    SecretInUrl,
    #[error(
        "`{0}` is not all of it: a name in it has signs that no address can hold, such as `/`, `?`, `.` or `..` alone."
    )]
    Unspeakable(String),
    #[error("The {0} is missing.")]
    Missing(&'static str),
    #[error("`{0}` is not on this machine: signing in goes to the provider itself and nowhere else.")]
    StrangeApi(String),
}

/// What cannot be read may hold a password anywhere before an `@`, and is not repeated then.
pub(super) fn unreadable(text: &str) -> SpecError {
    if text.contains('@') {
        SpecError::SecretInUrl
    } else {
        SpecError::NotAUrl(text.to_owned())
    }
}

const GCS: &str = "https://storage.googleapis.com";

impl Spec {
    /// Trimmed and complete: a relative folder or a missing bucket is refused, defaults are filled in. What its URL does not
    /// say again is refused too: the catalog would call it another place tomorrow.
    pub fn checked(self) -> Result<Self, SpecError> {
        let spec = self.completed()?;
        let url = spec.url();
        if Self::read(&url).as_ref() == Ok(&spec) {
            Ok(spec)
        } else {
            Err(SpecError::Unspeakable(url))
        }
    }

    fn completed(self) -> Result<Self, SpecError> {
        let trim = |text: String| text.trim().to_owned();
        // Both at once: one after the other leaves what the next reading takes off again.
        let edge = |sign: char| sign == '/' || sign.is_whitespace();
        let below = |text: String| text.trim_matches(edge).to_owned();
        let named = |text: String, what: &'static str| match trim(text) {
            none if none.is_empty() => Err(SpecError::Missing(what)),
            given => Ok(given),
        };
        // Also where it names a server, a URL is written down and shown.
        let served_by = |text: String, default: &str| match trim(text) {
            none if none.is_empty() => Ok(default.to_owned()),
            given if given.contains('@') => Err(SpecError::SecretInUrl),
            given => Ok(given.trim_end_matches(edge).to_owned()),
        };
        Ok(match self {
            Self::Folder { path } => {
                // A name may end with a space.
                let path = PathBuf::from(path.trim_start().trim_end_matches(['\n', '\r']));
                if !path.is_absolute() || path.components().any(|part| part.as_os_str() == "..") {
                    return Err(SpecError::Missing("full path of the folder"));
                }
                // Collecting the components drops `//` and trailing slashes.
                let path: PathBuf = path.components().collect();
                Self::Folder {
                    path: path.to_string_lossy().into_owned(),
                }
            }
            Self::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            } => {
                let region = served_by(region, "us-east-1")?;
                Self::S3 {
                    bucket: named(bucket, "bucket")?,
                    prefix: below(prefix),
                    endpoint: served_by(endpoint, &format!("https://s3.{region}.amazonaws.com"))?,
                    region,
                }
            }
            Self::Gcs {
                bucket,
                prefix,
                endpoint,
            } => Self::Gcs {
                bucket: named(bucket, "bucket")?,
                prefix: below(prefix),
                endpoint: served_by(endpoint, GCS)?,
            },
            Self::Drive { folder, at } => Self::Drive {
                folder: named(below(folder), "folder's name")?,
                at: at.checked()?,
            },
            Self::Dropbox { folder, at } => Self::Dropbox {
                folder: below(folder),
                at: at.checked()?,
            },
            Self::Webdav { address, user } => {
                let address = named(address, "address")?;
                let url = Url::parse(&address).map_err(|_| unreadable(&address))?;
                if !matches!(url.scheme(), "http" | "https") {
                    return Err(unreadable(&address));
                }
                if url.password().is_some() || !url.username().is_empty() {
                    return Err(SpecError::SecretInUrl);
                }
                Self::Webdav {
                    address: url.as_str().trim_end_matches('/').to_owned(),
                    user: trim(user),
                }
            }
            Self::Sftp {
                host,
                port,
                user,
                folder,
                key,
            } => Self::Sftp {
                host: named(host, "server's name")?,
                port: if port == 0 { 22 } else { port },
                user: named(user, "user's name")?,
                folder: match below(folder) {
                    none if none.is_empty() => return Err(SpecError::Missing("full path of the folder")),
                    given => format!("/{given}"),
                },
                key: trim(key),
            },
            Self::Azure {
                container,
                prefix,
                endpoint,
            } => Self::Azure {
                container: named(container, "container")?,
                prefix: below(prefix),
                endpoint: served_by(endpoint, "")?,
            },
        })
    }

    /// For people: short.
    pub fn label(&self) -> String {
        let below = |place: &str, prefix: &str| match prefix {
            "" => place.to_owned(),
            _ => format!("{place}/{prefix}"),
        };
        match self {
            Self::Folder { path } => path.clone(),
            Self::S3 { bucket, prefix, .. } => format!("{} (S3)", below(bucket, prefix)),
            Self::Gcs { bucket, prefix, .. } => format!("{} (Google Cloud)", below(bucket, prefix)),
            Self::Drive { folder, .. } => format!("{folder} (Google Drive)"),
            Self::Dropbox { folder, .. } if folder.is_empty() => "Dropbox".to_owned(),
            Self::Dropbox { folder, .. } => format!("{folder} (Dropbox)"),
            Self::Webdav { address, .. } => format!("{address} (WebDAV)"),
            Self::Sftp { host, folder, .. } => format!("{host}:{folder} (SFTP)"),
            Self::Azure {
                container, prefix, ..
            } => format!("{} (Azure)", below(container, prefix)),
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "folder",
            Self::S3 { .. } => "s3",
            Self::Gcs { .. } => "gcs",
            Self::Drive { .. } => "drive",
            Self::Dropbox { .. } => "dropbox",
            Self::Webdav { .. } => "webdav",
            Self::Sftp { .. } => "sftp",
            Self::Azure { .. } => "azure",
        }
    }

    /// Whether nothing is needed to open it, or what the system's own `ssh` holds.
    pub fn needs_secret(&self) -> bool {
        match self {
            Self::Folder { .. } | Self::Sftp { .. } => false,
            Self::Webdav { user, .. } => !user.is_empty(),
            _ => true,
        }
    }
}

impl SignedIn {
    /// Tokens must never go to a server that a link names.
    fn checked(self) -> Result<Self, SpecError> {
        let api = self.api.trim().trim_end_matches('/').to_owned();
        if api.contains('@') {
            return Err(SpecError::SecretInUrl);
        }
        let is_here = |host: Option<Host<&str>>| match host {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        };
        if !api.is_empty() && !Url::parse(&api).is_ok_and(|url| is_here(url.host())) {
            return Err(SpecError::StrangeApi(api));
        }
        Ok(Self {
            account: self.account.trim().to_owned(),
            api,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_what_to_do() {
        for text in [
            "s3://key:secret@bucket",
            "webdav://me:word@host/",
            "webdav://me:word@host:port/",
            "webdav://me:wo/rd@host:port/",
            "gdrive://me@x/y",
            "s3://bucket?endpoint=http://me:word@host",
            "gcs://bucket?endpoint=http://me:word@host:port",
            "s3://bucket?endpoint=http://me:wo/rd@host",
            "azure://container?endpoint=me@host",
            "dropbox:///x?api=http://me:word@127.0.0.1",
        ] {
            assert_eq!(Spec::parse(text), Err(SpecError::SecretInUrl), "{text}");
        }
        assert_eq!(
            Spec::parse("icloud:///x"),
            Err(SpecError::Unsupported("icloud".to_owned()))
        );
        assert!(matches!(Spec::parse("/just/a/path"), Err(SpecError::NotAUrl(_))));
        assert_eq!(
            Spec::Folder {
                path: "rel".to_owned()
            }
            .checked(),
            Err(SpecError::Missing("full path of the folder"))
        );
    }

    #[test]
    fn nobody_is_sent_to_sign_in_elsewhere() {
        for api in [
            "https://accounts.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
        ] {
            let text = format!("dropbox:///x?api={api}");
            assert!(
                matches!(Spec::parse(&text), Err(SpecError::StrangeApi(_))),
                "{text}"
            );
        }
    }
}
