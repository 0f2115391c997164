//! What is done while the power fails.

use crate::stage::Stage;
use albumen_testkit::picture;
use albumen_testkit::random::Random;
use albumen_testkit::tree;
use std::path::Path;

pub struct Scene {
    pub name: &'static str,
    /// Done long ago: all of it is on the disk.
    pub before: &'static [Stage],
    /// Recorded one after the other.
    pub cut: Vec<Act>,
}

/// A command, and whether it is killed somewhere.
#[derive(Debug, Clone, Copy)]
pub struct Act {
    pub stage: Stage,
    pub killed: bool,
}

fn whole(stage: Stage) -> Act {
    Act { stage, killed: false }
}

fn killed(stage: Stage) -> Act {
    Act { stage, killed: true }
}

/// Each stage by itself, and some after others that the power cut may still take back: what a killed run left was never
/// synced, and what one command takes for kept another may not have kept.
pub fn all() -> Vec<Scene> {
    let single = Stage::ALL.map(|stage| Scene {
        name: stage.name(),
        before: stage.before(),
        cut: vec![whole(stage)],
    });
    let mut scenes = Vec::from(single);
    let again = [
        (Stage::Migrate, "migrate after a kill"),
        (Stage::Permanent, "delete for ever after a kill"),
        (Stage::RestoreAndRollback, "restore and roll back after a kill"),
    ];
    scenes.extend(again.map(|(stage, name)| Scene {
        name,
        before: stage.before(),
        cut: vec![killed(stage), whole(stage)],
    }));
    let rest = [Stage::Migrate, Stage::Verify, Stage::Permanent].map(whole);
    scenes.push(Scene {
        name: "migrate after a kill, verify, delete for ever",
        before: Stage::Migrate.before(),
        cut: [&[killed(Stage::Migrate)], rest.as_slice()].concat(),
    });
    scenes
}

/// A call of which one is the last that a killed command began.
pub fn last_call(stage: Stage, random: &mut Random) -> (&'static str, u32) {
    let calls: &[(&str, u32)] = match stage {
        Stage::Permanent => &[("renameat2", 7), ("unlinkat", 7), ("fsync", 7), ("pwrite64", 60)],
        _ => &[
            ("fsync", 12),
            ("renameat2", 4),
            ("mkdir", 3),
            ("unlinkat", 5),
            ("pwrite64", 40),
        ],
    };
    let count = u32::try_from(calls.len()).expect("few");
    let (call, most) = calls[random.below(count) as usize];
    (call, 1 + random.below(most))
}

/// Eight small files: a RAW with its JPEG, a photo with a sidecar, and one that is there twice.
pub fn make(library: &Path) {
    for number in 0..5u64 {
        let (exif, bytes) = picture::taken_at(format!("2019:03:0{} 10:11:12", number + 1), 7, number);
        let folder = library.join(if number == 4 { "trip" } else { "." });
        put(&folder.join(format!("IMG_000{}.jpg", number + 1)), &bytes);
        match number {
            2 => {
                put(&library.join("trip/copy of 3.jpg"), &bytes);
                put(
                    &library.join("IMG_0003.xmp"),
                    b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>",
                );
            }
            3 => {
                let raw = [exif.tiff(), Random::new(3, 4).bytes(5000)].concat();
                put(&library.join("IMG_0004.CR2"), &raw);
            }
            _ => {}
        }
    }
    assert_eq!(tree::snapshot(library).len(), 8);
}

pub fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}
