//! Scenes with the structure of photos: large shapes, edges and texture of every scale, so that what tells photos apart
//! is put to the test as by photos. Several kinds, as each misleads in its own way: hills share a horizon, drawings are
//! mostly white, meadows have no shapes at all. The same seed paints the same scene.

use crate::picture;
use crate::random::Random;
use image::{Rgb, RgbImage};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    Hills,
    Street,
    Person,
    Meadow,
    Blobs,
    Drawing,
}

impl Scene {
    pub const ALL: [Self; 6] = [
        Self::Hills,
        Self::Street,
        Self::Person,
        Self::Meadow,
        Self::Blobs,
        Self::Drawing,
    ];
}

pub fn paint(scene: Scene, seed: u64, size: (u32, u32)) -> RgbImage {
    match scene {
        Scene::Hills => hills(seed, seed, size),
        Scene::Street => street(seed, size),
        Scene::Person => person(seed, size),
        Scene::Meadow => meadow(seed, size),
        Scene::Blobs => picture::paint(seed, 0, size).into_rgb8(),
        Scene::Drawing => drawing(seed, size),
    }
}

/// One colour with the little noise of a sensor.
pub fn flat(seed: u64, colour: [u8; 3], size: (u32, u32)) -> RgbImage {
    let grain = Noise(seed);
    canvas(size, |x, y| {
        let light = 3.0 * (grain.point(x as i32, y as i32) - 0.5);
        colour.map(|channel| f32::from(channel) + light)
    })
}

/// A gradient with soft clouds and nothing else.
pub fn sky(seed: u64, size: (u32, u32)) -> RgbImage {
    let sky = Sky::new(seed);
    canvas(size, |x, y| sky.at(x, y, size))
}

/// Lines of words on a page: all pages have the same margins and the same lines.
pub fn page(seed: u64, size: (u32, u32)) -> RgbImage {
    let mut random = Random::new(seed, 61);
    let mut made = flat(seed, [246, 244, 238], size);
    let (width, height) = size;
    let (margin, pitch, letter) = (width / 10, height / 34, width / 130);
    for line in 0..28 {
        let top = margin + line * pitch;
        let mut left = margin;
        while left < width - margin {
            for _ in 0..2 + random.below(8) {
                if left + letter > width - margin {
                    break;
                }
                let (rise, low) = (random.below(3), random.below(3));
                let bottom = top + pitch / 2 + low;
                rectangle(
                    &mut made,
                    (left, top + 3 - rise),
                    (left + letter - 2, bottom),
                    [52, 50, 55],
                );
                left += letter;
            }
            left += letter + random.below(4);
        }
    }
    made
}

/// Hills under the sky of `sky`: the same sky over different grounds are different photos.
pub fn hills(sky: u64, seed: u64, size: (u32, u32)) -> RgbImage {
    let mut random = Random::new(seed, 7);
    let sky = Sky::new(sky);
    let (shape, texture) = (Noise(seed ^ 0x51), Noise(seed ^ 0xa7));
    let ridges: Vec<(f32, f32, f32, [f32; 3])> = (0..4)
        .map(|k| {
            let base = 0.38 + 0.14 * k as f32 + part(&mut random, 0.1);
            let green = part(&mut random, 70.0);
            let light = 30.0 + part(&mut random, 110.0);
            let colour = [light, light * 0.8 + green * 0.5, light * 0.6];
            (
                base,
                0.08 + part(&mut random, 0.2),
                1.5 + part(&mut random, 4.0),
                colour,
            )
        })
        .collect();
    let rocks: Vec<(f32, f32, f32, f32)> = (0..14)
        .map(|_| {
            let at = (part(&mut random, 1.0), 0.6 + part(&mut random, 0.4));
            (
                at.0,
                at.1,
                0.02 + part(&mut random, 0.08),
                20.0 + part(&mut random, 200.0),
            )
        })
        .collect();
    canvas(size, |x, y| {
        let (u, v) = (x / size.0 as f32, y / size.1 as f32);
        let mut colour = sky.at(x, y, size);
        for (k, &(base, height, wide, ground)) in ridges.iter().enumerate() {
            let edge = base - height * (shape.fractal(u * wide, 10.0 * k as f32, 5) - 0.3);
            if v > edge {
                let rough = texture.fractal(u * 24.0, v * 24.0 + 50.0 * k as f32, 5);
                colour = ground.map(|c| c + 110.0 * (rough - 0.5) - 25.0 * (v - edge));
            }
        }
        for &(cx, cy, radius, light) in &rocks {
            let (dx, dy) = ((u - cx) / radius, (v - cy) / radius * 1.4);
            if dx * dx + dy * dy < 1.0 {
                let rough = texture.fractal(u * 40.0 + light, v * 40.0, 4);
                colour = [light + 70.0 * (rough - 0.5) - 30.0 * dy; 3];
            }
        }
        colour
    })
}

fn street(seed: u64, size: (u32, u32)) -> RgbImage {
    let mut random = Random::new(seed, 13);
    let texture = Noise(seed ^ 0x33);
    let mut made = sky(seed, size);
    let (width, height) = size;
    let ground = height * (68 + random.below(20)) / 100;
    rectangle(&mut made, (0, ground), (width, height), [92, 88, 84]);
    let mut left = 0;
    while left < width {
        let wide = width * (8 + random.below(16)) / 100;
        let top = height * (6 + random.below(50)) / 100;
        let wall = colour(&mut random, 40, 190);
        rectangle(&mut made, (left, top), (left + wide, ground), wall);
        let (step_x, step_y) = (14 + random.below(26), 18 + random.below(30));
        let glass = colour(&mut random, 10, 240);
        let mut y = top + step_y / 2;
        while y + step_y < ground {
            let mut x = left + step_x / 3;
            while x + step_x < left + wide {
                let lit = if random.below(4) == 0 {
                    [236, 214, 150]
                } else {
                    glass
                };
                rectangle(&mut made, (x, y), (x + step_x * 2 / 3, y + step_y * 2 / 3), lit);
                x += step_x;
            }
            y += step_y;
        }
        left += wide + random.below(width / 30);
    }
    for _ in 0..9 {
        let (x, wide) = (random.below(width), width * (3 + random.below(10)) / 100);
        let (y, high) = (ground + random.below((height - ground).max(1)), wide / 2);
        let body = colour(&mut random, 10, 240);
        rectangle(&mut made, (x, y), (x + wide, y + high), body);
    }
    rough(made, &texture, 40.0)
}

fn person(seed: u64, size: (u32, u32)) -> RgbImage {
    let mut random = Random::new(seed, 17);
    let (far, cloth) = (Noise(seed ^ 0x71), Noise(seed ^ 0x9b));
    let (back, front) = (colour(&mut random, 20, 230), colour(&mut random, 20, 230));
    let skin = 110.0 + part(&mut random, 110.0);
    let (cx, cy) = (0.25 + part(&mut random, 0.5), 0.25 + part(&mut random, 0.2));
    let head = 0.09 + part(&mut random, 0.09);
    let stripes = 20.0 + part(&mut random, 60.0);
    let lean = part(&mut random, 0.6) - 0.3;
    let aspect = size.1 as f32 / size.0 as f32;
    let lights: Vec<(f32, f32, f32, f32)> = (0..12)
        .map(|_| {
            let at = (part(&mut random, 1.0), part(&mut random, 1.0));
            (
                at.0,
                at.1,
                0.02 + part(&mut random, 0.07),
                part(&mut random, 160.0) - 60.0,
            )
        })
        .collect();
    canvas(size, |x, y| {
        let (u, v) = (x / size.0 as f32, y / size.1 as f32);
        let inside = |px: f32, py: f32, rx: f32, ry: f32| {
            let (dx, dy) = ((u - px) / rx, (v - py) * aspect / ry);
            dx * dx + dy * dy < 1.0
        };
        let blur = 190.0 * (far.fractal(u * 4.0, v * 4.0, 3) - 0.5);
        let mut made = back.map(|c| f32::from(c) + blur);
        for &(px, py, radius, light) in &lights {
            if inside(px, py, radius, radius) {
                made = made.map(|c| c + light);
            }
        }
        let body = cy + head / aspect + 0.42;
        if inside(cx + lean * (v - cy), body, 2.3 * head, 0.45 * aspect) {
            let weave =
                60.0 * (cloth.fractal(u * 30.0, v * 30.0, 4) - 0.5) + 30.0 * (u * stripes * 6.3).sin();
            made = front.map(|c| f32::from(c) + weave);
        }
        if inside(cx, cy - 0.2 * head, 1.15 * head, 1.4 * head) {
            made = [30.0 + 60.0 * cloth.fractal(u * 50.0, v * 12.0, 3); 3];
        }
        if inside(cx, cy, head * 0.9, head * 1.2) {
            let shade = 40.0 * (u - cx) / head + 24.0 * (cloth.fractal(u * 60.0, v * 60.0, 3) - 0.5);
            made = [skin + 40.0 + shade, skin + shade, skin * 0.8 + shade];
        }
        for side in [-1.0, 1.0] {
            if inside(
                cx + side * 0.35 * head,
                cy - 0.15 * head,
                head * 0.14,
                head * 0.09,
            ) {
                made = [25.0; 3];
            }
        }
        made
    })
}

/// Texture without shapes: grass, gravel, bark.
fn meadow(seed: u64, size: (u32, u32)) -> RgbImage {
    let mut random = Random::new(seed, 19);
    let (fine, tint) = (Noise(seed ^ 0x17), Noise(seed ^ 0x2d));
    let (from, to) = (colour(&mut random, 40, 200), colour(&mut random, 40, 200));
    let scale = 5.0 + part(&mut random, 10.0);
    let stretch = 0.4 + part(&mut random, 1.6);
    canvas(size, |x, y| {
        let (u, v) = (x / size.0 as f32, y / size.0 as f32);
        let light = 190.0 * (fine.fractal(u * scale * stretch, v * scale, 6) - 0.5);
        let mix = tint.fractal(u * 3.0, v * 3.0, 3);
        [0, 1, 2].map(|c| f32::from(from[c]) * mix + f32::from(to[c]) * (1.0 - mix) + light)
    })
}

/// Strokes on paper.
fn drawing(seed: u64, size: (u32, u32)) -> RgbImage {
    let mut random = Random::new(seed, 23);
    let mut made = rough(flat(seed, [240, 236, 226], size), &Noise(seed), 14.0);
    let (width, height) = (size.0 as f32, size.1 as f32);
    for stroke in 0..46 {
        let (mut x, mut y) = (part(&mut random, width), part(&mut random, height));
        let mut angle = part(&mut random, 6.3);
        let bend = part(&mut random, 0.06) - 0.03;
        let ink = if stroke % 7 == 0 {
            colour(&mut random, 20, 170)
        } else {
            [48, 44, 52]
        };
        let thick = 2 + random.below(if stroke % 5 == 0 { 22 } else { 5 });
        for _ in 0..120 + random.below(160) {
            x += 2.0 * angle.cos();
            y += 2.0 * angle.sin();
            angle += bend;
            if x >= 0.0 && y >= 0.0 {
                let at = (x as u32, y as u32);
                rectangle(&mut made, at, (at.0 + thick, at.1 + thick), ink);
            }
        }
    }
    made
}

struct Sky {
    clouds: Noise,
    high: [u8; 3],
    low: [u8; 3],
    cover: f32,
}

impl Sky {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, 29);
        let light = u8::try_from(random.below(60)).unwrap_or(0);
        Self {
            clouds: Noise(seed ^ 0x5e),
            high: [60 + light, 110 + light, 180 + light],
            low: [170 + light, 190 + light, 195 + light],
            cover: 0.4 + part(&mut random, 0.3),
        }
    }

    fn at(&self, x: f32, y: f32, (width, height): (u32, u32)) -> [f32; 3] {
        let (u, v) = (x / width as f32, y / height as f32);
        let cloud = (self.clouds.fractal(u * 3.0, v * 6.0, 3) - self.cover).max(0.0);
        [0, 1, 2].map(|c| f32::from(self.high[c]) * (1.0 - v) + f32::from(self.low[c]) * v + 120.0 * cloud)
    }
}

/// Value noise: random values on a lattice with smooth ways between them.
struct Noise(u64);

impl Noise {
    /// 0 to 1.
    fn point(&self, x: i32, y: i32) -> f32 {
        let mut z = self.0
            ^ (x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (y as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z >> 40) as f32 / (1u64 << 24) as f32
    }

    fn smooth(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let (fx, fy) = (ease(x - left), ease(y - top));
        let (x, y) = (left as i32, top as i32);
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        let high = mix(self.point(x, y), self.point(x + 1, y), fx);
        let low = mix(self.point(x, y + 1), self.point(x + 1, y + 1), fx);
        mix(high, low, fy)
    }

    /// Octaves of half the strength each, as textures in nature have them; 0 to 1.
    fn fractal(&self, x: f32, y: f32, octaves: u32) -> f32 {
        let (mut sum, mut all, mut strength, mut scale) = (0.0, 0.0, 1.0, 1.0);
        for octave in 0..octaves {
            // Each octave's lattice begins elsewhere: no lines where all of them have a node.
            let shift = 37.7 * octave as f32;
            sum += strength * self.smooth(x * scale + shift, y * scale + shift);
            all += strength;
            strength /= 2.0;
            scale *= 2.0;
        }
        sum / all
    }
}

fn canvas((width, height): (u32, u32), colour: impl Fn(f32, f32) -> [f32; 3]) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb(colour(x as f32, y as f32).map(byte)))
}

fn rough(mut picture: RgbImage, texture: &Noise, strength: f32) -> RgbImage {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let light = strength * (texture.fractal(x as f32 / 12.0, y as f32 / 12.0, 4) - 0.5);
        pixel.0 = pixel.0.map(|c| byte(f32::from(c) + light));
    }
    picture
}

fn rectangle(canvas: &mut RgbImage, from: (u32, u32), to: (u32, u32), colour: [u8; 3]) {
    let (width, height) = canvas.dimensions();
    for y in from.1..to.1.min(height) {
        for x in from.0..to.0.min(width) {
            canvas.put_pixel(x, y, Rgb(colour));
        }
    }
}

fn colour(random: &mut Random, from: u32, to: u32) -> [u8; 3] {
    // Of one lightness: in nature colours are weaker than light and dark.
    let light = from + random.below(to - from);
    [0, 1, 2].map(|_| u8::try_from((light * (75 + random.below(50)) / 100).min(255)).unwrap_or(255))
}

/// A random part of `most`.
fn part(random: &mut Random, most: f32) -> f32 {
    random.below(1 << 16) as f32 / 65_536.0 * most
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
