//! What files say of themselves, and what goes along with them: a movie and a photo with an XMP file beside it go to the
//! year in which they were taken, and another program sees each object with its photo's own time.

mod moving;

use albumen_testkit::app::Cli;
use albumen_testkit::s3::Server;
use albumen_testkit::servers;
use albumen_testkit::write::put;
use albumen_testkit::{movie, picture};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// 2024-07-03T09:46:40Z, when everything was copied.
const COPIED: u64 = 1_720_000_000_000_000_000;

fn photo(n: u64) -> Vec<u8> {
    picture::jpeg(&picture::paint(n, 1, (320, 240)), 80)
}

/// As an iPhone writes it: the description behind the pictures, its own time within.
fn movie(taken: &str) -> Vec<u8> {
    movie::taken(taken, 2 << 20)
}

fn xmp(taken: &str) -> String {
    format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:DateTimeOriginal="{taken}"
        exif:GPSLatitude="47,30N" exif:GPSLongitude="8,15E"/></rdf:RDF></x:xmpmeta>"#
    )
}

/// The key at which each file would land, by its name.
fn planned(cli: &Cli, work: &Path) -> Vec<(String, String)> {
    let to = format!("file://{}", work.join("new").display());
    let plan = cli.ok(&["plan", &to, "--layout", "{year}/{original name}"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = |path: String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let steps = plan.json.iter().filter(|line| line["type"] == "step");
    let mut keys: Vec<_> = steps
        .map(|step| (name(text(&step["from"])), text(&step["to"])))
        .collect();
    keys.sort();
    keys
}

#[test]
fn movies_and_photos_with_an_xmp_file_go_to_the_year_they_were_taken_in() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = work.path().join("library");
    put(
        library.join("film.mov"),
        &movie("2011-02-12T23:27:12-0800"),
        COPIED,
    );
    put(library.join("a.jpg"), &photo(1), COPIED);
    put(
        library.join("a.xmp"),
        xmp("2012-03-04T05:06:07").as_bytes(),
        COPIED,
    );
    put(library.join("b.jpg"), &photo(2), COPIED);
    put(
        library.join("b.jpg.xmp"),
        xmp("2013-03-04T05:06:07Z").as_bytes(),
        COPIED,
    );
    put(library.join("c.jpg"), &photo(3), COPIED);
    let cli = Cli::new(work.path());
    cli.ok(&["scan", library.to_str().expect("a path")]);
    let keys = |years: [(&str, u32); 6]| -> Vec<(String, String)> {
        years
            .iter()
            .map(|(name, year)| ((*name).to_owned(), format!("{year}/{name}")))
            .collect()
    };
    let years = [
        ("a.jpg", 2012),
        ("a.xmp", 2012),
        ("b.jpg", 2013),
        ("b.jpg.xmp", 2013),
        ("c.jpg", 2024),
        ("film.mov", 2011),
    ];
    assert_eq!(planned(&cli, work.path()), keys(years));

    // Corrected in another program since.
    put(
        library.join("a.xmp"),
        xmp("1999-03-04T05:06:07").as_bytes(),
        COPIED + 1,
    );
    cli.ok(&["scan"]);
    let mut later = years;
    (later[0].1, later[1].1) = (1999, 1999);
    assert_eq!(planned(&cli, work.path()), keys(later));

    let catalog = rusqlite::Connection::open(&cli.catalog).expect("open the catalog");
    let one = |query: &str| -> String { catalog.query_row(query, [], |row| row.get(0)).expect("a row") };
    assert_eq!(
        one("SELECT north || ' ' || east FROM file WHERE display = 'a.jpg'"),
        "47.5 8.25"
    );
    assert_eq!(
        one("SELECT captured || ' ' || offset_minutes FROM file WHERE display = 'film.mov'"),
        "2011-02-12T23:27:12 -480"
    );
    assert_eq!(
        one("SELECT dates FROM file WHERE display = 'film.mov'"),
        r#"[{"local":"2011-02-12T23:27:12","offset":-480,"source":"movie"},{"local":"2024-07-03T09:46:40","offset":null,"source":"mtime"}]"#
    );
    drop(catalog);

    // One that says nothing any more, and one that is gone, date nothing.
    put(library.join("a.xmp"), b"<x/>", COPIED + 2);
    let gone = Command::new("rm").arg(library.join("b.jpg.xmp")).status();
    assert!(gone.expect("run rm").success());
    cli.ok(&["scan"]);
    let left: Vec<_> = planned(&cli, work.path()).into_iter().map(|one| one.1).collect();
    assert_eq!(
        left,
        [
            "2024/a.jpg",
            "2024/a.xmp",
            "2024/b.jpg",
            "2024/c.jpg",
            "2011/film.mov"
        ]
    );
}

#[test]
fn inspect_tells_every_date_with_its_source_and_writes_nothing() {
    let work = tempfile::tempdir().expect("temp dir");
    let (_, bytes) = picture::taken_at("2019:07:14 10:11:12".to_owned(), 5, 1);
    let photo = put(work.path().join("IMG_20190713_090000.jpg"), &bytes, COPIED);
    let cli = Cli::new(&work.path().join("home"));
    let told = cli.ok(&["inspect", photo.to_str().expect("a path")]);
    let file = &told.json[0];
    let sources: Vec<_> = file["dates"]
        .as_array()
        .expect("dates")
        .iter()
        .map(|date| date["source"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(sources, ["exif", "name", "modified", "mtime"]);
    assert_eq!(file["dates"][0]["offset"], 120);
    assert_eq!(file["camera"], "Canon EOS 80D");
    assert!(!cli.catalog.exists(), "no catalog is made");
    assert_eq!(cli.run(&["inspect", "/nowhere/at/all.jpg"]).status, 2);
}

#[test]
fn a_cameras_wrong_clock_is_corrected_for_all_its_photos_and_can_be_taken_back() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = work.path().join("library");
    let taken = |name: &str, at: &str, n: u64| {
        let (exif, bytes) = picture::taken_at(at.to_owned(), 5, n);
        put(library.join(name), &bytes, COPIED);
        exif.model
    };
    let camera = taken("a.jpg", "2019:07:14 10:11:12", 1);
    taken("old.jpg", "2010:07:14 10:11:12", 2);
    put(library.join("other.jpg"), &photo(9), COPIED);
    let untouched = std::fs::read(library.join("a.jpg")).expect("read");
    let cli = Cli::new(work.path());
    cli.ok(&["scan", library.to_str().expect("a path")]);
    let years = |wanted: &[(&str, &str)]| {
        let keys: Vec<_> = wanted
            .iter()
            .map(|(name, year)| ((*name).to_owned(), format!("{year}/{name}")))
            .collect();
        assert_eq!(planned(&cli, work.path()), keys);
    };
    years(&[("a.jpg", "2019"), ("old.jpg", "2010"), ("other.jpg", "2024")]);
    let set = cli.ok(&[
        "clock",
        "--camera",
        camera,
        "--shift",
        "8760h",
        "--from",
        "2019-01-01",
    ]);
    assert_eq!(
        (&set.json[0]["files"], &set.json[0]["id"]),
        (&1.into(), &1.into())
    );
    years(&[("a.jpg", "2020"), ("old.jpg", "2010"), ("other.jpg", "2024")]);

    // What comes later is meant, too; a scan does not add the correction twice.
    taken("b.jpg", "2019:08:01 10:11:12", 3);
    cli.ok(&["scan"]);
    cli.ok(&["scan"]);
    let all = [
        ("a.jpg", "2020"),
        ("b.jpg", "2020"),
        ("old.jpg", "2010"),
        ("other.jpg", "2024"),
    ];
    years(&all);
    assert_eq!(cli.ok(&["clock"]).json[0]["files"], 2);
    cli.ok(&["clock", "--undo", "1"]);
    years(&[("a.jpg", "2019"), ("b.jpg", "2019"), all[2], all[3]]);
    assert_eq!(cli.run(&["clock", "--undo", "1"]).status, 2);
    assert_eq!(cli.run(&["clock", "--camera", camera]).status, 2);
    let now = std::fs::read(library.join("a.jpg")).expect("read");
    assert!(now == untouched, "files are never written");
}

#[test]
fn rclone_sees_each_object_on_s3_with_the_time_of_its_photo() {
    let Some(rclone) = servers::rclone() else {
        return;
    };
    let work = tempfile::tempdir().expect("temp dir");
    let server = Server::start(&work.path().join("s3"));
    server.create_bucket("pictures");
    let library = work.path().join("library");
    // Before 1970 there are no files; a fraction of a second must not be lost.
    let times: [(u64, &str); 3] = [
        (1_000_000_000_123_456_789, "2001-09-09 01:46:40.123456789"),
        (1_234_567_890_000_000_000, "2009-02-13 23:31:30.000000000"),
        (1, "1970-01-01 00:00:00.000000001"),
    ];
    let mut wanted = Vec::new();
    for (n, (time, words)) in times.into_iter().enumerate() {
        let bytes = photo(n as u64);
        put(library.join(format!("{n}.jpg")), &bytes, time);
        wanted.push(format!("{} {words} {n}.jpg", bytes.len()));
    }
    let cli = Cli::new(&work.path().join("home")).keys_of(&server);
    let to = format!(
        "s3://pictures/lib?endpoint={}&region=us-east-1",
        server.endpoint()
    );
    cli.ok(&["scan", library.to_str().expect("a path")]);
    cli.ok(&["migrate", &to, "--layout", "{original name}"]);

    // Without the last slash it asks first whether the folder is an object, which this server takes amiss.
    let listed = Command::new(rclone)
        .args([
            "lsl",
            "--config",
            "",
            "--exclude",
            ".albumen/**",
            ":s3:pictures/lib/",
        ])
        // Nothing that is set for S3 on this machine.
        .env_clear()
        .env("TZ", "UTC")
        .env("HOME", work.path())
        // It would wait for an answer of a machine in Amazon's network.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("RCLONE_S3_REGION", "us-east-1")
        .env("RCLONE_S3_PROVIDER", "Other")
        .env("RCLONE_S3_ENDPOINT", server.endpoint())
        .env("RCLONE_S3_ACCESS_KEY_ID", server.access_key())
        .env("RCLONE_S3_SECRET_ACCESS_KEY", server.secret_key())
        .output()
        .expect("run rclone");
    let said = String::from_utf8_lossy(&listed.stdout);
    let mut lines: Vec<_> = said.lines().map(|line| line.trim().to_owned()).collect();
    lines.sort_by_key(|line| line.rsplit(' ').next().map(str::to_owned));
    assert_eq!(lines, wanted, "{}", String::from_utf8_lossy(&listed.stderr));
}
