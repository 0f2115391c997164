//! A catalog as a scan leaves it, without any files: for what is measured on more photos than could be made.

use albumen_catalog::{Catalog, ScannedFile, WalkedFile};
use albumen_model::{AssetId, Fingerprint, Identity, Kind, RelPath, Sha256, SourceId};
use std::path::Path;

const BATCH: usize = 2_000;

/// Makes the catalog at `path` of `photos` below `root`, all read and each an asset of its own. `describe` hears the
/// number of each and changes what is like every other one's. The assets are in the order of their numbers.
pub fn fill(
    path: &Path,
    root: &Path,
    photos: usize,
    describe: impl Fn(usize, &mut Identity, &mut Fingerprint),
) -> (Catalog, SourceId, Vec<AssetId>) {
    let catalog = Catalog::open(path).expect("make a catalog");
    let root = root.as_os_str().as_encoded_bytes();
    let source = catalog.add_source(root, 1).expect("a source");
    let scan = catalog.begin_scan(source).expect("a scan");
    for first in (0..photos).step_by(BATCH) {
        let batch = (first..photos.min(first + BATCH)).map(|number| read(number, &describe));
        catalog.put_scanned(source, scan, batch.collect()).expect("put");
    }
    catalog.finish_scan(source, scan, &[], 2).expect("finish");
    // By their paths, which are in the order of the numbers.
    let known = catalog.known_files(source, &RelPath(Vec::new()), photos);
    let known = known.expect("files");
    let own: Vec<_> = known.iter().map(|file| (file.id, file.id)).collect();
    catalog.set_assets(&own).expect("assets");
    let assets = known.iter().map(|file| AssetId(file.id.0)).collect();
    (catalog, source, assets)
}

fn read(number: usize, describe: &impl Fn(usize, &mut Identity, &mut Fingerprint)) -> ScannedFile {
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let mut identity = Identity {
        dev: 1,
        ino: number as u64 + 1,
        size: 2_000_000,
        mtime_ns: 1_500_000_000_000_000_000,
        ctime_ns: 0,
        mode: 0o644,
    };
    let mut made = Fingerprint {
        width: Some(4000),
        height: Some(3000),
        camera: Some("NIKON Z 6".to_owned()),
        ..Fingerprint::new(Sha256(sha256), Kind::Jpeg)
    };
    describe(number, &mut identity, &mut made);
    let file = WalkedFile {
        path: RelPath(format!("{:04}/IMG_{number:07}.jpg", number / 400).into_bytes()),
        identity,
        excluded: false,
    };
    ScannedFile::Read(file, Box::new(made))
}
