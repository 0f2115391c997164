//! Every name that a plan can give arrives as it is, and is listed, read and deleted under that very name.

use super::home::{Home, noise, sha256, through};
use super::list::listed;
use albumen_model::key::component;

/// Stores one photo per key, and sees each under its key and no other; then deletes them one by one.
async fn keeps(home: &Home, keys: &[String]) {
    let mut stored = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let bytes = noise(at as u64, 100 + at);
        let put = home
            .destination
            .put(key, &home.original(&bytes), &through())
            .await;
        let put = put.unwrap_or_else(|error| panic!("{key:?}: {error} ({:?})", error.kind));
        assert!(!put.adopted, "{key:?} was free");
        stored.push((key.clone(), bytes, put.version));
    }
    let mut sorted = keys.to_vec();
    sorted.sort();
    assert_eq!(home.outside.keys(), sorted, "under these names and no others");
    let names: Vec<String> = listed(&home.destination)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(names, sorted);
    for (key, bytes, _) in &stored {
        assert_eq!(home.outside.read(key).as_ref(), Some(bytes), "{key:?}");
        let there = home
            .destination
            .head(key, &through())
            .await
            .expect("head")
            .expect("it is there");
        assert_eq!(there.size, bytes.len() as u64, "{key:?}");
        let (digest, _, _) = home.destination.digest(key, &through()).await.expect("read back");
        assert_eq!(digest, sha256(bytes), "{key:?}");
        let to = home.bring_back(bytes);
        home.destination
            .fetch(key, to.clone(), &through())
            .await
            .expect("fetch");
        assert_eq!(home.fetched(&to).as_ref(), Some(bytes), "{key:?}");
    }
    for (key, _, version) in &stored {
        home.destination.delete_if(key, version).await.expect("delete");
        sorted.retain(|left| left != key);
        assert_eq!(home.outside.keys(), sorted, "only {key:?} went");
    }
}

/// As [`keeps`], with the keys that a plan makes of these file names.
async fn keeps_names(home: &Home, names: &[&[u8]]) {
    let keys: Vec<String> = names
        .iter()
        .map(|name| format!("2024/{}", component(name)))
        .collect();
    keeps(home, &keys).await;
}

pub async fn plain_letters(home: &Home) {
    keeps_names(home, &[b"IMG_0001.JPG"]).await;
}

pub async fn a_space_inside_and_in_front(home: &Home) {
    keeps_names(home, &[b"my photo.jpg", b" in front.jpg", b"two  of them.jpg"]).await;
}

pub async fn bytes_that_are_not_utf_8(home: &Home) {
    keeps_names(home, &[b"\xff\xfe.jpg", b"caf\xe9.jpg"]).await;
}

pub async fn a_line_break(home: &Home) {
    keeps_names(home, &[b"line\nbreak.jpg", b"tab\tand\x01more.jpg"]).await;
}

pub async fn emoji(home: &Home) {
    keeps_names(home, &["🏖️ beach 👨‍👩‍👧.jpg".as_bytes(), "日本語.heic".as_bytes()]).await;
}

pub async fn accents(home: &Home) {
    keeps_names(
        home,
        &["Žluťoučký kůň.jpg".as_bytes(), "naïve ÅÄÖ ß.jpg".as_bytes()],
    )
    .await;
}

/// Both forms make one key, so that the second photo meets the first instead of hiding beside it.
pub async fn one_name_in_two_normal_forms(home: &Home) {
    let (composed, apart) = (
        component("caf\u{e9}.jpg".as_bytes()),
        component("cafe\u{301}.jpg".as_bytes()),
    );
    home.destination
        .put(&composed, &home.original(b"first"), &through())
        .await
        .expect("put");
    let second = home
        .destination
        .put(&apart, &home.original(b"other"), &through())
        .await;
    assert_eq!(second.expect_err("taken").kind, albumen_store::ErrorKind::Exists);
    assert_eq!(home.outside.keys(), ["caf\u{e9}.jpg"]);
    assert_eq!(home.outside.read(&composed).as_deref(), Some(&b"first"[..]));
}

pub async fn two_names_that_differ_in_case(home: &Home) {
    keeps_names(home, &[b"IMG_1.JPG", b"img_1.jpg", b"Img_1.jpg"]).await;
}

pub async fn the_longest_name(home: &Home) {
    let (ascii, wide) = (
        format!("{}.jpg", "n".repeat(400)),
        format!("{}.jpeg", "é".repeat(300)),
    );
    keeps_names(home, &[ascii.as_bytes(), wide.as_bytes()]).await;
}

pub async fn a_dash_in_front(home: &Home) {
    keeps_names(home, &[b"-rf.jpg", b"--help"]).await;
}

pub async fn quotes_and_brackets(home: &Home) {
    keeps_names(
        home,
        &[
            b"it's \"quoted\".jpg",
            b"[1] (2) {3} <4>.jpg",
            b"back\\slash|pipe.jpg",
            b"$HOME `ls` ^.jpg",
        ],
    )
    .await;
}

pub async fn signs_of_urls(home: &Home) {
    keeps_names(
        home,
        &[
            b"a&b=c;d.jpg",
            b"#1?x.jpg",
            b"50%.jpg",
            b"user@host,~.jpg",
            b"!a:b*.jpg",
        ],
    )
    .await;
}

/// Decoding a key once too often would give them one name.
pub async fn a_name_that_looks_encoded(home: &Home) {
    keeps_names(
        home,
        &[b"100%41.jpg", b"100A.jpg", b"%2F.jpg", b"%252F.jpg", b"%.jpg"],
    )
    .await;
}

pub async fn a_plus_is_no_space(home: &Home) {
    keeps_names(home, &[b"a+b.jpg", b"a b.jpg", b"a%20b.jpg"]).await;
}

pub async fn a_dot_at_the_end(home: &Home) {
    keeps_names(home, &[b"dot.", b"space ", b"..", b"..."]).await;
}

pub async fn a_dot_in_front(home: &Home) {
    keeps_names(home, &[b".hidden.jpg", b".jpg"]).await;
}

pub async fn names_that_systems_keep_notes_under(home: &Home) {
    keeps_names(home, &[b".DS_Store", b"desktop.ini"]).await;
}

pub async fn names_that_windows_keeps_for_itself(home: &Home) {
    keeps_names(home, &[b"con.jpg", b"NUL", b"com1.heic"]).await;
}

pub async fn twenty_folders_deep(home: &Home) {
    let folders: Vec<String> = (1..=20).map(|depth| format!("folder {depth}")).collect();
    keeps(home, &[format!("{}/deep.jpg", folders.join("/"))]).await;
}

pub async fn names_that_begin_alike(home: &Home) {
    let keys = [
        "a/b.jpg",
        "a/b.jpg.xmp",
        "a/b.jpg~1.jpg",
        "a.jpg",
        "a-b/c.jpg",
        "ab/c.jpg",
    ];
    keeps(home, &keys.map(str::to_owned)).await;
}

/// More than the 1,024 bytes of S3: stored whole, or refused without ending the whole job.
pub async fn a_key_longer_than_any_server_takes(home: &Home) {
    let key = format!("{}/last.jpg", vec!["f".repeat(200); 8].join("/"));
    let put = home
        .destination
        .put(&key, &home.original(b"deep"), &through())
        .await;
    match put {
        Ok(_) => assert_eq!(home.outside.read(&key).as_deref(), Some(&b"deep"[..])),
        Err(refused) => {
            assert!(!refused.is_fatal(), "{refused} ({:?})", refused.kind);
            assert_eq!(home.outside.keys(), [""; 0]);
        }
    }
}
