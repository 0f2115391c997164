//! Conflicts: two versions under one name, one after the other, and what the person says of each. Saved at once; done by the
//! repair.

use crate::api::{AppError, Conflict, ConflictChoice, ConflictTotals, Newer, Toward, What};
use crate::engine::Engine;
use albumen_catalog::{Choice, DifferenceRow, Which};
use albumen_files::clock::now_ms;
use albumen_migrate::reconcile::policy::{Newest, newest};

impl Engine {
    /// The open conflict at `id`, or next to it.
    pub fn conflict(&self, id: i64, toward: Toward) -> Result<Option<Conflict>, AppError> {
        let which = match toward {
            Toward::At => Which::At(id),
            Toward::Next => Which::After(id),
            Toward::Previous => Which::Before(id),
        };
        let found = self.inner.catalog.conflict(self.chosen()?, which)?;
        Ok(found.map(|(row, before)| told(&row, before)))
    }

    pub fn conflict_totals(&self) -> Result<ConflictTotals, AppError> {
        let totals = self.inner.catalog.choice_totals(self.chosen()?)?;
        Ok(ConflictTotals {
            conflicts: totals.conflicts,
            source: totals.source,
            both: totals.both,
            leave: totals.leave,
            steps: totals.steps,
        })
    }

    pub fn choose_conflict(&self, id: i64, choice: ConflictChoice) -> Result<ConflictTotals, AppError> {
        let _quiet = self.refuse_while_busy()?;
        if !self.inner.catalog.choose(self.chosen()?, id, choice.row())? {
            return Err(not_open());
        }
        self.said()
    }

    /// The same for all of which nothing was said.
    pub fn choose_conflicts(&self, choice: ConflictChoice) -> Result<ConflictTotals, AppError> {
        let _quiet = self.refuse_while_busy()?;
        self.inner.catalog.choose_rest(self.chosen()?, choice.row())?;
        self.said()
    }

    /// Takes back what was said last; the conflict it was said of.
    pub fn undo_choice(&self) -> Result<Option<i64>, AppError> {
        let _quiet = self.refuse_while_busy()?;
        let concerned = self.inner.catalog.unchoose(self.chosen()?)?;
        self.said()?;
        Ok(concerned)
    }

    fn said(&self) -> Result<ConflictTotals, AppError> {
        self.tell_changed(&[What::Verification]);
        self.conflict_totals()
    }
}

pub(crate) fn not_open() -> AppError {
    AppError::usage(
        "This difference is not open any more.",
        "Look at the list again, or compare again.",
    )
}

fn told(row: &DifferenceRow, before: u64) -> Conflict {
    let (newer, why) = match newest(row, now_ms()) {
        Newest::Original => (Newer::Original, ""),
        Newest::There => (Newer::There, ""),
        Newest::Damaged => (Newer::Damaged, ""),
        Newest::Untold(why) => (Newer::Untold, why),
    };
    Conflict {
        id: row.id,
        before,
        key: row.key.clone(),
        from: row.from.clone(),
        file: row.original.as_ref().map(|step| step.file.0),
        placed: row.placed,
        both_changed: row.original.is_some() && !row.is_same,
        choice: row.choice.map(ConflictChoice::of),
        newer,
        why: why.to_owned(),
    }
}

impl ConflictChoice {
    fn of(choice: Choice) -> Self {
        match choice {
            Choice::Source => Self::Source,
            Choice::Both => Self::Both,
            Choice::Leave => Self::Leave,
        }
    }

    fn row(self) -> Choice {
        match self {
            Self::Source => Choice::Source,
            Self::Both => Choice::Both,
            Self::Leave => Choice::Leave,
        }
    }
}
