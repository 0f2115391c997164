//! Every state of an original and of what stands at the destination, under every policy and choice.

use super::*;
use albumen_catalog::ShardStep;
use albumen_model::{FileId, Identity, Kind, RelPath, Sha256};

const NOW: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;
/// Changed long ago, and before that.
const LATE: i64 = NOW - 30 * HOUR;
const EARLY: i64 = NOW - 90 * HOUR;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Original {
    Same,
    /// A repair was killed after it had placed it beside.
    SameAndThere,
    Another,
    AnotherAndThere,
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum There {
    Nothing,
    Newer,
    Older,
    /// The object that we placed, with other bytes.
    Rotten,
    Silent,
    Stranger,
}

fn row(original: Original, there: There) -> DifferenceRow {
    // No zone is off by that.
    let mtime = EARLY + HOUR + 7 * 60_000;
    let step = ShardStep {
        id: 1,
        file: FileId(1),
        root: b"/a".to_vec(),
        path: RelPath(b"x.jpg".to_vec()),
        display: "/a/x.jpg".to_owned(),
        identity: Identity {
            dev: 1,
            ino: 1,
            size: 3,
            mtime_ns: mtime * 1_000_000,
            ctime_ns: 0,
            mode: 0,
        },
        sha256: Sha256([1; 32]),
        key: "x.jpg".to_owned(),
        kind: Kind::Jpeg,
        captured: None,
        camera: None,
    };
    let placed = format!("etag=a;size=3;time={}", EARLY / 1000);
    let version = match there {
        There::Newer => format!("etag=b;size=3;time={}", LATE / 1000),
        There::Older => format!("etag=b;size=3;time={}", EARLY / 1000),
        There::Rotten => placed.clone(),
        There::Silent => "etag=b;size=3".to_owned(),
        There::Nothing | There::Stranger => String::new(),
    };
    DifferenceRow {
        id: 1,
        key: "x.jpg".to_owned(),
        differs: match there {
            There::Nothing => Differs::Missing,
            There::Stranger => Differs::Extra,
            _ => Differs::Different,
        },
        size: 3,
        version,
        from: String::new(),
        placed: Some(1),
        sha256: Some(Sha256([2; 32])),
        placed_version: placed,
        original: (original != Original::Gone).then_some(step),
        is_same: matches!(original, Original::Same | Original::SameAndThere),
        is_elsewhere: matches!(original, Original::AnotherAndThere | Original::SameAndThere),
        choice: None,
        done: String::new(),
    }
}

/// What has to be done under ask, both, source and newest.
fn expected(original: Original, there: There) -> [&'static str; 4] {
    use Original as O;
    use There as T;
    match (original, there) {
        (_, T::Stranger) => ["leave"; 4],
        (O::Gone, _) => ["nothing"; 4],
        (O::Same | O::SameAndThere, T::Nothing) => ["send"; 4],
        (O::Another | O::AnotherAndThere, T::Nothing) => ["nothing"; 4],
        (O::AnotherAndThere, T::Silent) => ["nothing", "yield", "yield", "nothing"],
        (O::AnotherAndThere, _) => ["nothing", "yield", "yield", "yield"],
        (O::SameAndThere, T::Newer) => ["nothing", "yield", "replace", "yield"],
        (O::SameAndThere, T::Older | T::Rotten) => ["nothing", "yield", "replace", "replace"],
        (O::SameAndThere, T::Silent) => ["nothing", "yield", "replace", "nothing"],
        (_, T::Newer) => ["nothing", "beside", "replace", "beside"],
        (_, T::Older | T::Rotten) => ["nothing", "beside", "replace", "replace"],
        (_, T::Silent) => ["nothing", "beside", "replace", "nothing"],
    }
}

fn word(action: Action) -> &'static str {
    match action {
        Action::Send => "send",
        Action::Replace => "replace",
        Action::Beside => "beside",
        Action::Yield => "yield",
        Action::Leave => "leave",
        Action::Mark => "mark",
        Action::None(why) => {
            assert!(why.ends_with('.'), "{why}");
            "nothing"
        }
    }
}

const POLICIES: [Conflicts; 4] = [
    Conflicts::Ask,
    Conflicts::KeepBoth,
    Conflicts::Source,
    Conflicts::Newest,
];
const ORIGINALS: [Original; 5] = [
    Original::Same,
    Original::SameAndThere,
    Original::Another,
    Original::AnotherAndThere,
    Original::Gone,
];
const THERE: [There; 6] = [
    There::Nothing,
    There::Newer,
    There::Older,
    There::Rotten,
    There::Silent,
    There::Stranger,
];

#[test]
fn every_pair_of_states_has_its_action_under_every_policy() {
    for original in ORIGINALS {
        for there in THERE {
            let row = row(original, there);
            let made = POLICIES.map(|policy| word(action(&row, policy, NOW)));
            assert_eq!(made, expected(original, there), "{original:?} and {there:?}");
        }
    }
}

#[test]
fn what_was_said_of_one_goes_before_every_policy_and_cannot_do_more() {
    for original in ORIGINALS {
        for there in THERE {
            for (choice, like) in [(Choice::Source, 2), (Choice::Both, 1), (Choice::Leave, 0)] {
                let row = DifferenceRow {
                    choice: Some(choice),
                    ..row(original, there)
                };
                for policy in POLICIES {
                    let made = word(action(&row, policy, NOW));
                    assert_eq!(
                        made,
                        expected(original, there)[like],
                        "{original:?}, {there:?}, {choice:?}"
                    );
                }
            }
        }
    }
}

/// When each was changed, in milliseconds.
fn of_times(original: i64, there: i64) -> Newest {
    let mut row = row(Original::Same, There::Newer);
    if let Some(step) = &mut row.original {
        step.identity.mtime_ns = original * 1_000_000;
    }
    row.version = format!("etag=b;size=3;time={}", there.div_euclid(1000));
    newest(&row, NOW)
}

#[test]
fn clocks_decide_only_what_they_can() {
    assert_eq!(of_times(EARLY, LATE), Newest::There);
    assert_eq!(of_times(LATE + 7 * 60_000, EARLY), Newest::Original);
    for (original, there, why) in [
        (EARLY, EARLY + 119_000, CLOSE),
        (EARLY + 119_000, EARLY, CLOSE),
        (EARLY, EARLY + 2 * HOUR, ZONE),
        (EARLY + 9 * HOUR + HOUR / 2 + 2000, EARLY, ZONE),
        (EARLY, NOW + HOUR, CLOCK),
        (NOW + HOUR, EARLY, CLOCK),
        (0, EARLY, CLOCK),
        (EARLY, -5000, CLOCK),
    ] {
        assert_eq!(
            of_times(original, there),
            Newest::Untold(why),
            "{original} {there}"
        );
    }
    assert_eq!(
        of_times(EARLY, EARLY + 2 * HOUR + 60_000),
        Newest::There,
        "no zone"
    );
    assert_eq!(
        of_times(EARLY, EARLY + 24 * HOUR),
        Newest::There,
        "no zone is so wide"
    );
}
