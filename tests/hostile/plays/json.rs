//! Bodies that are no JSON, or JSON that nobody would write.

use super::{OPEN_OBJECT, head_of};
use crate::play::{End, Play, Scene};
use std::sync::LazyLock;

/// HTTP 200 with this body.
fn body(bytes: impl Into<Vec<u8>>) -> Play {
    let bytes = bytes.into();
    let head = head_of(&format!("content-length: {}\r\n", bytes.len()));
    Play::say([head.into_bytes(), bytes].concat(), End::Keep)
}

/// A good answer with one member more.
fn member(text: &str) -> Play {
    body(format!("{OPEN_OBJECT},{text}}}"))
}

/// A good answer that is sent as text of another encoding.
fn spelled(spell: impl Fn(&str) -> Vec<u8>) -> Play {
    body(spell(&format!("{OPEN_OBJECT}}}")))
}

pub(crate) fn deep_arrays(_: &Scene) -> Play {
    member(&format!("\"x\":{}{}", "[".repeat(100_000), "]".repeat(100_000)))
}

pub(crate) fn deep_objects(_: &Scene) -> Play {
    member(&format!("\"x\":{}1{}", "{\"x\":".repeat(40_000), "}".repeat(40_000)))
}

pub(crate) fn deep_unclosed(_: &Scene) -> Play {
    body("[".repeat(250_000))
}

static KEYS: LazyLock<String> =
    LazyLock::new(|| (0..1_000_000).map(|nth| format!("\"k{nth}\":0,")).collect::<Vec<_>>().concat());

pub(crate) fn million_keys(_: &Scene) -> Play {
    member(KEYS.trim_end_matches(','))
}

pub(crate) fn many_keys(_: &Scene) -> Play {
    let end = KEYS.find("\"k22000\"").expect("a key");
    member(KEYS[..end].trim_end_matches(','))
}

pub(crate) fn many_items(_: &Scene) -> Play {
    member(&format!("\"x\":[{}0]", "[],".repeat(80_000)))
}

pub(crate) fn duplicate_keys(_: &Scene) -> Play {
    member(r#""result":{"resultStatus":"F","resultCode":"PARAM_ILLEGAL","resultMessage":"no"}"#)
}

pub(crate) fn long_number(_: &Scene) -> Play {
    member(&format!("\"x\":{}", "9".repeat(10_000)))
}

pub(crate) fn not_a_number(_: &Scene) -> Play {
    member("\"x\":NaN")
}

pub(crate) fn lone_surrogate(_: &Scene) -> Play {
    member(r#""x":"\ud800""#)
}

pub(crate) fn not_utf8(_: &Scene) -> Play {
    body([OPEN_OBJECT.as_bytes(), b",\"x\":\"\xff\xfe\xc0\x80\"}"].concat())
}

pub(crate) fn utf16(_: &Scene) -> Play {
    spelled(|text| [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect())
}

pub(crate) fn byte_order_mark(_: &Scene) -> Play {
    spelled(|text| format!("\u{feff}{text}").into_bytes())
}

pub(crate) fn nul_bytes(_: &Scene) -> Play {
    spelled(|text| [text.as_bytes(), &[0; 1_000]].concat())
}

pub(crate) fn frames(_: &Scene) -> Play {
    body(".py:1".repeat(50_000))
}
