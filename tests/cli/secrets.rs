//! Canaries in the configuration are found in nothing that is written or printed.

use crate::listener::{Listener, Manner};
use crate::support::{Done, Place, Serve};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const REPORTS: &str = "--report json=out/r.json --report junit=out/r.xml --report html=out/r.html \
                       --report markdown=out/r.md --report har=out/r.har --report ndjson=out/j.ndjson --snapshot out/a.snap";

/// Tokens whose every form of writing differs from the plain one.
const TOKENS: [(&str, &str); 4] = [
    ("valid", "canary/valid+1~é"),
    ("unscoped", "canary-unscoped<2>&'x"),
    ("expired", "canary expired 3"),
    ("second", "canary:second=4"),
];

/// A text in every form in which it may turn up.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap().trim_matches('"').to_owned();
    let escaped: Vec<String> = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let ascii: String = json
        .encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect();
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    vec![
        secret.to_owned(),
        serde_json::to_string(&json).unwrap().trim_matches('"').to_owned(),
        json,
        ascii,
        escaped.concat(),
        html,
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE.encode(secret),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string().to_lowercase(),
    ]
}

/// Looks for secrets in what a run printed and in every file that it wrote.
#[track_caller]
fn assert_silent(place: &Place, done: &Done, secrets: &[String]) {
    let mut texts = vec![("stdout or stderr".to_owned(), done.all())];
    for entry in std::fs::read_dir(place.path("out")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        texts.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    let journal = crate::journal::assert_rejudged(place, "out/j.ndjson", "out/r.json");
    let kept = journal.heard.values().flatten().flat_map(|heard| &heard.exchanges);
    texts.extend(kept.map(|exchange| ("a packed body".to_owned(), crate::journal::unpacked(exchange))));
    assert!(texts.len() > 5, "{texts:?}");
    let mut leaks = Vec::new();
    for (name, text) in &texts {
        for form in secrets.iter().flat_map(|secret| forms(secret)) {
            if let Some(at) = text.find(&form) {
                let from = text[..at].char_indices().rev().nth(60).map_or(0, |(from, _)| from);
                leaks.push(format!("{name}: `{form}` after `{}`", &text[from..at]));
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks, such as {:#?}", leaks.len(), &leaks[..leaks.len().min(8)]);
}

/// The lines of a key, each of which is part of the secret.
fn lines(pem: &str) -> Vec<String> {
    pem.lines().filter(|line| !line.contains("-----") && line.len() > 40).map(ToOwned::to_owned).collect()
}

/// A configuration with canaries for every token and the demo key as the private key.
fn configure(place: &Place, url: &str) -> Vec<String> {
    let _keys = Serve::start(place, "");
    let tokens: Vec<String> =
        TOKENS.iter().map(|(kind, token)| format!("{kind} = {}", serde_json::json!(token))).collect();
    place.write(
        "conf/p.toml",
        format!(
            "[target]\nurl = \"{url}\"\n[client]\nid = \"CLIENT\"\nprivate_key = {{ file = \"client.pem\" }}\n\
             [tokens]\n{}\n[template]\ncode = \"CODE\"\nparameters = {{}}\n",
            tokens.join("\n")
        ),
    );
    place.write("out/.keep", "");
    let mut secrets: Vec<String> = TOKENS.iter().map(|(_, token)| (*token).to_owned()).collect();
    secrets.extend(lines(&place.read("conf/client.pem")));
    assert!(secrets.len() > 10);
    secrets
}

#[test]
fn a_target_that_echoes_everything_brings_no_secret_into_a_report() {
    let place = Place::new();
    let listener = Listener::start(Manner::Echo);
    let secrets = configure(&place, &listener.url);
    let done = place.run(&format!("run --config conf/p.toml --samples 1 {REPORTS}"));
    assert!(matches!(done.code, Some(0 | 1)), "{}", done.err);
    let sent = listener.requests().concat();
    assert!(sent.contains("canary expired 3"), "the tokens were sent");
    assert!(place.read("out/r.json").contains("«redacted:tokens."), "and are marked");
    assert_silent(&place, &done, &secrets);
}

#[test]
fn a_signature_that_is_echoed_is_kept() {
    let place = Place::new();
    let listener = Listener::start(Manner::Echo);
    configure(&place, &listener.url);
    let only = "--only sendInbox/code/* --samples 1";
    let done = place.run(&format!("run --config conf/p.toml {only} {REPORTS}"));
    let signature = |request: &String| {
        let rest = request.split_once("signature=")?.1;
        rest.split([',', '\r']).next().map(|text| text.trim().to_owned()).filter(|text| text.len() > 100)
    };
    let signatures: Vec<String> = listener.requests().iter().filter_map(signature).collect();
    assert!(!signatures.is_empty());
    assert_silent(&place, &done, &signatures);
}

#[test]
fn a_token_that_json_has_to_escape_is_kept() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    configure(&place, &listener.url);
    let toml = place.read("conf/p.toml").replace(TOKENS[0].1, "canary\\\"5\\\\b");
    place.write("conf/p.toml", toml);
    let done = place.run(&format!("run --config conf/p.toml --only sendInbox/code/* {REPORTS}"));
    assert!(listener.requests().concat().contains(r#"canary\"5\\b"#), "the token was sent");
    assert_silent(&place, &done, &["canary\"5\\b".to_owned()]);
}

#[test]
fn a_wallet_that_refuses_everything_brings_no_secret_into_a_report() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    let secrets = configure(&place, &listener.url);
    let done = place.run(&format!("run --config conf/p.toml --samples 1 {REPORTS}"));
    assert!(matches!(done.code, Some(0 | 1)), "{}", done.err);
    assert_silent(&place, &done, &secrets);
}

#[test]
fn the_reference_wallets_own_secrets_are_kept_as_well() {
    let place = Place::new();
    let _serve = Serve::start(&place, "--fault stack-trace-in-answer --fault put-accepted");
    place.write("out/.keep", "");
    let mut secrets: Vec<String> =
        ["valid", "unscoped", "expired", "second"].map(|kind| format!("demo-token-{kind}")).into();
    secrets.extend(lines(&place.read("conf/client.pem")));
    secrets.extend(lines(&place.read("conf/second.pem")));
    let done = place.run(&format!("run --config conf/proofmark.toml {REPORTS}")).exit(1);
    assert_silent(&place, &done, &secrets);
    let done = place.run("replay out/r.json sendInbox/robustness/method-put --config conf/proofmark.toml");
    assert_silent(&place, &done.exit(1), &secrets);
}
