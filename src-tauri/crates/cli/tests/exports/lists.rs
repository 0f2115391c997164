//! What the lists and the copy say, against the destination itself.

use super::place::{Place, TAKEN, each, of_type, photo};
use albumen_testkit::app::Cli;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;

/// With a companion, a duplicate that is left out, an odd name and a file that is no photo.
fn filled(place: &Place) {
    let more: [(&str, Vec<u8>); 5] = [
        (
            "IMG_0.jpg.xmp",
            b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>".to_vec(),
        ),
        ("twice/copy of 1.jpg", photo(1)),
        ("=cmd|' !A1, \"x\".jpg", photo(30)),
        ("two\nlines.jpg", photo(31)),
        ("notes.txt", b"no photo at all".to_vec()),
    ];
    for (name, bytes) in more {
        put(place.library.join(name), &bytes, TAKEN);
    }
    place.scan();
    place.cli.ok(&["migrate", &place.url, "--skip-duplicates"]);
}

fn rows(place: &Place) -> Vec<Value> {
    let text = String::from_utf8(place.export("library.jsonl")).expect("text");
    let mut rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let last = rows.pop().expect("a last line");
    assert_eq!(last["type"], "report", "without it the list was cut off");
    assert_eq!(last["balanced"], true);
    assert!(rows.iter().all(|row| row["type"] == "file"));
    rows
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

#[test]
fn the_lists_name_what_stands_byte_for_byte() {
    each(|place| {
        filled(place);
        place.all_genuine();
        let rows = rows(place);
        let (stands, set_aside): (Vec<&Value>, Vec<&Value>) =
            rows.iter().partition(|row| row["outcome"] != "duplicate");
        let listed: BTreeMap<String, (String, u64)> = stands
            .iter()
            .map(|row| {
                let whole = (
                    text(row, "sha256").to_owned(),
                    row["size"].as_u64().expect("size"),
                );
                (text(row, "to").to_owned(), whole)
            })
            .collect();
        let there: BTreeMap<String, (String, u64)> = place
            .photos()
            .into_iter()
            .map(|(path, it)| (path.to_string_lossy().into_owned(), (it.sha256, it.size)))
            .collect();
        assert_eq!(listed, there);
        assert_eq!(listed.len(), stands.len(), "each once");

        let originals = tree::snapshot(&place.library);
        for row in &stands {
            assert_eq!(
                row["dateSource"],
                if text(row, "kind") == "sidecar" {
                    "mtime"
                } else {
                    "exif"
                },
                "{row}"
            );
            assert!(text(row, "modified").starts_with("2020-09-13T12:26:40"), "{row}");
        }
        let of = |name: &str| {
            let found = rows.iter().find(|row| text(row, "from").ends_with(name));
            found.unwrap_or_else(|| panic!("{name} is not listed"))
        };
        let plain = of("/IMG_0.jpg");
        assert_eq!(text(plain, "captured"), "2019-03-01T10:11:12");
        assert_eq!(plain["assetKey"], plain["to"]);
        assert_eq!(
            of("IMG_0.jpg.xmp")["assetKey"],
            plain["to"],
            "one photo, two files"
        );
        assert!(rows.iter().all(|row| !text(row, "from").ends_with("notes.txt")));
        assert!(originals.contains_key(std::path::Path::new("two\nlines.jpg")));
        assert!(of("lines.jpg")["fromBytes"].is_string());

        let [twice] = set_aside.as_slice() else {
            panic!("{set_aside:?}")
        };
        assert_eq!(twice["to"], Value::Null);
        let stand_in = text(twice, "instead");
        assert_eq!(
            there[stand_in].0,
            text(twice, "sha256"),
            "the copy that stands for it has its bytes"
        );
    });
}

#[test]
fn the_csv_says_what_the_json_says() {
    let place = Place::folder();
    filled(&place);
    let rows = rows(&place);
    let bytes = place.export("library.csv");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let head = reader.headers().expect("a header").clone();
    let mut lines = 0;
    for (line, row) in reader.records().zip(&rows) {
        let line = line.expect("a line of CSV");
        let cells: BTreeMap<&str, &str> = head.iter().zip(line.iter()).collect();
        for (column, field) in [
            ("outcome", "outcome"),
            ("state", "state"),
            ("from", "from"),
            ("to", "to"),
            ("sha256", "sha256"),
            ("modified", "modified"),
            ("captured", "captured"),
            ("date_source", "dateSource"),
            ("camera", "camera"),
            ("lens", "lens"),
            ("place", "place"),
            ("album", "album"),
            ("asset", "assetKey"),
            ("instead", "instead"),
            ("from_bytes", "fromBytes"),
        ] {
            let cell = cells[column];
            assert_eq!(
                cell.strip_prefix('\'').unwrap_or(cell),
                text(row, field),
                "{column}"
            );
        }
        assert_eq!(cells["bytes"], row["size"].to_string());
        lines += 1;
    }
    assert_eq!(lines, rows.len());
}

#[test]
fn the_copy_opens_says_the_same_and_goes_on_without_a_write() {
    each(|place| {
        filled(place);
        let copy = place.root.join("kept/copy.db");
        put(copy.clone(), &place.export("catalog.db"), TAKEN);
        let (whole, thumbs): (String, i64) = {
            let open = Connection::open(&copy).expect("it opens");
            let thumbs = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'thumb%'";
            (
                open.query_row("PRAGMA integrity_check", [], |row| row.get(0))
                    .expect("checked"),
                open.query_row(thumbs, [], |row| row.get(0)).expect("asked"),
            )
        };
        assert_eq!((whole.as_str(), thumbs), ("ok", 0));
        let (stands, puts) = (place.tree(), place.puts());
        let other = Cli {
            catalog: copy,
            home: place.cli.home.clone(),
            envs: place.cli.envs.clone(),
        };
        let (here, there) = (place.cli.ok(&["report"]), other.ok(&["report"]));
        assert_eq!(here.stdout, there.stdout, "it knows what the catalog knows");
        assert!(of_type(&there, "file").len() > 6);
        other.ok(&["verify", &place.url]);
        let again = other.ok(&["migrate", &place.url, "--skip-duplicates"]);
        let report = of_type(&again, "report")[0];
        assert_eq!(
            (&report["sent"]["files"], &report["exports"]),
            (&0.into(), &0.into())
        );
        assert_eq!(tree::differences(&stands, &place.tree()), "");
        assert_eq!(place.puts(), puts);
    });
}

/// Not asked for, and it may happen: somebody opens the copy where it lies.
#[test]
fn a_copy_that_is_opened_where_it_lies_confuses_nobody() {
    let place = Place::folder();
    place.migrate();
    let name = place
        .exports()
        .into_iter()
        .find(|name| name.ends_with("-catalog.db"));
    let inside = Cli {
        catalog: place
            .there()
            .join(".albumen/exports")
            .join(name.expect("the copy")),
        home: place.cli.home.clone(),
        envs: place.cli.envs.clone(),
    };
    inside.ok(&["report"]);
    let photos = place.photos();
    place.cli.ok(&["verify", &place.url]);
    place.cli.ok(&["rebuild", "--to", &place.url]);
    assert_eq!(place.migrate().0, 0);
    assert_eq!(place.migrate(), (0, 0));
    assert_eq!(place.photos(), photos);
    place.cli.ok(&["rollback", &place.url]);
    assert!(place.photos().is_empty());
}
