//! What a file is, decided from its first bytes and its name. Unknown photo formats still move; only `Other` stays.

use serde::{Deserialize, Serialize};

/// Stable names: they are stored in the catalog and in markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
    Gif,
    Tiff,
    Bmp,
    Heic,
    Avif,
    Jxl,
    Raw,
    Video,
    Sidecar,
    Other,
}

impl Kind {
    pub const ALL: [Self; 13] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Tiff,
        Self::Bmp,
        Self::Heic,
        Self::Avif,
        Self::Jxl,
        Self::Raw,
        Self::Video,
        Self::Sidecar,
        Self::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Tiff => "tiff",
            Self::Bmp => "bmp",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Jxl => "jxl",
            Self::Raw => "raw",
            Self::Video => "video",
            Self::Sidecar => "sidecar",
            Self::Other => "other",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Jxl => "JPEG XL",
            Self::Raw => "RAW",
            Self::Video => "Video",
            Self::Sidecar => "Sidecar",
            Self::Other => "Not a photo or video",
        }
    }

    /// A picture, whether or not we can decode it yet.
    pub fn is_still(self) -> bool {
        !matches!(self, Self::Video | Self::Sidecar | Self::Other)
    }

    /// Everything that belongs in a photo library.
    pub fn moves(self) -> bool {
        self != Self::Other
    }

    /// Its pixels are decoded, hashed and shown. Movies only get a picture to look at.
    pub fn has_pixels(self) -> bool {
        self.is_still()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("JPEG"), None);
    }
}
