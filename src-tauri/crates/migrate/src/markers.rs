//! Markers of what was placed: written for every full batch of a transfer, at its end, and where a repair found some spoilt.

use crate::{Error, Result};
use albumen_catalog::{Catalog, PlacedRow};
use albumen_model::DestinationId;
use albumen_store::{Destination, marker};
use std::os::unix::ffi::OsStrExt;

/// That one marker tells of.
pub(crate) const MARKER_FILES: u64 = 256;

/// Writes markers while at least `least` placed files have none.
pub(crate) async fn write_markers(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    least: u64,
) -> Result<u64> {
    let mut written = 0;
    loop {
        let rows = catalog.unmarked(id, MARKER_FILES)?;
        if (rows.len() as u64) < least.max(1) {
            return Ok(written);
        }
        let entries: Vec<marker::Entry> = rows.iter().map(entry).collect();
        let (key, bytes) = marker::write(&entries).map_err(|error| Error::Other(error.to_string()))?;
        // Without a version until it is there: a roll back has to find it, whenever this run is killed.
        catalog.set_marker(id, &key, "", &[])?;
        let put = destination.put_bytes(&key, bytes).await?;
        let made: Vec<Vec<u8>> = put
            .made_dirs
            .iter()
            .map(|dir| dir.as_os_str().as_bytes().to_vec())
            .collect();
        catalog.add_made_dirs(id, &made)?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        catalog.set_marker(id, &key, &put.version, &ids)?;
        written += 1;
    }
}

fn entry(row: &PlacedRow) -> marker::Entry {
    marker::Entry {
        key: row.key.clone(),
        sha256: row.sha256.to_string(),
        size: row.size,
        from: row.from.clone(),
        mtime_ns: row.mtime_ns,
        kind: row.kind.clone(),
        captured: row.captured.clone(),
        camera: row.camera.clone(),
        beside: None,
    }
}
