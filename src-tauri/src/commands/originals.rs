//! Commands of Finish that delete originals, and that roll all of it back.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{DeletePreview, RollbackPreview};
use tauri::State;

#[tauri::command]
pub async fn delete_preview(app: State<'_, App>) -> Answer<DeletePreview> {
    on(&app, move |engine| engine.delete_preview()).await
}

#[tauri::command]
pub async fn start_delete(app: State<'_, App>, token: String, typed: String, permanent: bool) -> Answer<()> {
    on(&app, move |engine| {
        engine.start_delete(&token, &typed, permanent).map(drop)
    })
    .await
}

#[tauri::command]
pub async fn rollback_preview(app: State<'_, App>) -> Answer<RollbackPreview> {
    on(&app, move |engine| engine.rollback_preview()).await
}

#[tauri::command]
pub async fn start_rollback(app: State<'_, App>, token: String) -> Answer<()> {
    on(&app, move |engine| engine.start_rollback(&token).map(drop)).await
}
