//! Gives finished sessions their names. Dropbox locks an account for every commit, so there is one batch at a time: what
//! is waiting when the one before has ended goes together.
//!
//! Invariant: everybody who waits hears of their own entry, or that nothing is known of it: then it may be there.

use super::api::{Api, Called, Failed};
use super::file::File;
use crate::error::{Error, ErrorKind};
use crate::wire::Line;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Entries of one batch, by Dropbox's documentation.
const MOST: usize = 1000;
/// First and longest wait when somebody else holds the lock, and how long it is waited for with nothing going through.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const LOCKED: Duration = Duration::from_secs(15 * 60);

#[derive(Default)]
pub(super) struct Committer {
    waiting: Mutex<VecDeque<Waiting>>,
    /// Held by the one that commits for all.
    turn: tokio::sync::Mutex<()>,
}

struct Waiting {
    entry: Value,
    tell: oneshot::Sender<Called<File>>,
}

#[derive(Deserialize)]
struct Batch {
    entries: Vec<Value>,
}

impl Committer {
    /// Commits `entry` with whatever else is waiting. `Unreachable` means that nobody knows whether it is there.
    pub async fn commit(&self, api: &Api, entry: Value) -> Called<File> {
        let (tell, mut told) = oneshot::channel();
        self.queue().push_back(Waiting { entry, tell });
        loop {
            tokio::select! {
                biased;
                answer = &mut told => return answer.unwrap_or_else(|_| Err(Failed::Other(lost()))),
                _turn = self.turn.lock() => self.work(api, self.take()).await,
            }
        }
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that are still waited for.
    fn take(&self) -> Vec<Waiting> {
        let mut queue = self.queue();
        queue.retain(|one| !one.tell.is_closed());
        let most = queue.len().min(MOST);
        queue.drain(..most).collect()
    }

    async fn work(&self, api: &Api, mut batch: Vec<Waiting>) {
        let (mut pause, mut locked) = (PAUSE, Duration::ZERO);
        while !batch.is_empty() {
            let entries: Vec<&Value> = batch.iter().map(|one| &one.entry).collect();
            let arg = json!({ "entries": entries });
            let before = batch.len();
            match api
                .rpc::<Batch>("files/upload_session/finish_batch_v2", &arg)
                .await
            {
                Ok(answer) => batch = tell_all(batch, answer),
                Err(failed) if failed.has("too_many_write_operations") => {}
                // Their line was stopped and not that of all who wait: left without an answer, these look for themselves.
                Err(failed) if failed.kind() == ErrorKind::Stopped => return,
                // One entry that is not understood spoils all of them.
                Err(failed) if failed.kind() == ErrorKind::Other && before > 1 => {
                    for one in batch {
                        Box::pin(self.work(api, vec![one])).await;
                    }
                    return;
                }
                Err(failed) => {
                    for one in batch {
                        tell(one, Err(failed.clone()));
                    }
                    return;
                }
            }
            if batch.is_empty() {
                return;
            }
            if batch.len() < before {
                (pause, locked) = (PAUSE, Duration::ZERO);
            }
            tracing::debug!(entries = batch.len(), "the account is locked by another commit");
            if locked >= LOCKED {
                for one in batch {
                    tell(one, Err(Failed::Other(Error::of(ErrorKind::RateLimited))));
                }
                return;
            }
            if !Line::rest(pause).await {
                return;
            }
            locked += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Gives those whose entries were not carried out because of the lock.
fn tell_all(batch: Vec<Waiting>, answer: Batch) -> Vec<Waiting> {
    let mut outcomes = answer.entries.into_iter().map(outcome);
    let mut again = Vec::new();
    for one in batch {
        match outcomes.next() {
            Some(Err(failed)) if failed.has("too_many_write_operations") => again.push(one),
            Some(done) => tell(one, done),
            // An answer that is short.
            None => drop(one),
        }
    }
    again
}

/// Nobody may be there to hear it.
fn tell(one: Waiting, done: Called<File>) {
    drop(one.tell.send(done));
}

fn outcome(entry: Value) -> Called<File> {
    match entry.get("failure") {
        Some(tags) => Err(Failed::refused(tags.clone())),
        None => serde_json::from_value(entry).map_err(|_| Failed::Other(lost())),
    }
}

fn lost() -> Error {
    Error::new(
        ErrorKind::Unreachable,
        "The storage does not say whether it stored the file.",
    )
}
