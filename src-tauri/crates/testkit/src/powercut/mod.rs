//! The disk after a power cut: what a program wrote is recorded call by call ([`record`]), played back up to any moment,
//! and what was not synced by then is kept, lost or torn ([`cut`]).
//!
//! **What a disk promises here** is what POSIX promises, and three things more:
//!
//! - `fsync` of a file keeps its bytes, length, time and mode, `fdatasync` its bytes and length; neither keeps its name.
//!   `fsync` of a folder keeps its names, not what they stand for, nor the folder's own name. A sync counts for what had
//!   ended before the sync began.
//! - Everything else may be lost by itself: each write, each sector of 512 bytes or page of 4096 of it, each name, in any
//!   order across files and folders. A length may be kept without its bytes, which are zeros then.
//!
//! Beyond POSIX, as file systems in use keep to it and the applications studied in "All File Systems Are Not Created Equal"
//! (Pillai et al., OSDI 2014, the study behind ALICE) rely on it:
//!
//! 1. A rename is one step, also across folders: the old name, the new one, and what it replaced change together or not
//!    at all (ext4, XFS, Btrfs, APFS by their journals). A sync of either folder keeps it. It is not kept without the
//!    folder that it moves into.
//! 2. A sector is old or new, and a write changes nothing beside it (SQLite's `powersafe overwrite`, its default).
//! 3. Names in one folder change in the order in which they were changed; a later one may be kept without an earlier one
//!    that is about another name.
//!
//! It is stricter than ext4 with `data=ordered`, where `fsync` of a new file keeps its name and renames are not kept
//! before older ones. Not modelled: a disk that lies about its flushes, bytes of other files in place of lost ones,
//! and links. Memory that SQLite's processes share (`-shm`) is written without any sync and rebuilt by whoever comes
//! first: no image has it.

pub mod cut;
pub mod disk;
pub mod image;
pub mod record;
mod text;
