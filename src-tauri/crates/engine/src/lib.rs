//! The engine: the stages in order, as jobs with journal, progress, pause and cancel. Window and command line call
//! exactly this and nothing below it.
//!
//! The way the data goes, one module a stage, in this order:
//! 1. [`scan`]: walk the sources, read every new file once, tell [`renames`] from new files, [`assemble`] files into assets
//! 2. [`group`]: exact and similar duplicates, each with a suggested keeper
//! 3. [`review`]: the person's decisions, saved at once, undoable; [`compare`] shows two, [`folders`] many
//! 4. [`destination`]: chosen, tried out, its secret in the keychain or the [`vault`]; [`sign_in`] where a browser is needed
//!    A library may have two [`homes`]
//! 5. [`plan`]: every file gets one outcome; the dry run
//!    [`estimate`]: what that means to the destination, and when it would be over
//! 6. [`pilot`]: a small part of it first, read back and timed
//!    [`moving`]: run the plan, resumable; at its end [`exports`], a list and a copy of the catalog for the destination
//! 7. [`finish`]: verify, delete originals, roll back; [`reconcile`]: what differs later, and its repair; [`conflicts`]: which of
//!    two stays; [`read_repair`]: a copy that is looked at is compared
//!
//! A job that sends or reads much waits by itself on battery and on metered lines: [`power`].
//!
//! All of it again and again, while the sources change: [`watch`]; switched on in the window: [`in_step`]. How far all this is,
//! and the switch to the new home and back: [`phases`].
//!
//! Before it: [`unpack`], archives that become a source. Beside it, without a catalog: [`quick`], exact duplicates;
//! [`inspect`], what is read of a file. After it: [`report`] and [`provenance`], what became of every file. [`rebuild`], a
//! catalog that was lost; [`presence`], sources that are not what they were.

pub mod api;
mod assemble;
mod bring_back;
mod clocks;
mod company;
mod compare;
mod conflicts;
mod destination;
mod engine;
mod estimate;
mod exports;
mod finish;
mod first_look;
mod folders;
mod group;
mod homes;
mod in_step;
mod inspect;
mod job;
mod known;
mod levels;
mod metered;
mod moving;
mod parts;
mod phases;
mod pilot;
mod plan;
mod power;
mod presence;
mod preview;
mod preview_tree;
mod provenance;
mod quick;
mod read_repair;
mod rebuild;
mod reconcile;
mod remedy;
mod renames;
mod report;
mod review;
mod same_place;
mod scan;
mod secrets;
mod sign_in;
mod source_load;
mod sources;
mod throttle;
mod unpack;
mod vault;
mod watch;
mod words;
mod xmp;

pub use albumen_files::write_private;
pub use albumen_media::apart::begin as begin_decoding_apart;
pub use albumen_model::layout::DEFAULT as DEFAULT_LAYOUT;
pub use clocks::ClockWords;
pub use engine::{Engine, Outcome, default_catalog};
pub use exports::Exports;
pub use finish::VerifyHow;
pub use group::{FoundGroup, FoundMember};
pub use in_step::settle_time;
pub use inspect::{Dated, Inspected, inspect};
pub use job::JobHandle;
pub use levels::levels_in_words;
pub use moving::{HomeMoved, MoveOptions, MoveSummary};
pub use phases::CutOverOptions;
pub use pilot::PilotOptions;
pub use presence::Absence;
pub use provenance::Asked;
pub use quick::quick_groups;
pub use read_repair::OpenedCopy;
pub use unpack::{is_archive, sort_dropped};
pub use watch::{At, Told, WatchOptions};
