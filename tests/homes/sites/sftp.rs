//! A folder behind OpenSSH's server.

use super::folder::Folder;
use crate::homes::facts::{Fact, Facts};
use crate::homes::home::{temp, text, write};
use crate::homes::site::{Room, Site, held};
use albumen_store::Spec;
use albumen_testkit::proxy::Proxy;
use albumen_testkit::servers::{self, Sftp};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub struct Shell {
    server: Sftp,
    /// Where the code under test finds it.
    port: u16,
    /// A private key, with the known hosts beside it.
    key: PathBuf,
    work: TempDir,
}

impl Shell {
    pub fn sshd() -> Option<Self> {
        let work = temp();
        let server = servers::sshd(work.path())?;
        Some(Self {
            port: server.port(),
            key: server.key_file(),
            server,
            work,
        })
    }

    /// Reached through a connection that fails on demand.
    pub fn behind_a_proxy() -> Option<(Self, Proxy)> {
        let mut site = Self::sshd()?;
        let proxy = Proxy::to(&format!("{}:{}", site.server.host(), site.port));
        let port = proxy
            .address()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let (direct, port) = (site.port, port.expect("a proxy has a port"));
        let known = std::fs::read_to_string(site.server.known_hosts()).expect("read the known hosts");
        let known = known.replace(&format!(":{direct} "), &format!(":{port} "));
        site.key = site.key_beside("proxy", &known);
        site.port = port;
        Some((site, proxy))
    }

    /// A copy of the client's key, beside other known hosts.
    fn key_beside(&self, name: &str, known_hosts: &str) -> PathBuf {
        let folder = self.work.path().join(name);
        write(&folder.join("known_hosts"), known_hosts.as_bytes());
        let key = folder.join("client");
        said(Command::new("cp").arg("-p").arg(self.server.key_file()).arg(&key));
        key
    }

    /// The destination for somebody who knows these hosts.
    pub fn knowing(&self, room: &str, name: &str, known_hosts: &str) -> Spec {
        self.at(room, &self.key_beside(name, known_hosts), self.port)
    }

    /// The key that a stranger's server would show under our server's address.
    pub fn other_host_key(&self) -> String {
        let key = self.other_key("other-host");
        let public = std::fs::read_to_string(key.with_extension("pub")).expect("read a key");
        format!("[{}]:{} {public}", self.server.host(), self.port)
    }

    fn other_key(&self, name: &str) -> PathBuf {
        let key = self.work.path().join(name).join("key");
        std::fs::create_dir_all(key.parent().expect("a folder")).expect("make a folder");
        if !key.is_file() {
            said(
                Command::new("ssh-keygen")
                    .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
                    .arg(&key),
            );
        }
        key
    }

    fn at(&self, room: &str, key: &Path, port: u16) -> Spec {
        Spec::Sftp {
            host: self.server.host(),
            port,
            user: self.server.user().to_owned(),
            folder: text(&self.server.folder().join(room)),
            key: text(key),
        }
    }

    /// Whether OpenSSH's own client can do all of this.
    fn can(&self, batch: &str) -> bool {
        let mut client = self.server.client();
        client
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut client = client.spawn().expect("run sftp");
        let mut stdin = client.stdin.take().expect("a pipe");
        stdin.write_all(batch.as_bytes()).expect("say what to do");
        drop(stdin);
        client.wait().expect("wait for sftp").success()
    }
}

fn said(command: &mut Command) {
    let output = command.output().expect("run a program");
    assert!(output.status.success(), "{command:?}: {output:?}");
}

impl Site for Shell {
    fn spec(&self, room: &str) -> Spec {
        self.room(room);
        self.at(room, &self.key, self.port)
    }

    fn spec_of_stranger(&self, room: &str) -> Spec {
        let key = self.other_key("stranger");
        let known = std::fs::read(self.key.with_file_name("known_hosts")).expect("read the known hosts");
        write(&key.with_file_name("known_hosts"), &known);
        self.at(room, &key, self.port)
    }

    fn nowhere(&self, room: &str) -> Spec {
        self.at(&format!("{room}-nowhere"), &self.key, self.port)
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        self.at(room, &self.key, 9)
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        let folder = self.server.folder().join(name);
        std::fs::create_dir_all(&folder).expect("make the folder");
        Box::new(Folder(folder))
    }

    fn facts(&self) -> Facts {
        let room = self.room("facts");
        let original = self.work.path().join("original");
        write(&original, b"one");
        let empty = self.work.path().join("empty");
        write(&empty, b"");
        let (original, empty) = (text(&original), text(&empty));
        let put = |to: &str| self.can(&format!("put -p {original} \"facts/{to}\"\n"));
        assert!(put("case") && put("other"), "nothing can be stored");
        let refuses = !self.can("ln facts/other facts/case\n") && self.can("ln facts/other facts/linked\n");
        let cases = put("CASE") && room.keys().len() == 4;
        let nothing = self.can(&format!("put {empty} facts/nothing\n"));
        let folders = vec!["f".repeat(200); 4];
        let deep: String = (1..=folders.len())
            .map(|n| format!("mkdir facts/{}\n", folders[..n].join("/")))
            .collect();
        let long = format!("{}/case", folders.join("/"));
        let long = self.can(&deep) && put(&long) && room.read(&long).is_some();
        let exactly = |path: &Path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
        let times = exactly(Path::new(&original)) == exactly(&self.server.folder().join("facts/case"));
        let wrong = self.other_key("stranger");
        let mut stranger = Command::new("ssh");
        stranger
            .args(["-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"])
            .args(["-o", "StrictHostKeyChecking=yes", "-o"])
            .arg(format!(
                "UserKnownHostsFile={}",
                self.server.known_hosts().display()
            ))
            .args([
                "-p",
                &self.server.port().to_string(),
                "-l",
                self.server.user(),
                "-i",
            ])
            .arg(wrong)
            .args(["-s", &self.server.host(), "sftp"])
            .stdin(Stdio::null());
        let stranger = stranger.output().expect("run ssh");
        let refused = String::from_utf8_lossy(&stranger.stderr).contains("Permission denied");
        held([
            (Fact::RefusesToReplace, refuses),
            (Fact::RefusesToReplaceInParts, refuses),
            (Fact::LooksAtKeys, refused),
            // Version 3 of the protocol has whole seconds.
            (Fact::KeepsTimes, times),
            // Sizes and times are in every listing.
            (Fact::ListsVersions, self.can("ls -l facts\n")),
            (Fact::TellsCases, cases),
            (
                Fact::KeepsNothing,
                nothing && room.read("nothing").is_some_and(|bytes| bytes.is_empty()),
            ),
            (Fact::KeepsLongKeys, long),
            // Refused, and the session goes on.
            (Fact::AnswersBelowObjects, !put("case/below") && put("after")),
            (Fact::OutlivesTwoWriters, true),
            (Fact::KnowsItsPlaces, !self.can("ls facts-nowhere\n")),
            (
                Fact::MustBeMade,
                !self.can(&format!("put {original} facts-nowhere/case\n")),
            ),
            (Fact::IsFar, true),
        ])
    }
}
