//! What other programs do to a file at the moment it is removed, and whether what they wrote is there afterwards.

use crate::{put, rename};
use albumen_testkit::app::{Output, wait};
use albumen_testkit::random::Random;
use albumen_testkit::strace;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

/// How a file can leave its name.
const MOMENTS: [&str; 4] = ["rename", "renameat2", "unlink", "unlinkat"];
const OLD: u64 = 1_500_000_000;

/// What another program does to a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    Append,
    SameLength,
    /// With the time put back, as some tagging programs do.
    SameLengthAndTime,
    Replace,
    /// By one of the same length and time.
    ReplaceAlike,
    MoveAwayAndNew,
    Link,
}

const ACTS: [Act; 7] = [
    Act::Append,
    Act::SameLength,
    Act::SameLengthAndTime,
    Act::Replace,
    Act::ReplaceAlike,
    Act::MoveAwayAndNew,
    Act::Link,
];

/// What has to be found afterwards.
pub struct Wrote {
    pub act: Act,
    pub folder: PathBuf,
    pub bytes: Vec<u8>,
    /// The file had lost its last name when it was written: its program had it open while it went.
    pub into_nothing: bool,
}

pub fn original(number: usize) -> Vec<u8> {
    let mut bytes = [
        b"\xff\xd8\xff\xe0".as_slice(),
        format!("photo {number:06} ").as_bytes(),
    ]
    .concat();
    bytes.extend(Random::new(7, number as u64).bytes(3000));
    bytes
}

pub fn photo(library: &Path, number: usize) -> PathBuf {
    library.join(format!("f{:02}/P{number:05}.jpg", number / 10))
}

pub fn age(file: &File) {
    file.set_modified(UNIX_EPOCH + Duration::from_secs(OLD))
        .expect("time");
}

/// Does `act` to the photo, unless it is gone.
pub fn act(act: Act, path: &Path, number: usize, aside: &Path) -> Option<Wrote> {
    let was = original(number);
    let mut new = was.clone();
    new[10..15].copy_from_slice(b"EDIT!");
    let folder = path.parent().expect("folder").to_owned();
    let (bytes, into_nothing) = match act {
        Act::Append => {
            let mut file = File::options().append(true).open(path).ok()?;
            file.write_all(b"more").ok()?;
            (
                [was, b"more".to_vec()].concat(),
                file.metadata().ok()?.nlink() == 0,
            )
        }
        Act::SameLength | Act::SameLengthAndTime => {
            let file = File::options().write(true).open(path).ok()?;
            file.write_all_at(&new[10..15], 10).ok()?;
            if act == Act::SameLengthAndTime {
                age(&file);
            }
            (new, file.metadata().ok()?.nlink() == 0)
        }
        Act::Replace | Act::ReplaceAlike => {
            if !path.exists() {
                return None;
            }
            let beside = aside.join("new");
            if act == Act::Replace {
                new.extend(b"longer");
            }
            put(&beside, &new);
            age(&File::options().write(true).open(&beside).expect("open"));
            assert!(rename(&beside, path));
            (new, false)
        }
        Act::MoveAwayAndNew => {
            let moved = aside.join(format!("moved {number}"));
            if !rename(path, &moved) {
                return None;
            }
            let mut file = File::create_new(path).expect("the name is free");
            file.write_all(&new).expect("write");
            (new, false)
        }
        Act::Link => {
            let link = aside.join(format!("link {number}"));
            std::fs::hard_link(path, &link).ok()?;
            return Some(Wrote {
                act,
                folder: aside.to_owned(),
                bytes: was,
                into_nothing: false,
            });
        }
    };
    Some(Wrote {
        act,
        folder,
        bytes,
        into_nothing,
    })
}

/// A file that is to go, and the one that goes just before it.
pub struct Turn {
    pub before: PathBuf,
    pub path: PathBuf,
    pub number: usize,
}

/// Runs `command` and meddles with each file when its turn comes. Slowly: the moments between the last look, the rename and
/// the removal become long enough to be hit.
pub fn race(
    mut command: Command,
    turns: &[Turn],
    slow: bool,
    seed: u64,
    aside: &Path,
) -> (Output, Vec<Wrote>) {
    if slow {
        command = strace::slowed(&command, &MOMENTS, 1500);
    }
    // As long as one takes, from the look at its copy to its end; some acts come too late.
    let longest = if slow { 6000 } else { 600 };
    let child = command.spawn().expect("start albumen");
    let ended = AtomicBool::new(false);
    let mut wrote = Vec::new();
    let output = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let output = wait(child);
            ended.store(true, Ordering::Release);
            output
        });
        let mut random = Random::new(seed, 3);
        for turn in turns {
            // Its turn comes when the one before it has gone: from then on the program looks at it, and then takes it.
            while turn.before.exists() && !ended.load(Ordering::Acquire) {
                std::hint::spin_loop();
            }
            if ended.load(Ordering::Acquire) {
                break;
            }
            let moment = Instant::now() + Duration::from_micros(random.below(longest).into());
            while Instant::now() < moment {
                std::hint::spin_loop();
            }
            let which = ACTS[random.below(7) as usize];
            wrote.extend(act(which, &turn.path, turn.number, aside));
        }
        waiting.join().expect("the program")
    });
    assert!(
        (0..=1).contains(&output.status),
        "{}{}",
        output.stdout,
        output.stderr
    );
    (output, wrote)
}

/// How the races of one library ended.
#[derive(Default)]
pub struct Ended {
    pub acts: BTreeMap<Act, usize>,
    /// Written to after they had gone, by who had them open.
    pub late: usize,
    pub lost: Vec<String>,
}

impl Ended {
    /// Looks for what was written, where it was written or, for what was open then, in `trash`.
    pub fn of(wrote: &[Wrote], trash: Option<&Path>) -> Self {
        let mut ended = Self::default();
        for one in wrote {
            *ended.acts.entry(one.act).or_default() += 1;
            if holds(&one.folder, &one.bytes) {
                continue;
            }
            // A program that has it open writes on where it goes: into nothing, or into the trash.
            let in_place = matches!(one.act, Act::Append | Act::SameLength | Act::SameLengthAndTime);
            if one.into_nothing || (in_place && trash.is_some_and(|trash| holds(trash, &one.bytes))) {
                ended.late += 1;
            } else {
                ended.lost.push(format!("{:?} in {:?}", one.act, one.folder));
            }
        }
        ended
    }
}

/// Races until `wanted` have been run, and says so; `round` is one library by its seed.
pub fn campaign(name: &str, wanted: usize, round: impl Fn(u64) -> Ended) {
    let (mut races, mut late, mut acts) = (0, 0, BTreeMap::<Act, usize>::new());
    let (mut seed, mut idle) = (0, 0);
    while races < wanted {
        seed += 1;
        let ended = round(seed);
        assert!(
            ended.lost.is_empty(),
            "{name}, seed {seed}: after {races} races, {} wrongly gone:\n{}",
            ended.lost.len(),
            ended.lost.join("\n")
        );
        // Where the machine is busy, a run may be over before the others' turn comes; not time after time.
        idle = if ended.acts.is_empty() { idle + 1 } else { 0 };
        assert!(idle < 5, "nothing races");
        for (act, count) in ended.acts {
            races += count;
            *acts.entry(act).or_default() += count;
        }
        late += ended.late;
    }
    println!("{name}: {acts:?}");
    println!(
        "{name}: {races}, 0 wrong unlinks ({late} were written to after they had gone, by who had them open)"
    );
}

/// A folder that went with the last of its files holds nothing.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .flatten()
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with(".albumen"))
        .any(|entry| std::fs::read(entry.path()).is_ok_and(|is| is == bytes))
}

#[test]
fn what_is_gone_is_missed() {
    let work = tempfile::tempdir().expect("temp dir");
    let path = work.path().join("P00001.jpg");
    put(&path, &original(1));
    let wrote = act(Act::Append, &path, 1, work.path()).expect("appended");
    assert_eq!(Ended::of(std::slice::from_ref(&wrote), None).lost, [""; 0]);
    assert!(rename(&path, &work.path().join(".albumen-leaving-x")));
    // Under a name that nobody knows it is lost.
    assert_eq!(Ended::of(&[wrote], None).lost.len(), 1);
}
