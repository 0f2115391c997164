//! Exact duplicates at a glance: no catalog, nothing written, and only files of one size are read at all.
//!
//! walk → by size → few: byte by byte, side by side; a crowd: by its ends, then by SHA-256. Every member of a group was
//! compared to its last byte (or has the same SHA-256). Hard links are one file, empty files are nobody's copy.

use crate::api::AppError;
use crate::group::{FoundGroup, FoundMember};
use crate::sources::resolve;
use albumen_duplicates::{Candidate, keeper};
use albumen_files::{Error, digest_ends, read_through, same_bytes};
use albumen_media::{Found, walk};
use albumen_model::{AssetId, GroupKind, Identity, RelPath, Relation, Sha256, path::display_bytes};
use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files open at a time, a thread. Their pieces fit into the processor's cache.
const SIDE_BY_SIDE: usize = 16;

/// A file that shares its size with another.
struct Entry {
    root: usize,
    path: RelPath,
    identity: Identity,
}

/// Groups of files with the same bytes below `folders`. What could not be looked at is said to `on_problem`.
pub fn quick_groups(
    folders: &[PathBuf],
    on_problem: &(dyn Fn(String) + Sync),
) -> Result<Vec<FoundGroup>, AppError> {
    let roots = folders
        .iter()
        .map(|folder| resolve(folder))
        .collect::<Result<Vec<_>, _>>()?;
    let mut files = find(&roots, on_problem);
    files.sort_by_key(|one| std::cmp::Reverse(one.identity.size));
    let sizes: Vec<&[Entry]> = files
        .chunk_by(|a, b| a.identity.size == b.identity.size)
        .filter(|entries| entries.len() > 1)
        .collect();
    let found = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(16);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(entries) = sizes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut groups = compare(&roots, entries, on_problem);
                    if !groups.is_empty() {
                        crate::engine::held(&found).append(&mut groups);
                    }
                }
            });
        }
    });
    let mut groups: Vec<FoundGroup> = found
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .into_iter()
        .map(|members| suggest(&roots, &members))
        .collect();
    groups.sort_by(|a, b| a.members[0].path.cmp(&b.members[0].path));
    Ok(groups)
}

/// Every file that a scan would take, but empty ones and further names of one that was found already.
fn find(roots: &[PathBuf], on_problem: &dyn Fn(String)) -> Vec<Entry> {
    let mut files = Vec::new();
    let mut inodes = HashSet::new();
    for (root, folder) in roots.iter().enumerate() {
        walk(folder, |found| {
            let hides = found.hides_files();
            match found {
                Found::File { path, identity } if identity.size > 0 => {
                    if inodes.insert((identity.dev, identity.ino)) {
                        files.push(Entry { root, path, identity });
                    }
                }
                Found::Problem { path, what, .. } if hides => {
                    on_problem(format!("{}/{}: {what}", shown(folder), path.display()));
                }
                Found::File { .. } | Found::Excluded { .. } | Found::Problem { .. } => {}
            }
            true
        });
    }
    files
}

/// The sets of files with the same bytes among files of one size.
fn compare<'a>(
    roots: &[PathBuf],
    entries: &'a [Entry],
    on_problem: &(dyn Fn(String) + Sync),
) -> Vec<Vec<&'a Entry>> {
    let all: Vec<&Entry> = entries.iter().collect();
    if all.len() <= SIDE_BY_SIDE {
        return side_by_side(roots, &all, on_problem);
    }
    let by_ends = by_digest(all, on_problem, |one| digest_ends(&full(roots, one)));
    let mut sets = Vec::new();
    for part in by_ends {
        if part.len() <= SIDE_BY_SIDE {
            sets.extend(side_by_side(roots, &part, on_problem));
        } else {
            sets.extend(by_digest(part, on_problem, |one| {
                read_through(&full(roots, one), |_| 0, &|| false).map(|read| (read.sha256, read.identity))
            }));
        }
    }
    sets
}

fn side_by_side<'a>(
    roots: &[PathBuf],
    entries: &[&'a Entry],
    on_problem: &dyn Fn(String),
) -> Vec<Vec<&'a Entry>> {
    let paths: Vec<PathBuf> = entries.iter().map(|one| full(roots, one)).collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let size = entries.first().map_or(0, |one| one.identity.size);
    let (sets, errors) = same_bytes(&paths, size);
    for error in errors {
        on_problem(error.to_string());
    }
    sets.into_iter()
        .map(|set| set.into_iter().map(|index| entries[index]).collect())
        .collect()
}

/// Sets of the same digest; files that stand alone are left out, as are those that are not what the walk saw.
fn by_digest<'a>(
    entries: Vec<&'a Entry>,
    on_problem: &dyn Fn(String),
    digest: impl Fn(&Entry) -> Result<(Sha256, Identity), Error>,
) -> Vec<Vec<&'a Entry>> {
    let mut sets: HashMap<Sha256, Vec<&Entry>> = HashMap::new();
    for one in entries {
        match digest(one) {
            Ok((sum, now)) if now.size == one.identity.size => sets.entry(sum).or_default().push(one),
            Ok(_) => on_problem(format!("`{}` changed while it was read", one.path.display())),
            Err(error) => on_problem(error.to_string()),
        }
    }
    sets.into_values().filter(|set| set.len() > 1).collect()
}

/// The keeper by the rules of all groups, as far as they can be told without looking into the files.
fn suggest(roots: &[PathBuf], members: &[&Entry]) -> FoundGroup {
    let mut order: Vec<Candidate> = members
        .iter()
        .zip(0..)
        .map(|(one, number)| Candidate {
            asset: AssetId(number),
            sha256: Sha256([0; 32]),
            phash: None,
            phash_inside: None,
            size: one.identity.size,
            asset_size: one.identity.size,
            width: 0,
            height: 0,
            mtime_ns: one.identity.mtime_ns,
            taken_ms: None,
            has_subsec: false,
            camera: 0,
            exposure: None,
            has_gps: false,
            companions: 0,
            moves: false,
            raw: false,
            edited: false,
            mark: None,
            path: format!("{}/{}", shown(&roots[one.root]), one.path.display()),
        })
        .collect();
    order.sort_by(|a, b| keeper::compare(&keeper::USUAL, a, b));
    let rule = match order.as_slice() {
        [best, second, ..] => keeper::reason(&keeper::USUAL, best, second),
        _ => None,
    };
    let member = |(place, one): (usize, Candidate)| FoundMember {
        path: one.path,
        distance: 0,
        relation: if place == 0 {
            Relation::Keeper
        } else {
            Relation::Identical
        },
        keep: place == 0,
    };
    FoundGroup {
        kind: GroupKind::Exact,
        reason: keeper::because(rule),
        sure: true,
        members: order.into_iter().enumerate().map(member).collect(),
    }
}

fn full(roots: &[PathBuf], one: &Entry) -> PathBuf {
    roots[one.root].join(one.path.as_path())
}

fn shown(folder: &Path) -> String {
    display_bytes(folder.as_os_str().as_bytes())
}
