//! Past the page cache. Copying a library through the cache costs a copy of every byte and the cache itself, and a
//! read-back that the cache answers proves nothing of the disk. Where the file system cannot (tmpfs, some networks),
//! everything goes on through the cache; callers never see the difference.
//!
//! `open(2)`, O_DIRECT: memory, offset and length must be multiples of the block size; 4096 serves all of today's disks.

use std::fs::File;
use std::io::{self, Read, Write};

const ALIGN: usize = 4096;

/// A buffer that the kernel can read and write without a copy.
pub(crate) struct Aligned {
    memory: Vec<u8>,
    start: usize,
    len: usize,
}

impl Aligned {
    pub fn new(len: usize) -> Self {
        let len = len.next_multiple_of(ALIGN).max(ALIGN);
        let memory = vec![0; len + ALIGN];
        let start = memory.as_ptr().align_offset(ALIGN);
        Self { memory, start, len }
    }

    pub fn bytes(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..self.start + self.len]
    }

    /// Reads until the buffer is full or the file ends, so that every piece but the last keeps its alignment.
    pub fn fill(&mut self, from: &mut impl Read) -> io::Result<usize> {
        let mut filled = 0;
        while filled < self.len {
            match from.read(&mut self.bytes()[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(again) if again.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// A file that is read or written past the cache for as long as that works.
pub(crate) struct Direct<'a> {
    file: &'a File,
    on: bool,
}

impl<'a> Direct<'a> {
    pub fn new(file: &'a File) -> Self {
        Self {
            file,
            on: switch(file, true).is_ok(),
        }
    }

    fn off(&mut self) -> io::Result<()> {
        self.on = false;
        switch(self.file, false)
    }

    /// True when a failed call is to be tried again through the cache.
    fn give_up(&mut self, error: &io::Error) -> io::Result<bool> {
        if self.on && error.kind() == io::ErrorKind::InvalidInput {
            self.off()?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Writes everything; what is not a multiple of the block goes through the cache at the end.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let whole = bytes.len() / ALIGN * ALIGN;
            let aligned = bytes.as_ptr().align_offset(ALIGN) == 0;
            if self.on && (whole == 0 || !aligned) {
                self.off()?;
            }
            let piece = if self.on { &bytes[..whole] } else { bytes };
            match self.file.write(piece) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => bytes = &bytes[n..],
                Err(again) if again.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    if !self.give_up(&error)? {
                        return Err(error);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Read for Direct<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // After a short read in the middle the rest is not aligned any more.
        if self.on && (into.as_ptr().align_offset(ALIGN) != 0 || !into.len().is_multiple_of(ALIGN)) {
            self.off()?;
        }
        match self.file.read(into) {
            Err(error) if self.give_up(&error)? => self.file.read(into),
            other => other,
        }
    }
}

#[cfg(target_os = "linux")]
fn switch(file: &File, on: bool) -> io::Result<()> {
    use rustix::fs::OFlags;
    let mut flags = rustix::fs::fcntl_getfl(file)?;
    flags.set(OFlags::DIRECT, on);
    Ok(rustix::fs::fcntl_setfl(file, flags)?)
}

#[cfg(not(target_os = "linux"))]
fn switch(_file: &File, on: bool) -> io::Result<()> {
    if on {
        Err(io::ErrorKind::Unsupported.into())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;

    #[test]
    fn every_length_comes_back_as_it_was_written() {
        for len in [0, 1, 4095, 4096, 4097, 3 * 4096, 70_001] {
            let file = tempfile::NamedTempFile::new_in(".").expect("temp file");
            let content: Vec<u8> = (0..len).map(|i| (i * 31 % 251) as u8).collect();
            let mut chunk = Aligned::new(8192);
            let mut from = content.as_slice();
            let mut direct = Direct::new(file.as_file());
            loop {
                let n = chunk.fill(&mut from).expect("fill");
                if n == 0 {
                    break;
                }
                direct.write_all(&chunk.bytes()[..n]).expect("write");
            }
            file.as_file().sync_all().expect("sync");
            assert_eq!(std::fs::read(file.path()).expect("read"), content, "{len}");
            let mut again = file.reopen().expect("reopen");
            again.rewind().expect("rewind");
            let mut back = Vec::new();
            let mut direct = Direct::new(&again);
            loop {
                let n = chunk.fill(&mut direct).expect("read");
                if n == 0 {
                    break;
                }
                back.extend_from_slice(&chunk.bytes()[..n]);
            }
            assert_eq!(back, content, "{len}");
        }
    }
}
