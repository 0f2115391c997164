//! Commands of Review: groups, decisions, rules, folders, similarity, Compare.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{
    AllOf, Comparison, Decision, DecisionStep, Folder, FolderMark, FolderPair, GroupPage, GroupQuery,
    ReviewTotals, Rule, Similarity,
};
use tauri::State;

#[tauri::command]
pub async fn groups(app: State<'_, App>, query: GroupQuery) -> Answer<GroupPage> {
    on(&app, move |engine| engine.groups(&query)).await
}

#[tauri::command]
pub async fn review_totals(app: State<'_, App>) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.review_totals()).await
}

#[tauri::command]
pub async fn decide(app: State<'_, App>, group_ids: Vec<i64>, decision: Decision) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.decide(&group_ids, &decision)).await
}

#[tauri::command]
pub async fn decide_all(app: State<'_, App>, filter: AllOf, decision: Decision) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.decide_all(&filter.0, &decision)).await
}

#[tauri::command]
pub async fn undo(app: State<'_, App>) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.undo()).await
}

#[tauri::command]
pub async fn redo(app: State<'_, App>) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.redo()).await
}

#[tauri::command]
pub async fn history(app: State<'_, App>) -> Answer<Vec<DecisionStep>> {
    on(&app, move |engine| engine.history()).await
}

#[tauri::command]
pub async fn go_to_step(app: State<'_, App>, id: i64) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.go_to_step(id)).await
}

#[tauri::command]
pub async fn rules(app: State<'_, App>) -> Answer<Vec<Rule>> {
    on(&app, move |engine| engine.rules()).await
}

#[tauri::command]
pub async fn set_rules(app: State<'_, App>, rules: Vec<Rule>) -> Answer<()> {
    on(&app, move |engine| engine.set_rules(&rules).map(drop)).await
}

#[tauri::command]
pub async fn folders(app: State<'_, App>) -> Answer<Vec<Folder>> {
    on(&app, move |engine| engine.folders()).await
}

#[tauri::command]
pub async fn mark_folder(app: State<'_, App>, id: i64, mark: Option<FolderMark>) -> Answer<()> {
    on(&app, move |engine| engine.mark_folder(id, mark).map(drop)).await
}

#[tauri::command]
pub async fn folder_pairs(app: State<'_, App>) -> Answer<Vec<FolderPair>> {
    on(&app, move |engine| engine.folder_pairs()).await
}

#[tauri::command]
pub async fn similarity(app: State<'_, App>) -> Answer<Similarity> {
    on(&app, move |engine| engine.similarity()).await
}

#[tauri::command]
pub async fn try_similarity(app: State<'_, App>, distance: u32) -> Answer<Similarity> {
    on(&app, move |engine| engine.try_similarity(distance)).await
}

#[tauri::command]
pub async fn set_similarity(app: State<'_, App>, distance: u32) -> Answer<()> {
    on(&app, move |engine| engine.set_similarity(distance).map(drop)).await
}

#[tauri::command]
pub async fn compare(app: State<'_, App>, left: i64, right: i64) -> Answer<Comparison> {
    on(&app, move |engine| engine.compare(left, right)).await
}
