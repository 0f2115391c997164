//! What rolling back and switching back have in common: originals that were deleted here come back, bound to what the person
//! saw, and it is told which did not.

use crate::api::{AppError, Finding, Tally};
use crate::engine::Engine;
use albumen_model::DestinationId;

impl Engine {
    /// Originals that were deleted after their copies at `id` were proven, and are not back.
    pub(crate) fn to_bring_back(&self, id: DestinationId) -> Result<Tally, AppError> {
        let mut all = Tally::default();
        for row in self.inner.catalog.to_restore(id)? {
            all.add(row.size);
        }
        Ok(all)
    }
}

/// Stands for what a preview of `act` showed: other numbers, another token.
pub(crate) fn token(act: &str, id: DestinationId, shown: &[u64]) -> String {
    let shown = shown.iter().map(u64::to_string);
    let words: Vec<String> = [act.to_owned(), id.0.to_string()]
        .into_iter()
        .chain(shown)
        .collect();
    words.join("-")
}

/// Refuses to do what was confirmed for something else; `done` says what to it, as in "brought back".
pub(crate) fn refuse_unseen(now: &str, seen: &str, done: &str) -> Result<(), AppError> {
    if now == seen {
        return Ok(());
    }
    Err(AppError::new(
        "confirmation_void",
        format!("What would be {done} is no longer what was shown."),
        "Nothing was changed.",
        "Look again and confirm again.",
    ))
}

/// Paths of originals and why each is not back, for the page.
pub(crate) fn not_restored(rows: Vec<(String, String)>) -> Vec<Finding> {
    let finding = |(from, what)| Finding {
        key: String::new(),
        from,
        what,
    };
    rows.into_iter().map(finding).collect()
}

/// Which originals are back; then what was done beside, or `instead` where any is not.
pub(crate) fn words(
    restored: u64,
    not_restored: usize,
    instead: &str,
    beside: impl FnOnce() -> String,
) -> String {
    let back = match restored {
        0 => String::new(),
        files => format!("{files} originals are back in their folders. "),
    };
    back + &match not_restored {
        0 => beside(),
        files => format!("{files} originals could not be brought back, so {instead}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_shown_is_refused() {
        let seen = token("back", DestinationId(3), &[1, 20]);
        assert!(refuse_unseen(&seen, &seen, "brought back").is_ok());
        for other in [
            token("roll", DestinationId(3), &[1, 20]),
            token("back", DestinationId(4), &[1, 20]),
            token("back", DestinationId(3), &[12, 0]),
        ] {
            let refused = refuse_unseen(&other, &seen, "brought back").expect_err("another");
            assert_eq!(refused.code, "confirmation_void");
        }
    }

    #[test]
    fn nothing_else_is_said_to_be_done_while_an_original_is_missing() {
        let beside = || "7 files were removed.".to_owned();
        assert_eq!(words(0, 0, "none was.", beside), "7 files were removed.");
        assert_eq!(
            words(2, 1, "none was.", beside),
            "2 originals are back in their folders. 1 originals could not be brought back, so none was."
        );
    }
}
