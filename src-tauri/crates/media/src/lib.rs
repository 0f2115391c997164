//! Reads the person's files and distrusts them: walk, kinds, the one read, metadata, pixels, perceptual hash, pairing.
//!
//! Whatever a file holds, the worst it can do is become one row with a problem: sizes are checked before anything is
//! allocated, a panic in a decoder stays inside [`fingerprint`], and what may crash or hang is decoded [`apart`].

pub mod apart;
pub mod archive;
pub mod ban;
mod budget;
pub mod exif;
pub mod fingerprint;
mod first_look;
pub mod foreign;
mod frame;
mod heif;
mod ifd;
mod iptc;
mod jpeg;
mod jxl;
pub mod kind;
mod maker;
mod metadata;
mod motion;
mod movie;
pub mod pair;
mod phash;
mod pixels;
mod poster;
pub mod preview;
mod raw;
mod reduce;
pub mod scan;
mod segments;
mod stills;
mod takeout;
mod version;
mod xmp;

pub use fingerprint::{FingerprintError, fingerprint};
pub use first_look::first_look;
pub use frame::look;
pub use pixels::THUMB;
pub use preview::{Shown, preview, preview_of, shown};
pub use scan::{Found, walk, walk_folder};
