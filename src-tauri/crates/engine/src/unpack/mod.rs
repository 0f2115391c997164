//! Before stage 1, unpack: the archives of a Takeout become one folder, which then is a source like any other.
//!
//! Archives are only read. A file gets its name when it is whole (length and CRC), nothing that is there is replaced, and
//! what is there with the same bytes is not written again: so a run that was cut off is resumed by the same request.

mod list;
mod write;

use crate::api::{AppError, Dropped, JobKind, UnpackOffer, UnpackProblem, Unpacked, What};
use crate::destination::real;
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use crate::sources::refuse_nested;
use albumen_files::free_bytes;
use albumen_media::archive::takeout_of;
use list::{Plan, Set};
use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Listed of what could not be unpacked; the rest is counted.
const MOST_PROBLEMS: usize = 1000;
/// Disks give room by pages.
const PAGE: u64 = 4096;

/// Whether somebody who names this file means an archive. A `.tgz` is one too: it is told that it is not read.
pub fn is_archive(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    [".zip", ".tgz", ".tar.gz"].iter().any(|end| name.ends_with(end)) && !path.is_dir()
}

/// What was dropped, by its names alone.
pub fn sort_dropped(paths: &[PathBuf]) -> Dropped {
    let mut dropped = Dropped::default();
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    for path in paths {
        let inside = takeouts_in(path);
        if is_archive(path) {
            dropped.archives.push(shown(path));
        } else if inside.is_empty() {
            dropped.folders.push(shown(path));
        } else {
            dropped.archives.extend(inside.iter().map(|path| shown(path)));
            dropped.with_archives.push(shown(path));
        }
    }
    dropped
}

fn takeouts_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            is_archive(path) && takeout_of(&name).is_some()
        })
        .collect();
    found.sort();
    found
}

impl Engine {
    /// What unpacking these archives would do, below `into` or beside them.
    pub fn unpack_offer(&self, archives: &[PathBuf], into: Option<&Path>) -> Result<UnpackOffer, AppError> {
        let sets = list::read(archives, into)?;
        self.refuse_places(&sets)?;
        let missing = list::missing_parts(&sets);
        let plans: Vec<Plan> = sets.into_iter().map(Plan::new).collect();
        let room = Room::of(&plans)?;
        let paths = |plan: &Plan| plan.set.archives.clone();
        let all: Vec<PathBuf> = plans.iter().flat_map(paths).collect();
        let size = |path: &PathBuf| path.metadata().map_or(0, |meta| meta.len());
        let mut files = albumen_model::Tally::default();
        plans
            .iter()
            .flat_map(|plan| &plan.steps)
            .for_each(|step| files.add(step.from.size));
        Ok(UnpackOffer {
            archive_bytes: all.iter().map(size).sum(),
            archives: all.iter().map(|path| path.display().to_string()).collect(),
            folders: plans
                .iter()
                .map(|plan| plan.set.root.display().to_string())
                .collect(),
            files,
            needs: room.needs,
            free: room.free,
            fits: room.lacking.is_none(),
            missing,
        })
    }

    /// Unpacks, and adds what came of it to the sources.
    pub fn start_unpack(&self, archives: Vec<PathBuf>, into: Option<PathBuf>) -> Result<JobHandle, AppError> {
        self.start(JobKind::Unpack, move |engine, control| {
            control.begin_open("Looking into the archives");
            let sets = list::read(&archives, into.as_deref())?;
            engine.refuse_places(&sets)?;
            let mut problems = Problems::default();
            for name in list::missing_parts(&sets) {
                problems.add(UnpackProblem {
                    path: String::new(),
                    code: "part-missing".to_owned(),
                    what: "Archives before and after it were given, and this one was not. Photos in it are missing, and so may be dates of others.".to_owned(),
                    archive: name,
                });
            }
            for problem in sets.iter().flat_map(|set| &set.refused) {
                problems.add(problem.clone());
            }
            let plans: Vec<Plan> = sets.into_iter().map(Plan::new).collect();
            if plans.iter().all(|plan| plan.steps.is_empty()) && problems.count == 0 {
                return Err(AppError::usage(
                    "There are no files in these archives.",
                    "Give the archives that Takeout made.",
                ));
            }
            if let Some(lacking) = Room::of(&plans)?.lacking {
                return Err(lacking);
            }
            let steps = || plans.iter().flat_map(|plan| &plan.steps);
            let bytes = steps().map(|step| step.from.size).sum();
            control.begin("Unpacking", steps().count() as u64, bytes);
            let mut result = Unpacked::default();
            for plan in &plans {
                write::write(plan, control, &mut result, &mut problems)?;
                if plan.set.root.is_dir() {
                    engine.add_unpacked(&plan.set.root)?;
                    result.folders.push(plan.set.root.display().to_string());
                }
            }
            result.problem_count = problems.count;
            result.problems = problems.first;
            engine.store("last_unpack", &result)?;
            engine.tell_changed(&[What::Sources, What::Plan]);
            engine.say(&words(&result));
            Ok(Outcome::Unpacked(Box::new(result)))
        })
    }

    /// Not where copies would become originals, nor above a source.
    fn refuse_places(&self, sets: &[Set]) -> Result<(), AppError> {
        let destination = self.destination_folder()?;
        let sources = self.source_paths()?;
        if sets
            .iter()
            .any(|set| sources.iter().any(|(_, path)| set.root.starts_with(path)))
        {
            self.refuse_change_of_old_place("Nothing was unpacked.")?;
        }
        for Set { root, .. } in sets {
            if let Some(destination) = &destination {
                refuse_nested(root, destination)?;
            }
            if let Some((_, inner)) = sources
                .iter()
                .find(|(_, path)| path.starts_with(root) && path != root)
            {
                return Err(AppError::new(
                    "nested_source",
                    format!(
                        "`{}` is a source already, and lies in the folder to unpack into.",
                        inner.display()
                    ),
                    "Nothing was changed.",
                    "Choose another place, or take that folder from the list first.",
                ));
            }
        }
        Ok(())
    }

    /// One that lies in a source is scanned with it.
    fn add_unpacked(&self, root: &Path) -> Result<(), AppError> {
        let root = real(root);
        let sources = self.source_paths()?;
        if sources.iter().any(|(_, path)| root.starts_with(path)) {
            return Ok(());
        }
        self.add_sources(&[root]).map(drop)
    }

    /// How the last unpacking ended.
    pub(crate) fn last_unpack(&self) -> Result<Option<Unpacked>, AppError> {
        self.stored("last_unpack")
    }
}

#[derive(Default)]
struct Problems {
    count: u64,
    first: Vec<UnpackProblem>,
}

impl Problems {
    fn add(&mut self, problem: UnpackProblem) {
        self.count += 1;
        if self.first.len() < MOST_PROBLEMS {
            self.first.push(problem);
        }
    }
}

/// Room that is needed and free, disk by disk.
struct Room {
    needs: u64,
    free: u64,
    /// The error, where it does not fit.
    lacking: Option<AppError>,
}

impl Room {
    fn of(plans: &[Plan]) -> Result<Self, AppError> {
        let mut room = Self {
            needs: 0,
            free: u64::MAX,
            lacking: None,
        };
        let mut disks: HashMap<u64, u64> = HashMap::new();
        for plan in plans {
            let root = &plan.set.root;
            let is_there = |step: &&albumen_media::archive::Step| {
                let meta = root.join(step.to.as_path()).symlink_metadata();
                meta.is_ok_and(|meta| meta.len() == step.from.size)
            };
            let steps = plan.steps.iter().filter(|step| !is_there(step));
            let needs = steps.fold(0u64, |sum, step| {
                sum.saturating_add(step.from.size.next_multiple_of(PAGE).max(step.from.size))
            });
            let free = free_bytes(root)?;
            let disk = root.ancestors().find_map(|at| at.metadata().ok());
            let so_far = disks.entry(disk.map_or(0, |meta| meta.dev())).or_default();
            *so_far = so_far.saturating_add(needs);
            if *so_far > free {
                room.lacking = Some(no_room(root, *so_far, free));
            }
            room.needs = room.needs.saturating_add(needs);
            room.free = room.free.min(free);
        }
        Ok(room)
    }
}

fn no_room(root: &Path, needs: u64, free: u64) -> AppError {
    AppError::new(
        "unpack_no_room",
        format!(
            "Unpacking needs {}, and {} are free where `{}` would lie.",
            size(needs),
            size(free),
            root.display()
        ),
        "Nothing was unpacked; the archives were only read.",
        "Make room, or choose a place on another disk (--into).",
    )
}

/// `41.3 GB`.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    for (unit, name) in UNITS {
        if bytes >= unit {
            return format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit);
        }
    }
    format!("{bytes} bytes")
}

fn words(result: &Unpacked) -> String {
    let mut words = format!("{} files were unpacked.", result.written.files);
    if result.before.files > 0 {
        words += &format!(" {} were there before.", result.before.files);
    }
    if result.problem_count > 0 {
        words += &format!(
            " {} could not be; they are listed with their reasons.",
            result.problem_count
        );
    }
    words
}
