//! Destinations: the only crate that imports opendal.
