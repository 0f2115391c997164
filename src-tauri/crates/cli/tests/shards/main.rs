//! Several machines, one migration: `--shard K/N`. Whatever starts when, is killed, or comes twice: each object is written once,
//! under the name that one machine alone would have given it, and the parts add up.

mod library;
mod machines;

use albumen_testkit::app::wait;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use library::{LIBRARY, run};
use machines::{ALONE, Machines, assert_all_there, is_clean, open_parts, own, report};

/// Another day of March 2019.
const LATER_NS: u64 = 1_551_500_000_000_000_000;

#[test]
fn eight_machines_at_once_make_what_one_makes_alone() {
    let all = Machines::on_s3(&[]);
    // Not all know the library in the same way: found in another order, and mounted elsewhere.
    let mut turned = LIBRARY.sources();
    turned.reverse();
    all.scan_anew(7, &turned);
    all.scan_anew(8, &LIBRARY.mount_at(&all.work.path().join("mnt/photos")));
    let alone = all.alone();
    assert!(alone.len() > 280, "{}", alone.len());
    assert!(alone.keys().any(|key| key.contains('~')), "names collide");

    all.all_at_once(1..=8);
    assert_eq!(all.keys("shared"), alone);
    assert_eq!(all.unseen(), Vec::<String>::new(), "each was written once");
    let before = all.cli(2).run(&["report", &all.url("shared")]);
    assert_eq!(before.status, 0, "a report on one part is none on all");
    for machine in [2, 8] {
        assert_all_there(&all.merged(machine), alone.len());
    }

    // What one machine verified is its own to delete, whoever moved it; what it did not, is not.
    let asked = all.cli(3).run(&["delete-originals", &all.url("shared")]);
    assert_eq!(asked.json[0]["count"], 0, "{}", asked.stdout);
    let verified = all.cli(2).ok(&["verify", &all.url("shared")]);
    assert_eq!(report(&verified)["expected"]["files"], alone.len());
    let asked = all.cli(2).run(&["delete-originals", &all.url("shared")]);
    assert_eq!(asked.json[0]["count"], alone.len(), "{}", asked.stdout);

    let server = all.server.as_ref().expect("a server");
    server.forget();
    for machine in [5, 8] {
        let again = all.ok(machine, "migrate", &[]);
        assert_eq!(report(&again)["sent"]["files"], 0, "machine {machine}");
        let again = all.ok(machine, "migrate", &["--shard", &format!("{machine}/8")]);
        assert_eq!(report(&again)["sent"]["files"], 0, "machine {machine}");
    }
    assert_eq!(
        server.puts(),
        Vec::<String>::new(),
        "nothing to do is nothing written"
    );
    let read = server
        .asked()
        .iter()
        .filter(|asked| asked.method == "GET")
        .count();
    assert!(read < 100, "what markers tell is not read back: {read}");

    // One takes back what all of them did.
    all.cli(2).ok(&["rollback", &all.url("shared")]);
    assert_eq!(tree::snapshot(&all.folder("shared")).len(), 0);
}

#[test]
fn a_machine_that_is_killed_goes_on_and_the_report_says_what_is_open() {
    let all = Machines::on_s3(&[]);
    let keys = all.keys_of(4);
    let mut killed = all.start(4, "4/8", &["--bandwidth", "300k", "--workers", "2"]);
    let others: Vec<_> = (1..=8).filter(|machine| *machine != 4).collect();
    while all.count_there(&keys) < 3 {
        assert!(killed.try_wait().expect("wait").is_none(), "it is still at it");
        std::thread::yield_now();
    }
    killed.kill().expect("kill -9");
    wait(killed);
    all.all_at_once(others.into_iter());

    let landed = all.count_there(&keys);
    assert!(landed < keys.len(), "it was killed half-way: {landed}");
    let merged = all.merged(1);
    assert_eq!(merged.status, 1, "{}", merged.stdout);
    assert_eq!(open_parts(&merged), [4]);
    assert_eq!(report(&merged)["balanced"], true, "open is an outcome");
    assert_eq!(report(&merged)["open"]["files"], keys.len() - landed);

    let again = all.ok(4, "migrate", &["--shard", "4/8"]);
    assert_eq!(own(&again)["there"]["files"], keys.len());
    assert_eq!(all.keys("shared"), *ALONE);
    // Of what its two hands sent in its last moment, the server does not say that it answered.
    let unseen = all.unseen();
    assert!(
        unseen.len() <= 2 && unseen.iter().all(|key| keys.contains(key)),
        "{unseen:?}"
    );
    assert_all_there(&all.merged(1), ALONE.len());
}

#[test]
fn machines_that_come_later_and_with_new_catalogs_give_the_same_names() {
    let numbered = ["--layout", "{year}/{month}/{sequence}", "--skip-duplicates"];
    let all = Machines::on_s3(&numbered);
    // A stranger has numbers already.
    let strangers = ["2019/03/0002.jpg", "2019/03/0007.mov"];
    for bucket in ["shared", "alone"] {
        for name in strangers {
            put(all.folder(bucket).join(name), b"a stranger's", LATER_NS);
        }
    }
    let alone = all.alone();
    all.all_at_once([5, 2, 7, 1].into_iter());
    // Numbers that are there are nobody else's, also for a machine that knows nothing but the destination.
    for machine in [2, 7] {
        all.lose_catalog(machine);
    }
    all.all_at_once([8, 2, 3, 4, 6, 7].into_iter());
    assert_eq!(all.keys("shared"), alone);
    assert_eq!(all.unseen(), strangers, "each was written once");
    assert_all_there(&all.merged(6), alone.len() - strangers.len());
}

#[test]
fn a_folder_is_shared_as_well_and_a_lost_machine_is_made_up_for() {
    let all = Machines::on_a_folder(&[]);
    let keys = all.keys_of(6);
    let mut killed = all.start(6, "6/8", &["--bandwidth", "300k", "--workers", "2"]);
    let others: Vec<_> = (1..=8).filter(|machine| *machine != 6).collect();
    while all.count_there(&keys) < 3 {
        assert!(killed.try_wait().expect("wait").is_none(), "it is still at it");
        std::thread::yield_now();
    }
    killed.kill().expect("kill -9");
    wait(killed);
    all.all_at_once(others.into_iter());
    assert_eq!(all.merged(3).status, 1);
    // Another machine takes its place, with the same number.
    all.lose_catalog(6);
    all.all_at_once([6].into_iter());
    assert_eq!(all.keys("shared"), *ALONE);
    assert_all_there(&all.merged(3), ALONE.len());
    all.cli(3).ok(&["verify", &all.url("shared")]);
    assert_eq!(report(&all.ok(3, "migrate", &[]))["sent"]["files"], 0);
    assert!(is_clean(&all.folder("shared")));
}

#[test]
fn two_machines_with_one_number_do_no_harm() {
    for all in [Machines::on_s3(&[]), Machines::on_a_folder(&[])] {
        let twins: Vec<_> = [(1, "1/2"), (2, "1/2"), (3, "2/2"), (4, "2/2")]
            .into_iter()
            .map(|(machine, part)| all.start(machine, part, &[]))
            .collect();
        for twin in twins {
            let ended = wait(twin);
            assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
        }
        assert_eq!(all.keys("shared"), *ALONE);
        assert_all_there(&all.merged(2), ALONE.len());
        all.cli(2).ok(&["verify", &all.url("shared")]);
        assert!(is_clean(&all.folder("shared")));
    }
}

#[test]
fn what_markers_tell_is_not_believed_without_the_listing() {
    let all = Machines::on_a_folder(&[]);
    for (machine, part) in [(3, "1/2"), (8, "2/2")] {
        wait(all.start(machine, part, &[]));
    }
    let whole = all.keys("shared");
    assert_all_there(&all.merged(3), whole.len());
    // One goes, and another holds other bytes: what a machine knew, and what it is told.
    let mut photos = whole.keys().filter(|key| key.ends_with("jpg"));
    let [gone, other] = [(); 2].map(|()| all.folder("shared").join(photos.next().expect("a photo")));
    assert!(run("rm", &[&gone, &other]));
    put(other, b"of another size", LATER_NS);
    all.lose_catalog(8);
    all.ok(8, "plan", &["--shard", "2/2"]);
    for machine in [3, 8] {
        let merged = all.merged(machine);
        assert_eq!(merged.status, 1, "machine {machine}: {}", merged.stdout);
        assert_eq!(report(&merged)["open"]["files"], 2, "machine {machine}");
    }
    let mended = all.ok(3, "migrate", &[]);
    assert_eq!(report(&mended)["sent"]["files"], 2);
}

#[test]
fn a_part_that_does_not_exist_is_wrong_use() {
    let all = Machines::on_a_folder(&[]);
    for (command, part) in [
        ("migrate", "0/8"),
        ("migrate", "9/8"),
        ("plan", "1/0"),
        ("plan", "/8"),
    ] {
        let refused = all.cli(1).run(&[command, &all.url("shared"), "--shard", part]);
        assert_eq!(refused.status, 2, "{part}: {}", refused.stderr);
    }
    let none = all.cli(1).run(&["report", &all.url("shared"), "--merge"]);
    assert_eq!(none.status, 2, "without a plan: {}{}", none.stdout, none.stderr);
    assert!(all.keys("shared").is_empty());
    let one = all.ok(1, "migrate", &["--shard", "1/1"]);
    assert_eq!(own(&one)["there"]["files"], all.keys("shared").len());
    assert_all_there(&all.merged(1), all.keys("shared").len());
}
