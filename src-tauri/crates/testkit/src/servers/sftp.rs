//! OpenSSH's server, which gives out files and nothing else: no shell, no forwarding, no account but the one that runs the
//! test, and no key but one that is made for it.

use super::{Running, command, folder, missing, start};
use std::path::{Path, PathBuf};
use std::process::Command;

/// It starts itself again for every connection, and does so by this path.
const SSHD: &str = "/usr/sbin/sshd";
/// Without it a server that runs as root does not start; its own service makes it at boot.
const RUN: &str = "/run/sshd";

/// Stops when it is dropped, and every session with it; the files stay.
pub struct Sftp {
    running: Running,
    user: String,
    keys: PathBuf,
    folder: PathBuf,
}

/// `sshd` over the files of this machine; a session begins in `work/files`.
pub fn sshd(work: &Path) -> Option<Sftp> {
    if !Path::new(SSHD).is_file() {
        return missing(
            "sshd",
            "the package openssh-server is not installed: scripts/setup test",
        );
    }
    let (keys, folder) = (self::folder(work, "keys"), self::folder(work, "files"));
    if rustix::process::geteuid().is_root() {
        std::fs::create_dir_all(RUN).expect("make the folder that sshd wants as root");
    }
    let user = said(Command::new("id").arg("-un"));
    for name in ["host", "client"] {
        make_key(&keys.join(name), name);
    }
    let config = keys.join("sshd_config");
    make(&config, &configuration(&user, &keys, &folder));
    // Newer ones turn away, for a while, who came with a wrong key; older ones do not know the option.
    let tolerant = ["-o", "PerSourcePenalties=no"];
    let test = Command::new(SSHD)
        .args(tolerant)
        .args(["-t", "-f"])
        .arg(&config)
        .output();
    let tolerant: &[&str] = match test {
        Ok(test) if test.status.success() => &tolerant,
        _ => &[],
    };
    let running = start(work, |address| {
        let host = said(
            Command::new("cut")
                .args(["-d", " ", "-f", "1,2"])
                .arg(keys.join("host.pub")),
        );
        make(
            &keys.join("known_hosts"),
            &format!("[{}]:{} {host}\n", address.ip(), address.port()),
        );
        let address = format!("ListenAddress={address}");
        let mut command = command(Path::new(SSHD), ["-D", "-e", "-o", &address, "-f"]);
        command.push(config.clone().into());
        command.extend(tolerant.iter().map(Into::into));
        command
    });
    Some(Sftp {
        running,
        user,
        keys,
        folder,
    })
}

/// A session begins in `folder`, and never in the person's home. Many tests may log in at the same moment.
fn configuration(user: &str, keys: &Path, folder: &Path) -> String {
    let (keys, folder) = (keys.display(), folder.display().to_string());
    // It knows no quotes.
    let begin = if folder.contains(char::is_whitespace) {
        String::new()
    } else {
        format!(" -d {folder}")
    };
    format!(
        "HostKey \"{keys}/host\"
AuthorizedKeysFile \"{keys}/client.pub\"
AllowUsers {user}
AuthenticationMethods publickey
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
UseDNS no
MaxStartups 100
DisableForwarding yes
PermitTTY no
PermitUserRC no
Subsystem sftp internal-sftp
ForceCommand internal-sftp{begin}
"
    )
}

fn make(path: &Path, text: &str) {
    let mut file = std::fs::File::create(path).expect("make a file of sshd");
    std::io::Write::write_all(&mut file, text.as_bytes()).expect("write a file of sshd");
}

fn make_key(path: &Path, name: &str) {
    said(
        Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(path),
    );
}

/// What a program prints, which must succeed.
fn said(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Sftp {
    pub fn host(&self) -> String {
        self.running.address.ip().to_string()
    }

    pub fn port(&self) -> u16 {
        self.running.address.port()
    }

    /// The one who runs the test.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The private key (Ed25519, OpenSSH's format, no passphrase); beside it with `.pub`, the public one.
    pub fn key_file(&self) -> PathBuf {
        self.keys.join("client")
    }

    /// A private key that opens nothing here, of somebody who never met this server.
    pub fn key_of_a_stranger(&self) -> PathBuf {
        let folder = self.keys.join("stranger");
        std::fs::create_dir_all(&folder).expect("make a folder of keys");
        let key = folder.join("id_ed25519");
        if !key.is_file() {
            make_key(&key, "stranger");
        }
        key
    }

    /// Albumen reads the known hosts beside a key besides the person's own.
    pub fn make_known_to(&self, key: &Path) {
        let known = std::fs::read_to_string(self.known_hosts()).expect("read the known hosts");
        make(&key.with_file_name("known_hosts"), &known);
    }

    /// One line, `[host]:port type key`: whom the server proves to be.
    pub fn known_hosts(&self) -> PathBuf {
        self.keys.join("known_hosts")
    }

    /// A folder to put a library into. Its absolute path is its path in a session too.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// OpenSSH's own client, to be given a batch on its stdin. For questions beside the code under test.
    pub fn client(&self) -> Command {
        let mut client = Command::new("sftp");
        client
            .args(["-q", "-b", "-", "-F", "none", "-o", "StrictHostKeyChecking=yes"])
            .args(["-o", "IdentitiesOnly=yes", "-o", "GlobalKnownHostsFile=none"])
            .args([
                "-o",
                &format!("UserKnownHostsFile={}", self.known_hosts().display()),
            ])
            .args(["-P", &self.port().to_string(), "-i"])
            .arg(self.key_file())
            .arg(format!("{}@{}", self.user, self.host()));
        client
    }
}
