//! A disk of any size, to be really full: a tmpfs, which only root may mount.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Mounted until it is dropped.
pub struct Disk {
    at: PathBuf,
}

impl Disk {
    /// What it can be filled by.
    pub const PAGE: u64 = 4096;

    /// A disk of so many bytes at `at`, which is made. `None`, and said aloud, where nothing may be mounted.
    pub fn mount(at: &Path, bytes: u64) -> Option<Self> {
        crate::write::make_dir(at);
        let size = format!("size={bytes}");
        if mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], at) {
            return Some(Self { at: at.to_owned() });
        }
        crate::servers::not_checked("a full disk", "only root can mount a small one");
        None
    }

    /// Larger or smaller; whether it could be, as what is on it has to fit. Nothing less than a page.
    pub fn resize(&self, bytes: u64) -> bool {
        mount(&["-o", &format!("remount,size={bytes}")], &self.at)
    }

    /// Bytes that are taken, in whole pages.
    pub fn used(&self) -> u64 {
        let all = rustix::fs::statvfs(&self.at).expect("look at a disk");
        (all.f_blocks - all.f_bfree) * all.f_frsize
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.at).status().ok();
    }
}

fn mount(args: &[&str], at: &Path) -> bool {
    let mut command = Command::new("mount");
    command.args(args).arg(at).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_disk_is_full_at_its_size_and_grows() {
        let work = tempfile::tempdir().expect("a folder");
        let at = work.path().join("disk");
        let Some(disk) = Disk::mount(&at, 2 * Disk::PAGE) else {
            return;
        };
        let mut file = std::fs::File::create(at.join("file")).expect("a file");
        let page = [7; Disk::PAGE as usize];
        file.write_all(&page).expect("room");
        file.write_all(&page).expect("room");
        assert_eq!(disk.used(), 2 * Disk::PAGE);
        let full = file.write_all(&page).expect_err("full");
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        assert!(!disk.resize(Disk::PAGE), "what is on it has to fit");
        assert!(disk.resize(3 * Disk::PAGE));
        file.write_all(&page).expect("room again");
    }
}
