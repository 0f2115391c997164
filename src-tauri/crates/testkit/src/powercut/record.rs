//! What a program does to the disk, by `strace`: its raw calls and those of its database alike.
//!
//! Calls that change files and are not understood end the test; so what is recorded is all of it, which
//! [`Recorder::log`] proves by playing it back.

use super::disk::{Content, Disk, Ino, Node, Op};
use super::image::Image;
use super::text::{Arg, Call, calls, quoted};
use crate::app::{Output, wait};
use crate::strace;
use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// All that may change a file, or say which file a number stands for.
const TRACED: &str = "open,openat,openat2,creat,dup,dup2,dup3,fcntl,lseek,write,pwrite64,writev,pwritev,pwritev2,\
    truncate,ftruncate,fallocate,copy_file_range,sendfile,splice,fsync,fdatasync,sync_file_range,sync,syncfs,msync,mmap,\
    rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,mknod,mknodat,\
    chmod,fchmod,fchmodat,?fchmodat2,utime,utimes,futimesat,utimensat,setxattr,fsetxattr,ioctl,io_uring_setup,execve";

/// What was done, from a start.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// With every node that the operations name.
    pub start: Disk,
    pub ops: Vec<Op>,
    /// The operation that each command began with.
    pub commands: Vec<usize>,
}

pub struct Recorder {
    root: PathBuf,
    start: Disk,
    now: Disk,
    ops: Vec<Op>,
    commands: Vec<usize>,
}

/// An open file: several numbers may stand for one.
#[derive(Debug, Clone, Copy)]
struct Open {
    node: Ino,
    at: usize,
    append: bool,
    /// Where it is written is known only if nothing moves the place but writes.
    reads_too: bool,
}

/// Of one command.
struct Tape<'a> {
    of: &'a mut Recorder,
    /// By number; the number of a closed file is given away again.
    held: HashMap<i32, usize>,
    open: Vec<Open>,
    /// Lines in which the operations ended.
    ended: Vec<usize>,
    first: usize,
}

impl Recorder {
    /// What lies below `root` now has been there for long.
    pub fn new(root: &Path) -> Self {
        let start = Disk::of(&Image::read(root));
        Self {
            root: root.to_owned(),
            now: start.clone(),
            start,
            ops: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// Runs the command to its end, or to the `nth` call of that name in a thread, in which it is killed.
    pub fn run(&mut self, plain: &Command, kill: Option<(&str, u32)>) -> Output {
        let aside = tempfile::tempdir().expect("temp dir");
        let log = aside.path().join("log");
        let output = wait(
            strace::written_down(plain, &log, TRACED, kill)
                .spawn()
                .expect("strace"),
        );
        let text = std::fs::read(&log).expect("strace leaves a log");
        let text = String::from_utf8_lossy(&text);
        self.commands.push(self.ops.len());
        let mut tape = Tape {
            first: self.ops.len(),
            of: self,
            held: HashMap::new(),
            open: Vec::new(),
            ended: Vec::new(),
        };
        for call in calls(&text) {
            tape.play(&call);
        }
        output
    }

    /// How many operations there are so far.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.ops.len()
    }

    /// The whole log, or what it does not explain of the disk as it is now.
    pub fn log(self) -> Result<Log, Vec<PathBuf>> {
        let differences = self.now.image().differences(&Image::read(&self.root));
        if !differences.is_empty() {
            return Err(differences);
        }
        let mut start = self.start;
        for node in &self.now.nodes[start.nodes.len()..] {
            start.add(match node {
                Node::File(_) => Node::File(Content::default()),
                Node::Folder(_) => Node::Folder(Default::default()),
            });
        }
        Ok(Log {
            start,
            ops: self.ops,
            commands: self.commands,
        })
    }
}

impl Tape<'_> {
    fn play(&mut self, call: &Call) {
        let number = |at: usize| match call.args.get(at) {
            Some(Arg::Word(word)) => word.split(' ').next().and_then(|word| word.parse().ok()),
            _ => None,
        };
        match call.name.as_str() {
            "open" | "creat" | "openat" | "openat2" => self.open(call),
            "dup" | "dup2" | "dup3" => self.same_as(call),
            "fcntl" if call.word(1).starts_with("F_DUPFD") => self.same_as(call),
            "lseek" => {
                if let Some(open) = self.file(call) {
                    self.open[open].at = usize::try_from(call.result).expect("a place");
                    self.open[open].reads_too = false;
                }
            }
            "write" | "writev" => {
                let Some(open) = self.file(call) else { return };
                let Open {
                    node,
                    mut at,
                    append,
                    reads_too,
                } = self.open[open];
                assert!(!reads_too, "where this goes is not known: {call:?}");
                if append {
                    at = self.of.now.length(node);
                }
                let written = self.write(call, node, at);
                self.open[open].at = at + written;
            }
            "pwrite64" | "pwritev" | "pwritev2" => {
                let Some(open) = self.file(call) else { return };
                self.write(call, self.open[open].node, number(3).expect("a place"));
            }
            "ftruncate" => {
                let Some(open) = self.file(call) else { return };
                let file = self.open[open].node;
                let to = number(1).expect("a length");
                self.add(call, Op::Resize { file, to });
            }
            "fsync" | "fdatasync" => {
                let Some(open) = self.file(call) else { return };
                let before = self.ended.iter().take_while(|ended| **ended < call.began);
                let op = Op::Sync {
                    of: self.open[open].node,
                    from: self.first + before.count(),
                    whole: call.name == "fsync",
                };
                self.add(call, op);
            }
            "rename" => self.rename(call, call.path(0), call.path(1)),
            "renameat" | "renameat2" => self.rename(call, call.path_at(0), call.path_at(2)),
            "link" => self.link(call, call.path(0), call.path(1)),
            "linkat" => self.link(call, call.path_at(0), call.path_at(2)),
            "unlink" | "rmdir" => self.remove(call, call.path(0)),
            "unlinkat" => self.remove(call, call.path_at(0)),
            "mkdir" => self.make_folder(call, call.path(0)),
            "mkdirat" => self.make_folder(call, call.path_at(0)),
            "fchmod" => {
                let Some(open) = self.file(call) else { return };
                let mode = octal(call.word(1));
                self.set_mode(call, self.open[open].node, mode);
            }
            "chmod" => {
                if let Some((ino, mode)) = self.find(&call.path(0)).zip(Some(octal(call.word(1)))) {
                    self.set_mode(call, ino, mode);
                }
            }
            "utimensat" => self.set_time(call),
            "mmap" => {
                let (shared, writes) = (
                    call.word(3).contains("MAP_SHARED"),
                    call.word(2).contains("WRITE"),
                );
                if let Some(Arg::Held(_, path)) = call.args.get(4).filter(|_| shared && writes) {
                    let of_a_process = path.to_string_lossy().ends_with("-shm");
                    assert!(of_a_process || !path.starts_with(&self.of.root), "{call:?}");
                }
            }
            "execve" => {
                assert!(
                    self.open.is_empty(),
                    "another program, with numbers of its own: {call:?}"
                );
            }
            "fcntl" | "ioctl" | "msync" | "sync_file_range" => {}
            other => {
                let below = |path: &Path| path.starts_with(&self.of.root);
                let touches = call.args.iter().any(|arg| match arg {
                    Arg::Held(_, path) => below(path),
                    Arg::Bytes(bytes) => below(Path::new(&OsString::from_vec(bytes.clone()))),
                    Arg::Word(_) => false,
                });
                assert!(!touches && other != "io_uring_setup", "not understood: {call:?}");
            }
        }
    }

    fn add(&mut self, call: &Call, op: Op) {
        self.of.now.apply(&op);
        self.of.ops.push(op);
        self.ended.push(call.ended);
    }

    fn below(&self, path: &Path) -> Option<PathBuf> {
        Some(path.strip_prefix(&self.of.root).ok()?.to_owned())
    }

    fn find(&self, path: &Path) -> Option<Ino> {
        self.of.now.find(&self.below(path)?)
    }

    /// Folder and name of a path, if it is below the root.
    fn place(&self, path: &Path) -> Option<(Ino, OsString)> {
        let below = self.below(path)?;
        let place = self.of.now.parent(&below);
        Some(place.unwrap_or_else(|| panic!("{below:?} is in no folder that is known")))
    }

    /// The open file that a call is about, if it is below the root.
    fn file(&self, call: &Call) -> Option<usize> {
        match call.args.first() {
            Some(Arg::Held(Some(number), _)) => self.held.get(number).copied(),
            _ => None,
        }
    }

    fn open(&mut self, call: &Call) {
        let at = usize::from(call.name.starts_with("openat"));
        let path = if at == 1 { call.path_at(0) } else { call.path(0) };
        let number = i32::try_from(call.result).expect("a number");
        self.held.remove(&number);
        if self.below(&path).is_none() {
            return;
        }
        let flags = match call.name.as_str() {
            "creat" => "O_CREAT|O_WRONLY|O_TRUNC",
            _ => call.word(at + 1),
        };
        let has = |flag: &str| flags.split('|').any(|it| it == flag);
        assert!(!has("O_TMPFILE"), "not understood: {call:?}");
        let node = match self.find(&path) {
            Some(node) => {
                if has("O_TRUNC") && self.of.now.length(node) > 0 {
                    self.add(call, Op::Resize { file: node, to: 0 });
                }
                node
            }
            None => {
                assert!(has("O_CREAT"), "it was never made: {call:?}");
                // Given without what the process's mask takes away, which is the usual one.
                let mode = octal(call.args.last().map_or("0", |_| call.word(call.args.len() - 1))) & !0o022;
                let file = Content {
                    mode,
                    ..Content::default()
                };
                let node = self.of.now.add(Node::File(file));
                let (folder, name) = self.place(&path).expect("below the root");
                self.add(call, Op::Names(vec![(folder, name, Some(node))]));
                node
            }
        };
        self.open.push(Open {
            node,
            at: 0,
            append: has("O_APPEND"),
            reads_too: has("O_RDWR"),
        });
        self.held.insert(number, self.open.len() - 1);
    }

    fn same_as(&mut self, call: &Call) {
        let number = i32::try_from(call.result).expect("a number");
        match self.file(call) {
            Some(open) => self.held.insert(number, open),
            None => self.held.remove(&number),
        };
    }

    fn write(&mut self, call: &Call, file: Ino, at: usize) -> usize {
        let mut bytes = match call.args.get(1) {
            Some(Arg::Bytes(bytes)) => bytes.clone(),
            Some(Arg::Word(vector)) => quoted(vector).concat(),
            other => panic!("written: {other:?}"),
        };
        let written = usize::try_from(call.result).expect("a length");
        bytes.truncate(written);
        assert_eq!(bytes.len(), written, "strace cut it short");
        if written > 0 {
            let bytes = Arc::new(bytes);
            self.add(call, Op::Write { file, at, bytes });
        }
        written
    }

    fn rename(&mut self, call: &Call, from: PathBuf, to: PathBuf) {
        assert!(
            !call
                .args
                .iter()
                .any(|arg| matches!(arg, Arg::Word(flags) if flags.contains("EXCHANGE")))
        );
        let (Some((old, from)), Some((new, to))) = (self.place(&from), self.place(&to)) else {
            return;
        };
        let node = self.of.now.look_up(old, &from);
        assert!(node.is_some(), "it was never made: {call:?}");
        self.add(call, Op::Names(vec![(old, from, None), (new, to, node)]));
    }

    fn link(&mut self, call: &Call, from: PathBuf, to: PathBuf) {
        let Some((folder, name)) = self.place(&to) else {
            return;
        };
        let node = self.find(&from);
        assert!(node.is_some(), "it was never made: {call:?}");
        self.add(call, Op::Names(vec![(folder, name, node)]));
    }

    fn remove(&mut self, call: &Call, path: PathBuf) {
        let Some((folder, name)) = self.place(&path) else {
            return;
        };
        assert!(
            self.of.now.look_up(folder, &name).is_some(),
            "it was never made: {call:?}"
        );
        self.add(call, Op::Names(vec![(folder, name, None)]));
    }

    fn make_folder(&mut self, call: &Call, path: PathBuf) {
        let Some((folder, name)) = self.place(&path) else {
            return;
        };
        let node = self.of.now.add(Node::Folder(Default::default()));
        self.add(call, Op::Names(vec![(folder, name, Some(node))]));
    }

    fn set_mode(&mut self, call: &Call, file: Ino, mode: u32) {
        if matches!(self.of.now.nodes[file], Node::File(_)) {
            self.add(call, Op::Mode { file, mode });
        }
    }

    fn set_time(&mut self, call: &Call) {
        let file = match call.args.get(1) {
            Some(Arg::Bytes(_)) => self.find(&call.path_at(0)),
            _ => self.file(call).map(|open| self.open[open].node),
        };
        let Some(file) = file.filter(|ino| matches!(self.of.now.nodes[*ino], Node::File(_))) else {
            return;
        };
        // `[{tv_sec=…, tv_nsec=…} /* … */, {tv_sec=…, tv_nsec=…} /* … */]`, or words for now and for as it is.
        let word = call.word(2);
        let fields = |name: &str| -> Vec<i64> {
            let after = word.split(name).skip(1);
            after
                .map(|rest| {
                    let digits: String = rest
                        .chars()
                        .take_while(|it| it.is_ascii_digit() || *it == '-')
                        .collect();
                    digits.parse().expect("a number")
                })
                .collect()
        };
        let (seconds, rest) = (fields("tv_sec="), fields("tv_nsec="));
        if let ([_, seconds], [_, rest]) = (&*seconds, &*rest) {
            let mtime_ns = seconds * 1_000_000_000 + rest;
            self.add(call, Op::Time { file, mtime_ns });
        } else {
            assert!(word.contains("UTIME_OMIT]"), "not understood: {call:?}");
        }
    }
}

impl Call {
    fn word(&self, at: usize) -> &str {
        match self.args.get(at) {
            Some(Arg::Word(word)) => word,
            other => panic!("a word of {}: {other:?}", self.name),
        }
    }

    fn path(&self, at: usize) -> PathBuf {
        match self.args.get(at) {
            Some(Arg::Bytes(bytes)) => PathBuf::from(OsString::from_vec(bytes.clone())),
            other => panic!("a path of {}: {other:?}", self.name),
        }
    }

    /// A folder and a path below it.
    fn path_at(&self, at: usize) -> PathBuf {
        match self.args.get(at) {
            Some(Arg::Held(_, folder)) => folder.join(self.path(at + 1)),
            other => panic!("a folder of {}: {other:?}", self.name),
        }
    }
}

fn octal(word: &str) -> u32 {
    u32::from_str_radix(word.trim_start_matches("0o"), 8).unwrap_or_else(|_| panic!("a mode: {word}"))
}
