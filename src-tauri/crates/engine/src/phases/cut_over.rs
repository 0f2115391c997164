//! Cutting over: what is new is sent until the old place has stood quiet, then all is checked, and then, at one moment, the
//! destination is home. Where there is a second home, it is brought along and checked as the first is ([`final_sync`]).
//!
//! Invariants: until that one row nothing is switched, and nothing but copies was made; a place that keeps changing, or a check
//! that fails at either home, ends it as a finding. Killed anywhere, the same command goes on.

use super::facts::Facts;
use super::final_sync;
use crate::api::{AppError, CutOver, CutOverPreview, JobKind, PlanOptions, SecondBehind};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use crate::moving::MoveOptions;
use crate::presence::Absence;
use crate::scan::{Where, stopped};
use albumen_catalog::DestinationRow;
use albumen_files::clock::now_ms;
use albumen_migrate::Control;
use albumen_model::layout::DEFAULT;
use albumen_model::{DestinationId, Phase, Strategy, Tally};
use std::sync::Arc;
use std::time::Duration;

/// How often a wait looks whether it is to end.
const BLINK: Duration = Duration::from_millis(100);
/// Of time spent on looking and checking what little there is.
const AT_LEAST_SECONDS: u64 = 5;
/// Smaller transfers tell nothing of a line.
const TELLING: u64 = 1_000_000;
/// So long a home that does not answer is waited for.
const LONGEST_AWAY: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, Clone)]
pub struct CutOverOptions {
    pub workers: usize,
    /// How long every file must have stood unchanged.
    pub settle: Duration,
    /// How long a place that keeps changing is waited for, all in all; and a home that does not answer, if that is shorter.
    pub patience: Duration,
}

impl Engine {
    /// What cutting over to the chosen destination will do, by what is known now.
    pub fn cut_over_preview(&self) -> Result<CutOverPreview, AppError> {
        let id = self.chosen()?;
        let facts = self.facts(id)?;
        let unproven = unproven(&facts);
        let mut seconds = self.seconds_for(id, facts.behind.bytes + unproven.bytes)?;
        let mut second = None;
        if let Some(row) = self.home_rows()?.get(1) {
            let facts = self.facts(row.id)?;
            let unproven = self::unproven(&facts);
            // Sent to at the same time as the first.
            let own = self.seconds_for(row.id, facts.behind.bytes + unproven.bytes)?;
            seconds = seconds.zip(own).map(|(one, other)| one.max(other));
            second = Some(SecondBehind {
                destination: self.label_of(row.id)?,
                behind: facts.behind,
                unproven,
                proven: facts.proven,
            });
        }
        Ok(CutOverPreview {
            destination: self.label_of(id)?,
            seconds,
            behind: facts.behind,
            unproven,
            proven: facts.proven,
            stays: facts.stays(),
            second,
        })
    }

    /// Makes the chosen destination home, if all agrees.
    pub fn start_cut_over(&self, options: CutOverOptions) -> Result<JobHandle, AppError> {
        let id = self.chosen()?;
        let way = self.inner.catalog.way(id)?;
        let act = way.as_ref().and_then(|way| way.act);
        if act == Some(Phase::Home) {
            return Err(AppError::usage("It is home already.", "There is nothing to do."));
        }
        let facts = self.facts(id)?;
        if facts.there.files == 0 {
            return Err(AppError::usage(
                "Nothing was moved to this destination yet.",
                "Move the photos first.",
            ));
        }
        let strategy = match way {
            Some(way) => way.strategy,
            None => {
                self.choose_strategy(Strategy::Once)?;
                Strategy::Once
            }
        };
        if !strategy.has(Phase::CuttingOver) {
            return Err(AppError::usage(
                "With this strategy nothing is switched: it only compares.",
                "Choose another strategy first.",
            ));
        }
        let from = act.unwrap_or(Phase::Copy);
        self.start(JobKind::CutOver, move |engine, control| {
            control.set_patience(options.patience.min(LONGEST_AWAY));
            engine.go_to(id, from, Phase::CuttingOver, "")?;
            let ended = engine.cut_over(id, &options, control);
            let finding = match &ended {
                Ok(made) if made.switched => String::new(),
                Ok(made) => made.finding.clone(),
                Err(error) if error.code == "stopped" => String::new(),
                Err(error) => error.message.clone(),
            };
            match &ended {
                Ok(made) if made.switched => {
                    // Until here, and no further.
                    engine.stop_in_step()?;
                    engine.say(match made.second {
                        None => "Photos open from the new home now.",
                        Some(_) => {
                            "Photos open from the new home now, and the second home has all of them too."
                        }
                    });
                }
                _ => {
                    engine.go_to(id, Phase::CuttingOver, Phase::Copy, &finding)?;
                    engine.say(&format!("Nothing was switched. {finding}"));
                }
            }
            Ok(Outcome::CutOver(Box::new(ended?)))
        })
    }

    /// Leaves a cut over that was cut off: nothing was switched, and nothing is.
    pub fn leave_cut_over(&self) -> Result<(), AppError> {
        let _quiet = self.refuse_while_busy()?;
        self.go_to(self.chosen()?, Phase::CuttingOver, Phase::Copy, "")
    }

    fn cut_over(
        &self,
        id: DestinationId,
        options: &CutOverOptions,
        control: &Arc<Control>,
    ) -> Result<CutOver, AppError> {
        let mut made = CutOver::default();
        let mut waited = Duration::ZERO;
        // The homes that were checked since the last look at the sources.
        let mut checked = Vec::new();
        loop {
            control.begin_open("Looking for what is new");
            let met = self.scan(
                &Where::Everywhere,
                Absence::Doubted,
                Some(options.settle),
                control,
            )?;
            goes_on(control)?;
            made.rounds += 1;
            let is_quiet = met.is_nothing();
            // One that was named meanwhile is checked as well.
            let homes = self.home_rows()?;
            if is_quiet && checked == ids(&homes) {
                break;
            }
            if !is_quiet && made.rounds > 1 {
                if waited >= options.patience {
                    made.finding = format!(
                        "The old place keeps changing: {} files within the last moments.",
                        met.new + met.changed + met.renamed + met.removed + met.unsettled
                    );
                    return Ok(made);
                }
                waited += wait(options.settle.max(BLINK), control)?;
            }
            if met.unsettled > 0 {
                checked.clear();
                continue;
            }
            let moved = self.move_to_homes(&self.moving(options)?, control)?;
            goes_on(control)?;
            made.finding = final_sync::take_note(moved, &mut made)?;
            if made.finding.is_empty() {
                made.finding = self.final_check(&homes, &mut made, control)?;
            }
            if !made.finding.is_empty() {
                return Ok(made);
            }
            checked = ids(&homes);
        }
        self.go_to(id, Phase::CuttingOver, Phase::Home, "")?;
        made.switched = true;
        Ok(made)
    }

    /// As the photos were moved last, and all of them.
    fn moving(&self, options: &CutOverOptions) -> Result<MoveOptions, AppError> {
        let plan = self.plan_summary()?.map(|plan| plan.options);
        let plan = plan.unwrap_or_else(|| PlanOptions {
            layout: DEFAULT.to_owned(),
            skip_duplicates: false,
            sample: None,
            shard: None,
            xmp: false,
        });
        Ok(MoveOptions {
            workers: options.workers,
            bandwidth: None,
            replan: Some(PlanOptions {
                sample: None,
                shard: None,
                ..plan
            }),
            exports: false,
            most: None,
            in_step: None,
        })
    }

    /// How fast the destination took bytes: what a preview estimates by.
    pub(crate) fn note_speed(&self, id: DestinationId, bytes: u64, time: Duration) -> Result<(), AppError> {
        if bytes < TELLING || time.is_zero() {
            return Ok(());
        }
        let speed = (bytes as f64 / time.as_secs_f64()) as u64;
        self.store(&speed_key(id), &speed)
    }

    pub(super) fn seconds_for(&self, id: DestinationId, bytes: u64) -> Result<Option<u64>, AppError> {
        let speed: Option<u64> = self.stored(&speed_key(id))?;
        Ok(match speed {
            _ if bytes == 0 => Some(AT_LEAST_SECONDS),
            Some(speed) if speed > 0 => Some((bytes / speed).max(AT_LEAST_SECONDS)),
            _ => None,
        })
    }
}

fn unproven(facts: &Facts) -> Tally {
    Tally {
        files: facts.there.files.saturating_sub(facts.proven.files),
        bytes: facts.there.bytes.saturating_sub(facts.proven.bytes),
    }
}

fn ids(homes: &[DestinationRow]) -> Vec<DestinationId> {
    homes.iter().map(|home| home.id).collect()
}

fn speed_key(id: DestinationId) -> String {
    format!("speed:{}", id.0)
}

pub(super) fn goes_on(control: &Control) -> Result<(), AppError> {
    if control.go_on_blocking() {
        Ok(())
    } else {
        Err(stopped())
    }
}

/// Pauses do not count.
fn wait(time: Duration, control: &Control) -> Result<Duration, AppError> {
    control.begin_open("Waiting until the old place is quiet");
    let until = now_ms() + i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    while now_ms() < until {
        goes_on(control)?;
        std::thread::sleep(BLINK);
    }
    Ok(time)
}
