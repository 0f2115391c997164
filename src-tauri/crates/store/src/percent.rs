//! Texts as parts of an address (RFC 3986, 2.1): what is "unreserved" stays as it is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
const PATH: &AsciiSet = &PART.remove(b'/');

/// One part of a path, or a value of a query: a slash in it is no slash of the path.
pub(crate) fn part(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, PART)
}

/// A path, whose slashes stay.
pub(crate) fn path(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, PATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_is_one_of_the_path_or_of_a_name() {
        let text = "a b/\u{e9}+c-_.~%";
        assert_eq!(path(text).to_string(), "a%20b/%C3%A9%2Bc-_.~%25");
        assert_eq!(part(text).to_string(), "a%20b%2F%C3%A9%2Bc-_.~%25");
    }
}
