//! Commands of Finish that say what became of every file.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{Exported, Provenance, Report, ReportFormat, ReportPage, ReportQuery};
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;

#[tauri::command]
pub async fn report(app: State<'_, App>) -> Answer<Report> {
    on(&app, move |engine| engine.report(None)).await
}

#[tauri::command]
pub async fn report_page(app: State<'_, App>, query: ReportQuery) -> Answer<ReportPage> {
    on(&app, move |engine| engine.report_page(&query)).await
}

/// The system's dialog says where to, and asks itself before a file is replaced. Nothing when it was closed.
#[tauri::command]
pub async fn export_report<R: Runtime>(
    window: AppHandle<R>,
    app: State<'_, App>,
    format: ReportFormat,
) -> Answer<Option<Exported>> {
    let picked = on(&app, move |engine| {
        Ok(window
            .dialog()
            .file()
            .set_title("Export the report")
            .set_file_name(engine.report_name(format))
            .blocking_save_file())
    });
    let Some(path) = picked.await?.and_then(|path| path.into_path().ok()) else {
        return Ok(None);
    };
    on(&app, move |engine| {
        let all = ReportQuery::default();
        engine.export_report(None, &all, format, &path, true).map(Some)
    })
    .await
}

#[tauri::command]
pub async fn where_is(app: State<'_, App>, file: i64) -> Answer<Provenance> {
    on(&app, move |engine| engine.where_is(file)).await
}
