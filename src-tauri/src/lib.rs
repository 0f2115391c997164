//! The shell: a window around the engine. Commands are parse → engine → answer; there is no rule of the product here.

mod commands;
mod events;
mod thumbs;

use albumen_engine::api::AppError;
use albumen_engine::{Engine, default_catalog};
use std::path::PathBuf;
use tauri::Manager;

/// The engine, or why it could not be opened: then the window says so instead of not opening at all.
pub(crate) struct App(Result<Engine, AppError>);

impl App {
    pub(crate) fn engine(&self) -> Result<Engine, AppError> {
        self.0.clone()
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
    let opened = Engine::open(&catalog);
    if let Err(error) = &opened {
        tracing::error!("{error}");
    }
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
            if let Ok(engine) = &opened {
                events::forward(engine, app.handle().clone());
            }
            app.manage(App(opened));
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
