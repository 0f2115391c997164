//! Catalogs that are damaged, old, newer, locked, another program's or lost. Whatever a catalog is: no original is touched that
//! has no copy, nothing at the destination is replaced, and a catalog that is refused stays as it was, to the byte.
//!
//! `ALBUMEN_CATALOGS` sets how many damages are tried, `ALBUMEN_SEED` which one is tried first.

mod damage;
mod place;
#[path = "../faults/promise.rs"]
#[expect(dead_code, reason = "the faults ask more of it")]
mod promise;
mod rebuild;
#[path = "../faults/stage.rs"]
#[expect(dead_code, reason = "the faults have more stages")]
mod stage;
#[path = "../faults/standing.rs"]
mod standing;
mod states;

use damage::Damage;
use place::Place;
use stage::Stage;
use std::collections::BTreeMap;

/// In `make test`.
const SHORT: u64 = 42;
const STAGES: [Stage; 6] = [
    Stage::Scan,
    Stage::Plan,
    Stage::Migrate,
    Stage::Verify,
    Stage::Permanent,
    Stage::Rollback,
];

fn number(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn a_damaged_catalog_loses_nothing_and_is_kept() {
    let (wanted, first) = (number("ALBUMEN_CATALOGS", SHORT), number("ALBUMEN_SEED", 1));
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    let mut ends: BTreeMap<String, u64> = BTreeMap::new();
    let (mut struck, mut seed, mut rebuilt) = (0, first, 0);
    while struck < wanted {
        let damage = Damage::of(seed);
        let stage = STAGES[usize::try_from(seed % 6).expect("small")];
        place.put_back(damage.cut_off());
        if damage.strike(&place.state) {
            struck += 1;
            let (end, broken) = place.try_out(stage);
            assert!(
                broken.is_empty(),
                "{damage}, then {}: {}\nagain with ALBUMEN_SEED={seed} ALBUMEN_CATALOGS=1",
                stage.name(),
                broken.join("; ")
            );
            // Each of them can be gone on from; a part is enough to see that.
            if end == "catalog_corrupt" && seed.is_multiple_of(5) {
                rebuilt += 1;
                let left = place.go_on_with_a_new_one();
                assert!(left.is_empty(), "{damage}, rebuilt: {}", left.join("; "));
            }
            *ends.entry(end).or_default() += 1;
        }
        seed += 1;
    }
    println!("catalogs: {struck} tried, 0 lost, 0 damaged; {rebuilt} rebuilt; how they ended: {ends:?}");
    let refused = ends.get("catalog_corrupt").copied().unwrap_or(0);
    assert!(refused * 4 > struck, "damage is noticed: {ends:?}");
}

#[test]
fn the_checkers_notice() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::moved(work.path());
    let alarms = |harm: &dyn Fn()| {
        place.put_back(false);
        let before = place.see();
        harm();
        place.changed_since(&before)
    };
    assert_eq!(alarms(&|| ()), [""; 0]);
    let copy = place.a_copy();
    assert!(alarms(&|| place::put(&copy, b"replaced"))[0].contains("destination"));
    assert!(alarms(&|| place::rm(&place.an_original()))[0].contains("library"));
    assert!(
        alarms(&|| place::put(&place.state.join("catalog.db"), b"silently replaced"))[0].contains("catalog")
    );
    place.put_back(false);
    place::rm(&place.an_original());
    place::rm(&copy);
    let (_, broken) = place.try_out(Stage::Verify);
    assert!(broken.iter().any(|line| line.contains("lost")), "{broken:?}");
}
