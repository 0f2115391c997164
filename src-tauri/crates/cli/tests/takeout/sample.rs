//! A Takeout with every form of name that exports were seen to have, and what each of its files has to become.

use albumen_testkit::picture;
use std::collections::BTreeMap;

/// When its copies were made: 2024, whole seconds as archives keep them.
pub const MADE: u32 = 1_720_000_000;
const ALBUM: &str = "Takeout/Google Photos/Photos from 2024";
const SUPPLEMENT: &str = ".supplemental-metadata";
/// Letters of a JSON's name before its ending: 51 with it.
const MOST: usize = 46;

/// Path, bytes, and for what moves: the path of its asset's first file and the year it was taken in.
pub struct File {
    pub path: String,
    pub bytes: Vec<u8>,
    pub expected: Option<(String, i64)>,
}

#[derive(Default)]
pub struct Sample {
    pub files: Vec<File>,
    year: i64,
}

pub fn json(year: i64) -> Vec<u8> {
    let seconds = (year - 1970) * 31_557_600 + 86_400 * 100;
    format!(
        r#"{{"title":"{year}","photoTakenTime":{{"timestamp":"{seconds}"}},"geoData":{{"latitude":47.5,"longitude":8.25}}}}"#
    )
    .into_bytes()
}

fn movie(n: u64) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    bytes.extend(b"\0\0\0\x10mdat");
    bytes.extend(n.to_be_bytes());
    bytes
}

fn cut(text: &str) -> String {
    text.chars().take(MOST).collect()
}

impl Sample {
    /// A photo or movie that belongs to the asset of `first`.
    fn media(&mut self, name: &str, first: &str) {
        let n = self.files.len() as u64;
        let end = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        let bytes = match end.as_str() {
            "mp4" | "mov" => movie(n),
            "heic" => picture::heic(&picture::paint(n, 9, (64, 64))),
            _ => picture::jpeg(&picture::paint(n, 9, (48, 32)), 70),
        };
        self.put(name, bytes, Some(first));
    }

    fn put(&mut self, name: &str, bytes: Vec<u8>, first: Option<&str>) {
        let path = |name: &str| format!("{ALBUM}/{name}");
        self.files.push(File {
            path: path(name),
            bytes,
            expected: first.map(|first| (path(first), self.year)),
        });
    }

    /// One photo, its other files and its JSON, of a year of their own.
    fn asset(&mut self, first: &str, others: &[&str], beside: &str) {
        self.year = if self.year == 0 { 1971 } else { self.year + 1 };
        if self.year > 2023 {
            self.year = 1971;
        }
        self.media(first, first);
        for other in others {
            self.media(other, first);
        }
        let told = json(self.year);
        self.put(beside, told, None);
    }
}

pub fn every_form() -> Sample {
    let mut all = Sample::default();
    all.asset("plain.jpg", &[], "plain.jpg.json");
    all.asset("bare.jpg", &[], "bare.json");
    all.asset("UPPER.JPG", &[], "UPPER.JPG.supplemental-metadata.json");
    all.asset("Größe.jpg", &[], "Größe.jpg.supplemental-metadata.json");
    all.asset("film.mp4", &[], "film.mp4.supplemental-metadata.json");
    for length in 1..=SUPPLEMENT.len() {
        let photo = format!("cut {length}.jpg");
        all.asset(&photo, &[], &format!("{photo}{}.json", &SUPPLEMENT[..length]));
    }
    for (n, (photo, beside)) in [
        ("n(1).jpg", "n.jpg(1).json"),
        ("n(1).jpg", "n(1).jpg.json"),
        ("n(1).jpg", "n.jpg.supplemental-metadata(1).json"),
        ("n(1).jpg", "n(1).jpg.supplemental-metadata.json"),
        ("n(1).jpg", "n.jpg.supplement(1).json"),
        ("n(1).jpg", "n(1).json"),
    ]
    .into_iter()
    .enumerate()
    {
        // Beside the first of its name, which has its own.
        let first = format!("{n}n.jpg");
        all.asset(&first, &[], &format!("{first}.json"));
        all.asset(&format!("{n}{photo}"), &[], &format!("{n}{beside}"));
    }
    for letters in 20..=60 {
        let mut photo = format!("{letters} ");
        photo.extend(
            "abcdefghijklmnopqrstuvwxyz"
                .chars()
                .cycle()
                .take(letters - photo.len()),
        );
        let beside = cut(&format!("{photo}.jpg{SUPPLEMENT}"));
        all.asset(&format!("{photo}.jpg"), &[], &format!("{beside}.json"));
        let number = format!("7{photo}");
        let beside = cut(&format!("{number}.jpg{SUPPLEMENT}"));
        all.asset(&format!("{number}(1).jpg"), &[], &format!("{beside}(1).json"));
    }
    for (n, suffix) in [
        "-edited",
        "-bearbeitet",
        "-modifié",
        "-編集済み",
        "-ha editado",
        "-edytowane",
        "(edited)",
        " (edited)",
    ]
    .into_iter()
    .enumerate()
    {
        let (photo, edited) = (format!("e{n}.jpg"), format!("e{n}{suffix}.jpg"));
        all.asset(&photo, &[&edited], &format!("{photo}.supplemental-metadata.json"));
        let (photo, edited) = (format!("e{n}(1).jpg"), format!("e{n}{suffix}(1).jpg"));
        all.asset(
            &photo,
            &[&edited],
            &format!("e{n}.jpg.supplemental-metadata(1).json"),
        );
        // The original lies in another album, as people move them.
        all.asset(
            &format!("o{n}{suffix}.jpg"),
            &[],
            &format!("o{n}.jpg.supplemental-metadata.json"),
        );
    }
    all.asset("L1.HEIC", &["L1.MP4"], "L1.HEIC.supplemental-metadata.json");
    all.asset("L2.HEIC", &["L2.MOV"], "L2.HEIC.supplemental-meta.json");
    all.asset("L3.JPG", &["L3.MP4"], "L3.JPG.json");
    all.asset(
        "L1(1).HEIC",
        &["L1(1).MP4"],
        "L1.HEIC.supplemental-metadata(1).json",
    );
    all.asset(
        "L5.HEIC",
        &["L5.MP4", "L5-edited.heic"],
        "L5.HEIC.supplemental-metadata.json",
    );
    all.asset(
        "IMG_4001.HEIC",
        &["IMG_4001.MOV", "IMG_E4001.HEIC"],
        "IMG_4001.HEIC.supplemental-metadata.json",
    );
    all.put("metadata.json", br#"{"title":"Photos from 2024"}"#.to_vec(), None);
    let paths: BTreeMap<&str, ()> = all.files.iter().map(|file| (file.path.as_str(), ())).collect();
    assert_eq!(paths.len(), all.files.len(), "no two of one name");
    all
}
