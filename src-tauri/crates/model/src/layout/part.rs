//! What one part of a template says of one photo. Where a word has nothing to say, what joined it to the rest goes too.

use super::{Choice, Facts, Piece, Word};
use crate::key;
use std::borrow::Cow;

/// Signs that only join words.
const JOINTS: [char; 5] = [' ', '-', '_', ',', '.'];

/// A piece as it will be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bit {
    pub text: String,
    /// May be cut where the whole is too long.
    pub is_cut: bool,
}

impl Choice {
    /// What it says, and which of its alternatives said it: a place in `words`, or their number for the last resort.
    pub(super) fn say<'a>(&'a self, facts: &Facts<'a>) -> (Cow<'a, [u8]>, usize) {
        let said = self.words.iter().enumerate();
        said.filter_map(|(at, word)| Some((word.of(facts)?, at)))
            .next()
            .unwrap_or_else(|| (Cow::Borrowed(self.last_resort().as_bytes()), self.words.len()))
    }

    pub(super) fn last_resort(&self) -> &str {
        match &self.resort {
            Some(text) => text,
            None => self.words.last().map_or("", |word| word.resort()),
        }
    }

    /// The default of a date says all there is to say of it once.
    fn is_undated(&self, at: usize) -> bool {
        self.resort.is_none()
            && at == self.words.len()
            && self.words.last().is_some_and(|word| word.is_of_date())
    }
}

pub(super) fn bits(part: &[Piece], facts: &Facts<'_>) -> Vec<Bit> {
    let mut made: Vec<Bit> = Vec::new();
    let mut is_undated = false;
    // The piece before had nothing to say; the last of `made` is a text of the template.
    let (mut gap, mut after_text) = (false, false);
    for piece in part {
        match piece {
            Piece::Text(text) => {
                let mut text = key::clean(text.as_bytes());
                if gap && made.is_empty() {
                    text = text.trim_start_matches(JOINTS).to_owned();
                } else if gap && after_text && text.starts_with(JOINTS) {
                    // Of two joints round nothing the second one is left.
                    drop_joint(&mut made);
                }
                (gap, after_text) = (false, true);
                made.push(Bit { text, is_cut: true });
            }
            Piece::Words(choice) => {
                let (said, at) = choice.say(facts);
                let again = choice.is_undated(at) && std::mem::replace(&mut is_undated, true);
                if said.is_empty() || again {
                    gap = true;
                    continue;
                }
                (gap, after_text) = (false, false);
                made.push(Bit {
                    text: key::clean(&said),
                    is_cut: choice.words.get(at).is_none_or(|word| word.is_cut()),
                });
            }
        }
    }
    if gap && after_text {
        drop_joint(&mut made);
    }
    made.retain(|bit| !bit.text.is_empty());
    made
}

/// At the end of the text that comes last.
fn drop_joint(made: &mut [Bit]) {
    if let Some(last) = made.last_mut() {
        last.text.truncate(last.text.trim_end_matches(JOINTS).len());
    }
}

/// Folder names of one part: none where it has nothing to say, several where it is the original folder.
pub(super) fn folders(part: &[Piece], facts: &Facts<'_>, into: &mut Vec<String>) {
    if let [Piece::Words(choice)] = part
        && choice.words.get(choice.say(facts).1) == Some(&Word::OriginalFolder)
    {
        let names = facts.folder.split(|&b| b == b'/').filter(|name| !name.is_empty());
        into.extend(names.map(key::component));
        return;
    }
    let whole: String = bits(part, facts).into_iter().map(|bit| bit.text).collect();
    if !whole.trim().is_empty() {
        into.push(key::component(whole.as_bytes()));
    }
}
