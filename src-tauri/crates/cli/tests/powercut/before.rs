//! What has to be true of a disk whose power failed, before anything ran again: by its bytes, and by what its catalog says.

use albumen_testkit::powercut::image::Image;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What was there before anything was done.
pub struct Before {
    originals: Image,
    strangers: Image,
}

/// What a catalog says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Names at the destination, and the digests of what they hold.
    placed: BTreeSet<(String, Vec<u8>)>,
    receipts: i64,
    read: i64,
    gone: i64,
    /// SQLite's word, where all is not well.
    wrong: Option<String>,
}

impl Said {
    /// Of a copy: a look at the catalog itself would already mend it. One that is not there says nothing.
    pub fn of(catalog: &Path) -> Self {
        let mut said = Self::default();
        if !catalog.exists() {
            return said;
        }
        let aside = tempfile::tempdir().expect("temp dir");
        for end in ["", "-wal", "-journal"] {
            let from = PathBuf::from(format!("{}{end}", catalog.display()));
            if let Ok(bytes) = std::fs::read(from) {
                crate::scene::put(&aside.path().join(format!("copy{end}")), &bytes);
            }
        }
        if let Err(wrong) = said.ask(&aside.path().join("copy")) {
            said.wrong = Some(wrong.to_string());
        }
        said
    }

    fn ask(&mut self, catalog: &Path) -> rusqlite::Result<()> {
        let connection = Connection::open(catalog)?;
        let whole: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        self.wrong = (whole != "ok").then_some(whole);
        // Tables are made in one step.
        if !connection.table_exists(None, "removal")? {
            return Ok(());
        }
        let count =
            |what: &str| connection.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0));
        self.receipts = count("receipt")?;
        self.read = count("file WHERE sha256 IS NOT NULL")?;
        self.gone = count("file WHERE gone = 1")?;
        let mut placed = connection.prepare("SELECT key, sha256 FROM placed")?;
        let rows = placed.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.placed = rows.collect::<rusqlite::Result<_>>()?;
        Ok(())
    }

    /// In what another end differs from this.
    pub fn differences(&self, is: &Self) -> Option<String> {
        let counts = |said: &Self| (said.placed.len(), said.receipts, said.read, said.gone);
        (counts(self) != counts(is) || is.wrong.is_some()).then(|| {
            let (was, is_now) = (counts(self), counts(is));
            format!(
                "placed, receipts, read, gone: {is_now:?} and not {was:?}, {:?}",
                is.wrong
            )
        })
    }
}

impl Before {
    pub fn of(library: &Path, destination: &Path) -> Self {
        Self {
            originals: Image::read(library),
            strangers: Image::read(destination),
        }
    }

    /// Lines of what is lost or damaged in `image`, whose folders are `library` and `there/D`. While a migration is taken
    /// back, copies go before the catalog forgets them.
    pub fn broken(&self, image: &Image, said: &Said, takes_back: bool) -> Vec<String> {
        let (library, destination) = (Path::new("library"), Path::new("there/D"));
        let mut broken = Vec::new();
        if let Some(wrong) = &said.wrong {
            broken.push(format!("damaged: the catalog: {wrong}"));
        }
        let whole: BTreeSet<&[u8]> = self
            .originals
            .files(Path::new(""))
            .map(|(_, bytes)| bytes)
            .collect();
        let is_part = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(".albumen-part-")
        };
        let (mut copies, mut known) = (BTreeSet::new(), 0);
        for (path, bytes) in image.files(destination).filter(|(path, _)| !is_part(path)) {
            let is_ours = self.strangers.bytes(path).is_none();
            let own = path
                .strip_prefix(".albumen/shards")
                .or_else(|_| path.strip_prefix(".albumen/exports"));
            let is_whole = match own.map(Path::to_string_lossy) {
                // Made, looked for by another way, and taken away: it is there or not, and holds nothing.
                Ok(name) if name.starts_with("sign-") => true,
                // It, a marker or an export, on its way out.
                Ok(name) if name.starts_with(".albumen-leaving-") => true,
                Ok(name) => name.starts_with(&short(bytes)),
                Err(_) => whole.contains(bytes),
            };
            if is_ours && !is_whole {
                broken.push(format!("damaged: {path:?} is not whole under its final name"));
            }
            known += usize::from(is_ours && !path.starts_with(".albumen"));
            copies.insert(bytes);
        }
        if takes_back && known > said.placed.len() {
            broken.push(format!(
                "left: {known} copies stand, and the catalog knows of {}",
                said.placed.len()
            ));
        }
        for (path, bytes) in self.strangers.files(Path::new("")) {
            if image.bytes(&destination.join(path)) != Some(bytes) {
                broken.push(format!("damaged: a stranger's {path:?}"));
            }
        }
        for (key, sha256) in said.placed.iter().filter(|_| !takes_back) {
            let there = image.bytes(&destination.join(key));
            if there.is_none_or(|bytes| digest(bytes) != *sha256) {
                broken.push(format!("lost: {key:?} is not there, and the catalog says it is"));
            }
        }
        let mut away = 0;
        let held: BTreeSet<&[u8]> = image.files(library).map(|(_, bytes)| bytes).collect();
        for (path, bytes) in self.originals.files(Path::new("")) {
            let is = image.bytes(&library.join(path));
            away += i64::from(is.is_none());
            match is {
                Some(is) if is == bytes => {}
                Some(_) => broken.push(format!("damaged: the original {path:?}")),
                None if copies.contains(bytes) || held.contains(bytes) => {}
                None => broken.push(format!("lost: {path:?} is nowhere")),
            }
        }
        if !takes_back && said.gone > away {
            broken.push(format!(
                "left: {away} originals are gone, and the catalog says {}",
                said.gone
            ));
        }
        broken
    }
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}

/// As markers and exports are named.
fn short(bytes: &[u8]) -> String {
    digest(bytes)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
