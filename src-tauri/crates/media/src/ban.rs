//! What other programs leave among photos and nobody wants moved.
//! Sources: Synology and QNAP manuals, macOS and Windows documentation, the ban lists of the common import tools.

/// Folders that are never entered: thumbnails and bins of NAS boxes, systems and this project's own markers.
const FOLDERS: [&str; 15] = [
    "@eadir",
    "#recycle",
    "@recycle",
    "@tmp",
    ".trash",
    ".trashes",
    "$recycle.bin",
    "recycler",
    ".spotlight-v100",
    ".fseventsd",
    "system volume information",
    ".thumbnails",
    "recently deleted",
    ".albumen",
    ".albumen-quarantine",
];

const FILES: [&str; 5] = [
    "thumbs.db",
    "ehthumbs.db",
    ".ds_store",
    "desktop.ini",
    ".picasa.ini",
];

const FILE_PREFIXES: [&str; 3] = ["._", "synofile_thumb", albumen_files::PART_PREFIX];

/// `.Trash-1000` is how Linux desktops name the bin of a volume.
const FOLDER_PREFIXES: [&str; 1] = [".trash-"];

/// True for a folder that is passed by whole.
pub fn is_banned_folder(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_lowercase();
    FOLDERS.contains(&name.as_str()) || FOLDER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// True for a file that is counted as excluded and not read.
pub fn is_banned_file(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_lowercase();
    FILES.contains(&name.as_str()) || FILE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bans_by_name_whatever_the_case() {
        for name in [
            "@eaDir",
            "#recycle",
            ".Trashes",
            "$RECYCLE.BIN",
            ".Trash-1000",
            ".albumen",
        ] {
            assert!(is_banned_folder(name.as_bytes()), "{name}");
        }
        for name in ["Thumbs.db", ".DS_Store", "._IMG_1.jpg"] {
            assert!(is_banned_file(name.as_bytes()), "{name}");
        }
        assert!(!is_banned_folder(b"Trash talk 2019"));
        assert!(!is_banned_file(b"_IMG_1.jpg"));
    }
}
