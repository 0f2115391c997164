//! The one place of the kit that writes a sample: folders, bytes, and a time in the past.

use std::fs::{File, FileTimes};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Makes the file with its folders and gives it `mtime_ns` (since 1970), as a copy from a camera has an old time.
pub fn put(path: PathBuf, bytes: &[u8], mtime_ns: u64) -> PathBuf {
    make_dir(path.parent().expect("samples lie in a folder"));
    let mut file = File::create(&path).expect("make a sample file");
    file.write_all(bytes).expect("write a sample file");
    let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(mtime_ns);
    file.set_times(FileTimes::new().set_modified(time))
        .expect("set a sample's time");
    path
}

pub fn make_dir(path: &Path) {
    std::fs::create_dir_all(path).expect("make a sample folder");
}
