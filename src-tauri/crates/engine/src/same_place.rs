//! Before originals go: whether the destination is the source itself, reached by another way (a share that is mounted here
//! and reached by SFTP there, the folder of a sync program). Then the copy *is* the original.
//!
//! What a sync program brings late is not seen; that is said in README.

use crate::api::AppError;
use crate::engine::Engine;
use albumen_migrate::Control;
use albumen_migrate::rollback::{SIGN, take_back_signs};
use albumen_model::{DestinationId, SourceId};
use albumen_store::{Destination, marker};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Engine {
    /// Leaves a sign at the destination and looks for it at the sources and above them.
    pub(crate) fn refuse_same_place(
        &self,
        id: DestinationId,
        destination: &Destination,
        control: &Arc<Control>,
    ) -> Result<(), AppError> {
        let (runtime, catalog) = (&self.inner.runtime, &self.inner.catalog);
        let sources = self.source_paths()?;
        let flow = control.flow();
        runtime.block_on(take_back_signs(catalog, destination, id, &flow))?;
        // Words that no other machine has, which may look as well.
        let (key, bytes) = marker::sign(&Destination::new_trial());
        // Noted before it is there: one that a killed run leaves is taken back.
        catalog.set_marker(id, &key, SIGN, &[])?;
        let put = runtime.block_on(destination.or_stop(&flow, destination.put_bytes(&key, bytes)))?;
        let seen = seen_from(&sources, &key);
        runtime.block_on(destination.or_stop(&flow, destination.delete_if(&key, &put.version)))?;
        catalog.forget_marker(id, &key)?;
        match seen? {
            None => Ok(()),
            Some(source) => Err(AppError::new(
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

/// The source from which the sign is seen. Where that cannot be told, it is an error: not seen is not "not there".
fn seen_from<'a>(sources: &'a [(SourceId, PathBuf)], key: &str) -> Result<Option<&'a Path>, AppError> {
    for (_, source) in sources {
        for at in source.ancestors() {
            match at.join(key).symlink_metadata() {
                Ok(_) => return Ok(Some(source)),
                Err(gone)
                    if matches!(
                        gone.kind(),
                        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                    ) => {}
                Err(error) => {
                    return Err(AppError::new(
                        "source_unreadable",
                        format!(
                            "It cannot be told whether the destination is `{}` itself: {error}.",
                            source.display()
                        ),
                        "Nothing was deleted.",
                        "See that the folder can be read, and start again.",
                    ));
                }
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_that_cannot_be_looked_for_is_no_sign_of_another_place() {
        let work = tempfile::tempdir().expect("temp dir");
        let sources = [(SourceId(1), work.path().join("library/photos"))];
        let key = ".albumen/shards/sign";
        assert!(seen_from(&sources, key).expect("told").is_none());
        // A link to itself: whatever is below cannot be seen.
        let marks = work.path().join(".albumen");
        std::os::unix::fs::symlink(&marks, &marks).expect("link");
        assert_eq!(
            seen_from(&sources, key).expect_err("not told").code,
            "source_unreadable"
        );
    }

    #[test]
    fn a_sign_above_a_source_is_seen() {
        let work = tempfile::tempdir().expect("temp dir");
        let sources = [(SourceId(1), work.path().join("library/photos"))];
        std::fs::create_dir(work.path().join(".albumen")).expect("folder");
        let sign = work.path().join(".albumen/sign");
        drop(std::fs::File::create(&sign).expect("sign"));
        assert!(seen_from(&sources, ".albumen/sign").expect("told").is_some());
    }
}
