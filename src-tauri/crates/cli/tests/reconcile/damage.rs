//! What happens to copies, as others or a disk do it, and the symbol that each has to be named by.

use crate::place::Place;
use albumen_testkit::random::Random;
use std::collections::BTreeMap;

/// Keys that are concerned.
pub const DAMAGES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    Deleted,
    Cut,
    Flipped,
    Swapped,
    Extra,
}

impl Damage {
    pub const ALL: [Self; 5] = [
        Self::Deleted,
        Self::Cut,
        Self::Flipped,
        Self::Swapped,
        Self::Extra,
    ];
}

fn draw(keys: &mut Vec<String>, random: &mut Random) -> String {
    let at = random.below(u32::try_from(keys.len()).expect("few"));
    keys.swap_remove(at as usize)
}

/// Does it to one that was not hit before, and says what is expected.
pub fn spoil(
    place: &Place,
    damage: Damage,
    keys: &mut Vec<String>,
    random: &mut Random,
    expected: &mut BTreeMap<String, String>,
) {
    let mut expect = |key: String, symbol: &str| expected.insert(key, symbol.to_owned());
    let key = draw(keys, random);
    match damage {
        Damage::Deleted => {
            place.remove(&key);
            expect(key, "+");
        }
        Damage::Cut => {
            let bytes = place.read(&key);
            place.write(&key, &bytes[..bytes.len() / 2]);
            expect(key, "*");
        }
        Damage::Flipped => {
            let mut bytes = place.read(&key);
            let at = random.below(u32::try_from(bytes.len()).expect("small")) as usize;
            bytes[at] ^= 1 << random.below(8);
            place.write(&key, &bytes);
            expect(key, "*");
        }
        Damage::Swapped => {
            let sums = place.placed();
            let other = loop {
                let other = draw(keys, random);
                if sums[&other] != sums[&key] {
                    break other;
                }
            };
            place.swap(&key, &other);
            expect(key, "*");
            expect(other, "*");
        }
        Damage::Extra => {
            keys.push(key);
            let key = format!("2031/extra {}.jpg", random.below(1_000_000));
            place.write(&key, &random.bytes(300));
            expect(key, "-");
        }
    }
}
