//! The disk, the engine, and the model of what has to be there.

use crate::act::{Act, Stage};
use albumen_engine::api::{AppError, Decision, DestinationSpec, Filter, PlanOptions};
use albumen_engine::{Engine, MoveOptions, Outcome, VerifyHow};
use albumen_testkit::app::{Cli, wait};
use albumen_testkit::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

type Bytes = Vec<u8>;

const PATIENCE: Duration = Duration::from_secs(30);

pub struct World {
    _work: tempfile::TempDir,
    library: PathBuf,
    destination: PathBuf,
    url: String,
    cli: Cli,
    engine: Option<Engine>,
    /// What the person has, by its path below the library.
    has: BTreeMap<PathBuf, Bytes>,
    /// What Albumen removed, because it had copied it.
    away: BTreeSet<(PathBuf, Bytes)>,
    /// Every content there ever was.
    whole: BTreeSet<Bytes>,
    /// What others wrote at the destination: nobody may touch it.
    others: BTreeMap<PathBuf, Bytes>,
    /// Contents of which others spoilt or took a copy: if it was the only one, it is they who lost it.
    forfeited: BTreeSet<Bytes>,
    /// Whether the last act may remove originals.
    may_remove: bool,
}

fn content(number: u8) -> Bytes {
    [
        b"\xff\xd8\xff\xe0".as_slice(),
        format!("content {number} ").as_bytes(),
        &[number; 500],
    ]
    .concat()
}

/// Photos in two folders, two of them with a sidecar.
fn path(name: u8) -> PathBuf {
    PathBuf::from(
        [
            "a/P1.jpg",
            "a/P1.xmp",
            "a/P2.jpg",
            "b/P1.jpg",
            "b/P3.jpg",
            "b/P3.xmp",
            "P4.jpg",
            "b/c/P2.jpg",
        ][usize::from(name % 8)],
    )
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::File::create(path)
        .expect("create")
        .write_all(bytes)
        .expect("write");
}

#[expect(clippy::disallowed_methods, reason = "what a person does")]
fn rm(path: &Path) {
    std::fs::remove_file(path).expect("remove");
}

#[expect(clippy::disallowed_methods, reason = "what a person does")]
fn mv(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    std::fs::rename(from, to).expect("rename");
}

fn read(root: &Path) -> BTreeMap<PathBuf, Bytes> {
    let all = tree::snapshot(root).into_keys();
    all.map(|path| {
        let bytes = std::fs::read(root.join(&path)).expect("read");
        (path, bytes)
    })
    .collect()
}

fn is_part(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(".albumen-part-"))
}

/// What a killed run was about to remove.
fn is_leaving(path: &Path) -> bool {
    path.to_string_lossy().contains(".albumen-leaving-")
}

impl World {
    pub fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let root = work.path().canonicalize().expect("path");
        let (library, destination) = (root.join("library"), root.join("D"));
        std::fs::create_dir(&library).expect("folder");
        let mut world = Self {
            url: format!("file://{}", destination.display()),
            cli: Cli::new(&root),
            _work: work,
            library,
            destination,
            engine: None,
            has: BTreeMap::new(),
            away: BTreeSet::new(),
            whole: BTreeSet::new(),
            others: BTreeMap::new(),
            forfeited: BTreeSet::new(),
            may_remove: false,
        };
        let engine = world.engine();
        engine
            .add_sources(std::slice::from_ref(&world.library))
            .expect("source");
        let spec = DestinationSpec::parse(&world.url).expect("spec");
        engine.choose_destination(spec, None, false).expect("destination");
        world
    }

    fn engine(&mut self) -> Engine {
        let open = || {
            let began = Instant::now();
            loop {
                // The thread of the last job may hold the catalog a moment longer.
                match Engine::open(&self.cli.catalog) {
                    Err(error) if error.code == "catalog_locked" && began.elapsed() < PATIENCE => {
                        std::thread::yield_now();
                    }
                    opened => return opened.expect("the catalog opens again"),
                }
            }
        };
        self.engine.get_or_insert_with(open).clone()
    }

    /// Whether it was done, and not refused or without object.
    pub fn act(&mut self, act: &Act) -> bool {
        self.may_remove = matches!(
            act,
            Act::Delete
                | Act::Kill {
                    stage: Stage::Delete,
                    ..
                }
        );
        match act {
            Act::Put {
                name,
                content: number,
            } => {
                let (path, bytes) = (path(*name), content(*number));
                put(&self.library.join(&path), &bytes);
                self.whole.insert(bytes.clone());
                self.has.insert(path, bytes);
                true
            }
            Act::Remove { name } => {
                let path = path(*name);
                let there = self.has.remove(&path).is_some();
                if there {
                    rm(&self.library.join(path));
                }
                there
            }
            Act::Rename { name, to } => {
                let (from, to) = (path(*name), path(*to));
                if from == to {
                    return false;
                }
                let Some(bytes) = self.has.remove(&from) else {
                    return false;
                };
                mv(&self.library.join(from), &self.library.join(&to));
                self.has.insert(to, bytes);
                true
            }
            Act::Tamper { which } => self.meddle(*which, true),
            Act::TakeCopy { which } => self.meddle(*which, false),
            Act::Stranger { name } => {
                let below = Path::new("2026/2026-11").join(path(*name).file_name().expect("name"));
                let full = self.destination.join(&below);
                if full.exists() {
                    return false;
                }
                let bytes = b"a stranger's".to_vec();
                put(&full, &bytes);
                self.others.insert(below, bytes);
                true
            }
            Act::Kill { stage, after } => self.kill(*stage, *after),
            Act::Reopen => {
                self.engine = None;
                self.engine();
                true
            }
            _ => self.job(act).is_ok(),
        }
    }

    fn job(&mut self, act: &Act) -> Result<(), AppError> {
        let engine = self.engine();
        let plan = |skip| PlanOptions {
            layout: albumen_engine::DEFAULT_LAYOUT.to_owned(),
            skip_duplicates: skip,
            sample: None,
            shard: None,
            xmp: false,
        };
        let moving = |skip| MoveOptions {
            workers: 2,
            bandwidth: None,
            replan: Some(plan(skip)),
            exports: true,
            most: None,
            in_step: None,
        };
        match act {
            Act::Scan => engine.start_scan()?.wait()?,
            Act::Decide { keep_one: true } => {
                return engine
                    .decide_all(&Filter::default(), &Decision::KeepOnlyKeeper)
                    .map(|_| ());
            }
            Act::Decide { keep_one: false } => {
                return engine
                    .decide_all(&Filter::default(), &Decision::NotDuplicates)
                    .map(|_| ());
            }
            Act::Undo => return engine.undo().map(|_| ()),
            Act::Plan => engine.start_plan(plan(false))?.wait()?,
            Act::Migrate { skip } => engine.start_migrate(moving(*skip))?.wait()?,
            Act::MigrateCut { after } => {
                let job = engine.start_migrate(moving(false))?;
                std::thread::sleep(Duration::from_micros((*after).into()));
                engine.cancel();
                job.wait()?
            }
            Act::Verify => engine.start_verify(VerifyHow::Full)?.wait()?,
            Act::Delete => {
                let seen = engine.delete_preview()?;
                engine
                    .start_delete(&seen.token, &seen.count.to_string(), true)?
                    .wait()?
            }
            Act::Rollback => {
                let seen = engine.rollback_preview()?;
                let outcome = engine.start_rollback(&seen.token)?.wait()?;
                if let Outcome::RolledBack(result) = &outcome
                    && result.not_restored.is_empty()
                {
                    self.look();
                    let lost = self
                        .away
                        .iter()
                        .find(|(_, bytes)| !self.forfeited.contains(bytes));
                    assert!(
                        lost.is_none(),
                        "rolled back, it says, without {:?}",
                        lost.map(|(path, _)| path)
                    );
                }
                outcome
            }
            other => unreachable!("{other:?} is no job"),
        };
        Ok(())
    }

    /// Somebody spoils or takes a file at the destination.
    fn meddle(&mut self, which: u8, keep: bool) -> bool {
        let copies: Vec<_> = read(&self.destination)
            .into_iter()
            .filter(|(path, _)| {
                let on_the_way = is_part(path) || is_leaving(path);
                !path.starts_with(".albumen") && !on_the_way && !self.others.contains_key(path)
            })
            .collect();
        let Some((below, bytes)) = copies.get(usize::from(which) % copies.len().max(1)) else {
            return false;
        };
        let full = self.destination.join(below);
        self.forfeited.insert(bytes.clone());
        if keep {
            let edited = [bytes, b"edited there".as_slice()].concat();
            put(&full, &edited);
            self.others.insert(below.clone(), edited);
        } else {
            rm(&full);
        }
        true
    }

    fn kill(&mut self, stage: Stage, after: u8) -> bool {
        let count = self.engine().delete_preview().map_or(0, |seen| seen.count);
        self.engine = None;
        drop(self.engine());
        self.engine = None;
        let words = format!("delete {count} originals");
        let args: &[&str] = match stage {
            Stage::Scan => &["scan"],
            Stage::Migrate => &["migrate", &self.url],
            Stage::Verify => &["verify", &self.url],
            Stage::Delete => &["delete-originals", &self.url, "--permanent", "--confirm", &words],
            Stage::Rollback => &["rollback", &self.url],
        };
        let mut child = self.cli.spawn(args);
        std::thread::sleep(Duration::from_millis(after.into()));
        child.kill().ok();
        wait(child);
        true
    }

    /// Takes note of originals that went or came, where that is allowed.
    fn look(&mut self) {
        let is = read(&self.library);
        if self.may_remove {
            let gone: Vec<_> = self
                .has
                .keys()
                .filter(|path| !is.contains_key(*path))
                .cloned()
                .collect();
            for path in gone {
                let bytes = self.has.remove(&path).expect("there");
                self.away.insert((path, bytes));
            }
        }
        // By a roll back, or because a run was killed before it had removed what it had set aside.
        let back: Vec<_> = self
            .away
            .iter()
            .filter(|(path, bytes)| is.get(path) == Some(bytes))
            .cloned()
            .collect();
        for (path, bytes) in back {
            self.away.remove(&(path.clone(), bytes.clone()));
            self.has.insert(path, bytes);
        }
    }

    /// Lines of what is not as it has to be.
    pub fn broken(&mut self) -> Vec<String> {
        self.look();
        let (is, there) = (read(&self.library), read(&self.destination));
        let mut broken = Vec::new();
        for (path, bytes) in &self.has {
            match is.get(path) {
                Some(found) if found == bytes => {}
                Some(_) => broken.push(format!("damaged: {path:?}")),
                None => broken.push(format!("lost: {path:?}")),
            }
        }
        let held: BTreeSet<&Bytes> = there.values().chain(is.values()).collect();
        for (path, bytes) in &self.away {
            if !held.contains(bytes) && !self.forfeited.contains(bytes) {
                broken.push(format!("lost: {path:?} was removed and is nowhere else"));
            }
        }
        for path in is.keys().filter(|path| !self.has.contains_key(*path)) {
            if !(is_part(path) || is_leaving(path)) {
                broken.push(format!("{path:?} appeared in the library"));
            }
        }
        for (path, bytes) in &there {
            let ours = path.starts_with(".albumen") || is_part(path) || self.whole.contains(bytes);
            if !ours && self.others.get(path) != Some(bytes) {
                broken.push(format!("damaged: {path:?} at the destination is not whole"));
            }
        }
        for (path, bytes) in &self.others {
            if there.get(path) != Some(bytes) {
                broken.push(format!(
                    "damaged: another's {path:?} at the destination was touched"
                ));
            }
        }
        broken
    }

    /// For the test of the model: a copy is taken away, or written into.
    pub fn spoil_a_copy(&self, gone: bool) {
        let copies = read(&self.destination);
        let below = copies
            .keys()
            .find(|path| !path.starts_with(".albumen"))
            .expect("a copy");
        let full = self.destination.join(below);
        if gone { rm(&full) } else { put(&full, b"half") }
    }

    pub fn leave_behind(&self, name: &str) {
        put(&self.library.join(name), b"?");
    }
}
