//! Conflicts on real parts: every state of an original beside every state of what stands at the destination, under every policy, in
//! a folder and in a bucket. What stands there afterwards is what the rule says, and nothing else changed.

use crate::damage::Damage;
use crate::place::{Place, rm};
use crate::{moved, named, of};
use albumen_testkit::app::wait;
use albumen_testkit::random::Random;
use albumen_testkit::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

pub const POLICIES: [&str; 4] = ["ask", "both", "source", "newest"];
/// For what others write: no photo of the library is like it.
const THEIRS: &[u8] = b"edited by somebody";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Original {
    Same,
    Changed,
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum There {
    Same,
    /// Written just now: newer than every photo.
    Newer,
    /// With a time long before them, which only a disk lets one set.
    Older,
    Gone,
}

struct Case {
    original: Original,
    there: There,
    key: String,
    /// SHA-256 of what was placed, of the original as it is now, of what stands there.
    placed: String,
    now: Option<String>,
    stands: Option<String>,
}

fn touch(path: &Path, date: &str) {
    let touched = Command::new("touch").args(["-d", date]).arg(path).status();
    assert!(touched.expect("touch").success());
}

/// Keys of photos without a twin, and of more than a few bytes.
fn alone(place: &Place) -> Vec<(String, String)> {
    let mut times = BTreeMap::<String, u32>::new();
    for entry in tree::snapshot(&place.library).into_values() {
        *times.entry(entry.sha256).or_default() += 1;
    }
    let placed = place.placed().into_iter();
    placed.filter(|(_, sum)| times.get(sum) == Some(&1)).collect()
}

/// Makes every case of a library that was moved.
fn cases(place: &Place, bucket: bool) -> Vec<Case> {
    let mut keys = alone(place).into_iter();
    let mut all = Vec::new();
    for original in [Original::Same, Original::Changed, Original::Gone] {
        for there in [There::Same, There::Newer, There::Older, There::Gone] {
            if bucket && there == There::Older {
                continue;
            }
            let (key, placed) = keys.next().expect("photos enough");
            let path = place.original_of(&placed);
            match original {
                Original::Same => {}
                Original::Changed => {
                    let bytes = [
                        std::fs::read(&path).expect("read"),
                        format!("{key} again").into_bytes(),
                    ];
                    crate::put(&path, &bytes.concat());
                    touch(&path, "2024-03-05 10:11:12");
                }
                Original::Gone => rm(&path),
            }
            let theirs = [THEIRS, key.as_bytes()].concat();
            match there {
                There::Same => {}
                There::Gone => place.remove(&key),
                There::Newer | There::Older => place.write(&key, &theirs),
            }
            if there == There::Older {
                touch(&place.there().join(&key), "1999-01-02 03:04:05");
            }
            all.push(Case {
                original,
                there,
                placed,
                now: path.exists().then(|| tree::sha256(&path)),
                stands: place.placed().remove(&key),
                key,
            });
        }
    }
    place
        .cli
        .ok(&["scan", &place.library.to_string_lossy(), "--gone"]);
    place.write("2031/a stranger.jpg", b"not ours");
    all
}

/// What has to have the name afterwards: `None` where nothing has.
fn expected(case: &Case, policy: &str) -> Option<String> {
    let wins = match case.there {
        There::Same => return Some(case.placed.clone()),
        There::Gone => return (case.original == Original::Same).then(|| case.placed.clone()),
        There::Newer => policy == "source",
        There::Older => policy == "source" || policy == "newest",
    };
    if wins && case.now.is_some() {
        case.now.clone()
    } else {
        case.stands.clone()
    }
}

/// Whether the original has to stand beside.
fn is_beside(case: &Case, policy: &str) -> bool {
    let differs = matches!(case.there, There::Newer | There::Older);
    let stays = policy == "both" || (policy == "newest" && case.there == There::Newer);
    case.now.is_some() && differs && stays
}

fn every_case(bucket: bool, policy: &str) {
    let (_work, place) = moved(bucket, 60);
    let cases = cases(&place, bucket);
    let (library, before) = (tree::snapshot(&place.library), place.placed());
    let args = ["reconcile", &place.url, "--repair", "--conflicts", policy];
    let done = place.cli.run(&args);
    assert_eq!(done.status, 1, "what has no original stays open: {}", done.stderr);
    assert_eq!(tree::differences(&library, &tree::snapshot(&place.library)), "");
    let after = place.placed();
    let mut known = BTreeSet::new();
    for case in &cases {
        let what = format!("{:?}, {:?}, {policy}", case.original, case.there);
        assert_eq!(after.get(&case.key), expected(case, policy).as_ref(), "{what}");
        let (stem, ending) = case.key.rsplit_once('.').expect("an ending");
        let beside = format!("{stem} (2).{ending}");
        let wanted = case.now.as_ref().filter(|_| is_beside(case, policy));
        assert_eq!(after.get(&beside), wanted, "{what}");
        known.extend([case.key.clone(), beside]);
    }
    // Everything else is as it was.
    let others = |all: &BTreeMap<String, String>| {
        let rest = all.iter().filter(|(key, _)| !known.contains(*key));
        rest.map(|(key, sum)| (key.clone(), sum.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(others(&after), others(&before));
    assert!(after.contains_key("2031/a stranger.jpg"));
    // Again: nothing is left to do.
    let again = place.cli.run(&args);
    let made = of(&again, "repaired");
    for name in ["sent", "replaced", "beside"] {
        assert_eq!(made[name]["files"], 0, "{policy}: {}", again.stdout);
    }
    assert_eq!(made["left"], 0, "{policy}: {:?}", named(&again));
    assert_eq!(place.placed(), after);
    // A receipt is of the original: what is deleted then has its own bytes there.
    place.cli.run(&["verify", &place.url]);
    let asked = place.cli.run(&["delete-originals", &place.url]);
    let words = asked.json[0]["confirm"].as_str().expect("words").to_owned();
    place
        .cli
        .run(&["delete-originals", &place.url, "--permanent", "--confirm", &words]);
    let left = tree::snapshot(&place.library);
    let there: BTreeSet<String> = place.placed().into_values().collect();
    for (path, entry) in &library {
        assert!(
            left.contains_key(path) || there.contains(&entry.sha256),
            "{path:?} is lost"
        );
    }
    assert!(left.len() < library.len(), "something was deleted at all");
}

#[test]
fn every_case_in_a_folder_ends_as_its_rule_says() {
    for policy in POLICIES {
        every_case(false, policy);
    }
}

#[test]
fn every_case_in_a_bucket_ends_as_its_rule_says() {
    for policy in POLICIES {
        every_case(true, policy);
    }
}

/// Kills a repair again and again, at times drawn by `seed`; then lets it end.
fn kills(bucket: bool, policy: &str, seed: u64) {
    let (_work, place) = moved(bucket, 80);
    let mut random = Random::new(seed, 11);
    let (whole, mut keys) = (place.placed(), alone(&place));
    let mut theirs = BTreeMap::new();
    for number in 0..20u32 {
        let (key, _) = keys.swap_remove(random.below(u32::try_from(keys.len()).expect("few")) as usize);
        if Damage::ALL[number as usize % 2] == Damage::Deleted {
            place.remove(&key);
        } else {
            let bytes = [THEIRS, key.as_bytes()].concat();
            place.write(&key, &bytes);
            theirs.insert(key.clone(), place.placed()[&key].clone());
        }
    }
    let args = ["reconcile", &place.url, "--repair", "--conflicts", policy];
    for round in 0..4u32 {
        let mut child = place.cli.spawn(&args);
        let until = Instant::now() + Duration::from_millis(u64::from(50 * round + random.below(90)));
        while Instant::now() < until && child.try_wait().expect("wait").is_none() {
            std::thread::yield_now();
        }
        child.kill().ok();
        wait(child);
    }
    let done = place.cli.run(&args);
    let is_open = policy == "ask";
    assert_eq!(
        done.status,
        i32::from(is_open),
        "{policy}: {}{}",
        done.stdout,
        done.stderr
    );
    let after = place.placed();
    let all: Vec<&String> = after.values().collect();
    let stay = policy != "source";
    for (key, sum) in &theirs {
        assert_eq!(all.contains(&sum), stay, "{policy}: {key}");
        let copies = all.iter().filter(|one| ***one == whole[key]).count();
        assert_eq!(
            copies,
            usize::from(!is_open),
            "{policy}: {key} is there once, and once only"
        );
    }
    assert!(
        is_open || whole.values().all(|sum| all.contains(&sum)),
        "{policy}"
    );
    assert!(!place.stored().keys().any(|key| key.contains(".albumen-part-")));
    let again = place.cli.run(&args);
    assert_eq!(
        named(&again).len(),
        if is_open { theirs.len() } else { 0 },
        "{policy}"
    );
    assert_eq!(place.placed(), after, "{policy}: the second run writes nothing");
    // All that we placed is known as ours: a roll back leaves what others wrote, and nothing else.
    place.cli.ok(&["rollback", &place.url]);
    assert_eq!(
        place.placed(),
        if stay { theirs } else { BTreeMap::new() },
        "{policy}"
    );
}

#[test]
fn a_repair_that_is_killed_loses_nothing_and_doubles_nothing_under_each_policy() {
    for (number, policy) in POLICIES.into_iter().enumerate() {
        kills(number % 2 == 1, policy, number as u64);
        kills(number % 2 == 0, policy, 10 + number as u64);
    }
}

#[test]
fn files_of_one_photo_that_are_placed_beside_get_one_number() {
    let work = tempfile::tempdir().expect("temp dir");
    let make = |library: &Path| {
        for (name, bytes) in [
            ("IMG_1.JPG", &b"\xff\xd8\xff\xe0 a still"[..]),
            ("IMG_1.NEF", b"II*\0 a raw"),
        ] {
            crate::put(&library.join(name), bytes);
        }
    };
    let place = Place::of(work.path(), false, make);
    let whole = place.placed();
    let keys: Vec<String> = whole.keys().cloned().collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    let still = keys.iter().find(|key| key.ends_with(".JPG")).expect("a still");
    for key in &keys {
        place.write(key, b"edited");
    }
    // Somebody has a still of that number, which the raw file would seem to belong to.
    let taken = still.replace(".JPG", " (2).JPG");
    place.write(&taken, b"another's");
    place
        .cli
        .ok(&["reconcile", &place.url, "--repair", "--conflicts", "both"]);
    let now = place.placed();
    for key in &keys {
        let (stem, ending) = key.rsplit_once('.').expect("an ending");
        assert_eq!(
            now.get(&format!("{stem} (3).{ending}")),
            Some(&whole[key]),
            "{now:?}"
        );
    }
    assert_eq!(now.len(), 5);
}
