//! A wall clock that jumps, for one program and while it runs. By libfaketime, which answers in the system's place; what
//! measures spans, and the times of files, stay true.

use crate::write::{make_dir, put};
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Clock {
    library: PathBuf,
    says: PathBuf,
}

impl Clock {
    /// Right, until it is set. `work` is a folder of its own. `None`, and said aloud, where libfaketime is missing.
    pub fn new(work: &Path) -> Option<Self> {
        let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
        let libraries = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
        let Some(library) = libraries.into_iter().find(|library| library.is_file()) else {
            return crate::servers::missing("a clock that jumps", "libfaketime is missing");
        };
        make_dir(work);
        let clock = Self {
            library,
            says: work.join("clock"),
        };
        clock.set("+0");
        Some(clock)
    }

    /// From now on: `+1d`, `-3600`, or local time as `@2026-10-25 02:59:59`, from where it goes on.
    #[expect(clippy::disallowed_methods, reason = "whoever reads it must not see half")]
    pub fn set(&self, says: &str) {
        let new = put(self.says.with_extension("new"), format!("{says}\n").as_bytes(), 0);
        std::fs::rename(new, &self.says).expect("set the clock");
    }

    /// Makes it the clock of `command`.
    pub fn rule(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.says)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_the_time_that_was_set() {
        let work = tempfile::tempdir().expect("a folder");
        let Some(clock) = Clock::new(work.path()) else {
            return;
        };
        let seconds = || -> i64 {
            let mut date = Command::new("date");
            clock.rule(date.arg("+%s"));
            let said = date.output().expect("date").stdout;
            String::from_utf8_lossy(&said).trim().parse().expect("a number")
        };
        let now = seconds();
        clock.set("+1d");
        assert!((86_300..86_500).contains(&(seconds() - now)));
        clock.set("-1d");
        assert!((86_300..86_500).contains(&(now - seconds())));
    }
}
