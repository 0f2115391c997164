//! What is told of an object when it is written: the fingerprint's digest, and the notes that go along where a storage
//! holds notes.
//!
//! Invariant: notes are ASCII and bounded, so that every server that takes notes takes these.

use crate::content_type;
use crate::destination::Payload;
use crate::sums::{Algo, Digester, Sums};
use albumen_model::Sha256;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What is stored with an object, as far as the storage can hold it.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub sha256: Sha256,
    pub size: u64,
    pub mtime_ns: i64,
    pub content_type: &'static str,
    /// Capture time, as the catalog writes it.
    pub captured: Option<String>,
    /// Where the original was, for people.
    pub from: Option<String>,
    /// Of the bytes, by the algorithms of [`crate::provider::Provider::wanted`]; empty before they were read.
    pub sums: Sums,
}

/// What a storage calls the notes.
pub(crate) struct Names {
    pub sha256: &'static str,
    /// Seconds with nine digits, as rclone stores modification times.
    pub mtime: &'static str,
    pub captured: &'static str,
    /// Percent-encoded.
    pub from: &'static str,
}

impl About {
    /// Of an original that was not read yet.
    pub fn payload(payload: &Payload) -> Self {
        Self {
            sha256: payload.sha256,
            size: payload.identity.size,
            mtime_ns: payload.identity.mtime_ns,
            content_type: content_type::of(payload.kind, payload.path.name()),
            captured: payload.captured.clone(),
            from: payload.from.clone(),
            sums: Sums::default(),
        }
    }

    /// Of a few bytes of our own.
    pub fn of(bytes: &[u8], content_type: &'static str, wanted: &[Algo]) -> Self {
        let (sha256, sums) = Digester::of(bytes, wanted);
        Self {
            sha256,
            size: bytes.len() as u64,
            mtime_ns: 0,
            content_type,
            captured: None,
            from: None,
            sums,
        }
    }

    /// Notes by name. Where the original was is left out, and never cut, when it takes more than `longest` bytes.
    pub fn notes(&self, names: &Names, longest: usize) -> Vec<(&'static str, String)> {
        let mut notes = vec![
            (names.sha256, self.sha256.to_string()),
            (names.mtime, rclone_time(self.mtime_ns)),
        ];
        notes.extend(self.captured.clone().map(|captured| (names.captured, captured)));
        let encoded = |from: &String| utf8_percent_encode(from, NON_ALPHANUMERIC).to_string();
        let from = self.from.as_ref().map(encoded);
        notes.extend(
            from.filter(|from| from.len() <= longest)
                .map(|from| (names.from, from)),
        );
        notes
    }
}

fn rclone_time(ns: i64) -> String {
    format!(
        "{}.{:09}",
        ns.div_euclid(1_000_000_000),
        ns.rem_euclid(1_000_000_000)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names {
        sha256: "a",
        mtime: "b",
        captured: "c",
        from: "d",
    };

    #[test]
    fn notes_are_ascii_and_a_place_that_is_too_long_is_left_out() {
        let mut about = About::of(b"abc", "text/plain", &[]);
        about.from = Some("Ä b".to_owned());
        about.captured = Some("2024-05-06T07:08:09".to_owned());
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let notes = |about: &About| {
            let notes = about.notes(&NAMES, 10);
            notes
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        let rest = ["b=0.000000000", "c=2024-05-06T07:08:09"];
        assert_eq!(
            notes(&about),
            [&format!("a={sha256}"), rest[0], rest[1], "d=%C3%84%20b"]
        );
        about.from = Some("Ä bc".to_owned());
        assert_eq!(notes(&about), [&format!("a={sha256}"), rest[0], rest[1]]);
    }

    #[test]
    fn times_before_1970_have_nine_digits_too() {
        assert_eq!(rclone_time(1_500_000_000), "1.500000000");
        assert_eq!(rclone_time(-1), "-1.999999999");
    }
}
