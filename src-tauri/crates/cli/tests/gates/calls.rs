//! Calls as a page that is not ours would make them.

use albumen_engine::api::{
    AppError, ClockChange, ConflictChoice, Conflicts, Decision, DestinationSpec, Filter, GroupQuery, PauseOn,
    PlanOptions, PlanQuery, ReportQuery, Rule, Sort, Throttle, Toward,
};
use albumen_engine::{DEFAULT_LAYOUT, Engine, VerifyHow};
use albumen_testkit::many;
use std::path::{Path, PathBuf};

pub struct Call {
    pub name: String,
    pub send: Sent,
}

type Sent = Box<dyn Fn(&Engine) -> Result<(), AppError>>;

const LONG: usize = 10 << 20;

/// `root` holds the library and the destination, `other` is another run with its own numbers and tokens.
pub fn calls(root: &Path, other: &Engine) -> Vec<Call> {
    let mut all = Vec::new();
    ids(&mut all);
    tokens(&mut all, other);
    paths(&mut all, root);
    long(&mut all);
    clocks(&mut all);
    order(&mut all);
    all
}

fn add(
    all: &mut Vec<Call>,
    name: impl Into<String>,
    send: impl Fn(&Engine) -> Result<(), AppError> + 'static,
) {
    all.push(Call {
        name: name.into(),
        send: Box::new(send),
    });
}

/// Numbers that are not in the catalog. Asking for pages at the end of the world is no error, and gives none.
fn ids(all: &mut Vec<Call>) {
    add(all, "decide about nothing", |engine| {
        engine.decide(&[], &Decision::Later).map(drop)
    });
    for id in [0, -1, 4_711, i64::MAX, i64::MIN] {
        add(all, format!("decide about group {id}"), move |engine| {
            engine.decide(&[id], &Decision::NotDuplicates).map(drop)
        });
        add(all, format!("compare {id}"), move |engine| {
            engine.compare(id, id).map(drop)
        });
        add(all, format!("preview of {id}"), move |engine| {
            engine.preview(id).map(drop)
        });
        add(all, format!("decide about conflict {id}"), move |engine| {
            engine.choose_conflict(id, ConflictChoice::Source).map(drop)
        });
        add(all, format!("conflict after {id}"), move |engine| {
            engine.conflict(id, Toward::Next).map(drop)
        });
        add(all, format!("mend {id}"), move |engine| {
            engine.start_mend(id)?.wait().map(drop)
        });
        add(all, format!("look at copy {id}"), move |engine| {
            engine.look_at_copy(None, Some(id)).map(drop)
        });
        add(all, format!("picture of copy {id}"), move |engine| {
            engine.copy_picture(id).map(drop)
        });
        add(all, format!("where is {id}"), move |engine| {
            engine.where_is(id).map(drop)
        });
        add(all, format!("step {id} of the history"), move |engine| {
            engine.go_to_step(id).map(drop)
        });
        add(all, format!("mark folder {id}"), move |engine| {
            engine.mark_folder(id, None)?.wait().map(drop)
        });
        add(all, format!("take back the clock {id}"), move |engine| {
            engine.forget_clock(id)
        });
        add(all, format!("keep {id}"), move |engine| {
            engine
                .decide(&[id], &Decision::Keep { asset_ids: vec![id] })
                .map(drop)
        });
    }
    for end in [u64::MAX, i64::MAX as u64] {
        add(all, "problems at the end of the world", move |engine| {
            let page = engine.problems(end, end)?;
            assert!(page.rows.len() <= 1000);
            Ok(())
        });
        add(all, "a plan at the end of the world", move |engine| {
            let page = engine.plan_rows(&rows("", end, end))?;
            assert!(page.rows.len() <= 1000);
            Ok(())
        });
        add(all, "a report at the end of the world", move |engine| {
            let query = ReportQuery {
                offset: end,
                limit: end,
                ..ReportQuery::default()
            };
            let page = engine.report_page(&query)?;
            assert!(page.rows.len() <= 1000);
            Ok(())
        });
        add(all, "groups at the end of the world", move |engine| {
            let page = engine.groups(&groups("", end))?;
            assert!(page.rows.len() <= 1000);
            Ok(())
        });
    }
}

/// What confirms an act in another run confirms nothing here.
fn tokens(all: &mut Vec<Call>, other: &Engine) {
    let seen = other.delete_preview().expect("preview");
    let (token, count) = (seen.token, seen.count.to_string());
    for (token, typed) in [
        (token.clone(), count.clone()),
        (token, "0".to_owned()),
        (String::new(), count.clone()),
        ("0000000000000000-0".to_owned(), "0".to_owned()),
        ("../../x".to_owned(), count),
    ] {
        add(all, format!("delete with `{token}` and {typed}"), move |engine| {
            engine.start_delete(&token, &typed, true)?.wait().map(drop)
        });
    }
    for token in ["", "1-0-0-0-0-1", "-1", "99999999999999999999"] {
        add(all, format!("roll back with `{token}`"), move |engine| {
            engine.start_rollback(token)?.wait().map(drop)
        });
    }
}

fn paths(all: &mut Vec<Call>, root: &Path) {
    let inside = root.join("library/2005");
    let list = [
        PathBuf::new(),
        "..".into(),
        "../../etc".into(),
        "library".into(),
        "/dev/null".into(),
        "/etc/passwd".into(),
        r"\\server\share".into(),
        r"C:\Users".into(),
        "/nowhere\0at all".into(),
        "-rf".into(),
        root.join("library/../library/2005/../../nothing"),
        root.join("catalog.db"),
        root.join("x").join("y".repeat(5000)),
    ];
    for path in list {
        let name: String = path.to_string_lossy().chars().take(60).collect();
        // Where the tests run, a relative way may lead to a folder.
        if !path.canonicalize().is_ok_and(|full| full.is_dir()) {
            let source = path.clone();
            add(all, format!("add the source {name:?}"), move |engine| {
                engine.add_sources(std::slice::from_ref(&source)).map(drop)
            });
        }
        let archive = path.clone();
        add(all, format!("unpack {name:?}"), move |engine| {
            engine
                .unpack_offer(std::slice::from_ref(&archive), None)
                .map(drop)
        });
        let archive = path.clone();
        add(all, format!("start to unpack {name:?}"), move |engine| {
            let job = engine.start_unpack(vec![archive.clone()], None)?;
            job.wait().map(drop)
        });
        if !path.is_absolute() {
            let path = path.to_string_lossy().into_owned();
            add(all, format!("choose the destination {name:?}"), move |engine| {
                engine
                    .choose_destination(DestinationSpec::Folder { path: path.clone() }, None, false)
                    .map(drop)
            });
        }
    }
    let file = root.join("catalog.db").to_string_lossy().into_owned();
    add(all, "choose a file as destination", move |engine| {
        engine
            .choose_destination(DestinationSpec::Folder { path: file.clone() }, None, false)
            .map(drop)
    });
    // Where there is a source, nothing lies inside it.
    let inside = inside.to_string_lossy().into_owned();
    add(all, "choose a destination inside a source", move |engine| {
        if engine.sources()?.is_empty() {
            return Ok(());
        }
        engine
            .choose_destination(DestinationSpec::Folder { path: inside.clone() }, None, false)
            .map(drop)
    });
}

fn long(all: &mut Vec<Call>) {
    let text = "x".repeat(LONG);
    let one = text.clone();
    add(all, "a long setting", move |engine| {
        engine.set_preference("width", &one)
    });
    let one = text.clone();
    add(all, "a long name of a setting", move |engine| {
        engine.set_preference(&one, "1")
    });
    for name in ["", "a b", "window.width", "../x", "step", "revision;"] {
        add(all, format!("the setting {name:?}"), move |engine| {
            if name == "step" {
                return Ok(());
            }
            engine.set_preference(name, "1")
        });
    }
    let one = text.clone();
    add(all, "a long layout", move |engine| {
        engine.layout_preview(&layout(&one)).map(drop)
    });
    let one = format!("{{{text}}}");
    add(all, "a plan with a long layout", move |engine| {
        engine.start_plan(layout(&one))?.wait().map(drop)
    });
    for bad in [
        "",
        "/",
        "../{original name}",
        "{nobody}",
        "{year",
        "/etc/{original name}",
        "a\\b",
    ] {
        add(all, format!("a plan with the layout {bad:?}"), move |engine| {
            let samples = engine.layout_preview(&layout(bad))?.samples;
            assert!(
                samples
                    .iter()
                    .all(|one| !one.to.starts_with('/') && !one.to.split('/').any(|part| part == ".."))
            );
            Ok(())
        });
    }
    let one = text.clone();
    add(all, "a long search in the plan", move |engine| {
        engine.plan_rows(&rows(&one, 0, 10)).map(drop)
    });
    let one = text.clone();
    add(all, "a long search in the groups", move |engine| {
        engine.groups(&groups(&one, 10)).map(drop)
    });
    let one = text.clone();
    add(all, "a decision about a long search", move |engine| {
        let all = Filter {
            search: one.clone(),
            ..Filter::default()
        };
        engine.decide_all(&all, &Decision::NotDuplicates).map(drop)
    });
    let one = text.clone();
    add(all, "a long token", move |engine| {
        engine.start_delete(&one, &one, false)?.wait().map(drop)
    });
    let one = text.clone();
    add(all, "a long destination", move |engine| {
        engine
            .choose_destination(DestinationSpec::Folder { path: one.clone() }, None, false)
            .map(drop)
    });
    add(all, "a million groups", move |engine| {
        engine
            .decide(&vec![-1; 1_000_000], &Decision::NotDuplicates)
            .map(drop)
    });
    add(all, "limits of nothing", |engine| {
        let hours = serde_json::json!({ "up": 0, "down": null, "hours": [] });
        let throttle: Result<Throttle, _> = serde_json::from_value(hours);
        throttle.map_or(Ok(()), |throttle| engine.set_throttle(&throttle))
    });
    add(all, "a distance of nowhere", |engine| {
        engine.try_similarity(u32::MAX).map(drop)
    });
    add(all, "no rules", |engine| {
        engine.set_rules(&[] as &[Rule])?.wait().map(drop)
    });
    add(all, "a passphrase of one letter", |engine| {
        engine.open_vault("x".to_owned()).map(drop)
    });
}

/// Cameras that nobody has, and corrections that are none.
fn clocks(all: &mut Vec<Call>) {
    let change = |camera: &str, shift_seconds, offset_minutes, from: &str| ClockChange {
        camera: camera.to_owned(),
        shift_seconds,
        offset_minutes,
        from: (!from.is_empty()).then(|| from.to_owned()),
        to: None,
    };
    let text = "x".repeat(LONG);
    let own = many::CAMERA;
    let list = [
        change("", 60, None, ""),
        change("nobody's", 60, None, ""),
        change("x' OR 1=1 --", 60, Some(60), ""),
        change(&text, 60, None, ""),
        change(own, 0, None, ""),
        change(own, i64::MIN, None, ""),
        change(own, i64::MAX, Some(0), ""),
        change(own, 0, Some(i16::MIN), ""),
        change(own, 60, None, "May"),
        change(own, 60, None, &text),
        change(own, 60, None, "9999-12-31"),
        change(own, 60, None, "2024-05-17' OR '1"),
    ];
    for change in list {
        let said = format!("{change:?}");
        let said: String = said.chars().take(120).collect();
        let asked = change.clone();
        add(all, format!("preview {said}"), move |engine| {
            engine.preview_clock(&asked).map(drop)
        });
        add(all, format!("set {said}"), move |engine| {
            engine.correct_clock(&change).map(drop)
        });
    }
}

/// Acts whose turn has not come; where it has, they are not tried.
fn order(all: &mut Vec<Call>) {
    let moved = |engine: &Engine| engine.snapshot().is_ok_and(|shown| shown.plan.is_some());
    add(all, "delete before it is verified", move |engine| {
        let seen = match engine.delete_preview() {
            Ok(seen) if seen.count == 0 => seen,
            Ok(_) => return Ok(()),
            Err(refused) => return Err(refused),
        };
        engine.start_delete(&seen.token, "0", true)?.wait().map(drop)
    });
    add(all, "verify before it is moved", move |engine| {
        if moved(engine) {
            return Ok(());
        }
        engine.start_verify(VerifyHow::Digest)?.wait().map(drop)
    });
    add(all, "move before there is a plan", move |engine| {
        if moved(engine) {
            return Ok(());
        }
        let mut moving = crate::moving();
        moving.replan = None;
        engine.start_migrate(moving)?.wait().map(drop)
    });
    add(all, "plan before there is a destination", move |engine| {
        if engine.destination()?.is_some() {
            return Ok(());
        }
        engine.start_plan(layout(DEFAULT_LAYOUT))?.wait().map(drop)
    });
    add(all, "scan before there is a source", |engine| {
        if !engine.sources()?.is_empty() {
            return Ok(());
        }
        engine.start_scan()?.wait().map(drop)
    });
    add(all, "read in before there is a destination", |engine| {
        if engine.destination()?.is_some() {
            return Ok(());
        }
        engine.start_rebuild()?.wait().map(drop)
    });
    add(all, "compare before there is a destination", |engine| {
        if engine.destination()?.is_some() {
            return Ok(());
        }
        engine.start_reconcile(true)?.wait().map(drop)
    });
    add(all, "repair what was not compared", |engine| {
        if engine.destination()?.is_some() && engine.reconciliation()?.is_some() {
            return Ok(());
        }
        engine
            .start_repair(Conflicts::Source, usize::MAX)?
            .wait()
            .map(drop)
    });
    for after in [i64::MIN, -1, i64::MAX] {
        add(all, format!("differences after {after}"), move |engine| {
            let page = engine.differences(None, after, u64::MAX, Conflicts::Ask)?;
            assert!(page.rows.len() <= 1000);
            Ok(())
        });
    }
    for battery in [0, 101, u8::MAX] {
        add(all, format!("wait below {battery} percent"), move |engine| {
            engine.set_pause_on(PauseOn {
                battery: Some(battery),
                metered: false,
            })
        });
    }
    add(all, "unpack nothing", |engine| {
        engine.start_unpack(Vec::new(), None)?.wait().map(drop)
    });
    add(all, "undo nothing", |engine| engine.undo().map(drop));
    add(all, "redo nothing", |engine| engine.redo().map(drop));
    add(all, "pause, resume and cancel nothing", |engine| {
        engine.pause();
        engine.resume();
        engine.cancel();
        engine.cancel_sign_in();
        Ok(())
    });
}

fn layout(layout: &str) -> PlanOptions {
    PlanOptions {
        layout: layout.to_owned(),
        skip_duplicates: false,
        sample: None,
        shard: None,
        xmp: false,
    }
}

fn rows(search: &str, offset: u64, limit: u64) -> PlanQuery {
    PlanQuery {
        search: search.to_owned(),
        outcome: None,
        state: None,
        offset,
        limit,
    }
}

fn groups(search: &str, end: u64) -> GroupQuery {
    GroupQuery {
        filter: Filter {
            search: search.to_owned(),
            ..Filter::default()
        },
        sort: Sort::Size,
        reverse: false,
        offset: end,
        limit: end,
    }
}
