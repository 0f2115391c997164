//! What a place can do, tried out past the code under test: a case that needs more is `n/a` there and says why.

use std::collections::BTreeSet;

/// Something a place can do or cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// A write that must not replace is refused when the name is taken.
    RefusesToReplace,
    /// So is the completion of an upload in parts.
    RefusesToReplaceInParts,
    /// A request with a wrong signature is refused.
    LooksAtKeys,
    /// The digest can be kept beside the object.
    KeepsMetadata,
    /// The modification time of the original can be kept.
    KeepsTimes,
    /// At least its whole seconds can.
    KeepsSeconds,
    /// Names under which systems keep notes of their own are kept too.
    KeepsNamesOfSystems,
    /// A listing tells one version of an object from another.
    ListsVersions,
    /// Names that differ in case are two names.
    TellsCases,
    /// An object of no bytes can be stored.
    KeepsNothing,
    /// Uploads that were not completed can be listed.
    ListsUploads,
    /// Keys of a thousand bytes are kept, with metadata.
    KeepsLongKeys,
    /// A name below that of an object is stored or refused, and not met with an error of the server.
    AnswersBelowObjects,
    /// Two writes of one name at once leave one of them whole. Not tried out: a server that cannot seldom shows it.
    OutlivesTwoWriters,
    /// A place that nobody made is told from an empty one.
    KnowsItsPlaces,
    /// Nothing can be put into a place that nobody made.
    MustBeMade,
    /// It is reached over a network.
    IsFar,
}

impl Fact {
    /// Why a case that needs this is not applicable.
    pub fn missing(self) -> &'static str {
        match self {
            Self::RefusesToReplace => "ignores If-None-Match",
            Self::RefusesToReplaceInParts => "ignores If-None-Match for parts",
            Self::LooksAtKeys => "does not look at keys",
            Self::KeepsMetadata => "keeps no metadata",
            Self::KeepsTimes => "keeps no fractions of seconds",
            Self::KeepsSeconds => "keeps no times",
            Self::KeepsNamesOfSystems => "refuses names of systems",
            Self::ListsVersions => "lists no versions",
            Self::TellsCases => "merges cases",
            Self::KeepsNothing => "refuses empty objects",
            Self::ListsUploads => "does not list uploads",
            Self::KeepsLongKeys => "keeps no long keys",
            Self::AnswersBelowObjects => "breaks below an object",
            Self::OutlivesTwoWriters => "cannot read what two wrote at once",
            Self::KnowsItsPlaces | Self::MustBeMade => "is made when it is needed",
            Self::IsFar => "is on this machine",
        }
    }
}

pub type Facts = BTreeSet<Fact>;
