//! Stage 4, review: pages of groups, decisions with undo, compare. Nothing here touches a file.

use crate::api::{
    AppError, Comparison, Decision, FieldDiff, Group, GroupPage, GroupQuery, Member, ReviewTotals, Side,
    Sort, What,
};
use crate::engine::Engine;
use albumen_catalog::{DecisionKind, GroupFilter, GroupRow, GroupSort, MemberRow};
use albumen_files::clock::now_ms;
use albumen_model::{AssetId, GroupId, GroupKind, Kind};

const LONGEST_PAGE: u64 = 500;

impl Engine {
    pub fn groups(&self, query: &GroupQuery) -> Result<GroupPage, AppError> {
        let filter = GroupFilter {
            kind: query.kind,
            status: query.status,
            sort: match query.sort {
                Sort::Size => GroupSort::Size,
                Sort::Count => GroupSort::Count,
                Sort::Date => GroupSort::Date,
                Sort::Folder => GroupSort::Folder,
            },
            offset: query.offset,
            limit: query.limit.min(LONGEST_PAGE),
        };
        let (total, rows) = self.inner.catalog.groups(&filter)?;
        Ok(GroupPage {
            total,
            rows: rows.into_iter().map(group).collect(),
        })
    }

    pub fn review_totals(&self) -> Result<ReviewTotals, AppError> {
        let counts = self.inner.catalog.review_counts()?;
        Ok(ReviewTotals {
            exact: counts.exact,
            similar: counts.similar,
            open: counts.open,
            open_exact: counts.open_exact,
            decided: counts.decided,
            not_duplicates: counts.not_duplicates,
            later: counts.later,
            set_aside_assets: counts.set_aside_assets,
            set_aside_bytes: counts.set_aside_bytes,
            can_undo: counts.undo,
            can_redo: counts.redo,
        })
    }

    /// One decision for one or many groups, as one step that undo takes back.
    pub fn decide(&self, groups: &[i64], decision: &Decision) -> Result<ReviewTotals, AppError> {
        let mut decided = Vec::with_capacity(groups.len());
        for id in groups {
            let row = self.inner.catalog.group(GroupId(*id))?.ok_or_else(|| {
                AppError::usage(
                    "This group is gone: the photos were scanned again.",
                    "Look at the list again.",
                )
            })?;
            decided.push((row.id, self.kept(&row, decision)?));
        }
        let kind = match decision {
            Decision::Keep { .. } | Decision::KeepSuggested => DecisionKind::Keep,
            Decision::NotDuplicates => DecisionKind::NotDuplicates,
            Decision::Later => DecisionKind::Later,
        };
        let many = groups.len();
        let label = match decision {
            Decision::Keep { asset_ids } => format!("Keep {} of a group", asset_ids.len()),
            Decision::KeepSuggested if many == 1 => "Accept a suggestion".to_owned(),
            Decision::KeepSuggested => format!("Accept {many} suggestions"),
            Decision::NotDuplicates if many == 1 => "Not duplicates".to_owned(),
            Decision::NotDuplicates => format!("Not duplicates: {many} groups"),
            Decision::Later if many == 1 => "Decide later".to_owned(),
            Decision::Later => format!("Decide {many} groups later"),
        };
        self.save(kind, &decided, &label)
    }

    /// The suggestion for every open exact group, as one step.
    pub fn accept_exact(&self) -> Result<ReviewTotals, AppError> {
        let catalog = &self.inner.catalog;
        let mut decided: Vec<(GroupId, Vec<AssetId>)> = Vec::new();
        for (group, asset, companions) in catalog.open_exact_members()? {
            match decided.last_mut().filter(|last| last.0 == group) {
                None => decided.push((group, vec![asset])),
                // Without companions the same bytes are all there is; with them, the keeper must have those too.
                Some((_, kept)) => {
                    if companions > 0 && !catalog.is_contained(asset, kept[0])? {
                        kept.push(asset);
                    }
                }
            }
        }
        if decided.is_empty() {
            return self.review_totals();
        }
        let label = format!("Accept {} exact groups", decided.len());
        self.save(DecisionKind::Keep, &decided, &label)
    }

    pub fn undo(&self) -> Result<ReviewTotals, AppError> {
        self.inner.catalog.undo()?;
        self.reviewed()
    }

    pub fn redo(&self) -> Result<ReviewTotals, AppError> {
        self.inner.catalog.redo()?;
        self.reviewed()
    }

    fn save(
        &self,
        kind: DecisionKind,
        groups: &[(GroupId, Vec<AssetId>)],
        label: &str,
    ) -> Result<ReviewTotals, AppError> {
        self.inner.catalog.decide(kind, groups, label, now_ms())?;
        self.reviewed()
    }

    fn reviewed(&self) -> Result<ReviewTotals, AppError> {
        self.tell_changed(&[What::Groups, What::Plan]);
        self.review_totals()
    }

    /// Who stays. A suggestion never sets an asset aside that holds files the keeper lacks.
    fn kept(&self, row: &GroupRow, decision: &Decision) -> Result<Vec<AssetId>, AppError> {
        match decision {
            Decision::Keep { asset_ids } => {
                let kept: Vec<AssetId> = row
                    .members
                    .iter()
                    .map(|member| member.asset)
                    .filter(|asset| asset_ids.contains(&asset.0))
                    .collect();
                if kept.is_empty() {
                    return Err(AppError::new(
                        "last_copy",
                        "At least one photo of a group must stay.",
                        "Nothing was changed.",
                        "Choose the one to keep.",
                    ));
                }
                Ok(kept)
            }
            Decision::KeepSuggested => {
                let keeper = row
                    .members
                    .iter()
                    .find(|member| member.suggested)
                    .map(|member| member.asset);
                let mut kept: Vec<AssetId> = keeper.into_iter().collect();
                for member in &row.members {
                    let Some(keeper) = keeper.filter(|keeper| *keeper != member.asset) else {
                        continue;
                    };
                    let more = !member.companions.is_empty() || row.kind == GroupKind::Exact;
                    if more && !self.inner.catalog.is_contained(member.asset, keeper)? {
                        kept.push(member.asset);
                    }
                }
                Ok(kept)
            }
            Decision::NotDuplicates | Decision::Later => Ok(Vec::new()),
        }
    }

    /// Two assets side by side: only what differs, with the better side where that is beyond dispute.
    pub fn compare(&self, left: i64, right: i64) -> Result<Comparison, AppError> {
        let find = |id| -> Result<MemberRow, AppError> {
            let gone = || AppError::usage("This photo is gone.", "Scan again.");
            self.inner.catalog.member(AssetId(id))?.ok_or_else(gone)
        };
        let (left, right) = (find(left)?, find(right)?);
        let mut same = Vec::new();
        let mut differs = Vec::new();
        for (field, l, r, better) in fields(&left, &right) {
            if l == r {
                same.push(field.to_owned());
            } else {
                differs.push(FieldDiff {
                    field: field.to_owned(),
                    left: l,
                    right: r,
                    better,
                });
            }
        }
        Ok(Comparison {
            left: member(left),
            right: member(right),
            same,
            differs,
        })
    }
}

type Field = (&'static str, Option<String>, Option<String>, Option<Side>);

fn fields(l: &MemberRow, r: &MemberRow) -> Vec<Field> {
    let more = |a: u64, b: u64| match a.cmp(&b) {
        std::cmp::Ordering::Greater => Some(Side::Left),
        std::cmp::Ordering::Less => Some(Side::Right),
        std::cmp::Ordering::Equal => None,
    };
    let has = |a: bool, b: bool| more(a.into(), b.into());
    let pixels = |m: &MemberRow| u64::from(m.width.unwrap_or(0)) * u64::from(m.height.unwrap_or(0));
    let size_of = |m: &MemberRow| m.width.zip(m.height).map(|(w, h)| format!("{w} × {h}"));
    let place = |m: &MemberRow| m.gps.map(|(north, east)| format!("{north:.5}, {east:.5}"));
    let taken = |m: &MemberRow| m.captured.clone().map(|date| format!("{date} ({})", source(m)));
    let kind = |m: &MemberRow| Kind::parse(&m.kind).map(|kind| kind.label().to_owned());
    let changed = |m: &MemberRow| Some(crate::api::stamp(m.mtime_ns / 1_000_000));
    let with = |m: &MemberRow| (!m.companions.is_empty()).then(|| m.companions.join(", "));
    let exif = |m: &MemberRow| m.date_source.as_deref() == Some("exif");
    vec![
        ("Name", Some(name(l)), Some(name(r)), None),
        ("Folder", Some(folder(l)), Some(folder(r)), None),
        ("Kind", kind(l), kind(r), None),
        ("Pixels", size_of(l), size_of(r), more(pixels(l), pixels(r))),
        ("File size", Some(bytes(l.size)), Some(bytes(r.size)), None),
        ("Taken", taken(l), taken(r), has(exif(l), exif(r))),
        (
            "Camera",
            l.camera.clone(),
            r.camera.clone(),
            has(l.camera.is_some(), r.camera.is_some()),
        ),
        ("Place", place(l), place(r), has(l.gps.is_some(), r.gps.is_some())),
        (
            "Belongs to it",
            with(l),
            with(r),
            more(l.companions.len() as u64, r.companions.len() as u64),
        ),
        ("File changed", changed(l), changed(r), None),
    ]
}

fn source(member: &MemberRow) -> &'static str {
    match member.date_source.as_deref() {
        Some("exif") => "from the picture",
        Some("name") => "from the file name",
        _ => "from the file's date",
    }
}

fn bytes(n: u64) -> String {
    let grouped: Vec<String> = n
        .to_string()
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    format!("{} bytes", grouped.join(" "))
}

fn name(member: &MemberRow) -> String {
    member
        .display
        .rsplit('/')
        .next()
        .unwrap_or(&member.display)
        .to_owned()
}

fn folder(member: &MemberRow) -> String {
    match member.display.rsplit_once('/') {
        Some((folder, _)) => format!("{}/{folder}", member.root),
        None => member.root.clone(),
    }
}

fn group(row: GroupRow) -> Group {
    Group {
        id: row.id.0,
        kind: row.kind,
        status: row.status,
        reason: row.reason,
        reclaim_bytes: row.reclaim,
        members: row.members.into_iter().map(member).collect(),
    }
}

fn member(row: MemberRow) -> Member {
    Member {
        asset_id: row.asset.0,
        file_id: row.file.0,
        name: name(&row),
        folder: folder(&row),
        size: row.size,
        width: row.width,
        height: row.height,
        captured: row.captured,
        camera: row.camera,
        has_gps: row.gps.is_some(),
        companions: row.companions,
        distance: row.distance,
        suggested: row.suggested,
        keep: row.keep,
        // Only what was decoded has dimensions, and only that has a thumbnail.
        has_thumb: row.width.is_some(),
    }
}
