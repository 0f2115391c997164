//! The built program is killed: at random moments spread over the whole time that a stage takes, and at exact points, just
//! before one of its calls that change a file.
//!
//! After each kill the promise is checked by the disk alone; then the same command, undisturbed, has to end as if nothing
//! had been, has to send nothing again that stood there, and has to know all that stands there. `ALBUMEN_KILLS` sets how many
//! kills come at random moments, and how many at exact points; `ALBUMEN_SEED` draws other ones.

use crate::home::{Calls, Home, Setting};
use crate::stage::Stage;
use crate::{shown, wanted};
use albumen_testkit::app::wait;
use albumen_testkit::random::Random;
use albumen_testkit::strace::{self, Fault};
use std::collections::BTreeMap;
use std::process::{Child, Command};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// In `make test`.
const SHORT: usize = 24;
/// More would stretch the time that a stage takes.
const AT_ONCE: usize = 3;
/// Of one stage that share a home.
const SHARE: usize = 50;
/// Every so many kills at random moments are a shutdown's `SIGTERM`.
const SHUTDOWNS: usize = 8;
/// A system that shuts down waits no longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Stages that speak to a destination, tried with a bucket too.
const REMOTE: [Stage; 4] = [
    Stage::Migrate,
    Stage::Verify,
    Stage::Permanent,
    Stage::RestoreAndRollback,
];

#[derive(Default)]
struct Tally {
    killed: usize,
    /// Of those, by `SIGTERM`.
    shutdowns: usize,
    /// While the catalog was open for writing.
    open: usize,
    /// The run had ended before.
    missed: usize,
    of_stage: BTreeMap<&'static str, usize>,
    /// Of the time that the stage takes.
    of_tenth: [usize; 11],
    broken: Vec<String>,
}

impl Tally {
    fn add(&mut self, stage: Stage, what: &str, found: Vec<String>) {
        self.killed += 1;
        *self.of_stage.entry(stage.name()).or_default() += 1;
        let lines = found
            .into_iter()
            .map(|line| format!("{}, {what}: {line}", stage.name()));
        self.broken.extend(lines);
    }

    fn end(self, name: &str, wanted: usize) {
        let broken = self.broken.len();
        println!("{name}, of stages: {:?}", self.of_stage);
        assert!(
            broken == 0,
            "{broken} broken after {} kills:\n{}",
            self.killed,
            shown(&self.broken)
        );
        assert!(
            self.killed >= wanted,
            "only {} of {wanted} kills came in time",
            self.killed
        );
        println!(
            "{name}: {} tried, 0 lost, 0 damaged ({} while the catalog was open, {} by SIGTERM, {} came too late)",
            self.killed, self.open, self.shutdowns, self.missed
        );
    }
}

/// A stage's part of the kills, with its own numbers.
struct Share {
    stage: Stage,
    count: usize,
    seed: u64,
}

fn shares(stages: &[Stage], wanted: usize) -> Vec<Share> {
    let base = crate::wanted("ALBUMEN_SEED", 0) as u64;
    let each = wanted.div_ceil(stages.len());
    let mut shares = Vec::new();
    for (of, stage) in stages.iter().enumerate() {
        for first in (0..each).step_by(SHARE) {
            shares.push(Share {
                stage: *stage,
                count: SHARE.min(each - first),
                seed: 100_000 * base + (1000 * of + first) as u64,
            });
        }
    }
    shares
}

/// Works on `shares`, a few at a time.
pub fn at_once<T: Sync>(shares: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(share);
                }
            });
        }
    });
}

/// Whether the log that SQLite keeps while a catalog is open for writing is held open by `child`.
fn catalog_is_open(child: &Child) -> bool {
    let held = std::fs::read_dir(format!("/proc/{}/fd", child.id()));
    let mut held = held.into_iter().flatten().flatten();
    held.any(|entry| std::fs::read_link(entry.path()).is_ok_and(|path| path.ends_with("catalog.db-wal")))
}

/// How long the stage takes now, undisturbed.
fn time(home: &Home) -> Duration {
    let began = Instant::now();
    let output = wait(home.command().spawn().expect("albumen"));
    assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
    home.put_back();
    began.elapsed()
}

fn at_random_moments(share: &Share, setting: Setting, tally: &Mutex<Tally>) {
    let Share { stage, count, seed } = *share;
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::set(stage, work.path(), setting);
    let mut random = Random::new(seed, 17);
    let whole = time(&home).min(time(&home));
    let (mut done, mut tries) = (0, 0);
    while done < count {
        tries += 1;
        assert!(tries < 50 * SHARE, "kills do not hit the run");
        let part = random.below(1100);
        let shuts_down = tries % SHUTDOWNS == 0;
        let mut child = home.command().spawn().expect("albumen");
        std::thread::sleep(whole * part / 1000);
        let open = catalog_is_open(&child);
        if child.try_wait().expect("wait").is_some() {
            let found = home.settle(&wait(child));
            let mut tally = tally.lock().expect("tally");
            tally.missed += 1;
            tally.broken.extend(found);
            continue;
        }
        let asked = Instant::now();
        if shuts_down {
            let asked = Command::new("kill").arg(child.id().to_string()).status();
            assert!(asked.expect("kill").success());
        } else {
            child.kill().expect("kill -9");
        }
        let ended = wait(child);
        let took = asked.elapsed();
        let mut found = home.settle(&ended);
        if shuts_down && took > PATIENCE {
            found.push(format!("a shutdown took {took:?}"));
        }
        done += 1;
        let mut tally = tally.lock().expect("tally");
        tally.open += usize::from(open);
        tally.shutdowns += usize::from(shuts_down);
        tally.of_tenth[part as usize / 100] += 1;
        tally.add(
            stage,
            &format!("seed {seed}, after {part} of 1000 parts of {whole:?}"),
            found,
        );
    }
}

#[test]
fn killed_at_any_moment_of_any_stage_nothing_is_lost_and_the_next_run_completes() {
    let wanted = wanted("ALBUMEN_KILLS", SHORT);
    let tally = Mutex::new(Tally::default());
    at_once(&shares(&Stage::ALL, wanted), |share| {
        at_random_moments(share, Setting::default(), &tally);
    });
    let tally = tally.into_inner().expect("tally");
    println!("kills, of tenths of a stage's time: {:?}", tally.of_tenth);
    tally.end("kills", wanted);
}

#[test]
fn killed_at_any_moment_with_a_bucket_nothing_is_lost_and_the_next_run_completes() {
    let wanted = wanted("ALBUMEN_KILLS", SHORT) / 4;
    let bucket = Setting {
        bucket: true,
        ..Setting::default()
    };
    let tally = Mutex::new(Tally::default());
    at_once(&shares(&REMOTE, wanted), |share| {
        at_random_moments(share, bucket, &tally);
    });
    tally.into_inner().expect("tally").end("kills, S3", wanted);
}

/// In turn one of the catalog and one of anything else; of both, each call's name in turn.
fn points(calls: &Calls, seed: u64) -> impl Iterator<Item = Fault> {
    let (catalog, rest): (Vec<Fault>, Vec<Fault>) = strace::kills(calls).into_iter().partition(|point| {
        let name = point.on.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("catalog.db") && !name.starts_with("catalog.db.")
    });
    let mut random = Random::new(seed, 23);
    let mut drawn = |points: Vec<Fault>| {
        let mut of_call: BTreeMap<&str, Vec<Fault>> = BTreeMap::new();
        for point in points {
            of_call.entry(point.call).or_default().push(point);
        }
        let mut drawn = Vec::new();
        while !of_call.is_empty() {
            of_call.retain(|_, left| {
                let at = random.below(u32::try_from(left.len()).expect("few")) as usize;
                drawn.push(left.swap_remove(at));
                !left.is_empty()
            });
        }
        drawn
    };
    let (mut catalog, mut rest) = (drawn(catalog).into_iter(), drawn(rest).into_iter());
    let mut turn = false;
    std::iter::from_fn(move || {
        turn = !turn;
        let (first, second) = if turn {
            (&mut catalog, &mut rest)
        } else {
            (&mut rest, &mut catalog)
        };
        first.next().or_else(|| second.next())
    })
}

fn at_exact_points(share: &Share, tally: &Mutex<Tally>) {
    let Share { stage, count, seed } = *share;
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(stage, work.path());
    let mut done = 0;
    // A stage with few calls is killed at each of them more than once.
    let rounds = (0..9).flat_map(|round| points(&home.calls(), seed + 7 * round).collect::<Vec<_>>());
    for point in rounds {
        if done == count {
            break;
        }
        let found = home.strike(&point);
        let mut tally = tally.lock().expect("tally");
        match found {
            None => tally.missed += 1,
            Some(found) => {
                done += 1;
                let name = point.on.file_name().unwrap_or_default().to_string_lossy();
                tally.open += usize::from(name.starts_with("catalog.db"));
                tally.add(stage, &point.to_string(), found);
            }
        }
    }
}

#[test]
fn what_a_killed_deletion_left_at_the_destination_for_a_moment_is_taken_back() {
    if !strace::is_allowed() {
        return;
    }
    let work = tempfile::tempdir().expect("temp dir");
    let home = Home::before(Stage::Permanent, work.path());
    let (_, destination, _) = home.places();
    let shards = destination.join(".albumen/shards");
    let removes = |point: &Fault| point.call.starts_with("unlink") && point.on == shards;
    let point = strace::kills(&home.calls()).into_iter().find(removes);
    assert_eq!(home.strike(&point.expect("a sign is removed")), Some(Vec::new()));
}

#[test]
fn killed_just_before_any_change_of_a_file_nothing_is_lost_and_the_next_run_completes() {
    if !strace::is_allowed() {
        return;
    }
    let wanted = wanted("ALBUMEN_KILLS", SHORT);
    let tally = Mutex::new(Tally::default());
    at_once(&shares(&Stage::ALL, wanted), |share| {
        at_exact_points(share, &tally)
    });
    let tally = tally.into_inner().expect("tally");
    assert!(
        2 * tally.open + tally.missed + 9 > tally.killed,
        "half of the points are the catalog's"
    );
    tally.end("kills at exact points", wanted);
}
