//! Beside a cut over: what the last move to the homes came to, and whether each of them proves and tells that it has all.
//!
//! Invariant: what is wrong at any home is a finding that names it; only the chosen home's own failure ends the job as an error.

use super::cut_over::goes_on;
use crate::api::{AppError, CutOver, SecondChecked};
use crate::engine::Engine;
use crate::finish::VerifyHow;
use crate::moving::{HomeMoved, MoveSummary};
use albumen_catalog::DestinationRow;
use albumen_migrate::Control;
use albumen_model::Tally;
use std::sync::Arc;

/// Behind what is wrong at the second home.
const SAFE: &str = "Your originals and all copies at both homes are as they were. Mend that and cut over again, or let the second home go.";

/// Counts what was sent, and gives what was to be at a home and is not.
pub(super) fn take_note(moved: Vec<HomeMoved>, made: &mut CutOver) -> Result<String, AppError> {
    let mut finding = String::new();
    for (at, home) in moved.into_iter().enumerate() {
        if at == 0 {
            let ended = home.ended?;
            made.sent = made.sent.plus(ended.sent);
            finding = unmoved(&ended, "the new home");
            continue;
        }
        let sent = match home.ended {
            Ok(ended) => {
                if finding.is_empty() {
                    finding = of_second(unmoved(&ended, &named(&home.label)));
                }
                ended.sent
            }
            Err(error) if error.code == "stopped" => return Err(error),
            Err(error) => {
                if finding.is_empty() {
                    finding = unreached(&home.label, &error);
                }
                Tally::default()
            }
        };
        let second = made.second.get_or_insert_default();
        second.destination = home.label;
        second.sent = second.sent.plus(sent);
    }
    Ok(finding)
}

impl Engine {
    /// Proves what is not proven, and compares all with what each home tells. Gives what does not agree.
    pub(super) fn final_check(
        &self,
        homes: &[DestinationRow],
        made: &mut CutOver,
        control: &Arc<Control>,
    ) -> Result<String, AppError> {
        let Some((first, others)) = homes.split_first() else {
            return Ok(String::new());
        };
        let checked = self.check_home(first, "the destination", control)?;
        made.verified = made.verified.plus(checked.verified);
        made.agreed = checked.agreed;
        if !checked.finding.is_empty() {
            return Ok(checked.finding);
        }
        for home in others {
            let label = self.label_of(home.id)?;
            let checked = match self.check_home(home, &named(&label), control) {
                Err(error) if error.code == "stopped" => return Err(error),
                Err(error) => return Ok(unreached(&label, &error)),
                Ok(checked) => checked,
            };
            let second = made.second.get_or_insert_with(SecondChecked::default);
            second.destination = label;
            second.verified = second.verified.plus(checked.verified);
            second.agreed = checked.agreed;
            if !checked.finding.is_empty() {
                return Ok(of_second(checked.finding));
            }
        }
        Ok(String::new())
    }

    fn check_home(
        &self,
        home: &DestinationRow,
        name: &str,
        control: &Arc<Control>,
    ) -> Result<Checked, AppError> {
        let catalog = &self.inner.catalog;
        let mut checked = Checked::default();
        let totals = catalog.verify_totals(home.id)?;
        if totals.receipts != totals.expected {
            let verified = self.verify_home(home, VerifyHow::New, control)?;
            goes_on(control)?;
            checked.verified = verified.ok;
            let bad = verified.expected.files - verified.ok.files;
            if bad > 0 {
                checked.finding = format!(
                    "{bad} files at {name} are not what was copied, or cannot be read. They are listed by Verify."
                );
                return Ok(checked);
            }
        }
        let compared = self.reconcile_home(home, false, control)?;
        goes_on(control)?;
        checked.agreed = compared.agreed;
        let bad = compared.missing + compared.different + compared.unreadable;
        if bad > 0 {
            checked.finding = format!(
                "{bad} files at {name} are missing or not what was placed. They are listed by Compare, which can repair them."
            );
            return Ok(checked);
        }
        let totals = catalog.verify_totals(home.id)?;
        if totals.expected.files > totals.receipts.files {
            let bare = totals.expected.files - totals.receipts.files;
            checked.finding = format!("{bare} files at {name} are not proven.");
        }
        Ok(checked)
    }
}

#[derive(Default)]
struct Checked {
    verified: Tally,
    agreed: Tally,
    /// Empty where all is well.
    finding: String,
}

fn named(label: &str) -> String {
    format!("the second home `{label}`")
}

fn unreached(label: &str, error: &AppError) -> String {
    of_second(format!(
        "The second home `{label}` was not brought along: {}",
        error.message
    ))
}

fn of_second(finding: String) -> String {
    if finding.is_empty() {
        return finding;
    }
    format!("{finding} {SAFE}")
}

/// What was to be at `home` and is not.
fn unmoved(moved: &MoveSummary, home: &str) -> String {
    let balance = &moved.balance;
    if balance.failed.files > 0 {
        return format!(
            "{} files could not be read or sent, and would be missing in {home}. They are listed at Move.",
            balance.failed.files
        );
    }
    let left = balance.copy.files.saturating_sub(balance.copied.files);
    if left > 0 {
        return format!("{left} files were not sent to {home}.");
    }
    if !balance.balanced {
        return "The sum does not balance: some files have no outcome.".to_owned();
    }
    String::new()
}
