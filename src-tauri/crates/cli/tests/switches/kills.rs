//! Lives from the old place to the new home and back, through every phase: scan, a strategy, a pilot, the copy, kept in step, cut
//! over, home, and back. Each command is killed at a random moment, some twice, and started again. At the end the old place is byte for byte what it was, with times and modes, also where originals had been deleted meanwhile.

use crate::place::{BY_FACTS, CUT_OVER, Place};
use albumen_testkit::app::wait;
use albumen_testkit::random::Random;
use albumen_testkit::tree::{self, Tree};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// In `make test`.
const SHORT: usize = 12;
const AT_ONCE: usize = 2;
/// Every so many lives speak to a bucket.
const BUCKETS: u64 = 4;
/// A command is killed no more often than this before it may end.
const MOST_IN_A_ROW: u32 = 2;

fn wanted() -> usize {
    let text = std::env::var("ALBUMEN_SWITCHES").ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(SHORT)
}

#[derive(Default)]
struct Tally {
    of_command: BTreeMap<String, usize>,
    missed: usize,
    lives: usize,
    with_deletions: usize,
    broken: Vec<String>,
}

/// One life; `took` remembers how long each command takes undisturbed.
struct Life<'a> {
    place: Place,
    before: Tree,
    random: Random,
    seed: u64,
    kills: &'a AtomicUsize,
    took: &'a Mutex<BTreeMap<String, Duration>>,
    tally: &'a Mutex<Tally>,
}

impl Life<'_> {
    fn blame(&self, command: &str, what: Vec<String>) {
        let lines = what
            .into_iter()
            .map(|line| format!("seed {}, {command}: {line}", self.seed));
        self.tally.lock().expect("tally").broken.extend(lines);
    }

    /// Runs `args`, killed on the way, until it ends by itself.
    fn through(&mut self, args: &[&str]) {
        self.through_to(args, args);
    }

    /// As [`Life::through`], with `last` as the one that ends by itself.
    fn through_to(&mut self, args: &[&str], last: &[&str]) {
        let command = args[0].to_owned();
        for _ in 0..self.random.below(MOST_IN_A_ROW + 1) {
            let whole = self.took.lock().expect("times").get(&command).copied();
            let whole = whole.unwrap_or(Duration::from_millis(300));
            let mut child = self.place.cli.spawn(args);
            std::thread::sleep(whole * self.random.below(1050) / 1000);
            if child.try_wait().expect("wait").is_some() {
                wait(child);
                self.tally.lock().expect("tally").missed += 1;
                break;
            }
            child.kill().expect("kill -9");
            wait(child);
            self.kills.fetch_add(1, Ordering::Relaxed);
            *self
                .tally
                .lock()
                .expect("tally")
                .of_command
                .entry(command.clone())
                .or_default() += 1;
            let found = self.place.broken(&self.before);
            self.blame(&command, found);
        }
        let began = Instant::now();
        let ended = self.place.cli.run(last);
        let time = began.elapsed();
        let mut took = self.took.lock().expect("times");
        let known = took.entry(command.clone()).or_insert(time);
        *known = (*known + time.min(Duration::from_secs(5))) / 2;
        drop(took);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        // A run that was killed after its last row left nothing to do.
        let is_done = said.contains("It is home already")
            || said.contains("The chosen destination is not home")
            // Fewer are left than were confirmed: the person confirms those.
            || (command == "delete-originals" && said.contains("confirmation_missing"));
        if ended.status != 0 && !is_done {
            self.blame(&command, vec![format!("ended with {}: {said}", ended.status)]);
        }
        let found = self.place.broken(&self.before);
        self.blame(&command, found);
    }

    fn add(&mut self, name: &str) {
        self.place.add(name, &self.random.bytes(9000));
        self.before = tree::snapshot(&self.place.library);
    }

    fn live(&mut self) {
        let url = self.place.url.clone();
        let deletes = self.seed % 2 == 1;
        let library = self.place.library.to_string_lossy().into_owned();
        self.through(&["scan", &library]);
        self.through(&["strategy", &url, "in-step"]);
        self.through(&["pilot", &url]);
        // A small library is almost there after a pilot.
        self.expect("pilot", &["copy", "inStep"]);
        self.through(&["migrate", &url, "--workers", "2"]);
        self.expect("migrate", &["inStep"]);
        self.add("Pictures/late/came while in step.jpg");
        let watch = ["watch", url.as_str(), "--settle", "100ms", "--every", "1h"];
        self.through_to(&watch, &[&watch[..], &["--once"]].concat());
        self.expect("watch", &["inStep"]);
        self.add("Pictures/late/came later.jpg");
        let mut args = vec!["cut-over", url.as_str()];
        args.extend(CUT_OVER);
        self.through(&args);
        self.expect("cut-over", &["home"]);
        if deletes {
            self.place.cli.ok(&["cut-over", &url, "--let-go"]);
            // Killed half-way, fewer are left to confirm.
            while let Some(words) = self.place.words() {
                self.through(&["delete-originals", &url, "--permanent", "--confirm", &words]);
            }
            let left = tree::snapshot(&self.place.library).len();
            if left >= self.before.len() {
                self.blame("delete-originals", vec!["nothing was deleted".to_owned()]);
            }
        }
        self.through(&["switch-back", &url]);
        self.expect("switch-back", &BY_FACTS);
        let differs = tree::differences(&self.before, &tree::snapshot(&self.place.library));
        if !differs.is_empty() {
            self.blame(
                "switch-back",
                vec![format!("the old place is not as it was:\n{differs}")],
            );
        }
        // All of it stays at the destination, and nothing is sent again.
        let again = self.place.cli.ok(&["migrate", &url, "--no-export"]);
        let sent = again.json.iter().find_map(|line| line["sent"]["files"].as_u64());
        if sent != Some(0) {
            self.blame("migrate", vec![format!("sent again: {sent:?}")]);
        }
        let mut tally = self.tally.lock().expect("tally");
        tally.lives += 1;
        tally.with_deletions += usize::from(deletes);
    }

    fn expect(&self, command: &str, phases: &[&str]) {
        let phase = self.place.phase();
        if !phases.contains(&phase.as_str()) {
            self.blame(command, vec![format!("the phase is {phase}")]);
        }
    }
}

#[test]
fn killed_in_any_phase_it_goes_on_and_the_old_place_comes_back() {
    let wanted = wanted();
    let (kills, next) = (AtomicUsize::new(0), AtomicU64::new(0));
    let took = Mutex::new(BTreeMap::new());
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while kills.load(Ordering::Relaxed) < wanted {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let work = tempfile::tempdir().expect("temp dir");
                    let place = Place::new(work.path(), seed % BUCKETS == BUCKETS - 1, seed + 1);
                    let mut life = Life {
                        before: tree::snapshot(&place.library),
                        place,
                        random: Random::new(seed, 31),
                        seed,
                        kills: &kills,
                        took: &took,
                        tally: &tally,
                    };
                    life.live();
                }
            });
        }
    });
    let tally = tally.into_inner().expect("tally");
    println!("switches, of commands: {:?}", tally.of_command);
    assert!(
        tally.broken.is_empty(),
        "{} broken:\n{}",
        tally.broken.len(),
        tally.broken[..tally.broken.len().min(20)].join("\n")
    );
    let kills = kills.into_inner();
    assert!(kills >= wanted, "only {kills} of {wanted} kills came in time");
    println!(
        "switches: {kills} kills in {} lives ({} with originals deleted), 0 lost, every old place as it was ({} came too late)",
        tally.lives, tally.with_deletions, tally.missed
    );
}

/// The referee is shown to see what it looks for.
#[test]
fn a_changed_byte_raises_the_alarm() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::copied(work.path(), "once");
    let before = tree::snapshot(&place.library);
    assert_eq!(place.broken(&before), Vec::<String>::new());
    let (path, _) = before.iter().find(|(_, entry)| entry.size > 0).expect("a photo");
    place.add(&path.to_string_lossy(), b"other bytes");
    let found = place.broken(&before);
    assert!(
        found.len() == 1 && found[0].ends_with("has other bytes"),
        "{found:?}"
    );
    assert_ne!(tree::differences(&before, &tree::snapshot(&place.library)), "");
}
