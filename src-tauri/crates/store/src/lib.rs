//! Destinations: where a library goes. The only crate that imports `opendal`.
//!
//! Invariants: nothing that exists is replaced; bytes are hashed while they are sent and must equal the fingerprint
//! before they count; a listing that fails is an error, never a short listing; no secret is ever shown or stored here.

mod about;
mod azure;
mod buffers;
mod chunks;
mod connect;
mod content_type;
mod destination;
mod drive;
mod dropbox;
mod error;
pub mod exports;
mod flow;
mod folder;
pub mod foreign;
mod gcs;
mod google;
mod json;
mod known;
mod limits;
pub mod marker;
pub mod oauth;
mod objects;
mod original;
mod pages;
mod part;
mod percent;
mod probe;
mod proof;
mod provider;
mod range;
mod reading;
mod reads;
mod retry;
mod s3;
mod secret;
mod session;
mod sftp;
mod spec;
mod sums;
mod tokens;
mod trial;
mod version;
mod webdav;
mod whole;
mod wire;

pub use destination::{Destination, Fetch, Listed, Payload, Put, Remote};
pub use error::{Error, ErrorKind, Result};
pub use flow::{Flow, Ledger};
pub use known::Known;
pub use probe::{Check, Facts, Speed};
pub use proof::{Grade, Placed, prove};
pub use provider::Person;
pub use secret::{Grant, Keys, Secret};
pub use spec::{SignedIn, Spec, SpecError};
pub use sums::{Algo, Sums};
pub use version::{modified, same_version};
pub use whole::Whole;
pub use wire::{PacerView, Rate};
