//! Calls of the C library fail by chance, as `fiu-run` draws them: several in one run, in any combination, where strace makes
//! one fail at a chosen place. It stands before what Rust's library and SQLite call; what goes to the system past the C library
//! (names and syncs of `files`) it does not see.
//!
//! `ALBUMEN_CHANCES` sets in how many runs calls fail.

use crate::home::Home;
use crate::kills::at_once;
use crate::stage::Stage;
use crate::{shown, wanted};
use albumen_testkit::app::wait;
use albumen_testkit::chance;
use std::sync::Mutex;

/// In `make test`.
const SHORT: usize = 16;
/// What fails, in turn; a short read or write is a failure that says so by its length alone. Not `write`: by it the runtime also
/// wakes its own threads through a descriptor that no disk stands behind, and which nothing but libfiu lets fail. Nor `closedir`, which fails on what is no folder alone.
const CALLS: [&[&str]; 5] = [
    &[
        "posix/io/oc/open",
        "posix/io/rw/p*",
        "posix/io/rw/read*",
        "posix/io/rw/ftruncate",
        "posix/io/sync/*",
        "posix/io/dir/opendir",
        "posix/io/dir/readdir",
        "posix/io/dir/rename",
        "posix/io/dir/unlink",
    ],
    &["posix/io/rw/p*", "posix/io/rw/read*"],
    &["posix/io/sync/*", "posix/io/rw/ftruncate"],
    &[
        "posix/io/dir/opendir",
        "posix/io/dir/readdir",
        "posix/io/dir/rename",
        "posix/io/dir/unlink",
    ],
    &["posix/io/oc/open"],
];
/// How likely, in turn: from one call in a run or none to more than a run survives.
const CHANCES: [f64; 4] = [0.0005, 0.002, 0.01, 0.05];

#[derive(Default)]
struct Tally {
    tried: usize,
    /// Ended with an error, or with findings.
    noticed: usize,
    broken: Vec<String>,
}

#[test]
fn by_whatever_chance_calls_fail_nothing_is_lost_and_the_next_run_completes() {
    if !chance::is_there() {
        return;
    }
    let wanted = wanted("ALBUMEN_CHANCES", SHORT);
    let each = wanted.div_ceil(Stage::ALL.len());
    let tally = Mutex::new(Tally::default());
    let stages: Vec<(usize, Stage)> = Stage::ALL.into_iter().enumerate().collect();
    at_once(&stages, |(of, stage)| {
        let work = tempfile::tempdir().expect("temp dir");
        let home = Home::before(*stage, work.path());
        // Where everything fails it has to be noticed: the faults do come.
        let output = wait(
            chance::spoilt(&home.command(), CALLS[0], 1.0)
                .spawn()
                .expect("fiu-run"),
        );
        assert_ne!(output.status, 0, "{}: {}", stage.name(), output.stdout);
        assert_eq!(home.settle(&output), [""; 0], "{}", stage.name());
        for number in 0..each {
            let (calls, likely) = (
                CALLS[(of + number) % CALLS.len()],
                CHANCES[number % CHANCES.len()],
            );
            let output = wait(
                chance::spoilt(&home.command(), calls, likely)
                    .spawn()
                    .expect("fiu-run"),
            );
            let mut found = home.settle(&output);
            if output.status < 0 {
                found.push(format!("a signal ended it: {}", output.stderr));
            }
            let mut tally = tally.lock().expect("tally");
            tally.tried += 1;
            tally.noticed += usize::from(output.status != 0);
            let lines = found
                .into_iter()
                .map(|what| format!("{}, {calls:?} at {likely}: {what}", stage.name()));
            tally.broken.extend(lines);
        }
    });
    let tally = tally.into_inner().expect("tally");
    let (tried, noticed) = (tally.tried, tally.noticed);
    assert!(
        tally.broken.is_empty(),
        "after {tried} runs:\n{}",
        shown(&tally.broken)
    );
    println!("chances: {tried} tried, 0 lost, 0 damaged ({noticed} ended with an error)");
}
