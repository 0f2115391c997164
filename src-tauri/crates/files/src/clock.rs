//! The one home of the wall clock; everything else takes the time as an argument.

use std::time::UNIX_EPOCH;

/// Milliseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "this is the one home of the wall clock")]
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
