//! Placing: a file appears under its final name only when it is whole.
//!
//! Order, and why: make the folders and sync those above each, unless this process did before; write under a temporary name
//! in the same folder while hashing; compare digest and length with the fingerprint and the source's identity with the one
//! at its start; set the times; `fsync` the file; rename without replacing; `fsync` the folder. A crash before the rename
//! leaves only a part file that the next run sweeps; after it, a whole file. A failed fsync condemns the part: it is removed and
//! written again, never synced again.
//!
//! Two programs that place the same name at the same time never write the same part: each holds a lock on its own, which
//! ends with the program, so that what a killed one left is told from what a living one writes.

use crate::direct::{Aligned, Direct};
use crate::durable::{forget_folder, keep_folder, sync_dir};
use crate::error::{At, Error, Result};
use crate::identity::from_metadata;
use crate::load::Original;
use crate::open::open_below;
use albumen_model::{Identity, Sha256};
use rustix::fs::{AtFlags, CWD, RenameFlags};
use sha2::Digest;
use std::fs::{File, FileTimes, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// Temporary names begin so; scans ignore them.
pub const PART_PREFIX: &str = ".albumen-part-";

const CHUNK: usize = 512 * 1024;

/// Where the bytes come from and what they must be.
pub struct Source<'a> {
    pub root: &'a Path,
    pub below: &'a Path,
    /// The identity at fingerprinting, when the file must not have been touched since.
    pub expect: Option<Identity>,
    pub sha256: Sha256,
    pub size: u64,
    /// Given to the placed file.
    pub mtime_ns: i64,
    /// Permission bits for the placed file; `None` for the usual ones of a new file.
    pub mode: Option<u32>,
}

/// A file now under its final name.
#[derive(Debug)]
pub struct Placed {
    pub identity: Identity,
    /// Folders that did not exist before, outermost first.
    pub made_dirs: Vec<PathBuf>,
}

/// Copies `source` to `root/key`. Refuses to replace: [`Error::Exists`]. `on_bytes` sees progress and may stop.
pub fn place(
    root: &Path,
    key: impl AsRef<Path>,
    source: &Source<'_>,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Result<Placed> {
    let source_path = source.root.join(source.below);
    let (from, identity) = open_below(source.root, source.below)?;
    if source.expect.is_some_and(|expected| expected != identity) || identity.size != source.size {
        return Err(Error::NotTheSame(source_path));
    }
    let mut from = Original::new(from, &identity);
    let mut hasher = sha2::Sha256::new();
    let mut chunk = Aligned::new(CHUNK.min(usize::try_from(source.size).unwrap_or(CHUNK)));
    let mut written = 0u64;
    let target = Target::new(root, key.as_ref())?;
    target.fill(source.mtime_ns, source.mode, |part, part_path| {
        let mut direct = Direct::new(part);
        loop {
            let n = chunk.fill(&mut from).at("read", &source_path)?;
            if n == 0 {
                break;
            }
            hasher.update(&chunk.bytes()[..n]);
            direct.write_all(&chunk.bytes()[..n]).at("write", part_path)?;
            written += n as u64;
            if written > source.size {
                return Err(Error::Changed(source_path.clone()));
            }
            if !on_bytes(n as u64) {
                return Err(Error::Stopped);
            }
        }
        let after = from_metadata(&from.file().metadata().at("look at", &source_path)?);
        if after != identity {
            return Err(Error::Changed(source_path.clone()));
        }
        if written != source.size || Sha256(hasher.finalize_reset().into()) != source.sha256 {
            return Err(Error::WrongBytes(source_path.clone()));
        }
        Ok(())
    })
}

/// Places bytes from memory the same way (markers, restored downloads).
pub fn place_bytes(
    root: &Path,
    key: impl AsRef<Path>,
    bytes: &[u8],
    mtime_ns: i64,
    mode: Option<u32>,
) -> Result<Placed> {
    Target::new(root, key.as_ref())?.fill(mtime_ns, mode, |part, path| {
        part.write_all(bytes).at("write", path)
    })
}

/// Places what `next` gives piece by piece (a download), once its digest and length are the expected ones.
pub fn place_stream(
    root: &Path,
    key: impl AsRef<Path>,
    expect: (Sha256, u64),
    mtime_ns: i64,
    mode: Option<u32>,
    next: &mut dyn FnMut() -> io::Result<Option<Vec<u8>>>,
) -> Result<Placed> {
    let mut hasher = sha2::Sha256::new();
    let mut written = 0u64;
    Target::new(root, key.as_ref())?.fill(mtime_ns, mode, |part, path| {
        while let Some(piece) = next().at("download", path)? {
            hasher.update(&piece);
            part.write_all(&piece).at("write", path)?;
            written += piece.len() as u64;
        }
        let same = (Sha256(hasher.finalize_reset().into()), written) == expect;
        if same {
            Ok(())
        } else {
            Err(Error::WrongBytes(path.to_owned()))
        }
    })
}

/// Places what `from` gives, exactly `size` bytes (an archive's entry): whoever reads knows whether they are the right
/// ones, and an error of its own condemns the part. `on_bytes` sees progress and may stop.
pub fn place_read(
    root: &Path,
    key: impl AsRef<Path>,
    size: u64,
    mtime_ns: i64,
    from: &mut dyn Read,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Result<Placed> {
    let key = key.as_ref();
    let given = root.join(key);
    let mut chunk = vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK).max(1))];
    let mut written = 0u64;
    Target::new(root, key)?.fill(mtime_ns, None, |part, path| {
        loop {
            let n = from.read(&mut chunk).at("unpack", &given)?;
            if n == 0 {
                break;
            }
            written += n as u64;
            if written > size {
                return Err(Error::WrongBytes(given.clone()));
            }
            part.write_all(&chunk[..n]).at("write", path)?;
            if !on_bytes(n as u64) {
                return Err(Error::Stopped);
            }
        }
        if written == size {
            Ok(())
        } else {
            Err(Error::WrongBytes(given.clone()))
        }
    })
}

/// Removes what killed runs left under the temporary names of `key`.
pub fn sweep_part(root: &Path, key: &str) -> Result<()> {
    for part in part_paths(&root.join(key)) {
        remove_abandoned(&part)?;
    }
    Ok(())
}

struct Target {
    path: PathBuf,
    folder: PathBuf,
    made_dirs: Vec<PathBuf>,
}

impl Target {
    fn new(root: &Path, key: &Path) -> Result<Self> {
        let path = root.join(key);
        let folder = path
            .parent()
            .ok_or_else(|| Error::NotRegular(path.clone()))?
            .to_owned();
        let made_dirs = make_dirs(root, &folder)?;
        Ok(Self {
            path,
            folder,
            made_dirs,
        })
    }

    fn fill(
        self,
        mtime_ns: i64,
        mode: Option<u32>,
        write: impl FnOnce(&mut File, &Path) -> Result<()>,
    ) -> Result<Placed> {
        let (part, file) = create_part(&self.path, mode.unwrap_or(0o644))?;
        let made = self.fill_part(&part, file, mtime_ns, mode, write);
        if made.is_err() {
            // The part is worth nothing; failing to remove it changes nothing either, the next run sweeps it.
            unlink(&part).ok();
        }
        Ok(Placed {
            identity: made?,
            made_dirs: self.made_dirs,
        })
    }

    fn fill_part(
        &self,
        part: &Path,
        mut file: File,
        mtime_ns: i64,
        mode: Option<u32>,
        write: impl FnOnce(&mut File, &Path) -> Result<()>,
    ) -> Result<Identity> {
        write(&mut file, part)?;
        let stamp = time_of(mtime_ns);
        file.set_times(FileTimes::new().set_modified(stamp).set_accessed(stamp))
            .at("set the times of", part)?;
        if let Some(mode) = mode {
            rustix::fs::fchmod(&file, rustix::fs::Mode::from_raw_mode(mode))
                .at("set the permissions of", part)?;
        }
        file.sync_all().at("sync", part)?;
        publish(part, &self.path)?;
        sync_dir(&self.folder)?;
        Ok(from_metadata(&file.metadata().at("look at", &self.path)?))
    }
}

/// rename(2) without replacing; where the file system cannot, link(2) + unlink(2), which cannot replace either.
pub(crate) fn publish(part: &Path, path: &Path) -> Result<()> {
    let renamed = rustix::fs::renameat_with(CWD, part, CWD, path, RenameFlags::NOREPLACE);
    match renamed.map_err(io::Error::from) {
        Ok(()) => Ok(()),
        Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists(path.to_owned())),
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            match rustix::fs::linkat(CWD, part, CWD, path, AtFlags::empty()).map_err(io::Error::from) {
                Ok(()) => unlink(part).at("remove", part),
                Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {
                    Err(Error::Exists(path.to_owned()))
                }
                Err(other) => Err(other).at("name", path),
            }
        }
        Err(other) => Err(other).at("name", path),
    }
}

pub(crate) fn unlink(path: &Path) -> io::Result<()> {
    rustix::fs::unlink(path).map_err(io::Error::from)
}

/// As many programs can place one name at a time.
const PARTS: usize = 8;

/// The same few names for a key each time, so that a resumed run finds and sweeps them; in the same folder, so that the
/// rename stays on one disk.
fn part_paths(path: &Path) -> impl Iterator<Item = PathBuf> {
    let digest = sha2::Sha256::digest(path.file_name().unwrap_or_default().as_encoded_bytes());
    let short: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    (0..PARTS).map(move |n| {
        let end = if n == 0 { String::new() } else { format!("-{n}") };
        path.with_file_name(format!("{PART_PREFIX}{short}{end}"))
    })
}

/// A part that is ours alone, under the first name that no living program uses.
pub(crate) fn create_part(path: &Path, mode: u32) -> Result<(PathBuf, File)> {
    let mut last = None;
    for part in part_paths(path) {
        remove_abandoned(&part)?;
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&part);
        match made {
            Ok(file) => {
                // Somebody may have taken it for abandoned before it was locked: then it is not under its name any more.
                if !is_locked_by_another(&file) && is_still_at(&file, &part)? {
                    return Ok((part, file));
                }
            }
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {}
            Err(other) => return Err(other).at("create", &part),
        }
        last = Some(part);
    }
    let busy = io::Error::new(
        io::ErrorKind::ResourceBusy,
        "several programs write it at the moment",
    );
    Err(busy).at("create", last.as_deref().unwrap_or(path))
}

/// Removes a part whose program is dead.
fn remove_abandoned(part: &Path) -> Result<()> {
    let open = OpenOptions::new()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
        .open(part);
    let file = match open {
        Ok(file) => file,
        Err(gone)
            if matches!(
                gone.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::PermissionDenied
            ) =>
        {
            return Ok(());
        }
        Err(other) => return Err(other).at("remove", part),
    };
    if is_locked_by_another(&file) {
        return Ok(());
    }
    match unlink(part) {
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.at("remove", part),
    }
}

/// Locks the file, or says that somebody has. Network folders may have no locks, and say so in many ways: there a part is
/// told from a living one as little as without.
fn is_locked_by_another(file: &File) -> bool {
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

fn is_still_at(file: &File, path: &Path) -> Result<bool> {
    let own = file.metadata().at("look at", path)?;
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok((own.dev(), own.ino()) == (named.dev(), named.ino())),
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(other) => Err(other).at("look at", path),
    }
}

/// `mkdir -p` that tells which folders are new, and keeps the names of all: one that is there may have been made by a
/// killed run, or by another worker a moment ago, and not be synced yet. Stops at a link.
fn make_dirs(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut missing = Vec::new();
    let mut at = folder;
    loop {
        match std::fs::symlink_metadata(at) {
            Ok(meta) if meta.is_dir() || (at == root && at.is_dir()) => break,
            Ok(_) => {
                let not_a_folder = io::Error::new(io::ErrorKind::NotADirectory, "it is not a folder");
                return Err(not_a_folder).at("use", at);
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => missing.push(at.to_owned()),
            Err(other) => return Err(other).at("look at", at),
        }
        let Some(parent) = at.parent() else { break };
        at = parent;
    }
    let mut made = Vec::new();
    for path in missing.into_iter().rev() {
        match std::fs::create_dir(&path) {
            Ok(()) => {
                forget_folder(&path);
                made.push(path);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(other) => return Err(other).at("make the folder", &path),
        }
    }
    keep_folder(folder)?;
    Ok(made)
}

fn time_of(ns: i64) -> std::time::SystemTime {
    let offset = Duration::from_nanos(ns.unsigned_abs());
    let stamp = if ns >= 0 {
        UNIX_EPOCH.checked_add(offset)
    } else {
        UNIX_EPOCH.checked_sub(offset)
    };
    stamp.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> (tempfile::TempDir, Identity, Sha256) {
        let dir = tempfile::tempdir().expect("temp dir");
        place_bytes(dir.path(), "src.jpg", b"hello", 1_600_000_000_123_456_789, None).expect("source");
        let identity = crate::identity_of(&dir.path().join("src.jpg")).expect("identity");
        (dir, identity, Sha256(sha2::Sha256::digest(b"hello").into()))
    }

    fn source<'a>(root: &'a Path, identity: Identity, sha256: Sha256) -> Source<'a> {
        Source {
            root,
            below: Path::new("src.jpg"),
            expect: Some(identity),
            sha256,
            size: 5,
            mtime_ns: identity.mtime_ns,
            mode: None,
        }
    }

    #[test]
    fn two_that_place_one_name_never_write_one_part() {
        let (dir, identity, sha256) = fixture();
        let target = dir.path().join("a.jpg");
        let (slow, mut held) = create_part(&target, 0o644).expect("a part");
        held.write_all(b"half").expect("write");
        let source = source(dir.path(), identity, sha256);
        place(dir.path(), "a.jpg", &source, &mut |_| true).expect("placed beside");
        assert_eq!(std::fs::read(&target).expect("read"), b"hello");
        assert_eq!(
            std::fs::read(&slow).expect("read"),
            b"half",
            "the other's part is left alone"
        );
        sweep_part(dir.path(), "a.jpg").expect("sweep");
        assert!(slow.exists(), "its program lives");
        drop(held);
        sweep_part(dir.path(), "a.jpg").expect("sweep");
        assert!(!slow.exists(), "its program is dead");
    }

    #[test]
    fn places_with_times_and_never_replaces() {
        let (dir, identity, sha) = fixture();
        let root = dir.path().join("dest");
        let placed = place(
            &root,
            "a/b/x.jpg",
            &source(dir.path(), identity, sha),
            &mut |_| true,
        )
        .expect("place");
        assert_eq!(placed.identity.mtime_ns, 1_600_000_000_123_456_789);
        assert_eq!(placed.made_dirs, [root.clone(), root.join("a"), root.join("a/b")]);
        let again = place(
            &root,
            "a/b/x.jpg",
            &source(dir.path(), identity, sha),
            &mut |_| true,
        );
        assert!(matches!(again, Err(Error::Exists(_))));
        assert_eq!(
            std::fs::read_dir(root.join("a/b")).expect("list").count(),
            1,
            "no part file stays"
        );
    }

    #[test]
    fn wrong_bytes_never_get_the_final_name() {
        let (dir, identity, _) = fixture();
        let root = dir.path().join("dest");
        let wrong = source(dir.path(), identity, Sha256([0; 32]));
        assert!(matches!(
            place(&root, "x.jpg", &wrong, &mut |_| true),
            Err(Error::WrongBytes(_))
        ));
        assert_eq!(std::fs::read_dir(&root).expect("list").count(), 0);
    }

    #[test]
    fn what_is_read_gets_its_name_only_with_as_many_bytes_as_were_told() {
        let dir = tempfile::tempdir().expect("temp dir");
        let place = |size: u64, mut bytes: &[u8]| {
            place_read(
                dir.path(),
                "a/x.jpg",
                size,
                1_600_000_000_000_000_000,
                &mut bytes,
                &mut |_| true,
            )
        };
        for wrong in [4, 6, 0] {
            assert!(
                matches!(place(wrong, b"hello"), Err(Error::WrongBytes(_))),
                "{wrong}"
            );
        }
        let mut fails = std::io::Read::chain(&b"he"[..], Failing);
        let failed = place_read(dir.path(), "a/x.jpg", 5, 0, &mut fails, &mut |_| true);
        assert!(matches!(failed, Err(Error::Io { op: "unpack", .. })));
        let stopped = place_read(dir.path(), "a/x.jpg", 5, 0, &mut &b"hello"[..], &mut |_| false);
        assert!(matches!(stopped, Err(Error::Stopped)));
        assert_eq!(std::fs::read_dir(dir.path().join("a")).expect("list").count(), 0);
        let placed = place(5, b"hello").expect("placed");
        assert_eq!(placed.identity.mtime_ns, 1_600_000_000_000_000_000);
        assert!(matches!(place(5, b"other"), Err(Error::Exists(_))));
        assert_eq!(std::fs::read(dir.path().join("a/x.jpg")).expect("read"), b"hello");
    }

    struct Failing;

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("a wrong sum"))
        }
    }

    #[test]
    fn a_source_touched_since_the_scan_is_refused() {
        let (dir, mut identity, sha) = fixture();
        identity.ctime_ns -= 1;
        let result = place(
            &dir.path().join("d"),
            "x.jpg",
            &source(dir.path(), identity, sha),
            &mut |_| true,
        );
        assert!(matches!(result, Err(Error::NotTheSame(_))));
    }

    #[test]
    fn a_left_over_part_is_swept_and_does_not_hinder() {
        let (dir, identity, sha) = fixture();
        let root = dir.path().join("dest");
        place_bytes(&root, "other", b"", 0, None).expect("folder");
        let part = part_paths(&root.join("x.jpg")).next().expect("a name");
        place_bytes(&root, part.file_name().expect("name"), b"half", 0, None).expect("part");
        sweep_part(&root, "x.jpg").expect("sweep");
        assert!(!part.exists());
        place(&root, "x.jpg", &source(dir.path(), identity, sha), &mut |_| true).expect("place");
    }

    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let (dir, identity, sha) = fixture();
        let root = dir.path().join("dest");
        place_bytes(&root, "other", b"", 0, None).expect("folder");
        std::os::unix::fs::symlink(dir.path(), root.join("a")).expect("link");
        assert!(
            place(&root, "a/x.jpg", &source(dir.path(), identity, sha), &mut |_| {
                true
            })
            .is_err()
        );
    }
}
