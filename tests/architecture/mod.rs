//! Keeps `src-tauri/ARCHITECTURE.md` true: who imports whom, who may make a receipt or remove an original,
//! what the page and the window may do. Each rule is a function from text to findings, shown to find something.

mod doors;
mod forgotten;
mod house;
mod imports;
mod proofs;
