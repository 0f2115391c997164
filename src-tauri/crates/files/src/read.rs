//! The one read: bytes go past once, and the digest comes from exactly those bytes.

use crate::direct::{Aligned, Direct};
use crate::error::{At, Error, Result};
use crate::identity::from_metadata;
use crate::load::Original;
use crate::open::open_regular;
use albumen_model::{Identity, Sha256};
use sha2::Digest;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Measured on this machine class: 64 to 256 KiB read as fast as anything larger.
const CHUNK: usize = 256 * 1024;

/// Without the cache there is no reading ahead, so each request is larger.
const COLD_CHUNK: usize = 1024 * 1024;

/// What one pass over a file gives.
pub struct ReadThrough {
    pub sha256: Sha256,
    pub identity: Identity,
    /// The first `keep` bytes of the file, all of it when `whole`.
    pub head: Vec<u8>,
    pub whole: bool,
}

/// Reads `path` once to its end. `keep(identity)` says how many bytes to hold on to. A file that is not the same
/// (size, times, inode) at the end as at the start is an error, not a fingerprint.
pub fn read_through(
    path: &Path,
    keep: impl FnOnce(&Identity) -> usize,
    stop: &dyn Fn() -> bool,
) -> Result<ReadThrough> {
    let (file, identity) = open_regular(path)?;
    let mut file = Original::new(file, &identity);
    let size = usize::try_from(identity.size).unwrap_or(usize::MAX);
    let keep = keep(&identity);
    let mut head = Vec::with_capacity(keep.min(size));
    let mut hasher = sha2::Sha256::new();
    let mut read = 0u64;
    let mut chunk = vec![0; CHUNK.min(size.max(1))];
    loop {
        if stop() {
            return Err(Error::Stopped);
        }
        let n = file.read(&mut chunk).at("read", path)?;
        if n == 0 {
            break;
        }
        hasher.update(&chunk[..n]);
        read += n as u64;
        // A file that is still being written could keep this loop busy for ever.
        if read > identity.size {
            return Err(Error::Changed(path.to_owned()));
        }
        let room = keep.saturating_sub(head.len()).min(n);
        head.extend_from_slice(&chunk[..room]);
    }
    let after = from_metadata(&file.file().metadata().at("look at", path)?);
    if after != identity || read != identity.size {
        return Err(Error::Changed(path.to_owned()));
    }
    let whole = head.len() as u64 == identity.size;
    Ok(ReadThrough {
        sha256: Sha256(hasher.finalize().into()),
        identity,
        head,
        whole,
    })
}

/// The first bytes of `path`, at most `most`, for a first look. Proves nothing about the rest.
pub fn read_head(path: &Path, most: usize) -> Result<(Vec<u8>, Identity)> {
    let (file, identity) = open_regular(path)?;
    let size = usize::try_from(identity.size).unwrap_or(usize::MAX);
    let mut head = Vec::with_capacity(most.min(size));
    Original::new(file, &identity)
        .read_up_to(most as u64, &mut head)
        .at("read", path)?;
    Ok((head, identity))
}

/// Hashes what the *disk* holds: the page cache is dropped first and gone around, so a read-back cannot be answered
/// from memory.
/// Bytes that are not on the disk yet are synced before, because dirty pages cannot be dropped.
pub fn digest_cold(file: File, path: &Path, on_bytes: &mut dyn FnMut(u64) -> bool) -> Result<(Sha256, u64)> {
    file.sync_data().at("sync", path)?;
    // A file system without a page cache to drop (or a refusal) still leaves a full read.
    if let Err(refused) = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed) {
        debug_assert!(refused.raw_os_error() != 0);
    }
    let mut hasher = sha2::Sha256::new();
    let mut chunk = Aligned::new(COLD_CHUNK);
    let mut direct = Direct::new(&file);
    let mut total = 0;
    loop {
        let n = chunk.fill(&mut direct).at("read", path)?;
        if n == 0 {
            return Ok((Sha256(hasher.finalize().into()), total));
        }
        hasher.update(&chunk.bytes()[..n]);
        total += n as u64;
        if !on_bytes(n as u64) {
            return Err(Error::Stopped);
        }
    }
}

/// Of bytes that are held.
pub fn digest_of(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn keeps_the_head_and_hashes_all() {
        let mut file = tempfile::NamedTempFile::new().expect("temp file");
        file.write_all(b"abc").expect("write");
        let read = read_through(file.path(), |_| 2, &|| false).expect("read");
        assert_eq!(read.head, b"ab");
        assert!(!read.whole);
        assert_eq!(
            read.sha256.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_refused() {
        let mut file = tempfile::NamedTempFile::new().expect("temp file");
        file.write_all(&[7; 3 * CHUNK]).expect("write");
        let twin = std::cell::RefCell::new(file.reopen().expect("reopen"));
        let grow = || {
            std::io::Seek::seek(&mut *twin.borrow_mut(), std::io::SeekFrom::End(0)).expect("seek");
            twin.borrow_mut().write_all(b"x").expect("grow");
            false
        };
        assert!(matches!(
            read_through(file.path(), |_| 0, &grow),
            Err(Error::Changed(_))
        ));
    }

    #[test]
    fn links_and_fifos_are_refused_at_once() {
        let dir = tempfile::tempdir().expect("temp dir");
        let fifo = dir.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .expect("fifo");
        assert!(matches!(open_regular(&fifo), Err(Error::NotRegular(_))));
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&fifo, &link).expect("link");
        assert!(open_regular(&link).is_err());
    }
}
