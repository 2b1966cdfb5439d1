//! Looks for secrets in bytes, and in what those pack.

use crate::forms;
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::io::Read as _;

/// Finds secrets, by the names of those.
pub(crate) struct Finder {
    names: Vec<String>,
    all: AhoCorasick,
}

impl Finder {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let (mut names, mut patterns) = (Vec::new(), Vec::new());
        for (name, secret) in secrets {
            assert!(secret.len() >= 6, "{name}");
            for form in forms::of(secret).into_iter().filter(|form| form.len() >= 6) {
                names.push(format!("{name} as {:?}", String::from_utf8_lossy(&form)));
                patterns.push(form);
            }
        }
        Self { names, all: AhoCorasick::new(patterns).unwrap() }
    }

    /// What is found in the bytes, each with what stands before it.
    pub(crate) fn leaks(&self, name: &str, bytes: &[u8]) -> Vec<String> {
        let mut leaks = Vec::new();
        for (how, bytes) in std::iter::once((String::new(), bytes.to_vec())).chain(unpacked(bytes, 2)) {
            leaks.extend(self.all.find_iter(&bytes).map(|found| {
                let before = String::from_utf8_lossy(&bytes[found.start().saturating_sub(80)..found.start()]);
                format!("{name}{how}: {} after {before:?}", self.names[found.pattern().as_usize()])
            }));
        }
        leaks
    }

    #[track_caller]
    pub(crate) fn assert_silent(&self, all: &[(String, Vec<u8>)]) {
        let leaks: Vec<String> = all.iter().flat_map(|(name, bytes)| self.leaks(name, bytes)).collect();
        assert!(leaks.is_empty(), "{} leaks, such as {:#?}", leaks.len(), &leaks[..leaks.len().min(12)]);
    }
}

/// What base64 and packed bytes in the bytes hold.
fn unpacked(bytes: &[u8], depth: usize) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let Some(depth) = depth.checked_sub(1) else { return all };
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    for run in bytes.split(|byte| !digit(byte)).filter(|run| run.len() >= 24) {
        let bare: Vec<u8> = run.iter().copied().filter(|byte| *byte != b'=').collect();
        let held = STANDARD.decode(run).or_else(|_| STANDARD_NO_PAD.decode(&bare));
        let Ok(held) = held.or_else(|_| URL_SAFE_NO_PAD.decode(&bare)) else { continue };
        for (how, plain) in inflated(&held)
            .into_iter()
            .map(|plain| (" in base64, packed", plain))
            .chain([(" in base64", held)])
        {
            all.extend(
                unpacked(&plain, depth).into_iter().map(|(more, plain)| (format!("{how}{more}"), plain)),
            );
            all.push((how.to_owned(), plain));
        }
    }
    if let Some(plain) = inflated(bytes) {
        all.push((" packed".to_owned(), plain));
    }
    all
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let _ = match bytes {
        [0x1f, 0x8b, ..] => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
        [0x78, ..] => flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut plain),
        _ => return None,
    };
    (!plain.is_empty()).then_some(plain)
}

#[test]
fn a_finder_finds_what_is_hidden() {
    let finder = Finder::new([("one", b"canary-secret-4711/x".as_slice())]);
    for hidden in ["x canary-secret-4711/x", "63616E6172792d", "xxcanary-secreyy"] {
        let found = !finder.leaks("", hidden.as_bytes()).is_empty();
        assert_eq!(found, hidden != "63616E6172792d", "{hidden}");
    }
    let packed = STANDARD.encode(proofmark::exchange::pack::packed(b"a canary-secret-4711/x b"));
    assert!(!finder.leaks("", format!("{{\"a\":\"{packed}\"}}").as_bytes()).is_empty());
    for before in ["", "a", "ab", "abc"] {
        let text = STANDARD.encode(format!("{before}canary-secret-4711/x and more"));
        assert!(!finder.leaks("", text.as_bytes()).is_empty(), "{text}");
    }
    assert!(finder.leaks("", b"\xab canary, and secrets").is_empty());
}
