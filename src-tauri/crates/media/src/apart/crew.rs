//! The workers of a program that scans: as many as look at a file at the same time, started when they are needed.
//!
//! A file is looked at once. Whatever ends its worker but a peaceful end (an idle worker leaves, somebody shuts down the
//! system) is the file's fault.

use super::talk::{self, GO, Said};
use super::{Looked, Lost};
use crate::budget;
use albumen_model::Kind;
use std::ffi::OsString;
use std::io::{self, BufReader, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The largest picture that is allowed takes some seconds.
pub const DEADLINE: Duration = Duration::from_secs(60);
/// How soon a cancelled scan leaves a file.
const LOOK: Duration = Duration::from_millis(50);
/// A worker that closed its pipes is given so long to end by itself, so that its last signal tells why.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Somebody ends it: hang-up, interrupt, end.
const PEACEFUL: [i32; 3] = [1, 2, 15];
/// Where there is no memory left, Rust and C++ both end themselves so.
const ABORT: i32 = 6;

pub struct Crew {
    program: PathBuf,
    arguments: Vec<OsString>,
    deadline: Duration,
    idle: Mutex<Vec<Worker>>,
}

struct Worker {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

enum End {
    Stopped,
    Peaceful,
    Poison(&'static str),
}

impl Crew {
    pub fn new(program: PathBuf, arguments: Vec<OsString>, deadline: Duration) -> Self {
        Self {
            program,
            arguments,
            deadline,
            idle: Mutex::default(),
        }
    }

    pub fn look(&self, kind: Kind, bytes: &[u8], side: u32, stop: &dyn Fn() -> bool) -> Result<Looked, Lost> {
        // An idle worker may have left at this very moment; a new one has no reason to.
        for found in [self.waiting(), None] {
            let mut worker = found.map_or_else(|| self.start(), Ok)?;
            match worker.look(kind, bytes, side, self.deadline, stop) {
                Ok(looked) => {
                    self.idle().push(worker);
                    return Ok(looked);
                }
                Err(End::Stopped) => return Err(Lost::Stopped),
                Err(End::Poison(why)) => return Err(Lost::Poison(why.to_owned())),
                Err(End::Peaceful) => {}
            }
        }
        Err(Lost::NoWorker("it ended before it began".to_owned()))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that is still there.
    fn waiting(&self) -> Option<Worker> {
        let mut idle = self.idle();
        while let Some(mut worker) = idle.pop() {
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Some(worker);
            }
        }
        None
    }

    /// In a group of its own: Ctrl+C in a terminal is for the program, which ends in its own way.
    fn start(&self) -> Result<Worker, Lost> {
        let started = Command::new(&self.program)
            .args(&self.arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What decoders chatter there would fill a pipe that nobody reads.
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let mut child = started.map_err(|error| Lost::NoWorker(error.to_string()))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Worker {
                child,
                to,
                from: BufReader::new(from),
            }),
            _ => Err(Lost::NoWorker("it has no pipes".to_owned())),
        }
    }
}

impl Worker {
    fn look(
        &mut self,
        kind: Kind,
        bytes: &[u8],
        side: u32,
        deadline: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<Looked, End> {
        // None while the worker waits for room, which is not its fault.
        let since = Mutex::new(Some(Instant::now()));
        let is_late = || {
            let since = *since.lock().unwrap_or_else(PoisonError::into_inner);
            since.is_some_and(|since| since.elapsed() > deadline)
        };
        let Self { child, to, from } = self;
        let (answer, cut) = std::thread::scope(|scope| {
            let (tell, told) = sync_channel(1);
            let since = &since;
            scope.spawn(move || {
                // Somebody listens until this scope ends.
                tell.send(converse(to, from, kind, bytes, side, since)).ok();
            });
            let mut cut = None;
            loop {
                match told.recv_timeout(LOOK) {
                    Ok(answer) => return (answer, cut),
                    Err(RecvTimeoutError::Disconnected) => {
                        return (Err(io::ErrorKind::BrokenPipe.into()), cut);
                    }
                    Err(RecvTimeoutError::Timeout) if cut.is_some() => {}
                    Err(RecvTimeoutError::Timeout) => {
                        if stop() {
                            cut = Some(End::Stopped);
                        } else if is_late() {
                            cut = Some(End::Poison("the decoder took too long"));
                        }
                        // Its pipes close, and the conversation ends.
                        if cut.is_some() {
                            child.kill().ok();
                        }
                    }
                }
            }
        });
        match (answer, cut) {
            (Ok(looked), None) => Ok(looked),
            (_, Some(cut)) => {
                self.end();
                Err(cut)
            }
            (Err(error), None) => Err(self.why(&error)),
        }
    }

    /// Why a worker ended that nobody ended here.
    fn why(&mut self, error: &io::Error) -> End {
        if error.kind() == io::ErrorKind::InvalidData {
            self.end();
            return End::Poison("the decoder said nonsense");
        }
        let began = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(None) if began.elapsed() < LAST_WORDS => std::thread::sleep(LOOK / 10),
                Ok(Some(status)) => break Some(status),
                _ => break None,
            }
        };
        let ended = |status: ExitStatus| {
            status.success() || status.signal().is_some_and(|signal| PEACEFUL.contains(&signal))
        };
        self.end();
        match status {
            Some(status) if ended(status) => End::Peaceful,
            Some(status) if status.signal() == Some(ABORT) => {
                End::Poison("the decoder gave up, perhaps for want of memory")
            }
            _ => End::Poison("the decoder crashed"),
        }
    }

    /// Makes sure that it is gone.
    fn end(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            tracing::debug!(%error, "a worker was gone already");
        }
    }
}

/// Asks, and gives room until there is an answer. The room is held until then.
fn converse(
    to: &mut ChildStdin,
    from: &mut BufReader<ChildStdout>,
    kind: Kind,
    bytes: &[u8],
    side: u32,
    since: &Mutex<Option<Instant>>,
) -> io::Result<Looked> {
    let clock = |now| *since.lock().unwrap_or_else(PoisonError::into_inner) = now;
    talk::ask(to, kind, side, bytes)?;
    let mut held = None;
    loop {
        match talk::said(from, side)? {
            Said::Found(looked) => {
                drop(held);
                return Ok(looked);
            }
            Said::Room(wanted) => {
                clock(None);
                drop(held.take());
                held = Some(
                    budget::pixels(wanted).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?,
                );
                clock(Some(Instant::now()));
                to.write_all(&[GO])?;
                to.flush()?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew(script: &str) -> Crew {
        let arguments = vec!["-c".into(), script.into()];
        Crew::new("/bin/sh".into(), arguments, DEADLINE)
    }

    fn lost(script: &str) -> Option<Lost> {
        crew(script).look(Kind::Heic, b"abc", 256, &|| false).err()
    }

    fn poison(why: &str) -> Option<Lost> {
        Some(Lost::Poison(format!("the decoder {why}")))
    }

    #[test]
    fn a_worker_that_crashes_hangs_lies_or_runs_out_of_memory_is_the_files_fault() {
        assert_eq!(lost("kill -SEGV $$"), poison("crashed"));
        assert_eq!(lost("kill -KILL $$"), poison("crashed"));
        assert_eq!(lost("exit 1"), poison("crashed"));
        assert_eq!(
            lost("kill -ABRT $$"),
            poison("gave up, perhaps for want of memory")
        );
        assert_eq!(lost("echo hello; exec sleep 60"), poison("said nonsense"));
        let mut hangs = crew("exec sleep 600");
        hangs.deadline = Duration::from_millis(300);
        let lost = hangs.look(Kind::Heic, b"abc", 256, &|| false).err();
        assert_eq!(lost, poison("took too long"));
    }

    #[test]
    fn one_that_chatters_is_heard_all_the_same() {
        let answer = r#"{"Found":{"exif":0,"xmp":0,"picture":{"Err":"it is no picture"}}}"#;
        let chatter = format!("head -c 1000000 /dev/zero >&2; echo '{answer}'; exec sleep 600");
        let looked = crew(&chatter).look(Kind::Heic, b"abc", 256, &|| false);
        let why = looked.map(|looked| looked.picture.err());
        assert!(matches!(why, Ok(Some(why)) if why == "it is no picture"));
    }

    #[test]
    fn one_that_was_ended_in_peace_is_nobodys_fault() {
        for end in ["exit 0", "kill -TERM $$", "kill -INT $$"] {
            assert!(matches!(lost(end), Some(Lost::NoWorker(_))), "{end}");
        }
        let none = Crew::new("/nowhere".into(), Vec::new(), DEADLINE);
        assert!(matches!(
            none.look(Kind::Jxl, b"abc", 256, &|| false).err(),
            Some(Lost::NoWorker(_))
        ));
    }

    #[test]
    fn a_cancelled_scan_does_not_wait_for_it_and_blames_nobody() {
        let stopped = crew("exec sleep 600")
            .look(Kind::Heic, b"abc", 256, &|| true)
            .err();
        assert_eq!(stopped, Some(Lost::Stopped));
    }

    #[test]
    fn more_room_than_there_is_is_never_given() {
        let crew = crew("echo '{\"Room\":18446744073709551615}'; exec sleep 60");
        let lost = crew.look(Kind::Jxl, b"abc", 256, &|| false).err();
        assert_eq!(lost, poison("said nonsense"));
    }
}
