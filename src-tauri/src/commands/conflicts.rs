//! Commands of Finish that concern conflicts, and copies that are looked at.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{Conflict, ConflictChoice, ConflictTotals, CopyLook, Toward};
use tauri::State;

#[tauri::command]
pub async fn conflict(app: State<'_, App>, id: i64, toward: Toward) -> Answer<Option<Conflict>> {
    on(&app, move |engine| engine.conflict(id, toward)).await
}

#[tauri::command]
pub async fn conflict_totals(app: State<'_, App>) -> Answer<ConflictTotals> {
    on(&app, move |engine| engine.conflict_totals()).await
}

#[tauri::command]
pub async fn choose_conflict(app: State<'_, App>, id: i64, choice: ConflictChoice) -> Answer<ConflictTotals> {
    on(&app, move |engine| engine.choose_conflict(id, choice)).await
}

#[tauri::command]
pub async fn choose_conflicts(app: State<'_, App>, choice: ConflictChoice) -> Answer<ConflictTotals> {
    on(&app, move |engine| engine.choose_conflicts(choice)).await
}

/// The conflict that it concerned.
#[tauri::command]
pub async fn undo_choice(app: State<'_, App>) -> Answer<Option<i64>> {
    on(&app, move |engine| engine.undo_choice()).await
}

#[tauri::command]
pub async fn look_at_copy(app: State<'_, App>, file: Option<i64>, placed: Option<i64>) -> Answer<CopyLook> {
    on(&app, move |engine| engine.look_at_copy(file, placed)).await
}

#[tauri::command]
pub async fn start_mend(app: State<'_, App>, difference: i64) -> Answer<()> {
    on(&app, move |engine| engine.start_mend(difference).map(drop)).await
}
