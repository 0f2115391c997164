//! The bytes of the vault's file: a header in plain sight, a nonce, and what nobody reads without the passphrase.
//!
//! Header (37 bytes): `ALBUMEN`, the version (1), then little-endian and four bytes each memory in KiB, passes and lanes of
//! Argon2id (RFC 9106), then 16 bytes of salt. Then 24 bytes of nonce, then XChaCha20-Poly1305 over the text with the
//! header as associated data: a byte changed anywhere opens nothing.

use crate::vault::VaultError;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

const MAGIC: &[u8; 7] = b"ALBUMEN";
const VERSION: u8 = 1;
const SALT: usize = 16;
const HEADER: usize = MAGIC.len() + 1 + 12 + SALT;
const NONCE: usize = 24;
const TAG: usize = 16;

/// What making the key from the passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// The second choice of RFC 9106, 4, in one lane: most of a second, once.
    pub const USUAL: Self = Self {
        memory_kib: 64 << 10,
        passes: 3,
        lanes: 1,
    };

    /// A file that asks for more was not written by us: reading it must not take the machine down.
    fn is_sane(self) -> bool {
        self.memory_kib <= 1 << 20 && (1..=16).contains(&self.passes) && (1..=8).contains(&self.lanes)
    }
}

/// Made of the passphrase, for one salt.
pub(super) struct Key {
    header: [u8; HEADER],
    key: Zeroizing<[u8; 32]>,
}

impl Key {
    /// For a new file.
    pub fn fresh(passphrase: &str, cost: Cost) -> Result<Self, VaultError> {
        let mut header = [0; HEADER];
        let (magic, rest) = header.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        rest[0] = VERSION;
        for (at, value) in [cost.memory_kib, cost.passes, cost.lanes].into_iter().enumerate() {
            rest[1 + 4 * at..5 + 4 * at].copy_from_slice(&value.to_le_bytes());
        }
        getrandom::fill(&mut header[HEADER - SALT..])
            .map_err(|error| VaultError::System(error.to_string()))?;
        Self::derive(passphrase, header)
    }

    /// For a file that is there.
    pub fn of(passphrase: &str, file: &[u8]) -> Result<Self, VaultError> {
        Self::derive(passphrase, header(file)?)
    }

    fn derive(passphrase: &str, header: [u8; HEADER]) -> Result<Self, VaultError> {
        let cost = cost(&header);
        if !cost.is_sane() {
            return Err(VaultError::Damaged);
        }
        let mut key = Zeroizing::new([0; 32]);
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(key.len()));
        Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            params.map_err(|_| VaultError::Damaged)?,
        )
        .hash_password_into(passphrase.as_bytes(), &header[HEADER - SALT..], key.as_mut())
        .map_err(|error| VaultError::System(error.to_string()))?;
        Ok(Self { header, key })
    }

    pub fn seal(&self, text: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| VaultError::System(error.to_string()))?;
        let sealed = self.cipher().encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: text,
                aad: &self.header,
            },
        );
        let sealed = sealed.map_err(|error| VaultError::System(error.to_string()))?;
        Ok([&self.header[..], &nonce, &sealed].concat())
    }

    /// Cannot tell a wrong passphrase from a damaged text.
    pub fn unseal(&self, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let header = header(file)?;
        let (nonce, sealed) = file[HEADER..].split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::Damaged)?;
        let text = self.cipher().decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: sealed,
                aad: &header,
            },
        );
        text.map(Zeroizing::new).map_err(|_| VaultError::Passphrase)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&CipherKey::from(*self.key))
    }
}

fn header(file: &[u8]) -> Result<[u8; HEADER], VaultError> {
    let header: &[u8; HEADER] = file.first_chunk().ok_or(VaultError::Damaged)?;
    let is_ours = header.starts_with(MAGIC) && file.len() >= HEADER + NONCE + TAG;
    match header[MAGIC.len()] {
        VERSION if is_ours => Ok(*header),
        newer if is_ours && newer > VERSION => Err(VaultError::Newer),
        _ => Err(VaultError::Damaged),
    }
}

fn cost(header: &[u8; HEADER]) -> Cost {
    let number = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&header[at..at + 4]);
        u32::from_le_bytes(bytes)
    };
    let first = MAGIC.len() + 1;
    Cost {
        memory_kib: number(first),
        passes: number(first + 4),
        lanes: number(first + 8),
    }
}
