//! Each command: set up, one call into the engine, print what came back.

use crate::args::{Cli, Command, FIRST_SEED};
use crate::destination::choose;
use crate::migrate::migrate;
use crate::out::{self, DONE};
use crate::reconcile::{Repairing, reconcile};
use crate::sources::{hold, scan, unpack};
use crate::verify::verify;
use crate::watch::watch;
use crate::{
    clock, groups, homes, inspect, originals, origins, phases, pilot, plan, rebuild, report, secrets,
};
use albumen_engine::api::{AppError, DestinationSpec};
use albumen_engine::{
    Absence, ClockWords, CutOverOptions, Engine, MoveOptions, WatchOptions, default_catalog, is_archive,
};
use std::path::PathBuf;

pub fn run(cli: &Cli) -> Result<u8, AppError> {
    // Without a catalog: it may be open elsewhere, and none must appear.
    if let Command::Groups {
        quick: true, folders, ..
    } = &cli.command
    {
        return groups::quick(folders, cli.json);
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
        } => groups::groups(&engine, *exact, *similar, *similarity, cli.json),
        Command::Plan { dest, options, out } => plan::plan(&engine, dest, options, out.as_deref(), cli.json),
        Command::Migrate {
            dest,
            options,
            hands,
            no_export,
            second,
        } => {
            choose(&engine, dest)?;
            homes::name(&engine, second.as_deref())?;
            if options.sample.is_some() {
                return pilot::pilot(&engine, &options.options(), FIRST_SEED, hands, cli.json);
            }
            let moving = MoveOptions {
                workers: hands.workers.count(),
                bandwidth: hands.bandwidth,
                replan: Some(options.options()),
                exports: !no_export,
                most: None,
                in_step: None,
            };
            migrate(&engine, moving, cli.json)
        }
        Command::Watch {
            dest,
            options,
            hands,
            settle,
            every,
            patience,
            once,
            second,
        } => {
            choose(&engine, dest)?;
            homes::name(&engine, second.as_deref())?;
            let options = WatchOptions {
                plan: options.options(),
                workers: hands.workers.count(),
                bandwidth: hands.bandwidth,
                settle: *settle,
                every: *every,
                patience: *patience,
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
            hands,
        } => {
            choose(&engine, dest)?;
            pilot::pilot(&engine, &options.options(), *seed, hands, cli.json)
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
                workers: workers.count(),
            });
            reconcile(&engine, *full, repairing.as_ref(), cli.json)
        }
        Command::DeleteOriginals {
            dest,
            confirm,
            permanent,
        } => {
            choose(&engine, dest)?;
            originals::delete_originals(&engine, confirm.as_deref(), *permanent, cli.json)
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
                workers: workers.count(),
                settle: *settle,
                patience: *patience,
            };
            phases::cut_over(&engine, dest, act.wanted(), options, cli.json)
        }
        Command::SwitchBack { dest, preview } => phases::switch_back(&engine, dest, *preview, cli.json),
        Command::Rollback { dest } => {
            choose(&engine, dest)?;
            originals::rollback(&engine, cli.json)
        }
        Command::Rebuild { dest } => {
            choose(&engine, dest)?;
            rebuild::rebuild(&engine, cli.json)
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
                report::merge(&engine, dest.as_deref())?;
            }
            let wanted = report::Wanted {
                dest: dest.as_deref(),
                format: *format,
                to_file: out.as_ref(),
                overwrite: *overwrite,
                outcome: *outcome,
                merged: *all,
            };
            report::report(&engine, &wanted, cli.json)
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
