//! `albumen phases`, `strategy`, `cut-over` and `switch-back`: how far it is, what the person wants, the switch and the way back.

use crate::destination::choose;
use crate::out::{self, DONE, FINDINGS, failed_rows, to_json, unexpected};
use albumen_engine::api::{AppError, CutOver, PhaseState, Strategy, SwitchedBack, Tally, Way};
use albumen_engine::{CutOverOptions, Engine, Outcome};

/// What `cut-over` is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Switch,
    Preview,
    Leave,
    LetGo,
}

pub fn phases(engine: &Engine, dest: Option<&str>, pause: Option<bool>, json: bool) -> Result<u8, AppError> {
    if let Some(dest) = dest {
        choose(engine, dest)?;
    }
    match pause {
        Some(true) => engine.pause(),
        Some(false) => engine.resume(),
        None => {}
    }
    let Some(way) = engine.way()? else {
        return Err(AppError::usage(
            "No destination is chosen.",
            "Name one: `albumen phases DEST`.",
        ));
    };
    if json {
        out::line(&to_json(&way, "way"));
    } else {
        tell(&way);
    }
    Ok(DONE)
}

fn tell(way: &Way) {
    for one in &way.phases {
        let sign = match one.state {
            PhaseState::Done => "done  ",
            PhaseState::Now => "now > ",
            PhaseState::Paused => "paused",
            PhaseState::Next => "      ",
            PhaseState::Skipped => "  -   ",
        };
        let name = format!("{:?}", one.phase);
        out::text(&format!("{sign} {name:<14} {}", one.says));
    }
    if let Some(other) = &way.other_home {
        out::text(&format!("Home is another destination: {other}."));
    }
    if !way.finding.is_empty() {
        out::text(&way.finding);
    }
    if let Some(home) = way.home.as_ref().filter(|home| !home.said.is_empty()) {
        out::text(&home.said);
    }
    if way.is_cut_off {
        out::text("It was cut off: the same command goes on.");
    }
}

pub fn strategy(engine: &Engine, dest: &str, wanted: Option<Strategy>, json: bool) -> Result<u8, AppError> {
    choose(engine, dest)?;
    if let Some(strategy) = wanted {
        engine.choose_strategy(strategy)?;
    }
    let chosen = engine.way()?.filter(|way| way.is_chosen).map(|way| way.strategy);
    for one in engine.strategies()? {
        if json {
            let mut line = to_json(&one, "strategy");
            line["chosen"] = (chosen == Some(one.strategy)).into();
            out::line(&line);
            continue;
        }
        let sign = if chosen == Some(one.strategy) { '*' } else { ' ' };
        out::text(&format!("{sign} {}: {}", one.name, one.says));
        if !one.why.is_empty() {
            out::text(&format!("    Recommended: {}", one.why));
        }
    }
    Ok(DONE)
}

pub fn cut_over(
    engine: &Engine,
    dest: &str,
    wanted: Wanted,
    options: CutOverOptions,
    json: bool,
) -> Result<u8, AppError> {
    choose(engine, dest)?;
    match wanted {
        Wanted::Leave => return engine.leave_cut_over().map(|()| DONE),
        Wanted::LetGo => return engine.let_old_place_go().map(|()| DONE),
        Wanted::Preview | Wanted::Switch => {}
    }
    let preview = engine.cut_over_preview()?;
    if json {
        out::line(&to_json(&preview, "preview"));
    } else {
        out::text(&format!(
            "To send: {}. To be proven: {}. Proven already: {}. In the old place only: {}.",
            files(preview.behind),
            files(preview.unproven),
            files(preview.proven),
            files(preview.stays)
        ));
        if let Some(second) = &preview.second {
            out::text(&format!(
                "The second home, {}, is brought along. To send: {}. To be proven: {}. Proven already: {}.",
                second.destination,
                files(second.behind),
                files(second.unproven),
                files(second.proven)
            ));
        }
    }
    if wanted == Wanted::Preview {
        return Ok(DONE);
    }
    let Outcome::CutOver(made) = engine.start_cut_over(options)?.wait()? else {
        return Err(unexpected());
    };
    if !made.switched {
        failed_rows(engine, json)?;
    }
    if json {
        out::line(&to_json(&*made, "cutOver"));
    } else {
        out::text(&cut_over_words(&made));
    }
    Ok(if made.switched { DONE } else { FINDINGS })
}

fn cut_over_words(made: &CutOver) -> String {
    if !made.switched {
        return format!("Nothing was switched. {}", made.finding);
    }
    let second = made.second.as_ref().map_or(String::new(), |second| {
        format!(
            " The second home, {}, has all of it too: {} sent at last, {} proven, {} agree.",
            second.destination,
            files(second.sent),
            files(second.verified),
            files(second.agreed)
        )
    });
    format!(
        "Photos open from the new home now: {} sent at last, {} proven, {} agree.{second} The old place is left as it is; `albumen switch-back` goes back.",
        files(made.sent),
        files(made.verified),
        files(made.agreed)
    )
}

pub fn switch_back(engine: &Engine, dest: &str, only_preview: bool, json: bool) -> Result<u8, AppError> {
    choose(engine, dest)?;
    let preview = engine.switch_back_preview()?;
    if json {
        out::line(&to_json(&preview, "preview"));
    } else {
        out::text(&format!(
            "To bring back from {}: {}. Staying there: {}. Nothing is removed.",
            preview.destination,
            files(preview.bring_back),
            files(preview.stays)
        ));
    }
    if only_preview {
        return Ok(DONE);
    }
    let Outcome::SwitchedBack(made) = engine.start_switch_back(&preview.token)?.wait()? else {
        return Err(unexpected());
    };
    if json {
        out::line(&to_json(&*made, "switchedBack"));
    } else {
        switched_back_words(&made);
    }
    let is_whole = made.switched && made.missing == 0;
    Ok(if is_whole { DONE } else { FINDINGS })
}

fn switched_back_words(made: &SwitchedBack) {
    for one in &made.not_restored {
        out::text(&format!("NOT BROUGHT BACK {}: {}", one.from, one.what));
    }
    out::text(&match made.switched {
        true => format!(
            "The old place is home again; {} brought back. Nothing was removed.",
            files(made.restored)
        ),
        false => "The destination is home still: run it again to go on.".to_owned(),
    });
    if made.missing > 0 {
        out::text(&format!(
            "{} files are not in the old place as they were, and not by Albumen: their copies stay.",
            made.missing
        ));
    }
}

fn files(all: Tally) -> String {
    format!("{} files, {}", all.files, out::size(all.bytes))
}
