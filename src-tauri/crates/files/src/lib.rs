//! The only door to the local file system.
//!
//! Nothing else in this project opens, writes, renames or removes a file of the person's. The invariants kept here:
//! a source is opened without following links and must be a regular file; a file gets its final name only when it is
//! whole, hashed and synced; nothing that exists is ever replaced; only what still has the recorded identity is removed.

mod aside;
mod bin;
pub mod clock;
mod direct;
mod disk;
mod durable;
mod error;
mod export;
mod identity;
mod list;
mod load;
mod open;
mod place;
mod private;
mod read;
mod same;
mod scratch;
mod unlink;

pub use aside::{settle_original, settle_placed};
pub use durable::{keep_absence, keep_file, keep_name};
pub use error::{Error, Result};
pub use export::{cannot_write, write_whole};
pub use identity::identity_of;
pub use list::{list_notes, list_tree};
pub use load::{Load, Names, ORIGINALS, Original};
pub use open::{open_below, open_regular};
pub use place::{PART_PREFIX, Placed, Source, place, place_bytes, place_read, place_stream, sweep_part};
pub use private::{
    append_private, create_private_dir, free_bytes, longest_name, remove_own_dir_if_empty, replace_private,
    workers_allowed, write_private,
};
pub use read::{ReadThrough, digest_cold, digest_of, read_head, read_through};
pub use same::{digest_ends, same_bytes};
pub use scratch::Scratch;
pub use unlink::{Removal, remove_original, remove_placed, trash_original};
