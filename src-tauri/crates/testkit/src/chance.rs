//! Calls of the C library that fail by chance, in one program: `fiu-run` of libfiu.

use std::process::{Command, Stdio};

/// Whether it is there; said aloud where not.
pub fn is_there() -> bool {
    let asked = Command::new("fiu-run")
        .arg("-h")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok()
        || crate::servers::missing::<()>("calls that fail by chance", "fiu-run is missing").is_some()
}

/// `command`, in which every call named by `calls` (libfiu's names, `posix/io/*`) fails with a probability of `likely`.
pub fn spoilt(command: &Command, calls: &[&str], likely: f64) -> Command {
    let mut spoilt = Command::new("fiu-run");
    for name in calls {
        spoilt.args(["-c", &format!("enable_random name={name},probability={likely}")]);
    }
    spoilt
        .arg("-x")
        // No pipes to control it while it runs.
        .args(["-f", ""])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => spoilt.env(name, value),
            None => spoilt.env_remove(name),
        };
    }
    spoilt
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    spoilt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_fail_as_often_as_is_said() {
        if !is_there() {
            return;
        }
        let mut reads = Command::new("cat");
        reads.arg("/proc/self/status");
        let ended = |likely| {
            spoilt(&reads, &["posix/io/rw/read"], likely)
                .output()
                .expect("fiu-run")
                .status
        };
        assert!(ended(0.0).success());
        assert!(!ended(1.0).success());
    }
}
