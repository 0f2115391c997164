//! A command that has ended has closed its catalog: the write-ahead log, which a crash would leave, is gone.

use crate::photos;
use albumen_testkit::app::Cli;
use albumen_testkit::s3::Server;
use std::path::Path;

fn left(state: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(state).expect("list");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn after_every_command_the_catalog_is_closed() {
    let temp = tempfile::tempdir().expect("temp dir");
    let work = temp.path().canonicalize().expect("path");
    let library = work.join("library");
    photos::make(&library, 30, |_| 2000);
    let server = Server::start(&work.join("s3"));
    server.create_bucket("pictures");
    let at_s3 = format!(
        "s3://pictures/lib?endpoint={}&region=us-east-1",
        server.endpoint()
    );
    let folder = format!("file://{}", work.join("D").display());
    let mut cli = Cli::new(&work).keys_of(&server);
    cli.catalog = work.join("state/catalog.db");
    let library = library.to_string_lossy().into_owned();
    let closed = |args: &[&str], status: i32| {
        let output = cli.run(args);
        assert_eq!(
            output.status, status,
            "{args:?}: {}{}",
            output.stdout, output.stderr
        );
        let names = ["catalog.db", "catalog.db.lock", "catalog.db.thumbs"];
        assert_eq!(left(&work.join("state")), names, "after {args:?}");
    };
    // What is left to chance when threads end shows after some tries.
    for _ in 0..3 {
        closed(&["scan", &library], 0);
        closed(&["groups"], 0);
        for url in [folder.as_str(), at_s3.as_str()] {
            closed(&["plan", url], 0);
            closed(&["migrate", url], 0);
            closed(&["verify", url], 0);
            closed(&["delete-originals", url], 2);
            closed(
                &[
                    "delete-originals",
                    url,
                    "--permanent",
                    "--confirm",
                    "delete 30 originals",
                ],
                0,
            );
            closed(&["rollback", url], 0);
        }
        closed(&["verify", &folder], 2);
    }
}
