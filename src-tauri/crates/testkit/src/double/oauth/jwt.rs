//! The assertion of a service account, as Google's token endpoint looks at it (RFC 7523). The signature must be there and
//! is not checked: that needs a key the kit would have to keep.

use crate::date::now;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::time::UNIX_EPOCH;

pub(crate) const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The address of Google's own endpoint is as good as that of the double.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
const LONGEST_LIFE: i64 = 3600;
const CLOCKS_DIFFER: i64 = 300;
/// A signature with the smallest RSA key Google gives out.
const SMALLEST_SIGNATURE: usize = 256;

/// The scopes asked for.
pub(crate) fn check(assertion: &str, token_url: &str) -> Result<String, String> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err("Invalid JWT: three parts are needed".to_owned());
    };
    let decode = |part: &str| {
        let decoded = URL_SAFE_NO_PAD.decode(part);
        decoded.map_err(|_| "Invalid JWT: a part is not base64url without padding".to_owned())
    };
    let read = |part: &str| -> Result<Value, String> {
        serde_json::from_slice(&decode(part)?).map_err(|_| "Invalid JWT: a part is not JSON".to_owned())
    };
    let (header, claims) = (read(header)?, read(claims)?);
    if decode(signature)?.len() < SMALLEST_SIGNATURE {
        return Err("Invalid JWT Signature.".to_owned());
    }
    if header["alg"] != "RS256" || header["typ"] != "JWT" {
        return Err("Invalid JWT: alg must be RS256, typ JWT".to_owned());
    }
    let text = |name: &str| match claims[name].as_str() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(format!("Invalid JWT: {name} is missing")),
    };
    if !text("iss")?.contains('@') {
        return Err("Invalid JWT: iss must be the address of the account".to_owned());
    }
    let audience = text("aud")?;
    if audience != token_url && audience != AUDIENCE {
        return Err("Invalid JWT: aud".to_owned());
    }
    let time = |name: &str| claims[name].as_i64().ok_or(format!("Invalid JWT: {name}"));
    let (issued, expires) = (time("iat")?, time("exp")?);
    let clock = now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let clock = i64::try_from(clock).unwrap_or(i64::MAX);
    let short = expires > issued && expires - issued <= LONGEST_LIFE;
    if !short || issued > clock + CLOCKS_DIFFER || expires + CLOCKS_DIFFER < clock {
        return Err(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
                .to_owned(),
        );
    }
    text("scope").map(str::to_owned)
}
