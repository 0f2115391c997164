//! Every filter by pages and in one go; a list that its reader ends.

use super::*;
use crate::samples::walked;
use crate::{NewStep, ScannedFile};

/// Seven files that could not be read, in turn failed, excluded and without an outcome.
fn filled(catalog: &Catalog) -> (i64, DestinationId) {
    let source = catalog.add_source(b"/photos", 1).expect("source");
    let scan = catalog.begin_scan(source).expect("scan");
    let files = (0..7u64).map(|number| {
        let mut walked = walked(&format!("{number}.jpg"), number);
        walked.identity.size += number;
        ScannedFile::Unreadable(walked, "It is locked.".to_owned())
    });
    catalog
        .put_scanned(source, scan, files.collect())
        .expect("scanned");
    let home = catalog.destination("file:///D", "{}", 1).expect("destination");
    let plan = catalog.begin_plan(home, "{}", 0, 1).expect("plan");
    let of = |id: i64, outcome| NewStep {
        file: FileId(id),
        asset: AssetId(id),
        outcome,
        state: StepState::None,
        key: None,
        fold: None,
        size: 9 + id.cast_unsigned(),
        why: format!("why {id}"),
        shard: None,
        instead: None,
        sha256: None,
    };
    let steps = [
        of(1, Outcome::Failed),
        of(2, Outcome::Excluded),
        of(4, Outcome::Failed),
        of(5, Outcome::Excluded),
        of(7, Outcome::Failed),
    ];
    catalog.put_steps(plan, &steps).expect("steps");
    catalog.complete_plan(plan).expect("complete");
    (plan, home)
}

fn filter(outcome: Option<Outcome>, state: Option<StepState>, search: &str) -> ReportFilter {
    ReportFilter {
        steps: StepFilter {
            search: search.to_owned(),
            outcome,
            state,
            offset: 0,
            limit: 2,
        },
        without: false,
    }
}

#[test]
fn every_filter_finds_the_same_by_pages_and_in_one_go() {
    let dir = tempfile::tempdir().expect("temp dir");
    let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
    let (plan, home) = filled(&catalog);
    let without = ReportFilter {
        without: true,
        ..filter(None, None, "")
    };
    let (failed, none) = (Some(Outcome::Failed), Some(StepState::None));
    for (mut filter, ids) in [
        (filter(None, None, ""), vec![1, 2, 3, 4, 5, 6, 7]),
        (filter(failed, None, ""), vec![1, 4, 7]),
        (filter(failed, None, "WHY 4"), vec![4]),
        (filter(None, None, "/5.jpg"), vec![6]),
        (filter(failed, none, ""), vec![1, 4, 7]),
        (filter(None, Some(StepState::Verified), ""), vec![]),
        (without, vec![3, 6]),
    ] {
        let mut paged = Vec::new();
        loop {
            let (total, page) = catalog.report_page(plan, home, &filter).expect("page");
            assert_eq!(total, ids.len() as u64, "{filter:?}");
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= 2);
            filter.steps.offset += page.len() as u64;
            paged.extend(page.into_iter().map(|row| row.file.0));
        }
        let mut streamed = Vec::new();
        let all = catalog.report_rows(plan, home, &filter, |row| {
            streamed.push(row.file.0);
            true
        });
        assert!(all.expect("rows"));
        assert_eq!((&paged, &streamed), (&ids, &ids), "{filter:?}");
    }
    let totals = catalog.report_totals(plan, home).expect("totals");
    let lost = totals.iter().find(|one| one.outcome.is_none()).expect("those");
    assert_eq!(lost.tally, Tally { files: 2, bytes: 27 });
    assert_eq!(catalog.report_strays(plan, home).expect("strays").files, 0);
    assert!(!catalog.balance(plan).expect("balance").balanced);
}

#[test]
fn the_reader_of_a_report_can_end_it() {
    let dir = tempfile::tempdir().expect("temp dir");
    let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
    let (plan, home) = filled(&catalog);
    let mut seen = 0;
    let all = catalog.report_rows(plan, home, &filter(None, None, ""), |_| {
        seen += 1;
        seen < 3
    });
    assert!(!all.expect("rows"));
    assert_eq!(seen, 3);
}
