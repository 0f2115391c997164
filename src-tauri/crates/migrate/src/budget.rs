//! What an account takes in a day (Google Drive: 750 GB), so that a move ends with a clear word and what was sent, and not
//! in refusals. Days are those of UTC, as the providers count them; what other programs send is not known here.

use albumen_catalog::Catalog;
use albumen_model::DestinationId;
use albumen_store::{Error, ErrorKind};
use std::sync::{Mutex, PoisonError};

const DAY_MS: i64 = 86_400_000;

#[derive(Debug)]
pub(crate) struct Budget {
    most: u64,
    /// A day, and what was sent on it or is on its way.
    spent: Mutex<(i64, u64)>,
}

/// The catalog's word for a day: days since 1970.
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
            spent: Mutex::new((day, spent)),
        }))
    }

    /// Takes room for a file, or says that there is none before tomorrow.
    pub fn take(&self, bytes: u64, now_ms: i64) -> Result<(), Error> {
        let mut held = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now_ms.div_euclid(DAY_MS);
        if held.0 != day {
            *held = (day, 0);
        }
        let then = held.1.saturating_add(bytes);
        if then <= self.most {
            held.1 = then;
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::DayLimit,
            format!(
                "The account takes {} GB a day, and {} GB went today. What was sent is safe; go on tomorrow.",
                self.most / 1_000_000_000,
                held.1 / 1_000_000_000
            ),
        ))
    }

    /// Gives back what was not sent after all.
    pub fn give_back(&self, bytes: u64) {
        let mut held = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        held.1 = held.1.saturating_sub(bytes);
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
            spent: Mutex::new((3, 4)),
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
        let tomorrow = noon + DAY_MS;
        assert!(budget.take(10, tomorrow).is_ok(), "tomorrow is another day");
        assert!(budget.take(1, tomorrow).is_err(), "and as long as this one");
    }
}
