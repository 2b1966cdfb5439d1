//! A secret in every form in which it may turn up. Nothing here is shared with the code under test.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use std::collections::BTreeSet;

/// The least part of a secret that must not turn up, in bytes.
const PART: usize = 12;

/// The forms of a secret, of its beginning and of its end.
pub(crate) fn of(secret: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut all = BTreeSet::new();
    all.extend(whole(secret));
    if secret.len() > PART {
        all.extend(whole(&secret[..PART]));
        all.extend(whole(&secret[secret.len() - PART..]));
    }
    all
}

/// The forms of a secret as a whole.
pub(crate) fn whole(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![secret.to_vec()];
    for engine in [STANDARD, URL_SAFE] {
        for skipped in 0..3 {
            // Without the digits that also hold what stands beside it.
            let text = engine.encode([&vec![0; skipped][..], secret].concat());
            let from = [0, 2, 3][skipped];
            let to = (skipped + secret.len()) * 8 / 6;
            all.push(text.as_bytes()[from..to].to_vec());
        }
    }
    let each =
        |form: &dyn Fn(u8) -> String| secret.iter().map(|byte| form(*byte)).collect::<String>().into_bytes();
    all.push(each(&|byte| format!("{byte:02x}")));
    all.push(each(&|byte| format!("{byte:02X}")));
    all.push(each(&|byte| format!("%{byte:02x}")));
    all.push(each(&|byte| format!("%{byte:02X}")));
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    all.push(each(&|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") }));
    all.push(each(&|byte| if bare(byte) { char::from(byte).into() } else { format!("%{byte:02x}") }));
    let Ok(text) = std::str::from_utf8(secret) else { return all };
    let json = serde_json::to_string(text).unwrap().trim_matches('"').to_owned();
    let twice = serde_json::to_string(&json).unwrap().trim_matches('"').to_owned();
    all.push(json.replace('/', "\\/").into_bytes());
    all.extend([json.into_bytes(), twice.into_bytes()]);
    let units = |form: &dyn Fn(u16) -> String| text.encode_utf16().map(form).collect::<String>().into_bytes();
    all.push(units(&|unit| format!("\\u{unit:04x}")));
    all.push(units(&|unit| format!("\\u{unit:04X}")));
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    all.push(html.replace('"', "&quot;").replace('\'', "&#39;").into_bytes());
    all.push(html.replace('"', "&quot;").replace('\'', "&apos;").into_bytes());
    all.push(html.into_bytes());
    let entities =
        |form: &dyn Fn(u32) -> String| text.chars().map(|c| form(u32::from(c))).collect::<String>();
    all.push(entities(&|c| format!("&#{c};")).into_bytes());
    all.push(entities(&|c| format!("&#x{c:x};")).into_bytes());
    all.push(text.replace('\'', "'\\''").into_bytes());
    all.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(text.replace(' ', "+").into_bytes());
    all.push(text.to_ascii_lowercase().into_bytes());
    all.push(text.to_ascii_uppercase().into_bytes());
    all
}
