//! Before stage 1, the first look: counts and thumbnails of a source that was never scanned to its end, in a small part
//! of the time the scan takes. Only the first bytes of photos are read; the scan then replaces every row.

use crate::api::AppError;
use crate::known::KnownFiles;
use crate::scan::{QUEUE, must_be_there, readers, stopped, unchanged, write};
use albumen_catalog::{Catalog, WalkedFile};
use albumen_media::{Found, walk};
use albumen_migrate::Control;
use albumen_model::{FirstLook, Identity, RelPath, SourceId};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::Path;

type Looked = (WalkedFile, FirstLook);

/// Looks at every file of the source that is not known by its bytes. Nothing is concluded, and what is wrong with files
/// is left for the scan to say.
pub fn first_look(catalog: &Catalog, id: SourceId, root: &Path, control: &Control) -> Result<(), AppError> {
    must_be_there(root)?;
    if catalog.was_scanned(id)? {
        return Ok(());
    }
    control.begin_open("First look");
    let scan = catalog.begin_scan(id)?;
    let (walked_in, walked_out) = bounded::<(RelPath, Identity)>(QUEUE);
    let (looked_in, looked_out) = bounded::<Looked>(QUEUE);
    let (walked, written) = std::thread::scope(|scope| {
        let walker = scope.spawn(move || find(catalog, id, root, &walked_in, control));
        for _ in 0..readers() {
            let (files, done) = (walked_out.clone(), looked_in.clone());
            scope.spawn(move || look(root, &files, &done, control));
        }
        drop(looked_in);
        drop(walked_out);
        let written = write(&looked_out, |batch| Ok(catalog.put_first_looks(id, scan, batch)?));
        (walker.join(), written)
    });
    written?;
    walked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    if control.is_stopping() {
        return Err(stopped());
    }
    Ok(())
}

fn find(
    catalog: &Catalog,
    id: SourceId,
    root: &Path,
    walked: &Sender<(RelPath, Identity)>,
    control: &Control,
) -> albumen_catalog::Result<()> {
    let mut known = KnownFiles::new(catalog, id);
    let mut failed = None;
    walk(root, |found| {
        let Found::File { path, identity } = found else {
            return true;
        };
        match known.find(&path) {
            Ok(Some(known)) if unchanged(&known, &identity) => control.go_on_blocking(),
            Ok(_) => walked.send((path, identity)).is_ok() && control.go_on_blocking(),
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    });
    failed.map_or(Ok(()), Err)
}

fn look(root: &Path, files: &Receiver<(RelPath, Identity)>, done: &Sender<Looked>, control: &Control) {
    for (path, identity) in files {
        if !control.go_on_blocking() {
            return;
        }
        let full = root.join(path.as_path());
        if let Ok((look, identity)) = albumen_media::first_look(&full, path.name(), identity) {
            control.file_done();
            let file = WalkedFile {
                path,
                identity,
                excluded: false,
            };
            if done.send((file, look)).is_err() {
                return;
            }
        }
    }
}
