//! Clocks of cameras that were wrong, or whose zone the files do not say: what the person said of them, and what it makes of
//! the dates. In the catalog only; no file is written.
//!
//! Invariant: a date is made of what its file says and of the corrections there are, so taking one back or scanning again
//! comes to the same as never having made it.

use crate::settings::{note, touch};
use crate::{Catalog, Result};
use albumen_model::{DateSource, FileId, SourceId};
use rusqlite::{Connection, Transaction, params};

/// What the person says of one camera.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clock {
    pub id: i64,
    /// As the files name it.
    pub camera: String,
    /// On the camera's own clock, `2024-05-17T10:11:12`; the first and the last that are meant, or all.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Added to what the camera says.
    pub shift_seconds: i64,
    /// For files that do not say their zone, minutes east of Greenwich.
    pub offset_minutes: Option<i16>,
    /// Photos and movies it concerns now.
    pub files: u64,
}

/// A camera by whose clock photos are dated.
#[derive(Debug, Clone)]
pub struct ClockCameraRow {
    pub name: String,
    pub files: u64,
    /// By its own clock.
    pub from: String,
    pub to: String,
    pub photos: Vec<ClockPhotoRow>,
}

/// One of a camera's photos, and its date.
#[derive(Debug, Clone)]
pub struct ClockPhotoRow {
    pub file: FileId,
    pub display: String,
    /// By the camera's own clock.
    pub own: String,
    pub before: String,
    pub after: String,
    /// Afterwards.
    pub offset_minutes: Option<i16>,
}

/// More cameras than that nobody looks through.
const MOST_CAMERAS: u32 = 200;

/// Dates that come from the camera's own clock.
const OWN: [DateSource; 5] = [
    DateSource::Exif,
    DateSource::Xmp,
    DateSource::Movie,
    DateSource::Maker,
    DateSource::Modified,
];

/// Files of the camera ?1 that were taken from ?2 to ?3.
const MEANT: &str = "camera = ?1 AND gone = 0 AND dates IS NOT NULL
   AND json_extract(dates, '$[0].local') >= coalesce(?2, '') AND json_extract(dates, '$[0].local') <= coalesce(?3, '9')";

/// What a date becomes by ?4 seconds, and whether it is one that a photo can have.
const MOVED: &str = "strftime('%Y-%m-%dT%H:%M:%S', captured, ?4 || ' seconds')";
const WITHIN: &str = "strftime('%Y', captured, ?4 || ' seconds') BETWEEN '1826' AND '2100'";

/// Of what the person did not take off the list.
const SHOWN: &str = "gone = 0 AND source_id IN (SELECT id FROM source WHERE removed = 0)";

impl Catalog {
    /// Cameras by whose clock photos are dated, those with the most first, each with up to `photos` from all its time.
    pub fn clock_cameras(&self, photos: u32) -> Result<Vec<ClockCameraRow>> {
        self.read(|c| {
            let mut query = c.prepare(&format!(
                "SELECT camera, count(*), min(json_extract(dates, '$[0].local')), max(json_extract(dates, '$[0].local'))
                 FROM file WHERE {SHOWN} AND camera IS NOT NULL AND dates IS NOT NULL AND date_source IN ({})
                 GROUP BY camera ORDER BY count(*) DESC, camera LIMIT {MOST_CAMERAS}",
                own()
            ))?;
            let rows = query.query_map([], |row| {
                Ok(ClockCameraRow {
                    name: row.get(0)?,
                    files: row.get::<_, i64>(1)?.unsigned_abs(),
                    from: row.get(2)?,
                    to: row.get(3)?,
                    photos: Vec::new(),
                })
            })?;
            let mut cameras: Vec<ClockCameraRow> = rows.collect::<rusqlite::Result<_>>()?;
            for camera in &mut cameras {
                let unchanged = Clock {
                    camera: camera.name.clone(),
                    ..Clock::default()
                };
                camera.photos = photos_of(c, &unchanged, photos)?;
            }
            Ok(cameras)
        })
    }

    /// How many files a correction concerns, and up to `photos` of them with what it would make of their dates.
    pub fn clock_preview(&self, clock: &Clock, photos: u32) -> Result<(u64, Vec<ClockPhotoRow>)> {
        self.read(|c| Ok((files_of(c, clock)?, photos_of(c, clock, photos)?)))
    }

    /// What was said, in the order in which it was.
    pub fn clocks(&self) -> Result<Vec<Clock>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT id, camera, first, last, shift_seconds, offset_minutes FROM clock ORDER BY id",
            )?;
            let rows = query.query_map([], |row| {
                Ok(Clock {
                    id: row.get(0)?,
                    camera: row.get(1)?,
                    from: row.get(2)?,
                    to: row.get(3)?,
                    shift_seconds: row.get(4)?,
                    offset_minutes: row.get(5)?,
                    files: 0,
                })
            })?;
            let mut clocks: Vec<Clock> = rows.collect::<rusqlite::Result<_>>()?;
            for clock in &mut clocks {
                clock.files = files_of(c, clock)?;
            }
            Ok(clocks)
        })
    }

    /// Adds what is said of a camera (its id and count are not looked at), and makes the dates anew.
    pub fn set_clock(&self, clock: &Clock, now: i64) -> Result<i64> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO clock (camera, first, last, shift_seconds, offset_minutes) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    clock.camera,
                    clock.from,
                    clock.to,
                    clock.shift_seconds,
                    clock.offset_minutes
                ],
            )?;
            let id = tx.last_insert_rowid();
            note(tx, now, "clock", &format!("{{\"id\":{id}}}"))?;
            make_dates(tx, None)?;
            Ok(id)
        })
    }

    /// Takes it back; false when there is none of this id.
    pub fn forget_clock(&self, id: i64, now: i64) -> Result<bool> {
        self.write(|tx| {
            let is_gone = tx.execute("DELETE FROM clock WHERE id = ?1", [id])? > 0;
            if is_gone {
                note(tx, now, "clock taken back", &format!("{{\"id\":{id}}}"))?;
                make_dates(tx, None)?;
            }
            Ok(is_gone)
        })
    }

    /// After the scan of a source: what is new there is meant as well.
    pub fn apply_clocks(&self, source: SourceId) -> Result<()> {
        let any =
            self.read(|c| Ok(c.query_row("SELECT count(*) FROM clock", [], |row| row.get::<_, i64>(0))?))?;
        if any == 0 {
            return Ok(());
        }
        self.write(|tx| make_dates(tx, Some(source)))
    }
}

fn own() -> String {
    OWN.map(|source| format!("'{}'", source.as_str())).join(", ")
}

fn files_of(c: &Connection, clock: &Clock) -> Result<u64> {
    let sql = format!(
        "SELECT count(*) FROM file WHERE {MEANT} AND {SHOWN} AND date_source IN ({})",
        own()
    );
    let of = params![clock.camera, clock.from, clock.to];
    Ok(c.query_row(&sql, of, |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// Up to `most` of what a correction concerns, by their time, as far from each other as can be.
fn photos_of(c: &Connection, clock: &Clock, most: u32) -> Result<Vec<ClockPhotoRow>> {
    let mut query = c.prepare_cached(&format!(
        "SELECT id, display, own, captured, iif({WITHIN}, {MOVED}, captured), coalesce(offset_minutes, ?5)
         FROM (SELECT id, display, captured, offset_minutes, json_extract(dates, '$[0].local') AS own,
                 row_number() OVER (ORDER BY json_extract(dates, '$[0].local'), id) - 1 AS n, count(*) OVER () AS m
               FROM file WHERE {MEANT} AND {SHOWN} AND date_source IN ({}))
         WHERE n = 0 OR n * (?6 - 1) / (m - 1) > (n - 1) * (?6 - 1) / (m - 1) ORDER BY n LIMIT ?6",
        own()
    ))?;
    let of = params![
        clock.camera,
        clock.from,
        clock.to,
        clock.shift_seconds,
        clock.offset_minutes,
        most
    ];
    let rows = query.query_map(of, |row| {
        Ok(ClockPhotoRow {
            file: FileId(row.get(0)?),
            display: row.get(1)?,
            own: row.get(2)?,
            before: row.get(3)?,
            after: row.get(4)?,
            offset_minutes: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn make_dates(tx: &Transaction<'_>, source: Option<SourceId>) -> Result<()> {
    let (own, source) = (own(), source.map(|source| source.0));
    tx.execute(
        &format!(
            "UPDATE file SET captured = json_extract(dates, '$[0].local'), offset_minutes = json_extract(dates, '$[0].offset')
             WHERE (?1 IS NULL OR source_id = ?1) AND date_source IN ({own}) AND dates IS NOT NULL
               AND (captured IS NOT json_extract(dates, '$[0].local')
                    OR offset_minutes IS NOT json_extract(dates, '$[0].offset'))"
        ),
        [source],
    )?;
    let mut clocks =
        tx.prepare("SELECT camera, first, last, shift_seconds, offset_minutes FROM clock ORDER BY id")?;
    let mut rows = clocks.query([])?;
    let mut update = tx.prepare(&format!(
        "UPDATE file SET captured = {MOVED}, offset_minutes = coalesce(offset_minutes, ?5)
         WHERE {MEANT} AND (?6 IS NULL OR source_id = ?6) AND date_source IN ({own}) AND {WITHIN}"
    ))?;
    while let Some(row) = rows.next()? {
        update.execute(params![
            row.get::<_, String>(0)?,
            row.get::<_, Option<String>>(1)?,
            row.get::<_, Option<String>>(2)?,
            row.get::<_, i64>(3)?,
            row.get::<_, Option<i16>>(4)?,
            source
        ])?;
    }
    touch(tx)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> (tempfile::TempDir, Catalog) {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/one", 1).expect("a source").0;
        let file = |id: i64, camera: &str, source_of_date: &str, local: &str| {
            format!(
                "INSERT INTO file (id, source_id, path, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan, kind,
                   asset_id, date_source, captured, camera, dates)
                 VALUES ({id}, {source}, CAST('{id}' AS BLOB), 'a/{id}.jpg', x'', 1, {id}, 1, 0, 0, 0, 1, 'jpeg', {id},
                   '{source_of_date}', '{local}', '{camera}', '[{{\"local\":\"{local}\"}}]');"
            )
        };
        let mut rows: Vec<String> = (1..=20)
            .map(|id| file(id, "X100", "exif", &format!("2007-01-{id:02}T10:00:00")))
            .collect();
        rows.push(file(21, "Z 6", "exif", "2024-01-01T00:00:00"));
        // Dated by its name: the camera's clock did not say so.
        rows.push(file(22, "X100", "name", "2001-01-01T00:00:00"));
        catalog
            .write(|tx| Ok(tx.execute_batch(&rows.concat())?))
            .expect("rows");
        (dir, catalog)
    }

    fn days(photos: &[ClockPhotoRow]) -> Vec<i64> {
        photos.iter().map(|photo| photo.file.0).collect()
    }

    #[test]
    fn cameras_are_listed_with_photos_from_all_their_time() {
        let (_dir, catalog) = library();
        let cameras = catalog.clock_cameras(6).expect("cameras");
        let told: Vec<_> = cameras.iter().map(|one| (one.name.as_str(), one.files)).collect();
        assert_eq!(told, [("X100", 20), ("Z 6", 1)]);
        assert_eq!(
            (cameras[0].from.as_str(), cameras[0].to.as_str()),
            ("2007-01-01T10:00:00", "2007-01-20T10:00:00")
        );
        let shown = days(&cameras[0].photos);
        assert_eq!((shown.len(), shown[0], shown[5]), (6, 1, 20), "{shown:?}");
        assert_eq!(days(&cameras[1].photos), [21]);
        catalog
            .write(|tx| Ok(tx.execute("UPDATE source SET removed = 1", [])?))
            .expect("taken off the list");
        assert!(catalog.clock_cameras(6).expect("cameras").is_empty());
    }

    #[test]
    fn what_is_foretold_is_what_comes() {
        let (_dir, catalog) = library();
        let mut clock = Clock {
            camera: "X100".to_owned(),
            from: Some("2007-01-05T00:00:00".to_owned()),
            to: Some("2007-01-07T23:59:59".to_owned()),
            shift_seconds: 86_400 * 365,
            offset_minutes: Some(540),
            ..Clock::default()
        };
        // The second is added to the first, and means the same photos by the camera's own clock.
        for year in [2008, 2009] {
            let (files, photos) = catalog.clock_preview(&clock, 6).expect("preview");
            assert_eq!((files, days(&photos)), (3, vec![5, 6, 7]));
            assert_eq!(photos[0].own, "2007-01-05T10:00:00");
            assert!(photos[0].after.starts_with(&format!("{year}-01-0")), "{photos:?}");
            catalog.set_clock(&clock, 1).expect("set");
            let now = catalog.clock_preview(&clock, 6).expect("preview").1;
            for (foretold, photo) in photos.iter().zip(now) {
                assert_eq!(
                    (&foretold.after, foretold.offset_minutes),
                    (&photo.before, Some(540))
                );
            }
        }
        // No photo is taken before there were any.
        clock.shift_seconds = -86_400 * 366 * 190;
        let photos = catalog.clock_preview(&clock, 6).expect("preview").1;
        assert_eq!(photos[0].after, photos[0].before);
        clock.camera = "nobody's".to_owned();
        assert_eq!(catalog.clock_preview(&clock, 6).expect("preview").0, 0);
    }
}
