//! Commands of Finish that compare the destination with what was placed, and repair it.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{Conflicts, DifferenceKind, DifferencesPage, Reconciliation};
use tauri::State;

/// Files that a repair sends at the same time.
const REPAIRERS: usize = 4;

#[tauri::command]
pub async fn start_reconcile(app: State<'_, App>, full: bool) -> Answer<()> {
    on(&app, move |engine| engine.start_reconcile(full).map(drop)).await
}

#[tauri::command]
pub async fn reconciliation(app: State<'_, App>) -> Answer<Option<Reconciliation>> {
    on(&app, move |engine| engine.reconciliation()).await
}

#[tauri::command]
pub async fn differences(
    app: State<'_, App>,
    of: Option<DifferenceKind>,
    after: i64,
    limit: u64,
    conflicts: Conflicts,
) -> Answer<DifferencesPage> {
    on(&app, move |engine| {
        engine.differences(of, after, limit, conflicts)
    })
    .await
}

#[tauri::command]
pub async fn start_repair(app: State<'_, App>, conflicts: Conflicts) -> Answer<()> {
    on(&app, move |engine| {
        engine.start_repair(conflicts, REPAIRERS).map(drop)
    })
    .await
}
