//! Names of edited versions: Apple's `IMG_E1234.JPG` of `IMG_1234.HEIC` with its `IMG_O1234.AAE`, and what Google, Apple and
//! others add to a name. An edited version and its original are one photo to whoever made it.

use crate::takeout::numbered;

/// What Google Photos adds, by the language of the account (forms gathered in TheLastGimbus/GooglePhotosTakeoutHelper), and
/// what people and programs put in brackets.
const SUFFIXES: [&str; 15] = [
    "-edited",
    " (edited)",
    "(edited)",
    "-edytowane",
    "-bearbeitet",
    "-bewerkt",
    "-編集済み",
    "-modificato",
    "-modifié",
    "-ha editado",
    "-editado",
    "-editada",
    "-editat",
    "-redigerad",
    "-redigeret",
];

/// Takeout cuts a name of more letters, and with it the end of what it added.
const CUT_FROM: usize = 46;
/// Less of an addition could be anything.
const LEAST: usize = 3;

/// Stems that the original of a photo with this stem may have, the likeliest first; none when it is no version. All in lower case.
pub fn originals(stem: &str) -> Vec<String> {
    if let Some(original) = apple(stem) {
        return vec![original];
    }
    let (bare, number) = numbered(stem);
    let mut found: Vec<String> = Vec::new();
    let mut add = |base: &str| {
        let original = format!("{base}{number}");
        if !base.is_empty() && !found.contains(&original) {
            found.push(original);
        }
    };
    for suffix in SUFFIXES {
        if let Some(base) = bare.strip_suffix(suffix) {
            add(base);
        }
    }
    if bare.chars().count() >= CUT_FROM {
        for suffix in SUFFIXES.iter().filter(|suffix| suffix.starts_with('-')) {
            let ends = suffix.char_indices().skip(LEAST).map(|(end, _)| end);
            for end in ends {
                if let Some(base) = bare.strip_suffix(&suffix[..end]) {
                    add(base);
                }
            }
        }
    }
    found
}

/// `img_e1234` and `img_o1234` as `img_1234`.
fn apple(stem: &str) -> Option<String> {
    let rest = stem
        .strip_prefix("img_e")
        .or_else(|| stem.strip_prefix("img_o"))?;
    let (digits, _) = numbered(rest);
    let is_number = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("img_{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edited_versions_are_known_by_their_names() {
        for (stem, original) in [
            ("img_e1234", "img_1234"),
            ("img_o1234", "img_1234"),
            ("img_e1234(1)", "img_1234(1)"),
            ("img_1-edited", "img_1"),
            ("img_1-edited(2)", "img_1(2)"),
            ("img_1(2)-edited", "img_1(2)"),
            ("img_1 (edited)", "img_1"),
            ("img_1(edited)", "img_1"),
            ("urlaub-bearbeitet", "urlaub"),
            ("img_1-編集済み", "img_1"),
            (
                "a name of forty-three letters, as long as it-edi",
                "a name of forty-three letters, as long as it",
            ),
        ] {
            assert_eq!(
                originals(stem).first().map(String::as_str),
                Some(original),
                "{stem}"
            );
        }
        for other in [
            "img_1234",
            "img_edit",
            "img_e12",
            "edited",
            "-edited",
            "img_1-edi",
            "img_1(1)",
        ] {
            assert_eq!(originals(other), [""; 0], "{other}");
        }
    }
}
