//! What `ssh` and an SFTP server say when something does not work, as errors with words that help.

use super::packet::code;
use super::ssh::At;
use crate::error::{Error, ErrorKind, plain};

/// The connection is gone, or never came to be; `words` are what `ssh` wrote.
pub(super) fn lost(words: &str, why: &str, at: &At) -> Error {
    let says = |any: &[&str]| any.iter().any(|one| words.contains(one));
    let At { host, port, user, .. } = at;
    if says(&["IDENTIFICATION HAS CHANGED"]) {
        return Error::new(
            ErrorKind::Denied,
            format!(
                "{host} shows another key than it did before: it was set up anew, or this is another machine. Nothing was sent. If you know why, run `ssh-keygen -R \"[{host}]:{port}\"` and then `ssh -p {port} {user}@{host}`, and compare the fingerprint."
            ),
        );
    }
    if says(&["Host key verification failed", "host key is known"]) {
        return Error::new(
            ErrorKind::Denied,
            format!(
                "This computer does not know {host} yet. Run `ssh -p {port} {user}@{host}` in a terminal once, compare the fingerprint with that of the server, and answer `yes`. Then go on here."
            ),
        );
    }
    if says(&["UNPROTECTED PRIVATE KEY", "bad permissions"]) {
        return Error::new(
            ErrorKind::Denied,
            "Others can read the key's file, so `ssh` does not use it. Run `chmod 600` on it.",
        );
    }
    if says(&[
        "Permission denied",
        "Too many authentication failures",
        "not accessible",
    ]) {
        return Error::new(
            ErrorKind::Denied,
            format!(
                "{host} does not let {user} in with the keys that `ssh` has. Albumen never asks for passwords: put the public key into ~/.ssh/authorized_keys there, and one with a passphrase into the agent here."
            ),
        );
    }
    if says(&["subsystem request failed"]) {
        return Error::new(
            ErrorKind::Denied,
            format!("{host} lets {user} in, but offers no SFTP."),
        );
    }
    let line = words.lines().map(str::trim).rfind(|line| !line.is_empty());
    Error::new(
        ErrorKind::Unreachable,
        plain(line.unwrap_or(why), ErrorKind::Unreachable),
    )
}

/// The server said no.
pub(super) fn refused(status: u32, words: &str) -> Error {
    let kind = match status {
        code::NO_SUCH_FILE => ErrorKind::NotThere,
        code::PERMISSION_DENIED => ErrorKind::Denied,
        code::NO_CONNECTION | code::CONNECTION_LOST => ErrorKind::Unreachable,
        _ if words.contains("space") || words.contains("uota") => ErrorKind::Full,
        _ => ErrorKind::Other,
    };
    match (kind, status) {
        (ErrorKind::Denied, _) => Error::new(
            kind,
            "The server forbids it: its folder is not this user's to write.",
        ),
        (ErrorKind::Other, code::OP_UNSUPPORTED) => Error::new(kind, "The server cannot do that."),
        (ErrorKind::Other, _) => Error::new(kind, format!("The server refused: {words}")),
        _ => Error::new(kind, plain(words, kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> At {
        At {
            host: "nas".to_owned(),
            port: 2222,
            user: "me".to_owned(),
            key: String::new(),
        }
    }

    #[test]
    fn first_contact_says_what_to_do() {
        let said = "No ED25519 host key is known for [nas]:2222 and you have requested strict checking.\nHost key verification failed.";
        let error = lost(said, "", &at());
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(error.message.contains("`ssh -p 2222 me@nas`"), "{error}");
    }

    #[test]
    fn what_ssh_says_is_told_apart() {
        for (said, kind) in [
            (
                "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @",
                ErrorKind::Denied,
            ),
            ("me@nas: Permission denied (publickey).", ErrorKind::Denied),
            (
                "ssh: connect to host nas port 2222: Connection refused",
                ErrorKind::Unreachable,
            ),
            ("", ErrorKind::Unreachable),
        ] {
            assert_eq!(lost(said, "broken pipe", &at()).kind, kind, "{said}");
        }
    }

    #[test]
    fn a_status_is_told_by_its_number_and_a_full_disk_by_its_words() {
        assert_eq!(refused(code::NO_SUCH_FILE, "x").kind, ErrorKind::NotThere);
        assert_eq!(refused(4, "Failure").kind, ErrorKind::Other);
        assert_eq!(refused(4, "No space left on device").kind, ErrorKind::Full);
    }
}
