//! What people said of a photo in words: title, caption, stars, keywords, who is on it.
//!
//! Invariant: whatever a file holds, these are few, short and of letters that XML can carry.

use crate::key::cut;
use serde::{Deserialize, Serialize};

/// Keywords, names, levels of a tag: bytes of one.
const LONGEST_WORD: usize = 500;
const LONGEST_TITLE: usize = 2000;
const LONGEST_CAPTION: usize = 16 << 10;
/// Of each list.
const MOST: usize = 500;

/// What one file says of its photo.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// One to five stars; -1 is rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i8>,
    /// Marked with Google's star, which is no rating.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub favorite: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Keywords with those above them: `Places/Portugal/Porto`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Degrees north, degrees east, as the file itself says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gps: Option<(f64, f64)>,
}

impl Said {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn set_title(&mut self, text: &str) {
        self.title = self.title.take().or_else(|| line(text, LONGEST_TITLE));
    }

    pub fn set_caption(&mut self, text: &str) {
        self.caption = self.caption.take().or_else(|| caption(text));
    }

    /// Stars as a number in words; none and nonsense say nothing.
    pub fn set_rating(&mut self, text: &str) {
        let stars = text.trim().parse::<f64>().ok().map(f64::round);
        let stars = stars.filter(|stars| (-1.0..=5.0).contains(stars) && *stars != 0.0);
        self.rating = self.rating.or(stars.map(|stars| stars as i8));
    }

    pub fn add_keyword(&mut self, text: &str) {
        add(&mut self.keywords, text);
    }

    pub fn add_person(&mut self, text: &str) {
        add(&mut self.people, text);
    }

    /// `between` stands between a tag and those above it.
    pub fn add_tag(&mut self, text: &str, between: char) {
        let levels: Vec<String> = text
            .split(between)
            .filter_map(|level| line(level, LONGEST_WORD))
            .map(|level| level.replace('/', "-"))
            .collect();
        add(&mut self.tags, &levels.join("/"));
    }

    /// Takes what `other` says where this does not; lists are united.
    pub fn take(&mut self, other: Self) {
        self.title = self.title.take().or(other.title);
        self.caption = self.caption.take().or(other.caption);
        self.rating = self.rating.or(other.rating);
        self.favorite |= other.favorite;
        self.gps = self.gps.or(other.gps);
        let lists = [
            (&mut self.keywords, other.keywords),
            (&mut self.tags, other.tags),
            (&mut self.people, other.people),
        ];
        for (list, others) in lists {
            others.iter().for_each(|text| add(list, text));
        }
    }
}

fn add(list: &mut Vec<String>, text: &str) {
    if let Some(text) = line(text, LONGEST_WORD)
        && list.len() < MOST
        && !list.contains(&text)
    {
        list.push(text);
    }
}

/// A text without lines of its own; `None` where nothing is left of it.
pub fn line(text: &str, longest: usize) -> Option<String> {
    let text: String = cut(text.trim(), longest)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| is_carried(*c))
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text that may have lines.
pub fn caption(text: &str) -> Option<String> {
    let text = cut(text.trim(), LONGEST_CAPTION).replace("\r\n", "\n");
    let text: String = text
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| matches!(c, '\n' | '\t') || (!c.is_control() && is_carried(*c)))
        .collect();
    let text = text.trim();
    (!text.is_empty() && !is_of_the_camera(text)).then(|| text.to_owned())
}

/// XML 1.0 has no way to write these.
fn is_carried(c: char) -> bool {
    !matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// What cameras write where a person could.
fn is_of_the_camera(text: &str) -> bool {
    let upper = text.to_uppercase();
    upper.ends_with("DIGITAL CAMERA")
        || upper.starts_with("DCIM\\")
        || ["SONY DSC", "DAV", "HDR"].contains(&&*upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn single_values_are_of_the_first_that_says_them_and_lists_are_united() {
        let mut one = Said::default();
        one.set_rating("0");
        assert!(one.is_empty(), "no stars are no rating");
        one.set_rating("4");
        one.add_keyword("sea");
        one.add_tag("Places|Portugal/North|Porto", '|');
        let mut other = Said {
            favorite: true,
            ..Said::default()
        };
        other.set_rating("5");
        other.set_title(" Pier\n2 ");
        other.add_keyword("sea");
        other.add_keyword("boat");
        one.take(other);
        assert_eq!((one.rating, one.favorite), (Some(4), true));
        assert_eq!(one.title.as_deref(), Some("Pier 2"));
        assert_eq!(one.keywords, ["sea", "boat"]);
        assert_eq!(one.tags, ["Places/Portugal-North/Porto"]);
    }

    #[test]
    fn what_the_camera_writes_is_no_caption() {
        for text in [
            "OLYMPUS DIGITAL CAMERA         ",
            "SONY DSC",
            "DCIM\\100MEDIA\\DJI_0001.JPG",
            " ",
        ] {
            assert_eq!(caption(text), None, "{text}");
        }
        assert_eq!(
            caption("My digital\r\ncamera\0").as_deref(),
            Some("My digital\ncamera")
        );
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_short_and_can_be_carried(text in "\\PC*|(?s).{0,3000}") {
            let mut said = Said::default();
            said.set_title(&text);
            said.set_caption(&text.repeat(40));
            for at in 0..600 {
                said.add_keyword(&format!("{at}{text}"));
            }
            prop_assert!(said.keywords.len() <= MOST);
            let words = said.keywords.iter().chain(&said.title);
            for text in words {
                prop_assert!(text.len() <= LONGEST_TITLE && text.chars().all(|c| !c.is_control()));
            }
            let caption = said.caption.unwrap_or_default();
            prop_assert!(caption.len() <= LONGEST_CAPTION);
            prop_assert!(caption.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()));
        }
    }
}
