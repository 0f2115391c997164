//! Read-repair: a copy that a person looks at is hashed on the way and compared with what was placed. Where it is not that, the
//! person is told, it loses its receipt and becomes a difference; the repair mends it when they say so. Photos that are opened
//! from home are judged here as well.
//!
//! Invariants: nothing is written at the destination from here; a read is bounded in size and time, so that a picture never holds
//! up the window; what cannot be read is no difference.

use crate::api::{AppError, CopyLook, CopyVerdict, FieldDiff, What, stamp};
use crate::compare::bytes as in_bytes;
use crate::engine::{Engine, held};
use albumen_catalog::{Differs, NewDifference, PlacedRow};
use albumen_files::clock::now_ms;
use albumen_files::{open_below, read_through};
use albumen_media::Shown;
use albumen_model::{DestinationId, FileId, Sha256};
use albumen_store::{Destination, Flow, Whole, modified, same_version};
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A copy is held whole while it is looked at.
const LARGEST: u64 = 128 << 20;
pub(crate) const LONGEST: Duration = Duration::from_secs(30);
const SIDE: u32 = 1600;
/// Pictures that are kept, so that going back and forth reads nothing again.
const KEPT: usize = 6;

/// A copy as it was just read back.
#[derive(Debug, Clone)]
pub struct OpenedCopy {
    /// What the catalog has placed there.
    pub placed: i64,
    pub key: String,
    pub verdict: CopyVerdict,
    /// Only where all of it was read; they are those of the receipt only if the verdict is `Whole`.
    pub bytes: Option<Vec<u8>>,
    pub sha256: Option<Sha256>,
    pub expected: Sha256,
    pub size: u64,
    /// When somebody wrote it, in milliseconds since the epoch, where the storage tells.
    pub modified: Option<i64>,
    /// Of what cannot be read: why, for people.
    pub why: String,
    /// The row that was written down where it is not whole; for [`Engine::start_mend`].
    pub difference: Option<i64>,
}

/// What reading a copy came to, in whichever way it was read.
pub(crate) enum CopyRead {
    Bytes {
        as_placed: bool,
        size: u64,
        version: String,
    },
    TooLarge {
        size: u64,
        version: String,
    },
    Gone,
    Failed(albumen_store::Error),
}

/// What that says of the copy.
pub(crate) struct Judged {
    pub verdict: CopyVerdict,
    /// In bytes, as it is there.
    size: u64,
    version: String,
    /// Of what cannot be read: why, for people.
    pub why: String,
    difference: Option<i64>,
}

/// Pictures of copies by what was placed, the one that was looked at last at the end.
#[derive(Default)]
pub(crate) struct Looked(VecDeque<(DestinationId, i64, Arc<Vec<u8>>)>);

impl Looked {
    fn find(&self, id: DestinationId, placed: i64) -> Option<Arc<Vec<u8>>> {
        let found = self.0.iter().rev().find(|one| (one.0, one.1) == (id, placed));
        found.map(|one| one.2.clone())
    }

    fn put(&mut self, id: DestinationId, placed: i64, jpeg: Option<Arc<Vec<u8>>>) {
        self.0.retain(|one| (one.0, one.1) != (id, placed));
        self.0.extend(jpeg.map(|jpeg| (id, placed, jpeg)));
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }
}

impl Engine {
    /// Reads back the copy of a file at the chosen destination, and says whether it is what was placed. What is not is written
    /// down as a difference.
    pub fn open_copy(&self, file: i64) -> Result<OpenedCopy, AppError> {
        let (id, destination) = self.connected()?;
        let row = self.inner.catalog.placed_last(id, FileId(file))?;
        self.open_placed(id, &destination, &row.ok_or_else(not_there)?)
    }

    /// Looks at a copy: of `file`, or the one that was `placed`. With a picture, and what differs from its original.
    pub fn look_at_copy(&self, file: Option<i64>, placed: Option<i64>) -> Result<CopyLook, AppError> {
        let (id, destination) = self.connected()?;
        let catalog = &self.inner.catalog;
        let row = match (placed, file) {
            (Some(placed), _) => catalog.placed(id, placed)?,
            (None, Some(file)) => catalog.placed_last(id, FileId(file))?,
            (None, None) => None,
        };
        let row = row.ok_or_else(not_there)?;
        let opened = self.open_placed(id, &destination, &row)?;
        let copy = opened.bytes.as_ref().map(|bytes| {
            let name = row.key.rsplit('/').next().unwrap_or_default();
            albumen_media::shown(name.as_bytes(), bytes, SIDE)
        });
        let copy = copy.unwrap_or_default();
        let jpeg = copy.jpeg.clone().map(Arc::new);
        let look = CopyLook {
            placed: opened.placed,
            key: opened.key.clone(),
            verdict: opened.verdict,
            shown: jpeg.is_some(),
            why: match opened.verdict {
                CopyVerdict::Unreadable => opened.why.clone(),
                _ => copy.why.clone().unwrap_or_default(),
            },
            width: copy.width,
            height: copy.height,
            size: opened.size,
            differs: match opened.verdict {
                CopyVerdict::Damaged | CopyVerdict::Changed => differing(&original(&row), &opened, &copy),
                _ => Vec::new(),
            },
            difference: opened.difference,
            replaceable: destination.versions_are_firm(),
        };
        held(&self.inner.copies).put(id, opened.placed, jpeg);
        Ok(look)
    }

    /// JPEG of a copy that was looked at, or that is now.
    pub fn copy_picture(&self, placed: i64) -> Result<Option<Vec<u8>>, AppError> {
        let id = self.chosen()?;
        let find = || held(&self.inner.copies).find(id, placed);
        let found = match find() {
            None => {
                self.look_at_copy(None, Some(placed))?;
                find()
            }
            found => found,
        };
        Ok(found.map(|jpeg| jpeg.to_vec()))
    }

    fn open_placed(
        &self,
        id: DestinationId,
        destination: &Destination,
        row: &PlacedRow,
    ) -> Result<OpenedCopy, AppError> {
        let rates = self.hold_rates(id, None);
        let flow = in_time(LONGEST).with_rates(None, Some(rates.down.clone()));
        let reading = destination.whole(&row.key, LARGEST, &flow);
        let (read, bytes, sha256) = match self.inner.runtime.block_on(reading) {
            Ok(Whole::Bytes {
                bytes,
                sha256,
                version,
            }) => {
                let read = CopyRead::Bytes {
                    as_placed: sha256 == row.sha256,
                    size: bytes.len() as u64,
                    version,
                };
                (read, Some(bytes), Some(sha256))
            }
            Ok(Whole::TooLarge { size, version }) => (CopyRead::TooLarge { size, version }, None, None),
            Ok(Whole::Gone) => (CopyRead::Gone, None, None),
            Err(failed) => (CopyRead::Failed(failed), None, None),
        };
        let judged = self.judge(id, destination, row, read, LONGEST)?;
        Ok(OpenedCopy {
            placed: row.id,
            key: row.key.clone(),
            verdict: judged.verdict,
            bytes,
            sha256,
            expected: row.sha256,
            size: judged.size,
            modified: modified(&judged.version),
            why: judged.why,
            difference: judged.difference,
        })
    }

    /// What it says of a copy that reading it, for at most `longest`, came to this. What is not as it was placed is written down.
    pub(crate) fn judge(
        &self,
        id: DestinationId,
        destination: &Destination,
        row: &PlacedRow,
        read: CopyRead,
        longest: Duration,
    ) -> Result<Judged, AppError> {
        let mut judged = Judged {
            verdict: CopyVerdict::Unreadable,
            size: row.size,
            version: String::new(),
            why: String::new(),
            difference: None,
        };
        match read {
            CopyRead::Bytes {
                as_placed,
                size,
                version,
            } => {
                judged.verdict = match as_placed {
                    true => CopyVerdict::Whole,
                    false if same_version(&row.version, &version) => CopyVerdict::Damaged,
                    false => CopyVerdict::Changed,
                };
                (judged.size, judged.version) = (size, version);
            }
            CopyRead::TooLarge { size, version } => {
                (judged.verdict, judged.size, judged.version) = (CopyVerdict::TooLarge, size, version);
            }
            // A place that is away has no missing copies.
            CopyRead::Gone => {
                let control = Arc::default();
                let home = albumen_migrate::require_home(&self.inner.catalog, destination, id, &control);
                let in_time = async { tokio::time::timeout(longest, home).await };
                match self.inner.runtime.block_on(in_time) {
                    Ok(there) => {
                        there?;
                        (judged.verdict, judged.size) = (CopyVerdict::Missing, 0);
                    }
                    Err(_) => "The destination did not answer in time.".clone_into(&mut judged.why),
                }
            }
            CopyRead::Failed(failed) if failed.is_fatal() => return Err(failed.into()),
            CopyRead::Failed(failed) if failed.kind == albumen_store::ErrorKind::Stopped => {
                judged.why = format!("It did not arrive within {} seconds.", longest.as_secs());
            }
            CopyRead::Failed(failed) => judged.why = failed.to_string(),
        }
        judged.difference = self.note(id, row, &judged)?;
        Ok(judged)
    }

    /// Writes down what is not as it was placed, or that it is after all.
    fn note(&self, id: DestinationId, row: &PlacedRow, judged: &Judged) -> Result<Option<i64>, AppError> {
        let catalog = &self.inner.catalog;
        let known = catalog.difference_under(id, &row.key)?;
        let known = known
            .map(|known| catalog.difference(id, known))
            .transpose()?
            .flatten();
        let known = known.filter(albumen_catalog::DifferenceRow::is_open);
        let differs = match judged.verdict {
            CopyVerdict::TooLarge | CopyVerdict::Unreadable => return Ok(known.map(|row| row.id)),
            CopyVerdict::Whole => {
                if known.is_some() {
                    catalog.forget_difference(id, &row.key)?;
                    self.tell_changed(&[What::Verification]);
                }
                return Ok(None);
            }
            CopyVerdict::Missing => Differs::Missing,
            CopyVerdict::Damaged | CopyVerdict::Changed => Differs::Different,
        };
        if let Some(known) = known
            && known.differs == differs
            && known.version == judged.version
        {
            return Ok(Some(known.id));
        }
        let found = NewDifference {
            key: row.key.clone(),
            differs,
            placed: Some(row.id),
            size: judged.size,
            version: judged.version.clone(),
            from: row.from.clone(),
        };
        self.have_reconciliation(id)?;
        catalog.put_receipts(&[], &[row.id], now_ms())?;
        catalog.put_differences(id, &[found])?;
        self.forget_verification(id)?;
        self.tell_changed(&[What::Verification, What::Plan]);
        Ok(catalog.difference_under(id, &row.key)?)
    }
}

/// A look ends, whatever the storage does.
pub(crate) fn in_time(longest: Duration) -> Flow {
    let until = Instant::now() + longest;
    let goes_on = move || Instant::now() < until;
    Flow::new(move |_| goes_on()).while_wanted(goes_on)
}

fn not_there() -> AppError {
    AppError::usage(
        "Nothing of this file is known to be at the destination.",
        "Move it first, or choose the destination where it is.",
    )
}

/// The original as it is now, read like the copy; nothing of it where it is gone or too large.
struct Original {
    shown: Shown,
    size: Option<u64>,
    sha256: Option<Sha256>,
    mtime_ms: Option<i64>,
}

fn original(row: &PlacedRow) -> Original {
    let mut made = Original {
        shown: Shown::default(),
        size: None,
        sha256: None,
        mtime_ms: None,
    };
    let (root, below) = (
        PathBuf::from(OsStr::from_bytes(&row.root)),
        Path::new(OsStr::from_bytes(&row.original)),
    );
    let Ok((_, identity)) = open_below(&root, below) else {
        return made;
    };
    made.size = Some(identity.size);
    made.mtime_ms = Some(identity.mtime_ns.div_euclid(1_000_000));
    if identity.size > LARGEST {
        return made;
    }
    let keep = |identity: &albumen_model::Identity| usize::try_from(identity.size.min(LARGEST)).unwrap_or(0);
    if let Ok(read) = read_through(&root.join(below), keep, &|| false) {
        made.sha256 = Some(read.sha256);
        if read.whole {
            made.shown = albumen_media::shown(row.original.as_slice(), &read.head, SIDE);
        }
    }
    made
}

fn differing(original: &Original, opened: &OpenedCopy, copy: &Shown) -> Vec<FieldDiff> {
    let pixels = |of: &Shown| {
        of.width
            .zip(of.height)
            .map(|(width, height)| format!("{width} × {height}"))
    };
    let taken = |of: &Shown| of.captured.as_ref().map(albumen_model::Capture::iso);
    let changed = |ms: Option<i64>| ms.map(stamp).filter(|words| !words.is_empty());
    let digest = |of: Option<Sha256>| of.map(|sha256| format!("{}…", sha256.short()));
    let all = [
        (
            "File size",
            original.size.map(in_bytes),
            Some(in_bytes(opened.size)),
        ),
        ("Pixels", pixels(&original.shown), pixels(copy)),
        ("Taken", taken(&original.shown), taken(copy)),
        ("Camera", original.shown.camera.clone(), copy.camera.clone()),
        (
            "File changed",
            changed(original.mtime_ms),
            changed(opened.modified),
        ),
        ("SHA-256", digest(original.sha256), digest(opened.sha256)),
    ];
    let differing = all.into_iter().filter(|(_, left, right)| left != right);
    let rows = differing.map(|(field, left, right)| FieldDiff {
        field: field.to_owned(),
        left,
        right,
        better: None,
    });
    rows.collect()
}
