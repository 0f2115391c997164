//! Folders in review: which hold the same photos, and what the person said of them.

use crate::api::{AppError, Folder, FolderMark, FolderPair};
use crate::engine::Engine;
use crate::job::JobHandle;
use albumen_catalog::FolderRow;
use albumen_files::clock::now_ms;

impl Engine {
    pub fn folders(&self) -> Result<Vec<Folder>, AppError> {
        Ok(self.inner.catalog.folders()?.into_iter().map(folder).collect())
    }

    /// "812 of these are also in …", most first.
    pub fn folder_pairs(&self) -> Result<Vec<FolderPair>, AppError> {
        let pairs = self
            .inner
            .catalog
            .folder_pairs()?
            .into_iter()
            .map(|pair| FolderPair {
                a: folder(pair.a),
                b: folder(pair.b),
                groups: pair.groups,
                copies: pair.copies,
                bytes: pair.bytes,
                open: pair.open,
            });
        Ok(pairs.collect())
    }

    /// Protected, a dump, or neither; the keepers are chosen anew by a job.
    pub fn mark_folder(&self, id: i64, mark: Option<FolderMark>) -> Result<JobHandle, AppError> {
        let _quiet = self.refuse_while_busy()?;
        self.inner.catalog.mark_folder(id, mark, now_ms())?;
        self.start_group()
    }

    /// A small setting of the window that outlives a restart. The window's own names only: nothing of the engine's.
    pub fn preference(&self, key: &str) -> Result<Option<String>, AppError> {
        Ok(self.inner.catalog.setting(&preference(key)?)?)
    }

    pub fn set_preference(&self, key: &str, value: &str) -> Result<(), AppError> {
        if value.len() > LONGEST_PREFERENCE {
            return Err(AppError::usage("This setting is too long.", "Reset it."));
        }
        Ok(self.inner.catalog.set_setting(&preference(key)?, value)?)
    }
}

const LONGEST_PREFERENCE: usize = 64 << 10;

fn preference(key: &str) -> Result<String, AppError> {
    let plain = !key.is_empty() && key.len() <= 40 && key.bytes().all(|b| b.is_ascii_alphanumeric());
    if !plain {
        return Err(AppError::usage(
            "A setting has a short, plain name.",
            "Try again.",
        ));
    }
    Ok(format!("window.{key}"))
}

fn folder(row: FolderRow) -> Folder {
    Folder {
        id: row.id,
        path: row.display,
        mark: row.mark,
        assets: row.assets,
        grouped: row.grouped,
    }
}
