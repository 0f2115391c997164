//! XMP files of a plan, for people and as JSON lines.

use crate::out::{self, to_json};
use albumen_engine::Engine;
use albumen_engine::api::{AppError, XmpFact, XmpQuery, XmpRow, XmpSummary, XmpWhat};
use serde_json::Value;

const PAGE: u64 = 500;

/// Prints each, and gives it to `on_line`.
pub fn rows(engine: &Engine, json: bool, mut on_line: impl FnMut(&Value)) -> Result<(), AppError> {
    each(engine, |row| {
        let value = to_json(&row, "xmp");
        on_line(&value);
        if json {
            out::line(&value);
        } else {
            let said: Vec<String> = row.facts.iter().map(words).collect();
            out::text(&format!("XMP           {} -> {}  {}", row.from, row.to, row.why));
            said.iter()
                .for_each(|line| out::text(&format!("              {line}")));
        }
    })
}

/// Prints those that could not be written.
pub fn failures(engine: &Engine, json: bool) -> Result<(), AppError> {
    each(engine, |row| {
        if row.state != "failed" {
            return;
        }
        if json {
            out::line(&to_json(&row, "failed"));
        } else {
            out::text(&format!("failed  {}  {}", row.to, row.why));
        }
    })
}

fn each(engine: &Engine, mut on_row: impl FnMut(XmpRow)) -> Result<(), AppError> {
    let mut query = XmpQuery {
        search: String::new(),
        offset: 0,
        limit: PAGE,
    };
    loop {
        let page = engine.xmp_rows(&query)?;
        if page.rows.is_empty() {
            return Ok(());
        }
        query.offset += page.rows.len() as u64;
        page.rows.into_iter().for_each(&mut on_row);
    }
}

/// `Keyword: sea  (from /media/card/b.jpg)`.
fn words(fact: &XmpFact) -> String {
    let what = match fact.what {
        XmpWhat::Title => "Title",
        XmpWhat::Caption => "Caption",
        XmpWhat::Rating => "Stars",
        XmpWhat::Favorite => "Favorite",
        XmpWhat::Keyword => "Keyword",
        XmpWhat::Tag => "Tag",
        XmpWhat::Person => "Person",
        XmpWhat::Album => "Album",
        XmpWhat::Date => "Taken",
        XmpWhat::Place => "Place",
    };
    let text = fact.text.replace('\n', " ");
    let from = if fact.in_photo {
        "the photo itself"
    } else {
        &fact.from
    };
    format!("{what}: {text}  (from {from})")
}

/// Behind the balance: none of these is a file that was found.
pub fn summary(xmp: &XmpSummary) {
    out::text(&format!("{:>9} XMP files to write beside the copies", xmp.write));
    for (photos, words) in [
        (xmp.there, "have one from an earlier run"),
        (
            xmp.outdated,
            "have one from an earlier run that would say other things today; it stays as it is",
        ),
        (xmp.own, "have one of their own, which is copied as it is"),
        (xmp.own_lacks, "of these could say more"),
        (xmp.taken, "get none: something else has its name"),
    ] {
        if photos > 0 {
            out::text(&format!("{photos:>9} {words}"));
        }
    }
}
