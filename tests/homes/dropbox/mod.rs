//! What only Dropbox does wrong: lost answers to commits of many, sessions that expire, locks, names in any case. None of it
//! ends in a twin, an overwrite or a file that is said to have failed and is there.

mod account;
mod commits;
mod names;
mod sessions;
mod whole;

use super::home::{Home, noise, through};
use super::sites::dropbox::Account;
use albumen_store::{Destination, Known, Result};
use albumen_testkit::double::dropbox::Dropbox;
use std::sync::Arc;

const FOLDER: &str = "Photos";
const START: &str = "files/upload_session/start";
const APPEND: &str = "files/upload_session/append_v2";
const COMMIT: &str = "files/upload_session/finish_batch_v2";
const LOOK: &str = "files/get_metadata";

/// A library's folder in an account, and the account.
struct Place {
    home: Home,
    double: Arc<Dropbox>,
}

impl Place {
    fn new() -> Self {
        Self::expecting("")
    }

    fn expecting(account: &str) -> Self {
        let mut site = Account::new();
        account.clone_into(&mut site.expected);
        let double = site.double.clone();
        let home = Home::new(Arc::new(site), FOLDER);
        double.forget();
        Self { home, double }
    }

    /// One that does not ask before it writes, as after a trial.
    fn learnt(&self) -> Destination {
        self.home.again().with_known(Known {
            refuses_to_replace: true,
            refuses_wrong_content_hash: true,
            ..Known::default()
        })
    }

    async fn put(&self, key: &str, bytes: &[u8]) -> Result<albumen_store::Put> {
        self.home.put(key, bytes).await
    }

    /// Every file once, under its own name and with its own bytes, and every script met.
    fn holds(&self, files: &[(&str, &[u8])]) {
        self.home.holds(files);
        assert_eq!(
            (
                self.double.overwrites(),
                self.double.twins(),
                self.double.scripted()
            ),
            (0, 0, 0),
            "overwrites, twins, faults that did not strike"
        );
    }

    fn holds_nothing(&self) {
        self.holds(&[]);
    }
}

/// Sends as many as there are at once; gives what each came to.
async fn put_all(
    place: &Place,
    destination: Destination,
    files: &[(&str, &[u8])],
) -> Vec<Result<albumen_store::Put>> {
    let destination = Arc::new(destination);
    let tasks: Vec<_> = files
        .iter()
        .map(|(key, bytes)| {
            let (destination, key, payload) =
                (destination.clone(), (*key).to_owned(), place.home.original(bytes));
            tokio::spawn(async move { destination.put(&key, &payload, &through()).await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("no panic"));
    }
    results
}

/// So many small files, no two alike.
fn small(count: usize) -> Vec<(String, Vec<u8>)> {
    (0..count)
        .map(|at| (format!("2024/{at:03}.jpg"), noise(at as u64, 1_000 + at)))
        .collect()
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files
        .iter()
        .map(|(key, bytes)| (key.as_str(), bytes.as_slice()))
        .collect()
}
