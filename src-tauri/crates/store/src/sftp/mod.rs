//! SFTP, through the system's own `ssh`: its keys, its agent, its known hosts. It has folders and links, and no sessions,
//! notes or digests of its own.

mod packet;
mod pool;
mod said;
mod session;
mod ssh;
mod upload;
mod verbs;

use crate::about::About;
use crate::destination::{Listed, Payload, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::known::Known;
use crate::part;
use crate::provider::{OnObject, Provider};
use crate::range::shorter;
use crate::retry::patiently;
use crate::session::{Found, Session as Upload, close};
use crate::sums::{Algo, Sums};
use crate::trial;
use crate::version::Version;
use albumen_model::Sha256;
use async_trait::async_trait;
use bytes::Bytes;
use packet::Attrs;
use pool::Pool;
use sha2::Digest;
use ssh::At;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use upload::{Root, Writing, gone_is_fine, take};

/// Beyond, a file is read while it is sent, and gone on with.
const ONE_REQUEST: u64 = 8 << 20;
/// Read back at a time.
const PIECE: u64 = 4 << 20;

/// Where a folder on a server is.
pub(crate) struct Server<'a> {
    pub host: &'a str,
    pub port: u16,
    pub user: &'a str,
    pub folder: &'a str,
    pub key: &'a str,
}

pub(crate) struct Sftp {
    pool: Pool,
    root: Arc<Root>,
}

impl Sftp {
    pub fn connect(server: &Server<'_>) -> Self {
        Self {
            pool: Pool::new(At {
                host: server.host.to_owned(),
                port: server.port,
                user: server.user.to_owned(),
                key: server.key.to_owned(),
            }),
            root: Arc::new(Root {
                path: server.folder.trim_end_matches('/').to_owned(),
                seen: part::Seen::default(),
            }),
        }
    }

    fn writing(&self, key: &str, part: &str, about: &About, known: &Known) -> Writing {
        Writing {
            root: self.root.clone(),
            key: key.to_owned(),
            part: part.to_owned(),
            about: about.clone(),
            known: known.clone(),
        }
    }

    async fn attrs(&self, key: &str) -> Result<Option<Attrs>> {
        let path = self.root.of(key);
        self.pool.run(move |session| session.look(&path)).await
    }

    async fn children(&self, folder: &str) -> Result<Vec<(String, Attrs)>> {
        let path = self.root.of(folder);
        self.pool.run(move |session| session.children(&path)).await
    }

    async fn root_is_there(&self) -> Result<bool> {
        let path = self.root.path.clone();
        let there = self.pool.run(move |session| session.look_through(&path)).await?;
        Ok(there.is_some_and(Attrs::is_folder))
    }

    /// After an error of unknown effect: whether these very bytes have the name after all. Reads them.
    async fn is_this(&self, key: &str, about: &About) -> Result<bool> {
        if self
            .attrs(key)
            .await?
            .is_none_or(|there| there.size != about.size)
        {
            return Ok(false);
        }
        let mut whole = sha2::Sha256::new();
        let mut at = 0;
        while at < about.size {
            let piece = self.read(key, at, about.size.min(at + PIECE)).await?;
            at += piece.len() as u64;
            whole.update(&piece);
        }
        Ok(Sha256(whole.finalize().into()) == about.sha256)
    }

    async fn remove_part(&self, key: &str, part: &str) -> Result<()> {
        if !part::is_of(part, key) {
            return Ok(());
        }
        let path = self.root.of(part);
        self.pool
            .run(move |session| gone_is_fine(session.remove(&path)))
            .await
    }

    /// What a put came to whose connection was lost, which may have been after the link.
    async fn settle(&self, key: &str, about: &About, done: Result<()>) -> Result<()> {
        if done.as_ref().is_err() {
            self.root.seen.forget(part::folder(key));
        }
        match done {
            Err(lost) if lost.kind == ErrorKind::Unreachable => match self.is_this(key, about).await {
                Ok(true) => Ok(()),
                _ => Err(lost),
            },
            done => done,
        }
    }

    /// Puts a small file, and tries to give another one its name.
    async fn try_out(&self, key: &str) -> Result<Known> {
        let [(bytes, about), _] = trial::objects(&[]);
        self.write(key, bytes, &about, &Known::default()).await?;
        let (other, path) = (self.root.of(&part::new(key)), self.root.of(key));
        let refused = self
            .pool
            .run(move |session| {
                let handle = session.create(&other)?;
                session.close(&handle)?;
                let taken = take(session, &other, &path);
                if !session.is_broken {
                    gone_is_fine(session.remove(&other))?;
                }
                match taken {
                    Ok(()) => Ok(false),
                    Err(refused) if refused.kind == ErrorKind::Exists => Ok(true),
                    Err(failed) => Err(failed),
                }
            })
            .await?;
        let stayed = self.is_this(key, &about).await?;
        Ok(Known {
            refuses_to_replace: refused && stayed,
            ..Known::default()
        })
    }
}

#[async_trait]
impl Provider for Sftp {
    /// Size and whole seconds, which any program can put back.
    fn versions_are_firm(&self) -> bool {
        false
    }

    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    fn wanted(&self, _: u64, _: &Known) -> Vec<Algo> {
        Vec::new()
    }

    async fn reach(&self, _: &str) -> Result<()> {
        // One that rested may be dead.
        self.pool.clear();
        if self.root_is_there().await? {
            Ok(())
        } else {
            Err(Error::of(ErrorKind::NoSuchPlace))
        }
    }

    async fn is_there(&self) -> Result<bool> {
        patiently(&Flow::of_line(), || self.root_is_there()).await
    }

    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let flow = Flow::of_line();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            crate::pages::deep(&folder)?;
            let children = match patiently(&flow, || self.children(&folder)).await {
                Err(gone) if gone.kind == ErrorKind::NotThere && folder.is_empty() => {
                    return Err(Error::of(ErrorKind::NoSuchPlace));
                }
                // A folder that somebody removed meanwhile, and not a disk that went away.
                Err(gone) if gone.kind == ErrorKind::NotThere => {
                    let above = part::folder(folder.trim_end_matches('/')).to_owned();
                    let siblings = patiently(&flow, || self.children(&above)).await?;
                    let name = folder[above.len()..].trim_end_matches('/');
                    if siblings.iter().any(|(sibling, _)| sibling == name) {
                        return Err(gone);
                    }
                    continue;
                }
                children => children?,
            };
            for (name, attrs) in children {
                let key = format!("{folder}{name}");
                if attrs.is_folder() {
                    folders.push(format!("{key}/"));
                } else if attrs.is_file() && !part::is_part(&key) {
                    let listed = Listed {
                        key,
                        size: attrs.size,
                        version: version(attrs),
                        sums: Sums::default(),
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
        let there = self.attrs(key).await?.filter(|there| !there.is_folder());
        Ok(there.map(|there| Remote {
            size: there.size,
            version: version(there),
            claimed: None,
            sums: Sums::default(),
        }))
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let path = self.root.of(key);
        let bytes = self
            .pool
            .run(move |session| session.read(&path, from, to))
            .await?;
        if bytes.len() as u64 == to - from {
            Ok(bytes)
        } else {
            Err(shorter())
        }
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, known: &Known) -> Result<Option<Remote>> {
        let part = part::new(key);
        let writing = self.writing(key, &part, about, known);
        let done = self.pool.run(move |session| writing.small(session, &body)).await;
        let lost = done
            .as_ref()
            .is_err_and(|failed| failed.kind == ErrorKind::Unreachable);
        let done = self.settle(key, about, done).await;
        if lost && let Err(left) = self.remove_part(key, &part).await {
            tracing::warn!(part, "what was sent of a file stays for now: {left}");
        }
        done.map(|()| None)
    }

    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        known: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)> {
        let part = match Upload::find(key, payload, flow) {
            Found::Ours(session) if part::is_of(&session.upload, key) => session.upload,
            found => {
                if let Found::Others(words) = found
                    && let Some(other) = Upload::parse(&words)
                {
                    patiently(flow, || self.remove_part(key, &other.upload)).await?;
                }
                let part = part::new(key);
                Upload::new(part.clone(), 0, payload).save(key, flow)?;
                part
            }
        };
        let told = Arc::new(AtomicU64::new(0));
        let sent = patiently(flow, || async {
            let writing = self.writing(key, &part, &about, known);
            let (payload, flow, told) = (payload.clone(), flow.clone(), told.clone());
            let done = self
                .pool
                .run(move |session| writing.large(session, &payload, &flow, &told));
            let done = done.await;
            self.settle(key, &about, done).await
        })
        .await;
        // What a cut or stopped run sent stays for the next one, which knows of it by the ledger.
        let goes_on = |failed: &Error| matches!(failed.kind, ErrorKind::Unreachable | ErrorKind::Stopped);
        if !sent.as_ref().is_err_and(goes_on) || flow.ledger().is_none() {
            if let Err(left) = self.remove_part(key, &part).await {
                tracing::warn!(part, "what was sent of a file stays for now: {left}");
            }
            close(key, flow);
        }
        sent.map(|()| (None, Sums::default()))
    }

    async fn delete(&self, key: &str, _: &Remote) -> Result<()> {
        let path = self.root.of(key);
        self.pool.run(move |session| session.remove(&path)).await
    }

    async fn abandon(&self, key: &str, session: &str) -> Result<()> {
        match Upload::parse(session) {
            Some(session) => self.remove_part(key, &session.upload).await,
            None => Ok(()),
        }
    }

    async fn learn(&self, key: &str) -> Result<Known> {
        let known = self.try_out(key).await;
        trial::remove(key, &[""], |key| async move {
            let path = self.root.of(&key);
            self.pool.run(move |session| session.remove(&path)).await
        })
        .await;
        known
    }
}

/// Version 3 tells whole seconds, and no more that changes with the bytes.
fn version(attrs: Attrs) -> String {
    Version::default()
        .with("size", attrs.size)
        .with("time", attrs.mtime)
        .text()
}

/// Reads `bytes` as a folder's names.
pub(crate) fn taste(bytes: &[u8]) {
    verbs::taste(bytes);
}
