//! Every form of name, as a folder and as archives: the same photos with the same dates.

use crate::sample::{self, MADE, Sample};
use albumen_testkit::app::Cli;
use albumen_testkit::archive::{Entry, zip};
use albumen_testkit::tree;
use albumen_testkit::write::put;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the catalog holds of a file, paths below its source.
#[derive(Debug, PartialEq)]
struct Known {
    first: String,
    sha256: Vec<u8>,
    size: i64,
    mtime_ns: i64,
    kind: String,
    captured: Option<String>,
    date_source: Option<String>,
    north: Option<f64>,
    /// Of its asset's first file.
    asset_date: Option<(String, String)>,
}

fn known(cli: &Cli) -> BTreeMap<String, Known> {
    let catalog = rusqlite::Connection::open(&cli.catalog).expect("open the catalog");
    let mut query = catalog
        .prepare(
            "SELECT f.path, p.path, f.sha256, f.size, f.mtime_ns, f.kind, f.captured, f.date_source, f.north,
               p.captured, p.date_source
             FROM file f JOIN file p ON p.id = f.asset_id WHERE f.gone = 0",
        )
        .expect("ask");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let rows = query.query_map([], |row| {
        let (captured, source): (Option<String>, Option<String>) = (row.get(9)?, row.get(10)?);
        Ok((
            text(row.get(0)?),
            Known {
                first: text(row.get(1)?),
                sha256: row.get(2)?,
                size: row.get(3)?,
                mtime_ns: row.get(4)?,
                kind: row.get(5)?,
                captured: row.get(6)?,
                date_source: row.get(7)?,
                north: row.get(8)?,
                asset_date: captured.zip(source),
            },
        ))
    });
    rows.expect("ask").map(|row| row.expect("a row")).collect()
}

fn as_folder(sample: &Sample, root: &Path) {
    for file in &sample.files {
        put(
            root.join(&file.path),
            &file.bytes,
            u64::from(MADE) * 1_000_000_000,
        );
    }
}

/// Three archives; what belongs together lies in different ones.
fn as_archives(sample: &Sample, folder: &Path) -> Vec<PathBuf> {
    let mut entries: [Vec<Entry>; 3] = Default::default();
    for (n, file) in sample.files.iter().enumerate() {
        let entry = match n % 2 {
            0 => Entry::stored(&file.path, &file.bytes),
            _ => Entry::deflated(&file.path, &file.bytes),
        };
        let entry = if n % 5 == 0 { entry.zip64() } else { entry };
        entries[n % 3].push(entry.at(MADE));
    }
    // Takeout repeats some files in every archive.
    entries[2].insert(
        0,
        Entry::stored(&sample.files[0].path, &sample.files[0].bytes).at(MADE),
    );
    entries[1].push(Entry::stored("Takeout/Google Photos/", b"").mode(0o040_755));
    let names = entries.iter().enumerate().map(|(n, entries)| {
        let name = format!("takeout-20240703T094640Z-{:03}.zip", n + 1);
        put(folder.join(name), &zip(entries), 1_720_000_000_000_000_000)
    });
    names.collect()
}

#[test]
fn every_form_pairs_and_archives_give_what_a_folder_gives() {
    let work = tempfile::tempdir().expect("temp dir");
    let sample = sample::every_form();

    let folder = work.path().join("folder");
    as_folder(&sample, &folder);
    let by_folder = Cli::new(&work.path().join("one"));
    by_folder.ok(&["scan", folder.to_str().expect("a path")]);
    let of_folder = known(&by_folder);
    let mut wrong = Vec::new();
    for file in &sample.files {
        let Some((first, year)) = &file.expected else {
            continue;
        };
        let is = &of_folder[&file.path];
        let date = is
            .asset_date
            .as_ref()
            .map(|(at, source)| (&at[..4], source.as_str()));
        if is.first != *first || date != Some((&year.to_string(), "takeout")) {
            wrong.push(format!(
                "{}: of {} at {date:?}, not of {first} in {year}",
                file.path, is.first
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        sample.files.len(),
        wrong.join("\n")
    );

    let downloads = work.path().join("Downloads");
    let archives = as_archives(&sample, &downloads);
    let before = tree::snapshot(&downloads);
    let by_zip = Cli::new(&work.path().join("two"));
    let mut args = vec!["scan".to_owned()];
    args.extend(archives.iter().rev().map(|path| path.display().to_string()));
    let said = by_zip.ok(&args);
    let unpacked = said
        .json
        .iter()
        .find(|line| line["type"] == "unpacked")
        .expect("unpacked");
    assert_eq!(unpacked["written"]["files"], sample.files.len());
    assert_eq!(known(&by_zip), of_folder);
    let place = downloads.join("Albumen unpacked/takeout-20240703T094640Z");
    assert_eq!(
        tree::differences(&tree::snapshot(&folder), &tree::snapshot(&place)),
        ""
    );
    let mut after = tree::snapshot(&downloads);
    after.retain(|path, _| !path.starts_with("Albumen unpacked"));
    assert_eq!(tree::differences(&before, &after), "", "archives are only read");

    // Again: nothing is written twice.
    let again = by_zip.ok(&args);
    let unpacked = again
        .json
        .iter()
        .find(|line| line["type"] == "unpacked")
        .expect("unpacked");
    assert_eq!(unpacked["written"]["files"], 0);
    assert_eq!(unpacked["before"]["files"], sample.files.len());
    assert_eq!(known(&by_zip), of_folder);
}

#[test]
fn two_photos_of_one_path_are_both_kept_each_with_its_date() {
    let work = tempfile::tempdir().expect("temp dir");
    let painted = |n| albumen_testkit::picture::jpeg(&albumen_testkit::picture::paint(n, 4, (48, 32)), 70);
    let at = "Takeout/Google Photos/Trip/";
    let first = [
        Entry::stored(format!("{at}a.jpg"), &painted(1)),
        Entry::stored(
            format!("{at}a.jpg.supplemental-metadata.json"),
            &sample::json(2001),
        ),
        Entry::stored(format!("{at}b.jpg"), &painted(2)),
    ];
    let second = [
        Entry::stored(
            format!("{at}a.jpg.supplemental-metadata.json"),
            &sample::json(2002),
        ),
        Entry::stored(format!("{at}b.jpg"), &painted(3)),
        Entry::stored(format!("{at}b.jpg.json"), &sample::json(2003)),
        Entry::stored(format!("{at}a.jpg"), &painted(4)),
        // As some disks take it for the same name.
        Entry::stored(format!("{at}A.JPG"), &painted(5)),
    ];
    let (one, two) = (work.path().join("part 1.zip"), work.path().join("part 2.zip"));
    put(one.clone(), &zip(&first), 1);
    put(two.clone(), &zip(&second), 1);
    let cli = Cli::new(&work.path().join("home"));
    let into = work.path().join("into");
    let text = |path: &Path| path.display().to_string();
    cli.ok(&["scan", &text(&one), &text(&two), "--into", &text(&into)]);
    let years: BTreeMap<String, Option<String>> = known(&cli)
        .into_iter()
        .filter(|(_, file)| file.kind == "jpeg")
        .map(|(path, file)| {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let told = file.date_source.as_deref() == Some("takeout");
            (name, file.captured.filter(|_| told).map(|at| at[..4].to_owned()))
        })
        .collect();
    let expected = [
        ("A(003).JPG", None),
        ("a(002).jpg", Some("2002")),
        ("a.jpg", Some("2001")),
        ("b(002).jpg", Some("2003")),
        ("b.jpg", Some("2003")),
    ];
    let shown: Vec<(&str, Option<&str>)> = years
        .iter()
        .map(|(name, year)| (name.as_str(), year.as_deref()))
        .collect();
    assert_eq!(shown, expected);
    assert!(
        into.join("part 1").is_dir(),
        "renamed parts of a Takeout go together, too"
    );
}
