//! Between scan and group: which files of a folder are one photo, and what companions tell of it. Written only where it
//! changed; made anew for every source that is not settled.

use crate::api::AppError;
use albumen_catalog::{Catalog, PairingRow};
use albumen_media::pair;
use albumen_model::{Capture, DateSource, FileId, Kind, SourceId};
use std::collections::HashMap;

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

/// Pairs the files of each folder into assets and writes only what changed: who belongs to whom, and what Takeout and
/// XMP files tell of photos that do not say it themselves.
pub(crate) fn assemble(catalog: &Catalog, id: SourceId) -> Result<(), AppError> {
    let mut changed: Vec<(FileId, FileId)> = Vec::new();
    let (mut dates, mut own_dates, mut places, mut albums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut folder: Vec<PairingRow> = Vec::new();
    let mut close = |rows: &mut Vec<PairingRow>| {
        let told = |row: &&PairingRow| row.kind == Kind::Other && row.album.is_some();
        let album = rows.iter().find(told).and_then(|row| row.album.clone());
        let strays = rows.iter().filter(|row| row.kind.moves() && row.album != album);
        albums.extend(strays.map(|row| (row.id, album.clone())));
        let files = rows.iter().map(candidate).collect();
        let before: HashMap<FileId, PairingRow> = rows.drain(..).map(|row| (row.id, row)).collect();
        for asset in pair::pair(files) {
            let companions: Vec<&PairingRow> = asset
                .companions
                .iter()
                .filter_map(|file| before.get(file))
                .collect();
            if let Some(photo) = before.get(&asset.primary) {
                match dated(photo, &companions) {
                    Some(Some(companion)) => dates.push((photo.id, companion)),
                    Some(None) => own_dates.push(photo.id),
                    None => {}
                }
                let tells_place = |row: &&&PairingRow| {
                    row.has_place && row.own.as_ref().is_some_and(|own| own.0.is_from_companion())
                };
                if let Some(companion) = companions.iter().find(tells_place)
                    && !photo.has_place
                {
                    places.push((photo.id, companion.id));
                }
            }
            let members = std::iter::once(asset.primary).chain(asset.companions);
            changed.extend(
                members
                    .filter(|file| before.get(file).and_then(|row| row.asset) != Some(asset.primary.0))
                    .map(|file| (file, asset.primary)),
            );
        }
    };
    catalog.for_pairing(id, |row| {
        if folder.first().is_some_and(|first| first.folder != row.folder) {
            close(&mut folder);
        }
        folder.push(row);
    })?;
    close(&mut folder);
    for batch in changed.chunks(1000) {
        catalog.set_assets(batch)?;
    }
    for batch in dates.chunks(1000) {
        catalog.take_dates(batch)?;
    }
    for batch in own_dates.chunks(1000) {
        catalog.take_own_dates(batch)?;
    }
    for batch in albums.chunks(1000) {
        catalog.set_albums(batch)?;
    }
    for batch in places.chunks(1000) {
        catalog.take_places(batch)?;
    }
    Ok(())
}
