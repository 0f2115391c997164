//! Nouns and pure rules. Every other crate speaks in these types; nothing here does I/O or waits.

pub mod balance;
pub mod capture;
pub mod digest;
pub mod fingerprint;
pub mod group;
pub mod identity;
pub mod ids;
pub mod key;
pub mod kind;
pub mod layout;
pub mod look;
pub mod outcome;
pub mod path;
pub mod phase;
pub mod said;
pub mod throttle;

pub use balance::{Balance, Tally};
pub use capture::{Capture, DateSource};
pub use digest::Sha256;
pub use fingerprint::{EmbeddedPicture, Fingerprint, FirstLook, PerceptualHash, Problem};
pub use group::{FolderMark, GroupKind, GroupStatus, Relation, RuleId};
pub use identity::Identity;
pub use ids::{AssetId, DestinationId, FileId, GroupId, SourceId};
pub use kind::Kind;
pub use layout::{Layout, NameLimits};
pub use look::Look;
pub use outcome::{Outcome, StepState};
pub use path::RelPath;
pub use phase::{Phase, Strategy};
pub use said::Said;
pub use throttle::{Cells, Hours, Limits, SourceLoad, Throttle};
