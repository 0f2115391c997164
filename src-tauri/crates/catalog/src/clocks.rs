//! Clocks of cameras that were wrong, or whose zone the files do not say: what the person said of them, and what it makes of
//! the dates. In the catalog only; no file is written.
//!
//! Invariant: a date is made of what its file says and of the corrections there are, so taking one back or scanning again
//! comes to the same as never having made it.

use crate::settings::{note, touch};
use crate::{Catalog, Result};
use albumen_model::{DateSource, SourceId};
use rusqlite::{Transaction, params};

/// What the person says of one camera.
#[derive(Debug, Clone, PartialEq)]
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

impl Catalog {
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
            let sql = format!(
                "SELECT count(*) FROM file WHERE {MEANT} AND date_source IN ({})",
                own()
            );
            for clock in &mut clocks {
                let of = params![clock.camera, clock.from, clock.to];
                clock.files = c.query_row(&sql, of, |row| row.get::<_, i64>(0))?.unsigned_abs();
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
        "UPDATE file SET captured = strftime('%Y-%m-%dT%H:%M:%S', captured, ?4 || ' seconds'),
           offset_minutes = coalesce(offset_minutes, ?5)
         WHERE {MEANT} AND (?6 IS NULL OR source_id = ?6) AND date_source IN ({own})
           AND strftime('%Y', captured, ?4 || ' seconds') BETWEEN '1826' AND '2100'"
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
