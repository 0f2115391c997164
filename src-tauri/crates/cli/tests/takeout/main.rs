//! An unpacked Google Takeout: its copies have today's date and often no EXIF, the truth lies in the JSON beside them. Each
//! photo goes to the year in which it was taken, with its JSON, whatever that is called. The same from archives, however
//! they are split, damaged or made to do harm.

mod cut_off;
mod forms;
mod hostile;
mod sample;

use albumen_testkit::app::Cli;
use albumen_testkit::exif::Exif;
use albumen_testkit::picture;
use albumen_testkit::write::put;
use std::collections::BTreeMap;

/// Of the copies on the disk: 2024.
const UNPACKED: u64 = 1_720_000_000_000_000_000;

/// Photo, its JSON, the year it was taken in.
const PAIRS: [(&str, &str, i64); 9] = [
    ("IMG_1.jpg", "IMG_1.jpg.json", 2001),
    ("IMG_1(1).jpg", "IMG_1.jpg(1).json", 2002),
    ("IMG_1(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json", 2003),
    ("b.JPG", "b.JPG.supplemental-metadata.json", 2004),
    ("c.jpg", "c.jpg.supplemental-me.json", 2005),
    ("d.jpg", "d.jpg.s.json", 2006),
    ("balls.jpg", "balls.supplemental-metadata.json", 2007),
    (
        "a name that is far too long for any takeout to keep.jpg",
        "a name that is far too long for any takeout to.json",
        2008,
    ),
    ("film.mp4", "film.mp4.supplemental-metadata.json", 2009),
];

fn json(year: i64) -> String {
    let seconds = (year - 1970) * 31_557_600 + 86_400 * 100;
    format!(
        r#"{{"title":"x","photoTakenTime":{{"timestamp":"{seconds}"}},"geoData":{{"latitude":47.5,"longitude":8.25}}}}"#
    )
}

fn photo(n: u64) -> Vec<u8> {
    picture::jpeg(&picture::paint(n, 1, (320, 240)), 80)
}

/// Where each file would go, by its name.
fn planned(cli: &Cli, work: &std::path::Path) -> BTreeMap<String, String> {
    let to = format!("file://{}", work.join("new").display());
    let plan = cli.ok(&["plan", &to, "--layout", "{year}/{original name}"]);
    let steps = plan.json.iter().filter(|line| line["type"] == "step");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    steps
        .map(|step| {
            let from = text(&step["from"]);
            (
                from.rsplit('/').next().unwrap_or_default().to_owned(),
                text(&step["to"]),
            )
        })
        .collect()
}

#[test]
fn photos_of_a_takeout_go_to_the_year_they_were_taken_in_together_with_their_json() {
    let work = tempfile::tempdir().expect("temp dir");
    let album = work.path().join("Takeout/Google Photos/Photos from 2024");
    for (n, (name, beside, year)) in PAIRS.iter().enumerate() {
        let bytes = if name.ends_with("mp4") {
            [
                b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".as_slice(),
                b"\0\0\0\x08mdat",
            ]
            .concat()
        } else {
            photo(n as u64)
        };
        put(album.join(name), &bytes, UNPACKED);
        put(album.join(beside), json(*year).as_bytes(), UNPACKED);
    }
    let own = Exif {
        make: "NIKON CORPORATION",
        model: "NIKON D1",
        taken: "1999:05:06 07:08:09".to_owned(),
        offset: "",
        orientation: 1,
        gps: None,
    };
    put(album.join("own.jpg"), &own.into_jpeg(&photo(50)), UNPACKED);
    put(album.join("own.jpg.json"), json(2020).as_bytes(), UNPACKED);
    put(album.join("alone.jpg"), &photo(51), UNPACKED);
    put(
        album.join("metadata.json"),
        br#"{"title":"Photos from 2024"}"#,
        UNPACKED,
    );
    let porto = work.path().join("Takeout/Google Photos/Porto_");
    put(porto.join("in.jpg"), &photo(52), UNPACKED);
    let title = br#"{"title":"Porto?","date":{"timestamp":"1258375918"}}"#;
    put(porto.join("metadata.json"), title, UNPACKED);

    let cli = Cli::new(&work.path().join("home"));
    let library = work.path().join("Takeout");
    cli.ok(&["scan", library.to_str().expect("a path")]);
    let goes = planned(&cli, work.path());
    for (name, beside, year) in PAIRS {
        assert!(
            goes[name].starts_with(&format!("{year}/")),
            "{name}: {}",
            goes[name]
        );
        assert!(
            goes[beside].starts_with(&format!("{year}/")),
            "{beside}: {}",
            goes[beside]
        );
    }
    assert!(
        goes["own.jpg"].starts_with("1999/"),
        "EXIF knows better: {}",
        goes["own.jpg"]
    );
    assert!(
        goes["alone.jpg"].starts_with("2024/"),
        "nobody tells: {}",
        goes["alone.jpg"]
    );

    // A JSON that says something else now.
    put(
        album.join("b.JPG.supplemental-metadata.json"),
        json(1984).as_bytes(),
        UNPACKED + 1,
    );
    cli.ok(&["scan"]);
    assert!(planned(&cli, work.path())["b.JPG"].starts_with("1984/"));

    let catalog = rusqlite::Connection::open(&cli.catalog).expect("open the catalog");
    let query = "SELECT count(*) FROM file WHERE kind <> 'other' AND north = 47.5 AND east = 8.25";
    let albums =
        "SELECT group_concat(display || ' ' || album) FROM file WHERE kind = 'jpeg' AND album IS NOT NULL";
    let albums: String = catalog.query_row(albums, [], |row| row.get(0)).expect("albums");
    assert_eq!(albums, "Google Photos/Porto_/in.jpg Porto?");
    let placed: i64 = catalog.query_row(query, [], |row| row.get(0)).expect("count");
    assert_eq!(
        placed,
        1 + PAIRS.len() as i64,
        "the place of each is known, own.jpg's too"
    );
}
