//! Stage 4, review: pages of groups and decisions with undo. Nothing here touches a file.

use crate::api::{
    AppError, Decision, DecisionStep, Filter, Group, GroupPage, GroupQuery, Member, ReviewTotals, Sort, What,
    stamp,
};
use crate::engine::Engine;
use albumen_catalog::{BulkMember, DecisionKind, GroupFilter, GroupRow, GroupSort, MemberRow};
use albumen_files::clock::now_ms;
use albumen_model::{AssetId, FolderMark, GroupId, GroupKind, Kind};

const LONGEST_PAGE: u64 = 500;

impl Engine {
    pub fn groups(&self, query: &GroupQuery) -> Result<GroupPage, AppError> {
        let sort = match query.sort {
            Sort::Size => GroupSort::Size,
            Sort::Count => GroupSort::Count,
            Sort::Date => GroupSort::Date,
            Sort::Folder => GroupSort::Folder,
            Sort::Distance => GroupSort::Distance,
        };
        let limit = query.limit.min(LONGEST_PAGE);
        let page =
            self.inner
                .catalog
                .groups(&filter(&query.filter), sort, query.reverse, query.offset, limit)?;
        Ok(GroupPage {
            total: page.total,
            reclaim_bytes: page.reclaim,
            reclaim_assets: page.reclaim_assets,
            rows: page.rows.into_iter().map(|row| self.shown_group(row)).collect(),
        })
    }

    pub fn review_totals(&self) -> Result<ReviewTotals, AppError> {
        let counts = self.inner.catalog.review_counts()?;
        Ok(ReviewTotals {
            exact: counts.exact,
            similar: counts.similar,
            burst: counts.burst,
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

    /// One decision for one or some groups, as one step that undo takes back.
    pub fn decide(&self, groups: &[i64], decision: &Decision) -> Result<ReviewTotals, AppError> {
        let mut decided = Vec::with_capacity(groups.len());
        for id in groups {
            let row = self.inner.catalog.group(GroupId(*id))?.ok_or_else(|| {
                AppError::usage(
                    "This group is gone: the photos were grouped again.",
                    "Look at the list again.",
                )
            })?;
            let members: Vec<BulkMember> = row.members.iter().map(brief).collect();
            decided.push((row.id, self.kept(&members, decision)?));
        }
        if decided.is_empty() {
            return self.review_totals();
        }
        self.save(decision, &decided, None)
    }

    /// One decision for every group that the filter finds now, as one step.
    pub fn decide_all(&self, which: &Filter, decision: &Decision) -> Result<ReviewTotals, AppError> {
        if matches!(decision, Decision::Keep { .. }) {
            return Err(AppError::usage(
                "These photos are of one group only.",
                "Choose what to keep in each group, or accept the suggestions.",
            ));
        }
        // Read first: a decision asks the catalog again, and one reader may not wait for itself.
        let mut found: Vec<(GroupId, Vec<BulkMember>)> = Vec::new();
        self.inner
            .catalog
            .for_each_group(&filter(which), |id, _, members| {
                found.push((id, members.to_vec()));
                Ok(())
            })?;
        let mut decided = Vec::with_capacity(found.len());
        for (id, members) in found {
            decided.push((id, self.kept(&members, decision)?));
        }
        if decided.is_empty() {
            return self.review_totals();
        }
        self.save(decision, &decided, which.kind)
    }

    pub fn undo(&self) -> Result<ReviewTotals, AppError> {
        self.inner.catalog.undo()?;
        self.reviewed()
    }

    pub fn redo(&self) -> Result<ReviewTotals, AppError> {
        self.inner.catalog.redo()?;
        self.reviewed()
    }

    /// The person's steps, newest first.
    pub fn history(&self) -> Result<Vec<DecisionStep>, AppError> {
        let steps = self
            .inner
            .catalog
            .decision_steps()?
            .into_iter()
            .map(|step| DecisionStep {
                id: step.id,
                label: step.label,
                at: stamp(step.made_at),
                groups: step.groups,
                undone: step.undone,
            });
        Ok(steps.collect())
    }

    /// Undoes or redoes until this step is the last one in force; 0 undoes all.
    pub fn go_to_step(&self, id: i64) -> Result<ReviewTotals, AppError> {
        self.inner.catalog.go_to_step(id)?;
        self.reviewed()
    }

    fn save(
        &self,
        decision: &Decision,
        groups: &[(GroupId, Vec<AssetId>)],
        of: Option<GroupKind>,
    ) -> Result<ReviewTotals, AppError> {
        let kind = match decision {
            Decision::Keep { .. } | Decision::KeepSuggested | Decision::KeepOnlyKeeper => DecisionKind::Keep,
            Decision::NotDuplicates => DecisionKind::NotDuplicates,
            Decision::Later => DecisionKind::Later,
        };
        let label = label(decision, groups.len(), of);
        self.inner.catalog.decide(kind, groups, &label, now_ms())?;
        self.reviewed()
    }

    fn reviewed(&self) -> Result<ReviewTotals, AppError> {
        self.tell_changed(&[What::Groups, What::Plan]);
        self.review_totals()
    }

    /// Who stays. Protected members always do, and a suggestion never sets an asset aside that holds files the keeper
    /// lacks.
    fn kept(&self, members: &[BulkMember], decision: &Decision) -> Result<Vec<AssetId>, AppError> {
        let keeper = members.iter().find(|member| member.keeper);
        let mut kept = Vec::new();
        for member in members {
            let stays = member.keeper
                || match decision {
                    Decision::KeepSuggested => member.suggest_keep || self.has_more(member, keeper)?,
                    Decision::KeepOnlyKeeper => self.has_more(member, keeper)?,
                    Decision::Keep { .. } | Decision::NotDuplicates | Decision::Later => false,
                };
            let chosen = match decision {
                Decision::Keep { asset_ids } => asset_ids.contains(&member.asset.0),
                Decision::NotDuplicates | Decision::Later => true,
                Decision::KeepSuggested | Decision::KeepOnlyKeeper => stays || member.protected,
            };
            if !chosen && member.protected {
                return Err(AppError::new(
                    "protected",
                    "A photo in a protected folder always stays.",
                    "Nothing was changed.",
                    "Keep it too, or take the protection off its folder.",
                ));
            }
            if chosen {
                kept.push(member.asset);
            }
        }
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

    /// A movie where the keeper has none, or companions that the keeper does not have, byte for byte.
    fn has_more(&self, member: &BulkMember, keeper: Option<&BulkMember>) -> Result<bool, AppError> {
        let Some(keeper) = keeper else {
            return Ok(false);
        };
        if member.moves && !keeper.moves {
            return Ok(true);
        }
        Ok(member.companions > 0 && !self.inner.catalog.is_contained(member.asset, keeper.asset)?)
    }
}

fn label(decision: &Decision, many: usize, of: Option<GroupKind>) -> String {
    let exact = if of == Some(GroupKind::Exact) {
        "exact "
    } else {
        ""
    };
    match decision {
        Decision::Keep { asset_ids } => format!("Keep {} of a group", asset_ids.len()),
        Decision::KeepSuggested if many == 1 => "Accept a suggestion".to_owned(),
        Decision::KeepSuggested => format!("Accept {many} {exact}groups"),
        Decision::KeepOnlyKeeper if many == 1 => "Keep only the keeper".to_owned(),
        Decision::KeepOnlyKeeper => format!("Keep only the keepers of {many} groups"),
        Decision::NotDuplicates if many == 1 => "Not duplicates".to_owned(),
        Decision::NotDuplicates => format!("Not duplicates: {many} groups"),
        Decision::Later if many == 1 => "Decide later".to_owned(),
        Decision::Later => format!("Decide {many} groups later"),
    }
}

fn filter(of: &Filter) -> GroupFilter {
    GroupFilter {
        kind: of.kind,
        status: of.status,
        relation: of.relation,
        folders: of.folders.clone(),
        from: of.from.clone(),
        to: of.to.clone(),
        min_bytes: of.min_bytes,
        search: of.search.clone(),
        sure: of.sure,
    }
}

fn brief(member: &MemberRow) -> BulkMember {
    BulkMember {
        asset: member.asset,
        keeper: member.suggested,
        suggest_keep: member.suggest_keep,
        companions: u32::try_from(member.companions.len()).unwrap_or(u32::MAX),
        moves: member.moves,
        protected: member.mark == Some(FolderMark::Protected),
    }
}

pub(crate) fn name(member: &MemberRow) -> String {
    member
        .display
        .rsplit('/')
        .next()
        .unwrap_or(&member.display)
        .to_owned()
}

pub(crate) fn folder(member: &MemberRow) -> String {
    match member.display.rsplit_once('/') {
        Some((folder, _)) => format!("{}/{folder}", member.root),
        None => member.root.clone(),
    }
}

impl Engine {
    fn shown_group(&self, row: GroupRow) -> Group {
        Group {
            id: row.id.0,
            kind: row.kind,
            status: row.status,
            reason: row.reason,
            rule: row.rule,
            sure: row.sure,
            reclaim_bytes: row.reclaim,
            members: row
                .members
                .into_iter()
                .map(|row| self.shown_member(row))
                .collect(),
        }
    }

    pub(crate) fn shown_member(&self, row: MemberRow) -> Member {
        // Only what was decoded has dimensions, and only that has a thumbnail; a movie may have a frame.
        let has_thumb = row.width.is_some()
            || row.kind == Kind::Video.as_str() && self.inner.catalog.has_thumb(row.file).unwrap_or(false);
        member(row, has_thumb)
    }
}

fn member(row: MemberRow, has_thumb: bool) -> Member {
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
        motion: row.motion,
        kind: Kind::parse(&row.kind).map_or_else(|| row.kind.clone(), |kind| kind.label().to_owned()),
        relation: row.relation,
        turn: row.turn,
        distance: row.distance,
        suggested: row.suggested,
        suggest_keep: row.suggest_keep,
        keep: row.keep,
        mark: row.mark,
        has_thumb,
    }
}
