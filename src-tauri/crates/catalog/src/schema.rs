//! The tables. Migrations only go forward; one that was released is never edited.

use crate::error::{Error, Result};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::fs::OpenOptions;
use std::path::Path;

/// Paths are BLOBs (bytes as the file system has them) with a display form beside them. `asset_id` is the file id of
/// the asset's primary. Times ending in `_at` are milliseconds, `_ns` nanoseconds since the epoch.
const V1: &str = "
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, display TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0, scan INTEGER NOT NULL DEFAULT 0, scanned_at INTEGER
) STRICT;

CREATE TABLE file (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id),
  path BLOB NOT NULL, display TEXT NOT NULL, folder BLOB NOT NULL,
  dev INTEGER NOT NULL, ino INTEGER NOT NULL, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, mode INTEGER NOT NULL,
  scan INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0, excluded INTEGER NOT NULL DEFAULT 0,
  kind TEXT NOT NULL DEFAULT 'other', sha256 BLOB, error TEXT,
  width INTEGER, height INTEGER, phash BLOB,
  captured TEXT, offset_minutes INTEGER, date_source TEXT, camera TEXT, north REAL, east REAL,
  asset_id INTEGER,
  UNIQUE (source_id, path)
) STRICT;
CREATE INDEX file_sha256 ON file(sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX file_asset ON file(asset_id);

CREATE TABLE metadata (file_id INTEGER PRIMARY KEY REFERENCES file(id), json TEXT NOT NULL) STRICT;

CREATE TABLE problem (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), file_id INTEGER,
  display TEXT NOT NULL, code TEXT NOT NULL, what TEXT NOT NULL
) STRICT;
CREATE INDEX problem_source ON problem(source_id);
CREATE INDEX problem_file ON problem(file_id);

CREATE TABLE duplicate_group (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, keeper INTEGER NOT NULL, reason TEXT NOT NULL,
  members INTEGER NOT NULL, reclaim INTEGER NOT NULL, captured TEXT, display TEXT NOT NULL,
  decision_id INTEGER, status TEXT NOT NULL DEFAULT 'open'
) STRICT;
CREATE INDEX group_status ON duplicate_group(status, kind);
CREATE INDEX group_keeper ON duplicate_group(keeper);
CREATE TABLE group_member (
  group_id INTEGER NOT NULL REFERENCES duplicate_group(id) ON DELETE CASCADE,
  asset_id INTEGER NOT NULL, sha256 BLOB NOT NULL, distance INTEGER NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY (group_id, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_member_asset ON group_member(asset_id);

CREATE TABLE batch (
  id INTEGER PRIMARY KEY, label TEXT NOT NULL, made_at INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE decision (
  id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL REFERENCES batch(id) ON DELETE CASCADE, kind TEXT NOT NULL
) STRICT;
CREATE INDEX decision_batch ON decision(batch_id);
CREATE TABLE decision_member (
  decision_id INTEGER NOT NULL REFERENCES decision(id) ON DELETE CASCADE,
  asset_id INTEGER NOT NULL, sha256 BLOB NOT NULL, keep INTEGER NOT NULL,
  PRIMARY KEY (decision_id, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_member_asset ON decision_member(asset_id, decision_id);

CREATE TABLE destination (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, spec TEXT NOT NULL, chosen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE listing (
  destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL, fold TEXT NOT NULL,
  size INTEGER NOT NULL, version TEXT NOT NULL, PRIMARY KEY (destination_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_fold ON listing(destination_id, fold);

CREATE TABLE plan (
  id INTEGER PRIMARY KEY, destination_id INTEGER NOT NULL REFERENCES destination(id),
  options TEXT NOT NULL, made_at INTEGER NOT NULL, revision INTEGER NOT NULL, complete INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE step (
  id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES file(id), asset_id INTEGER NOT NULL,
  outcome TEXT NOT NULL, state TEXT NOT NULL, key TEXT, fold TEXT, size INTEGER NOT NULL, why TEXT NOT NULL,
  shard INTEGER
) STRICT;
CREATE UNIQUE INDEX step_key ON step(plan_id, fold) WHERE fold IS NOT NULL;
CREATE UNIQUE INDEX step_file ON step(plan_id, file_id);
CREATE INDEX step_shard ON step(plan_id, shard, state);

CREATE TABLE placed (
  id INTEGER PRIMARY KEY, destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL,
  file_id INTEGER NOT NULL REFERENCES file(id), sha256 BLOB NOT NULL, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, version TEXT NOT NULL, origin TEXT NOT NULL, placed_at INTEGER NOT NULL, marker TEXT,
  UNIQUE (destination_id, key)
) STRICT;
CREATE INDEX placed_file ON placed(file_id, destination_id);
CREATE TABLE intent (
  destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL, sha256 BLOB NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (destination_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE receipt (
  placed_id INTEGER PRIMARY KEY REFERENCES placed(id) ON DELETE CASCADE,
  grade TEXT NOT NULL, version TEXT NOT NULL, made_at INTEGER NOT NULL
) STRICT;
CREATE TABLE made_dir (
  destination_id INTEGER NOT NULL REFERENCES destination(id), path BLOB NOT NULL, PRIMARY KEY (destination_id, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE marker (
  destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL, version TEXT NOT NULL,
  PRIMARY KEY (destination_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE removal (
  id INTEGER PRIMARY KEY, destination_id INTEGER NOT NULL REFERENCES destination(id),
  file_id INTEGER NOT NULL REFERENCES file(id), placed_id INTEGER NOT NULL, key TEXT NOT NULL,
  sha256 BLOB NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, mode INTEGER NOT NULL,
  how TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX removal_file ON removal(file_id);

CREATE TABLE journal (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_append_only_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER journal_append_only_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append only'); END;
";

/// `settled` is 1 while pairing and groups are made from what `file` holds; whoever changes files takes it back by these
/// triggers and cannot forget to. `first_look` holds guesses about files that were not read yet.
const SCANS: &str = "
ALTER TABLE source ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER file_added AFTER INSERT ON file BEGIN
  UPDATE source SET settled = 0 WHERE id = NEW.source_id AND settled = 1;
END;
CREATE TRIGGER file_changed AFTER UPDATE OF sha256, phash, kind, gone, excluded ON file BEGIN
  UPDATE source SET settled = 0 WHERE id = NEW.source_id AND settled = 1;
END;
CREATE TRIGGER source_changed AFTER UPDATE OF removed ON source WHEN NEW.removed <> OLD.removed BEGIN
  UPDATE source SET settled = 0 WHERE id = NEW.id;
END;

CREATE TABLE first_look (
  file_id INTEGER PRIMARY KEY REFERENCES file(id), phash BLOB, width INTEGER NOT NULL, height INTEGER NOT NULL
) STRICT;
";

/// What the second look needs of a file, the pairs it confirmed or refused, and groups that are made from those. Groups
/// of before are made anew by the next scan; decisions stay, because they hold assets and their bytes.
/// `print` is the version of the fingerprint: files of an older one are read again.
const PAIRS: &str = "
ALTER TABLE file ADD COLUMN print INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN phash_inside BLOB;
ALTER TABLE file ADD COLUMN subsec_ms INTEGER;
ALTER TABLE file ADD COLUMN exposure REAL;
ALTER TABLE file ADD COLUMN software TEXT;
CREATE INDEX file_folder ON file(source_id, folder);

CREATE TABLE pair (
  a INTEGER NOT NULL, b INTEGER NOT NULL, distance INTEGER NOT NULL, turn INTEGER NOT NULL, relation TEXT,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_b ON pair(b);
CREATE TRIGGER pair_changed AFTER UPDATE OF sha256 ON file BEGIN
  DELETE FROM pair WHERE a = NEW.id;
  DELETE FROM pair WHERE b = NEW.id;
END;

CREATE TABLE folder (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), path BLOB NOT NULL,
  display TEXT NOT NULL, mark TEXT, UNIQUE (source_id, path)
) STRICT;

DROP TABLE group_member;
DROP TABLE duplicate_group;
CREATE TABLE duplicate_group (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, keeper INTEGER NOT NULL, signature INTEGER NOT NULL,
  rule TEXT, reason TEXT NOT NULL, sure INTEGER NOT NULL, members INTEGER NOT NULL, distance INTEGER NOT NULL,
  reclaim INTEGER NOT NULL, reclaim_assets INTEGER NOT NULL, captured TEXT, display TEXT NOT NULL,
  decision_id INTEGER, status TEXT NOT NULL DEFAULT 'open'
) STRICT;
CREATE INDEX group_status ON duplicate_group(status, kind);
CREATE INDEX group_keeper ON duplicate_group(keeper);
CREATE TABLE group_member (
  group_id INTEGER NOT NULL REFERENCES duplicate_group(id) ON DELETE CASCADE,
  asset_id INTEGER NOT NULL, sha256 BLOB NOT NULL, distance INTEGER NOT NULL, place INTEGER NOT NULL,
  relation TEXT NOT NULL, turn INTEGER NOT NULL, keep INTEGER NOT NULL, folder_id INTEGER NOT NULL REFERENCES folder(id),
  PRIMARY KEY (group_id, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_member_asset ON group_member(asset_id);
CREATE INDEX group_member_folder ON group_member(folder_id, group_id);
CREATE TABLE folder_pair (
  a INTEGER NOT NULL REFERENCES folder(id), b INTEGER NOT NULL REFERENCES folder(id),
  copies INTEGER NOT NULL, groups INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
";

/// Large files that are on their way.
const UPLOADS: &str = "
CREATE TABLE upload (
  destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL, session TEXT NOT NULL,
  begun_at INTEGER NOT NULL, PRIMARY KEY (destination_id, key)
) STRICT, WITHOUT ROWID;
";

/// What was tried out on a destination, what it may cost a day, and the digests it tells of what it holds.
const HOMES: &str = "
ALTER TABLE destination ADD COLUMN facts TEXT NOT NULL DEFAULT '';
ALTER TABLE destination ADD COLUMN throttle TEXT NOT NULL DEFAULT '';
ALTER TABLE placed ADD COLUMN sums TEXT NOT NULL DEFAULT '';
ALTER TABLE placed ADD COLUMN refused_wrong INTEGER NOT NULL DEFAULT 0;
ALTER TABLE listing ADD COLUMN sums TEXT NOT NULL DEFAULT '';
CREATE TABLE spent (
  destination_id INTEGER NOT NULL REFERENCES destination(id), day TEXT NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (destination_id, day)
) STRICT, WITHOUT ROWID;
";

/// What layouts draw on, what ties a Live Photo's halves, and every date that was found, best first, as JSON.
const SIDECAR: &str = "
ALTER TABLE file ADD COLUMN lens TEXT;
ALTER TABLE file ADD COLUMN place TEXT;
ALTER TABLE file ADD COLUMN album TEXT;
ALTER TABLE file ADD COLUMN content_id TEXT;
ALTER TABLE file ADD COLUMN dates TEXT;
";

/// What the person said of the clocks of cameras.
const CLOCKS: &str = "
CREATE TABLE clock (
  id INTEGER PRIMARY KEY AUTOINCREMENT, camera TEXT NOT NULL, first TEXT, last TEXT,
  shift_seconds INTEGER NOT NULL, offset_minutes INTEGER
) STRICT;
";

/// Where a destination differs from what the catalog knows, and what others have there.
const DIFFERENCES: &str = "
CREATE TABLE difference (
  id INTEGER PRIMARY KEY, destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL,
  differs TEXT NOT NULL, placed_id INTEGER, size INTEGER NOT NULL, version TEXT NOT NULL, origin TEXT NOT NULL,
  done TEXT NOT NULL DEFAULT '', UNIQUE (destination_id, key)
) STRICT;
CREATE TABLE stranger (
  destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL, size INTEGER NOT NULL,
  version TEXT NOT NULL, PRIMARY KEY (destination_id, key)
) STRICT, WITHOUT ROWID;
";

/// What people said of each photo, and the XMP files that are written beside copies on request. `writing` is the plan's
/// part of it (a key of its own is among those of the photos), `written` what stands at a destination; without a version it
/// was about to be put there.
const XMP: &str = "
ALTER TABLE file ADD COLUMN said TEXT;
CREATE TABLE writing (
  id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES file(id), beside TEXT NOT NULL, key TEXT NOT NULL, fold TEXT,
  becomes TEXT NOT NULL, facts TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX writing_key ON writing(plan_id, fold) WHERE fold IS NOT NULL;
CREATE INDEX writing_becomes ON writing(plan_id, becomes);
CREATE TRIGGER writing_is_no_photo BEFORE INSERT ON writing
  WHEN EXISTS (SELECT 1 FROM step WHERE plan_id = NEW.plan_id AND fold = NEW.fold)
BEGIN SELECT RAISE(ABORT, 'this key is a photo''s'); END;
CREATE TRIGGER photo_is_no_writing BEFORE INSERT ON step
  WHEN EXISTS (SELECT 1 FROM writing WHERE plan_id = NEW.plan_id AND fold = NEW.fold)
BEGIN SELECT RAISE(ABORT, 'this key is a written file''s'); END;
CREATE TABLE written (
  id INTEGER PRIMARY KEY, destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL,
  beside TEXT NOT NULL, sha256 BLOB NOT NULL, size INTEGER NOT NULL, version TEXT NOT NULL, marker TEXT,
  UNIQUE (destination_id, key)
) STRICT;
CREATE INDEX written_beside ON written(destination_id, beside);
";

/// Bytes of the movie within a Motion Photo's own file.
const MOTION: &str = "ALTER TABLE file ADD COLUMN motion INTEGER;";

/// What renames are told by: `met` are the rows that scans overwrote since renames were told apart, with the digest that was
/// there; files with an id above `told_apart` came since. `former` holds overwritten rows as they were: until they are told
/// apart, and on while a copy of that content hangs on the row, as the file may be under a name that was not looked at yet. A
/// migration that adds a column to `file` adds it to `former`.
const RENAMES: &str = "
CREATE TABLE former AS SELECT * FROM file WHERE 0;
CREATE UNIQUE INDEX former_id ON former(id, sha256);
CREATE INDEX former_sha256 ON former(sha256);
INSERT INTO setting (key, value) SELECT 'told_apart', CAST(coalesce(max(id), 0) AS TEXT) FROM file;
CREATE TABLE met (file_id INTEGER PRIMARY KEY, was BLOB) STRICT;
CREATE TABLE renamed (
  id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES file(id), source_id INTEGER NOT NULL REFERENCES source(id),
  path BLOB NOT NULL, was TEXT NOT NULL, now TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX renamed_file ON renamed(file_id);
CREATE INDEX renamed_path ON renamed(source_id, path);
CREATE INDEX step_of ON step(file_id);
CREATE INDEX writing_of ON writing(file_id);
CREATE TRIGGER file_moved AFTER UPDATE OF path, source_id ON file BEGIN
  UPDATE source SET settled = 0 WHERE id IN (OLD.source_id, NEW.source_id) AND settled = 1;
END;
";

/// The asset that stands for one that a plan leaves out as a duplicate.
const INSTEAD: &str = "
ALTER TABLE step ADD COLUMN instead INTEGER;
";

/// What the person chose to do with a destination. `phase` holds an act (cutting over, home, switching back) and is NULL while
/// facts tell the phase; the counts are of photos that were opened while it is home.
const WAY: &str = "
CREATE TABLE way (
  destination_id INTEGER PRIMARY KEY REFERENCES destination(id), strategy TEXT NOT NULL, phase TEXT, since INTEGER NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0, let_go INTEGER NOT NULL DEFAULT 0, finding TEXT NOT NULL DEFAULT '',
  compares INTEGER NOT NULL DEFAULT 1, agreed INTEGER NOT NULL DEFAULT 0, differed INTEGER NOT NULL DEFAULT 0,
  elsewhere INTEGER NOT NULL DEFAULT 0, said TEXT NOT NULL DEFAULT ''
) STRICT;
";

/// What the person said of conflicts, step by step. By what stands there, so that it holds through another comparison while that
/// is the same.
const CHOICES: &str = "
CREATE TABLE choice (
  destination_id INTEGER NOT NULL REFERENCES destination(id), key TEXT NOT NULL, version TEXT NOT NULL, step INTEGER NOT NULL,
  choice TEXT NOT NULL, PRIMARY KEY (destination_id, key, version, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX choice_step ON choice(destination_id, step);
";

/// Small parts of a plan that were moved and read back first, with the time that each of their files took.
const PILOTS: &str = "
CREATE TABLE pilot (
  id INTEGER PRIMARY KEY, destination_id INTEGER NOT NULL REFERENCES destination(id), share REAL NOT NULL,
  seed INTEGER NOT NULL, begun_at INTEGER NOT NULL, done_at INTEGER, busy_us INTEGER NOT NULL DEFAULT 0,
  result TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX pilot_destination ON pilot(destination_id);
CREATE TABLE pilot_file (
  pilot_id INTEGER NOT NULL REFERENCES pilot(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, took_us INTEGER, PRIMARY KEY (pilot_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pilot_file_of ON pilot_file(file_id);
";

/// The bytes of a file that a plan leaves out: one that changes since is another. NULL in plans from before.
const LEFT_OUT: &str = "
ALTER TABLE step ADD COLUMN sha256 BLOB;
";

/// Problems are shown by their kind, a page at a time.
const PROBLEM_ORDER: &str = "
CREATE INDEX problem_code ON problem(code);
";

/// Of the last migration.
const VERSION: i64 = 17;

fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(V1),
        M::up(SCANS),
        M::up(PAIRS),
        M::up(UPLOADS),
        M::up(HOMES),
        M::up(SIDECAR),
        M::up(CLOCKS),
        M::up(DIFFERENCES),
        M::up(XMP),
        M::up(MOTION),
        M::up(RENAMES),
        M::up(INSTEAD),
        M::up(WAY),
        M::up(CHOICES),
        M::up(PILOTS),
        M::up(LEFT_OUT),
        M::up(PROBLEM_ORDER),
    ])
}

pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    match migrations().to_latest(connection) {
        Ok(()) => Ok(()),
        Err(rusqlite_migration::Error::MigrationDefinition(
            rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
        )) => Err(Error::Newer(path.to_owned())),
        Err(rusqlite_migration::Error::RusqliteError { err, .. }) => Err(Error::opening(path, err)),
        Err(other) => Err(Error::Open(path.to_owned(), other.to_string())),
    }
}

/// A schema of the future, or of another program, is not for us to write into.
pub(crate) fn refuse_unknown(connection: &Connection, path: &Path) -> Result<()> {
    let ask = |sql: &str| -> Result<i64> {
        let answer = connection.query_row(sql, [], |row| row.get(0));
        answer.map_err(|error| Error::opening(path, error))
    };
    let version = ask("PRAGMA user_version")?;
    let tables = ask("SELECT count(*) FROM sqlite_schema")?;
    let ours = ask(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('placed', 'removal', 'journal')",
    )?;
    let is_ours = match version {
        0 => tables == 0,
        1..=VERSION => ours == 3,
        // The future may have other tables.
        _ => ours > 0,
    };
    if !is_ours {
        return Err(Error::Foreign(path.to_owned()));
    }
    if version > VERSION {
        return Err(Error::Newer(path.to_owned()));
    }
    Ok(())
}

/// As in `open`. Thumbnails are written once, in the order they come in, and read one by one.
const THUMBS_CACHE_KIB: i64 = -250;

/// Thumbnails can be made again, so a damaged file of them is started over and nothing waits for its syncs. Those that lie
/// beside a `new` catalog are of other files.
pub(crate) fn open_thumbs(catalog: &Path, new: bool) -> Result<Connection> {
    let path = crate::open::beside(catalog, ".thumbs");
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(&path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", THUMBS_CACHE_KIB)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS thumb (file_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL) STRICT",
        )?;
        if new {
            connection.execute("DELETE FROM thumb", [])?;
        }
        Ok(connection)
    };
    let again = open().or_else(|error| {
        if is_damage(&error) {
            empty_thumbs(catalog);
        }
        open()
    });
    again.or_else(|_| {
        let memory = Connection::open_in_memory()?;
        memory
            .execute_batch("CREATE TABLE thumb (file_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL) STRICT")?;
        Ok(memory)
    })
}

/// A power cut may keep any part of a file that nothing synced.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

/// Puts an empty file of thumbnails in place of a damaged one, which nobody has open any more.
pub(crate) fn empty_thumbs(catalog: &Path) {
    for end in ["", "-wal", "-journal"] {
        let emptied = OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(crate::open::beside(catalog, &format!(".thumbs{end}")));
        if let Err(error) = emptied
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!("damaged thumbnails could not be started over: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn migrations_are_sound() {
        super::migrations().validate().expect("valid");
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = crate::Catalog::open(&dir.path().join("c.db")).expect("open");
        let version =
            catalog.read(|c| Ok(c.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?));
        assert_eq!(version.expect("query"), super::VERSION);
    }
}
