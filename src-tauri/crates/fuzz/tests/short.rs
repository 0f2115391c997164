//! The short form, in every test run: each target over its seeds, over everything that ever failed, and over
//! `ALBUMEN_MUTATIONS` changed inputs (2400 for all targets together). What fails is printed and kept in `found/`.

use albumen_fuzz::mutate::mutated;
use albumen_fuzz::{Target, media, requests, seeds, words};
use albumen_testkit::random::Random;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Of one input, on a slow machine without optimisation.
const LONGEST: Duration = Duration::from_secs(20);

fn targets() -> impl Iterator<Item = &'static Target> {
    let words = words::TARGETS.iter().chain(requests::TARGETS);
    media::TARGETS.iter().chain(words)
}

/// Why an input is one to look at.
fn complaint(run: impl Fn(&[u8]), bytes: &[u8]) -> Option<String> {
    let began = Instant::now();
    if catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err() {
        return Some("it panicked".to_owned());
    }
    let took = began.elapsed();
    (took > LONGEST).then(|| format!("it took {took:?}"))
}

fn check(target: &Target, bytes: &[u8], what: &str) {
    if let Some(why) = complaint(target.run, bytes) {
        let name = std::env::temp_dir().join(format!("fuzz-{}-{}", target.name, bytes.len()));
        albumen_testkit::write::put(name.clone(), bytes, 0);
        panic!("{}, {what}: {why}. The input is {}", target.name, name.display());
    }
}

#[test]
fn every_reader_comes_back_from_its_seeds_and_from_what_failed_before() {
    let mut inputs = 0;
    for target in targets() {
        for (n, seed) in seeds::of(target.name).iter().enumerate() {
            check(target, seed, &format!("seed {n}"));
            inputs += 1;
        }
        let found = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("found")
            .join(target.name);
        for entry in std::fs::read_dir(found).into_iter().flatten().flatten() {
            let bytes = std::fs::read(entry.path()).expect("read what was found");
            check(target, &bytes, &entry.path().display().to_string());
            inputs += 1;
        }
    }
    eprintln!("{inputs} inputs, 0 failed");
}

#[test]
fn every_reader_comes_back_from_inputs_that_were_changed() {
    let count = std::env::var("ALBUMEN_MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok());
    let each = count.unwrap_or(2400) / targets().count();
    let seed = std::env::var("ALBUMEN_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    for (stream, target) in targets().enumerate() {
        let seeds = seeds::of(target.name);
        let mut random = Random::new(seed, stream as u64);
        let pick = |random: &mut Random| random.below(u32::try_from(seeds.len()).unwrap_or(1)) as usize;
        for n in 0..each {
            let (one, other) = (pick(&mut random), pick(&mut random));
            let bytes = mutated(&seeds[one], &seeds[other], &mut random);
            check(target, &bytes, &format!("ALBUMEN_SEED={seed}, input {n}"));
        }
    }
}

#[test]
fn a_reader_that_panics_is_noticed() {
    assert!(complaint(|_| panic!("on purpose"), b"").is_some());
    assert!(complaint(|bytes| drop(bytes.to_vec()), b"x").is_none());
}

#[test]
fn the_seeds_are_what_the_readers_read() {
    use albumen_fuzz::media::archive;
    use albumen_media::foreign::{exif, picture};
    use albumen_model::Kind;
    let shown = |name: &str, kind: Kind| seeds::of(name).iter().filter(|seed| picture(kind, seed)).count();
    for (name, kind) in [
        ("jpeg", Kind::Jpeg),
        ("raw", Kind::Raw),
        ("heif", Kind::Heic),
        ("jxl", Kind::Jxl),
        ("tiff", Kind::Tiff),
        ("png", Kind::Png),
        ("webp", Kind::Webp),
        ("gif", Kind::Gif),
        ("bmp", Kind::Bmp),
    ] {
        assert!(shown(name, kind) > 0, "no seed of {name} is a picture");
    }
    let heads = seeds::of("exif");
    assert!(heads.iter().filter(|head| exif(head)).count() >= 5);
    let archives = seeds::of("archive");
    assert!(archives.iter().filter(|one| archive(one) > 0).count() >= 3);
    let markers = seeds::of("marker");
    assert!(
        markers
            .iter()
            .all(|marker| albumen_store::marker::read(marker).is_some())
    );
}
