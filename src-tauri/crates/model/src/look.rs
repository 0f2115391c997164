//! A photo as small as it can be and still be told from another: what the second look compares.

/// Luma of [`Look::SIDE`]² and two chroma planes of [`Look::CHROMA`]² values, squeezed to squares whatever the
/// picture's shape, upright as shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Look {
    pub luma: Vec<u8>,
    pub cb: Vec<u8>,
    pub cr: Vec<u8>,
    /// The same of what lies inside a frame of one colour, where there is one.
    pub inside: Option<Box<Look>>,
}

impl Look {
    /// A line of text on a photographed page is still more than a pixel high.
    pub const SIDE: usize = 64;
    pub const CHROMA: usize = 16;

    /// `rgb` holds [`Look::SIDE`]² pixels of three bytes. JFIF's conversion to luma and chroma.
    pub fn from_rgb(rgb: &[u8]) -> Option<Self> {
        if rgb.len() != Self::SIDE * Self::SIDE * 3 {
            return None;
        }
        let part = Self::SIDE / Self::CHROMA;
        let mut sums = vec![[0f32; 2]; Self::CHROMA * Self::CHROMA];
        let mut luma = Vec::with_capacity(Self::SIDE * Self::SIDE);
        for (at, pixel) in rgb.chunks_exact(3).enumerate() {
            let [r, g, b] = [f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])];
            let y = 0.299 * r + 0.587 * g + 0.114 * b;
            luma.push(byte(y));
            let cell = at / Self::SIDE / part * Self::CHROMA + at % Self::SIDE / part;
            sums[cell][0] += 0.564 * (b - y);
            sums[cell][1] += 0.713 * (r - y);
        }
        let n = (part * part) as f32;
        let plane = |which: usize| sums.iter().map(|sum| byte(128.0 + sum[which] / n)).collect();
        Some(Self {
            luma,
            cb: plane(0),
            cr: plane(1),
            inside: None,
        })
    }
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
