//! Row ids of the catalog as distinct types, so that a file is never taken for an asset.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    )*};
}

ids! {
    /// A folder the person dropped in.
    SourceId,
    /// One regular file under a source.
    FileId,
    /// What a person calls "a photo": a primary file and its companions.
    AssetId,
    /// Assets that are duplicates of each other.
    GroupId,
    /// Where the library goes.
    DestinationId,
}
