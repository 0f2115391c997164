//! Every pair of photos that show the same, and what the one is to the other: proposals, then the second look.
//!
//! This is the dear part of grouping and is kept in the catalog; groups at any similarity, by any rules, come from it.

use crate::propose::{Proposal, Proposer, SAME_MOMENT_MS};
use crate::second_look::{Evidence, Prepared, framed, moved_frame, same_frame, turned};
use crate::{Candidate, search};
use albumen_model::{Look, Relation};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Two candidates by their place in the list, `a < b`; `turn` shows `b` the way `a` is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub a: u32,
    pub b: u32,
    /// Bits of 256, at most [`search::FARTHEST`]; a crop or frame that only its capture time led to counts as farthest.
    pub distance: u8,
    pub turn: u8,
    pub relation: Relation,
}

/// What [`confirm`] looked at that was not known before.
#[derive(Debug, Default)]
pub struct Found {
    pub pairs: Vec<Pair>,
    /// Looked at, and different pictures.
    pub refused: Vec<(u32, u32)>,
}

/// What there is to say of a whole list: proposes, then looks as [`confirm`] does.
pub fn find(
    candidates: &[Candidate],
    known: &HashMap<(u32, u32), Option<Pair>>,
    look: impl Fn(u32) -> Option<Look> + Sync,
    on: impl Fn(usize, usize) -> bool + Sync,
) -> Found {
    let mut proposer = Proposer::default();
    let mut bytes = HashSet::with_capacity(candidates.len());
    for (at, one) in (0..).zip(candidates) {
        if bytes.insert(one.sha256) {
            let taken = one.taken_ms.map(|when| (one.camera, when));
            proposer.add(at, one.phash, one.phash_inside, taken);
        }
    }
    drop(bytes);
    confirm(candidates, proposer.proposals(), known, look, on)
}

/// Looks at what is proposed, of candidates by their place. `known` are pairs that were looked at before, with what was
/// found; they are not looked at again, nor returned. `look` gives a candidate's small picture; a pair without is left
/// out. `on` hears how many pairs of how many were looked at; false stops.
pub fn confirm(
    candidates: &[Candidate],
    mut tasks: Vec<Proposal>,
    known: &HashMap<(u32, u32), Option<Pair>>,
    look: impl Fn(u32) -> Option<Look> + Sync,
    on: impl Fn(usize, usize) -> bool + Sync,
) -> Found {
    let mut seen: HashSet<(u32, u32, u8)> = HashSet::new();
    tasks.retain(|task| {
        let (a, b) = (&candidates[task.a as usize], &candidates[task.b as usize]);
        !known.contains_key(&(task.a, task.b))
            && (task.eager || may_be_copies(a, b, task.turn))
            && seen.insert((task.a, task.b, task.turn))
    });
    let mut blind = HashSet::new();
    let mut pairs = look_at(candidates, tasks, &look, &on, &mut blind);
    once(&mut pairs);
    // A crop of a turned copy: the hash may miss it, but the copy it was found by says how they lie.
    let more = through_copies(&pairs, known, &mut seen);
    pairs.extend(look_at(candidates, more, &look, &on, &mut blind));
    once(&mut pairs);
    let confirmed: HashSet<(u32, u32)> = pairs.iter().map(|pair| (pair.a, pair.b)).collect();
    let mut refused: Vec<(u32, u32)> = seen.into_iter().map(|(a, b, _)| (a, b)).collect();
    refused.retain(|pair| !confirmed.contains(pair) && !blind.contains(pair));
    refused.par_sort_unstable();
    refused.dedup();
    Found { pairs, refused }
}

/// The nearest of each two.
fn once(pairs: &mut Vec<Pair>) {
    pairs.par_sort_unstable_by_key(|pair| (pair.a, pair.b, pair.distance, pair.turn));
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
}

/// Tasks `(x, z)` where x is a copy of y, and y was confirmed against z.
fn through_copies(
    new: &[Pair],
    known: &HashMap<(u32, u32), Option<Pair>>,
    seen: &mut HashSet<(u32, u32, u8)>,
) -> Vec<Proposal> {
    let confirmed: HashSet<(u32, u32)> = new.iter().map(|pair| (pair.a, pair.b)).collect();
    let before = known.values().filter_map(Option::as_ref);
    let mut near: HashMap<u32, Vec<(u32, u8, Relation)>> = HashMap::new();
    for pair in new.iter().chain(before) {
        near.entry(pair.a)
            .or_default()
            .push((pair.b, pair.turn, pair.relation));
        near.entry(pair.b)
            .or_default()
            .push((pair.a, search::back(pair.turn), pair.relation));
    }
    let mut middles: Vec<u32> = near.keys().copied().collect();
    middles.sort_unstable();
    let mut tasks = Vec::new();
    for y in middles {
        let around = &near[&y];
        let copies = around
            .iter()
            .filter(|(.., relation)| matches!(relation, Relation::Same | Relation::Turned));
        for &(x, to_x, _) in copies.take(MOST_THROUGH) {
            for &(z, to_z, _) in around.iter().filter(|other| other.0 != x).take(MOST_THROUGH) {
                let (a, b) = (x.min(z), x.max(z));
                // z as y is shown, then y as x is shown; or the way back.
                let turn = search::then(to_z, search::back(to_x));
                let turn = if x == a { turn } else { search::back(turn) };
                if confirmed.contains(&(a, b)) || known.contains_key(&(a, b)) || !seen.insert((a, b, turn)) {
                    continue;
                }
                tasks.push(Proposal::eager(a, b, turn));
            }
        }
    }
    tasks
}

/// So many copies of a photo lead on to so many others.
const MOST_THROUGH: usize = 40;

fn look_at(
    candidates: &[Candidate],
    mut tasks: Vec<Proposal>,
    look: &(impl Fn(u32) -> Option<Look> + Sync),
    on: &(impl Fn(usize, usize) -> bool + Sync),
    blind: &mut HashSet<(u32, u32)>,
) -> Vec<Pair> {
    // Neighbours in the order of their components share looks.
    let root = components(candidates.len(), tasks.iter().map(|task| (task.a, task.b)));
    tasks.par_sort_unstable_by_key(|task| (root[task.a as usize], task.a, task.b));
    let chunks: Vec<&[Proposal]> = tasks
        .chunk_by(|x, y| root[x.a as usize] == root[y.a as usize])
        .flat_map(|component| component.chunks(CHUNK))
        .collect();
    let (total, done) = (tasks.len(), AtomicUsize::new(0));
    let seen: Vec<Seen> = chunks
        .into_par_iter()
        .flat_map_iter(|chunk| {
            let mut looks = Looks::new(look);
            let mut made = Vec::new();
            for task in chunk {
                let count = done.fetch_add(1, Ordering::Relaxed);
                if count.is_multiple_of(64) && !on(count, total) {
                    break;
                }
                made.extend(looks.compare(candidates, *task));
            }
            made
        })
        .collect();
    let mut pairs = Vec::with_capacity(seen.len());
    for one in seen {
        match one {
            Seen::Copy(pair) => pairs.push(pair),
            Seen::Nothing(a, b) => {
                blind.insert((a, b));
            }
        }
    }
    pairs
}

enum Seen {
    Copy(Pair),
    /// A small picture is missing, so nothing can be said.
    Nothing(u32, u32),
}

/// Pairs that one thread takes at once.
const CHUNK: usize = 4_000;

/// A wide picture is no copy of a square one unless it is a crop of it; allows crops of a fifth.
const ASPECT: f64 = 1.3;

fn may_be_copies(a: &Candidate, b: &Candidate, turn: u8) -> bool {
    if a.width.min(a.height).min(b.width).min(b.height) == 0 {
        return true;
    }
    let aspect = |w: u32, h: u32| f64::from(w) / f64::from(h);
    let (w, h) = if turn >= 5 {
        (b.height, b.width)
    } else {
        (b.width, b.height)
    };
    let ratio = aspect(a.width, a.height) / aspect(w, h);
    (1.0 / ASPECT..=ASPECT).contains(&ratio)
}

/// For each of `n` the first of those that it hangs together with.
pub fn components(n: usize, together: impl IntoIterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..u32::try_from(n).unwrap_or(u32::MAX)).collect();
    fn root(parent: &mut [u32], mut at: u32) -> u32 {
        while parent[at as usize] != at {
            parent[at as usize] = parent[parent[at as usize] as usize];
            at = parent[at as usize];
        }
        at
    }
    for (a, b) in together {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..parent.len())
        .map(|at| root(&mut parent, u32::try_from(at).unwrap_or(0)))
        .collect()
}

/// Looks kept ready while one component is compared.
struct Looks<'a, F> {
    look: &'a F,
    ready: HashMap<(u32, u8), Option<Arc<Prepared>>>,
}

/// Some 60 kB each.
const MOST_READY: usize = 300;

impl<'a, F: Fn(u32) -> Option<Look>> Looks<'a, F> {
    fn new(look: &'a F) -> Self {
        Self {
            look,
            ready: HashMap::new(),
        }
    }

    fn get(&mut self, of: u32, turn: u8) -> Option<Arc<Prepared>> {
        if self.ready.len() > MOST_READY {
            self.ready.clear();
        }
        let look = self.look;
        let prepare = || {
            look(of).map(|look| Arc::new(Prepared::new(&if turn == 1 { look } else { turned(&look, turn) })))
        };
        self.ready.entry((of, turn)).or_insert_with(prepare).clone()
    }

    fn compare(&mut self, candidates: &[Candidate], task: Proposal) -> Option<Seen> {
        let (a, b) = (&candidates[task.a as usize], &candidates[task.b as usize]);
        let (Some(left), Some(right)) = (self.get(task.a, 1), self.get(task.b, task.turn)) else {
            return Some(Seen::Nothing(task.a, task.b));
        };
        let evidence = same_frame(&left, &right).map(|evidence| (evidence, false));
        let evidence = evidence.or_else(|| framed(&left, &right).map(|evidence| (evidence, true)));
        let moved = || moved_frame(&left, &right, task.eager).map(|evidence| (evidence, false));
        let (evidence, framed) = evidence.or_else(moved)?;
        Some(Seen::Copy(Pair {
            a: task.a,
            b: task.b,
            distance: task.distance,
            turn: task.turn,
            relation: relation(a, b, task.turn, framed, &evidence)?,
        }))
    }
}

/// What `b` is to `a`, by where it lies on it and when it was taken.
fn relation(a: &Candidate, b: &Candidate, turn: u8, framed: bool, evidence: &Evidence) -> Option<Relation> {
    if let Some(frame) = another_frame(a, b, turn) {
        return Some(frame);
    }
    if framed {
        return Some(Relation::Border);
    }
    if !evidence.is_moved() {
        return Some(match (evidence.is_plain_copy(), turn) {
            (true, 1) => Relation::Same,
            (true, _) => Relation::Turned,
            (false, _) => Relation::Edited,
        });
    }
    let (on_b, on_a) = evidence.cover;
    // Where each shows something the other does not, they are two crops of one picture, or two frames whose times are
    // unknown: then they have to agree all the more.
    (on_b.max(on_a) > 0.97 || evidence.whole >= 0.993).then_some(Relation::Crop)
}

/// Copies keep the moment they were taken: another moment of the same camera is another frame, however like it is.
fn another_frame(a: &Candidate, b: &Candidate, turn: u8) -> Option<Relation> {
    let (x, y) = a.taken_ms.zip(b.taken_ms).filter(|_| a.camera == b.camera)?;
    let apart = (x - y).abs();
    let exposed_apart = a
        .exposure
        .zip(b.exposure)
        .is_some_and(|(x, y)| (x - y).abs() > 0.25);
    let frame = if exposed_apart {
        Relation::Bracket
    } else {
        Relation::Burst
    };
    if apart > SAME_MOMENT_MS {
        return Some(frame);
    }
    // Cameras that write no sub-seconds: two full-size files of like length in one second may be two frames.
    let like = |x: u64, y: u64| x.min(y) * 4 >= x.max(y) * 3;
    let unknown = !a.has_subsec && !b.has_subsec && turn == 1;
    let both_full = a.pixels() == b.pixels() && !a.edited && !b.edited && like(a.size, b.size);
    (unknown && both_full && a.camera != 0).then_some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grouping::tests::one;
    use crate::samples::{Scene, look, noisy};
    use crate::search::turned as turned_hash;
    use albumen_model::PerceptualHash;

    fn photo(id: i64, content: u8, hash: [u64; 4]) -> Candidate {
        let mut made = one(id, content);
        made.phash = Some(PerceptualHash(hash));
        (made.width, made.height) = (4000, 3000);
        made
    }

    fn taken(mut photo: Candidate, ms: i64) -> Candidate {
        (photo.camera, photo.taken_ms, photo.has_subsec) = (1, Some(ms), true);
        photo
    }

    fn scene(seed: u64) -> Look {
        let scene = Scene(seed);
        look(|u, v| scene.light(u, v))
    }

    fn found(all: &[Candidate], looks: &[Look]) -> Found {
        let look = |at: u32| looks.get(at as usize).cloned();
        find(all, &HashMap::new(), look, |_, _| true)
    }

    const NEAR: [u64; 4] = [0x1234_5678_9abc_def1, 77, 0xffff_0000_1111, 9];

    #[test]
    fn what_the_hash_proposes_the_second_look_decides() {
        let all = [photo(1, 1, NEAR), photo(2, 2, NEAR), photo(3, 3, NEAR)];
        let looks = [scene(1), noisy(&scene(1), 5), scene(2)];
        let made = found(&all, &looks);
        let pairs: Vec<(u32, u32, Relation)> = made.pairs.iter().map(|p| (p.a, p.b, p.relation)).collect();
        assert_eq!(pairs, [(0, 1, Relation::Same)]);
        assert_eq!(made.refused, [(0, 2), (1, 2)]);
    }

    #[test]
    fn a_turned_copy_is_found_and_its_turn_told() {
        for turn in 2..=8 {
            let mut all = [photo(1, 1, NEAR), photo(2, 2, NEAR)];
            all[1].phash = Some(turned_hash(PerceptualHash(NEAR), turn));
            if turn >= 5 {
                (all[1].width, all[1].height) = (3000, 4000);
            }
            let looks = [scene(1), turned(&scene(1), turn)];
            let made = found(&all, &looks);
            assert_eq!(made.pairs.len(), 1, "{turn}");
            assert_eq!(made.pairs[0].relation, Relation::Turned);
            assert_eq!(made.pairs[0].turn, search::back(turn));
        }
    }

    #[test]
    fn a_crop_that_the_hash_misses_is_found_by_its_time() {
        let far = NEAR.map(|word| !word.rotate_left(13));
        let all = [taken(photo(1, 1, NEAR), 5_000), taken(photo(2, 2, far), 5_000)];
        let of = Scene(8);
        let looks = [scene(8), look(|u, v| of.light(0.04 + 0.92 * u, 0.02 + 0.92 * v))];
        assert_eq!(found(&all, &looks).pairs[0].relation, Relation::Crop);
        // Of another camera, nothing brings them together.
        let mut other = all;
        other[1].camera = 2;
        assert!(found(&other, &looks).pairs.is_empty());
    }

    #[test]
    fn what_is_known_is_not_looked_at_again_and_what_is_not_there_decides_nothing() {
        let all = [photo(1, 1, NEAR), photo(2, 2, NEAR)];
        let known = HashMap::from([((0, 1), None)]);
        let look = |_: u32| -> Option<Look> { panic!("nothing is to be looked at") };
        let made = find(&all, &known, look, |_, _| true);
        assert!(made.pairs.is_empty() && made.refused.is_empty());
        let blind = found(&all, &[]);
        assert!(blind.pairs.is_empty() && blind.refused.is_empty());
    }

    /// The same frame by its pixels; only what the cameras say differs.
    fn told(a: &Candidate, b: &Candidate) -> Option<Relation> {
        let (left, right) = (Prepared::new(&scene(1)), Prepared::new(&noisy(&scene(1), 2)));
        let evidence = same_frame(&left, &right).expect("the same frame");
        relation(a, b, 1, false, &evidence)
    }

    #[test]
    fn copies_keep_their_moment_and_frames_of_a_burst_do_not() {
        let first = taken(photo(1, 1, NEAR), 10_000);
        let told_at = |ms: i64| told(&first, &taken(photo(2, 2, NEAR), ms));
        assert_eq!(told_at(10_000), Some(Relation::Same));
        assert_eq!(told_at(10_200), Some(Relation::Burst));
        assert_eq!(told_at(11_000), Some(Relation::Burst));
        // A time-lapse from a tripod: nothing but its time tells the frames apart, and each is a photo.
        assert_eq!(told_at(70_000), Some(Relation::Burst));
        let mut other_camera = taken(photo(2, 2, NEAR), 10_200);
        other_camera.camera = 2;
        assert_eq!(told(&first, &other_camera), Some(Relation::Same));
    }

    #[test]
    fn a_bracket_is_told_by_its_exposure() {
        let mut first = taken(photo(1, 1, NEAR), 10_000);
        let mut second = taken(photo(2, 2, NEAR), 10_400);
        (first.exposure, second.exposure) = (Some(-1.0), Some(1.0));
        assert_eq!(told(&first, &second), Some(Relation::Bracket));
        second.exposure = Some(-0.9);
        assert_eq!(told(&first, &second), Some(Relation::Burst));
    }

    #[test]
    fn two_full_files_of_one_second_without_fractions_are_two_frames() {
        let mut first = taken(photo(1, 1, NEAR), 10_000);
        let mut second = taken(photo(2, 2, NEAR), 10_000);
        (first.has_subsec, second.has_subsec) = (false, false);
        (first.size, second.size) = (4_000_000, 3_900_000);
        assert_eq!(told(&first, &second), Some(Relation::Burst));
        // Half as long, it is the same one saved anew; so it is when a program says that it made it.
        second.size = 2_000_000;
        assert_eq!(told(&first, &second), Some(Relation::Same));
        (second.size, second.edited) = (3_900_000, true);
        assert_eq!(told(&first, &second), Some(Relation::Same));
    }
}
