//! The stages of a migration, as commands.

use albumen_testkit::app::Output;
use serde_json::Value;

/// What is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Scan,
    Plan,
    Migrate,
    Verify,
    ToTrash,
    Permanent,
    /// After the originals were deleted for ever: they come back first.
    RestoreAndRollback,
    Rollback,
}

impl Stage {
    pub const ALL: [Self; 8] = [
        Self::Scan,
        Self::Plan,
        Self::Migrate,
        Self::Verify,
        Self::ToTrash,
        Self::Permanent,
        Self::RestoreAndRollback,
        Self::Rollback,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Plan => "plan",
            Self::Migrate => "migrate",
            Self::Verify => "verify",
            Self::ToTrash => "delete to trash",
            Self::Permanent => "delete for ever",
            Self::RestoreAndRollback => "restore and roll back",
            Self::Rollback => "roll back",
        }
    }

    /// Whether originals may leave their place.
    pub fn may_move_originals(self) -> bool {
        matches!(self, Self::ToTrash | Self::Permanent | Self::RestoreAndRollback)
    }

    /// What has to be done before, in order.
    pub fn before(self) -> &'static [Self] {
        match self {
            Self::Scan => &[],
            Self::Plan | Self::Migrate => &[Self::Scan],
            Self::Verify => &[Self::Scan, Self::Migrate],
            Self::ToTrash | Self::Permanent | Self::Rollback => &[Self::Scan, Self::Migrate, Self::Verify],
            Self::RestoreAndRollback => &[Self::Scan, Self::Migrate, Self::Verify, Self::Permanent],
        }
    }

    /// What a finished run says that has to be the same after a run that was cut off: not times, not how much was left to do.
    pub fn told(self, output: &Output) -> Vec<Value> {
        let (kinds, but): (&[&str], &[&str]) = match self {
            Self::Scan => (&["profile", "problem"], &[]),
            Self::Plan => (&["step", "report"], &["id"]),
            Self::Migrate => (
                &["report"],
                &[
                    "sent",
                    "adopted",
                    "markers",
                    "exports",
                    "copy",
                    "copied",
                    "alreadyThere",
                ],
            ),
            Self::Verify => (&["verification", "finding"], &["at"]),
            Self::ToTrash | Self::Permanent | Self::RestoreAndRollback | Self::Rollback => (&[], &[]),
        };
        let mut told = output.json.clone();
        told.retain(|line| line["type"].as_str().is_some_and(|kind| kinds.contains(&kind)));
        for line in told.iter_mut().filter_map(Value::as_object_mut) {
            line.retain(|name, _| !but.contains(&name.as_str()));
        }
        told
    }

    /// The arguments, for `library` to `url`. A deletion needs the words that confirm it.
    pub fn args(self, library: &str, url: &str, words: &str) -> Vec<String> {
        let args: &[&str] = match self {
            Self::Scan => &["scan", library],
            Self::Plan => &["plan", url],
            Self::Migrate => &["migrate", url, "--workers", "2"],
            Self::Verify => &["verify", url, "--full"],
            Self::ToTrash => &["delete-originals", url, "--confirm", words],
            Self::Permanent => &["delete-originals", url, "--permanent", "--confirm", words],
            Self::RestoreAndRollback | Self::Rollback => &["rollback", url],
        };
        args.iter().map(|arg| (*arg).to_owned()).collect()
    }
}
