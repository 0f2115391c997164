//! Whatever a layout makes of the names of a library: no two files share a key, and a scan of the destination finds the very
//! assets that the scan of the source found.

use albumen_media::pair::{Candidate, pair};
use albumen_migrate::naming::{Asked, Attempt, Names, Ties};
use albumen_model::layout::Facts;
use albumen_model::{AssetId, FileId, Kind, Layout, NameLimits, Sha256, key};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const TEMPLATES: [&str; 10] = [
    "{original folder}/{original name}",
    "{year}/{year}-{month}/{original name}",
    "all/{original name}",
    "{day} {original name}",
    "{original name} - {camera}",
    "{camera}/{sequence}",
    "{year}/{album|original folder|\"No album\"}/{sequence}",
    "{album} {sequence} {original name}",
    "{sha8}",
    "{place|\"\"}/{year}.{month} {sha8}",
];
const STEMS: [&str; 10] = [
    "IMG_1",
    "img_1",
    "IMG_1(1)",
    "a.b",
    "con",
    "a?",
    "a_",
    "caf\u{e9}",
    "cafe\u{301}",
    "a name that is far too long for any takeout to keep whole in its json",
];
const ENDINGS: [(&str, Kind); 15] = [
    (".jpg", Kind::Jpeg),
    (".JPG", Kind::Jpeg),
    ("", Kind::Jpeg),
    (".heic", Kind::Heic),
    (".png", Kind::Png),
    (".CR2", Kind::Raw),
    (".mov", Kind::Video),
    (".xmp", Kind::Sidecar),
    (".jpg.xmp", Kind::Sidecar),
    (".AAE", Kind::Sidecar),
    (".jpg.json", Kind::Other),
    (".json", Kind::Other),
    (".jpg.supplemental-metadata.json", Kind::Other),
    (".jpg.suppl.json", Kind::Other),
    // Takeout's own places for its numbers, and where it cuts.
    ("\0", Kind::Other),
];
const FOLDERS: [&str; 3] = ["2019", "Trips/2019", "Backup"];
const ALBUMS: [Option<&str>; 3] = [None, Some("Lisbon"), Some("lisbon")];

#[derive(Debug, Clone)]
struct File {
    folder: usize,
    name: String,
    kind: Kind,
}

/// Names as they occur, one of each in a folder whatever its case.
fn library() -> impl Strategy<Value = Vec<File>> {
    let one = (0..FOLDERS.len(), 0..STEMS.len(), 0..ENDINGS.len());
    proptest::collection::vec(one, 1..40).prop_map(|all| {
        let mut seen = BTreeSet::new();
        let files = all.into_iter().map(|(folder, stem, ending)| {
            let (stem, (ending, kind)) = (STEMS[stem], ENDINGS[ending]);
            let name = match ending {
                "\0" if stem.ends_with("(1)") => format!("{}.jpg(1).json", &stem[..stem.len() - 3]),
                "\0" => format!("{}.json", stem.chars().take(46).collect::<String>()),
                _ => format!("{stem}{ending}"),
            };
            File { folder, name, kind }
        });
        files
            .filter(|file| seen.insert((file.folder, key::fold(&file.name))))
            .collect()
    })
}

/// Files of each asset that moves, the primary first.
fn assets(files: &[(String, String, Kind)]) -> Vec<Vec<usize>> {
    let mut folders: BTreeMap<&str, Vec<Candidate>> = BTreeMap::new();
    for (id, (folder, name, kind)) in files.iter().enumerate() {
        folders.entry(folder).or_default().push(Candidate {
            id: FileId(id as i64),
            name: name.clone().into_bytes(),
            kind: *kind,
            content_id: None,
            taken: None,
        });
    }
    let made = folders.into_values().flat_map(pair).map(|asset| {
        let all = std::iter::once(asset.primary).chain(asset.companions);
        all.map(|id| usize::try_from(id.0).expect("small"))
            .collect::<Vec<_>>()
    });
    made.filter(|asset| files[asset[0]].2.moves()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn a_scan_of_the_destination_finds_the_same_photos(
        files in library(),
        template in 0..TEMPLATES.len(),
        tight in any::<bool>(),
        same_bytes in any::<bool>(),
    ) {
        let source: Vec<_> = files
            .iter()
            .map(|file| (FOLDERS[file.folder].to_owned(), file.name.clone(), file.kind))
            .collect();
        let limits = if tight { NameLimits { component: 60, key: 200 } } else { NameLimits::default() };
        let mut names = Names::new(Layout::parse(TEMPLATES[template]).expect("parses"), limits);
        let mut moved: HashMap<usize, String> = HashMap::new();
        let found = assets(&source);
        for asset in &found {
            let primary = source[asset[0]].1.as_bytes();
            let folder = &source[asset[0]].0;
            let sha256 = Sha256([if same_bytes { 7 } else { asset[0] as u8 }; 32]);
            let display = format!("/{folder}/{}", source[asset[0]].1);
            let ties = asset.iter().fold(Ties::new(&display, primary), |ties, &at| {
                ties.with(source[at].2, source[at].1.as_bytes(), primary)
            });
            let asked = Asked {
                asset: AssetId(asset[0] as i64),
                facts: Facts {
                    date: None,
                    camera: Some("EOS 5.0"),
                    album: ALBUMS[asset[0] % ALBUMS.len()],
                    name: primary,
                    folder: folder.as_bytes(),
                    sha256: Some(sha256),
                    ..Facts::default()
                },
                names: asset.iter().map(|&at| source[at].1.as_bytes()).collect(),
                digest: sha256,
                ties,
            };
            let mut attempt = Attempt::default();
            let named = names.next(&asked, &mut attempt).expect("a name");
            names.give(&named, &asked, Some(&attempt));
            moved.extend(asset.iter().copied().zip(named.keys));
        }

        let folds: BTreeSet<String> = moved.values().map(|key| key::fold(key)).collect();
        prop_assert_eq!(folds.len(), moved.len(), "{:?}", moved);
        let mut there: Vec<usize> = moved.keys().copied().collect();
        there.sort_unstable();
        let destination: Vec<_> = there
            .iter()
            .map(|at| {
                let (folder, name) = moved[at].rsplit_once('/').unwrap_or(("", &moved[at]));
                (folder.to_owned(), name.to_owned(), source[*at].2)
            })
            .collect();
        let again: BTreeSet<BTreeSet<usize>> = assets(&destination)
            .into_iter()
            .map(|asset| asset.into_iter().map(|at| there[at]).collect())
            .collect();
        let before: BTreeSet<BTreeSet<usize>> =
            found.iter().map(|asset| asset.iter().copied().collect()).collect();
        prop_assert_eq!(before, again, "{}: {:?}", TEMPLATES[template], moved);
    }
}
