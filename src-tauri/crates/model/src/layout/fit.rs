//! A name within the limits of its destination. The file's name gives way first, then the longest folders; what is cut of a
//! folder's name is replaced by a mark of the whole, so that two folders do not become one.

use super::part::Bit;
use crate::key;

/// So much of a file's name is left before a folder's is cut.
const LEAST_STEM: usize = 24;
const LEAST_FOLDER: usize = 16;
/// `~` and eight digits.
const MARK: usize = 9;

/// What names a destination takes, in bytes of UTF-8. Every destination is taken to fold case and form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameLimits {
    /// Of a file's or folder's name; at most [`key::MAX_COMPONENT`].
    pub component: usize,
    /// Of the whole path below the destination.
    pub key: usize,
}

impl Default for NameLimits {
    fn default() -> Self {
        Self {
            component: key::MAX_COMPONENT,
            key: 4000,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fitted {
    pub folders: Vec<String>,
    pub stem: String,
    pub is_cut: bool,
}

/// `tail` is what follows the stem. `None` where no cut is enough.
pub(super) fn fit(
    mut folders: Vec<String>,
    mut bits: Vec<Bit>,
    tail: usize,
    limits: &NameLimits,
) -> Option<Fitted> {
    let mut is_cut = false;
    for folder in folders
        .iter_mut()
        .filter(|folder| folder.len() > limits.component)
    {
        *folder = cut_folder(folder, limits.component)?;
        is_cut = true;
    }
    // A reserved name grows by a sign.
    let most = limits.component.checked_sub(tail + 1)?;
    let whole: usize = bits.iter().map(|bit| bit.text.len()).sum();
    let fixed = bits.iter().filter(|bit| !bit.is_cut);
    let fixed: usize = fixed.map(|bit| bit.text.len()).sum();
    let least = whole.min(most).min(fixed + LEAST_STEM);
    let mut used: usize = folders.iter().map(|folder| folder.len() + 1).sum();
    while used + least + tail + 1 > limits.key {
        let over = used + least + tail + 1 - limits.key;
        let longest = folders.iter_mut().max_by_key(|folder| folder.len())?;
        let room = longest.len().saturating_sub(over).max(LEAST_FOLDER);
        let made = cut_folder(longest, room).filter(|made| made.len() < longest.len())?;
        used -= longest.len() - made.len();
        *longest = made;
        is_cut = true;
    }
    let room = most.min(limits.key - used - tail - 1);
    is_cut |= cut_stem(&mut bits, room)?;
    let stem: String = bits.into_iter().map(|bit| bit.text).collect();
    Some(Fitted {
        folders,
        stem: key::component(stem.as_bytes()),
        is_cut,
    })
}

fn cut_folder(name: &str, room: usize) -> Option<String> {
    let kept = key::cut(name, room.checked_sub(MARK)?).trim_end();
    Some(format!("{kept}~{:08x}", fnv1a(name.as_bytes())))
}

/// Cuts the longest pieces that may be cut.
fn cut_stem(bits: &mut [Bit], room: usize) -> Option<bool> {
    let mut is_cut = false;
    loop {
        let whole: usize = bits.iter().map(|bit| bit.text.len()).sum();
        let over = match whole.checked_sub(room) {
            None | Some(0) => return Some(is_cut),
            Some(over) => over,
        };
        let pieces = bits.iter_mut().filter(|bit| bit.is_cut && !bit.text.is_empty());
        let longest = pieces.max_by_key(|bit| bit.text.len())?;
        let kept = longest.text.len().saturating_sub(over);
        let kept = key::cut(&longest.text, kept).trim_end().len();
        longest.text.truncate(kept);
        is_cut = true;
    }
}

/// The same in every version and on every machine, which the standard library's hash is not.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
