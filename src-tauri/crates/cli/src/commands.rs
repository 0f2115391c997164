//! Each command: set up, one call into the engine, print what came back.

use crate::args::{Cli, Command, FIRST_SEED, PlanArgs};
use crate::clock;
use crate::homes;
use crate::inspect;
use crate::migrate::migrate;
use crate::out::{self, DONE, FINDINGS};
use crate::phases;
use crate::pilot;
use crate::reconcile::{Repairing, reconcile};
use crate::report::{Wanted, report};
use crate::sources::{hold, scan, unpack};
use crate::verify::verify;
use crate::watch::watch;
use crate::xmp;
use crate::{origins, secrets};
use albumen_engine::api::{AppError, DestinationSpec, GroupKind, PlanOptions, PlanQuery};
use albumen_engine::{
    Absence, ClockWords, CutOverOptions, Engine, FoundGroup, MoveOptions, Outcome, WatchOptions,
    default_catalog, is_archive, quick_groups, write_private,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

pub const PAGE: u64 = 1000;

pub fn run(cli: &Cli) -> Result<u8, AppError> {
    // Without a catalog: it may be open elsewhere, and none must appear.
    if let Command::Groups {
        quick: true, folders, ..
    } = &cli.command
    {
        return quick(folders, cli.json);
    }
    if let Command::Inspect { files } = &cli.command {
        return inspect::run(files, cli.json);
    }
    let catalog = cli.catalog.clone().unwrap_or_else(default_catalog);
    refuse_early(&cli.command)?;
    let engine = Engine::open(&catalog)?;
    out::follow(&engine);
    hold(&engine, cli.source_load)?;
    if let Some(wanted) = cli.pause_on {
        engine.heed_power_as(wanted);
    }
    match &cli.command {
        Command::Scan { folders, into, gone } => {
            let absence = if *gone {
                Absence::Believed
            } else {
                Absence::Doubted
            };
            let (archives, folders): (Vec<PathBuf>, Vec<PathBuf>) =
                folders.iter().cloned().partition(|path| is_archive(path));
            let unpacked = if archives.is_empty() {
                DONE
            } else {
                unpack(&engine, &archives, into.as_deref(), cli.json)?
            };
            let scanned = scan(&engine, &folders, absence, cli.json)?;
            Ok(unpacked.max(scanned))
        }
        Command::Unpack { archives, into } => unpack(&engine, archives, into.as_deref(), cli.json),
        Command::Groups {
            exact,
            similar,
            similarity,
            ..
        } => groups(&engine, *exact, *similar, *similarity, cli.json),
        Command::Plan { dest, options, out } => plan(&engine, dest, options, out.as_deref(), cli.json),
        Command::Migrate {
            dest,
            options,
            workers,
            bandwidth,
            no_export,
            second,
        } => {
            choose(&engine, dest)?;
            homes::name(&engine, second.as_deref())?;
            if options.sample.is_some() {
                let workers = (usize::from(*workers), *bandwidth);
                return pilot::pilot(&engine, &plan_options(options), FIRST_SEED, workers, cli.json);
            }
            let moving = MoveOptions {
                workers: usize::from(*workers),
                bandwidth: *bandwidth,
                replan: Some(plan_options(options)),
                exports: !no_export,
                most: None,
                in_step: false,
            };
            migrate(&engine, moving, cli.json)
        }
        Command::Watch {
            dest,
            options,
            workers,
            bandwidth,
            settle,
            every,
            once,
            second,
        } => {
            choose(&engine, dest)?;
            homes::name(&engine, second.as_deref())?;
            let options = WatchOptions {
                plan: plan_options(options),
                workers: usize::from(*workers),
                bandwidth: *bandwidth,
                settle: *settle,
                every: *every,
                once: *once,
                only: None,
            };
            watch(&engine, &options, cli.json)
        }
        Command::Verify { dest, how } => {
            choose(&engine, dest)?;
            verify(&engine, how, cli.json)
        }
        Command::Estimate { dest } => {
            choose(&engine, dest)?;
            pilot::estimate(&engine, cli.json)
        }
        Command::Pilot {
            dest,
            options,
            seed,
            workers,
            bandwidth,
        } => {
            choose(&engine, dest)?;
            let workers = (usize::from(*workers), *bandwidth);
            pilot::pilot(&engine, &plan_options(options), *seed, workers, cli.json)
        }
        Command::Reconcile {
            dest,
            full,
            repair,
            conflicts,
            workers,
        } => {
            choose(&engine, dest)?;
            let repairing = repair.then(|| Repairing {
                conflicts: *conflicts,
                workers: usize::from(*workers),
            });
            reconcile(&engine, *full, repairing.as_ref(), cli.json)
        }
        Command::DeleteOriginals {
            dest,
            confirm,
            permanent,
        } => {
            choose(&engine, dest)?;
            delete_originals(&engine, confirm.as_deref(), *permanent, cli.json)
        }
        Command::Phases { dest, pause, resume } => {
            let pause = (*pause || *resume).then_some(*pause);
            phases::phases(&engine, dest.as_deref(), pause, cli.json)
        }
        Command::Strategy { dest, strategy } => phases::strategy(&engine, dest, *strategy, cli.json),
        Command::CutOver {
            dest,
            workers,
            settle,
            patience,
            act,
        } => {
            let options = CutOverOptions {
                workers: usize::from(*workers),
                settle: *settle,
                patience: *patience,
            };
            phases::cut_over(&engine, dest, act.wanted(), options, cli.json)
        }
        Command::SwitchBack { dest, preview } => phases::switch_back(&engine, dest, *preview, cli.json),
        Command::Rollback { dest } => {
            choose(&engine, dest)?;
            rollback(&engine, cli.json)
        }
        Command::Rebuild { dest } => {
            choose(&engine, dest)?;
            rebuild(&engine, cli.json)
        }
        Command::Report {
            dest,
            format,
            out,
            overwrite,
            outcome,
            merge: all,
        } => {
            if *all {
                merge(&engine, dest.as_deref())?;
            }
            let wanted = Wanted {
                dest: dest.as_deref(),
                format: *format,
                to_file: out.as_ref(),
                overwrite: *overwrite,
                outcome: *outcome,
                merged: *all,
            };
            report(&engine, &wanted, cli.json)
        }
        Command::Where { file } => origins::origins(&engine, file, cli.json),
        Command::SignIn {
            dest,
            client_id,
            client_secret,
            remember,
        } => secrets::sign_in(&engine, dest, (client_id, client_secret), *remember, cli.json),
        Command::SignOut { dest } => secrets::sign_out(&engine, dest, cli.json),
        Command::Inspect { files } => inspect::run(files, cli.json),
        Command::Clock { undo: Some(id), .. } => clock::undo(&engine, *id, cli.json),
        Command::Clock { camera: None, .. } => clock::list(&engine, cli.json),
        Command::Clock {
            camera: Some(camera),
            shift,
            zone,
            from,
            to,
            ..
        } => {
            let words = ClockWords {
                camera: camera.clone(),
                shift: shift.clone(),
                zone: zone.clone(),
                from: from.clone(),
                to: to.clone(),
            };
            clock::set(&engine, &words, cli.json)
        }
    }
}

/// What cannot work is said before a catalog is made.
fn refuse_early(command: &Command) -> Result<(), AppError> {
    match command {
        Command::Scan { .. }
        | Command::Unpack { .. }
        | Command::Groups { .. }
        | Command::Inspect { .. }
        | Command::Clock { .. }
        | Command::Where { .. }
        | Command::Phases { dest: None, .. }
        | Command::Report { dest: None, .. } => Ok(()),
        Command::Migrate { dest, second, .. } | Command::Watch { dest, second, .. } => {
            homes::refuse_early(second.as_deref())?;
            DestinationSpec::parse(dest).map(|_| ()).map_err(AppError::from)
        }
        Command::Plan { dest, .. }
        | Command::Estimate { dest }
        | Command::Pilot { dest, .. }
        | Command::Verify { dest, .. }
        | Command::Reconcile { dest, .. }
        | Command::DeleteOriginals { dest, .. }
        | Command::Phases { dest: Some(dest), .. }
        | Command::Strategy { dest, .. }
        | Command::CutOver { dest, .. }
        | Command::SwitchBack { dest, .. }
        | Command::Rollback { dest }
        | Command::Rebuild { dest }
        | Command::Report { dest: Some(dest), .. }
        | Command::SignIn { dest, .. }
        | Command::SignOut { dest } => DestinationSpec::parse(dest).map(|_| ()).map_err(AppError::from),
    }
}

pub fn choose(engine: &Engine, dest: &str) -> Result<(), AppError> {
    let spec = DestinationSpec::parse(dest)?;
    secrets::unlock(engine, &spec)?;
    engine.choose_destination(spec, None, false)?;
    Ok(())
}

fn plan_options(args: &PlanArgs) -> PlanOptions {
    PlanOptions {
        layout: args.layout.clone(),
        skip_duplicates: args.skip_duplicates,
        sample: args.sample,
        shard: args.shard,
        xmp: args.xmp,
    }
}

pub fn unexpected() -> AppError {
    AppError::new(
        "internal",
        "The job ended as another one.",
        "Nothing was changed.",
        "Please report it.",
    )
}

pub fn to_json(value: &impl serde::Serialize, kind: &str) -> Value {
    let mut made = serde_json::to_value(value).unwrap_or_default();
    if let Value::Object(fields) = &mut made {
        fields.insert("type".to_owned(), kind.into());
    }
    made
}

fn groups(
    engine: &Engine,
    exact: bool,
    similar: bool,
    distance: Option<u32>,
    json: bool,
) -> Result<u8, AppError> {
    for group in engine.find_groups(distance, exact)? {
        if similar && group.kind == GroupKind::Exact {
            continue;
        }
        print_group(&group, json);
    }
    Ok(DONE)
}

fn print_group(group: &FoundGroup, json: bool) {
    let Some(keeper) = group.members.first().map(|member| &member.path) else {
        return;
    };
    if json {
        let members: Vec<Value> = group
            .members
            .iter()
            .map(|one| {
                json!({ "path": one.path, "distance": one.distance, "relation": one.relation, "keep": one.keep })
            })
            .collect();
        out::line(&json!({
            "kind": group.kind, "keeper": keeper, "reason": group.reason, "sure": group.sure, "members": members,
        }));
        return;
    }
    let kind = group.kind.as_str();
    out::text(&format!("{kind}: keep {keeper} because {}", group.reason));
    for one in &group.members[1..] {
        let stays = if one.keep { "stays" } else { "" };
        let relation = one.relation.as_str();
        out::text(&format!(
            "  {:>3}  {relation:9} {stays:5}  {}",
            one.distance, one.path
        ));
    }
}

/// Exit code 1 when something could not be looked at: then there may be more duplicates than were found.
fn quick(folders: &[PathBuf], json: bool) -> Result<u8, AppError> {
    let complete = AtomicBool::new(true);
    let groups = quick_groups(folders, &|what| {
        complete.store(false, Ordering::Relaxed);
        eprintln!("{what}");
    })?;
    for group in &groups {
        print_group(group, json);
    }
    Ok(if complete.into_inner() { DONE } else { FINDINGS })
}

fn plan(
    engine: &Engine,
    dest: &str,
    args: &PlanArgs,
    to_file: Option<&Path>,
    json: bool,
) -> Result<u8, AppError> {
    choose(engine, dest)?;
    let Outcome::Planned(summary) = engine.start_plan(plan_options(args))?.wait()? else {
        return Err(unexpected());
    };
    let mut query = PlanQuery {
        search: String::new(),
        outcome: None,
        state: None,
        offset: 0,
        limit: PAGE,
    };
    let mut lines = Vec::new();
    loop {
        let page = engine.plan_rows(&query)?;
        if page.rows.is_empty() {
            break;
        }
        query.offset += page.rows.len() as u64;
        for row in page.rows {
            let value = to_json(&row, "step");
            if to_file.is_some() {
                lines.extend(format!("{value}\n").into_bytes());
            }
            if json {
                out::line(&value);
            } else {
                let outcome = row.outcome.as_str();
                let to = row.to.unwrap_or_default();
                out::text(&format!("{outcome:<13} {} -> {to}  {}", row.from, row.why));
            }
        }
    }
    if args.xmp {
        xmp::rows(engine, json, |value| {
            if to_file.is_some() {
                lines.extend(format!("{value}\n").into_bytes());
            }
        })?;
    }
    if let Some(path) = to_file {
        write_private(path, &lines)?;
    }
    let parts = engine.parts()?;
    if json {
        let mut report = to_json(&summary.balance, "report");
        report["parts"] = json!(parts);
        if let Some(xmp) = &summary.xmp {
            report["xmp"] = json!(xmp);
        }
        out::line(&report);
    } else {
        out::balance(&summary.balance);
        out::parts(&parts, false);
        summary.xmp.iter().for_each(xmp::summary);
    }
    Ok(if summary.balance.balanced && summary.balance.failed.files == 0 {
        DONE
    } else {
        FINDINGS
    })
}

/// What all machines left at the destination is known here from now on.
fn merge(engine: &Engine, dest: Option<&str>) -> Result<(), AppError> {
    if let Some(dest) = dest {
        choose(engine, dest)?;
    }
    match engine.start_merge()?.wait()? {
        Outcome::Planned(_) => Ok(()),
        _ => Err(unexpected()),
    }
}

/// A line for each file that could not be sent.
pub fn failed_rows(engine: &Engine, json: bool) -> Result<(), AppError> {
    let query = PlanQuery {
        search: String::new(),
        outcome: None,
        state: Some(albumen_engine::api::StepState::Failed),
        offset: 0,
        limit: PAGE,
    };
    for row in engine.plan_rows(&query)?.rows {
        if json {
            out::line(&to_json(&row, "failed"));
        } else {
            out::text(&format!("failed  {}  {}", row.from, row.why));
        }
    }
    Ok(())
}

fn delete_originals(
    engine: &Engine,
    confirm: Option<&str>,
    permanent: bool,
    json: bool,
) -> Result<u8, AppError> {
    let preview = engine.delete_preview()?;
    let words = format!("delete {} originals", preview.count);
    if confirm != Some(words.as_str()) {
        if json {
            let mut value = to_json(&preview, "preview");
            value["confirm"] = json!(words);
            out::line(&value);
        } else {
            out::text(&format!(
                "{} originals, {}, have a verified copy.",
                preview.count,
                out::size(preview.bytes)
            ));
            for folder in &preview.folders {
                out::text(&format!("  {:>8} files in {}", folder.files, folder.name));
            }
            for blocked in &preview.blocked {
                out::text(&format!("  {:>8} files stay: {}", blocked.files, blocked.why));
            }
        }
        return Err(AppError::new(
            "confirmation_missing",
            "Nothing was deleted: the confirmation is missing or another.",
            "Nothing was changed.",
            &format!("To delete them, add --confirm \"{words}\"."),
        ));
    }
    let job = engine.start_delete(&preview.token, &preview.count.to_string(), permanent)?;
    let Outcome::Deleted(result) = job.wait()? else {
        return Err(unexpected());
    };
    if json {
        out::line(&to_json(&*result, "deleted"));
    } else {
        let how = if permanent {
            "deleted"
        } else {
            "moved to the trash"
        };
        out::text(&format!(
            "{} originals {how}, {}",
            result.removed.files,
            out::size(result.removed.bytes)
        ));
        for kept in &result.kept {
            out::text(&format!("  {:>8} files stay: {}", kept.files, kept.why));
        }
    }
    Ok(if result.removed.files == preview.count {
        DONE
    } else {
        FINDINGS
    })
}

fn rollback(engine: &Engine, json: bool) -> Result<u8, AppError> {
    let preview = engine.rollback_preview()?;
    let Outcome::RolledBack(result) = engine.start_rollback(&preview.token)?.wait()? else {
        return Err(unexpected());
    };
    if json {
        out::line(&to_json(&*result, "rolledBack"));
    } else {
        out::text(&format!("{} originals brought back", result.restored.files));
        out::text(&format!(
            "{} files removed from the destination",
            result.removed.files
        ));
        if result.written > 0 {
            out::text(&format!("{} XMP files removed with them", result.written));
        }
        for left in &result.left {
            out::text(&format!("  {:>8} files left there: {}", left.files, left.why));
        }
        for row in &result.not_restored {
            out::text(&format!("NOT brought back: {}  {}", row.from, row.what));
        }
    }
    Ok(if result.not_restored.is_empty() {
        DONE
    } else {
        FINDINGS
    })
}

fn rebuild(engine: &Engine, json: bool) -> Result<u8, AppError> {
    let Outcome::Rebuilt(result) = engine.start_rebuild()?.wait()? else {
        return Err(unexpected());
    };
    for finding in &result.findings {
        if json {
            out::line(&to_json(finding, "finding"));
        } else {
            out::text(&format!("not taken: {}  {}", finding.key, finding.what));
        }
    }
    if json {
        let mut report = to_json(&*result, "rebuilt");
        report["findings"] = json!([]);
        out::line(&report);
    } else {
        out::text(&format!(
            "{} files, {}, are known again from {} markers; {} were known",
            result.restored.files,
            out::size(result.restored.bytes),
            result.markers,
            result.known.files
        ));
        out::text("None of them is verified by that. Next: scan the source, then `verify`.");
    }
    Ok(if result.odd == 0 { DONE } else { FINDINGS })
}
