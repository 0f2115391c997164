//! Destinations: where a library goes. The only crate that imports `opendal`.
//!
//! Invariants: nothing that exists is replaced; bytes are hashed while they are sent and must equal the fingerprint
//! before they count; a listing that fails is an error, never a short listing; no secret is ever shown or stored here.

mod destination;
mod error;
mod folder;
pub mod marker;
mod objects;
mod probe;
mod spec;

pub use destination::{Destination, Fetch, Meter, Payload, Put, Remote};
pub use error::{Error, ErrorKind, Result};
pub use probe::{Check, Facts};
pub use spec::{Keys, Spec, SpecError};
