//! Which files stand at the destination: by inode and time of change, so that one that was written again is another.

use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Default)]
pub struct Standing(BTreeMap<PathBuf, Which>);

#[derive(Debug, PartialEq, Eq)]
struct Which {
    inode: u64,
    changed_ns: i128,
    size: u64,
}

impl Standing {
    pub fn of(root: &Path, paths: impl Iterator<Item = PathBuf>) -> Self {
        let each = paths.map(|path| {
            let meta = root.join(&path).symlink_metadata().expect("there");
            let which = Which {
                inode: meta.ino(),
                changed_ns: i128::from(meta.ctime()) * 1_000_000_000 + i128::from(meta.ctime_nsec()),
                size: meta.len(),
            };
            (path, which)
        });
        Self(each.collect())
    }

    fn bytes(&self) -> u64 {
        self.0.values().map(|which| which.size).sum()
    }

    /// What a run sent although it stood there, by its own report and by what stands there `later`.
    pub fn sent_again(&self, later: &Self, said: &[Value]) -> Vec<String> {
        let mut broken = Vec::new();
        for (path, which) in &self.0 {
            if later.0.get(path) != Some(which) {
                broken.push(format!("sent again: {path:?} is another file now"));
            }
        }
        let Some(report) = said.iter().find(|line| line["type"] == "report") else {
            return broken;
        };
        let sent = |what: &str| report["sent"][what].as_u64().expect("a number");
        let missing = (
            later.0.len().saturating_sub(self.0.len()) as u64,
            later.bytes().saturating_sub(self.bytes()),
        );
        if (sent("files"), sent("bytes")) != missing {
            broken.push(format!("sent again: {missing:?} was missing: {report}"));
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_testkit::write::put;
    use serde_json::json;
    use std::process::Command;

    #[test]
    fn a_file_that_was_written_again_and_a_report_of_too_much_raise_the_alarm() {
        let work = tempfile::tempdir().expect("temp dir");
        let now = |names: &[&str]| Standing::of(work.path(), names.iter().map(PathBuf::from));
        let report = |files: u64, bytes: u64| {
            vec![json!({ "type": "report", "sent": { "files": files, "bytes": bytes } })]
        };
        put(work.path().join("a"), b"aa", 1);
        let before = now(&["a"]);
        put(work.path().join("b"), b"bbb", 1);
        let after = now(&["a", "b"]);
        assert_eq!(before.sent_again(&after, &report(1, 3)), [""; 0]);
        assert!(before.sent_again(&after, &report(2, 5))[0].contains("was missing"));
        put(work.path().join("new"), b"aa", 1);
        let moved = Command::new("mv")
            .current_dir(work.path())
            .args(["new", "a"])
            .status();
        assert!(moved.expect("mv").success());
        assert!(before.sent_again(&now(&["a", "b"]), &report(1, 3))[0].contains("another file"));
    }
}
