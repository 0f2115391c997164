//! Commands of the line of phases: strategy, cutting over, home, switching back. Parse → engine → answer, as all commands.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::CutOverOptions;
use albumen_engine::api::{CutOverPreview, Strategy, StrategyOffer, SwitchBackPreview, Way};
use std::time::Duration;
use tauri::State;

/// Files that the final sync sends at the same time.
const SENDERS: usize = 4;
/// How long a file must have stood unchanged, and how long folders that keep changing are waited for.
const SETTLE: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(600);

#[tauri::command]
pub async fn way(app: State<'_, App>) -> Answer<Option<Way>> {
    on(&app, |engine| engine.way()).await
}

#[tauri::command]
pub async fn strategies(app: State<'_, App>) -> Answer<Vec<StrategyOffer>> {
    on(&app, |engine| engine.strategies()).await
}

#[tauri::command]
pub async fn choose_strategy(app: State<'_, App>, strategy: Strategy) -> Answer<()> {
    on(&app, move |engine| engine.choose_strategy(strategy)).await
}

#[tauri::command]
pub async fn cut_over_preview(app: State<'_, App>) -> Answer<CutOverPreview> {
    on(&app, |engine| engine.cut_over_preview()).await
}

#[tauri::command]
pub async fn start_cut_over(app: State<'_, App>) -> Answer<()> {
    let options = CutOverOptions {
        workers: SENDERS,
        settle: albumen_engine::settle_time(SETTLE),
        patience: PATIENCE,
    };
    on(&app, move |engine| engine.start_cut_over(options).map(drop)).await
}

#[tauri::command]
pub async fn leave_cut_over(app: State<'_, App>) -> Answer<()> {
    on(&app, |engine| engine.leave_cut_over()).await
}

#[tauri::command]
pub async fn compare_on_opening(app: State<'_, App>, compares: bool) -> Answer<()> {
    on(&app, move |engine| engine.compare_on_opening(compares)).await
}

#[tauri::command]
pub async fn let_old_place_go(app: State<'_, App>) -> Answer<()> {
    on(&app, |engine| engine.let_old_place_go()).await
}

#[tauri::command]
pub async fn switch_back_preview(app: State<'_, App>) -> Answer<SwitchBackPreview> {
    on(&app, |engine| engine.switch_back_preview()).await
}

#[tauri::command]
pub async fn start_switch_back(app: State<'_, App>, token: String) -> Answer<()> {
    on(&app, move |engine| engine.start_switch_back(&token).map(drop)).await
}
