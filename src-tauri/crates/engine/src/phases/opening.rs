//! Photos are opened from home. What comes is compared with what was copied, and with the old place, for as long as the person
//! wants; where home does not give a photo, it is opened from the old place, and that is said.
//!
//! Invariants: wrong bytes are never shown; what differs loses its receipt and goes to the list of differences. One photo at a
//! time is fetched, into a folder of our own, and pictures are kept within a bound.

use crate::api::{AppError, What};
use crate::engine::{Engine, held};
use albumen_catalog::{Differs, NewDifference, Opened, PlacedRow, WayRow};
use albumen_files::{Scratch, read_through};
use albumen_migrate::{Control, require_home};
use albumen_model::{FileId, Phase, RelPath, Sha256};
use albumen_store::{Destination, ErrorKind, Fetch};
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Of pictures that are kept.
const MOST_KEPT: usize = 48 << 20;
/// Larger files are opened from the old place: fetching them takes too long for a look.
const MOST_FETCHED: u64 = 1 << 30;
const PHOTO: &str = "photo";

/// Pictures of photos that were opened a moment ago, the last at the end.
#[derive(Default)]
pub(crate) struct Kept {
    pictures: VecDeque<(FileId, Sha256, Vec<u8>)>,
    bytes: usize,
}

impl Kept {
    fn get(&self, file: FileId, sha256: &Sha256) -> Option<Vec<u8>> {
        let mut all = self.pictures.iter();
        all.find(|one| one.0 == file && one.1 == *sha256)
            .map(|one| one.2.clone())
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

/// Why home did not give a photo.
enum Refused {
    /// It is there, or was, and is not what was copied.
    Differs(Differs, String),
    Elsewhere(String),
}

impl Engine {
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
        // Also keeps a second photo waiting: there is one place to fetch to.
        let mut kept = held(&self.inner.opened);
        if let Some(jpeg) = kept.get(file, &sha256) {
            return Ok(Some(jpeg));
        }
        let name = row.path.as_path().file_name().unwrap_or_default().to_owned();
        let Some(placed) = catalog.placed_of(home.destination, file, &sha256)? else {
            let said = format!("`{}` has no copy of its own at home.", row.display);
            self.note_opened(&home, Opened::Elsewhere, &said)?;
            return Ok(None);
        };
        match self.fetch_and_show(&home, &placed, &name, side) {
            Ok(jpeg) => {
                if home.compares {
                    let old = Path::new(OsStr::from_bytes(&row.root)).join(row.path.as_path());
                    self.compare_with_old_place(&home, &placed, &old)?;
                }
                if let Some(jpeg) = &jpeg {
                    kept.put(file, sha256, jpeg.clone());
                }
                Ok(jpeg)
            }
            Err(Refused::Differs(differs, said)) => {
                self.note_difference(&home, &placed, differs, &said)?;
                Ok(None)
            }
            Err(Refused::Elsewhere(said)) => {
                self.note_opened(&home, Opened::Elsewhere, &said)?;
                Ok(None)
            }
        }
    }

    fn fetch_and_show(
        &self,
        home: &WayRow,
        placed: &PlacedRow,
        name: &OsStr,
        side: u32,
    ) -> Result<Option<Vec<u8>>, Refused> {
        let away = |why: String| Refused::Elsewhere(format!("`{}`: {why}", placed.key));
        if placed.size > MOST_FETCHED {
            return Err(away("it is too large to be fetched for a look.".to_owned()));
        }
        let connected = self
            .inner
            .catalog
            .destination_row(home.destination)
            .map_err(AppError::from)
            .and_then(|row| self.connected_to(&row));
        let (_, destination) = connected.map_err(|error| away(error.message))?;
        let scratch = self.fetched();
        scratch.begin().map_err(|error| away(format!("{error}.")))?;
        let to = Fetch {
            root: scratch.folder().to_owned(),
            path: RelPath::new(Path::new(PHOTO)),
            sha256: placed.sha256,
            size: placed.size,
            mtime_ns: placed.mtime_ns,
            mode: 0o600,
        };
        let flow = crate::read_repair::in_time();
        let fetching = destination.fetch(&placed.key, to, &flow);
        let shown = match self.inner.runtime.block_on(fetching) {
            Ok(()) => Ok(albumen_media::preview_of(
                scratch.folder(),
                Path::new(PHOTO),
                name.as_encoded_bytes(),
                side,
            )),
            // Their bytes are not those that were asked for.
            Err(error) if matches!(error.kind, ErrorKind::SourceChanged | ErrorKind::BadDigest) => {
                Err(Refused::Differs(
                    Differs::Different,
                    "it has other bytes than were placed.".to_owned(),
                ))
            }
            Err(error) if error.kind == ErrorKind::NotThere => match self.is_home_there(home, &destination) {
                Ok(()) => Err(Refused::Differs(Differs::Missing, "it is not there.".to_owned())),
                Err(why) => Err(away(why)),
            },
            Err(error) if error.kind == ErrorKind::Stopped => {
                Err(away("it did not arrive in time.".to_owned()))
            }
            Err(error) => Err(away(error.message)),
        };
        if let Err(left) = scratch.clear() {
            tracing::warn!("a photo that was fetched for a look stays: {left}");
        }
        shown
    }

    /// One photo that is not there says nothing while the whole place is away.
    fn is_home_there(&self, home: &WayRow, destination: &Arc<Destination>) -> Result<(), String> {
        let control = Arc::new(Control::default());
        let looking = require_home(&self.inner.catalog, destination, home.destination, &control);
        let there = self.inner.runtime.block_on(looking);
        there.map_err(|error| AppError::from(error).message)
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

    fn note_difference(
        &self,
        home: &WayRow,
        placed: &PlacedRow,
        differs: Differs,
        said: &str,
    ) -> Result<(), AppError> {
        let catalog = &self.inner.catalog;
        let found = NewDifference {
            key: placed.key.clone(),
            differs,
            placed: Some(placed.id),
            size: placed.size,
            version: String::new(),
            from: placed.from.clone(),
        };
        catalog.put_differences(home.destination, &[found])?;
        catalog.put_receipts(&[], &[placed.id], albumen_files::clock::now_ms())?;
        self.tell_changed(&[What::Verification]);
        self.note_opened(home, Opened::Differed, &format!("`{}`: {said}", placed.key))
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
