//! `thumb://localhost/<file id>`, `thumb://localhost/preview/<file id>` and, of a copy at the destination,
//! `thumb://localhost/copy/<placed id>`: pictures by id, never by path, re-encoded by us, answered off the UI thread.

use crate::App;
use albumen_engine::Engine;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, Runtime, UriSchemeResponder};

pub fn answer<R: Runtime>(app: &AppHandle<R>, request: &Request<Vec<u8>>, responder: UriSchemeResponder) {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let engine = app.try_state::<App>().and_then(|app| app.engine().ok());
    tauri::async_runtime::spawn_blocking(move || {
        let jpeg = engine.and_then(|engine| picture(&engine, &path));
        responder.respond(response(jpeg));
    });
}

fn picture(engine: &Engine, path: &str) -> Option<Vec<u8>> {
    match path.split_once('/') {
        Some(("preview", id)) => engine.preview(id.parse().ok()?).ok()?,
        // What stands there may change at any time: a look asks for it by the time, and gets it anew.
        Some(("copy", id)) => engine.copy_picture(id.split('/').next()?.parse().ok()?).ok()?,
        Some(_) => None,
        None => engine.thumb(path.parse().ok()?).ok()?,
    }
}

fn response(jpeg: Option<Vec<u8>>) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    match jpeg {
        Some(jpeg) => {
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static("image/jpeg"),
            );
            // A rescan may change what an id shows, so pictures are kept for minutes only.
            headers.insert(
                header::CACHE_CONTROL,
                header::HeaderValue::from_static("private, max-age=300"),
            );
            *response.body_mut() = jpeg;
        }
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}
