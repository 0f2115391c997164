//! What is taken along: CSV that comes back to the byte and is no program, a page that no name can change, and files that appear
//! whole.

use super::place::{Place, odd_names, of_type};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;

/// A cell as a program reads it: without the apostrophe that keeps spreadsheets quiet.
fn back(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn bytes_of(row: &Value) -> Vec<u8> {
    let shown = row["from"].as_str().expect("from");
    row["fromBytes"]
        .as_str()
        .map_or_else(|| shown.as_bytes().to_vec(), unhex)
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn the_csv_comes_back_to_the_byte_and_no_cell_is_a_formula() {
    let place = Place::with_every_outcome();
    let path = place.root.join("report.csv");
    let to = path.to_str().expect("a path");
    let said = place.cli.run(&["report", "--out", to]);
    assert_eq!(said.status, 1, "a file failed, and it is written all the same");
    let exported = of_type(&said, "exported")[0];
    assert_eq!(
        (exported["format"].as_str(), exported["path"].as_str()),
        (Some("csv"), Some(to))
    );
    let exact = place.cli.run(&["report"]);
    let rows = of_type(&exact, "file");
    assert_eq!(exported["rows"], rows.len());

    let mut reader = csv::Reader::from_path(&path).expect("open");
    let head: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(str::to_owned)
        .collect();
    let mut lines = 0;
    for (line, row) in reader.records().zip(&rows) {
        let line = line.expect("a line of CSV");
        let cells: BTreeMap<&str, &str> = head.iter().map(String::as_str).zip(line.iter()).collect();
        for (name, cell) in &cells {
            let is_number = cell.parse::<f64>().is_ok();
            assert!(
                is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{name}: {cell}"
            );
        }
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        for (column, field) in [
            ("from", "from"),
            ("to", "to"),
            ("why", "why"),
            ("sha256", "sha256"),
            ("outcome", "outcome"),
        ] {
            assert_eq!(back(cells[column]), text(field), "{column}");
        }
        assert_eq!(cells["from_bytes"], text("fromBytes"));
        assert_eq!(cells["bytes"], row["size"].to_string());
        lines += 1;
    }
    assert_eq!(lines, rows.len());

    // Every odd name of the library is there, exactly.
    let told: Vec<Vec<u8>> = rows.iter().map(|row| bytes_of(row)).collect();
    for name in odd_names() {
        let full = place.library.join(std::ffi::OsStr::from_bytes(&name));
        assert!(told.contains(&full.as_os_str().as_bytes().to_vec()), "{name:?}");
    }
    let keys = rows.iter().filter_map(|row| row["to"].as_str());
    assert!(keys.clone().any(|key| key.starts_with('=')) && keys.clone().any(|key| key.starts_with('\'')));
}

#[test]
fn no_name_becomes_markup_on_the_page_and_it_needs_nothing_from_elsewhere() {
    let place = Place::with_every_outcome();
    for page in [place.html(&[]), place.html(&["--outcome", "copy"])] {
        let lower = page.to_lowercase();
        for wrong in [
            "<script", "<img", "<link", "src=", "href=", "url(", "http://", "https://", "onload",
        ] {
            assert!(!lower.contains(wrong), "{wrong}");
        }
        assert!(page.contains("It balances") && page.ends_with("</html>\n"));
        assert!(page.contains(&place.home.display().to_string()));
    }
    assert!(
        place
            .html(&["--outcome", "copy"])
            .contains("&lt;script&gt;alert(1)&lt;script&gt;.jpg")
    );
    let page = place.html(&[]);
    for says in [
        "changed after it was scanned",
        "notes.txt",
        ".DS_Store",
        "Duplicate of",
        "twice/double.jpg",
    ] {
        assert!(page.contains(says), "{says}");
    }
}

#[test]
fn a_long_list_of_findings_is_cut_on_the_page_and_whole_in_the_csv() {
    let place = Place::simple(1);
    for number in 0..510 {
        albumen_testkit::write::put(place.library.join(format!("{number}.txt")), b"no photo", 1);
    }
    place.cli.ok(&["scan"]);
    place.migrate();
    let page = place.html(&[]);
    assert_eq!(page.matches("Not a photo or video.").count(), 500);
    assert!(
        page.contains("and 10 more: see the CSV"),
        "{}",
        &page[page.len() - 200..]
    );
    let csv = place.words(&["report", "--format", "csv"]);
    assert_eq!(csv.matches("Not a photo or video.").count(), 510);
    assert_eq!(csv.lines().count(), 512, "a header, and a line a file");
}

#[test]
fn a_file_that_is_there_stays_unless_the_person_says_otherwise() {
    let place = Place::simple(2);
    let path = place.root.join("report.jsonl");
    std::fs::File::create(&path).expect("somebody's");
    let to = path.to_str().expect("a path");
    let refused = place.cli.run(&["report", "--out", to]);
    assert_eq!(refused.status, 1);
    assert!(refused.stderr.contains("exists already"), "{}", refused.stderr);
    assert_eq!(std::fs::metadata(&path).expect("there").len(), 0);
    place.cli.ok(&["report", "--out", to, "--overwrite"]);
    let lines = std::fs::read_to_string(&path).expect("read");
    assert_eq!(lines.lines().count(), 3);
    let last: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["type"], "report");
    assert_eq!(
        place.cli.run(&["report", "--out", "/report"]).status,
        2,
        "what form it is, nobody says"
    );
    let nowhere = place.root.join("no folder/report.csv");
    assert_eq!(
        place
            .cli
            .run(&["report", "--out", nowhere.to_str().expect("a path")])
            .status,
        1
    );
    assert_eq!(
        place.cli.run(&["report", "--format", "csv"]).status,
        2,
        "with --json, only JSON is said"
    );
    let left = std::fs::read_dir(&place.root)
        .expect("list")
        .filter_map(Result::ok);
    let parts = left
        .filter(|entry| entry.file_name().to_string_lossy().contains("part"))
        .count();
    assert_eq!(parts, 0);
}
