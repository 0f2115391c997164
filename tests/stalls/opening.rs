//! A home that accepts connections and says nothing: a photo that is opened comes from the old place after a while, and no other
//! picture waits for that.

use super::Place;
use albumen_engine::CutOverOptions;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const BOUND: Duration = Duration::from_secs(2);
/// What a busy machine takes besides.
const MORE: Duration = Duration::from_secs(8);

#[test]
fn a_home_that_stands_still_keeps_no_picture_waiting() {
    let place = Place::new(6);
    let options = CutOverOptions {
        workers: 2,
        settle: Duration::ZERO,
        patience: Duration::from_secs(20),
    };
    let cut_over = place.engine.start_cut_over(options).expect("cut over");
    cut_over.wait().expect("cut over");
    let file = |photo: &Path| {
        let (_, found) = place.engine.find_origins(photo.as_os_str()).expect("asked");
        found.first().expect("one").file_id
    };
    let state = || {
        let way = place.engine.way().expect("way").expect("a destination");
        let home = way.home.expect("home");
        (home.agreed, home.differed, home.elsewhere)
    };
    let files: Vec<i64> = place.photos.iter().map(|photo| file(photo)).collect();
    place.engine.look_within(BOUND);
    place.way.half_open();

    let (shown_in, shown) = channel();
    let begun = Instant::now();
    for file in [files[0], files[1]] {
        let (engine, shown_in) = (place.engine.clone(), shown_in.clone());
        std::thread::spawn(move || {
            let picture = engine.preview(file).expect("asked");
            shown_in
                .send((begun.elapsed(), picture.is_some()))
                .expect("heard");
        });
    }
    let (soon, is_shown) = shown.recv().expect("one");
    assert!(is_shown && soon < BOUND, "the other one waited {soon:?}");
    let (late, is_shown) = shown.recv().expect("the other");
    assert!(is_shown && late >= BOUND && late < BOUND + MORE, "{late:?}");
    assert_eq!(state(), (0, 0, 2));

    // For a while nothing is asked of it.
    let begun = Instant::now();
    assert!(place.engine.preview(files[2]).expect("asked").is_some());
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
    assert_eq!(state(), (0, 0, 3));

    // It answers again: photos come from home again.
    place.way.go_on();
    let begun = Instant::now();
    while state().0 == 0 {
        assert!(begun.elapsed() < BOUND * 2 + MORE, "home is not asked again");
        assert!(place.engine.preview(files[3]).expect("asked").is_some());
    }
    assert_eq!(state().1, 0, "nothing is concluded of what did not come");
}
