//! The worker: reads requests, answers them, and ends when nobody asks any more. It limits its own memory, and ends itself
//! when a file takes longer than its program would ever wait, so that none is left behind by a program that was killed.

use super::Looked;
use super::talk::{self, GO};
use crate::{budget, heif, jxl, reduce};
use albumen_model::Kind;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Address space beyond what the program itself takes: pixels, two copies of the file, and what threads of a decoder set
/// aside and never touch.
const MOST_MEMORY: u64 = 1536 << 20;
/// Stack of the thread that decodes.
const STACK: usize = 8 << 20;
const TICK: Duration = Duration::from_secs(1);
/// An idle worker gives its memory back; a file may take as long as the program waits, and as long again.
const IDLE_TICKS: u32 = 5;
const BUSY_TICKS: u32 = 180;

/// Ticks since the last word, and whether a file is looked at: its highest bit.
static CLOCK: AtomicU32 = AtomicU32::new(0);
const BUSY: u32 = 1 << 31;

/// Serves until the other side is gone.
pub fn serve() -> ! {
    limit_memory();
    std::panic::set_hook(Box::new(|_| {}));
    let working = std::thread::Builder::new().stack_size(STACK).spawn(work);
    if working.is_err() {
        exit(1);
    }
    loop {
        std::thread::sleep(TICK);
        let clock = CLOCK.fetch_add(1, Ordering::SeqCst);
        let (busy, ticks) = (clock & BUSY != 0, clock & !BUSY);
        if busy && ticks > BUSY_TICKS {
            std::process::abort();
        }
        // Who asks at this very moment asks another worker then.
        if !busy && ticks > IDLE_TICKS {
            exit(0);
        }
    }
}

fn work() {
    let mut to = std::io::stdout();
    budget::ask_elsewhere(room);
    loop {
        CLOCK.store(0, Ordering::SeqCst);
        let Ok((kind, side, bytes)) = talk::asked(&mut std::io::stdin().lock()) else {
            exit(0);
        };
        CLOCK.store(BUSY, Ordering::SeqCst);
        let looked = look(kind, side, &bytes);
        if talk::tell(&mut to, &looked).is_err() {
            exit(0);
        }
    }
}

fn look(kind: Kind, side: u32, bytes: &[u8]) -> Looked {
    let held = |work: &dyn Fn() -> Result<crate::pixels::Decoded, String>| {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the decoder gave up".to_owned()))
    };
    let noted = catch_unwind(|| (kind != Kind::Jxl).then(|| heif::notes(bytes)));
    let noted = noted.ok().flatten().unwrap_or_default();
    let picture = held(&|| {
        let mut decoded = match (side, kind) {
            (0, _) => return Err("nobody asked for it".to_owned()),
            (_, Kind::Jxl) => jxl::decode(bytes, side)?,
            _ => heif::decode(bytes, side)?,
        };
        decoded.picture = reduce::shrink(decoded.picture, side)?;
        Ok(decoded)
    });
    Looked {
        exif: noted.exif,
        xmp: noted.xmp,
        picture: picture.map_err(|why| why.chars().take(500).collect()),
    }
}

/// Asks the program for room in its budget. Where it does not answer, nobody is waiting for the file any more.
fn room(bytes: u64) {
    let mut answer = [0];
    let asked = talk::ask_for_room(&mut std::io::stdout(), bytes)
        .and_then(|()| std::io::stdin().read_exact(&mut answer));
    if asked.is_err() || answer != [GO] {
        exit(0);
    }
    // The wait for room is not the file's.
    CLOCK.store(BUSY, Ordering::SeqCst);
}

/// Where a system refuses, the deadline is still there.
fn limit_memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mapped = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib = mapped.and_then(|size| size.split_whitespace().next()?.parse().ok());
    let most = kib.map_or(0, |kib: u64| kib << 10) + MOST_MEMORY;
    let limit = Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    setrlimit(Resource::As, limit).ok();
}
