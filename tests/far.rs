//! Every kind of destination for the command line, with its server running, and looked at past the code under test.

use albumen_testkit::app::Cli;
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET, OAuth};
use albumen_testkit::double::{drive::Drive, dropbox::Dropbox};
use albumen_testkit::proxy::Proxy;
use albumen_testkit::s3::Server;
use albumen_testkit::servers::{self, Objects};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

type Stored = Box<dyn Fn(&str) -> Option<Vec<u8>>>;

pub struct Far {
    pub name: &'static str,
    pub url: String,
    pub cli: Cli,
    /// Bytes that came from us, counted over there; none where nobody counts.
    pub received: Option<Box<dyn Fn() -> u64>>,
    /// What lies under a key.
    pub stored: Stored,
}

fn below(root: &Path) -> Stored {
    let root = root.to_owned();
    Box::new(move |key| std::fs::read(root.join(key)).ok())
}

fn granted(work: &Path, oauth: &OAuth) -> Cli {
    Cli::new(work)
        .env("ALBUMEN_CLIENT_ID", CLIENT_ID)
        .env("ALBUMEN_CLIENT_SECRET", CLIENT_SECRET)
        .env("ALBUMEN_REFRESH_TOKEN", oauth.refresh_token())
}

impl Far {
    pub fn folder(work: &Path) -> Self {
        let root = work.join("disk");
        Self {
            name: "folder",
            url: format!("file://{}", root.display()),
            cli: Cli::new(work),
            received: None,
            stored: below(&root),
        }
    }

    pub fn s3(work: &Path) -> Self {
        let server = Arc::new(Server::start(&work.join("s3")));
        server.create_bucket("pictures");
        let counting = server.clone();
        Self {
            name: "s3s-fs",
            url: format!("s3://pictures?endpoint={}", server.endpoint()),
            cli: Cli::new(work).keys_of(&server),
            received: Some(Box::new(move || counting.received())),
            stored: below(&work.join("s3/pictures")),
        }
    }

    pub fn cloud_storage(work: &Path) -> Option<Self> {
        let server = servers::gcs_emulator(work)?;
        let proxy = Proxy::to(&server.endpoint());
        let token = work.join("token");
        std::fs::File::create(&token)
            .and_then(|mut file| file.write_all(server.token().as_bytes()))
            .expect("write the token");
        Some(Self {
            name: "gcp-storage-emulator",
            url: format!("gcs://{}?endpoint={}", server.bucket(), proxy.endpoint()),
            cli: Cli::new(work).env("GOOGLE_APPLICATION_CREDENTIALS", &token),
            received: Some(Box::new(move || proxy.sent())),
            stored: Box::new(move |key| {
                let got = server.client().get(key);
                got.is_good().then_some(got.body)
            }),
        })
    }

    pub fn azure(work: &Path) -> Option<Self> {
        let server = servers::azurite(work)?;
        let container = server.create_container("pictures");
        Some(Self {
            name: "Azurite",
            url: format!("azure://pictures?endpoint={}", server.endpoint()),
            cli: Cli::new(work)
                .env("AZURE_STORAGE_ACCOUNT", server.account())
                .env("AZURE_STORAGE_KEY", server.key()),
            received: None,
            stored: Box::new(move |key| {
                // The server goes with the closure.
                let _running = &server;
                let got = container.get(key);
                got.is_good().then_some(got.body)
            }),
        })
    }

    pub fn webdav(work: &Path) -> Option<Self> {
        let server = servers::rclone_webdav(work)?;
        let address = server.endpoint().replace("http://", "");
        let (folder, user) = (server.folder().to_owned(), server.user());
        Some(Self {
            name: "rclone WebDAV",
            url: format!("webdav://{user}@{address}/"),
            cli: Cli::new(work).env("ALBUMEN_WEBDAV_PASSWORD", server.password()),
            received: None,
            stored: Box::new(move |key| {
                let _running = &server;
                std::fs::read(folder.join(key)).ok()
            }),
        })
    }

    pub fn sftp(work: &Path) -> Option<Self> {
        let server = servers::sshd(work)?;
        let folder = server.folder().to_owned();
        Some(Self {
            name: "sshd",
            url: format!(
                "sftp://{}@{}:{}{}?key={}",
                server.user(),
                server.host(),
                server.port(),
                folder.display(),
                server.key_file().display()
            ),
            cli: Cli::new(work),
            received: None,
            stored: Box::new(move |key| {
                let _running = &server;
                std::fs::read(folder.join(key)).ok()
            }),
        })
    }

    pub fn drive(work: &Path) -> Self {
        let drive = Arc::new(Drive::start(&work.join("drive")));
        let counting = drive.clone();
        Self {
            name: "Drive (double)",
            url: format!("gdrive:///Photos?api={}", drive.endpoint()),
            cli: granted(work, drive.oauth()),
            received: Some(Box::new(move || counting.bytes_received())),
            stored: Box::new(move |key| {
                let ids = drive.ids_of(&format!("/Photos/{key}"));
                assert!(ids.len() <= 1 && drive.twins() == 0, "no twins: {ids:?}");
                drive.stored(ids.first()?)
            }),
        }
    }

    pub fn dropbox(work: &Path) -> Self {
        let dropbox = Arc::new(Dropbox::start(&work.join("dropbox")));
        let counting = dropbox.clone();
        Self {
            name: "Dropbox (double)",
            url: format!("dropbox:///Photos?api={}", dropbox.endpoint()),
            cli: granted(work, dropbox.oauth()),
            received: Some(Box::new(move || counting.bytes_received())),
            stored: Box::new(move |key| {
                assert_eq!(dropbox.twins(), 0);
                dropbox.stored(&format!("/Photos/{key}"))
            }),
        }
    }
}
