//! The wall clock jumps, between runs and while they run: nothing that is lost, proven or sent may depend on it.
//!
//! `ALBUMEN_CLOCKS` sets how many runs have a clock that jumps.

use crate::home::Home;
use crate::kills::at_once;
use crate::stage::Stage;
use crate::{shown, wanted};
use albumen_testkit::app::wait;
use albumen_testkit::clock::Clock;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// In `make test`.
const SHORT: usize = 16;
/// Long enough for a few calls.
const BETWEEN_JUMPS: Duration = Duration::from_millis(2);

/// What the clock says in a run, one after the other and again from the start; local time is that of Oslo.
const JUMPS: [&[&str]; 6] = [
    &["+1d"],
    &["-1d"],
    &["+1d", "-1d", "+0"],
    // The hour that comes twice, and the one that never comes.
    &["@2026-10-25 02:59:59"],
    &[
        "@2026-10-25 02:59:59",
        "@2026-10-25 02:00:01",
        "@2026-10-25 03:00:01",
    ],
    &["@2026-03-29 01:59:59", "@2026-03-29 03:00:00"],
];

/// What is broken after the stage ran by a clock that jumps.
fn strike(home: &Home, clock: &Clock, jumps: &[&str]) -> Vec<String> {
    clock.set(jumps[0]);
    let mut command = home.command();
    clock.rule(command.env("TZ", "Europe/Oslo"));
    let child = command.spawn().expect("albumen");
    let ended = AtomicBool::new(false);
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            for says in jumps.iter().cycle().skip(1) {
                std::thread::sleep(BETWEEN_JUMPS);
                if jumps.len() == 1 || ended.load(Ordering::Relaxed) {
                    return;
                }
                clock.set(says);
            }
        });
        let output = wait(child);
        ended.store(true, Ordering::Relaxed);
        output
    });
    let status = output.status;
    // Run again by the right clock, with everything dated as it may be.
    let mut broken = home.settle(&output);
    if status != 0 {
        broken.push(format!("ended with {status}: {}{}", output.stdout, output.stderr));
    }
    broken
}

#[test]
fn by_a_clock_that_jumps_every_stage_ends_as_by_a_right_one() {
    let wanted = wanted("ALBUMEN_CLOCKS", SHORT);
    let each = wanted.div_ceil(Stage::ALL.len());
    let tally = Mutex::new((0, Vec::new()));
    let stages: Vec<(usize, Stage)> = Stage::ALL.into_iter().enumerate().collect();
    at_once(&stages, |(of, stage)| {
        let work = tempfile::tempdir().expect("temp dir");
        let Some(clock) = Clock::new(&work.path().join("tower")) else {
            return;
        };
        let home = Home::before(*stage, work.path());
        for number in 0..each {
            let jumps = JUMPS[(of + number) % JUMPS.len()];
            let found = strike(&home, &clock, jumps);
            let mut tally = tally.lock().expect("tally");
            tally.0 += 1;
            let lines = found
                .into_iter()
                .map(|what| format!("{}, {jumps:?}: {what}", stage.name()));
            tally.1.extend(lines);
        }
    });
    let (tried, broken) = tally.into_inner().expect("tally");
    assert!(broken.is_empty(), "after {tried} runs:\n{}", shown(&broken));
    println!("clocks: {tried} tried, 0 lost, 0 damaged");
}
