//! Commands of the window, a file a subject; the list has the order of the window's steps. Each is one call into the engine, off
//! the UI thread; the names stand also in `permissions/app.toml` and `ui/src/ipc/tauri.ts`, and a test holds the three equal.

mod clocks;
mod conflicts;
mod destination;
mod homes;
mod moving;
mod originals;
mod pauses;
mod phases;
mod plan;
mod reconcile;
mod report;
mod review;
mod session;
mod sources;
mod trial;

use crate::App;
use albumen_engine::Engine;
use albumen_engine::api::AppError;
use tauri::ipc::Invoke;
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::DialogExt;

type Answer<T> = Result<T, AppError>;

pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        session::snapshot,
        session::set_step,
        sources::pick_sources,
        sources::add_sources,
        sources::sort_dropped,
        sources::pick_archives,
        sources::unpack_offer,
        sources::pick_unpack_folder,
        sources::start_unpack,
        sources::remove_source,
        sources::start_scan,
        sources::profile,
        sources::problems,
        clocks::clock_cameras,
        clocks::clocks,
        clocks::preview_clock,
        clocks::set_clock,
        clocks::forget_clock,
        review::groups,
        sources::first_look,
        review::review_totals,
        review::decide,
        review::decide_all,
        review::undo,
        review::redo,
        review::history,
        review::go_to_step,
        review::rules,
        review::set_rules,
        review::folders,
        review::mark_folder,
        review::folder_pairs,
        review::similarity,
        review::try_similarity,
        review::set_similarity,
        session::preference,
        session::set_preference,
        review::compare,
        destination::pick_destination_folder,
        destination::test_destination,
        destination::choose_destination,
        destination::sign_in,
        destination::cancel_sign_in,
        destination::sign_in_link,
        destination::sign_out,
        destination::secret_stores,
        destination::open_vault,
        destination::lock_vault,
        plan::layout_preview,
        plan::start_plan,
        trial::estimate,
        trial::start_pilot,
        plan::plan_rows,
        plan::xmp_rows,
        moving::start_migrate,
        session::pause_job,
        session::resume_job,
        session::cancel_job,
        moving::start_rebuild,
        trial::verify_offer,
        trial::start_verify,
        reconcile::start_reconcile,
        reconcile::reconciliation,
        reconcile::differences,
        reconcile::start_repair,
        conflicts::conflict,
        conflicts::conflict_totals,
        conflicts::choose_conflict,
        conflicts::choose_conflicts,
        conflicts::undo_choice,
        conflicts::look_at_copy,
        conflicts::start_mend,
        moving::throttle,
        moving::set_throttle,
        moving::source_load,
        moving::set_source_load,
        pauses::pause_on,
        pauses::set_pause_on,
        report::report,
        report::report_page,
        report::export_report,
        report::where_is,
        originals::delete_preview,
        originals::start_delete,
        originals::rollback_preview,
        originals::start_rollback,
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
        homes::homes,
        homes::name_second_home,
        homes::forget_second_home,
        homes::in_step,
        homes::keep_in_step,
        homes::pause_in_step,
        homes::resume_in_step,
        homes::stop_in_step,
    ]
}

/// Runs `work` where it may take its time.
async fn on<T: Send + 'static>(
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

/// The native folder picker. Nothing when it was closed.
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
