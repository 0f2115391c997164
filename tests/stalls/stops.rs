//! A stop is heard wherever a deletion or a roll back waits for the storage, and leaves things as a kill there would: started
//! again, it goes on.

use super::Place;
use albumen_engine::JobHandle;
use albumen_engine::api::AppError;
use albumen_testkit::tree::Tree;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(5);
/// A connection that stands still is given up after 30 s, an answer that does not come after 120 s.
const SOON: Duration = Duration::from_secs(5);

/// Stops the job once the line is silent; `None` where it ended before.
fn stopped(place: &Place, job: JobHandle) -> Option<Result<(), AppError>> {
    let (ended_in, ended) = channel();
    std::thread::spawn(move || ended_in.send(job.wait().map(drop)));
    let begun = Instant::now();
    loop {
        match ended.recv_timeout(LOOK) {
            Ok(ended) => {
                ended.expect("it was asked to stop nowhere");
                return None;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => panic!("the job died"),
        }
        assert!(begun.elapsed() < super::LONGEST, "neither silent nor done");
        if place.way.is_silent() {
            break;
        }
    }
    let begun = Instant::now();
    place.engine.cancel();
    let ended = ended.recv_timeout(super::LONGEST).expect("heard at all");
    assert!(begun.elapsed() < SOON, "heard after {:?}", begun.elapsed());
    place.way.go_on();
    Some(ended)
}

/// Stops it at the first request, then at the second, and so on, until it comes to its end.
fn at_every_request(place: &Place, before: &Tree, start: impl Fn() -> Option<JobHandle>) -> u64 {
    for nth in 1.. {
        place.way.silent_at(nth);
        let Some(job) = start() else {
            return nth;
        };
        match stopped(place, job) {
            None => return nth,
            Some(Err(error)) => assert_eq!(error.code, "stopped", "{error:?}"),
            Some(Ok(())) => {}
        }
        let (here, there) = (place.here(), place.there());
        for (path, entry) in before {
            let stands = here.get(path).is_some_and(|now| now.sha256 == entry.sha256);
            let is_safe = stands || there.contains(&entry.sha256);
            assert!(is_safe, "{} is nowhere after {nth}", path.display());
            assert!(stands || !here.contains_key(path), "{} is half", path.display());
        }
    }
    unreachable!("there is no end of numbers")
}

#[test]
fn a_deletion_and_a_roll_back_hear_a_stop_at_every_request() {
    let place = Place::new(4);
    let before = place.here();
    let deletion = at_every_request(&place, &before, || {
        let seen = place.engine.delete_preview().expect("preview");
        (seen.count > 0).then(|| place.start_delete())
    });
    place.way.go_on();
    assert!(place.here().len() < before.len(), "originals went");
    let rolled = at_every_request(&place, &before, || {
        let seen = place.engine.rollback_preview().expect("preview");
        Some(place.engine.start_rollback(&seen.token).expect("started"))
    });
    place.way.go_on();
    println!("stopped at {deletion} and {rolled} requests");
    assert!(deletion > 8 && rolled > 5, "{deletion}, {rolled}");
    let here = place.here();
    for (path, entry) in &before {
        assert_eq!(here[path].sha256, entry.sha256, "{}", path.display());
    }
    let there = place.there();
    let left = before.values().filter(|entry| there.contains(&entry.sha256));
    assert_eq!(left.count(), 0, "copies stay after the roll back");
}
