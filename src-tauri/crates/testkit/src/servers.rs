//! Storage servers that other people wrote, each a process of its own on a free loopback port: `scripts/servers install`
//! brings them, a test starts what it needs, and none outlives the test, however that ends.
//!
//! A server that is not installed is `None`, is said aloud and is listed in `target/not-checked`, which `scripts/test`
//! shows at its end. With `ALBUMEN_REQUIRE_SERVERS` it is a failure.

use crate::http::{Ask, Client};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

const ACCESS_KEY: &str = "AKIAALBUMENTEST";
const SECRET_KEY: &str = "a-secret-of-the-tests-only";

/// A server that has not answered by then never will.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Runs a server (`"$@"`) until it ends, or until stdin does: the kernel closes that with the test, whatever kills it.
const UNTIL_STDIN_ENDS: &str = r#"exec 3<&0; "$@" </dev/null 3<&- & server=$!; { cat <&3 >/dev/null; kill -9 $server; } 2>/dev/null & wait $server"#;

/// An S3 server. Stops when it is dropped; what it stored in a folder stays.
pub struct Server {
    address: SocketAddr,
    /// Where a bucket is a folder, to look at only: the server remembers it. None when all is kept in memory.
    folder: Option<PathBuf>,
    shell: Child,
    /// Its end is the sign to stop.
    stdin: Option<ChildStdin>,
}

/// `rclone serve s3` over `work/buckets`.
pub fn rclone_s3(work: &Path) -> Option<Server> {
    let folder = work.join("buckets");
    std::fs::create_dir_all(&folder).expect("make the folder of the buckets");
    let program = installed("rclone")?;
    let mut server = start(work, |address| {
        let mut args = vec![program.clone().into_os_string()];
        let keys = format!("{ACCESS_KEY},{SECRET_KEY}");
        let options = ["serve", "s3", "--config=", "--auth-key", &keys, "--addr", address];
        args.extend(options.map(Into::into));
        args.push(folder.clone().into());
        args
    });
    server.folder = Some(folder);
    Some(server)
}

/// `moto_server`: everything in memory, and no look at keys.
pub fn moto(work: &Path) -> Option<Server> {
    let program = installed("moto_server")?;
    Some(start(work, |address| {
        let (host, port) = address.split_once(':').expect("an address has a port");
        let mut args = vec![program.clone().into_os_string()];
        args.extend(["-H", host, "-p", port].map(Into::into));
        args
    }))
}

impl Server {
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn access_key(&self) -> &'static str {
        ACCESS_KEY
    }

    pub fn secret_key(&self) -> &'static str {
        SECRET_KEY
    }

    /// For questions beside the code under test.
    pub fn client(&self) -> Client {
        Client {
            address: self.address.to_string(),
            keys: Some((ACCESS_KEY.to_owned(), SECRET_KEY.to_owned())),
        }
    }

    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub fn create_bucket(&self, name: &str) {
        let path = format!("/{name}");
        let made = self.client().ask(Ask {
            method: "PUT",
            path: &path,
            ..Ask::default()
        });
        let made = made.expect("ask for a bucket");
        assert!(made.is_good(), "{} {}", made.status, made.text());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // The shell ends as soon as its server did.
        self.shell.wait().ok();
    }
}

/// The program, if `scripts/servers install` brought it.
fn installed(name: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target");
    let program = target.join("tools/servers/bin").join(name);
    if program.is_file() {
        return Some(program);
    }
    let why = "it is not installed: scripts/servers install";
    assert!(
        std::env::var_os("ALBUMEN_REQUIRE_SERVERS").is_none(),
        "{name}: {why}"
    );
    eprintln!("SKIPPED: the tests against {name}: {why}");
    // Tests that pass say nothing; this list is read at their end.
    let list = OpenOptions::new()
        .create(true)
        .append(true)
        .open(target.join("not-checked"));
    if let Ok(mut list) = list {
        writeln!(list, "tests against {name}\t{why}").ok();
    }
    None
}

/// Starts what `command` says for a free address, and waits until it answers.
fn start(work: &Path, command: impl Fn(&str) -> Vec<std::ffi::OsString>) -> Server {
    std::fs::create_dir_all(work).expect("make the folder of a server");
    let log = work.join("server.log");
    // Between our look and its start somebody else may take the port.
    for _ in 0..3 {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        if let Some(server) = start_at(address, work, &log, command(&address.to_string())) {
            return server;
        }
    }
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    panic!("a server did not start:\n{said}")
}

fn start_at(
    address: SocketAddr,
    work: &Path,
    log: &Path,
    command: Vec<std::ffi::OsString>,
) -> Option<Server> {
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
    let mut server = Server {
        address,
        folder: None,
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

    fn stores_answers_and_stops(start: impl Fn(&Path) -> Option<Server>) {
        let work = tempfile::tempdir().unwrap();
        let Some(server) = start(work.path()) else { return };
        server.create_bucket("photos");
        let client = server.client();
        let ask = |method, body| {
            client.ask(Ask {
                method,
                path: "/photos/a b+%41.jpg",
                body,
                ..Ask::default()
            })
        };
        let put = ask("PUT", b"hello").unwrap();
        assert!(put.is_good(), "{put:?}");
        let got = ask("GET", b"").unwrap();
        assert_eq!((got.status, got.text().as_str()), (200, "hello"));
        if let Some(folder) = server.folder() {
            assert_eq!(
                std::fs::read(folder.join("photos/a b+%41.jpg")).unwrap(),
                b"hello"
            );
        }
        let address = server.address;
        drop(server);
        assert!(TcpStream::connect(address).is_err(), "it is gone with its handle");
    }

    #[test]
    fn rclone_stores_answers_and_stops() {
        stores_answers_and_stops(rclone_s3);
    }

    #[test]
    fn moto_stores_answers_and_stops() {
        stores_answers_and_stops(moto);
    }

    #[test]
    fn a_server_that_cannot_start_says_why() {
        let work = tempfile::tempdir().unwrap();
        let command = |_: &str| {
            ["sh", "-c", "echo no such option; exit 1"]
                .map(Into::into)
                .to_vec()
        };
        let died = std::panic::catch_unwind(|| start(work.path(), command));
        let why = died.err().and_then(|why| why.downcast::<String>().ok()).unwrap();
        assert!(why.contains("no such option"), "{why}");
    }
}
