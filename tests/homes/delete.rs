//! Only what is still the version that was placed is deleted.

use super::home::{Home, through};
use super::list::listed;
use albumen_store::ErrorKind;

const KEY: &str = "2024/photo.jpg";

async fn put(home: &Home, key: &str, bytes: &[u8]) -> String {
    let put = home.destination.put(key, &home.original(bytes), &through()).await;
    put.expect("put").version
}

pub async fn the_version_that_was_placed_goes(home: &Home) {
    let version = put(home, KEY, b"a photo").await;
    home.destination.delete_if(KEY, &version).await.expect("delete");
    assert_eq!(home.outside.read(KEY), None);
    assert_eq!(home.destination.head(KEY, &through()).await.expect("head"), None);
    assert_eq!(listed(&home.destination).await, []);
    assert!(
        home.destination.is_there(&through()).await.expect("an answer"),
        "the home itself stays"
    );
}

async fn stays(home: &Home, version: &str, bytes: &[u8]) {
    let refused = home
        .destination
        .delete_if(KEY, version)
        .await
        .expect_err("another version");
    assert_eq!(refused.kind, ErrorKind::Changed, "{refused}");
    assert_eq!(home.outside.read(KEY).as_deref(), Some(bytes));
}

pub async fn an_edited_object_stays(home: &Home) {
    let version = put(home, KEY, b"a photo").await;
    home.outside.write(KEY, b"a photo that was edited");
    stays(home, &version, b"a photo that was edited").await;
}

pub async fn an_edit_of_the_same_size_stays(home: &Home) {
    let version = put(home, KEY, b"a photo").await;
    home.outside.write(KEY, b"A PHOTO");
    stays(home, &version, b"A PHOTO").await;
}

pub async fn an_unknown_version_stays(home: &Home) {
    put(home, KEY, b"a photo").await;
    let other = put(home, "2024/other.jpg", b"another one").await;
    for version in ["", "*", &other] {
        stays(home, version, b"a photo").await;
    }
}

pub async fn what_is_gone_is_said_to_be_gone(home: &Home) {
    let version = put(home, KEY, b"a photo").await;
    home.outside.remove(KEY);
    let gone = home
        .destination
        .delete_if(KEY, &version)
        .await
        .expect_err("it is gone");
    assert_eq!(gone.kind, ErrorKind::NotThere, "{gone}");
}

pub async fn a_deleted_name_is_free_again(home: &Home) {
    let version = put(home, KEY, b"a photo").await;
    home.destination.delete_if(KEY, &version).await.expect("delete");
    put(home, KEY, b"another").await;
    assert_eq!(home.outside.read(KEY).as_deref(), Some(&b"another"[..]));
}

pub async fn deleting_spares_what_is_named_alike(home: &Home) {
    let others = [
        "2024/photo.jpg.xmp",
        "2024/photo.jpg~1.jpg",
        "2024/photo.jp",
        "2024/Photo.jpg2",
        "photo.jpg",
    ];
    for key in others {
        put(home, key, b"another").await;
    }
    let version = put(home, KEY, b"a photo").await;
    home.destination.delete_if(KEY, &version).await.expect("delete");
    let mut left = others.map(str::to_owned);
    left.sort();
    assert_eq!(home.outside.keys(), left);
}
