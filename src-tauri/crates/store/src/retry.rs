//! Trying again what failed for a reason that passes. The waits grow with full jitter (Brooker, "Exponential backoff and
//! jitter", 2015) and are budgeted by time, not by count. Refusals for pace are not here: the wire waits for those.

use crate::error::{ErrorKind, Result};
use crate::flow::Flow;
use backon::{BackoffBuilder, ExponentialBuilder};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);
/// After so much waiting a storage that does not answer is called away, and the job ends with what it has.
const BUDGET: Duration = Duration::from_secs(5 * 60);

/// Runs `attempt` until it succeeds, fails for good, or the budget is spent. An attempt has to ask the far side first
/// whether the one before it landed after all.
pub(crate) async fn patiently<T, A>(flow: &Flow, mut attempt: impl FnMut() -> A) -> Result<T>
where
    A: Future<Output = Result<T>>,
{
    let waits = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(FIRST)
        .with_max_delay(LONGEST)
        .with_total_delay(Some(flow.patience().unwrap_or(BUDGET)))
        .without_max_times();
    let mut waits = waits.build();
    loop {
        match attempt().await {
            Err(failed) if failed.kind == ErrorKind::Unreachable => match waits.next() {
                Some(wait) => {
                    tracing::debug!("trying again after {wait:?}: {failed}");
                    flow.rest(wait).await?;
                }
                None => return Err(failed),
            },
            done => return done,
        }
    }
}
