//! What decodes HEIC, AVIF and JPEG XL works in a process of its own: the same program, started with [`ARGUMENT`]. libheif
//! and what it calls are C++ that may crash, and JPEG XL can keep a decoder busy for hours within every limit of size. There
//! it costs a worker, which is started anew, and one row: the file is written down as one that cannot be shown, and is not
//! tried again until it changes.
//!
//! JPEG (and RAW, which is shown by its JPEG) stays in this process: libjpeg-turbo is the most tried decoder there is, its
//! input is checked before, and most files of a library would go through a pipe for nothing. PNG, WebP, GIF, TIFF and BMP
//! are decoded without C, in bounded time and memory; a panic there is held.
//!
//! Invariants: room for pixels is asked of the one budget of the program that scans; a worker that hangs, eats memory or
//! says nonsense is killed; one that somebody else ended in peace is no fault of the file.

mod crew;
mod talk;
mod work;

use crate::pixels::Decoded;
use albumen_model::Kind;
use crew::Crew;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The only argument of a worker.
pub const ARGUMENT: &str = "--decode-worker";

static CREW: OnceLock<Crew> = OnceLock::new();

/// To be called first by a program that may be started as its own worker. A worker does not come back from it.
pub fn begin() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() == Some(OsStr::new(ARGUMENT)) && arguments.next().is_none() {
        work::serve();
    }
    // The very program that runs, also after an update took its place on the disk.
    let this = Path::new("/proc/self/exe");
    let program = if this.exists() {
        Some(PathBuf::from(this))
    } else {
        std::env::current_exe().ok()
    };
    if let Some(program) = program {
        CREW.get_or_init(|| Crew::new(program, vec![ARGUMENT.into()], crew::DEADLINE));
    }
}

/// What a worker found in a file.
pub struct Looked {
    /// The TIFF structure of its EXIF, where this process does not find it itself.
    pub exif: Option<Vec<u8>>,
    /// Its XMP packet, in the same case.
    pub xmp: Option<Vec<u8>>,
    /// At most as large as was asked for.
    pub picture: Result<Decoded, String>,
}

/// Why a worker found nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum Lost {
    /// Nobody wants to know any more.
    Stopped,
    /// As the end of a sentence about the file.
    Poison(String),
    /// There is none to ask; the file is not to blame.
    NoWorker(String),
}

/// Looks at a file in a worker; with `side` 0 for its EXIF alone. `None` where this process does it itself: other kinds,
/// and programs that did not [`begin`].
pub fn look(kind: Kind, bytes: &[u8], side: u32, stop: &dyn Fn() -> bool) -> Option<Result<Looked, Lost>> {
    let crew = CREW.get()?;
    matches!(kind, Kind::Heic | Kind::Avif | Kind::Jxl).then(|| crew.look(kind, bytes, side, stop))
}
