//! Before stage 1: what zip archives hold, which are unpacked into a folder that is a source like any other.
//!
//! Nothing that an archive says of itself is believed: a name that leads out of the folder, a link, a device, what is
//! encrypted or packed in another way becomes a problem with a reason ([`Refusal`]); an entry gives no more bytes than it
//! declared ([`read`]), and is whole only when length and CRC are right. The archive itself is only read.

mod arrange;
mod name;
mod set;

pub use arrange::{Listed, Step, arrange};
pub use set::{part_number, takeout_of};

use albumen_model::RelPath;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use thiserror::Error;
use zip::CompressionMethod;
use zip::ExtraField;

use zip::read::{Config, OwnedZipFileEntry, ZipFile};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

/// A directory of more entries is taken for an attack on memory: Takeout's largest archives, of 50 GB, hold tens of thousands.
const MOST_ENTRIES: usize = 4_000_000;

/// Why an archive is not read at all.
#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error("{0}")]
    Files(#[from] albumen_files::Error),
    #[error("it is empty")]
    Empty,
    #[error("it is a tar archive (.tgz)")]
    Tar,
    #[error("it is no zip archive, or its end is missing")]
    NoZip,
    #[error("it is damaged: {0}")]
    Damaged(String),
    #[error("it is one part of an archive that was split; only whole ones are read")]
    Split,
    #[error("it lists more than {MOST_ENTRIES} files")]
    TooMany,
    #[error("it cannot be read: {0}")]
    Io(io::Error),
}

/// Why one entry is not unpacked. Codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its name leads out of the folder, or is none.
    Name,
    /// One of the names that Albumen keeps for itself.
    OwnName,
    Link,
    Special,
    Encrypted,
    Method,
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "unsafe-name",
            Self::OwnName => "own-name",
            Self::Link => "link",
            Self::Special => "special",
            Self::Encrypted => "encrypted",
            Self::Method => "unknown-method",
        }
    }

    /// For people.
    pub fn why(self) -> &'static str {
        match self {
            Self::Name => "Its name leads out of the folder it is unpacked into. It was not unpacked.",
            Self::OwnName => "Albumen keeps such names for its own unfinished files. It was not unpacked.",
            Self::Link => "A link, and no file. It was not unpacked.",
            Self::Special => "A pipe, socket or device, and no file. It was not unpacked.",
            Self::Encrypted => "It is encrypted. Unpack this archive with its password, and add the folder.",
            Self::Method => {
                "It is packed in a way that is not read here. Unpack this archive with another program, and add the folder."
            }
        }
    }
}

/// What an archive lists at one place.
#[derive(Debug)]
pub enum Found {
    File(Entry),
    Folder,
    /// With its name, as it can be shown.
    Refused(String, Refusal),
}

/// A file in an archive, as its directory declares it.
#[derive(Debug)]
pub struct Entry {
    pub path: RelPath,
    pub size: u64,
    pub crc: u32,
    inner: OwnedZipFileEntry,
}

/// An archive whose directory was found.
pub struct Archive<R> {
    inner: ZipIterable<R>,
}

impl Archive<File> {
    /// Opens the file at `path`, which is only read.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let (mut file, identity) = albumen_files::open_regular(path)?;
        if identity.size == 0 {
            return Err(ArchiveError::Empty);
        }
        let mut head = [0; 2];
        let is_gzip = file.read_exact(&mut head).is_ok() && head == [0x1f, 0x8b];
        if is_gzip {
            return Err(ArchiveError::Tar);
        }
        Self::new(file)
    }
}

impl<R: Read + Seek> Archive<R> {
    pub fn new(reader: R) -> Result<Self, ArchiveError> {
        let inner = ZipIterable::try_new(reader, Config::default()).map_err(|error| match error {
            ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => ArchiveError::Io(error),
            ZipError::UnsupportedArchive(_) => ArchiveError::Split,
            _ => ArchiveError::NoZip,
        })?;
        if inner.len() > MOST_ENTRIES {
            return Err(ArchiveError::TooMany);
        }
        Ok(Self { inner })
    }

    /// Gives every entry, numbered as the directory lists them, until `on` returns false. Names may come twice.
    pub fn each(&mut self, mut on: impl FnMut(usize, Found) -> bool) -> Result<(), ArchiveError> {
        let damaged = |error: ZipError| ArchiveError::Damaged(error.to_string());
        for (number, entry) in self.inner.files().map_err(damaged)?.enumerate() {
            if !on(number, found(entry.map_err(damaged)?.into())) {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn found(entry: OwnedZipFileEntry) -> Found {
    const TYPE: u32 = 0o170_000;
    const FOLDER: u32 = 0o040_000;
    const LINK: u32 = 0o120_000;
    const FILE: u32 = 0o100_000;
    // Old programs leave the type out.
    let kind = entry.unix_mode().unwrap_or(0) & TYPE;
    if entry.is_dir() || kind == FOLDER {
        return Found::Folder;
    }
    let path = name::safe(entry.name_raw());
    let refused = match (&path, kind) {
        (Err(refusal), _) => Some(*refusal),
        (_, LINK) => Some(Refusal::Link),
        (_, 0 | FILE) if entry.encrypted() => Some(Refusal::Encrypted),
        (_, 0 | FILE) => {
            let known = matches!(
                entry.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            );
            (!known).then_some(Refusal::Method)
        }
        _ => Some(Refusal::Special),
    };
    match (path, refused) {
        (Ok(path), None) => Found::File(Entry {
            path,
            size: entry.size(),
            crc: entry.crc32(),
            inner: entry,
        }),
        (_, refused) => Found::Refused(
            RelPath(entry.name_raw().to_vec()).display(),
            refused.unwrap_or(Refusal::Name),
        ),
    }
}

/// What an entry gives, and what is known of it only now.
pub struct Content<'a, R: Read> {
    inner: ZipFile<'a, R>,
    left: u64,
}

impl Entry {
    /// Its bytes, out of the archive it was found in, which may be opened anew. Reading fails at the end where the CRC is
    /// another, and at the first byte that was not declared.
    pub fn read<'a, R: Read + Seek>(&'a self, archive: &'a mut R) -> io::Result<Content<'a, R>> {
        let inner = self
            .inner
            .as_ref()
            .with_reader(archive, zip::ZipReadOptions::new());
        Ok(Content {
            inner: inner.map_err(io::Error::other)?,
            left: self.size,
        })
    }
}

impl<R: Read> Content<'_, R> {
    /// When the file was last changed, in nanoseconds since 1970: from the field that knows seconds of UTC where there is
    /// one, else from the clock on the wall of whoever packed it, taken for this computer's.
    pub fn mtime_ns(&self) -> Option<i64> {
        let seconds = self.inner.extra_data_fields().find_map(|field| match field {
            ExtraField::ExtendedTimestamp(times) => times.mod_time().map(u32::cast_signed),
            _ => None,
        });
        match seconds {
            Some(seconds) => i64::from(seconds).checked_mul(1_000_000_000),
            None => wall(self.inner.last_modified()?),
        }
    }
}

fn wall(time: zip::DateTime) -> Option<i64> {
    let part = |value: u8| i8::try_from(value).ok();
    let local = jiff::civil::DateTime::new(
        i16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
        0,
    );
    let zoned = local.ok()?.to_zoned(jiff::tz::TimeZone::system()).ok()?;
    i64::try_from(zoned.timestamp().as_nanosecond()).ok()
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = self.inner.read(buffer)?;
        let left = self.left.checked_sub(given as u64);
        self.left = left.ok_or_else(|| io::Error::other("it gives more bytes than it declared"))?;
        if given == 0 && !buffer.is_empty() && self.left > 0 {
            return Err(io::Error::other("it gives fewer bytes than it declared"));
        }
        Ok(given)
    }
}

/// Whether the file at `root/below` holds just such bytes. `go_on` is asked between pieces; a stop is an error.
pub fn holds(
    root: &Path,
    below: &Path,
    size: u64,
    crc: u32,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> albumen_files::Result<bool> {
    let (mut file, identity) = albumen_files::open_below(root, below)?;
    if identity.size != size {
        return Ok(false);
    }
    let mut sum = crc32fast::Hasher::new();
    let mut piece = vec![0; 256 << 10];
    loop {
        let given = file.read(&mut piece).map_err(|source| albumen_files::Error::Io {
            op: "read",
            path: root.join(below),
            source,
        })?;
        if given == 0 {
            return Ok(sum.finalize() == crc);
        }
        sum.update(&piece[..given]);
        if !go_on(given as u64) {
            return Err(albumen_files::Error::Stopped);
        }
    }
}
