//! Bodies packed with gzip (RFC 1952).

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};

/// The most bytes that a packed body may hold: no request and no response is longer.
const LARGEST: u64 = 64 << 20;

/// The bytes packed with gzip.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    packer.write_all(bytes).and_then(|()| packer.finish()).unwrap_or_default()
}

/// Whether bytes begin like what gzip packs.
pub fn is_packed(bytes: &[u8]) -> bool {
    const MAGIC: [u8; 2] = [0x1f, 0x8b];
    bytes.starts_with(&MAGIC)
}

/// What bytes packed with gzip hold; nothing where they are none, or hold far too much.
pub fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    unpacked_within(bytes, LARGEST)
}

/// As [`unpacked`], with another limit in bytes.
pub fn unpacked_within(bytes: &[u8], most: u64) -> Option<Vec<u8>> {
    if !is_packed(bytes) {
        return None;
    }
    let mut plain = Vec::new();
    match GzDecoder::new(bytes).take(most + 1).read_to_end(&mut plain) {
        Ok(length) if length as u64 <= most => Some(plain),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_a_bomb_does_not() {
        assert_eq!(unpacked(&packed(b"text")).as_deref(), Some(b"text".as_slice()));
        assert_eq!(unpacked(b"text"), None);
        let bomb = packed(&vec![0; (64 << 20) + 1]);
        assert_eq!(unpacked(&bomb), None);
    }
}
