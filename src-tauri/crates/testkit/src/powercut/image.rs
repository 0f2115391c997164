//! What lies below a folder, in memory: read from a disk, and put onto one.

use super::disk::Content;
use std::collections::BTreeMap;
use std::fs::{File, FileTimes, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[derive(Debug, Clone)]
pub enum Item {
    Folder,
    File(Content),
}

/// By path below the folder, so that folders come before what is in them.
#[derive(Debug, Clone, Default)]
pub struct Image(BTreeMap<PathBuf, Item>);

impl Image {
    /// Without what does not outlive its process anywhere.
    pub fn new(mut items: BTreeMap<PathBuf, Item>) -> Self {
        items.retain(|path, _| !path.to_string_lossy().ends_with("-shm"));
        Self(items)
    }

    pub fn items(&self) -> impl Iterator<Item = (&PathBuf, &Item)> {
        self.0.iter()
    }

    pub fn bytes(&self, path: &Path) -> Option<&[u8]> {
        match self.0.get(path)? {
            Item::File(content) => Some(&content.bytes),
            Item::Folder => None,
        }
    }

    /// Files below a folder, by their path below it.
    pub fn files<'a>(&'a self, below: &'a Path) -> impl Iterator<Item = (&'a Path, &'a [u8])> {
        self.0.iter().filter_map(move |(path, item)| match item {
            Item::File(content) => Some((path.strip_prefix(below).ok()?, content.bytes.as_slice())),
            Item::Folder => None,
        })
    }

    /// For telling images apart.
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (path, item) in &self.0 {
            path.hash(&mut hasher);
            if let Item::File(content) = item {
                (&content.bytes, content.mtime_ns, content.mode).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    pub fn read(root: &Path) -> Self {
        Self::new(Self::all(root).0)
    }

    fn all(root: &Path) -> Self {
        let mut items = BTreeMap::new();
        let mut next = vec![PathBuf::new()];
        while let Some(folder) = next.pop() {
            for entry in std::fs::read_dir(root.join(&folder)).expect("list a folder") {
                let entry = entry.expect("list a folder");
                let path = folder.join(entry.file_name());
                let meta = entry.metadata().expect("look at a file");
                if meta.is_dir() {
                    next.push(path.clone());
                    items.insert(path, Item::Folder);
                } else if meta.is_file() {
                    let content = Content {
                        bytes: Arc::new(std::fs::read(root.join(&path)).expect("read a file")),
                        mtime_ns: Some(meta.mtime() * 1_000_000_000 + meta.mtime_nsec()),
                        mode: meta.mode() & 0o7777,
                    };
                    items.insert(path, Item::File(content));
                } else {
                    panic!("{path:?} is neither a file nor a folder");
                }
            }
        }
        Self(items)
    }

    /// Makes `root` hold this and nothing else. What is the same already is not touched: it stays the same file.
    #[expect(clippy::disallowed_methods, reason = "the folder is a test's own")]
    pub fn put(&self, root: &Path) {
        let is = Self::all(root);
        for (path, item) in is.0.iter().rev() {
            let full = root.join(path);
            match (item, self.0.get(path)) {
                (Item::Folder, Some(Item::Folder)) => {}
                (Item::Folder, _) => std::fs::remove_dir(full).expect("remove a folder"),
                (Item::File(is), Some(Item::File(wanted))) if wanted.matches(is) => {}
                (Item::File(_), _) => std::fs::remove_file(full).expect("remove a file"),
            }
        }
        for (path, item) in &self.0 {
            let full = root.join(path);
            match item {
                Item::Folder if full.is_dir() => {}
                Item::Folder => crate::write::make_dir(&full),
                Item::File(_) if full.exists() => {}
                Item::File(content) => {
                    let mut file = File::create(&full).expect("make a file");
                    file.write_all(&content.bytes).expect("write a file");
                    file.set_permissions(Permissions::from_mode(content.mode))
                        .expect("set a mode");
                    if let Some(ns) = content.mtime_ns {
                        let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(ns.unsigned_abs());
                        file.set_times(FileTimes::new().set_modified(time))
                            .expect("set a time");
                    }
                }
            }
        }
    }

    /// Paths that are not the same in `other`; times count where this knows them.
    pub fn differences(&self, other: &Self) -> Vec<PathBuf> {
        let same = |path: &PathBuf| match (self.0.get(path), other.0.get(path)) {
            (Some(Item::Folder), Some(Item::Folder)) => true,
            (Some(Item::File(one)), Some(Item::File(two))) => one.matches(two),
            _ => false,
        };
        let all = self.0.keys().chain(other.0.keys());
        let mut found: Vec<PathBuf> = all.filter(|path| !same(path)).cloned().collect();
        found.sort();
        found.dedup();
        found
    }
}

impl Content {
    fn matches(&self, other: &Self) -> bool {
        self.bytes == other.bytes
            && self.mode == other.mode
            && self.mtime_ns.is_none_or(|time| Some(time) == other.mtime_ns)
    }
}
