//! What is done about a difference: one rule for each pair of states, in [`action`], for the plan that is shown and for the repair.
//!
//! | original | what stands there | ask | both | source | newest |
//! |---|---|---|---|---|---|
//! | as it was | nothing | send | send | send | send |
//! | as it was | other bytes | nothing | beside | replace | the newer one |
//! | another since | nothing | nothing | nothing | nothing | nothing |
//! | another since | other bytes | nothing | beside | replace | the newer one |
//! | another since, and there under a name of its own | other bytes | nothing | yield | yield | yield |
//! | gone | nothing, or other bytes | nothing | nothing | nothing | nothing |
//! | whatever | what is not ours | leave | leave | leave | leave |
//!
//! To yield is to leave the name to what stands there, and to send nothing. It takes the place of "beside" where an earlier repair
//! had placed the original beside and was killed. What the person said of one conflict goes before the policy. "Another since, and nothing there" is nothing to repair: what was
//! placed is nowhere any more, and the next move sends the original as it is now.
//!
//! Invariants: a source is never written to. An original always has its own bytes at the destination, so that whoever wins, a
//! receipt is of the original: where what stands there wins, it keeps the name, is not ours from then on, and the original goes
//! beside it. Where the original wins, what stood there is removed for good, which only happens under a name that we gave, to the
//! version that was compared, and while a readable original is there to take its place. What may be the last of a photo (its
//! original is gone) is never touched.

use albumen_catalog::{Choice, DifferenceRow, Differs};
use albumen_store::{modified, same_version};

/// What is done where other bytes stand under the name of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// They are left alone and named.
    Ask,
    /// They stay, and the original is placed beside them under a name of its own.
    KeepBoth,
    /// They are replaced by the original.
    Source,
    /// The one that was changed last has the name: [`newest`].
    Newest,
}

/// What one difference calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Send,
    Replace,
    Beside,
    /// What stands there is not ours from now on; the original has its copy elsewhere.
    Yield,
    Leave,
    Mark,
    /// Nothing, and why.
    None(&'static str),
}

/// Which of two was changed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newest {
    /// Nobody wrote there since we did, and yet the bytes are others: damage, which is no newer version.
    Damaged,
    Original,
    There,
    /// It cannot be told, and why.
    Untold(&'static str),
}

/// Two clocks are taken to differ by less, in milliseconds.
const TOLERANCE: i64 = 2 * 60 * 1000;
/// Disks that keep local time are off by a zone: by quarters of an hour, and by no more than this.
const QUARTER: i64 = 15 * 60 * 1000;
const WIDEST_ZONE: i64 = 14 * 3600 * 1000;
/// What such a disk rounds by.
const ROUNDED: i64 = 3000;

const NO_ORIGINAL: &str =
    "Its original is not there any more: it cannot be sent again, and what stands there is left as it is.";
const ANOTHER: &str = "Its original was changed since, so what was placed is nowhere any more. Move sends the original as it is now.";
const UNREADABLE: &str = "It cannot be looked at now. Compare again later.";
const ASK: &str = "Other bytes have its name. Say which of the two is to stay.";
const LEFT: &str = "You chose to leave it as it is. It has no proof, so its original cannot be deleted.";
const SILENT: &str = "This storage does not tell when it was changed. Say which of the two is to stay.";
const CLOSE: &str = "Both were changed at about the same time. Say which of the two is to stay.";
const ZONE: &str = "Their times differ by whole quarters of an hour, as they do where a disk keeps local time. Say which of the \
     two is to stay.";
const CLOCK: &str = "One of the two bears a time that cannot be. Say which of the two is to stay.";

/// The repair of a difference, as it is shown before it is done.
pub fn action(row: &DifferenceRow, conflicts: Conflicts, now: i64) -> Action {
    match row.differs {
        Differs::Extra => Action::Leave,
        Differs::Unlisted => Action::Mark,
        Differs::Unreadable => Action::None(UNREADABLE),
        Differs::Missing | Differs::Different if row.original.is_none() => Action::None(NO_ORIGINAL),
        Differs::Missing if row.is_same => Action::Send,
        Differs::Missing => Action::None(ANOTHER),
        Differs::Different => match said(row, conflicts, now) {
            Action::Beside if row.is_elsewhere => Action::Yield,
            Action::Replace if row.is_elsewhere && !row.is_same => Action::Yield,
            action => action,
        },
    }
}

fn said(row: &DifferenceRow, conflicts: Conflicts, now: i64) -> Action {
    match (row.choice, conflicts) {
        (Some(Choice::Leave), _) => Action::None(LEFT),
        (Some(Choice::Source), _) | (None, Conflicts::Source) => Action::Replace,
        (Some(Choice::Both), _) | (None, Conflicts::KeepBoth) => Action::Beside,
        (None, Conflicts::Ask) => Action::None(ASK),
        (None, Conflicts::Newest) => match newest(row, now) {
            Newest::Damaged | Newest::Original => Action::Replace,
            Newest::There => Action::Beside,
            Newest::Untold(why) => Action::None(why),
        },
    }
}

/// Which of the two is the newer one: the original by its modification time, what stands there by what its storage tells. It is
/// not decided where clocks cannot decide it.
pub fn newest(row: &DifferenceRow, now: i64) -> Newest {
    let Some(original) = &row.original else {
        return Newest::Untold(NO_ORIGINAL);
    };
    if same_version(&row.placed_version, &row.version) {
        return Newest::Damaged;
    }
    let Some(there) = modified(&row.version) else {
        return Newest::Untold(SILENT);
    };
    let original = original.identity.mtime_ns.div_euclid(1_000_000);
    if [original, there]
        .iter()
        .any(|time| *time <= 0 || *time > now + TOLERANCE)
    {
        return Newest::Untold(CLOCK);
    }
    let apart = original.abs_diff(there).cast_signed();
    if apart <= TOLERANCE {
        return Newest::Untold(CLOSE);
    }
    let from_quarter = (apart + QUARTER / 2) % QUARTER - QUARTER / 2;
    if apart <= WIDEST_ZONE + ROUNDED && from_quarter.abs() <= ROUNDED {
        return Newest::Untold(ZONE);
    }
    if original > there {
        Newest::Original
    } else {
        Newest::There
    }
}

#[cfg(test)]
mod tests;
