//! From pairs to groups: stars round the best member, never chains.
//!
//! Photos are taken best first by the person's rules; each that is not in a group yet gathers the free photos that were
//! confirmed against it. On labelled sets stars hold where connected components chain. Photos of the same bytes are one
//! throughout, and always in one group.

use crate::{Candidate, Pair, keeper, search};
use albumen_model::{AssetId, FolderMark, GroupKind, Relation, RuleId};
use std::collections::HashMap;

/// How far a pair may be and still be a group; smaller is stricter.
pub const USUAL_DISTANCE: u32 = search::FARTHEST;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub asset: AssetId,
    pub distance: u32,
    /// What it is to the keeper.
    pub relation: Relation,
    /// Shows it the way the keeper is shown.
    pub turn: u8,
    /// False where accepting the suggestion sets it aside.
    pub keep: bool,
}

/// The keeper first, then by distance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub kind: GroupKind,
    /// The rule that chose the keeper; none when the members are equal by every rule.
    pub rule: Option<RuleId>,
    /// False where the rules cannot say which of two copies is the better one: that is left to the person.
    pub sure: bool,
    pub members: Vec<Member>,
}

impl Group {
    /// Why the keeper is the keeper, for people.
    pub fn reason(&self) -> &'static str {
        keeper::because(self.rule)
    }
}

struct Near {
    to: u32,
    distance: u8,
    /// Shows `to` the way this one is shown.
    turn: u8,
    relation: Relation,
}

/// Places of the candidates that share bytes or a pair with another one. The rest, most of a library, are in no group.
pub fn company(candidates: &[Candidate], pairs: &[Pair]) -> Vec<u32> {
    let of = |at: u32| &candidates[at as usize].sha256;
    let mut by_bytes: Vec<u32> = (0..).zip(candidates).map(|(at, _)| at).collect();
    by_bytes.sort_unstable_by_key(|at| of(*at));
    let same = by_bytes.chunk_by(|a, b| of(*a) == of(*b));
    let mut found: Vec<u32> = same.filter(|class| class.len() > 1).flatten().copied().collect();
    found.extend(pairs.iter().flat_map(|pair| [pair.a, pair.b]));
    found.sort_unstable();
    found.dedup();
    found
}

/// Everything about a library that does not change with the similarity asked for: making one sorts, using it does not.
pub struct Grouping {
    candidates: Vec<Candidate>,
    rules: Vec<RuleId>,
    /// Places of candidates of the same bytes, best first; the classes themselves are best first.
    classes: Vec<Vec<u32>>,
    /// For each class, the classes confirmed against it.
    near: Vec<Vec<Near>>,
}

impl Grouping {
    pub fn new(candidates: Vec<Candidate>, pairs: &[Pair], rules: &[RuleId]) -> Self {
        let mut order = company(&candidates, pairs);
        let of = |at: u32| &candidates[at as usize];
        order.sort_unstable_by(|&a, &b| keeper::compare(rules, of(a), of(b)));
        let mut by_bytes = HashMap::with_capacity(order.len());
        let mut classes: Vec<Vec<u32>> = Vec::new();
        let mut class_of = vec![0u32; candidates.len()];
        for at in order {
            let one = of(at);
            let next = u32::try_from(classes.len()).unwrap_or(u32::MAX);
            // Empty files are nothing, and no copies of each other.
            let class = if one.size == 0 {
                next
            } else {
                *by_bytes.entry(one.sha256).or_insert(next)
            };
            if class == next {
                classes.push(Vec::with_capacity(1));
            }
            classes[class as usize].push(at);
            class_of[at as usize] = class;
        }
        let mut near: Vec<Vec<Near>> = (0..classes.len()).map(|_| Vec::new()).collect();
        for pair in pairs {
            let (a, b) = (class_of[pair.a as usize], class_of[pair.b as usize]);
            if a == b {
                continue;
            }
            let mut add = |from: u32, to: u32, turn: u8| {
                near[from as usize].push(Near {
                    to,
                    distance: pair.distance,
                    turn,
                    relation: pair.relation,
                });
            };
            add(a, b, pair.turn);
            add(b, a, search::back(pair.turn));
        }
        for list in &mut near {
            list.sort_unstable_by_key(|near| (near.to, near.distance));
            list.dedup_by_key(|near| near.to);
        }
        Self {
            candidates,
            rules: rules.to_vec(),
            classes,
            near,
        }
    }

    /// In the order they came in.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Groups and assets in them at a distance, without making the groups.
    pub fn count(&self, distance: u32) -> (u64, u64) {
        let (mut groups, mut assets) = (0, 0);
        self.stars(distance, |grouping, centre, others| {
            let size = |class: usize| grouping.classes[class].len() as u64;
            groups += 1;
            assets += size(centre) + others.iter().map(|near| size(near.to as usize)).sum::<u64>();
        });
        (groups, assets)
    }

    /// All groups at a distance, by their keeper's asset.
    pub fn groups(&self, distance: u32) -> Vec<Group> {
        let mut made = Vec::new();
        self.stars(distance, |grouping, centre, others| {
            made.push(grouping.group(centre, others))
        });
        made.sort_unstable_by_key(|group| group.members[0].asset);
        made
    }

    fn stars(&self, distance: u32, mut on: impl FnMut(&Self, usize, &[&Near])) {
        let mut taken = vec![false; self.classes.len()];
        let mut others = Vec::new();
        for centre in 0..self.classes.len() {
            if taken[centre] {
                continue;
            }
            others.clear();
            for near in &self.near[centre] {
                let to = near.to as usize;
                if !taken[to] && to > centre && u32::from(near.distance) <= distance {
                    taken[to] = true;
                    others.push(near);
                }
            }
            if !others.is_empty() || self.classes[centre].len() > 1 {
                on(self, centre, &others);
            }
        }
    }

    fn group(&self, centre: usize, others: &[&Near]) -> Group {
        let of = |at: u32| &self.candidates[at as usize];
        let own = &self.classes[centre];
        let best = of(own[0]);
        let best_of = |near: &Near| of(self.classes[near.to as usize][0]);
        // What the keeper was chosen over: the best of the others, copies before frames of their own.
        let rival = others
            .iter()
            .min_by_key(|near| (near.relation.is_another_frame(), near.to))
            .map(|near| best_of(near));
        let second = rival.or_else(|| own.get(1).map(|at| of(*at)));
        let rule = second.and_then(|second| keeper::reason(&self.rules, best, second));
        let is_copy = |near: &Near| matches!(near.relation, Relation::Same | Relation::Turned);
        // A copy goes only where a rule says which of the two is the better picture, and never with what the keeper lacks.
        let is_worse = |near: &Near| {
            let one = best_of(near);
            let told = keeper::reason(&self.rules, best, one).is_some_and(keeper::is_telling);
            let has_more = one.pixels() > best.pixels() || one.raw && !best.raw || one.moves && !best.moves;
            told && !has_more
        };
        let sure = others
            .iter()
            .filter(|near| is_copy(near))
            .all(|near| is_worse(near));
        let mut members = Vec::with_capacity(own.len() + others.len());
        for (place, at) in own.iter().enumerate() {
            let protected = of(*at).mark == Some(FolderMark::Protected);
            members.push(Member {
                asset: of(*at).asset,
                distance: 0,
                relation: if place == 0 {
                    Relation::Keeper
                } else {
                    Relation::Identical
                },
                turn: 1,
                // The same picture may have its movie beside it here, and nowhere else.
                keep: place == 0 || protected || of(*at).moves && !best.moves,
            });
        }
        for near in others {
            let goes = is_copy(near) && is_worse(near);
            for (place, at) in self.classes[near.to as usize].iter().enumerate() {
                let one = of(*at);
                let protected = one.mark == Some(FolderMark::Protected);
                let has_movie = one.moves && !best.moves && !best_of(near).moves;
                members.push(Member {
                    asset: one.asset,
                    distance: near.distance.into(),
                    relation: near.relation,
                    turn: near.turn,
                    // Of a picture that stays, one copy is enough.
                    keep: protected || has_movie || (!goes && place == 0),
                });
            }
        }
        members[own.len()..].sort_by_key(|member| (member.relation.is_another_frame(), member.distance));
        let kind = if others.is_empty() {
            GroupKind::Exact
        } else if own.len() == 1
            && others
                .iter()
                .all(|near| near.relation.is_another_frame() && self.classes[near.to as usize].len() == 1)
        {
            GroupKind::Burst
        } else {
            GroupKind::Similar
        };
        Group {
            kind,
            rule,
            sure,
            members,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use albumen_model::Sha256;
    use proptest::prelude::*;

    pub(crate) fn one(id: i64, content: u8) -> Candidate {
        Candidate {
            asset: AssetId(id),
            sha256: Sha256([content; 32]),
            phash: None,
            phash_inside: None,
            size: 10,
            asset_size: 10,
            width: 40,
            height: 30,
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
            path: format!("{id}.jpg"),
        }
    }

    fn pair(a: u32, b: u32, distance: u8, relation: Relation) -> Pair {
        Pair {
            a,
            b,
            distance,
            turn: 1,
            relation,
        }
    }

    fn grouped(candidates: &[Candidate], pairs: &[Pair]) -> Vec<Group> {
        Grouping::new(candidates.to_vec(), pairs, &keeper::USUAL).groups(USUAL_DISTANCE)
    }

    fn larger(mut one: Candidate, width: u32) -> Candidate {
        one.width = width;
        one
    }

    #[test]
    fn no_chains() {
        let all = [
            larger(one(1, 1), 400),
            larger(one(2, 2), 200),
            larger(one(3, 3), 100),
        ];
        let made = grouped(
            &all,
            &[pair(0, 1, 40, Relation::Same), pair(1, 2, 40, Relation::Same)],
        );
        assert_eq!(made.len(), 1);
        let ids: Vec<i64> = made[0].members.iter().map(|member| member.asset.0).collect();
        assert_eq!(ids, [1, 2], "3 was never confirmed against 1");
    }

    #[test]
    fn same_bytes_and_same_picture_are_one_group() {
        let all = [one(1, 7), one(2, 7), larger(one(3, 8), 20)];
        let made = grouped(&all, &[pair(0, 2, 3, Relation::Same)]);
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].kind, GroupKind::Similar);
        let shown: Vec<(i64, Relation, bool)> = made[0]
            .members
            .iter()
            .map(|m| (m.asset.0, m.relation, m.keep))
            .collect();
        assert_eq!(
            shown,
            [
                (1, Relation::Keeper, true),
                (2, Relation::Identical, false),
                (3, Relation::Same, false)
            ]
        );
    }

    #[test]
    fn other_frames_edits_and_what_is_unclear_stay() {
        let all = [
            larger(one(1, 1), 400),
            larger(one(2, 2), 400),
            larger(one(3, 3), 300),
        ];
        let burst = grouped(&all[..2], &[pair(0, 1, 9, Relation::Burst)]);
        assert_eq!(
            (burst[0].kind, burst[0].members[1].keep),
            (GroupKind::Burst, true)
        );
        let edit = grouped(&all, &[pair(0, 2, 9, Relation::Edited)]);
        assert!(edit[0].members[1].keep);
        // Nothing but their names tells these two apart.
        let equal = grouped(&all[..2], &[pair(0, 1, 2, Relation::Same)]);
        assert!(!equal[0].sure && equal[0].members[1].keep);
    }

    #[test]
    fn a_movie_that_the_keeper_lacks_is_not_suggested_to_go() {
        let mut all = [larger(one(1, 1), 400), larger(one(2, 2), 300)];
        all[1].moves = true;
        let pairs = [pair(0, 1, 2, Relation::Same)];
        let made = grouped(&all, &pairs);
        assert_eq!(
            (made[0].members[0].asset, made[0].rule),
            (AssetId(2), Some(RuleId::Motion))
        );
        assert!(
            !made[0].sure && made[0].members[1].keep,
            "the still is the larger one"
        );
        all[0].width = 300;
        let made = grouped(&all, &pairs);
        assert!(made[0].sure && !made[0].members[1].keep);
        // Whatever puts the still first.
        all[0].mark = Some(FolderMark::Protected);
        let made = grouped(&all, &pairs);
        assert_eq!(
            (made[0].members[0].asset, made[0].rule),
            (AssetId(1), Some(RuleId::Protected))
        );
        assert!(!made[0].sure && made[0].members[1].keep);
        all[0].mark = None;
        let without: Vec<_> = keeper::USUAL
            .into_iter()
            .filter(|rule| *rule != RuleId::Motion)
            .collect();
        all[0].width = 400;
        let made = Grouping::new(all.to_vec(), &pairs, &without).groups(USUAL_DISTANCE);
        assert_eq!(
            (made[0].members[0].asset, made[0].rule),
            (AssetId(1), Some(RuleId::Pixels))
        );
        assert!(!made[0].sure && made[0].members[1].keep);
        // Beside one of two equal files.
        let mut equal = [one(1, 7), one(2, 7)];
        equal[0].mark = Some(FolderMark::Protected);
        assert!(!grouped(&equal, &[])[0].members[1].keep);
        equal[1].moves = true;
        assert!(grouped(&equal, &[])[0].members[1].keep);
        // Both have one.
        all[0].moves = true;
        let made = grouped(&all, &pairs);
        assert!(made[0].sure && !made[0].members[1].keep);
    }

    #[test]
    fn a_protected_member_is_never_suggested_to_go() {
        let mut all = [one(1, 7), one(2, 7)];
        all[1].mark = Some(FolderMark::Protected);
        let made = grouped(&all, &[]);
        assert_eq!(made[0].members[0].asset, AssetId(2), "it is the keeper");
        all[0].mark = Some(FolderMark::Protected);
        assert!(grouped(&all, &[])[0].members.iter().all(|member| member.keep));
    }

    #[test]
    fn stricter_makes_fewer_groups() {
        let all = [
            larger(one(1, 1), 400),
            larger(one(2, 2), 300),
            larger(one(3, 3), 200),
        ];
        let pairs = [pair(0, 1, 10, Relation::Same), pair(0, 2, 60, Relation::Crop)];
        let grouping = Grouping::new(all.to_vec(), &pairs, &keeper::USUAL);
        assert_eq!(grouping.count(84), (1, 3));
        assert_eq!(grouping.count(20), (1, 2));
        assert_eq!(grouping.count(5), (0, 0));
    }

    #[test]
    fn empty_files_are_no_copies() {
        let mut all = [one(1, 7), one(2, 7)];
        for one in &mut all {
            one.size = 0;
        }
        assert!(grouped(&all, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn everybody_is_in_one_group_at_most_and_confirmed_against_its_keeper(
            contents in proptest::collection::vec(0u8..12, 1..24),
            drawn in proptest::collection::vec((0usize..24, 0usize..24, 0u8..90), 0..60),
        ) {
            let all: Vec<Candidate> = contents.iter().zip(1..).map(|(&content, id)| one(id, content)).collect();
            let n = all.len();
            let pairs: Vec<Pair> = drawn.iter()
                .map(|&(a, b, distance)| (a % n, b % n, distance))
                .filter(|(a, b, _)| a < b)
                .map(|(a, b, distance)| pair(a as u32, b as u32, distance, Relation::Same))
                .collect();
            let confirmed = |a: &Candidate, b: &Candidate| pairs.iter().any(|pair| {
                let (x, y) = (&all[pair.a as usize], &all[pair.b as usize]);
                u32::from(pair.distance) <= USUAL_DISTANCE
                    && ((x.sha256, y.sha256) == (a.sha256, b.sha256) || (x.sha256, y.sha256) == (b.sha256, a.sha256))
            });
            let mut seen = std::collections::HashSet::new();
            for group in grouped(&all, &pairs) {
                prop_assert!(group.members.len() > 1);
                prop_assert!(group.members[0].keep);
                let of = |member: &Member| &all[usize::try_from(member.asset.0 - 1).expect("small")];
                let keeper = of(&group.members[0]);
                for member in &group.members {
                    prop_assert!(seen.insert(member.asset));
                    prop_assert!(of(member).sha256 == keeper.sha256 || confirmed(of(member), keeper));
                }
            }
        }
    }
}
