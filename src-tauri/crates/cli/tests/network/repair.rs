//! A repair where a storage tells no versions for sure: what differs there is never replaced, and both may be kept.

use crate::home::{Home, Kind};
use albumen_testkit::app::Cli;
use albumen_testkit::picture;

const KEY: &str = "2019/2019-03/IMG_0001.jpg";

#[test]
fn over_sftp_what_differs_is_not_replaced_but_both_can_be_kept() {
    let work = tempfile::tempdir().expect("temp dir");
    let work = work.path().canonicalize().expect("path");
    let Some(mut home) = Home::start(Kind::Sftp, &work.join("home")) else {
        return;
    };
    home.enter("repair");
    let library = work.join("library");
    for number in 1..4u64 {
        let (_, bytes) = picture::taken_at(format!("2019:03:0{number} 10:11:12"), 41, number);
        crate::put(&library.join(format!("IMG_000{number}.jpg")), &bytes);
    }
    let original = std::fs::read(library.join("IMG_0001.jpg")).expect("read");
    let cli = Cli::new(&work.join("own"));
    let url = home.url();
    cli.ok(&["scan", &library.to_string_lossy()]);
    cli.ok(&["migrate", &url]);
    home.put_as_stranger(KEY, b"edited by somebody");
    let stored = || -> Vec<Vec<u8>> {
        let all = home.stored().into_iter();
        all.filter(|(key, _)| !key.starts_with(".albumen"))
            .map(|(_, bytes)| bytes)
            .collect()
    };
    let has = |bytes: &[u8]| stored().iter().any(|one| one == bytes);
    assert!(has(b"edited by somebody") && !has(&original));

    let refused = cli.run(&["reconcile", &url, "--repair", "--conflicts", "source"]);
    assert_eq!(refused.status, 1, "{}{}", refused.stdout, refused.stderr);
    assert!(
        has(b"edited by somebody") && !has(&original),
        "nothing was removed"
    );
    let again = cli.run(&["reconcile", &url]);
    assert_eq!(again.status, 1, "it stays named: {}", again.stdout);
    cli.ok(&["reconcile", &url, "--repair", "--conflicts", "both"]);
    assert!(has(b"edited by somebody") && has(&original));
    cli.ok(&["reconcile", &url]);
    cli.ok(&["verify", &url]);
}
