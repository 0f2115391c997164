//! Somebody who works in a library: adds, edits, renames, moves and removes, and never writes the same bytes twice.

use crate::place::{photo, run, write};
use albumen_testkit::random::Random;
use albumen_testkit::tree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub struct Life {
    root: PathBuf,
    files: Vec<PathBuf>,
    next: u64,
    pub random: Random,
    pub acts: usize,
    /// Digests of everything that was ever in the library.
    pub versions: BTreeSet<String>,
}

impl Life {
    pub fn of(root: &Path) -> Self {
        let there = tree::snapshot(root);
        Self {
            root: root.to_owned(),
            files: there.keys().map(|path| root.join(path)).collect(),
            versions: there.into_values().map(|entry| entry.sha256).collect(),
            next: 1000,
            random: Random::new(2026, 11),
            acts: 0,
        }
    }

    fn some(&mut self) -> usize {
        let many = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.random.below(many) as usize
    }

    fn new_path(&mut self) -> PathBuf {
        self.next += 1;
        let folder = ["", "trip", "trip/day two", "home"][self.random.below(4) as usize];
        self.root.join(folder).join(format!("IMG_{}.jpg", self.next))
    }

    fn put(&mut self, path: &Path) {
        self.next += 1;
        write(path, &photo(self.next));
        self.versions.insert(tree::sha256(path));
    }

    pub fn act(&mut self) {
        self.acts += 1;
        match self.random.below(20) {
            0..=5 => {
                let path = self.new_path();
                self.put(&path);
                self.files.push(path);
            }
            6..=9 => {
                let one = self.some();
                let path = self.files[one].clone();
                self.put(&path);
            }
            10..=14 => {
                let (one, to) = (self.some(), self.new_path());
                std::fs::create_dir_all(to.parent().expect("a folder")).expect("make a folder");
                run("mv", &[&self.files[one], &to]);
                self.files[one] = to;
            }
            15..=16 => {
                // Two swap their names.
                let (one, other) = (self.some(), self.some());
                if one != other {
                    let aside = self.root.join("aside.part");
                    run("mv", &[&self.files[one], &aside]);
                    run("mv", &[&self.files[other], &self.files[one]]);
                    run("mv", &[&aside, &self.files[other]]);
                }
            }
            17 => {
                // One takes the name of another, which is no more.
                let (one, other) = (self.some(), self.some());
                if one != other {
                    run("mv", &[&self.files[one], &self.files[other]]);
                    self.files.swap_remove(one);
                }
            }
            _ => {
                if self.files.len() > 10 {
                    let one = self.some();
                    run("rm", &[&self.files[one]]);
                    self.files.swap_remove(one);
                }
            }
        }
    }
}
