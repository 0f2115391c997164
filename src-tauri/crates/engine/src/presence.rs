//! Absence is not evidence: a source that is away, empty, or another card at the same place leads to a question, and never to
//! the conclusion that its photos are gone.

use crate::api::AppError;
use crate::engine::Engine;
use albumen_catalog::Catalog;
use albumen_media::{Found, walk};
use albumen_migrate::Control;
use albumen_model::{Identity, SourceId};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;

/// Files that are looked for. One of them is enough.
const LOOKED_FOR: i64 = 16;
/// A source of fewer files may have lost them all.
const FEW: usize = 2;

/// What a scan makes of files that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// Where most of them are missing, the person is asked.
    Doubted,
    /// The person said that they are gone.
    Believed,
}

impl Engine {
    /// Stops everything that would draw conclusions from a source that is not what it was.
    pub(crate) fn require_sources(&self) -> Result<(), AppError> {
        let sources = self.source_paths()?;
        if sources.is_empty() {
            return Err(AppError::usage(
                "There is no source.",
                "Add a folder and scan it first.",
            ));
        }
        for (id, path) in sources {
            must_be_there(&path)?;
            must_be_itself(&self.inner.catalog, id, &path)?;
        }
        Ok(())
    }
}

/// A folder that is away is no empty folder.
pub(crate) fn must_be_there(root: &Path) -> Result<(), AppError> {
    if root.is_dir() {
        return Ok(());
    }
    Err(AppError::new(
        "source_missing",
        format!("`{}` is not there.", root.display()),
        "Nothing is concluded from a folder that is away: all that is known of it stays.",
        "Connect the disk or card again, or remove the folder from the list.",
    ))
}

/// An empty mount point and another card have none of the files that were there.
pub(crate) fn must_be_itself(catalog: &Catalog, id: SourceId, root: &Path) -> Result<(), AppError> {
    if !catalog.was_scanned(id)? {
        return Ok(());
    }
    let known = catalog.some_files(id, LOOKED_FOR)?;
    let is_away = |path: &Path| {
        let looked = root.join(path).symlink_metadata();
        // Not seen is not "not there".
        looked.is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
    };
    if known.len() < FEW || !known.iter().all(|path| is_away(path.as_path())) {
        return Ok(());
    }
    Err(source_shrunken(format!(
        "`{}` shows none of the photos that were in it: it is empty, or another disk or card.",
        root.display()
    )))
}

/// As [`must_be_itself`]; where all that was looked for is away, the folder may have been renamed inside: then one of those
/// files is found under another name.
pub(crate) fn must_be_itself_by_any_name(
    catalog: &Catalog,
    id: SourceId,
    root: &Path,
    control: &Control,
) -> Result<(), AppError> {
    let Err(asked) = must_be_itself(catalog, id, root) else {
        return Ok(());
    };
    let mut known = Vec::new();
    for path in catalog.some_files(id, LOOKED_FOR)? {
        known.extend(catalog.known_file(id, &path)?.map(|known| known.identity));
    }
    let mut met = HashSet::new();
    walk(root, |found| {
        if let Found::File { identity, .. } = found
            && let Some(at) = known.iter().position(|known| is_same_file(known, &identity))
        {
            met.insert(at);
        }
        met.len() < FEW && control.go_on_blocking()
    });
    if met.len() < FEW { Err(asked) } else { Ok(()) }
}

/// A rename changes none of these. Of an empty file, nothing else would tell.
fn is_same_file(one: &Identity, other: &Identity) -> bool {
    let of = |identity: &Identity| (identity.dev, identity.ino, identity.size, identity.mtime_ns);
    of(one) == of(other) && one.size > 0
}

pub(crate) fn source_shrunken(what: String) -> AppError {
    AppError::new(
        "source_shrunken",
        what,
        "Nothing is concluded from that: all that is known of it stays.",
        "Check that the right disk is connected. If the photos are really gone, or all have other names now, remove the folder from the list and add it again, or scan with --gone.",
    )
}
