//! A frame of a movie, by the system's `ffmpeg` where there is one. It runs as a process of its own with a deadline and
//! limits on memory and output, so that a poisonous movie can hurt nobody else. It reads nothing but the file it is
//! given: no playlists, no other protocols. A movie never gets a perceptual hash: movies are compared by their bytes.

use image::RgbImage;
use rustix::process::{Pid, Resource, Rlimit, prlimit, setpriority_process};
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(10);
/// How soon a cancelled scan leaves a movie.
const LOOK: Duration = Duration::from_millis(50);
/// A JPEG of 1600 pixels is far below.
const MOST_OUTPUT: u64 = 8 << 20;
/// A frame of 8K video and its decoder take some 700 MiB of address space.
const MOST_MEMORY: u64 = 2 << 30;
/// Containers of cameras and phones. Playlists (HLS, DASH, concat) are not among them: they name other files.
const FORMATS: &str = "mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,h264,hevc,m4v,dv,mxf";

/// A JPEG of the frame, at most `side` pixels a side and upright; `None` where there is no program or no frame.
pub fn frame(path: &Path, side: u32, stop: &dyn Fn() -> bool) -> Option<Vec<u8>> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| on_path("ffmpeg")).as_deref()?;
    let deadline = Instant::now() + DEADLINE;
    // The first frame is often black or shaken; a movie of less than a second has no other.
    ["1", "0"]
        .into_iter()
        .find_map(|second| run(program, &arguments(path, side, second), deadline, stop))
}

/// Whether movies get a picture on this machine.
fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

fn arguments(path: &Path, side: u32, second: &str) -> Vec<OsString> {
    // Named with its protocol, a file that begins with a dash or holds a colon is only a file.
    let mut input = OsString::from("file:");
    input.push(path);
    let fit = format!("scale=w={side}:h={side}:force_original_aspect_ratio=decrease");
    let before = [
        "-nostdin",
        "-v",
        "quiet",
        "-threads",
        "1",
        "-protocol_whitelist",
        "file,pipe",
    ];
    let limits = ["-format_whitelist", FORMATS, "-ss", second, "-i"];
    let after = ["-map", "0:v:0", "-frames:v", "1", "-vf", &fit, "-threads", "1"];
    let output = ["-c:v", "mjpeg", "-q:v", "3", "-f", "image2pipe", "pipe:1"];
    let mut made: Vec<OsString> = before.iter().chain(&limits).map(OsString::from).collect();
    made.push(input);
    made.extend(after.iter().chain(&output).map(OsString::from));
    made
}

fn run(
    program: &Path,
    arguments: &[OsString],
    deadline: Instant,
    stop: &dyn Fn() -> bool,
) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir("/")
        .env_remove("FFREPORT")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    restrain(&child);
    let pipe = child.stdout.take()?;
    let (done, output) = sync_channel(1);
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.take(MOST_OUTPUT + 1).read_to_end(&mut bytes);
        // Nobody waits any more when the deadline has passed.
        drop(done.send(read.map(|_| bytes)));
    });
    let bytes = loop {
        match output.recv_timeout(LOOK) {
            Ok(Ok(bytes)) => break Some(bytes),
            Err(RecvTimeoutError::Timeout) if !stop() && Instant::now() < deadline => {}
            Ok(Err(_)) | Err(_) => break None,
        }
    };
    // After its last byte it has nothing left to do; before, it is not wanted any more.
    let ended = child.kill().and_then(|()| child.wait());
    if let Err(error) = ended {
        tracing::debug!(%error, "the program for movies was gone already");
    }
    bytes.filter(|bytes| !bytes.is_empty() && bytes.len() as u64 <= MOST_OUTPUT)
}

/// Below everything else, and within limits. Where a system refuses, the deadline is still there.
fn restrain(child: &Child) {
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return;
    };
    let memory = Rlimit {
        current: Some(MOST_MEMORY),
        maximum: Some(MOST_MEMORY),
    };
    let refused = setpriority_process(Some(pid), 10)
        .err()
        .or(prlimit(Some(pid), Resource::As, memory).err());
    if let Some(error) = refused {
        tracing::debug!(%error, "the program for movies runs without a limit");
    }
}

/// The frame as pixels.
pub fn picture(path: &Path, side: u32, stop: &dyn Fn() -> bool) -> Option<RgbImage> {
    let bytes = frame(path, side, stop)?;
    crate::jpeg::decode(&bytes, side)
        .ok()
        .map(|decoded| decoded.picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(300)
    }

    fn shell(script: &str, deadline: Instant, stop: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        run(
            Path::new("/bin/sh"),
            &["-c".into(), script.into()],
            deadline,
            stop,
        )
    }

    #[test]
    fn a_program_that_hangs_is_ended_at_the_deadline() {
        let began = Instant::now();
        assert_eq!(shell("exec sleep 60", soon(), &|| false), None);
        assert!(began.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn a_cancelled_scan_does_not_wait_for_it() {
        let began = Instant::now();
        assert_eq!(shell("exec sleep 60", Instant::now() + DEADLINE, &|| true), None);
        assert!(began.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn endless_output_is_cut_off() {
        assert_eq!(
            shell("exec cat /dev/zero", Instant::now() + DEADLINE, &|| false),
            None
        );
    }

    #[test]
    fn what_it_says_comes_back() {
        let deadline = Instant::now() + DEADLINE;
        assert_eq!(
            shell("printf abc", deadline, &|| false).as_deref(),
            Some(&b"abc"[..])
        );
        assert_eq!(shell("exit 1", deadline, &|| false), None);
    }
}
