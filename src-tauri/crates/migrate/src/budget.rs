//! What an account takes in a day (Google Drive: 750 GB), so that a move ends with a clear word and what was sent, and not
//! in refusals. Days are those of UTC, as the providers count them; what other programs send is not known here.

use albumen_catalog::Catalog;
use albumen_model::DestinationId;
use albumen_store::{Error, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};

const DAY_MS: i64 = 86_400_000;

#[derive(Debug)]
pub(crate) struct Budget {
    most: u64,
    day: i64,
    /// Sent on that day, or on its way.
    spent: AtomicU64,
}

/// The catalog's word for a day.
fn word(day: i64) -> String {
    day.to_string()
}

impl Budget {
    /// None where the destination takes as much as it is sent.
    pub fn of(
        most: Option<u64>,
        catalog: &Catalog,
        id: DestinationId,
        now_ms: i64,
    ) -> albumen_catalog::Result<Option<Self>> {
        let Some(most) = most else { return Ok(None) };
        let day = now_ms.div_euclid(DAY_MS);
        let spent = catalog.spent(id, &word(day))?;
        Ok(Some(Self {
            most,
            day,
            spent: AtomicU64::new(spent),
        }))
    }

    /// Takes room for a file, or says that there is none before tomorrow.
    pub fn take(&self, bytes: u64, now_ms: i64) -> Result<(), Error> {
        // Over midnight the account is fresh; what this run counts from then on is less than a day's worth.
        if now_ms.div_euclid(DAY_MS) != self.day {
            return Ok(());
        }
        let taken = self
            .spent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |spent| {
                let then = spent.saturating_add(bytes);
                (then <= self.most).then_some(then)
            });
        taken.map(|_| ()).map_err(|spent| {
            Error::new(
                ErrorKind::DayLimit,
                format!(
                    "The account takes {} GB a day, and {} GB went today. What was sent is safe; go on tomorrow.",
                    self.most / 1_000_000_000,
                    spent / 1_000_000_000
                ),
            )
        })
    }

    /// Gives back what was not sent after all.
    pub fn give_back(&self, bytes: u64) {
        self.spent.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Writes down what a checkpoint holds of today's sending.
pub(crate) fn spend(
    catalog: &Catalog,
    id: DestinationId,
    bytes: u64,
    now_ms: i64,
) -> albumen_catalog::Result<()> {
    if bytes == 0 {
        return Ok(());
    }
    catalog.spend(id, &word(now_ms.div_euclid(DAY_MS)), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_day_is_said_before_anything_is_sent() {
        let budget = Budget {
            most: 10,
            day: 3,
            spent: AtomicU64::new(4),
        };
        let noon = 3 * DAY_MS + DAY_MS / 2;
        assert!(budget.take(6, noon).is_ok());
        assert_eq!(
            budget.take(1, noon).map_err(|full| full.kind),
            Err(ErrorKind::DayLimit)
        );
        budget.give_back(6);
        assert!(
            budget.take(5, noon).is_ok(),
            "what failed leaves its room to others"
        );
        assert!(
            budget.take(1_000, noon + DAY_MS).is_ok(),
            "tomorrow is another day"
        );
    }
}
