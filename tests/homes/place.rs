//! The kinds of places that can keep a library, each with its server running for as long as it is used.

use super::facts::{self, Facts};
use super::home::{Home, temp, text};
use super::outside::Outside;
use albumen_store::{Keys, Secret, Spec};
use albumen_testkit::http::Client;
use albumen_testkit::{s3, servers};
use std::path::Path;
use tempfile::TempDir;

const BUCKET: &str = "pictures";

/// One kind of destination, with its server running. Every case gets a [`Home`] of its own in it.
pub struct Place {
    pub facts: Facts,
    outside: Outside,
    spec: Spec,
    secret: Option<Secret>,
    /// Stopped before the folder it works in goes.
    _server: Box<dyn Send + Sync>,
    _work: TempDir,
}

impl Place {
    pub fn folder() -> Option<Self> {
        let work = temp();
        let root = work.path().join("disk");
        let outside = Outside {
            folder: Some(root.clone()),
            rots: true,
            bucket: None,
        };
        let spec = Spec::Folder { path: text(&root) };
        Some(Self::over(work, Box::new(()), outside, spec, None))
    }

    pub fn s3s_fs() -> Option<Self> {
        let work = temp();
        let folder = work.path().join("buckets");
        let server = s3::Server::start(&folder);
        server.create_bucket(BUCKET);
        let client = server.client();
        Some(Self::s3(work, Box::new(server), client, Some(&folder), true))
    }

    pub fn rclone() -> Option<Self> {
        let work = temp();
        Self::served(servers::rclone_s3(work.path())?, work)
    }

    pub fn moto() -> Option<Self> {
        let work = temp();
        Self::served(servers::moto(work.path())?, work)
    }

    /// Servers of other people remember what they looked up on their disk.
    fn served(server: servers::Server, work: TempDir) -> Option<Self> {
        server.create_bucket(BUCKET);
        let (client, folder) = (server.client(), server.folder().map(Path::to_owned));
        Some(Self::s3(work, Box::new(server), client, folder.as_deref(), false))
    }

    fn s3(
        work: TempDir,
        server: Box<dyn Send + Sync>,
        client: Client,
        folder: Option<&Path>,
        rots: bool,
    ) -> Self {
        let spec = Spec::S3 {
            bucket: BUCKET.to_owned(),
            prefix: String::new(),
            endpoint: format!("http://{}", client.address),
            region: "us-east-1".to_owned(),
        };
        let keys = client.keys.clone();
        let secret = keys.map(|(access, secret)| Secret::Keys(Keys { access, secret }));
        let outside = Outside {
            folder: folder.map(|folder| folder.join(BUCKET)),
            rots,
            bucket: Some((client, format!("/{BUCKET}"))),
        };
        Self::over(work, server, outside, spec, secret)
    }

    fn over(
        work: TempDir,
        server: Box<dyn Send + Sync>,
        outside: Outside,
        spec: Spec,
        secret: Option<Secret>,
    ) -> Self {
        Self {
            facts: facts::probe(&outside.room("facts")),
            outside,
            spec,
            secret,
            _server: server,
            _work: work,
        }
    }

    /// A library's home of that name, empty and apart from all others.
    pub fn home(&self, room: &str) -> Home {
        let outside = self.outside.room(room);
        let spec = match &self.spec {
            Spec::Folder { path } => {
                std::fs::create_dir_all(Path::new(path).join(room)).expect("make the folder");
                Spec::Folder {
                    path: text(&Path::new(path).join(room)),
                }
            }
            Spec::S3 {
                bucket,
                endpoint,
                region,
                ..
            } => Spec::S3 {
                bucket: bucket.clone(),
                prefix: room.to_owned(),
                endpoint: endpoint.clone(),
                region: region.clone(),
            },
            other => panic!("no rooms in {other:?} yet"),
        };
        Home::new(spec, self.secret.clone(), outside)
    }
}
