//! What the kernel counts of a disk and of a thread of ours. Linux only; elsewhere, and where files lie on no disk of this
//! machine (networks, memory), nothing is known.

use std::path::PathBuf;

/// The disks below a file system: several where it lies on a mirror, none where there is no telling.
pub(crate) struct Disk(Vec<PathBuf>);

const SECTOR: u64 = 512;

impl Disk {
    /// Of the device that a file's identity names.
    pub fn of(device: u64) -> Self {
        let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
        let mut disks = Vec::new();
        // A file system that is on no disk has a number of its own, under which nothing is found.
        find(
            PathBuf::from(format!("/sys/dev/block/{major}:{minor}")),
            &mut disks,
        );
        Self(disks)
    }

    /// Bytes that were read from it since the machine began.
    pub fn read(&self) -> Option<u64> {
        let read = |disk: &PathBuf| {
            let stat = std::fs::read_to_string(disk.join("stat")).ok()?;
            let sectors = stat.split_ascii_whitespace().nth(2)?;
            Some(sectors.parse::<u64>().ok()? * SECTOR)
        };
        let all: Option<Vec<u64>> = self.0.iter().map(read).collect();
        all.filter(|all| !all.is_empty()).map(|all| all.iter().sum())
    }
}

/// Who else reads may do so from another partition, or past the encryption: the disk itself is looked at.
fn find(at: PathBuf, disks: &mut Vec<PathBuf>) {
    let Ok(at) = at.canonicalize() else { return };
    let disk = match at.parent() {
        Some(parent) if at.join("partition").exists() => parent.to_owned(),
        _ => at,
    };
    let below: Vec<PathBuf> = std::fs::read_dir(disk.join("slaves"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    if below.is_empty() {
        if !disks.contains(&disk) {
            disks.push(disk);
        }
    } else {
        below.into_iter().for_each(|one| find(one, disks));
    }
}

/// Bytes that this thread had read from disks, whatever it got from memory not counted.
pub(crate) fn thread_read() -> Option<u64> {
    let said = std::fs::read_to_string("/proc/thread-self/io").ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix("read_bytes: "))?;
    line.trim().parse().ok()
}
