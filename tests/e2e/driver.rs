//! WebKitWebDriver as a process: on a free port, with an environment far from the person's own, gone with the test.

use super::Display;
use albumen_testkit::app;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub struct Driver {
    process: Child,
    pub port: u16,
}

impl Driver {
    /// The programs it opens inherit its environment: `catalog`, `home` and the display.
    pub fn start(display: &Display, catalog: &Path, home: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("find a free port");
        let port = free.local_addr().expect("a listener has an address").port();
        drop(free);
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .envs(app::secluded(home))
            .env("DISPLAY", &display.name)
            .env("ALBUMEN_CATALOG", catalog)
            // Without it the driver waits for a session that never opens.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("GDK_BACKEND", "x11")
            // The person's browser is not the window's to open here.
            .env("ALBUMEN_BROWSER", "none")
            // What a watch and a cut over wait for is shown to be waited for by the command line's tests.
            .env("ALBUMEN_SETTLE_MS", "500")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("WebKitWebDriver cannot be started: install webkit2gtk-driver");
        let driver = Self { process, port };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "WebKitWebDriver does not listen");
            sleep(Duration::from_millis(20));
        }
        driver
    }
}

impl Drop for Driver {
    /// With what it opened: a window of a failed test must not stay on a person's display.
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status()
            .ok();
        self.process.kill().ok();
        self.process.wait().ok();
        // What was killed holds its catalog until it has gone.
        let deadline = Instant::now() + Duration::from_secs(10);
        while lives(self.process.id()) && Instant::now() < deadline {
            sleep(Duration::from_millis(5));
        }
    }
}

/// Whether a process of this group is still there, and more than a name that nobody asked for.
fn lives(group: u32) -> bool {
    let group = group.to_string();
    let Ok(all) = std::fs::read_dir("/proc") else {
        return false;
    };
    all.flatten().any(|process| {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // "1 (a name) S parent group …"
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let (state, its) = (fields.next(), fields.nth(1));
        // Its first thread may have ended before the others, which hold its files.
        let threads = std::fs::read_dir(process.path().join("task")).map_or(0, Iterator::count);
        its == Some(&group) && (threads > 1 || !matches!(state, Some("Z" | "X")))
    })
}
