//! A small part first: what a pilot moves is a part of every kind and folder and of the whole move, killed or not; what it
//! foretells comes about; and neither a pilot, a sample nor a look at sizes lets go of what it did not read back.

mod levels;
mod library;

use albumen_testkit::app::wait;
use library::{Home, line, names};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

fn twice(puts: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    puts.iter().filter(|key| !seen.insert(*key)).collect()
}

#[test]
fn what_a_pilot_moved_is_not_sent_again() {
    let (home, alone) = (Home::on_s3(), Home::in_a_folder());
    let server = home.server.as_ref().expect("a server");
    alone.ok("migrate", &["--no-export"]);

    let said = home.ok("pilot", &["--sample", "10%"]);
    let pilot = line(&said, "pilot");
    let moved = home.keys();
    assert_eq!(pilot["good"], true, "{pilot}");
    for field in ["all", "placed", "readBack"] {
        assert_eq!(pilot[field]["files"], moved.len(), "{field}: {pilot}");
    }
    assert!(
        moved.len() >= 20 && moved.len() * 2 < alone.keys().len(),
        "{}",
        moved.len()
    );
    assert!(
        pilot["words"]
            .as_str()
            .expect("words")
            .ends_with("all read back whole."),
        "{pilot}"
    );
    let estimate = line(&said, "estimate");
    assert_eq!(estimate["basis"], "pilot");
    assert_eq!(estimate["left"]["files"], alone.keys().len() - moved.len());
    assert!(estimate["span"]["leastSeconds"].as_f64() < estimate["span"]["mostSeconds"].as_f64());

    let before = server.puts();
    let again = home.ok("migrate", &["--sample", "10%"]);
    assert_eq!(
        line(&again, "pilot")["doneAt"],
        pilot["doneAt"],
        "it is told, not done again"
    );
    assert_eq!(server.puts(), before, "nothing to do is nothing written");

    let rest = home.ok("migrate", &["--no-export"]);
    assert_eq!(
        line(&rest, "report")["sent"]["files"],
        alone.keys().len() - moved.len()
    );
    assert_eq!(home.keys(), alone.keys(), "the names that one move gives");
    assert_eq!(twice(&server.puts()), Vec::<&String>::new(), "each was sent once");
    let verified = home.ok("verify", &[]);
    assert_eq!(line(&verified, "verification")["ok"]["files"], alone.keys().len());
    home.ok("rollback", &[]);
    assert_eq!(home.keys(), BTreeMap::new());
    assert_eq!(line(&home.ok("plan", &[]), "report")["balanced"], true);
    let none = home.ok("estimate", &[]);
    assert_ne!(
        line(&none, "estimate")["basis"],
        "pilot",
        "what was taken back foretells nothing"
    );
}

#[test]
fn every_kind_and_folder_has_its_part_and_the_seed_decides() {
    let [one, same, other] = [0; 3].map(|_| Home::in_a_folder());
    let planned = one.planned(&[]);
    one.ok("pilot", &["--sample", "10%"]);
    same.ok("pilot", &["--sample", "10%", "--seed", "1"]);
    other.ok("pilot", &["--sample", "10%", "--seed", "2"]);
    let (moved, others) = (one.keys(), other.keys());
    assert_eq!(moved, same.keys());
    let both = names(&moved).intersection(&names(&others)).count();
    assert!(both * 2 < moved.len(), "{both} of {}", moved.len());

    for keys in [&moved, &others] {
        let endings: BTreeSet<String> = keys
            .keys()
            .filter_map(|key| Some(key.rsplit_once('.')?.1.to_lowercase()))
            .collect();
        for ending in ["jpg", "png", "heic", "mp4"] {
            assert!(endings.contains(ending), "{ending}: {endings:?}");
        }
        // Photos of a folder, by what tells them apart: stems.
        let mut folders: BTreeMap<_, (BTreeSet<_>, bool)> = BTreeMap::new();
        for (key, from) in &planned {
            let folder = folders.entry(from.parent().expect("a folder")).or_default();
            folder.0.insert(from.file_stem().expect("a name"));
            folder.1 |= keys.contains_key(key);
        }
        let large = folders.iter().filter(|(_, (photos, _))| photos.len() >= 8);
        let (met, missed): (Vec<_>, Vec<_>) = large.partition(|(_, (_, met))| *met);
        assert!(met.len() >= 6 && missed.is_empty(), "{missed:?}");
        // Whole photos: a movie has its still, a sidecar its photo.
        let half = |(key, from): (&String, &std::path::PathBuf)| {
            let beside = planned
                .iter()
                .filter(|(_, other)| other.with_extension("") == from.with_extension(""));
            beside
                .map(|(other, _)| keys.contains_key(other))
                .any(|there| there != keys.contains_key(key))
        };
        let halves: Vec<_> = planned.iter().filter(|&step| half(step)).collect();
        assert!(halves.is_empty(), "{halves:?}");
    }
}

#[test]
fn a_pilot_that_is_killed_goes_on_with_its_choice_and_a_damaged_copy_ends_it() {
    let (home, undisturbed) = (Home::on_s3(), Home::in_a_folder());
    undisturbed.ok("pilot", &["--sample", "20%"]);
    let slow = ["--sample", "20%", "--bandwidth", "200k", "--workers", "2"];
    let mut killed = home.cli.spawn(&home.args("pilot", &slow));
    let server = home.server.as_ref().expect("a server");
    let is_photo = |key: &&String| !key.contains("/.albumen/");
    while server.puts().iter().filter(is_photo).count() < 3 || home.placed().is_empty() {
        assert!(killed.try_wait().expect("wait").is_none(), "it is still at it");
        std::thread::yield_now();
    }
    killed.kill().expect("kill -9");
    wait(killed);
    let landed = home.keys();
    assert!(landed.len() < undisturbed.keys().len(), "it was killed half-way");

    // What no checkpoint knows yet would be taken for a stranger's.
    let placed = home.placed();
    let spoilt = placed.iter().next().expect("a photo that is known to be there");
    let path = home.folder().join(spoilt);
    let whole = std::fs::read(&path).expect("read");
    let write = |bytes: &[u8]| {
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).expect("open");
        std::io::Write::write_all(&mut file, bytes).expect("write");
    };
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    write(&damaged);
    let said = home.run("pilot", &["--sample", "20%"]);
    assert_eq!(said.status, 1, "{}", said.stdout);
    assert_eq!(line(&said, "pilot")["good"], false);
    let found = line(&said, "finding");
    assert_eq!(
        (&found["key"], &found["what"]),
        (&spoilt.as_str().into(), &"different".into())
    );

    write(&whole);
    let said = home.ok("pilot", &["--sample", "20%"]);
    assert_eq!(line(&said, "pilot")["good"], true);
    assert_eq!(home.keys(), undisturbed.keys(), "the same choice");
    assert_eq!(twice(&server.puts()), Vec::<&String>::new(), "each was sent once");
    let rest = home.ok("migrate", &[]);
    assert_eq!(line(&rest, "report")["failed"]["files"], 0);
    assert_eq!(twice(&server.puts()), Vec::<&String>::new(), "each was sent once");
}

#[test]
fn a_part_of_several_machines_has_its_own_pilot() {
    let home = Home::on_s3();
    let shard = ["--shard", "2/3"];
    let theirs = home.planned(&[]).len();
    home.ok("pilot", &[&shard[..], &["--sample", "5%"]].concat());
    let tried = home.keys();
    let moved = home.ok("migrate", &shard);
    let all = home.keys();
    assert!(
        tried.len() < all.len() && all.len() < theirs,
        "{} {} {theirs}",
        tried.len(),
        all.len()
    );
    assert_eq!(line(&moved, "report")["sent"]["files"], all.len() - tried.len());
    let server = home.server.as_ref().expect("a server");
    assert_eq!(twice(&server.puts()), Vec::<&String>::new(), "each was sent once");
}

#[test]
fn what_a_pilot_foretells_comes_about() {
    let home = Home::in_a_folder();
    home.ok("plan", &[]);
    let said = home.ok("estimate", &[]);
    let none = line(&said, "estimate");
    assert_eq!(
        (&none["basis"], &none["span"]),
        (&"none".into(), &serde_json::Value::Null)
    );
    assert!(
        none["words"]
            .as_str()
            .expect("words")
            .contains("not measured yet"),
        "{none}"
    );
    assert!(none["growth"].is_null() && none["largest"].as_array().is_some_and(|all| all.len() == 10));

    // Slow enough that the line decides and not the machine.
    let slow = ["--bandwidth", "400k", "--no-export"];
    let said = home.ok("pilot", &["--sample", "25%", "--bandwidth", "400k"]);
    let estimate = line(&said, "estimate");
    let likely = estimate["span"]["likelySeconds"].as_f64().expect("seconds");
    assert!(
        estimate["restsOn"]
            .as_str()
            .expect("words")
            .contains("400 kB a second"),
        "{estimate}"
    );
    let bytes = estimate["left"]["bytes"].as_f64().expect("bytes");
    let at_least = bytes / 400_000.0;
    assert!(
        likely > 0.7 * at_least && likely < 2.0 * at_least,
        "{likely} s said of {at_least}"
    );
    let begun = Instant::now();
    home.ok("migrate", &slow);
    let took = begun.elapsed().as_secs_f64();
    assert!(
        took < 2.5 * likely + 5.0 && likely < 2.0 * took,
        "{likely} s were said, {took} s it took"
    );
    let over = home.ok("estimate", &[]);
    assert_eq!(line(&over, "estimate")["words"], "Nothing is left to copy.");
}

#[test]
fn numbers_are_those_that_one_move_gives() {
    let numbered = ["--layout", "{year}/{sequence}"];
    let (home, alone) = (Home::in_a_folder(), Home::in_a_folder());
    alone.ok("migrate", &[&numbered[..], &["--no-export"]].concat());
    home.ok("pilot", &[&numbered[..], &["--sample", "15%"]].concat());
    home.ok("migrate", &[&numbered[..], &["--no-export"]].concat());
    assert_eq!(home.keys(), alone.keys());
}
