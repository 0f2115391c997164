//! Names as storages fold them that are not this machine's file system.

use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;

/// How a storage keeps names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Names {
    /// As they come.
    #[default]
    Kept,
    /// In NFC, whatever form they come in.
    Composed,
    /// In NFC, and two that differ only in case are one, which stays as it was written first.
    Folded,
}

/// What was written so far, by folded path.
#[derive(Default)]
pub(super) struct Known {
    names: Names,
    stored: HashMap<String, String>,
}

impl Known {
    pub fn new(names: Names) -> Self {
        Self {
            names,
            stored: HashMap::new(),
        }
    }

    pub fn folds(&self) -> bool {
        self.names != Names::Kept
    }

    /// The path that is really meant by `path`.
    pub fn stored(&self, path: &str) -> String {
        match self.names {
            Names::Kept => path.to_owned(),
            Names::Composed => path.nfc().collect(),
            Names::Folded => {
                let mut real = String::new();
                for (at, name) in path.split('/').enumerate() {
                    let above = if at == 0 { "" } else { "/" };
                    let wanted = format!("{real}{above}{}", name.nfc().collect::<String>());
                    real = self.stored.get(&fold(&wanted)).cloned().unwrap_or(wanted);
                }
                real
            }
        }
    }

    /// `path`, and every folder above it, is there by now.
    pub fn learn(&mut self, path: &str) {
        if self.names == Names::Folded {
            let path = path.trim_end_matches('/');
            let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
            for end in ends.chain([path.len()]) {
                let above = &path[..end];
                self.stored.entry(fold(above)).or_insert_with(|| above.to_owned());
            }
        }
    }
}

fn fold(path: &str) -> String {
    path.to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_as_asked() {
        let two = "/D/e\u{301}.jpg";
        assert_eq!(Known::new(Names::Kept).stored(two), two);
        assert_eq!(Known::new(Names::Composed).stored(two), "/D/\u{e9}.jpg");
        let mut folded = Known::new(Names::Folded);
        folded.learn("/D/IMG.JPG");
        assert_eq!(folded.stored("/d/img.jpg"), "/D/IMG.JPG");
        assert_eq!(folded.stored("/d/Other.jpg"), "/D/Other.jpg");
        assert_eq!(folded.stored("/d/"), "/D/");
    }
}
