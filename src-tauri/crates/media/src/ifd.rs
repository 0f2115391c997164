//! Directories of TIFF (6.0, section 2), as EXIF and most RAW files are built. Only looks: every read is checked
//! against the bytes there are, and each directory is visited once, so cycles end.

use std::collections::HashSet;

/// Cameras write fewer than a hundred entries; a maker's RAW converter some hundreds.
const MOST_ENTRIES: usize = 1000;
/// Directories of one file: RAW files have up to ten.
const MOST_DIRECTORIES: usize = 32;

pub const SUB_DIRECTORIES: u16 = 0x014a;
pub const EXIF: u16 = 0x8769;
pub const GPS: u16 = 0x8825;
pub const INTEROPERABILITY: u16 = 0xa005;

#[derive(Clone, Copy)]
pub struct Tiff<'a> {
    pub bytes: &'a [u8],
    pub big_endian: bool,
    pub first: u32,
}

pub struct Entry<'a> {
    pub tag: u16,
    pub kind: u16,
    pub count: u32,
    /// The bytes of its value, all of them.
    pub value: &'a [u8],
    big_endian: bool,
}

impl<'a> Tiff<'a> {
    /// TIFF itself, and the same with the numbers that Panasonic and Olympus write instead of 42.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"II*\0" | b"IIU\0" | b"IIRO" | b"IIRS" => false,
            b"MM\0*" | b"MMOR" => true,
            _ => return None,
        };
        let mut tiff = Self {
            bytes,
            big_endian,
            first: 0,
        };
        tiff.first = tiff.u32(4)?;
        Some(tiff)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    /// The entries of one directory as far as they can be read, and where the next directory is (0: nowhere).
    pub fn directory(&self, at: u32) -> (Vec<Entry<'a>>, u32) {
        let at = at as usize;
        let Some(count) = self.u16(at) else {
            return (Vec::new(), 0);
        };
        let count = usize::from(count);
        let entries = (0..count.min(MOST_ENTRIES))
            .filter_map(|n| self.entry(at + 2 + 12 * n))
            .collect();
        (entries, self.u32(at + 2 + 12 * count).unwrap_or(0))
    }

    fn entry(&self, at: usize) -> Option<Entry<'a>> {
        let (tag, kind, count) = (self.u16(at)?, self.u16(at + 2)?, self.u32(at + 4)?);
        let unit = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let size = unit * count as usize;
        let start = if size <= 4 {
            at + 8
        } else {
            self.u32(at + 8)? as usize
        };
        Some(Entry {
            tag,
            kind,
            count,
            value: self.bytes.get(start..start.checked_add(size)?)?,
            big_endian: self.big_endian,
        })
    }

    /// All directories that can be reached: the chain, what hangs below it, and EXIF.
    pub fn all(&self) -> Vec<Vec<Entry<'a>>> {
        let mut ahead = vec![self.first];
        let mut seen = HashSet::new();
        let mut made = Vec::new();
        while let Some(at) = ahead.pop() {
            if at == 0 || made.len() >= MOST_DIRECTORIES || !seen.insert(at) {
                continue;
            }
            let (entries, next) = self.directory(at);
            ahead.push(next);
            for entry in &entries {
                if matches!(entry.tag, SUB_DIRECTORIES | EXIF) {
                    ahead.extend(entry.numbers().take(MOST_DIRECTORIES));
                }
            }
            made.push(entries);
        }
        made
    }
}

impl Entry<'_> {
    /// Its values where they are whole numbers.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        let unit = match self.kind {
            1 | 7 => 1,
            3 => 2,
            4 | 13 => 4,
            // Larger than any value: nothing comes out.
            _ => usize::MAX,
        };
        self.value.chunks_exact(unit).map(|bytes| {
            let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
            if self.big_endian {
                bytes.iter().fold(0, add)
            } else {
                bytes.iter().rev().fold(0, add)
            }
        })
    }

    pub fn number(&self) -> Option<u32> {
        self.numbers().next()
    }
}

/// Where boxes of ISO/IEC 14496-12 lie in `bytes`: name and body, as far as they are whole or reach the end.
pub fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let size = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let name: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let (head, size) = match size {
            0 => (8, rest.len()),
            1 => {
                let long = u64::from_be_bytes(rest.get(8..16)?.try_into().ok()?);
                (16, usize::try_from(long).unwrap_or(usize::MAX))
            }
            size => (8, size),
        };
        if size < head {
            return None;
        }
        let body = &rest[head.min(rest.len())..size.min(rest.len())];
        rest = &rest[size.min(rest.len())..];
        Some((name, body))
    })
    .take(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_point_at_each_other_end() {
        // One directory at 8 whose only entry, and whose successor, is itself.
        let mut bytes = b"II*\0\x08\0\0\0\x01\0".to_vec();
        bytes.extend([0x4a, 0x01, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]);
        bytes.extend([8, 0, 0, 0]);
        let tiff = Tiff::open(&bytes).expect("TIFF");
        assert_eq!(tiff.all().len(), 1);
    }

    #[test]
    fn values_outside_of_the_file_are_passed_by() {
        let mut bytes = b"MM\0*\0\0\0\x08\0\x02".to_vec();
        bytes.extend([0x01, 0x0f, 0, 2, 0, 0, 0xff, 0xff, 0, 0, 0, 0]);
        bytes.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
        let (entries, next) = Tiff::open(&bytes).expect("TIFF").directory(8);
        assert_eq!((entries.len(), next), (1, 0));
        assert_eq!(entries[0].number(), Some(6));
    }

    #[test]
    fn boxes_with_absurd_sizes_end_the_walk() {
        let bytes = b"\0\0\0\x0cftypabcd\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xffrest\0\0\0\x02";
        let found: Vec<[u8; 4]> = boxes(bytes).map(|(name, _)| name).collect();
        assert_eq!(found, [*b"ftyp", *b"mdat"]);
    }
}
