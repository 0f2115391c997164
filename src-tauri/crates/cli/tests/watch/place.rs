//! A library and a destination, and a watch that runs between them.

use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::picture;
use albumen_testkit::tree::{self, Tree};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

pub const LAYOUT: &str = "{original name}";
/// Nothing that is waited for takes longer, unless it hangs.
const LONGEST: Duration = Duration::from_secs(120);

pub struct Place {
    work: tempfile::TempDir,
    pub cli: Cli,
}

pub fn photo(number: u64) -> Vec<u8> {
    picture::jpeg(&picture::paint(number, 1, (48, 32)), 80)
}

/// As a camera's program writes it: in two parts, with the time of now.
pub fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("make a folder");
    let mut file = std::fs::File::create(path).expect("create");
    let (one, two) = bytes.split_at(bytes.len() / 2);
    std::io::Write::write_all(&mut file, one).expect("write");
    std::io::Write::write_all(&mut file, two).expect("write");
}

pub fn run(program: &str, args: &[&Path]) {
    let done = Command::new(program).args(args).status().expect("run");
    assert!(done.success(), "{program} {args:?}");
}

impl Place {
    /// With so many photos, scanned.
    pub fn new(photos: u64) -> Self {
        Self::with(photos, |cli| cli)
    }

    /// As [`Place::new`], with the secrets that `env` gives.
    pub fn with(photos: u64, env: impl FnOnce(Cli) -> Cli) -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let place = Self {
            cli: env(Cli::new(&work.path().join("own"))),
            work,
        };
        std::fs::create_dir_all(place.library()).expect("a folder");
        for number in 0..photos {
            write(&place.library().join(format!("{number}.jpg")), &photo(number));
        }
        place.cli.ok(&["scan", place.library().to_str().expect("a path")]);
        place
    }

    pub fn library(&self) -> PathBuf {
        self.work.path().join("library")
    }

    pub fn home(&self) -> PathBuf {
        self.work.path().join("there/D")
    }

    pub fn url(&self) -> String {
        format!("file://{}", self.home().display())
    }

    pub fn beside(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    fn args(&self, more: &[&str]) -> Vec<String> {
        Self::args_to(&self.url(), more)
    }

    fn args_to(url: &str, more: &[&str]) -> Vec<String> {
        let settle: &[&str] = match more.contains(&"--settle") {
            true => &[],
            false => &["--settle", "1s"],
        };
        let args = [&["watch", url, "--layout", LAYOUT], settle, more].concat();
        args.into_iter().map(str::to_owned).collect()
    }

    pub fn once(&self) -> Output {
        self.cli.run(&self.args(&["--once"]))
    }

    pub fn watch(&self, more: &[&str]) -> Watch {
        self.watch_to(&self.url(), more)
    }

    pub fn watch_to(&self, url: &str, more: &[&str]) -> Watch {
        let mut command = self.cli.command(&Self::args_to(url, more));
        let mut child = command.stderr(Stdio::null()).spawn().expect("start albumen");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let (say, said) = channel();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let value: Value = serde_json::from_str(&line).expect("JSON");
                if say.send(value).is_err() {
                    return;
                }
            }
        });
        Watch {
            child,
            said,
            heard: Vec::new(),
        }
    }

    /// What the catalog knows of these bytes, and every rename: to see what went wrong.
    pub fn history(&self, sha256: &str) -> Vec<String> {
        let catalog = rusqlite::Connection::open(&self.cli.catalog).expect("open the catalog");
        let asked = format!(
            "SELECT 'file ' || id || ' ' || display || ' gone ' || gone || ' ino ' || ino FROM file WHERE hex(sha256) = upper('{sha256}')
             UNION ALL SELECT 'copy ' || key || ' of ' || file_id || ' at ' || placed_at FROM placed WHERE hex(sha256) = upper('{sha256}')
             UNION ALL SELECT 'intent ' || key FROM intent WHERE hex(sha256) = upper('{sha256}')
             UNION ALL SELECT 'renamed ' || file_id || ' ' || was || ' ' || now || ' at ' || at FROM renamed
               WHERE file_id IN (SELECT id FROM file WHERE hex(sha256) = upper('{sha256}'))"
        );
        let mut query = catalog.prepare(&asked).expect("ask");
        let rows = query.query_map([], |row| row.get(0)).expect("ask");
        rows.map(|row| row.expect("a row")).collect()
    }

    /// What stands at the destination, without what is ours.
    pub fn there(&self) -> Tree {
        let mut there = tree::snapshot(&self.home());
        there.retain(|path, _| !path.to_string_lossy().contains(".albumen"));
        there
    }
}

pub struct Watch {
    child: Child,
    said: Receiver<Value>,
    pub heard: Vec<Value>,
}

impl Watch {
    /// What it says next, if it does by then.
    pub fn next(&mut self, within: Duration) -> Option<Value> {
        match self.said.recv_timeout(within) {
            Ok(value) => {
                self.heard.push(value.clone());
                Some(value)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                panic!(
                    "it ended by itself: {:?}\n{:?}",
                    self.child.try_wait(),
                    self.heard
                )
            }
        }
    }

    pub fn until(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        while since.elapsed() < LONGEST {
            if let Some(value) = self.next(Duration::from_millis(200)).filter(|value| is_it(value)) {
                return value;
            }
        }
        panic!("no {what}: {:?}", self.heard);
    }

    /// A round that leaves nothing to do.
    pub fn in_step(&mut self) -> Value {
        self.until("round in step", |said| {
            said["type"] == "round" && said["behind"] == 0
        })
    }

    /// As [`Watch::in_step`], after what `act` does.
    pub fn in_step_by(&mut self, act: impl FnOnce()) -> Value {
        act();
        self.until("round with what is new", |said| {
            said["type"] == "round" && said["sent"]["files"].as_u64() > Some(0) && said["behind"] == 0
        })
    }

    pub fn kill(mut self) -> Vec<Value> {
        self.child.kill().expect("kill -9");
        wait(self.child);
        self.heard.extend(self.said.try_iter());
        self.heard
    }

    /// Ends it as a person or the system does; it has five seconds.
    pub fn end(mut self, signal: &str) -> Vec<Value> {
        let id = self.child.id().to_string();
        let told = Instant::now();
        run("kill", &[Path::new(signal), Path::new(&id)]);
        let ended = loop {
            if let Some(ended) = self.child.try_wait().expect("wait") {
                break ended;
            }
            assert!(told.elapsed() < Duration::from_secs(20), "it does not end");
            std::thread::yield_now();
        };
        assert_eq!(ended.code(), Some(0), "{:?}", self.heard);
        assert!(
            told.elapsed() < Duration::from_secs(5),
            "it took {:?}",
            told.elapsed()
        );
        self.heard.extend(self.said.iter());
        self.heard
    }
}

/// Files that rounds say were sent.
pub fn sent(heard: &[Value]) -> u64 {
    let rounds = heard.iter().filter(|said| said["type"] == "round");
    rounds
        .map(|round| round["sent"]["files"].as_u64().expect("a number"))
        .sum()
}

pub fn findings<'a>(heard: &'a [Value], code: &str) -> Vec<&'a Value> {
    heard
        .iter()
        .filter(|said| said["type"] == "finding" && said["code"] == code)
        .collect()
}
