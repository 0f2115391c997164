//! System calls of a built program that fail on demand: its files, its database and its locks alike, as raw calls and
//! library calls both end there. By `strace`, which counts the calls of each thread for itself.
//!
//! First [`calls`] lists what an undisturbed run asks of the system, then each [`Fault`] spoils one of those calls.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What may fail, and how. `EINTR`, `ESTALE` and `EMFILE` come and go; the rest is of a disk that is ill, full or read-only.
const SPOILT: [(&str, &[&str]); 28] = [
    (
        "openat",
        &["EIO", "EACCES", "EMFILE", "EINTR", "ENOSPC", "EROFS", "ESTALE"],
    ),
    ("open", &["EIO", "EACCES", "EMFILE", "EINTR", "ENOSPC", "EROFS"]),
    ("read", &["EIO", "EINTR", "ESTALE"]),
    ("pread64", &["EIO", "EINTR", "ESTALE"]),
    ("write", &["EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR", "EROFS"]),
    (
        "pwrite64",
        &["EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR", "EROFS"],
    ),
    ("fsync", &["EIO", "ENOSPC", "EDQUOT", "EINTR"]),
    ("fdatasync", &["EIO", "ENOSPC", "EDQUOT", "EINTR"]),
    ("rename", &["EIO", "ENOSPC", "EACCES", "EROFS", "EXDEV"]),
    ("renameat", &["EIO", "ENOSPC", "EACCES", "EROFS", "EXDEV"]),
    (
        "renameat2",
        &["EIO", "ENOSPC", "EACCES", "EROFS", "EINVAL", "ENOSYS"],
    ),
    ("link", &["EIO", "EPERM", "EMLINK"]),
    ("linkat", &["EIO", "EPERM", "EMLINK"]),
    ("unlink", &["EIO", "EACCES", "EBUSY", "EROFS"]),
    ("unlinkat", &["EIO", "EACCES", "EBUSY", "EROFS"]),
    ("ftruncate", &["EIO", "ENOSPC", "EINTR"]),
    ("fallocate", &["EIO", "ENOSPC", "EINTR"]),
    ("mkdir", &["EIO", "ENOSPC", "EACCES", "EROFS"]),
    ("mkdirat", &["EIO", "ENOSPC", "EACCES", "EROFS"]),
    ("rmdir", &["EIO", "EACCES", "EBUSY"]),
    ("getdents64", &["EIO", "ENOMEM", "ESTALE"]),
    ("statx", &["EIO", "EACCES", "ESTALE"]),
    ("newfstatat", &["EIO", "EACCES", "ESTALE"]),
    ("mmap", &["ENOMEM", "ENODEV"]),
    ("flock", &["ENOLCK", "EINTR"]),
    ("fcntl", &["ENOLCK", "EINTR", "EIO"]),
    ("utimensat", &["EIO", "EPERM", "EROFS"]),
    ("fchmod", &["EIO", "EPERM", "EROFS"]),
];

/// No call of a test writes more bytes at once.
const LONGEST: u32 = 1 << 24;

/// What changes a file: a kill between two of these leaves another disk behind than a kill before or after both.
const CHANGES: [&str; 15] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "ftruncate",
    "fallocate",
    "mkdir",
    "utimensat",
];
/// As the `errno` of a [`Fault`].
const KILLED: &str = "SIGKILL";
/// Stops at the calls in question only; but then signals come at the first call or never (strace 6.1).
const FAST: &str = "--seccomp-bpf";

/// One way to spoil a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub call: &'static str,
    /// Or the signal that comes instead of the call.
    pub errno: &'static str,
    /// From 1, counted in each thread among the calls on `on`.
    pub nth: u32,
    /// The path, or the folder of a name, that the call is about.
    pub on: PathBuf,
    /// All later calls fail as well: the disk stays full.
    pub lasting: bool,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let on = self.on.display();
        let more = if self.lasting { " and all after" } else { "" };
        write!(f, "{} #{}{more} on {on}: {}", self.call, self.nth, self.errno)
    }
}

/// Whether programs can be traced here: a hardened system may forbid it, which no installing helps.
pub fn is_allowed() -> bool {
    const WHAT: &str = "system calls that fail";
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match tried {
        Ok(status) if status.success() => true,
        Ok(_) => {
            crate::servers::not_checked(WHAT, "this system lets no program be traced");
            false
        }
        Err(_) => crate::servers::missing(WHAT, "strace is missing").unwrap_or(false),
    }
}

/// `plain`, with its calls written to `log`: to be read by [`calls`].
pub fn watched(plain: &Command, log: &Path) -> Command {
    let names: Vec<&str> = SPOILT.iter().map(|(call, _)| *call).collect();
    under(
        plain,
        log,
        &[
            FAST.to_owned(),
            "-y".to_owned(),
            "-e".to_owned(),
            format!("trace={}", names.join(",")),
        ],
    )
}

/// `plain`, with one fault.
pub fn spoilt(plain: &Command, fault: &Fault, log: &Path) -> Command {
    let Fault { call, errno, nth, .. } = fault;
    let more = if fault.lasting { "+" } else { "" };
    let (how, fast) = if *errno == KILLED {
        ("signal", "-q")
    } else {
        ("error", FAST)
    };
    let args = [
        fast.to_owned(),
        "-P".to_owned(),
        fault.on.display().to_string(),
        "-e".to_owned(),
        format!("trace={call}"),
        "-e".to_owned(),
        format!("inject={call}:{how}={errno}:when={nth}{more}"),
    ];
    under(plain, log, &args)
}

/// `plain`, waiting so many microseconds before each of `calls`: what lies between two calls takes that long.
pub fn slowed(plain: &Command, calls: &[&str], micros: u32) -> Command {
    let calls = calls.join(",");
    let args = [
        FAST.to_owned(),
        "-e".to_owned(),
        format!("trace={calls}"),
        "-e".to_owned(),
        format!("inject={calls}:delay_enter={micros}"),
    ];
    under(plain, Path::new("/dev/null"), &args)
}

/// `plain`, with `calls` written to `log` with all their bytes in hex; killed in the `nth` call of a name in a thread.
pub(crate) fn written_down(plain: &Command, log: &Path, calls: &str, kill: Option<(&str, u32)>) -> Command {
    let mut args = vec![
        "-y".to_owned(),
        "-xx".to_owned(),
        "-s".to_owned(),
        LONGEST.to_string(),
    ];
    args.extend(["-e".to_owned(), format!("trace={calls}")]);
    if let Some((call, nth)) = kill {
        args.extend(["-e".to_owned(), format!("inject={call}:signal=KILL:when={nth}")]);
    }
    under(plain, log, &args)
}

/// Whether the fault of a [`spoilt`] run came to pass. Threads do not share the work in the same way each time.
pub fn struck(log: &Path) -> bool {
    let says = |text: &str| text.contains("(INJECTED)") || text.contains("+++ killed by SIGKILL");
    std::fs::read(log).is_ok_and(|text| says(&String::from_utf8_lossy(&text)))
}

fn under(plain: &Command, log: &Path, args: &[String]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-o"]).arg(log).args(args);
    command.arg("--").arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// How many calls of each name a thread made at most on each path below `below`, in a [`watched`] run.
pub fn calls(log: &Path, below: &Path) -> BTreeMap<(&'static str, PathBuf), u32> {
    let text = std::fs::read(log).expect("a watched run leaves a log");
    let mut of_threads: BTreeMap<(String, &'static str, PathBuf), u32> = BTreeMap::new();
    for line in String::from_utf8_lossy(&text).lines() {
        let Some((thread, call, path)) = parse(line) else {
            continue;
        };
        if path.starts_with(below) {
            *of_threads.entry((thread.to_owned(), call, path)).or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((_, call, path), count) in of_threads {
        let seen = most.entry((call, path)).or_default();
        *seen = count.max(*seen);
    }
    most
}

/// Thread, call and path of a line such as `17 read(3</a/b>, …` or `17 openat(AT_FDCWD</>, "/a/b", …`.
fn parse(line: &str) -> Option<(&str, &'static str, PathBuf)> {
    let (thread, rest) = line.split_once(' ')?;
    let (name, args) = rest.trim_start().split_once('(')?;
    let call = SPOILT.iter().map(|(call, _)| *call).find(|call| *call == name)?;
    let quoted = |text: &str| Some(text.split('"').nth(1)?.to_owned());
    let held = |text: &str| Some(text.split_once('<')?.1.split_once('>')?.0.to_owned());
    let path = if args.starts_with("AT_FDCWD") || args.starts_with('"') {
        quoted(args)?
    } else {
        held(args)?
    };
    Some((thread, call, PathBuf::from(path)))
}

/// Every fault that can be put into the counted calls: each call, each errno, once and lasting.
pub fn faults(calls: &BTreeMap<(&'static str, PathBuf), u32>) -> Vec<Fault> {
    let mut made = Vec::new();
    for ((call, on), count) in calls {
        let Some((call, errnos)) = SPOILT.iter().find(|(name, _)| name == call) else {
            continue;
        };
        for nth in 1..=*count {
            for errno in *errnos {
                // Whoever is interrupted tries again, for ever if need be.
                let ends = *errno == "EINTR";
                for lasting in [false, true].into_iter().filter(|lasting| !(ends && *lasting)) {
                    made.push(Fault {
                        call,
                        errno,
                        nth,
                        on: on.clone(),
                        lasting,
                    });
                }
            }
        }
    }
    made
}

/// A `kill -9` at each counted call that changes a file, just before it.
pub fn kills(calls: &BTreeMap<(&'static str, PathBuf), u32>) -> Vec<Fault> {
    let changes = calls.iter().filter(|((call, _), _)| CHANGES.contains(call));
    let each = changes.flat_map(|((call, on), count)| {
        (1..=*count).map(move |nth| Fault {
            call,
            errno: KILLED,
            nth,
            on: on.clone(),
            lasting: false,
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_log_are_read() {
        let of = |line| parse(line).map(|(_, call, path)| (call, path));
        assert_eq!(
            of("17 read(3</a/b>, \"\\1\"..., 9) = 9"),
            Some(("read", "/a/b".into()))
        );
        assert_eq!(
            of("17 openat(AT_FDCWD</w>, \"/a/b\", O_RDONLY) = 3</a/b>"),
            Some(("openat", "/a/b".into()))
        );
        assert_eq!(
            of("17 openat(4</a>, \"b\", O_RDONLY) = 3</a/b>"),
            Some(("openat", "/a".into()))
        );
        assert_eq!(of("17 mkdir(\"/a/d\", 0777) = 0"), Some(("mkdir", "/a/d".into())));
        assert_eq!(
            of("17 mmap(NULL, 9, PROT_READ, MAP_SHARED, 5</a/m>, 0) = 0x7"),
            Some(("mmap", "/a/m".into()))
        );
        assert_eq!(of("17 <... read resumed>\"\", 9) = 0"), None);
        assert_eq!(of("17 +++ exited with 0 +++"), None);
    }

    #[test]
    fn a_fault_strikes_the_call_it_is_for() {
        if !is_allowed() {
            return;
        }
        let work = tempfile::tempdir().expect("a folder");
        let (log, file) = (work.path().join("log"), work.path().join("file"));
        std::fs::File::create(&file).expect("a file");
        let mut cat = Command::new("cat");
        cat.arg(&file);
        assert!(watched(&cat, &log).status().expect("strace").success());
        let counted = calls(&log, work.path());
        assert_eq!(counted.get(&("openat", file.clone())), Some(&1));
        let fault = Fault {
            call: "openat",
            errno: "EACCES",
            nth: 1,
            on: file,
            lasting: false,
        };
        assert!(faults(&counted).contains(&fault));
        let output = spoilt(&cat, &fault, &log).output().expect("strace");
        assert!(!output.status.success() && struck(&log));
        assert!(String::from_utf8_lossy(&output.stderr).contains("Permission denied"));
        let never = Fault { nth: 2, ..fault };
        assert!(
            spoilt(&cat, &never, &log)
                .output()
                .expect("strace")
                .status
                .success()
                && !struck(&log)
        );
    }

    #[test]
    fn a_kill_comes_before_the_call_it_is_for() {
        if !is_allowed() {
            return;
        }
        let work = tempfile::tempdir().expect("a folder");
        let (log, file) = (work.path().join("log"), work.path().join("file"));
        std::io::Write::write_all(&mut std::fs::File::create(&file).expect("a file"), b"x").expect("written");
        let mut cat = Command::new("cat");
        cat.args([&file, &file]);
        let second = Fault {
            call: "openat",
            errno: KILLED,
            nth: 2,
            on: file.clone(),
            lasting: false,
        };
        let output = spoilt(&cat, &second, &log).output().expect("strace");
        assert!(output.status.code().is_none() && struck(&log), "{output:?}");
        assert_eq!(output.stdout, b"x", "the first was read, the second was not");
        let mut rm = Command::new("rm");
        rm.arg(&file);
        assert!(watched(&rm, &log).status().expect("strace").success());
        let kills = kills(&calls(&log, work.path()));
        assert_eq!(kills.len(), 1, "{kills:?}");
        assert_eq!((kills[0].errno, kills[0].nth, &kills[0].on), (KILLED, 1, &file));
    }
}
