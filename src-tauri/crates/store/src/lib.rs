//! Destinations: where a library goes. The only crate that imports `opendal`.
//!
//! Invariants: nothing that exists is replaced; bytes are hashed while they are sent and must equal the fingerprint
//! before they count; a listing that fails is an error, never a short listing; no secret is ever shown or stored here.

mod classify;
mod destination;
mod error;
mod flow;
mod folder;
pub mod marker;
mod objects;
mod probe;
mod retry;
mod s3;
mod spec;
mod upload;
mod wire;

pub use destination::{Destination, Fetch, Payload, Put, Remote};
pub use error::{Error, ErrorKind, Result};
pub use flow::{Flow, Ledger};
pub use probe::{Check, Facts};
pub use spec::{Keys, Spec, SpecError};
pub use wire::{PacerView, Rate};
