//! How hard originals are read: as fast as it goes, at most so many bytes a second, or standing back as soon as somebody
//! else reads from the same disk.
//!
//! Invariant: every read of an original goes through [`Original`]; with no limit that is one look at an atomic and nothing
//! else. Gently, one thread reads at a time, and what it reads ahead of itself is nothing.
//!
//! What is read of an original by others, `ffmpeg` for a movie's picture, is read from memory mostly, and not held back.
//!
//! I/O classes (`ioprio_set(2)`) are kept by some schedulers only, and by none of most virtual and fast disks. So we look
//! ourselves: what the kernel counts as read from the disk, less what our own threads read, is what others read.

use crate::disk::{Disk, thread_read};
use albumen_model::{Cells, Identity, SourceLoad};
use rustix::fs::Advice;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Read at once, so that a rest is short and the disk is soon free for others.
const PIECE: usize = 256 * 1024;
/// Where pieces would need longer than this at the rate, they are smaller.
const PIECES_A_SECOND: u64 = 4;
/// While others read, a read is followed by a rest so many times as long: a sixtieth of the disk's time is ours.
const REST: u32 = 64;
/// The same where the disk does not say who reads from it: a fifth of its time.
const BLIND_REST: u32 = 4;
const LONGEST_REST: Duration = Duration::from_secs(1);
/// What others read is looked at so often, and believed for so long: who reads in bursts is not taken by surprise.
const LOOK: Duration = Duration::from_millis(50);
const BELIEVED: Duration = Duration::from_secs(1);
/// Less than this in a second is nobody: a log that is looked at, a folder that is listed.
const SOME_A_SECOND: u64 = 128 * 1024;

/// The one for all originals that this process reads.
pub static ORIGINALS: LazyLock<Load> =
    LazyLock::new(|| Load::new(Box::new(System(Instant::now(), Mutex::default()))));

/// The clock and the disks, so that both can be others in a test.
pub(crate) trait World: Send + Sync {
    fn now(&self) -> Duration;
    fn rest(&self, time: Duration);
    /// Bytes that were read from the disk of this device, by whomever; `None` where nobody counts.
    fn disk_read(&self, device: u64) -> Option<u64>;
    /// Bytes that this thread had read from any disk.
    fn thread_read(&self) -> Option<u64>;
}

pub struct Load {
    /// Bytes a second, or one of the two below.
    how: AtomicU64,
    cells: Mutex<Cells>,
    turns: Mutex<HashMap<u64, Arc<Mutex<Turn>>>>,
    world: Box<dyn World>,
}

const FREE: u64 = u64::MAX;
const GENTLE: u64 = 0;

/// Of one disk; whoever holds it reads.
#[derive(Default)]
struct Turn {
    /// Bytes that we read from it since it was first looked at.
    own: u64,
    /// What others had read when it was looked at last, and the most it ever was: what is on its way for us is counted as
    /// ours before the disk counts it.
    others: Option<i64>,
    looked: Duration,
    /// When others were last seen to read.
    seen: Option<Duration>,
    /// Not before then.
    due: Duration,
}

impl Load {
    pub(crate) fn new(world: Box<dyn World>) -> Self {
        Self {
            how: AtomicU64::new(FREE),
            cells: Mutex::new(Cells::new(FREE)),
            turns: Mutex::default(),
            world,
        }
    }

    /// Holds at once, also for what is being read.
    pub fn set(&self, load: SourceLoad) {
        let how = match load {
            SourceLoad::Free => FREE,
            SourceLoad::Gentle => GENTLE,
            SourceLoad::Rate { bytes } => bytes.clamp(1, FREE - 1),
        };
        held(&self.cells).set(how.max(1));
        self.how.store(how, Ordering::Relaxed);
    }

    fn how(&self) -> u64 {
        self.how.load(Ordering::Relaxed)
    }

    /// False where being gentle is a guess: the disk of `device` does not say who else reads from it.
    pub fn sees_others(&self, device: u64) -> bool {
        self.world.disk_read(device).is_some() && self.world.thread_read().is_some()
    }

    /// One read of an original on `device`, as much of `into` as fits the limit.
    pub(crate) fn read(&self, device: u64, into: &mut [u8], from: &mut impl Read) -> io::Result<usize> {
        match self.how() {
            FREE => from.read(into),
            GENTLE => self.gently(device, || {
                let n = into.len().min(PIECE);
                from.read(&mut into[..n])
            }),
            rate => {
                let most = (rate / PIECES_A_SECOND).clamp(4096, PIECE as u64);
                let n = into.len().min(usize::try_from(most).unwrap_or(PIECE));
                let rest = held(&self.cells).reserve(self.world.now(), n as u64);
                self.world.rest(rest);
                let read = from.read(&mut into[..n])?;
                // The end of a file is found by asking for more than there is.
                held(&self.cells).give_back((n - read) as u64);
                Ok(read)
            }
        }
    }

    /// `work` reads from the disk of `device`; when it is done, and others read there, nobody of us reads for a while.
    fn gently<T>(&self, device: u64, work: impl FnOnce() -> T) -> T {
        let turn = held(&self.turns).entry(device).or_default().clone();
        let mut turn = held(&turn);
        self.world.rest(turn.due.saturating_sub(self.world.now()));
        let (began, before) = (self.world.now(), self.world.thread_read());
        let made = work();
        let now = self.world.now();
        let own = before.zip(self.world.thread_read());
        let read = self
            .world
            .disk_read(device)
            .zip(own)
            .map(|(disk, (before, after))| {
                turn.own += after.saturating_sub(before);
                disk
            });
        let times = match read {
            Some(disk) if turn.others_read(disk, now) => REST,
            Some(_) => 0,
            None => BLIND_REST,
        };
        turn.due = now + ((now - began) * times).min(LONGEST_REST);
        made
    }

    /// Between two looks at names of a folder on `device`: finding names costs the disk, too. `since` is when the last
    /// call ended, and is moved on.
    fn walked(&self, device: u64, (since, before): &mut (Duration, u64)) {
        let now = self.world.now();
        let read = self.world.thread_read();
        let own = read.unwrap_or_default().saturating_sub(*before);
        if own > 0 || read.is_none() {
            let turn = held(&self.turns).entry(device).or_default().clone();
            let mut turn = held(&turn);
            turn.own += own;
            let times = match self.world.disk_read(device).filter(|_| read.is_some()) {
                Some(disk) if turn.others_read(disk, now) => REST,
                Some(_) => 0,
                None => BLIND_REST,
            };
            turn.due = turn.due.max(now) + ((now - *since) * times).min(LONGEST_REST);
            self.world.rest(turn.due.saturating_sub(now));
        }
        (*since, *before) = (self.world.now(), self.world.thread_read().unwrap_or_default());
    }
}

impl Turn {
    /// Whether others read from the disk, of which `disk` bytes were read by now.
    fn others_read(&mut self, disk: u64, now: Duration) -> bool {
        let others = i64::try_from(disk).unwrap_or(i64::MAX) - i64::try_from(self.own).unwrap_or(0);
        let most = *self.others.get_or_insert(others);
        let time = now.saturating_sub(self.looked);
        if time >= LOOK {
            let more = u64::try_from(others - most).unwrap_or(0);
            if more as f64 > SOME_A_SECOND as f64 * time.as_secs_f64() {
                self.seen = Some(now);
            }
            (self.others, self.looked) = (Some(most.max(others)), now);
        }
        // Who waited for the turn comes with an older time than who had it.
        self.seen.is_some_and(|seen| now.saturating_sub(seen) < BELIEVED)
    }
}

/// An original that is open, read no harder than [`ORIGINALS`] allows.
pub struct Original {
    file: File,
    device: u64,
}

impl Original {
    pub fn new(file: File, identity: &Identity) -> Self {
        if ORIGINALS.how() == GENTLE {
            // Nothing is read but what is asked for: what the system reads ahead nobody could hold back. A file system that
            // does not know the advice goes on as it does.
            rustix::fs::fadvise(&file, 0, None, Advice::Random).ok();
        }
        Self {
            file,
            device: identity.dev,
        }
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    /// Appends what comes next, at most `most` bytes.
    pub fn read_up_to(&mut self, most: u64, into: &mut Vec<u8>) -> io::Result<usize> {
        if ORIGINALS.how() == FREE {
            // The file's own way needs no buffer that was filled with zeros first.
            return (&self.file).take(most).read_to_end(into);
        }
        self.by_ref().take(most).read_to_end(into)
    }
}

impl Read for Original {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        ORIGINALS.read(self.device, into, &mut self.file)
    }
}

impl Seek for Original {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Of a walk over names on one disk, by one thread.
pub struct Names {
    device: u64,
    calls: u32,
    since: (Duration, u64),
}

/// Names between two looks at what finding them cost.
const NAMES: u32 = 16;

impl Names {
    pub fn on(device: u64) -> Self {
        Self {
            device,
            calls: 0,
            since: (Duration::ZERO, 0),
        }
    }

    /// Called with each; rests where finding them left others too little.
    pub fn next(&mut self) {
        if ORIGINALS.how() != GENTLE {
            return;
        }
        self.calls += 1;
        if self.calls == 1 {
            let world = &ORIGINALS.world;
            self.since = (world.now(), world.thread_read().unwrap_or_default());
        } else if self.calls.is_multiple_of(NAMES) {
            ORIGINALS.walked(self.device, &mut self.since);
        }
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Disks are found once.
struct System(Instant, Mutex<HashMap<u64, Disk>>);

impl World for System {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn rest(&self, time: Duration) {
        if !time.is_zero() {
            std::thread::sleep(time);
        }
    }

    fn disk_read(&self, device: u64) -> Option<u64> {
        held(&self.1)
            .entry(device)
            .or_insert_with(|| Disk::of(device))
            .read()
    }

    fn thread_read(&self) -> Option<u64> {
        thread_read()
    }
}

#[cfg(test)]
mod tests;
