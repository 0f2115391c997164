//! The built programs, run as a person or a script runs them, far from the real home folder, trash and session.

use crate::s3::Server;
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// No command of a test takes longer, unless it hangs.
const LONGEST: Duration = Duration::from_secs(180);

/// The command line, `target/<profile>/albumen`.
pub fn albumen() -> PathBuf {
    built("albumen")
}

/// The window, `target/<profile>/albumen-desktop`.
pub fn desktop() -> PathBuf {
    built("albumen-desktop")
}

fn built(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a test knows its own path");
    // Tests lie in target/<profile>/deps, examples beside it, programs one above.
    let folder = this
        .ancestors()
        .skip(1)
        .find(|above| !above.ends_with("deps") && !above.ends_with("examples"));
    let path = folder.expect("a test lies in a target folder").join(name);
    assert!(
        path.is_file(),
        "{} is not built: run `cargo build --workspace` first",
        path.display()
    );
    path
}

/// The variables that keep a program away from what is the person's own. The trash is below `home` too.
pub fn secluded(home: &Path) -> Vec<(OsString, OsString)> {
    let below = |name: &str| home.join(name).into_os_string();
    for name in ["data", "config", "cache", "runtime"] {
        std::fs::create_dir_all(home.join(name)).expect("make a home folder");
    }
    [
        ("HOME", home.as_os_str().to_owned()),
        ("XDG_DATA_HOME", below("data")),
        ("XDG_CONFIG_HOME", below("config")),
        ("XDG_CACHE_HOME", below("cache")),
        ("DBUS_SESSION_BUS_ADDRESS", "disabled:".into()),
    ]
    .map(|(name, value)| (name.into(), value))
    .to_vec()
}

/// The command line with one catalog and one home.
pub struct Cli {
    pub catalog: PathBuf,
    pub home: PathBuf,
    pub envs: Vec<(OsString, OsString)>,
}

/// What a command said.
#[derive(Debug)]
pub struct Output {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    /// The lines of stdout that are JSON.
    pub json: Vec<Value>,
}

impl Cli {
    /// Catalog and home lie in `work`. Keep the library there too: a trash works only within one disk.
    pub fn new(work: &Path) -> Self {
        let home = work.join("home");
        Self {
            catalog: work.join("catalog.db"),
            envs: secluded(&home),
            home,
        }
    }

    /// With the secrets of a destination.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.envs.push((name.into(), value.into()));
        self
    }

    /// With the keys of this server.
    pub fn keys_of(self, server: &Server) -> Self {
        self.env("AWS_ACCESS_KEY_ID", server.access_key())
            .env("AWS_SECRET_ACCESS_KEY", server.secret_key())
    }

    /// The command before it is run, for tests that run it in their own way.
    pub fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(albumen());
        command
            .args(args)
            .arg("--catalog")
            .arg(&self.catalog)
            .arg("--json")
            .envs(self.envs.iter().cloned());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the command and comes back at once: to kill it in the middle.
    pub fn spawn(&self, args: &[impl AsRef<OsStr>]) -> Child {
        self.command(args).spawn().expect("start albumen")
    }

    /// Runs the command to its end.
    pub fn run(&self, args: &[impl AsRef<OsStr>]) -> Output {
        wait(self.spawn(args))
    }

    /// As [`Cli::run`], and fails the test unless the exit code is 0.
    pub fn ok(&self, args: &[impl AsRef<OsStr>]) -> Output {
        let output = self.run(args);
        let args: Vec<_> = args.iter().map(AsRef::as_ref).collect();
        assert_eq!(output.status, 0, "{args:?}\n{}{}", output.stdout, output.stderr);
        output
    }

    /// As [`Cli::run`], with the peak of its resident memory in KiB. It may take long: what is measured may be large.
    pub fn peak(&self, args: &[impl AsRef<OsStr>]) -> (Output, u64) {
        let child = self.spawn(args);
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut most = 0;
        let output = watch(child, 20 * LONGEST, Duration::from_millis(1), || {
            let said = std::fs::read_to_string(&status).unwrap_or_default();
            let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            most = most.max(kib.unwrap_or(0));
        });
        (output, most)
    }
}

/// Waits for a command; one that was killed has status -1.
pub fn wait(child: Child) -> Output {
    watch(child, LONGEST, Duration::from_millis(5), || {})
}

/// Waits, and looks at it every so often.
fn watch(mut child: Child, longest: Duration, every: Duration, mut look: impl FnMut()) -> Output {
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("wait for albumen") {
            break status;
        }
        if began.elapsed() > longest {
            child.kill().ok();
        }
        look();
        std::thread::sleep(every);
    };
    let text = |reader: Option<std::thread::JoinHandle<String>>| {
        reader.map_or_else(String::new, |thread| {
            thread.join().expect("read what albumen says")
        })
    };
    let (stdout, stderr) = (text(stdout), text(stderr));
    assert!(began.elapsed() < longest, "albumen hangs\n{stdout}{stderr}");
    let json = stdout
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    Output {
        status: status.code().unwrap_or(-1),
        stdout,
        stderr,
        json,
    }
}

/// On a thread of its own: a full pipe would stop the command.
fn drain(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("read a pipe");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
