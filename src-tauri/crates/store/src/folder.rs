//! A folder on any disk: everything through `files`.

use crate::destination::{Fetch, Listed, Payload, Put, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Flow, Way};
use crate::provider::OnObject;
use crate::sums::Sums;
use crate::version::{Version, same_version};
use albumen_files::{
    Source, digest_cold, identity_of, keep_absence, keep_name, list_tree, open_below, place, place_bytes,
    remove_placed, sweep_part,
};
use albumen_model::{Identity, Sha256};
use sha2::Digest;
use std::path::{Path, PathBuf};

pub struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        list_tree(&self.root, &mut |key, identity| {
            on_object(Listed {
                key,
                size: identity.size,
                version: version(&identity),
                sums: Sums::default(),
            })
        })?;
        Ok(())
    }

    pub fn head(&self, key: &str) -> Result<Option<Remote>> {
        match identity_of(&self.root.join(key)) {
            Ok(identity) => Ok(Some(Remote {
                size: identity.size,
                version: version(&identity),
                claimed: None,
                sums: Sums::default(),
            })),
            Err(gone) if gone.is_not_found() => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    pub fn is_itself(&self, key: &str, file: &Identity) -> Result<bool> {
        let there = identity_of(&self.root.join(key))?;
        Ok((there.dev, there.ino) == (file.dev, file.ino))
    }

    pub async fn put(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<Put> {
        let moved = flow.by_thread(Way::Up);
        let (root, key, payload) = (self.root.clone(), key.to_owned(), payload.clone());
        blocking(move || {
            // Asked first, so that what is missing later is surely at the destination.
            drop(payload.open()?);
            let source = Source {
                root: &payload.root,
                below: payload.path.as_path(),
                expect: Some(payload.identity),
                sha256: payload.sha256,
                size: payload.identity.size,
                mtime_ns: payload.identity.mtime_ns,
                mode: None,
            };
            let placed = place(&root, &key, &source, &mut |n| moved(n))?;
            Ok(Put {
                version: version(&placed.identity),
                made_dirs: placed.made_dirs,
                ..Put::default()
            })
        })
        .await
    }

    pub fn put_bytes(&self, key: &str, bytes: &[u8]) -> Result<Put> {
        match place_bytes(
            &self.root,
            key,
            bytes,
            albumen_files::clock::now_ms() * 1_000_000,
            None,
        ) {
            Ok(placed) => Ok(Put {
                version: version(&placed.identity),
                made_dirs: placed.made_dirs,
                ..Put::default()
            }),
            Err(taken @ albumen_files::Error::Exists(_)) => {
                let (file, there) = open_below(&self.root, Path::new(key))?;
                let (sha256, _) = digest_cold(file, &self.root.join(key), &mut |_| true)?;
                keep_name(&self.root.join(key))?;
                if sha256 != Sha256(sha2::Sha256::digest(bytes).into()) {
                    return Err(taken.into());
                }
                Ok(Put {
                    version: version(&there),
                    adopted: true,
                    ..Put::default()
                })
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Of what is on the disk, and stays there under this name: whoever placed it may have been killed before.
    pub async fn digest(&self, key: &str, flow: &Flow) -> Result<(Sha256, u64, String)> {
        let moved = flow.by_thread(Way::Down);
        let (root, key) = (self.root.clone(), key.to_owned());
        blocking(move || {
            let (file, identity) = open_below(&root, Path::new(&key))?;
            let (sha256, size) = digest_cold(file, &root.join(&key), &mut |n| moved(n))?;
            keep_name(&root.join(&key))?;
            Ok((sha256, size, version(&identity)))
        })
        .await
    }

    pub async fn fetch(&self, key: &str, to: Fetch, flow: &Flow) -> Result<()> {
        let moved = flow.by_thread(Way::Down);
        let (root, key) = (self.root.clone(), key.to_owned());
        blocking(move || {
            let source = Source {
                root: &root,
                below: Path::new(&key),
                expect: None,
                sha256: to.sha256,
                size: to.size,
                mtime_ns: to.mtime_ns,
                mode: Some(to.mode),
            };
            place_at(&to, |folder, name| {
                place(folder, name, &source, &mut |n| moved(n)).map(|_| ())
            })
        })
        .await
    }

    pub fn delete_if(&self, key: &str, expected: &str) -> Result<()> {
        let path = self.root.join(key);
        let there = identity_of(&path).or_else(|error| {
            if error.is_not_found() {
                // A run that was killed may have removed it a moment ago.
                keep_absence(&path)?;
            }
            Err(error)
        })?;
        if !same_version(&version(&there), expected) {
            return Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            ));
        }
        Ok(remove_placed(&self.root, key, &there)?)
    }

    pub fn sweep(&self, key: &str) -> Result<()> {
        Ok(sweep_part(&self.root, key)?)
    }
}

/// An original's path may not be UTF-8; placing works on (existing folder, name) with the name as bytes.
pub(crate) fn place_at(
    to: &Fetch,
    placing: impl FnOnce(&Path, &std::ffi::OsStr) -> albumen_files::Result<()>,
) -> Result<()> {
    let full = to.root.join(to.path.as_path());
    let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else {
        return Err(Error::new(ErrorKind::Other, "an original without a name"));
    };
    Ok(placing(folder, name)?)
}

/// A replaced file has another inode or ctime even when size and mtime were put back.
fn version(identity: &Identity) -> String {
    Version::default()
        .with("inode", format_args!("{:x}-{:x}", identity.dev, identity.ino))
        .with("size", identity.size)
        .with(
            "time",
            format_args!("{}-{}", identity.mtime_ns, identity.ctime_ns),
        )
        .text()
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(died) => Err(Error::new(ErrorKind::Other, format!("a worker died: {died}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_file_is_not_deleted() {
        let dir = tempfile::tempdir().expect("temp dir");
        let folder = Folder::new(dir.path().to_owned());
        let put = folder.put_bytes("a/b.jpg", b"one").expect("put");
        let full = dir.path().join("a/b.jpg");
        std::io::Write::write_all(
            &mut std::fs::OpenOptions::new()
                .append(true)
                .open(&full)
                .expect("open"),
            b"two",
        )
        .expect("edit");
        let refused = folder.delete_if("a/b.jpg", &put.version).expect_err("refused");
        assert_eq!(refused.kind, ErrorKind::Changed);
        assert!(full.exists());
    }

    #[tokio::test]
    async fn read_back_sees_a_flipped_bit() {
        let dir = tempfile::tempdir().expect("temp dir");
        let folder = Folder::new(dir.path().to_owned());
        folder.put_bytes("x", b"hello").expect("put");
        let flow = Flow::free();
        let before = folder.digest("x", &flow).await.expect("digest").0;
        let full = dir.path().join("x");
        let mut bytes = std::fs::read(&full).expect("read");
        bytes[2] ^= 1;
        std::io::Write::write_all(&mut std::fs::File::create(&full).expect("create"), &bytes).expect("write");
        assert_ne!(folder.digest("x", &flow).await.expect("digest").0, before);
    }
}
