//! The second look at two photos that the search found near: their small pictures are laid over each other.
//!
//! A hash says "alike"; only this says "the same". Invariant: it never confirms from smooth light and dark alone (skies,
//! white pages), because there is no detail by which two such pictures could be told apart.

use crate::align::{Affine, Plane, align, centre};
use albumen_model::Look;

/// A look made ready for comparing.
pub struct Prepared {
    /// 64, 32 and 16 pixels a side.
    levels: [Plane; 3],
    /// What is left when the coarse light and dark is taken away.
    fine: Plane,
    /// The same, of the finest details alone: a stamp on the picture changes it nowhere else.
    crisp: Plane,
    cb: Plane,
    cr: Plane,
    /// What is inside a frame of one colour, where there is one.
    inside: Option<Box<Prepared>>,
}

impl Prepared {
    pub fn new(look: &Look) -> Self {
        let plane = |bytes: &[u8], side| Plane::new(side, bytes.iter().map(|&v| f32::from(v)).collect());
        Self::of(
            plane(&look.luma, Look::SIDE),
            plane(&look.cb, Look::CHROMA),
            plane(&look.cr, Look::CHROMA),
            look.inside.as_deref().map(|inside| Box::new(Self::new(inside))),
        )
    }

    fn of(luma: Plane, cb: Plane, cr: Plane, inside: Option<Box<Self>>) -> Self {
        let side = luma.side;
        let full = Plane::new(side, blur(&luma.values, side, 1));
        let less =
            |broad: Vec<f32>| Plane::new(side, full.values.iter().zip(&broad).map(|(a, b)| a - b).collect());
        let fine = less(blur(&blur(&full.values, side, 4), side, 4));
        let crisp = less(blur(&full.values, side, 3));
        let half = full.half();
        let quarter = half.half();
        Self {
            levels: [full, half, quarter],
            fine,
            crisp,
            cb,
            cr,
            inside,
        }
    }
}

/// Box blur with a window of `2 * radius + 1`, edges left out.
fn blur(values: &[f32], side: usize, radius: usize) -> Vec<f32> {
    let pass = |from: &[f32], step: usize, line: usize| {
        let mut to = vec![0.0; side * side];
        for row in 0..side {
            let base = row * line;
            let mut sum: f32 = (0..radius).map(|k| from[base + k * step]).sum();
            let mut n = radius;
            for at in 0..side {
                if at + radius < side {
                    sum += from[base + (at + radius) * step];
                    n += 1;
                }
                if at > radius {
                    sum -= from[base + (at - radius - 1) * step];
                    n -= 1;
                }
                to[base + at * step] = sum / n as f32;
            }
        }
        to
    };
    pass(&pass(values, 1, side), side, 1)
}

/// What laying `other` over `template` shows.
#[derive(Debug, Clone, Copy)]
pub struct Evidence {
    pub map: Affine,
    /// Correlation of light and dark where both are, -1 to 1.
    pub whole: f32,
    /// The same of the details alone.
    pub fine: f32,
    /// Of the 64 parts of the picture, how many have details.
    pub parts: u32,
    /// What share of those agrees.
    pub agree: f32,
    /// What is left of the finest details of the one when the other's are taken away, where that is most: as a variance.
    pub mark: f32,
    /// Correlation of colours, and how colourful each is.
    pub colour: f32,
    pub saturation: (f32, f32),
    /// How far the average colours are apart.
    pub cast: f32,
    /// Part of the template, and of the other, that lies on its counterpart.
    pub cover: (f32, f32),
    /// Contrast of the template as a multiple of the other's, and how much lighter it is.
    pub gain: f32,
    pub lift: f32,
}

/// Correlation above which a part counts as the same; noise of strong compression stays above.
const PART_AGREES: f32 = 0.85;
/// Variance of the details below which a part has nothing to compare.
const PART_EMPTY: f32 = 1.5;
/// Strong compression leaves less than this of any part, a printed date or a name much more.
const MARK: f32 = 40.0;

impl Evidence {
    /// The same frame or a part of it: the measured limits lie between what copies reach (0.985 and more, watermarked
    /// ones less) and what other pictures do (0.97 for one sky over two grounds, but then few parts agree).
    pub fn confirms(&self) -> bool {
        let moved = self.is_moved();
        let parts = self.parts >= 6;
        let clear = parts && self.whole >= 0.975 && self.fine >= 0.88 && self.agree >= 0.75;
        // Text or a stamp over it: most parts are untouched and agree to the letter.
        let marked = !moved && self.parts >= 16 && self.agree >= 0.62 && self.whole >= 0.55;
        // Little in it: then it has to be equal, not alike.
        let plain = !moved
            && self.parts >= 2
            && self.whole >= 0.993
            && self.fine >= 0.9
            && (self.saturation.0.min(self.saturation.1) < 3.0 || self.colour >= 0.95);
        clear || marked || plain
    }

    /// Nothing but compression and size is different.
    pub fn is_plain_copy(&self) -> bool {
        let (a, b) = self.saturation;
        self.whole >= 0.99
            && self.agree >= 0.95
            && self.mark < MARK
            && (a.min(b) < 3.0 || self.colour >= 0.97)
            && (a - b).abs() <= 2.0 + 0.1 * a.max(b)
            && self.cast < 4.0
            && (0.94..1.06).contains(&self.gain)
            && self.lift.abs() < 6.0
    }

    /// Crop, border or another frame rather than the same frame.
    pub fn is_moved(&self) -> bool {
        let [xx, xy, yx, yy] = self.map.m;
        (xx - 1.0).abs() > 0.015
            || (yy - 1.0).abs() > 0.015
            || xy.abs() > 0.006
            || yx.abs() > 0.006
            || self.map.t.iter().any(|t| t.abs() > 0.012)
    }
}

#[derive(Default, Clone, Copy)]
struct Sums {
    n: f32,
    a: f32,
    b: f32,
    aa: f32,
    bb: f32,
    ab: f32,
}

impl Sums {
    fn add(&mut self, a: f32, b: f32) {
        self.n += 1.0;
        self.a += a;
        self.b += b;
        self.aa += a * a;
        self.bb += b * b;
        self.ab += a * b;
    }

    fn variances(&self) -> (f32, f32, f32) {
        let n = self.n.max(1.0);
        let (ma, mb) = (self.a / n, self.b / n);
        (
            (self.aa / n - ma * ma).max(0.0),
            (self.bb / n - mb * mb).max(0.0),
            self.ab / n - ma * mb,
        )
    }

    /// Variance of the difference.
    fn left(&self) -> f32 {
        let (a, b, ab) = self.variances();
        a + b - 2.0 * ab
    }

    fn lift(&self) -> f32 {
        (self.a - self.b) / self.n.max(1.0)
    }

    fn correlation(&self) -> f32 {
        let (a, b, ab) = self.variances();
        if a * b <= 1e-6 { 0.0 } else { ab / (a * b).sqrt() }
    }
}

/// The same frame? `None` says no; costs some ten microseconds.
pub fn same_frame(template: &Prepared, other: &Prepared) -> Option<Evidence> {
    Some(measure(template, other, Affine::SAME)).filter(Evidence::confirms)
}

/// A copy in a frame of one colour? `None` says no.
pub fn framed(template: &Prepared, other: &Prepared) -> Option<Evidence> {
    let inside = |a: &Prepared, b: &Prepared| same_frame(a, b).or_else(|| from(a, b, Affine::SAME));
    let frames = [
        (Some(template), other.inside.as_deref()),
        (template.inside.as_deref(), Some(other)),
    ];
    frames.into_iter().find_map(|(a, b)| inside(a?, b?))
}

/// A crop or a frame of the same burst? `None` says no. `eager` tries more places to begin.
pub fn moved_frame(template: &Prepared, other: &Prepared, eager: bool) -> Option<Evidence> {
    // The same frame first, then the middles and corners of crops of a tenth.
    let mut starts = vec![Affine::SAME];
    for scale in [1.12f32, 0.89] {
        let shift = (scale - 1.0).abs() * 0.7;
        let corners = [(0.0, 0.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)];
        starts.extend(corners[..if eager { 5 } else { 1 }].iter().map(|(x, y)| Affine {
            m: [scale, 0.0, 0.0, scale],
            t: [x * shift, y * shift],
        }));
    }
    starts.into_iter().find_map(|start| from(template, other, start))
}

fn from(template: &Prepared, other: &Prepared, start: Affine) -> Option<Evidence> {
    let [t64, t32, t16] = &template.levels;
    let [o64, o32, o16] = &other.levels;
    let worth = |map: &Affine| correlation(t16, o16, map) > 0.85;
    let map = align([t16, t32, t64], [o16, o32, o64], start, worth)?;
    Some(measure(template, other, map)).filter(Evidence::confirms)
}

fn correlation(template: &Plane, other: &Plane, map: &Affine) -> f32 {
    let mut sums = Sums::default();
    each_pair(template, other, map, |_, _, a, b| sums.add(a, b));
    sums.correlation()
}

fn each_pair(template: &Plane, other: &Plane, map: &Affine, mut on: impl FnMut(usize, usize, f32, f32)) {
    let side = template.side;
    // Nothing lies between pixels when the one is simply laid on the other, and most pairs need no more.
    if *map == Affine::SAME && other.side == side {
        for (at, (&here, &there)) in template.values.iter().zip(&other.values).enumerate() {
            on(at % side, at / side, here, there);
        }
        return;
    }
    for y in 0..side {
        let v = centre(y, side);
        for x in 0..side {
            let (u2, v2) = map.apply(centre(x, side), v);
            if let Some(there) = other.sample(u2, v2) {
                on(x, y, template.values[y * side + x], there);
            }
        }
    }
}

fn measure(template: &Prepared, other: &Prepared, map: Affine) -> Evidence {
    let (t, o) = (&template.levels[0], &other.levels[0]);
    let side = t.side;
    let mut whole = Sums::default();
    each_pair(t, o, &map, |_, _, a, b| whole.add(a, b));
    let mut parts = [Sums::default(); 64];
    each_pair(&template.crisp, &other.crisp, &map, |x, y, a, b| {
        parts[y * 8 / side * 8 + x * 8 / side].add(a, b);
    });
    let mut fine = Sums::default();
    each_pair(&template.fine, &other.fine, &map, |_, _, a, b| fine.add(a, b));
    let (mut blue, mut red, mut colour) = (Sums::default(), Sums::default(), Sums::default());
    each_pair(&template.cb, &other.cb, &map, |_, _, a, b| blue.add(a, b));
    each_pair(&template.cr, &other.cr, &map, |_, _, a, b| red.add(a, b));
    // Both planes as one list, each round its own average.
    for plane in [&blue, &red] {
        let (a, b, ab) = plane.variances();
        colour.aa += a;
        colour.bb += b;
        colour.ab += ab;
    }
    colour.n = 1.0;
    let (_, b, ab) = whole.variances();
    let (colour_a, colour_b, _) = colour.variances();
    let area = (map.m[0] * map.m[3] - map.m[1] * map.m[2]).abs();
    let cover = whole.n / (side * side) as f32;
    let full = |part: &&Sums| {
        let (a, b, _) = part.variances();
        part.n > 32.0 && a.max(b) > PART_EMPTY
    };
    let counted = parts.iter().filter(full).count();
    let agreeing = parts
        .iter()
        .filter(full)
        .filter(|part| part.correlation() > PART_AGREES)
        .count();
    Evidence {
        map,
        whole: whole.correlation(),
        fine: fine.correlation(),
        parts: u32::try_from(counted).unwrap_or(0),
        agree: agreeing as f32 / counted.max(1) as f32,
        mark: parts.iter().map(Sums::left).fold(0.0, f32::max),
        colour: colour.correlation(),
        saturation: (colour_a.sqrt(), colour_b.sqrt()),
        cast: blue.lift().abs().max(red.lift().abs()),
        cover: (cover, (cover * area).min(1.0)),
        gain: if b > 1e-3 { ab / b } else { 1.0 },
        lift: whole.lift(),
    }
}

/// `look` as it is shown after the EXIF turn 1 to 8.
pub fn turned(look: &Look, turn: u8) -> Look {
    Look {
        luma: turn_plane(&look.luma, Look::SIDE, turn),
        cb: turn_plane(&look.cb, Look::CHROMA, turn),
        cr: turn_plane(&look.cr, Look::CHROMA, turn),
        inside: look
            .inside
            .as_deref()
            .map(|inside| Box::new(turned(inside, turn))),
    }
}

fn turn_plane(from: &[u8], n: usize, turn: u8) -> Vec<u8> {
    let last = n - 1;
    let source = |x: usize, y: usize| match turn {
        2 => (last - x, y),
        3 => (last - x, last - y),
        4 => (x, last - y),
        5 => (y, x),
        6 => (y, last - x),
        7 => (last - y, last - x),
        8 => (last - y, x),
        _ => (x, y),
    };
    (0..n * n)
        .map(|at| {
            let (x, y) = source(at % n, at / n);
            from[y * n + x]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Scene, look, noisy};

    fn same(a: &Look, b: &Look) -> Option<Evidence> {
        same_frame(&Prepared::new(a), &Prepared::new(b))
    }

    fn any(a: &Look, b: &Look) -> Option<Evidence> {
        let (a, b) = (Prepared::new(a), Prepared::new(b));
        same_frame(&a, &b).or_else(|| moved_frame(&a, &b, true))
    }

    fn scene(seed: u64) -> Look {
        let scene = Scene(seed);
        look(|u, v| scene.light(u, v))
    }

    #[test]
    fn the_same_picture_saved_anew_is_a_plain_copy() {
        for seed in 0..20 {
            let one = scene(seed);
            let evidence = same(&one, &noisy(&one, 500 + seed)).expect("the same");
            assert!(evidence.is_plain_copy() && !evidence.is_moved(), "{evidence:?}");
        }
    }

    #[test]
    fn other_light_is_the_same_frame_and_no_plain_copy() {
        let one = scene(1);
        let mut dark = one.clone();
        dark.luma
            .iter_mut()
            .for_each(|v| *v = (f32::from(*v) * 0.75) as u8);
        let evidence = same(&one, &dark).expect("the same frame");
        assert!(!evidence.is_plain_copy());
    }

    #[test]
    fn other_pictures_are_refused() {
        for seed in 0..40 {
            assert!(any(&scene(seed), &scene(seed + 1000)).is_none(), "{seed}");
        }
    }

    #[test]
    fn a_crop_is_confirmed_as_moved() {
        let of = Scene(11);
        let crop = look(|u, v| of.light(0.03 + 0.94 * u, 0.05 + 0.94 * v));
        let whole = scene(11);
        assert!(same(&crop, &whole).is_none());
        let evidence = any(&crop, &whole).expect("a crop");
        assert!(evidence.is_moved());
        assert!(evidence.cover.0 > 0.97 && evidence.cover.1 < 0.95, "{evidence:?}");
    }

    #[test]
    fn one_sky_over_two_grounds_is_refused() {
        let sky = |v: f32| 235.0 - 90.0 * v;
        let over = |seed: u64| {
            let ground = Scene(seed);
            look(move |u, v| if v < 0.6 { sky(v) } else { 0.5 * ground.light(u, v) })
        };
        for seed in 0..20 {
            assert!(any(&over(seed), &over(seed + 100)).is_none(), "{seed}");
        }
    }

    #[test]
    fn smooth_light_alone_confirms_nothing() {
        let sky = |tilt: f32| look(move |u, v| 235.0 - 80.0 * v - tilt * u);
        assert!(any(&sky(0.0), &sky(9.0)).is_none());
        assert!(
            any(&sky(0.0), &sky(0.0)).is_none(),
            "not even when it is the very same"
        );
    }

    #[test]
    fn pages_of_other_words_are_refused() {
        let page = |seed: u64| {
            let words = Scene(seed);
            look(move |u, v| {
                let (line, word) = ((v * 21.0) as i64, (u * 30.0) as i64);
                let inside = (0.08..0.92).contains(&u) && (v * 21.0).fract() < 0.5;
                let ink = words.light(word as f32 * 0.37, line as f32 * 0.53) > 120.0;
                if inside && ink { 90.0 } else { 240.0 }
            })
        };
        let one = page(1);
        assert!(same(&one, &noisy(&one, 9)).is_some(), "the same page is the same");
        for seed in 2..20 {
            assert!(any(&one, &page(seed)).is_none(), "{seed}");
        }
    }

    #[test]
    fn a_stamp_changes_nothing_but_its_place() {
        let one = scene(21);
        let mut stamped = one.clone();
        for y in 54..60 {
            for x in 36..58 {
                stamped.luma[y * Look::SIDE + x] = if x % 3 == 0 { 40 } else { 230 };
            }
        }
        let evidence = same(&one, &stamped).expect("the same frame");
        assert!(!evidence.is_moved() && !evidence.is_plain_copy());
    }

    #[test]
    fn a_frame_of_one_colour_is_seen_through() {
        let of = Scene(31);
        let outside = |t: f32| !(0.06..0.94).contains(&t);
        let inner = move |t: f32| (t - 0.06) / 0.88;
        let mut framed_look = look(|u, v| {
            if outside(u) || outside(v) {
                255.0
            } else {
                of.light(inner(u), inner(v))
            }
        });
        framed_look.inside = Some(Box::new(noisy(&scene(31), 3)));
        let (a, b) = (Prepared::new(&scene(31)), Prepared::new(&framed_look));
        assert!(framed(&a, &b).is_some() && framed(&b, &a).is_some());
        assert!(framed(&Prepared::new(&scene(32)), &b).is_none());
    }

    #[test]
    fn turning_and_turning_back_is_nothing() {
        let mut one = scene(41);
        one.inside = Some(Box::new(scene(42)));
        one.cb[3] = 9;
        for turn in 1..=8 {
            let there = turned(&one, turn);
            assert!(turn == 1 || there != one, "{turn}");
            assert!(turned(&there, crate::search::back(turn)) == one, "{turn}");
        }
    }
}
