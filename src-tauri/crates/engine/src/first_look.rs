//! Before stage 1, the first look: counts and thumbnails of a source that was never scanned to its end, in a small part
//! of the time the scan takes. Only the first bytes of photos are read; the scan then replaces every row.

use crate::api::{AppError, FirstLook as Shown, FirstLookGroup, FirstLookMember, What};
use crate::engine::{Engine, held};
use crate::known::KnownFiles;
use crate::presence::must_be_there;
use crate::scan::{QUEUE, RESULTS, names_below, readers, stopped, unchanged, write};
use albumen_catalog::{Catalog, FirstLookRow, WalkedFile};
use albumen_duplicates::grouping::USUAL_DISTANCE;
use albumen_duplicates::{Candidate, Grouping, keeper, pairs};
use albumen_media::{Found, walk};
use albumen_migrate::Control;
use albumen_model::{AssetId, FileId, FirstLook, Identity, RelPath, Sha256, SourceId};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::HashMap;
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
    let (looked_in, looked_out) = bounded::<Looked>(RESULTS);
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

/// Groups shown of a first look, largest first, and members of each.
const MOST_SHOWN: usize = 60;
const MOST_MEMBERS: usize = 12;

impl Engine {
    /// What the running scan's first look suggests; empty when there is none.
    pub fn first_look(&self) -> Shown {
        held(&self.inner.first_look).clone()
    }

    /// Groups the small pictures, for a window to show while the scan reads. Kept in memory only.
    pub(crate) fn group_first_looks(&self, control: &Control) -> Result<(), AppError> {
        if !self.has_listener() {
            return Ok(());
        }
        let rows = self.inner.catalog.first_look_candidates()?;
        let paths: HashMap<AssetId, String> = rows
            .iter()
            .map(|row| (AssetId(row.file.0), row.display.clone()))
            .collect();
        let candidates: Vec<Candidate> = rows.into_iter().map(candidate).collect();
        let look = |at: u32| {
            let file = FileId(candidates[at as usize].asset.0);
            let jpeg = self.inner.catalog.thumb(file).ok().flatten()?;
            albumen_media::look(&jpeg)
        };
        let found = pairs::find(&candidates, &HashMap::new(), look, |_, _| {
            control.go_on_blocking()
        });
        if control.is_stopping() {
            return Err(stopped());
        }
        let photos = candidates.len() as u64;
        let grouping = Grouping::new(candidates, &found.pairs, &keeper::USUAL);
        let mut groups = grouping.groups(USUAL_DISTANCE);
        groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
        let rows = groups.iter().take(MOST_SHOWN).map(|group| FirstLookGroup {
            members: group
                .members
                .iter()
                .take(MOST_MEMBERS)
                .map(|member| FirstLookMember {
                    file_id: member.asset.0,
                    path: paths.get(&member.asset).cloned().unwrap_or_default(),
                })
                .collect(),
        });
        *held(&self.inner.first_look) = Shown {
            photos,
            groups: groups.len() as u64,
            rows: rows.collect(),
        };
        self.tell_changed(&[What::Groups]);
        Ok(())
    }

    pub(crate) fn forget_first_looks(&self) {
        *held(&self.inner.first_look) = Shown::default();
    }
}

fn candidate(row: FirstLookRow) -> Candidate {
    // Nothing is known of its bytes: a digest of its own keeps it from being anybody's exact copy.
    let mut own = [0; 32];
    own[..8].copy_from_slice(&row.file.0.to_le_bytes());
    Candidate {
        asset: AssetId(row.file.0),
        sha256: Sha256(own),
        phash: Some(row.phash),
        phash_inside: None,
        size: row.size,
        asset_size: row.size,
        width: row.width,
        height: row.height,
        mtime_ns: 0,
        taken_ms: None,
        has_subsec: false,
        camera: 0,
        exposure: None,
        has_gps: false,
        companions: 0,
        moves: false,
        raw: false,
        edited: false,
        mark: None,
        path: row.display,
    }
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
    let mut names = names_below(root);
    walk(root, |found| {
        names.next();
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
