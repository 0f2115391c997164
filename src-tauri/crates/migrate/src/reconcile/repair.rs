//! Works off the differences of a comparison: sends again what is missing, settles what is different as the person chose,
//! writes spoilt markers anew, and leaves what others have there.
//!
//! Invariants: only what the catalog placed is ever replaced, and only while it is the very version that was compared; an
//! original is sent only as it was found by the last scan. Each repair is written down after it is done: killed between, the
//! next comparison finds what is left.

use crate::budget::{self, Budget};
use crate::ledger::Sessions;
use crate::markers::write_markers;
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

/// What is done where other bytes stand under the name of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// They are left alone and named.
    Ask,
    /// They stay, and the original is placed beside them under a name of its own.
    KeepBoth,
    /// They are replaced by the original.
    Source,
}

#[derive(Debug, Clone)]
pub struct Options {
    pub conflicts: Conflicts,
    pub workers: usize,
    pub rate: Option<Arc<Rate>>,
}

#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Missing, and there again.
    pub sent: Tally,
    pub replaced: Tally,
    pub beside: Tally,
    /// Other people's, left where they are.
    pub left: u64,
    pub markers: u64,
    /// Key and reason of what is as it was.
    pub open: Vec<(String, String)>,
}

/// What one difference calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Send,
    Replace,
    Beside,
    Leave,
    Mark,
    /// Nothing, and why.
    None(&'static str),
}

/// The repair of a difference, as it is shown before it is done.
pub fn action(row: &DifferenceRow, conflicts: Conflicts) -> Action {
    const NO_ORIGINAL: &str =
        "Its original is not where it was, or is another since: it cannot be sent again.";
    match (row.differs, conflicts) {
        (Differs::Extra, _) => Action::Leave,
        (Differs::Unlisted, _) => Action::Mark,
        (Differs::Unreadable, _) => Action::None("It cannot be looked at now. Compare again later."),
        (Differs::Different, Conflicts::Ask) => {
            Action::None("Other bytes have its name. Say which of the two is to stay.")
        }
        _ if row.original.is_none() => Action::None(NO_ORIGINAL),
        (Differs::Missing, _) => Action::Send,
        (Differs::Different, Conflicts::KeepBoth) => Action::Beside,
        (Differs::Different, Conflicts::Source) => Action::Replace,
    }
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
    control.begin("Repairing", all.files, 0);
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
    let mut summary = Summary {
        left: catalog.leave_extras(id, now())?,
        ..Summary::default()
    };
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
    let mut rows = page.into_iter();
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
    let action = action(row, job.options.conflicts);
    let step = match (action, &row.original) {
        (Action::None(why), _) => return Ok(Ended::Open(why.to_owned())),
        (_, Some(step)) => step,
        (_, None) => return Ok(Ended::Open("Its original is not known.".to_owned())),
    };
    let result = match action {
        Action::Replace => replace(job, row, step).await,
        Action::Beside => beside(job, row, step).await,
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

/// Gives the original a free name, and what has its name to others.
async fn beside(job: &Arc<Job>, row: &DifferenceRow, step: &ShardStep) -> Result<()> {
    for number in 2..=MOST_NAMES {
        let key = numbered(&row.key, number);
        if job.catalog.listed_fold(job.id, &key)? || job.catalog.placed_under(job.id, &key)?.is_some() {
            continue;
        }
        match send(job, step, &key).await {
            Err(Error::Store(taken)) if matches!(taken.kind, ErrorKind::Exists | ErrorKind::MaybeOurs) => {}
            Err(other) => return Err(other),
            Ok(()) => {
                if let Some(placed) = row.placed {
                    job.catalog
                        .leave_to_others(job.id, placed, &row.key, (job.now)())?;
                }
                return Ok(());
            }
        }
    }
    Err(Error::Store(albumen_store::Error::new(
        ErrorKind::Exists,
        "No free name was found beside it.",
    )))
}

/// `a/IMG_1.jpg` with 2: `a/IMG_1 (2).jpg`.
fn numbered(key: &str, number: u32) -> String {
    let (folder, name) = key
        .rsplit_once('/')
        .map_or(("", key), |(folder, name)| (folder, name));
    let mark = if folder.is_empty() { "" } else { "/" };
    match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, ending)) => format!("{folder}{mark}{stem} ({number}).{ending}"),
        None => format!("{folder}{mark}{name} ({number})"),
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
    let spoilt = super::spoilt_markers(&job.catalog, &job.destination, job.id, &job.control).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_before_the_ending() {
        assert_eq!(numbered("a/IMG_1.jpg", 2), "a/IMG_1 (2).jpg");
        assert_eq!(numbered("IMG", 3), "IMG (3)");
        assert_eq!(numbered("a.b/.hidden", 2), "a.b/.hidden (2)");
    }
}
