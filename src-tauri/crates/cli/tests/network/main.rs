//! The command line and a network that fails: real storages on loopback behind what plays their network, and scripts of
//! one to six faults, drawn by a seed, in every stage.
//!
//! An episode ends done with everything there, or with an honest code, and then the same command in peace ends done; never
//! is a file half, twice, or in a stranger's place. `ALBUMEN_EPISODES` sets how many are played, `ALBUMEN_EPISODE=KIND:SEED`
//! plays one again.

mod alarm;
mod checks;
mod episode;
mod home;
mod names;
mod rebuild;
mod repair;
mod script;
mod secrets;

use checks::Library;
use episode::{Report, play};
use home::{Home, Kind};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// In `make test`.
const SHORT: usize = 24;
/// Every so manieth has a movie that goes in parts.
const MOVIES: u64 = 5;
/// Of all episodes, those in which connections may stand still for as long as the program waits: not in the short form.
const STALLS: u64 = 6;
const SHOWN: usize = 40;
/// Of one kind of storage; each waits most of the time.
const AT_ONCE: usize = 3;
/// The seed of the first episode.
const FIRST: u64 = 2;
/// Episodes that are told because they took long.
const SLOWEST: usize = 8;

pub fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}

#[derive(Default)]
struct Tally {
    played: BTreeMap<&'static str, usize>,
    troubles: BTreeMap<&'static str, usize>,
    done: usize,
    commands: usize,
    took: Vec<(Duration, String)>,
    broken: Vec<String>,
}

impl Tally {
    fn add(&mut self, kind: Kind, report: Report) {
        *self.played.entry(kind.name()).or_default() += 1;
        for (name, times) in report.troubles {
            *self.troubles.entry(name).or_default() += times;
        }
        self.done += report.done;
        self.commands += report.commands;
        self.broken.extend(report.broken);
    }
}

fn libraries(work: &Path) -> [Library; 2] {
    [false, true].map(|with_movie| {
        let work = work.join(if with_movie { "movie" } else { "photos" });
        Library::make(&work, with_movie)
    })
}

/// Plays episodes of one kind until there are no more numbers.
fn worker(kind: Kind, next: &AtomicUsize, seeds: &[u64], libraries: &[Library; 2], tally: &Mutex<Tally>) {
    let work = tempfile::tempdir().expect("temp dir");
    let work = work.path().canonicalize().expect("path");
    let Some(mut home) = Home::start(kind, &work) else {
        return;
    };
    while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
        let library = &libraries[usize::from(seed % MOVIES == 0)];
        let stalls = seeds.len() > SHORT && seed % STALLS == 1;
        let room = tempfile::tempdir_in(&work).expect("temp dir");
        let began = Instant::now();
        let report = play(&mut home, library, *seed, stalls, room.path());
        let took = (began.elapsed(), report.told.clone());
        let mut tally = tally.lock().expect("tally");
        tally.took.push(took);
        tally.add(kind, report);
    }
}

#[test]
fn whatever_the_network_does_nothing_is_lost_and_the_next_run_completes() {
    let setting = |name| std::env::var(name).ok();
    let wanted = setting("ALBUMEN_EPISODES").and_then(|text| text.parse().ok());
    let wanted: usize = wanted.unwrap_or(SHORT);
    let each = wanted.div_ceil(Kind::ALL.len());
    let one = setting("ALBUMEN_EPISODE").map(|text| {
        let (kind, seed) = text.split_once(':').expect("KIND:SEED");
        (kind.to_owned(), seed.parse::<u64>().expect("a number"))
    });
    let seeds: Vec<u64> = match &one {
        Some((_, seed)) => vec![*seed],
        None => (FIRST..FIRST + each as u64).collect(),
    };
    let at_once = if one.is_some() { 1 } else { AT_ONCE };
    let work = tempfile::tempdir().expect("temp dir");
    let libraries = libraries(&work.path().canonicalize().expect("path"));
    let tally = Mutex::new(Tally::default());
    let kinds = Kind::ALL.into_iter().filter(|kind| {
        one.as_ref()
            .is_none_or(|(wanted, _)| format!("{kind:?}") == *wanted)
    });
    let counters: Vec<(Kind, AtomicUsize)> = kinds.map(|kind| (kind, AtomicUsize::new(0))).collect();
    std::thread::scope(|scope| {
        for (kind, next) in &counters {
            for _ in 0..at_once {
                scope.spawn(|| worker(*kind, next, &seeds, &libraries, &tally));
            }
        }
    });
    let mut tally = tally.into_inner().expect("tally");
    tally.took.sort();
    for (took, told) in tally.took.iter().rev().take(SLOWEST) {
        println!("{:.1} s: {told}", took.as_secs_f64());
    }
    let played: usize = tally.played.values().sum();
    println!(
        "of storages: {:?}\nof troubles: {:?}",
        tally.played, tally.troubles
    );
    println!(
        "{} of {} commands ended done under fire",
        tally.done, tally.commands
    );
    let shown: Vec<&str> = tally.broken.iter().take(SHOWN).map(String::as_str).collect();
    assert!(
        shown.is_empty(),
        "{} broken in {played} episodes:\n{}",
        tally.broken.len(),
        shown.join("\n")
    );
    assert!(played > 0, "no storage could be started");
    println!("network: {played} tried, 0 lost, 0 damaged");
}
