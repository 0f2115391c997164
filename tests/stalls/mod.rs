//! A library at an S3 server behind a line that falls silent at a certain request: connections stand, and nobody answers.

mod named;
mod opening;
mod stops;

use albumen_engine::api::{DestinationSpec, PlanOptions, Secret};
use albumen_engine::{DEFAULT_LAYOUT, Engine, JobHandle, MoveOptions, Outcome, VerifyHow};
use albumen_store::Keys;
use albumen_testkit::library::{self, Options};
use albumen_testkit::proxy::Proxy;
use albumen_testkit::s3::Server;
use albumen_testkit::tree::{self, Tree};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const BUCKET: &str = "home";
const LONGEST: Duration = Duration::from_secs(30);

struct Place {
    engine: Engine,
    library: PathBuf,
    photos: Vec<PathBuf>,
    way: Proxy,
    server: Server,
    work: tempfile::TempDir,
}

impl Place {
    /// Moved and verified.
    fn new(photos: usize) -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let options = Options {
            photos,
            odd: false,
            size: (96, 64),
            ..Options::default()
        };
        let made = library::make(&work.path().join("library"), &options);
        let server = Server::start(&work.path().join("server"));
        server.create_bucket(BUCKET);
        let way = Proxy::to(&server.endpoint());
        let engine = Engine::open_with(&work.path().join("catalog.db"), &work.path().join("vault"));
        let engine = engine.expect("open");
        engine.add_sources(std::slice::from_ref(&made.root)).expect("add");
        engine.start_scan().expect("scan").wait().expect("scanned");
        let url = format!("s3://{BUCKET}/lib?endpoint={}&region=us-east-1", way.endpoint());
        let spec = DestinationSpec::parse(&url).expect("a bucket");
        let keys = Keys {
            access: server.access_key().to_owned(),
            secret: server.secret_key().to_owned(),
        };
        engine
            .choose_destination(spec, Some(Secret::Keys(keys)), false)
            .expect("choose");
        let plan = PlanOptions {
            layout: DEFAULT_LAYOUT.to_owned(),
            skip_duplicates: false,
            sample: None,
            shard: None,
            xmp: false,
        };
        let moving = MoveOptions {
            workers: 2,
            bandwidth: None,
            replan: Some(plan),
            exports: false,
            most: None,
            in_step: None,
        };
        engine.start_migrate(moving).expect("move").wait().expect("moved");
        let verified = engine.start_verify(VerifyHow::Full).expect("verify").wait();
        verified.expect("verified");
        Self {
            engine,
            library: made.root,
            photos: made.photos,
            way,
            server,
            work,
        }
    }

    fn here(&self) -> Tree {
        tree::snapshot(&self.library)
    }

    /// Digests of what lies in the bucket.
    fn there(&self) -> BTreeSet<String> {
        let all = tree::snapshot(&self.server.object_path(BUCKET, "lib"));
        all.into_values().map(|entry| entry.sha256).collect()
    }

    fn start_delete(&self) -> JobHandle {
        let seen = self.engine.delete_preview().expect("preview");
        let started = self
            .engine
            .start_delete(&seen.token, &seen.count.to_string(), true);
        started.expect("started")
    }

    /// Until the line is silent, and what waits behind it waits for ever.
    fn until_silent(&self) {
        let begun = Instant::now();
        while !self.way.is_silent() {
            assert!(begun.elapsed() < LONGEST, "it never asked so much");
            std::thread::yield_now();
        }
    }
}
