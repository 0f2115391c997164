//! Stage 3, group: which photos show the same, and which of them to keep. No original is read, unless its thumbnail was
//! lost; pairs that were looked at before are not looked at again.

use crate::api::{AppError, JobKind, Rule, Similarity, What};
use crate::company::place_of;
use crate::engine::{Engine, Outcome, held};
use crate::job::JobHandle;
use albumen_catalog::{NewGroup, NewMember, PairRow};
use albumen_duplicates::grouping::{Group, USUAL_DISTANCE, company};
use albumen_duplicates::{Candidate, Grouping, Pair, keeper, pairs};
use albumen_migrate::Control;
use albumen_model::{AssetId, FileId, GroupKind, Look, Relation, RuleId};
use std::collections::HashSet;
use std::sync::Arc;

/// Candidates that groups are made of at once.
const PART: usize = 500;

/// One line of `albumen groups`.
#[derive(Debug, Clone)]
pub struct FoundGroup {
    pub kind: GroupKind,
    pub reason: &'static str,
    pub sure: bool,
    /// Keeper first.
    pub members: Vec<FoundMember>,
}

#[derive(Debug, Clone)]
pub struct FoundMember {
    pub path: String,
    pub distance: u32,
    pub relation: Relation,
    pub keep: bool,
}

impl Engine {
    /// Groups anew, in the background: after other rules, another similarity, another word about a folder.
    pub fn start_group(&self) -> Result<JobHandle, AppError> {
        self.start(JobKind::Group, |engine, control| {
            control.begin_open("Finding duplicates");
            engine.regroup(control)?;
            engine.tell_changed(&[What::Profile, What::Groups, What::Plan]);
            Ok(Outcome::Grouped)
        })
    }

    /// Finds what new photos are near to, then makes the stored groups what they should be. Decisions stay.
    pub(crate) fn regroup(&self, control: &Control) -> Result<(), AppError> {
        *held(&self.inner.grouping) = None;
        self.look_at_new_pairs(control)?;
        let (rules, distance) = (self.keeper_rules()?, self.similarity_distance()?);
        let mut groups: Vec<NewGroup> = Vec::new();
        self.known_company(false, PART, |candidates, pairs| {
            let part = self.named_grouping(candidates, &pairs, &rules)?;
            let made = part.groups(distance);
            groups.extend(made.iter().map(|group| new_group(group, part.candidates())));
            Ok(())
        })?;
        groups.sort_unstable_by_key(|group| group.members[0].asset);
        Ok(self.inner.catalog.replace_groups(&groups)?)
    }

    fn look_at_new_pairs(&self, control: &Control) -> Result<(), AppError> {
        let mut company = self.propose()?;
        let found = pairs::confirm(
            &company.candidates,
            std::mem::take(&mut company.proposals),
            &company.known,
            |at| self.look(company.candidates[at as usize].asset),
            |_, _| control.go_on_blocking(),
        );
        if control.is_stopping() {
            return Err(crate::scan::stopped());
        }
        let rows = new_rows(&company.candidates, &found);
        Ok(self.inner.catalog.put_pairs(&rows)?)
    }

    /// Groups at any similarity, without touching the stored ones.
    pub fn find_groups(&self, distance: Option<u32>, exact_only: bool) -> Result<Vec<FoundGroup>, AppError> {
        let grouping = self.grouping(exact_only)?;
        let path = |asset| of(grouping.candidates(), asset).map_or("", |one| one.path.as_str());
        let distance = match distance {
            Some(distance) => distance,
            None => self.similarity_distance()?,
        };
        let groups = grouping.groups(distance).into_iter().map(|group| FoundGroup {
            kind: group.kind,
            reason: group.reason(),
            sure: group.sure,
            members: group
                .members
                .iter()
                .map(|member| FoundMember {
                    path: path(member.asset).to_owned(),
                    distance: member.distance,
                    relation: member.relation,
                    keep: member.keep,
                })
                .collect(),
        });
        Ok(groups.collect())
    }

    /// How the slider stands.
    pub fn similarity(&self) -> Result<Similarity, AppError> {
        self.try_similarity(self.similarity_distance()?)
    }

    /// What another setting would give. The first call reads the catalog; those that follow a slider only count.
    pub fn try_similarity(&self, distance: u32) -> Result<Similarity, AppError> {
        let kept = held(&self.inner.grouping).clone();
        let grouping = match kept {
            Some(grouping) => grouping,
            None => {
                let made = Arc::new(self.grouping(false)?);
                *held(&self.inner.grouping) = Some(made.clone());
                made
            }
        };
        let distance = distance.min(USUAL_DISTANCE);
        let (groups, photos) = grouping.count(distance);
        Ok(Similarity {
            distance,
            usual: USUAL_DISTANCE,
            most: USUAL_DISTANCE,
            groups,
            photos,
            copies: photos - groups,
        })
    }

    pub fn set_similarity(&self, distance: u32) -> Result<JobHandle, AppError> {
        let _quiet = self.refuse_while_busy()?;
        self.store("similarity", &distance.min(USUAL_DISTANCE))?;
        self.start_group()
    }

    fn similarity_distance(&self) -> Result<u32, AppError> {
        Ok(self.stored("similarity")?.unwrap_or(USUAL_DISTANCE))
    }

    /// The keeper rules in the person's order.
    pub fn rules(&self) -> Result<Vec<Rule>, AppError> {
        Ok(completed(self.stored("rules")?.unwrap_or_default()))
    }

    pub fn set_rules(&self, rules: &[Rule]) -> Result<JobHandle, AppError> {
        let _quiet = self.refuse_while_busy()?;
        self.store("rules", &rules)?;
        self.start_group()
    }

    fn keeper_rules(&self) -> Result<Vec<RuleId>, AppError> {
        let rules = self.rules()?;
        Ok(rules
            .into_iter()
            .filter(|rule| rule.enabled)
            .map(|rule| rule.id)
            .collect())
    }

    fn grouping(&self, exact_only: bool) -> Result<Grouping, AppError> {
        let rules = self.keeper_rules()?;
        let mut whole = Grouping::new(Vec::new(), &[], &rules);
        self.known_company(exact_only, usize::MAX, |candidates, pairs| {
            whole = self.named_grouping(candidates, &pairs, &rules)?;
            Ok(())
        })?;
        Ok(whole)
    }

    fn named_grouping(
        &self,
        mut candidates: Vec<Candidate>,
        pairs: &[Pair],
        rules: &[RuleId],
    ) -> Result<Grouping, AppError> {
        let places = company(&candidates, pairs);
        let assets = places
            .iter()
            .map(|at| candidates[*at as usize].asset)
            .collect::<Vec<_>>();
        self.inner.catalog.displays(&assets, |at, path| {
            candidates[places[at] as usize].path = path;
        })?;
        Ok(Grouping::new(candidates, pairs, rules))
    }

    /// From the thumbnail; where that is lost, from the original once more.
    pub(crate) fn look(&self, asset: AssetId) -> Option<Look> {
        let file = FileId(asset.0);
        let thumb = self.inner.catalog.thumb(file).ok().flatten();
        let jpeg = thumb.or_else(|| {
            let made = self.make_preview(file, albumen_media::THUMB).ok()??;
            let kept = self.inner.catalog.put_thumbs(&[(file, made.clone())]);
            if let Err(lost) = kept {
                tracing::warn!("a thumbnail could not be kept: {lost}");
            }
            Some(made)
        })?;
        albumen_media::look(&jpeg)
    }
}

/// Rules that came with a newer version than the person's order go behind the one that they usually follow.
fn completed(mut rules: Vec<Rule>) -> Vec<Rule> {
    let mut seen = HashSet::new();
    rules.retain(|rule| seen.insert(rule.id));
    let mut before = None;
    for id in keeper::USUAL {
        if seen.insert(id) {
            let place = rules.iter().position(|rule| Some(rule.id) == before);
            let rule = Rule { id, enabled: true };
            rules.insert(place.map_or(0, |place| place + 1), rule);
        }
        before = Some(id);
    }
    rules
}

fn of(candidates: &[Candidate], asset: AssetId) -> Option<&Candidate> {
    candidates.get(place_of(candidates, asset)? as usize)
}

fn new_rows(candidates: &[Candidate], found: &pairs::Found) -> Vec<PairRow> {
    let asset = |at: u32| candidates[at as usize].asset;
    let confirmed = found.pairs.iter().map(|pair| PairRow {
        a: asset(pair.a),
        b: asset(pair.b),
        distance: pair.distance,
        turn: pair.turn,
        relation: Some(pair.relation),
    });
    let refused = found.refused.iter().map(|(a, b)| PairRow {
        a: asset(*a),
        b: asset(*b),
        distance: u8::MAX,
        turn: 1,
        relation: None,
    });
    confirmed.chain(refused).collect()
}

fn new_group(group: &Group, candidates: &[Candidate]) -> NewGroup {
    let bytes = |asset| of(candidates, asset).map_or(0, |one| one.asset_size);
    // Exactly as many: groups of a whole library are held until they are written.
    let mut members = Vec::with_capacity(group.members.len());
    members.extend(group.members.iter().filter_map(|member| {
        Some(NewMember {
            asset: member.asset,
            sha256: of(candidates, member.asset)?.sha256,
            distance: member.distance,
            relation: member.relation,
            turn: member.turn,
            keep: member.keep,
        })
    }));
    let leaves = || group.members.iter().filter(|member| !member.keep);
    NewGroup {
        kind: group.kind,
        rule: group.rule,
        reason: group.reason(),
        sure: group.sure,
        reclaim: leaves().map(|member| bytes(member.asset)).sum(),
        reclaim_assets: leaves().count() as u64,
        members,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_rule_takes_its_usual_place_in_an_order_of_before() {
        let order = |ids: &[RuleId]| -> Vec<Rule> {
            ids.iter()
                .map(|id| Rule {
                    id: *id,
                    enabled: false,
                })
                .collect()
        };
        let ids = |rules: Vec<Rule>| rules.into_iter().map(|rule| rule.id).collect::<Vec<_>>();
        assert_eq!(ids(completed(Vec::new())), keeper::USUAL);
        let mut known: Vec<RuleId> = keeper::USUAL
            .into_iter()
            .filter(|id| *id != RuleId::Motion)
            .collect();
        known.reverse();
        let made = completed(order(&[known.clone(), known].concat()));
        assert_eq!(made.len(), keeper::USUAL.len());
        let place = |id| made.iter().position(|rule| rule.id == id).expect("a rule");
        assert_eq!(place(RuleId::Motion), place(RuleId::NotDump) + 1);
        assert!(made[place(RuleId::Motion)].enabled && !made[place(RuleId::Raw)].enabled);
    }
}
