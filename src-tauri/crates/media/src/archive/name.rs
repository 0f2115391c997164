//! Names in an archive as paths below a folder: only what is plainly below it.

use super::Refusal;
use albumen_model::RelPath;

/// What our own unfinished and leaving files begin with; scans pass them by.
const OURS: &[u8] = b".albumen-";

/// Both slashes part folders, since archives of Windows have either. Bytes that are not UTF-8 stay as they are.
pub(super) fn safe(raw: &[u8]) -> Result<RelPath, Refusal> {
    let is_slash = |byte: &u8| matches!(byte, b'/' | b'\\');
    let has_drive = raw.get(1) == Some(&b':') && raw[0].is_ascii_alphabetic();
    if raw.is_empty() || raw.contains(&0) || raw.first().is_some_and(is_slash) || has_drive {
        return Err(Refusal::Name);
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in raw.split(is_slash) {
        match part {
            b"" | b"." => {}
            b".." => return Err(Refusal::Name),
            ours if ours.starts_with(OURS) => return Err(Refusal::OwnName),
            plain => parts.push(plain),
        }
    }
    if parts.is_empty() || raw.last().is_some_and(is_slash) {
        return Err(Refusal::Name);
    }
    Ok(RelPath(parts.join(&b'/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_below_the_folder_or_is_refused() {
        let path = |raw: &[u8]| safe(raw).map(|path| String::from_utf8_lossy(&path.0).into_owned());
        for (raw, expected) in [
            (&b"Takeout/a.jpg"[..], "Takeout/a.jpg"),
            (b"Takeout\\Google Photos\\a.jpg", "Takeout/Google Photos/a.jpg"),
            (b"./a//b/./c.jpg", "a/b/c.jpg"),
            (b"..a/b...jpg", "..a/b...jpg"),
            (b"1:2.jpg", "1:2.jpg"),
        ] {
            assert_eq!(path(raw).as_deref(), Ok(expected));
        }
        for raw in [
            &b""[..],
            b"..",
            b"../a.jpg",
            b"a/../../b.jpg",
            b"a/../b.jpg",
            b"..\\..\\a.jpg",
            b"/etc/passwd",
            b"\\\\server\\share",
            b"C:\\a.jpg",
            b"c:a.jpg",
            b"a\0b.jpg",
            b"./",
            b"a/",
        ] {
            assert_eq!(path(raw), Err(Refusal::Name), "{raw:?}");
        }
        assert_eq!(path(b"a/.albumen-part-1"), Err(Refusal::OwnName));
    }
}
