//! Which of several files hold the same bytes. Read-only, and nothing is kept: for the first look at duplicates, where
//! a digest of every file would cost more than the answer is worth.

use crate::error::{At, Error, Result};
use crate::identity::from_metadata;
use crate::open::open_regular;
use albumen_model::{Identity, Sha256};
use sha2::Digest;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Two different files mostly differ here already: EXIF dates, compressed pixels.
const FIRST: usize = 4096;
/// Then files are read in larger pieces, as much of each at a time.
const PIECE: usize = 64 * 1024;

/// The digest of the first and the last 4 KiB: sorts a crowd of files of one size before they are read whole.
pub fn digest_ends(path: &Path) -> Result<(Sha256, Identity)> {
    let (file, identity) = open_regular(path)?;
    let mut hasher = sha2::Sha256::new();
    let mut end = [0; FIRST];
    let last = identity.size.saturating_sub(FIRST as u64);
    for at in [0, last] {
        let n = file.read_at(&mut end, at).at("read", path)?;
        hasher.update(&end[..n]);
    }
    Ok((Sha256(hasher.finalize().into()), identity))
}

/// Sorts files of `size` bytes into sets with the same bytes, comparing every byte; files that stand alone are left
/// out. All are open at the same time, so callers give few. A file that cannot be read to its end, or is not the one
/// whose size was seen, is in no set but among the errors.
pub fn same_bytes(paths: &[&Path], size: u64) -> (Vec<Vec<usize>>, Vec<Error>) {
    let mut errors = Vec::new();
    let mut open = Vec::with_capacity(paths.len());
    for (index, path) in paths.iter().enumerate() {
        match Reader::open(index, path, size) {
            Ok(reader) => open.push(reader),
            Err(error) => errors.push(error),
        }
    }
    let mut sets = vec![open];
    let mut same = Vec::new();
    while let Some(set) = sets.pop() {
        if set.len() < 2 {
            continue;
        }
        let (parts, ended) = next_piece(set, &mut errors);
        if ended {
            same.extend(
                parts
                    .into_iter()
                    .map(|part| part.iter().map(|one| one.index).collect()),
            );
        } else {
            sets.extend(parts);
        }
    }
    same.retain(|set: &Vec<usize>| set.len() > 1);
    (same, errors)
}

/// Reads on in every file of a set and splits it by what came. True when the files are at their end.
fn next_piece<'a>(set: Vec<Reader<'a>>, errors: &mut Vec<Error>) -> (Vec<Vec<Reader<'a>>>, bool) {
    let mut parts: Vec<Vec<Reader>> = Vec::new();
    let mut ended = true;
    for mut one in set {
        if let Err(error) = one.fill() {
            errors.push(error);
            continue;
        }
        ended &= one.left == 0;
        match parts.iter_mut().find(|part| part[0].piece == one.piece) {
            Some(part) => part.push(one),
            None => parts.push(vec![one]),
        }
    }
    (parts, ended)
}

struct Reader<'a> {
    index: usize,
    path: &'a Path,
    file: File,
    identity: Identity,
    piece: Vec<u8>,
    left: u64,
}

impl<'a> Reader<'a> {
    fn open(index: usize, path: &'a Path, size: u64) -> Result<Self> {
        let (file, identity) = open_regular(path)?;
        if identity.size != size {
            return Err(Error::Changed(path.to_owned()));
        }
        Ok(Self {
            index,
            path,
            file,
            identity,
            piece: Vec::new(),
            left: size,
        })
    }

    /// The next piece; at the end of the file, also that it is still the file that was opened.
    fn fill(&mut self) -> Result<()> {
        let most = if self.piece.is_empty() { FIRST } else { PIECE };
        let n = usize::try_from(self.left).map_or(most, |left| left.min(most));
        self.piece.resize(n, 0);
        self.file.read_exact(&mut self.piece).map_err(|error| {
            if error.kind() == std::io::ErrorKind::UnexpectedEof {
                return Error::Changed(self.path.to_owned());
            }
            Error::Io {
                op: "read",
                path: self.path.to_owned(),
                source: error,
            }
        })?;
        self.left -= n as u64;
        if self.left == 0 {
            let now = from_metadata(&self.file.metadata().at("look at", self.path)?);
            if now != self.identity {
                return Err(Error::Changed(self.path.to_owned()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn files_are_the_same_to_the_last_byte_or_not_at_all() {
        let dir = tempfile::tempdir().expect("temp dir");
        let body = vec![7; 3 * PIECE];
        let (mut early, mut late) = (body.clone(), body.clone());
        early[10] = 8;
        late[3 * PIECE - 1] = 8;
        let paths: Vec<_> = [&body, &early, &late, &body, &late, &body]
            .iter()
            .enumerate()
            .map(|(index, bytes)| {
                let path = dir.path().join(index.to_string());
                File::create(&path)
                    .and_then(|mut file| file.write_all(bytes))
                    .expect("write");
                path
            })
            .collect();
        let missing = dir.path().join("missing");
        let all: Vec<&Path> = paths
            .iter()
            .chain([&missing])
            .map(std::path::PathBuf::as_path)
            .collect();
        let (mut sets, errors) = same_bytes(&all, body.len() as u64);
        sets.sort();
        assert_eq!(sets, [vec![0, 3, 5], vec![2, 4]]);
        assert!(matches!(errors.as_slice(), [Error::Io { .. }]));
        let (sets, errors) = same_bytes(&all[..2], 5);
        assert!(sets.is_empty() && errors.len() == 2, "another size than was seen");
        assert_eq!(
            digest_ends(all[0]).expect("ends").0,
            digest_ends(all[3]).expect("ends").0
        );
        assert_ne!(
            digest_ends(all[0]).expect("ends").0,
            digest_ends(all[2]).expect("ends").0
        );
    }
}
