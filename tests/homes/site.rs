//! A kind of place that can keep a library, past the code under test: what a destination there is named, what opens it,
//! and what is stored there, looked at on the server's disk or with plain requests of our own. One file for each kind in
//! `sites`.

use super::facts::{Fact, Facts};
use albumen_store::{Secret, Spec};

/// A place with its server running. Every case gets a room of its own in it, apart from all others.
pub trait Site: Send + Sync {
    /// The destination in a room. The room `x too` is a neighbour of `x`.
    fn spec(&self, room: &str) -> Spec;

    /// A destination in a bucket, container, account or folder that nobody made.
    fn nowhere(&self, room: &str) -> Spec;

    /// The same destination at an address where nobody answers.
    fn silent(&self, room: &str) -> Spec;

    fn secret(&self) -> Option<Secret> {
        None
    }

    /// The same destination, where what opens it is named in it, with what opens nothing.
    fn spec_of_stranger(&self, room: &str) -> Spec {
        self.spec(room)
    }

    /// The right name with a wrong secret; only asked where [`Fact::LooksAtKeys`].
    fn wrong_secret(&self) -> Option<Secret> {
        None
    }

    /// A name that nobody has.
    fn unknown_key(&self) -> Option<Secret> {
        self.wrong_secret()
    }

    /// Makes the room if places of this kind have to be made, and looks into it.
    fn room(&self, name: &str) -> Box<dyn Room>;

    /// Tries out, without the code under test, what the place can do.
    fn facts(&self) -> Facts;
}

/// One room, looked at past the code under test. It panics when it cannot look.
pub trait Room: Send + Sync {
    /// The bytes that are stored under the key.
    fn read(&self, key: &str) -> Option<Vec<u8>>;

    /// Every key in the room, in order.
    fn keys(&self) -> Vec<String>;

    /// Puts an object there as another program does, replacing what has the key.
    fn write(&self, key: &str, bytes: &[u8]);

    /// Changes stored bytes as a failing disk does, where there is one.
    fn rot(&self, key: &str, bytes: &[u8]) {
        self.write(key, bytes);
    }

    fn remove(&self, key: &str);

    /// As another program does that writes `sha256` beside the bytes, the way Albumen does; only asked where
    /// [`Fact::KeepsMetadata`].
    fn write_with_claim(&self, key: &str, bytes: &[u8], sha256: &str) {
        unreachable!("{key}: {} bytes with {sha256}", bytes.len());
    }

    /// The modification time of the original that was stored with the object, as `seconds.nanoseconds`.
    fn time_of(&self, _key: &str) -> Option<String> {
        None
    }

    /// How many uploads the server lists that were begun and neither completed nor given up.
    fn unfinished(&self) -> usize {
        0
    }
}

/// Of what was tried out, what held.
pub fn held<const N: usize>(facts: [(Fact, bool); N]) -> Facts {
    facts
        .into_iter()
        .filter(|(_, held)| *held)
        .map(|(fact, _)| fact)
        .collect()
}
