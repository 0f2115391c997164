//! Works off the differences of a comparison: sends again what is missing, settles what is different as the person chose,
//! writes spoilt markers anew, and leaves what others have there.
//!
//! Invariants: only what the catalog placed is ever replaced, and only while it is the very version that was compared; an
//! original is sent only as it was found by the last scan. Each repair is written down after it is done: killed between, the
//! next comparison finds what is left.

use super::policy::{Action, Conflicts, action};
use crate::budget::{self, Budget};
use crate::ledger::Sessions;
use crate::markers::write_markers;
use crate::naming::numbered;
use crate::transfer::{adopt, landed, payload, whose};
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, DifferenceRow, Differs, Origin, ShardStep};
use albumen_model::{DestinationId, Tally};
use albumen_store::{Destination, ErrorKind, Flow, Rate};
use std::sync::Arc;
use tokio::task::JoinSet;

const PAGE: u64 = 200;
/// Names with a number that are tried before a file counts as failed.
const MOST_NAMES: u32 = 1000;

#[derive(Debug, Clone)]
pub struct Options {
    pub conflicts: Conflicts,
    /// Of this difference alone.
    pub only: Option<i64>,
    /// The comparison read every marker, and all were sound.
    pub markers_are_sound: bool,
    pub workers: usize,
    pub rate: Option<Arc<Rate>>,
}

#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Missing, and there again.
    pub sent: Tally,
    pub replaced: Tally,
    pub beside: Tally,
    /// Names left to others, as the original has its copy elsewhere.
    pub yielded: Tally,
    /// Other people's, left where they are.
    pub left: u64,
    pub markers: u64,
    /// Key and reason of what is as it was.
    pub open: Vec<(String, String)>,
}

struct Job {
    catalog: Arc<Catalog>,
    destination: Arc<Destination>,
    id: DestinationId,
    options: Options,
    control: Arc<Control>,
    sessions: Arc<Sessions>,
    budget: Option<Budget>,
    now: fn() -> i64,
}

/// How one repair ended.
enum Ended {
    Done(Action, u64),
    Open(String),
}

/// Repairs what the last comparison wrote down.
pub async fn repair(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    options: Options,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    crate::require_home(catalog, destination, id, control).await?;
    for key in catalog.intents(id)? {
        destination.sweep(&key)?;
    }
    let totals = catalog.difference_totals(id)?;
    let all = totals
        .values()
        .fold(Tally::default(), |sum, tally| sum.plus(*tally));
    control.begin("Repairing", options.only.map_or(all.files, |_| 1), 0);
    let workers = options.workers.clamp(1, 64);
    let job = Arc::new(Job {
        catalog: catalog.clone(),
        destination: destination.clone(),
        id,
        options,
        control: control.clone(),
        sessions: Arc::new(Sessions {
            catalog: catalog.clone(),
            destination: id,
            now,
        }),
        budget: Budget::of(destination.daily_bytes(), catalog, id, now())?,
        now,
    });
    let mut summary = Summary::default();
    if let Some(only) = job.options.only {
        let row = catalog.difference(id, only)?;
        work_off(&job, row.into_iter().collect(), workers, &mut summary).await?;
        summary.markers = write_markers(catalog, destination, id, 1).await?;
        return Ok(summary);
    }
    summary.left = catalog.leave_extras(id, now())?;
    for differs in [Differs::Missing, Differs::Different, Differs::Unreadable] {
        let mut after = 0;
        loop {
            let page = catalog.differences(id, Some(differs), after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            work_off(&job, page, workers, &mut summary).await?;
        }
    }
    summary.markers = mark(&job).await?;
    Ok(summary)
}

/// Repairs a page, with many hands.
async fn work_off(
    job: &Arc<Job>,
    page: Vec<DifferenceRow>,
    workers: usize,
    summary: &mut Summary,
) -> Result<()> {
    // What a repair did before is done, though the comparison is the same.
    let mut rows = page.into_iter().filter(DifferenceRow::is_open);
    let mut running: JoinSet<(DifferenceRow, Result<Ended>)> = JoinSet::new();
    loop {
        while running.len() < workers {
            if !job.control.go_on().await {
                return Err(Error::Stopped);
            }
            let Some(row) = rows.next() else { break };
            let job = job.clone();
            running.spawn(async move {
                let ended = settle(&job, &row).await;
                (row, ended)
            });
        }
        let Some(ended) = running.join_next().await else {
            return Ok(());
        };
        let (row, ended) = ended.map_err(|died| Error::Other(died.to_string()))?;
        job.control.file_done();
        match ended? {
            Ended::Done(action, size) => {
                match action {
                    Action::Replace => summary.replaced.add(size),
                    Action::Beside => summary.beside.add(size),
                    Action::Yield => summary.yielded.add(size),
                    _ => summary.sent.add(size),
                }
                job.catalog.difference_done(row.id, None, (job.now)())?;
            }
            Ended::Open(why) => {
                job.control.file_failed();
                job.catalog.difference_done(row.id, Some(&why), (job.now)())?;
                summary.open.push((row.key, why));
            }
        }
    }
}

async fn settle(job: &Arc<Job>, row: &DifferenceRow) -> Result<Ended> {
    let mut action = action(row, job.options.conflicts, (job.now)());
    if let (Differs::Missing, Some(step)) = (row.differs, &row.original)
        && job.catalog.intent(job.id, &row.key)? == Some(step.sha256)
    {
        // A repair was killed after it had removed what the original was to replace.
        action = Action::Send;
    }
    let step = match (action, &row.original) {
        (Action::None(why), _) => return Ok(Ended::Open(why.to_owned())),
        (_, Some(step)) => step,
        (_, None) => return Ok(Ended::Open("Its original is not known.".to_owned())),
    };
    let result = match action {
        Action::Replace => replace(job, row, step).await,
        Action::Beside => beside(job, row, step).await,
        Action::Yield => give_up_name(job, row).map_err(Error::from),
        _ => send(job, step, &row.key).await,
    };
    match result {
        Ok(()) => Ok(Ended::Done(action, step.identity.size)),
        Err(Error::Store(failed)) if !failed.is_fatal() => Ok(Ended::Open(failed.to_string())),
        Err(other) => Err(other),
    }
}

/// What stands there goes only while it is what was compared, where the storage tells that for sure.
async fn replace(job: &Arc<Job>, row: &DifferenceRow, step: &ShardStep) -> Result<()> {
    if !job.destination.versions_are_firm() {
        return Err(Error::Store(albumen_store::Error::new(
            ErrorKind::Changed,
            "This storage does not tell for sure whether somebody changed it meanwhile, so it is not replaced. Keep both instead.",
        )));
    }
    // An original that cannot be sent must not cost what stands there.
    let payload = payload(step);
    tokio::task::spawn_blocking(move || payload.open().map(drop))
        .await
        .map_err(|died| Error::Other(died.to_string()))??;
    job.catalog.intend(job.id, &row.key, &step.sha256, (job.now)())?;
    job.destination.delete_if(&row.key, &row.version).await?;
    send(job, step, &row.key).await
}

/// Gives the original a free name, and what has its name to others. Files of one photo get one number.
async fn beside(job: &Arc<Job>, row: &DifferenceRow, step: &ShardStep) -> Result<()> {
    let limits = job.destination.name_limits();
    for number in 2..=MOST_NAMES {
        let Some(key) = numbered(&row.key, number, &limits) else {
            break;
        };
        // What a repair that was killed had begun to send.
        let is_begun = job.catalog.intent(job.id, &key)? == Some(step.sha256);
        if !is_begun && job.catalog.is_name_of_others(job.id, &key, step.file)? {
            continue;
        }
        match send(job, step, &key).await {
            Err(Error::Store(taken)) if taken.kind == ErrorKind::Exists => {
                job.catalog.forget_intent(job.id, &key)?;
            }
            Err(Error::Store(taken)) if taken.kind == ErrorKind::MaybeOurs => {}
            Err(other) => return Err(other),
            Ok(()) => return Ok(give_up_name(job, row)?),
        }
    }
    Err(Error::Store(albumen_store::Error::new(
        ErrorKind::Exists,
        "No free name was found beside it.",
    )))
}

fn give_up_name(job: &Arc<Job>, row: &DifferenceRow) -> albumen_catalog::Result<()> {
    match row.placed {
        Some(placed) => job.catalog.leave_to_others(job.id, placed, &row.key, (job.now)()),
        None => Ok(()),
    }
}

/// As a transfer does, without a plan.
async fn send(job: &Arc<Job>, step: &ShardStep, key: &str) -> Result<()> {
    job.catalog.intend(job.id, key, &step.sha256, (job.now)())?;
    let size = step.identity.size;
    if let Some(budget) = &job.budget {
        budget.take(size, (job.now)())?;
    }
    let (seen, wanted) = (job.control.clone(), job.control.clone());
    let flow = Flow::new(move |n| {
        seen.bytes(n);
        true
    })
    .while_wanted(move || !wanted.is_stopping())
    .with_rates(job.options.rate.clone(), None)
    .with_ledger(job.sessions.clone());
    let mut origin = Origin::Sent;
    let put = match job.destination.put(key, &payload(step), &flow).await {
        // What a repair that was killed had placed before it could say so.
        Err(taken) if matches!(taken.kind, ErrorKind::Exists | ErrorKind::MaybeOurs) => {
            origin = whose(&job.destination, &taken);
            let whole = (size, step.sha256);
            adopt(&job.destination, key, whole, &job.control.flow(), taken).await
        }
        other => other,
    };
    let put = put.inspect_err(|_| {
        if let Some(budget) = &job.budget {
            budget.give_back(size);
        }
    })?;
    let sent = if put.adopted { 0 } else { size };
    let landed = landed(step, key, origin, put);
    job.catalog.put_placed(job.id, &[landed], (job.now)())?;
    Ok(budget::spend(&job.catalog, job.id, sent, (job.now)())?)
}

/// Writes anew what spoilt markers told. One that holds other bytes now goes first, as it would stand in the way.
async fn mark(job: &Arc<Job>) -> Result<u64> {
    let spoilt = match job.options.markers_are_sound {
        true => Vec::new(),
        false => super::spoilt_markers(&job.catalog, &job.destination, job.id, &job.control).await?,
    };
    for key in &spoilt {
        match job.destination.digest(key, &job.control.flow()).await {
            Ok((_, _, version)) => job.destination.delete_if(key, &version).await?,
            Err(gone) if gone.kind == ErrorKind::NotThere => {}
            Err(failed) => return Err(failed.into()),
        }
    }
    job.catalog.unmark(job.id, &spoilt)?;
    let mut written = write_markers(&job.catalog, &job.destination, job.id, 1).await?;
    written += crate::written::mark(&job.catalog, &job.destination, job.id).await?;
    job.catalog.unlisted_done(job.id)?;
    Ok(written)
}
