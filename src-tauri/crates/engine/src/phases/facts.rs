//! What the catalog knows of the way to one destination, the phase that follows from it, and a sentence for each.

use crate::api::{AppError, PhaseState, Profile, stamp};
use crate::engine::Engine;
use albumen_catalog::{LeftOut, WayRow};
use albumen_migrate::plan;
use albumen_model::{Balance, DestinationId, Phase, Strategy, Tally};

/// So little behind what is there is "in step": a part of it, or a few.
const PART: u64 = 100;
const FEW: u64 = 10;

pub(super) struct Facts {
    /// Of the last scan; nothing before it.
    profile: Option<Profile>,
    /// Accounting of the plan, while it is of what was scanned last.
    balance: Option<Balance>,
    pub there: Tally,
    pub proven: Tally,
    /// Read, and not at the destination: to come, or new.
    pub behind: Tally,
    /// Could not be read or sent.
    failed: u64,
    /// What came of the last pilot, in a sentence.
    pilot: Option<String>,
    /// Rounds follow by themselves.
    keeps: bool,
    homes: usize,
}

impl Engine {
    pub(super) fn facts(&self, id: DestinationId) -> Result<Facts, AppError> {
        let catalog = &self.inner.catalog;
        let totals = catalog.verify_totals(id)?;
        let scanned = self.sources()?.iter().any(|source| source.scanned_at.is_some());
        let plan = catalog.plan(id)?;
        let all = plan.as_ref().map(|plan| catalog.balance(plan.id)).transpose()?;
        let is_current = match &plan {
            // One for a part says nothing of the rest.
            Some(plan) => plan.revision == catalog.revision()? && is_of_all(&plan.options),
            None => false,
        };
        let balance = all.filter(|_| is_current);
        let behind = match &balance {
            Some(balance) => left(balance),
            None => catalog.standing(id, &[id], LeftOut::ForGood)?.behind(),
        };
        Ok(Facts {
            profile: if scanned { Some(self.profile()?) } else { None },
            failed: all.map_or(0, |all| all.failed.files),
            balance,
            there: totals.expected,
            proven: totals.receipts,
            behind,
            pilot: self.pilot_words(id)?,
            keeps: self.in_step().at.is_some(),
            homes: self.home_rows()?.len(),
        })
    }
}

fn is_of_all(options: &str) -> bool {
    let options: plan::Options = serde_json::from_str(options).unwrap_or_default();
    options.sample.is_none() && options.share.is_none()
}

fn left(balance: &Balance) -> Tally {
    Tally {
        files: balance.copy.files.saturating_sub(balance.copied.files),
        bytes: balance.copy.bytes.saturating_sub(balance.copied.bytes),
    }
}

impl Facts {
    pub fn phase(&self, strategy: Strategy) -> Phase {
        let has_photos = self.profile.as_ref().is_some_and(|profile| profile.files > 0);
        if !has_photos && self.there.files == 0 {
            return Phase::Profile;
        }
        if strategy == Strategy::Compare {
            return Phase::Compare;
        }
        let few = (self.there.files / PART).max(FEW);
        if strategy.has(Phase::InStep)
            && self.there.files > 0
            && self.behind.files <= few
            && self.behind.files < self.there.files
        {
            return Phase::InStep;
        }
        Phase::Copy
    }

    pub fn is_piloted(&self) -> bool {
        self.pilot.is_some()
    }

    /// Nothing is left to copy, and nothing failed.
    pub fn is_copied(&self, strategy: Strategy) -> bool {
        self.there.files > 0 && self.open(strategy) == 0
    }

    /// Files that keep it from being ready to cut over; what is a few behind comes with the final sync.
    pub fn open(&self, strategy: Strategy) -> u64 {
        match self.phase(strategy) {
            Phase::InStep => self.failed,
            _ => self.behind.files + self.failed,
        }
    }

    /// What the plan leaves only in the old place.
    pub fn stays(&self) -> Tally {
        let all = self.balance.unwrap_or_default();
        all.duplicate.plus(all.excluded).plus(all.unsupported)
    }

    pub fn says(&self, phase: Phase, state: PhaseState, to: &str, row: Option<&WayRow>) -> String {
        let is_next = state == PhaseState::Next;
        match phase {
            Phase::Profile => match &self.profile {
                Some(profile) => format!(
                    "{} photos, {}, in {} files.",
                    number(profile.assets),
                    size(profile.bytes),
                    number(profile.files)
                ),
                None => "Nothing was looked at yet: add folders and scan them.".to_owned(),
            },
            Phase::Pilot => match &self.pilot {
                Some(words) => words.clone(),
                None if self.there.files == 0 => {
                    "Not done. A few photos of every kind can go first, to see that all works.".to_owned()
                }
                None => "Left out: photos have arrived without one.".to_owned(),
            },
            Phase::Copy if is_next => "Nothing was copied yet.".to_owned(),
            Phase::Copy => self.copying(),
            Phase::InStep if row.is_some_and(|row| row.strategy == Strategy::SecondHome) && self.homes < 2 => {
                "There is one home yet: add the second on Destination.".to_owned()
            }
            Phase::InStep if is_next => "Everything first has to be there.".to_owned(),
            Phase::InStep => self.in_step(to),
            Phase::Compare if is_next => "Nothing is sent; it is only looked at.".to_owned(),
            Phase::Compare => format!(
                "{} of {} are at {to} already. Nothing is sent.",
                number(self.there.files),
                files(self.there.files + self.behind.files)
            ),
            Phase::CuttingOver if is_next => {
                "Sends what is new, checks all of it, and then photos open from there. Nothing is switched before.".to_owned()
            }
            Phase::CuttingOver if state == PhaseState::Done => "Everything was there and agreed.".to_owned(),
            Phase::CuttingOver => "The last changes are sent and everything is checked. Nothing is switched yet.".to_owned(),
            Phase::Home if is_next => "Photos open from where they are now.".to_owned(),
            Phase::Home => match row {
                Some(row) => at_home(row, to),
                None => String::new(),
            },
            Phase::SwitchingBack => {
                "Originals that were deleted are brought back. Nothing is removed at the destination.".to_owned()
            }
        }
    }

    fn in_step(&self, to: &str) -> String {
        let then = if self.keeps {
            "with the next round"
        } else {
            "with the next move, or by themselves once Keep in step is on"
        };
        match self.behind.files {
            0 => format!(
                "0 behind: every photo is at {to}, {} files proven.",
                number(self.proven.files)
            ),
            behind => format!(
                "{} behind, {}; they come {then}.",
                files(behind),
                size(self.behind.bytes)
            ),
        }
    }

    fn copying(&self) -> String {
        let mut words = format!(
            "{} of {} are there, {} proven.",
            number(self.there.files),
            files(self.there.files + self.behind.files),
            number(self.proven.files)
        );
        if self.failed > 0 {
            words += &format!(" {} could not be read or sent.", files(self.failed));
        }
        words
    }
}

fn at_home(row: &WayRow, to: &str) -> String {
    let since = stamp(row.since);
    let day = since.split('T').next().unwrap_or_default();
    let mut words = format!("Photos open from {to} since {day}.");
    words += &match (row.agreed, row.differed) {
        (0, 0) => " None was opened yet.".to_owned(),
        (agreed, 0) => format!(" {} compared on opening, all agreed.", number(agreed)),
        (agreed, differed) => {
            format!(
                " {} compared on opening: {} DIFFERED.",
                number(agreed + differed),
                number(differed)
            )
        }
    };
    words += if row.let_go {
        " The old place was let go."
    } else {
        " The old place is left as it is."
    };
    words
}

fn files(many: u64) -> String {
    match many {
        1 => "1 file".to_owned(),
        _ => format!("{} files", number(many)),
    }
}

/// `12,400`.
fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut made = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            made.push(',');
        }
        made.push(digit);
    }
    made
}

/// `3.1 GB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} bytes"),
        _ => format!("{value:.1} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(scanned: u64, there: u64, behind: u64, failed: u64) -> Facts {
        let of = |files| Tally {
            files,
            bytes: files * 1000,
        };
        Facts {
            profile: (scanned > 0).then(|| Profile {
                files: scanned,
                assets: scanned,
                ..Profile::default()
            }),
            balance: None,
            there: of(there),
            proven: of(there / 2),
            behind: of(behind),
            failed,
            pilot: None,
            keeps: true,
            homes: 1,
        }
    }

    #[test]
    fn the_phase_follows_from_what_is_there() {
        use Strategy::{Compare, InStep, Once};
        for (strategy, scanned, there, behind, phase) in [
            (InStep, 0, 0, 0, Phase::Profile),
            (InStep, 90, 0, 90, Phase::Copy),
            (InStep, 90, 60, 30, Phase::Copy),
            (InStep, 90, 90, 0, Phase::InStep),
            (InStep, 90, 85, 5, Phase::InStep),
            (InStep, 9, 4, 5, Phase::Copy),
            (Once, 90, 90, 0, Phase::Copy),
            (Compare, 90, 0, 90, Phase::Compare),
        ] {
            assert_eq!(
                facts(scanned, there, behind, 0).phase(strategy),
                phase,
                "{strategy:?} {there} {behind}"
            );
        }
    }

    #[test]
    fn what_failed_or_is_to_come_is_not_ready() {
        assert!(facts(90, 90, 0, 0).is_copied(Strategy::Once));
        assert!(!facts(90, 89, 0, 1).is_copied(Strategy::Once));
        assert!(!facts(90, 89, 1, 0).is_copied(Strategy::Once));
        assert!(
            !facts(90, 0, 0, 0).is_copied(Strategy::Once),
            "nothing there is no success"
        );
        assert!(
            facts(90, 89, 1, 0).is_copied(Strategy::InStep),
            "the final sync brings it"
        );
        assert!(!facts(90, 89, 0, 1).is_copied(Strategy::InStep));
    }

    #[test]
    fn figures_are_in_the_sentences() {
        let half = facts(90_000, 12_400, 77_600, 0);
        let says = half.says(Phase::Copy, PhaseState::Now, "disk", None);
        assert_eq!(says, "12,400 of 90,000 files are there, 6,200 proven.");
        let all = facts(2, 2, 0, 0).says(Phase::InStep, PhaseState::Now, "disk", None);
        assert!(all.starts_with("0 behind"), "{all}");
    }
}
