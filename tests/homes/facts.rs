//! What a place can do, tried out past the code under test: a case that needs more is `n/a` there and says why.

use super::outside::Outside;
use albumen_testkit::http::{Answer, Ask, Client};
use std::collections::BTreeSet;

/// Something a place can do or cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// A write that must not replace is refused when the name is taken.
    RefusesToReplace,
    /// So is the completion of an upload in parts.
    RefusesToReplaceInParts,
    /// A request with a wrong signature is refused.
    LooksAtKeys,
    /// The digest can be kept beside the object.
    KeepsMetadata,
    /// The modification time of the original can be kept.
    KeepsTimes,
    /// A listing tells one version of an object from another.
    ListsVersions,
    /// Names that differ in case are two names.
    TellsCases,
    /// An object of no bytes can be stored.
    KeepsNothing,
    /// Uploads that were not completed can be listed.
    ListsUploads,
    /// Keys of a thousand bytes are kept, with metadata.
    KeepsLongKeys,
    /// A name below that of an object is stored or refused, and not met with an error of the server.
    AnswersBelowObjects,
    /// A place that nobody made is told from an empty one.
    KnowsItsPlaces,
    /// Nothing can be put into a place that nobody made.
    MustBeMade,
    /// It is reached over a network.
    IsFar,
}

impl Fact {
    /// Why a case that needs this is not applicable.
    pub fn missing(self) -> &'static str {
        match self {
            Self::RefusesToReplace => "ignores If-None-Match",
            Self::RefusesToReplaceInParts => "ignores If-None-Match for parts",
            Self::LooksAtKeys => "does not look at keys",
            Self::KeepsMetadata => "keeps no metadata",
            Self::KeepsTimes => "keeps no times",
            Self::ListsVersions => "lists no versions",
            Self::TellsCases => "merges cases",
            Self::KeepsNothing => "refuses empty objects",
            Self::ListsUploads => "does not list uploads",
            Self::KeepsLongKeys => "keeps no long keys",
            Self::AnswersBelowObjects => "breaks below an object",
            Self::KnowsItsPlaces | Self::MustBeMade => "is made when it is needed",
            Self::IsFar => "is on this machine",
        }
    }
}

pub type Facts = BTreeSet<Fact>;

/// Tries everything out in a room of its own.
pub fn probe(room: &Outside) -> Facts {
    match &room.bucket {
        Some((client, path)) => of_bucket(room, client, path),
        None => of_folder(room),
    }
}

fn of_folder(room: &Outside) -> Facts {
    let folder = room.folder.as_ref().expect("a folder");
    room.write("case", b"");
    let kept = room.read("case").is_some_and(|bytes| bytes.is_empty());
    let again = std::fs::File::create_new(folder.join("case"));
    let tells_cases = std::fs::File::create_new(folder.join("CASE")).is_ok();
    let deep = format!("{}/case", vec!["f".repeat(200); 4].join("/"));
    room.write(&deep, b"one");
    let facts = [
        (Fact::KeepsLongKeys, room.read(&deep).is_some()),
        // The system refuses it.
        (
            Fact::AnswersBelowObjects,
            std::fs::File::create_new(folder.join("case/below")).is_err(),
        ),
        (Fact::RefusesToReplace, again.is_err()),
        (Fact::RefusesToReplaceInParts, again.is_err()),
        (Fact::KeepsTimes, room.time_of("case").is_some()),
        // Every file has an inode and times.
        (Fact::ListsVersions, true),
        (Fact::TellsCases, tells_cases),
        (Fact::KeepsNothing, kept),
    ];
    held(facts)
}

fn of_bucket(room: &Outside, client: &Client, path: &str) -> Facts {
    let (bucket, prefix) = path[1..].split_once('/').expect("a room in a bucket");
    let bucket = format!("/{bucket}");
    let no_replace = ("if-none-match", "*");

    let digest = "0123456789abcdef";
    let notes = [
        ("x-amz-meta-sha256", digest),
        ("x-amz-meta-mtime", "1400000000.123456789"),
    ];
    let put = room.ask("PUT", "case", &notes, b"one");
    assert!(
        put.is_good(),
        "nothing can be stored: {} {}",
        put.status,
        put.text()
    );
    let head = room.ask("HEAD", "case", &[], b"");
    let again = room.ask("PUT", "case", &[no_replace], b"two");
    room.ask("PUT", "CASE", &[], b"three");
    let cases = room.read("case") != room.read("CASE");
    room.ask("PUT", "nothing", &[], b"");
    let nothing = room.ask("GET", "nothing", &[], b"");
    let listed = client.ask(Ask {
        method: "GET",
        path: &bucket,
        query: &[("list-type", "2"), ("prefix", prefix)],
        ..Ask::default()
    });
    let listed = listed.expect("an answer").elements("ETag");
    let below = room.ask("PUT", "case/below", &[], b"one");
    let long = vec!["f".repeat(200); 5].join("/");
    room.ask("PUT", &long[..1_000 - path.len()], &notes, b"one");
    let long = room.ask("HEAD", &long[..1_000 - path.len()], &[], b"");
    let mut stranger = room.clone();
    let keys = client
        .keys
        .clone()
        .map(|(access, _)| (access, "wrong".to_owned()));
    stranger.bucket = Some((
        Client {
            keys,
            ..client.clone()
        },
        path.to_owned(),
    ));
    let mut nobodys = room.clone();
    nobodys.bucket = Some((client.clone(), format!("{bucket}-of-nobody")));
    let (completed, lists_uploads) = in_parts(room, client, path);
    let facts = [
        (Fact::RefusesToReplace, again.status == 412),
        (Fact::RefusesToReplaceInParts, completed.status == 412),
        (
            Fact::LooksAtKeys,
            stranger.ask("GET", "case", &[], b"").status == 403,
        ),
        (
            Fact::KeepsMetadata,
            head.header("x-amz-meta-sha256") == Some(digest),
        ),
        (Fact::KeepsTimes, head.header("x-amz-meta-mtime").is_some()),
        (Fact::ListsVersions, listed.iter().any(|etag| !etag.is_empty())),
        (Fact::TellsCases, cases),
        (Fact::KeepsNothing, nothing.is_good() && nothing.body.is_empty()),
        (Fact::ListsUploads, lists_uploads),
        (
            Fact::KeepsLongKeys,
            long.header("x-amz-meta-sha256") == Some(digest),
        ),
        (Fact::AnswersBelowObjects, below.status < 500),
        // In this order: asking may make it.
        (
            Fact::KnowsItsPlaces,
            nobodys.ask("GET", "", &[], b"").status == 404,
        ),
        (
            Fact::MustBeMade,
            !nobodys.ask("PUT", "case", &[], b"one").is_good(),
        ),
        (Fact::IsFar, true),
    ];
    held(facts)
}

/// What completing an upload in parts says when its name was taken on the way, and whether it was listed until then.
fn in_parts(room: &Outside, client: &Client, path: &str) -> (Answer, bool) {
    let path = format!("{path}/parts");
    let ask = |method, query: &[(&str, &str)], headers: &[(&str, &str)], body: &[u8]| {
        let ask = Ask {
            method,
            path: &path,
            query,
            headers,
            body,
        };
        client.ask(ask).expect("an answer")
    };
    let begun = ask("POST", &[("uploads", "")], &[], b"");
    let id = begun.elements("UploadId").pop().expect("an upload has an id");
    let listed = room.unfinished() == 1;
    let sent = ask("PUT", &[("partNumber", "1"), ("uploadId", &id)], &[], b"one part");
    let etag = sent.header("etag").unwrap_or_default();
    room.ask("PUT", "parts", &[], b"another's");
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
    );
    let completed = ask(
        "POST",
        &[("uploadId", &id)],
        &[("if-none-match", "*")],
        body.as_bytes(),
    );
    ask("DELETE", &[("uploadId", &id)], &[], b"");
    (completed, listed && room.unfinished() == 0)
}

fn held<const N: usize>(facts: [(Fact, bool); N]) -> Facts {
    facts
        .into_iter()
        .filter(|(_, held)| *held)
        .map(|(fact, _)| fact)
        .collect()
}
