//! While the built program rolls back, others edit, replace, link and move the copies at the destination: whatever they
//! wrote has to be there afterwards. `ALBUMEN_RACES` sets the number of races.

use crate::acts::{self, Ended};
use crate::races::{Moved, turns};
use crate::wanted;
use albumen_testkit::app::wait;
use albumen_testkit::{held, strace, tree};
use std::path::{Path, PathBuf};

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

/// Of all files; some may go while they are listed.
fn names(root: &Path) -> Vec<PathBuf> {
    let folders = [root.join("2017/2017-07"), root.join(".albumen/shards")];
    let entries = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten();
    entries.map(|entry| entry.expect("entry").path()).collect()
}

/// Kills a roll back while a copy stands aside, under a name that only the program knows.
fn cut_off(moved: &Moved) {
    let command = moved.cli.command(&["rollback", &moved.url]);
    let mut tracer = strace::slowed(&command, &["unlink", "unlinkat"], 20_000)
        .spawn()
        .expect("strace");
    let stands_aside = || {
        let all = names(&moved.there);
        all.iter()
            .any(|path| path.to_string_lossy().contains(".albumen-leaving-"))
    };
    while !stands_aside() {
        assert!(
            tracer.try_wait().expect("wait").is_none(),
            "it was never seen aside"
        );
        std::thread::yield_now();
    }
    let program = held::child_of(tracer.id()).expect("the program").to_string();
    let killed = std::process::Command::new("kill").args(["-9", &program]).status();
    assert!(killed.expect("kill").success());
    wait(tracer);
    assert!(stands_aside(), "it was killed in time");
}

#[test]
fn a_copy_that_stands_aside_when_a_roll_back_is_killed_is_found_again() {
    if !strace::is_allowed() {
        return;
    }
    for first in ["migrate", "verify", "rollback"] {
        let moved = Moved::new(20);
        cut_off(&moved);
        // What was removed already is missed by a verification; it is the first to say so.
        moved.cli.run(&[first, &moved.url]);
        let names = names(&moved.there);
        let aside = names
            .iter()
            .filter(|path| path.to_string_lossy().contains("leaving"));
        assert_eq!(aside.count(), 0, "after {first}");
        moved.cli.ok(&["rollback", &moved.url]);
        assert!(!moved.there.exists(), "after {first}");
    }
}
