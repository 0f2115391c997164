//! Files: what the scan saw, what the fingerprint told, which asset each belongs to.

use crate::row::{digest, identity, signed, word};
use crate::settings::touch;
use crate::{Catalog, Error, Result};
use albumen_model::{FileId, Fingerprint, Identity, Kind, Problem, RelPath, Sha256, SourceId};
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;

/// Version of what a fingerprint holds. Counted up when photos have to be read again to know more of them.
pub(crate) const PRINT: u32 = 3;

/// Enough to decide whether a file must be read again.
#[derive(Debug, Clone)]
pub struct KnownFile {
    pub id: FileId,
    pub path: RelPath,
    pub identity: Identity,
    pub fingerprinted: bool,
    pub excluded: bool,
    pub gone: bool,
}

/// A file as the walk saw it.
#[derive(Debug, Clone)]
pub struct WalkedFile {
    pub path: RelPath,
    pub identity: Identity,
    pub excluded: bool,
}

/// What one scan worker hands to the writer. Files that are as they were are not handed over at all.
#[derive(Debug)]
pub enum ScannedFile {
    Excluded(WalkedFile),
    Read(WalkedFile, Box<Fingerprint>),
    /// Could not be read; it is counted and shown.
    Unreadable(WalkedFile, String),
    /// Not a file: see the walk's problems.
    Problem(RelPath, &'static str, String),
    /// From here on the walk found other problems than the last one, so those with greater ids go.
    ForgetProblems {
        after: i64,
    },
}

/// A file with where it is.
#[derive(Debug, Clone)]
pub struct FileRow {
    pub id: FileId,
    pub root: Vec<u8>,
    pub path: RelPath,
    pub display: String,
    pub identity: Identity,
    pub kind: Kind,
    pub sha256: Option<Sha256>,
}

impl Catalog {
    pub fn known_file(&self, source: SourceId, path: &RelPath) -> Result<Option<KnownFile>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT id, dev, ino, size, mtime_ns, ctime_ns, mode, sha256 IS NOT NULL AND print >= ?3, excluded, gone
                 FROM file WHERE source_id = ?1 AND path = ?2",
            )?;
            let row = query.query_row(params![source.0, path.0, PRINT], |row| {
                Ok(KnownFile {
                    id: FileId(row.get(0)?),
                    path: path.clone(),
                    identity: identity(row, 1)?,
                    fingerprinted: row.get(7)?,
                    excluded: row.get(8)?,
                    gone: row.get(9)?,
                })
            });
            Ok(row.optional()?)
        })
    }

    /// Writes one batch of a scan. Thumbnails go first: a fingerprint without its thumbnail would never get one.
    pub fn put_scanned(&self, source: SourceId, scan: i64, batch: Vec<ScannedFile>) -> Result<()> {
        let mut thumbs = Vec::new();
        self.write(|tx| {
            begin_writing(tx, source, scan)?;
            for scanned in batch {
                match scanned {
                    ScannedFile::Excluded(file) => {
                        put_walked(tx, source, scan, &file)?;
                    }
                    ScannedFile::Unreadable(file, why) => {
                        let id = put_walked(tx, source, scan, &file)?;
                        tx.prepare_cached("UPDATE file SET error = ?2 WHERE id = ?1")?
                            .execute(params![id.0, why])?;
                        put_problem(tx, source, Some(id), &file.path, "unreadable", &why)?;
                    }
                    ScannedFile::Problem(path, code, what) => {
                        put_problem(tx, source, None, &path, code, &what)?
                    }
                    ScannedFile::ForgetProblems { after } => {
                        tx.prepare_cached(
                            "DELETE FROM problem WHERE source_id = ?1 AND file_id IS NULL AND id > ?2",
                        )?
                        .execute([source.0, after])?;
                    }
                    ScannedFile::Read(file, mut made) => {
                        let id = put_walked(tx, source, scan, &file)?;
                        put_fingerprint(tx, id, &made)?;
                        for Problem { code, what } in &made.problems {
                            put_problem(tx, source, Some(id), &file.path, code, what)?;
                        }
                        if let Some(jpeg) = made.thumb.take() {
                            thumbs.push((id, jpeg));
                        }
                    }
                }
            }
            // Thumbnails are a convenience; a damaged file of them must not keep photos from being known.
            if let Err(lost) = self.put_thumbs(&thumbs) {
                tracing::warn!("thumbnails could not be kept: {lost}");
            }
            touch(tx)
        })
    }

    /// True when `file` could not be read before either, for the same reason: there is nothing to write down.
    pub fn is_still_unreadable(&self, source: SourceId, file: &WalkedFile, why: &str) -> Result<bool> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT dev, ino, size, mtime_ns, ctime_ns, mode FROM file WHERE source_id = ?1 AND path = ?2
                   AND sha256 IS NULL AND error = ?3 AND gone = 0 AND excluded = 0",
            )?;
            let known = query
                .query_row(params![source.0, file.path.0, why], |row| identity(row, 0))
                .optional()?;
            Ok(known == Some(file.identity))
        })
    }

    pub fn file(&self, id: FileId) -> Result<FileRow> {
        self.read(|c| {
            let sql = format!("{FILE_ROW} WHERE f.id = ?1");
            let found = c
                .prepare_cached(&sql)?
                .query_row([id.0], |row| Ok(file_row(row)))
                .optional()?;
            found.ok_or_else(|| Error::Content(format!("no file {}", id.0)))?
        })
    }

    pub fn metadata(&self, id: FileId) -> Result<Option<String>> {
        self.read(|c| {
            Ok(
                c.query_row("SELECT json FROM metadata WHERE file_id = ?1", [id.0], |row| {
                    row.get(0)
                })
                .optional()?,
            )
        })
    }
}

pub(crate) const FILE_ROW: &str =
    "SELECT f.id, s.path, f.path, f.display, f.dev, f.ino, f.size, f.mtime_ns, f.ctime_ns,
     f.mode, f.kind, f.sha256 FROM file f JOIN source s ON s.id = f.source_id";

pub(crate) fn file_row(row: &rusqlite::Row<'_>) -> Result<FileRow> {
    let kind: String = row.get(10)?;
    Ok(FileRow {
        id: FileId(row.get(0)?),
        root: row.get(1)?,
        path: RelPath(row.get(2)?),
        display: row.get(3)?,
        identity: identity(row, 4)?,
        kind: word(Kind::parse(&kind), &kind)?,
        sha256: row.get::<_, Option<Vec<u8>>>(11)?.map(digest).transpose()?,
    })
}

/// The first change of a scan takes its number.
pub(crate) fn begin_writing(tx: &Transaction<'_>, source: SourceId, scan: i64) -> Result<()> {
    tx.prepare_cached("UPDATE source SET scan = ?2 WHERE id = ?1 AND scan < ?2")?
        .execute([source.0, scan])?;
    Ok(())
}

pub(crate) fn put_walked(
    tx: &Transaction<'_>,
    source: SourceId,
    scan: i64,
    file: &WalkedFile,
) -> Result<FileId> {
    // An upsert that gives its row back makes and drops a table in memory for each file; looking first does not.
    const INSERT: &str =
        "INSERT INTO file (id, source_id, path, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan, excluded)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    const OVERWRITE: &str = "UPDATE file SET dev = ?6, ino = ?7, size = ?8, mtime_ns = ?9, ctime_ns = ?10, mode = ?11,
           scan = ?12, excluded = ?13, gone = 0, error = NULL, sha256 = NULL, phash = NULL, width = NULL, height = NULL
         WHERE id = ?1";
    let known = known_row(tx, source, file)?;
    if let Some((id, true)) = known {
        keep_former(tx, id)?;
    }
    let known = known.map(|row| row.0);
    let identity = &file.identity;
    tx.prepare_cached(if known.is_some() { OVERWRITE } else { INSERT })?
        .execute(params![
            known.map(|id| id.0),
            source.0,
            file.path.0,
            file.path.display(),
            file.path.folder(),
            signed(identity.dev),
            signed(identity.ino),
            signed(identity.size),
            identity.mtime_ns,
            identity.ctime_ns,
            identity.mode,
            scan,
            file.excluded
        ])?;
    let id = known.unwrap_or_else(|| FileId(tx.last_insert_rowid()));
    tx.prepare_cached("DELETE FROM problem WHERE file_id = ?1")?
        .execute([id.0])?;
    Ok(id)
}

/// The row of this path, and whether what it says of the last scan's file is overwritten.
fn known_row(tx: &Transaction<'_>, source: SourceId, file: &WalkedFile) -> Result<Option<(FileId, bool)>> {
    let id = &file.identity;
    let mut query = tx.prepare_cached(
        "SELECT id, id <= (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'told_apart')
           AND (gone = 1 OR sha256 IS NULL OR dev <> ?3 OR ino <> ?4 OR size <> ?5 OR mtime_ns <> ?6)
         FROM file WHERE source_id = ?1 AND path = ?2",
    )?;
    let row = query.query_row(
        params![
            source.0,
            file.path.0,
            signed(id.dev),
            signed(id.ino),
            signed(id.size),
            id.mtime_ns
        ],
        |row| Ok((FileId(row.get(0)?), row.get(1)?)),
    );
    Ok(row.optional()?)
}

/// What is overwritten may have been given another name: [`crate::renames`] tells, once the walk has seen everything.
fn keep_former(tx: &Transaction<'_>, row: FileId) -> Result<()> {
    tx.prepare_cached("INSERT OR IGNORE INTO met SELECT id, sha256 FROM file WHERE id = ?1")?
        .execute([row.0])?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO former SELECT * FROM file WHERE id = ?1 AND sha256 IS NOT NULL",
    )?
    .execute([row.0])?;
    Ok(())
}

fn put_fingerprint(tx: &Transaction<'_>, id: FileId, made: &Fingerprint) -> Result<()> {
    tx.prepare_cached(
        "UPDATE file SET kind = ?2, sha256 = ?3, width = ?4, height = ?5, phash = ?6, captured = ?7,
           offset_minutes = ?8, date_source = ?9, camera = ?10, north = ?11, east = ?12, phash_inside = ?13,
           subsec_ms = ?14, exposure = ?15, software = ?16, print = ?17, lens = ?18, place = ?19, content_id = ?20,
           dates = ?21, album = ?22, said = ?23, motion = ?24 WHERE id = ?1",
    )?
    .execute(params![
        id.0,
        made.kind.as_str(),
        made.sha256.0.as_slice(),
        made.width,
        made.height,
        made.phash.map(|hash| hash.to_bytes().to_vec()),
        made.captured.map(|date| date.iso()),
        made.captured.and_then(|date| date.offset_minutes),
        made.captured.map(|date| date.source.as_str()),
        made.camera,
        made.gps.map(|at| at.0),
        made.gps.map(|at| at.1),
        made.phash_inside.map(|hash| hash.to_bytes().to_vec()),
        made.subsec_ms,
        made.exposure,
        made.software,
        PRINT,
        made.lens,
        made.place,
        made.content_id,
        dates(made),
        made.album,
        crate::said::words(&made.said)?,
        made.motion.map(signed),
    ])?;
    tx.prepare_cached("DELETE FROM first_look WHERE file_id = ?1")?
        .execute([id.0])?;
    match &made.metadata {
        Some(json) => tx
            .prepare_cached("INSERT OR REPLACE INTO metadata (file_id, json) VALUES (?1, ?2)")?
            .execute(params![id.0, json])?,
        None => tx
            .prepare_cached("DELETE FROM metadata WHERE file_id = ?1")?
            .execute([id.0])?,
    };
    Ok(())
}

/// Everything that tells when it was taken, best first: `[{"source":"exif","local":"2024-05-17T10:11:12","offset":120}, …]`.
fn dates(made: &Fingerprint) -> Option<String> {
    let dates: Vec<_> = made
        .captured
        .iter()
        .chain(&made.also_dated)
        .map(|date| json!({ "source": date.source, "local": date.iso(), "offset": date.offset_minutes }))
        .collect();
    (!dates.is_empty()).then(|| serde_json::Value::Array(dates).to_string())
}

fn put_problem(
    tx: &Transaction<'_>,
    source: SourceId,
    file: Option<FileId>,
    path: &RelPath,
    code: &str,
    what: &str,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO problem (source_id, file_id, display, code, what) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![source.0, file.map(|id| id.0), path.display(), code, what])?;
    Ok(())
}
