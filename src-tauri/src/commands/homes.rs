//! Commands of the second home and of keeping in step. Each is one call into the engine.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{DestinationSpec, Home, InStep, Secret};
use tauri::State;

#[tauri::command]
pub async fn homes(app: State<'_, App>) -> Answer<Vec<Home>> {
    on(&app, |engine| engine.homes()).await
}

#[tauri::command]
pub async fn name_second_home(
    app: State<'_, App>,
    spec: DestinationSpec,
    secret: Option<Secret>,
    remember: bool,
) -> Answer<Vec<Home>> {
    on(&app, move |engine| {
        engine.name_second_home(spec, secret, remember)
    })
    .await
}

#[tauri::command]
pub async fn forget_second_home(app: State<'_, App>) -> Answer<Vec<Home>> {
    on(&app, |engine| engine.forget_second_home()).await
}

#[tauri::command]
pub async fn in_step(app: State<'_, App>) -> Answer<InStep> {
    on(&app, |engine| Ok(engine.in_step())).await
}

#[tauri::command]
pub async fn keep_in_step(app: State<'_, App>, workers: u16) -> Answer<InStep> {
    on(&app, move |engine| engine.keep_in_step(usize::from(workers))).await
}

#[tauri::command]
pub async fn pause_in_step(app: State<'_, App>) -> Answer<InStep> {
    on(&app, |engine| engine.pause_in_step()).await
}

#[tauri::command]
pub async fn resume_in_step(app: State<'_, App>) -> Answer<InStep> {
    on(&app, |engine| engine.resume_in_step()).await
}

#[tauri::command]
pub async fn stop_in_step(app: State<'_, App>) -> Answer<InStep> {
    on(&app, |engine| engine.stop_in_step()).await
}
