//! What a redactor finds, and what it leaves alone.

use crate::forms;
use crate::silent::Finder;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofmark::config::Config;
use proofmark::exchange::pack::packed;
use proofmark::target::redact::{Redactor, Secrets};
use std::path::Path;
use std::sync::Arc;

const TOKEN: &str = "canary/valid+1~é <&>'\"\\x";
const JWT: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ";

fn redactor() -> Redactor {
    let toml = format!(
        "[tokens]\nvalid = {}\nexpired = \"demo-token-expired\"\nother = \"{JWT}\"\nshort = \"pin42\"\n[headers]\nX-Mode = \"uat\"\nAccept = \"application/json\"\n",
        serde_json::json!(TOKEN)
    );
    let config = Config::parse("p.toml", &toml, Path::new("."), None, &|_| None).unwrap();
    let contract = proofmark::contract::suites::builtin().unwrap();
    Redactor::new(&Arc::new(Secrets::of(&config, "73918264")), &contract.operations[0])
}

#[test]
fn a_secret_is_found_in_every_encoding_and_in_encodings_of_those() {
    let redactor = redactor();
    let finder = Finder::new([("token", TOKEN.as_bytes()), ("jwt", JWT.as_bytes())]);
    // The digits of a part alone, without those that it shares with what stands beside it, hold less than a part.
    let parts = [&TOKEN.as_bytes()[..12], &TOKEN.as_bytes()[13..]].map(<[u8]>::to_vec);
    let whole = forms::whole(TOKEN.as_bytes()).into_iter().chain(forms::whole(JWT.as_bytes()));
    for form in whole.chain(parts) {
        let Ok(form) = String::from_utf8(form) else { continue };
        // What all JWTs have in common is no secret.
        if finder.leaks("", form.as_bytes()).is_empty() || JWT.starts_with(&form) {
            continue;
        }
        for (before, after) in
            [("", ""), ("x", "y"), ("{\"a\":\"", "\"}"), ("key=", "&b=c"), ("<p>", "</p>"), ("ab ", " c")]
        {
            let text = format!("{before}{form}{after}");
            let shown = redactor.text(&text);
            let head = forms::of(&JWT.as_bytes()[..12]);
            let left = finder.leaks("", shown.as_bytes());
            let left: Vec<_> =
                left.into_iter().filter(|leak| !leak.starts_with(": jwt") || head.is_empty()).collect();
            assert!(left.is_empty(), "{text} is shown as {shown}: {left:?}");
            assert!(shown.contains("«redacted:"), "{text} is shown as {shown}");
            let twice = STANDARD.encode(&text);
            assert!(redactor.text(&twice).contains("«redacted:"), "{text} in base64");
            // Some of these forms are JSON in JSON already; one more makes three.
            let json = serde_json::json!({"a": text}).to_string();
            assert!(redactor.text(&json).contains("«redacted:"), "{text} in JSON");
        }
    }
    let hidden = STANDARD.encode(packed(format!("{{\"token\":{}}}", serde_json::json!(TOKEN)).as_bytes()));
    assert!(redactor.text(&hidden).starts_with("«redacted:"), "{}", redactor.text(&hidden));
}

#[test]
fn what_is_no_secret_stays_as_it_is() {
    let redactor = redactor();
    for text in [
        "HTTP 200, status F, code REPEAT_REQ_INCONSISTENT",
        "{\"accessToken\":\"another-token\",\"n\":\"\\u0041%41&amp;\"}",
        "application/json and uat, an expired canary",
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJvdGhlciJ9.b3RoZXI",
        "YW5vdGhlciB0ZXh0IGluIGJhc2U2NA==",
        "refresh-token-expiry and canary/vali",
    ] {
        let shown = redactor.text(text);
        assert_eq!(shown, text);
    }
    assert_eq!(redactor.text("a canary/valid"), "a «redacted:part of tokens.valid»");
    assert_eq!(redactor.text("pm73918264x"), "pm«run-id»x");
    assert_eq!(redactor.text(&STANDARD.encode("pm73918264x")), STANDARD.encode("pm73918264x"));
    assert_eq!(redactor.text("the pin42 there"), "the «redacted:tokens.short» there");
}

#[test]
fn the_longest_secret_names_the_place() {
    let redactor = redactor();
    assert_eq!(redactor.text(&format!("a {TOKEN} b")), "a «redacted:tokens.valid» b");
    assert_eq!(
        redactor.text(&format!("a {JWT} b {JWT}")),
        "a «redacted:tokens.other» b «redacted:tokens.other»"
    );
    let part = &JWT[JWT.len() - 14..];
    assert_eq!(redactor.text(&format!("…{part}")), "…«redacted:part of tokens.other»");
    assert_eq!(redactor.text(&JWT.to_uppercase()), "«redacted:tokens.other»");
    let url = URL_SAFE_NO_PAD.encode(format!("??{TOKEN}??"));
    let shown = redactor.text(&url);
    assert!(shown.contains("«redacted:tokens.valid»") && shown.len() < url.len() + 30, "{shown}");
}

#[test]
fn what_is_made_to_be_looked_at_for_ever_is_not_shown() {
    let redactor = redactor();
    let mut text = "a quite ordinary text that holds nothing at all, ".repeat(600);
    for _ in 0..3 {
        text = STANDARD.encode(&text);
    }
    // Whatever is in there, it comes back in one way or the other, and soon.
    let shown = redactor.text(&text);
    assert!(shown == text || shown.contains("«not shown: "), "{}", &shown[..200]);
    let long = "%5c\\u005c".repeat(100_000);
    assert!(redactor.text(&long).len() <= long.len());
}

/// How long a body of 4 MiB takes; to be looked at, not judged.
#[test]
#[ignore = "it measures"]
fn how_long_four_mebibytes_take() {
    let redactor = redactor();
    let words = "{\"name\":\"a value of some length\",\"n\":123456}, ".repeat(100_000);
    let base64 = STANDARD.encode(&words);
    for (name, text) in [
        ("JSON", &words[..4 << 20]),
        ("base64", &base64[..4 << 20]),
        ("escapes", &"\\u0041".repeat(700_000)[..4 << 20]),
    ] {
        let start = std::time::Instant::now();
        let shown = redactor.text(text);
        println!("{name}: {:?}, changed: {}", start.elapsed(), shown != text);
    }
}
