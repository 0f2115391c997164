//! Stage 7, verify: asks the destination for the bytes, or for its own digests of them, and makes receipts. The only place
//! where a [`Receipt`] comes from.
//!
//! Invariant: what cannot be proven by the destination's word is read back; a size alone never makes a receipt.

use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, ListedRow, PlacedRow, ReceiptRow, RemovalCandidate};
use albumen_model::{DestinationId, Sha256, Tally};
use albumen_store::{Destination, ErrorKind, Flow, Grade, Placed, Rate, Remote, Sums, prove, same_version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

/// How it is looked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    /// Every byte is read back and hashed.
    Full,
    /// Only that the listing has each in its size. Makes no receipt, and takes back those of what it does not find so.
    Sizes,
    /// Those of a part of the files, 0 to 1; of one at least.
    Sample(f64),
    /// Every byte of what this pilot moved.
    Pilot(i64),
    /// By the destination's own digests, mostly from its listing; what it does not tell is read back.
    Digest,
    /// Only what has no receipt: by the destination's own digests, and read back where they do not prove it.
    New,
}

const PAGE: u64 = 500;
/// A damaged destination can be all findings; the window shows these and the count says the rest.
const MOST_FINDINGS: usize = 10_000;

/// Proof that the destination holds these bytes now. It cannot be built elsewhere, copied or kept: removing an original
/// takes it by value.
#[derive(Debug)]
pub struct Receipt {
    sha256: Sha256,
}

impl Receipt {
    pub fn sha256(&self) -> &Sha256 {
        &self.sha256
    }

    /// Uses the proof up.
    pub(crate) fn spend(self) -> Sha256 {
        self.sha256
    }
}

/// One object that is not what was placed.
#[derive(Debug, Clone)]
pub struct Finding {
    pub key: String,
    pub from: String,
    /// `missing`, `different` or `unreadable`; `edited` of an XMP file that we wrote.
    pub what: &'static str,
}

#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub expected: Tally,
    pub ok: Tally,
    pub missing: u64,
    pub different: u64,
    pub unreadable: u64,
    pub findings: Vec<Finding>,
    /// Of those that are whole, how many were read back.
    pub read_back: u64,
    /// XMP files that were written beside the copies; none of the others counts them.
    pub written: crate::written::Checked,
}

impl Outcome {
    /// Everything that was to be checked was, and is whole. Nothing to check is not a success.
    pub fn is_good(&self) -> bool {
        self.expected.files > 0 && self.ok == self.expected
    }
}

/// With how many hands, and at most how fast.
#[derive(Debug, Clone)]
pub struct Reading {
    pub workers: usize,
    /// Bytes a second over all workers, changeable while they run.
    pub rate: Option<Arc<Rate>>,
}

pub(crate) enum Verdict {
    Good(Grade, String),
    Missing,
    Different,
    Unreadable,
}

/// Looks at all that stands at the destination (or a sample) and replaces the receipts accordingly.
pub async fn verify(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    how: How,
    reading: Reading,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Outcome> {
    crate::require_home(catalog, destination, id, control).await?;
    if matches!(how, How::Digest | How::Sizes) {
        crate::listing::list(catalog, destination, id, control).await?;
    }
    let totals = catalog.verify_totals(id)?.expected;
    let mut sample_end = None;
    match how {
        How::Full => control.begin("Reading back", totals.files, totals.bytes),
        How::Sizes => control.begin("Comparing sizes", totals.files, 0),
        How::Sample(part) => {
            let many = (totals.files as f64 * part.clamp(0.0, 1.0)).ceil() as u64;
            sample_end = catalog.sample_end(id, many.clamp(1, totals.files.max(1)))?;
            control.begin_open("Reading back a sample");
        }
        How::Pilot(pilot) => {
            let placed = catalog.pilot_totals(id, pilot)?.placed;
            control.begin("Reading back the pilot", placed.files, placed.bytes);
        }
        How::Digest => control.begin("Comparing digests", totals.files, totals.bytes),
        How::New => control.begin_open("Verifying what is new"),
    }
    control.set_workers(reading.workers);
    control.watch_pace(destination);
    let mut outcome = Outcome::default();
    let mut after = 0;
    loop {
        let by_word = matches!(how, How::Digest | How::New);
        // Whatever an older listing had says nothing now.
        let unlisted = |rows: Vec<PlacedRow>| rows.into_iter().map(|row| (row, None)).collect();
        let page = match how {
            How::Digest | How::Sizes => catalog.placed_and_listed(id, after, PAGE)?,
            How::Pilot(pilot) => unlisted(catalog.pilot_page(id, pilot, after, PAGE)?),
            How::New => unlisted(catalog.unproven_page(id, after, PAGE)?),
            How::Full | How::Sample(_) => unlisted(catalog.placed_page(id, after, PAGE)?),
        };
        let Some((last, _)) = page.last() else {
            let workers = reading.workers;
            outcome.written = crate::written::check(catalog, destination, id, how, workers, control).await?;
            return Ok(outcome);
        };
        after = last.id;
        let chosen = page
            .into_iter()
            .filter(|(row, _)| sample_end.is_none_or(|end| row.sha256.0[..4] <= end[..]))
            .collect();
        let verdicts = match how {
            How::Sizes => sizes(destination, chosen, control).await?,
            _ => {
                let looked = look_at(destination, chosen, by_word, &reading, control).await?;
                looked
                    .into_iter()
                    .map(|(row, verdict)| (row, Some(verdict)))
                    .collect()
            }
        };
        let mut good = Vec::new();
        let mut bad = Vec::new();
        for (row, verdict) in verdicts {
            outcome.expected.add(row.size);
            let what = match verdict {
                None => {
                    outcome.ok.add(row.size);
                    continue;
                }
                Some(Verdict::Good(grade, version)) => {
                    outcome.ok.add(row.size);
                    outcome.read_back += u64::from(grade == Grade::ReadBack);
                    good.push(ReceiptRow {
                        placed: row.id,
                        grade: grade.as_str(),
                        version,
                    });
                    continue;
                }
                Some(Verdict::Missing) => {
                    outcome.missing += 1;
                    "missing"
                }
                Some(Verdict::Different) => {
                    outcome.different += 1;
                    "different"
                }
                Some(Verdict::Unreadable) => {
                    outcome.unreadable += 1;
                    "unreadable"
                }
            };
            control.file_failed();
            bad.push(row.id);
            if outcome.findings.len() < MOST_FINDINGS {
                outcome.findings.push(Finding {
                    key: row.key,
                    from: row.from,
                    what,
                });
            }
        }
        catalog.put_receipts(&good, &bad, now())?;
        if !control.go_on().await {
            return Err(Error::Stopped);
        }
    }
}

impl How {
    /// Whether it is looked at: a sample is spread over the library by its bytes, the same every time.
    pub(crate) fn takes(self, sha256: &Sha256) -> bool {
        let Self::Sample(part) = self else { return true };
        let head = sha256.0;
        let place = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        f64::from(place) / f64::from(u32::MAX) < part
    }
}

/// By the listing, and by one look where that has it in another size or not at all: a listing may lag. `None` is the same size,
/// which says nothing of the bytes and makes no receipt.
async fn sizes(
    destination: &Destination,
    rows: Vec<(PlacedRow, Option<ListedRow>)>,
    control: &Arc<Control>,
) -> Result<Vec<(PlacedRow, Option<Verdict>)>> {
    let mut verdicts = Vec::with_capacity(rows.len());
    for (row, listed) in rows {
        let verdict = if listed.is_some_and(|listed| listed.size == row.size) {
            None
        } else {
            match destination.head(&row.key, &control.flow()).await {
                Ok(Some(there)) if there.size == row.size => None,
                Ok(Some(_)) => Some(Verdict::Different),
                Ok(None) => Some(Verdict::Missing),
                Err(error) if error.is_fatal() || error.kind == ErrorKind::Stopped => {
                    return Err(error.into());
                }
                Err(_) => Some(Verdict::Unreadable),
            }
        };
        control.file_done();
        verdicts.push((row, verdict));
    }
    Ok(verdicts)
}

pub(crate) async fn look_at(
    destination: &Arc<Destination>,
    rows: Vec<(PlacedRow, Option<ListedRow>)>,
    by_word: bool,
    reading: &Reading,
    control: &Arc<Control>,
) -> Result<Vec<(PlacedRow, Verdict)>> {
    let mut verdicts = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter();
    let mut running: JoinSet<(usize, PlacedRow, albumen_store::Result<Verdict>)> = JoinSet::new();
    let mut idle: Vec<usize> = (0..reading.workers.max(1)).rev().collect();
    loop {
        while let Some(worker) = idle.pop() {
            if !control.go_on().await {
                return Err(Error::Stopped);
            }
            let Some((row, told)) = rows.next() else {
                idle.push(worker);
                break;
            };
            let (destination, control, rate) = (destination.clone(), control.clone(), reading.rate.clone());
            running.spawn(async move {
                control.worker_on(worker, Some(row.key.clone()));
                let verdict = match by_word {
                    true => by_its_word(&destination, &row, told, rate, worker, &control).await,
                    false => read_back(&destination, &row, rate, worker, &control).await,
                };
                control.worker_on(worker, None);
                (worker, row, verdict)
            });
        }
        let Some(ended) = running.join_next().await else {
            return Ok(verdicts);
        };
        let (worker, row, verdict) = ended.map_err(|died| Error::Other(died.to_string()))?;
        idle.push(worker);
        control.file_done();
        verdicts.push((row, verdict?));
    }
}

/// By the listing, then by one look, and only then by the bytes.
async fn by_its_word(
    destination: &Destination,
    row: &PlacedRow,
    listed: Option<ListedRow>,
    rate: Option<Arc<Rate>>,
    worker: usize,
    control: &Arc<Control>,
) -> albumen_store::Result<Verdict> {
    let placed = Placed {
        sha256: row.sha256,
        size: row.size,
        version: row.version.clone(),
        sums: Sums::parse(&row.sums),
        refused_wrong: row.refused_wrong,
    };
    let proven = |there: &Remote| {
        let grade = prove(&placed, there)?;
        control.worker_bytes(worker, row.size);
        Some(Verdict::Good(grade, there.version.clone()))
    };
    let told = listed.map(|listed| Remote {
        size: listed.size,
        version: listed.version,
        claimed: None,
        sums: Sums::parse(&listed.sums),
    });
    if let Some(verdict) = told.as_ref().and_then(proven) {
        return Ok(verdict);
    }
    // Reading it back says as well why it cannot be looked at, or that it is missing.
    match destination.head(&row.key, &control.flow()).await {
        Ok(Some(there)) if there.size != row.size => {
            control.bytes(row.size);
            Ok(Verdict::Different)
        }
        Ok(Some(there)) => match proven(&there) {
            Some(verdict) => Ok(verdict),
            None => read_back(destination, row, rate, worker, control).await,
        },
        _ => read_back(destination, row, rate, worker, control).await,
    }
}

async fn read_back(
    destination: &Destination,
    row: &PlacedRow,
    rate: Option<Arc<Rate>>,
    worker: usize,
    control: &Arc<Control>,
) -> albumen_store::Result<Verdict> {
    let counted = Arc::new(AtomicU64::new(0));
    let flow = {
        let (seen, counted, wanted) = (control.clone(), counted.clone(), control.clone());
        Flow::new(move |n| {
            counted.fetch_add(n, Ordering::Relaxed);
            seen.worker_bytes(worker, n);
            !seen.is_stopping()
        })
        .while_wanted(move || !wanted.is_stopping())
        .with_patience(control.patience())
        .with_rates(None, rate)
    };
    let result = destination.digest(&row.key, &flow).await;
    // A missing or shorter object was not read in full, but it is done.
    control.bytes(row.size);
    control.unbytes(counted.load(Ordering::Relaxed));
    match result {
        Ok((sha256, size, version)) if sha256 == row.sha256 && size == row.size => {
            Ok(Verdict::Good(Grade::ReadBack, version))
        }
        Ok(_) => Ok(Verdict::Different),
        Err(error) => match error.kind {
            ErrorKind::NotThere => Ok(Verdict::Missing),
            // The destination as a whole is away: that says nothing about this object.
            ErrorKind::Stopped => Err(error),
            _ if error.is_fatal() => Err(error),
            _ => Ok(Verdict::Unreadable),
        },
    }
}

/// At the last moment before an original goes: the object is still the very one that was proven, or it is read back now. `None` when it is neither.
pub(crate) async fn confirm(
    destination: &Destination,
    candidate: &RemovalCandidate,
    flow: &Flow,
) -> albumen_store::Result<Option<Receipt>> {
    let Some(there) = destination.head(&candidate.key, flow).await? else {
        return Ok(None);
    };
    if there.size != candidate.size {
        return Ok(None);
    }
    if destination.versions_are_firm() && same_version(&there.version, &candidate.version) {
        return Ok(Some(Receipt {
            sha256: candidate.sha256,
        }));
    }
    let (sha256, size, _) = destination.digest(&candidate.key, flow).await?;
    let same = sha256 == candidate.sha256 && size == candidate.size;
    Ok(same.then_some(Receipt { sha256 }))
}
