//! Commands of Move: copying, and how hard lines and disks are worked.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{SourceLoad, SourceLoadSetting, Throttle};
use albumen_engine::{Engine, MoveOptions};
use tauri::State;

#[tauri::command]
pub async fn start_migrate(app: State<'_, App>, workers: u16, leave_list: bool) -> Answer<()> {
    on(&app, move |engine| {
        let workers = usize::from(workers);
        engine
            .start_migrate(MoveOptions {
                workers,
                bandwidth: None,
                replan: None,
                exports: leave_list,
                most: None,
                in_step: None,
            })
            .map(drop)
    })
    .await
}

#[tauri::command]
pub async fn start_rebuild(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| engine.start_rebuild().map(drop)).await
}

#[tauri::command]
pub async fn throttle(app: State<'_, App>) -> Answer<Throttle> {
    on(&app, move |engine| engine.throttle()).await
}

#[tauri::command]
pub async fn set_throttle(app: State<'_, App>, throttle: Throttle) -> Answer<()> {
    on(&app, move |engine| engine.set_throttle(&throttle)).await
}

#[tauri::command]
pub async fn source_load(app: State<'_, App>) -> Answer<SourceLoadSetting> {
    on(&app, Engine::source_load).await
}

#[tauri::command]
pub async fn set_source_load(app: State<'_, App>, load: SourceLoad) -> Answer<()> {
    on(&app, move |engine| engine.set_source_load(load)).await
}
