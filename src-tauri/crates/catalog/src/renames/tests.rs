//! Rows that change hands, by the catalog alone.

use super::*;
use crate::samples::walked;
use crate::{Landed, Origin, ScannedFile};
use albumen_model::SourceId;
use albumen_model::{DestinationId, Fingerprint, Kind};

struct Place {
    _dir: tempfile::TempDir,
    catalog: Catalog,
    source: SourceId,
    scan: i64,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 0).expect("source");
        Self {
            _dir: dir,
            catalog,
            source,
            scan: 0,
        }
    }

    /// A scan that reads these (path, inode, content), and does not see those any more.
    fn scan(&mut self, read: &[(&str, u64, u8)], vanished: &[FileId]) {
        self.scan += 1;
        let batch = read.iter().map(|(path, ino, content)| {
            let mut file = walked(path, *ino);
            file.identity.ctime_ns = self.scan;
            let made = Fingerprint {
                thumb: Some(vec![*content]),
                metadata: Some(content.to_string()),
                ..Fingerprint::new(Sha256([*content; 32]), Kind::Jpeg)
            };
            ScannedFile::Read(file, Box::new(made))
        });
        let (catalog, source) = (&self.catalog, self.source);
        catalog
            .put_scanned(source, self.scan, batch.collect())
            .expect("put");
        catalog
            .finish_scan(source, self.scan, vanished, 5)
            .expect("finish");
    }

    fn id(&self, path: &str) -> FileId {
        let path = RelPath(path.as_bytes().to_vec());
        let known = self.catalog.known_file(self.source, &path).expect("query");
        known.expect("a row").id
    }

    /// The content of the file, by everything that is held of it.
    fn content(&self, id: FileId) -> u8 {
        let row = self.catalog.file(id).expect("a row");
        let content = row.sha256.expect("read").0[0];
        assert_eq!(self.catalog.thumb(id).expect("thumb"), Some(vec![content]));
        assert_eq!(
            self.catalog.metadata(id).expect("metadata"),
            Some(content.to_string())
        );
        content
    }

    fn rename(&self, pairs: &[(FileId, FileId)]) {
        let part = pairs.iter().map(|(arrival, former)| Rename {
            arrival: *arrival,
            former: *former,
        });
        self.catalog.take_renames(&[part.collect()], 7).expect("renamed");
    }

    fn told(&self) -> Met {
        self.catalog.told_apart().expect("told")
    }
}

fn sum(content: u8) -> Sha256 {
    Sha256([content; 32])
}

#[test]
fn what_may_be_overwritten_fits_into_where_it_is_kept() {
    let place = Place::new();
    let columns = |table: &str| -> Vec<String> {
        place
            .catalog
            .read(|c| {
                let sql = format!("SELECT name FROM pragma_table_info('{table}')");
                let mut query = c.prepare(&sql)?;
                let rows = query.query_map([], |row| row.get(0))?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            })
            .expect("columns")
    };
    assert_eq!(columns("file"), columns("former"), "a migration adds to both");
}

#[test]
fn a_renamed_file_keeps_its_row() {
    let mut place = Place::new();
    place.scan(&[("a", 1, 1), ("b", 2, 2)], &[]);
    assert_eq!(place.told(), Met { new: 2, changed: 0 });
    let (a, b) = (place.id("a"), place.id("b"));
    place.scan(&[("c", 1, 1)], &[a]);
    assert_eq!(place.catalog.arrived().expect("asked"), [sum(1)]);
    let arrivals = place.catalog.arrivals(&sum(1)).expect("asked");
    let formers = place.catalog.formers(&sum(1)).expect("asked");
    assert_eq!((arrivals.len(), arrivals[0].bound), (1, false));
    let gone: Vec<_> = formers
        .iter()
        .filter(|one| one.gone)
        .map(|one| one.file)
        .collect();
    assert_eq!(gone, [a]);
    place.catalog.settle(&[place.source]).expect("settle");
    place.rename(&[(arrivals[0].file, a)]);
    assert!(!place.catalog.is_settled(place.source).expect("asked"));
    assert_eq!((place.id("c"), place.id("b")), (a, b));
    assert_eq!(place.content(a), 1);
    assert!(
        !place
            .catalog
            .known_file(place.source, &RelPath(b"c".to_vec()))
            .expect("asked")
            .expect("row")
            .gone
    );
    assert!(
        place.catalog.file(arrivals[0].file).is_err(),
        "its row of a moment is no more"
    );
    assert_eq!(place.told(), Met::default());
    let names = place.catalog.renames_of(a).expect("asked");
    assert_eq!(
        (names[0].was.as_str(), names[0].now.as_str()),
        ("/photos/a", "/photos/c")
    );
    assert_eq!(place.catalog.files_at(b"/photos/a").expect("asked"), [a]);
    assert!(place.catalog.arrived().expect("asked").is_empty());
}

#[test]
fn two_that_swap_their_names_swap_back_to_their_rows() {
    let mut place = Place::new();
    place.scan(&[("a", 1, 1), ("b", 2, 2)], &[]);
    place.told();
    let (a, b) = (place.id("a"), place.id("b"));
    place.scan(&[("a", 2, 2), ("b", 1, 1)], &[]);
    let mut arrived = place.catalog.arrived().expect("asked");
    arrived.sort();
    assert_eq!(arrived, [sum(1), sum(2)]);
    let formers = place.catalog.formers(&sum(1)).expect("asked");
    assert!(
        formers
            .iter()
            .any(|one| one.file == a && one.replaced && one.identity.ino == 1)
    );
    place.rename(&[(b, a), (a, b)]);
    assert_eq!((place.id("a"), place.id("b")), (b, a));
    assert_eq!((place.content(a), place.content(b)), (1, 2));
    assert_eq!(place.told(), Met::default());
}

#[test]
fn a_new_file_under_the_old_name_of_another_gets_a_row_of_its_own() {
    let mut place = Place::new();
    place.scan(&[("a", 1, 1)], &[]);
    place.told();
    let a = place.id("a");
    place.scan(&[("a", 9, 9), ("b", 1, 1)], &[]);
    place.rename(&[(place.id("b"), a)]);
    assert_eq!(place.id("b"), a);
    assert_eq!((place.content(a), place.content(place.id("a"))), (1, 9));
    assert_eq!(place.told(), Met { new: 1, changed: 0 });
}

#[test]
fn a_file_whose_name_another_took_stays_known() {
    let mut place = Place::new();
    place.scan(&[("a", 1, 1), ("b", 2, 2), ("c", 3, 3)], &[]);
    place.told();
    let [a, b, c] = ["a", "b", "c"].map(|path| place.id(path));
    let home = place.catalog.destination("there", "{}", 1).expect("destination");
    place.catalog.put_placed(home, &[landed(b)], 1).expect("placed");
    // b is deleted, and the others move up: a becomes b, and c becomes a.
    place.scan(&[("a", 3, 3), ("b", 1, 1)], &[c]);
    place.rename(&[(a, c), (b, a)]);
    assert_eq!((place.id("a"), place.id("b")), (c, a));
    assert_eq!((place.content(a), place.content(c)), (1, 3));
    let parked = place.catalog.file(b).expect("a row");
    assert_eq!((parked.sha256, parked.display.as_str()), (Some(sum(2)), "b"));
    assert!(place.catalog.origin(b).expect("asked").expect("a row").gone);
    assert_eq!(
        place
            .catalog
            .placed_of(home, b, &sum(2))
            .expect("asked")
            .map(|one| one.key),
        Some("x".into())
    );
    assert_eq!(place.catalog.files_at(b"/photos/b").expect("asked"), [a, b]);
    // And when it is found again elsewhere, it is itself.
    place.told();
    place.scan(&[("d", 2, 2)], &[]);
    place.rename(&[(place.id("d"), b)]);
    assert_eq!((place.id("d"), place.content(b)), (b, 2));
}

#[test]
fn what_turns_up_later_under_another_name_has_its_copies() {
    let mut place = Place::new();
    place.scan(&[("a", 1, 2)], &[]);
    place.told();
    let a = place.id("a");
    let home = place.catalog.destination("there", "{}", 1).expect("destination");
    place.catalog.put_placed(home, &[landed(a)], 1).expect("placed");
    // Another file has its name, and it was not seen under its own yet.
    place.scan(&[("a", 9, 9)], &[]);
    assert_eq!(place.told(), Met { new: 0, changed: 1 });
    place.scan(&[("b", 1, 2)], &[]);
    let b = place.id("b");
    assert_eq!(place.catalog.arrived().expect("asked"), [sum(2)]);
    let formers = place.catalog.formers(&sum(2)).expect("asked");
    let late: Vec<_> = formers
        .iter()
        .filter(|one| one.late)
        .map(|one| (one.file, one.placed))
        .collect();
    assert_eq!(late, [(a, true)]);
    let pair = Rename {
        arrival: b,
        former: a,
    };
    place.catalog.tie_renamed(&[pair], 7).expect("tied");
    let copy = place.catalog.placed_of(home, b, &sum(2)).expect("asked");
    assert_eq!(copy.map(|one| one.key), Some("x".to_owned()));
    assert_eq!((place.content(a), place.content(b)), (9, 2));
    assert_eq!(place.catalog.renames_of(b).expect("asked")[0].was, "/photos/a");
    assert!(
        !place
            .catalog
            .formers(&sum(2))
            .expect("asked")
            .iter()
            .any(|one| one.late)
    );
    place.told();
    assert!(place.catalog.arrived().expect("asked").is_empty());
}

fn landed(file: FileId) -> Landed {
    Landed {
        step: None,
        key: "x".to_owned(),
        file,
        sha256: sum(2),
        size: 10,
        mtime_ns: 0,
        version: String::new(),
        origin: Origin::Sent,
        made_dirs: Vec::new(),
        sums: String::new(),
        refused_wrong: false,
    }
}

#[test]
fn a_row_with_copies_of_its_own_is_bound() {
    let mut place = Place::new();
    place.scan(&[("a", 1, 2)], &[]);
    place.told();
    place.scan(&[("b", 1, 2)], &[]);
    let home: DestinationId = place.catalog.destination("there", "{}", 1).expect("destination");
    let b = place.id("b");
    assert!(!place.catalog.arrivals(&sum(2)).expect("asked")[0].bound);
    place.catalog.put_placed(home, &[landed(b)], 1).expect("placed");
    assert!(place.catalog.arrivals(&sum(2)).expect("asked")[0].bound);
}
