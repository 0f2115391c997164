//! Paths as Dropbox takes them, and as it folds them.

use unicode_normalization::UnicodeNormalization as _;

const LONGEST_NAME: usize = 255;
/// Files that Dropbox never syncs, in lower case.
const IGNORED: [&str; 7] = [
    "desktop.ini",
    "thumbs.db",
    ".ds_store",
    "icon\r",
    ".dropbox",
    ".dropbox.attr",
    ".dropbox.cache",
];

#[derive(Debug, PartialEq, Eq)]
pub(super) enum BadPath {
    /// Against the pattern of the argument: 400.
    Pattern,
    Malformed,
    Disallowed,
}

/// What two names of the same entry have in common.
pub(super) fn fold(path: &str) -> String {
    let composed: String = path.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// A path that can be written to.
pub(super) fn check(path: &str) -> Result<(), BadPath> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(BadPath::Pattern);
    };
    for name in rest.split('/') {
        let bad_end = name.ends_with(' ') || name.ends_with('.');
        let bad_character = name.contains(['\\', '\0']);
        if name.is_empty() || bad_end || bad_character || name.encode_utf16().count() > LONGEST_NAME {
            return Err(BadPath::Malformed);
        }
        let lower = name.to_lowercase();
        let temporary = lower.starts_with("~$")
            || lower.starts_with(".~")
            || (lower.starts_with('~') && lower.ends_with(".tmp"));
        if temporary || IGNORED.contains(&lower.as_str()) {
            return Err(BadPath::Disallowed);
        }
    }
    Ok(())
}

pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folders above, the outermost first, without the root.
pub(super) fn folders(path: &str) -> Vec<&str> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    ends.map(|end| &path[..end]).collect()
}

/// Whether `path` lies somewhere in `folder` (`""` is the root), or right in it.
pub(super) fn lies_in(path: &str, folder: &str, deep: bool) -> bool {
    let inside = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|rest| !rest.is_empty() && (deep || !rest.contains('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_refused_as_documented() {
        assert_eq!(fold("/A/E\u{301}"), "/a/\u{e9}");
        assert_eq!(check("/a/b (1).jpg"), Ok(()));
        assert_eq!(check("a"), Err(BadPath::Pattern));
        for bad in [
            "/",
            "/a//b",
            "/a /b",
            "/a.",
            "/a\\b",
            &format!("/{}", "x".repeat(256)),
        ] {
            assert_eq!(check(bad), Err(BadPath::Malformed), "{bad}");
        }
        assert_eq!(check("/a/Thumbs.db"), Err(BadPath::Disallowed));
        assert_eq!(folders("/a/b/c"), ["/a", "/a/b"]);
        assert!(lies_in("/a/b", "/a", false) && lies_in("/a/b/c", "", true));
        assert!(!lies_in("/a/b/c", "/a", false) && !lies_in("/ab", "/a", true));
    }
}
