//! After the walks, before photos are put together: which of the files that were met under new paths are files that were
//! known, and have only been renamed or moved, also from one source to another.
//!
//! Invariant: a file is taken for another only when a scan read the same SHA-256 of it, and that other is not where it was.
//! One inode is one file; of another inode, the name must be the same. Where several fit equally well, none is taken.

use crate::api::AppError;
use crate::scan::stopped;
use albumen_catalog::{Arrival, Catalog, Former, Met, Rename};
use albumen_files::clock::now_ms;
use albumen_files::identity_of;
use albumen_migrate::Control;
use albumen_model::{FileId, Identity, RelPath};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Parts that change hands in one transaction.
const BATCH: usize = 200;
/// More equal files of one name than this are not told from each other.
const MOST_LOOKED_AT: usize = 500;

/// Gives renamed files their rows of before. Gives how many there were, and what else the scans met.
pub(crate) fn tell_apart(catalog: &Catalog, control: &Control) -> Result<(u64, Met), AppError> {
    // A row that has become another file's stays that; but the copies of what it was are this file's.
    let late = all_same_files(catalog, control, true)?;
    tie(catalog, &late.iter().map(|pair| pair.0).collect::<Vec<_>>())?;
    let pairs = all_same_files(catalog, control, false)?;
    let parts = parts(&pairs);
    for batch in parts.chunks(BATCH) {
        catalog.take_renames(batch, now_ms())?;
    }
    // So too where the row that the file has now cannot be given up.
    let taken: BTreeSet<FileId> = parts.iter().flatten().map(|one| one.arrival).collect();
    let left = pairs.iter().map(|pair| pair.0);
    let left: Vec<Rename> = left.filter(|one| !taken.contains(&one.arrival)).collect();
    let renamed = taken.len() + late.len() + left.len();
    tie(catalog, &left)?;
    Ok((renamed as u64, catalog.told_apart()?))
}

fn tie(catalog: &Catalog, pairs: &[Rename]) -> Result<(), AppError> {
    for batch in pairs.chunks(BATCH) {
        catalog.tie_renamed(batch, now_ms())?;
    }
    Ok(())
}

fn all_same_files(catalog: &Catalog, control: &Control, late: bool) -> Result<Vec<Pair>, AppError> {
    let mut pairs = Vec::new();
    for sha256 in catalog.arrived()? {
        if !control.go_on_blocking() {
            return Err(stopped());
        }
        let (arrivals, mut formers) = (catalog.arrivals(&sha256)?, catalog.formers(&sha256)?);
        formers.retain(|former| former.late == late);
        pairs.extend(same_files(&arrivals, &formers, &has_left, &stands));
    }
    Ok(pairs)
}

/// A rename, and whether the row that the file has now could be given up.
type Pair = (Rename, bool);

/// Which of `arrivals` are which of `formers`, all of one content.
fn same_files(
    arrivals: &[Arrival],
    formers: &[Former],
    has_left: &dyn Fn(&Former, &Arrival) -> bool,
    stands: &dyn Fn(&Arrival) -> bool,
) -> Vec<Pair> {
    let mut found = Found::default();
    // A number may be given anew, but not with the old time.
    let inode = |identity: &Identity| (identity.dev, identity.ino, identity.mtime_ns);
    let mut by_inode: BTreeMap<_, (Vec<&Arrival>, Vec<&Former>)> = BTreeMap::new();
    for one in arrivals {
        by_inode.entry(inode(&one.identity)).or_default().0.push(one);
    }
    for one in formers {
        if let Some(held) = by_inode.get_mut(&inode(&one.identity)) {
            held.1.push(one);
        }
    }
    for (arrivals, formers) in by_inode.values() {
        // However many rows one inode had, they are of one file: the one with copies counts, or the oldest.
        let left = |former: &&&Former| {
            let others = arrivals.iter().filter(|arrival| arrival.file != former.file);
            let mut others = others.peekable();
            others.peek().is_some() && others.all(|arrival| has_left(former, arrival))
        };
        let best = formers
            .iter()
            .filter(left)
            .min_by_key(|one| (!one.placed, one.file));
        found.settle(arrivals, best.map_or(&[], std::slice::from_ref), stands);
    }
    let mut by_name: BTreeMap<&[u8], (Vec<&Arrival>, Vec<&Former>)> = BTreeMap::new();
    for one in arrivals.iter().filter(|one| !found.arrivals.contains(&one.file)) {
        by_name.entry(one.path.name()).or_default().0.push(one);
    }
    for one in formers {
        // An original that we deleted and that is found again elsewhere is another copy, unless it is itself: it is brought
        // back to where it was.
        let could_be =
            (one.gone || one.replaced || one.late) && !one.removed && !found.formers.contains(&one.file);
        if let Some(held) = by_name.get_mut(name_of(&one.path)).filter(|_| could_be) {
            held.1.push(one);
        }
    }
    for (arrivals, mut formers) in by_name.into_values() {
        formers.retain(|former| arrivals.iter().all(|arrival| has_left(former, arrival)));
        found.settle(&arrivals, &formers, stands);
    }
    found.pairs
}

#[derive(Default)]
struct Found {
    pairs: Vec<Pair>,
    arrivals: BTreeSet<FileId>,
    formers: BTreeSet<FileId>,
}

impl Found {
    /// Takes those together that fit each other better than anybody else.
    fn settle(&mut self, arrivals: &[&Arrival], formers: &[&Former], stands: &dyn Fn(&Arrival) -> bool) {
        if arrivals.len().max(formers.len()) > MOST_LOOKED_AT {
            return;
        }
        loop {
            let arrivals: Vec<_> = arrivals
                .iter()
                .filter(|one| !self.arrivals.contains(&one.file))
                .collect();
            let formers: Vec<_> = formers
                .iter()
                .filter(|one| !self.formers.contains(&one.file))
                .collect();
            let mut settled = false;
            for arrival in &arrivals {
                let Some(former) = only_best(&formers, |former| alike(arrival, former)) else {
                    continue;
                };
                let back = only_best(&arrivals, |other| alike(other, former));
                if back.is_none_or(|back| back.file != arrival.file) || arrival.file == former.file {
                    continue;
                }
                if self.formers.contains(&former.file) || !stands(arrival) {
                    continue;
                }
                let rename = Rename {
                    arrival: arrival.file,
                    former: former.file,
                };
                self.pairs.push((rename, !arrival.bound));
                self.arrivals.insert(arrival.file);
                self.formers.insert(former.file);
                settled = true;
            }
            if !settled {
                return;
            }
        }
    }
}

/// The one that is better than all others; none where two are as good.
fn only_best<T, K: Ord>(all: &[T], good: impl Fn(&T) -> K) -> Option<&T> {
    let best = all.iter().max_by_key(|one| good(one))?;
    let is_only = all.iter().filter(|one| good(one) == good(best)).count() == 1;
    is_only.then_some(best)
}

/// Same name first, then folders in common, from the end and from the beginning.
fn alike(arrival: &Arrival, former: &Former) -> (bool, usize) {
    let (here, there) = (
        full(&arrival.root, &arrival.path),
        full(&former.root, &former.path),
    );
    let folders = |path: &PathBuf| path.parent().map(Path::to_owned).unwrap_or_default();
    let (here, there) = (folders(&here), folders(&there));
    let begin = here
        .iter()
        .zip(there.iter())
        .take_while(|(one, other)| one == other);
    let end = here.iter().rev().zip(there.iter().rev());
    let end = end.take_while(|(one, other)| one == other);
    (
        arrival.path.name() == name_of(&former.path),
        begin.count() + end.count(),
    )
}

/// What a NUL keeps apart has the name that stands before it.
fn name_of(path: &RelPath) -> &[u8] {
    let name = path.name();
    name.split(|byte| *byte == 0).next().unwrap_or(name)
}

fn full(root: &[u8], path: &RelPath) -> PathBuf {
    let told = path.0.split(|byte| *byte == 0).next().unwrap_or_default();
    Path::new(OsStr::from_bytes(root)).join(OsStr::from_bytes(told))
}

/// Is the file not at its old path any more? Not seen is not "not there".
fn has_left(former: &Former, arrival: &Arrival) -> bool {
    if former.replaced || former.late || former.path.0.contains(&0) {
        return true;
    }
    let root = Path::new(OsStr::from_bytes(&former.root));
    match full(&former.root, &former.path).symlink_metadata() {
        Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) && root.is_dir(),
        // Another file took its place, and was not read yet.
        Ok(there) if is_inode(&arrival.identity, &former.identity) && !is_at(&there, &former.identity) => {
            true
        }
        // A disk that does not mind the case shows it under both names.
        Ok(_) => {
            let (here, there) = (
                full(&arrival.root, &arrival.path),
                full(&former.root, &former.path),
            );
            let is_one = here != there
                && here.to_string_lossy().to_lowercase() == there.to_string_lossy().to_lowercase();
            former.gone && is_one && identity_of(&there).is_ok_and(|now| is_it(&now, &arrival.identity))
        }
    }
}

fn is_inode(one: &Identity, other: &Identity) -> bool {
    (one.dev, one.ino) == (other.dev, other.ino)
}

fn is_at(there: &Metadata, file: &Identity) -> bool {
    (there.dev(), there.ino()) == (file.dev, file.ino)
}

/// Is it still where it was read?
fn stands(arrival: &Arrival) -> bool {
    identity_of(&full(&arrival.root, &arrival.path)).is_ok_and(|now| is_it(&now, &arrival.identity))
}

fn is_it(now: &Identity, then: &Identity) -> bool {
    let of = |one: &Identity| (one.dev, one.ino, one.size, one.mtime_ns);
    of(now) == of(then)
}

/// Renames that hang together, as each needs the path that the next one leaves. One that would need the path of a row that has
/// to stay as it is, is none.
fn parts(pairs: &[Pair]) -> Vec<Vec<Rename>> {
    let mut goes: HashMap<FileId, &Pair> = pairs.iter().map(|pair| (pair.0.arrival, pair)).collect();
    let targets: BTreeSet<FileId> = pairs.iter().map(|pair| pair.0.former).collect();
    let mut order: Vec<FileId> = pairs.iter().map(|pair| pair.0.arrival).collect();
    // Those that nobody follows begin; what is left then goes round.
    order.sort_by_key(|arrival| targets.contains(arrival));
    let mut parts = Vec::new();
    for arrival in order {
        let mut part = Vec::new();
        let mut next = arrival;
        while let Some((rename, can_go)) = goes.remove(&next) {
            next = rename.former;
            let is_first =
                part.is_empty() && !(targets.contains(&rename.arrival) && goes_round(&goes, *rename));
            if is_first && !can_go {
                continue;
            }
            part.push(*rename);
        }
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}

fn goes_round(goes: &HashMap<FileId, &Pair>, from: Rename) -> bool {
    let mut next = from.former;
    for _ in 0..=goes.len() {
        if next == from.arrival {
            return true;
        }
        match goes.get(&next) {
            Some((rename, _)) => next = rename.former,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(ino: u64) -> Identity {
        Identity {
            dev: 1,
            ino,
            size: 10,
            mtime_ns: 0,
            ctime_ns: 0,
            mode: 0o644,
        }
    }

    fn arrival(id: i64, path: &str, ino: u64) -> Arrival {
        Arrival {
            file: FileId(id),
            root: b"/new".to_vec(),
            path: RelPath(path.as_bytes().to_vec()),
            identity: identity(ino),
            bound: false,
        }
    }

    fn former(id: i64, path: &str, ino: u64) -> Former {
        Former {
            file: FileId(id),
            root: b"/old".to_vec(),
            path: RelPath(path.as_bytes().to_vec()),
            identity: identity(ino),
            gone: true,
            replaced: false,
            late: false,
            removed: false,
            placed: false,
        }
    }

    fn told(arrivals: &[Arrival], formers: &[Former]) -> Vec<(i64, i64)> {
        let pairs = same_files(arrivals, formers, &|_, _| true, &|_| true);
        let mut told: Vec<_> = pairs
            .iter()
            .map(|(one, _)| (one.arrival.0, one.former.0))
            .collect();
        told.sort_unstable();
        told
    }

    #[test]
    fn one_inode_is_one_file_under_any_name_and_another_inode_needs_the_name() {
        assert_eq!(
            told(&[arrival(9, "b.jpg", 1)], &[former(1, "a.jpg", 1)]),
            [(9, 1)]
        );
        assert_eq!(
            told(&[arrival(9, "x/a.jpg", 2)], &[former(1, "a.jpg", 1)]),
            [(9, 1)]
        );
        assert!(told(&[arrival(9, "b.jpg", 2)], &[former(1, "a.jpg", 1)]).is_empty());
        // The inode counts more than the name.
        let formers = [former(1, "a.jpg", 1), former(2, "b.jpg", 2)];
        assert_eq!(told(&[arrival(9, "b.jpg", 1)], &formers), [(9, 1)]);
    }

    #[test]
    fn a_file_that_is_still_there_was_not_renamed() {
        let (arrivals, formers) = ([arrival(9, "b.jpg", 1)], [former(1, "a.jpg", 1)]);
        assert!(same_files(&arrivals, &formers, &|_, _| false, &|_| true).is_empty());
        assert!(
            same_files(&arrivals, &formers, &|_, _| true, &|_| false).is_empty(),
            "it moved on"
        );
        let live = Former {
            gone: false,
            ..former(1, "a.jpg", 3)
        };
        assert!(told(&[arrival(9, "x/a.jpg", 1)], &[live]).is_empty(), "a copy");
    }

    #[test]
    fn equal_files_are_told_by_their_folders_or_not_at_all() {
        let arrivals = [arrival(8, "x/one/a.jpg", 11), arrival(9, "x/two/a.jpg", 12)];
        let formers = [former(1, "one/a.jpg", 1), former(2, "two/a.jpg", 2)];
        assert_eq!(told(&arrivals, &formers), [(8, 1), (9, 2)]);
        let arrivals = [arrival(8, "p/a.jpg", 11), arrival(9, "q/a.jpg", 12)];
        assert!(told(&arrivals, &formers).is_empty());
        // What is left when one is told is told too.
        let arrivals = [arrival(8, "p/a.jpg", 11), arrival(9, "q/a.jpg", 2)];
        assert_eq!(told(&arrivals, &formers), [(8, 1), (9, 2)]);
    }

    #[test]
    fn of_several_rows_of_one_inode_the_one_with_copies_counts() {
        let placed = Former {
            placed: true,
            ..former(2, "b.jpg", 1)
        };
        assert_eq!(
            told(&[arrival(9, "c.jpg", 1)], &[former(1, "a.jpg", 1), placed]),
            [(9, 2)]
        );
        let linked = [arrival(8, "c.jpg", 1), arrival(9, "d.jpg", 1)];
        assert!(told(&linked, &[former(1, "a.jpg", 1)]).is_empty());
        let linked = [arrival(8, "c.jpg", 1), arrival(9, "x/a.jpg", 1)];
        assert_eq!(told(&linked, &[former(1, "a.jpg", 1)]), [(9, 1)]);
    }

    #[test]
    fn an_original_that_we_deleted_is_only_itself() {
        let removed = |ino| Former {
            removed: true,
            ..former(1, "a.jpg", ino)
        };
        assert_eq!(told(&[arrival(9, "b.jpg", 1)], &[removed(1)]), [(9, 1)]);
        assert!(told(&[arrival(9, "x/a.jpg", 2)], &[removed(1)]).is_empty());
    }

    fn renames(pairs: &[(i64, i64, bool)]) -> Vec<Vec<(i64, i64)>> {
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|(arrival, former, can_go)| {
                let rename = Rename {
                    arrival: FileId(*arrival),
                    former: FileId(*former),
                };
                (rename, *can_go)
            })
            .collect();
        let of = |part: &Vec<Rename>| part.iter().map(|one| (one.arrival.0, one.former.0)).collect();
        parts(&pairs).iter().map(of).collect()
    }

    #[test]
    fn what_needs_the_path_of_another_changes_hands_with_it() {
        assert_eq!(renames(&[(2, 3, true), (1, 2, true)]), [vec![(1, 2), (2, 3)]]);
        assert_eq!(
            renames(&[(1, 2, false), (2, 1, false)]),
            [vec![(1, 2), (2, 1)]],
            "a swap"
        );
        assert_eq!(
            renames(&[(1, 2, true), (5, 6, true)]),
            [vec![(1, 2)], vec![(5, 6)]]
        );
        // The first cannot give its row up: the others can do without it.
        assert_eq!(renames(&[(1, 2, false), (2, 3, true)]), [vec![(2, 3)]]);
        assert!(renames(&[(1, 2, false)]).is_empty());
    }
}
