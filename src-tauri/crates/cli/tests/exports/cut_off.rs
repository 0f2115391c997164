//! Killed while it leaves them: nothing is there that the catalog does not know, and the next run goes on.

use super::place::{Place, of_type, rm};
use albumen_testkit::app::wait;
use albumen_testkit::random::Random;
use albumen_testkit::{strace, tree};
use std::time::{Duration, Instant};

/// So many points of each call, in `make test`; `ALBUMEN_KILLS` sets another number.
const SHORT: usize = 2;

#[test]
fn killed_at_any_change_of_an_export_the_next_run_leaves_it_and_a_roll_back_takes_it_away() {
    if !strace::is_allowed() {
        return;
    }
    let wanted = std::env::var("ALBUMEN_KILLS").ok();
    let wanted = wanted.and_then(|text| text.parse().ok()).unwrap_or(SHORT);
    let first = Place::folder();
    let log = first.root.join("log");
    let command = first.cli.command(&["migrate", &first.url]);
    let watched = wait(strace::watched(&command, &log).spawn().expect("strace"));
    assert_eq!(watched.status, 0, "{}{}", watched.stdout, watched.stderr);
    let calls = strace::calls(&log, &first.root);
    let mut points = strace::kills(&calls);
    points.retain(|point| point.on.to_string_lossy().contains("exports"));
    assert!(points.len() > 20, "{points:?}");
    let mut random = Random::new(1, 41);
    let mut of_call: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let mut killed = 0;
    while !points.is_empty() {
        let at = random.below(u32::try_from(points.len()).expect("few")) as usize;
        let point = points.swap_remove(at);
        let done = of_call.entry(point.call).or_default();
        if *done == wanted {
            continue;
        }
        *done += 1;
        let place = Place::folder();
        // The same places below another root.
        let on = point.on.strip_prefix(&first.root).expect("below");
        let point = strace::Fault {
            on: place.root.join(on),
            ..point
        };
        let command = place.cli.command(&["migrate", &place.url]);
        let log = place.root.join("log");
        let cut = wait(strace::spoilt(&command, &point, &log).spawn().expect("strace"));
        killed += usize::from(cut.status == -1);
        assert_eq!(place.unknown(), [""; 0], "{point}");
        if killed % 2 == 0 {
            let (sent, exports) = place.migrate();
            assert_eq!(sent, 0, "{point}: the photos were there before");
            // Killed at the very end, it had left them.
            assert!(exports == 3 || exports == 0, "{point}: {exports}");
            assert!(!place.root.join("catalog.db.exports").exists(), "{point}");
            place.all_genuine();
            assert_eq!(place.migrate(), (0, 0), "{point}");
        }
        place.cli.ok(&["rollback", &place.url]);
        let left = tree::snapshot(&place.root.join("D"));
        assert!(left.is_empty(), "{point}: {left:?}");
        assert!(!place.root.join("catalog.db.exports").exists(), "{point}");
    }
    assert!(killed > 4, "{killed} killed");
    println!("exports: killed {killed} times, 0 unknown, 0 left");
}

/// What was sent of a large copy is not sent again.
#[test]
fn a_large_copy_goes_on_where_it_was() {
    let place = Place::bucket();
    // Bytes that no page of zeros shortens, for a catalog of some 40 MB.
    place.tamper(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
         INSERT INTO journal (at, what, detail) SELECT i, 'test', hex(randomblob(5000)) FROM n",
    );
    let server = place.server.as_ref().expect("a server");
    let mut child = place.cli.spawn(&["migrate", &place.url, "--bandwidth", "12M"]);
    let parts = || {
        server
            .asked()
            .iter()
            .filter(|one| one.query.contains("partNumber="))
            .count()
    };
    let began = Instant::now();
    while parts() < 2 {
        assert!(began.elapsed() < Duration::from_secs(120), "no part was sent");
        assert!(child.try_wait().expect("wait").is_none(), "it ended before");
        std::thread::yield_now();
    }
    child.kill().expect("kill");
    child.wait().expect("ended");
    assert_eq!(place.ask("SELECT count(*) || '' FROM upload"), "1");
    let before = server.received();
    let said = place.cli.ok(&["migrate", &place.url]);
    let report = of_type(&said, "report")[0];
    assert_eq!(
        (&report["sent"]["files"], &report["exports"]),
        (&0.into(), &3.into())
    );
    place.all_genuine();
    let size = place.export("catalog.db").len() as u64;
    assert!(size > 40_000_000, "{size}");
    let again = server.received() - before;
    assert!(again + 2_000_000 < size, "{again} of {size} were sent again");
    assert_eq!(place.ask("SELECT count(*) || '' FROM upload"), "0");
    assert_eq!(place.migrate(), (0, 0));
}

/// The folder where they are made is lost, or holds other bytes by now.
#[test]
fn what_was_made_and_is_not_whole_any_more_is_made_anew() {
    for spoil in [true, false] {
        let place = Place::bucket();
        place.migrate();
        let sql = "UPDATE setting SET value = replace(value, '\"state\":\"left\"', '\"state\":\"leaving\"') WHERE key LIKE 'exports:%'";
        place.tamper(sql);
        place.tamper("DELETE FROM marker WHERE key LIKE '%exports%'");
        for name in place.exports() {
            place.remove(&format!(".albumen/exports/{name}"));
        }
        let made = place.root.join("catalog.db.exports");
        for name in ["library.jsonl", "library.csv", "catalog.db"] {
            if spoil {
                albumen_testkit::write::put(made.join(name), b"other bytes", 1);
            }
        }
        assert_eq!(place.migrate(), (0, 3));
        place.all_genuine();
        assert!(!made.exists());
        rm(&place.root.join("D"));
    }
}
