//! The shell: a window around the engine. Commands are parse → engine → answer; there is no rule of the product here.

mod commands;
mod events;
pub mod renderer;
mod thumbs;

use albumen_engine::api::AppError;
pub use albumen_engine::begin_decoding_apart;
use albumen_engine::{Engine, default_catalog};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Manager};

/// The engine, opened when the first command asks for it. Where that fails the window says why instead of not opening,
/// and the next command tries again: the catalog may have been moved aside or closed elsewhere meanwhile.
pub(crate) struct App {
    engine: Mutex<Option<Engine>>,
    catalog: PathBuf,
    handle: AppHandle,
}

impl App {
    pub(crate) fn engine(&self) -> Result<Engine, AppError> {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = engine.as_ref() {
            return Ok(open.clone());
        }
        let opened = Engine::open(&self.catalog).inspect_err(|error| tracing::error!("{error}"))?;
        events::forward(&opened, self.handle.clone());
        opened.heed_power()?;
        *engine = Some(opened.clone());
        if let Err(error) = opened.take_up_in_step() {
            tracing::error!("keeping in step does not go on: {error}");
        }
        Ok(opened)
    }
}

/// Runs the app until its window is closed.
pub fn run() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ALBUMEN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,opendal=error"));
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .init();
    let catalog = std::env::var_os("ALBUMEN_CATALOG").map_or_else(default_catalog, PathBuf::from);
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            if let Some(window) = app.get_webview_window("main")
                && let Err(error) = window.unminimize().and_then(|()| window.set_focus())
            {
                tracing::warn!("the open window could not be shown: {error}");
            }
        }))
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol("thumb", |context, request, responder| {
            thumbs::answer(context.app_handle(), &request, responder);
        })
        .setup(move |app| {
            app.manage(App {
                engine: Mutex::new(None),
                catalog,
                handle: app.handle().clone(),
            });
            Ok(())
        })
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(|_, _| {}),
        Err(error) => {
            eprintln!("The window could not be opened: {error}");
            std::process::exit(1);
        }
    }
}
