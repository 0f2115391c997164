//! Absence is not evidence. Sources and destinations that vanish, are empty, shrink, are swapped or cannot be read, times every
//! command: each ends as this table says, in a clear error or a true statement. None of them removes an original, a copy or a
//! row of the catalog, and none makes a folder where a disk should be.
//!
//! By default one side is spoilt at a time; `ALBUMEN_ABSENCE=all` spoils both in all combinations.

mod advice;
mod place;
mod table;

use place::Place;
use table::{Command, Destination, End, Source, expected, matters};

#[test]
fn nothing_is_concluded_from_what_is_not_there() {
    let all = std::env::var("ALBUMEN_ABSENCE").is_ok_and(|wanted| wanted == "all");
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    let (mut tried, mut wrong) = (0, Vec::new());
    for command in Command::ALL {
        place.begin(command);
        for source in Source::ALL {
            for destination in Destination::ALL {
                let one_side = source == Source::AsItWas || destination == Destination::AsItWas;
                let both_inject = source.is_injected() && destination.is_injected();
                let can = !(source.is_injected() || destination.is_injected())
                    || albumen_testkit::strace::is_allowed();
                if !(all || one_side && matters(command, source, destination)) || both_inject || !can {
                    continue;
                }
                tried += 1;
                let end = expected(command, source, destination);
                let found = place.try_out(command, source, destination, end);
                wrong.extend(found.into_iter().map(|what| {
                    format!("{command:?}, source {source:?}, destination {destination:?}: {what}")
                }));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("absence: {tried} states tried, 0 lost, 0 damaged, 0 concluded");
    assert!(tried > 90);
}

#[test]
fn the_checker_notices() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    place.begin(Command::Verify);
    let found = |end| place.try_out(Command::Verify, Source::AsItWas, Destination::Gone, end);
    assert_eq!(found(End::Error("destination_gone")), [""; 0]);
    assert!(found(End::Done)[0].contains("destination_gone"), "another end");
    // A deletion that is taken for a state in which nothing may happen.
    place.begin(Command::Delete);
    let deleted = place.try_out(Command::Delete, Source::AsItWas, Destination::AsItWas, End::Told);
    assert!(
        deleted.iter().any(|what| what.contains("original")),
        "{deleted:?}"
    );
}
