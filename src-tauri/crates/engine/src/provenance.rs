//! Beside the way: where did this come from, and where is it now? Asked in ten years, by the path of an original or of a copy,
//! by a name at a destination, by a digest, or by any file that has the same bytes. It reads the catalog; nothing of what it
//! tells has to be there any more.

use crate::api::{
    AppError, Moment, MomentKind, NamedFile, Provenance, ProvenanceCopy, ProvenanceGroup, ProvenanceMember,
    stamp,
};
use crate::destination::{real, spec_of};
use crate::engine::Engine;
use crate::report::{bytes_unless_shown, modified};
use albumen_catalog::{OriginCopy, OriginGroup, OriginRemoval, OriginRow, OriginStep, RenamedRow};
use albumen_model::{FileId, GroupKind, GroupStatus, Outcome, Sha256};
use albumen_store::Spec;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Hex digits of a digest that are enough to ask by.
const SHORTEST: usize = 8;

/// What the words of a question were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Original,
    Copy,
    Key,
    Digest,
    /// A file that is known nowhere, whose bytes are.
    Content,
}

impl Asked {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Copy => "copy",
            Self::Key => "key",
            Self::Digest => "digest",
            Self::Content => "content",
        }
    }
}

impl Engine {
    /// Everything that is known of one file.
    pub fn where_is(&self, file: i64) -> Result<Provenance, AppError> {
        let catalog = &self.inner.catalog;
        let id = FileId(file);
        let gone = || AppError::usage("This file is not in the catalog.", "Look at the report again.");
        let row = catalog.origin(id)?.ok_or_else(gone)?;
        let groups = catalog.origin_groups(row.asset)?;
        let copies = catalog.origin_copies(id, row.file.sha256.as_ref())?;
        let mut timeline = timeline(
            &row,
            &groups,
            &copies,
            &catalog.origin_removals(id)?,
            &catalog.origin_steps(id)?,
        )?;
        put_renames(&mut timeline, catalog.renames_of(id)?);
        let full = format!("{}/{}", row.source_display, row.file.display);
        Ok(Provenance {
            file_id: id.0,
            asset_id: row.asset.0,
            from_bytes: bytes_unless_shown(&row.file.root, told_path(&row.file.path.0), &full),
            from: full,
            size: row.file.identity.size,
            sha256: row.file.sha256.map(|sum| sum.to_string()),
            kind: row.file.kind.as_str().to_owned(),
            modified: modified(row.file.identity.mtime_ns),
            captured: row.captured,
            offset_minutes: row.offset_minutes,
            date_source: row.date_source,
            camera: row.camera,
            north: row.gps.map(|gps| gps.0),
            east: row.gps.map(|gps| gps.1),
            gone: row.gone,
            source_removed: row.source_removed,
            recalled: row.recalled,
            asset: named(catalog.asset_files(row.asset)?),
            groups: groups.into_iter().map(shown_group).collect(),
            same_bytes: match &row.file.sha256 {
                Some(sha256) => named(catalog.others_of(sha256, id)?),
                None => Vec::new(),
            },
            copies: copies
                .into_iter()
                .map(|copy| shown_copy(copy, id))
                .collect::<Result<_, _>>()?,
            timeline,
        })
    }

    /// Answers for `words`: the first meaning that is known of counts.
    pub fn find_origins(&self, words: &OsStr) -> Result<(Asked, Vec<Provenance>), AppError> {
        let (asked, files) = self.asked(words)?;
        if files.is_empty() {
            return Err(AppError::new(
                "file_unknown",
                format!("Nothing is known of `{}`.", Path::new(words).display()),
                "Nothing was changed.",
                "Give the path of an original or of a copy, a name at the destination, or eight digits or more of a SHA-256.",
            ));
        }
        let told: Result<Vec<_>, _> = files.into_iter().map(|id| self.where_is(id.0)).collect();
        Ok((asked, told?))
    }

    fn asked(&self, words: &OsStr) -> Result<(Asked, BTreeSet<FileId>), AppError> {
        let catalog = &self.inner.catalog;
        let paths = paths_of(words);
        let mut found = BTreeSet::new();
        for path in &paths {
            found.extend(catalog.files_at(path.as_os_str().as_bytes())?);
        }
        if !found.is_empty() {
            return Ok((Asked::Original, found));
        }
        let destinations = catalog.destinations()?;
        for row in &destinations {
            let Spec::Folder { path: root } = spec_of(row)? else {
                continue;
            };
            let roots = [PathBuf::from(&root), real(Path::new(&root))];
            let below = |path: &PathBuf| {
                let below = roots.iter().find_map(|root| path.strip_prefix(root).ok());
                below.and_then(Path::to_str).map(str::to_owned)
            };
            for key in paths.iter().filter_map(below) {
                found.extend(catalog.files_under(row.id, &key)?);
            }
        }
        if !found.is_empty() {
            return Ok((Asked::Copy, found));
        }
        let Some(text) = words.to_str() else {
            return self.with_the_bytes_of(&paths);
        };
        for row in &destinations {
            found.extend(catalog.files_under(row.id, text)?);
        }
        if !found.is_empty() {
            return Ok((Asked::Key, found));
        }
        if let Some((low, high)) = digests_from(text) {
            found.extend(catalog.files_between(&low, &high)?);
            if !found.is_empty() {
                return Ok((Asked::Digest, found));
            }
        }
        self.with_the_bytes_of(&paths)
    }

    fn with_the_bytes_of(&self, paths: &[PathBuf]) -> Result<(Asked, BTreeSet<FileId>), AppError> {
        let mut found = BTreeSet::new();
        if let Some(path) = paths.iter().find(|path| path.is_file()) {
            let read = albumen_files::read_through(path, |_| 0, &|| false)?;
            found.extend(self.inner.catalog.files_between(&read.sha256, &read.sha256)?);
        }
        Ok((Asked::Content, found))
    }
}

/// As it stands, and with links resolved for the part that exists.
fn paths_of(words: &OsStr) -> Vec<PathBuf> {
    let Ok(full) = std::path::absolute(words) else {
        return Vec::new();
    };
    let mut plain = PathBuf::new();
    for part in full.components() {
        match part {
            std::path::Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    let mut paths = vec![real(&full), plain];
    paths.dedup();
    paths
}

/// The least and the greatest digest that begin so.
fn digests_from(text: &str) -> Option<(Sha256, Sha256)> {
    let fits = (SHORTEST..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !fits {
        return None;
    }
    let filled = |digit: char| {
        let rest: String = std::iter::repeat_n(digit, 64 - text.len()).collect();
        Sha256::from_hex(&format!("{text}{rest}"))
    };
    filled('0').zip(filled('f'))
}

/// Of several contents that markers told of one path, each has a path with its digest behind a NUL.
pub(crate) fn told_path(path: &[u8]) -> &[u8] {
    path.split(|byte| *byte == 0).next().unwrap_or(path)
}

fn named(files: Vec<albumen_catalog::NamedFile>) -> Vec<NamedFile> {
    let shown = files.into_iter().map(|one| NamedFile {
        file_id: one.file.0,
        path: one.display,
        kind: one.kind,
        gone: one.gone,
    });
    shown.collect()
}

fn shown_group(group: OriginGroup) -> ProvenanceGroup {
    let members = group.members.into_iter().map(|member| ProvenanceMember {
        asset_id: member.asset.0,
        path: member.display,
        relation: member.relation,
        keep: member.keep,
    });
    ProvenanceGroup {
        kind: group.kind,
        status: group.status,
        members: members.collect(),
        decided_at: group.decision.map(|said| stamp(said.2)),
    }
}

fn shown_copy(copy: OriginCopy, of: FileId) -> Result<ProvenanceCopy, AppError> {
    Ok(ProvenanceCopy {
        destination: spec_of(&copy.destination)?.label(),
        url: copy.destination.url,
        key: copy.key,
        sha256: copy.sha256.to_string(),
        of: (copy.file != of).then_some(copy.from),
        was_found: copy.was_found,
        placed_at: stamp(copy.placed_at),
        grade: copy.receipt.as_ref().map(|receipt| receipt.0.clone()),
        verified_at: copy.receipt.map(|receipt| stamp(receipt.1)),
    })
}

/// What happened to the file itself, in the order in which it happened.
fn timeline(
    row: &OriginRow,
    groups: &[OriginGroup],
    copies: &[OriginCopy],
    removals: &[OriginRemoval],
    steps: &[OriginStep],
) -> Result<Vec<Moment>, AppError> {
    let moment = |kind, at: Option<i64>, what: String| Moment {
        kind,
        at: at.map(stamp),
        what,
    };
    let mut first = vec![moment(MomentKind::Found, row.added_at, found_words(row))];
    if let Some(sha256) = row.file.sha256.filter(|_| !row.recalled) {
        let what = format!("SHA-256 {sha256}");
        first.push(moment(MomentKind::Fingerprinted, None, what));
    }
    let mut all = Vec::new();
    for group in groups {
        if let Some((_, label, at)) = &group.decision {
            let what = format!("{}: {label}", decision_words(group, row));
            all.push(moment(MomentKind::Decided, Some(*at), what));
        }
    }
    for step in steps {
        let place = spec_of(&step.destination)?.label();
        let what = match (step.outcome, &step.key) {
            (Outcome::Copy, Some(key)) => format!("To be copied to {key} on {place}. {}", step.why),
            (outcome, _) => format!("{} on {place}. {}", plan_words(outcome), step.why),
        };
        all.push(moment(
            MomentKind::Planned,
            Some(step.planned_at),
            what.trim_end().to_owned(),
        ));
    }
    for copy in copies.iter().filter(|copy| copy.file == row.file.id) {
        let place = spec_of(&copy.destination)?.label();
        let what = if copy.was_found {
            format!("The same bytes were at {} on {place} already", copy.key)
        } else {
            format!("To {} on {place}", copy.key)
        };
        all.push(moment(MomentKind::Copied, Some(copy.placed_at), what));
        if let Some((grade, at)) = &copy.receipt {
            all.push(moment(
                MomentKind::Verified,
                Some(*at),
                grade_words(grade).to_owned(),
            ));
        }
    }
    for removal in removals.iter().filter(|one| one.state != "kept") {
        let place = spec_of(&removal.destination)?.label();
        let how = match removal.how.as_str() {
            "trash" => "To the trash",
            _ => "For ever",
        };
        let end = match removal.state.as_str() {
            "will" => "; a run was killed then, and how it ended is not known",
            _ => "",
        };
        let what = format!("{how}, after {} on {place} was verified{end}", removal.key);
        all.push(moment(MomentKind::Removed, Some(removal.at), what));
        if removal.state == "restored" {
            let what = format!("From {} on {place}, or it stood in its place", removal.key);
            all.push(moment(MomentKind::Restored, removal.restored_at, what));
        }
    }
    // Equal moments stay in the order of the way.
    all.sort_by(|one, other| one.at.cmp(&other.at));
    first.extend(all);
    Ok(first)
}

/// Among what happened to it; what has no moment comes first.
fn put_renames(timeline: &mut Vec<Moment>, renames: Vec<RenamedRow>) {
    for one in renames {
        let at = Some(stamp(one.at));
        let place = timeline.partition_point(|moment| moment.kind.is_first() || moment.at <= at);
        let moment = Moment {
            kind: MomentKind::Renamed,
            at,
            what: format!("Renamed from {} to {}", one.was, one.now),
        };
        timeline.insert(place, moment);
    }
}

fn found_words(row: &OriginRow) -> String {
    if row.recalled {
        return "Read in from a marker at a destination; the original was not met since".to_owned();
    }
    let scanned = row.scanned_at.map(|at| format!("; last scanned {}", stamp(at)));
    format!(
        "In {}, which was added then{}",
        row.source_display,
        scanned.unwrap_or_default()
    )
}

fn decision_words(group: &OriginGroup, row: &OriginRow) -> &'static str {
    let stays = group
        .members
        .iter()
        .find(|one| one.asset == row.asset)
        .is_none_or(|one| one.keep);
    match group.status {
        GroupStatus::NotDuplicates => "No duplicates",
        GroupStatus::Later => "Left for later",
        _ if group.kind == GroupKind::Burst && stays => "A frame of a burst, kept",
        _ if stays => "Kept",
        _ => "Set aside",
    }
}

fn plan_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Copy => "To be copied",
        Outcome::AlreadyThere => "Already there",
        Outcome::Duplicate => "Left out as a duplicate",
        Outcome::Excluded => "Excluded",
        Outcome::Unsupported => "Not supported",
        Outcome::Failed => "Failed",
    }
}

fn grade_words(grade: &str) -> &'static str {
    match grade {
        "readback" => "Every byte was read back and compared",
        "digest" => "The destination\u{2019}s own digest is that of the original",
        _ => "Taken by a destination that refuses wrong bytes, and unchanged since",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_digest_stands_for_all_that_begin_so() {
        let (low, high) = digests_from("ABCDEF012").expect("nine digits");
        assert!(low.to_string().starts_with("abcdef0120000") && low.to_string().ends_with("00"));
        assert!(high.to_string().starts_with("abcdef012ffff") && high.to_string().ends_with("ff"));
        let whole = "ab".repeat(32);
        assert!(digests_from(&whole).is_some_and(|(low, high)| low == high));
        assert!(digests_from("abcdef0").is_none(), "too short");
        assert!(digests_from("nothexatall").is_none());
        assert!(digests_from(&"a".repeat(65)).is_none());
    }

    #[test]
    fn a_path_that_is_not_there_is_still_a_path() {
        let dir = tempfile::tempdir().expect("temp dir");
        let base = dir.path().canonicalize().expect("path");
        let asked = base.join("gone/../other/./a.jpg");
        assert!(paths_of(asked.as_os_str()).contains(&base.join("other/a.jpg")));
    }
}
