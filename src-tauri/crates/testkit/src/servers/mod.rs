//! Storage servers that other people wrote, each a process of its own on a free loopback port: `scripts/servers install`
//! brings them, a test starts what it needs, and none outlives the test, however that ends.
//!
//! A server that is not installed is `None`, is said aloud and is listed in `target/not-checked`, which `scripts/test`
//! shows at its end. With `ALBUMEN_REQUIRE_SERVERS` it is a failure.

mod azure;
mod gcs;
mod s3;
mod sftp;
mod webdav;

pub use azure::{Azure, Container, azurite};
pub use gcs::{Bucket, Gcs, gcs_emulator};
pub use s3::{Server, moto, rclone_s3};
pub use sftp::{Sftp, sshd};
pub use webdav::{Webdav, rclone_webdav};

use crate::http::Answer;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that has not answered by then never will.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Runs a server (`"$@"`) until it ends, or until stdin does: the kernel closes that with the test, whatever kills it.
/// What the server started itself (sshd: a process for every session) goes with it, also out of its process group.
const UNTIL_STDIN_ENDS: &str = r#"
end() {
    kill -STOP "$1"
    for child in $(cat /proc/"$1"/task/*/children); do end "$child"; done
    kill -9 "$1"
}
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null; end $server; } 2>/dev/null &
wait $server
"#;

/// The objects of one bucket (container), asked for as a stranger to the code under test asks: plainly, each request on
/// a connection of its own. Keys are as they are meant; encoding and signing is done here.
pub trait Objects {
    /// Creates or replaces.
    fn put(&self, key: &str, bytes: &[u8]) -> Answer;
    fn get(&self, key: &str) -> Answer;
    /// What is known of the object, without its bytes. Where it stands (headers, JSON) is the server's own way.
    fn head(&self, key: &str) -> Answer;
    fn delete(&self, key: &str) -> Answer;
    /// Every key that begins so, over all pages, in the server's order.
    fn keys(&self, prefix: &str) -> Vec<String>;
}

/// A running server. Stops when it is dropped, with every connection to it; what it stored in a folder stays.
struct Running {
    address: SocketAddr,
    shell: Child,
    /// Its end is the sign to stop.
    stdin: Option<ChildStdin>,
}

impl Running {
    fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // The shell ends as soon as its server did.
        self.shell.wait().ok();
    }
}

/// The program, if `scripts/servers install` brought it into this folder of `target/tools`.
fn installed(folder: &str, name: &str) -> Option<PathBuf> {
    let program = target().join("tools").join(folder).join(name);
    if program.is_file() {
        return Some(program);
    }
    missing(name, "it is not installed: scripts/servers install")
}

/// The program as people have it: the system's, or the one that the servers are.
pub fn rclone() -> Option<PathBuf> {
    let system = PathBuf::from("/usr/bin/rclone");
    if system.is_file() {
        return Some(system);
    }
    installed("servers/bin", "rclone")
}

/// Says so, or fails where everything is to be checked.
pub(crate) fn missing<T>(name: &str, why: &str) -> Option<T> {
    assert!(
        std::env::var_os("ALBUMEN_REQUIRE_SERVERS").is_none(),
        "{name}: {why}"
    );
    not_checked(name, why);
    None
}

/// Says so.
pub(crate) fn not_checked(name: &str, why: &str) {
    eprintln!("SKIPPED: the tests against {name}: {why}");
    // Tests that pass say nothing; this list is read at their end.
    let list = OpenOptions::new()
        .create(true)
        .append(true)
        .open(target().join("not-checked"));
    if let Ok(mut list) = list {
        writeln!(list, "tests against {name}\t{why}").ok();
    }
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target")
}

/// A folder in the work folder, by its absolute path.
fn folder(work: &Path, name: &str) -> PathBuf {
    let folder = work.join(name);
    std::fs::create_dir_all(&folder).expect("make a server's folder");
    folder.canonicalize().expect("find a server's folder")
}

/// The program and its arguments.
fn command<'a>(program: &Path, args: impl IntoIterator<Item = &'a str>) -> Vec<OsString> {
    let mut command = vec![program.into()];
    command.extend(args.into_iter().map(OsString::from));
    command
}

/// Starts what `command` says for a free address, and waits until it answers.
fn start(work: &Path, command: impl Fn(SocketAddr) -> Vec<OsString>) -> Running {
    std::fs::create_dir_all(work).expect("make the folder of a server");
    let log = work.join("server.log");
    // Between our look and its start somebody else may take the port.
    for _ in 0..3 {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        if let Some(server) = start_at(address, work, &log, command(address)) {
            return server;
        }
    }
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    panic!("a server did not start:\n{said}")
}

fn start_at(address: SocketAddr, work: &Path, log: &Path, command: Vec<OsString>) -> Option<Running> {
    let log = File::create(log).expect("make a server's log");
    let mut shell = Command::new("sh")
        .args(["-c", UNTIL_STDIN_ENDS, "sh"])
        .args(command)
        .current_dir(work)
        .env("HOME", work)
        .env_remove("http_proxy")
        .env_remove("HTTP_PROXY")
        .env_remove("https_proxy")
        .env_remove("HTTPS_PROXY")
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("share a server's log"))
        .stderr(log)
        .spawn()
        .expect("start a server");
    let stdin = shell.stdin.take();
    let mut server = Running {
        address,
        shell,
        stdin,
    };
    let began = Instant::now();
    while began.elapsed() < STARTS_WITHIN {
        if TcpStream::connect(address).is_ok() {
            return Some(server);
        }
        if server.shell.try_wait().expect("look at a server").is_some() {
            return None;
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_cannot_start_says_why() {
        let work = tempfile::tempdir().unwrap();
        let command = |_| command(Path::new("sh"), ["-c", "echo no such option; exit 1"]);
        let died = std::panic::catch_unwind(|| start(work.path(), command));
        let why = died.err().and_then(|why| why.downcast::<String>().ok()).unwrap();
        assert!(why.contains("no such option"), "{why}");
    }
}
