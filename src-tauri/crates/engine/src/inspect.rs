//! What is read of a file, at a glance: no catalog, nothing written. The same one read as in a scan.

use crate::api::AppError;
use crate::sources::resolve;
use albumen_media::{Found, fingerprint, walk};
use albumen_model::{Capture, Fingerprint, Said};
use serde::Serialize;
use serde_json::Value;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// One date that was found.
#[derive(Debug, Serialize)]
pub struct Dated {
    /// `exif`, `xmp`, `takeout`, `name` …
    pub source: String,
    /// On the clock of the camera: `2024-05-17T10:11:12`.
    pub local: String,
    /// Minutes east of Greenwich, where the file says it.
    pub offset: Option<i16>,
}

/// What one file says of itself.
#[derive(Debug, Serialize)]
pub struct Inspected {
    pub path: PathBuf,
    pub kind: String,
    pub sha256: String,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// The best first.
    pub dates: Vec<Dated>,
    /// Degrees north, degrees east.
    pub gps: Option<(f64, f64)>,
    pub place: Option<String>,
    pub camera: Option<String>,
    pub lens: Option<String>,
    pub content_id: Option<String>,
    /// What people said of it.
    pub said: Said,
    /// Bytes of the movie that it holds.
    pub motion: Option<u64>,
    pub problems: Vec<String>,
    /// The whole record of the sidecar.
    pub metadata: Value,
}

/// Reads `paths`, and what lies below those that are folders, one file after the other. What cannot be read is said to
/// `on_problem`.
pub fn inspect(
    paths: &[PathBuf],
    mut on_file: impl FnMut(Inspected),
    mut on_problem: impl FnMut(String),
) -> Result<(), AppError> {
    for path in paths {
        let mut read = |path: &Path| match fingerprint(path, name(path), &|| false) {
            Ok((made, _)) => on_file(inspected(path, made)),
            Err(error) => on_problem(error.to_string()),
        };
        if path.is_file() {
            read(path);
            continue;
        }
        let root = resolve(path)?;
        walk(&root, |found| {
            if let Found::File { path, .. } = found {
                read(&root.join(path.as_path()));
            }
            true
        });
    }
    Ok(())
}

fn name(path: &Path) -> &[u8] {
    path.file_name().map_or(b"", |name| name.as_bytes())
}

fn inspected(path: &Path, made: Fingerprint) -> Inspected {
    let dated = |date: &Capture| Dated {
        source: date.source.as_str().to_owned(),
        local: date.iso(),
        offset: date.offset_minutes,
    };
    Inspected {
        path: path.to_owned(),
        kind: made.kind.as_str().to_owned(),
        sha256: made.sha256.to_string(),
        width: made.width,
        height: made.height,
        dates: made.captured.iter().chain(&made.also_dated).map(dated).collect(),
        gps: made.gps,
        place: made.place,
        camera: made.camera,
        lens: made.lens,
        content_id: made.content_id,
        said: made.said,
        motion: made.motion,
        problems: made.problems.into_iter().map(|problem| problem.what).collect(),
        metadata: made
            .metadata
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or(Value::Null),
    }
}
