//! What the tests of this crate scan.

use crate::{Catalog, ScannedFile, WalkedFile};
use albumen_model::{FileId, Fingerprint, Identity, Kind, RelPath, Sha256, SourceId};

/// A file that a walk came across.
pub fn walked(path: &str, ino: u64) -> WalkedFile {
    WalkedFile {
        path: RelPath(path.as_bytes().to_vec()),
        identity: Identity {
            dev: 1,
            ino,
            size: 10,
            mtime_ns: 0,
            ctime_ns: 0,
            mode: 0o644,
        },
        excluded: false,
    }
}

/// Reads `path` as a photo of one asset; `content` stands for its bytes.
pub fn photo(catalog: &Catalog, source: SourceId, path: &str, content: u8) -> FileId {
    let file = walked(path, 1);
    let at = file.path.clone();
    let made = Fingerprint::new(Sha256([content; 32]), Kind::Jpeg);
    let scan = catalog.begin_scan(source).expect("scan");
    let read = vec![ScannedFile::Read(file, Box::new(made))];
    catalog.put_scanned(source, scan, read).expect("put");
    let known = catalog.known_file(source, &at).expect("query");
    let id = known.expect("file").id;
    catalog.set_assets(&[(id, id)]).expect("asset");
    id
}
