//! A library that was moved, to a folder or to a bucket, and a way to what is stored that is not the program's.

use crate::Cli;
use albumen_testkit::http::{Ask, Client};
use albumen_testkit::many;
use albumen_testkit::s3::Server;
use albumen_testkit::tree;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const BUCKET: &str = "pictures";

pub struct Place {
    pub cli: Cli,
    pub library: PathBuf,
    pub url: String,
    /// Of the bucket.
    pub server: Option<Server>,
    work: PathBuf,
    sums: BTreeMap<String, PathBuf>,
}

impl Place {
    pub fn moved(work: &Path, bucket: bool, files: usize) -> Self {
        Self::of(work, bucket, |library| many::make(library, files))
    }

    /// With the library that `make` makes.
    pub fn of(work: &Path, bucket: bool, make: impl Fn(&Path)) -> Self {
        let work = work.canonicalize().expect("path");
        let library = work.join("library");
        make(&library);
        let (server, url) = if bucket {
            let server = Server::start(&work.join("there"));
            server.create_bucket(BUCKET);
            let url = format!(
                "s3://{BUCKET}/lib?endpoint={}&region=us-east-1",
                server.endpoint()
            );
            (Some(server), url)
        } else {
            (None, format!("file://{}", work.join("there").display()))
        };
        let sums = tree::snapshot(&library)
            .into_iter()
            .map(|(path, entry)| (entry.sha256, library.join(path)))
            .collect();
        let place = Self {
            cli: Cli::new(&work),
            library,
            url,
            server,
            work,
            sums,
        };
        let cli = place.with_keys(Cli::new(&place.work));
        let place = Self { cli, ..place };
        for args in [
            ["scan", &place.library.to_string_lossy()],
            ["migrate", &place.url],
        ] {
            // A large library may take its time.
            let (output, _) = place.cli.peak(&args);
            assert_eq!(output.status, 0, "{args:?}: {}{}", output.stdout, output.stderr);
        }
        place
    }

    fn with_keys(&self, cli: Cli) -> Cli {
        match &self.server {
            Some(server) => cli.keys_of(server),
            None => cli,
        }
    }

    /// A machine with a catalog of its own, that scanned nothing.
    pub fn another(&self, name: &str) -> Cli {
        self.with_keys(Cli::new(&self.work.join(name)))
    }

    /// Where the objects lie as files.
    pub fn there(&self) -> PathBuf {
        match &self.server {
            Some(server) => server.object_path(BUCKET, "lib"),
            None => self.work.join("there"),
        }
    }

    /// Key and SHA-256 of all that is stored.
    pub fn stored(&self) -> BTreeMap<String, String> {
        let all = tree::snapshot(&self.there()).into_iter();
        let all = all.map(|(path, entry)| (path.to_string_lossy().into_owned(), entry.sha256));
        // A server's own notes are beside what it stores.
        all.filter(|(key, _)| {
            let name = key.rsplit('/').next().unwrap_or(key);
            !name.starts_with('.') || name.starts_with(".albumen")
        })
        .collect()
    }

    /// But for our notes.
    pub fn placed(&self) -> BTreeMap<String, String> {
        let mut stored = self.stored();
        stored.retain(|key, _| !key.starts_with(".albumen/"));
        stored
    }

    /// Keys of copies that can be cut or changed.
    pub fn with_bytes(&self) -> Vec<String> {
        let keys = self.placed().into_keys();
        keys.filter(|key| !self.read(key).is_empty()).collect()
    }

    pub fn markers(&self) -> Vec<String> {
        let keys = self.stored().into_keys();
        keys.filter(|key| key.starts_with(".albumen/shards/")).collect()
    }

    /// One of the originals with these bytes.
    pub fn original_of(&self, sum: &str) -> PathBuf {
        self.sums[sum].clone()
    }

    pub fn read(&self, key: &str) -> Vec<u8> {
        std::fs::read(self.there().join(key)).expect("read")
    }

    /// As somebody else does: over what is there.
    pub fn write(&self, key: &str, bytes: &[u8]) {
        match self.client() {
            Some(client) => ask(&client, "PUT", key, bytes),
            None => put(&self.there().join(key), bytes),
        }
    }

    pub fn remove(&self, key: &str) {
        match self.client() {
            Some(client) => ask(&client, "DELETE", key, b""),
            None => rm(&self.there().join(key)),
        }
    }

    /// Changes places, as a rename does where there is one.
    pub fn swap(&self, one: &str, other: &str) {
        if self.server.is_some() {
            let (a, b) = (self.read(one), self.read(other));
            self.write(one, &b);
            self.write(other, &a);
            return;
        }
        let (one, other) = (self.there().join(one), self.there().join(other));
        let aside = one.with_extension("aside");
        assert!(mv(&one, &aside) && mv(&other, &one) && mv(&aside, &other));
    }

    fn client(&self) -> Option<Client> {
        self.server.as_ref().map(Server::client)
    }
}

fn ask(client: &Client, method: &str, key: &str, body: &[u8]) {
    let path = format!("/{BUCKET}/lib/{key}");
    let answer = client.ask(Ask {
        method,
        path: &path,
        body,
        ..Ask::default()
    });
    let answer = answer.expect("an answer");
    assert!(
        answer.is_good(),
        "{method} {path}: {} {}",
        answer.status,
        answer.text()
    );
}

pub fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}

pub fn rm(path: &Path) {
    assert!(Command::new("rm").arg(path).status().expect("rm").success());
}

pub fn mv(from: &Path, to: &Path) -> bool {
    let moved = Command::new("mv").arg("-T").arg(from).arg(to).status();
    moved.expect("mv").success()
}
