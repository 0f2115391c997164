//! Roll back: originals come home first, verified; then what this migration placed and nobody changed is removed, if its
//! original is in its place.
//! Killed half-way, run twice, or run after an edit at the destination: what is not surely ours stays.

use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, Origin, PlacedRow, RemovalRow};
use albumen_files::{identity_of, keep_file, open_below, read_through, remove_own_dir_if_empty};
use albumen_model::{DestinationId, Sha256, Tally};
use albumen_store::{Destination, ErrorKind, Fetch, Flow, exports, marker};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const PAGE: u64 = 500;

#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub restored: Tally,
    pub removed: Tally,
    /// XMP files that were written beside the copies; not in `removed`.
    pub written: u64,
    /// Reason to number of files that stay at the destination.
    pub left: BTreeMap<String, u64>,
    /// Path and reason of originals that could not be brought back; then nothing at the destination is removed.
    pub not_restored: Vec<(String, String)>,
}

pub async fn rollback(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    crate::require_home(catalog, destination, id, control).await?;
    let mut summary = Summary::default();
    restore(catalog, destination, id, control, &mut summary, now).await?;
    if !summary.not_restored.is_empty() {
        return Ok(summary);
    }
    remove(catalog, destination, id, control, &mut summary, now).await?;
    let written = crate::written::take_back(catalog, destination, id, control).await?;
    summary.written = written.removed;
    for (why, files) in [
        (
            "An XMP file that was edited after it was written",
            written.changed,
        ),
        ("An XMP file whose copy stays", written.beside),
    ] {
        if files > 0 {
            summary.left.insert(why.to_owned(), files);
        }
    }
    let flow = control.flow();
    crate::ledger::abandon_all(catalog, destination, id, &flow).await?;
    // What stays may be known from its marker alone one day.
    let stays = catalog.verify_totals(id)?.expected.files > 0;
    for (key, version) in catalog.markers(id, true)? {
        // Lists tell of what stays, too.
        if stays && exports::is_export(&key) {
            continue;
        }
        if !control.go_on().await {
            return Err(Error::Stopped);
        }
        take_back_noted(catalog, destination, id, &key, &version, &flow).await?;
    }
    if !stays {
        crate::exports::forget(catalog, id)?;
    }
    for dir in catalog.made_dirs(id)? {
        let path = Path::new(OsStr::from_bytes(&dir));
        let gone = remove_own_dir_if_empty(path).map_err(albumen_store::Error::from)?;
        if gone || path.try_exists().is_ok_and(|there| !there) {
            catalog.forget_made_dir(id, &dir)?;
        }
    }
    catalog.clear_intents(id)?;
    catalog.drop_plan(id)?;
    Ok(summary)
}

/// Brings deleted originals back, each verified, and removes nothing anywhere. Where none was deleted, the destination is not
/// asked.
pub async fn bring_originals_back(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    let mut summary = Summary::default();
    if !catalog.to_restore(id)?.is_empty() {
        crate::require_home(catalog, destination, id, control).await?;
        restore(catalog, destination, id, control, &mut summary, now).await?;
    }
    Ok(summary)
}

/// The version of what is no marker but noted as one, while it is there for a moment.
pub const SIGN: &str = "sign";
/// As [`SIGN`], of what tries out what a storage refuses.
pub const TRIAL: &str = "trial";

/// Removes the signs and trials that killed runs left.
pub async fn take_back_signs(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    flow: &Flow,
) -> Result<()> {
    let all = catalog.markers(id, false)?;
    for (key, version) in all
        .into_iter()
        .filter(|(_, version)| [SIGN, TRIAL].contains(&version.as_str()))
    {
        take_back_noted(catalog, destination, id, &key, &version, flow).await?;
    }
    Ok(())
}

/// Removes what is noted like a marker, while it is as it was left, and forgets it.
pub(crate) async fn take_back_noted(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    key: &str,
    version: &str,
    flow: &Flow,
) -> Result<()> {
    destination.sweep(key)?;
    match take_back_marker(destination, key, version, flow).await {
        // It had not come to be, or is somebody else's.
        Err(error) if !matches!(error.kind, ErrorKind::NotThere | ErrorKind::Changed) => Err(error.into()),
        _ => Ok(catalog.forget_marker(id, key)?),
    }
}

/// Brings deleted originals back from the destination, with their times and permissions.
async fn restore(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    control: &Arc<Control>,
    summary: &mut Summary,
    now: fn() -> i64,
) -> Result<()> {
    let rows = catalog.to_restore(id)?;
    control.begin(
        "Bringing originals back",
        rows.len() as u64,
        rows.iter().map(|row| row.size).sum(),
    );
    for row in rows {
        if !control.go_on().await {
            return Err(Error::Stopped);
        }
        let root = PathBuf::from(OsStr::from_bytes(&row.root));
        let full = root.join(row.path.as_path());
        match bring_back(destination, &row, &root, control).await {
            Ok(()) => {
                let identity = identity_of(&full).map_err(albumen_store::Error::from)?;
                catalog.restored(row.id, row.file, &identity, now())?;
                summary.restored.add(row.size);
            }
            Err(error) if error.kind == ErrorKind::Stopped => return Err(Error::Stopped),
            Err(error) if error.is_fatal() && error.kind != ErrorKind::Full => return Err(error.into()),
            Err(error) => {
                control.file_failed();
                let shown = albumen_model::RelPath::new(&full).display();
                summary.not_restored.push((shown, error.to_string()));
            }
        }
        control.file_done();
        control.bytes(row.size);
    }
    Ok(())
}

async fn bring_back(
    destination: &Destination,
    row: &RemovalRow,
    root: &Path,
    control: &Arc<Control>,
) -> albumen_store::Result<()> {
    let to = Fetch {
        root: root.to_owned(),
        path: row.path.clone(),
        sha256: row.sha256,
        size: row.size,
        mtime_ns: row.mtime_ns,
        mode: row.mode,
    };
    match destination.fetch(&row.key, to, &control.flow()).await {
        // It is in its place: never removed, put back from the trash by hand, or by a run that was killed then. Its bytes
        // decide.
        Err(taken) if taken.kind == ErrorKind::Exists => {
            let path = root.join(row.path.as_path());
            let there = match read_through(&path, |_| 0, &|| control.is_stopping()) {
                Err(_) if control.is_stopping() => {
                    return Err(albumen_store::Error::new(ErrorKind::Stopped, "stopped"));
                }
                read => read?,
            };
            if there.sha256 == row.sha256 {
                Ok(keep_file(&path)?)
            } else {
                Err(taken)
            }
        }
        other => other,
    }
}

/// Whether the original is where it was, and is what was copied: by its size and time, or else by its bytes. Then it stays
/// so whenever the power fails: its copy goes.
async fn is_in_place(row: &PlacedRow, control: &Arc<Control>) -> Result<bool> {
    let root = PathBuf::from(OsStr::from_bytes(&row.root));
    let below = PathBuf::from(OsStr::from_bytes(&row.original));
    let (size, mtime_ns, sha256) = (row.size, row.mtime_ns, row.sha256);
    let stops = control.clone();
    let looking = tokio::task::spawn_blocking(move || {
        let Ok((_, identity)) = open_below(&root, &below) else {
            return false;
        };
        let is_it = identity.size == size
            && (identity.mtime_ns == mtime_ns
                || read_through(&root.join(&below), |_| 0, &|| stops.is_stopping())
                    .is_ok_and(|read| read.sha256 == sha256));
        is_it && keep_file(&root.join(&below)).is_ok()
    });
    let is_it = looking.await.map_err(|died| Error::Other(died.to_string()))?;
    // Half a look says nothing.
    if !is_it && control.is_stopping() {
        return Err(Error::Stopped);
    }
    Ok(is_it)
}

/// Removes what was put there. One that was touched but holds those very bytes is still ours.
pub(crate) async fn take_back(
    destination: &Destination,
    (key, version, sha256): (&str, &str, &Sha256),
    flow: &Flow,
) -> albumen_store::Result<()> {
    if destination.versions_are_firm() && !version.is_empty() {
        match destination.take_back(key, version, sha256, flow).await {
            Err(touched) if touched.kind == ErrorKind::Changed => {}
            other => return other,
        }
    }
    let (there, _, version) = destination.digest(key, flow).await?;
    if there != *sha256 {
        return Err(albumen_store::Error::new(
            ErrorKind::Changed,
            "It holds other bytes than were put there.",
        ));
    }
    destination.take_back(key, &version, sha256, flow).await
}

/// A marker or export is named by its own digest: one that was copied or touched is still ours if it holds what its name says.
async fn take_back_marker(
    destination: &Destination,
    key: &str,
    version: &str,
    flow: &Flow,
) -> albumen_store::Result<()> {
    if version == TRIAL {
        return destination.or_stop(flow, destination.remove_trial(key)).await;
    }
    match destination
        .or_stop(flow, destination.delete_if(key, version))
        .await
    {
        Err(touched) if touched.kind == ErrorKind::Changed => {
            let (sha256, _, version) = destination.digest(key, flow).await?;
            if marker::is_named_by(key, &sha256) || exports::is_named_by(key, &sha256) {
                destination
                    .or_stop(flow, destination.delete_if(key, &version))
                    .await
            } else {
                Err(touched)
            }
        }
        other => other,
    }
}

async fn remove(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    control: &Arc<Control>,
    summary: &mut Summary,
    now: fn() -> i64,
) -> Result<()> {
    let totals = catalog.verify_totals(id)?.expected;
    control.begin("Removing what was placed", totals.files, totals.bytes);
    let mut after = 0;
    loop {
        let page = catalog.placed_page(id, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        let mut forget = Vec::new();
        for row in page {
            if !control.go_on().await {
                catalog.forget_placed(&forget, "rolled back", now())?;
                return Err(Error::Stopped);
            }
            control.file_done();
            control.bytes(row.size);
            if row.origin == Origin::Found {
                forget.push(row.id);
                *summary
                    .left
                    .entry("It was there before Albumen came".to_owned())
                    .or_default() += 1;
                continue;
            }
            // What the catalog says of the original is not enough: a person may have deleted it by hand.
            let in_place = match is_in_place(&row, control).await {
                Err(stopped) => {
                    catalog.forget_placed(&forget, "rolled back", now())?;
                    return Err(stopped);
                }
                Ok(in_place) => in_place,
            };
            if !in_place {
                *summary
                    .left
                    .entry("Its original is not in its place: the copy may be the only one".to_owned())
                    .or_default() += 1;
                continue;
            }
            let ours = (row.key.as_str(), row.version.as_str(), &row.sha256);
            match take_back(destination, ours, &control.flow()).await {
                Ok(()) => summary.removed.add(row.size),
                Err(error) => match error.kind {
                    ErrorKind::NotThere => {}
                    ErrorKind::Changed => {
                        *summary
                            .left
                            .entry("It was changed after it was placed".to_owned())
                            .or_default() += 1;
                    }
                    _ => {
                        catalog.forget_placed(&forget, "rolled back", now())?;
                        return Err(error.into());
                    }
                },
            }
            forget.push(row.id);
        }
        catalog.forget_placed(&forget, "rolled back", now())?;
    }
}
