//! What opens a destination is nowhere but in the file of secrets, sealed: a whole run, with a part that fails, is searched
//! for it afterwards. `ALBUMEN_SECRETS` sets how many runs.
//!
//! Searched is everything below the run's folder (catalog, log of SQLite, settings, temporary files, trash), all that the
//! program said with its log at its loudest, all that the window would get, all that lies at the destination, and all
//! addresses that were asked for. The canaries are what the storage is opened by, what is traded for it, the passphrase,
//! and secrets that are refused.

use crate::checks::Library;
use crate::home::{Home, Kind};
use crate::script::{Draw, Stage};
use albumen_engine::Engine;
use albumen_engine::api::{DestinationSpec, Event, Secret};
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::random::Random;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;
use serde::Serialize;
use serde_json::json;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// In `make test`.
const SHORT: usize = 2;
/// SSH opens its destinations by the system's own keys.
const KINDS: [Kind; 5] = [Kind::S3, Kind::Dropbox, Kind::Webdav, Kind::Gcs, Kind::Drive];

/// Words that must not be found, in every form in which they could be written.
struct Canaries(Vec<(String, String)>);

impl Canaries {
    fn of(secrets: &[String]) -> Self {
        let mut all = Vec::new();
        for secret in secrets {
            assert!(secret.len() >= 12, "{secret:?} could be anywhere");
            let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("a string");
                hex
            });
            let url: String = percent(secret);
            let base64 = STANDARD_NO_PAD.encode(secret);
            // The last sign depends on what comes behind.
            let base64 = base64[..base64.len() - 1].to_owned();
            let json = json!(secret).to_string().trim_matches('"').to_owned();
            for form in [secret.clone(), hex, url, base64, json] {
                if !all.iter().any(|(_, known)| *known == form) {
                    all.push((secret.chars().take(12).collect(), form));
                }
            }
        }
        Self(all)
    }

    /// Which are in `bytes`.
    fn found(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let found = self
            .0
            .iter()
            .filter(|(_, form)| memmem::find(bytes, form.as_bytes()).is_some());
        found
            .map(|(begin, _)| format!("{place} holds a secret that begins with {begin:?}"))
            .collect()
    }

    fn found_below(&self, root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for path in files(root) {
            let place = path.to_string_lossy().into_owned();
            found.extend(self.found(&place, place.as_bytes()));
            found.extend(self.found(&place, &std::fs::read(&path).expect("read")));
        }
        found
    }
}

fn percent(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    encoded.collect()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(root).expect("a folder").flatten();
    listed
        .flat_map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path()),
            Ok(kind) if kind.is_file() => vec![entry.path()],
            _ => Vec::new(),
        })
        .collect()
}

/// Everything that was said, in pieces with their place.
#[derive(Default)]
struct Said(Vec<(String, String)>);

impl Said {
    fn note(&mut self, place: &str, text: impl Into<String>) {
        self.0.push((place.to_owned(), text.into()));
    }

    /// As the window gets it, and as a careless log line would write it.
    fn answer<T: Serialize + std::fmt::Debug>(&mut self, place: &str, answer: &T) {
        let json = serde_json::to_string(answer).expect("JSON");
        self.note(place, format!("{json}\n{answer:?}"));
    }

    fn output(&mut self, place: &str, output: &Output) {
        self.note(&format!("stdout of {place}"), output.stdout.clone());
        self.note(&format!("stderr of {place}"), output.stderr.clone());
    }
}

/// One run: its secrets, and what it said.
struct Run<'a> {
    home: &'a Home,
    cli: Cli,
    said: Said,
    /// What opens the storage, for the environment.
    secrets: Vec<(&'static str, OsString)>,
    passphrase: String,
    wrong: String,
    work: PathBuf,
    /// At the destination, when the photos were moved.
    stored: Vec<(String, Vec<u8>)>,
}

impl Run<'_> {
    fn vault(&self) -> PathBuf {
        self.cli.home.join("data/dev.albumen.desktop/secrets.vault")
    }

    /// What the window does: try it out with a wrong and the right secret, and have it remembered.
    fn connect(&mut self) {
        let spec = DestinationSpec::parse(&self.home.url()).expect("a destination");
        let engine =
            Engine::open_with(&self.work.join("window/catalog.db"), &self.vault()).expect("an engine");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        engine.listen(move |event| {
            let text = match &event {
                Event::Job(job) => serde_json::to_string(job),
                Event::InStep(in_step) => serde_json::to_string(&**in_step),
                Event::Changed(changed) => serde_json::to_string(changed),
            };
            let text = format!("{}{event:?}", text.expect("JSON"));
            hears.lock().expect("events").push(text);
        });
        let (right, wrong) = self.opened_by();
        for (name, secret) in [("wrong", wrong), ("right", right.clone())] {
            let tested = engine.test_destination(spec.clone(), Some(secret));
            self.said
                .answer(&format!("a trial with the {name} secret"), &tested);
        }
        self.said.answer(
            "a passphrase that is too short",
            &engine.open_vault("short".to_owned()),
        );
        self.said
            .answer("the vault", &engine.open_vault(self.passphrase.clone()));
        let chosen = engine.choose_destination(spec.clone(), Some(right), true);
        self.said.answer("the choice", &chosen);
        self.said.answer("the destination", &engine.destination());
        self.said.answer("the secrets", &engine.secret_stores());
        self.said.answer("the snapshot", &engine.snapshot());
        engine.lock_vault();
        self.said
            .answer("a locked vault", &engine.test_destination(spec.clone(), None));
        self.said
            .answer("a wrong passphrase", &engine.open_vault(self.wrong.clone()));
        drop(engine);
        for text in heard.lock().expect("events").drain(..) {
            self.said.note("an event", text);
        }
    }

    /// The secret, and one of the same kind that is refused.
    fn opened_by(&self) -> (Secret, Secret) {
        let value = |name: &str| {
            let found = self.secrets.iter().find(|(known, _)| *known == name);
            found.expect("a secret").1.to_string_lossy().into_owned()
        };
        let of = |what: serde_json::Value| serde_json::from_value::<Secret>(what).expect("a secret");
        let pair = |right, wrong| (of(right), of(wrong));
        match self.home.kind {
            Kind::S3 => {
                let access = value("AWS_ACCESS_KEY_ID");
                let secret = value("AWS_SECRET_ACCESS_KEY");
                pair(
                    json!({"kind": "keys", "access": access, "secret": secret}),
                    json!({"kind": "keys", "access": access, "secret": self.wrong}),
                )
            }
            Kind::Webdav => pair(
                json!({"kind": "password", "password": value("ALBUMEN_WEBDAV_PASSWORD")}),
                json!({"kind": "password", "password": self.wrong}),
            ),
            Kind::Gcs => {
                let file = value("GOOGLE_APPLICATION_CREDENTIALS");
                let text = std::fs::read_to_string(file).expect("a key file");
                pair(
                    json!({"kind": "serviceAccount", "json": text}),
                    json!({"kind": "serviceAccount", "json": format!("{{\"private_key\": \"{}\"}}", self.wrong)}),
                )
            }
            _ => {
                let grant = |token: String| {
                    json!({
                        "kind": "grant", "clientId": value("ALBUMEN_CLIENT_ID"),
                        "clientSecret": value("ALBUMEN_CLIENT_SECRET"), "refreshToken": token,
                    })
                };
                pair(grant(value("ALBUMEN_REFRESH_TOKEN")), grant(self.wrong.clone()))
            }
        }
    }

    fn command(&mut self, name: &str, args: &[&str]) -> Output {
        let output = self.cli.run(args);
        self.said.output(name, &output);
        output
    }

    /// What a person types by mistake.
    fn mistakes(&mut self) {
        for url in [
            format!("webdav://me:{}@127.0.0.1:9/", self.wrong),
            format!("webdav://me:{}@127.0.0.1:port/", self.wrong),
            format!("s3://me:{}@bucket", self.wrong),
            format!("s3://bucket?endpoint=http://me:{}@127.0.0.1:9", self.wrong),
        ] {
            let output = self.command("a secret in an address", &["plan", &url]);
            assert_eq!(output.status, 2, "{}", output.stdout);
        }
    }
}

/// The whole way, and what was found of its secrets.
fn run(home: &mut Home, library: &Library, seed: u64, work: &Path) -> Vec<String> {
    home.enter(&format!("s{seed}"));
    let mut random = Random::new(seed, 77);
    let mut word = |kind: &str| {
        format!(
            "canary/{kind}+{:08x}{:08x}",
            random.below(u32::MAX),
            random.below(u32::MAX)
        )
    };
    let (passphrase, wrong) = (word("passphrase"), word("wrong"));
    let cli = library
        .known_to(work)
        .env("ALBUMEN_PASSPHRASE", passphrase.clone());
    let temporary = work.join("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    let cli = cli
        .env("ALBUMEN_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .env("TMPDIR", temporary);
    let mut run = Run {
        home,
        cli,
        said: Said::default(),
        secrets: home.secrets(),
        passphrase,
        wrong,
        work: work.to_owned(),
        stored: Vec::new(),
    };
    run.connect();
    run.mistakes();
    let url = run.home.url();
    let mut draw = Draw {
        random: &mut random,
        stalls: false,
    };
    for stage in [Stage::Migrate, Stage::Verify, Stage::Rollback] {
        for _ in 0..2 {
            let trouble = draw.trouble(run.home.kind, stage);
            trouble.begin(run.home, ("2019/2019-03/IMG_0001.jpg", b"a stranger's"));
        }
        let name = format!("{stage:?}").to_lowercase();
        run.command(&name, &[&name, &url]);
        run.home.calm();
        let again = run.command(&name, &[&name, &url]);
        assert_eq!(again.status, 0, "seed {seed}: {}{}", again.stdout, again.stderr);
        // The second opens the vault; the others would only take a second longer each.
        if stage == Stage::Migrate {
            // A roll back takes them away again.
            run.stored = run.home.stored();
            run.cli.envs.retain(|(name, _)| name != "ALBUMEN_PASSPHRASE");
            for (name, value) in &run.secrets {
                run.cli.envs.push((name.into(), value.clone()));
            }
        }
    }
    let named = search(&run);
    named
        .into_iter()
        .map(|what| format!("{} seed {seed}: {what}", run.home.kind.name()))
        .collect()
}

/// Everything that the run left.
fn search(run: &Run<'_>) -> Vec<String> {
    let mut secrets = vec![run.passphrase.clone(), run.wrong.clone()];
    for (name, value) in &run.secrets {
        let value = value.to_string_lossy().into_owned();
        match *name {
            // The id of a key goes over the wire in the open, and a file is named by its path.
            "AWS_ACCESS_KEY_ID" | "ALBUMEN_CLIENT_ID" => {}
            "GOOGLE_APPLICATION_CREDENTIALS" => {
                let text = std::fs::read_to_string(value).expect("a key file");
                let lines = text
                    .split("\\n")
                    .filter(|line| line.len() > 40 && !line.contains(['"', ' ']));
                secrets.extend(lines.map(str::to_owned));
            }
            _ => secrets.push(value),
        }
    }
    secrets.extend(run.home.given());
    let canaries = Canaries::of(&secrets);
    let mut found = canaries.found_below(&run.work);
    assert!(run.vault().exists(), "the secret was remembered");
    for (place, text) in &run.said.0 {
        found.extend(canaries.found(place, text.as_bytes()));
    }
    let exports = |key: &str| key.contains(".albumen/exports/") && key.ends_with("-catalog.db");
    assert!(
        run.stored.iter().any(|(key, _)| exports(key)),
        "a copy of the catalog was left and is looked through"
    );
    for (key, bytes) in run.stored.iter().chain(&run.home.stored()) {
        found.extend(canaries.found(&format!("{key} at the destination"), bytes));
        found.extend(canaries.found("a name at the destination", key.as_bytes()));
    }
    for asked in run.home.double().map(|double| double.asked()).unwrap_or_default() {
        let address = format!("{} {} {}", asked.path, asked.query, asked.arg);
        found.extend(canaries.found("an address that was asked for", address.as_bytes()));
    }
    found
}

fn library(work: &Path) -> Library {
    Library::make(work, false)
}

fn has_keychain(work: &Path) -> bool {
    let engine = Engine::open_with(&work.join("any.db"), &work.join("any.vault")).expect("an engine");
    engine.secret_stores().keychain
}

#[test]
fn secrets_are_nowhere_but_in_the_vault() {
    let work = tempfile::tempdir().expect("temp dir");
    let work = work.path().canonicalize().expect("path");
    if has_keychain(&work) {
        println!("secrets: this session has a keychain of the person's own, which is not tried");
        return;
    }
    let wanted = std::env::var("ALBUMEN_SECRETS").ok();
    let wanted: u64 = wanted.and_then(|text| text.parse().ok()).unwrap_or(SHORT as u64);
    let library = library(&work.join("library"));
    let found = Mutex::new((0, Vec::new()));
    std::thread::scope(|scope| {
        for (at, kind) in (0u64..).zip(KINDS) {
            let (found, library, work) = (&found, &library, work.join(format!("{kind:?}")));
            scope.spawn(move || {
                let mine: Vec<u64> = (0..wanted)
                    .filter(|seed| seed % KINDS.len() as u64 == at)
                    .collect();
                if mine.is_empty() {
                    return;
                }
                std::fs::create_dir_all(&work).expect("a folder");
                let Some(mut home) = Home::start(kind, &work) else {
                    return;
                };
                for seed in mine {
                    let room = tempfile::tempdir_in(&work).expect("temp dir");
                    let leaks = run(&mut home, library, seed, room.path());
                    let mut found = found.lock().expect("found");
                    found.0 += 1;
                    found.1.extend(leaks);
                }
            });
        }
    });
    let (runs, leaks) = found.into_inner().expect("found");
    assert!(
        leaks.is_empty(),
        "{} secrets found:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
    assert!(runs > 0, "no storage could be started");
    println!("secrets: {runs} tried, 0 found");
}

#[test]
fn a_secret_in_a_log_line_a_marker_or_an_answer_raises_the_alarm() {
    let work = tempfile::tempdir().expect("temp dir");
    let secret = "a canary/with signs".to_owned();
    let canaries = Canaries::of(std::slice::from_ref(&secret));
    assert_eq!(canaries.found_below(work.path()), [""; 0]);
    let lines = [
        format!("DEBUG signing with {secret}"),
        format!("GET /token?refresh={}", percent(&secret)),
        format!("authorization: Basic {}", STANDARD_NO_PAD.encode(&secret)),
    ];
    for (at, line) in lines.iter().enumerate() {
        crate::put(&work.path().join(format!("logs/{at}.log")), line.as_bytes());
        assert_eq!(canaries.found_below(work.path()).len(), at + 1, "{line}");
    }
    let mut said = Said::default();
    said.answer(
        "an answer",
        &Ok::<_, String>(json!({"next": format!("Use {secret} again.")})),
    );
    assert_eq!(canaries.found("it", said.0[0].1.as_bytes()).len(), 1);
}
