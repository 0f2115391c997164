//! While the built program rolls back, others edit, replace, link and move the copies at the destination: whatever they
//! wrote has to be there afterwards. `ALBUMEN_RACES` sets the number of races.

use crate::acts::{self, Ended};
use crate::races::{Moved, turns};
use crate::wanted;
use albumen_testkit::strace;
use albumen_testkit::tree;

/// In `make test`.
const SHORT: usize = 200;
/// Of one library.
const FILES: usize = 250;

/// One library, rolled back by the program while this thread meddles with its copies.
fn round(slow: bool, seed: u64) -> Ended {
    let moved = Moved::new(FILES);
    let originals = tree::snapshot(&moved.library);
    let order =
        moved.ask("SELECT p.key, f.display FROM placed p JOIN file f ON f.id = p.file_id ORDER BY p.id");
    let order: Vec<_> = order
        .into_iter()
        .map(|(key, number)| (moved.there.join(key), number))
        .collect();
    let command = moved.cli.command(&["rollback", &moved.url]);
    let (_, wrote) = acts::race(command, &turns(&order), slow, seed, &moved.aside);
    // Every original is where it was: copies are only taken back beside them.
    assert_eq!(tree::differences(&originals, &tree::snapshot(&moved.library)), "");
    let left = tree::snapshot(&moved.there);
    let hidden: Vec<_> = left
        .keys()
        .filter(|path| path.to_string_lossy().contains(".albumen"))
        .collect();
    assert!(hidden.is_empty(), "seed {seed}: {hidden:?}");
    Ended::of(&wrote, None)
}

#[test]
fn nothing_that_was_written_while_copies_are_taken_back_is_lost() {
    let can_be_slow = strace::is_allowed();
    acts::campaign("races with a roll back", wanted(SHORT), |seed| {
        round(can_be_slow && seed % 2 == 0, seed)
    });
}
