//! Stage 1 and 2, scan: walk → fingerprint → tell renames → pair. One walker, as many readers as cores, one writer in batches; both
//! queues are bounded, so memory does not grow with the library. A file whose identity is known is not read again, and
//! nothing is written about it; where nothing changed at all, nothing is paired and grouped anew.

use crate::api::{AppError, JobKind, What};
use crate::assemble::assemble;
use crate::engine::{Engine, Outcome};
use crate::first_look::first_look;
use crate::job::JobHandle;
use crate::known::{Inode, KnownFiles, KnownProblems, Part, Passed, Seen};
use crate::presence::{Absence, must_be_itself_by_any_name, must_be_there, source_shrunken};
use crate::renames::tell_apart;
use albumen_catalog::{Catalog, KnownFile, ScannedFile, WalkedFile};
use albumen_files::Names;
use albumen_files::clock::now_ms;
use albumen_media::{FingerprintError, Found, fingerprint, walk, walk_folder};
use albumen_migrate::Control;
use albumen_model::{FileId, Identity, RelPath, SourceId};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) const QUEUE: usize = 256;
/// What was read waits for the writer with thumbnail and metadata, some KiB each: while a large catalog syncs, the queue fills
/// to its brim.
pub(crate) const RESULTS: usize = 64;
pub(crate) const BATCH: usize = 200;
pub(crate) const BATCH_AGE: Duration = Duration::from_millis(500);
/// A source that shows less than this part of the files known before is more likely half away than half deleted.
const SHRUNKEN: f64 = 0.5;
const SHRUNKEN_MIN: u64 = 20;

/// How a scan differs from the one before, in files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Differences {
    pub new: u64,
    pub changed: u64,
    pub renamed: u64,
    /// Not there any more, under any name.
    pub removed: u64,
    /// Written to a moment ago, and so left for the next scan.
    pub unsettled: u64,
    /// Files that were looked at to find this out.
    pub looked: u64,
}

impl Differences {
    pub fn is_nothing(&self) -> bool {
        let looked = self.looked;
        *self
            == Self {
                looked,
                ..Self::default()
            }
    }
}

/// What a scan looks at.
#[derive(Debug, Clone)]
pub(crate) enum Where {
    Everywhere,
    /// Only there, in the sources that are named: everything that changed since the last scan is known to lie there.
    Only(BTreeMap<SourceId, Vec<Part>>),
}

impl Engine {
    /// Scans all sources, then groups. A source that lost most of its files is asked about, unless absence is believed.
    pub fn start_scan(&self) -> Result<JobHandle, AppError> {
        self.start_scan_with(Absence::Doubted)
    }

    pub fn start_scan_with(&self, absence: Absence) -> Result<JobHandle, AppError> {
        self.start(JobKind::Scan, move |engine, control| {
            engine.scan(&Where::Everywhere, absence, None, control)?;
            Ok(Outcome::Scanned(Box::new(engine.profile()?)))
        })
    }

    /// With `settle`, what is new or changed counts only when it has stood unchanged for so long.
    pub(crate) fn scan(
        &self,
        at: &Where,
        absence: Absence,
        settle: Option<Duration>,
        control: &Arc<Control>,
    ) -> Result<Differences, AppError> {
        let sources = self.source_paths()?;
        if sources.is_empty() {
            return Err(AppError::usage(
                "There is no folder to scan.",
                "Add a folder first.",
            ));
        }
        let (catalog, begun) = (&self.inner.catalog, Instant::now());
        for (id, root) in &sources {
            must_be_there(root)?;
            if absence == Absence::Doubted {
                must_be_itself_by_any_name(catalog, *id, root, control)?;
            }
            if settle.is_none() {
                first_look(catalog, *id, root, control)?;
            }
            self.tell_changed(&[What::Sources, What::Profile, What::Groups]);
        }
        self.group_first_looks(control)?;
        let groups = self.first_look().groups;
        tracing::info!(groups, seconds = begun.elapsed().as_secs_f64(), "first look");
        control.begin_open("Reading");
        let mut seen = Vec::new();
        let (mut vanished, mut unsettled) = (Vec::new(), HashSet::new());
        let mut looked = 0;
        let scanned = sources.iter().try_for_each(|(id, root)| {
            let parts = match at {
                Where::Everywhere => None,
                Where::Only(parts) => match parts.get(id) {
                    Some(parts) => Some(parts.as_slice()),
                    None => {
                        // What moved from it to another is put together anew there, too.
                        seen.push(*id);
                        return Ok(());
                    }
                },
            };
            let walked = scan_source(catalog, (*id, root), parts, absence, settle, control)?;
            looked += walked.seen;
            vanished.extend(walked.passed.vanished);
            unsettled.extend(walked.unsettled);
            seen.push(*id);
            self.tell_changed(&[What::Sources, What::Profile]);
            Ok(())
        });
        // A file may have moved from one source to another: renames are told when all were seen, photos put together then.
        let renamed = scanned.and_then(|()| tell_apart(catalog, control));
        for id in seen {
            if !catalog.is_settled(id)? {
                assemble(catalog, id)?;
                catalog.apply_clocks(id)?;
            }
        }
        let (renamed, met) = renamed?;
        self.regroup_if_changed(control)?;
        self.forget_first_looks();
        tracing::info!(renamed, seconds = begun.elapsed().as_secs_f64(), "scanned");
        self.tell_changed(&[What::Sources, What::Profile, What::Groups, What::Plan]);
        // What left its path and is under a new one since a moment is on its way, not gone.
        vanished.retain(|(_, inode)| !unsettled.contains(inode));
        Ok(Differences {
            new: met.new,
            changed: met.changed,
            renamed,
            removed: catalog.count_gone(&ids(&vanished))?,
            unsettled: unsettled.len() as u64,
            looked,
        })
    }
}

impl Engine {
    fn regroup_if_changed(&self, control: &Control) -> Result<(), AppError> {
        let catalog = &self.inner.catalog;
        if !catalog.all_settled()? {
            control.begin_open("Finding duplicates");
            self.regroup(control)?;
            let ids: Vec<SourceId> = self.source_paths()?.into_iter().map(|source| source.0).collect();
            catalog.settle(&ids)?;
        }
        self.keep_profile()
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

/// Finding names works the disk, too.
pub(crate) fn names_below(root: &Path) -> Names {
    Names::on(albumen_files::identity_of(root).map_or(0, |root| root.dev))
}

pub(crate) fn readers() -> usize {
    std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(16)
}

fn ids(vanished: &[(FileId, Inode)]) -> Vec<FileId> {
    vanished.iter().map(|one| one.0).collect()
}

/// Reads one source.
fn scan_source(
    catalog: &Arc<Catalog>,
    (id, root): (SourceId, &Path),
    parts: Option<&[Part]>,
    absence: Absence,
    settle: Option<Duration>,
    control: &Arc<Control>,
) -> Result<Walked, AppError> {
    must_be_there(root)?;
    let scan = catalog.begin_scan(id)?;
    let readers = readers();
    control.set_workers(readers);
    let (walked_in, walked_out) = bounded::<(RelPath, Identity)>(QUEUE);
    let (read_in, read_out) = bounded::<ScannedFile>(RESULTS);
    let files = match parts {
        None => KnownFiles::new(catalog, id),
        Some(parts) => KnownFiles::within(catalog, id, parts)?,
    };
    let (walked, written) = std::thread::scope(|scope| {
        let walker = Walker {
            files,
            parts,
            problems: KnownProblems::new(catalog, id),
            control,
            walked: walked_in,
            read: read_in.clone(),
            seen: 0,
            hidden: false,
            settle,
            unsettled: Vec::new(),
        };
        let walker = scope.spawn(move || walker.run(root));
        for worker in 0..readers {
            let (files, done, control) = (walked_out.clone(), read_in.clone(), control.clone());
            scope.spawn(move || read_files(worker, catalog, id, root, &files, &done, &control));
        }
        drop(read_in);
        drop(walked_out);
        let written = write(&read_out, |batch| Ok(catalog.put_scanned(id, scan, batch)?));
        (walker.join(), written)
    });
    written?;
    // A walker that panicked has seen nothing: the job's own guard reports it.
    let walked = walked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    if control.is_stopping() {
        return Err(stopped());
    }
    if walked.odd {
        // What is no file is told of where everything is looked at.
        return scan_source(catalog, (id, root), None, absence, settle, control);
    }
    finish(catalog, id, scan, root, (absence, parts.is_some()), &walked)?;
    Ok(walked)
}

struct Walker<'a> {
    files: KnownFiles<'a>,
    parts: Option<&'a [Part]>,
    problems: KnownProblems<'a>,
    control: &'a Control,
    walked: Sender<(RelPath, Identity)>,
    read: Sender<ScannedFile>,
    seen: u64,
    hidden: bool,
    settle: Option<Duration>,
    unsettled: Vec<Inode>,
}

/// What a walk saw, and what it did not.
struct Walked {
    seen: u64,
    /// There may be files that it could not see.
    hidden: bool,
    /// Only some folders were looked at, and there was something that is no file.
    odd: bool,
    passed: Passed,
    /// Left for the next scan.
    unsettled: Vec<Inode>,
}

impl Walker<'_> {
    /// Sorts what the walk finds: what is as it was goes nowhere, odd entries to the writer, the rest to a reader.
    fn run(mut self, root: &Path) -> Result<Walked, AppError> {
        let (mut failed, mut odd) = (None, false);
        let parts = self.parts;
        let mut names = names_below(root);
        let mut look = |found: Found| {
            names.next();
            if parts.is_some() && matches!(found, Found::Problem { .. }) {
                odd = true;
                return false;
            }
            self.hidden |= found.hides_files();
            let sent = self.sort(found).unwrap_or_else(|error| {
                failed = Some(error);
                false
            });
            sent && self.control.go_on_blocking()
        };
        match parts {
            None => walk(root, look),
            Some(parts) => {
                for part in parts {
                    walk_folder(root, &part.folder, part.is_deep, &mut look);
                }
            }
        }
        if let Some(error) = failed {
            return Err(error.into());
        }
        let mut passed = Passed::default();
        if !self.control.is_stopping() && !odd {
            passed = self.files.rest()?;
        }
        if !self.control.is_stopping()
            && parts.is_none()
            && let Some(after) = self.problems.rest()?
        {
            self.read.send(ScannedFile::ForgetProblems { after }).ok();
        }
        Ok(Walked {
            seen: self.seen,
            hidden: self.hidden,
            odd,
            passed,
            unsettled: self.unsettled,
        })
    }

    /// False when nobody listens any more.
    fn sort(&mut self, found: Found) -> albumen_catalog::Result<bool> {
        Ok(match found {
            Found::Problem { path, code, what } => {
                let seen = self.problems.see(&path, code, &what)?;
                if let Seen::NewAfter(after) = seen
                    && self.read.send(ScannedFile::ForgetProblems { after }).is_err()
                {
                    return Ok(false);
                }
                seen == Seen::Before || self.read.send(ScannedFile::Problem(path, code, what)).is_ok()
            }
            Found::Excluded { path, identity } => {
                self.seen += 1;
                let known = self.files.find(&path)?;
                let as_before =
                    |known: &KnownFile| known.excluded && !known.gone && known.identity == identity;
                known.as_ref().is_some_and(as_before)
                    || self
                        .read
                        .send(ScannedFile::Excluded(WalkedFile {
                            path,
                            identity,
                            excluded: true,
                        }))
                        .is_ok()
            }
            Found::File { path, identity } => {
                self.seen += 1;
                let known = self.files.find(&path)?;
                if known.is_some_and(|known| unchanged(&known, &identity)) {
                    self.control.file_done();
                    self.control.bytes(identity.size);
                    true
                } else if self
                    .settle
                    .is_some_and(|settle| !has_settled(&identity, settle, now_ms()))
                {
                    self.unsettled.push((identity.dev, identity.ino));
                    true
                } else {
                    self.walked.send((path, identity)).is_ok()
                }
            }
        })
    }
}

/// Whatever changes a file changes its ctime, which nobody can set. One that lies in the future says nothing: its clock was
/// another.
fn has_settled(identity: &Identity, settle: Duration, now_ms: i64) -> bool {
    let age = now_ms.saturating_sub(identity.ctime_ns / 1_000_000);
    u128::from(age.unsigned_abs()) >= settle.as_millis()
}

/// Permission changes do not change bytes, but they change ctime, so they lead to one more read: cheap and safe. A file
/// that was gone is read again too, as what was wrong with it was forgotten.
pub(crate) fn unchanged(known: &KnownFile, seen: &Identity) -> bool {
    known.fingerprinted && !known.excluded && !known.gone && known.identity == *seen
}

fn read_files(
    worker: usize,
    catalog: &Catalog,
    id: SourceId,
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
            Ok((made, identity)) => {
                let file = WalkedFile {
                    path,
                    identity,
                    excluded: false,
                };
                Some(ScannedFile::Read(file, Box::new(made)))
            }
            Err(FingerprintError::Stopped) => return,
            Err(error) => {
                control.file_failed();
                let file = WalkedFile {
                    path,
                    identity,
                    excluded: false,
                };
                let why = unreadable(&error);
                // A catalog that cannot be read fails the walker; writing it down again is never wrong.
                let as_before = catalog.is_still_unreadable(id, &file, &why).unwrap_or(false);
                (!as_before).then_some(ScannedFile::Unreadable(file, why))
            }
        };
        control.worker_bytes(worker, identity.size);
        control.worker_on(worker, None);
        control.file_done();
        if scanned.is_some_and(|scanned| done.send(scanned).is_err()) {
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
pub(crate) fn write<T>(
    read: &Receiver<T>,
    put: impl Fn(Vec<T>) -> Result<(), AppError>,
) -> Result<(), AppError> {
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
            failed = put(std::mem::take(&mut batch)).err();
            since = Instant::now();
        }
        if failed.is_some() {
            batch.clear();
        }
        if ended {
            return failed.map_or(Ok(()), Err);
        }
    }
}

/// Files that were not seen are gone only if the walk saw everything and the source did not shrink suspiciously.
fn finish(
    catalog: &Catalog,
    id: SourceId,
    scan: i64,
    root: &Path,
    (absence, is_part): (Absence, bool),
    walked: &Walked,
) -> Result<(), AppError> {
    let (seen, known) = match is_part {
        false => (walked.seen, walked.passed.live),
        // What was not looked at is as it was.
        true => {
            let live = catalog.count_live(id)?;
            (live.saturating_sub(walked.passed.vanished.len() as u64), live)
        }
    };
    let doubted = absence == Absence::Doubted && catalog.was_scanned(id)?;
    let shrunken = doubted && known >= SHRUNKEN_MIN && (seen as f64) < known as f64 * SHRUNKEN;
    must_be_there(root)?;
    if shrunken {
        let what = format!(
            "`{}` shows {seen} files; {known} were there before.",
            root.display()
        );
        return Err(source_shrunken(what));
    }
    if walked.hidden {
        catalog.finish_scan_keeping(id, scan, now_ms())?;
    } else {
        catalog.finish_scan(id, scan, &ids(&walked.passed.vanished), now_ms())?;
    }
    Ok(())
}
