//! Every server of other people starts, keeps what it is given, gives it back, and is gone with its handle.

use albumen_testkit::http::{Answer, Ask};
use albumen_testkit::servers::{self, Objects, Server, Sftp};
use albumen_testkit::tree;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What paths, queries and signatures trip over.
const KEY: &str = "2024/a b+%41 ä'&.jpg";

fn address(endpoint: &str) -> String {
    let address = endpoint.trim_start_matches("http://");
    address.split('/').next().unwrap().to_owned()
}

fn assert_gone(address: &str) {
    assert!(TcpStream::connect(address).is_err(), "it is gone with its handle");
}

fn good(answer: Answer) -> Answer {
    assert!(answer.is_good(), "{} {}", answer.status, answer.text());
    answer
}

fn s3_stores_answers_and_stops(start: impl Fn(&Path) -> Option<Server>) {
    let work = tempfile::tempdir().unwrap();
    let Some(server) = start(work.path()) else { return };
    server.create_bucket("photos");
    let client = server.client();
    let path = format!("/photos/{KEY}");
    let ask = |method, body| {
        let ask = Ask {
            method,
            path: &path,
            body,
            ..Ask::default()
        };
        client.ask(ask).unwrap()
    };
    good(ask("PUT", b"hello"));
    assert_eq!(good(ask("GET", b"")).body, b"hello");
    if let Some(folder) = server.folder() {
        let file = folder.join("photos").join(KEY);
        assert_eq!(std::fs::read(file).unwrap(), b"hello");
    }
    let address = address(&server.endpoint());
    drop(server);
    assert_gone(&address);
}

#[test]
fn rclone_keeps_objects_as_files() {
    s3_stores_answers_and_stops(servers::rclone_s3);
}

#[test]
fn moto_keeps_objects() {
    s3_stores_answers_and_stops(servers::moto);
}

#[test]
fn webdav_keeps_files_for_its_user_alone() {
    let work = tempfile::tempdir().unwrap();
    let Some(server) = servers::rclone_webdav(work.path()) else {
        return;
    };
    assert_eq!(server.ask("MKCOL", "/2024", &[], b"").status, 201);
    let path = format!("/{KEY}");
    good(server.ask("PUT", &path, &[], b"hello"));
    let got = good(server.ask("GET", &path, &[], b""));
    assert_eq!(got.body, b"hello");
    assert_eq!(got.header("etag"), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    assert_eq!(std::fs::read(server.folder().join(KEY)).unwrap(), b"hello");

    let stranger = albumen_testkit::http::Client {
        address: address(&server.endpoint()),
        keys: None,
    };
    let refused = stranger.ask(Ask {
        method: "GET",
        path: &path,
        ..Ask::default()
    });
    assert_eq!(refused.unwrap().status, 401);
    let address = address(&server.endpoint());
    drop(server);
    assert_gone(&address);
}

fn keeps_objects(objects: &dyn Objects) {
    good(objects.put(KEY, b"hello"));
    good(objects.put("2024/nothing", b""));
    good(objects.put("2023/other", b"other"));
    assert_eq!(good(objects.get(KEY)).body, b"hello");
    assert_eq!(good(objects.get("2024/nothing")).body, b"");
    assert!(objects.head(KEY).is_good());
    assert_eq!(objects.head("2024/absent").status, 404);
    let mut keys = objects.keys("2024/");
    keys.sort();
    assert_eq!(keys, [KEY, "2024/nothing"]);
    good(objects.delete("2024/nothing"));
    assert_eq!(objects.keys("2024/"), [KEY]);
    let bytes: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
    good(objects.put(KEY, &bytes));
    assert_eq!(good(objects.get(KEY)).body, bytes);
}

#[test]
fn gcs_keeps_objects_as_files() {
    let work = tempfile::tempdir().unwrap();
    let Some(server) = servers::gcs_emulator(work.path()) else {
        return;
    };
    let bucket = server.client();
    let idle = TcpStream::connect(&bucket.address).unwrap();
    keeps_objects(&bucket);
    drop(idle);
    assert_eq!(server.bucket(), bucket.name);
    let file = server.folder().join(KEY);
    let stored = std::fs::read(&file).unwrap();
    assert_eq!(stored, good(bucket.get(KEY)).body);
    let mut file = std::fs::File::create(file).unwrap();
    file.write_all(b"rotten").unwrap();
    assert_eq!(
        good(bucket.get(KEY)).body,
        b"rotten",
        "what is on its disk is what it gives out"
    );
    let address = address(&server.endpoint());
    drop(server);
    assert_gone(&address);
}

#[test]
fn azurite_keeps_blobs_for_who_has_the_key() {
    let work = tempfile::tempdir().unwrap();
    let Some(server) = servers::azurite(work.path()) else {
        return;
    };
    let container = server.create_container("pictures");
    server.create_container("pictures");
    keeps_objects(&container);
    let header = container.ask(
        "PUT",
        KEY,
        &[],
        &[("x-ms-blob-type", "BlockBlob"), ("x-ms-meta-sha256", "ab")],
        b"x",
    );
    good(header);
    assert_eq!(container.head(KEY).header("x-ms-meta-sha256"), Some("ab"));

    good(container.put("rot", b"the whole photo"));
    let stored = std::fs::read_dir(server.folder()).unwrap();
    for file in stored.map(|file| file.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        if let Some(at) = bytes.windows(15).position(|bytes| bytes == b"the whole photo") {
            let file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
            file.write_all_at(b"rotten", at as u64).unwrap();
        }
    }
    assert_eq!(good(container.get("rot")).body, b"rottenole photo");

    let stranger = albumen_testkit::http::Client {
        address: container.address.clone(),
        keys: None,
    };
    let path = format!("/{}/pictures/2023/other", server.account());
    let refused = stranger.ask(Ask {
        method: "GET",
        path: &path,
        ..Ask::default()
    });
    assert!(matches!(refused.unwrap().status, 403 | 404));
    let address = address(&server.endpoint());
    drop(server);
    assert_gone(&address);
}

/// The client for other sessions than [`Sftp::client`] makes; what it is to do goes behind.
fn ssh(server: &Sftp, key: &Path) -> Command {
    let mut ssh = Command::new("ssh");
    ssh.args([
        "-F",
        "none",
        "-o",
        "BatchMode=yes",
        "-o",
        "IdentitiesOnly=yes",
        "-o",
    ])
    .arg(format!("UserKnownHostsFile={}", server.known_hosts().display()))
    .args(["-p", &server.port().to_string(), "-l", server.user(), "-i"])
    .arg(key);
    ssh
}

fn batch(server: &Sftp, commands: &str) -> Output {
    let mut client = server.client();
    let piped = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut client = piped.spawn().unwrap();
    let mut stdin = client.stdin.take().unwrap();
    stdin.write_all(commands.as_bytes()).unwrap();
    drop(stdin);
    client.wait_with_output().unwrap()
}

#[test]
fn sshd_keeps_files_and_gives_no_shell() {
    let work = tempfile::tempdir().unwrap();
    let Some(server) = servers::sshd(work.path()) else {
        return;
    };
    let original = work.path().join("original");
    std::fs::File::create(&original)
        .unwrap()
        .write_all(b"hello")
        .unwrap();
    let file = server.folder().join("a b.jpg");
    let put = batch(
        &server,
        &format!("put \"{}\" \"{}\"\n", original.display(), file.display()),
    );
    assert!(put.status.success(), "{put:?}");
    assert_eq!(std::fs::read(&file).unwrap(), b"hello");
    let listed = batch(&server, "ls -1\n");
    assert!(
        String::from_utf8_lossy(&listed.stdout).contains("a b.jpg"),
        "a session begins in the folder: {listed:?}"
    );

    let forbidden = work.path().join("made-by-a-shell");
    let mut shell = ssh(&server, &server.key_file());
    shell.arg(server.host()).arg("touch").arg(&forbidden);
    shell.stdin(Stdio::null()).output().unwrap();
    assert!(!forbidden.exists());

    let stranger = work.path().join("stranger");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&stranger)
        .status();
    assert!(made.unwrap().success());
    let mut other = ssh(&server, &stranger);
    let other = other
        .arg("-s")
        .arg(server.host())
        .arg("sftp")
        .stdin(Stdio::null());
    let why = String::from_utf8_lossy(&other.output().unwrap().stderr).into_owned();
    assert!(why.contains("Permission denied (publickey)"), "{why}");
    assert_eq!(tree::snapshot(server.folder()).len(), 1);
}

#[test]
fn sshd_ends_with_its_sessions() {
    let work = tempfile::tempdir().unwrap();
    let Some(server) = servers::sshd(work.path()) else {
        return;
    };
    let address = format!("{}:{}", server.host(), server.port());
    let mut session = ssh(&server, &server.key_file());
    let session = session.arg("-s").arg(server.host()).arg("sftp");
    let piped = session.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut session = piped.spawn().unwrap();
    let mut stdin = session.stdin.take().unwrap();
    let mut stdout = session.stdout.take().unwrap();
    // SSH_FXP_INIT of version 3; the answer says what the server can do.
    stdin.write_all(&[0, 0, 0, 5, 1, 0, 0, 0, 3]).unwrap();
    let mut length = [0; 4];
    stdout.read_exact(&mut length).unwrap();
    let mut version = vec![0; u32::from_be_bytes(length) as usize];
    stdout.read_exact(&mut version).unwrap();
    let version = String::from_utf8_lossy(&version);
    for extension in [
        "hardlink@openssh.com",
        "fsync@openssh.com",
        "posix-rename@openssh.com",
    ] {
        assert!(version.contains(extension), "{version:?}");
    }
    drop(server);
    assert_gone(&address);
    assert_eq!(
        stdout.read(&mut [0]).unwrap(),
        0,
        "it ends though nobody ended it"
    );
    assert!(!session.wait().unwrap().success());
    drop(stdin);
}
