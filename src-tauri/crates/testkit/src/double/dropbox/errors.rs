//! Refusals in Dropbox's forms: 400 as text, 401 and 409 as tagged JSON, 429 with `Retry-After`.

use crate::double::call::Stop;
use crate::double::fault::Fault;
use crate::double::reply::Reply;
use serde_json::{Value, json};

/// A tagged union: `["path", "conflict", "file"]` is `path`, holding `conflict`, holding `file`. `fields` are those of
/// the innermost.
pub(super) fn tagged(tags: &[&str], fields: &Value) -> Value {
    let Some((tag, rest)) = tags.split_first() else {
        return Value::Null;
    };
    let mut value = if rest.is_empty() {
        fields.clone()
    } else {
        json!({*tag: tagged(rest, fields)})
    };
    value[".tag"] = (*tag).into();
    value
}

/// 409 with the whole error said in `error_summary` too.
pub(super) fn conflict(tags: &[&str]) -> Reply {
    conflict_with(tags, &tagged(tags, &json!({})))
}

pub(super) fn conflict_with(tags: &[&str], error: &Value) -> Reply {
    let summary = format!("{}/..", tags.join("/"));
    Reply::json(409, &json!({"error_summary": summary, "error": error}))
}

/// 400: the request itself is wrong.
pub(super) fn bad_input(op: &str, why: &str) -> Stop {
    Reply::text(400, format!("Error in call to API function \"{op}\": {why}")).into()
}

pub(crate) fn bad_token(tag: &str) -> Reply {
    let summary = format!("{tag}/..");
    Reply::json(401, &json!({"error_summary": summary, "error": {".tag": tag}}))
}

pub(super) fn too_many_requests(seconds: u64) -> Reply {
    Reply::json(429, &too_many("too_many_requests", Some(seconds))).with("retry-after", &seconds.to_string())
}

fn too_many(reason: &str, seconds: Option<u64>) -> Value {
    let mut error = json!({"reason": {".tag": reason}});
    if let Some(seconds) = seconds {
        error["retry_after"] = seconds.into();
    }
    json!({"error_summary": format!("{reason}/.."), "error": error})
}

/// 429 `too_many_requests` (or `too_many_write_operations`) with `Retry-After`, to be scripted.
pub fn rate_limited(reason: &str, seconds: u64) -> Fault {
    Fault::json(429, &too_many(reason, Some(seconds))).header("retry-after", &seconds.to_string())
}

/// 409 of these tags, to be scripted: `["path", "too_many_write_operations"]`.
pub fn refused(tags: &[&str]) -> Fault {
    let error = tagged(tags, &json!({}));
    let summary = format!("{}/..", tags.join("/"));
    Fault::json(409, &json!({"error_summary": summary, "error": error}))
}

/// 401 of this tag, to be scripted: `expired_access_token`, `invalid_access_token`, `user_suspended`.
pub fn unauthorized(tag: &str) -> Fault {
    let summary = format!("{tag}/..");
    Fault::json(401, &json!({"error_summary": summary, "error": {".tag": tag}}))
}
