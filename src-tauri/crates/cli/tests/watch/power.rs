//! A job waits on battery, says so, and goes on by itself: with a folder that tells of batteries as the kernel does.

use albumen_testkit::app::{Cli, wait};
use albumen_testkit::{many, tree};
use std::io::{BufRead, BufReader};
use std::path::Path;

fn put(folder: &Path, supply: &str, files: &[(&str, &str)]) {
    let at = folder.join(supply);
    std::fs::create_dir_all(&at).expect("a folder");
    for (name, text) in files {
        let mut file = std::fs::File::create(at.join(name)).expect("a file");
        std::io::Write::write_all(&mut file, format!("{text}\n").as_bytes()).expect("write");
    }
}

#[test]
fn a_move_waits_on_battery_says_so_and_goes_on_by_itself() {
    let work = tempfile::tempdir().expect("temp dir");
    let (library, there) = (work.path().join("library"), work.path().join("there"));
    let supplies = work.path().join("power_supply");
    many::make(&library, 30);
    put(&supplies, "AC", &[("type", "Mains"), ("online", "0")]);
    let battery = [("type", "Battery"), ("status", "Discharging"), ("capacity", "9")];
    put(&supplies, "BAT0", &battery);
    let cli = Cli::new(work.path()).env("ALBUMEN_POWER_SUPPLY", &supplies);
    let url = format!("file://{}", there.display());
    cli.ok(&["scan", &library.to_string_lossy(), "--pause-on", "battery"]);
    let photos = || {
        tree::snapshot(&there)
            .into_keys()
            .filter(|path| !path.starts_with(".albumen"))
            .count()
    };

    let mut child = cli.spawn(&["migrate", &url, "--pause-on", "battery,metered"]);
    let said = BufReader::new(child.stderr.take().expect("its stderr"));
    let mut said = said.lines().map(|line| line.expect("a line"));
    assert!(said.any(|line| line == "waiting: on battery, 9 % left"));
    assert_eq!((photos(), child.try_wait().expect("wait")), (0, None), "it waits");
    put(&supplies, "AC", &[("online", "1")]);
    assert!(said.any(|line| line == "going on"));
    assert_eq!(child.wait().expect("wait").code(), Some(0));
    assert!(photos() > 20);

    // Below what was said, and where nobody asked for it, nothing waits.
    put(&supplies, "AC", &[("online", "0")]);
    cli.ok(&["verify", &url, "--pause-on", "battery:5"]);
    cli.ok(&["verify", &url]);
    let stopped = cli.spawn(&["verify", &url, "--pause-on", "battery"]);
    let id = stopped.id().to_string();
    let mut stopped = stopped;
    let heard = BufReader::new(stopped.stderr.take().expect("its stderr"));
    assert!(
        heard
            .lines()
            .map_while(Result::ok)
            .any(|line| line.starts_with("waiting"))
    );
    let killed = std::process::Command::new("kill").args(["-9", &id]).status();
    assert!(killed.expect("kill").success());
    wait(stopped);
    let wrong = cli.run(&["verify", &url, "--pause-on", "battery:0"]);
    assert_eq!(wrong.status, 2);
}
