//! Reads the person's files and distrusts them: walk, kinds, the one read, EXIF, pixels, perceptual hash, pairing.
//!
//! Whatever a file holds, the worst it can do is become one row with a problem: sizes are checked before anything is
//! allocated, and a panic in a decoder stays inside [`fingerprint`].

pub mod ban;
pub mod exif;
pub mod fingerprint;
mod first_look;
mod frame;
mod jpeg;
pub mod kind;
pub mod pair;
mod phash;
mod pixels;
pub mod preview;
pub mod scan;

pub use fingerprint::{FingerprintError, fingerprint};
pub use first_look::first_look;
pub use frame::look;
pub use pixels::THUMB;
pub use preview::preview;
pub use scan::{Found, walk};
