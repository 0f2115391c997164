//! Images of the disk after the power failed.

use super::disk::{Disk, Ino, Op};
use super::image::Image;
use super::record::Log;
use crate::random::Random;
use std::collections::HashMap;
use std::sync::Arc;

/// What became of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing of it was kept.
    Lost,
    /// All of it, as after a kill.
    Kept,
    /// Names were kept, what was written was not.
    OnlyNames,
    /// Names and lengths were kept; where bytes were written there are zeros.
    Zeros,
    /// What was written was kept, names were not.
    OnlyBytes,
    /// Some of it, by this seed; some writes in parts.
    Some(u64),
}

impl Fate {
    pub const FIXED: [Self; 5] = [
        Self::Lost,
        Self::Kept,
        Self::OnlyNames,
        Self::Zeros,
        Self::OnlyBytes,
    ];
}

/// How likely each kind of thing is kept, of 100.
struct Odds {
    names: u32,
    bytes: u32,
    /// That a write is torn.
    torn: u32,
    sector: usize,
}

impl Log {
    /// The command that is running when `end` operations have ended.
    pub fn command(&self, end: usize) -> usize {
        let begun = self.commands.iter().filter(|from| **from < end.max(1));
        begun.count() - 1
    }

    /// The disk after the power failed when `end` operations had ended.
    pub fn cut(&self, end: usize, fate: Fate) -> Image {
        let kept = Kept::of(&self.ops[..end]);
        let mut disk = self.start.clone();
        let mut random = Random::new(if let Fate::Some(seed) = fate { seed } else { 0 }, 77);
        let odds = Odds::drawn(&mut random);
        for (number, op) in self.ops[..end].iter().enumerate() {
            if kept.surely(number, op) {
                disk.apply(op);
                continue;
            }
            if leads_nowhere(&disk, op) {
                continue;
            }
            let is_name = matches!(op, Op::Names(_));
            match fate {
                Fate::Lost => {}
                Fate::Kept => disk.apply(op),
                Fate::OnlyNames if is_name => disk.apply(op),
                Fate::OnlyBytes if !is_name => disk.apply(op),
                Fate::OnlyNames | Fate::OnlyBytes => {}
                Fate::Zeros => disk.apply(&zeroed(op)),
                Fate::Some(_) => some(&mut disk, op, &odds, &mut random),
            }
        }
        disk.image()
    }
}

impl Odds {
    fn drawn(random: &mut Random) -> Self {
        let of = |random: &mut Random| [0, 10, 50, 90, 100][random.below(5) as usize];
        Self {
            names: of(random),
            bytes: of(random),
            torn: [0, 20, 80][random.below(3) as usize],
            sector: [512, 4096][random.below(2) as usize],
        }
    }
}

/// Up to which operation each node was synced.
struct Kept {
    whole: HashMap<Ino, usize>,
    bytes: HashMap<Ino, usize>,
}

impl Kept {
    fn of(ops: &[Op]) -> Self {
        let mut kept = Self {
            whole: HashMap::new(),
            bytes: HashMap::new(),
        };
        for op in ops {
            if let Op::Sync { of, from, whole } = op {
                let all = [Some(&mut kept.bytes), whole.then_some(&mut kept.whole)];
                for upto in all.into_iter().flatten() {
                    let upto = upto.entry(*of).or_default();
                    *upto = (*upto).max(*from);
                }
            }
        }
        kept
    }

    fn surely(&self, number: usize, op: &Op) -> bool {
        let before = |of: &HashMap<Ino, usize>, ino: &Ino| of.get(ino).is_some_and(|upto| number < *upto);
        match op {
            Op::Write { file, .. } | Op::Resize { file, .. } => before(&self.bytes, file),
            Op::Time { file, .. } | Op::Mode { file, .. } => before(&self.whole, file),
            Op::Names(changes) => changes.iter().any(|(folder, ..)| before(&self.whole, folder)),
            Op::Sync { .. } => true,
        }
    }
}

/// A rename into a folder that was lost.
fn leads_nowhere(disk: &Disk, op: &Op) -> bool {
    match op {
        Op::Names(changes) => match changes.as_slice() {
            [(from, ..), (to, ..)] => from != to && !disk.reaches(*to),
            _ => false,
        },
        _ => false,
    }
}

fn zeroed(op: &Op) -> Op {
    match op {
        Op::Write { file, at, bytes } => Op::Write {
            file: *file,
            at: *at,
            bytes: Arc::new(vec![0; bytes.len()]),
        },
        other => other.clone(),
    }
}

fn some(disk: &mut Disk, op: &Op, odds: &Odds, random: &mut Random) {
    let mut chance = |of: u32| random.below(100) < of;
    match op {
        Op::Names(_) => {
            if chance(odds.names) {
                disk.apply(op);
            }
        }
        Op::Write { file, at, bytes } if chance(odds.torn) => {
            let mut from = 0;
            while from < bytes.len() {
                let to = bytes.len().min(from + odds.sector - (at + from) % odds.sector);
                let part = Op::Write {
                    file: *file,
                    at: at + from,
                    bytes: Arc::new(bytes[from..to].to_vec()),
                };
                if chance(odds.bytes.clamp(10, 90)) {
                    disk.apply(&part);
                } else if chance(30) {
                    // Its place in the file was taken, its bytes did not come. Of what was there before, nothing is lost.
                    disk.apply(&reserved(disk, *file, at + to));
                }
                from = to;
            }
        }
        _ => {
            if chance(odds.bytes) {
                disk.apply(op);
            }
        }
    }
}

/// The file at least so long.
fn reserved(disk: &Disk, file: Ino, to: usize) -> Op {
    let to = disk.length(file).max(to);
    Op::Resize { file, to }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::powercut::record::Recorder;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    const LEN: usize = 10_000;

    struct Scene {
        _work: tempfile::TempDir,
        root: PathBuf,
        source: String,
        recorder: Recorder,
    }

    impl Scene {
        /// `None` where nothing can be traced.
        fn new() -> Option<Self> {
            if !crate::strace::is_allowed() {
                return None;
            }
            let work = tempfile::tempdir().expect("temp dir");
            let root = work.path().canonicalize().expect("path").join("root");
            crate::write::make_dir(&root);
            let source = work.path().join("source");
            crate::write::put(source.clone(), &[7; LEN], 1_500_000_000_000_000_000);
            Some(Self {
                _work: work,
                source: source.display().to_string(),
                recorder: Recorder::new(&root),
                root,
            })
        }

        /// `$R` is the root, `$S` the source.
        fn run(&mut self, line: &str) {
            let line = line
                .replace("$R", &self.root.display().to_string())
                .replace("$S", &self.source);
            let mut words = line.split(' ');
            let mut command = Command::new(words.next().expect("a program"));
            command.args(words);
            let output = self.recorder.run(&command, None);
            assert_eq!(output.status, 0, "{line}: {}", output.stderr);
        }

        fn log(self) -> Log {
            self.recorder.log().expect("explained")
        }
    }

    fn bytes(log: &Log, fate: Fate, name: &str) -> Option<Vec<u8>> {
        let image = log.cut(log.ops.len(), fate);
        image.bytes(Path::new(name)).map(<[u8]>::to_vec)
    }

    #[test]
    fn what_nobody_synced_may_go_by_name_by_bytes_and_in_parts() {
        let Some(mut scene) = Scene::new() else { return };
        scene.run("dd if=$S of=$R/x bs=10000");
        let log = scene.log();
        let of = |fate| bytes(&log, fate, "x");
        assert_eq!(of(Fate::Kept), Some(vec![7; LEN]));
        assert_eq!(of(Fate::Lost), None);
        assert_eq!(of(Fate::OnlyBytes), None);
        assert_eq!(of(Fate::OnlyNames), Some(vec![]));
        assert_eq!(of(Fate::Zeros), Some(vec![0; LEN]));
        let torn = (0..500).filter_map(|seed| of(Fate::Some(seed)));
        let mut parts = 0;
        for torn in torn {
            assert!(
                torn.chunks(512)
                    .all(|sector| sector.iter().all(|byte| *byte == sector[0]))
            );
            parts += usize::from(torn.contains(&0) && torn.contains(&7));
        }
        assert!(parts > 10, "{parts} were torn");
    }

    #[test]
    fn a_sync_of_a_file_keeps_its_bytes_and_one_of_its_folder_its_name() {
        let Some(mut scene) = Scene::new() else { return };
        scene.run("mkdir $R/d");
        scene.run("sync $R");
        scene.run("dd if=$S of=$R/d/part bs=3000 conv=fsync");
        scene.run("mv -n $R/d/part $R/d/x");
        let renamed = scene.recorder.count();
        scene.run("sync $R/d");
        let log = scene.log();
        for seed in 0..100 {
            let image = log.cut(renamed, Fate::Some(seed));
            for (path, bytes) in image.files(Path::new("d")) {
                assert_eq!(bytes, [7; LEN], "{path:?} is whole under whichever name");
            }
            assert_eq!(bytes(&log, Fate::Some(seed), "d/x"), Some(vec![7; LEN]));
            assert_eq!(bytes(&log, Fate::Some(seed), "d/part"), None);
        }
        assert_eq!(log.cut(renamed, Fate::Lost).files(Path::new("d")).count(), 0);
        assert_eq!(log.command(1), 0);
        assert_eq!(log.command(log.ops.len()), 4);
    }

    #[test]
    fn a_rename_is_one_step_and_not_kept_without_the_folder_it_moves_into() {
        let Some(mut scene) = Scene::new() else { return };
        scene.run("dd if=$S of=$R/x conv=fsync");
        scene.run("sync $R");
        let there = scene.recorder.count();
        scene.run("mkdir $R/d");
        scene.run("mv -n $R/x $R/d/x");
        let log = scene.log();
        let mut moved = 0;
        for fate in (0..100).map(Fate::Some).chain(Fate::FIXED) {
            let places = ["x", "d/x"].map(|name| bytes(&log, fate, name));
            assert_eq!(places.iter().flatten().count(), 1, "{fate:?}");
            moved += usize::from(places[1].is_some());
        }
        assert!((10..90).contains(&moved), "{moved}");
        assert!(log.cut(there, Fate::Lost).bytes(Path::new("x")).is_some());
    }

    #[test]
    fn what_went_by_unseen_is_noticed() {
        let Some(mut scene) = Scene::new() else { return };
        scene.run("dd if=$S of=$R/x");
        crate::write::put(scene.root.join("y"), b"by another way", 1);
        assert_eq!(scene.recorder.log().err(), Some(vec![PathBuf::from("y")]));
    }

    #[test]
    fn an_image_is_put_and_what_is_the_same_stays_the_same_file() {
        use std::os::unix::fs::MetadataExt;
        let work = tempfile::tempdir().expect("temp dir");
        for name in ["a", "d/b", "d/c"] {
            crate::write::put(work.path().join(name), b"bytes", 1_500_000_000_123_456_789);
        }
        let image = Image::read(work.path());
        let inode = || work.path().join("a").metadata().expect("there").ino();
        let before = inode();
        crate::write::put(work.path().join("d/b"), b"other", 1);
        crate::write::put(work.path().join("e/f"), b"new", 1);
        assert_eq!(image.differences(&Image::read(work.path())).len(), 3);
        image.put(work.path());
        assert_eq!(
            image.differences(&Image::read(work.path())),
            [""; 0].map(PathBuf::from)
        );
        assert_eq!(inode(), before);
    }
}
