//! Commands that correct the clocks of cameras.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{ClockCamera, ClockChange, ClockPreview, ClockSetting};
use tauri::State;

#[tauri::command]
pub async fn clock_cameras(app: State<'_, App>) -> Answer<Vec<ClockCamera>> {
    on(&app, |engine| engine.clock_cameras()).await
}

#[tauri::command]
pub async fn clocks(app: State<'_, App>) -> Answer<Vec<ClockSetting>> {
    on(&app, |engine| engine.clocks()).await
}

#[tauri::command]
pub async fn preview_clock(app: State<'_, App>, change: ClockChange) -> Answer<ClockPreview> {
    on(&app, move |engine| engine.preview_clock(&change)).await
}

#[tauri::command]
pub async fn set_clock(app: State<'_, App>, change: ClockChange) -> Answer<ClockSetting> {
    on(&app, move |engine| engine.correct_clock(&change)).await
}

#[tauri::command]
pub async fn forget_clock(app: State<'_, App>, id: i64) -> Answer<()> {
    on(&app, move |engine| engine.forget_clock(id)).await
}
