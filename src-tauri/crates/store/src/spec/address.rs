//! A destination as one URL: what the command line takes, and the catalog's name for it.
//!
//! Invariant: what [`Spec::url`] writes, [`Spec::parse`] reads back as the same.

use super::{SignedIn, Spec, SpecError, unreadable};
use url::Url;

impl Spec {
    /// Reads what [`Spec::url`] writes; what is left out gets its default.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        Self::read(text)?.checked()
    }

    pub(super) fn read(text: &str) -> Result<Self, SpecError> {
        let url = Url::parse(text).map_err(|_| unreadable(text))?;
        let may_name_a_user = matches!(url.scheme(), "sftp" | "webdav" | "webdavs");
        if url.password().is_some() || !(url.username().is_empty() || may_name_a_user) {
            return Err(SpecError::SecretInUrl);
        }
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        let value = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let host = || url.host_str().unwrap_or_default().to_owned();
        let path = || decoded(url.path());
        let at = || SignedIn {
            account: value("account"),
            api: value("api"),
        };
        let spec = match url.scheme() {
            "file" => {
                let path = url
                    .to_file_path()
                    .map_err(|()| SpecError::NotAUrl(text.to_owned()))?;
                Self::Folder {
                    path: path.to_string_lossy().into_owned(),
                }
            }
            "s3" => Self::S3 {
                bucket: host(),
                prefix: path(),
                endpoint: value("endpoint"),
                region: value("region"),
            },
            "gcs" | "gs" => Self::Gcs {
                bucket: host(),
                prefix: path(),
                endpoint: value("endpoint"),
            },
            "gdrive" => Self::Drive {
                folder: path(),
                at: at(),
            },
            "dropbox" => Self::Dropbox {
                folder: path(),
                at: at(),
            },
            scheme @ ("webdav" | "webdavs") => {
                let web = if scheme == "webdav" { "http" } else { "https" };
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                Self::Webdav {
                    address: format!("{web}://{}{port}{}", host(), url.path()),
                    user: decoded(url.username()),
                }
            }
            "sftp" => Self::Sftp {
                host: host(),
                port: url.port().unwrap_or(22),
                user: decoded(url.username()),
                folder: path(),
                key: value("key"),
            },
            "azure" => Self::Azure {
                container: host(),
                prefix: path(),
                endpoint: value("endpoint"),
            },
            other => return Err(SpecError::Unsupported(other.to_owned())),
        };
        spec.completed()
    }

    /// What its secret is kept under: a sign-in is for an account and opens all of its folders.
    pub fn secret_name(&self) -> String {
        match self {
            Self::Drive { at, .. } => made("gdrive:///", "", &at.query()),
            Self::Dropbox { at, .. } => made("dropbox:///", "", &at.query()),
            other => other.url(),
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
            } => made(
                &format!("s3://{bucket}"),
                prefix,
                &[("endpoint", endpoint), ("region", region)],
            ),
            Self::Gcs {
                bucket,
                prefix,
                endpoint,
            } => made(&format!("gcs://{bucket}"), prefix, &[("endpoint", endpoint)]),
            Self::Drive { folder, at } => made("gdrive:///", folder, &at.query()),
            Self::Dropbox { folder, at } => made("dropbox:///", folder, &at.query()),
            Self::Webdav { address, user } => {
                let address = address.replacen("http", "webdav", 1);
                match Url::parse(&address) {
                    Ok(mut url) => {
                        // Only a URL without a host refuses a user.
                        url.set_username(user).unwrap_or_default();
                        url.into()
                    }
                    Err(_) => address,
                }
            }
            Self::Sftp {
                host,
                port,
                user,
                folder,
                key,
            } => {
                let user = percent_encoding::utf8_percent_encode(user, percent_encoding::NON_ALPHANUMERIC);
                made(&format!("sftp://{user}@{host}:{port}"), folder, &[("key", key)])
            }
            Self::Azure {
                container,
                prefix,
                endpoint,
            } => made(&format!("azure://{container}"), prefix, &[("endpoint", endpoint)]),
        }
    }
}

impl SignedIn {
    fn query(&self) -> [(&'static str, &str); 2] {
        [("account", &self.account), ("api", &self.api)]
    }
}

fn made(base: &str, path: &str, query: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(base) else {
        return base.to_owned();
    };
    url.set_path(&path.replace('%', "%25"));
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_round_trip() {
        for text in [
            "file:///media/My%20Disk/photos",
            "file:///media/ends%20with%20a%20space%20",
            "file:///media/ends%20with%20a%20space%20/",
            "s3://pictures/%0C%0C//%0C%0Cold/",
            "s3://pictures/a%20/%20/?endpoint=http%3A%2F%2F127.0.0.1%3A9000%20/%20",
            "dropbox:///%20/%20/a",
            "s3://pictures/old%20library?endpoint=http%3A%2F%2F127.0.0.1%3A9000&region=eu-west-1",
            "gcs://pictures/a?endpoint=http%3A%2F%2F127.0.0.1%3A9000",
            "gdrive:///My%20photos?account=12",
            "dropbox:///?account=dbid%3A1&api=http%3A%2F%2F127.0.0.1%3A9",
            "webdavs://me%40home@cloud.example/remote.php/dav/My%20photos",
            "webdav://127.0.0.1:8080/dav",
            "sftp://me@nas:2222/volume1/My%20photos?key=%2Fhome%2Fme%2F.ssh%2Fid",
            "azure://pictures/a?endpoint=https%3A%2F%2Fme.blob.core.windows.net",
        ] {
            let spec = Spec::parse(text).unwrap_or_else(|refused| panic!("{text}: {refused}"));
            assert_eq!(Spec::parse(&spec.url()).as_ref(), Ok(&spec), "{text}");
            let words = serde_json::to_string(&spec).expect("write");
            assert_eq!(
                serde_json::from_str::<Spec>(&words).expect("read"),
                spec,
                "{text}"
            );
        }
        assert_eq!(
            Spec::parse("file:///a/b/"),
            Ok(Spec::Folder {
                path: "/a/b".to_owned()
            })
        );
    }

    #[test]
    fn what_a_url_would_not_say_again_is_refused() {
        let drive = |folder: &str| Spec::Drive {
            folder: folder.to_owned(),
            at: SignedIn::default(),
        };
        for folder in ["50%20off", "100% mine", "a/b", "a?b#c", "Fotos für Anna"] {
            let spec = drive(folder).checked().expect("a name");
            assert_eq!(spec, drive(folder));
            assert_eq!(Spec::parse(&spec.url()), Ok(spec));
        }
        for folder in ["./Photos", "a/../b"] {
            assert!(
                matches!(drive(folder).checked(), Err(SpecError::Unspeakable(_))),
                "{folder}"
            );
        }
        assert!(Spec::parse("gdrive:./x").is_err());
        let bucket = Spec::S3 {
            bucket: "a/b".to_owned(),
            prefix: String::new(),
            endpoint: String::new(),
            region: String::new(),
        };
        assert!(matches!(bucket.checked(), Err(SpecError::Unspeakable(_))));
    }

    #[test]
    fn a_sign_in_is_for_an_account_and_not_for_a_folder() {
        let name = |text: &str| Spec::parse(text).expect("parse").secret_name();
        assert_eq!(name("gdrive:///A?account=1"), name("gdrive:///B?account=1"));
        assert_ne!(name("gdrive:///A?account=1"), name("gdrive:///A?account=2"));
        assert_ne!(name("gdrive:///A?account=1"), name("dropbox:///A?account=1"));
        assert_ne!(name("s3://a/x"), name("s3://a/y"));
    }
}
