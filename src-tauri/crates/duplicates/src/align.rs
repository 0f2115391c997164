//! Lays one small picture over another: which part of the one is which part of the other.
//!
//! Gauss-Newton on an affine map, coarse to fine, with brightness and contrast fitted along the way (Lucas and Kanade
//! 1981 in the form of Baker and Matthews 2004, "forward additive"). It finds crops, borders and the small moves between
//! the frames of a burst; it starts at "the same frame", so it does not wander off to unrelated places.

/// Maps the template's coordinates to the other picture's; both run from -1 to 1 over the whole picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// `[xx, xy, yx, yy]`.
    pub m: [f32; 4],
    pub t: [f32; 2],
}

impl Affine {
    pub const SAME: Self = Self {
        m: [1.0, 0.0, 0.0, 1.0],
        t: [0.0, 0.0],
    };

    pub fn apply(&self, u: f32, v: f32) -> (f32, f32) {
        let [xx, xy, yx, yy] = self.m;
        (xx * u + xy * v + self.t[0], yx * u + yy * v + self.t[1])
    }

    /// Nothing a crop, a border or a hand-held burst does goes beyond.
    fn is_plausible(&self) -> bool {
        let [xx, xy, yx, yy] = self.m;
        (0.6..1.67).contains(&xx)
            && (0.6..1.67).contains(&yy)
            && xy.abs() < 0.15
            && yx.abs() < 0.15
            && self.t.iter().all(|t| t.abs() < 0.6)
    }
}

/// A square grey picture.
pub struct Plane {
    pub side: usize,
    pub values: Vec<f32>,
}

impl Plane {
    pub fn new(side: usize, values: Vec<f32>) -> Self {
        Self { side, values }
    }

    /// Each two by two pixels in one.
    pub fn half(&self) -> Self {
        let side = self.side / 2;
        let mut values = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                let at = 2 * y * self.side + 2 * x;
                let sum = self.values[at]
                    + self.values[at + 1]
                    + self.values[at + self.side]
                    + self.values[at + self.side + 1];
                values.push(sum / 4.0);
            }
        }
        Self::new(side, values)
    }

    /// Where a coordinate of -1 to 1 lies in pixels; `None` outside.
    fn pixel(&self, u: f32) -> Option<(usize, f32)> {
        let n = self.side as f32;
        let x = (u + 1.0) / 2.0 * n - 0.5;
        if !(-0.5..=n - 0.5).contains(&x) {
            return None;
        }
        let x = x.clamp(0.0, n - 1.001);
        let whole = x as usize;
        Some((whole, x - whole as f32))
    }

    fn blend(&self, (x, fx): (usize, f32), (y, fy): (usize, f32)) -> f32 {
        let at = y * self.side + x;
        let of = &self.values;
        let top = of[at] * (1.0 - fx) + of[at + 1] * fx;
        let low = of[at + self.side] * (1.0 - fx) + of[at + self.side + 1] * fx;
        top * (1.0 - fy) + low * fy
    }

    /// Slopes at a pixel, per unit of coordinate.
    fn slope(&self, x: usize, y: usize) -> (f32, f32) {
        let last = self.side - 1;
        let at = |x: usize, y: usize| self.values[y * self.side + x];
        let (x0, x1) = (x.saturating_sub(1), (x + 1).min(last));
        let (y0, y1) = (y.saturating_sub(1), (y + 1).min(last));
        let per = self.side as f32 / 2.0;
        (
            (at(x1, y) - at(x0, y)) / (x1 - x0) as f32 * per,
            (at(x, y1) - at(x, y0)) / (y1 - y0) as f32 * per,
        )
    }

    /// The value at a coordinate of -1 to 1; `None` outside.
    pub fn sample(&self, u: f32, v: f32) -> Option<f32> {
        Some(self.blend(self.pixel(u)?, self.pixel(v)?))
    }
}

/// Coordinate of a pixel's middle.
pub fn centre(at: usize, side: usize) -> f32 {
    (at as f32 + 0.5) / side as f32 * 2.0 - 1.0
}

/// Steps at each level; the finest one only polishes.
const STEPS: [usize; 3] = [10, 8, 4];
const STILL: f32 = 3e-4;
/// Less of the template than this on the other picture tells nothing.
const LEAST_OVERLAP: f32 = 0.4;

/// Improves `start` level by level, coarse first. `None` when it leads nowhere plausible, or when `worth` says of the
/// coarsest result that it is not worth going on.
pub fn align(
    template: [&Plane; 3],
    other: [&Plane; 3],
    start: Affine,
    worth: impl Fn(&Affine) -> bool,
) -> Option<Affine> {
    let mut map = start;
    for (level, steps) in STEPS.into_iter().enumerate() {
        for _ in 0..steps {
            let moved = step(template[level], other[level], &mut map)?;
            if !map.is_plausible() {
                return None;
            }
            if moved < STILL {
                break;
            }
        }
        if level == 0 && !worth(&map) {
            return None;
        }
    }
    Some(map)
}

#[expect(clippy::needless_range_loop, reason = "rows and columns of a matrix")]
fn step(template: &Plane, other: &Plane, map: &mut Affine) -> Option<f32> {
    let n = template.side;
    // Brightness and contrast first: `other * gain + offset` fits the template best.
    let mut seen = Vec::with_capacity(n * n);
    let (mut sum, mut sum_t, mut sum_oo, mut sum_ot) = (0f32, 0f32, 0f32, 0f32);
    for y in 0..n {
        let v = centre(y, n);
        for x in 0..n {
            let u = centre(x, n);
            let (u2, v2) = map.apply(u, v);
            let (Some(px), Some(py)) = (other.pixel(u2), other.pixel(v2)) else {
                continue;
            };
            let value = other.blend(px, py);
            let wanted = template.values[y * n + x];
            sum += value;
            sum_t += wanted;
            sum_oo += value * value;
            sum_ot += value * wanted;
            seen.push((u, v, px, py, value, wanted));
        }
    }
    let count = seen.len() as f32;
    if count < LEAST_OVERLAP * (n * n) as f32 {
        return None;
    }
    let (mean, mean_t) = (sum / count, sum_t / count);
    let variance = sum_oo / count - mean * mean;
    if variance < 1e-3 {
        return None;
    }
    let gain = ((sum_ot / count - mean * mean_t) / variance).clamp(0.2, 5.0);
    let offset = mean_t - gain * mean;
    let mut h = [[0f32; 6]; 6];
    let mut b = [0f32; 6];
    for (u, v, px, py, value, wanted) in seen {
        // The slope at the nearest pixel is near enough: the steps are repeated.
        let nearest = |(whole, part): (usize, f32)| whole + usize::from(part >= 0.5);
        let (dx, dy) = other.slope(nearest(px), nearest(py));
        let (dx, dy) = (gain * dx, gain * dy);
        let left = wanted - (gain * value + offset);
        let j = [dx * u, dx * v, dy * u, dy * v, dx, dy];
        for (row, &a) in j.iter().enumerate() {
            b[row] += a * left;
            for (column, &c) in j.iter().enumerate().skip(row) {
                h[row][column] += a * c;
            }
        }
    }
    for row in 0..6 {
        h[row][row] *= 1.001;
        h[row][row] += 1e-3;
        for column in 0..row {
            h[row][column] = h[column][row];
        }
    }
    let d = solve(h, b)?;
    // A long step is a wrong step: shorten it.
    let longest = d.iter().fold(0f32, |most, v| most.max(v.abs()));
    let scale = if longest > 0.15 { 0.15 / longest } else { 1.0 };
    for (at, value) in d[..4].iter().enumerate() {
        map.m[at] += scale * value;
    }
    map.t[0] += scale * d[4];
    map.t[1] += scale * d[5];
    Some(longest)
}

/// Gaussian elimination with pivots.
#[expect(clippy::needless_range_loop, reason = "rows and columns of a matrix")]
fn solve(mut h: [[f32; 6]; 6], mut b: [f32; 6]) -> Option<[f32; 6]> {
    for at in 0..6 {
        let pivot = (at..6).max_by(|&x, &y| h[x][at].abs().total_cmp(&h[y][at].abs()))?;
        if h[pivot][at].abs() < 1e-9 {
            return None;
        }
        h.swap(at, pivot);
        b.swap(at, pivot);
        for row in at + 1..6 {
            let part = h[row][at] / h[at][at];
            for column in at..6 {
                h[row][column] -= part * h[at][column];
            }
            b[row] -= part * b[at];
        }
    }
    let mut x = [0f32; 6];
    for row in (0..6).rev() {
        let known: f32 = (row + 1..6).map(|column| h[row][column] * x[column]).sum();
        x[row] = (b[row] - known) / h[row][row];
    }
    x.iter().all(|v| v.is_finite()).then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Scene, look};

    fn levels(light: impl Fn(f32, f32) -> f32) -> [Plane; 3] {
        let values = look(light).luma.iter().map(|&v| f32::from(v)).collect();
        let full = Plane::new(albumen_model::Look::SIDE, values);
        let half = full.half();
        let quarter = half.half();
        [quarter, half, full]
    }

    fn laid(template: &[Plane; 3], other: &[Plane; 3]) -> Option<Affine> {
        align(template.each_ref(), other.each_ref(), Affine::SAME, |_| true)
    }

    #[test]
    fn a_crop_is_found_where_it_was_taken_from() {
        let scene = Scene(3);
        let whole = levels(|u, v| scene.light(u, v));
        // 92 % of each side, from 6 % on the left and 1 % from the top; darker, as the other may be.
        let crop = levels(|u, v| 0.8 * scene.light(0.06 + 0.92 * u, 0.01 + 0.92 * v));
        let map = laid(&crop, &whole).expect("it leads somewhere");
        for (found, wanted) in [
            (map.m[0], 0.92),
            (map.m[3], 0.92),
            (map.m[1], 0.0),
            (map.m[2], 0.0),
            (map.t[0], 2.0 * 0.06 + 0.92 - 1.0),
            (map.t[1], 2.0 * 0.01 + 0.92 - 1.0),
        ] {
            assert!((found - wanted).abs() < 0.01, "{map:?}");
        }
    }

    #[test]
    fn the_same_picture_stays_where_it_is_and_nothing_has_no_place() {
        let scene = Scene(4);
        let one = levels(|u, v| scene.light(u, v));
        let map = laid(&one, &one).expect("it is there");
        assert!((map.m[0] - 1.0).abs() < 1e-3 && map.t[0].abs() < 1e-3, "{map:?}");
        assert_eq!(laid(&one, &levels(|_, _| 80.0)), None);
    }
}
