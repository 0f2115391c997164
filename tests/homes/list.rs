//! A listing is whole or an error, and says the same as a look at each object.

use super::home::{Home, through};
use albumen_store::{Destination, ErrorKind, Listed, same_version};

/// More than one page of any of the servers.
const MANY: usize = 1_050;

/// Key, size and version of every object, in the order of the keys.
pub async fn listed(destination: &Destination) -> Vec<(String, u64, String)> {
    let mut all = Vec::new();
    let on_object = &mut |one: Listed| {
        all.push((one.key, one.size, one.version));
        true
    };
    destination.list(&through(), on_object).await.expect("list");
    all.sort();
    all
}

async fn keys(destination: &Destination) -> Vec<String> {
    listed(destination).await.into_iter().map(|one| one.0).collect()
}

async fn put(home: &Home, key: &str, bytes: &[u8]) -> String {
    let put = home.destination.put(key, &home.original(bytes), &through()).await;
    put.expect("put").version
}

async fn version_of(home: &Home, key: &str) -> String {
    home.destination
        .head(key, &through())
        .await
        .expect("head")
        .expect("it is there")
        .version
}

pub async fn an_empty_home_lists_nothing(home: &Home) {
    assert_eq!(keys(&home.destination).await, [""; 0]);
}

pub async fn every_object_once_over_many_pages(home: &Home) {
    let mut expected: Vec<String> = (0..MANY).map(|at| format!("{}/{at}.jpg", at % 7)).collect();
    for key in &expected {
        // On the disk where that is seen: a request each takes its time.
        home.outside.rot(key, key.as_bytes());
    }
    expected.sort();
    let found = listed(&home.destination).await;
    assert!(found.iter().all(|(key, size, _)| *size == key.len() as u64));
    assert_eq!(found.into_iter().map(|one| one.0).collect::<Vec<_>>(), expected);
}

pub async fn what_strangers_put_there_is_listed(home: &Home) {
    put(home, "2024/ours.jpg", b"ours").await;
    home.outside.write("holiday/theirs #1.txt", b"not ours");
    assert_eq!(
        keys(&home.destination).await,
        ["2024/ours.jpg", "holiday/theirs #1.txt"]
    );
}

pub async fn sizes_are_those_of_head(home: &Home) {
    for (key, size) in [("a.jpg", 1), ("b/c.jpg", 1_000), ("b/d.jpg", 100_000)] {
        put(home, key, &vec![7; size]).await;
    }
    for (key, size, _) in listed(&home.destination).await {
        let there = home
            .destination
            .head(&key, &through())
            .await
            .expect("head")
            .expect("it is there");
        assert_eq!(there.size, size, "{key}");
    }
}

pub async fn versions_stay_while_nothing_changes(home: &Home) {
    put(home, "a.jpg", b"a photo").await;
    let before = listed(&home.destination).await;
    put(home, "b.jpg", b"another").await;
    assert!(!before[0].2.is_empty());
    assert_eq!(listed(&home.again()).await[0], before[0]);
}

pub async fn versions_change_with_the_bytes(home: &Home) {
    put(home, "a.jpg", b"a photo").await;
    let before = listed(&home.destination).await;
    home.outside.write("a.jpg", b"A PHOTO");
    assert_ne!(listed(&home.destination).await[0].2, before[0].2);
}

pub async fn a_listing_that_is_stopped_says_so(home: &Home) {
    put(home, "a.jpg", b"a photo").await;
    put(home, "b.jpg", b"another").await;
    let mut seen = 0;
    let stop = &mut |_: Listed| {
        seen += 1;
        false
    };
    let stopped = home.destination.list(&through(), stop).await;
    let stopped = stopped.expect_err("part of a listing is no listing");
    assert_eq!((stopped.kind, seen), (ErrorKind::Stopped, 1));
}

pub async fn a_neighbour_is_not_listed(home: &Home) {
    put(home, "a.jpg", b"ours").await;
    let neighbour = home.neighbour();
    neighbour
        .put("b.jpg", &home.original(b"theirs"), &through())
        .await
        .expect("put");
    assert_eq!(keys(&home.destination).await, ["a.jpg"]);
    assert_eq!(keys(&neighbour).await, ["b.jpg"]);
    assert_eq!(
        home.destination.head("b.jpg", &through()).await.expect("head"),
        None
    );
}

pub async fn no_home_is_not_an_empty_home(home: &Home) {
    let gone = home.nowhere().list(&through(), &mut |_| true).await;
    assert_eq!(
        gone.expect_err("nothing can be listed").kind,
        ErrorKind::NoSuchPlace
    );
}

pub async fn head_of_nothing_is_nothing(home: &Home) {
    put(home, "2024/a.jpg", b"a photo").await;
    for key in ["2024/b.jpg", "2024/a.jp", "2023/a.jpg", "nowhere/deeper/a.jpg"] {
        assert_eq!(
            home.destination.head(key, &through()).await.expect("head"),
            None,
            "{key}"
        );
    }
}

pub async fn head_tells_size_and_digest(home: &Home) {
    let original = home.original(b"a photo");
    home.destination
        .put("a.jpg", &original, &through())
        .await
        .expect("put");
    let there = home
        .destination
        .head("a.jpg", &through())
        .await
        .expect("head")
        .expect("it is there");
    assert_eq!((there.size, there.claimed), (7, Some(original.sha256)));
}

pub async fn head_tells_the_same_version_again(home: &Home) {
    let put = put(home, "a.jpg", b"a photo").await;
    assert!(!put.is_empty());
    assert!(same_version(&version_of(home, "a.jpg").await, &put));
    let again = home
        .again()
        .head("a.jpg", &through())
        .await
        .expect("head")
        .expect("it is there");
    assert!(same_version(&again.version, &put), "for another program too");
}

pub async fn head_tells_another_version_after_an_edit(home: &Home) {
    let before = put(home, "a.jpg", b"a photo").await;
    home.outside.write("a.jpg", b"A PHOTO");
    let after = version_of(home, "a.jpg").await;
    assert!(!same_version(&after, &before), "also when the size stays");
}

pub async fn a_home_that_is_there_is_there(home: &Home) {
    assert!(home.destination.is_there(&through()).await.expect("an answer"));
    put(home, "a.jpg", b"a photo").await;
    assert!(home.destination.is_there(&through()).await.expect("an answer"));
}

pub async fn a_home_that_nobody_made_is_not_there(home: &Home) {
    assert!(!home.nowhere().is_there(&through()).await.expect("an answer"));
}
