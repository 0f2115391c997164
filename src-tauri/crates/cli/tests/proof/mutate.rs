//! Originals that change at the very moment they are read, by a scan or by a migration: nothing is taken that no file ever
//! was as a whole, and what changed is told. `ALBUMEN_MUTATIONS` sets how many of each kind.
//!
//! Each read of the program is held up a little; what it has open, and how far it is, is seen from outside. A change counts
//! when the program had more to read after it.

use crate::photos::{self, OLD_NS, photo};
use crate::wanted;
use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::held::{self, Held};
use albumen_testkit::random::Random;
use albumen_testkit::write::put;
use albumen_testkit::{strace, tree};
use rusqlite::{Connection, OpenFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, UNIX_EPOCH};

/// Of each kind, in `make test`.
const SHORT: usize = 8;
/// Of one library.
const FILES: usize = 100;
/// More than is read at once, so that a reader can see two states of one file.
const SIZE: usize = 700_000;
/// Before each read.
const HELD_UP_MICROS: u32 = 3000;
/// A scan looks at the beginning of a file first, which is no hashing: from here on it is.
const HASHED: u64 = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Append,
    /// All its bytes, and the old time put back.
    Overwrite,
    Truncate,
    /// By another file, renamed over it.
    Replace,
    /// It grows, and the old time is put back.
    Grow,
}

const KINDS: [Kind; 5] = [
    Kind::Append,
    Kind::Overwrite,
    Kind::Truncate,
    Kind::Replace,
    Kind::Grow,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Scan,
    Migrate,
}

/// What was done to a photo while it was read.
struct Change {
    kind: Kind,
    /// What it is now; before, it was state 0.
    now: Vec<u8>,
    /// The program had more to read of it afterwards.
    in_time: bool,
}

fn kind_of(number: usize, seed: u64) -> Kind {
    KINDS[(number + seed as usize) % KINDS.len()]
}

fn age(file: &File) {
    let time = UNIX_EPOCH + Duration::from_nanos(OLD_NS);
    file.set_modified(time).expect("time");
}

/// What `kind` makes of a photo, and of how many bytes the program has to have read to be at its end.
fn after(kind: Kind, number: usize) -> Vec<u8> {
    let was = photo(number, 0, SIZE);
    match kind {
        Kind::Append | Kind::Grow => [was, photo(number, 1, 5000)].concat(),
        Kind::Overwrite | Kind::Replace => photo(number, 1, SIZE),
        Kind::Truncate => was[..600_000].to_vec(),
    }
}

/// One write each, so that there is no state in between.
fn change(kind: Kind, path: &Path, number: usize, aside: &Path) -> Vec<u8> {
    let now = after(kind, number);
    let open = || File::options().write(true).open(path).expect("open");
    match kind {
        Kind::Append | Kind::Grow => {
            let file = open();
            file.write_all_at(&now[SIZE..], SIZE as u64).expect("append");
            if kind == Kind::Grow {
                age(&file);
            }
        }
        Kind::Overwrite => {
            let file = open();
            file.write_all_at(&now, 0).expect("write");
            age(&file);
        }
        Kind::Truncate => open().set_len(now.len() as u64).expect("truncate"),
        Kind::Replace => {
            let beside = put(aside.join("new"), &now, OLD_NS);
            rename(&beside, path);
        }
    }
    now
}

#[expect(clippy::disallowed_methods, reason = "what a person's other programs do")]
fn rename(from: &Path, to: &Path) {
    std::fs::rename(from, to).expect("rename");
}

/// Changes each photo once, when the program under `tracer` is in the middle of it.
fn meddle(
    tracer: u32,
    scene: &Scene,
    reader: Reader,
    seed: u64,
    ended: &AtomicBool,
) -> BTreeMap<usize, Change> {
    let mut random = Random::new(seed, 17);
    // From which byte on it is changed: before the first, or in between.
    let from: Vec<u64> = (0..FILES)
        .map(|_| {
            if reader == Reader::Migrate && random.below(3) == 0 {
                0
            } else {
                HASHED
            }
        })
        .collect();
    let mut changes = BTreeMap::new();
    while !ended.load(Ordering::Acquire) {
        let Some(pid) = held::child_of(tracer) else {
            std::thread::yield_now();
            continue;
        };
        for seen in held::held(pid, &scene.library) {
            let number = seen.path.to_str().and_then(photos::number);
            let Some(number) = number.filter(|number| !changes.contains_key(number)) else {
                continue;
            };
            if !(from[number]..SIZE as u64).contains(&seen.read) {
                continue;
            }
            let kind = kind_of(number, seed);
            let now = change(kind, &photos::path(&scene.library, number), number, &scene.aside);
            let in_time = is_still_read(pid, &seen, now.len());
            changes.insert(number, Change { kind, now, in_time });
        }
    }
    changes
}

fn is_still_read(pid: u32, seen: &Held, size: usize) -> bool {
    held::read_now(pid, seen).is_some_and(|read| read < size.min(SIZE) as u64)
}

struct Scene {
    _work: tempfile::TempDir,
    library: PathBuf,
    aside: PathBuf,
    there: PathBuf,
    url: String,
    cli: Cli,
}

/// What the catalog says of a photo at the destination.
struct Placed {
    number: usize,
    key: PathBuf,
    sha256: String,
    has_receipt: bool,
}

impl Scene {
    fn new(files: usize) -> Self {
        let temp = tempfile::tempdir().expect("temp dir");
        let work = temp.path().canonicalize().expect("path");
        let (library, there) = (work.join("library"), work.join("D"));
        photos::make(&library, files, |_| SIZE);
        Self {
            url: format!("file://{}", there.display()),
            cli: Cli::new(&work),
            aside: work.join("aside"),
            _work: temp,
            library,
            there,
        }
    }

    fn scan(&self) -> Vec<String> {
        vec!["scan".to_owned(), self.library.to_string_lossy().into_owned()]
    }

    fn migrate(&self) -> Vec<String> {
        vec!["migrate".to_owned(), self.url.clone()]
    }

    fn catalog(&self) -> Connection {
        Connection::open_with_flags(&self.cli.catalog, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("catalog")
    }

    /// Every photo of which a scan has taken the digest.
    fn fingerprints(&self) -> BTreeMap<usize, String> {
        let catalog = self.catalog();
        let sql = "SELECT display, lower(hex(sha256)) FROM file WHERE sha256 IS NOT NULL";
        let mut query = catalog.prepare(sql).expect("query");
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)));
        rows.expect("rows")
            .map(|row| {
                let (path, sha256) = row.expect("a row");
                (photos::number(&path).expect("a photo"), sha256)
            })
            .collect()
    }

    fn placed(&self) -> Vec<Placed> {
        let catalog = self.catalog();
        let sql = "SELECT f.display, p.key, lower(hex(p.sha256)), r.placed_id IS NOT NULL FROM placed p
                   JOIN file f ON f.id = p.file_id LEFT JOIN receipt r ON r.placed_id = p.id";
        let mut query = catalog.prepare(sql).expect("query");
        let rows = query.query_map([], |row| {
            Ok(Placed {
                number: photos::number(&row.get::<_, String>(0)?).expect("a photo"),
                key: PathBuf::from(row.get::<_, String>(1)?),
                sha256: row.get(2)?,
                has_receipt: row.get(3)?,
            })
        });
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// Lines of what stands at the destination, or in the catalog, and is no state that a photo ever had as a whole.
    fn mixtures(&self, files: usize, changes: &BTreeMap<usize, Change>) -> Vec<String> {
        let states: Vec<BTreeSet<String>> = (0..files)
            .map(|number| {
                let now = changes.get(&number).map(|change| sum(&change.now));
                let first = sum(&photo(number, 0, SIZE));
                std::iter::once(first).chain(now).collect()
            })
            .collect();
        let mut wrong = Vec::new();
        for (number, sha256) in self.fingerprints() {
            if !states[number].contains(&sha256) {
                wrong.push(format!("the catalog has a mixture of {number}"));
            }
        }
        let there = photos::photos(&self.there);
        for one in self.placed() {
            let number = one.number;
            match there.get(&one.key) {
                Some(is) if is.sha256 != one.sha256 => {
                    wrong.push(format!("{number} is not what the catalog says"))
                }
                Some(is) if !states[number].contains(&is.sha256) => {
                    wrong.push(format!("a mixture of {number}"))
                }
                None if one.has_receipt => wrong.push(format!("a receipt for nothing: {number}")),
                _ => {}
            }
        }
        let all: BTreeSet<&String> = states.iter().flatten().collect();
        for (path, entry) in &there {
            if !all.contains(&entry.sha256) {
                wrong.push(format!("{path:?} is not whole under its final name"));
            }
        }
        wrong
    }
}

fn sum(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("temp file");
    file.as_file().write_all(bytes).expect("write");
    tree::sha256(file.path())
}

/// Photos that a command says it could not take.
fn told(output: &Output) -> BTreeSet<usize> {
    let rows = output
        .json
        .iter()
        .filter(|line| line["type"] == "problem" || line["type"] == "failed");
    let paths = rows.filter_map(|row| row["path"].as_str().or(row["from"].as_str()));
    paths.filter_map(photos::number).collect()
}

/// Lines of what changed while it was read and was not told.
fn untold(changes: &BTreeMap<usize, Change>, told: &BTreeSet<usize>) -> Vec<String> {
    let in_time = changes.iter().filter(|(_, change)| change.in_time);
    in_time
        .filter(|(number, _)| !told.contains(number))
        .map(|(number, change)| format!("not told: {number}, {:?}", change.kind))
        .collect()
}

/// One library. What was done in time, and how often a change came too late.
fn round(reader: Reader, seed: u64) -> (BTreeMap<Kind, usize>, usize) {
    let scene = Scene::new(FILES);
    let (scan, migrate) = (scene.scan(), scene.migrate());
    if reader == Reader::Migrate {
        scene.cli.ok(&scan);
    }
    let args = if reader == Reader::Scan { &scan } else { &migrate };
    let command = strace::slowed(&scene.cli.command(args), &["read"], HELD_UP_MICROS);
    let (output, changes) = watched(command, &scene, reader, seed);
    let said = |what: &str| format!("seed {seed}, {reader:?}, {what}");
    assert!(
        (0..=1).contains(&output.status),
        "{}: {}",
        said("it died"),
        output.stderr
    );
    let told = told(&output);
    assert_eq!(untold(&changes, &told), [""; 0], "{}", said("in the report"));
    if reader == Reader::Scan {
        assert_eq!(scene.mixtures(FILES, &changes), [""; 0], "{}", said("scanned"));
        scene.cli.run(&migrate);
    }
    scene.cli.run(&["verify", &scene.url, "--full"]);
    assert_eq!(scene.mixtures(FILES, &changes), [""; 0], "{}", said("verified"));
    let placed: BTreeSet<usize> = scene.placed().iter().map(|one| one.number).collect();
    let taken: Vec<_> = changes
        .iter()
        .filter(|(number, change)| change.in_time && placed.contains(*number))
        .collect();
    assert_eq!(
        taken.len(),
        0,
        "{}: {:?}",
        said("taken"),
        taken.first().map(|(number, _)| number)
    );

    // Left in peace, all of it arrives as it is now.
    for args in [&scan, &migrate] {
        scene.cli.ok(args);
    }
    scene.cli.ok(&["verify", &scene.url, "--full"]);
    assert_eq!(scene.mixtures(FILES, &changes), [""; 0], "{}", said("in the end"));
    let there: BTreeSet<String> = photos::photos(&scene.there)
        .into_values()
        .map(|entry| entry.sha256)
        .collect();
    for entry in tree::snapshot(&scene.library).values() {
        assert!(
            there.contains(&entry.sha256),
            "{}",
            said("not everything has arrived")
        );
    }
    let mut kinds = BTreeMap::new();
    let (in_time, late): (Vec<_>, Vec<_>) = changes.values().partition(|change| change.in_time);
    for change in in_time {
        *kinds.entry(change.kind).or_default() += 1;
    }
    (kinds, late.len())
}

fn watched(
    mut command: std::process::Command,
    scene: &Scene,
    reader: Reader,
    seed: u64,
) -> (Output, BTreeMap<usize, Change>) {
    let (child, ended) = (command.spawn().expect("strace"), AtomicBool::new(false));
    let tracer = child.id();
    std::thread::scope(|scope| {
        let meddling = scope.spawn(|| meddle(tracer, scene, reader, seed, &ended));
        let output = wait(child);
        ended.store(true, Ordering::Release);
        (output, meddling.join().expect("the other program"))
    })
}

#[test]
fn mutations_of_originals_that_are_read_are_told_and_nothing_is_a_mixture() {
    if !strace::is_allowed() {
        return;
    }
    let wanted = wanted("ALBUMEN_MUTATIONS", SHORT);
    let mut tried: BTreeMap<Kind, BTreeMap<&str, usize>> = BTreeMap::new();
    let (mut late, mut seed, mut idle) = (0, 0, 0);
    let total = |of: &BTreeMap<&str, usize>| of.values().sum::<usize>();
    // A scan and a migration at least.
    while seed < 2 || KINDS.iter().any(|kind| tried.get(kind).map_or(0, total) < wanted) {
        let (reader, name) = if seed % 2 == 0 {
            (Reader::Scan, "scan")
        } else {
            (Reader::Migrate, "migrate")
        };
        let (kinds, too_late) = round(reader, seed);
        idle = if kinds.is_empty() { idle + 1 } else { 0 };
        assert!(idle < 6, "nothing is changed in time");
        late += too_late;
        for (kind, count) in kinds {
            *tried.entry(kind).or_default().entry(name).or_default() += count;
        }
        seed += 1;
    }
    let all: usize = tried.values().map(total).sum();
    println!("mutations: {tried:?}");
    println!("mutations: {all} while it was read, 0 mixtures, 0 untold ({late} came too late to count)");
}

#[test]
fn a_mixture_and_a_change_that_is_not_told_raise_the_alarm() {
    let scene = Scene::new(3);
    scene.cli.ok(&scene.scan());
    scene.cli.ok(&scene.migrate());
    let nothing = BTreeMap::new();
    assert_eq!(scene.mixtures(3, &nothing), [""; 0]);
    let placed = scene.placed();
    let there = |number: usize| {
        let one = placed.iter().find(|one| one.number == number).expect("placed");
        scene.there.join(&one.key)
    };
    let file = File::options().write(true).open(there(1)).expect("open");
    file.write_all_at(&photo(1, 1, SIZE)[SIZE / 2..], SIZE as u64 / 2)
        .expect("write");
    assert_eq!(
        scene.mixtures(3, &nothing),
        [
            "1 is not what the catalog says".to_owned(),
            format!(
                "{:?} is not whole under its final name",
                there(1).strip_prefix(&scene.there).expect("below")
            )
        ]
    );
    // Had the catalog the same mixture, it would be told too.
    let mixed = tree::sha256(&there(1));
    let catalog = Connection::open(&scene.cli.catalog).expect("catalog");
    for table in ["placed", "file"] {
        let sql = format!("UPDATE {table} SET sha256 = unhex(?1) WHERE lower(hex(sha256)) = ?2");
        assert_eq!(
            catalog
                .execute(&sql, [&mixed, &sum(&photo(1, 0, SIZE))])
                .expect("written"),
            1
        );
    }
    drop(catalog);
    let wrong = scene.mixtures(3, &nothing);
    assert!(
        wrong.contains(&"a mixture of 1".to_owned())
            && wrong.contains(&"the catalog has a mixture of 1".to_owned()),
        "{wrong:?}"
    );

    let change = |in_time| Change {
        kind: Kind::Grow,
        now: after(Kind::Grow, 2),
        in_time,
    };
    let told = BTreeSet::from([1]);
    assert_eq!(
        untold(&BTreeMap::from([(2, change(true))]), &told),
        ["not told: 2, Grow"]
    );
    assert_eq!(untold(&BTreeMap::from([(2, change(false))]), &told), [""; 0]);
}
