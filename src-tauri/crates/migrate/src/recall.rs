//! Where a catalog was lost or is older than its destination: reads in what the markers there tell.
//!
//! Invariants: a marker is no proof: what it tells counts as placed and never as verified; only what the listing shows in the
//! same size is taken; what the catalog knows itself stays as it is; nothing is written at the destination.

use crate::listing::{list, size_there};
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, NewWritten, Recalled};
use albumen_model::{Capture, DestinationId, Kind, Sha256, Tally, key};
use albumen_store::{Destination, ErrorKind, Flow, Listed, exports, marker};
use std::collections::HashSet;
use std::sync::Arc;

/// Larger than any marker of ours: 256 lines.
pub(crate) const LARGEST: u64 = 16 << 20;
/// As for verify: the window shows these and the count says the rest.
const MOST_FINDINGS: usize = 10_000;

/// A marker, or a line of one, that was not taken as it stands.
#[derive(Debug, Clone)]
pub struct Finding {
    pub odd: Odd,
    pub key: String,
    pub from: String,
    pub what: String,
}

/// In what way it is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// The marker as a whole is damaged, a stranger's, or cannot be read.
    Marker,
    /// It tells of an object that is not there.
    Gone,
    /// That is there in another size.
    OtherSize,
    /// A line that contradicts another, or what Albumen never writes.
    Line,
}

#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub markers: u64,
    /// Read in now.
    pub taken: Tally,
    /// Told by a marker, and known already.
    pub known: Tally,
    /// How many findings there are; `findings` holds the first.
    pub odd: u64,
    pub findings: Vec<Finding>,
}

impl Summary {
    fn find(&mut self, odd: Odd, key: &str, from: &str, what: impl Into<String>) {
        self.odd += 1;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding {
                odd,
                key: key.to_owned(),
                from: from.to_owned(),
                what: what.into(),
            });
        }
    }
}

/// Reads every marker that this catalog did not write or read before.
pub async fn recall(
    catalog: &Arc<Catalog>,
    destination: &Arc<Destination>,
    id: DestinationId,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    let flow = control.flow();
    if !destination.is_there(&flow).await? {
        return Err(Error::Store(albumen_store::Error::new(
            ErrorKind::NoSuchPlace,
            "The destination is not there.",
        )));
    }
    list(catalog, destination, id, control).await?;
    read_in(catalog, destination, id, control, now()).await
}

/// Reads in what markers tell that this catalog neither wrote nor read before. The listing is that of a moment ago.
pub(crate) async fn read_in(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    control: &Arc<Control>,
    now: i64,
) -> Result<Summary> {
    let flow = control.flow();
    let seen: HashSet<String> = catalog
        .markers(id, false)?
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    let all = destination.own(&[marker::FOLDER, exports::FOLDER], &flow).await?;
    let (left, mut markers): (Vec<Listed>, Vec<Listed>) =
        all.into_iter().partition(|one| exports::is_export(&one.key));
    // Noted without a version: a roll back looks at their bytes.
    for one in left {
        if exports::is_possible(&one.key) && !seen.contains(&one.key) {
            catalog.set_marker(id, &one.key, "", &[])?;
        }
    }
    // Another machine's, which is there for a moment.
    markers.retain(|one| !marker::is_sign(&one.key));
    control.begin("Reading in what was moved", markers.len() as u64, 0);
    let mut summary = Summary::default();
    for one in markers {
        if !control.go_on().await {
            return Err(Error::Stopped);
        }
        if seen.contains(&one.key) {
            summary.markers += 1;
        } else {
            let mut reading = Reading {
                catalog,
                destination,
                id,
                flow: &flow,
                summary: &mut summary,
            };
            reading.marker(&one, now).await?;
        }
        control.file_done();
    }
    Ok(summary)
}

struct Reading<'a> {
    catalog: &'a Catalog,
    destination: &'a Destination,
    id: DestinationId,
    flow: &'a Flow,
    summary: &'a mut Summary,
}

/// What becomes of one line.
enum Line {
    Take(Recalled),
    /// Of two markers that contradict each other, this one is right.
    Instead(Recalled),
    /// An XMP file that was written beside a copy, if it is still there as it was.
    Written(Option<NewWritten>),
    Known,
    Leave(Odd, String),
}

impl Reading<'_> {
    async fn marker(&mut self, listed: &Listed, now: i64) -> Result<()> {
        let read = self.destination.read_small(&listed.key, LARGEST, self.flow).await;
        let text = match read {
            Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => {
                return Err(failed.into());
            }
            Err(failed) => {
                self.summary.find(
                    Odd::Marker,
                    &listed.key,
                    "",
                    format!("This marker cannot be read: {failed}"),
                );
                return Ok(());
            }
            Ok(text) => text,
        };
        let Some(entries) = marker::genuine(&listed.key, &text) else {
            let what = "This is no marker as Albumen wrote it: it is damaged, or somebody else's.";
            self.summary.find(Odd::Marker, &listed.key, "", what);
            return Ok(());
        };
        self.summary.markers += 1;
        let (mut new, mut known, mut names) = (Vec::new(), Vec::new(), HashSet::new());
        let mut written = Vec::new();
        let mut whole = true;
        for entry in entries {
            let line = if names.insert(entry.key.clone()) {
                self.line(&entry).await?
            } else {
                Line::Leave(Odd::Line, "The marker tells of this name twice.".to_owned())
            };
            match line {
                Line::Take(told) => {
                    self.summary.taken.add(told.size);
                    new.push(told);
                }
                Line::Instead(told) => {
                    let what =
                        "Another marker told of other bytes under this name. Those that are there count.";
                    self.summary.find(Odd::Line, &entry.key, &entry.from, what);
                    new.push(told);
                }
                Line::Written(told) => written.extend(told),
                Line::Known => {
                    self.summary.known.add(entry.size);
                    known.push(entry.key);
                }
                Line::Leave(odd, what) => {
                    whole = false;
                    self.summary.find(odd, &entry.key, &entry.from, what);
                }
            }
        }
        // One that tells of more than is known here is not ours alone to take back.
        let version = whole.then_some(listed.version.as_str());
        self.catalog.recall_written(self.id, &listed.key, &written)?;
        Ok(self
            .catalog
            .recall(self.id, &listed.key, version, (&new, &known), now)?)
    }

    async fn line(&self, entry: &marker::Entry) -> Result<Line> {
        let leave = |odd: Odd, what: &str| Ok(Line::Leave(odd, what.to_owned()));
        let Some(sha256) = Sha256::from_hex(&entry.sha256).filter(|_| key::is_possible(&entry.key)) else {
            return leave(
                Odd::Line,
                "The marker tells of a name or a digest that Albumen does not give.",
            );
        };
        let there = size_there(self.catalog, self.destination, self.id, &entry.key, self.flow).await?;
        let known = self.catalog.placed_under(self.id, &entry.key)?;
        if let (Some(beside), None) = (&entry.beside, &known) {
            let told = NewWritten {
                key: entry.key.clone(),
                beside: beside.clone(),
                sha256,
                size: entry.size,
            };
            // Edited or gone, it is not ours any more, and no photo is concerned.
            let is_ours = there == Some(entry.size) && key::is_possible(beside);
            return Ok(Line::Written(is_ours.then_some(told)));
        }
        match (there, known) {
            (None, _) => leave(
                Odd::Gone,
                "The marker tells of it, but it is not at the destination.",
            ),
            (Some(size), _) if size != entry.size => leave(
                Odd::OtherSize,
                "The marker tells of another size than it has at the destination.",
            ),
            (_, Some((same, _))) if same == sha256 => Ok(Line::Known),
            (_, Some((_, false))) => leave(
                Odd::Line,
                "The catalog knows other bytes under this name, and counts.",
            ),
            // Two markers of one size: what stands there decides.
            (_, Some((_, true))) if self.holds(&entry.key, &sha256).await? => {
                Ok(Line::Instead(told(entry, sha256)))
            }
            (_, Some((_, true))) => leave(
                Odd::Line,
                "Another marker tells of other bytes under this name, and counts.",
            ),
            (_, None) => Ok(Line::Take(told(entry, sha256))),
        }
    }

    async fn holds(&self, key: &str, sha256: &Sha256) -> Result<bool> {
        match self.destination.digest(key, self.flow).await {
            Ok((there, _, _)) => Ok(there == *sha256),
            Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => Err(failed.into()),
            Err(_) => Ok(false),
        }
    }
}

fn told(entry: &marker::Entry, sha256: Sha256) -> Recalled {
    Recalled {
        key: entry.key.clone(),
        sha256,
        size: entry.size,
        from: entry.from.clone(),
        mtime_ns: entry.mtime_ns,
        kind: Kind::parse(&entry.kind).unwrap_or(Kind::Other),
        captured: entry
            .captured
            .clone()
            .filter(|date| Capture::parse_iso(date).is_some()),
        camera: entry.camera.clone(),
    }
}
