//! Power cuts: the command line is recorded call by call, the disk is rebuilt as it is after the power failed at any moment
//! (`albumen_testkit::powercut` says what may be lost), and the same command goes on from there.
//!
//! Each image is checked twice: before anything runs, by the bytes and what the catalog says of them; and after the
//! command was run again, which has to end as if nothing had been. `ALBUMEN_POWERCUTS` sets how many different images are
//! tried, `ALBUMEN_SEED` which; the short form is part of `make test`.

mod alarm;
mod before;
mod home;
mod scene;
// What was promised, and the stages, are those of the faults.
#[path = "../faults/promise.rs"]
#[expect(dead_code, reason = "the faults ask more of it")]
mod promise;
#[path = "../faults/stage.rs"]
#[expect(dead_code, reason = "the faults ask more of it")]
mod stage;
#[path = "../faults/standing.rs"]
mod standing;

use albumen_testkit::powercut::cut::Fate;
use albumen_testkit::powercut::disk::Op;
use albumen_testkit::random::Random;
use albumen_testkit::strace;
use home::Home;
use scene::Scene;
use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// In `make test`.
const SHORT: usize = 72;
/// Each waits for its command most of the time.
const AT_ONCE: usize = 2;
/// Images of one recording.
const SHARE: usize = 250;
/// After so many images in a row that were there before, a recording has no more.
const SAME: usize = 300;
/// Shown of what was broken.
const SHOWN: usize = 40;

fn number(name: &str, otherwise: usize) -> usize {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[derive(Default)]
struct Tally {
    images: usize,
    of_scene: BTreeMap<&'static str, usize>,
    broken: Vec<String>,
}

/// Up to `count` images of one recording. Returns how many it had.
fn campaign(scene: &Scene, count: usize, seed: usize, tally: &Mutex<Tally>) -> usize {
    let work = tempfile::tempdir().expect("temp dir");
    let mut random = Random::new(seed as u64, 11);
    let home = Home::recorded(scene, work.path(), &mut random);
    let mut seen = HashSet::new();
    let (mut done, mut same) = (0, 0);
    while done < count && same < SAME {
        let end = moment(home.ops(), &mut random);
        let fate = match random.below(2) {
            0 => Fate::FIXED[random.below(5) as usize],
            _ => Fate::Some(u64::from(random.below(u32::MAX))),
        };
        let image = home.image(end, fate);
        if !seen.insert(image.digest()) {
            same += 1;
            continue;
        }
        (done, same) = (done + 1, 0);
        let broken = home.strike(&image, end);
        let mut tally = tally.lock().expect("tally");
        tally.images += 1;
        *tally.of_scene.entry(scene.name).or_default() += 1;
        let lines = broken.into_iter().map(|what| {
            let last = home.last(end);
            format!(
                "{}, seed {seed}, {fate:?} after call {end} ({last}): {what}",
                scene.name
            )
        });
        tally.broken.extend(lines);
    }
    done
}

/// Most calls write pages of the catalog; every other moment is between the rest.
fn moment(ops: &[Op], random: &mut Random) -> usize {
    let mut draw = |below: usize| random.below(u32::try_from(below).expect("few")) as usize;
    let others: Vec<usize> = (0..ops.len())
        .filter(|at| !matches!(ops[*at], Op::Write { .. }))
        .collect();
    match draw(2) {
        0 => others[draw(others.len())] + 1,
        _ => 1 + draw(ops.len()),
    }
}

#[test]
fn whenever_the_power_fails_nothing_is_lost_and_the_next_run_completes() {
    if !strace::is_allowed() {
        return;
    }
    let wanted = number("ALBUMEN_POWERCUTS", SHORT);
    let seed = number("ALBUMEN_SEED", 1);
    let scenes = scene::all();
    let each = wanted.div_ceil(scenes.len());
    let mut shares = Vec::new();
    for (of, scene) in scenes.iter().enumerate() {
        let mut left = each;
        while left > 0 {
            let count = left.min(SHARE);
            left -= count;
            shares.push((scene, count, seed * 1_000_000 + 1000 * of + left / SHARE));
        }
    }
    // Some of each scene early.
    shares.sort_by_key(|(_, _, seed)| seed % 1000);
    let (tally, next) = (Mutex::new(Tally::default()), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((scene, count, seed)) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut left = *count;
                    // A recording may have fewer images than wanted; another one has others.
                    for again in 0.. {
                        left -= campaign(scene, left, seed + again * 1_000_000_000, &tally);
                        if left == 0 {
                            break;
                        }
                    }
                    if wanted > SHORT {
                        let tally = tally.lock().expect("tally");
                        println!("{} images, {} broken", tally.images, tally.broken.len());
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().expect("tally");
    println!("of scenes: {:?}", tally.of_scene);
    let shown: Vec<&str> = tally.broken.iter().take(SHOWN).map(String::as_str).collect();
    let broken = tally.broken.len();
    assert!(
        broken == 0,
        "{broken} broken in {} images:\n{}",
        tally.images,
        shown.join("\n")
    );
    println!("powercut: {} tried, 0 lost, 0 damaged", tally.images);
}
