//! `albumen inspect`: what is read of files, for people and for whoever compares it with other programs.

use crate::out::{self, DONE, FINDINGS};
use albumen_engine::api::AppError;
use albumen_engine::{Inspected, inspect};
use std::path::PathBuf;

pub fn run(files: &[PathBuf], json: bool) -> Result<u8, AppError> {
    let mut complete = true;
    let on_file = |file: Inspected| {
        if json {
            out::line(&serde_json::to_value(&file).unwrap_or_default());
        } else {
            print(&file);
        }
    };
    inspect(files, on_file, |what| {
        complete = false;
        eprintln!("{what}");
    })?;
    Ok(if complete { DONE } else { FINDINGS })
}

fn print(file: &Inspected) {
    out::text(&format!("{}", file.path.display()));
    let row = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out::text(&format!("  {name:<10} {value}"));
        }
    };
    let size = file
        .width
        .zip(file.height)
        .map(|(width, height)| format!("{width} × {height}"));
    row("Kind", Some(file.kind.clone()));
    row("Pixels", size);
    for (at, date) in file.dates.iter().enumerate() {
        let zone = date.offset.map_or(String::new(), out::zone);
        let name = if at == 0 { "Taken" } else { "" };
        row(name, Some(format!("{}{zone}  {}", date.local, date.source)));
    }
    let gps = file.gps.map(|(north, east)| format!("{north:.6}, {east:.6}"));
    row(
        "Place",
        gps.into_iter()
            .chain(file.place.clone())
            .reduce(|at, town| format!("{at} ({town})")),
    );
    row("Camera", file.camera.clone());
    row("Lens", file.lens.clone());
    let said = &file.said;
    let several = |list: &[String]| (!list.is_empty()).then(|| list.join(", "));
    row("Title", said.title.clone());
    row(
        "Caption",
        said.caption.as_ref().map(|text| text.replace('\n', " ")),
    );
    row("Stars", said.rating.map(|stars| stars.to_string()));
    row("Favorite", said.favorite.then(|| "yes".to_owned()));
    row("Keywords", several(&said.keywords));
    row("Tags", several(&said.tags));
    row("People", several(&said.people));
    row("Live Photo", file.content_id.clone());
    let movie = file.motion.map(|size| format!("holds a movie of {size} bytes"));
    row("Motion", movie);
    row("SHA-256", Some(file.sha256.clone()));
    for problem in &file.problems {
        row("Problem", Some(problem.clone()));
    }
}
