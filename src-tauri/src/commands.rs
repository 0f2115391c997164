//! Commands of the window, in the order of its steps. Each is one call into the engine, off the UI thread; the names
//! stand also in `permissions/app.toml` and `ui/src/ipc/tauri.ts`, and a test holds the three equal.

use crate::conflicts::*;
use crate::homes::*;
use crate::pauses::*;
use crate::trial::*;
use crate::{App, phases};
use albumen_engine::api::{
    AllOf, AppError, ClockCamera, ClockChange, ClockPreview, ClockSetting, Comparison, Conflicts, Decision,
    DecisionStep, DeletePreview, DestinationFacts, DestinationInfo, DestinationSpec, DifferenceKind,
    DifferencesPage, Dropped, Exported, FirstLook, Folder, FolderMark, FolderPair, GroupPage, GroupQuery,
    LayoutPreview, PlanOptions, PlanPage, PlanQuery, ProblemPage, Profile, Provenance, Reconciliation,
    Report, ReportFormat, ReportPage, ReportQuery, ReviewTotals, RollbackPreview, Rule, Secret, SecretStores,
    SignedInAs, Similarity, Snapshot, SourceInfo, SourceLoad, SourceLoadSetting, Step, Throttle, UnpackOffer,
    XmpPage, XmpQuery,
};
use albumen_engine::{Engine, MoveOptions};
use std::path::PathBuf;
use tauri::ipc::Invoke;
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::DialogExt;

pub(crate) type Answer<T> = Result<T, AppError>;

/// Files that a repair sends at the same time.
const REPAIRERS: usize = 4;

pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        snapshot,
        set_step,
        pick_sources,
        add_sources,
        sort_dropped,
        pick_archives,
        unpack_offer,
        pick_unpack_folder,
        start_unpack,
        remove_source,
        start_scan,
        profile,
        problems,
        clock_cameras,
        clocks,
        preview_clock,
        set_clock,
        forget_clock,
        groups,
        first_look,
        review_totals,
        decide,
        decide_all,
        undo,
        redo,
        history,
        go_to_step,
        rules,
        set_rules,
        folders,
        mark_folder,
        folder_pairs,
        similarity,
        try_similarity,
        set_similarity,
        preference,
        set_preference,
        compare,
        pick_destination_folder,
        test_destination,
        choose_destination,
        sign_in,
        cancel_sign_in,
        sign_in_link,
        sign_out,
        secret_stores,
        open_vault,
        lock_vault,
        layout_preview,
        start_plan,
        estimate,
        start_pilot,
        plan_rows,
        xmp_rows,
        start_migrate,
        pause_job,
        resume_job,
        cancel_job,
        start_rebuild,
        verify_offer,
        start_verify,
        start_reconcile,
        reconciliation,
        differences,
        start_repair,
        conflict,
        conflict_totals,
        choose_conflict,
        choose_conflicts,
        undo_choice,
        look_at_copy,
        start_mend,
        throttle,
        set_throttle,
        source_load,
        set_source_load,
        pause_on,
        set_pause_on,
        report,
        report_page,
        export_report,
        where_is,
        delete_preview,
        start_delete,
        rollback_preview,
        start_rollback,
        phases::way,
        phases::strategies,
        phases::choose_strategy,
        phases::cut_over_preview,
        phases::start_cut_over,
        phases::leave_cut_over,
        phases::compare_on_opening,
        phases::let_old_place_go,
        phases::switch_back_preview,
        phases::start_switch_back,
        homes,
        name_second_home,
        forget_second_home,
        in_step,
        keep_in_step,
        pause_in_step,
        resume_in_step,
        stop_in_step,
    ]
}

/// Runs `work` where it may take its time.
pub(crate) async fn on<T: Send + 'static>(
    app: &State<'_, App>,
    work: impl FnOnce(&Engine) -> Answer<T> + Send + 'static,
) -> Answer<T> {
    let handle = app.handle.clone();
    let done = tauri::async_runtime::spawn_blocking(move || work(&handle.state::<App>().engine()?)).await;
    done.unwrap_or_else(|died| {
        Err(AppError::new(
            "internal",
            died.to_string(),
            "Your originals are untouched.",
            "Try again.",
        ))
    })
}

#[tauri::command]
async fn snapshot(app: State<'_, App>) -> Answer<Snapshot> {
    on(&app, move |engine| engine.snapshot()).await
}

#[tauri::command]
async fn set_step(app: State<'_, App>, step: Step) -> Answer<()> {
    on(&app, move |engine| engine.set_step(step)).await
}

/// The native folder picker; what was picked is added. Nothing when it was closed.
#[tauri::command]
async fn pick_sources<R: Runtime>(window: AppHandle<R>, app: State<'_, App>) -> Answer<Vec<SourceInfo>> {
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
async fn add_sources(app: State<'_, App>, paths: Vec<PathBuf>) -> Answer<Vec<SourceInfo>> {
    on(&app, move |engine| engine.add_sources(&paths)).await
}

#[tauri::command]
async fn sort_dropped(app: State<'_, App>, paths: Vec<PathBuf>) -> Answer<Dropped> {
    on(&app, move |_| Ok(albumen_engine::sort_dropped(&paths))).await
}

/// The native picker of files; nothing is opened yet.
#[tauri::command]
async fn pick_archives<R: Runtime>(window: AppHandle<R>, app: State<'_, App>) -> Answer<Vec<String>> {
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
async fn unpack_offer(
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
async fn pick_unpack_folder<R: Runtime>(window: AppHandle<R>, app: State<'_, App>) -> Answer<Option<String>> {
    pick_folder(window, app, "Where the archives should be unpacked").await
}

#[tauri::command]
async fn start_unpack(app: State<'_, App>, archives: Vec<PathBuf>, into: Option<PathBuf>) -> Answer<()> {
    on(&app, move |engine| engine.start_unpack(archives, into).map(drop)).await
}

#[tauri::command]
async fn remove_source(app: State<'_, App>, id: i64) -> Answer<Vec<SourceInfo>> {
    on(&app, move |engine| engine.remove_source(id)).await
}

#[tauri::command]
async fn start_scan(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| engine.start_scan().map(drop)).await
}

#[tauri::command]
async fn profile(app: State<'_, App>) -> Answer<Profile> {
    on(&app, move |engine| engine.profile()).await
}

#[tauri::command]
async fn problems(app: State<'_, App>, offset: u64, limit: u64) -> Answer<ProblemPage> {
    on(&app, move |engine| engine.problems(offset, limit)).await
}

#[tauri::command]
async fn clock_cameras(app: State<'_, App>) -> Answer<Vec<ClockCamera>> {
    on(&app, |engine| engine.clock_cameras()).await
}

#[tauri::command]
async fn clocks(app: State<'_, App>) -> Answer<Vec<ClockSetting>> {
    on(&app, |engine| engine.clocks()).await
}

#[tauri::command]
async fn preview_clock(app: State<'_, App>, change: ClockChange) -> Answer<ClockPreview> {
    on(&app, move |engine| engine.preview_clock(&change)).await
}

#[tauri::command]
async fn set_clock(app: State<'_, App>, change: ClockChange) -> Answer<ClockSetting> {
    on(&app, move |engine| engine.correct_clock(&change)).await
}

#[tauri::command]
async fn forget_clock(app: State<'_, App>, id: i64) -> Answer<()> {
    on(&app, move |engine| engine.forget_clock(id)).await
}

#[tauri::command]
async fn groups(app: State<'_, App>, query: GroupQuery) -> Answer<GroupPage> {
    on(&app, move |engine| engine.groups(&query)).await
}

#[tauri::command]
async fn first_look(app: State<'_, App>) -> Answer<FirstLook> {
    on(&app, move |engine| Ok(engine.first_look())).await
}

#[tauri::command]
async fn review_totals(app: State<'_, App>) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.review_totals()).await
}

#[tauri::command]
async fn decide(app: State<'_, App>, group_ids: Vec<i64>, decision: Decision) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.decide(&group_ids, &decision)).await
}

#[tauri::command]
async fn decide_all(app: State<'_, App>, filter: AllOf, decision: Decision) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.decide_all(&filter.0, &decision)).await
}

#[tauri::command]
async fn undo(app: State<'_, App>) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.undo()).await
}

#[tauri::command]
async fn redo(app: State<'_, App>) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.redo()).await
}

#[tauri::command]
async fn history(app: State<'_, App>) -> Answer<Vec<DecisionStep>> {
    on(&app, move |engine| engine.history()).await
}

#[tauri::command]
async fn go_to_step(app: State<'_, App>, id: i64) -> Answer<ReviewTotals> {
    on(&app, move |engine| engine.go_to_step(id)).await
}

#[tauri::command]
async fn rules(app: State<'_, App>) -> Answer<Vec<Rule>> {
    on(&app, move |engine| engine.rules()).await
}

#[tauri::command]
async fn set_rules(app: State<'_, App>, rules: Vec<Rule>) -> Answer<()> {
    on(&app, move |engine| engine.set_rules(&rules).map(drop)).await
}

#[tauri::command]
async fn folders(app: State<'_, App>) -> Answer<Vec<Folder>> {
    on(&app, move |engine| engine.folders()).await
}

#[tauri::command]
async fn mark_folder(app: State<'_, App>, id: i64, mark: Option<FolderMark>) -> Answer<()> {
    on(&app, move |engine| engine.mark_folder(id, mark).map(drop)).await
}

#[tauri::command]
async fn folder_pairs(app: State<'_, App>) -> Answer<Vec<FolderPair>> {
    on(&app, move |engine| engine.folder_pairs()).await
}

#[tauri::command]
async fn similarity(app: State<'_, App>) -> Answer<Similarity> {
    on(&app, move |engine| engine.similarity()).await
}

#[tauri::command]
async fn try_similarity(app: State<'_, App>, distance: u32) -> Answer<Similarity> {
    on(&app, move |engine| engine.try_similarity(distance)).await
}

#[tauri::command]
async fn set_similarity(app: State<'_, App>, distance: u32) -> Answer<()> {
    on(&app, move |engine| engine.set_similarity(distance).map(drop)).await
}

#[tauri::command]
async fn preference(app: State<'_, App>, key: String) -> Answer<Option<String>> {
    on(&app, move |engine| engine.preference(&key)).await
}

#[tauri::command]
async fn set_preference(app: State<'_, App>, key: String, value: String) -> Answer<()> {
    on(&app, move |engine| engine.set_preference(&key, &value)).await
}

#[tauri::command]
async fn compare(app: State<'_, App>, left: i64, right: i64) -> Answer<Comparison> {
    on(&app, move |engine| engine.compare(left, right)).await
}

#[tauri::command]
async fn pick_destination_folder<R: Runtime>(
    window: AppHandle<R>,
    app: State<'_, App>,
) -> Answer<Option<String>> {
    pick_folder(window, app, "Where the photos should go").await
}

async fn pick_folder<R: Runtime>(
    window: AppHandle<R>,
    app: State<'_, App>,
    title: &'static str,
) -> Answer<Option<String>> {
    let picked = on(&app, move |_| {
        Ok(window.dialog().file().set_title(title).blocking_pick_folder())
    });
    let path = picked.await?.and_then(|path| path.into_path().ok());
    Ok(path.map(|path| path.to_string_lossy().into_owned()))
}

#[tauri::command]
async fn test_destination(
    app: State<'_, App>,
    spec: DestinationSpec,
    secret: Option<Secret>,
) -> Answer<DestinationFacts> {
    on(&app, move |engine| engine.test_destination(spec, secret)).await
}

#[tauri::command]
async fn choose_destination(
    app: State<'_, App>,
    spec: DestinationSpec,
    secret: Option<Secret>,
    remember: bool,
) -> Answer<DestinationInfo> {
    on(&app, move |engine| {
        engine.choose_destination(spec, secret, remember)
    })
    .await
}

#[tauri::command]
async fn sign_in(
    app: State<'_, App>,
    spec: DestinationSpec,
    client_id: String,
    client_secret: String,
) -> Answer<SignedInAs> {
    on(&app, move |engine| {
        engine.sign_in(spec, &client_id, &client_secret)
    })
    .await
}

#[tauri::command]
async fn cancel_sign_in(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.cancel_sign_in();
        Ok(())
    })
    .await
}

#[tauri::command]
async fn sign_in_link(app: State<'_, App>) -> Answer<Option<String>> {
    on(&app, move |engine| Ok(engine.sign_in_link())).await
}

#[tauri::command]
async fn sign_out(app: State<'_, App>, spec: DestinationSpec) -> Answer<()> {
    on(&app, move |engine| engine.sign_out(spec)).await
}

#[tauri::command]
async fn secret_stores(app: State<'_, App>) -> Answer<SecretStores> {
    on(&app, move |engine| Ok(engine.secret_stores())).await
}

#[tauri::command]
async fn open_vault(app: State<'_, App>, passphrase: String) -> Answer<SecretStores> {
    on(&app, move |engine| engine.open_vault(passphrase)).await
}

#[tauri::command]
async fn lock_vault(app: State<'_, App>) -> Answer<SecretStores> {
    on(&app, move |engine| Ok(engine.lock_vault())).await
}

#[tauri::command]
async fn layout_preview(app: State<'_, App>, options: PlanOptions) -> Answer<LayoutPreview> {
    on(&app, move |engine| engine.layout_preview(&options)).await
}

#[tauri::command]
async fn start_plan(app: State<'_, App>, options: PlanOptions) -> Answer<()> {
    on(&app, move |engine| engine.start_plan(options).map(drop)).await
}

#[tauri::command]
async fn plan_rows(app: State<'_, App>, query: PlanQuery) -> Answer<PlanPage> {
    on(&app, move |engine| engine.plan_rows(&query)).await
}

#[tauri::command]
async fn xmp_rows(app: State<'_, App>, query: XmpQuery) -> Answer<XmpPage> {
    on(&app, move |engine| engine.xmp_rows(&query)).await
}

#[tauri::command]
async fn start_migrate(app: State<'_, App>, workers: u16, leave_list: bool) -> Answer<()> {
    on(&app, move |engine| {
        let workers = usize::from(workers);
        engine
            .start_migrate(MoveOptions {
                workers,
                bandwidth: None,
                replan: None,
                exports: leave_list,
                most: None,
                in_step: false,
            })
            .map(drop)
    })
    .await
}

#[tauri::command]
async fn pause_job(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.pause();
        Ok(())
    })
    .await
}

#[tauri::command]
async fn resume_job(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.resume();
        Ok(())
    })
    .await
}

#[tauri::command]
async fn cancel_job(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.cancel();
        Ok(())
    })
    .await
}

#[tauri::command]
async fn start_rebuild(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| engine.start_rebuild().map(drop)).await
}

#[tauri::command]
async fn start_reconcile(app: State<'_, App>, full: bool) -> Answer<()> {
    on(&app, move |engine| engine.start_reconcile(full).map(drop)).await
}

#[tauri::command]
async fn reconciliation(app: State<'_, App>) -> Answer<Option<Reconciliation>> {
    on(&app, move |engine| engine.reconciliation()).await
}

#[tauri::command]
async fn differences(
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
async fn start_repair(app: State<'_, App>, conflicts: Conflicts) -> Answer<()> {
    on(&app, move |engine| {
        engine.start_repair(conflicts, REPAIRERS).map(drop)
    })
    .await
}

#[tauri::command]
async fn throttle(app: State<'_, App>) -> Answer<Throttle> {
    on(&app, move |engine| engine.throttle()).await
}

#[tauri::command]
async fn set_throttle(app: State<'_, App>, throttle: Throttle) -> Answer<()> {
    on(&app, move |engine| engine.set_throttle(&throttle)).await
}

#[tauri::command]
async fn source_load(app: State<'_, App>) -> Answer<SourceLoadSetting> {
    on(&app, Engine::source_load).await
}

#[tauri::command]
async fn set_source_load(app: State<'_, App>, load: SourceLoad) -> Answer<()> {
    on(&app, move |engine| engine.set_source_load(load)).await
}

#[tauri::command]
async fn report(app: State<'_, App>) -> Answer<Report> {
    on(&app, move |engine| engine.report(None)).await
}

#[tauri::command]
async fn report_page(app: State<'_, App>, query: ReportQuery) -> Answer<ReportPage> {
    on(&app, move |engine| engine.report_page(&query)).await
}

/// The system's dialog says where to, and asks itself before a file is replaced. Nothing when it was closed.
#[tauri::command]
async fn export_report<R: Runtime>(
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
async fn where_is(app: State<'_, App>, file: i64) -> Answer<Provenance> {
    on(&app, move |engine| engine.where_is(file)).await
}

#[tauri::command]
async fn delete_preview(app: State<'_, App>) -> Answer<DeletePreview> {
    on(&app, move |engine| engine.delete_preview()).await
}

#[tauri::command]
async fn start_delete(app: State<'_, App>, token: String, typed: String, permanent: bool) -> Answer<()> {
    on(&app, move |engine| {
        engine.start_delete(&token, &typed, permanent).map(drop)
    })
    .await
}

#[tauri::command]
async fn rollback_preview(app: State<'_, App>) -> Answer<RollbackPreview> {
    on(&app, move |engine| engine.rollback_preview()).await
}

#[tauri::command]
async fn start_rollback(app: State<'_, App>, token: String) -> Answer<()> {
    on(&app, move |engine| engine.start_rollback(&token).map(drop)).await
}
