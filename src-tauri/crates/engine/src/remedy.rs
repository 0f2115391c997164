//! What the person can do when the test of a destination fails: one sentence for the form they have before them. What
//! happened is said by the failed check itself.

use albumen_store::{Error, ErrorKind, Spec};

/// `None` where the error's own message says it.
pub(crate) fn of(spec: &Spec, failed: &Error) -> Option<&'static str> {
    match failed.kind {
        ErrorKind::Denied => denied(spec),
        ErrorKind::NoSuchPlace | ErrorKind::NotThere => missing(spec),
        ErrorKind::Unreachable if matches!(spec, Spec::Folder { .. }) => {
            Some("Check that the disk or the share is connected.")
        }
        ErrorKind::Unreachable => Some("Check the address, and that this computer is online."),
        ErrorKind::RateLimited => Some("Wait a few minutes."),
        ErrorKind::Full => Some("Make room there, or choose another home."),
        _ => None,
    }
}

fn denied(spec: &Spec) -> Option<&'static str> {
    match spec {
        Spec::Folder { .. } => Some("Choose a folder that you may write in."),
        Spec::S3 { .. } => Some(
            "Type the access key and the secret key again, and check that this key may read, write, list and delete in the bucket.",
        ),
        Spec::Gcs { .. } => Some(
            "Check in the Google Cloud console that this key is still listed under the service account, and that the account has the role “Storage Object Admin” on the bucket.",
        ),
        Spec::Azure { .. } => Some(
            "Copy the key again from the Azure portal, Access keys, and check that it belongs to this storage account.",
        ),
        Spec::Webdav { .. } => Some(
            "Type the user and the password again. Nextcloud wants an app password where people sign in with a second factor.",
        ),
        Spec::Drive { .. } | Spec::Dropbox { .. } => Some("Sign in again, and allow everything it asks for."),
        // What `ssh` said is told with what to do.
        Spec::Sftp { .. } => None,
    }
}

fn missing(spec: &Spec) -> Option<&'static str> {
    match spec {
        Spec::S3 { .. } => Some(
            "Check the name of the bucket and its region. Albumen makes no buckets: make it at your provider first.",
        ),
        Spec::Gcs { .. } => Some(
            "Check the name of the bucket. Albumen makes no buckets: make it in the Google Cloud console first.",
        ),
        Spec::Azure { .. } => Some(
            "Check the name of the container. Albumen makes no containers: make it in the Azure portal first.",
        ),
        Spec::Webdav { .. } | Spec::Sftp { .. } => Some(
            "Check the name of the folder, and that its disk is there. Make the folder if it is a new one.",
        ),
        Spec::Folder { .. } | Spec::Drive { .. } | Spec::Dropbox { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(url: &str, kind: ErrorKind) -> Option<&'static str> {
        of(&Spec::parse(url).expect("a spec"), &Error::new(kind, "No."))
    }

    #[test]
    fn a_refused_secret_is_answered_in_the_words_of_its_form() {
        for (url, word) in [
            ("s3://pictures", "secret key"),
            ("gcs://pictures", "service account"),
            (
                "azure://pictures?endpoint=https://me.blob.core.windows.net",
                "Access keys",
            ),
            ("webdavs://me@cloud.example/dav", "password"),
            ("gdrive:///Photos", "Sign in again"),
            ("file:///photos", "folder"),
        ] {
            let said = remedy(url, ErrorKind::Denied).unwrap_or_default();
            assert!(said.contains(word), "{url}: {said}");
        }
        assert_eq!(remedy("sftp://me@nas/photos", ErrorKind::Denied), None);
    }

    #[test]
    fn what_says_all_by_itself_is_not_said_twice() {
        assert_eq!(remedy("s3://pictures", ErrorKind::ClockSkew), None);
        assert_eq!(remedy("gdrive:///Photos", ErrorKind::SignInAgain), None);
    }
}
