//! Commands of Plan: layout, dry run, and what it says of each file.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{LayoutPreview, PlanOptions, PlanPage, PlanQuery, XmpPage, XmpQuery};
use tauri::State;

#[tauri::command]
pub async fn layout_preview(app: State<'_, App>, options: PlanOptions) -> Answer<LayoutPreview> {
    on(&app, move |engine| engine.layout_preview(&options)).await
}

#[tauri::command]
pub async fn start_plan(app: State<'_, App>, options: PlanOptions) -> Answer<()> {
    on(&app, move |engine| engine.start_plan(options).map(drop)).await
}

#[tauri::command]
pub async fn plan_rows(app: State<'_, App>, query: PlanQuery) -> Answer<PlanPage> {
    on(&app, move |engine| engine.plan_rows(&query)).await
}

#[tauri::command]
pub async fn xmp_rows(app: State<'_, App>, query: XmpQuery) -> Answer<XmpPage> {
    on(&app, move |engine| engine.xmp_rows(&query)).await
}
