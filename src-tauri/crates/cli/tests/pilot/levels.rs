//! What each way to look at a destination promises, and what may go after it.

use crate::library::{Home, line};

fn may_go(home: &Home) -> u64 {
    let asked = home.run("delete-originals", &[]);
    line(&asked, "preview")["count"].as_u64().expect("a count")
}

#[test]
fn a_sample_says_what_it_rules_out_and_lets_nothing_else_go() {
    let home = Home::in_a_folder();
    home.ok("migrate", &["--no-export"]);
    let all = home.keys().len() as u64;
    assert_eq!(may_go(&home), 0);

    let said = home.ok("verify", &["--sizes"]);
    let sizes = line(&said, "verification");
    assert_eq!(
        (&sizes["level"], &sizes["ok"]["files"]),
        (&"sizes".into(), &all.into())
    );
    assert_eq!(may_go(&home), 0, "sizes let nothing go");

    let said = home.ok("verify", &["--sample", "10%"]);
    let sample = line(&said, "verification");
    let read = sample["expected"]["files"].as_u64().expect("files");
    assert!(
        read >= all.div_ceil(10) && read <= all.div_ceil(10) + 8,
        "{read} of {all}"
    );
    let bound = &sample["bound"];
    assert_eq!((&bound["of"], &bound["read"]), (&all.into(), &read.into()));
    assert!(
        bound["atMost"]
            .as_u64()
            .is_some_and(|most| most > 0 && most < all),
        "{bound}"
    );
    let promise = sample["promise"].as_str().expect("words");
    assert!(
        promise.contains("95 % certainty") && promise.contains("would be missed"),
        "{promise}"
    );
    let goes = may_go(&home);
    assert!(goes <= read && goes < all, "{goes} may go, {read} were read");

    let said = home.ok("verify", &["--rule-out", "5%"]);
    let ruled_out = line(&said, "verification");
    assert!(
        ruled_out["bound"]["atMost"]
            .as_f64()
            .is_some_and(|most| most <= 0.05 * all as f64),
        "{ruled_out}"
    );
    assert!(may_go(&home) < all, "nor does a larger one");

    let page = home.work.path().join("report.html");
    home.run(
        "report",
        &["--format", "html", "--out", page.to_str().expect("a path")],
    );
    let page = std::fs::read_to_string(page).expect("a report");
    assert!(page.contains("may not erase the rest") && page.contains("95 % certainty"));

    // One that is cut short is found by its size, and its receipt is void.
    home.ok("verify", &[]);
    let proven = may_go(&home);
    let key = home
        .keys()
        .into_keys()
        .find(|key| key.ends_with(".JPG"))
        .expect("a photo");
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(home.folder().join(&key))
        .expect("open");
    file.set_len(100).expect("cut");
    let said = home.run("verify", &["--sizes"]);
    assert_eq!(said.status, 1);
    assert_eq!(line(&said, "finding")["key"], key.as_str());
    assert!(may_go(&home) < proven);
    let said = home.run("verify", &["--sample", "100%"]);
    assert_eq!(
        (said.status, &line(&said, "verification")["bound"]),
        (1, &serde_json::Value::Null)
    );
}

#[test]
fn the_help_names_what_each_way_allows() {
    let home = Home::in_a_folder();
    let help = home.cli.run(&["verify", "--help"]).stdout;
    for words in [
        "do not erase originals",
        "may not erase the rest",
        "may erase",
        "--rule-out",
    ] {
        assert!(help.contains(words), "{words}: {help}");
    }
}
