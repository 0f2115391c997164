//! Small pictures made for tests: views of one endless scene, so that a crop or a move is another view of it.

use albumen_model::Look;

/// A lattice of random values with smooth ways between them, as rough as a photo made small.
#[derive(Clone, Copy)]
pub struct Scene(pub u64);

impl Scene {
    fn point(self, x: i64, y: i64) -> f32 {
        let mut z = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (x as u64) << 32 ^ (y as u64 & 0xffff_ffff);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z >> 40) as f32 / (1u64 << 24) as f32
    }

    fn smooth(self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let (fx, fy) = (ease(x - left), ease(y - top));
        let at = |dx: i64, dy: i64| self.point(left as i64 + dx, top as i64 + dy);
        let high = at(0, 0) * (1.0 - fx) + at(1, 0) * fx;
        let low = at(0, 1) * (1.0 - fx) + at(1, 1) * fx;
        high * (1.0 - fy) + low * fy
    }

    /// Light at a place of 0 to 1, 0 to 255.
    pub fn light(self, u: f32, v: f32) -> f32 {
        let octave = |scale: f32| self.smooth(u * scale + 100.0, v * scale + 100.0);
        255.0 * (0.5 * octave(3.0) + 0.3 * octave(7.0) + 0.2 * octave(15.0))
    }
}

/// A grey look of what `light` says of each place, 0 to 1 both ways.
pub fn look(light: impl Fn(f32, f32) -> f32) -> Look {
    let side = Look::SIDE;
    let at = |place: usize| (place as f32 + 0.5) / side as f32;
    let luma = (0..side * side).map(|k| light(at(k % side), at(k / side)).round().clamp(0.0, 255.0) as u8);
    let grey = vec![128; Look::CHROMA * Look::CHROMA];
    Look {
        luma: luma.collect(),
        cb: grey.clone(),
        cr: grey,
        inside: None,
    }
}

/// A little of something else everywhere, as compression leaves it.
pub fn noisy(look: &Look, seed: u64) -> Look {
    let noise = Scene(seed);
    let mut made = look.clone();
    for (at, value) in made.luma.iter_mut().enumerate() {
        let change = 6.0 * (noise.point(at as i64, 0) - 0.5);
        *value = (f32::from(*value) + change).round().clamp(0.0, 255.0) as u8;
    }
    made
}
