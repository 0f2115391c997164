//! Requests of the page, as JSON, to an engine with a small library: each is answered or refused. Whatever was asked, the
//! engine still tells where everything stands, and every group keeps at least one photo.

use crate::Target;
use albumen_engine::Engine;
use albumen_engine::api::{
    ClockChange, Decision, DestinationSpec, Filter, GroupQuery, PlanOptions, PlanQuery, Rule, Sort, Step,
};
use albumen_model::FolderMark;
use albumen_testkit::picture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub static TARGETS: &[Target] = &[Target {
    name: "requests",
    run,
}];

/// After so many a new engine is made, so that what one request left is not the burden of all later ones.
const MOST: u32 = 4000;

struct World {
    engine: Engine,
    asked: u32,
    folder: tempfile::TempDir,
}

static WORLD: Mutex<Option<World>> = Mutex::new(None);

/// `{"command": …, "args": …}`; the commands that ask, decide or set something, and none that goes over a network.
fn run(bytes: &[u8]) {
    let Ok(request) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let Some(command) = request.get("command").and_then(Value::as_str) else {
        return;
    };
    let mut world = WORLD.lock().unwrap_or_else(PoisonError::into_inner);
    let open = world.get_or_insert_with(World::new);
    let answered = ask(&open.engine, command, request.get("args").unwrap_or(&Value::Null));
    open.asked += u32::from(answered.is_some());
    if answered.is_some() {
        check(&open.engine);
    }
    if open.asked >= MOST {
        drop(world.take());
    }
}

fn ask(engine: &Engine, command: &str, args: &Value) -> Option<()> {
    match command {
        "set_step" => engine.set_step(arg::<Step>(args, "step")?).ok(),
        "problems" => engine
            .problems(arg(args, "offset")?, arg(args, "limit")?)
            .map(drop)
            .ok(),
        "groups" => engine.groups(&arg::<GroupQuery>(args, "query")?).map(drop).ok(),
        "decide" => {
            let groups: Vec<i64> = arg(args, "groupIds")?;
            engine
                .decide(&groups, &arg::<Decision>(args, "decision")?)
                .map(drop)
                .ok()
        }
        "decide_all" => {
            let filter: Filter = arg(args, "filter")?;
            engine
                .decide_all(&filter, &arg::<Decision>(args, "decision")?)
                .map(drop)
                .ok()
        }
        "undo" => engine.undo().map(drop).ok(),
        "redo" => engine.redo().map(drop).ok(),
        "go_to_step" => engine.go_to_step(arg(args, "id")?).map(drop).ok(),
        "set_rules" => {
            let rules: Vec<Rule> = arg(args, "rules")?;
            engine.set_rules(&rules).map(|job| drop(job.wait())).ok()
        }
        "mark_folder" => {
            let mark: Option<FolderMark> = arg(args, "mark")?;
            let marking = engine.mark_folder(arg(args, "id")?, mark);
            marking.map(|job| drop(job.wait())).ok()
        }
        "try_similarity" => engine.try_similarity(arg(args, "distance")?).map(drop).ok(),
        "set_similarity" => {
            let setting = engine.set_similarity(arg(args, "distance")?);
            setting.map(|job| drop(job.wait())).ok()
        }
        "set_preference" => {
            let (key, value): (String, String) = (arg(args, "key")?, arg(args, "value")?);
            engine.set_preference(&key, &value).ok()?;
            engine.preference(&key).map(drop).ok()
        }
        "preview_clock" => {
            let change: ClockChange = arg(args, "change")?;
            engine.preview_clock(&change).map(drop).ok()
        }
        "set_clock" => {
            let change: ClockChange = arg(args, "change")?;
            engine.correct_clock(&change).map(drop).ok()
        }
        "forget_clock" => engine.forget_clock(arg(args, "id")?).ok(),
        "compare" => engine
            .compare(arg(args, "left")?, arg(args, "right")?)
            .map(drop)
            .ok(),
        "thumb" => engine.thumb(arg(args, "file")?).map(drop).ok(),
        "layout_preview" => engine
            .layout_preview(&arg::<PlanOptions>(args, "options")?)
            .map(drop)
            .ok(),
        "start_plan" => {
            let options: PlanOptions = arg(args, "options")?;
            engine.start_plan(options).map(|job| drop(job.wait())).ok()
        }
        "plan_rows" => engine.plan_rows(&arg::<PlanQuery>(args, "query")?).map(drop).ok(),
        "choose_destination" => {
            // Read and checked as far as no far side is needed.
            let spec: DestinationSpec = arg(args, "spec")?;
            spec.checked().map(drop).ok()
        }
        _ => None,
    }
}

fn arg<T: DeserializeOwned>(args: &Value, name: &str) -> Option<T> {
    serde_json::from_value(args.get(name)?.clone()).ok()
}

fn check(engine: &Engine) {
    engine.snapshot().expect("where everything stands can be told");
    let query = GroupQuery {
        filter: Filter::default(),
        sort: Sort::Size,
        reverse: false,
        offset: 0,
        limit: 100,
    };
    let groups = engine.groups(&query).expect("the groups can be listed");
    for group in groups.rows {
        let kept = group.members.iter().filter(|member| member.keep).count();
        assert!(kept > 0, "nothing is kept of group {}", group.id);
    }
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("temp dir");
        let engine = Engine::open_with(
            &folder.path().join("catalog.db"),
            &folder.path().join("secrets.vault"),
        )
        .expect("open an engine");
        let photos = folder.path().join("photos");
        for (name, stream) in [
            ("a/1.jpg", 1),
            ("b/1.jpg", 1),
            ("b/2.jpg", 2),
            ("c/2.jpg", 2),
            ("c/3.jpg", 3),
        ] {
            let painted = picture::paint(5, stream, (96, 64));
            put(&photos.join(name), &picture::jpeg(&painted, 80));
        }
        let (_, dated) = picture::taken_at("2019:07:14 10:11:12".to_owned(), 5, 4);
        put(&photos.join("d/4.jpg"), &dated);
        engine.add_sources(&[photos]).expect("add the folder");
        engine.start_scan().and_then(|job| job.wait()).expect("scan it");
        let there = folder.path().join("there").display().to_string();
        engine
            .choose_destination(DestinationSpec::Folder { path: there }, None, false)
            .expect("choose a folder");
        Self {
            engine,
            asked: 0,
            folder,
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(
            self.folder.path().join("photos/a/1.jpg").exists(),
            "an original is gone"
        );
    }
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("make a folder");
    let mut file = std::fs::File::create(path).expect("make a sample");
    file.write_all(bytes).expect("write a sample");
}
