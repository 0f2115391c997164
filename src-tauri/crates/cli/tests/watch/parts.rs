//! A round looks only where something changed: counted in files, with renames across folders, folders that come and go, and more
//! changes than are kept.

use crate::place::{Place, Watch, photo, run, write};
use albumen_testkit::tree;
use serde_json::Value;
use std::path::Path;

/// Folders of so many files each.
const FOLDERS: u64 = 20;
const IN_EACH: u64 = 5;

fn library() -> Place {
    let place = Place::new(0);
    for number in 0..FOLDERS * IN_EACH {
        let folder = place.library().join(format!("{:02}", number / IN_EACH));
        write(&folder.join(format!("{number}.jpg")), &photo(number));
    }
    place.cli.ok(&["scan", place.library().to_str().expect("a path")]);
    place
}

/// The next round in which something was met. It leaves nothing to do.
fn met(watch: &mut Watch, act: impl FnOnce()) -> Value {
    act();
    let round = watch.until("round that met something", |said| {
        let of = |name: &str| said[name].as_u64().unwrap_or(0);
        said["type"] == "round" && of("new") + of("changed") + of("renamed") + of("removed") > 0
    });
    assert_eq!(round["behind"], 0, "{round}");
    round
}

fn of(round: &Value, name: &str) -> u64 {
    round[name].as_u64().expect("a number")
}

#[test]
fn a_round_looks_only_where_something_changed() {
    let place = library();
    let at = |name: &str| place.library().join(name);
    let mut watch = place.watch(&["--every", "1h"]);
    let first = watch.in_step();
    assert_eq!(of(&first, "looked"), FOLDERS * IN_EACH, "{first}");

    let round = met(&mut watch, || write(&at("03/new.jpg"), &photo(1000)));
    let counts = (of(&round, "new"), of(&round, "looked"));
    assert_eq!(counts, (1, IN_EACH + 1), "{round}");

    // Between two folders: both ends are named, so nothing is new and nothing is gone.
    let round = met(&mut watch, || run("mv", &[&at("04/20.jpg"), &at("05/beach.jpg")]));
    let counts = (of(&round, "renamed"), of(&round, "new"), of(&round, "removed"));
    assert_eq!(counts, (1, 0, 0), "{round}");
    assert_eq!(of(&round["sent"], "files"), 0);
    assert_eq!(of(&round, "looked"), 2 * IN_EACH, "{round}");

    // A folder by another name, with all that is in it.
    let round = met(&mut watch, || run("mv", &[&at("06"), &at("summer")]));
    let counts = (of(&round, "renamed"), of(&round, "new"), of(&round, "removed"));
    assert_eq!(counts, (IN_EACH, 0, 0), "{round}");
    assert_eq!(of(&round["sent"], "files"), 0);
    assert!(of(&round, "looked") <= IN_EACH, "{round}");

    // A folder from elsewhere, and one that goes elsewhere: its copies stay.
    let outside = place.beside("outside");
    for number in 0..IN_EACH {
        let path = outside.join(format!("deep/er/from outside {number}.jpg"));
        write(&path, &photo(2000 + number));
    }
    let round = met(&mut watch, || run("mv", &[&outside, &at("in")]));
    let counts = (of(&round, "new"), of(&round["sent"], "files"));
    assert_eq!(counts, (IN_EACH, IN_EACH), "{round}");
    assert!(of(&round, "looked") <= IN_EACH, "{round}");
    let round = met(&mut watch, || run("mv", &[&at("07"), &place.beside("gone")]));
    assert_eq!(
        (of(&round, "removed"), of(&round, "new")),
        (IN_EACH, 0),
        "{round}"
    );
    // What is in a new folder is heard of, too.
    let round = met(&mut watch, || write(&at("in/deep/er/late.jpg"), &photo(3000)));
    let counts = (of(&round, "new"), of(&round, "looked"));
    assert_eq!(counts, (1, IN_EACH + 1), "{round}");

    let heard = watch.end("-TERM");
    let all = FOLDERS * IN_EACH + 1 + IN_EACH + 1;
    assert_eq!(crate::place::sent(&heard), all, "{heard:?}");
    assert_eq!(place.there().len() as u64, all);
    place.cli.ok(&["verify", &place.url()]);
    // A look at everything finds nothing that these rounds did not.
    let round = place.once().json[0].clone();
    let found = ["new", "changed", "renamed", "removed"].map(|name| of(&round, name));
    assert_eq!((found, of(&round, "looked")), ([0; 4], all - IN_EACH), "{round}");
}

/// Most of a source going is doubted, also where only some of its folders are looked at.
#[test]
fn a_source_that_loses_most_of_its_folders_is_asked_about() {
    let place = library();
    let mut watch = place.watch(&["--every", "1h"]);
    watch.in_step();
    let gone = place.beside("gone");
    std::fs::create_dir(&gone).expect("a folder");
    let moved: Vec<_> = (0..FOLDERS - 4)
        .map(|number| place.library().join(format!("{number:02}")))
        .collect();
    let mut args: Vec<&Path> = vec![Path::new("-t"), &gone];
    args.extend(moved.iter().map(std::path::PathBuf::as_path));
    run("mv", &args);
    watch.until("finding", |said| said["code"] == "source_shrunken");
    let heard = watch.end("-TERM");
    let removed = heard
        .iter()
        .filter_map(|said| said["removed"].as_u64())
        .sum::<u64>();
    assert_eq!(removed, 0);
}

/// More changes than are kept: everything is looked at, and all of it arrives.
#[test]
fn more_changes_than_are_kept_lead_to_a_look_at_everything() {
    let place = library();
    // All of it falls into one round, also on a machine that has much to do.
    let mut watch = place.watch(&["--every", "1h", "--settle", "6s"]);
    watch.in_step();
    let round = met(&mut watch, || {
        for number in 0..2100_u32 {
            let path = place.library().join(format!("00/{number}.tmp"));
            drop(std::fs::File::create(&path).expect("create"));
        }
        let all = place.library().join("00");
        run(
            "find",
            &[&all, Path::new("-name"), Path::new("*.tmp"), Path::new("-delete")],
        );
        write(&place.library().join("01/new.jpg"), &photo(1000));
    });
    let counts = (of(&round, "new"), of(&round, "looked"));
    assert_eq!(counts, (1, FOLDERS * IN_EACH + 1), "{round}");
    watch.end("-TERM");
    assert_eq!(
        tree::sha256(&place.home().join("new.jpg")),
        tree::sha256(&place.library().join("01/new.jpg"))
    );
}
