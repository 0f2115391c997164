//! Opening: no links followed, no waiting on FIFOs, regular files only.

use crate::error::{At, Error, Result};
use crate::identity::from_metadata;
use albumen_model::Identity;
use rustix::fs::{Mode, OFlags};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

/// Opens for reading. `O_NONBLOCK` keeps a FIFO that took the file's place from hanging us; it means nothing for
/// regular files.
pub fn open_regular(path: &Path) -> Result<(File, Identity)> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags, Mode::empty()).at("open", path)?;
    checked(File::from(fd), path)
}

/// Opens `below` under `root`, refusing a link anywhere on the way: a swapped parent folder cannot lead us elsewhere.
pub fn open_below(root: &Path, below: &Path) -> Result<(File, Identity)> {
    let (parent, name) = parent_handle(root, below)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let path = root.join(below);
    let fd = rustix::fs::openat(&parent, name, flags, Mode::empty()).at("open", &path)?;
    checked(File::from(fd), &path)
}

fn checked(file: File, path: &Path) -> Result<(File, Identity)> {
    let meta = file.metadata().at("look at", path)?;
    if !meta.is_file() {
        return Err(Error::NotRegular(path.to_owned()));
    }
    Ok((file, from_metadata(&meta)))
}

/// A handle on the folder that holds `below`, reached step by step without following links, and the last name.
pub(crate) fn parent_handle<'a>(root: &Path, below: &'a Path) -> Result<(OwnedFd, &'a Path)> {
    let directory = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut handle = rustix::fs::open(root, directory, Mode::empty()).at("open", root)?;
    let name = below
        .file_name()
        .map(Path::new)
        .ok_or_else(|| Error::NotRegular(root.join(below)))?;
    for part in below.parent().into_iter().flat_map(Path::components) {
        let Component::Normal(part) = part else {
            return Err(Error::NotRegular(root.join(below)));
        };
        handle = rustix::fs::openat(&handle, part, directory | OFlags::NOFOLLOW, Mode::empty())
            .at("open the folder of", &root.join(below))?;
    }
    Ok((handle, name))
}
