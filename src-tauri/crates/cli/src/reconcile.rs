//! `albumen reconcile`: in what DEST differs from what is known, and with `--repair` its repair.

use crate::out::{self, DONE, FINDINGS, PAGE, to_json, unexpected};
use albumen_engine::api::{AppError, Conflicts, Difference, Reconciliation, Repaired};
use albumen_engine::{Engine, Outcome};

/// Of `--repair`.
pub struct Repairing {
    pub conflicts: Conflicts,
    pub workers: usize,
}

pub fn reconcile(
    engine: &Engine,
    full: bool,
    repairing: Option<&Repairing>,
    json: bool,
) -> Result<u8, AppError> {
    let Outcome::Reconciled(found) = engine.start_reconcile(full)?.wait()? else {
        return Err(unexpected());
    };
    let conflicts = repairing.map_or(Conflicts::Ask, |wanted| wanted.conflicts);
    let mut after = 0;
    loop {
        let page = engine.differences(None, after, PAGE, conflicts)?;
        for row in &page.rows {
            tell(row, json);
        }
        match page.next {
            Some(last) => after = last,
            None => break,
        }
    }
    if json {
        out::line(&to_json(&*found, "reconciliation"));
    } else {
        found_words(&found);
    }
    let Some(wanted) = repairing.filter(|_| found.differences() > 0) else {
        return Ok(if found.differences() == 0 { DONE } else { FINDINGS });
    };
    let Outcome::Repaired(made) = engine.start_repair(wanted.conflicts, wanted.workers)?.wait()? else {
        return Err(unexpected());
    };
    if json {
        out::line(&to_json(&*made, "repaired"));
    } else {
        repaired_words(&made);
    }
    Ok(if made.open == 0 { DONE } else { FINDINGS })
}

fn tell(row: &Difference, json: bool) {
    if json {
        let mut line = to_json(row, "difference");
        line["symbol"] = row.kind.symbol().to_string().into();
        return out::line(&line);
    }
    let what = match (row.repair.as_str(), row.why.as_str()) {
        ("send", _) => "to be sent again",
        ("replace", _) => "to be replaced by its original",
        ("beside", _) => "its original is to be placed beside it",
        ("yield", _) => "it stays; its original has a copy under another name",
        ("leave", _) => "not ours: it stays",
        ("mark", _) => "to be told by a marker again",
        (_, why) => why,
    };
    out::text(&format!("{} {}  ({what})", row.kind.symbol(), row.key));
}

fn found_words(found: &Reconciliation) {
    out::text(&format!(
        "= {} files, {}, agree: {} untouched since they were placed, {} by the destination's own digest, {} read back, {} by size alone",
        found.agreed.files,
        out::size(found.agreed.bytes),
        found.by_version,
        found.by_digest,
        found.by_reading,
        found.by_size
    ));
    for (symbol, files, what) in [
        ('+', found.missing, "missing there"),
        ('*', found.different, "have other bytes there"),
        ('-', found.extra, "are there and not ours"),
        ('!', found.unlisted, "are told by no sound marker"),
        ('!', found.unreadable, "cannot be looked at"),
    ] {
        if files > 0 {
            out::text(&format!("{symbol} {files} files {what}"));
        }
    }
}

fn repaired_words(made: &Repaired) {
    out::text(&format!(
        "{} files were sent again, {} replaced, {} placed beside what has their name; {} of others stay; {} markers written",
        made.sent.files, made.replaced.files, made.beside.files, made.left, made.markers
    ));
    if made.open > 0 {
        out::text(&format!("{} files could not be repaired.", made.open));
    }
}
