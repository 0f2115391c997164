//! Where the window opens: the display of the environment, or an Xvfb of the test's own, and pictures of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Fewer colours than text with soft edges has: the window has not painted yet.
const PAINTED: usize = 64;

/// Windows of two tests would lie over one another.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub struct Display {
    pub name: String,
    own: Vec<Child>,
    _turn: MutexGuard<'static, ()>,
}

impl Display {
    pub fn open() -> Self {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        match std::env::var("DISPLAY") {
            Ok(name) if !name.is_empty() => Self {
                name,
                own: Vec::new(),
                _turn: turn,
            },
            _ => Self::start(turn),
        }
    }

    /// Xvfb chooses a free number and says it on its standard output.
    fn start(turn: MutexGuard<'static, ()>) -> Self {
        let mut xvfb = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x860x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("no DISPLAY, and Xvfb cannot be started: install xvfb");
        let mut number = String::new();
        let said = xvfb.stdout.take().expect("its output is a pipe");
        BufReader::new(said)
            .read_line(&mut number)
            .expect("Xvfb says its number");
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        let name = format!(":{}", number.trim());
        let mut own = vec![xvfb];
        // Not needed for the test; with it the window looks as it does for people.
        own.extend(
            Command::new("openbox")
                .env("DISPLAY", &name)
                .stderr(Stdio::null())
                .spawn(),
        );
        Self {
            name,
            own,
            _turn: turn,
        }
    }

    /// Answers a dialog of the system's, known by its title, as a person does: replaces what its field holds, and presses Enter.
    pub fn answer(&self, title: &str, words: &str) {
        let steps: [&[&str]; 4] = [
            &[
                "search",
                "--sync",
                "--onlyvisible",
                "--name",
                title,
                "windowactivate",
                "--sync",
            ],
            &["key", "--clearmodifiers", "ctrl+a"],
            &["type", "--delay", "10", words],
            &["key", "Return"],
        ];
        for step in steps {
            let done = Command::new("timeout")
                .arg("30")
                .arg("xdotool")
                .args(step)
                .env("DISPLAY", &self.name)
                .status()
                .expect("run xdotool");
            assert!(done.success(), "{step:?}");
        }
    }

    /// A picture of the whole display, taken when it is painted and does not move any more.
    pub fn picture(&self, name: &str) -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        std::fs::create_dir_all(&folder).expect("make the folder of the screenshots");
        let path = folder.join(format!("{name}.png"));
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut before = String::new();
        loop {
            let taken = Command::new("import")
                .args(["-display", &self.name, "-window", "root"])
                .arg(&path)
                .status();
            let Ok(true) = taken.map(|status| status.success()) else {
                eprintln!("no picture of {name}: ImageMagick's `import` is missing or failed");
                return None;
            };
            let facts = Command::new("identify")
                .args(["-format", "%k %#"])
                .arg(&path)
                .output()
                .expect("run identify");
            let facts = String::from_utf8_lossy(&facts.stdout).into_owned();
            let colours = facts
                .split(' ')
                .next()
                .and_then(|number| number.parse().ok())
                .unwrap_or(0);
            if Instant::now() > deadline || (colours > PAINTED && facts == before) {
                assert!(colours > PAINTED, "the window stayed blank: {}", path.display());
                return Some(path);
            }
            before = facts;
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        for child in self.own.iter_mut().rev() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}
