//! A folder on any disk: everything through `files`.

use crate::destination::{Fetch, Listed, Payload, Put, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Flow, Way};
use crate::provider::OnObject;
use crate::sums::Sums;
use crate::version::{Version, same_version};
use albumen_files::{
    Source, digest_cold, identity_of, keep_absence, keep_name, list_notes, list_tree, open_below, place,
    place_bytes, read_through, remove_placed, settle_placed, sweep_part,
};
use albumen_model::{Identity, Sha256};
use sha2::Digest;
use std::io::Read;
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

    pub fn own(&self, folders: &[&str]) -> Result<Vec<Listed>> {
        let mut found = Vec::new();
        for folder in folders {
            list_notes(&self.root.join(folder), &mut |name, identity| {
                found.push(Listed {
                    key: format!("{folder}/{name}"),
                    size: identity.size,
                    version: version(&identity),
                    sums: Sums::default(),
                });
                true
            })?;
        }
        Ok(found)
    }

    pub async fn read_small(&self, key: &str, most: u64) -> Result<Vec<u8>> {
        let (root, key) = (self.root.clone(), key.to_owned());
        blocking(move || {
            let (file, identity) = open_below(&root, Path::new(&key))?;
            if identity.size > most {
                return Err(too_large(&key));
            }
            let mut bytes = Vec::new();
            let read = file.take(most).read_to_end(&mut bytes);
            read.map_err(|error| Error::new(ErrorKind::Other, format!("`{key}` cannot be read: {error}.")))?;
            Ok(bytes)
        })
        .await
    }

    pub fn head(&self, key: &str) -> Result<Option<Remote>> {
        match settled(&self.root, key, || identity_of(&self.root.join(key))) {
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
            let (file, identity) = settled(&root, &key, || open_below(&root, Path::new(&key)))?;
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
            settle_placed(&root, &key)?;
            place_at(&to, |folder, name| {
                place(folder, name, &source, &mut |n| moved(n)).map(|_| ())
            })
        })
        .await
    }

    /// Removes it if it still is this version of it; `sha256` is what it holds then, and is read from it where that is not
    /// known.
    pub async fn delete_if(&self, key: &str, expected: &str, sha256: Option<Sha256>) -> Result<()> {
        let (root, key, expected) = (self.root.clone(), key.to_owned(), expected.to_owned());
        blocking(move || {
            settle_placed(&root, &key)?;
            let path = root.join(&key);
            let there = identity_of(&path).or_else(|error| {
                if error.is_not_found() {
                    // A run that was killed may have removed it a moment ago.
                    keep_absence(&path)?;
                }
                Err(error)
            })?;
            let sha256 = match sha256 {
                _ if !same_version(&version(&there), &expected) => return Err(changed(&key)),
                Some(known) => known,
                None => read_through(&path, |_| 0, &|| false)?.sha256,
            };
            match remove_placed(&root, &key, &there, &sha256) {
                Err(albumen_files::Error::NotTheSame(_) | albumen_files::Error::NotRegular(_)) => {
                    Err(changed(&key))
                }
                removed => Ok(removed?),
            }
        })
        .await
    }

    pub fn sweep(&self, key: &str) -> Result<()> {
        Ok(sweep_part(&self.root, key)?)
    }
}

/// What a roll back that was killed had set aside stands again before it is missed.
fn settled<T>(
    root: &Path,
    key: &str,
    look: impl Fn() -> albumen_files::Result<T>,
) -> albumen_files::Result<T> {
    match look() {
        Err(missed) if missed.is_not_found() && settle_placed(root, key)? => look(),
        seen => seen,
    }
}

fn changed(key: &str) -> Error {
    Error::new(
        ErrorKind::Changed,
        format!("`{key}` was changed after it was placed."),
    )
}

pub(crate) fn too_large(key: &str) -> Error {
    Error::new(ErrorKind::Other, format!("`{key}` is larger than any marker."))
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

    #[tokio::test]
    async fn an_edited_file_is_not_deleted() {
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
        let refused = folder.delete_if("a/b.jpg", &put.version, None).await;
        assert_eq!(refused.expect_err("refused").kind, ErrorKind::Changed);
        assert!(full.exists());
    }

    #[tokio::test]
    async fn what_holds_other_bytes_than_were_placed_is_not_deleted() {
        let dir = tempfile::tempdir().expect("temp dir");
        let folder = Folder::new(dir.path().to_owned());
        let put = folder.put_bytes("a/b.jpg", b"one").expect("put");
        let sha256 = |bytes: &[u8]| Some(Sha256(sha2::Sha256::digest(bytes).into()));
        let refused = folder.delete_if("a/b.jpg", &put.version, sha256(b"two")).await;
        assert_eq!(refused.expect_err("refused").kind, ErrorKind::Changed);
        let version = folder.head("a/b.jpg").expect("head").expect("it stands").version;
        folder
            .delete_if("a/b.jpg", &version, sha256(b"one"))
            .await
            .expect("deleted");
        assert!(folder.head("a/b.jpg").expect("head").is_none());
    }

    #[tokio::test]
    async fn what_a_killed_roll_back_had_set_aside_is_not_missed() {
        let dir = tempfile::tempdir().expect("temp dir");
        let folder = Folder::new(dir.path().to_owned());
        let put = folder.put_bytes("a/b.jpg", b"one").expect("put");
        let full = dir.path().join("a/b.jpg");
        // The name that the removal of `b.jpg` gives it for a moment.
        let digest = sha2::Sha256::digest(b"b.jpg");
        let short: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let cut = || rename(&full, &full.with_file_name(format!(".albumen-leaving-{short}")));
        let flow = Flow::free();
        cut();
        assert!(folder.head("a/b.jpg").expect("head").is_some());
        cut();
        let sha256 = Sha256(sha2::Sha256::digest(b"one").into());
        assert_eq!(folder.digest("a/b.jpg", &flow).await.expect("digest").0, sha256);
        let version = folder.head("a/b.jpg").expect("head").expect("it stands").version;
        assert_ne!(version, put.version);
        cut();
        let taken = folder.delete_if("a/b.jpg", &version, Some(sha256)).await;
        // To be set aside has changed its times: the bytes decide, which the caller looks at.
        assert_eq!(taken.expect_err("touched").kind, ErrorKind::Changed);
        let version = folder.head("a/b.jpg").expect("head").expect("it stands").version;
        folder
            .delete_if("a/b.jpg", &version, Some(sha256))
            .await
            .expect("deleted");
        assert_eq!(std::fs::read_dir(dir.path().join("a")).expect("list").count(), 0);
    }

    #[expect(clippy::disallowed_methods, reason = "what a killed program had done")]
    fn rename(from: &Path, to: &Path) {
        std::fs::rename(from, to).expect("rename");
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
