//! From what names a destination, and what opens it, to the destination: which provider, and through which wire.

use crate::azure::{self, Azure};
use crate::destination::Destination;
use crate::drive::Drive;
use crate::dropbox::{self, Dropbox};
use crate::error::{Error, ErrorKind, Result};
use crate::folder::Folder;
use crate::gcs::Gcs;
use crate::google;
use crate::objects::Objects;
use crate::provider::Provider;
use crate::s3::{self, S3};
use crate::secret::Secret;
use crate::sftp::{self, Sftp};
use crate::spec::Spec;
use crate::webdav::{self, Webdav};
use crate::wire::{Account, Dialect, Patience};
use std::path::PathBuf;
use std::sync::Arc;

/// Asks nothing of the far side yet.
pub(crate) fn connect(spec: &Spec, secret: Option<Secret>) -> Result<Destination> {
    match (spec, secret) {
        (Spec::Folder { path }, _) => Ok(Destination::Folder(Folder::new(PathBuf::from(path)))),
        (
            Spec::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            },
            Some(Secret::Keys(keys)),
        ) => {
            let bucket = s3::Bucket {
                name: bucket,
                prefix,
                endpoint,
                region,
            };
            over_http(&s3::DIALECT, |account| S3::connect(&bucket, &keys, account))
        }
        (
            Spec::Azure {
                container,
                prefix,
                endpoint,
            },
            Some(Secret::Keys(keys)),
        ) => {
            let container = azure::Container {
                name: container,
                prefix,
                endpoint,
            };
            over_http(&azure::DIALECT, |account| {
                Azure::connect(&container, &keys, account)
            })
        }
        (
            Spec::Gcs {
                bucket,
                prefix,
                endpoint,
            },
            Some(Secret::ServiceAccount { json }),
        ) => over_http(&google::STORAGE, |account| {
            Gcs::connect((bucket, prefix, endpoint), &json, account)
        }),
        (Spec::Drive { folder, at }, Some(Secret::Grant(grant))) => over_http(&google::DRIVE, |account| {
            Ok(Drive::connect(folder, at, grant, account))
        }),
        (Spec::Dropbox { folder, at }, Some(Secret::Grant(grant))) => {
            over_http(&dropbox::DIALECT, |account| {
                Ok(Dropbox::connect(folder, at, grant, account))
            })
        }
        (Spec::Webdav { address, user }, secret) => {
            let password = match secret {
                Some(Secret::Password { password }) => password,
                None if user.is_empty() => String::new(),
                _ => return Err(not_known()),
            };
            over_http(&webdav::DIALECT, |account| {
                Webdav::connect(address, user, &password, account)
            })
        }
        (
            Spec::Sftp {
                host,
                port,
                user,
                folder,
                key,
            },
            _,
        ) => {
            let server = sftp::Server {
                host,
                port: *port,
                user,
                folder,
                key,
            };
            let objects = Objects::new(Box::new(Sftp::connect(&server)), None);
            Ok(Destination::Objects(Box::new(objects)))
        }
        _ => Err(not_known()),
    }
}

fn over_http<P: Provider + 'static>(
    dialect: &'static Dialect,
    provider: impl FnOnce(&Arc<Account>) -> Result<P>,
) -> Result<Destination> {
    let account = account(dialect)?;
    let provider = provider(&account)?;
    let objects = Objects::new(Box::new(provider), Some(account));
    Ok(Destination::Objects(Box::new(objects)))
}

pub(crate) fn account(dialect: &'static Dialect) -> Result<Arc<Account>> {
    Account::new(Patience::USUAL, dialect)
}

fn not_known() -> Error {
    Error::new(ErrorKind::Denied, "What opens this destination is not known.")
}
