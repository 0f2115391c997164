//! The accounting identity: found = copy + already there + duplicate + excluded + unsupported + failed.

use crate::Outcome;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Tally {
    pub files: u64,
    pub bytes: u64,
}

impl Tally {
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// `found` is counted on its own from the scan, not summed up here: only so can the balance fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Balance {
    pub found: Tally,
    pub copy: Tally,
    /// How much of `copy` is done.
    pub copied: Tally,
    pub already_there: Tally,
    pub duplicate: Tally,
    pub excluded: Tally,
    pub unsupported: Tally,
    pub failed: Tally,
    pub balanced: bool,
}

impl Balance {
    pub fn outcome_mut(&mut self, outcome: Outcome) -> &mut Tally {
        match outcome {
            Outcome::Copy => &mut self.copy,
            Outcome::AlreadyThere => &mut self.already_there,
            Outcome::Duplicate => &mut self.duplicate,
            Outcome::Excluded => &mut self.excluded,
            Outcome::Unsupported => &mut self.unsupported,
            Outcome::Failed => &mut self.failed,
        }
    }

    pub fn outcome(&self, outcome: Outcome) -> Tally {
        let mut all = *self;
        *all.outcome_mut(outcome)
    }

    /// Sets `balanced`.
    pub fn close(mut self) -> Self {
        let sum = [
            self.already_there,
            self.duplicate,
            self.excluded,
            self.unsupported,
            self.failed,
        ]
        .into_iter()
        .fold(self.copy, Tally::plus);
        self.balanced = sum == self.found;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_only_when_everything_is_accounted_for() {
        let mut balance = Balance::default();
        for outcome in Outcome::ALL {
            balance.found.add(7);
            balance.outcome_mut(outcome).add(7);
        }
        assert!(balance.close().balanced);
        balance.found.add(0);
        assert!(
            !balance.close().balanced,
            "a file without an outcome must be noticed"
        );
    }
}
