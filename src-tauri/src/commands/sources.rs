//! Commands of Sources: folders and archives that are picked or dropped, scanning, what was found.

use crate::App;
use crate::commands::{Answer, on, pick_folder};
use albumen_engine::api::{Dropped, FirstLook, ProblemPage, Profile, SourceInfo, UnpackOffer};
use std::path::PathBuf;
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;

/// The native folder picker; what was picked is added. Nothing when it was closed.
#[tauri::command]
pub async fn pick_sources<R: Runtime>(window: AppHandle<R>, app: State<'_, App>) -> Answer<Vec<SourceInfo>> {
    let picked = {
        let window = window.clone();
        on(&app, move |_| {
            Ok(window
                .dialog()
                .file()
                .set_title("Add folders with photos")
                .blocking_pick_folders())
        })
        .await?
    };
    let paths: Vec<PathBuf> = picked
        .unwrap_or_default()
        .into_iter()
        .filter_map(|path| path.into_path().ok())
        .collect();
    on(&app, move |engine| {
        if paths.is_empty() {
            Ok(Vec::new())
        } else {
            engine.add_sources(&paths)
        }
    })
    .await
}

#[tauri::command]
pub async fn add_sources(app: State<'_, App>, paths: Vec<PathBuf>) -> Answer<Vec<SourceInfo>> {
    on(&app, move |engine| engine.add_sources(&paths)).await
}

#[tauri::command]
pub async fn sort_dropped(app: State<'_, App>, paths: Vec<PathBuf>) -> Answer<Dropped> {
    on(&app, move |_| Ok(albumen_engine::sort_dropped(&paths))).await
}

/// The native picker of files; nothing is opened yet.
#[tauri::command]
pub async fn pick_archives<R: Runtime>(window: AppHandle<R>, app: State<'_, App>) -> Answer<Vec<String>> {
    let picked = on(&app, move |_| {
        Ok(window
            .dialog()
            .file()
            .set_title("Choose the zip files of a Takeout")
            .add_filter("Archives", &["zip", "tgz", "gz"])
            .blocking_pick_files())
    });
    let paths = picked.await?.unwrap_or_default().into_iter();
    let paths = paths.filter_map(|path| path.into_path().ok());
    Ok(paths.map(|path| path.to_string_lossy().into_owned()).collect())
}

#[tauri::command]
pub async fn unpack_offer(
    app: State<'_, App>,
    archives: Vec<PathBuf>,
    into: Option<PathBuf>,
) -> Answer<UnpackOffer> {
    on(&app, move |engine| {
        engine.unpack_offer(&archives, into.as_deref())
    })
    .await
}

#[tauri::command]
pub async fn pick_unpack_folder<R: Runtime>(
    window: AppHandle<R>,
    app: State<'_, App>,
) -> Answer<Option<String>> {
    pick_folder(window, app, "Where the archives should be unpacked").await
}

#[tauri::command]
pub async fn start_unpack(app: State<'_, App>, archives: Vec<PathBuf>, into: Option<PathBuf>) -> Answer<()> {
    on(&app, move |engine| engine.start_unpack(archives, into).map(drop)).await
}

#[tauri::command]
pub async fn remove_source(app: State<'_, App>, id: i64) -> Answer<Vec<SourceInfo>> {
    on(&app, move |engine| engine.remove_source(id)).await
}

#[tauri::command]
pub async fn start_scan(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| engine.start_scan().map(drop)).await
}

#[tauri::command]
pub async fn profile(app: State<'_, App>) -> Answer<Profile> {
    on(&app, move |engine| engine.profile()).await
}

#[tauri::command]
pub async fn problems(app: State<'_, App>, offset: u64, limit: u64) -> Answer<ProblemPage> {
    on(&app, move |engine| engine.problems(offset, limit)).await
}

#[tauri::command]
pub async fn first_look(app: State<'_, App>) -> Answer<FirstLook> {
    on(&app, move |engine| Ok(engine.first_look())).await
}
