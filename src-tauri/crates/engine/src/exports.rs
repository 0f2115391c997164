//! Stage 6, its end: what is left at the destination for whoever comes without Albumen: the library's list as JSON lines and as
//! CSV, and a copy of the catalog. They are made in a private folder beside the catalog, and sent as photos are.
//!
//! Invariant: whatever goes wrong here, the photos that were moved are moved, and the next run leaves what is missing.

use crate::api::{AppError, ReportFormat};
use crate::engine::Engine;
use albumen_files::clock::now_ms;
use albumen_files::{Scratch, read_through, write_whole};
use albumen_migrate::exports::{Export, Exports as Leaving, STAGE, is_begun};
use albumen_migrate::{Control, Error};
use albumen_model::DestinationId;
use albumen_store::{Destination, ErrorKind, Rate};
use std::sync::Arc;

const LISTS: [(&str, ReportFormat); 2] = [
    ("library.jsonl", ReportFormat::Json),
    ("library.csv", ReportFormat::Csv),
];
const COPY: &str = "catalog.db";
const ON_THE_WAY: &str = "catalog.db.part";
/// All that is ever in the private folder; SQLite may put a journal beside what it writes.
const MADE: &[&str] = &[
    "library.jsonl",
    "library.csv",
    COPY,
    "catalog.db-journal",
    ON_THE_WAY,
    "catalog.db.part-journal",
];

/// What became of the list and the copy of the catalog.
#[derive(Debug, Clone)]
pub enum Exports {
    /// Nobody wanted them.
    Off,
    /// What was left before is of just what is placed.
    Unchanged,
    /// So many files.
    Left(u64),
    /// The next run goes on.
    Stopped,
    Failed(AppError),
}

impl Engine {
    pub(crate) fn leave_exports(
        &self,
        id: DestinationId,
        destination: &Arc<Destination>,
        rate: Option<Arc<Rate>>,
        control: &Arc<Control>,
    ) -> Exports {
        let leaving = Leaving {
            catalog: &self.inner.catalog,
            destination,
            id,
            control,
            rate,
            now: now_ms,
        };
        match self.leave(&leaving) {
            Ok(0) => Exports::Unchanged,
            Ok(files) => Exports::Left(files),
            Err(error) if error.code == "stopped" => Exports::Stopped,
            Err(error) => Exports::Failed(AppError {
                code: "exports_failed".to_owned(),
                message: format!(
                    "The list of the library and the copy of the catalog could not be left at the destination: {}",
                    error.message
                ),
                safe: "All photos that were sent are there, and the catalog of this computer knows them."
                    .to_owned(),
                next: format!(
                    "{} Then move again: only the list is left to send.",
                    error.next.trim_end()
                ),
            }),
        }
    }

    /// Whether a run that was to leave them did not come to its end.
    pub(crate) fn exports_are_due(&self, id: DestinationId) -> Result<bool, AppError> {
        Ok(is_begun(&self.inner.catalog, id)?)
    }

    /// Removes what a run that was cut off had made to be left.
    pub(crate) fn drop_exports(&self) {
        if let Err(left) = self.scratch().clear() {
            tracing::warn!("what was made for the destination stays: {left}");
        }
    }

    fn scratch(&self) -> Scratch {
        let mut folder = self.inner.catalog.path().as_os_str().to_owned();
        folder.push(".exports");
        Scratch::new(folder.into(), MADE)
    }

    fn leave(&self, leaving: &Leaving<'_>) -> Result<u64, AppError> {
        let runtime = &self.inner.runtime;
        let Some(due) = runtime.block_on(leaving.due())? else {
            // A run that was killed at its very end may have left it.
            self.drop_exports();
            return Ok(0);
        };
        leaving.control.begin_open(STAGE);
        let scratch = self.scratch();
        let mut made = due.made;
        loop {
            let is_old = !made.is_empty();
            if !is_old {
                made = self.make(leaving, &due.of, &scratch)?;
            }
            let files = made.len() as u64;
            match runtime.block_on(leaving.leave(&due.of, made, scratch.folder())) {
                Ok(()) => {
                    self.drop_exports();
                    return Ok(files);
                }
                // A run that was cut off had made it, and it is not whole any more.
                Err(Error::Store(gone))
                    if is_old
                        && matches!(
                            gone.kind,
                            ErrorKind::SourceChanged | ErrorKind::SourceUnreadable | ErrorKind::NotThere
                        ) =>
                {
                    made = Vec::new();
                }
                Err(failed) => return Err(failed.into()),
            }
        }
    }

    /// Makes all anew. The copy of the catalog comes last: it knows the names of the others.
    fn make(&self, leaving: &Leaving<'_>, of: &str, scratch: &Scratch) -> Result<Vec<Export>, AppError> {
        leaving.begin(of)?;
        scratch.begin()?;
        let mut made = Vec::new();
        for (name, format) in LISTS {
            write_whole(&scratch.path(name), true, |out| {
                self.write_library(format, out).map(drop)
            })?;
            note(leaving, of, scratch, &mut made, name)?;
        }
        let (setting, said) = leaving.said_in_copy(of, &made)?;
        self.inner.catalog.copy_to(
            &scratch.path(ON_THE_WAY),
            &scratch.path(COPY),
            &[(&setting, &said)],
        )?;
        note(leaving, of, scratch, &mut made, COPY)?;
        leaving.made(of, &made)?;
        Ok(made)
    }
}

fn note(
    leaving: &Leaving<'_>,
    of: &str,
    scratch: &Scratch,
    made: &mut Vec<Export>,
    name: &str,
) -> Result<(), AppError> {
    if leaving.control.is_stopping() {
        return Err(Error::Stopped.into());
    }
    let read = read_through(&scratch.path(name), |_| 0, &|| false)?;
    Ok(leaving.note(of, made, name, (read.sha256, read.identity.size))?)
}
