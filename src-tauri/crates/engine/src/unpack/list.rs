//! What is in the archives, and which of them go into one folder.

use crate::api::{AppError, UnpackProblem};
use crate::destination::real;
use albumen_media::archive::{Archive, ArchiveError, Found, Listed, Step, arrange, part_number, takeout_of};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder beside the archives.
const UNPACKED: &str = "Albumen unpacked";

/// Archives that are unpacked into one folder.
pub(super) struct Set {
    pub root: PathBuf,
    /// In the order of their names.
    pub archives: Vec<PathBuf>,
    listed: Vec<Listed>,
    pub refused: Vec<UnpackProblem>,
}

/// A set with what lies where.
pub(super) struct Plan {
    pub set: Set,
    /// By archive and place in it.
    pub steps: Vec<Step>,
}

impl Plan {
    pub fn new(mut set: Set) -> Self {
        let steps = arrange(std::mem::take(&mut set.listed));
        Self { set, steps }
    }
}

/// Reads the lists of all archives: one that has none is told before anything is written.
pub(super) fn read(archives: &[PathBuf], into: Option<&Path>) -> Result<Vec<Set>, AppError> {
    let mut paths = Vec::new();
    for path in archives {
        let full = path.canonicalize().map_err(|error| {
            AppError::new(
                "archive_unreadable",
                format!("`{}` cannot be opened: {error}.", shown(path)),
                "Nothing was changed.",
                "Check the name, and the disk it lies on.",
            )
        })?;
        if !paths.contains(&full) {
            paths.push(full);
        }
    }
    paths.sort_by(|a, b| (a.file_name(), a).cmp(&(b.file_name(), b)));
    let mut sets: Vec<(Name, Set)> = Vec::new();
    for path in paths {
        let one = list(&path).map_err(|error| refused(&path, &error))?;
        let name = name_of(&path, &one.listed);
        let at = match sets.iter().position(|(of, _)| of.is_same_set(&name)) {
            Some(at) => at,
            None => {
                let beside = || path.parent().unwrap_or(Path::new("/")).join(UNPACKED);
                let root = real(&into.map_or_else(beside, Path::to_owned)).join(name.folder());
                let (archives, listed, refused) = Default::default();
                sets.push((
                    name,
                    Set {
                        root,
                        archives,
                        listed,
                        refused,
                    },
                ));
                sets.len() - 1
            }
        };
        let set = &mut sets[at].1;
        let archive = set.archives.len();
        set.listed
            .extend(one.listed.into_iter().map(|listed| Listed { archive, ..listed }));
        set.refused.extend(one.refused);
        set.archives.push(path);
    }
    Ok(sets.into_iter().map(|(_, set)| set).collect())
}

/// Whoever sends megabytes gets no megabytes back.
fn shown(path: &Path) -> String {
    path.display().to_string().chars().take(300).collect()
}

/// What makes archives belong together.
enum Name {
    /// The stamp in their names.
    Stamped(String),
    /// Renamed ones that hold a Takeout: together, called as the first of them.
    Takeout(OsString),
    Other(OsString),
}

impl Name {
    fn is_same_set(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stamped(one), Self::Stamped(other)) => one == other,
            (Self::Takeout(_), Self::Takeout(_)) => true,
            _ => false,
        }
    }

    fn folder(&self) -> PathBuf {
        match self {
            Self::Stamped(stamp) => PathBuf::from(stamp),
            Self::Takeout(stem) | Self::Other(stem) => PathBuf::from(stem),
        }
    }
}

fn name_of(path: &Path, listed: &[Listed]) -> Name {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(stamp) = takeout_of(&name) {
        return Name::Stamped(stamp.to_owned());
    }
    let stem = path.file_stem().unwrap_or_default().to_owned();
    if listed.iter().any(|one| one.path.0.starts_with(b"Takeout/")) {
        Name::Takeout(stem)
    } else {
        Name::Other(stem)
    }
}

struct OneList {
    listed: Vec<Listed>,
    refused: Vec<UnpackProblem>,
}

fn list(path: &Path) -> Result<OneList, ArchiveError> {
    let (mut listed, mut refused) = (Vec::new(), Vec::new());
    Archive::open(path)?.each(|number, found| {
        match found {
            Found::File(entry) => listed.push(Listed {
                archive: 0,
                number,
                path: entry.path,
                size: entry.size,
                crc: entry.crc,
            }),
            Found::Folder => {}
            Found::Refused(name, refusal) => refused.push(UnpackProblem {
                archive: path.display().to_string(),
                path: name,
                code: refusal.code().to_owned(),
                what: refusal.why().to_owned(),
            }),
        }
        true
    })?;
    Ok(OneList { listed, refused })
}

/// The error of an archive that is not read at all.
pub(super) fn refused(path: &Path, error: &ArchiveError) -> AppError {
    let (code, next) = match error {
        ArchiveError::Tar => (
            "archive_not_read",
            "Unpack it into a folder (`tar -xzf`), together with the other parts, and add that folder; or ask Takeout for zip files.",
        ),
        ArchiveError::Files(_) | ArchiveError::Io(_) => (
            "archive_unreadable",
            "Check the disk it lies on, and that you may read it.",
        ),
        ArchiveError::Split => (
            "archive_not_read",
            "Put the parts together with the program that split it, and unpack the result.",
        ),
        _ => (
            "archive_damaged",
            "Its download may have been cut off: download it again. Or unpack the others without it; what is in it is missing then.",
        ),
    };
    let what = error.to_string();
    let what = what.trim_end_matches('.');
    let message = format!("`{}` cannot be unpacked: {what}.", path.display());
    AppError::new(code, message, "The archives were only read.", next)
}

/// Numbers that are left out between those that were given.
pub(super) fn missing_parts(sets: &[Set]) -> Vec<String> {
    let mut parts: BTreeMap<(String, String), BTreeSet<u32>> = BTreeMap::new();
    for path in sets.iter().flat_map(|set| &set.archives) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let (Some(stamp), Some((series, number))) = (takeout_of(&name), part_number(&name)) {
            let key = (stamp.to_owned(), series.to_owned());
            parts.entry(key).or_default().insert(number);
        }
    }
    let mut missing = Vec::new();
    for ((stamp, series), numbers) in parts {
        let dash = if series.is_empty() { "" } else { "-" };
        // A name that claims a huge number is no reason to list all below it.
        let last = numbers.last().copied().unwrap_or(0).min(1000);
        let gaps = (1..last).filter(|number| !numbers.contains(number));
        missing.extend(gaps.map(|number| format!("{stamp}{dash}{series}-{number:03}.zip")));
    }
    missing
}
