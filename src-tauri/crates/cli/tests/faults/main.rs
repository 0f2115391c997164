//! The command line under fire: in every stage, one call of the system at a time fails, once or from then on.
//!
//! After each fault the promise is checked by the disk alone, then the same command, undisturbed, has to end as if
//! nothing had been. `ALBUMEN_FAULTS` sets how many faults strike; the short form is part of `make test`.

mod alarm;
mod chance;
mod clock;
mod full;
mod home;
mod kills;
mod limits;
mod promise;
mod stage;
mod standing;

use albumen_testkit::random::Random;
use albumen_testkit::strace::{self, Fault};
use home::Home;
use stage::Stage;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// In `make test`.
const SHORT: usize = 96;
/// Each waits for its command most of the time.
const AT_ONCE: usize = 16;
/// Of one stage that share a home.
const SHARE: usize = 120;
/// Shown of what was broken.
const SHOWN: usize = 60;

/// How many the person wants of a campaign.
fn wanted(name: &str, short: usize) -> usize {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(short)
}

fn shown(broken: &[String]) -> String {
    broken[..SHOWN.min(broken.len())].join("\n")
}

/// What came out of some faults.
#[derive(Default)]
struct Tally {
    struck: usize,
    missed: usize,
    of_stage: BTreeMap<&'static str, usize>,
    of_call: BTreeMap<&'static str, usize>,
    broken: Vec<String>,
}

impl Tally {
    fn add(&mut self, stage: Stage, fault: &Fault, found: Option<Vec<String>>) {
        let Some(found) = found else {
            self.missed += 1;
            return;
        };
        self.struck += 1;
        *self.of_stage.entry(stage.name()).or_default() += 1;
        *self.of_call.entry(fault.call).or_default() += 1;
        let lines = found
            .into_iter()
            .map(|what| format!("{}: {fault}: {what}", stage.name()));
        self.broken.extend(lines);
    }
}

/// A part of a stage's faults, in a home of its own; `seed` says which part.
fn campaign(stage: Stage, count: usize, seed: usize, tally: &Mutex<Tally>) {
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(stage, work.path());
    // Calls of each name in turn: most are reads of the catalog, which would crowd out the rest.
    let mut of_call: BTreeMap<&str, Vec<Fault>> = BTreeMap::new();
    for fault in strace::faults(&home.calls()) {
        of_call.entry(fault.call).or_default().push(fault);
    }
    assert!(of_call.len() > 8, "{}: {:?}", stage.name(), of_call.keys());
    let mut random = Random::new(seed as u64, 5);
    let mut draw = |below: usize| random.below(u32::try_from(below).expect("few")) as usize;
    let mut done = 0;
    while done < count && !of_call.is_empty() {
        let name = *of_call.keys().nth(draw(of_call.len())).expect("one");
        let faults = of_call.get_mut(name).expect("of that name");
        let fault = faults.swap_remove(draw(faults.len()));
        if faults.is_empty() {
            of_call.remove(name);
        }
        let found = home.strike(&fault);
        done += usize::from(found.is_some());
        tally.lock().expect("tally").add(stage, &fault, found);
    }
}

#[test]
fn whatever_call_fails_nothing_is_lost_and_the_next_run_completes() {
    if !strace::is_allowed() {
        return;
    }
    let wanted = wanted("ALBUMEN_FAULTS", SHORT);
    let each = wanted.div_ceil(Stage::ALL.len());
    let mut shares = Vec::new();
    for (of, stage) in Stage::ALL.into_iter().enumerate() {
        let mut left = each;
        while left > 0 {
            let count = left.min(SHARE);
            left -= count;
            shares.push((stage, count, 100 * left + of));
        }
    }
    let (tally, next) = (Mutex::new(Tally::default()), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((stage, count, seed)) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
                    campaign(*stage, *count, *seed, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().expect("tally");
    let broken = tally.broken.len();
    println!("of stages: {:?}\nof calls: {:?}", tally.of_stage, tally.of_call);
    assert!(
        broken == 0,
        "{broken} broken after {} faults:\n{}",
        tally.struck,
        shown(&tally.broken)
    );
    assert!(
        tally.struck >= wanted,
        "only {} of {wanted} faults struck",
        tally.struck
    );
    println!(
        "faults: {} struck, 0 lost, 0 damaged ({} came too late)",
        tally.struck, tally.missed
    );
}

/// SQLite forgives the first of these calls that fails, and would go on without a write-ahead log.
#[test]
fn a_catalog_whose_log_cannot_be_begun_is_refused_and_begun_anew() {
    if !strace::is_allowed() {
        return;
    }
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(Stage::Scan, work.path());
    let is_it = |fault: &Fault| fault.call == "unlink" && fault.on.ends_with("catalog.db-journal");
    let faults: Vec<Fault> = strace::faults(&home.calls()).into_iter().filter(is_it).collect();
    assert!(!faults.is_empty());
    for fault in faults {
        assert_eq!(home.strike(&fault), Some(Vec::new()), "{fault}");
    }
}
