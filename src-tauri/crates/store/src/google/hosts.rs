//! Which servers may see a token. A bearer token opens everything its account may do, for whoever sees it: it goes to
//! Google over TLS, or to a server on this machine, and a destination that names another is refused.

use crate::error::{Error, ErrorKind, Result};
use url::{Host, Url};

const GOOGLE: &str = ".googleapis.com";

pub(crate) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

pub(crate) fn is_google(url: &Url) -> bool {
    url.scheme() == "https" && url.host_str().is_some_and(|host| host.ends_with(GOOGLE))
}

/// The base of all requests, if a token may go there.
pub(crate) fn trusted(base: &str) -> Result<Url> {
    Url::parse(base)
        .ok()
        .filter(|url| is_here(url) || is_google(url))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Denied,
                "The address is neither Google's nor on this machine: the key is not sent there.",
            )
        })
}

/// Where an answer of `base` sends us next, if a token may go there. On this machine a server may be behind another: only
/// path and query count.
pub(crate) fn next(base: &str, location: &str) -> Result<String> {
    let base = trusted(base)?;
    let said = base
        .join(location)
        .map_err(|error| Error::new(ErrorKind::Other, format!("The storage names no address: {error}")))?;
    if is_here(&base) {
        let mut here = base;
        here.set_path(said.path());
        here.set_query(said.query());
        return Ok(here.into());
    }
    trusted(said.as_str()).map(|_| said.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_google_and_to_this_machine() {
        for good in [
            "https://storage.googleapis.com",
            "https://storage.europe-west3.rep.googleapis.com",
            "http://127.0.0.1:9",
            "http://[::1]:9",
        ] {
            assert!(trusted(good).is_ok(), "{good}");
        }
        for bad in [
            "http://storage.googleapis.com",
            "https://googleapis.com.example",
            "https://evilgoogleapis.com",
            "http://localhost:9",
            "https://192.168.1.4",
            "nonsense",
        ] {
            assert_eq!(
                trusted(bad).map_err(|error| error.kind),
                Err(ErrorKind::Denied),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_session_stays_where_tokens_may_go() {
        let google = "https://storage.googleapis.com";
        let session = "https://storage.googleapis.com/upload/storage/v1/b/x/o?upload_id=a%2Fb";
        assert_eq!(next(google, session).expect("Google's"), session);
        assert!(next(google, "https://elsewhere.example/upload?upload_id=1").is_err());
        assert_eq!(
            next("http://127.0.0.1:9", "http://emulator:80/upload/x?upload_id=1").expect("here"),
            "http://127.0.0.1:9/upload/x?upload_id=1"
        );
    }
}
