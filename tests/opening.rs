//! While a destination is home its photos are opened from there and compared: what agrees is counted, what differs is never shown,
//! loses its receipt and is named, and what home does not give comes from the old place, and that is said.

use albumen_engine::api::{Conflicts, DestinationSpec, DifferenceKind, HomeState, PlanOptions};
use albumen_engine::{CutOverOptions, DEFAULT_LAYOUT, Engine, MoveOptions, VerifyHow};
use albumen_testkit::library::{self, Library, Options};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const AT_ONCE: CutOverOptions = CutOverOptions {
    workers: 2,
    settle: Duration::ZERO,
    patience: Duration::from_secs(20),
};

struct Place {
    engine: Engine,
    library: Library,
    there: PathBuf,
}

impl Place {
    /// Cut over to.
    fn home(work: &Path) -> Self {
        let options = Options {
            photos: 8,
            odd: false,
            ..Options::default()
        };
        let library = library::make(&work.join("library"), &options);
        let engine = Engine::open_with(&work.join("catalog.db"), &work.join("vault")).expect("open");
        engine
            .add_sources(std::slice::from_ref(&library.root))
            .expect("add");
        engine.start_scan().expect("scan").wait().expect("scanned");
        let there = work.join("there");
        let spec = DestinationSpec::parse(&format!("file://{}", there.display())).expect("a folder");
        engine.choose_destination(spec, None, false).expect("choose");
        let plan = PlanOptions {
            layout: DEFAULT_LAYOUT.to_owned(),
            skip_duplicates: false,
            sample: None,
            shard: None,
            xmp: false,
        };
        let moving = MoveOptions {
            workers: 2,
            bandwidth: None,
            replan: Some(plan),
            exports: false,
            most: None,
            in_step: None,
        };
        engine.start_migrate(moving).expect("move").wait().expect("moved");
        engine
            .start_verify(VerifyHow::Full)
            .expect("verify")
            .wait()
            .expect("verified");
        engine
            .start_cut_over(AT_ONCE)
            .expect("cut over")
            .wait()
            .expect("cut over");
        let place = Self {
            engine,
            library,
            there,
        };
        assert_eq!(place.state(), (0, 0, 0));
        place
    }

    fn state(&self) -> (u64, u64, u64) {
        let home = self.home_state();
        (home.agreed, home.differed, home.elsewhere)
    }

    fn home_state(&self) -> HomeState {
        let way = self.engine.way().expect("way").expect("a destination");
        way.home.expect("home")
    }

    fn file(&self, photo: &Path) -> i64 {
        let (_, found) = self.engine.find_origins(photo.as_os_str()).expect("asked");
        found.first().expect("one").file_id
    }

    /// Its own copy at home, not one of the same bytes.
    fn copy(&self, photo: &Path) -> PathBuf {
        let (_, found) = self.engine.find_origins(photo.as_os_str()).expect("asked");
        let copies = &found.first().expect("one").copies;
        let own = copies.iter().find(|copy| copy.of.is_none());
        self.there.join(&own.expect("a copy").key)
    }
}

fn rm(path: &Path) {
    assert!(Command::new("rm").arg(path).status().expect("rm").success());
}

#[test]
fn what_is_opened_from_home_is_compared() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::home(work.path());
    let photos = &place.library.photos;
    let opened = |photo: &Path| place.engine.preview(place.file(photo)).expect("asked");

    let picture = opened(&photos[0]).expect("a picture");
    assert!(picture.starts_with(&[0xff, 0xd8]));
    assert_eq!(place.state(), (1, 0, 0));
    assert_eq!(
        opened(&photos[0]),
        Some(picture),
        "kept for a while, and not compared again"
    );
    assert_eq!(place.state(), (1, 0, 0));

    // It comes from home: the old place need not have it.
    rm(&photos[1]);
    assert!(opened(&photos[1]).is_some());
    assert_eq!(place.state(), (2, 0, 0));

    // Another picture under its name is not shown.
    let copy = place.copy(&photos[2]);
    let other = std::fs::read(&photos[3]).expect("read");
    albumen_testkit::write::put(copy.clone(), &other, 1_700_000_000_000_000_000);
    assert!(opened(&photos[2]).is_some(), "the old place has it");
    assert_eq!(place.state(), (2, 1, 0));
    assert!(
        place.home_state().said.contains("other bytes"),
        "{}",
        place.home_state().said
    );
    let listed = place
        .engine
        .differences(Some(DifferenceKind::Different), 0, 10, Conflicts::Ask)
        .expect("differences");
    assert_eq!(listed.rows.len(), 1);
    assert!(copy.ends_with(&listed.rows[0].key));
    assert!(
        place.engine.verification().expect("asked").is_none(),
        "what was said of all of them holds no more"
    );

    // A copy that is gone.
    rm(&place.copy(&photos[4]));
    assert!(opened(&photos[4]).is_some());
    assert_eq!(place.state(), (2, 2, 0));

    // The old place changed: home is right, and it is said.
    albumen_testkit::write::put(photos[5].clone(), b"scribbled", 1_700_000_000_000_000_000);
    assert!(opened(&photos[5]).is_some());
    assert_eq!(place.state(), (2, 3, 0));

    // Home is away: nothing is concluded, and the old place helps out.
    let aside = place.there.with_file_name("aside");
    assert!(
        Command::new("mv")
            .arg(&place.there)
            .arg(&aside)
            .status()
            .expect("mv")
            .success()
    );
    assert!(opened(&photos[6]).is_some());
    assert_eq!(place.state(), (2, 3, 1));
    assert!(
        Command::new("mv")
            .arg(&aside)
            .arg(&place.there)
            .status()
            .expect("mv")
            .success()
    );

    // Without comparing, photos come from home all the same.
    place.engine.compare_on_opening(false).expect("set");
    assert!(opened(&photos[7]).is_some());
    assert_eq!(place.state(), (2, 3, 1));
    let left = work.path().join("catalog.db.opened");
    assert!(!left.exists(), "nothing of what was fetched stays");
}
