//! Before originals go: whether the destination is the source itself, reached by another way (a share that is mounted here
//! and reached by SFTP there, the folder of a sync program). Then the copy *is* the original.
//!
//! What a sync program brings late is not seen; that is said in README.

use crate::api::AppError;
use crate::engine::Engine;
use albumen_files::clock::now_ms;
use albumen_store::{Destination, marker};

impl Engine {
    /// Leaves a sign at the destination and looks for it at the sources and above them.
    pub(crate) fn refuse_same_place(&self, destination: &Destination) -> Result<(), AppError> {
        let key = format!("{}/sign-{}-{}", marker::FOLDER, now_ms(), std::process::id());
        let put = self
            .inner
            .runtime
            .block_on(destination.put_bytes(&key, key.clone().into_bytes()))?;
        let sources = self.source_paths()?;
        let seen = sources
            .iter()
            .find(|(_, source)| source.ancestors().any(|at| at.join(&key).exists()));
        self.inner
            .runtime
            .block_on(destination.delete_if(&key, &put.version))?;
        match seen {
            None => Ok(()),
            Some((_, source)) => Err(AppError::new(
                "same_place",
                format!(
                    "The destination and `{}` are the same place, reached in two ways.",
                    source.display()
                ),
                "Nothing was deleted: the copies there are the originals.",
                "Choose another destination, and move the photos there first.",
            )),
        }
    }
}
