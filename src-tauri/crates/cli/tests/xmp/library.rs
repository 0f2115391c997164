//! A made library in which the same photo is known by several files: a Takeout with an album, duplicates with stars and keywords,
//! photos with an XMP file of their own.

use albumen_testkit::picture;
use albumen_testkit::write::put;
use serde_json::{Value, json};
use std::path::Path;

/// 2024-07-03T09:46:40Z, when everything was copied.
const COPIED: u64 = 1_720_000_000_000_000_000;
/// Of what is written out as text in XML, the worst.
pub const HOSTILE: &str = "Anna & Ben's <pier> ]]> \"at\" \u{7}noon\nsecond line \u{1f3d6}";
/// As it is carried.
pub const CARRIED: &str = "Anna & Ben's <pier> ]]> \"at\" noon\nsecond line \u{1f3d6}";

fn photo(n: u64, size: (u32, u32), quality: i32) -> Vec<u8> {
    picture::jpeg(
        &picture::paint(n, 1, (640, 480)).thumbnail_exact(size.0, size.1),
        quality,
    )
}

/// A packet that says these.
pub fn packet(inside: &str) -> String {
    format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:digiKam="http://www.digikam.org/ns/1.0/">{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"#
    )
}

fn list(name: &str, texts: &[&str]) -> String {
    let items: String = texts
        .iter()
        .map(|text| format!("<rdf:li>{text}</rdf:li>"))
        .collect();
    format!("<{name}><rdf:Bag>{items}</rdf:Bag></{name}>")
}

/// The photo with a packet in it.
fn saying(jpeg: &[u8], inside: &str) -> Vec<u8> {
    let body = [b"http://ns.adobe.com/xap/1.0/\0", packet(inside).as_bytes()].concat();
    let size = u16::try_from(body.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &size, &body, &jpeg[2..]].concat()
}

pub fn takeout(fields: Value) -> Vec<u8> {
    let mut json = json!({
        "title": "IMG.jpg", "photoTakenTime": {"timestamp": "1563000000"},
        "geoData": {"latitude": 52.508333, "longitude": -13.26}
    });
    for (name, value) in fields.as_object().into_iter().flatten() {
        json[name] = value.clone();
    }
    json.to_string().into_bytes()
}

/// Where each lies.
pub fn make(library: &Path) {
    let file = |name: &str, bytes: &[u8]| {
        put(library.join(name), bytes, COPIED);
    };
    // The same photo in the folder of its year and in that of an album.
    let told = takeout(json!({
        "description": HOSTILE, "favorited": true, "people": [{"name": "Anna"}, {"name": "Ben | Co"}]
    }));
    let year = photo(1, (640, 480), 90);
    for folder in ["Takeout/Photos from 2019", "Takeout/Porto"] {
        file(&format!("{folder}/IMG_1.jpg"), &year);
        file(&format!("{folder}/IMG_1.jpg.json"), &told);
    }
    file(
        "Takeout/Photos from 2019/metadata.json",
        br#"{"title": "Photos from 2019"}"#,
    );
    file(
        "Takeout/Porto/metadata.json",
        br#"{"title": "Porto", "description": "", "date": {"timestamp": "1563000000"}}"#,
    );
    file("Takeout/Photos from 2019/IMG_9.jpg", &photo(9, (640, 480), 90));
    let endless = "\u{e9}".repeat(450_000);
    file(
        "Takeout/Photos from 2019/IMG_9.jpg.json",
        &takeout(json!({ "description": endless })),
    );
    // A small copy knows more than the photo that stays.
    file("camera/keep.jpg", &photo(2, (640, 480), 92));
    let knows = format!(
        "<xmp:Rating>4</xmp:Rating><dc:title><rdf:Alt><rdf:li>Pier</rdf:li></rdf:Alt></dc:title>{}{}",
        list("dc:subject", &["sea", "Porto"]),
        list("digiKam:TagsList", &["Places/Porto", "sea"])
    );
    file("small/keep.jpg", &saying(&photo(2, (320, 240), 80), &knows));
    // Two that look alike and are no copies, says the person.
    file("camera/twin.jpg", &photo(3, (640, 480), 92));
    let other = format!("<xmp:Rating>5</xmp:Rating>{}", list("dc:subject", &["not mine"]));
    file("small/twin.jpg", &saying(&photo(3, (320, 240), 80), &other));
    // With an XMP file of their own, of which the second says less than is known.
    let mine = packet(&list("dc:subject", &["mine"]));
    file("camera/own.jpg", &photo(4, (640, 480), 92));
    file("camera/own.jpg.xmp", mine.as_bytes());
    file("camera/lacks.jpg", &photo(5, (640, 480), 92));
    file("camera/lacks.xmp", mine.as_bytes());
    file(
        "camera/lacks.jpg.json",
        &takeout(json!({ "description": "More is known" })),
    );
    // Says it itself, and says nothing.
    file(
        "camera/plain.jpg",
        &saying(&photo(6, (640, 480), 92), &list("dc:subject", &["in it"])),
    );
    file("camera/none.jpg", &photo(7, (640, 480), 92));
}
