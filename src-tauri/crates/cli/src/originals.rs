//! `albumen delete-originals` and `rollback`: originals go once they are proven, and come back.

use crate::out::{self, DONE, FINDINGS, to_json, unexpected};
use albumen_engine::api::AppError;
use albumen_engine::{Engine, Outcome};
use serde_json::json;

pub fn delete_originals(
    engine: &Engine,
    confirm: Option<&str>,
    permanent: bool,
    json: bool,
) -> Result<u8, AppError> {
    let preview = engine.delete_preview()?;
    let words = format!("delete {} originals", preview.count);
    if confirm != Some(words.as_str()) {
        if json {
            let mut value = to_json(&preview, "preview");
            value["confirm"] = json!(words);
            out::line(&value);
        } else {
            out::text(&format!(
                "{} originals, {}, have a verified copy.",
                preview.count,
                out::size(preview.bytes)
            ));
            for folder in &preview.folders {
                out::text(&format!("  {:>8} files in {}", folder.files, folder.name));
            }
            for blocked in &preview.blocked {
                out::text(&format!("  {:>8} files stay: {}", blocked.files, blocked.why));
            }
        }
        return Err(AppError::new(
            "confirmation_missing",
            "Nothing was deleted: the confirmation is missing or another.",
            "Nothing was changed.",
            &format!("To delete them, add --confirm \"{words}\"."),
        ));
    }
    let job = engine.start_delete(&preview.token, &preview.count.to_string(), permanent)?;
    let Outcome::Deleted(result) = job.wait()? else {
        return Err(unexpected());
    };
    if json {
        out::line(&to_json(&*result, "deleted"));
    } else {
        let how = if permanent {
            "deleted"
        } else {
            "moved to the trash"
        };
        out::text(&format!(
            "{} originals {how}, {}",
            result.removed.files,
            out::size(result.removed.bytes)
        ));
        for kept in &result.kept {
            out::text(&format!("  {:>8} files stay: {}", kept.files, kept.why));
        }
    }
    Ok(if result.removed.files == preview.count {
        DONE
    } else {
        FINDINGS
    })
}

pub fn rollback(engine: &Engine, json: bool) -> Result<u8, AppError> {
    let preview = engine.rollback_preview()?;
    let Outcome::RolledBack(result) = engine.start_rollback(&preview.token)?.wait()? else {
        return Err(unexpected());
    };
    if json {
        out::line(&to_json(&*result, "rolledBack"));
    } else {
        out::text(&format!("{} originals brought back", result.restored.files));
        out::text(&format!(
            "{} files removed from the destination",
            result.removed.files
        ));
        if result.written > 0 {
            out::text(&format!("{} XMP files removed with them", result.written));
        }
        for left in &result.left {
            out::text(&format!("  {:>8} files left there: {}", left.files, left.why));
        }
        for row in &result.not_restored {
            out::text(&format!("NOT brought back: {}  {}", row.from, row.what));
        }
    }
    Ok(if result.not_restored.is_empty() {
        DONE
    } else {
        FINDINGS
    })
}
