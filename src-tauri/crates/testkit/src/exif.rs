//! A minimal EXIF writer (CIPA DC-008, TIFF 6 little endian): what a camera says of a photo, as a JPEG's APP1 segment.

/// What is written; empty texts are left out.
pub struct Exif {
    pub make: &'static str,
    pub model: &'static str,
    /// `2019:07:14 10:11:12`, or with a fraction `2019:07:14 10:11:12.345`, which goes into a field of its own.
    pub taken: String,
    /// `+02:00`
    pub offset: &'static str,
    /// 1 to 8
    pub orientation: u16,
    /// Degrees north and east.
    pub gps: Option<(f64, f64)>,
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    value: Vec<u8>,
}

fn ascii(tag: u16, text: &str) -> Option<Entry> {
    let value = [text.as_bytes(), b"\0"].concat();
    (!text.is_empty()).then(|| Entry {
        tag,
        kind: 2,
        count: len32(&value),
        value,
    })
}

fn long(tag: u16, value: u32) -> Entry {
    Entry {
        tag,
        kind: 4,
        count: 1,
        value: value.to_le_bytes().to_vec(),
    }
}

fn degrees(tag: u16, value: f64) -> Entry {
    let seconds = (value.abs() * 3600.0 * 100.0).round() as u32;
    let parts = [
        (seconds / 360_000, 1),
        (seconds / 6_000 % 60, 1),
        (seconds % 6_000, 100_u32),
    ];
    let value: Vec<u8> = parts
        .iter()
        .flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat())
        .collect();
    Entry {
        tag,
        kind: 5,
        count: 3,
        value,
    }
}

fn len32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("EXIF of samples is small")
}

/// One directory that begins at `start`, followed by the values that do not fit into its entries.
fn directory(start: u32, entries: &[Entry]) -> Vec<u8> {
    let mut head = u16::try_from(entries.len())
        .expect("few entries")
        .to_le_bytes()
        .to_vec();
    let mut tail = Vec::new();
    let values_at = start + 2 + 12 * u32::from(u16::from_le_bytes([head[0], head[1]])) + 4;
    for entry in entries {
        head.extend(entry.tag.to_le_bytes());
        head.extend(entry.kind.to_le_bytes());
        head.extend(entry.count.to_le_bytes());
        if entry.value.len() <= 4 {
            let mut inline = entry.value.clone();
            inline.resize(4, 0);
            head.extend(inline);
        } else {
            head.extend((values_at + len32(&tail)).to_le_bytes());
            tail.extend(&entry.value);
            tail.resize(tail.len().next_multiple_of(2), 0);
        }
    }
    head.extend([0; 4]); // no next directory
    [head, tail].concat()
}

impl Exif {
    /// The TIFF structure, as also a RAW file begins with.
    pub fn tiff(&self) -> Vec<u8> {
        self.tiff_that_tells(true)
    }

    fn tiff_that_tells(&self, when_it_was_taken: bool) -> Vec<u8> {
        let orientation = Entry {
            tag: 0x0112,
            kind: 3,
            count: 1,
            value: self.orientation.to_le_bytes().to_vec(),
        };
        let north = |(lat, _): (f64, f64)| ascii(1, if lat < 0.0 { "S" } else { "N" });
        let east = |(_, lon): (f64, f64)| ascii(3, if lon < 0.0 { "W" } else { "E" });
        let (taken, fraction) = self.taken.split_once('.').unwrap_or((&self.taken, ""));
        let exif: Vec<Entry> = [
            ascii(0x9003, taken),
            ascii(0x9011, self.offset),
            ascii(0x9291, fraction),
        ]
        .into_iter()
        .flatten()
        .filter(|_| when_it_was_taken)
        .collect();
        let gps: Vec<Entry> = self.gps.map_or_else(Vec::new, |at| {
            [
                north(at),
                Some(degrees(2, at.0)),
                east(at),
                Some(degrees(4, at.1)),
            ]
            .into_iter()
            .flatten()
            .collect()
        });
        let main = |exif_at: u32, gps_at: u32| {
            let mut entries: Vec<Entry> = [ascii(0x010f, self.make), ascii(0x0110, self.model)]
                .into_iter()
                .flatten()
                .collect();
            entries.push(Entry {
                value: orientation.value.clone(),
                ..orientation
            });
            entries.extend(ascii(0x0132, taken));
            entries.push(long(0x8769, exif_at));
            if self.gps.is_some() {
                entries.push(long(0x8825, gps_at));
            }
            directory(8, &entries)
        };
        // The first directory's length does not depend on the two places it names.
        let exif_at = 8 + len32(&main(0, 0));
        let exif = directory(exif_at, &exif);
        let gps_at = exif_at + len32(&exif);
        [
            b"II*\0\x08\0\0\0".to_vec(),
            main(exif_at, gps_at),
            exif,
            directory(gps_at, &gps),
        ]
        .concat()
    }

    /// With a second directory that holds a small JPEG, as cameras do.
    fn tiff_with(&self, thumbnail: &[u8]) -> Vec<u8> {
        let mut all = self.tiff();
        let second = len32(&all);
        let entries = u16::from_le_bytes([all[8], all[9]]);
        let next = 10 + 12 * usize::from(entries);
        all[next..next + 4].copy_from_slice(&second.to_le_bytes());
        let entries = |at: u32| [long(0x0201, at), long(0x0202, len32(thumbnail))];
        let at = second + len32(&directory(second, &entries(0)));
        [all, directory(second, &entries(at)), thumbnail.to_vec()].concat()
    }

    /// `jpeg` with this right behind its start marker.
    pub fn into_jpeg(&self, jpeg: &[u8]) -> Vec<u8> {
        behind_start(&self.tiff(), jpeg)
    }

    /// The same, but it tells only when it was saved, as simple cameras and many programs do.
    pub fn saved_into_jpeg(&self, jpeg: &[u8]) -> Vec<u8> {
        behind_start(&self.tiff_that_tells(false), jpeg)
    }

    /// `jpeg` with this and a small picture of it.
    pub fn into_jpeg_with(&self, jpeg: &[u8], thumbnail: &[u8]) -> Vec<u8> {
        behind_start(&self.tiff_with(thumbnail), jpeg)
    }
}

fn behind_start(tiff: &[u8], jpeg: &[u8]) -> Vec<u8> {
    let body = [b"Exif\0\0", tiff].concat();
    let size = u16::try_from(body.len() + 2).expect("EXIF of samples is small");
    [&jpeg[..2], &[0xff, 0xe1], &size.to_be_bytes(), &body, &jpeg[2..]].concat()
}
