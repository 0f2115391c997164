//! The writing: one reader of the archives' lists, a few workers that each read entries and place them whole.

use super::Problems;
use super::list::{Plan, refused};
use crate::api::{AppError, UnpackProblem, Unpacked};
use crate::scan::readers;
use albumen_files::{Error as FileError, keep_name, place_read};
use albumen_media::archive::{Archive, Entry, Found, Step, holds};
use albumen_migrate::Control;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// More do not help a disk.
const MOST_WORKERS: usize = 4;
const QUEUE: usize = 64;

/// What became of a step.
enum Ended {
    Written,
    Before,
    Problem(&'static str, String),
    /// Going on is pointless.
    Fatal(AppError),
}

type Task<'a> = (&'a Step, Arc<Entry>);

/// Runs the steps of one set. What is whole stays, also when the job ends early.
pub(super) fn write(
    plan: &Plan,
    control: &Control,
    result: &mut Unpacked,
    problems: &mut Problems,
) -> Result<(), AppError> {
    let workers = readers().min(MOST_WORKERS);
    control.set_workers(workers);
    let (tasks_in, tasks) = bounded::<Task>(QUEUE);
    let (ended_in, ended) = bounded::<(&Step, Ended)>(QUEUE);
    let over = AtomicBool::new(false);
    let (listed, failed) = std::thread::scope(|scope| {
        let reading = scope.spawn({
            let over = &over;
            move || {
                read_lists(plan, &tasks_in, &|| {
                    over.load(Ordering::Relaxed) || !control.go_on_blocking()
                })
            }
        });
        for worker in 0..workers {
            let (tasks, ended, over) = (tasks.clone(), ended_in.clone(), &over);
            scope.spawn(move || work(plan, worker, &tasks, &ended, over, control));
        }
        drop((tasks, ended_in));
        let mut failed = None;
        for (step, end) in ended {
            match end {
                Ended::Written => result.written.add(step.from.size),
                Ended::Before => result.before.add(step.from.size),
                Ended::Problem(code, what) => {
                    control.file_failed();
                    problems.add(problem(plan, step, code, what));
                }
                Ended::Fatal(error) => {
                    over.store(true, Ordering::Relaxed);
                    failed.get_or_insert(error);
                }
            }
        }
        let listed = reading.join();
        (
            listed.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            failed,
        )
    });
    if let Some(error) = failed {
        return Err(error);
    }
    listed?;
    if control.is_stopping() {
        return Err(stopped());
    }
    Ok(())
}

fn problem(plan: &Plan, step: &Step, code: &str, what: String) -> UnpackProblem {
    UnpackProblem {
        archive: plan.set.archives[step.from.archive].display().to_string(),
        path: step.from.path.display(),
        code: code.to_owned(),
        what,
    }
}

/// Goes through the lists once more, giving each step its entry. An archive that lists something else by now is another one.
fn read_lists<'a>(
    plan: &'a Plan,
    tasks: &Sender<Task<'a>>,
    is_over: &dyn Fn() -> bool,
) -> Result<(), AppError> {
    let mut steps = plan.steps.iter().peekable();
    for (archive, path) in plan.set.archives.iter().enumerate() {
        let mut changed = false;
        let mut opened = Archive::open(path).map_err(|error| refused(path, &error))?;
        let read = opened.each(|number, found| {
            let place = (archive, number);
            let entry = match found {
                Found::File(entry) => Some(Arc::new(entry)),
                _ => None,
            };
            // What lies there under two names is read twice.
            while let Some(step) = steps.next_if(|step| (step.from.archive, step.from.number) == place) {
                let Some(entry) = entry.as_ref().filter(|entry| is_listed(step, entry)) else {
                    changed = true;
                    return false;
                };
                if is_over() || tasks.send((step, entry.clone())).is_err() {
                    return false;
                }
            }
            true
        });
        read.map_err(|error| refused(path, &error))?;
        if is_over() {
            return Ok(());
        }
        changed |= steps.peek().is_some_and(|step| step.from.archive == archive);
        if changed {
            return Err(AppError::new(
                "archive_changed",
                format!("`{}` changed while it was unpacked.", path.display()),
                "What was unpacked is whole and stays.",
                "When nothing writes to it any more, unpack again: it goes on where it was.",
            ));
        }
    }
    Ok(())
}

fn is_listed(step: &Step, entry: &Entry) -> bool {
    entry.path == step.from.path && (entry.size, entry.crc) == (step.from.size, step.from.crc)
}

fn work<'a>(
    plan: &Plan,
    worker: usize,
    tasks: &Receiver<Task<'a>>,
    ended: &Sender<(&'a Step, Ended)>,
    over: &AtomicBool,
    control: &Control,
) {
    let mut open: Option<(usize, File)> = None;
    for (step, entry) in tasks {
        // Drained, so that the reader of the lists never waits for ever.
        if over.load(Ordering::Relaxed) || !control.go_on_blocking() {
            continue;
        }
        control.worker_on(worker, Some(step.to.display()));
        let mut counted = 0;
        let mut on_bytes = |n: u64| {
            counted += n;
            control.worker_bytes(worker, n);
            control.go_on_blocking() && !over.load(Ordering::Relaxed)
        };
        let end = one(plan, step, &entry, &mut open, &mut on_bytes);
        // The bar counts a file once, whatever it took.
        match counted.checked_sub(step.from.size) {
            Some(more) => control.unbytes(more),
            None => control.bytes(step.from.size - counted),
        }
        control.worker_on(worker, None);
        control.file_done();
        if let Some(end) = end
            && ended.send((step, end)).is_err()
        {
            return;
        }
    }
}

/// `None` when the job was stopped in the middle of it.
fn one(
    plan: &Plan,
    step: &Step,
    entry: &Entry,
    open: &mut Option<(usize, File)>,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Option<Ended> {
    let (root, to) = (&plan.set.root, step.to.as_path());
    if let Ok(there) = root.join(to).symlink_metadata() {
        return match is_there(root, to, there.is_file(), entry, on_bytes) {
            Ok(true) => Some(Ended::Before),
            Ok(false) => Some(taken()),
            Err(FileError::Stopped) => None,
            Err(error) => Some(Ended::Problem(
                "taken",
                format!("Something is there under its name: {error}."),
            )),
        };
    }
    let archive = &plan.set.archives[step.from.archive];
    let unreadable = |error: &dyn std::fmt::Display| {
        let message = format!("`{}` cannot be read any more: {error}.", archive.display());
        Ended::Fatal(AppError::new(
            "archive_unreadable",
            message,
            "What was unpacked is whole and stays.",
            "Check the disk it lies on, and unpack again: it goes on where it was.",
        ))
    };
    if open.as_ref().is_none_or(|(of, _)| *of != step.from.archive) {
        match albumen_files::open_regular(archive) {
            Ok((file, _)) => *open = Some((step.from.archive, file)),
            Err(error) => return Some(unreadable(&error)),
        }
    }
    let (_, file) = open.as_mut()?;
    let mut content = match entry.read(file) {
        Ok(content) => content,
        Err(error) if error.raw_os_error().is_some() => return Some(unreadable(&error)),
        Err(error) => return Some(damaged(&error)),
    };
    let mtime = content.mtime_ns().unwrap_or(0);
    match place_read(root, to, entry.size, mtime, &mut content, on_bytes) {
        Ok(_) => Some(Ended::Written),
        Err(FileError::Stopped) => None,
        Err(FileError::Exists(_)) => Some(taken()),
        Err(FileError::WrongBytes(_)) => Some(damaged(&"it is not as long as it declared")),
        Err(FileError::Io {
            op: "unpack", source, ..
        }) if source.raw_os_error().is_some() => Some(unreadable(&source)),
        Err(FileError::Io {
            op: "unpack", source, ..
        }) => Some(damaged(&source)),
        Err(error) if error.is_full() => Some(Ended::Fatal(full(root))),
        Err(error) if error.is_permission() || is_gone(&error) => Some(Ended::Fatal(not_writable(&error))),
        Err(error) => Some(Ended::Problem(
            "not-written",
            format!("It could not be written: {error}."),
        )),
    }
}

fn is_there(
    root: &Path,
    to: &Path,
    is_file: bool,
    entry: &Entry,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Result<bool, FileError> {
    if !is_file || !holds(root, to, entry.size, entry.crc, on_bytes)? {
        return Ok(false);
    }
    // A run that was cut off may have named it and not kept the name.
    keep_name(&root.join(to))?;
    Ok(true)
}

fn taken() -> Ended {
    let what =
        "Another file is there under its name. That one was left as it is, and this one was not unpacked.";
    Ended::Problem("taken", what.to_owned())
}

fn damaged(error: &dyn std::fmt::Display) -> Ended {
    let what = format!(
        "It is damaged in the archive ({error}). Nothing of it was kept. Download this archive again."
    );
    Ended::Problem("damaged", what)
}

fn is_gone(error: &FileError) -> bool {
    matches!(error, FileError::Io { source, .. } if source.raw_os_error() == Some(5)
        || source.kind() == ErrorKind::NotFound)
}

fn full(root: &Path) -> AppError {
    AppError::new(
        "unpack_disk_full",
        format!("The disk of `{}` is full.", root.display()),
        "What was unpacked is whole and stays; the archives were only read.",
        "Make room and unpack again: it goes on where it was.",
    )
}

fn not_writable(error: &FileError) -> AppError {
    AppError::new(
        "unpack_not_writable",
        format!("{error}."),
        "What was unpacked is whole and stays; the archives were only read.",
        "Choose a place where you may write (--into).",
    )
}

fn stopped() -> AppError {
    AppError::new(
        "stopped",
        "Stopped, as you asked.",
        "What was unpacked is whole and stays.",
        "Unpack again to go on.",
    )
}
