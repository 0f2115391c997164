//! Between scan and group: which files of a folder are one photo, and what companions tell of it. Written only where it
//! changed; made anew for every source that is not settled.

use crate::api::AppError;
use albumen_catalog::{Catalog, PairingRow};
use albumen_media::pair;
use albumen_model::{Capture, DateSource, FileId, Kind, SourceId};
use std::collections::HashMap;
use std::ops::ControlFlow;

fn candidate(row: &PairingRow) -> pair::Candidate {
    pair::Candidate {
        id: row.id,
        name: row.name.clone(),
        kind: row.kind,
        content_id: row.content_id.clone(),
        taken: row
            .own
            .as_ref()
            .filter(|(source, _)| *source < DateSource::Sidecar)
            .and_then(|(_, local)| Capture::parse_iso(local)),
    }
}

/// Whose date a photo is to go by from now on: a companion's, or where none is better its own. `None` where it does already.
fn dated(photo: &PairingRow, companions: &[&PairingRow]) -> Option<Option<FileId>> {
    let now = photo.date.zip(photo.captured.clone());
    let own = photo.own.clone().or_else(|| now.clone());
    let told = |row: &&PairingRow| {
        let told = row.own.clone().filter(|(source, _)| source.is_from_companion())?;
        Some((told, row.id))
    };
    let best = companions.iter().filter_map(told).min();
    let (wanted, from) = match best {
        Some((told, id)) if own.as_ref().is_none_or(|own| told.0 < own.0) => (Some(told), Some(id)),
        _ => (own, None),
    };
    (wanted != now).then_some(from)
}

/// Changes that are written at once, as soon as a folder is through: no more of a library is held.
const BATCH: usize = 1000;

/// Pairs the files of each folder into assets and writes only what changed: who belongs to whom, and what Takeout and
/// XMP files tell of photos that do not say it themselves.
pub(crate) fn assemble(catalog: &Catalog, id: SourceId) -> Result<(), AppError> {
    let mut from = Vec::new();
    loop {
        let mut changes = Changes::default();
        let mut folder: Vec<PairingRow> = Vec::new();
        let mut next = None;
        catalog.for_pairing(id, &from, |row| {
            if folder.first().is_some_and(|first| first.folder != row.folder) {
                changes.close(&mut folder);
                if changes.len() >= BATCH {
                    next = Some(row.folder);
                    return ControlFlow::Break(());
                }
            }
            folder.push(row);
            ControlFlow::Continue(())
        })?;
        changes.close(&mut folder);
        changes.write(catalog)?;
        match next {
            Some(folder) => from = folder,
            None => return Ok(()),
        }
    }
}

#[derive(Default)]
struct Changes {
    assets: Vec<(FileId, FileId)>,
    dates: Vec<(FileId, FileId)>,
    own_dates: Vec<FileId>,
    places: Vec<(FileId, FileId)>,
    albums: Vec<(FileId, Option<String>)>,
}

impl Changes {
    fn len(&self) -> usize {
        let paired = self.assets.len() + self.places.len() + self.albums.len();
        paired + self.dates.len() + self.own_dates.len()
    }

    /// A folder is through.
    fn close(&mut self, rows: &mut Vec<PairingRow>) {
        let told = |row: &&PairingRow| row.kind == Kind::Other && row.album.is_some();
        let album = rows.iter().find(told).and_then(|row| row.album.clone());
        let strays = rows.iter().filter(|row| row.kind.moves() && row.album != album);
        self.albums.extend(strays.map(|row| (row.id, album.clone())));
        let files = rows.iter().map(candidate).collect();
        let before: HashMap<FileId, PairingRow> = rows.drain(..).map(|row| (row.id, row)).collect();
        for asset in pair::pair(files) {
            let companions: Vec<&PairingRow> = asset
                .companions
                .iter()
                .filter_map(|file| before.get(file))
                .collect();
            if let Some(photo) = before.get(&asset.primary) {
                self.take(photo, &companions);
            }
            let members = std::iter::once(asset.primary).chain(asset.companions);
            self.assets.extend(
                members
                    .filter(|file| before.get(file).and_then(|row| row.asset) != Some(asset.primary.0))
                    .map(|file| (file, asset.primary)),
            );
        }
    }

    /// What a photo takes of its companions.
    fn take(&mut self, photo: &PairingRow, companions: &[&PairingRow]) {
        match dated(photo, companions) {
            Some(Some(companion)) => self.dates.push((photo.id, companion)),
            Some(None) => self.own_dates.push(photo.id),
            None => {}
        }
        let tells_place = |row: &&&PairingRow| {
            row.has_place && row.own.as_ref().is_some_and(|own| own.0.is_from_companion())
        };
        if let Some(companion) = companions.iter().find(tells_place)
            && !photo.has_place
        {
            self.places.push((photo.id, companion.id));
        }
    }

    fn write(&self, catalog: &Catalog) -> Result<(), AppError> {
        for batch in self.assets.chunks(BATCH) {
            catalog.set_assets(batch)?;
        }
        for batch in self.dates.chunks(BATCH) {
            catalog.take_dates(batch)?;
        }
        for batch in self.own_dates.chunks(BATCH) {
            catalog.take_own_dates(batch)?;
        }
        for batch in self.albums.chunks(BATCH) {
            catalog.set_albums(batch)?;
        }
        for batch in self.places.chunks(BATCH) {
            catalog.take_places(batch)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH, assemble};
    use albumen_catalog::{Catalog, ScannedFile, WalkedFile};
    use albumen_model::{Fingerprint, Identity, Kind, RelPath, Sha256};

    #[test]
    fn more_folders_than_are_written_at_once_are_all_put_together() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 1).expect("source");
        let scan = catalog.begin_scan(source).expect("scan");
        // A folder may hold more than a batch; the last one is smaller than one.
        let folders = [BATCH / 3, BATCH / 3, BATCH, 2, 2 * BATCH, 2];
        let scanned = folders.iter().enumerate().flat_map(|(folder, photos)| {
            (0..*photos).flat_map(move |photo| {
                let read = |ending: &str, kind| {
                    let walked = WalkedFile {
                        path: RelPath(format!("{folder}/{photo:05}.{ending}").into_bytes()),
                        identity: Identity {
                            dev: 1,
                            ino: 1,
                            size: 10,
                            mtime_ns: 0,
                            ctime_ns: 0,
                            mode: 0o644,
                        },
                        excluded: false,
                    };
                    ScannedFile::Read(walked, Box::new(Fingerprint::new(Sha256([1; 32]), kind)))
                };
                [read("jpg", Kind::Jpeg), read("xmp", Kind::Sidecar)]
            })
        });
        catalog.put_scanned(source, scan, scanned.collect()).expect("put");
        assemble(&catalog, source).expect("assembled");
        let known = |name: &str| {
            let path = RelPath(name.as_bytes().to_vec());
            let known = catalog.known_file(source, &path).expect("query");
            known.expect("file").id
        };
        let photos: usize = folders.iter().sum();
        assert_eq!(catalog.profile().expect("profile").assets, photos as u64);
        let mut seen = 0;
        catalog
            .for_pairing(source, b"", |row| {
                seen += 1;
                let name = String::from_utf8(row.name.clone()).expect("text");
                let folder = String::from_utf8(row.folder.clone()).expect("text");
                let photo = format!("{folder}/{}.jpg", &name[..5]);
                assert_eq!(row.asset, Some(known(&photo).0), "{folder}/{name}");
                std::ops::ControlFlow::Continue(())
            })
            .expect("rows");
        assert_eq!(seen, 2 * photos);
    }
}
