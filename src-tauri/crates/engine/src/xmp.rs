//! Stage 5, plan: the XMP files that it would write beside the copies, photo by photo, with who says what.

use crate::api::{AppError, XmpBecomes, XmpPage, XmpQuery, XmpRow, XmpSummary};
use crate::engine::Engine;
use albumen_migrate::written::Becomes;

const LONGEST_PAGE: u64 = 1000;

impl Engine {
    /// Of the plan `id`; all are none where it was made without.
    pub(crate) fn xmp_summary(&self, plan: i64) -> Result<XmpSummary, AppError> {
        let mut summary = XmpSummary::default();
        for (becomes, state, photos) in self.inner.catalog.writing_counts(plan)? {
            match Becomes::parse(&becomes) {
                Some(Becomes::Write) => {
                    summary.write += photos;
                    match state.as_str() {
                        "written" => summary.written += photos,
                        "failed" => summary.failed += photos,
                        _ => {}
                    }
                }
                Some(Becomes::There) => summary.there += photos,
                Some(Becomes::Outdated) => summary.outdated += photos,
                Some(Becomes::Own) => summary.own += photos,
                Some(Becomes::OwnLacks) => {
                    summary.own += photos;
                    summary.own_lacks += photos;
                }
                Some(Becomes::Taken) => summary.taken += photos,
                None => {}
            }
        }
        Ok(summary)
    }

    /// A page of the photos of the chosen destination's plan of which more is known than their bytes say.
    pub fn xmp_rows(&self, query: &XmpQuery) -> Result<XmpPage, AppError> {
        let none = XmpPage {
            total: 0,
            rows: Vec::new(),
        };
        let catalog = &self.inner.catalog;
        let Some(row) = catalog.chosen_destination()? else {
            return Ok(none);
        };
        let Some(plan) = catalog.plan(row.id)? else {
            return Ok(none);
        };
        let page = (query.offset, query.limit.min(LONGEST_PAGE));
        let (total, rows) = catalog.writings(plan.id, query.search.trim(), page)?;
        let rows = rows.into_iter().map(|row| XmpRow {
            id: row.id,
            file_id: row.file.0,
            from: row.from,
            to: row.key,
            becomes: becomes(&row.becomes),
            state: row.state,
            why: row.why,
            facts: serde_json::from_str(&row.facts).unwrap_or_default(),
        });
        Ok(XmpPage {
            total,
            rows: rows.collect(),
        })
    }
}

fn becomes(word: &str) -> XmpBecomes {
    match Becomes::parse(word) {
        Some(Becomes::Write) => XmpBecomes::Write,
        Some(Becomes::There) => XmpBecomes::There,
        Some(Becomes::Outdated) => XmpBecomes::Outdated,
        Some(Becomes::Own) => XmpBecomes::Own,
        Some(Becomes::OwnLacks) => XmpBecomes::OwnLacks,
        Some(Becomes::Taken) | None => XmpBecomes::Taken,
    }
}

#[cfg(test)]
mod tests {
    use crate::api::XmpFact;
    use albumen_migrate::written::{Fact, What};

    #[test]
    fn a_fact_is_shown_as_the_plan_has_it() {
        for (what, word) in [
            (What::Tag, "tag"),
            (What::Favorite, "favorite"),
            (What::Person, "person"),
        ] {
            let fact = Fact {
                what,
                text: "x".to_owned(),
                from: "a.jpg".to_owned(),
                in_photo: true,
            };
            let json = serde_json::to_value(&fact).expect("written");
            assert_eq!(json["what"], word);
            let shown: XmpFact = serde_json::from_value(json.clone()).expect("read");
            assert_eq!(serde_json::to_value(&shown).expect("written"), json);
        }
    }
}
