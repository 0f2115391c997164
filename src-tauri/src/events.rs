//! From the engine to the window: "job" at most ten times a second (the engine sees to that), "changed" when queries
//! are stale, "in-step" when keeping in step is at something else.

use albumen_engine::Engine;
use albumen_engine::api::Event;
use tauri::{AppHandle, Emitter};

pub fn forward(engine: &Engine, app: AppHandle) {
    engine.listen(move |event| {
        let sent = match event {
            Event::Job(job) => app.emit("job", &*job),
            Event::Changed(changed) => app.emit("changed", &changed),
            Event::InStep(in_step) => app.emit("in-step", &*in_step),
        };
        // A window that is closing hears nothing any more; the job goes on regardless.
        if let Err(error) = sent {
            tracing::debug!("an event was not heard: {error}");
        }
    });
}
