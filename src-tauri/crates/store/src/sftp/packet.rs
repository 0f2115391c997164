//! The packets of SFTP, version 3 (draft-ietf-secsh-filexfer-02), and OpenSSH's extensions (its file PROTOCOL): as much as
//! a library needs. A crate for this would have to offer renaming without replacing, and bring little; none does both.

/// Longest packet that is believed.
pub(super) const LONGEST: u32 = 1 << 20;

pub(super) mod kind {
    pub const INIT: u8 = 1;
    pub const VERSION: u8 = 2;
    pub const OPEN: u8 = 3;
    pub const CLOSE: u8 = 4;
    pub const READ: u8 = 5;
    pub const WRITE: u8 = 6;
    pub const LSTAT: u8 = 7;
    pub const FSTAT: u8 = 8;
    pub const FSETSTAT: u8 = 10;
    pub const OPENDIR: u8 = 11;
    pub const READDIR: u8 = 12;
    pub const REMOVE: u8 = 13;
    pub const MKDIR: u8 = 14;
    pub const STAT: u8 = 17;
    pub const RENAME: u8 = 18;
    pub const STATUS: u8 = 101;
    pub const HANDLE: u8 = 102;
    pub const DATA: u8 = 103;
    pub const NAME: u8 = 104;
    pub const ATTRS: u8 = 105;
    pub const EXTENDED: u8 = 200;
    pub const EXTENDED_REPLY: u8 = 201;
}

/// Of a status.
pub(super) mod code {
    pub const OK: u32 = 0;
    pub const EOF: u32 = 1;
    pub const NO_SUCH_FILE: u32 = 2;
    pub const PERMISSION_DENIED: u32 = 3;
    pub const NO_CONNECTION: u32 = 6;
    pub const CONNECTION_LOST: u32 = 7;
    pub const OP_UNSUPPORTED: u32 = 8;
}

pub(super) mod open {
    pub const READ: u32 = 1;
    pub const WRITE: u32 = 2;
    pub const CREATE: u32 = 8;
    pub const EXCLUSIVE: u32 = 0x20;
}

const SIZE: u32 = 1;
const OWNER: u32 = 2;
const PERMISSIONS: u32 = 4;
const TIMES: u32 = 8;
const EXTENDED: u32 = 0x8000_0000;

/// What is known of a file; what is not said is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Attrs {
    pub size: u64,
    pub mode: u32,
    /// Seconds since the epoch.
    pub mtime: u32,
}

impl Attrs {
    pub fn is_folder(self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }

    pub fn is_file(self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// A request or reply while it is written.
#[derive(Default)]
pub(super) struct Writing(Vec<u8>);

impl Writing {
    pub fn new(kind: u8) -> Self {
        Self(vec![kind])
    }

    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub fn bytes(self, value: &[u8]) -> Self {
        let mut made = self.u32(u32::try_from(value.len()).unwrap_or(u32::MAX));
        made.0.extend(value);
        made
    }

    /// No attributes.
    pub fn no_attrs(self) -> Self {
        self.u32(0)
    }

    /// Both times.
    pub fn times(self, seconds: u32) -> Self {
        self.u32(TIMES).u32(seconds).u32(seconds)
    }

    /// With its length in front.
    pub fn packet(self) -> Vec<u8> {
        let mut packet = Vec::with_capacity(self.0.len() + 4);
        packet.extend(u32::try_from(self.0.len()).unwrap_or(u32::MAX).to_be_bytes());
        packet.extend(self.0);
        packet
    }
}

/// A packet while it is read; every part is `None` where it ends too early.
pub(super) struct Reading<'a>(pub &'a [u8]);

impl<'a> Reading<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_be_bytes)
    }

    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let size = self.u32()?;
        self.take(usize::try_from(size).ok()?)
    }

    pub fn attrs(&mut self) -> Option<Attrs> {
        let flags = self.u32()?;
        let mut attrs = Attrs::default();
        if flags & SIZE != 0 {
            attrs.size = self.u64()?;
        }
        if flags & OWNER != 0 {
            self.u64()?;
        }
        if flags & PERMISSIONS != 0 {
            attrs.mode = self.u32()?;
        }
        if flags & TIMES != 0 {
            self.u32()?;
            attrs.mtime = self.u32()?;
        }
        if flags & EXTENDED != 0 {
            for _ in 0..self.u32()? {
                self.bytes()?;
                self.bytes()?;
            }
        }
        Some(attrs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_begins_with_its_length() {
        let packet = Writing::new(kind::OPEN).u32(7).bytes(b"/a").packet();
        assert_eq!(packet, b"\0\0\0\x0b\x03\0\0\0\x07\0\0\0\x02/a");
    }

    #[test]
    fn attributes_are_read_whatever_is_said() {
        let said = Writing::new(0)
            .u32(SIZE | OWNER | PERMISSIONS | TIMES | EXTENDED)
            .u64(3)
            .u32(1000)
            .u32(1000)
            .u32(0o100_644)
            .u32(1)
            .u32(2)
            .u32(1)
            .bytes(b"x")
            .bytes(b"y")
            .packet();
        let mut reading = Reading(&said[5..]);
        let attrs = reading.attrs().expect("whole");
        assert_eq!((attrs.size, attrs.mtime), (3, 2));
        assert!(attrs.is_file() && !attrs.is_folder() && reading.0.is_empty());
        assert_eq!(Reading(&said[5..20]).attrs(), None, "cut");
    }
}
