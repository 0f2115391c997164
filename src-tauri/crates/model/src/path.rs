//! Paths below a source, as bytes: a name that is not UTF-8 is a name all the same.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A relative path exactly as the file system gave it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(pub Vec<u8>);

impl RelPath {
    pub fn new(path: &Path) -> Self {
        Self(path.as_os_str().as_bytes().to_vec())
    }

    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// Folder part, without the trailing slash; empty at the top.
    pub fn folder(&self) -> &[u8] {
        self.split().0
    }

    /// The last component.
    pub fn name(&self) -> &[u8] {
        self.split().1
    }

    fn split(&self) -> (&[u8], &[u8]) {
        match self.0.iter().rposition(|&b| b == b'/') {
            Some(at) => (&self.0[..at], &self.0[at + 1..]),
            None => (&[], &self.0),
        }
    }

    /// For people: what is not printable UTF-8 shows as `\xNN`, so that two names never look the same.
    pub fn display(&self) -> String {
        display_bytes(&self.0)
    }
}

/// Printable form of any path bytes (see [`RelPath::display`]).
pub fn display_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() || is_bidi_control(c) {
                out.extend(c.escape_default());
            } else {
                out.push(c);
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            write!(out, "\\x{byte:02x}").unwrap_or_default();
        }
    }
    out
}

/// Characters that reorder the text around them can make `gpj.exe` read as `exe.jpg`.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_displays() {
        let path = RelPath(b"a/b\nc/\xff.jpg".to_vec());
        assert_eq!(path.folder(), b"a/b\nc");
        assert_eq!(path.name(), b"\xff.jpg");
        assert_eq!(path.display(), "a/b\\nc/\\xff.jpg");
        assert_eq!(RelPath(b"x.jpg".to_vec()).folder(), b"");
        assert_eq!(display_bytes("a\u{202e}gpj".as_bytes()), "a\\u{202e}gpj");
    }
}
