//! Layout templates: where a photo goes, from what is known about it. Pure text in, keys out.
//!
//! A template is a path whose parts hold words in braces, each with alternatives: `{album|original folder|"No album"}`.
//! Invariant: the last part keeps photos apart, every file keeps its ending, and the files of one asset are known as one
//! again by their names.

mod family;
mod fit;
mod parse;
mod part;
mod word;

pub use family::{Named, beside, stem_of};
pub use fit::NameLimits;
pub use word::Word;

use crate::{Sha256, key};
use jiff::civil::DateTime;
use thiserror::Error;

/// The default of the command line and the window.
pub const DEFAULT: &str = "{year}/{year}-{month}/{original name}";

#[derive(Debug, Error, PartialEq, Eq)]
pub enum LayoutError {
    #[error("`{{{0}}}` is not a word this layout knows. Known: {1}.")]
    Unknown(String, String),
    #[error("A `{{` without its `}}`.")]
    Unclosed,
    #[error("A `\"` without the `\"` that ends it.")]
    OpenQuote,
    #[error("A text in quotes is the last resort: words stand before it and nothing behind it.")]
    TextNotLast,
    #[error(
        "The last part must hold {{original name}}, {{sequence}} or {{sha8}}, or photos would lose their names."
    )]
    NoName,
    #[error("{{sequence}} counts the photos of a folder, so it belongs in the last part.")]
    NumberedFolder,
    #[error("A layout needs at least one part.")]
    Empty,
    #[error("A layout of more than 1000 letters makes names that no storage takes.")]
    TooLong,
}

/// A word and what stands for it, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    words: Vec<Word>,
    /// `None`: what the last word has by default.
    resort: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Words(Choice),
}

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    folders: Vec<Vec<Piece>>,
    name: Vec<Piece>,
}

/// What a template can draw on: what is known of an asset by its primary.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    pub date: Option<DateTime>,
    pub camera: Option<&'a str>,
    pub lens: Option<&'a str>,
    pub place: Option<&'a str>,
    pub album: Option<&'a str>,
    /// File name as bytes.
    pub name: &'a [u8],
    /// Folder below the source, as bytes with `/`.
    pub folder: &'a [u8],
    pub sha256: Option<Sha256>,
    pub sequence: Option<u32>,
}

/// A word that had nothing to say of a photo, and what stood for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Missing {
    /// `date` stands for all its words.
    pub words: Vec<&'static str>,
    /// The word that stood for it, or else the text.
    pub instead: Result<&'static str, String>,
}

impl Layout {
    pub fn parse(template: &str) -> Result<Self, LayoutError> {
        parse::parse(template)
    }

    /// Whether photos are counted.
    pub fn is_numbered(&self) -> bool {
        self.choices_of_name()
            .any(|choice| choice.words.contains(&Word::Sequence))
    }

    /// Whether a photo's date goes into its key.
    pub fn is_dated(&self) -> bool {
        let all = self.folders.iter().chain([&self.name]);
        all.flat_map(|part| choices(part))
            .any(|choice| choice.words.iter().any(|word| word.is_of_date()))
    }

    /// Whether the name is a digest, so that copies of the same bytes get the same.
    pub fn is_by_digest(&self) -> bool {
        let leads = |word: Word| {
            self.choices_of_name()
                .any(|choice| choice.words.first() == Some(&word))
        };
        leads(Word::Sha8) && !leads(Word::OriginalName)
    }

    fn choices_of_name(&self) -> impl Iterator<Item = &Choice> {
        choices(&self.name)
    }

    /// Each made safe (see [`key::component`]); a part that has nothing to say is left out.
    pub fn folders(&self, facts: &Facts<'_>) -> Vec<String> {
        let mut made = Vec::new();
        for part in &self.folders {
            part::folders(part, facts, &mut made);
        }
        made
    }

    /// Photos of one scope are counted together: those of one folder, and of one date where the name begins with it.
    pub fn scope(&self, facts: &Facts<'_>) -> String {
        let mut scope = self.folders(facts).join("/");
        for choice in self.choices_of_name() {
            let (said, at) = choice.say(facts);
            if choice.words.get(at).is_none_or(|word| word.is_of_date()) {
                scope.push('\n');
                scope.push_str(&key::clean(&said));
            }
        }
        scope
    }

    /// Keys of files of one asset, whose names as they are in the source are `names`; with a suffix where another asset has
    /// theirs. `None` where no name within the limits can be made.
    pub fn name(
        &self,
        facts: &Facts<'_>,
        names: &[&[u8]],
        suffix: Option<&str>,
        limits: &NameLimits,
    ) -> Option<Named> {
        let folders = self.folders(facts);
        let bits = part::bits(&self.name, facts);
        let files = (facts.name, names);
        let is_last = |piece: &Piece| matches!(piece, Piece::Words(choice) if choice.words.first() == Some(&Word::OriginalName));
        if suffix.is_none()
            && self.name.last().is_some_and(is_last)
            && let Some((_, before)) = bits.split_last()
        {
            let before: String = before.iter().map(|bit| bit.text.as_str()).collect();
            if let Some(kept) = family::keep(&folders, &before, files, limits) {
                return Some(kept);
            }
        }
        family::name(folders, bits, files, suffix, limits)
    }

    /// Every word that had nothing to say of this photo.
    pub fn missing(&self, facts: &Facts<'_>) -> Vec<Missing> {
        let mut missing = Vec::new();
        for choice in self
            .folders
            .iter()
            .chain([&self.name])
            .flat_map(|part| choices(part))
        {
            let (_, at) = choice.say(facts);
            // Numbers are given later, and every photo has a name.
            if at == 0 || choice.words[..at].iter().any(|word| word.keeps_apart()) {
                continue;
            }
            let label = |word: &Word| if word.is_of_date() { "date" } else { word.as_str() };
            let mut words: Vec<&str> = choice.words[..at].iter().map(label).collect();
            words.dedup();
            let instead = match choice.words.get(at) {
                Some(word) => Ok(word.as_str()),
                None => Err(choice.last_resort().to_owned()),
            };
            let one = Missing { words, instead };
            if !missing.contains(&one) {
                missing.push(one);
            }
        }
        missing
    }
}

fn choices(part: &[Piece]) -> impl Iterator<Item = &Choice> {
    part.iter().filter_map(|piece| match piece {
        Piece::Words(choice) => Some(choice),
        Piece::Text(_) => None,
    })
}

#[cfg(test)]
mod tests;
