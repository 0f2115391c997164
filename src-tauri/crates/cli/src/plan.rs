//! `albumen plan`: the dry run, a line a file.

use crate::destination::choose;
use crate::options::PlanArgs;
use crate::out::{self, DONE, FINDINGS, PAGE, to_json, unexpected};
use crate::xmp;
use albumen_engine::api::{AppError, PlanQuery};
use albumen_engine::{Engine, Outcome, write_private};
use serde_json::json;
use std::path::Path;

pub fn plan(
    engine: &Engine,
    dest: &str,
    args: &PlanArgs,
    to_file: Option<&Path>,
    json: bool,
) -> Result<u8, AppError> {
    choose(engine, dest)?;
    let Outcome::Planned(summary) = engine.start_plan(args.options())?.wait()? else {
        return Err(unexpected());
    };
    let mut query = PlanQuery {
        search: String::new(),
        outcome: None,
        state: None,
        offset: 0,
        limit: PAGE,
    };
    let mut lines = Vec::new();
    loop {
        let page = engine.plan_rows(&query)?;
        if page.rows.is_empty() {
            break;
        }
        query.offset += page.rows.len() as u64;
        for row in page.rows {
            let value = to_json(&row, "step");
            if to_file.is_some() {
                lines.extend(format!("{value}\n").into_bytes());
            }
            if json {
                out::line(&value);
            } else {
                let outcome = row.outcome.as_str();
                let to = row.to.unwrap_or_default();
                out::text(&format!("{outcome:<13} {} -> {to}  {}", row.from, row.why));
            }
        }
    }
    if args.xmp {
        xmp::rows(engine, json, |value| {
            if to_file.is_some() {
                lines.extend(format!("{value}\n").into_bytes());
            }
        })?;
    }
    if let Some(path) = to_file {
        write_private(path, &lines)?;
    }
    let parts = engine.parts()?;
    if json {
        let mut report = to_json(&summary.balance, "report");
        report["parts"] = json!(parts);
        if let Some(xmp) = &summary.xmp {
            report["xmp"] = json!(xmp);
        }
        out::line(&report);
    } else {
        out::balance(&summary.balance);
        out::parts(&parts, false);
        summary.xmp.iter().for_each(xmp::summary);
    }
    Ok(if summary.balance.balanced && summary.balance.failed.files == 0 {
        DONE
    } else {
        FINDINGS
    })
}
