//! Commands that belong to no step: what the window shows at its start, where the person is, preferences, the job that runs.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{Snapshot, Step};
use tauri::State;

#[tauri::command]
pub async fn snapshot(app: State<'_, App>) -> Answer<Snapshot> {
    on(&app, move |engine| engine.snapshot()).await
}

#[tauri::command]
pub async fn set_step(app: State<'_, App>, step: Step) -> Answer<()> {
    on(&app, move |engine| engine.set_step(step)).await
}

#[tauri::command]
pub async fn preference(app: State<'_, App>, key: String) -> Answer<Option<String>> {
    on(&app, move |engine| engine.preference(&key)).await
}

#[tauri::command]
pub async fn set_preference(app: State<'_, App>, key: String, value: String) -> Answer<()> {
    on(&app, move |engine| engine.set_preference(&key, &value)).await
}

#[tauri::command]
pub async fn pause_job(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.pause();
        Ok(())
    })
    .await
}

#[tauri::command]
pub async fn resume_job(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.resume();
        Ok(())
    })
    .await
}

#[tauri::command]
pub async fn cancel_job(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.cancel();
        Ok(())
    })
    .await
}
