//! `albumen rebuild`: what was moved is known again, by the markers.

use crate::out::{self, DONE, FINDINGS, to_json, unexpected};
use albumen_engine::api::AppError;
use albumen_engine::{Engine, Outcome};
use serde_json::json;

pub fn rebuild(engine: &Engine, json: bool) -> Result<u8, AppError> {
    let Outcome::Rebuilt(result) = engine.start_rebuild()?.wait()? else {
        return Err(unexpected());
    };
    for finding in &result.findings {
        if json {
            out::line(&to_json(finding, "finding"));
        } else {
            out::text(&format!("not taken: {}  {}", finding.key, finding.what));
        }
    }
    if json {
        let mut report = to_json(&*result, "rebuilt");
        report["findings"] = json!([]);
        out::line(&report);
    } else {
        out::text(&format!(
            "{} files, {}, are known again from {} markers; {} were known",
            result.restored.files,
            out::size(result.restored.bytes),
            result.markers,
            result.known.files
        ));
        out::text("None of them is verified by that. Next: scan the source, then `verify`.");
    }
    Ok(if result.odd == 0 { DONE } else { FINDINGS })
}
