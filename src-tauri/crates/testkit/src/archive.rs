//! Zip archives as Takeout and hostile people write them, byte by byte, without the library under test (APPNOTE 6.3.10).

use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Bit 11: names are UTF-8.
const UTF8: u16 = 1 << 11;
const ENCRYPTED: u16 = 1;

/// An entry, honest until told otherwise.
#[derive(Debug, Clone)]
pub struct Entry {
    name: Vec<u8>,
    stored: Vec<u8>,
    size: u64,
    crc: u32,
    method: u16,
    flags: u16,
    mode: u32,
    seconds: Option<u32>,
    zip64: bool,
}

impl Entry {
    pub fn stored(name: impl AsRef<[u8]>, bytes: &[u8]) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            stored: bytes.to_vec(),
            size: bytes.len() as u64,
            crc: crc32fast::hash(bytes),
            method: STORED,
            flags: UTF8,
            mode: 0o100_644,
            seconds: None,
            zip64: false,
        }
    }

    pub fn deflated(name: impl AsRef<[u8]>, bytes: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("compress into memory");
        Self {
            stored: encoder.finish().expect("compress into memory"),
            method: DEFLATED,
            ..Self::stored(name, bytes)
        }
    }

    /// With the time of the last change, in seconds since 1970, in a field of its own (0x5455).
    pub fn at(mut self, seconds: u32) -> Self {
        self.seconds = Some(seconds);
        self
    }

    /// With type and permission bits of Unix.
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// With its sizes in the field for large files (0x0001).
    pub fn zip64(mut self) -> Self {
        self.zip64 = true;
        self
    }

    /// It says of itself that it is encrypted.
    pub fn encrypted(mut self) -> Self {
        self.flags |= ENCRYPTED;
        self
    }

    /// It claims another method of compression.
    pub fn method(mut self, method: u16) -> Self {
        self.method = method;
        self
    }

    /// It lies about its size.
    pub fn claiming(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// It lies about its sum.
    pub fn with_crc(mut self, crc: u32) -> Self {
        self.crc = crc;
        self
    }

    fn extra(&self, offset: Option<u64>) -> Vec<u8> {
        let mut extra = Vec::new();
        if self.zip64 {
            let mut field = Vec::new();
            field.extend(self.size.to_le_bytes());
            field.extend((self.stored.len() as u64).to_le_bytes());
            field.extend(offset.map(u64::to_le_bytes).into_iter().flatten());
            extra.extend(1u16.to_le_bytes());
            extra.extend(short(field.len()));
            extra.extend(field);
        }
        if let Some(seconds) = self.seconds {
            extra.extend(0x5455u16.to_le_bytes());
            extra.extend(5u16.to_le_bytes());
            extra.push(1);
            extra.extend(seconds.to_le_bytes());
        }
        extra
    }

    /// What both of its headers share, from the version to the length of its name.
    fn common(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [if self.zip64 { 45 } else { 20 }, self.flags, self.method] {
            bytes.extend(word.to_le_bytes());
        }
        // 10:20:30 on 2 January 2024.
        bytes.extend(((10u16 << 11) | (20 << 5) | 15).to_le_bytes());
        bytes.extend(((44u16 << 9) | (1 << 5) | 2).to_le_bytes());
        bytes.extend(self.crc.to_le_bytes());
        for size in [self.stored.len() as u64, self.size] {
            let size = if self.zip64 { u32::MAX } else { long(size) };
            bytes.extend(size.to_le_bytes());
        }
        bytes.extend(short(self.name.len()));
        bytes
    }
}

fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).expect("a short field").to_le_bytes()
}

fn long(size: u64) -> u32 {
    u32::try_from(size).expect("a size below 4 GB")
}

/// The bytes of an archive with these entries, in this order, whatever they are called.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = bytes.len() as u64;
        bytes.extend(b"PK\x03\x04");
        bytes.extend(entry.common());
        let extra = entry.extra(None);
        bytes.extend(short(extra.len()));
        bytes.extend(&entry.name);
        bytes.extend(extra);
        bytes.extend(&entry.stored);

        directory.extend(b"PK\x01\x02");
        // Made on Unix, so that its mode counts.
        directory.extend(((3u16 << 8) | 30).to_le_bytes());
        directory.extend(entry.common());
        let extra = entry.extra(Some(offset));
        directory.extend(short(extra.len()));
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        let offset = if entry.zip64 { u32::MAX } else { long(offset) };
        directory.extend(offset.to_le_bytes());
        directory.extend(&entry.name);
        directory.extend(extra);
    }
    let start = bytes.len() as u64;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        bytes.extend(short(entries.len()));
    }
    bytes.extend(long(directory.len() as u64).to_le_bytes());
    bytes.extend(long(start).to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}
