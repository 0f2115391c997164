//! A large file, at every home: killed again and again it goes on where the far side says it was, by bytes that the server
//! counts; and sending it takes no more memory than a small one.
//!
//! In `make test` the file is of a size for that; `ALBUMEN_KILLS` over 1,000 has 300 MB killed 20 times, and
//! `ALBUMEN_LARGE_MB` (4000, say) sets the size of the one whose memory is measured.

use crate::far::Far;
use albumen_testkit::app::wait;
use albumen_testkit::random::Random;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is sent a second at most, so that a kill falls where it should.
const RATE: u64 = 20_000_000;
const MIB: u64 = 1 << 20;

/// A folder with one movie of noise.
fn movie(work: &Path, megabytes: u64) -> (PathBuf, Random) {
    let source = work.join("camera");
    std::fs::create_dir(&source).expect("folder");
    let mut random = Random::new(7, 0);
    let mut file = std::fs::File::create(source.join("party.mov")).expect("create");
    for _ in 0..megabytes {
        file.write_all(&random.bytes(1_000_000)).expect("write");
    }
    (source, random)
}

fn key(far: &Far) -> String {
    let planned = far.cli.ok(&["plan", &far.url]);
    let step = planned.json.iter().find(|line| line["type"] == "step");
    let key = step.and_then(|step| step["to"].as_str());
    key.unwrap_or_else(|| panic!("{}", planned.stdout)).to_owned()
}

/// `in_flight` is the most that one kill may cost.
fn killed(work: &Path, far: &Far, in_flight: u64) {
    let long =
        std::env::var("ALBUMEN_KILLS").is_ok_and(|kills| kills.parse::<u32>().is_ok_and(|n| n >= 1000));
    let (megabytes, rounds) = if long { (300, 20) } else { (60, 4) };
    let (source, mut random) = movie(work, megabytes);
    let bytes = std::fs::read(source.join("party.mov")).expect("read");
    let size = bytes.len() as u64;
    let received = far.received.as_ref().expect("somebody counts");
    far.cli.ok(&["scan", &source.to_string_lossy()]);
    let rate = RATE.to_string();
    let migrate = ["migrate", &far.url, "--bandwidth", &rate];
    let pace = Duration::from_micros(size / (RATE / 1_000_000) / u64::from(rounds)) * 6 / 10;
    let mut kills = 0;
    for tries in 1.. {
        assert!(tries <= 4 * rounds, "killed {kills} times only");
        let before = received();
        let mut run = far.cli.spawn(&migrate);
        // From its first bytes on, as long as its share of the whole takes, a half more or less.
        while received() < before + MIB / 2 && run.try_wait().expect("wait").is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(pace / 2 + pace * random.below(1000) / 1000);
        run.kill().expect("kill");
        kills += u32::from(wait(run).status != 0);
        if kills == rounds {
            break;
        }
    }
    far.cli.ok(&migrate);
    far.cli.ok(&["verify", &far.url, "--full"]);
    assert!(
        (far.stored)(&key(far)).as_deref() == Some(&bytes[..]),
        "it is whole"
    );
    let sent = received();
    let times = sent as f64 / size as f64;
    println!(
        "{}: {megabytes} MB killed {kills} times: {times:.3} times its size was sent",
        far.name
    );
    // Questions, markers and what is tried out are small.
    let most = size + u64::from(kills) * in_flight + 2 * MIB;
    assert!(sent <= most, "{}: {times:.3} times its size was sent", far.name);
    if long {
        assert!(times <= 1.15, "{}: {times:.3} times its size was sent", far.name);
    }
}

#[test]
fn crash_in_the_middle_of_a_large_file_on_s3() {
    let work = tempfile::tempdir().expect("temp dir");
    killed(work.path(), &Far::s3(work.path()), 5 * MIB);
}

#[test]
fn crash_in_the_middle_of_a_large_file_on_cloud_storage() {
    let work = tempfile::tempdir().expect("temp dir");
    if let Some(far) = Far::cloud_storage(work.path()) {
        killed(work.path(), &far, 8 * MIB);
    }
}

#[test]
fn crash_in_the_middle_of_a_large_file_on_drive() {
    let work = tempfile::tempdir().expect("temp dir");
    killed(work.path(), &Far::drive(work.path()), MIB);
}

#[test]
fn crash_in_the_middle_of_a_large_file_on_dropbox() {
    let work = tempfile::tempdir().expect("temp dir");
    killed(work.path(), &Far::dropbox(work.path()), 4 * MIB);
}

#[test]
fn memory_does_not_grow_with_the_file_at_any_home() {
    let megabytes = std::env::var("ALBUMEN_LARGE_MB")
        .ok()
        .and_then(|text| text.parse().ok());
    let megabytes = megabytes.unwrap_or(128);
    let homes: [fn(&Path) -> Option<Far>; 8] = [
        |work| Some(Far::folder(work)),
        |work| Some(Far::s3(work)),
        Far::azure,
        Far::webdav,
        Far::sftp,
        |work| Some(Far::drive(work)),
        |work| Some(Far::dropbox(work)),
        // Its emulator copies all it has with each chunk: thousands of megabytes take it the longest.
        Far::cloud_storage,
    ];
    for home in homes {
        let work = tempfile::tempdir().expect("temp dir");
        let Some(far) = home(work.path()) else { continue };
        let (source, _) = movie(work.path(), megabytes);
        far.cli.ok(&["scan", &source.to_string_lossy()]);
        let (sent, up) = far.cli.peak(&["migrate", &far.url]);
        let (read, down) = far.cli.peak(&["verify", &far.url, "--full"]);
        assert_eq!(
            (sent.status, read.status),
            (0, 0),
            "{}{}",
            sent.stderr,
            read.stderr
        );
        let most = up.max(down) / 1024;
        println!(
            "{}: {megabytes} MB took {} MiB to send, {} to read back",
            far.name,
            up / 1024,
            down / 1024
        );
        // A file held whole would be above it, of either size.
        assert!(
            most < if megabytes > 1000 { 200 } else { 110 },
            "{}: {most} MiB",
            far.name
        );
    }
}
