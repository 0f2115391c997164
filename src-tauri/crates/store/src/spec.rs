//! What names a destination: the URL of the command line, the form of the window. Never a secret.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use thiserror::Error;
use ts_rs::TS;
use url::Url;

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
}

#[derive(Debug, Error, PartialEq, Eq)]
pub enum SpecError {
    #[error("`{0}` is not a destination. Use file:///path or s3://bucket/prefix?endpoint=…&region=….")]
    NotAUrl(String),
    #[error(
        "Destinations of the kind `{0}:` are not in this version. Use file:///path or s3://bucket/prefix."
    )]
    Unsupported(String),
    #[error("A destination URL never holds a key or password. Put them in the keychain or the environment.")]
    SecretInUrl,
    #[error("The {0} is missing.")]
    Missing(&'static str),
}

impl Spec {
    /// Reads `file:///path` and `s3://bucket/prefix?endpoint=…&region=…`.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let url = Url::parse(text).map_err(|_| SpecError::NotAUrl(text.to_owned()))?;
        if url.password().is_some() || !url.username().is_empty() {
            return Err(SpecError::SecretInUrl);
        }
        match url.scheme() {
            "file" => {
                let path = url
                    .to_file_path()
                    .map_err(|()| SpecError::NotAUrl(text.to_owned()))?;
                Self::Folder {
                    path: path.to_string_lossy().into_owned(),
                }
                .checked()
            }
            "s3" => {
                let value = |name: &str| {
                    url.query_pairs()
                        .find(|(key, _)| key == name)
                        .map(|(_, value)| value.into_owned())
                };
                let prefix = percent_encoding::percent_decode_str(url.path())
                    .decode_utf8_lossy()
                    .into_owned();
                Self::S3 {
                    bucket: url.host_str().unwrap_or_default().to_owned(),
                    prefix,
                    endpoint: value("endpoint").unwrap_or_default(),
                    region: value("region").unwrap_or_default(),
                }
                .checked()
            }
            other => Err(SpecError::Unsupported(other.to_owned())),
        }
    }

    /// Trimmed and complete: a relative folder or a missing bucket is refused, defaults are filled in.
    pub fn checked(self) -> Result<Self, SpecError> {
        match self {
            Self::Folder { path } => {
                let path = PathBuf::from(path.trim());
                if !path.is_absolute() || path.components().any(|part| part.as_os_str() == "..") {
                    return Err(SpecError::Missing("full path of the folder"));
                }
                // Collecting the components drops `//` and trailing slashes.
                let path: PathBuf = path.components().collect();
                Ok(Self::Folder {
                    path: path.to_string_lossy().into_owned(),
                })
            }
            Self::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            } => {
                let trim = |text: String| text.trim().to_owned();
                let (bucket, region) = (trim(bucket), trim(region));
                if bucket.is_empty() {
                    return Err(SpecError::Missing("bucket"));
                }
                let region = if region.is_empty() {
                    "us-east-1".to_owned()
                } else {
                    region
                };
                let endpoint = match trim(endpoint) {
                    none if none.is_empty() => format!("https://s3.{region}.amazonaws.com"),
                    given => given.trim_end_matches('/').to_owned(),
                };
                let prefix = trim(prefix).trim_matches('/').to_owned();
                Ok(Self::S3 {
                    bucket,
                    prefix,
                    endpoint,
                    region,
                })
            }
        }
    }

    /// For people: short.
    pub fn label(&self) -> String {
        match self {
            Self::Folder { path } => path.clone(),
            Self::S3 { bucket, prefix, .. } if prefix.is_empty() => format!("{bucket} (S3)"),
            Self::S3 { bucket, prefix, .. } => format!("{bucket}/{prefix} (S3)"),
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "folder",
            Self::S3 { .. } => "s3",
        }
    }

    /// The URL that [`Spec::parse`] reads back; the catalog's name for the destination.
    pub fn url(&self) -> String {
        match self {
            Self::Folder { path } => {
                Url::from_file_path(path).map_or_else(|()| format!("file://{path}"), Url::into)
            }
            Self::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            } => {
                let base = Url::parse(&format!("s3://{bucket}"));
                base.map_or_else(
                    |_| format!("s3://{bucket}"),
                    |mut url| {
                        url.set_path(prefix);
                        url.query_pairs_mut()
                            .append_pair("endpoint", endpoint)
                            .append_pair("region", region);
                        url.into()
                    },
                )
            }
        }
    }
}

/// Access to S3. Debug shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    pub access: String,
    pub secret: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_round_trip() {
        for text in [
            "file:///media/My%20Disk/photos",
            "s3://pictures/old%20library?endpoint=http%3A%2F%2F127.0.0.1%3A9000&region=eu-west-1",
        ] {
            let spec = Spec::parse(text).expect("parse");
            assert_eq!(Spec::parse(&spec.url()).as_ref(), Ok(&spec), "{text}");
        }
        assert_eq!(
            Spec::parse("file:///a/b/"),
            Ok(Spec::Folder {
                path: "/a/b".to_owned()
            })
        );
    }

    #[test]
    fn refusals_say_what_to_do() {
        assert_eq!(Spec::parse("s3://key:secret@bucket"), Err(SpecError::SecretInUrl));
        assert_eq!(
            Spec::parse("gdrive:///x"),
            Err(SpecError::Unsupported("gdrive".to_owned()))
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
    fn keys_never_show() {
        let keys = Keys {
            access: "AKIAX".to_owned(),
            secret: "canary".to_owned(),
        };
        assert_eq!(format!("{keys:?}"), "Keys(…)");
    }
}
