//! Every object at the destination, damaged one at a time in one of seven ways, in a folder and behind the back of a storage
//! server: verifying names exactly the damaged ones, and their originals are not deleted. What was not damaged is never
//! named. `ALBUMEN_FLIPS` sets how many are damaged.

use crate::photos::{self, OLD_NS, photo};
use crate::wanted;
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::random::Random;
use albumen_testkit::s3::Server;
use albumen_testkit::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, FileTimes};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// In `make test`.
const SHORT: usize = 90;
/// At most so many of one library, of which it has twice as many.
const AT_ONCE: usize = 200;

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Damage {
    Bit,
    Zeroed,
    Older,
    Swapped,
    Cut,
    Longer,
    Removed,
}

const DAMAGES: [Damage; 7] = [
    Damage::Bit,
    Damage::Zeroed,
    Damage::Older,
    Damage::Swapped,
    Damage::Cut,
    Damage::Longer,
    Damage::Removed,
];

/// When the damage is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Then it is verified again, and what was found wrong must not be offered for deletion.
    BeforeVerify,
    /// Everything is thought to be safe: the deletion itself has to notice.
    BeforeDelete,
}

struct Scene {
    _work: tempfile::TempDir,
    library: PathBuf,
    /// Where the objects lie as files.
    there: PathBuf,
    url: String,
    cli: Cli,
    _server: Option<Server>,
    count: usize,
    /// Of each photo, where its object lies.
    keys: Vec<PathBuf>,
}

/// Many of one size, so that two can be swapped and an older one be put back without that telling.
fn size(number: usize) -> usize {
    1500 + 700 * (number / 2 % 5)
}

impl Scene {
    fn new(count: usize, at_s3: bool) -> Self {
        let temp = tempfile::tempdir().expect("temp dir");
        let work = temp.path().canonicalize().expect("path");
        let library = work.join("library");
        photos::make(&library, count, size);
        let mut cli = Cli::new(&work);
        let server = at_s3.then(|| Server::start(&work.join("s3")));
        let (url, there) = match &server {
            Some(server) => {
                server.create_bucket("pictures");
                cli = cli.keys_of(server);
                let at = format!(
                    "s3://pictures/lib?endpoint={}&region=us-east-1",
                    server.endpoint()
                );
                (at, server.object_path("pictures", "lib"))
            }
            None => (format!("file://{}", work.join("D").display()), work.join("D")),
        };
        cli.ok(&["scan", &library.to_string_lossy()]);
        cli.ok(&["migrate", &url]);
        let by_sum: BTreeMap<String, PathBuf> = photos::photos(&there)
            .into_iter()
            .map(|(path, entry)| (entry.sha256, path))
            .collect();
        let keys = (0..count).map(|number| by_sum[&tree::sha256(&photos::path(&library, number))].clone());
        Self {
            keys: keys.collect(),
            _work: temp,
            library,
            there,
            url,
            cli,
            _server: server,
            count,
        }
    }

    fn object(&self, number: usize) -> PathBuf {
        self.there.join(&self.keys[number])
    }

    /// Photos that a verification names, and what it says in sum.
    fn verify(&self) -> (Output, BTreeSet<usize>) {
        let output = self.cli.run(&["verify", &self.url, "--full"]);
        let findings = output.json.iter().filter(|line| line["type"] == "finding");
        let named = findings.map(|line| {
            let key = Path::new(line["key"].as_str().expect("a key"));
            let number = self.keys.iter().position(|its| its == key);
            let from = line["from"].as_str().and_then(photos::number);
            assert_eq!(number, from, "the original it names: {line}");
            number.expect("a photo")
        });
        let named = named.collect();
        (output, named)
    }

    /// Damages photo `number`; the other one of a swap is damaged with it.
    fn damage(&self, damage: Damage, number: usize, other: usize, random: &mut Random, hide: bool) {
        let path = self.object(number);
        let before = path.metadata().expect("it is there");
        let bytes = std::fs::read(&path).expect("read");
        let mut draw = |below: usize| random.below(u32::try_from(below).expect("small")) as usize;
        match damage {
            Damage::Bit => {
                let (at, bit) = (draw(bytes.len()), draw(8));
                write_at(&path, &[bytes[at] ^ (1 << bit)], at);
            }
            Damage::Zeroed => write_at(&path, &[0; 512], draw(bytes.len() - 512)),
            Damage::Older => write_at(&path, &photo(number, 1, bytes.len()), 0),
            Damage::Swapped => {
                let (its, aside) = (self.object(other), self.there.join("aside"));
                let after = its.metadata().expect("it is there");
                for (from, to) in [(&path, &aside), (&its, &path), (&aside, &its)] {
                    rename(from, to);
                }
                if hide {
                    put_time_back(&its, after.mtime(), after.mtime_nsec());
                }
            }
            Damage::Cut => open(&path).set_len(bytes.len() as u64 - 1).expect("cut"),
            Damage::Longer => write_at(&path, &[draw(256) as u8], bytes.len()),
            Damage::Removed => return remove(&path),
        }
        if hide {
            put_time_back(&path, before.mtime(), before.mtime_nsec());
        }
    }

    fn words(&self) -> (u64, String) {
        let asked = self.cli.run(&["delete-originals", &self.url]);
        let preview = asked.json.iter().find(|line| line["type"] == "preview");
        let preview = preview.unwrap_or_else(|| panic!("no preview: {}{}", asked.stdout, asked.stderr));
        let words = preview["confirm"].as_str().expect("words").to_owned();
        (preview["count"].as_u64().expect("a number"), words)
    }

    /// Lines of what the deletion took or left wrongly.
    fn originals(&self, damaged: &BTreeSet<usize>) -> Vec<String> {
        let mut wrong = Vec::new();
        for number in 0..self.count {
            let bytes = std::fs::read(photos::path(&self.library, number)).ok();
            let whole = bytes.is_some_and(|is| is == photo(number, 0, size(number)));
            match (damaged.contains(&number), whole) {
                (true, false) => wrong.push(format!("lost: the original of damaged {number}")),
                (false, true) => wrong.push(format!("kept without reason: {number}")),
                _ => {}
            }
        }
        wrong
    }
}

/// Lines of what a verification did not see, and of what it saw that is not.
fn misjudged(named: &BTreeSet<usize>, damaged: &BTreeSet<usize>) -> Vec<String> {
    let missed = damaged
        .difference(named)
        .map(|number| format!("missed: {number}"));
    let false_alarms = named
        .difference(damaged)
        .map(|number| format!("false alarm: {number}"));
    missed.chain(false_alarms).collect()
}

fn open(path: &Path) -> File {
    File::options().write(true).open(path).expect("open")
}

fn write_at(path: &Path, bytes: &[u8], at: usize) {
    open(path).write_all_at(bytes, at as u64).expect("write");
}

fn put_time_back(path: &Path, seconds: i64, rest: i64) {
    let since = Duration::new(
        seconds.unsigned_abs(),
        u32::try_from(rest).expect("below a second"),
    );
    let times = FileTimes::new().set_modified(UNIX_EPOCH + since);
    open(path).set_times(times).expect("time");
}

#[expect(clippy::disallowed_methods, reason = "damage is done on purpose")]
fn rename(from: &Path, to: &Path) {
    std::fs::rename(from, to).expect("rename");
}

#[expect(clippy::disallowed_methods, reason = "damage is done on purpose")]
fn remove(path: &Path) {
    std::fs::remove_file(path).expect("remove");
}

#[derive(Default)]
struct Tally {
    of_kind: BTreeMap<Damage, usize>,
    damaged: usize,
    at_s3: usize,
    /// Damaged without a change of size or time.
    hidden: usize,
    clean: usize,
}

/// One library of twice `wanted` photos; damages so many and adds what was tried.
fn round(wanted: usize, at_s3: bool, when: When, seed: u64, tally: &mut Tally) {
    let scene = Scene::new(2 * wanted, at_s3);
    let said = || format!("seed {seed}, {when:?}, at S3: {at_s3}");
    let (output, named) = scene.verify();
    assert_eq!(
        (output.status, misjudged(&named, &BTreeSet::new())),
        (0, vec![]),
        "{}",
        said()
    );
    tally.clean += scene.count;

    let mut random = Random::new(seed, 11);
    let mut damaged = BTreeSet::new();
    while damaged.len() < wanted {
        let number = random.below(u32::try_from(scene.count).expect("few")) as usize;
        // The neighbour has the same size.
        let other = number ^ 1;
        let which = DAMAGES[(damaged.len() + random.below(2) as usize) % DAMAGES.len()];
        let both = which == Damage::Swapped;
        if damaged.contains(&number) || (both && damaged.contains(&other)) {
            continue;
        }
        let hide = random.below(2) == 0;
        scene.damage(which, number, other, &mut random, hide);
        let these = [Some(number), both.then_some(other)];
        damaged.extend(these.into_iter().flatten());
        let count = if both { 2 } else { 1 };
        *tally.of_kind.entry(which).or_default() += count;
        let same_size = !matches!(which, Damage::Cut | Damage::Longer | Damage::Removed);
        tally.hidden += if hide && same_size { count } else { 0 };
    }
    let verify = |tally: &mut Tally| {
        let (output, named) = scene.verify();
        assert_eq!(misjudged(&named, &damaged), [""; 0], "{}", said());
        assert_eq!(output.status, 1, "{}", said());
        tally.clean += scene.count - damaged.len();
    };
    if when == When::BeforeVerify {
        verify(tally);
    }
    let (offered, words) = scene.words();
    let left = match when {
        When::BeforeVerify => scene.count - damaged.len(),
        When::BeforeDelete => scene.count,
    };
    assert_eq!(offered, left as u64, "{}", said());
    let deleted = scene
        .cli
        .run(&["delete-originals", &scene.url, "--permanent", "--confirm", &words]);
    assert_eq!(
        deleted.status,
        i32::from(when == When::BeforeDelete),
        "{}: {}",
        said(),
        deleted.stderr
    );
    assert_eq!(scene.originals(&damaged), [""; 0], "{}", said());
    if when == When::BeforeDelete {
        verify(tally);
    }
    tally.damaged += damaged.len();
    tally.at_s3 += if at_s3 { damaged.len() } else { 0 };
}

#[test]
fn flips_of_any_kind_are_named_and_their_originals_stay() {
    let wanted = wanted("ALBUMEN_FLIPS", SHORT);
    let each = (wanted / 3).clamp(10, AT_ONCE);
    let mut tally = Tally::default();
    let mut seed = 0;
    while tally.damaged < wanted {
        // A storage that changes what it holds without a new version is believed until it is read again.
        let (at_s3, when) = match seed % 10 {
            1 => (true, When::BeforeVerify),
            even if even % 2 == 0 => (false, When::BeforeDelete),
            _ => (false, When::BeforeVerify),
        };
        round(each, at_s3, when, seed, &mut tally);
        seed += 1;
    }
    println!("flips: {:?}", tally.of_kind);
    println!(
        "flips: {} objects damaged ({} at S3, {} with size and time as before), 0 missed, 0 originals lost; {} clean \
         verifications, 0 false alarms",
        tally.damaged, tally.at_s3, tally.hidden, tally.clean
    );
}

#[test]
fn flips_that_are_not_named_and_originals_that_went_raise_the_alarm() {
    let scene = Scene::new(4, false);
    let (_, named) = scene.verify();
    assert_eq!(misjudged(&named, &BTreeSet::from([2])), ["missed: 2"]);
    scene.damage(Damage::Bit, 1, 0, &mut Random::new(1, 1), true);
    let there = scene.object(1).metadata().expect("there");
    assert_eq!(
        (there.len(), there.mtime() as u64),
        (size(1) as u64, OLD_NS / 1_000_000_000)
    );
    let (_, named) = scene.verify();
    assert_eq!(misjudged(&named, &BTreeSet::new()), ["false alarm: 1"]);
    remove(&photos::path(&scene.library, 1));
    assert!(
        scene
            .originals(&BTreeSet::from([1]))
            .contains(&"lost: the original of damaged 1".to_owned())
    );
}
