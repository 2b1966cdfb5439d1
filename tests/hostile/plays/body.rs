//! Bodies without end, chunks that are none, and codings.

use super::head_of;
use crate::message::Message;
use crate::play::{End, Play, Scene};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::sync::LazyLock;

/// A mebibyte of white space, which JSON allows anywhere.
static SPACES: [u8; 1 << 20] = [b' '; 1 << 20];

pub(crate) fn endless_length(_: &Scene) -> Play {
    Play::endless(head_of("content-length: 9007199254740992\r\n"), &SPACES[..])
}

pub(crate) fn endless_chunks(_: &Scene) -> Play {
    let chunk = [format!("{:x}\r\n", SPACES.len()).as_bytes(), &SPACES, b"\r\n"].concat();
    Play::endless(head_of("transfer-encoding: chunked\r\n"), chunk)
}

pub(crate) fn endless_small_chunks(_: &Scene) -> Play {
    Play::endless(head_of("transfer-encoding: chunked\r\n"), "1\r\n \r\n".repeat(1_000))
}

pub(crate) fn endless_until_close(_: &Scene) -> Play {
    Play::endless(head_of("connection: close\r\n"), &SPACES[..])
}

/// The good answer's body in chunks as they are given.
fn chunked(scene: &Scene, before: &str, after: &str, end: End) -> Play {
    let good = scene.good.without("content-length").with(&["transfer-encoding: chunked"]);
    let body = [before.as_bytes(), &good.body, after.as_bytes()].concat();
    Play::say(Message { body, ..good }.bytes(), end)
}

pub(crate) fn chunk_size_wrong(scene: &Scene) -> Play {
    chunked(scene, "zz\r\n", "\r\n0\r\n\r\n", End::Close)
}

pub(crate) fn chunk_size_huge(scene: &Scene) -> Play {
    chunked(scene, "fffffffffffffffffff\r\n", "\r\n0\r\n\r\n", End::Close)
}

pub(crate) fn chunk_last_missing(scene: &Scene) -> Play {
    let before = format!("{:x}\r\n", scene.good.body.len());
    chunked(scene, &before, "\r\n", End::Close)
}

pub(crate) fn chunk_extensions(_: &Scene) -> Play {
    Play::endless(head_of("transfer-encoding: chunked\r\n\r\n1;a="), "extension".repeat(1_000))
}

pub(crate) fn trailers(scene: &Scene) -> Play {
    let before = format!("{:x}\r\n", scene.good.body.len());
    let good = scene.good.without("content-length").with(&["transfer-encoding: chunked"]);
    let body = [before.as_bytes(), &good.body, b"\r\n0\r\n"].concat();
    Play::endless(Message { body, ..good }.bytes(), "x-more: more and more\r\n".repeat(100))
}

/// The good answer with white space behind its JSON.
fn padded(scene: &Scene, length: usize) -> Play {
    let mut body = scene.good.body.clone();
    body.resize(length, b' ');
    Play::say(scene.good.holding(body).bytes(), End::Keep)
}

pub(crate) fn large(scene: &Scene) -> Play {
    padded(scene, 256 << 10)
}

pub(crate) fn larger(scene: &Scene) -> Play {
    padded(scene, 5 << 20)
}

/// 100 MiB of zeros in a tenth of one.
static GZIP_BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..100 {
        packer.write_all(&zeros).unwrap();
    }
    packer.finish().unwrap()
});

fn coded(scene: &Scene, coding: &str, body: Vec<u8>) -> Play {
    let field = format!("content-encoding: {coding}");
    Play::say(scene.good.with(&[&field]).holding(body).bytes(), End::Keep)
}

pub(crate) fn gzip_bomb(scene: &Scene) -> Play {
    coded(scene, "gzip", GZIP_BOMB.clone())
}

/// The same without saying so.
pub(crate) fn gzip_unsaid(scene: &Scene) -> Play {
    Play::say(scene.good.holding(GZIP_BOMB.clone()).bytes(), End::Keep)
}

pub(crate) fn brotli_bomb(scene: &Scene) -> Play {
    coded(scene, "br", BROTLI_BOMB.to_vec())
}

pub(crate) fn coding_wrong(scene: &Scene) -> Play {
    coded(scene, "br", scene.good.body.clone())
}

/// 64 MiB of zeros in brotli (RFC 7932).
const BROTLI_BOMB: [u8; 54] = [
    0xcf, 0xff, 0xff, 0x7f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x9f, 0xff, 0xff, 0xff,
    0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0xfd, 0x3f, 0xff, 0xff, 0xff, 0xe1, 0x9f, 0x00, 0x88,
    0xc3, 0x22, 0x00, 0xdd, 0xfb, 0x7f, 0xfe, 0xff, 0xff, 0xc3, 0x3f, 0x01, 0x10, 0x87, 0x05, 0x00, 0xba,
    0xf7, 0xff, 0x03,
];
