//! Small objects by which a provider tries out what its storage refuses ([`crate::provider::Provider::learn`]).
//!
//! Invariant: nothing of a trial stays, whatever came of it; of one that is killed, whoever noted its key removes the rest.

use crate::about::About;
use crate::error::{ErrorKind, Result};
use crate::sums::Algo;
use albumen_model::Sha256;

/// What is written, and what then must not replace it. They differ in size: a server that tells no more shows which it has.
const WRITTEN: &[u8] = b"Albumen tries out what this storage refuses.";
const REPLACING: &[u8] = b"Albumen tries out what this storage replaces.";

/// What any provider puts behind the key of its trial.
pub(crate) const ENDS: [&str; 3] = ["", "-sha256", "-md5"];

/// Bytes, and what is told of them.
pub(crate) type Small = (Vec<u8>, About);

/// The object that is written, and another one for the same name.
pub(crate) fn objects(wanted: &[Algo]) -> [Small; 2] {
    [WRITTEN, REPLACING].map(|bytes| (bytes.to_vec(), About::of(bytes, "text/plain", wanted)))
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
        match one(format!("{key}{end}")).await {
            Err(left) if left.kind != ErrorKind::NotThere => {
                tracing::warn!(key, end, "a small object of the trial stays: {left}");
            }
            _ => {}
        }
    }
}
