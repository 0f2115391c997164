//! What a far side said to a request, beyond the body somebody asked for: the facts errors are told apart by.

use crate::error::ErrorKind;
use crate::wire::pacer::Pace;
use http::HeaderMap;
use std::time::Duration;

/// Longest wait we take from a far side; beyond, a wrong clock is likelier than a wish.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// How one kind of storage says no.
#[derive(Debug)]
pub struct Dialect {
    /// How many requests it takes.
    pub pace: Pace,
    /// Finds the provider's own word for an error, and its sentence, in the body of a refusal.
    pub read: fn(&[u8]) -> Option<(String, String)>,
    /// Refused for its pace alone and not carried out.
    pub throttled: fn(&Said) -> bool,
    /// What it means for the job; `None` where the reply itself says nothing.
    pub kind: fn(&Said) -> Option<ErrorKind>,
}

#[derive(Debug, Clone, Default)]
pub struct Said {
    pub status: u16,
    /// The provider's own word for an error, such as `SlowDown`.
    pub code: Option<String>,
    pub message: Option<String>,
    /// `Retry-After`.
    pub after: Option<Duration>,
    pub throttled: bool,
    pub kind: Option<ErrorKind>,
}

impl Said {
    pub(crate) fn new(
        dialect: &Dialect,
        status: u16,
        headers: Option<&HeaderMap>,
        text: Option<&[u8]>,
    ) -> Self {
        let (code, message) = text.and_then(dialect.read).unzip();
        let after = headers
            .and_then(|headers| headers.get(http::header::RETRY_AFTER))
            .and_then(|value| value.to_str().ok())
            .and_then(wait)
            .map(|wait| wait.min(LONGEST_WAIT));
        let mut said = Self {
            status,
            code,
            message,
            after,
            ..Self::default()
        };
        if status >= 400 {
            said.throttled = (dialect.throttled)(&said);
            said.kind = if said.throttled {
                Some(ErrorKind::RateLimited)
            } else {
                (dialect.kind)(&said)
            };
        }
        said
    }

    /// For people, where the kind of error has no words of its own.
    pub(crate) fn words(&self) -> String {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) if !message.is_empty() => format!("{code}: {message}"),
            (Some(code), _) => code.clone(),
            _ => format!("it answered {}", self.status),
        }
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

/// Reads `value` as a wait.
pub(crate) fn taste(value: &str) {
    wait(value);
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
}
