//! All preconditions of a deletion, each kept or broken, in all combinations, over real files: exactly one state deletes.
//!
//! What concerns one photo is tried out on photos of one library; what concerns the whole run, on one library each.

use crate::{put, rename};
use albumen_engine::api::{AppError, DestinationSpec, PlanOptions};
use albumen_engine::{DEFAULT_LAYOUT, Engine, MoveOptions, VerifyHow};
use albumen_testkit::tree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Of one photo.
const COPY_IS_WHOLE: u32 = 1;
const ORIGINAL_IS_AS_COPIED: u32 = 2;
const COMPANION_IS_SAFE: u32 = 4;
const FOLDER_IS_NO_LINK: u32 = 8;
const COPY_IS_ANOTHER_FILE: u32 = 16;
const OF_A_PHOTO: u32 = 32;
/// Of a run.
const VERIFIED: u32 = 1;
const LIST_WAS_SEEN: u32 = 2;
const NUMBER_WAS_TYPED: u32 = 4;
const ANOTHER_PLACE: u32 = 8;
const OF_A_RUN: u32 = 16;

struct Home {
    _work: tempfile::TempDir,
    library: PathBuf,
    destination: PathBuf,
    elsewhere: PathBuf,
    engine: Engine,
}

impl Home {
    fn new(verified: bool) -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let root = work.path().canonicalize().expect("path");
        let (library, destination) = (root.join("library"), root.join("D"));
        for photo in 0..OF_A_PHOTO {
            let folder = library.join(format!("f{photo:02}"));
            put(
                &folder.join("P.jpg"),
                &[
                    b"\xff\xd8\xff\xe0".as_slice(),
                    format!("photo {photo}").as_bytes(),
                ]
                .concat(),
            );
            put(
                &folder.join("P.xmp"),
                format!("<x:xmpmeta>{photo}</x:xmpmeta>").as_bytes(),
            );
        }
        let engine = Engine::open(&root.join("catalog.db")).expect("engine");
        engine
            .add_sources(std::slice::from_ref(&library))
            .expect("sources");
        engine.start_scan().expect("scan").wait().expect("scan");
        let url = format!("file://{}", destination.display());
        let spec = DestinationSpec::parse(&url).expect("spec");
        engine.choose_destination(spec, None, false).expect("destination");
        let plan = PlanOptions {
            layout: "{original folder}/{original name}".to_owned(),
            skip_duplicates: false,
            sample: None,
            shard: None,
            xmp: false,
        };
        assert_ne!(plan.layout, DEFAULT_LAYOUT);
        let moving = MoveOptions {
            workers: 2,
            bandwidth: None,
            replan: Some(plan),
            exports: true,
            most: None,
            in_step: None,
        };
        engine
            .start_migrate(moving)
            .expect("migrate")
            .wait()
            .expect("migrate");
        if verified {
            engine
                .start_verify(VerifyHow::Full)
                .expect("verify")
                .wait()
                .expect("verify");
        }
        Self {
            _work: work,
            elsewhere: root.join("elsewhere"),
            library,
            destination,
            engine,
        }
    }

    /// The copy of a file, by its bytes.
    fn copy_of(&self, original: &Path) -> PathBuf {
        let sum = tree::sha256(original);
        let copies = tree::snapshot(&self.destination);
        let (path, _) = copies
            .iter()
            .find(|(_, entry)| entry.sha256 == sum)
            .expect("a copy");
        self.destination.join(path)
    }

    /// Breaks what `kept` does not say, for one photo. What would undo another breach comes last.
    fn break_photo(&self, photo: u32, kept: u32) {
        let folder = self.library.join(format!("f{photo:02}"));
        let (original, companion) = (folder.join("P.jpg"), folder.join("P.xmp"));
        let (copy, copied_companion) = (self.copy_of(&original), self.copy_of(&companion));
        if kept & COMPANION_IS_SAFE == 0 {
            assert!(rename(
                &copied_companion,
                &self.destination.join(format!("gone-{photo}"))
            ));
        }
        if kept & COPY_IS_WHOLE == 0 {
            put(&copy, b"half");
        }
        if kept & ORIGINAL_IS_AS_COPIED == 0 {
            put(&original, b"edited since");
        }
        if kept & COPY_IS_ANOTHER_FILE == 0 {
            assert!(rename(&copy, &self.destination.join(format!("was-{photo}"))));
            std::fs::hard_link(&original, &copy).expect("link");
        }
        if kept & FOLDER_IS_NO_LINK == 0 {
            let real = self.elsewhere.join(format!("f{photo:02}"));
            std::fs::create_dir_all(&self.elsewhere).expect("folder");
            assert!(rename(&folder, &real));
            std::os::unix::fs::symlink(&real, &folder).expect("link");
        }
    }

    fn delete(&self, kept: u32) -> Result<(), AppError> {
        let seen = self.engine.delete_preview().expect("preview");
        let token = if kept & LIST_WAS_SEEN == 0 {
            format!("0{}", seen.token)
        } else {
            seen.token
        };
        let typed = if kept & NUMBER_WAS_TYPED == 0 {
            seen.count + 1
        } else {
            seen.count
        };
        if kept & ANOTHER_PLACE == 0 {
            // As when the destination is this very disk, by another way.
            let marks = self.destination.join(".albumen");
            std::os::unix::fs::symlink(marks, self.library.join(".albumen")).expect("link");
        }
        self.engine
            .start_delete(&token, &typed.to_string(), true)?
            .wait()
            .map(|_| ())
    }

    /// Photos of which a file is gone.
    fn gone(&self) -> BTreeSet<u32> {
        let is_gone = |photo: &u32| {
            let folder = self.library.join(format!("f{photo:02}"));
            !folder.join("P.jpg").exists() || !folder.join("P.xmp").exists()
        };
        (0..OF_A_PHOTO).filter(is_gone).collect()
    }
}

#[test]
fn of_all_states_of_the_preconditions_one_deletes() {
    let (mut states, mut deleting) = (0, Vec::new());
    for run in 0..OF_A_RUN {
        let home = Home::new(run & VERIFIED != 0);
        for photo in 0..OF_A_PHOTO {
            // The number of a photo is the state that it is tried in.
            home.break_photo(photo, photo);
        }
        let before = (tree::snapshot(&home.library), tree::snapshot(&home.elsewhere));
        let done = home.delete(run);
        let gone = home.gone();
        states += OF_A_PHOTO;
        deleting.extend(gone.iter().map(|photo| (run, *photo)));
        if run != OF_A_RUN - 1 {
            assert!(done.is_err(), "run {run:04b} was not refused");
        }
        let left = tree::snapshot(&home.library);
        let lost: Vec<_> = before.0.keys().filter(|path| !left.contains_key(*path)).collect();
        assert_eq!(lost.len(), 2 * gone.len(), "an asset goes whole: {lost:?}");
        assert!(
            left.iter().all(|(path, entry)| before.0.get(path) == Some(entry)),
            "what stays is as it was"
        );
        assert_eq!(tree::differences(&before.1, &tree::snapshot(&home.elsewhere)), "");
    }
    assert_eq!(states, 512);
    assert_eq!(
        deleting,
        [(OF_A_RUN - 1, OF_A_PHOTO - 1)],
        "(run, photo) that deleted"
    );
    println!("preconditions: {states} states, {} deletes", deleting.len());
}
