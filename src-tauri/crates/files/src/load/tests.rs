//! With a disk and a clock that are made up: how much is read, and when.

use super::*;

const DISK: u64 = 7;
const MB: u64 = 1_000_000;

/// A disk that takes its time for every byte, and somebody else who reads from it.
#[derive(Default)]
struct Fake(Mutex<Now>);

#[derive(Default)]
struct Now {
    time: Duration,
    calls: u32,
    rested: Duration,
    ours: u64,
    /// Of ours, what the disk has not counted yet.
    on_its_way: u64,
    others: f64,
    others_a_second: f64,
    blind: bool,
    /// When it was read, and how much in all.
    reads: Vec<(Duration, u64)>,
}

impl Now {
    fn pass(&mut self, time: Duration) {
        self.time += time;
        self.others += self.others_a_second * time.as_secs_f64();
    }
}

impl World for Arc<Fake> {
    fn now(&self) -> Duration {
        let mut now = held(&self.0);
        now.calls += 1;
        now.time
    }

    fn rest(&self, time: Duration) {
        let mut now = held(&self.0);
        now.calls += 1;
        now.rested += time;
        now.pass(time);
    }

    fn disk_read(&self, device: u64) -> Option<u64> {
        assert_eq!(device, DISK);
        let mut now = held(&self.0);
        now.calls += 1;
        (!now.blind).then(|| now.ours - now.on_its_way + now.others as u64)
    }

    fn thread_read(&self) -> Option<u64> {
        let mut now = held(&self.0);
        now.calls += 1;
        Some(now.ours)
    }
}

/// 100 MB a second, without an end.
struct Bytes(Arc<Fake>);

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut now = held(&self.0.0);
        let n = into.len() as u64;
        now.on_its_way = n / 2;
        now.ours += n;
        let read = (now.time, now.ours);
        now.reads.push(read);
        now.pass(Duration::from_secs_f64(n as f64 / 1e8));
        Ok(into.len())
    }
}

fn world() -> (Arc<Fake>, Load, impl FnMut(&Load, u64)) {
    let fake = Arc::new(Fake::default());
    let mut bytes = Bytes(fake.clone());
    let read = move |load: &Load, all: u64| {
        let mut buffer = vec![0; MB as usize];
        let mut left = all;
        while left > 0 {
            let n = left.min(MB) as usize;
            left -= load.read(DISK, &mut buffer[..n], &mut bytes).expect("it reads") as u64;
        }
    };
    (fake.clone(), Load::new(Box::new(fake)), read)
}

fn so_far(fake: &Arc<Fake>) -> (Duration, u64) {
    let now = held(&fake.0);
    (now.time, now.ours)
}

#[test]
fn without_a_limit_nothing_is_asked_and_nothing_is_cut() {
    let (fake, load, mut read) = world();
    read(&load, 10 * MB);
    let now = held(&fake.0);
    assert_eq!((now.calls, now.reads.len()), (0, 10));
}

#[test]
fn a_rate_is_never_exceeded_and_holds_at_once() {
    let (fake, load, mut read) = world();
    for rate in [100_000, 3 * MB, 50 * MB] {
        load.set(SourceLoad::Rate { bytes: rate });
        let (from, before) = so_far(&fake);
        let first = held(&fake.0).reads.len();
        read(&load, rate * 3);
        let now = held(&fake.0);
        let piece = (rate / PIECES_A_SECOND).min(PIECE as u64);
        for (at, all) in &now.reads[first..] {
            let allowed = rate as f64 * (*at - from).as_secs_f64() + piece as f64 + 1.0;
            assert!((all - before) as f64 <= allowed, "{rate}: {all} at {at:?}");
        }
        let took = (now.time - from).as_secs_f64();
        assert!((2.5..3.5).contains(&took), "{rate}: it is used, too: {took}");
    }
}

#[test]
fn the_end_of_a_file_costs_nothing() {
    let (fake, load, _) = world();
    load.set(SourceLoad::Rate { bytes: MB });
    let mut buffer = vec![0; 100_000];
    for _ in 0..10 {
        let mut file: &[u8] = &[7; 50_000];
        while load.read(DISK, &mut buffer, &mut file).expect("it reads") > 0 {}
    }
    let rested = held(&fake.0).rested.as_secs_f64();
    assert!(
        (0.49..0.51).contains(&rested),
        "{rested} s for half a second's bytes"
    );
}

#[test]
fn gently_nobody_rests_as_long_as_nobody_else_reads() {
    let (fake, load, mut read) = world();
    load.set(SourceLoad::Gentle);
    read(&load, 500 * MB);
    let now = held(&fake.0);
    assert_eq!(
        now.rested,
        Duration::ZERO,
        "what is on its way for us is not somebody else's"
    );
    assert_eq!(now.ours, 500 * MB);
}

#[test]
fn gently_others_have_the_disk_and_get_it_back_to_us() {
    let (fake, load, mut read) = world();
    load.set(SourceLoad::Gentle);
    read(&load, 20 * MB);
    held(&fake.0).others_a_second = 400_000.0;
    // What goes until they are seen is a twentieth of a second.
    read(&load, 10 * MB);
    let (from, before) = so_far(&fake);
    read(&load, 20 * MB);
    {
        let now = held(&fake.0);
        let busy = (now.ours - before) as f64 / 1e8 / (now.time - from).as_secs_f64();
        assert!(busy < 0.035, "{busy} of the disk's time");
    }
    held(&fake.0).others_a_second = 0.0;
    read(&load, 6 * MB);
    let rested = held(&fake.0).rested;
    read(&load, 100 * MB);
    assert_eq!(held(&fake.0).rested, rested, "they have left");
}

#[test]
fn who_waited_for_its_turn_may_come_with_an_older_time() {
    let mut turn = Turn::default();
    let at = Duration::from_secs;
    assert!(!turn.others_read(0, at(1)));
    assert!(turn.others_read(10 * MB, at(3)));
    assert!(turn.others_read(10 * MB, at(2)));
    assert!(!turn.others_read(10 * MB, at(5)));
}

#[test]
fn a_disk_that_says_nothing_is_left_alone_four_fifths_of_the_time() {
    let (fake, load, mut read) = world();
    held(&fake.0).blind = true;
    load.set(SourceLoad::Gentle);
    assert!(!load.sees_others(DISK));
    read(&load, 100 * MB);
    let now = held(&fake.0);
    let busy = 1.0 / now.time.as_secs_f64();
    assert!((0.18..0.22).contains(&busy), "{busy}");
}

#[test]
fn names_that_cost_the_disk_are_found_slowly_while_others_read() {
    let (fake, load, mut read) = world();
    load.set(SourceLoad::Gentle);
    held(&fake.0).others_a_second = 400_000.0;
    read(&load, MB);
    held(&fake.0).pass(LOOK);
    let mut since = so_far(&fake);
    for _ in 0..10 {
        let mut now = held(&fake.0);
        now.ours += 4096;
        now.pass(Duration::from_millis(10));
        drop(now);
        load.walked(DISK, &mut since);
    }
    let rested = held(&fake.0).rested;
    assert!(rested >= Duration::from_millis(10) * REST * 9, "{rested:?}");
    load.walked(DISK, &mut since);
    assert_eq!(held(&fake.0).rested, rested, "names from memory cost nothing");
}

#[test]
fn this_system_tells_of_its_disks_or_says_that_it_does_not() {
    let dir = tempfile::tempdir_in(".").expect("temp dir");
    let device = crate::identity_of(dir.path()).expect("there").dev;
    let sees = ORIGINALS.sees_others(device);
    let read = ORIGINALS.world.disk_read(device);
    assert_eq!(sees, read.is_some() && ORIGINALS.world.thread_read().is_some());
    assert!(!ORIGINALS.sees_others(0), "there is no such disk");
}
