//! Runs the cases at a place, and keeps the table of what came out in `docs/destinations.md`.

use super::facts::Fact;
use super::home::Home;
use super::place::Place;
use std::fmt::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// No case takes longer, unless it hangs.
const LONGEST: Duration = Duration::from_secs(40);
const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- end -->";

pub type Running<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One promise.
pub struct Case {
    /// `group::what_is_promised`
    pub name: &'static str,
    pub needs: &'static [Fact],
    pub run: for<'a> fn(&'a Home) -> Running<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    /// The place cannot do what the case needs.
    NotApplicable(Fact),
    Failed(String),
    /// There is no server for it on this system.
    NotChecked,
}

/// Every case's outcome at one place.
pub fn run(place: Option<Place>, cases: &'static [Case]) -> Vec<Outcome> {
    let Some(place) = place else {
        return vec![Outcome::NotChecked; cases.len()];
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build();
    let runtime = runtime.expect("start a runtime");
    cases
        .iter()
        .map(
            |case| match case.needs.iter().find(|fact| !place.facts.contains(fact)) {
                Some(missing) => Outcome::NotApplicable(*missing),
                None => runtime.block_on(one(&place, case)),
            },
        )
        .collect()
}

async fn one(place: &Place, case: &'static Case) -> Outcome {
    let home = Arc::new(place.home(&case.name.replace("::", "-")));
    let task = tokio::spawn(async move { (case.run)(&home).await });
    match tokio::time::timeout(LONGEST, task).await {
        Ok(Ok(())) => Outcome::Kept,
        Ok(Err(died)) => Outcome::Failed(words(died)),
        Err(_) => Outcome::Failed(format!("it hangs for more than {LONGEST:?}")),
    }
}

fn words(died: tokio::task::JoinError) -> String {
    let Ok(why) = died.try_into_panic() else {
        return "it was stopped".to_owned();
    };
    let said = why.downcast_ref::<String>().cloned();
    said.or_else(|| why.downcast_ref::<&str>().map(|said| (*said).to_owned()))
        .unwrap_or_else(|| "it panicked".to_owned())
}

/// Lines for people about the cases that failed.
pub fn failures(place: &str, cases: &[Case], outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for (case, outcome) in cases.iter().zip(outcomes) {
        if let Outcome::Failed(why) = outcome {
            writeln!(text, "{} at {place}: {why}", case.name).expect("write to a string");
        }
    }
    text
}

/// A row a case, a column a place.
pub fn table(cases: &[Case], columns: &[(&str, &[Outcome])]) -> String {
    let mut text = String::from("| case |");
    for (place, _) in columns {
        write!(text, " {place} |").expect("write to a string");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(columns.len()));
    text.push('\n');
    for (row, case) in cases.iter().enumerate() {
        let name = case.name.replace("::", ": ").replace('_', " ");
        write!(text, "| {name} |").expect("write to a string");
        for (_, outcomes) in columns {
            let cell = match &outcomes[row] {
                Outcome::Kept => "yes".to_owned(),
                Outcome::NotApplicable(fact) => format!("n/a ({})", fact.missing()),
                Outcome::Failed(_) => "**FAILED**".to_owned(),
                Outcome::NotChecked => "not checked".to_owned(),
            };
            write!(text, " {cell} |").expect("write to a string");
        }
        text.push('\n');
    }
    text
}

/// The first line where the table in `document` differs from `found`. A place that was not checked here is compared with
/// nothing.
pub fn difference(document: &str, found: &str) -> Option<String> {
    let written = document
        .split_once(BEGIN)
        .and_then(|(_, rest)| rest.split_once(END));
    let Some((written, _)) = written else {
        return Some(format!("there is no table between {BEGIN:?} and {END:?}"));
    };
    let cells = |line: &str| {
        line.split('|')
            .map(|cell| cell.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let same = |(written, found): (&str, &str)| {
        let (written, found) = (cells(written), cells(found));
        let alike = |(written, found): (&String, &String)| found == "not checked" || written == found;
        written.len() == found.len() && written.iter().zip(&found).all(alike)
    };
    if written.lines().count() != found.lines().count() {
        return Some("cases were added or taken away".to_owned());
    }
    let differs = written.lines().zip(found.lines()).find(|&pair| !same(pair));
    differs.map(|(written, found)| format!("it says\n{written}\nand what was found is\n{found}"))
}

/// Writes the table into the document.
pub fn renew(path: &Path, found: &str) {
    let document = std::fs::read_to_string(path).expect("read the document");
    let (before, rest) = document.split_once(BEGIN).expect("the document has a table");
    let (_, after) = rest.split_once(END).expect("the table has an end");
    super::home::write(path, format!("{before}{BEGIN}{found}{END}{after}").as_bytes());
}
