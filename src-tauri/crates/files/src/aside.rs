//! Stepping aside: what is to go is renamed first, looked at under the new name, and removed only there. Nobody who opens,
//! replaces or edits it by its own name between the look and the removal can lose anything: they find the name free.
//!
//! Invariant: whatever is found to be another file than expected stands again under its name, or, where that was taken
//! meanwhile, beside it. A run that is killed in between leaves the file under the name of [`aside_name`];
//! [`settle_original`] and [`settle_placed`] end that.

use crate::durable::sync_names;
use crate::error::{At, Error, Result};
use crate::identity::from_metadata;
use crate::open::parent_handle;
use albumen_model::{Identity, Sha256};
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use sha2::Digest;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

const PREFIX: &str = ".albumen-leaving-";
/// Names beside one that was taken are tried so often.
const BESIDE: u32 = 100;

/// The same for a name each time, so that it is found after a crash.
fn aside_name(name: &Path) -> PathBuf {
    let digest = sha2::Sha256::digest(name.as_os_str().as_encoded_bytes());
    let short: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    PathBuf::from(format!("{PREFIX}{short}"))
}

/// Something that stands under its aside name, in a folder that is held.
pub(crate) struct Aside<'a> {
    parent: &'a OwnedFd,
    name: &'a Path,
    /// For messages.
    path: &'a Path,
    aside: PathBuf,
}

impl<'a> Aside<'a> {
    pub fn step(parent: &'a OwnedFd, name: &'a Path, path: &'a Path) -> Result<Self> {
        let aside = aside_name(name);
        rename_free(parent, name, &aside).at("set aside", path)?;
        Ok(Self {
            parent,
            name,
            path,
            aside,
        })
    }

    /// Removes it if it is `expect` to the last byte, or else puts it back. Its change time is that of the rename, so the
    /// bytes are read once more.
    pub fn remove_if(self, expect: &Identity, sha256: &Sha256) -> Result<()> {
        let (file, seen) = match self.compare(expect, sha256) {
            Ok(same) => same,
            Err(other) => {
                self.put_back()?;
                return Err(other);
            }
        };
        if let Err(refused) = rustix::fs::unlinkat(self.parent, &self.aside, AtFlags::empty()) {
            self.put_back()?;
            return Err(refused).at("remove", self.path);
        }
        self.bring_back_if_written(file, &seen, sha256)?;
        self.keep_names()
    }

    /// A power cut must not bring back what is written down as gone, nor leave under its aside name what stands again.
    fn keep_names(&self) -> Result<()> {
        sync_names(self.parent).at("sync the folder of", self.path)
    }

    fn compare(&self, expect: &Identity, sha256: &Sha256) -> Result<(File, Identity)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(self.parent, &self.aside, flags, Mode::empty());
        let mut file = File::from(opened.at("open", self.path)?);
        let meta = file.metadata().at("look at", self.path)?;
        if !meta.is_file() {
            return Err(Error::NotRegular(self.path.to_owned()));
        }
        let seen = from_metadata(&meta);
        if !same_but_renamed(&seen, expect) {
            return Err(Error::NotTheSame(self.path.to_owned()));
        }
        let holds = digest(&mut file).at("read", self.path)?;
        let after = from_metadata(&file.metadata().at("look at", self.path)?);
        if after != seen || holds != *sha256 {
            return Err(Error::NotTheSame(self.path.to_owned()));
        }
        Ok((file, seen))
    }

    fn put_back(&self) -> Result<()> {
        for name in names(self.name) {
            match rename_free(self.parent, &self.aside, &name) {
                // Somebody else took it away: there is nothing to put back.
                Ok(()) | Err(Errno::NOENT) => return self.keep_names(),
                Err(Errno::EXIST | Errno::NAMETOOLONG) => {}
                Err(other) => return Err(other).at("put back", self.path),
            }
        }
        Err(Error::Exists(self.path.to_owned()))
    }

    /// Whoever had it open all along may have written until it was gone, and have put its time back, so that only the bytes
    /// tell. Then these, still held here, get the name again.
    fn bring_back_if_written(&self, mut file: File, seen: &Identity, sha256: &Sha256) -> Result<()> {
        // It has gone; what cannot be told any more is no reason to say that it stands.
        let is_as_seen = file
            .metadata()
            .map_or(true, |meta| same_but_renamed(&from_metadata(&meta), seen));
        if is_as_seen && digest(&mut file).map_or(true, |holds| holds == *sha256) {
            return Ok(());
        }
        file.seek(SeekFrom::Start(0)).at("read", self.path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        for name in names(self.name) {
            match rustix::fs::openat(self.parent, &name, flags, Mode::from_raw_mode(seen.mode)) {
                Ok(fd) => {
                    let mut to = File::from(fd);
                    std::io::copy(&mut file, &mut to).at("bring back", self.path)?;
                    to.flush().at("bring back", self.path)?;
                    to.sync_all().at("bring back", self.path)?;
                    self.keep_names()?;
                    return Err(Error::NotTheSame(self.path.to_owned()));
                }
                Err(Errno::EXIST | Errno::NAMETOOLONG) => {}
                Err(other) => return Err(other).at("bring back", self.path),
            }
        }
        Err(Error::Exists(self.path.to_owned()))
    }
}

/// Of the whole file, wherever it was read to before.
fn digest(file: &mut File) -> std::io::Result<Sha256> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = sha2::Sha256::new();
    let mut chunk = vec![0; 128 * 1024];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(Sha256(hasher.finalize().into())),
            Ok(n) => hasher.update(&chunk[..n]),
            Err(again) if again.kind() == std::io::ErrorKind::Interrupted => {}
            Err(failed) => return Err(failed),
        }
    }
}

/// Ends what a killed run began with the original `below`: puts it back if it was set aside. Whether it stands in its
/// folder then, also after a power cut. An error where that cannot be told: a folder that is away is no sign of a removal.
pub fn settle_original(root: &Path, below: &Path) -> Result<bool> {
    let (parent, name) = parent_handle(root, below)?;
    let stands = settle(&parent, name, &root.join(below))?;
    sync_names(&parent).at("sync the folder of", &root.join(below))?;
    Ok(stands)
}

fn settle(parent: &OwnedFd, name: &Path, path: &Path) -> Result<bool> {
    let aside = Aside {
        parent,
        name,
        path,
        aside: aside_name(name),
    };
    let stands = |name: &Path| match rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(_) => Ok(true),
        Err(Errno::NOENT) => Ok(false),
        Err(other) => Err(other).at("look at", path),
    };
    if stands(&aside.aside)? {
        aside.put_back()?;
    }
    stands(name)
}

/// The same for what a roll back removes at a folder destination. Where its folder is gone, nothing stands. Whoever needs it
/// to be so after a power cut keeps the name, or its absence.
pub fn settle_placed(root: &Path, key: &str) -> Result<bool> {
    let gone = [std::io::ErrorKind::NotFound, std::io::ErrorKind::NotADirectory];
    let settled =
        parent_handle(root, Path::new(key)).and_then(|(parent, name)| settle(&parent, name, &root.join(key)));
    match settled {
        Err(Error::Io { source, .. }) if gone.contains(&source.kind()) => Ok(false),
        settled => settled,
    }
}

/// Its own name, then names beside it that say what it is.
pub(crate) fn names(name: &Path) -> impl Iterator<Item = PathBuf> {
    let beside = (1..BESIDE).flat_map(move |n| {
        let mut long = OsString::from(format!("kept-{n}-"));
        long.push(name);
        [
            PathBuf::from(long),
            PathBuf::from(format!("kept-{n}-of-a-long-name")),
        ]
    });
    std::iter::once(name.to_owned()).chain(beside)
}

/// rename(2) that refuses to replace; where the file system cannot, a look before it. Names are below `parent`, or whole.
pub(crate) fn rename_free(parent: impl AsFd, from: &Path, to: &Path) -> std::result::Result<(), Errno> {
    match rustix::fs::renameat_with(&parent, from, &parent, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            match rustix::fs::statat(&parent, to, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(_) => Err(Errno::EXIST),
                Err(Errno::NOENT) => rustix::fs::renameat(&parent, from, &parent, to),
                Err(other) => Err(other),
            }
        }
        done => done,
    }
}

/// All but the change time, which a rename and an unlink set.
pub(crate) fn same_but_renamed(one: &Identity, other: &Identity) -> bool {
    let of = |it: &Identity| (it.dev, it.ino, it.size, it.mtime_ns);
    of(one) == of(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{identity_of, place_bytes};

    struct Scene {
        dir: tempfile::TempDir,
        expect: Identity,
        sha256: Sha256,
    }

    impl Scene {
        fn new() -> Self {
            let dir = tempfile::tempdir().expect("temp dir");
            place_bytes(
                dir.path(),
                "x.jpg",
                b"the original",
                1_600_000_000_000_000_000,
                None,
            )
            .expect("file");
            let expect = identity_of(&dir.path().join("x.jpg")).expect("identity");
            let sha256 = Sha256(sha2::Sha256::digest(b"the original").into());
            Self { dir, expect, sha256 }
        }

        fn bytes(&self, name: &str) -> Option<Vec<u8>> {
            std::fs::read(self.dir.path().join(name)).ok()
        }

        /// Steps aside, lets `meanwhile` happen, and removes.
        fn remove(&self, meanwhile: impl FnOnce(&Path)) -> Result<()> {
            let path = self.dir.path().join("x.jpg");
            let (parent, name) = parent_handle(self.dir.path(), Path::new("x.jpg")).expect("folder");
            let aside = Aside::step(&parent, name, &path).expect("aside");
            meanwhile(&self.dir.path().join(&aside.aside));
            aside.remove_if(&self.expect, &self.sha256)
        }

        fn names(&self) -> Vec<String> {
            let entries = std::fs::read_dir(self.dir.path()).expect("list");
            let mut names: Vec<String> = entries
                .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            names
        }
    }

    #[test]
    fn what_is_the_same_goes_and_nothing_is_left() {
        let scene = Scene::new();
        scene.remove(|_| ()).expect("removed");
        assert_eq!(scene.names(), [""; 0]);
    }

    #[test]
    fn what_was_edited_stands_again_even_with_its_size_and_time() {
        let scene = Scene::new();
        let edit = |aside: &Path| {
            let mut file = File::options().write(true).open(aside).expect("open");
            file.write_all(b"THE").expect("edit");
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
            file.set_modified(time).expect("time");
        };
        assert!(matches!(scene.remove(edit), Err(Error::NotTheSame(_))));
        assert_eq!(scene.bytes("x.jpg").expect("there"), b"THE original");
        assert_eq!(scene.names(), ["x.jpg"]);
    }

    #[test]
    fn a_new_file_under_the_name_is_left_alone_and_the_other_stands_beside_it() {
        let scene = Scene::new();
        let edit = |aside: &Path| {
            place_bytes(scene.dir.path(), "x.jpg", b"a new one", 0, None).expect("file");
            File::options()
                .append(true)
                .open(aside)
                .expect("open")
                .write_all(b"!")
                .expect("edit");
        };
        assert!(scene.remove(edit).is_err());
        assert_eq!(scene.bytes("x.jpg").expect("there"), b"a new one");
        assert_eq!(scene.bytes("kept-1-x.jpg").expect("there"), b"the original!");
    }

    #[test]
    fn a_folder_a_link_and_a_fifo_come_back_as_they_were() {
        let dir = tempfile::tempdir().expect("temp dir");
        let (path, name) = (dir.path().join("x"), Path::new("x"));
        let expect = identity_of(dir.path()).expect("identity");
        let made: [&dyn Fn(); 3] = [
            &|| std::fs::create_dir(&path).expect("folder"),
            &|| std::os::unix::fs::symlink("/", &path).expect("link"),
            &|| {
                let (kind, mode) = (rustix::fs::FileType::Fifo, Mode::from_raw_mode(0o600));
                rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).expect("fifo");
            },
        ];
        for make in made {
            make();
            let before = std::fs::symlink_metadata(&path).expect("there").file_type();
            let (parent, _) = parent_handle(dir.path(), name).expect("folder");
            let aside = Aside::step(&parent, name, &path).expect("aside");
            assert!(aside.remove_if(&expect, &Sha256([0; 32])).is_err());
            assert_eq!(
                std::fs::symlink_metadata(&path).expect("there").file_type(),
                before
            );
            rustix::fs::rename(&path, dir.path().join(format!("{:?}", std::time::Instant::now())))
                .expect("away");
        }
    }

    /// Lets `write` happen, by one who had it open, when all was compared and just before it goes.
    fn brought_back(write: impl FnOnce(&mut File)) -> Option<Vec<u8>> {
        let scene = Scene::new();
        let path = scene.dir.path().join("x.jpg");
        let (parent, name) = parent_handle(scene.dir.path(), Path::new("x.jpg")).expect("folder");
        let mut held = File::options().write(true).open(&path).expect("open");
        let aside = Aside::step(&parent, name, &path).expect("aside");
        let (file, seen) = aside.compare(&scene.expect, &scene.sha256).expect("the same");
        write(&mut held);
        rustix::fs::unlinkat(&parent, &aside.aside, AtFlags::empty()).expect("removed");
        let ended = aside.bring_back_if_written(file, &seen, &scene.sha256);
        assert_eq!(ended.is_err(), path.exists());
        scene.bytes("x.jpg")
    }

    #[test]
    fn what_was_written_by_one_who_had_it_open_is_brought_back() {
        assert_eq!(brought_back(|_| ()), None);
        let append = |held: &mut File| {
            held.seek(SeekFrom::End(0)).expect("seek");
            held.write_all(b", edited").expect("edit");
        };
        assert_eq!(brought_back(append).expect("there"), b"the original, edited");
        let edit_and_put_the_time_back = |held: &mut File| {
            held.write_all(b"THE").expect("edit");
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
            held.set_modified(time).expect("time");
        };
        assert_eq!(
            brought_back(edit_and_put_the_time_back).expect("there"),
            b"THE original"
        );
    }

    #[test]
    fn what_a_killed_run_left_aside_is_put_back() {
        let scene = Scene::new();
        let path = scene.dir.path().join("x.jpg");
        let (parent, name) = parent_handle(scene.dir.path(), Path::new("x.jpg")).expect("folder");
        drop(Aside::step(&parent, name, &path).expect("aside"));
        assert!(!path.exists());
        for _ in 0..2 {
            assert!(settle_original(scene.dir.path(), Path::new("x.jpg")).expect("put back"));
            assert_eq!(scene.bytes("x.jpg").expect("there"), b"the original");
        }
        rustix::fs::unlink(&path).expect("removed");
        assert!(!settle_original(scene.dir.path(), Path::new("x.jpg")).expect("gone"));
        assert!(settle_original(&scene.dir.path().join("away"), Path::new("x.jpg")).is_err());
        assert!(!settle_placed(scene.dir.path(), "away/x.jpg").expect("nothing is there"));
    }
}
