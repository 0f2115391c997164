//! Stage 8, reconcile: in what the chosen destination differs from what is known, and its repair. The comparison writes nothing
//! there; what it finds is kept until the next one, and is what a repair works off.

use crate::api::{
    AppError, Conflicts, Difference, DifferenceKind, DifferencesPage, JobKind, Reconciliation, Repaired,
    What, stamp,
};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_catalog::{DestinationRow, DifferenceRow, Differs};
use albumen_files::clock::now_ms;
use albumen_migrate::reconcile::policy::{self, Action};
use albumen_migrate::reconcile::{self, repair};
use albumen_migrate::{Control, verify};
use albumen_model::{DestinationId, Tally};
use std::collections::BTreeMap;
use std::sync::Arc;

const READERS: usize = 4;
const LAST: &str = "reconciled";

impl Engine {
    /// Compares everything; `full` reads every copy back.
    pub fn start_reconcile(&self, full: bool) -> Result<JobHandle, AppError> {
        self.start(JobKind::Reconcile, move |engine, control| {
            let made = engine.reconcile_home(&engine.chosen_row()?, full, control)?;
            Ok(Outcome::Reconciled(Box::new(made)))
        })
    }

    /// Within a job.
    pub(crate) fn reconcile_home(
        &self,
        home: &DestinationRow,
        full: bool,
        control: &Arc<Control>,
    ) -> Result<Reconciliation, AppError> {
        let (id, destination) = self.connected_to(home)?;
        let rates = self.hold_rates(id, None);
        let reading = verify::Reading {
            workers: READERS,
            rate: Some(rates.down.clone()),
        };
        let comparing = reconcile::reconcile(
            &self.inner.catalog,
            &destination,
            id,
            full,
            reading,
            control,
            now_ms,
        );
        let summary = self.inner.runtime.block_on(comparing);
        // What does not agree has no receipt any more.
        if !matches!(&summary, Ok(done) if done.differs.keys().all(is_harmless)) {
            self.forget_verification(id)?;
        }
        self.tell_changed(&[What::Verification, What::Plan]);
        let made = told(&summary?);
        self.store(&last_key(id), &Some(&made))?;
        self.say(&words(&made));
        Ok(made)
    }

    /// The last comparison with the chosen destination, with what is still open of it.
    pub fn reconciliation(&self) -> Result<Option<Reconciliation>, AppError> {
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(None);
        };
        let stored = self.stored::<Option<Reconciliation>>(&last_key(row.id))?;
        let Some(mut last) = stored.flatten() else {
            return Ok(None);
        };
        last.put(&self.inner.catalog.difference_totals(row.id)?);
        Ok(Some(last))
    }

    /// A page of differences after `after`, each with what a repair would do.
    pub fn differences(
        &self,
        of: Option<DifferenceKind>,
        after: i64,
        limit: u64,
        conflicts: Conflicts,
    ) -> Result<DifferencesPage, AppError> {
        let id = self.chosen()?;
        let rows =
            self.inner
                .catalog
                .differences(id, of.map(DifferenceKind::differs), after, limit.min(1000))?;
        let next = rows.last().map(|row| row.id);
        Ok(DifferencesPage {
            rows: rows.iter().map(|row| shown(row, conflicts)).collect(),
            next,
        })
    }

    /// Works off what the last comparison found.
    pub fn start_repair(&self, conflicts: Conflicts, workers: usize) -> Result<JobHandle, AppError> {
        self.start_mending(conflicts, workers, None)
    }

    /// Sends one copy again that turned out to be damaged or missing.
    pub fn start_mend(&self, difference: i64) -> Result<JobHandle, AppError> {
        let row = self.inner.catalog.difference(self.chosen()?, difference)?;
        if !row.is_some_and(|row| row.is_open()) {
            return Err(crate::conflicts::not_open());
        }
        self.start_mending(Conflicts::Source, 1, Some(difference))
    }

    fn start_mending(
        &self,
        conflicts: Conflicts,
        workers: usize,
        only: Option<i64>,
    ) -> Result<JobHandle, AppError> {
        self.start(JobKind::Repair, move |engine, control| {
            engine.require_sources()?;
            let (id, destination) = engine.connected()?;
            let Some(last) = engine.stored::<Option<Reconciliation>>(&last_key(id))?.flatten() else {
                return Err(AppError::usage(
                    "The destination was not compared yet.",
                    "Compare first, and look at what differs.",
                ));
            };
            engine.learn(id, &destination)?;
            let rates = engine.hold_rates(id, None);
            let options = repair::Options {
                conflicts: conflicts.policy(),
                only,
                markers_are_sound: last.markers > 0 && last.spoilt_markers == 0,
                workers: albumen_files::workers_allowed(workers),
                rate: Some(rates.up.clone()),
            };
            let repairing = repair::repair(&engine.inner.catalog, &destination, id, options, control, now_ms);
            let summary = engine.inner.runtime.block_on(repairing);
            engine.forget_verification(id)?;
            engine.tell_changed(&[What::Verification, What::Plan]);
            let summary = summary?;
            let made = Repaired {
                sent: summary.sent,
                replaced: summary.replaced,
                beside: summary.beside,
                yielded: summary.yielded.files,
                left: summary.left,
                markers: summary.markers,
                open: summary.open.len() as u64,
            };
            engine.say(&repaired_words(&made));
            Ok(Outcome::Repaired(Box::new(made)))
        })
    }

    /// What was found without a comparison is shown like what one found.
    pub(crate) fn have_reconciliation(&self, id: DestinationId) -> Result<(), AppError> {
        if self
            .stored::<Option<Reconciliation>>(&last_key(id))?
            .flatten()
            .is_some()
        {
            return Ok(());
        }
        let made = Reconciliation {
            at: stamp(now_ms()),
            ..Reconciliation::default()
        };
        self.store(&last_key(id), &Some(made))
    }
}

fn last_key(id: DestinationId) -> String {
    format!("{LAST}:{}", id.0)
}

/// Says nothing against what was placed.
fn is_harmless(differs: &Differs) -> bool {
    matches!(differs, Differs::Extra | Differs::Unlisted)
}

fn told(summary: &reconcile::Summary) -> Reconciliation {
    let agreed = summary.agreed;
    let mut made = Reconciliation {
        at: stamp(now_ms()),
        markers: summary.markers,
        spoilt_markers: summary.spoilt,
        agreed: agreed.all(),
        by_size: agreed.by_size.files,
        by_version: agreed.by_version.files,
        by_digest: agreed.by_digest.files,
        by_reading: agreed.by_reading.files,
        looked_at: summary.looked_at,
        ..Reconciliation::default()
    };
    made.put(&summary.differs);
    made
}

impl Reconciliation {
    fn put(&mut self, totals: &BTreeMap<Differs, Tally>) {
        let of = |differs| totals.get(&differs).map_or(0, |tally| tally.files);
        self.missing = of(Differs::Missing);
        self.different = of(Differs::Different);
        self.extra = of(Differs::Extra);
        self.unlisted = of(Differs::Unlisted);
        self.unreadable = of(Differs::Unreadable);
    }
}

fn shown(row: &DifferenceRow, conflicts: Conflicts) -> Difference {
    let (repair, why) = match policy::action(row, conflicts.policy(), now_ms()) {
        _ if !row.done.is_empty() => ("", row.done.as_str()),
        Action::Send => ("send", ""),
        Action::Replace => ("replace", ""),
        Action::Beside => ("beside", ""),
        Action::Yield => ("yield", ""),
        Action::Leave => ("leave", ""),
        Action::Mark => ("mark", ""),
        Action::None(why) => ("", why),
    };
    Difference {
        id: row.id,
        kind: DifferenceKind::of(row.differs),
        key: row.key.clone(),
        from: row.from.clone(),
        size: row.size,
        file: row.original.as_ref().map(|step| step.file.0),
        placed: row.placed,
        repair: repair.to_owned(),
        why: why.to_owned(),
    }
}

impl DifferenceKind {
    fn of(differs: Differs) -> Self {
        match differs {
            Differs::Missing => Self::Missing,
            Differs::Different => Self::Different,
            Differs::Extra => Self::Extra,
            Differs::Unlisted => Self::Unlisted,
            Differs::Unreadable => Self::Unreadable,
        }
    }

    fn differs(self) -> Differs {
        match self {
            Self::Missing => Differs::Missing,
            Self::Different => Differs::Different,
            Self::Extra => Differs::Extra,
            Self::Unlisted => Differs::Unlisted,
            Self::Unreadable => Differs::Unreadable,
        }
    }
}

impl Conflicts {
    pub(crate) fn policy(self) -> policy::Conflicts {
        match self {
            Self::Ask => policy::Conflicts::Ask,
            Self::Both => policy::Conflicts::KeepBoth,
            Self::Source => policy::Conflicts::Source,
            Self::Newest => policy::Conflicts::Newest,
        }
    }
}

fn words(made: &Reconciliation) -> String {
    if made.differences() == 0 {
        return format!("{} files agree, and nothing else is there.", made.agreed.files);
    }
    format!(
        "{} files agree; {} differ. Nothing was changed.",
        made.agreed.files,
        made.differences()
    )
}

fn repaired_words(made: &Repaired) -> String {
    let mut words = format!(
        "{} files were sent again, {} replaced, {} placed beside what has their name.",
        made.sent.files, made.replaced.files, made.beside.files
    );
    if made.yielded > 0 {
        words += &format!(" {} names were left to what stands there.", made.yielded);
    }
    if made.open > 0 {
        words += &format!(" {} could not be repaired; each says why.", made.open);
    }
    words
}
