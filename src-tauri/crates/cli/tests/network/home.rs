//! Storages on loopback that can be put under fire and are asked past the code under test: every kind with the front, the
//! proxy or the double that plays its network.

use albumen_testkit::double::Double;
use albumen_testkit::double::cloud::Cloud;
use albumen_testkit::double::drive::Drive;
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::front::Front;
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET, OAuth};
use albumen_testkit::proxy::Proxy;
use albumen_testkit::servers::{Gcs, Objects, Sftp, Webdav, gcs_emulator, rclone_webdav, sshd};
use albumen_testkit::{s3, tree};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const BUCKET: &str = "pictures";
/// Signs in nowhere but here.
const PEM: &str = include_str!("../../../store/src/google/assertion/throwaway.pem");
/// A page of a listing, where a double says how long it is.
const PAGE: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    S3,
    Webdav,
    Gcs,
    Sftp,
    Dropbox,
    Drive,
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::S3,
        Self::Webdav,
        Self::Gcs,
        Self::Sftp,
        Self::Dropbox,
        Self::Drive,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3s-fs",
            Self::Webdav => "rclone WebDAV",
            Self::Gcs => "GCS emulator",
            Self::Sftp => "sshd",
            Self::Dropbox => "Dropbox (double)",
            Self::Drive => "Drive (double)",
        }
    }
}

enum Server {
    S3(s3::Server),
    Webdav(Arc<Webdav>),
    Gcs(Gcs),
    Sftp(Sftp),
    Dropbox(Dropbox),
    Drive(Drive),
}

/// One storage, with a folder (prefix) for every episode.
pub struct Home {
    pub kind: Kind,
    /// In the order they are to stop: what is in front of a server first.
    proxy: Option<Proxy>,
    front: Option<Front>,
    cloud: Option<Cloud>,
    server: Server,
    room: String,
    work: PathBuf,
}

impl Home {
    /// None where its server is not on this system, which is said.
    pub fn start(kind: Kind, work: &Path) -> Option<Self> {
        let (mut front, mut proxy, mut cloud) = (None, None, None);
        let mut put_before = |server: &str, work: &Path| {
            let before = Front::start(server, &work.join("front"));
            proxy = Some(Proxy::to(&before.endpoint()));
            front = Some(before);
        };
        let server = match kind {
            Kind::S3 => {
                let server = s3::Server::start(&work.join("s3"));
                server.create_bucket(BUCKET);
                put_before(&server.endpoint(), work);
                Server::S3(server)
            }
            Kind::Webdav => {
                let server = rclone_webdav(work)?;
                put_before(&server.endpoint(), work);
                Server::Webdav(Arc::new(server))
            }
            Kind::Gcs => {
                let server = gcs_emulator(work)?;
                let before = Cloud::start(&server.endpoint(), &work.join("cloud"));
                before.set_page_size(PAGE);
                cloud = Some(before);
                Server::Gcs(server)
            }
            Kind::Sftp => {
                let server = sshd(work)?;
                proxy = Some(Proxy::to(&format!("{}:{}", server.host(), server.port())));
                Server::Sftp(server)
            }
            Kind::Dropbox => {
                let double = Dropbox::start(&work.join("dropbox"));
                double.set_page_size(PAGE);
                Server::Dropbox(double)
            }
            Kind::Drive => {
                let double = Drive::start(&work.join("drive"));
                double.set_page_size(PAGE);
                Server::Drive(double)
            }
        };
        Some(Self {
            kind,
            server,
            proxy,
            front,
            cloud,
            room: String::new(),
            work: work.to_owned(),
        })
    }

    /// From now on the library is in a place of its own, where nothing is yet.
    pub fn enter(&mut self, room: &str) {
        room.clone_into(&mut self.room);
        match &self.server {
            Server::Webdav(server) => {
                let made = server.ask("MKCOL", &format!("/{room}"), &[], b"");
                assert!(made.is_good(), "{}", made.status);
            }
            Server::Sftp(server) => std::fs::create_dir(server.folder().join(room)).expect("a folder"),
            _ => {}
        }
        self.calm();
        self.forget();
    }

    pub fn url(&self) -> String {
        let room = &self.room;
        let through = |proxy: &Option<Proxy>| proxy.as_ref().expect("it has one").address();
        match &self.server {
            Server::S3(_) => format!("s3://{BUCKET}/{room}?endpoint=http://{}", through(&self.proxy)),
            Server::Webdav(server) => format!("webdav://{}@{}/{room}", server.user(), through(&self.proxy)),
            Server::Gcs(server) => {
                let cloud = self.cloud.as_ref().expect("it has one");
                format!("gcs://{}/{room}?endpoint={}", server.bucket(), cloud.endpoint())
            }
            Server::Sftp(server) => {
                let (host, port) = through(&self.proxy)
                    .split_once(':')
                    .map(|(host, port)| (host.to_owned(), port.to_owned()))
                    .expect("HOST:PORT");
                let (folder, key) = (server.folder().join(room), self.key_of(server, &host, &port));
                format!(
                    "sftp://{}@{host}:{port}{}?key={}",
                    server.user(),
                    folder.display(),
                    key.display()
                )
            }
            Server::Dropbox(double) => format!("dropbox:///{room}?api={}", double.endpoint()),
            Server::Drive(double) => format!("gdrive:///{room}?api={}", double.endpoint()),
        }
    }

    /// The proxy is known as the server behind it is.
    fn key_of(&self, server: &Sftp, host: &str, port: &str) -> PathBuf {
        let known = std::fs::read_to_string(server.known_hosts()).expect("known hosts");
        let key = known.split_once(' ').expect("a host and its key").1;
        let folder = self.work.join("key");
        let path = folder.join("client");
        if !path.exists() {
            std::fs::create_dir(&folder).expect("a folder");
            let copied = std::process::Command::new("cp")
                .arg("-p")
                .args([server.key_file(), path.clone()])
                .status();
            assert!(copied.expect("cp").success());
            crate::put(
                &folder.join("known_hosts"),
                format!("[{host}]:{port} {key}").as_bytes(),
            );
        }
        path
    }

    /// What opens it, for the environment.
    pub fn secrets(&self) -> Vec<(&'static str, OsString)> {
        let granted = |oauth: &OAuth| {
            vec![
                ("ALBUMEN_CLIENT_ID", CLIENT_ID.into()),
                ("ALBUMEN_CLIENT_SECRET", CLIENT_SECRET.into()),
                ("ALBUMEN_REFRESH_TOKEN", oauth.refresh_token().into()),
            ]
        };
        match &self.server {
            Server::S3(server) => vec![
                ("AWS_ACCESS_KEY_ID", server.access_key().into()),
                ("AWS_SECRET_ACCESS_KEY", server.secret_key().into()),
            ],
            Server::Webdav(server) => vec![("ALBUMEN_WEBDAV_PASSWORD", server.password().into())],
            Server::Gcs(_) => {
                let cloud = self.cloud.as_ref().expect("it has one");
                let file = self.work.join("key.json");
                crate::put(&file, cloud.key_file(PEM).as_bytes());
                vec![("GOOGLE_APPLICATION_CREDENTIALS", file.into())]
            }
            Server::Sftp(_) => Vec::new(),
            Server::Dropbox(double) => granted(double.oauth()),
            Server::Drive(double) => granted(double.oauth()),
        }
    }

    /// Where faults are scripted by request; a session of SSH has none.
    pub fn double(&self) -> Option<&Double> {
        match &self.server {
            Server::Dropbox(double) => Some(double),
            Server::Drive(double) => Some(double),
            _ => self.front.as_deref().or(self.cloud.as_deref()),
        }
    }

    pub fn front(&self) -> Option<&Front> {
        self.front.as_ref()
    }

    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// Nothing goes wrong any more.
    pub fn calm(&self) {
        if let Some(double) = self.double() {
            double.unscript();
            double.hang_up();
        }
        if let Some(front) = &self.front {
            front.calm();
        }
        if let Some(proxy) = &self.proxy {
            proxy.calm();
        }
        self.stale_listings(0);
    }

    /// The next listings do not show what is written from now on. False where no listing can be stale.
    pub fn stale_listings(&self, n: usize) -> bool {
        match &self.server {
            Server::Dropbox(double) => double.stale_listings(n),
            Server::Drive(double) => double.stale_listings(n),
            _ => match &self.front {
                Some(front) => front.stale_listings(n),
                None => return false,
            },
        }
        true
    }

    /// Access tokens that were given are refused from now on. False where there are none.
    pub fn expire_tokens(&self) -> bool {
        match &self.server {
            Server::Dropbox(double) => double.oauth().expire_access_tokens(),
            Server::Drive(double) => double.oauth().expire_access_tokens(),
            _ => match &self.cloud {
                Some(cloud) => cloud.expire_token(),
                None => return false,
            },
        }
        true
    }

    /// Its path at the server, with a leading slash, as its front sees it.
    pub fn path(&self, key: &str) -> String {
        match self.server {
            Server::S3(_) => format!("/{BUCKET}/{}/{key}", self.room),
            _ => format!("/{}/{key}", self.room),
        }
    }

    /// What a stranger does to put something there, past everything in front.
    pub fn stranger(&self) -> impl Fn(&str, &[u8]) + Send + 'static {
        let direct = match &self.server {
            Server::S3(server) => Direct::S3(server.client()),
            Server::Webdav(server) => Direct::Webdav(server.clone()),
            _ => Direct::None,
        };
        move |path, bytes| direct.put(path, bytes)
    }

    /// For plain requests to S3.
    pub fn s3_client(&self) -> albumen_testkit::http::Client {
        match &self.server {
            Server::S3(server) => server.client(),
            _ => panic!("{:?} is no S3", self.kind),
        }
    }

    pub fn put_as_stranger(&self, key: &str, bytes: &[u8]) {
        let path = self.path(key);
        match &self.server {
            Server::S3(_) | Server::Webdav(_) => {
                if let Server::Webdav(server) = &self.server {
                    for (end, _) in path.match_indices('/').skip(2) {
                        server.ask("MKCOL", &path[..end], &[], b"");
                    }
                }
                self.stranger()(&path, bytes);
            }
            Server::Gcs(server) => {
                let put = server.client().put(path.trim_start_matches('/'), bytes);
                assert!(put.is_good(), "{}", put.status);
            }
            Server::Sftp(server) => crate::put(&server.folder().join(path.trim_start_matches('/')), bytes),
            Server::Dropbox(double) => double.put_as_stranger(&path, bytes),
            Server::Drive(double) => drop(double.put_as_stranger(&path, bytes)),
        }
    }

    /// All that is in the room, asked of the server: keys, more than once where it has twins, and bytes.
    pub fn stored(&self) -> Vec<(String, Vec<u8>)> {
        let below = format!("/{}/", self.room);
        let in_folder = |root: PathBuf| -> Vec<(String, Vec<u8>)> {
            let files = tree::snapshot(&root).into_keys();
            files
                .map(|path| {
                    let bytes = std::fs::read(root.join(&path)).expect("read");
                    (path.to_string_lossy().into_owned(), bytes)
                })
                .collect()
        };
        match &self.server {
            Server::S3(server) => in_folder(server.object_path(BUCKET, &self.room)),
            Server::Webdav(server) => in_folder(server.folder().join(&self.room)),
            Server::Sftp(server) => in_folder(server.folder().join(&self.room)),
            Server::Gcs(server) => {
                let client = server.client();
                let keys = client.keys(below.trim_start_matches('/'));
                keys.into_iter()
                    .map(|key| (key[below.len() - 1..].to_owned(), client.get(&key).body))
                    .collect()
            }
            Server::Dropbox(double) => double
                .objects()
                .into_iter()
                .filter_map(|object| {
                    let key = object.path.strip_prefix(&below)?.to_owned();
                    Some((key, std::fs::read(object.file).expect("read")))
                })
                .collect(),
            Server::Drive(double) => double
                .objects()
                .into_iter()
                .filter(|object| !object.trashed)
                .filter_map(|object| {
                    let key = object.path.strip_prefix(&below)?.to_owned();
                    Some((key, std::fs::read(object.file).expect("read")))
                })
                .collect(),
        }
    }

    /// Twins and overwritten files that a provider counts itself.
    pub fn counted(&self) -> u64 {
        match &self.server {
            Server::Dropbox(double) => double.twins() + double.overwrites(),
            Server::Drive(double) => double.twins() + double.overwrites(),
            _ => 0,
        }
    }

    /// What else opens it: made of the secret, or traded for it.
    pub fn given(&self) -> Vec<String> {
        let basic = |user: &str, password: &str| {
            let pair = format!("{user}:{password}");
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pair)
        };
        match &self.server {
            Server::Webdav(server) => vec![basic(server.user(), server.password())],
            Server::Dropbox(double) => double.oauth().access_tokens(),
            Server::Drive(double) => double.oauth().access_tokens(),
            _ => Vec::new(),
        }
    }

    pub fn forget(&self) {
        if let Some(double) = self.double() {
            double.forget();
        }
    }

    /// How often bytes of a photo were sent: by its name, where the requests tell it.
    pub fn sends(&self) -> Vec<String> {
        let Some(double) = self.double() else {
            return Vec::new();
        };
        let asked = double.asked();
        let sends = asked.iter().filter_map(|asked| {
            let name = match (self.kind, asked.op.as_str()) {
                (Kind::S3, "PUT") if !asked.query.contains("partNumber") => asked.path.clone(),
                (Kind::S3, "POST") if asked.query.contains("uploads") => asked.path.clone(),
                // The name of a part ends with a word of the try.
                (Kind::Webdav, "PUT") => asked.path.rsplit_once('-')?.0.to_owned(),
                (Kind::Drive, "upload.multipart" | "upload.start") => asked
                    .arg
                    .split("\"name\":\"")
                    .nth(1)?
                    .split('"')
                    .next()?
                    .to_owned(),
                (Kind::Gcs, "objects.insert" | "upload.start") => "a photo".to_owned(),
                (Kind::Dropbox, "files/upload_session/start") => "a photo".to_owned(),
                _ => return None,
            };
            (!name.contains("/.albumen/")).then_some(name)
        });
        sends.collect()
    }
}

enum Direct {
    S3(albumen_testkit::http::Client),
    Webdav(Arc<Webdav>),
    None,
}

impl Direct {
    fn put(&self, path: &str, bytes: &[u8]) {
        let answer = match self {
            Self::S3(client) => client.ask(albumen_testkit::http::Ask {
                method: "PUT",
                path,
                body: bytes,
                ..Default::default()
            }),
            Self::Webdav(server) => Ok(server.ask("PUT", path, &[], bytes)),
            Self::None => return,
        };
        let answer = answer.expect("an answer");
        assert!(answer.is_good(), "{} {}", answer.status, answer.text());
    }
}
