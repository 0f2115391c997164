//! A whole library, by the built program: names of every kind, twins in case among them.

use super::{COMMIT, LOOK, START};
use albumen_testkit::app::Cli;
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::oauth::CLIENT_ID;
use albumen_testkit::library::{self, Options};
use albumen_testkit::tree;

const DOWNLOAD: &str = "files/download";

#[test]
fn a_library_moves_and_is_proven_by_dropboxs_own_hash() {
    let work = tempfile::tempdir().expect("temp dir");
    let double = Dropbox::start(&work.path().join("dropbox"));
    let options = Options {
        photos: 60,
        odd: true,
        size: (64, 48),
        ..Options::default()
    };
    let library = library::make(&work.path().join("library"), &options);
    let cli = Cli::new(work.path())
        .env("ALBUMEN_CLIENT_ID", CLIENT_ID)
        .env("ALBUMEN_REFRESH_TOKEN", double.oauth().refresh_token());
    let url = format!("dropbox:///Photos?api={}", double.endpoint());
    cli.run(&["scan", &library.root.to_string_lossy()]);
    double.forget();
    cli.run(&["migrate", &url]);
    let counted = [START, COMMIT, LOOK, DOWNLOAD].map(|op| (op, double.count(op)));
    println!("{} requests to move: {counted:?}", double.asked().len());
    let stored: Vec<String> = double
        .objects()
        .iter()
        .map(|object| tree::sha256(&object.file))
        .collect();
    let odd = library.odd.as_ref().expect("odd entries");
    let strange = [&odd.non_utf8, &odd.newline, &odd.dash, &odd.emoji, &odd.long];
    let twins = odd.unicode_twins.iter().chain(&odd.case_twins);
    for path in library.photos.iter().chain(strange).chain(twins) {
        assert!(stored.contains(&tree::sha256(path)), "{path:?} did not arrive");
    }
    assert_eq!((double.overwrites(), double.twins()), (0, 0));
    double.forget();
    let verified = cli.ok(&["verify", &url, "--digest"]);
    let said = verified.json.iter().find(|line| line["type"] == "verification");
    let said = said.expect("what was verified");
    println!("{said}");
    assert_eq!(
        (&said["missing"], &said["different"], &said["readBack"]),
        (&0.into(), &0.into(), &0.into())
    );
    assert_eq!(double.count(DOWNLOAD), 0, "nothing is read back");
}
