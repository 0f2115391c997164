//! What a far side said to a request, beyond the body somebody asked for: the facts errors are told apart by.

use http::HeaderMap;
use serde::Deserialize;
use std::time::Duration;

/// Longest wait we take from a far side; beyond, a wrong clock is likelier than a wish.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Default)]
pub struct Said {
    pub status: u16,
    /// The provider's own word for an error, such as `SlowDown`.
    pub code: Option<String>,
    pub message: Option<String>,
    /// `Retry-After`.
    pub after: Option<Duration>,
}

/// The error body of S3 and its kin.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct XmlError {
    code: String,
    #[serde(default)]
    message: String,
}

impl Said {
    pub(super) fn new(status: u16, headers: Option<&HeaderMap>, text: Option<&[u8]>) -> Self {
        let error = text
            .and_then(|text| std::str::from_utf8(text).ok())
            .and_then(|text| quick_xml::de::from_str::<XmlError>(text).ok());
        let (code, message) = error.map_or((None, None), |error| (Some(error.code), Some(error.message)));
        let after = headers
            .and_then(|headers| headers.get(http::header::RETRY_AFTER))
            .and_then(|value| value.to_str().ok())
            .and_then(wait)
            .map(|wait| wait.min(LONGEST_WAIT));
        Self {
            status,
            code,
            message,
            after,
        }
    }

    /// Refused for its pace alone and not carried out.
    pub fn is_throttled(&self) -> bool {
        const CODES: [&str; 5] = [
            "SlowDown",
            "TooManyRequests",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
        ];
        matches!(self.status, 429 | 503) || self.code.as_deref().is_some_and(|code| CODES.contains(&code))
    }
}

/// Seconds, or a date (RFC 9110, 10.2.3).
fn wait(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(1e6)));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?;
    let ms = at.timestamp().as_millisecond() - albumen_files::clock::now_ms();
    u64::try_from(ms).ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_or_dates() {
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("-3"), None);
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), None, "long gone");
        assert!(wait("Thu, 06 Nov 2194 08:49:37 GMT").is_some_and(|wait| wait > LONGEST_WAIT));
    }

    #[test]
    fn the_providers_word_is_read() {
        let text =
            br#"<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please.</Message><X/></Error>"#;
        let said = Said::new(400, None, Some(text));
        assert_eq!(said.code.as_deref(), Some("SlowDown"));
        assert!(said.is_throttled());
        assert!(!Said::new(403, None, Some(b"<html>no</html>")).is_throttled());
    }
}
