//! The connections to one server, and the threads that verbs run on with one of them.
//!
//! Invariant: no verb hangs. Each runs on a thread of its own, and when its connection stands still, that is ended.

use super::session::Session;
use super::ssh::{At, Pulse};
use crate::error::{Error, ErrorKind, Result};
use crate::wire::Line;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Connections at once: many servers take ten from one address, and all share its disk.
const CONNECTIONS: usize = 4;
/// A connection that does nothing for so long is given up.
const STILL: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(250);

pub(super) struct Pool {
    at: Arc<At>,
    idle: Arc<Mutex<Vec<Session>>>,
    places: Semaphore,
}

/// The connection of a verb, known as soon as it is there; ended when nobody waits for the verb any more.
#[derive(Default)]
struct Watched(Arc<Mutex<Option<Arc<Pulse>>>>);

impl Watched {
    fn get(&self) -> Option<Arc<Pulse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, pulse: Option<&Arc<Pulse>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pulse.cloned();
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(pulse) = self.get() {
            pulse.end();
        }
    }
}

impl Pool {
    /// Connects to nobody yet.
    pub fn new(at: At) -> Self {
        Self {
            at: Arc::new(at),
            idle: Arc::default(),
            places: Semaphore::new(CONNECTIONS),
        }
    }

    /// Ends the connections that rest.
    pub fn clear(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs `work` with a connection, on a thread.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.places.acquire().await;
        let (line, at, idle) = (Line::current(), self.at.clone(), self.idle.clone());
        let watched = Watched::default();
        let shown = Watched(watched.0.clone());
        let mut task = tokio::task::spawn_blocking(move || {
            let rested = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let opened = match rested {
                Some(session) => {
                    let session = session.on(line);
                    shown.set(Some(&session.pulse));
                    Ok(session)
                }
                None => Session::open(&at, line, |pulse| shown.set(Some(pulse))),
            };
            let done = opened.and_then(|mut session| {
                let done = work(&mut session);
                shown.set(None);
                if !session.is_broken {
                    idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
                }
                done
            });
            shown.set(None);
            done
        });
        loop {
            tokio::select! {
                done = &mut task => {
                    return done.unwrap_or_else(|died| {
                        Err(Error::new(ErrorKind::Other, format!("a worker died: {died}")))
                    });
                }
                () = tokio::time::sleep(LOOK) => {
                    if let Some(pulse) = watched.get().filter(|pulse| pulse.is_still(STILL)) {
                        pulse.end();
                    }
                }
            }
        }
    }
}
