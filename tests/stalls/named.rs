//! A second home that is named after the list of originals was shown: nothing goes that it has not proven.

use super::{LONGEST, Outcome, Place};
use albumen_engine::api::DestinationSpec;
use std::time::Instant;

fn name_second(place: &Place) {
    let url = format!("file://{}", place.work.path().join("second").display());
    let spec = DestinationSpec::parse(&url).expect("a folder");
    place
        .engine
        .name_second_home(spec, None, false)
        .expect("a second home");
}

#[test]
fn a_home_that_is_named_after_the_list_was_shown_makes_it_void() {
    let place = Place::new(3);
    let before = place.here();
    let seen = place.engine.delete_preview().expect("preview");
    assert!(seen.count >= 3);
    name_second(&place);
    let started = place
        .engine
        .start_delete(&seen.token, &seen.count.to_string(), true);
    let refused = started.err().expect("refused");
    assert_eq!(refused.code, "confirmation_void", "{refused:?}");
    assert_eq!(place.engine.delete_preview().expect("preview").count, 0);
    assert_eq!(place.here(), before);
}

/// The job has its list and asks the first home, which keeps it waiting.
#[test]
fn what_a_home_that_is_named_meanwhile_has_not_proven_stays() {
    let place = Place::new(30);
    let count = place.engine.delete_preview().expect("preview").count;
    // Behind what is asked before the first photo, and before the last one.
    place.way.silent_at(20);
    let job = place.start_delete();
    place.until_silent();
    let begun = Instant::now();
    while place.engine.job().expect("a job").stage != "Checking and removing originals" {
        assert!(begun.elapsed() < LONGEST, "it is not so far");
        std::thread::yield_now();
    }
    let before = place.here();
    name_second(&place);
    place.way.go_on();
    let Outcome::Deleted(done) = job.wait().expect("ended") else {
        panic!("another outcome");
    };
    assert_eq!(place.here(), before, "nothing goes from then on");
    let kept: u64 = done.kept.iter().map(|kept| kept.files).sum();
    assert!(kept > 0 && done.removed.files + kept == count, "{done:?}");
    assert!(done.kept[0].why.contains("homes"), "{done:?}");
}
