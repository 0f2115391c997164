//! The system's `ssh` as a child, and whoever watches it.
//!
//! Invariants: only a server whose key is known is spoken to, and only with keys (never a password, never a question);
//! whoever watches can end it from another thread, and everything that waits on it then fails.

use crate::error::{Error, ErrorKind, Result};
use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest text of `ssh` that is kept.
const WORDS: usize = 8 << 10;

/// Who is spoken to, and how.
pub(super) struct At {
    pub host: String,
    pub port: u16,
    pub user: String,
    /// Empty for the ones that `ssh` finds by itself.
    pub key: String,
}

/// The child, and when it last did something; shared with whoever watches.
pub(super) struct Pulse {
    child: Mutex<Child>,
    last: Mutex<Instant>,
}

impl Pulse {
    pub fn beat(&self, hold: Duration) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + hold;
    }

    pub fn is_still(&self, most: Duration) -> bool {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > most
    }

    /// Everything that waits on it fails.
    pub fn end(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // It is gone already, or goes now.
        child.kill().unwrap_or_default();
        child.wait().map(drop).unwrap_or_default();
    }
}

/// A child that was started, with its pipes and what it says on its error output.
pub(super) struct Ssh {
    pub pulse: Arc<Pulse>,
    pub stdin: ChildStdin,
    pub stdout: ChildStdout,
    pub words: Arc<Mutex<String>>,
}

impl Ssh {
    pub fn start(at: &At) -> Result<Self> {
        let failed = |why: &str| Error::new(ErrorKind::Other, format!("`ssh` cannot be run: {why}"));
        let mut child = command(at).spawn().map_err(|why| failed(&why.to_string()))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(failed("it has no pipes"));
        };
        let words = Arc::new(Mutex::new(String::new()));
        let kept = words.clone();
        std::thread::spawn(move || keep(stderr, &kept));
        Ok(Self {
            pulse: Arc::new(Pulse {
                child: Mutex::new(child),
                last: Mutex::new(Instant::now()),
            }),
            stdin,
            stdout,
            words,
        })
    }
}

fn command(at: &At) -> Command {
    let mut command = Command::new("ssh");
    for option in [
        "BatchMode=yes",
        "StrictHostKeyChecking=yes",
        "ConnectTimeout=15",
        "ServerAliveInterval=10",
        "ServerAliveCountMax=3",
        "ClearAllForwardings=yes",
        "ForwardAgent=no",
        "ForwardX11=no",
        "PermitLocalCommand=no",
        "ControlMaster=no",
        "ControlPath=none",
        "RequestTTY=no",
    ] {
        command.args(["-o", option]);
    }
    if !at.key.is_empty() {
        command.args(["-o", "IdentitiesOnly=yes", "-i", &at.key]);
        // Servers that are known beside the key count too.
        let beside = Path::new(&at.key).with_file_name("known_hosts");
        if let Some(beside) = beside.to_str().filter(|_| beside.is_file()) {
            let beside = beside.replace('%', "%%");
            command.args([
                "-o",
                &format!("UserKnownHostsFile=~/.ssh/known_hosts ~/.ssh/known_hosts2 \"{beside}\""),
            ]);
        }
    }
    let port = at.port.to_string();
    command.args(["-p", &port, "-l", &at.user, "-s", "--", &at.host, "sftp"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn keep(mut stderr: ChildStderr, words: &Mutex<String>) {
    let mut piece = [0; 1024];
    while let Ok(n @ 1..) = stderr.read(&mut piece) {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() < WORDS {
            words.push_str(&String::from_utf8_lossy(&piece[..n]));
        }
    }
}
