//! The words of a template, and what each says of one photo.

use super::Facts;
use crate::key;
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    Year,
    Month,
    Day,
    Hour,
    Camera,
    Lens,
    Place,
    Album,
    OriginalName,
    OriginalFolder,
    Sequence,
    Sha8,
}

impl Word {
    pub const ALL: [Self; 12] = [
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Hour,
        Self::Camera,
        Self::Lens,
        Self::Place,
        Self::Album,
        Self::OriginalName,
        Self::OriginalFolder,
        Self::Sequence,
        Self::Sha8,
    ];

    /// As it stands between the braces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Camera => "camera",
            Self::Lens => "lens",
            Self::Place => "place",
            Self::Album => "album",
            Self::OriginalName => "original name",
            Self::OriginalFolder => "original folder",
            Self::Sequence => "sequence",
            Self::Sha8 => "sha8",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.as_str() == text)
    }

    pub fn is_of_date(self) -> bool {
        matches!(self, Self::Year | Self::Month | Self::Day | Self::Hour)
    }

    /// Tells any two photos of a folder apart, and always has something to say.
    pub fn keeps_apart(self) -> bool {
        matches!(self, Self::OriginalName | Self::Sequence | Self::Sha8)
    }

    /// What stands for it where a photo has none. A photo at the top of its source has no folder, and gets none.
    pub(super) fn resort(self) -> &'static str {
        match self {
            Self::Year | Self::Month | Self::Day | Self::Hour => "undated",
            Self::Camera => "unknown camera",
            Self::Lens => "unknown lens",
            Self::Place => "unknown place",
            Self::Album => "no album",
            Self::OriginalName | Self::OriginalFolder | Self::Sequence | Self::Sha8 => "",
        }
    }

    /// Cut where a name is too long; dates, numbers and digests are not.
    pub(super) fn is_cut(self) -> bool {
        !self.is_of_date() && !matches!(self, Self::Sequence | Self::Sha8)
    }

    /// `None` where the photo has none. The name is without its ending.
    pub(super) fn of<'a>(self, facts: &Facts<'a>) -> Option<Cow<'a, [u8]>> {
        let dated = |format: &str| {
            let text = facts.date?.strftime(format).to_string();
            Some(Cow::Owned(text.into_bytes()))
        };
        let said = |text: Option<&'a str>| {
            let text = text?.trim();
            (!text.is_empty()).then_some(Cow::Borrowed(text.as_bytes()))
        };
        match self {
            Self::Year => dated("%Y"),
            Self::Month => dated("%m"),
            Self::Day => dated("%d"),
            Self::Hour => dated("%H"),
            Self::Camera => said(facts.camera),
            Self::Lens => said(facts.lens),
            Self::Place => said(facts.place),
            Self::Album => said(facts.album),
            Self::OriginalName => {
                let clean = key::clean(facts.name);
                Some(Cow::Owned(key::split_extension(&clean).0.as_bytes().to_vec()))
            }
            Self::OriginalFolder => {
                let flat = facts.folder.iter().map(|&b| if b == b'/' { b'_' } else { b });
                (!facts.folder.is_empty()).then(|| Cow::Owned(flat.collect()))
            }
            Self::Sequence => facts
                .sequence
                .map(|number| Cow::Owned(format!("{number:04}").into_bytes())),
            Self::Sha8 => facts.sha256.map(|digest| Cow::Owned(digest.short().into_bytes())),
        }
    }
}
