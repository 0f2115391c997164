//! Photos are opened from home. What comes is compared with what was copied, and with the old place, for as long as the person
//! wants; where home does not give a photo, it is opened from the old place, and that is said.
//!
//! Invariants: wrong bytes are never shown; what differs loses its receipt and goes to the list of differences. One photo at a
//! time is fetched, into a folder of our own, and pictures are kept within a bound. A home that stands still is given up after a
//! while, and no other picture waits for that: it comes from the old place.

use crate::api::{AppError, CopyVerdict, What};
use crate::engine::{Engine, held};
use crate::read_repair::{CopyRead, Judged, LONGEST, in_time};
use albumen_catalog::{Opened, PlacedRow, WayRow};
use albumen_files::{Scratch, read_through};
use albumen_model::{FileId, Phase, RelPath, Sha256};
use albumen_store::{Destination, ErrorKind, Fetch};
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Of pictures that are kept.
const MOST_KEPT: usize = 48 << 20;
/// Larger files are opened from the old place: fetching them takes too long for a look.
const MOST_FETCHED: u64 = 1 << 30;
const PHOTO: &str = "photo";
/// So much of the time that a fetch may take, another photo waits for its turn.
const TURN: u32 = 15;
/// So many times as long nothing is asked of a home that stood still.
const REST: u32 = 2;
/// Who waits looks so often.
const LOOK: Duration = Duration::from_millis(20);

/// Pictures of photos that were opened a moment ago, the last at the end.
#[derive(Default)]
pub(crate) struct Kept {
    pictures: VecDeque<(FileId, Sha256, Vec<u8>)>,
    bytes: usize,
    is_fetching: bool,
    /// It stood still: nothing is asked of it until then.
    rests_until: Option<Instant>,
    longest: Option<Duration>,
}

/// There is one place to fetch to.
struct Turn<'a>(&'a Engine);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        held(&self.0.inner.opened).is_fetching = false;
    }
}

enum Begun<'a> {
    Kept(Vec<u8>),
    Fetch(Turn<'a>),
    Elsewhere(&'static str),
}

impl Kept {
    fn get(&self, file: FileId, sha256: &Sha256) -> Option<Vec<u8>> {
        let mut all = self.pictures.iter();
        all.find(|one| one.0 == file && one.1 == *sha256)
            .map(|one| one.2.clone())
    }

    /// A fetch is given up after that.
    fn longest(&self) -> Duration {
        self.longest.unwrap_or(LONGEST)
    }

    fn put(&mut self, file: FileId, sha256: Sha256, jpeg: Vec<u8>) {
        self.bytes += jpeg.len();
        self.pictures.push_back((file, sha256, jpeg));
        while self.bytes > MOST_KEPT {
            let Some((_, _, oldest)) = self.pictures.pop_front() else {
                break;
            };
            self.bytes -= oldest.len();
        }
    }
}

impl Engine {
    /// How long a photo may take that is opened from home; half a minute where nobody says.
    pub fn look_within(&self, longest: Duration) {
        held(&self.inner.opened).longest = Some(longest);
    }

    /// The picture of a photo from home; `None` where nothing is home, or it has to come from the old place.
    pub(crate) fn opened_from_home(&self, file: FileId, side: u32) -> Result<Option<Vec<u8>>, AppError> {
        let catalog = &self.inner.catalog;
        let Some(home) = catalog.home()?.filter(|home| home.act == Some(Phase::Home)) else {
            return Ok(None);
        };
        let row = catalog.file(file)?;
        let Some(sha256) = row.sha256 else {
            return Ok(None);
        };
        let turn = match self.turn(file, &sha256) {
            Begun::Kept(jpeg) => return Ok(Some(jpeg)),
            Begun::Fetch(turn) => turn,
            Begun::Elsewhere(why) => {
                self.note_opened(&home, Opened::Elsewhere, &format!("`{}`: {why}", row.display))?;
                return Ok(None);
            }
        };
        let name = row.path.as_path().file_name().unwrap_or_default().to_owned();
        let Some(placed) = catalog.placed_of(home.destination, file, &sha256)? else {
            let said = format!("`{}` has no copy of its own at home.", row.display);
            self.note_opened(&home, Opened::Elsewhere, &said)?;
            return Ok(None);
        };
        let said = |what: &str| format!("`{}`: {what}", placed.key);
        if placed.size > MOST_FETCHED {
            let why = said("it is too large to be fetched for a look.");
            self.note_opened(&home, Opened::Elsewhere, &why)?;
            return Ok(None);
        }
        let shown = self.fetch_and_show(&home, &placed, &name, side);
        drop(turn);
        let (jpeg, judged) = match shown {
            Ok(shown) => shown,
            Err(error) => {
                self.note_opened(&home, Opened::Elsewhere, &said(&error.message))?;
                return Ok(None);
            }
        };
        let (how, what) = match judged.verdict {
            CopyVerdict::Whole => {
                if home.compares {
                    let old = Path::new(OsStr::from_bytes(&row.root)).join(row.path.as_path());
                    self.compare_with_old_place(&home, &placed, &old)?;
                }
                if let Some(jpeg) = &jpeg {
                    held(&self.inner.opened).put(file, sha256, jpeg.clone());
                }
                return Ok(jpeg);
            }
            CopyVerdict::Damaged | CopyVerdict::Changed => {
                (Opened::Differed, "it has other bytes than were placed.")
            }
            CopyVerdict::Missing => (Opened::Differed, "it is not there."),
            CopyVerdict::TooLarge | CopyVerdict::Unreadable => (Opened::Elsewhere, judged.why.as_str()),
        };
        self.note_opened(&home, how, &said(what))?;
        Ok(None)
    }

    fn turn(&self, file: FileId, sha256: &Sha256) -> Begun<'_> {
        let begun = Instant::now();
        loop {
            {
                let mut kept = held(&self.inner.opened);
                if let Some(jpeg) = kept.get(file, sha256) {
                    return Begun::Kept(jpeg);
                }
                if kept.rests_until.is_some_and(|until| Instant::now() < until) {
                    return Begun::Elsewhere("home did not answer a moment ago.");
                }
                if !kept.is_fetching {
                    kept.is_fetching = true;
                    return Begun::Fetch(Turn(self));
                }
                if begun.elapsed() >= kept.longest() / TURN {
                    return Begun::Elsewhere("home still sends another photo.");
                }
            }
            std::thread::sleep(LOOK);
        }
    }

    /// The picture, if there is one of these bytes, and what became of reading them.
    fn fetch_and_show(
        &self,
        home: &WayRow,
        placed: &PlacedRow,
        name: &OsStr,
        side: u32,
    ) -> Result<(Option<Vec<u8>>, Judged), AppError> {
        let row = self.inner.catalog.destination_row(home.destination)?;
        let (id, destination) = self.connected_to(&row)?;
        let scratch = self.fetched();
        scratch.begin()?;
        let to = Fetch {
            root: scratch.folder().to_owned(),
            path: RelPath::new(Path::new(PHOTO)),
            sha256: placed.sha256,
            size: placed.size,
            mtime_ns: placed.mtime_ns,
            mode: 0o600,
        };
        let longest = held(&self.inner.opened).longest();
        let reading = fetched(&destination, &placed.key, to, longest);
        let read = self.inner.runtime.block_on(reading);
        if matches!(&read, CopyRead::Failed(failed) if failed.kind == ErrorKind::Stopped) {
            held(&self.inner.opened).rests_until = Some(Instant::now() + longest * REST);
        }
        let jpeg = match read {
            CopyRead::Bytes { as_placed: true, .. } => {
                let name = name.as_encoded_bytes();
                albumen_media::preview_of(scratch.folder(), Path::new(PHOTO), name, side)
            }
            _ => None,
        };
        if let Err(left) = scratch.clear() {
            tracing::warn!("a photo that was fetched for a look stays: {left}");
        }
        Ok((jpeg, self.judge(id, &destination, placed, read, longest)?))
    }

    /// What came from home is what was copied; the old place may have changed since, or be gone.
    fn compare_with_old_place(&self, home: &WayRow, placed: &PlacedRow, old: &Path) -> Result<(), AppError> {
        match read_through(old, |_| 0, &|| false) {
            Ok(read) if read.sha256 != placed.sha256 => {
                let said = format!("`{}` in the old place is not what was copied.", placed.from);
                self.note_opened(home, Opened::Differed, &said)
            }
            _ => self.note_opened(home, Opened::Agreed, ""),
        }
    }

    fn note_opened(&self, home: &WayRow, how: Opened, said: &str) -> Result<(), AppError> {
        self.inner.catalog.opened(home.destination, how, said)?;
        self.tell_changed(&[What::Way]);
        Ok(())
    }

    fn fetched(&self) -> Scratch {
        let mut folder = self.inner.catalog.path().as_os_str().to_owned();
        folder.push(".opened");
        Scratch::new(PathBuf::from(folder), &[PHOTO])
    }
}

/// Fetches a copy; what has other bytes is looked at once more, for what it is.
async fn fetched(destination: &Destination, key: &str, to: Fetch, longest: Duration) -> CopyRead {
    let flow = in_time(longest);
    let size = to.size;
    match destination.fetch(key, to, &flow).await {
        Ok(()) => CopyRead::Bytes {
            as_placed: true,
            size,
            version: String::new(),
        },
        Err(error) if error.kind == ErrorKind::NotThere => CopyRead::Gone,
        // Their bytes are not those that were asked for.
        Err(error) if matches!(error.kind, ErrorKind::SourceChanged | ErrorKind::BadDigest) => {
            match destination.head(key, &flow).await {
                Ok(Some(there)) => CopyRead::Bytes {
                    as_placed: false,
                    size: there.size,
                    version: there.version,
                },
                Ok(None) => CopyRead::Gone,
                Err(failed) => CopyRead::Failed(failed),
            }
        }
        Err(failed) => CopyRead::Failed(failed),
    }
}
