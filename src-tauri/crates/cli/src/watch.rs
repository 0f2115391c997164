//! `albumen watch`: a line a round, until it is told to end.

use crate::out::{self, DONE, FINDINGS, failed_rows, to_json};
use albumen_engine::api::{AppError, HomeRound, Round};
use albumen_engine::{Engine, Told, WatchOptions};
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Ended by a signal it exits with 0: there is nothing to mend. The second signal ends it at once.
pub fn watch(engine: &Engine, options: &WatchOptions, json: bool) -> Result<u8, AppError> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let handled = flag::register_conditional_shutdown(signal, 130, stop.clone())
            .and_then(|_| flag::register(signal, stop.clone()));
        if let Err(error) = handled {
            eprintln!("Signal {signal} will end it without a last word: {error}");
        }
    }
    let mut tell = |told: Told<'_>| match told {
        Told::Round(round) => {
            if round.failed > 0 {
                failed_rows(engine, json).ok();
            }
            print(round, json);
        }
        Told::Trouble(error) => trouble(error, json),
        Told::Away(home, error) => out::trouble(home, error, json),
        Told::Deaf(why) => deaf(why, options.every, json),
        Told::At(_) => {}
    };
    let in_step = engine.watch(options, &stop, &mut tell)?;
    Ok(match stop.load(Ordering::Relaxed) || in_step {
        true => DONE,
        false => FINDINGS,
    })
}

fn print(round: &Round, json: bool) {
    if json {
        out::line(&to_json(round, "round"));
        return;
    }
    let mut words = format!(
        "{} new, {} changed, {} renamed, {} removed; {} sent, {}",
        round.new,
        round.changed,
        round.renamed,
        round.removed,
        round.sent.files,
        out::size(round.sent.bytes)
    );
    words += &match (round.failed, round.behind) {
        (0, 0) => "; in step".to_owned(),
        (0, behind) => format!("; {behind} still to come"),
        (failed, behind) => format!("; {failed} FAILED, {behind} still to come"),
    };
    out::text(&words);
    for home in round.homes.iter().filter(|home| home.gone > 0) {
        out::text(&format!(
            "  {}: {} files were removed or changed there since; they are left so (`reconcile --repair` brings them back)",
            home.label, home.gone
        ));
    }
    if round.homes.len() > 1 {
        round.homes.iter().for_each(|home| out::text(&home_words(home)));
    }
}

fn home_words(home: &HomeRound) -> String {
    let sent = format!(
        "  {}: {} sent, {} proven in all",
        home.label, home.sent.files, home.proven.files
    );
    match (home.behind.files, &home.behind_since) {
        (0, _) => format!("{sent}; in step"),
        (files, since) => format!(
            "{sent}; {files} behind, {}{}",
            out::size(home.behind.bytes),
            since.as_ref().map_or(String::new(), |at| format!(", since {at}"))
        ),
    }
}

fn trouble(error: &AppError, json: bool) {
    if json {
        out::line(&to_json(error, "finding"));
    }
    eprintln!("{} It is tried again by itself.", out::error_words(error));
}

fn deaf(why: &str, every: Duration, json: bool) {
    let message = format!(
        "Changes are not heard of ({why}): the folders are looked through every {} seconds only.",
        every.as_secs()
    );
    if json {
        out::line(&json!({ "type": "finding", "code": "watch_deaf", "message": message }));
    }
    eprintln!("{message}");
}
