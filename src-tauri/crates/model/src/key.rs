//! Names at the destination. A key is a relative path with `/`, valid everywhere: NFC, no reserved names or characters,
//! components of at most 200 bytes. Two keys that some file system would take for one name have the same [`fold`].
//! Sources of the rules: Windows "Naming Files, Paths, and Namespaces"; APFS and Dropbox normalisation behaviour.

use unicode_normalization::UnicodeNormalization;

/// Longest component. File systems take 255 bytes; the rest is room for a suffix and for our temporary names.
pub const MAX_COMPONENT: usize = 200;

/// Our own folder at the destination; no key may live below it.
pub const MARKER_FOLDER: &str = ".albumen";

const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Turns any file or folder name into one safe component. Bytes that are not UTF-8 become `%XX`.
pub fn component(name: &[u8]) -> String {
    let text = shorten(&clean(name));
    // Last, because a cut can leave a dot or space at the end as well.
    let kept = text.trim_end_matches(['.', ' ']).len();
    let mut text = format!("{}{}", &text[..kept], "_".repeat(text.len() - kept));
    let (stem, _) = split_extension(&text);
    if RESERVED.contains(&stem.to_lowercase().as_str()) || text.is_empty() || text == MARKER_FOLDER {
        text.insert(0, '_');
    }
    text
}

/// Part of a component: no sign that some storage refuses, composed. As long as it comes.
pub fn clean(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.extend(chunk.valid().chars().map(|c| if is_unsafe(c) { '_' } else { c }));
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text.nfc().collect()
}

/// As much of the beginning as `room` bytes hold.
pub fn cut(text: &str, room: usize) -> &str {
    let end = (0..=room.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(0)]
}

/// Whether a key that was read somewhere is one that could have been given: no way out of the destination, nothing of our own.
pub fn is_possible(key: &str) -> bool {
    key.split('/').all(|part| {
        let special = ["", ".", "..", MARKER_FOLDER].contains(&part);
        !special && part.len() <= MAX_COMPONENT + 55 && !part.chars().any(is_unsafe)
    })
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Cuts the stem, never the extension.
fn shorten(text: &str) -> String {
    if text.len() <= MAX_COMPONENT {
        return text.to_owned();
    }
    let (stem, extension) = split_extension(text);
    let room = MAX_COMPONENT.saturating_sub(extension.len()).max(1);
    format!("{}{extension}", cut(stem, room))
}

/// `("IMG_1", ".jpg")`; a leading dot is no extension, and an extension longer than 16 bytes is none either.
pub fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= 16 => name.split_at(at),
        _ => (name, ""),
    }
}

/// Equal for names that a case-insensitive or normalising file system cannot hold side by side.
pub fn fold(key: &str) -> String {
    key.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn safe_components() {
        let cases: [(&[u8], &str); 9] = [
            (b"IMG_1.JPG", "IMG_1.JPG"),
            (b"a:b?.jpg", "a_b_.jpg"),
            (b"con.jpg", "_con.jpg"),
            (b"line\nbreak.jpg", "line_break.jpg"),
            (b"\xff\xfe.jpg", "%FF%FE.jpg"),
            (b"dot.", "dot_"),
            (b"..", "__"),
            (b".albumen", "_.albumen"),
            ("cafe\u{301}.jpg".as_bytes(), "caf\u{e9}.jpg"),
        ];
        for (name, expected) in cases {
            assert_eq!(component(name), expected);
        }
        let cut_at_a_space = format!("{} {}", "a".repeat(MAX_COMPONENT - 1), "b".repeat(20));
        assert!(component(cut_at_a_space.as_bytes()).ends_with('_'));
        let long = format!("{}.jpeg", "é".repeat(200));
        assert!(component(long.as_bytes()).ends_with(".jpeg"));
        assert!(component(long.as_bytes()).len() <= MAX_COMPONENT);
    }

    #[test]
    fn folds_what_some_disk_would_merge() {
        assert_eq!(fold("2024/IMG_1.JPG"), fold("2024/img_1.jpg"));
        assert_eq!(fold("cafe\u{301}.jpg"), fold("caf\u{e9}.jpg"));
        assert_ne!(fold("a.jpg"), fold("b.jpg"));
    }

    #[test]
    fn a_key_from_elsewhere_leads_nowhere_else() {
        let long = format!("{}~0123abcd-12.jpg", "a".repeat(196));
        for good in ["2024/2024-05/a.jpg", "a~0123abcd.jpg", &long] {
            assert!(is_possible(good), "{good}");
        }
        let cut = "a".repeat(300);
        for bad in [
            "",
            "/etc/x",
            "../x",
            "a/../b",
            "a//b",
            "./a",
            ".albumen/shards/x",
            "a/.albumen/b",
            "a\\b",
            "a\0b",
            "a\nb",
            "C:/x",
            &cut,
        ] {
            assert!(!is_possible(bad), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_make_one_safe_component(name in proptest::collection::vec(any::<u8>(), 0..400)) {
            let made = component(&name);
            prop_assert!(!made.is_empty() && made.len() <= MAX_COMPONENT);
            prop_assert!(made != "." && made != "..");
            prop_assert!(!made.contains('/') && !made.chars().any(char::is_control));
            prop_assert_eq!(component(made.as_bytes()), made.clone());
        }
    }
}
