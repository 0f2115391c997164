//! The window's gates. What a page may send is tried as a page that is not ours would: numbers of another run, ways out of a
//! folder, ten megabytes, fields nobody knows, words where numbers belong, and the steps in any order. Nothing of it panics,
//! changes a file, or leaves the catalog other than it was; what is refused says why.

mod calls;
mod words;

use albumen_engine::api::{AppError, DestinationSpec, PlanOptions};
use albumen_engine::{DEFAULT_LAYOUT, Engine, MoveOptions, VerifyHow};
use albumen_testkit::many;
use albumen_testkit::tree;
use calls::{Call, calls};
use std::path::{Path, PathBuf};

struct Home {
    _work: tempfile::TempDir,
    root: PathBuf,
    library: PathBuf,
    engine: Engine,
}

impl Home {
    fn new() -> Self {
        let work = tempfile::tempdir().expect("temp dir");
        let root = work.path().canonicalize().expect("path");
        let library = root.join("library");
        many::make(&library, 12);
        let engine =
            Engine::open_with(&root.join("catalog.db"), &root.join("secrets.vault")).expect("engine");
        Self {
            _work: work,
            root,
            library,
            engine,
        }
    }

    /// Scanned, moved and verified, or what comes before that.
    fn brought_to(stage: usize) -> Self {
        let home = Self::new();
        let engine = &home.engine;
        if stage > 0 {
            engine
                .add_sources(std::slice::from_ref(&home.library))
                .expect("sources");
            engine.start_scan().expect("scan").wait().expect("scan");
        }
        if stage > 1 {
            let url = format!("file://{}", home.root.join("D").display());
            let spec = DestinationSpec::parse(&url).expect("spec");
            engine.choose_destination(spec, None, false).expect("destination");
            engine
                .start_migrate(moving())
                .expect("move")
                .wait()
                .expect("move");
        }
        if stage > 2 {
            engine
                .start_verify(VerifyHow::Full)
                .expect("verify")
                .wait()
                .expect("verify");
        }
        home
    }

    /// All that a call may not change: files, and what the window would show.
    fn state(&self) -> String {
        let mut shown = serde_json::to_value(self.engine.snapshot().expect("snapshot")).expect("JSON");
        shown["job"] = serde_json::Value::Null;
        let trees = [&self.library, &self.root.join("D")].map(|folder| tree::snapshot(folder));
        let review = self.engine.review_totals().expect("totals");
        let history = self.engine.history().expect("history").len();
        format!("{shown}\n{trees:?}\n{review:?}\n{history}")
    }
}

fn moving() -> MoveOptions {
    MoveOptions {
        workers: 2,
        bandwidth: None,
        replan: Some(PlanOptions {
            layout: DEFAULT_LAYOUT.to_owned(),
            skip_duplicates: false,
            sample: None,
            shard: None,
            xmp: false,
        }),
        exports: true,
        most: None,
        in_step: None,
    }
}

/// In what an answer breaks the rules.
fn breach(answer: &Result<(), AppError>) -> Option<String> {
    let Err(error) = answer else { return None };
    let wordless = [&error.code, &error.message, &error.safe, &error.next]
        .iter()
        .any(|text| text.trim().is_empty());
    let long = error.message.len() > 2_000;
    let ours = ["internal", "job_died", "failed"].contains(&error.code.as_str());
    (wordless || long || ours).then(|| format!("{}: {:.300}", error.code, error.message))
}

#[test]
fn nothing_that_a_page_sends_does_harm() {
    let (mut tried, mut refused, mut wrong) = (0, 0, Vec::new());
    let other = Home::brought_to(3);
    for stage in 0..=3 {
        let home = Home::brought_to(stage);
        let before = home.state();
        for Call { name, send } in calls(&home.root, &other.engine) {
            tried += 1;
            let answer = send(&home.engine);
            refused += usize::from(answer.is_err());
            wrong.extend(breach(&answer).map(|what| format!("{name}, stage {stage}: {what}")));
            if home.state() != before {
                let (was, is) = (before.lines(), home.state());
                let differs = was
                    .zip(is.lines())
                    .find(|(was, is)| was != is)
                    .map(|(_, is)| is.to_owned());
                wrong.push(format!(
                    "{name}, stage {stage}, {answer:?} changed something: {differs:?}"
                ));
                break;
            }
        }
        assert_eq!(
            tree::differences(&tree::snapshot(&other.library), &tree::snapshot(&home.library)),
            ""
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused * 2 > tried, "{refused} of {tried} are refused");
    println!("gates: {tried} calls tried, {refused} refused, 0 did harm");
}

#[test]
fn the_checker_notices() {
    let home = Home::brought_to(3);
    let before = home.state();
    let seen = home.engine.delete_preview().expect("preview");
    let job = home
        .engine
        .start_delete(&seen.token, &seen.count.to_string(), true);
    job.expect("delete").wait().expect("delete");
    assert_ne!(home.state(), before);
    assert!(breach(&Err(AppError::new("x", "message", "", "next"))).is_some());
    assert!(breach(&Err(AppError::new("internal", "message", "safe", "next"))).is_some());
}

/// A thumbnail goes by a number; whatever else it is asked for is nothing.
#[test]
fn pictures_are_given_by_number_alone() {
    let home = Home::brought_to(1);
    let shown = (1..=12)
        .filter(|id| home.engine.thumb(*id).expect("asked").is_some())
        .count();
    assert!(shown > 0, "there are pictures to give");
    for id in [0, -1, 13, i64::MAX, i64::MIN] {
        assert!(home.engine.thumb(id).expect("asked").is_none(), "{id}");
    }
    let scheme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/thumbs.rs");
    let text = std::fs::read_to_string(scheme).expect("the scheme");
    assert_eq!(
        text.matches("parse().ok()?").count(),
        3,
        "each way in reads a number"
    );
    assert!(!text.contains("Path::") && !text.contains("std::fs") && !text.contains("File::"));
}
