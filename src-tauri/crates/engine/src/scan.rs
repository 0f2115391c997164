//! Stage 1 and 2, scan: walk → fingerprint → pair. One walker, as many readers as cores, one writer in batches; both
//! queues are bounded, so memory does not grow with the library. A file whose identity is known is not read again.

use crate::api::{AppError, JobKind, What};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_catalog::{Catalog, KnownFile, ScannedFile, WalkedFile};
use albumen_files::clock::now_ms;
use albumen_media::{FingerprintError, Found, fingerprint, pair, walk};
use albumen_migrate::Control;
use albumen_model::{FileId, Identity, RelPath, SourceId};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const QUEUE: usize = 256;
const BATCH: usize = 200;
const BATCH_AGE: Duration = Duration::from_millis(500);
/// A source that shows less than this part of the files known before is more likely half away than half deleted.
const SHRUNKEN: f64 = 0.5;
const SHRUNKEN_MIN: u64 = 20;

impl Engine {
    /// Scans all sources, then groups.
    pub fn start_scan(&self) -> Result<JobHandle, AppError> {
        self.start(JobKind::Scan, |engine, control| {
            let sources = engine.source_paths()?;
            if sources.is_empty() {
                return Err(AppError::usage(
                    "There is no folder to scan.",
                    "Add a folder first.",
                ));
            }
            control.begin_open("Reading");
            for (id, root) in sources {
                scan_source(&engine.inner.catalog, id, &root, control)?;
                engine.tell_changed(&[What::Sources, What::Profile]);
            }
            control.begin_open("Finding duplicates");
            engine.regroup(control)?;
            engine.tell_changed(&[What::Sources, What::Profile, What::Groups, What::Plan]);
            Ok(Outcome::Scanned(Box::new(engine.profile()?)))
        })
    }
}

pub(crate) fn stopped() -> AppError {
    AppError::new(
        "stopped",
        "Stopped, as you asked.",
        "What was read is kept.",
        "Scan again to go on.",
    )
}

fn scan_source(
    catalog: &Arc<Catalog>,
    id: SourceId,
    root: &Path,
    control: &Arc<Control>,
) -> Result<(), AppError> {
    if !root.is_dir() {
        return Err(AppError::new(
            "source_missing",
            format!("`{}` is not there.", root.display()),
            "Nothing is concluded from a folder that is away: all that is known of it stays.",
            "Connect the disk or card again, or remove the folder from the list.",
        ));
    }
    let scan = catalog.begin_scan(id)?;
    let hidden = Arc::new(AtomicBool::new(false));
    let readers = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(16);
    control.set_workers(readers);
    let (walked_in, walked_out) = bounded::<(RelPath, Identity)>(QUEUE);
    let (read_in, read_out) = bounded::<ScannedFile>(QUEUE);
    let written = std::thread::scope(|scope| {
        let walker = Walker {
            catalog,
            id,
            root,
            control,
            walked: walked_in,
            read: read_in.clone(),
            hidden: &hidden,
        };
        scope.spawn(move || walker.run());
        for worker in 0..readers {
            let (files, done, control) = (walked_out.clone(), read_in.clone(), control.clone());
            scope.spawn(move || read_files(worker, root, &files, &done, &control));
        }
        drop(read_in);
        drop(walked_out);
        write(catalog, id, scan, &read_out)
    });
    written?;
    if control.is_stopping() {
        return Err(stopped());
    }
    finish(catalog, id, scan, root, hidden.load(Ordering::Relaxed))?;
    assemble(catalog, id)
}

struct Walker<'a> {
    catalog: &'a Catalog,
    id: SourceId,
    root: &'a Path,
    control: &'a Control,
    walked: Sender<(RelPath, Identity)>,
    read: Sender<ScannedFile>,
    hidden: &'a AtomicBool,
}

impl Walker<'_> {
    /// Sorts what the walk finds: unchanged, excluded and odd entries go straight to the writer, the rest to a reader.
    fn run(self) {
        walk(self.root, |found| {
            if found.hides_files() {
                self.hidden.store(true, Ordering::Relaxed);
            }
            let sent = match found {
                Found::Problem { path, code, what } => {
                    self.read.send(ScannedFile::Problem(path, code, what)).is_ok()
                }
                Found::Excluded { path, identity } => self
                    .read
                    .send(ScannedFile::Excluded(WalkedFile {
                        path,
                        identity,
                        excluded: true,
                    }))
                    .is_ok(),
                Found::File { path, identity } => match self.catalog.known_file(self.id, &path) {
                    Ok(Some(known)) if unchanged(&known, &identity) => {
                        self.control.file_done();
                        self.control.bytes(identity.size);
                        self.read.send(ScannedFile::Unchanged(known.id)).is_ok()
                    }
                    // A catalog that cannot be read will fail the writer too; reading the file is never wrong.
                    _ => self.walked.send((path, identity)).is_ok(),
                },
            };
            sent && self.control.go_on_blocking()
        });
    }
}

/// Permission changes do not change bytes, but they change ctime, so they lead to one more read: cheap and safe.
fn unchanged(known: &KnownFile, seen: &Identity) -> bool {
    known.fingerprinted && known.identity == *seen
}

fn read_files(
    worker: usize,
    root: &Path,
    files: &Receiver<(RelPath, Identity)>,
    done: &Sender<ScannedFile>,
    control: &Control,
) {
    for (path, identity) in files {
        if !control.go_on_blocking() {
            return;
        }
        control.worker_on(worker, Some(path.display()));
        let full: PathBuf = root.join(path.as_path());
        let scanned = match fingerprint(&full, path.name(), &|| control.is_stopping()) {
            // The identity at reading is the one that counts; the walk's may be older.
            Ok((made, identity)) => ScannedFile::Read(
                WalkedFile {
                    path,
                    identity,
                    excluded: false,
                },
                Box::new(made),
            ),
            Err(FingerprintError::Stopped) => return,
            Err(error) => {
                control.file_failed();
                ScannedFile::Unreadable(
                    WalkedFile {
                        path,
                        identity,
                        excluded: false,
                    },
                    unreadable(&error),
                )
            }
        };
        control.worker_bytes(worker, identity.size);
        control.worker_on(worker, None);
        control.file_done();
        if done.send(scanned).is_err() {
            return;
        }
    }
}

fn unreadable(error: &FingerprintError) -> String {
    match error {
        FingerprintError::Changed(_) => {
            "It changed while it was read. Scan again when it is finished.".to_owned()
        }
        FingerprintError::NotRegular(_) => "It is no regular file any more.".to_owned(),
        error if error.is_permission() => "You may not read this file. Check its permissions.".to_owned(),
        error => format!("It could not be read: {error}."),
    }
}

/// The one writer. Drains the queue even after an error, so that no reader waits for ever.
fn write(catalog: &Catalog, id: SourceId, scan: i64, read: &Receiver<ScannedFile>) -> Result<(), AppError> {
    let mut failed = None;
    let mut batch = Vec::with_capacity(BATCH);
    let mut since = Instant::now();
    loop {
        let next = read.recv_timeout(BATCH_AGE);
        let ended = matches!(next, Err(crossbeam_channel::RecvTimeoutError::Disconnected));
        batch.extend(next);
        if failed.is_none()
            && !batch.is_empty()
            && (ended || batch.len() >= BATCH || since.elapsed() >= BATCH_AGE)
        {
            failed = catalog.put_scanned(id, scan, std::mem::take(&mut batch)).err();
            since = Instant::now();
        }
        if failed.is_some() {
            batch.clear();
        }
        if ended {
            return failed.map_or(Ok(()), |error| Err(error.into()));
        }
    }
}

/// Files that were not seen are gone only if the walk saw everything and the source did not shrink suspiciously.
fn finish(catalog: &Catalog, id: SourceId, scan: i64, root: &Path, hidden: bool) -> Result<(), AppError> {
    let (seen, known) = catalog.scan_counts(id, scan)?;
    let shrunken = known >= SHRUNKEN_MIN && (seen as f64) < known as f64 * SHRUNKEN;
    if !root.is_dir() || shrunken {
        return Err(AppError::new(
            "source_shrunken",
            format!(
                "`{}` shows {seen} files; {known} were there before.",
                root.display()
            ),
            "Nothing is concluded from that: all that is known of it stays.",
            "Check that the right disk is connected. If the photos are really gone, remove the folder from the list and add it again.",
        ));
    }
    if !hidden {
        catalog.finish_scan(id, scan, now_ms())?;
    } else {
        catalog.finish_scan_keeping(id, now_ms())?;
    }
    Ok(())
}

/// Pairs the files of each folder into assets and writes only what changed.
fn assemble(catalog: &Catalog, id: SourceId) -> Result<(), AppError> {
    let mut changed: Vec<(FileId, FileId)> = Vec::new();
    let mut folder: Vec<albumen_catalog::PairingRow> = Vec::new();
    let mut close = |rows: &mut Vec<albumen_catalog::PairingRow>| {
        let files = rows
            .iter()
            .map(|row| pair::Candidate {
                id: row.id,
                name: row.name.clone(),
                kind: row.kind,
            })
            .collect();
        let before: std::collections::HashMap<FileId, Option<i64>> =
            rows.drain(..).map(|row| (row.id, row.asset)).collect();
        for asset in pair::pair(files) {
            let members = std::iter::once(asset.primary).chain(asset.companions);
            changed.extend(
                members
                    .filter(|file| before.get(file).copied().flatten() != Some(asset.primary.0))
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
    Ok(())
}
