//! Small objects by which a provider tries out what its storage refuses ([`crate::provider::Provider::learn`]).
//!
//! Invariant: nothing of a trial stays, whatever came of it, unless the storage is away for longer than a removal is tried; of
//! that, and of a trial that is killed, whoever noted its key removes the rest.

use crate::about::About;
use crate::error::{ErrorKind, Result};
use crate::sums::Algo;
use albumen_model::Sha256;
use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use std::time::Duration;

/// What is written, and what then must not replace it. They differ in size: a server that tells no more shows which it has.
const WRITTEN: &[u8] = b"Albumen tries out what this storage refuses.";
const REPLACING: &[u8] = b"Albumen tries out what this storage replaces.";

/// What any provider puts behind the key of its trial.
pub(crate) const ENDS: [&str; 3] = ["", "-sha256", "-md5"];

/// Bytes, and what is told of them.
pub(crate) type Small = (Bytes, About);

/// The object that is written, and another one for the same name.
pub(crate) fn objects(wanted: &[Algo]) -> [Small; 2] {
    [WRITTEN, REPLACING].map(|bytes| (Bytes::from_static(bytes), About::of(bytes, "text/plain", wanted)))
}

/// The same object, said to have another digest than it has.
pub(crate) fn with_wrong(algo: Algo, (bytes, about): &Small) -> Small {
    let mut about = about.clone();
    match algo {
        Algo::Sha256 => about.sha256 = Sha256([7; 32]),
        other => {
            let length = about.sums.get(other).map_or(0, str::len);
            about.sums = about.sums.with(other, "0".repeat(length));
        }
    }
    (bytes.clone(), about)
}

pub(crate) fn is_refused<T>(answer: Result<T>, kind: ErrorKind) -> bool {
    answer.is_err_and(|refused| refused.kind == kind)
}

/// Removes the objects `key` + each of `ends`; what is not there is fine.
pub(crate) async fn remove<F>(key: &str, ends: &[&str], one: impl Fn(String) -> F)
where
    F: Future<Output = Result<()>>,
{
    for end in ends {
        if let Err(left) = removed(|| one(format!("{key}{end}"))).await {
            tracing::warn!(key, end, "a small object of the trial stays: {left}");
        }
    }
}

/// A storage that is learnt of is not known by its words yet: whatever fails is tried again, for a few seconds.
async fn removed<F>(one: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let waits = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(300))
        .with_max_times(3);
    let gone_is_fine = || async {
        match one().await {
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
            done => done,
        }
    };
    gone_is_fine.retry(waits).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_removal_that_fails_for_a_moment_is_tried_again() {
        for (fails, left) in [(0, false), (3, false), (4, true)] {
            let tries = AtomicUsize::new(0);
            let done = removed(|| async {
                match tries.fetch_add(1, Ordering::Relaxed) {
                    at if at < fails => Err(Error::of(ErrorKind::Unreachable)),
                    _ => Ok(()),
                }
            });
            assert_eq!(done.await.is_err(), left, "{fails}");
        }
        let gone = removed(|| async { Err(Error::of(ErrorKind::NotThere)) });
        assert!(gone.await.is_ok(), "what is not there is fine");
    }
}
