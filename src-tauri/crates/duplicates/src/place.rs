//! Where a crop lies on the picture it was taken from, for laying the two over each other. The map of the second look is
//! made anew from the small pictures: it is wanted of the two that somebody compares, and of no other pair.

use crate::align::Affine;
use crate::second_look::{Evidence, Prepared, moved_frame, turned};
use albumen_model::Look;

/// Where one picture lies on another, in parts of the other's width and height from its upper left corner. The larger one
/// on the smaller reaches over its edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Place {
    /// The place of the template on the other.
    fn back(self) -> Self {
        Self {
            x: -self.x / self.width,
            y: -self.y / self.height,
            width: 1.0 / self.width,
            height: 1.0 / self.height,
        }
    }
}

/// The place of `other` on `template`, both as they are shown, `other` turned by the EXIF turn. `None` where they show the
/// same frame, or nothing in common.
pub fn place(template: &Look, other: &Look, turn: u8) -> Option<Place> {
    let other = if turn == 1 {
        other.clone()
    } else {
        turned(other, turn)
    };
    let (template, other) = (Prepared::new(template), Prepared::new(&other));
    let found = |a, b| moved_frame(a, b, true).filter(Evidence::is_moved);
    // Looking the other way round may find what this way does not.
    let there = found(&template, &other).map(|evidence| of(&evidence.map));
    there.or_else(|| found(&other, &template).map(|evidence| of(&evidence.map).back()))
}

/// A map goes from -1 to 1 over the template, and over the other.
fn of(map: &Affine) -> Place {
    let along = |scale: f32, shift: f32| {
        let (scale, shift) = (f64::from(scale), f64::from(shift));
        let (middle, size) = ((1.0 - shift / scale) / 2.0, 1.0 / scale);
        (middle - size / 2.0, size)
    };
    let (x, width) = along(map.m[0], map.t[0]);
    let (y, height) = along(map.m[3], map.t[1]);
    Place { x, y, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Scene, look};

    fn near(found: Place, wanted: [f64; 4], most: f64) {
        let found = [found.x, found.y, found.width, found.height];
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < most, "{found} instead of {wanted}");
        }
    }

    fn crop(scene: Scene) -> Look {
        look(|u, v| scene.light(0.06 + 0.9 * u, 0.01 + 0.9 * v))
    }

    #[test]
    fn a_crop_lies_where_it_was_taken_from_and_its_original_round_it() {
        let scene = Scene(3);
        let (whole, part) = (look(|u, v| scene.light(u, v)), crop(scene));
        let there = place(&whole, &part, 1).expect("a place");
        near(there, [0.06, 0.01, 0.9, 0.9], 0.01);
        let back = place(&part, &whole, 1).expect("a place");
        let wanted = Place {
            x: -0.06 / 0.9,
            y: -0.01 / 0.9,
            width: 1.0 / 0.9,
            height: 1.0 / 0.9,
        };
        near(back, [wanted.x, wanted.y, wanted.width, wanted.height], 0.015);
        let there_again = wanted.back();
        near(there_again, [0.06, 0.01, 0.9, 0.9], 1e-9);
    }

    #[test]
    fn a_turned_crop_lies_there_when_it_is_turned_back() {
        let scene = Scene(5);
        let whole = look(|u, v| scene.light(u, v));
        // As it is after a quarter turn to the left: a quarter to the right shows it upright.
        let lying = turned(&crop(scene), 8);
        near(
            place(&whole, &lying, 6).expect("a place"),
            [0.06, 0.01, 0.9, 0.9],
            0.01,
        );
    }

    #[test]
    fn the_same_frame_and_another_picture_have_no_place() {
        let (one, other) = (Scene(7), Scene(1007));
        let whole = look(|u, v| one.light(u, v));
        assert_eq!(place(&whole, &whole, 1), None);
        assert_eq!(place(&whole, &look(|u, v| other.light(u, v)), 1), None);
    }
}
