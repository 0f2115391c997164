//! Facts about a destination that were tried out on it and are kept with it. A capability that is only claimed is not
//! one: each of these allows a shortcut, and each is off until it was seen.

use crate::sums::Algo;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Known {
    /// A write that must not replace was refused: nobody has to be asked before.
    pub refuses_to_replace: bool,
    /// A write whose bytes were not those of its SHA-256 was refused.
    pub refuses_wrong_sha256: bool,
    /// The same for MD5.
    pub refuses_wrong_md5: bool,
    /// The same for Dropbox's own hash.
    pub refuses_wrong_content_hash: bool,
    /// The etag of what was stored is the MD5 of its bytes, and does not only look like one.
    pub etag_is_md5: bool,
}

impl Known {
    /// From the catalog's text; what cannot be read is not known.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether bytes announced by these digests are refused when others arrive.
    pub(crate) fn refuses_wrong(&self, announced: &[Algo]) -> bool {
        (self.refuses_wrong_sha256 && announced.contains(&Algo::Sha256))
            || (self.refuses_wrong_md5 && announced.contains(&Algo::Md5))
            || (self.refuses_wrong_content_hash && announced.contains(&Algo::Dropbox))
    }
}
