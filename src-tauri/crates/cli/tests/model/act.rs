//! What a person, Albumen and bad luck may do.

use proptest::prelude::*;

/// A stage as the command line runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Scan,
    Migrate,
    Verify,
    Delete,
    Rollback,
}

#[derive(Debug, Clone)]
pub enum Act {
    /// Add a photo, or edit the one of that name.
    Put {
        name: u8,
        content: u8,
    },
    /// The person deletes a photo of theirs.
    Remove {
        name: u8,
    },
    /// The person gives a photo of theirs another name, be it that of another.
    Rename {
        name: u8,
        to: u8,
    },
    Scan,
    /// Accept what is suggested for all duplicates, or say that they are none.
    Decide {
        keep_one: bool,
    },
    Undo,
    Plan,
    Migrate {
        skip: bool,
    },
    /// Cancelled after about so many microseconds.
    MigrateCut {
        after: u16,
    },
    Verify,
    Delete,
    Rollback,
    /// Somebody writes into a file at the destination, …
    Tamper {
        which: u8,
    },
    /// … takes one away, …
    TakeCopy {
        which: u8,
    },
    /// … or puts one of their own there.
    Stranger {
        name: u8,
    },
    /// `kill -9` after so many milliseconds.
    Kill {
        stage: Stage,
        after: u8,
    },
    /// Another day.
    Reopen,
}

pub fn acts() -> impl Strategy<Value = Act> {
    let stage = prop_oneof![
        Just(Stage::Scan),
        Just(Stage::Migrate),
        Just(Stage::Verify),
        Just(Stage::Delete),
        Just(Stage::Rollback),
    ];
    prop_oneof![
        8 => (0..8u8, 0..12u8).prop_map(|(name, content)| Act::Put { name, content }),
        2 => (0..8u8).prop_map(|name| Act::Remove { name }),
        3 => (0..8u8, 0..8u8).prop_map(|(name, to)| Act::Rename { name, to }),
        8 => Just(Act::Scan),
        1 => any::<bool>().prop_map(|keep_one| Act::Decide { keep_one }),
        1 => Just(Act::Undo),
        1 => Just(Act::Plan),
        6 => any::<bool>().prop_map(|skip| Act::Migrate { skip }),
        2 => (0..9000u16).prop_map(|after| Act::MigrateCut { after }),
        5 => Just(Act::Verify),
        4 => Just(Act::Delete),
        2 => Just(Act::Rollback),
        1 => (0..8u8).prop_map(|which| Act::Tamper { which }),
        1 => (0..8u8).prop_map(|which| Act::TakeCopy { which }),
        1 => (0..8u8).prop_map(|name| Act::Stranger { name }),
        2 => (stage, 5..90u8).prop_map(|(stage, after)| Act::Kill { stage, after }),
        1 => Just(Act::Reopen),
    ]
}
