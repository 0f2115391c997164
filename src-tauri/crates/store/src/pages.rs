//! How a storage leads from page to page of a listing, and from folder to folder.
//!
//! Invariant: a listing that goes in circles, or on and on without telling anything, ends as an error: whoever waits for
//! the storage is not kept waiting for ever, and memory does not grow with it.

use crate::error::{Error, ErrorKind, Result};
use std::collections::HashSet;

/// Storages may answer with empty pages (S3 does where it passes by what was deleted), but not with a million entries of
/// nothing in a row.
const MOST_EMPTY: u32 = 1000;
/// Bytes of the longest path anywhere (Windows, with its long form). Drive nests folders 100 deep.
const LONGEST: usize = 32_767;

/// Where a listing is: the token of the page that comes next.
#[derive(Default)]
pub(crate) struct Pages {
    token: String,
    met: HashSet<String>,
    empty: u32,
}

impl Pages {
    /// Of the page that is to be asked for; empty at the first.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// After a page that told `told` entries and names the `next` one: whether there is one.
    pub fn turn(&mut self, next: Option<String>, told: usize) -> Result<bool> {
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return Ok(false);
        };
        self.told(told)?;
        if !self.met.insert(next.clone()) {
            return Err(endless());
        }
        self.token = next;
        Ok(true)
    }

    /// After a page that told `told` entries, where pages have no tokens.
    pub fn told(&mut self, told: usize) -> Result<()> {
        self.empty = if told == 0 { self.empty + 1 } else { 0 };
        if self.empty > MOST_EMPTY {
            return Err(endless());
        }
        Ok(())
    }
}

/// A folder that is so deep holds itself.
pub(crate) fn deep(folder: &str) -> Result<()> {
    if folder.len() > LONGEST {
        return Err(endless());
    }
    Ok(())
}

pub(crate) fn endless() -> Error {
    Error::new(
        ErrorKind::Other,
        "The storage's listing does not end: it leads in circles, or to nothing.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages were asked for until it ended, and whether it ended well.
    fn walk(next: impl Fn(u32) -> (Option<String>, usize)) -> (u32, bool) {
        let mut pages = Pages::default();
        for asked in 1.. {
            let (token, told) = next(asked);
            match pages.turn(token, told) {
                Ok(true) => assert_eq!(Some(pages.token()), next(asked).0.as_deref()),
                ended => return (asked, ended.is_ok()),
            }
        }
        unreachable!()
    }

    #[test]
    fn a_listing_that_ends_is_followed_to_its_end() {
        assert_eq!(walk(|_| (None, 5)), (1, true));
        assert_eq!(walk(|_| (Some(String::new()), 5)), (1, true));
        assert_eq!(
            walk(|page| ((page < 9000).then(|| page.to_string()), 1)),
            (9000, true)
        );
        // Empty pages in between.
        let sparse = |page: u32| {
            (
                (page < 9000).then(|| page.to_string()),
                usize::from(page.is_multiple_of(900)),
            )
        };
        assert_eq!(walk(sparse), (9000, true));
    }

    #[test]
    fn circles_and_pages_of_nothing_end_as_errors() {
        assert_eq!(walk(|_| (Some("again".to_owned()), 5)), (2, false));
        assert_eq!(walk(|page| (Some((page % 7).to_string()), 5)), (8, false));
        assert_eq!(walk(|page| (Some(page.to_string()), 0)), (MOST_EMPTY + 1, false));
    }

    #[test]
    fn a_folder_that_holds_itself_is_not_followed_for_ever() {
        let mut folder = String::new();
        let turns = (0..).take_while(|_| {
            folder.push_str("again/");
            deep(&folder).is_ok()
        });
        assert_eq!(turns.count(), LONGEST / "again/".len());
    }
}
