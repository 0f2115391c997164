//! Stage 8, reconcile: compares the destination with what the catalog placed and what the markers there tell, and writes down in
//! what they differ. Where nothing differs it costs the listing and one read a marker; only what the listing cannot vouch for is
//! looked at by itself.
//!
//! Invariant: nothing is written at the destination, and nothing is concluded from a listing that failed. What is not vouched
//! for loses its receipt. [`repair`] works off the differences.

pub mod policy;
pub mod repair;

use crate::verify::{Reading, Verdict, look_at};
use crate::{Control, Error, Result, recall};
use albumen_catalog::{Catalog, Differs, ListedRow, NewDifference, PlacedRow, ReceiptRow};
use albumen_model::{DestinationId, Tally, key};
use albumen_store::{Destination, ErrorKind, Placed, Remote, Sums, marker, prove, same_version};
use recall::Odd;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

const PAGE: u64 = 500;

/// How the copies agree with what is known, from the weakest word to the strongest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agreed {
    /// Read in from a marker of another machine: the size is the same, which proves nothing.
    pub by_size: Tally,
    /// The object is the very one that was placed: nobody wrote to it since.
    pub by_version: Tally,
    /// The destination's own digest of it is ours.
    pub by_digest: Tally,
    /// Looked at by itself, and read back.
    pub by_reading: Tally,
}

impl Agreed {
    pub fn all(&self) -> Tally {
        self.by_size
            .plus(self.by_version)
            .plus(self.by_digest)
            .plus(self.by_reading)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Markers that were read; each vouches for its shard.
    pub markers: u64,
    /// Markers of ours that are not there any more, or are not as they were written.
    pub spoilt: u64,
    pub agreed: Agreed,
    /// Objects that were looked at by themselves.
    pub looked_at: u64,
    pub differs: BTreeMap<Differs, Tally>,
}

/// Compares everything. `full` reads every copy back, also what the destination vouches for.
pub async fn reconcile(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    full: bool,
    reading: Reading,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    crate::rollback::take_back_signs(catalog, destination, id, &control.flow()).await?;
    // Markers of others first: what they tell is known from then on. It lists the destination.
    let told = recall::recall(catalog, destination, id, control, now).await?;
    catalog.clear_differences(id)?;
    let spoilt = spoilt_markers(catalog, destination, id, control).await?;
    let mut summary = Summary {
        markers: told.markers - (spoilt.len() as u64).min(told.markers),
        spoilt: spoilt.len() as u64,
        ..Summary::default()
    };
    let totals = catalog.verify_totals(id)?.expected;
    control.begin("Comparing", totals.files, totals.bytes);
    control.set_workers(reading.workers);
    let mut comparing = Comparing {
        catalog,
        destination,
        id,
        full,
        reading,
        control,
        summary: &mut summary,
        folds: Vec::new(),
    };
    comparing.placed(now).await?;
    let folds = comparing.folds;
    catalog.put_differences(id, &of_others(&told.findings))?;
    catalog.put_unlisted(id, &spoilt)?;
    catalog.put_extras(id)?;
    catalog.forget_extras_like(id, &folds)?;
    catalog.forget_choices(id)?;
    summary.differs = catalog.difference_totals(id)?;
    Ok(summary)
}

/// What markers of other machines tell of and is not as they tell.
fn of_others(findings: &[recall::Finding]) -> Vec<NewDifference> {
    let differs = |odd| match odd {
        Odd::Gone => Some(Differs::Missing),
        Odd::OtherSize => Some(Differs::Different),
        Odd::Marker | Odd::Line => None,
    };
    let found = findings.iter().filter_map(|one| {
        Some(NewDifference {
            key: one.key.clone(),
            differs: differs(one.odd)?,
            placed: None,
            size: 0,
            version: String::new(),
            from: one.from.clone(),
        })
    });
    found.collect()
}

/// Markers that the catalog wrote or read in and that do not vouch for anything any more. Each costs one read.
async fn spoilt_markers(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    control: &Arc<Control>,
) -> Result<Vec<String>> {
    let flow = control.flow();
    let there: HashSet<String> = destination
        .markers(&flow)
        .await?
        .into_iter()
        .map(|one| one.key)
        .collect();
    // Exports and signs are noted like markers, and vouch for nothing.
    let ours = format!("{}/", marker::FOLDER);
    let known: Vec<String> = catalog
        .markers(id, false)?
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| key.starts_with(&ours) && key.ends_with(".jsonl"))
        .collect();
    control.begin("Reading markers", known.len() as u64, 0);
    let mut spoilt = Vec::new();
    for key in known {
        if !control.go_on().await {
            return Err(Error::Stopped);
        }
        control.file_done();
        let is_sound = there.contains(&key)
            && match destination.read_small(&key, recall::LARGEST, &flow).await {
                Ok(text) => marker::genuine(&key, &text).is_some(),
                Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => {
                    return Err(failed.into());
                }
                Err(_) => false,
            };
        if !is_sound {
            spoilt.push(key);
        }
    }
    Ok(spoilt)
}

struct Comparing<'a> {
    catalog: &'a Arc<Catalog>,
    destination: &'a Arc<Destination>,
    id: DestinationId,
    full: bool,
    reading: Reading,
    control: &'a Arc<Control>,
    summary: &'a mut Summary,
    /// Of ours that the listing has in another case, if it has them.
    folds: Vec<String>,
}

impl Comparing<'_> {
    async fn placed(&mut self, now: fn() -> i64) -> Result<()> {
        let mut after = 0;
        loop {
            let page = self.catalog.placed_and_listed(self.id, after, PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = last.id;
            let mut doubted = Vec::new();
            for (row, listed) in page {
                match listed.as_ref().and_then(|there| self.word_of(&row, there)) {
                    Some(agreed) if !self.full => {
                        agreed(&mut self.summary.agreed).add(row.size);
                        self.control.file_done();
                        self.control.bytes(row.size);
                    }
                    _ => doubted.push((row, listed)),
                }
            }
            self.look(doubted, now()).await?;
            if !self.control.go_on().await {
                return Err(Error::Stopped);
            }
        }
    }

    /// What the listing says of an object that is as it was placed, if it says so.
    fn word_of(&self, row: &PlacedRow, there: &ListedRow) -> Option<fn(&mut Agreed) -> &mut Tally> {
        if row.size != there.size {
            return None;
        }
        let sums = Sums::parse(&there.sums);
        let placed = Placed {
            sha256: row.sha256,
            size: row.size,
            version: row.version.clone(),
            sums: Sums::parse(&row.sums),
            refused_wrong: row.refused_wrong,
        };
        let remote = Remote {
            size: there.size,
            version: there.version.clone(),
            claimed: None,
            sums,
        };
        let is_the_one = self.destination.versions_are_firm() && same_version(&row.version, &there.version);
        match prove(&placed, &remote) {
            _ if is_the_one => Some(|agreed| &mut agreed.by_version),
            Some(_) => Some(|agreed| &mut agreed.by_digest),
            None if row.version.is_empty() => Some(|agreed| &mut agreed.by_size),
            None => None,
        }
    }

    /// Looks at objects one by one, and writes down what is not as it was placed.
    async fn look(&mut self, doubted: Vec<(PlacedRow, Option<ListedRow>)>, now: i64) -> Result<()> {
        if doubted.is_empty() {
            return Ok(());
        }
        let by_word = !self.full;
        let listed: BTreeMap<i64, ListedRow> = doubted
            .iter()
            .filter_map(|(row, listed)| Some((row.id, listed.clone()?)))
            .collect();
        let rows = doubted.into_iter().map(|(row, _)| (row, None)).collect();
        let verdicts = look_at(self.destination, rows, by_word, &self.reading, self.control).await?;
        let (mut good, mut bad, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for (row, verdict) in verdicts {
            self.summary.looked_at += 1;
            let there = listed.get(&row.id);
            if there.is_none() {
                self.folds.push(key::fold(&row.key));
            }
            let differs = match verdict {
                Verdict::Good(grade, version) => {
                    self.summary.agreed.by_reading.add(row.size);
                    good.push(ReceiptRow {
                        placed: row.id,
                        grade: grade.as_str(),
                        version,
                    });
                    continue;
                }
                Verdict::Missing => Differs::Missing,
                Verdict::Different => Differs::Different,
                Verdict::Unreadable => Differs::Unreadable,
            };
            self.control.file_failed();
            bad.push(row.id);
            // Of a listing that lags behind: what a look says now.
            let (size, version) = match differs {
                Differs::Missing => (0, String::new()),
                _ => self.there_now(&row.key, there).await?,
            };
            found.push(NewDifference {
                key: row.key,
                differs,
                placed: Some(row.id),
                size,
                version,
                from: row.from,
            });
        }
        self.catalog.put_receipts(&good, &bad, now)?;
        Ok(self.catalog.put_differences(self.id, &found)?)
    }

    async fn there_now(&self, key: &str, listed: Option<&ListedRow>) -> Result<(u64, String)> {
        let listed = || listed.map(|there| (there.size, there.version.clone()));
        match self.destination.head(key, &self.control.flow()).await {
            Ok(Some(there)) => Ok((there.size, there.version)),
            Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => Err(failed.into()),
            Ok(None) | Err(_) => Ok(listed().unwrap_or_default()),
        }
    }
}
