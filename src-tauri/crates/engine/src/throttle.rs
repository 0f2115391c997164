//! Limits of bandwidth of the chosen destination, as the person set them, held while a job runs: looked up again every few
//! seconds, so that a change and the hour itself take effect at once.

use crate::api::{AppError, Throttle, What};
use crate::engine::Engine;
use albumen_files::clock::now_ms;
use albumen_model::{DestinationId, Limits};
use albumen_store::Rate;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK: Duration = Duration::from_secs(2);
/// Below, one piece of a file takes longer than a connection may stand still.
const SLOWEST: u64 = 10_000;
/// No line is faster.
const UNLIMITED: u64 = 1 << 50;

/// The rates of a job; dropped with it.
pub(crate) struct Held {
    pub up: Arc<Rate>,
    pub down: Arc<Rate>,
    watch: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Drop for Held {
    /// Who watches has the catalog open, and has to leave it before the job says that it has ended.
    fn drop(&mut self) {
        if let Some((stay, watch)) = self.watch.take() {
            drop(stay);
            if watch.join().is_err() {
                tracing::warn!("the limits were not looked at to the end");
            }
        }
    }
}

impl Engine {
    pub fn throttle(&self) -> Result<Throttle, AppError> {
        match self.inner.catalog.chosen_destination()? {
            Some(row) => self.throttle_of(row.id),
            None => Ok(Throttle::default()),
        }
    }

    /// Takes effect at once, in a running job too.
    pub fn set_throttle(&self, throttle: &Throttle) -> Result<(), AppError> {
        let missing = || AppError::usage("No destination is chosen.", "Choose the destination first.");
        let row = self.inner.catalog.chosen_destination()?.ok_or_else(missing)?;
        let limits = throttle.hours.iter().flat_map(|hours| [hours.up, hours.down]);
        let limits = limits.chain([throttle.up, throttle.down]).flatten();
        if limits.min().is_some_and(|least| least < SLOWEST) {
            return Err(AppError::usage(
                "A limit below 10 kB a second moves nothing.",
                "Choose a higher one, or pause the move.",
            ));
        }
        if throttle
            .hours
            .iter()
            .any(|hours| hours.from >= 24 * 60 || hours.to > 24 * 60 || hours.days == 0)
        {
            return Err(AppError::usage(
                "These hours are on no day.",
                "Choose days, and hours from 00:00 to 24:00.",
            ));
        }
        let words = serde_json::to_string(throttle).map_err(|error| {
            AppError::new("failed", error.to_string(), "Nothing was changed.", "Try again.")
        })?;
        self.inner.catalog.set_throttle(row.id, &words)?;
        self.tell_changed(&[What::Destination]);
        Ok(())
    }

    pub(crate) fn throttle_of(&self, id: DestinationId) -> Result<Throttle, AppError> {
        // What another version wrote there limits nothing here.
        Ok(serde_json::from_str(&self.inner.catalog.throttle(id)?).unwrap_or_default())
    }

    /// Rates that follow the person's limits; `most` (of the command line) is kept below besides.
    pub(crate) fn hold_rates(&self, id: DestinationId, most: Option<u64>) -> Held {
        let (up, down) = (Arc::new(Rate::new(UNLIMITED)), Arc::new(Rate::new(UNLIMITED)));
        let (engine, rates) = (self.clone(), (up.clone(), down.clone()));
        let set = move || {
            let limits = engine.limits_now(id);
            let of = |limit: Option<u64>| limit.into_iter().chain(most).min().unwrap_or(UNLIMITED);
            rates.0.set(of(limits.up));
            rates.1.set(of(limits.down));
        };
        set();
        let (stay, leave) = channel();
        let watch = std::thread::spawn(move || {
            while matches!(leave.recv_timeout(LOOK), Err(RecvTimeoutError::Timeout)) {
                set();
            }
        });
        let watch = Some((stay, watch));
        Held { up, down, watch }
    }

    /// What may be sent a second just now, if anything limits it.
    pub(crate) fn limit_now(&self, id: DestinationId, most: Option<u64>) -> Option<u64> {
        self.limits_now(id).up.into_iter().chain(most).min()
    }

    fn limits_now(&self, id: DestinationId) -> Limits {
        let throttle = self.throttle_of(id).unwrap_or_default();
        let now = jiff::Timestamp::from_millisecond(now_ms()).unwrap_or_default();
        let local = now.to_zoned(jiff::tz::TimeZone::system());
        let day = local.weekday().to_monday_zero_offset().unsigned_abs();
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        throttle.at(day, minute)
    }
}
