//! SHA-256 (FIPS 180-4), as statements name files.

use aws_lc_rs::digest::{SHA256, digest};

/// The digest in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    /// The first example of FIPS 180-2, appendix B.1.
    #[test]
    fn the_published_digest_comes_out() {
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(super::sha256(b"abc"), wanted);
    }
}
