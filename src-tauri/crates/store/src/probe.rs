//! Facts about a destination, tried out and not believed.

use crate::destination::Destination;
use crate::error::ErrorKind;
use crate::flow::Flow;
use albumen_model::key::MARKER_FOLDER;
use serde::{Deserialize, Serialize};
use sha2::Digest;
use std::time::{Duration, Instant};
use ts_rs::TS;

/// One question and its answer, in words for people.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub detail: String,
}

#[derive(Debug, Clone)]
pub struct Facts {
    pub checks: Vec<Check>,
    pub free_bytes: Option<u64>,
    pub speed: Option<Speed>,
    /// Why the first failed check failed.
    pub failure: Option<crate::Error>,
}

/// Of one file of 1 MB there and back: bytes a second, and the seconds that an answer takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Speed {
    pub up: f64,
    pub down: f64,
    pub answer: f64,
}

impl Facts {
    pub fn ok(&self) -> bool {
        self.failure.is_none()
    }

    fn note<T>(&mut self, name: &str, good: &str, result: crate::Result<T>) -> Option<T> {
        let (ok, detail, value) = match result {
            Ok(value) => (true, good.to_owned(), Some(value)),
            Err(error) => {
                let detail = error.message.clone();
                self.failure.get_or_insert(error);
                (false, detail, None)
            }
        };
        self.checks.push(Check {
            name: name.to_owned(),
            ok,
            detail,
        });
        value
    }
}

pub(crate) async fn probe(destination: &Destination) -> Facts {
    let mut facts = Facts {
        checks: Vec::new(),
        free_bytes: None,
        speed: None,
        failure: None,
    };
    let key = trial_key(PROBE);
    let bytes = format!("Albumen tries out this destination: {key}\n").into_bytes();

    let reach = destination.reach(&key).await;
    if facts.note("Reachable", "It answers.", reach).is_none() {
        return facts;
    }
    let put = destination.put_bytes(&key, bytes.clone()).await;
    let Some(put) = facts.note("Can write", "A small file was written.", put) else {
        return facts;
    };
    let again = match destination.put_bytes(&key, b"something else".to_vec()).await {
        Err(refused) if refused.kind != ErrorKind::Exists => Err(refused),
        _ => match destination.head(&key, &Flow::free()).await {
            Ok(Some(there)) if there.size == bytes.len() as u64 => Ok(()),
            Ok(_) => Err(crate::Error::new(
                ErrorKind::Other,
                "It let an existing file be replaced.",
            )),
            Err(other) => Err(other),
        },
    };
    facts.note(
        "Never overwrites",
        "A second file of that name was refused.",
        again,
    );
    let read = destination
        .digest(&key, &Flow::free())
        .await
        .and_then(|(sha256, _, _)| {
            let expected: [u8; 32] = sha2::Sha256::digest(&bytes).into();
            if sha256.0 == expected {
                Ok(())
            } else {
                Err(crate::Error::new(
                    ErrorKind::Other,
                    "It gave back other bytes than were written.",
                ))
            }
        });
    facts.note("Reads back", "The same bytes came back.", read);
    if let Some(speed) = speed(destination, &format!("{key}-speed")).await {
        facts.speed = Some(speed);
        facts.note("Speed", &speed.words(), Ok(()));
    }
    let deleted = destination.erase_probe(&key, &put).await;
    facts.note("Can delete", "The small file was removed again.", deleted);
    if let Some(root) = destination.folder() {
        facts.free_bytes = albumen_files::free_bytes(root).ok();
        for made in put.made_dirs.iter().rev() {
            // A folder that someone has used meanwhile stays.
            if let Err(left) = albumen_files::remove_own_dir_if_empty(made) {
                tracing::warn!("a folder made for the probe stays: {left}");
            }
        }
    } else if let Ok(Some(person)) = destination.account().await {
        facts.free_bytes = person.free_bytes;
    }
    facts
}

const PROBE: &str = "probe";

/// Whether [`probe`] makes files of such names.
pub(crate) fn is_probe(key: &str) -> bool {
    let own = key
        .strip_prefix(MARKER_FOLDER)
        .and_then(|own| own.strip_prefix('/'));
    let rest = own.and_then(|own| own.strip_prefix(PROBE));
    rest.is_some_and(|rest| rest.starts_with('-') && !rest.contains('/'))
}

/// A name of our own that nobody else takes, also not another machine of an array, which may be started at the same moment
/// with the same process number.
pub(crate) fn trial_key(what: &str) -> String {
    let stamp = albumen_files::clock::now_ms();
    let mut chance = [0; 8];
    if let Err(none) = getrandom::fill(&mut chance) {
        tracing::warn!("the system has no random numbers: {none}");
    }
    let chance = u64::from_ne_bytes(chance);
    format!(
        "{MARKER_FOLDER}/{what}-{stamp}-{}-{chance:016x}",
        std::process::id()
    )
}

/// Enough to see past the time of a single answer, little enough for a slow line.
const TRIAL: usize = 1 << 20;

/// One file there and back; nothing where it does not work, which the other checks say better.
async fn speed(destination: &Destination, key: &str) -> Option<Speed> {
    // Not to be squeezed on its way: the digests of its numbers.
    let bytes: Vec<u8> = (0..TRIAL as u64 / 32)
        .flat_map(|n| <[u8; 32]>::from(sha2::Sha256::digest(n.to_le_bytes())))
        .collect();
    let begun = Instant::now();
    let put = destination.put_bytes(key, bytes).await.ok()?;
    let up = begun.elapsed();
    let begun = Instant::now();
    let read = destination.digest(key, &Flow::free()).await;
    let down = begun.elapsed();
    let begun = Instant::now();
    let deleted = destination.erase_probe(key, &put).await;
    let answer = begun.elapsed();
    read.and(deleted).ok()?;
    let rate = |time: Duration| TRIAL as f64 / time.as_secs_f64().max(1e-6);
    Some(Speed {
        up: rate(up),
        down: rate(down),
        answer: answer.as_secs_f64() / 2.0,
    })
}

impl Speed {
    fn words(&self) -> String {
        format!(
            "A file of 1 MB went up at {:.1} MB/s and came back at {:.1} MB/s; an answer takes {} ms.",
            self.up / 1e6,
            self.down / 1e6,
            (self.answer * 1000.0) as u64
        )
    }
}
