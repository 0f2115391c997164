//! The small copy of an EXIF block that kamadak-exif is given: what says something about the photo, each directory once,
//! everything bounded.

use crate::ifd::{self, Entry, Tiff};

/// Values longer than this (maker notes, embedded pictures) are recorded by their length only.
pub const LONGEST_VALUE: usize = 2048;
/// No camera writes that many; a crafted file may.
pub const MOST_FIELDS: usize = 1500;
/// What all values together may take. Without maker notes, cameras stay below 8 KiB.
const MOST_BYTES: usize = 256 << 10;
/// Picture and thumbnail; more pages say nothing about the photo.
const MAIN_DIRECTORIES: usize = 4;

/// Copies what says something about the photo: no value longer than [`LONGEST_VALUE`], each directory once, everything
/// together at most [`MOST_BYTES`]. `exif` and `gps` stand for directories that `main` does not point at.
pub fn compact(main: Tiff<'_>, exif: Option<Tiff<'_>>, gps: Option<Tiff<'_>>) -> Vec<u8> {
    let mut copy = Copy {
        out: Vec::new(),
        big_endian: main.big_endian,
        fields: 0,
        bytes: 0,
    };
    copy.out
        .extend(if main.big_endian { *b"MM\0*" } else { *b"II*\0" });
    copy.put32(0);
    let same = |other: &Tiff<'_>| other.big_endian == main.big_endian;
    let below = [(ifd::EXIF, exif.filter(same)), (ifd::GPS, gps.filter(same))];
    let mut at = main.first;
    let mut link = 4;
    for number in 0..MAIN_DIRECTORIES {
        if at == 0 {
            break;
        }
        let (entries, next) = main.directory(at);
        let apart = if number == 0 { &below[..] } else { &[] };
        let place = copy.directory(main, &entries, apart, 0);
        copy.set32(link, place.start);
        link = place.next;
        at = if next == at { 0 } else { next };
    }
    copy.out
}

struct Copy {
    out: Vec<u8>,
    big_endian: bool,
    fields: usize,
    bytes: usize,
}

struct Placed {
    start: u32,
    /// Where the offset of the directory after it is written.
    next: usize,
}

impl Copy {
    fn directory(
        &mut self,
        tiff: Tiff<'_>,
        entries: &[Entry<'_>],
        apart: &[(u16, Option<Tiff<'_>>)],
        depth: u8,
    ) -> Placed {
        let mut rows: Vec<(u16, u16, u32, [u8; 4])> = Vec::new();
        let mut children = 0;
        for entry in entries {
            if self.fields >= MOST_FIELDS {
                break;
            }
            let child = match entry.tag {
                ifd::EXIF | ifd::GPS if depth == 0 => true,
                ifd::INTEROPERABILITY if depth == 1 => true,
                ifd::EXIF | ifd::GPS | ifd::INTEROPERABILITY => continue,
                _ => false,
            };
            self.fields += 1;
            if !child {
                let row = self.value(entry);
                rows.push(row);
            } else if let Some(at) = entry.number()
                && children < 2
                && apart
                    .iter()
                    .all(|(tag, instead)| *tag != entry.tag || instead.is_none())
            {
                children += 1;
                let (inner, _) = tiff.directory(at);
                let start = self.directory(tiff, &inner, &[], depth + 1).start;
                rows.push((entry.tag, 4, 1, self.bytes32(start)));
            }
        }
        for (tag, other) in apart {
            if let Some(other) = other {
                let (inner, _) = other.directory(other.first);
                let start = self.directory(*other, &inner, &[], depth + 1).start;
                rows.push((*tag, 4, 1, self.bytes32(start)));
            }
        }
        let start = self.end();
        self.put16(u16::try_from(rows.len()).unwrap_or(0));
        for (tag, kind, count, value) in rows {
            self.put16(tag);
            self.put16(kind);
            self.put32(count);
            self.out.extend(value);
        }
        let next = self.out.len();
        self.put32(0);
        Placed { start, next }
    }

    /// Writes a value that does not fit into its entry, and gives the entry.
    fn value(&mut self, entry: &Entry<'_>) -> (u16, u16, u32, [u8; 4]) {
        const ASCII: u16 = 2;
        let told;
        let (kind, count, value) =
            if entry.value.len() > LONGEST_VALUE || self.bytes + entry.value.len() > MOST_BYTES {
                told = format!("({} bytes)\0", entry.value.len());
                (ASCII, told.len(), told.as_bytes())
            } else if entry.kind == ASCII {
                // Each zero byte ends a text, and each text is an allocation: photographer and editor are two.
                let end = memchr::memchr_iter(0, entry.value)
                    .nth(3)
                    .map_or(entry.value.len(), |at| at + 1);
                (ASCII, end, &entry.value[..end])
            } else {
                (entry.kind, entry.count as usize, entry.value)
            };
        self.bytes += value.len();
        let count = u32::try_from(count).unwrap_or(0);
        let mut inline = [0; 4];
        if let Some(place) = inline.get_mut(..value.len()) {
            place.copy_from_slice(value);
        } else {
            inline = self.bytes32(self.end());
            self.out.extend(value);
            self.out.resize(self.out.len().next_multiple_of(2), 0);
        }
        (entry.tag, kind, count, inline)
    }

    fn end(&self) -> u32 {
        u32::try_from(self.out.len()).unwrap_or(u32::MAX)
    }

    fn bytes32(&self, value: u32) -> [u8; 4] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn put32(&mut self, value: u32) {
        let bytes = self.bytes32(value);
        self.out.extend(bytes);
    }

    fn put16(&mut self, value: u16) {
        self.out.extend(if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
    }

    fn set32(&mut self, at: usize, value: u32) {
        let bytes = self.bytes32(value);
        self.out[at..at + 4].copy_from_slice(&bytes);
    }
}
