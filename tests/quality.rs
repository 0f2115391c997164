//! How well photos are grouped, measured on a set whose truth is known: what belongs together is together, what only
//! looks alike is not, members are called what they are. The limits are those README states.
//!
//! With `ALBUMEN_LABELLED=FOLDER` the same is measured on a set that lies there, with a `truth.csv` of the columns file,
//! group, transform, kind, scene; its figures are printed.

use albumen_testkit::app::Cli;
use albumen_testkit::labelled::{self, Label};
use albumen_testkit::score::{Score, score};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

const SAME_PICTURE: [&str; 17] = [
    "copy",
    "q75",
    "q50",
    "half",
    "quarter",
    "png",
    "webp",
    "upright90",
    "upright180",
    "upright270",
    "thumb160",
    "exifstrip",
    "resize50",
    "resize25",
    "messenger",
    "heic",
    "thumb",
];
const TURNED: [&str; 7] = [
    "rot90", "rot180", "rot270", "exif90", "exif180", "exif270", "mirror",
];
const LIGHT_EDITS: [&str; 9] = [
    "bright",
    "dark",
    "contrast",
    "grey",
    "warm",
    "stamp",
    "whitebal",
    "watermark",
    "datestamp",
];
const BORDERS: [&str; 3] = ["border", "border-white", "border-black"];

/// Which of the limits are missed.
fn findings(score: &Score) -> Vec<String> {
    let least = [
        ("precision", score.precision, 0.998),
        ("F1", score.f1(), 0.98),
        ("recall: same picture", score.recall_of(&SAME_PICTURE), 1.0),
        ("recall: turned", score.recall_of(&TURNED), 1.0),
        ("recall: light edits", score.recall_of(&LIGHT_EDITS), 0.99),
        ("recall: crop of 5 %", score.recall_of(&["crop5"]), 0.95),
        ("recall: crop of 10 %", score.recall_of(&["crop10"]), 0.80),
        ("recall: border", score.recall_of(&BORDERS), 0.80),
    ];
    let mut missed: Vec<String> = least
        .into_iter()
        .filter(|(_, value, limit)| value < limit)
        .map(|(what, value, limit)| format!("{what} is {value:.4}, at least {limit} is wanted"))
        .collect();
    if score.pieces > 1.05 {
        missed.push(format!("pieces: {:.3}, at most 1.05 is wanted", score.pieces));
    }
    missed.extend(
        score
            .flat
            .iter()
            .map(|file| format!("flat: {file} is in a group")),
    );
    missed
}

fn print(score: &Score) {
    println!(
        "precision {:.4}, recall {:.4}, F1 {:.4}, pieces {:.3}",
        score.precision,
        score.recall,
        score.f1(),
        score.pieces
    );
    for (transform, (found, all)) in &score.found {
        println!("  {transform:14} {found:4} of {all}");
    }
    for one in &score.lost {
        println!("  lost: {one}");
    }
    for ((a, b), pairs) in &score.wrong {
        println!("  wrong: {a} with {b}: {pairs} pairs");
    }
}

/// One group as `albumen groups --json` prints it, its paths as in the labels.
struct Group {
    kind: String,
    keeper: String,
    members: Vec<(String, String, bool)>,
}

fn groups(cli: &Cli, root: &Path, options: &[&str]) -> Vec<Group> {
    let arguments = [&["groups"], options].concat();
    let root = format!("{}/", root.canonicalize().expect("path").display());
    let text = |value: &Value| {
        value
            .as_str()
            .expect("a text")
            .trim_start_matches(&root)
            .to_owned()
    };
    let group = |line: &Value| Group {
        kind: text(&line["kind"]),
        keeper: text(&line["keeper"]),
        members: line["members"]
            .as_array()
            .expect("members")
            .iter()
            .map(|one| (text(&one["path"]), text(&one["relation"]), one["keep"] == true))
            .collect(),
    };
    cli.ok(&arguments).json.iter().map(group).collect()
}

fn files(groups: &[Group]) -> Vec<Vec<String>> {
    let of = |group: &Group| group.members.iter().map(|one| one.0.clone()).collect();
    groups.iter().map(of).collect()
}

fn scanned(work: &Path, root: &Path) -> Cli {
    let cli = Cli::new(work);
    cli.ok(&["scan", &root.to_string_lossy()]);
    cli
}

#[test]
fn photos_are_grouped_as_a_person_would() {
    let work = tempfile::tempdir().expect("temp dir");
    let root = work.path().join("library");
    let truth = labelled::make(&root, 24);
    let cli = scanned(work.path(), &root);
    let made = groups(&cli, &root, &[]);
    let right = files(&made);
    let result = score(&truth, &right);
    print(&result);
    assert_eq!(findings(&result), Vec::<String>::new());
    check_members(&truth, &made);
    show_that_it_fails(&truth, &right);
    // A similarity that no copy but the closest reaches: the measure must say so.
    let strict = score(&truth, &files(&groups(&cli, &root, &["--similarity", "2"])));
    assert!(findings(&strict).iter().any(|one| one.starts_with("recall")));
}

/// Members are called what they are, frames of their own stay, and the keeper is the original.
fn check_members(truth: &[Label], made: &[Group]) {
    let labels: HashMap<&str, &Label> = truth.iter().map(|label| (label.file.as_str(), label)).collect();
    let mut odd: BTreeMap<(String, String), usize> = BTreeMap::new();
    for group in made {
        let keeper = labels[group.keeper.as_str()];
        assert!(
            matches!(keeper.transform.as_str(), "orig" | "copy"),
            "a {} is kept of {}",
            keeper.transform,
            keeper.group
        );
        assert_ne!(group.kind, "burst", "there are copies in every group");
        for (file, relation, keep) in &group.members[1..] {
            let transform = labels[file.as_str()].transform.as_str();
            let wanted = match transform {
                "orig" | "copy" => "identical",
                "burst" => "burst",
                "crop5" | "crop10" => "crop",
                one if BORDERS.contains(&one) => "border",
                one if TURNED.contains(&one) => "turned",
                one if LIGHT_EDITS.contains(&one) => "edited",
                _ => "same",
            };
            // Between a copy and an edit there is no sharp line: strong compression edits, a small stamp hardly does.
            let either =
                matches!(transform, "q50" | "stamp") && matches!(relation.as_str(), "same" | "edited");
            if relation != wanted && !either {
                *odd.entry((transform.to_owned(), relation.clone())).or_insert(0) += 1;
            }
            assert!(
                *keep || matches!(relation.as_str(), "identical" | "same" | "turned"),
                "{file} goes"
            );
        }
    }
    // Strong compression may pass for an edit: then both are kept, which is safe. Nothing else may be mixed up.
    let careful = |of: &(String, String)| of.1 == "edited" && !TURNED.contains(&of.0.as_str());
    let unsafe_ones: Vec<_> = odd.iter().filter(|(of, _)| !careful(of)).collect();
    assert!(unsafe_ones.is_empty(), "called something else: {unsafe_ones:#?}");
    assert!(
        odd.values().sum::<usize>() * 100 <= truth.len(),
        "too careful: {odd:#?}"
    );
}

/// The measure itself is measured: each kind of mistake is noticed.
fn show_that_it_fails(truth: &[Label], right: &[Vec<String>]) {
    let raises = |groups: &[Vec<String>], what: &str| {
        let missed = findings(&score(truth, groups));
        assert!(
            missed.iter().any(|one| one.starts_with(what)),
            "{what} is not noticed: {missed:?}"
        );
    };
    let of = |transform: &'static str| truth.iter().filter(move |label| label.transform == transform);
    let mut merged = right.to_vec();
    let other = merged.pop().expect("several groups");
    merged[0].extend(other);
    raises(&merged, "precision");
    let mut chained = right.to_vec();
    chained[0].extend(of("neg-sky").map(|label| label.file.clone()));
    raises(&chained, "precision");
    let mut flat = right.to_vec();
    flat[0].extend(of("neg-flat").take(1).map(|label| label.file.clone()));
    raises(&flat, "flat");
    for (transform, lost, what) in [
        ("rot90", 1, "recall: turned"),
        ("half", 1, "recall: same"),
        ("grey", 3, "recall: light"),
        ("crop5", 3, "recall: crop of 5"),
        ("border-white", 12, "recall: border"),
    ] {
        let lost: Vec<&String> = of(transform).take(lost).map(|label| &label.file).collect();
        let mut without = right.to_vec();
        for group in &mut without {
            group.retain(|file| !lost.contains(&file));
        }
        raises(&without, what);
    }
    let halves: Vec<Vec<String>> = right
        .iter()
        .flat_map(|group| group.chunks(group.len() / 2 + 1).map(<[String]>::to_vec))
        .collect();
    raises(&halves, "pieces");
}

#[test]
fn a_labelled_set_of_the_person() {
    let Some(root) = std::env::var_os("ALBUMEN_LABELLED").map(PathBuf::from) else {
        return;
    };
    let truth = std::fs::read_to_string(root.join("truth.csv")).expect("truth.csv");
    let label = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        let [file, group, transform, _, scene] = columns[..] else {
            panic!("five columns expected: {line}")
        };
        [file, group, transform, scene].map(str::to_owned)
    };
    let truth: Vec<Label> = truth
        .lines()
        .skip(1)
        .map(label)
        .map(|[file, group, transform, scene]| Label {
            file,
            group,
            transform,
            scene,
        })
        .collect();
    let work = tempfile::tempdir().expect("temp dir");
    let cli = scanned(work.path(), &root);
    let result = score(&truth, &files(&groups(&cli, &root, &[])));
    print(&result);
    assert_eq!(findings(&result), Vec::<String>::new());
}
