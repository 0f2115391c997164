//! What tests and benchmarks stand on: sample libraries made on the fly, a checker of trees, real storage servers on
//! loopback, doubles of providers that nobody else plays, and the built programs.
//!
//! Nothing here imports the code under test: what the checker says of a tree is a second opinion.

pub mod app;
pub mod archive;
pub mod chance;
pub mod clock;
mod date;
pub mod disk;
pub mod double;
pub mod exif;
pub mod held;
pub mod http;
pub mod keep;
pub mod labelled;
pub mod library;
pub mod many;
pub mod motion;
pub mod movie;
mod odd;
pub mod picture;
pub mod poison;
pub mod powercut;
pub mod proxy;
pub mod random;
pub mod s3;
pub mod scenes;
pub mod score;
pub mod servers;
pub mod strace;
pub mod tree;
pub mod versions;
pub mod write;
