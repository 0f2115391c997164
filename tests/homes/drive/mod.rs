//! What goes wrong at Google Drive and nowhere else: no file comes twice, is replaced or is called failed without need.

mod account;
mod names;
mod sessions;
mod trial;

use super::home::Home;
use super::sites::drive::Account;
use albumen_store::{Destination, Put, Result};
use albumen_testkit::double::drive::Drive;
use std::sync::Arc;

const MIB: usize = 1 << 20;
const KEY: &str = "2024/05/IMG_1.JPG";

struct Place {
    drive: Arc<Drive>,
    account: Arc<Account>,
    home: Home,
}

impl Place {
    fn new() -> Self {
        let account = Arc::new(Account::new());
        Self {
            drive: account.drive.clone(),
            home: Home::new(account.clone(), "photos"),
            account,
        }
    }

    async fn put(&self, key: &str, bytes: &[u8]) -> Result<Put> {
        self.home.put(key, bytes).await
    }

    /// Exactly these are stored, everything that was scripted has happened, and nothing came twice.
    fn holds(&self, files: &[(&str, &[u8])]) {
        self.home.holds(files);
        assert_eq!(
            (self.drive.twins(), self.drive.overwrites(), self.drive.scripted()),
            (0, 0, 0),
            "twins, overwrites, scripted"
        );
    }

    fn another(&self) -> Destination {
        self.home.again()
    }
}
