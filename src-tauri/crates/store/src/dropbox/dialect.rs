//! How Dropbox says no: mostly by status 409 and tags within tags, which `error_summary` joins by slashes (its HTTP
//! documentation, "Errors by status code").

use crate::error::ErrorKind;
use crate::s3::by_status;
use crate::wire::{Dialect, Pace, Said};
use serde_json::Value;

pub(crate) static DIALECT: Dialect = Dialect {
    pace: Pace::UNKNOWN,
    read,
    throttled: |said| said.status == 429,
    kind,
};

/// What a refusal of a malformed request, which is plain text, is cut to.
const LONGEST_TEXT: usize = 200;

fn read(text: &[u8]) -> Option<(String, String)> {
    crate::json::error(text).or_else(|| {
        let text = std::str::from_utf8(text).ok()?.trim();
        let is_text = !text.is_empty() && !text.starts_with(['<', '{', '[']);
        is_text.then(|| (text.chars().take(LONGEST_TEXT).collect(), String::new()))
    })
}

fn kind(said: &Said) -> Option<ErrorKind> {
    use ErrorKind as E;
    let summary = said.code.as_deref().unwrap_or_default();
    match said.status {
        // A token that was renewed just now is refused too.
        401 if summary.starts_with("missing_scope") => Some(E::Denied),
        401 => Some(E::SignInAgain),
        409 => by_summary(summary),
        503 => Some(E::Unreachable),
        status => by_status(status),
    }
}

/// What tags mean, wherever in the summary they are.
pub(super) fn by_summary(summary: &str) -> Option<ErrorKind> {
    use ErrorKind as E;
    let kind = |tag: &str| match tag {
        // The account is locked for a commit by another one: nothing of it was carried out.
        "too_many_write_operations" => Some(E::RateLimited),
        "conflict" => Some(E::Exists),
        "insufficient_space" | "insufficient_quota" => Some(E::Full),
        "malformed_path" | "disallowed_name" => Some(E::NameRefused),
        "no_write_permission" | "team_folder" => Some(E::Denied),
        "payload_too_large" | "too_large" => Some(E::TooLarge),
        "content_hash_mismatch" => Some(E::BadDigest),
        "not_found" => Some(E::NotThere),
        "internal_error" => Some(E::Unreachable),
        _ => None,
    };
    summary.split('/').find_map(kind)
}

/// The tags of an error within an answer, joined as `error_summary` joins them.
pub(super) fn summary(error: &Value) -> String {
    let mut tags = Vec::new();
    let mut at = error;
    while let Some(tag) = at.get(".tag").and_then(Value::as_str).or(at.as_str()) {
        tags.push(tag);
        match at.get(tag) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    tags.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(status: u16, text: &str) -> Said {
        Said::new(&DIALECT, status, None, Some(text.as_bytes()))
    }

    fn conflict(summary: &str) -> Option<ErrorKind> {
        let error = json!({"error_summary": format!("{summary}/.."), "error": {".tag": "other"}});
        said(409, &error.to_string()).kind
    }

    #[test]
    fn tags_tell_what_happened() {
        for (summary, kind) in [
            ("path/conflict/file", Some(ErrorKind::Exists)),
            ("path/insufficient_space", Some(ErrorKind::Full)),
            ("path/disallowed_name", Some(ErrorKind::NameRefused)),
            ("path/malformed_path", Some(ErrorKind::NameRefused)),
            ("path/not_found", Some(ErrorKind::NotThere)),
            ("content_hash_mismatch", Some(ErrorKind::BadDigest)),
            ("path/team_folder", Some(ErrorKind::Denied)),
            ("something_new", None),
        ] {
            assert_eq!(conflict(summary), kind, "{summary}");
        }
    }

    #[test]
    fn a_locked_account_stops_its_committer_and_not_everybody() {
        let locked = said(
            409,
            r#"{"error_summary":"path/too_many_write_operations/..","error":{}}"#,
        );
        assert_eq!(
            (locked.throttled, locked.kind),
            (false, Some(ErrorKind::RateLimited))
        );
        assert!(said(429, r#"{"error":{"reason":{".tag":"too_many_requests"}}}"#).throttled);
    }

    #[test]
    fn a_refused_token_is_a_matter_of_the_person() {
        let refused = |tag: &str| said(401, &json!({"error_summary": tag, "error": {}}).to_string()).kind;
        assert_eq!(refused("expired_access_token/.."), Some(ErrorKind::SignInAgain));
        assert_eq!(refused("user_suspended/"), Some(ErrorKind::SignInAgain));
        assert_eq!(refused("missing_scope/."), Some(ErrorKind::Denied));
    }

    #[test]
    fn plain_words_are_kept_and_pages_are_not() {
        assert_eq!(
            said(400, "Error in call: bad arg").words(),
            "Error in call: bad arg"
        );
        assert_eq!(said(502, "<html>").words(), "it answered 502");
        assert_eq!(said(500, "").kind, Some(ErrorKind::Unreachable));
    }

    #[test]
    fn an_error_within_an_answer_reads_like_one_of_its_own() {
        let error = json!({".tag": "path", "path": {".tag": "conflict", "conflict": {".tag": "file"}}});
        assert_eq!(summary(&error), "path/conflict/file");
        assert_eq!(
            summary(&json!({".tag": "too_many_write_operations"})),
            "too_many_write_operations"
        );
    }
}
