//! Questions to a storage that keeps everybody waiting hear a stop, wherever they wait.

use super::home::temp;
use albumen_store::{Destination, ErrorKind, Flow, Keys, Secret, Spec};
use albumen_testkit::s3::Server;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_is_busy_for_ever_is_not_waited_for_after_a_stop() {
    let work = temp();
    let server = Arc::new(Server::start(work.path()));
    server.create_bucket("pictures");
    let spec = Spec::S3 {
        bucket: "pictures".to_owned(),
        prefix: String::new(),
        endpoint: server.endpoint(),
        region: "us-east-1".to_owned(),
    };
    let keys = Keys {
        access: server.access_key().to_owned(),
        secret: server.secret_key().to_owned(),
    };
    let there = Destination::connect(&spec, Some(Secret::Keys(keys))).expect("connect");
    server.fail_next(100_000, 503);
    // Stopped once it was told to wait.
    let stopped = || {
        server.forget();
        let server = server.clone();
        Flow::free().while_wanted(move || server.asked().is_empty())
    };
    let soon = Duration::from_secs(60);
    let head = tokio::time::timeout(soon, there.head("a.jpg", &stopped())).await;
    let head = head.expect("soon").expect_err("stopped");
    let mut none = |_| true;
    let list = tokio::time::timeout(soon, there.list(&stopped(), &mut none)).await;
    let list = list.expect("soon").expect_err("stopped");
    let is_there = tokio::time::timeout(soon, there.is_there(&stopped())).await;
    let is_there = is_there.expect("soon").expect_err("stopped");
    for refused in [head, list, is_there] {
        assert_eq!(refused.kind, ErrorKind::Stopped, "{refused}");
    }
}
