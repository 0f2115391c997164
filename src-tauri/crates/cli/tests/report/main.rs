//! The report and "where is it?", as a person asks years later: every found file has one outcome and the sum balances, or an
//! alarm goes off; what is exported can be read back to the byte; one file is followed from its folder to its copy and back.

mod exports;
mod origins;
mod place;

use place::{Place, count, of_type};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn a_report_names_every_file_once_with_its_outcome_and_balances() {
    let place = Place::with_every_outcome();
    let said = place.cli.run(&["report", "--format", "json"]);
    assert_eq!(said.status, 1, "a file failed\n{}{}", said.stdout, said.stderr);
    let rows = of_type(&said, "file");
    let names: BTreeSet<&str> = rows
        .iter()
        .map(|row| row["from"].as_str().expect("from"))
        .collect();
    assert_eq!(names.len(), rows.len(), "no file stands there twice");
    assert_eq!(rows.len(), place.files(), "none is missing");
    let mut sums: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for row in &rows {
        let sum = sums
            .entry(row["outcome"].as_str().expect("an outcome"))
            .or_default();
        sum.0 += 1;
        sum.1 += row["size"].as_u64().expect("size");
    }
    let report = said.json.last().expect("a report");
    assert_eq!(
        report["type"], "report",
        "the last line says that the list is whole"
    );
    assert_eq!(report["balanced"], true);
    for outcome in [
        "copy",
        "alreadyThere",
        "duplicate",
        "excluded",
        "unsupported",
        "failed",
    ] {
        let (files, bytes) = *sums.get(outcome).unwrap_or_else(|| panic!("{outcome}: {sums:?}"));
        assert_eq!(report["balance"][outcome]["files"], files, "{outcome}");
        assert_eq!(report["balance"][outcome]["bytes"], bytes, "{outcome}");
    }
    let one = |name: &str| {
        *rows
            .iter()
            .find(|row| row["from"].as_str().is_some_and(|from| from.ends_with(name)))
            .expect(name)
    };
    assert!(
        one("double.jpg")["why"]
            .as_str()
            .expect("why")
            .contains("Duplicate of")
    );
    assert!(
        one("changed.jpg")["why"]
            .as_str()
            .expect("why")
            .contains("changed after it was scanned")
    );
    assert_eq!(one("there.jpg")["state"], "placed");
    assert_eq!(one("plain.jpg")["sha256"].as_str().expect("a digest").len(), 64);

    let only = place.cli.run(&["report", "--outcome", "unsupported"]);
    assert_eq!(of_type(&only, "file").len(), sums["unsupported"].0 as usize);
    assert_eq!(
        only.json.last().expect("a report")["balance"],
        report["balance"],
        "the balance is of everything"
    );
}

#[test]
fn a_report_ends_well_only_when_nothing_failed_and_says_what_is_proven_and_gone() {
    let place = Place::with_every_outcome();
    place.cli.ok(&["scan"]);
    place.migrate();
    place.cli.ok(&["verify", &place.url]);
    let all = place.cli.ok(&["report", &place.url]);
    let report = all.json.last().expect("a report").clone();
    let proven = report["grades"][0]["files"].as_u64().expect("files");
    assert_eq!(report["grades"][0]["grade"], "readback");
    assert_eq!(report["verification"]["ok"]["files"], proven);
    let verified = of_type(&all, "file")
        .into_iter()
        .filter(|row| row["state"] == "verified");
    assert!(
        verified
            .clone()
            .all(|row| row["verifiedAt"].is_string() && row["grade"] == "readback")
    );
    assert_eq!(verified.count() as u64, proven);

    let asked = place.cli.run(&["delete-originals", &place.url]);
    let words = asked.json[0]["confirm"].as_str().expect("the words").to_owned();
    place
        .cli
        .ok(&["delete-originals", &place.url, "--confirm", &words]);
    let gone = place.cli.ok(&["report"]);
    let removed = of_type(&gone, "file")
        .into_iter()
        .filter(|row| row["original"] == "removed")
        .count();
    assert!(removed > 0 && words == format!("delete {removed} originals"));
    assert_eq!(gone.json.last().expect("a report")["removed"]["files"], removed);
    // A plan of afterwards sees no originals that are gone, and they are accounted for all the same.
    place.migrate();
    let later = place.cli.ok(&["report"]);
    let report = later.json.last().expect("a report");
    assert_eq!(report["balance"]["found"]["files"], place.found);
    assert_eq!(report["removed"]["files"], removed);
    place.cli.ok(&["rollback", &place.url]);
    let none = place.cli.run(&["report"]);
    assert_eq!(
        none.status, 2,
        "without a plan there are no outcomes: {}",
        none.stdout
    );
}

#[test]
fn a_file_that_lost_its_outcome_sets_off_the_alarm() {
    let place = Place::simple(4);
    place.cli.ok(&["report"]);
    place.tamper("DELETE FROM step WHERE id = (SELECT max(id) FROM step)");
    let said = place.cli.run(&["report"]);
    assert_eq!(said.status, 1);
    let report = said.json.last().expect("a report");
    assert_eq!(report["balanced"], false);
    assert_eq!(report["without"]["files"], 1);
    let lost: Vec<_> = of_type(&said, "file")
        .into_iter()
        .filter(|row| row["outcome"].is_null())
        .collect();
    assert_eq!(lost.len(), 1, "and it is named");
    let words = place.words(&["report"]);
    assert!(
        words.contains("IT DOES NOT BALANCE") && words.contains("NO OUTCOME"),
        "{words}"
    );
    let page = place.html(&[]);
    assert!(page.contains("It does not balance") && page.contains("Without an outcome"));
}

#[test]
fn two_wrongs_that_make_the_sums_right_set_off_the_alarm_too() {
    let place = Place::simple(4);
    // One vanished and one is not accounted for, of the same size: the sums of outcomes agree with what was found.
    place.tamper(
        "UPDATE file SET size = 77; UPDATE step SET size = 77;
         UPDATE file SET gone = 1 WHERE id = (SELECT min(id) FROM file);
         DELETE FROM step WHERE file_id = (SELECT max(id) FROM file)",
    );
    let said = place.cli.run(&["report"]);
    let report = said.json.last().expect("a report");
    assert_eq!(report["balance"]["balanced"], true, "the sums alone do not tell");
    assert_eq!(report["balanced"], false);
    assert_eq!(
        (&report["strays"]["files"], &report["without"]["files"]),
        (&1.into(), &1.into())
    );
    assert_eq!(said.status, 1);
}

#[test]
fn a_report_of_nothing_says_so() {
    let place = Place::simple(1);
    let unknown = place.cli.run(&["report", "file:///elsewhere"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown.stderr.contains("knows of no such destination"),
        "{}",
        unknown.stderr
    );
    assert_eq!(
        count(&place.cli.ok(&["report", &place.url]), "file"),
        1,
        "by its address"
    );
    assert_eq!(place.cli.run(&["report", "--format", "pdf"]).status, 2);
}
