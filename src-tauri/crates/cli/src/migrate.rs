//! `albumen migrate`: what was sent, to each home, and whether it balances.

use crate::homes;
use crate::out::{self, DONE, FINDINGS, failed_rows, to_json, unexpected};
use crate::xmp;
use albumen_engine::api::AppError;
use albumen_engine::{Engine, Exports, HomeMoved, MoveOptions, Outcome};
use serde_json::json;

pub fn migrate(engine: &Engine, options: MoveOptions, json: bool) -> Result<u8, AppError> {
    let moved = engine.start_migrate(options)?.wait();
    if moved.is_err() {
        // The other home may have everything all the same.
        homes::lines(engine, json)?;
    }
    let Outcome::Moved(summary) = moved? else {
        return Err(unexpected());
    };
    failed_rows(engine, json)?;
    let parts = engine.parts()?;
    let exports = match summary.exports {
        Exports::Left(files) => files,
        _ => 0,
    };
    if let Exports::Failed(error) = &summary.exports {
        if json {
            out::line(&to_json(error, "finding"));
        } else {
            out::text(&out::error_words(error));
        }
    }
    if json {
        let mut report = to_json(&summary.balance, "report");
        report["sent"] = json!(summary.sent);
        report["adopted"] = json!(summary.adopted);
        report["markers"] = json!(summary.markers);
        report["written"] = json!(summary.written);
        report["notWritten"] = json!(summary.not_written);
        report["exports"] = json!(exports);
        report["parts"] = json!(parts);
        out::line(&report);
    } else {
        out::text(&format!(
            "{} files sent, {}",
            summary.sent.files,
            out::size(summary.sent.bytes)
        ));
        if summary.written.files > 0 {
            out::text(&format!(
                "{} XMP files written beside them",
                summary.written.files
            ));
        }
        if exports > 0 {
            out::text("the list of the library and a copy of the catalog left in .albumen/exports");
        }
        out::balance(&summary.balance);
        out::parts(&parts, false);
    }
    let balance = &summary.balance;
    // What is for other machines is not waited for.
    let complete = summary.left.files == 0;
    let left = !matches!(summary.exports, Exports::Failed(_) | Exports::Stopped);
    let all_written = summary.not_written == 0;
    if !all_written {
        xmp::failures(engine, json)?;
    }
    let own = if balance.balanced && balance.failed.files == 0 && complete && left && all_written {
        DONE
    } else {
        FINDINGS
    };
    homes::lines(engine, json)?;
    Ok(summary
        .others
        .iter()
        .fold(own, |code, other| code.max(at_other(other, json))))
}

/// What was sent to the second home, and its part of the exit code.
fn at_other(home: &HomeMoved, json: bool) -> u8 {
    match &home.ended {
        Ok(moved) => {
            if let Exports::Failed(error) = &moved.exports {
                out::trouble(&home.label, error, json);
            }
            let is_done = moved.balance.balanced
                && moved.balance.failed.files == 0
                && moved.left.files == 0
                && !matches!(moved.exports, Exports::Failed(_) | Exports::Stopped);
            if is_done { DONE } else { FINDINGS }
        }
        Err(error) => {
            out::trouble(&home.label, error, json);
            out::exit_code(error)
        }
    }
}
