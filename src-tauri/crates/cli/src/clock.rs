//! `albumen clock`: corrections of the cameras' clocks.

use crate::out::{self, DONE, to_json};
use albumen_engine::api::{AppError, ClockSetting};
use albumen_engine::{ClockWords, Engine};

pub fn list(engine: &Engine, json: bool) -> Result<u8, AppError> {
    for setting in engine.clocks()? {
        print(&setting, json);
    }
    Ok(DONE)
}

pub fn set(engine: &Engine, words: &ClockWords, json: bool) -> Result<u8, AppError> {
    print(&engine.set_clock(words)?, json);
    Ok(DONE)
}

pub fn undo(engine: &Engine, id: i64, json: bool) -> Result<u8, AppError> {
    engine.forget_clock(id)?;
    list(engine, json)
}

fn print(setting: &ClockSetting, json: bool) {
    if json {
        out::line(&to_json(setting, "clock"));
        return;
    }
    let day = |text: &Option<String>| text.clone().unwrap_or_else(|| "any time".to_owned());
    let zone = setting
        .offset_minutes
        .map_or(String::new(), |minutes| format!(", zone {}", out::zone(minutes)));
    out::text(&format!(
        "{}. {}: {:+} s{zone}, from {} to {}; {} files",
        setting.id,
        setting.camera,
        setting.shift_seconds,
        day(&setting.from),
        day(&setting.to),
        setting.files
    ));
}
