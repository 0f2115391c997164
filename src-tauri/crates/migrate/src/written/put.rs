//! Puts the XMP files of a plan, beside copies that are there, and their markers.

use super::facts::Fact;
use super::packet::packet;
use crate::markers::MARKER_FILES;
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, LandedWriting, NewWritten, WritingRow, WrittenRow};
use albumen_files::digest_of;
use albumen_model::{DestinationId, Tally};
use albumen_store::{Destination, ErrorKind, marker};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Noted, put and checkpointed together.
const BATCH: u64 = 64;

#[derive(Debug, Clone, Default)]
pub struct Done {
    pub written: Tally,
    /// They were there from a run that was killed.
    pub adopted: u64,
    pub failed: u64,
    pub markers: u64,
}

/// Writes what is planned and not there, as far as photos are.
pub(crate) async fn write(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    plan: i64,
    workers: usize,
    control: &Arc<Control>,
) -> Result<Done> {
    let mut done = Done::default();
    sweep(catalog, destination, id)?;
    let open = catalog.open_writing_count(plan, id)?;
    if open > 0 {
        control.begin("Writing XMP files", open, 0);
    }
    let mut after = 0;
    while open > 0 && control.go_on().await {
        let page = catalog.open_writings(plan, id, after, BATCH)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        batch(catalog, destination, id, page, workers, control, &mut done).await?;
    }
    done.markers = mark(catalog, destination, id).await?;
    Ok(done)
}

/// Temporary names of what was about to be put when a run was killed.
pub(super) fn sweep(catalog: &Catalog, destination: &Destination, id: DestinationId) -> Result<()> {
    for row in catalog.begun_written(id)? {
        destination.sweep(&row.key)?;
    }
    Ok(())
}

async fn batch(
    catalog: &Catalog,
    destination: &Arc<Destination>,
    id: DestinationId,
    page: Vec<WritingRow>,
    workers: usize,
    control: &Arc<Control>,
    done: &mut Done,
) -> Result<()> {
    let mut made = Vec::new();
    for row in page {
        let facts: Vec<Fact> =
            serde_json::from_str(&row.facts).map_err(|error| Error::Other(error.to_string()))?;
        made.push((row, packet(&facts)));
    }
    let new: Vec<NewWritten> = made.iter().map(|(row, bytes)| noted(row, bytes)).collect();
    catalog.begin_written(id, &new)?;
    let (mut landed, mut failed, mut strange, mut fatal) = (Vec::new(), Vec::new(), Vec::new(), None);
    let mut made = made.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < workers.max(1)
            && fatal.is_none()
            && !control.is_stopping()
            && let Some((row, bytes)) = made.next()
        {
            let destination = destination.clone();
            running.spawn(async move {
                let size = bytes.len() as u64;
                let put = destination.put_bytes(&row.key, bytes).await;
                (row, size, put)
            });
        }
        let Some(ended) = running.join_next().await else {
            break;
        };
        let (row, size, put) = ended.map_err(|died| Error::Other(died.to_string()))?;
        match put {
            Ok(put) => {
                if put.adopted {
                    done.adopted += 1;
                } else {
                    done.written.add(size);
                }
                let made_dirs = put
                    .made_dirs
                    .iter()
                    .map(|dir| dir.as_os_str().as_bytes().to_vec());
                landed.push(LandedWriting {
                    writing: Some(row.id),
                    made_dirs: made_dirs.collect(),
                    key: row.key,
                    version: put.version,
                });
            }
            Err(error) if error.is_fatal() || error.kind == ErrorKind::Stopped => fatal = Some(error),
            Err(error) => {
                let why = match error.kind {
                    ErrorKind::Exists => {
                        strange.push(row.key);
                        "Another file has this name at the destination by now. Plan again.".to_owned()
                    }
                    _ => error.to_string(),
                };
                control.file_failed();
                failed.push((row.id, why));
            }
        }
        control.file_done();
    }
    done.failed += failed.len() as u64;
    catalog.put_written(id, &landed)?;
    catalog.fail_writings(&failed)?;
    catalog.forget_written(id, &strange)?;
    fatal.map_or(Ok(()), |error| Err(error.into()))
}

fn noted(row: &WritingRow, bytes: &[u8]) -> NewWritten {
    NewWritten {
        key: row.key.clone(),
        beside: row.beside.clone(),
        sha256: digest_of(bytes),
        size: bytes.len() as u64,
    }
}

/// Leaves markers, so that another machine knows these as ours and as nobody's photos.
pub(crate) async fn mark(catalog: &Catalog, destination: &Destination, id: DestinationId) -> Result<u64> {
    let mut markers = 0;
    loop {
        let rows = catalog.unmarked_written(id, MARKER_FILES)?;
        if rows.is_empty() {
            return Ok(markers);
        }
        let entries: Vec<marker::Entry> = rows.iter().map(entry).collect();
        let (key, bytes) = marker::write(&entries).map_err(|error| Error::Other(error.to_string()))?;
        // Without a version until it is there: a roll back has to find it, whenever this run is killed.
        catalog.set_written_marker(id, &key, "", &[])?;
        let put = destination.put_bytes(&key, bytes).await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        catalog.set_written_marker(id, &key, &put.version, &ids)?;
        markers += 1;
    }
}

fn entry(row: &WrittenRow) -> marker::Entry {
    marker::Entry {
        key: row.key.clone(),
        sha256: row.sha256.to_string(),
        size: row.size,
        from: String::new(),
        mtime_ns: 0,
        kind: "sidecar".to_owned(),
        captured: None,
        camera: None,
        beside: Some(row.beside.clone()),
    }
}
