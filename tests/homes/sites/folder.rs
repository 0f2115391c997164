//! A folder on a disk of this machine.

use crate::homes::facts::{Fact, Facts};
use crate::homes::home::{temp, text, write};
use crate::homes::site::{Room, Site, held};
use albumen_store::Spec;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub struct Disk {
    work: TempDir,
}

impl Disk {
    pub fn new() -> Self {
        Self { work: temp() }
    }

    fn spec_at(path: &Path) -> Spec {
        Spec::Folder { path: text(path) }
    }
}

impl Site for Disk {
    fn spec(&self, room: &str) -> Spec {
        Self::spec_at(&self.work.path().join(room))
    }

    fn nowhere(&self, room: &str) -> Spec {
        Self::spec_at(&self.work.path().join(format!("{room}-nowhere")))
    }

    fn silent(&self, room: &str) -> Spec {
        unreachable!("the disk of {room} is on this machine")
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        let folder = self.work.path().join(name);
        std::fs::create_dir_all(&folder).expect("make the folder");
        Box::new(Folder(folder))
    }

    fn facts(&self) -> Facts {
        let room = self.room("facts");
        let folder = self.work.path().join("facts");
        room.write("case", b"");
        let kept = room.read("case").is_some_and(|bytes| bytes.is_empty());
        let again = std::fs::File::create_new(folder.join("case"));
        let tells_cases = std::fs::File::create_new(folder.join("CASE")).is_ok();
        let deep = format!("{}/case", vec!["f".repeat(200); 4].join("/"));
        room.write(&deep, b"one");
        held([
            (Fact::KeepsLongKeys, room.read(&deep).is_some()),
            // The system refuses it.
            (
                Fact::AnswersBelowObjects,
                std::fs::File::create_new(folder.join("case/below")).is_err(),
            ),
            (Fact::OutlivesTwoWriters, true),
            (Fact::RefusesToReplace, again.is_err()),
            (Fact::RefusesToReplaceInParts, again.is_err()),
            (Fact::KeepsTimes, room.time_of("case").is_some()),
            (Fact::KeepsSeconds, room.time_of("case").is_some()),
            (
                Fact::KeepsNamesOfSystems,
                std::fs::File::create_new(folder.join("desktop.ini")).is_ok(),
            ),
            // Every file has an inode and times.
            (Fact::ListsVersions, true),
            (Fact::TellsCases, tells_cases),
            (Fact::KeepsNothing, kept),
        ])
    }
}

/// A folder as any program of this machine sees it; servers that store in one are looked at the same way.
pub struct Folder(pub PathBuf);

impl Room for Folder {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(key)).ok()
    }

    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = albumen_testkit::tree::snapshot(&self.0)
            .into_keys()
            .map(|path| text(&path))
            .collect();
        keys.sort();
        keys
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        write(&self.0.join(key), bytes);
    }

    fn remove(&self, key: &str) {
        let removed = Command::new("rm").arg("--").arg(self.0.join(key)).status();
        assert!(removed.expect("run rm").success());
    }

    fn time_of(&self, key: &str) -> Option<String> {
        let meta = std::fs::metadata(self.0.join(key)).ok()?;
        Some(format!("{}.{:09}", meta.mtime(), meta.mtime_nsec()))
    }
}
