//! What a running program has open, and how far it has read: to meddle with a file at the very moment it is read, without
//! waiting for any time to pass. By `/proc`.

use std::path::{Path, PathBuf};

/// A file that a program has open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number in that program.
    pub fd: String,
    pub path: PathBuf,
    /// Bytes from its beginning to where the next read begins.
    pub read: u64,
}

/// What the program `pid` has open below `below`. Nothing once it has ended.
pub fn held(pid: u32, below: &Path) -> Vec<Held> {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
    open.filter_map(|entry| {
        let fd = entry.ok()?.file_name().into_string().ok()?;
        let path = link(pid, &fd).filter(|path| path.starts_with(below))?;
        let read = read(pid, &fd)?;
        Some(Held { fd, path, read })
    })
    .collect()
}

/// How far a file that was seen open is read by now, also if it lost its name since; nothing when it was closed.
pub fn read_now(pid: u32, seen: &Held) -> Option<u64> {
    let is = link(pid, &seen.fd)?;
    let same = is.as_os_str().as_encoded_bytes();
    same.starts_with(seen.path.as_os_str().as_encoded_bytes())
        .then(|| read(pid, &seen.fd))?
}

fn link(pid: u32, fd: &str) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok()
}

fn read(pid: u32, fd: &str) -> Option<u64> {
    let info = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).ok()?;
    info.strip_prefix("pos:")?.lines().next()?.trim().parse().ok()
}

/// The program that a tracer has started, once it has.
pub fn child_of(pid: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn it_is_seen_how_far_a_file_is_read_and_that_it_was_closed() {
        let work = tempfile::tempdir().expect("a folder");
        let path = crate::write::put(work.path().join("a"), b"0123456789", 1);
        let me = std::process::id();
        assert_eq!(held(me, work.path()), []);
        let mut file = std::fs::File::open(&path).expect("open");
        file.read_exact(&mut [0; 4]).expect("read");
        let seen = held(me, work.path()).pop().expect("it is open");
        assert_eq!((&seen.path, seen.read), (&path, 4));
        file.read_exact(&mut [0; 2]).expect("read");
        assert_eq!(read_now(me, &seen), Some(6));
        drop(file);
        assert_eq!(read_now(me, &seen), None);
    }
}
