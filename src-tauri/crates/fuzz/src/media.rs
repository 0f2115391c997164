//! Targets for what a file holds: its EXIF, its picture in every kind that is decoded, what Takeout tells of it,
//! and archives.

use crate::Target;
use albumen_media::archive::{Archive, Found, Listed, arrange};
use albumen_media::foreign::{beginning, exif, movie, packet, picture, takeout};
use albumen_model::Kind;
use std::collections::HashSet;
use std::io::{Cursor, Read};

pub static TARGETS: &[Target] = &[
    Target {
        name: "exif",
        run: |bytes| {
            exif(bytes);
        },
    },
    Target {
        name: "jpeg",
        run: |bytes| {
            picture(Kind::Jpeg, bytes);
            beginning(bytes);
        },
    },
    Target {
        name: "raw",
        run: |bytes| {
            picture(Kind::Raw, bytes);
        },
    },
    Target {
        name: "heif",
        run: |bytes| {
            picture(Kind::Heic, bytes);
        },
    },
    Target {
        name: "jxl",
        run: |bytes| {
            picture(Kind::Jxl, bytes);
        },
    },
    Target {
        name: "tiff",
        run: |bytes| {
            picture(Kind::Tiff, bytes);
        },
    },
    Target {
        name: "png",
        run: |bytes| {
            picture(Kind::Png, bytes);
        },
    },
    Target {
        name: "webp",
        run: |bytes| {
            picture(Kind::Webp, bytes);
        },
    },
    Target {
        name: "gif",
        run: |bytes| {
            picture(Kind::Gif, bytes);
        },
    },
    Target {
        name: "bmp",
        run: |bytes| {
            picture(Kind::Bmp, bytes);
        },
    },
    Target {
        name: "xmp",
        run: |bytes| {
            packet(bytes);
        },
    },
    Target {
        name: "movie",
        run: |bytes| {
            movie(bytes);
        },
    },
    Target {
        name: "archive",
        run: |bytes| {
            archive(bytes);
        },
    },
    Target {
        name: "takeout",
        run: |bytes| {
            takeout(bytes);
        },
    },
];

/// Read out of one archive: a small one can declare any amount, in many entries over the same bytes.
const MOST_UNPACKED: u64 = 16 << 20;

/// As a zip archive: its list, where things would lie, and what its entries give. How many of them are whole.
pub fn archive(bytes: &[u8]) -> usize {
    let Ok(mut archive) = Archive::new(Cursor::new(bytes)) else {
        return 0;
    };
    let mut entries = Vec::new();
    let listed = archive.each(|number, found| {
        if let Found::File(entry) = found {
            is_below(&entry.path.0);
            entries.push((number, entry));
        }
        true
    });
    if listed.is_err() {
        return 0;
    }
    let list = entries.iter().map(|(number, entry)| Listed {
        archive: 0,
        number: *number,
        path: entry.path.clone(),
        size: entry.size,
        crc: entry.crc,
    });
    let steps = arrange(list.collect());
    let mut names = HashSet::new();
    for step in &steps {
        is_below(&step.to.0);
        assert!(names.insert(&step.to), "two files of one name");
    }
    let (mut left, mut whole) = (MOST_UNPACKED, 0);
    for (_, entry) in &entries {
        let mut reader = Cursor::new(bytes);
        let Ok(content) = entry.read(&mut reader) else {
            continue;
        };
        content.mtime_ns();
        let mut given = content.take(left);
        let result = std::io::copy(&mut given, &mut std::io::sink());
        let count = left - given.limit();
        assert!(count <= entry.size, "it gave more than it declared");
        whole += usize::from(result.is_ok() && count == entry.size);
        left = given.limit();
    }
    whole
}

fn is_below(path: &[u8]) {
    let is_plain = |part: &[u8]| !matches!(part, b"" | b"." | b"..") && !part.contains(&0);
    assert!(path.split(|byte| *byte == b'/').all(is_plain), "{path:?}");
}
