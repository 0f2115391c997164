//! One folder of photos and what people make of them: a version of each kind that Review names, in known numbers.

use crate::exif::Exif;
use crate::picture;
use crate::scenes::{self, Scene};
use crate::write::put;
use image::{DynamicImage, Rgb, RgbImage, imageops};
use std::path::{Path, PathBuf};

const SEED: u64 = 77;
const SIZE: (u32, u32) = (960, 720);
const SCENES: [Scene; 3] = [Scene::Hills, Scene::Street, Scene::Person];
/// 2022-07-04, in nanoseconds.
const FROM_NS: u64 = 1_656_892_800_000_000_000;

/// What was made; full paths, the original first.
#[derive(Debug)]
pub struct Versions {
    pub exact: Vec<Vec<PathBuf>>,
    pub resized: Vec<Vec<PathBuf>>,
    pub turned: Vec<Vec<PathBuf>>,
    pub cropped: Vec<Vec<PathBuf>>,
    pub framed: Vec<Vec<PathBuf>>,
    pub edited: Vec<Vec<PathBuf>>,
    pub bursts: Vec<Vec<PathBuf>>,
}

/// Makes `each` originals of each kind below `root`, with their versions.
pub fn make(root: &Path, each: usize) -> Versions {
    let made = |kind: u64, version: &dyn Fn(&Original) -> Vec<PathBuf>| {
        (0..each as u64)
            .map(|number| Original::make(root, 10 * number + kind))
            .map(|original| [vec![original.path.clone()], version(&original)].concat())
            .collect()
    };
    Versions {
        exact: made(1, &exact),
        resized: made(2, &resized),
        turned: made(3, &turned),
        cropped: made(4, &cropped),
        framed: made(5, &framed),
        edited: made(6, &edited),
        bursts: (0..each as u64)
            .map(|number| burst(root, 10 * number + 7))
            .collect(),
    }
}

struct Original<'a> {
    root: &'a Path,
    number: u64,
    painted: DynamicImage,
    bytes: Vec<u8>,
    path: PathBuf,
}

impl<'a> Original<'a> {
    fn make(root: &'a Path, number: u64) -> Self {
        let painted = paint(number, SIZE);
        let bytes = exif(number, 0).into_jpeg(&picture::jpeg(&painted, 92));
        let path = root.join(format!("2022/Lofoten/DSC_{:04}.JPG", 1000 + number));
        Self {
            root,
            number,
            path: put(path, &bytes, time(number, 0)),
            painted,
            bytes,
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        put(
            self.root.join(name),
            bytes,
            time(self.number, 3600 + name.len() as u64),
        )
    }
}

fn paint(number: u64, size: (u32, u32)) -> DynamicImage {
    let scene = SCENES[usize::try_from(number).unwrap_or(0) % SCENES.len()];
    scenes::paint(scene, SEED + number, size).into()
}

fn exif(number: u64, second: u64) -> Exif {
    Exif {
        make: "NIKON CORPORATION",
        model: "NIKON Z 6",
        taken: format!("2022:07:{:02} 14:{:02}:{second:02}", 4 + number / 60, number % 60),
        offset: "+02:00",
        orientation: 1,
        gps: number.is_multiple_of(2).then_some((68.15, 13.76)),
    }
}

fn time(number: u64, second: u64) -> u64 {
    FROM_NS + (number * 60 + second) * 1_000_000_000
}

fn exact(original: &Original<'_>) -> Vec<PathBuf> {
    let copies = ["Backup of old laptop", "Desktop/New folder"];
    let name = |folder| format!("{folder}/DSC_{:04} (1).JPG", 1000 + original.number);
    copies
        .map(|folder| original.put(&name(folder), &original.bytes))
        .to_vec()
}

fn resized(original: &Original<'_>) -> Vec<PathBuf> {
    let small = original
        .painted
        .resize_exact(480, 360, imageops::FilterType::Triangle);
    let name = format!("Sent by mail/small-{}.jpg", original.number);
    vec![original.put(&name, &picture::jpeg(&small, 80))]
}

fn turned(original: &Original<'_>) -> Vec<PathBuf> {
    let name = format!("Sent by mail/turned-{}.jpg", original.number);
    vec![original.put(&name, &picture::jpeg(&original.painted.rotate90(), 90))]
}

fn cropped(original: &Original<'_>) -> Vec<PathBuf> {
    let part = original.painted.crop_imm(48, 36, SIZE.0 - 80, SIZE.1 - 60);
    let name = format!("For the wall/crop-{}.jpg", original.number);
    vec![original.put(&name, &picture::jpeg(&part, 90))]
}

fn framed(original: &Original<'_>) -> Vec<PathBuf> {
    let mut frame = RgbImage::from_pixel(SIZE.0 + 120, SIZE.1 + 120, Rgb([255; 3]));
    imageops::overlay(&mut frame, &original.painted.to_rgb8(), 60, 60);
    let name = format!("For the wall/frame-{}.jpg", original.number);
    vec![original.put(&name, &picture::jpeg(&frame.into(), 92))]
}

fn edited(original: &Original<'_>) -> Vec<PathBuf> {
    let brighter = original.painted.brighten(24).adjust_contrast(12.0);
    let name = format!("For the wall/edit-{}.jpg", original.number);
    vec![original.put(&name, &picture::jpeg(&brighter, 92))]
}

/// Three frames, a second apart, as a hand that is not quite still takes them.
fn burst(root: &Path, number: u64) -> Vec<PathBuf> {
    let scene = paint(number, (SIZE.0 + 60, SIZE.1 + 60));
    let frame = |second: u64| {
        let shift = u32::try_from(14 * second).unwrap_or(0);
        let seen = scene.crop_imm(shift, shift / 2, SIZE.0, SIZE.1);
        let bytes = exif(number, second).into_jpeg(&picture::jpeg(&seen, 92));
        let name = format!("2022/Lofoten/DSC_{:04}_{second}.JPG", 1000 + number);
        put(root.join(name), &bytes, time(number, second))
    };
    (0..3).map(frame).collect()
}
