//! Commands that concern when a job waits by itself.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::PauseOn;
use tauri::State;

#[tauri::command]
pub async fn pause_on(app: State<'_, App>) -> Answer<PauseOn> {
    on(&app, move |engine| engine.pause_on()).await
}

#[tauri::command]
pub async fn set_pause_on(app: State<'_, App>, wanted: PauseOn) -> Answer<()> {
    on(&app, move |engine| engine.set_pause_on(wanted)).await
}
