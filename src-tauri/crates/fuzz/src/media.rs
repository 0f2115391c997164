//! Targets for what a file holds: its EXIF, its picture in every kind that is decoded, what Takeout tells of it.

use crate::Target;
use albumen_media::foreign::{beginning, exif, movie, packet, picture, takeout};
use albumen_model::Kind;

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
        name: "takeout",
        run: |bytes| {
            takeout(bytes);
        },
    },
];
