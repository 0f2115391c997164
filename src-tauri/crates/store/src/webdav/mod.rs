//! WebDAV: Nextcloud, a NAS, `rclone serve webdav`. It has folders and moves, and no sessions, notes or digests of its own.

mod api;
mod dialect;
mod propfind;
mod upload;

pub(crate) use dialect::DIALECT;

use crate::about::About;
use crate::destination::{Listed, Payload, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::known::Known;
use crate::part;
use crate::provider::{OnObject, Provider};
use crate::retry::patiently;
use crate::sums::{Algo, Sums};
use crate::trial;
use crate::version::Version;
use crate::wire::Account;
use api::Api;
use async_trait::async_trait;
use bytes::Bytes;
use propfind::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Beyond, a file is read while it is sent.
const ONE_REQUEST: u64 = 8 << 20;

pub(crate) struct Webdav {
    api: Api,
    /// Tried out: its etags are the MD5 of the bytes.
    etag_is_md5: AtomicBool,
    seen: part::Seen,
}

impl Webdav {
    pub fn connect(address: &str, user: &str, password: &str, account: &Arc<Account>) -> Result<Self> {
        Ok(Self {
            api: Api::new(address, user, password, account)?,
            etag_is_md5: AtomicBool::new(false),
            seen: part::Seen::default(),
        })
    }

    fn sums(&self, entry: &Entry) -> Sums {
        if self.etag_is_md5.load(Ordering::Relaxed) {
            Sums::default().with_etag(&entry.etag)
        } else {
            Sums::default()
        }
    }

    async fn entry(&self, key: &str) -> Result<Option<Remote>> {
        let found = self.api.look(key).await?;
        Ok(found.filter(|entry| !entry.is_folder).map(|entry| Remote {
            size: entry.size,
            version: version(&entry),
            claimed: None,
            sums: self.sums(&entry),
        }))
    }

    /// Writes a small object, tries to replace it, and compares its etag with its digest.
    async fn try_out(&self, key: &str) -> Result<Known> {
        let [(bytes, first), (other, its)] = trial::objects(&[Algo::Md5]);
        self.write_once(key, bytes, &first, &Known::default()).await?;
        let etag = self
            .api
            .look(key)
            .await?
            .map(|entry| entry.etag)
            .unwrap_or_default();
        let believing = Known {
            refuses_to_replace: true,
            ..Known::default()
        };
        let replaced = self.write_once(key, other, &its, &believing).await;
        let stayed = self
            .api
            .look(key)
            .await?
            .is_some_and(|there| there.size == first.size);
        Ok(Known {
            refuses_to_replace: stayed && trial::is_refused(replaced, ErrorKind::Exists),
            etag_is_md5: first.sums.agree(&Sums::default().with_etag(&etag)) == Some(true),
            ..Known::default()
        })
    }
}

#[async_trait]
impl Provider for Webdav {
    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    fn wanted(&self, _: u64, known: &Known) -> Vec<Algo> {
        self.wanted_of(known)
    }

    fn know(&self, known: &Known) {
        self.etag_is_md5.store(known.etag_is_md5, Ordering::Relaxed);
    }

    async fn reach(&self, _: &str) -> Result<()> {
        match self.api.look("").await? {
            Some(_) => Ok(()),
            None => Err(Error::of(ErrorKind::NoSuchPlace)),
        }
    }

    async fn is_there(&self) -> Result<bool> {
        let flow = Flow::of_line();
        let root = patiently(&flow, || self.api.look("")).await?;
        Ok(root.is_some_and(|root| root.is_folder))
    }

    /// Folder by folder: few servers answer for all at once.
    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let flow = Flow::of_line();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            crate::pages::deep(&folder)?;
            let children = match patiently(&flow, || self.api.children(&folder)).await {
                // A folder that somebody removed meanwhile, and not a disk that went away.
                Err(gone) if gone.kind == ErrorKind::NotThere && !folder.is_empty() => {
                    let above = part::folder(folder.trim_end_matches('/')).to_owned();
                    let siblings = patiently(&flow, || self.api.children(&above)).await?;
                    let name = folder[above.len()..].trim_end_matches('/');
                    if siblings.iter().any(|(sibling, _)| sibling == name) {
                        return Err(gone);
                    }
                    continue;
                }
                Err(gone) if gone.kind == ErrorKind::NotThere => {
                    return Err(Error::of(ErrorKind::NoSuchPlace));
                }
                children => children?,
            };
            for (name, entry) in children {
                let key = format!("{folder}{name}");
                if entry.is_folder {
                    folders.push(format!("{key}/"));
                } else if !part::is_part(&key) {
                    let listed = Listed {
                        key,
                        size: entry.size,
                        version: version(&entry),
                        sums: self.sums(&entry),
                    };
                    if !on_object(listed) {
                        return Err(crate::flow::stopped());
                    }
                }
            }
        }
        Ok(())
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
        self.entry(key).await
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        self.api.read(key, from, to).await
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, known: &Known) -> Result<Option<Remote>> {
        self.write_once(key, body, about, known).await?;
        Ok(None)
    }

    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        known: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)> {
        Ok((None, self.stream(key, payload, &about, known, flow).await?))
    }

    async fn delete(&self, key: &str, there: &Remote) -> Result<()> {
        let etag = there
            .version
            .split(';')
            .find_map(|word| word.strip_prefix("etag="));
        match self.api.delete(key, etag).await {
            Err(other) if other.kind == ErrorKind::Exists => Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            )),
            done => done,
        }
    }

    async fn abandon(&self, key: &str, session: &str) -> Result<()> {
        match crate::session::Session::parse(session) {
            Some(session) => self.remove_part(key, &session.upload).await,
            None => Ok(()),
        }
    }

    async fn learn(&self, key: &str) -> Result<Known> {
        let known = self.try_out(key).await;
        trial::remove(key, &[""], |key| async move { self.api.delete(&key, None).await }).await;
        known
    }
}

/// Etag, size and time together: some servers give no etag.
fn version(entry: &Entry) -> String {
    Version::default()
        .with("etag", &entry.etag)
        .with("size", entry.size)
        .with(
            "time",
            entry.time.map(|time| time.to_string()).unwrap_or_default(),
        )
        .text()
}

/// Reads `bytes` as what is said of a folder, and as an error.
pub(crate) fn taste(bytes: &[u8]) {
    propfind::read(bytes).ok();
    (DIALECT.read)(bytes);
}
