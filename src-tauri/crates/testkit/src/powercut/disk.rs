//! Files and folders as a disk holds them: names lead to nodes, and nodes that no name leads to any more are still there
//! for whoever has them open.

use super::image::{Image, Item};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A place in [`Disk::nodes`].
pub type Ino = usize;

#[derive(Debug, Clone)]
pub enum Node {
    File(Content),
    Folder(BTreeMap<OsString, Ino>),
}

#[derive(Debug, Clone, Default)]
pub struct Content {
    pub bytes: Arc<Vec<u8>>,
    /// Unknown where nobody set it.
    pub mtime_ns: Option<i64>,
    pub mode: u32,
}

/// One change, or a sync.
#[derive(Debug, Clone)]
pub enum Op {
    Write {
        file: Ino,
        at: usize,
        bytes: Arc<Vec<u8>>,
    },
    Resize {
        file: Ino,
        to: usize,
    },
    Time {
        file: Ino,
        mtime_ns: i64,
    },
    Mode {
        file: Ino,
        mode: u32,
    },
    /// Together: a name in a folder now leads there, or is free.
    Names(Vec<(Ino, OsString, Option<Ino>)>),
    /// Keeps what ended before the operation `from`; `whole` with times and modes.
    Sync {
        of: Ino,
        from: usize,
        whole: bool,
    },
}

/// The first node is the folder that everything lies in.
#[derive(Debug, Clone)]
pub struct Disk {
    pub nodes: Vec<Node>,
}

pub const ROOT: Ino = 0;

impl Default for Disk {
    fn default() -> Self {
        Self {
            nodes: vec![Node::Folder(BTreeMap::new())],
        }
    }
}

impl Disk {
    pub fn of(image: &Image) -> Self {
        let mut disk = Self::default();
        for (path, item) in image.items() {
            let (folder, name) = disk.parent(path).expect("folders come first");
            let node = match item {
                Item::Folder => Node::Folder(BTreeMap::new()),
                Item::File(content) => Node::File(content.clone()),
            };
            let ino = disk.add(node);
            disk.apply(&Op::Names(vec![(folder, name, Some(ino))]));
        }
        disk
    }

    /// A node without a name.
    pub fn add(&mut self, node: Node) -> Ino {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Write { file, at, bytes } => {
                let content = self.content(*file);
                content.mtime_ns = None;
                let held = Arc::make_mut(&mut content.bytes);
                if held.len() < at + bytes.len() {
                    held.resize(at + bytes.len(), 0);
                }
                held[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Op::Resize { file, to } => {
                let content = self.content(*file);
                content.mtime_ns = None;
                Arc::make_mut(&mut content.bytes).resize(*to, 0);
            }
            Op::Time { file, mtime_ns } => self.content(*file).mtime_ns = Some(*mtime_ns),
            Op::Mode { file, mode } => self.content(*file).mode = *mode,
            Op::Names(changes) => {
                for (folder, name, to) in changes {
                    let Node::Folder(names) = &mut self.nodes[*folder] else {
                        panic!("{name:?} is in a file")
                    };
                    match to {
                        Some(ino) => names.insert(name.clone(), *ino),
                        None => names.remove(name),
                    };
                }
            }
            Op::Sync { .. } => {}
        }
    }

    fn content(&mut self, file: Ino) -> &mut Content {
        match &mut self.nodes[file] {
            Node::File(content) => content,
            Node::Folder(_) => panic!("bytes of a folder"),
        }
    }

    pub fn length(&self, file: Ino) -> usize {
        match &self.nodes[file] {
            Node::File(content) => content.bytes.len(),
            Node::Folder(_) => panic!("the length of a folder"),
        }
    }

    pub fn look_up(&self, folder: Ino, name: &OsStr) -> Option<Ino> {
        match &self.nodes[folder] {
            Node::Folder(names) => names.get(name).copied(),
            Node::File(_) => None,
        }
    }

    /// `below` the root.
    pub fn find(&self, below: &Path) -> Option<Ino> {
        let mut at = ROOT;
        for part in below.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => at = self.look_up(at, name)?,
                other => panic!("a path with {other:?}"),
            }
        }
        Some(at)
    }

    /// Whether names lead to this folder.
    pub fn reaches(&self, folder: Ino) -> bool {
        let mut next = vec![ROOT];
        while let Some(at) = next.pop() {
            if at == folder {
                return true;
            }
            if let Node::Folder(names) = &self.nodes[at] {
                next.extend(names.values());
            }
        }
        false
    }

    /// The folder of a path and the last name in it.
    pub fn parent(&self, below: &Path) -> Option<(Ino, OsString)> {
        let folder = self.find(below.parent()?)?;
        Some((folder, below.file_name()?.to_owned()))
    }

    /// What somebody sees who looks for it by name.
    pub fn image(&self) -> Image {
        let mut items = BTreeMap::new();
        let mut next = vec![(PathBuf::new(), ROOT)];
        while let Some((path, ino)) = next.pop() {
            match &self.nodes[ino] {
                Node::File(content) => {
                    items.insert(path, Item::File(content.clone()));
                }
                Node::Folder(names) => {
                    next.extend(names.iter().map(|(name, ino)| (path.join(name), *ino)));
                    if ino != ROOT {
                        items.insert(path, Item::Folder);
                    }
                }
            }
        }
        Image::new(items)
    }
}
