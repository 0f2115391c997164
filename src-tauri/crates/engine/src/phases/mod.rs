//! Beside the way: how far it is, in phases; and the acts that no fact tells, [`cut_over`] and [`switch_back`]. While a
//! destination is home, [`opening`] reads photos from it.
//!
//! Invariants: a phase that is no act is told by what is planned, placed and proven, so it cannot lie; an act is one row that
//! changes at one moment. While a destination is home the app changes nothing in the old place, until the person lets it go.

mod cut_over;
mod facts;
mod final_sync;
mod opening;
mod recommend;
mod switch_back;

pub use cut_over::CutOverOptions;
pub(crate) use opening::Kept;

use crate::api::{AppError, DestinationInfo, HomeState, PhaseInfo, PhaseState, Way, What, stamp};
use crate::engine::Engine;
use albumen_catalog::WayRow;
use albumen_files::clock::now_ms;
use albumen_model::{DestinationId, Phase, Strategy};
use facts::Facts;

const NOTHING_CHANGED: &str = "Nothing was changed.";

impl Engine {
    /// How far it is with the chosen destination.
    pub fn way(&self) -> Result<Option<Way>, AppError> {
        let Some(destination) = self.destination()? else {
            return Ok(None);
        };
        let id = DestinationId(destination.id);
        let row = self.inner.catalog.way(id)?;
        let strategy = match &row {
            Some(row) => row.strategy,
            None => self.strategy_shown()?,
        };
        let facts = self.facts(id)?;
        let act = row.as_ref().and_then(|row| row.act);
        let phase = act.unwrap_or_else(|| facts.phase(strategy));
        let (is_busy, is_going) = match crate::engine::held(&self.inner.running).as_ref() {
            Some(running) => (true, !running.control.is_paused()),
            None => (false, false),
        };
        // What the person started since goes on; what begins by itself does not.
        let paused = !is_going && row.as_ref().is_some_and(|row| row.paused);
        let home = self.inner.catalog.home()?;
        let other_home = match home.as_ref().filter(|home| home.destination != id) {
            Some(other) => Some(self.label_of(other.destination)?),
            None => None,
        };
        let open = facts.open(strategy);
        let (finding, is_home) = match &row {
            Some(row) => (row.finding.clone(), row.act == Some(Phase::Home)),
            None => (String::new(), false),
        };
        let is_cut_off = !is_busy && matches!(act, Some(Phase::CuttingOver | Phase::SwitchingBack));
        let mut phases = phases(&destination, strategy, phase, paused, row.as_ref(), &facts);
        if is_cut_off && let Some(one) = phases.iter_mut().find(|one| one.phase == phase) {
            "It was cut off, and can be gone on with. What is done stays so.".clone_into(&mut one.says);
        }
        Ok(Some(Way {
            phases,
            strategy,
            is_chosen: row.is_some(),
            phase,
            paused,
            is_ready: act.is_none() && strategy.has(Phase::CuttingOver) && open == 0 && facts.there.files > 0,
            is_cut_off,
            finding,
            home: row.filter(|_| is_home).map(home_state),
            other_home,
            destination,
        }))
    }

    /// What the person does, as long as none was chosen.
    fn strategy_shown(&self) -> Result<Strategy, AppError> {
        Ok(if self.home_rows()?.len() > 1 {
            Strategy::SecondHome
        } else if self.in_step().at.is_some() {
            Strategy::InStep
        } else {
            Strategy::Once
        })
    }

    /// What the person wants of the chosen destination.
    pub fn choose_strategy(&self, strategy: Strategy) -> Result<(), AppError> {
        let id = self.chosen()?;
        let chosen = self.inner.catalog.choose_strategy(id, strategy, now_ms())?;
        if chosen.is_none() {
            return Err(AppError::new(
                "phase_refused",
                "The destination is home, or about to be: another strategy has no such phase.",
                NOTHING_CHANGED,
                "Switch back first.",
            ));
        }
        self.tell_changed(&[What::Way]);
        Ok(())
    }

    /// Whether photos that are opened from home are compared, from now on.
    pub fn compare_on_opening(&self, compares: bool) -> Result<(), AppError> {
        self.inner.catalog.compare_on_opening(self.chosen()?, compares)?;
        self.tell_changed(&[What::Way]);
        Ok(())
    }

    /// Gives up that the old place is left as it is: originals may be deleted from now on.
    pub fn let_old_place_go(&self) -> Result<(), AppError> {
        let _quiet = self.refuse_while_busy()?;
        if !self.inner.catalog.let_old_place_go(self.chosen()?, now_ms())? {
            return Err(AppError::usage(
                "The chosen destination is not home.",
                "Cut over to it first.",
            ));
        }
        self.tell_changed(&[What::Way]);
        Ok(())
    }

    /// Goes to an act, or from one back to what facts tell.
    fn go_to(&self, id: DestinationId, from: Phase, to: Phase, finding: &str) -> Result<(), AppError> {
        let went = self.inner.catalog.go_to(id, from, to, finding, now_ms())?;
        self.tell_changed(&[What::Way]);
        if went {
            return Ok(());
        }
        Err(match self.inner.catalog.home()? {
            Some(other) if other.destination != id => AppError::new(
                "phase_refused",
                format!("`{}` is home, or about to be.", self.label_of(other.destination)?),
                NOTHING_CHANGED,
                "Choose that destination and switch back first.",
            ),
            _ => AppError::new(
                "phase_refused",
                "This does not follow on where the way to this destination is.",
                NOTHING_CHANGED,
                "Look at the line of phases.",
            ),
        })
    }

    pub(crate) fn note_pause(&self, paused: bool) {
        let noted = self.inner.catalog.chosen_destination().and_then(|row| match row {
            Some(row) => self.inner.catalog.pause_way(row.id, paused, now_ms()),
            None => Ok(()),
        });
        if let Err(error) = noted {
            tracing::warn!("the pause ends with this session: {error}");
        }
        self.tell_changed(&[What::Way]);
    }

    pub(crate) fn is_paused(&self) -> Result<bool, AppError> {
        let catalog = &self.inner.catalog;
        Ok(match catalog.chosen_destination()? {
            Some(row) => catalog.way(row.id)?.is_some_and(|way| way.paused),
            None => false,
        })
    }

    /// Deleting originals is for the destination that is home, and only when the old place was let go.
    pub(crate) fn refuse_at_old_place(&self, id: DestinationId) -> Result<(), AppError> {
        match self.inner.catalog.home()? {
            None => Ok(()),
            Some(home) if home.let_go && home.destination == id => Ok(()),
            // What is deleted by the proof of another place, switching back would not find.
            Some(home) if home.let_go => Err(AppError::new(
                "old_place_kept",
                format!(
                    "`{}` is home: originals are deleted by its proof, or not at all.",
                    self.label_of(home.destination)?
                ),
                "Nothing was deleted.",
                "Choose that destination.",
            )),
            Some(home) => Err(self.old_place_kept(&home, "Nothing was deleted.")?),
        }
    }

    /// As [`Engine::refuse_at_old_place`], for whatever else would change what switching back relies on.
    pub(crate) fn refuse_change_of_old_place(&self, safe: &str) -> Result<(), AppError> {
        match self.inner.catalog.home()? {
            Some(home) if !home.let_go => Err(self.old_place_kept(&home, safe)?),
            _ => Ok(()),
        }
    }

    /// Rolling back removes copies, and a home is not to be removed.
    pub(crate) fn refuse_rollback_at_home(&self) -> Result<(), AppError> {
        match self.inner.catalog.home()? {
            None => Ok(()),
            Some(home) => Err(AppError::new(
                "is_home",
                format!(
                    "`{}` is home, or about to be: nothing is rolled back.",
                    self.label_of(home.destination)?
                ),
                NOTHING_CHANGED,
                "Switch back first; that removes nothing.",
            )),
        }
    }

    fn old_place_kept(&self, home: &WayRow, safe: &str) -> Result<AppError, AppError> {
        let label = self.label_of(home.destination)?;
        Ok(match home.act {
            Some(Phase::Home) => AppError::new(
                "old_place_kept",
                format!(
                    "`{label}` is home, and the old place is left as it is, so that you can switch back."
                ),
                safe,
                "Let the old place go first (Finish, or `albumen cut-over DEST --let-go`), or switch back.",
            ),
            _ => AppError::new(
                "old_place_kept",
                format!(
                    "The old place is left as it is while `{label}` is cut over to or switched back from."
                ),
                safe,
                "Go on with that until it is done.",
            ),
        })
    }

    fn label_of(&self, id: DestinationId) -> Result<String, AppError> {
        let row = self.inner.catalog.destination_row(id)?;
        Ok(self.info_of(row)?.label)
    }
}

fn home_state(row: WayRow) -> HomeState {
    HomeState {
        since: stamp(row.since),
        compares: row.compares,
        agreed: row.agreed,
        differed: row.differed,
        elsewhere: row.elsewhere,
        said: row.said,
        let_go: row.let_go,
    }
}

/// The line: what was before `now` is done, what comes after it is next.
fn phases(
    destination: &DestinationInfo,
    strategy: Strategy,
    now: Phase,
    paused: bool,
    row: Option<&WayRow>,
    facts: &Facts,
) -> Vec<PhaseInfo> {
    let line = strategy.phases().iter().copied();
    // Nobody is shown the way back before there is one.
    let line: Vec<Phase> = line
        .filter(|phase| *phase != Phase::SwitchingBack || now == Phase::SwitchingBack)
        .collect();
    let at = line.iter().position(|phase| *phase == now).unwrap_or(0);
    let all = line.iter().enumerate().map(|(place, phase)| {
        let state = match place.cmp(&at) {
            std::cmp::Ordering::Less if *phase == Phase::Pilot && !facts.is_piloted() => PhaseState::Skipped,
            std::cmp::Ordering::Less => PhaseState::Done,
            std::cmp::Ordering::Greater => PhaseState::Next,
            std::cmp::Ordering::Equal if paused => PhaseState::Paused,
            // Nothing is left to do in it.
            std::cmp::Ordering::Equal if *phase == Phase::Copy && facts.is_copied(strategy) => {
                PhaseState::Done
            }
            std::cmp::Ordering::Equal => PhaseState::Now,
        };
        PhaseInfo {
            phase: *phase,
            state,
            says: facts.says(*phase, state, &destination.label, row),
        }
    });
    all.collect()
}
