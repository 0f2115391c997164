//! Which archives are parts of one Takeout, by their names.

/// Letters of what names an export.
const STAMP: usize = "takeout-20240101T000000Z".len();

/// The export that an archive of this name is a part of: `takeout-20240101T000000Z-003.zip`, `-1-003.zip`, and what browsers
/// make of them (`-003 (1).zip`).
pub fn takeout_of(name: &str) -> Option<&str> {
    let stamp = name.get(..STAMP)?;
    let fits = |(is, like): (u8, u8)| match like {
        b'0' => is.is_ascii_digit(),
        other => is.eq_ignore_ascii_case(&other),
    };
    let like = "takeout-00000000T000000Z".bytes();
    stamp.bytes().zip(like).all(fits).then_some(stamp)
}

/// Which part of its export: the series (`-1-` in `-1-003`, empty without) and the number in it.
pub fn part_number(name: &str) -> Option<(&str, u32)> {
    let rest = takeout_of(name).and_then(|stamp| name.strip_prefix(stamp))?;
    let rest = rest.split(['.', ' ', '(']).next()?;
    let (series, number) = rest.rsplit_once('-')?;
    Some((series.trim_matches('-'), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_export_are_known_by_their_names() {
        for (name, series, number) in [
            ("takeout-20240101T000000Z-001.zip", "", 1),
            ("takeout-20240101T000000Z-012.zip", "", 12),
            ("takeout-20240101T000000Z-003 (1).zip", "", 3),
            ("takeout-20240101T000000Z-2-003.zip", "2", 3),
        ] {
            assert_eq!(takeout_of(name), Some("takeout-20240101T000000Z"));
            assert_eq!(part_number(name), Some((series, number)));
        }
        assert_eq!(takeout_of("photos.zip"), None);
        assert_eq!(takeout_of("takeout-2024-001.zip"), None);
        assert_eq!(part_number("takeout-20240101T000000Z.zip"), None);
    }
}
