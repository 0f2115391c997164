//! While the built program deletes originals, others edit, replace, link and move them: whatever they wrote has to be
//! there afterwards, in the folder it was written to. `ALBUMEN_RACES` sets the number of races.

use crate::{put, rename};
use albumen_testkit::app::{Cli, wait};
use albumen_testkit::random::Random;
use albumen_testkit::strace;
use albumen_testkit::tree;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

/// In `make test`.
const SHORT: usize = 400;
/// How an original can leave its name.
const MOMENTS: [&str; 4] = ["rename", "renameat2", "unlink", "unlinkat"];
/// Of one library.
const FILES: usize = 250;
const OLD: u64 = 1_500_000_000;

/// What another program does to a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
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
struct Wrote {
    act: Act,
    folder: PathBuf,
    bytes: Vec<u8>,
    /// The file had lost its last name when it was written: its program had it open while it went.
    into_nothing: bool,
}

fn original(number: usize) -> Vec<u8> {
    let mut bytes = [
        b"\xff\xd8\xff\xe0".as_slice(),
        format!("photo {number:06} ").as_bytes(),
    ]
    .concat();
    bytes.extend(Random::new(7, number as u64).bytes(3000));
    bytes
}

fn photo(library: &Path, number: usize) -> PathBuf {
    library.join(format!("f{:02}/P{number:05}.jpg", number / 10))
}

fn age(file: &File) {
    file.set_modified(UNIX_EPOCH + Duration::from_secs(OLD))
        .expect("time");
}

/// Does `act` to the photo, unless it is gone.
fn act(act: Act, path: &Path, number: usize, aside: &Path) -> Option<Wrote> {
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

/// Numbers of the photos, in the order in which they are to go.
fn order(cli: &Cli) -> Vec<usize> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let catalog = rusqlite::Connection::open_with_flags(&cli.catalog, flags).expect("catalog");
    let mut query = catalog
        .prepare("SELECT display FROM file ORDER BY asset_id")
        .expect("query");
    let names = query.query_map([], |row| row.get::<_, String>(0)).expect("rows");
    names
        .map(|name| {
            let name = name.expect("a name");
            let number = name.rsplit('P').next().and_then(|end| end.strip_suffix(".jpg"));
            number.and_then(|number| number.parse().ok()).expect("a number")
        })
        .collect()
}

/// One library, deleted by the program while this thread meddles with it. Returns what was done and what was lost.
fn round(permanent: bool, slow: bool, seed: u64) -> (BTreeMap<Act, usize>, usize, Vec<String>) {
    let work = tempfile::tempdir().expect("temp dir");
    let (library, aside) = (work.path().join("library"), work.path().join("aside"));
    std::fs::create_dir(&aside).expect("folder");
    for number in 0..FILES {
        let path = photo(&library, number);
        put(&path, &original(number));
        age(&File::options().write(true).open(path).expect("open"));
    }
    let cli = Cli::new(work.path());
    let url = format!("file://{}", work.path().join("D").display());
    cli.ok(&["scan", &library.to_string_lossy()]);
    cli.ok(&["migrate", &url]);
    cli.ok(&["verify", &url]);
    let words = format!("delete {FILES} originals");
    let mut args = vec!["delete-originals", &url, "--confirm", &words];
    if permanent {
        args.push("--permanent");
    }
    let mut command = cli.command(&args);
    if slow {
        // The moments between the last look, the rename and the removal become long enough to be hit.
        command = strace::slowed(&command, &MOMENTS, 1500);
    }
    let order = order(&cli);
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
        for pair in order.chunks_exact(2) {
            let (before, number) = (pair[0], pair[1]);
            // Its turn comes when the one before it has gone: from then on the program looks at it, and then takes it.
            while photo(&library, before).exists() && !ended.load(Ordering::Acquire) {
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
            wrote.extend(act(which, &photo(&library, number), number, &aside));
        }
        waiting.join().expect("the program")
    });
    assert!(
        (0..=1).contains(&output.status),
        "{}{}",
        output.stdout,
        output.stderr
    );
    let mut acts: BTreeMap<Act, usize> = BTreeMap::new();
    let (mut late, mut lost) = (0, Vec::new());
    for one in &wrote {
        *acts.entry(one.act).or_default() += 1;
        if holds(&one.folder, &one.bytes) {
            continue;
        }
        // A program that has it open writes on where it goes: into nothing, or into the trash.
        let in_place = matches!(one.act, Act::Append | Act::SameLength | Act::SameLengthAndTime);
        let trash = cli.home.join("data/Trash/files");
        if one.into_nothing || (in_place && !permanent && trash.exists() && holds(&trash, &one.bytes)) {
            late += 1;
        } else {
            lost.push(format!("{:?} in {:?}", one.act, one.folder));
        }
    }
    // The copies are what they were, whatever happened here.
    let copies = tree::snapshot(&work.path().join("D"));
    assert_eq!(
        copies.keys().filter(|path| !path.starts_with(".albumen")).count(),
        FILES
    );
    (acts, late, lost)
}

fn holds(folder: &Path, bytes: &[u8]) -> bool {
    let entries = std::fs::read_dir(folder).expect("list").flatten();
    entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with(".albumen"))
        .any(|entry| std::fs::read(entry.path()).is_ok_and(|is| is == bytes))
}

#[test]
fn nothing_that_was_written_while_originals_are_deleted_is_lost() {
    let wanted = std::env::var("ALBUMEN_RACES").ok();
    let wanted = wanted.and_then(|text| text.parse().ok()).unwrap_or(SHORT);
    let (mut races, mut late, mut acts) = (0, 0, BTreeMap::<Act, usize>::new());
    let can_be_slow = strace::is_allowed();
    let (mut seed, mut idle) = (0, 0);
    while races < wanted {
        seed += 1;
        let (of_round, held_open, lost) = round(seed % 2 == 0, can_be_slow && seed % 4 < 2, seed);
        assert!(
            lost.is_empty(),
            "after {races} races, {} wrongly gone:\n{}",
            lost.len(),
            lost.join("\n")
        );
        // Where the machine is busy, a deletion may be over before the others' turn comes; not time after time.
        idle = if of_round.is_empty() { idle + 1 } else { 0 };
        assert!(idle < 5, "nothing races");
        for (act, count) in of_round {
            races += count;
            *acts.entry(act).or_default() += count;
        }
        late += held_open;
    }
    println!(
        "races: {acts:?}\nraces: {races}, 0 wrong unlinks ({late} were written to after they had gone, by who had them open)"
    );
}

#[test]
fn what_is_gone_is_missed() {
    let work = tempfile::tempdir().expect("temp dir");
    let path = work.path().join("P00001.jpg");
    put(&path, &original(1));
    let wrote = act(Act::Append, &path, 1, work.path()).expect("appended");
    assert!(holds(&wrote.folder, &wrote.bytes));
    assert!(rename(&path, &work.path().join(".albumen-leaving-x")));
    assert!(
        !holds(&wrote.folder, &wrote.bytes),
        "under a name that nobody knows it is lost"
    );
}
