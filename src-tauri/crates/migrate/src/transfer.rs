//! Stage 6, transfer: runs the plan. Workers take files from a bounded queue; what lands is checkpointed in batches by
//! one writer; every full batch gets its marker. Killed at any moment, a run costs at most the files in flight: the
//! next one sweeps their temporary names and finds what had landed without its checkpoint.

use crate::budget::{self, Budget};
use crate::ledger::Sessions;
use crate::markers::{MARKER_FILES, write_markers};
use crate::pilot::Pilot;
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, Landed, Origin, ShardStep};
use albumen_model::{DestinationId, FileId, Sha256, Tally};
use albumen_store::{Destination, ErrorKind, Flow, Payload, Put, Rate, marker};
use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc};

/// A checkpoint holds at most this many landed files, and is made no sooner than so long after the one before: each waits
/// for the disk.
const CHECKPOINT: usize = 32;
const GATHER: Duration = Duration::from_millis(50);

#[derive(Debug, Clone)]
pub struct Options {
    pub workers: usize,
    /// Bytes a second over all workers, changeable while they run.
    pub rate: Option<Arc<Rate>>,
    /// Only what a pilot holds, and how long each of its files takes.
    pub pilot: Option<Pilot>,
}

#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub sent: Tally,
    /// Landed in an earlier run that was killed before its checkpoint; not sent again.
    pub adopted: Tally,
    pub failed: u64,
    pub markers: u64,
    /// XMP files that were written beside the copies, and of those how many could not be.
    pub written: Tally,
    pub not_written: u64,
    pub stopped: bool,
}

struct Job {
    catalog: Arc<Catalog>,
    destination: Arc<Destination>,
    id: DestinationId,
    control: Arc<Control>,
    limit: Option<Arc<Rate>>,
    sessions: Arc<Sessions>,
    budget: Option<Budget>,
    pilot: Option<Pilot>,
    now: fn() -> i64,
}

enum Ended {
    /// With the time it took; none when it had landed before.
    Landed(Box<Landed>, Option<Duration>),
    Failed(i64, String),
}

/// Runs what is open of `plan`. The error is what stopped the whole job; files that failed are in the plan.
pub async fn transfer(
    catalog: Arc<Catalog>,
    destination: Arc<Destination>,
    id: DestinationId,
    plan: i64,
    options: Options,
    control: Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    catalog.release_steps(plan)?;
    let noted = catalog.markers(id, false)?.into_iter();
    let begun = noted
        .filter(|(_, version)| version.is_empty())
        .map(|(key, _)| key);
    for key in catalog.intents(id)?.into_iter().chain(begun) {
        destination.sweep(&key)?;
    }
    let first = options.pilot.map_or(0, |pilot| pilot.first);
    let work = catalog.open_work(plan, first)?;
    control.begin("Moving", work.files, work.bytes);
    let workers = options.workers.clamp(1, 64);
    control.set_workers(workers);
    control.watch_pace(&destination);
    let job = Arc::new(Job {
        catalog: catalog.clone(),
        destination: destination.clone(),
        id,
        control: control.clone(),
        limit: options.rate.clone(),
        sessions: Arc::new(Sessions {
            catalog: catalog.clone(),
            destination: id,
            now,
        }),
        budget: Budget::of(destination.daily_bytes(), &catalog, id, now())?,
        pilot: options.pilot,
        now,
    });
    let shards = catalog.open_shards(plan, first)?;

    let (steps_in, steps_out) = mpsc::channel::<ShardStep>(workers * 2);
    let steps_out = Arc::new(Mutex::new(steps_out));
    let (ended_in, ended_out) = mpsc::channel::<Ended>(CHECKPOINT);
    let fatal = Arc::new(std::sync::Mutex::new(None));
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..workers {
        tasks.spawn(work_on(
            worker,
            job.clone(),
            steps_out.clone(),
            ended_in.clone(),
            fatal.clone(),
        ));
    }
    drop(ended_in);
    drop(steps_out);
    let feeding = feed(job.clone(), plan, shards, steps_in, now);
    let collecting = collect(job.clone(), ended_out, now);
    let (fed, summary) = tokio::join!(feeding, collecting);
    while tasks.join_next().await.is_some() {}
    catalog.release_steps(plan)?;
    if let Some(pace) = destination.pace() {
        tracing::info!(
            rate = pace.rate,
            accepted = pace.accepted,
            refused = pace.refused,
            "pace"
        );
    }
    let mut summary = summary?;
    fed?;
    summary.stopped = control.is_stopping();
    let stopped_by = fatal
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .take();
    match stopped_by {
        Some(error) => Err(Error::Store(error)),
        None => {
            summary.markers += write_markers(&job.catalog, &job.destination, job.id, 1).await?;
            let done = crate::written::write(&catalog, &destination, id, plan, workers, &control).await?;
            summary.markers += done.markers;
            (summary.written, summary.not_written) = (done.written, done.failed);
            summary.stopped |= control.is_stopping();
            Ok(summary)
        }
    }
}

/// Claims shard after shard and hands out their steps; the queue's bound keeps it from running ahead.
async fn feed(
    job: Arc<Job>,
    plan: i64,
    shards: Vec<u32>,
    steps: mpsc::Sender<ShardStep>,
    now: fn() -> i64,
) -> Result<()> {
    let mut known = HashSet::new();
    for shard in shards {
        if !job.control.go_on().await {
            return Ok(());
        }
        let claimed = job.catalog.claim_shard(plan, job.id, shard, now())?;
        announce_folders(&job, &claimed, &mut known)?;
        for step in claimed {
            if !job.control.go_on().await || steps.send(step).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Notes the folders that a shard will make before they are made, so that a roll back after a kill knows them too.
/// Only empty folders are ever removed, so a note too many harms nobody.
fn announce_folders(job: &Job, steps: &[ShardStep], known: &mut HashSet<PathBuf>) -> Result<()> {
    let Some(root) = job.destination.folder() else {
        return Ok(());
    };
    let markers = root.join(marker::FOLDER);
    let folders = steps
        .iter()
        .filter_map(|step| root.join(&step.key).parent().map(Path::to_owned))
        .chain([markers]);
    announce(&job.catalog, job.id, folders, known)
}

/// Notes of `folders`, and of those above, what is not there; `known` are those that were looked at.
pub(crate) fn announce(
    catalog: &Catalog,
    id: DestinationId,
    folders: impl Iterator<Item = PathBuf>,
    known: &mut HashSet<PathBuf>,
) -> Result<()> {
    let mut missing = Vec::new();
    for folder in folders {
        for at in folder.ancestors() {
            if !known.insert(at.to_owned()) {
                break;
            }
            if !at.exists() {
                missing.push(at.as_os_str().as_bytes().to_vec());
            }
        }
    }
    Ok(catalog.add_made_dirs(id, &missing)?)
}

async fn work_on(
    worker: usize,
    job: Arc<Job>,
    steps: Arc<Mutex<mpsc::Receiver<ShardStep>>>,
    ended: mpsc::Sender<Ended>,
    fatal: Arc<std::sync::Mutex<Option<albumen_store::Error>>>,
) {
    loop {
        if !job.control.go_on().await {
            return;
        }
        let Some(step) = steps.lock().await.recv().await else {
            return;
        };
        job.control.worker_on(worker, Some(step.display.clone()));
        let result = send(worker, &job, &step).await;
        job.control.worker_on(worker, None);
        let report = match result {
            Ok(landed) => landed,
            Err(error) if error.kind == ErrorKind::Stopped => return,
            Err(error) if error.is_fatal() => {
                fatal
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .get_or_insert(error);
                job.control.stop();
                return;
            }
            Err(error) => {
                job.control.file_failed();
                Ended::Failed(step.id, words(&error))
            }
        };
        if ended.send(report).await.is_err() {
            return;
        }
    }
}

async fn send(worker: usize, job: &Arc<Job>, step: &ShardStep) -> albumen_store::Result<Ended> {
    let counted = Arc::new(AtomicU64::new(0));
    let flow = flow(worker, job, &counted);
    if let Some(budget) = &job.budget {
        budget.take(step.identity.size, (job.now)())?;
    }
    let mut origin = Origin::Sent;
    let begun = Instant::now();
    let sent = match job.destination.put(&step.key, &payload(step), &flow).await {
        Err(taken) if matches!(taken.kind, ErrorKind::Exists | ErrorKind::MaybeOurs) => {
            origin = whose(&job.destination, &taken);
            let whole = (step.identity.size, step.sha256);
            adopt(&job.destination, &step.key, whole, &job.control.flow(), taken).await
        }
        other => other,
    };
    match sent {
        Ok(put) => {
            // What was not counted on the way (adopted, or sent twice) is set right here.
            let counted = counted.load(Ordering::Relaxed);
            job.control.bytes(step.identity.size);
            job.control.unbytes(counted);
            job.control.file_done();
            let took = (!put.adopted).then(|| begun.elapsed());
            let landed = Landed {
                step: Some(step.id),
                ..landed(step, &step.key, origin, put)
            };
            Ok(Ended::Landed(Box::new(landed), took))
        }
        Err(failed) => {
            job.control.unbytes(counted.load(Ordering::Relaxed));
            if let Some(budget) = &job.budget {
                budget.give_back(step.identity.size);
            }
            Err(failed)
        }
    }
}

/// An original, as it is sent.
pub(crate) fn payload(step: &ShardStep) -> Payload {
    Payload {
        root: PathBuf::from(std::ffi::OsStr::from_bytes(&step.root)),
        path: step.path.clone(),
        identity: step.identity,
        sha256: step.sha256,
        kind: step.kind,
        captured: step.captured.clone(),
        from: Some(step.display.clone()),
    }
}

/// Whose it is that has the name already, and the very bytes. On a disk it is what a killed run left; a storage knows its own by
/// a mark, so there it is a stranger's, unless an answer was lost just now.
pub(crate) fn whose(destination: &Destination, taken: &albumen_store::Error) -> Origin {
    if destination.folder().is_none() && taken.kind == ErrorKind::Exists {
        Origin::Found
    } else {
        Origin::Sent
    }
}

/// What stands under `key` from now on, by no step of a plan.
pub(crate) fn landed(step: &ShardStep, key: &str, origin: Origin, put: Put) -> Landed {
    let made_dirs = put.made_dirs.iter();
    Landed {
        step: None,
        key: key.to_owned(),
        file: step.file,
        sha256: step.sha256,
        size: step.identity.size,
        mtime_ns: step.identity.mtime_ns,
        version: put.version,
        origin,
        made_dirs: made_dirs.map(|dir| dir.as_os_str().as_bytes().to_vec()).collect(),
        sums: put.sums.to_string(),
        refused_wrong: put.refused_wrong,
    }
}

/// The name was free when planned. If these very bytes are under it now, they are those of an earlier, killed try.
pub(crate) async fn adopt(
    destination: &Destination,
    key: &str,
    (size, sha256): (u64, Sha256),
    flow: &Flow,
    taken: albumen_store::Error,
) -> albumen_store::Result<Put> {
    let there = destination.head(key, flow).await?;
    if there.is_none_or(|there| there.size != size) {
        return Err(taken);
    }
    let (read, _, version) = match destination.digest(key, flow).await {
        // Taken by a folder, or in another case where the destination does not tell cases apart.
        Err(other) if other.kind == ErrorKind::NotThere => return Err(taken),
        read => read?,
    };
    if read == sha256 {
        tracing::info!(key, "these very bytes have the name already");
        Ok(Put {
            version,
            adopted: true,
            ..Put::default()
        })
    } else {
        Err(taken)
    }
}

/// Counts and holds the bandwidth. A stop lets a small file land, and ends a large one between two parts: its session stays.
fn flow(worker: usize, job: &Arc<Job>, counted: &Arc<AtomicU64>) -> Flow {
    let (seen, counted, wanted) = (job.clone(), counted.clone(), job.clone());
    Flow::new(move |n| {
        counted.fetch_add(n, Ordering::Relaxed);
        seen.control.worker_bytes(worker, n);
        true
    })
    .while_wanted(move || !wanted.control.is_stopping())
    .with_rates(job.limit.clone(), None)
    .with_ledger(job.sessions.clone())
    .with_patience(job.control.patience())
}

/// The one writer of checkpoints: takes whatever has ended, commits it, writes markers for full batches.
async fn collect(job: Arc<Job>, mut ended: mpsc::Receiver<Ended>, now: fn() -> i64) -> Result<Summary> {
    let mut summary = Summary::default();
    let mut batch = Vec::with_capacity(CHECKPOINT);
    let mut unmarked = 0;
    let (mut since, mut rested) = (Instant::now(), job.control.rested());
    while gather(&mut ended, &mut batch).await {
        let mut landed = Vec::new();
        let mut failed = Vec::new();
        let mut times: Vec<(FileId, Duration)> = Vec::new();
        let mut sent = 0;
        for one in batch.drain(..) {
            match one {
                Ended::Landed(one, took) => {
                    sent += took.map_or(0, |_| one.size);
                    times.extend(took.map(|took| (one.file, took)));
                    (match took {
                        Some(_) => &mut summary.sent,
                        None => &mut summary.adopted,
                    })
                    .add(one.size);
                    landed.push(*one);
                }
                Ended::Failed(step, why) => failed.push((step, why)),
            }
        }
        summary.failed += failed.len() as u64;
        unmarked += landed.len() as u64;
        // A pause is no work.
        let resting = job.control.rested();
        let busy = since.elapsed().saturating_sub(resting.saturating_sub(rested));
        (since, rested) = (Instant::now(), resting);
        let (catalog, id, pilot) = (job.catalog.clone(), job.id, job.pilot);
        let has_budget = job.budget.is_some();
        let committed = tokio::task::spawn_blocking(move || {
            catalog.put_placed(id, &landed, now())?;
            if has_budget {
                budget::spend(&catalog, id, sent, now())?;
            }
            if let Some(pilot) = pilot {
                catalog.time_pilot(pilot.id, &times, busy)?;
            }
            catalog.fail_steps(&failed)
        });
        let committed = committed.await.map_err(|died| Error::Other(died.to_string()));
        if let Err(error) = committed.and_then(|done| Ok(done?)) {
            // Without checkpoints nothing more may be sent.
            job.control.stop();
            return Err(error);
        }
        if unmarked >= MARKER_FILES {
            summary.markers += write_markers(&job.catalog, &job.destination, job.id, MARKER_FILES).await?;
            unmarked = 0;
        }
    }
    Ok(summary)
}

/// What ended meanwhile; false when nothing is under way any more.
async fn gather(ended: &mut mpsc::Receiver<Ended>, batch: &mut Vec<Ended>) -> bool {
    let until = tokio::time::Instant::now() + GATHER;
    let mut is_more = ended.recv_many(batch, CHECKPOINT).await > 0;
    while is_more && batch.len() < CHECKPOINT {
        let rest = CHECKPOINT - batch.len();
        let more = tokio::time::timeout_at(until, ended.recv_many(batch, rest)).await;
        is_more = more.is_ok_and(|more| more > 0);
    }
    !batch.is_empty()
}

/// What the plan's row says of a file that failed.
fn words(error: &albumen_store::Error) -> String {
    match error.kind {
        ErrorKind::SourceChanged => {
            format!("The original changed after it was scanned: {error}. Scan again.")
        }
        ErrorKind::NotThere => format!("The storage lost what was sent of it: {error} Move again."),
        ErrorKind::Exists | ErrorKind::MaybeOurs => {
            "Another file has this name at the destination by now. Plan again.".to_owned()
        }
        _ => error.to_string(),
    }
}
