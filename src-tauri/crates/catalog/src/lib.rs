//! The catalog: one SQLite database that remembers everything, and the only SQL of this project.
//!
//! Invariants: one process at a time (a lock beside the file); one writer, many readers; every write is a transaction;
//! WAL with `synchronous=FULL`, so what was reported as committed survives a power cut; a newer schema is refused, a
//! damaged file is named and left as it is, to the byte. Thumbnails live in a second file that can be lost without loss.

mod clocks;
mod decisions;
mod destinations;
mod differences;
mod error;
mod files;
mod first_look;
mod folders;
mod gallery;
mod groups;
mod library;
mod look;
mod markers;
mod naming;
mod open;
mod origins;
mod pairing;
mod pairs;
mod placed;
mod plans;
mod profile;
mod recalled;
mod removals;
mod renames;
mod report;
mod row;
mod scans;
mod schema;
mod settings;
mod shared;
mod snapshot;
mod sources;
mod thumbs;
mod uploads;

pub use clocks::Clock;
pub use decisions::{DecisionKind, ReviewCounts, StepRow as DecisionStepRow};
pub use destinations::{DestinationRow, ListedRow};
pub use differences::{DifferenceRow, Differs, NewDifference};
pub use error::{Error, Result};
pub use files::{FileRow, KnownFile, ScannedFile, WalkedFile};
pub use first_look::FirstLookRow;
pub use folders::{FolderPairRow, FolderRow};
pub use gallery::{BulkMember, GroupFilter, GroupRow, GroupSort, GroupsPage, MemberRow};
pub use groups::{CandidateRow, NewGroup, NewMember, SketchRow};
pub use naming::FileToName;
pub use open::Catalog;
pub use origins::{NamedFile, OriginCopy, OriginGroup, OriginMember, OriginRemoval, OriginRow, OriginStep};
pub use pairing::PairingRow;
pub use pairs::PairRow;
pub use placed::{Landed, Origin, PlacedRow, ReceiptRow, VerifyTotals};
pub use plans::{NewStep, PlanFile, PlanRow, SampleFile, ShardStep, StepFilter, StepRow, Words};
pub use profile::{KindTotal, MonthTotal, NamedTotal, ProfileTotals};
pub use recalled::{Recalled, Untied};
pub use removals::{Candidate as RemovalCandidate, RemovalRow};
pub use renames::{Arrival, Former, Met, Rename, RenamedRow};
pub use report::{OriginalState, ReportFilter, ReportRow, ReportTotal};
pub use scans::KnownProblem;
pub use shared::{SharedStep, Waiting};
pub use sources::{ProblemRow, SourceRow};
