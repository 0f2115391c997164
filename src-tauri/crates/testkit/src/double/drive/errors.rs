//! Refusals in Google's form.

use crate::double::call::Stop;
use crate::double::fault::Fault;
use crate::double::reply::Reply;
use serde_json::{Value, json};

/// Text of a rate that is exceeded for a moment.
pub const TOO_FAST: &str = "User Rate Limit Exceeded. Rate of requests for user exceed configured project quota, you may \
    consider re-evaluating expected per-user traffic to the API and adjust project quota limits accordingly.";
/// Text of the daily limit of uploads, as rclone tells it apart.
pub const TOO_MUCH_TODAY: &str = "User rate limit exceeded.";

fn body(code: u16, reason: &str, message: &str) -> Value {
    let one = json!({"domain": "global", "reason": reason, "message": message});
    json!({"error": {"code": code, "message": message, "errors": [one]}})
}

/// An error in Google's form, to be scripted: `error(403, "userRateLimitExceeded", TOO_FAST)`.
pub fn error(code: u16, reason: &str, message: &str) -> Fault {
    Fault::json(code, &body(code, reason, message))
}

pub(in crate::double) fn refusal(code: u16, reason: &str, message: &str) -> Reply {
    Reply::json(code, &body(code, reason, message))
}

pub(super) fn refuse(code: u16, reason: &str, message: &str) -> Stop {
    refusal(code, reason, message).into()
}

/// 400 about a parameter.
pub(super) fn parameter(name: &str, message: &str) -> Stop {
    let mut value = body(400, "invalidParameter", message);
    value["error"]["errors"][0]["location"] = name.into();
    value["error"]["errors"][0]["locationType"] = "parameter".into();
    Reply::json(400, &value).into()
}

pub(super) fn invalid(message: &str) -> Stop {
    refuse(400, "invalid", message)
}

pub(super) fn not_found(id: &str) -> Stop {
    refuse(404, "notFound", &format!("File not found: {id}."))
}

pub(super) fn too_fast(_seconds: u64) -> Reply {
    Reply::json(403, &body(403, "userRateLimitExceeded", TOO_FAST))
}
