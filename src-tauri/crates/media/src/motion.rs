//! Stage 2, Motion Photos: a movie within a picture's own file, behind the picture.
//!
//! Google's phones say where it begins in XMP (Motion Photo format 1.0, and MicroVideo before it), Samsung's in a list at the
//! end of the file, and a HEIC has a box for it. Invariant: what is said is believed only where a movie begins at that place;
//! numbers of the file are places to look at within the bytes that are held, and nothing else.

use crate::ifd::boxes;
use albumen_model::Kind;
use roxmltree::{Document, Node};

const CAMERA: &str = "http://ns.google.com/photos/1.0/camera/";
const CONTAINER: &str = "http://ns.google.com/photos/1.0/container/";
const ITEM: &str = "http://ns.google.com/photos/1.0/container/item/";
/// A picture, its gain map, a movie, notes of the maker.
const MOST_ITEMS: usize = 100;

/// What XMP says of the movie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Bytes from its beginning to the end of the file, and how many of them are its own.
    places: Vec<(u64, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// Neither said nor there.
    None,
    /// Bytes of the movie.
    Movie(u64),
    /// Said, and no movie is there: a program took it out or cut the file.
    Missing,
}

/// What a packet says; `None` where it is of no Motion Photo.
pub fn claimed(packet: &Document<'_>) -> Option<Claim> {
    let said = |name| packet.descendants().find_map(|node| property(node, CAMERA, name));
    let [is_motion, is_micro] = ["MotionPhoto", "MicroVideo"].map(|name| said(name) == Some("1"));
    let mut places = Vec::new();
    if is_motion {
        places.extend(in_container(packet));
    }
    if is_motion || is_micro {
        let offset = said("MicroVideoOffset").and_then(|text| text.parse().ok());
        places.extend(offset.map(|offset: u64| (offset, offset)));
        return Some(Claim { places });
    }
    None
}

/// Looks into `bytes`, which are the whole file.
pub fn find(kind: Kind, bytes: &[u8], claim: Option<&Claim>) -> Motion {
    if !matches!(kind, Kind::Jpeg | Kind::Heic | Kind::Avif) {
        return Motion::None;
    }
    let places = claim.map_or(&[][..], |claim| &claim.places);
    let by_xmp = places
        .iter()
        .find(|(from_end, _)| begins_at(bytes, *from_end))
        .map(|(_, size)| *size);
    // Newer phones of Samsung say it in both ways, and in XMP with all that follows.
    let listed = in_trailer(bytes);
    let found = listed
        .flatten()
        .or(by_xmp)
        .or_else(|| (kind != Kind::Jpeg).then(|| in_box(bytes)).flatten());
    match found {
        Some(size) => Motion::Movie(size),
        None if claim.is_some() || listed.is_some() => Motion::Missing,
        None => Motion::None,
    }
}

// --- Google -----------------------------------------------------------------------------------------------

/// A property of this node, in either of the ways to write one.
fn property<'a>(node: Node<'a, '_>, space: &str, name: &str) -> Option<&'a str> {
    let child = || {
        let mut children = node.children();
        children.find(|child| child.has_tag_name((space, name)))?.text()
    };
    node.attribute((space, name)).or_else(child).map(str::trim)
}

/// The items of the container lie behind each other at the end of the file, in the order of its list.
fn in_container(packet: &Document<'_>) -> Option<(u64, u64)> {
    let items = packet
        .descendants()
        .filter(|node| node.has_tag_name((CONTAINER, "Item")));
    let mut from_end = None;
    for item in items.take(MOST_ITEMS) {
        let number = |name| -> Option<u64> { property(item, ITEM, name).unwrap_or("0").parse().ok() };
        let (size, padding) = (number("Length")?, number("Padding")?);
        if property(item, ITEM, "Semantic") == Some("MotionPhoto") {
            from_end = Some((0, size));
        }
        if let Some((sum, movie)) = from_end {
            let sum: u64 = sum;
            from_end = Some((sum.checked_add(size)?.checked_add(padding)?, movie));
        }
    }
    from_end
}

fn begins_at(bytes: &[u8], from_end: u64) -> bool {
    let from_end = usize::try_from(from_end).unwrap_or(usize::MAX);
    // A HEIC begins as a movie does.
    let at = bytes.len().checked_sub(from_end).filter(|at| *at > 0);
    at.is_some_and(|at| is_movie(&bytes[at..]))
}

fn is_movie(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}

/// `mpvd`, beside the boxes of the picture.
fn in_box(bytes: &[u8]) -> Option<u64> {
    let (_, body) = boxes(bytes).find(|(name, body)| name == b"mpvd" && is_movie(body))?;
    Some(body.len() as u64)
}

// --- Samsung ----------------------------------------------------------------------------------------------

/// The list that ends with `SEFT`: none where it is not there or has no movie in it, else the movie if it is where the list
/// says.
fn in_trailer(bytes: &[u8]) -> Option<Option<u64>> {
    const MOVIE: [u8; 2] = 0x0a30_u16.to_le_bytes();
    let number = |bytes: &[u8], at: usize| -> Option<usize> {
        let number: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(number)).ok()
    };
    let (inner, size) = bytes.strip_suffix(b"SEFT")?.split_last_chunk::<4>()?;
    let at = inner.len().checked_sub(number(size, 0)?)?;
    let list = inner[at..].strip_prefix(b"SEFH")?;
    // A version and how many there are; of each two bytes of nothing, its kind, how far before the list, its size.
    let count = number(list, 4)?.min(MOST_ITEMS);
    let mut entries = list.get(8..)?.chunks_exact(12).take(count);
    let entry = entries.find(|entry| entry[2..4] == MOVIE)?;
    let movie = || {
        let from = at.checked_sub(number(entry, 4)?)?;
        let block = bytes.get(from..from.checked_add(number(entry, 8)?)?)?;
        // The kind once more and the length of its name, then the name: `MotionPhoto_Data`.
        let movie = block.get(number(block, 4)?.checked_add(8)?..)?;
        is_movie(movie).then_some(movie.len() as u64)
    };
    Some(movie())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;
    use albumen_testkit::motion::{self, Form};
    use albumen_testkit::{movie, picture};

    fn photo() -> Vec<u8> {
        picture::jpeg(&picture::paint(5, 1, (64, 48)), 70)
    }

    fn clip() -> Vec<u8> {
        movie::taken("2024-05-17T10:11:12+0200", 900)
    }

    fn found(bytes: &[u8]) -> Motion {
        let claim = metadata::read(Kind::Jpeg, bytes, None).told.motion;
        find(Kind::Jpeg, bytes, claim.as_ref())
    }

    #[test]
    fn a_movie_is_found_in_every_form_that_phones_write() {
        let (photo, clip) = (photo(), clip());
        let size = clip.len() as u64;
        for form in Form::ALL {
            let made = motion::photo(form, &photo, &clip);
            assert_eq!(found(&made), Motion::Movie(size), "{form:?}");
            assert!(made.windows(clip.len()).any(|part| part == clip), "{form:?}");
        }
        assert_eq!(found(&photo), Motion::None);
    }

    #[test]
    fn what_is_said_and_not_there_is_missing() {
        let (photo, clip) = (photo(), clip());
        for form in Form::ALL {
            let stripped = motion::photo(form, &photo, b"");
            assert_eq!(found(&stripped), Motion::Missing, "{form:?}: without its movie");
            let other = motion::photo(form, &photo, &[7; 900]);
            assert_eq!(
                found(&other),
                Motion::Missing,
                "{form:?}: something else is there"
            );
            let whole = motion::photo(form, &photo, &clip);
            let cut = &whole[..whole.len() - clip.len() / 2];
            let expected = if form == Form::Samsung {
                // What said so is cut off too.
                Motion::None
            } else {
                Motion::Missing
            };
            assert_eq!(found(cut), expected, "{form:?}: cut");
        }
    }

    #[test]
    fn a_movie_of_which_nothing_is_said_is_none() {
        assert_eq!(found(&[photo(), clip()].concat()), Motion::None);
        let off = motion::xmp(
            r#"GCamera:MotionPhoto="0" GCamera:MicroVideo="0" GCamera:MicroVideoOffset="900""#,
            "",
        );
        let made = motion::with_xmp(&photo(), &off);
        assert_eq!(found(&[made, clip()].concat()), Motion::None);
    }

    #[test]
    fn the_movie_may_be_followed_by_other_items() {
        let clip = clip();
        let items = [
            motion::item("Primary", 0, 0),
            motion::item("GainMap", 70, 0),
            motion::item("MotionPhoto", clip.len() as u64, 0),
            motion::item("Notes", 30, 5),
        ];
        let packet = motion::xmp(r#"GCamera:MotionPhoto="1""#, &items.concat());
        let made = motion::with_xmp(&photo(), &packet);
        let made = [&made[..], &[1; 70], &clip, &[2; 35]].concat();
        assert_eq!(found(&made), Motion::Movie(clip.len() as u64));
        // As elements instead of attributes.
        let packet = packet.replace(r#"GCamera:MotionPhoto="1""#, "").replace(
            "<Container:Directory>",
            "<GCamera:MotionPhoto> 1\n</GCamera:MotionPhoto><Container:Directory>",
        );
        let made = motion::with_xmp(&photo(), &packet);
        let made = [&made[..], &[1; 70], &clip, &[2; 35]].concat();
        assert_eq!(found(&made), Motion::Movie(clip.len() as u64));
    }

    #[test]
    fn numbers_of_no_measure_are_no_places() {
        let (photo, clip) = (photo(), clip());
        let numbers = [
            "0",
            "1",
            "-1",
            "18446744073709551615",
            "99999999999999999999",
            "x",
            "",
        ];
        for number in numbers {
            let micro = format!(r#"GCamera:MicroVideo="1" GCamera:MicroVideoOffset="{number}""#);
            let made = motion::with_xmp(&photo, &motion::xmp(&micro, ""));
            assert_eq!(found(&[made, clip.clone()].concat()), Motion::Missing, "{number}");
            for (length, padding) in [(number, "0"), ("900", number), (number, number)] {
                let item = format!(
                    r#"<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="MotionPhoto" Item:Length="{length}"
                       Item:Padding="{padding}"/></rdf:li>"#
                );
                let packet = motion::xmp(r#"GCamera:MotionPhoto="1""#, &item.repeat(3));
                let made = motion::with_xmp(&photo, &packet);
                assert_eq!(found(&[made, b"no movie".to_vec()].concat()), Motion::Missing);
            }
        }
        let samsung = motion::photo(Form::Samsung, &photo, &clip);
        for at in samsung.len() - 100..samsung.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut odd = samsung.clone();
                odd[at] = byte;
                found(&odd);
            }
            found(&samsung[..at]);
        }
    }

    #[test]
    fn a_heic_has_a_box_for_it() {
        let clip = clip();
        let heic = [movie::boxed(b"ftyp", b"heic"), movie::boxed(b"mdat", &[3; 50])].concat();
        let made = motion::heic(&heic, &clip);
        assert_eq!(find(Kind::Heic, &made, None), Motion::Movie(clip.len() as u64));
        assert_eq!(find(Kind::Png, &made, None), Motion::None);
        assert_eq!(find(Kind::Heic, &heic, None), Motion::None);
        // What is said points at the beginning of the picture itself.
        let claim = Claim {
            places: vec![(heic.len() as u64, 58)],
        };
        assert_eq!(find(Kind::Heic, &heic, Some(&claim)), Motion::Missing);
        let empty = motion::heic(&heic, b"");
        assert_eq!(find(Kind::Heic, &empty, Some(&claim)), Motion::Missing);
    }
}
