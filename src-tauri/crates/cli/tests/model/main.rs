//! Whatever a person and Albumen do in whatever order: a small model knows every photo the person has, and after every
//! step the disk is compared with it.
//!
//! The engine runs in this process; kills are of the built program, at random moments of any stage. `ALBUMEN_MODEL` sets how
//! many sequences are tried; one that fails is made as short as possible and shown.

mod act;
mod world;

use act::{Act, acts};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::atomic::{AtomicUsize, Ordering};
use world::World;

/// In `make test`.
const SHORT: u32 = 12;
const LONGEST: usize = 50;

#[test]
fn no_order_of_acts_loses_a_photo() {
    let wanted = std::env::var("ALBUMEN_MODEL").ok();
    let cases = wanted.and_then(|text| text.parse().ok()).unwrap_or(SHORT);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    let (steps, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let sequences = proptest::collection::vec(acts(), 1..=LONGEST);
    let outcome = TestRunner::new(config).run(&sequences, |sequence| {
        let mut world = World::new();
        for (number, act) in sequence.iter().enumerate() {
            done.fetch_add(usize::from(world.act(act)), Ordering::Relaxed);
            steps.fetch_add(1, Ordering::Relaxed);
            let broken = world.broken();
            prop_assert!(
                broken.is_empty(),
                "after step {number}, {act:?}: {}",
                broken.join("; ")
            );
        }
        Ok(())
    });
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
    let (steps, done) = (steps.into_inner(), done.into_inner());
    // A model of nothing but refusals would prove nothing.
    assert!(done * 3 > steps, "{done} of {steps} steps did something");
    println!("model: {cases} sequences, {steps} steps ({done} did what was asked), 0 lost, 0 damaged");
}

#[test]
fn the_model_notices_a_lost_and_a_damaged_photo() {
    let moved = [
        Act::Put { name: 0, content: 1 },
        Act::Scan,
        Act::Migrate { skip: false },
        Act::Verify,
        Act::Delete,
    ];
    let run = |damage: fn(&World)| {
        let mut world = World::new();
        for act in &moved {
            assert!(world.act(act), "{act:?}");
            assert_eq!(world.broken(), [""; 0]);
        }
        damage(&world);
        world.broken()
    };
    assert_eq!(run(|_| ()), [""; 0]);
    assert!(run(|world| world.spoil_a_copy(true))[0].contains("lost"));
    assert!(
        run(|world| world.spoil_a_copy(false))
            .iter()
            .any(|line| line.contains("not whole"))
    );
    assert!(run(|world| world.leave_behind("kept-1-x.jpg"))[0].contains("appeared"));
}
