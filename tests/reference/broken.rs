//! The faults: that each is registered, and that they break what they say.

use std::collections::HashSet;

use proofmark::contract::suites;
use proofmark::reference::{Settings, credentials, fault, faults, variant, variants};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{
    Letter, Outcome, PATH, bench, bench_with, broken, burst, fresh_key, outcome, valid, with, without,
};

const LAWS: [&str; 6] = ["shape", "status", "code", "idempotency", "header", "robustness"];

#[test]
fn every_fault_is_registered() {
    let names: HashSet<_> = faults().iter().map(|fault| fault.name).collect();
    assert_eq!(names.len(), faults().len());
    assert!(names.len() >= 80);
    let known = suites::chosen(&[suites::FAMILY.to_owned()]).unwrap();
    for one in faults() {
        assert!(kebab(one.name), "{}", one.name);
        assert!(LAWS.contains(&one.law), "{}", one.name);
        assert!(!one.noticed_by.is_empty(), "{}", one.name);
        assert!(one.summary.ends_with('.'), "{}", one.name);
        for glob in one.noticed_by {
            let operation = glob.split('/').next().unwrap();
            assert!(known.judges(operation), "{}: {glob}", one.name);
            globset::Glob::new(glob).unwrap();
        }
        assert_eq!(fault(one.name), Some(one));
    }
    for law in LAWS {
        assert!(faults().iter().filter(|fault| fault.law == law).count() >= 5, "{law}");
    }
    let others: HashSet<_> = variants().iter().map(|variant| variant.name).collect();
    assert_eq!(others.len(), variants().len());
    assert!(others.len() >= 15);
    assert!(others.is_disjoint(&names));
    assert!(variants().iter().all(|one| kebab(one.name) && variant(one.name) == Some(one)));
    assert_eq!(fault("no-such-fault"), None);
}

fn kebab(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_missing_lock_is_a_race() {
    let ids = |seen: Vec<Outcome>| seen.into_iter().map(|one| one.message_id).collect::<HashSet<_>>().len();
    let races: Vec<_> = faults().iter().filter(|fault| fault.race && fault.names("sendInbox")).collect();
    assert!(races.len() >= 5);
    for fault in races {
        let bench = broken(fault.name);
        // One after the other nothing happens twice.
        let alone = fresh_key();
        let first = bench.post(&valid(&alone)).await;
        assert!(first.is(200, "S", "SUCCESS"), "{}", fault.name);
        assert_eq!(bench.post(&valid(&alone)).await, first, "{}", fault.name);
        assert_eq!(bench.count(&alone).await, 1, "{}", fault.name);
        // It takes a caller that hangs up.
        if ["hang-up-forgets-delivery", "half-written-slot"].contains(&fault.name) {
            continue;
        }
        // A race needs luck: on a machine that is busy enough, one burst may come through one by one.
        let mut lost = 0;
        for _ in 0..5 {
            let key = fresh_key();
            let answered = ids(burst(&bench, &valid(&key), 16).await);
            let delivered = bench.count(&key).await;
            if fault.name == "race-with-one-message-id" {
                assert_eq!(answered, 1);
            } else {
                assert_eq!(delivered, answered as u64, "{}", fault.name);
            }
            lost += usize::from(delivered > 1);
        }
        assert!(lost > 0, "{}", fault.name);
    }
}

/// What the wallet with one fault answers to a body, and how often it delivers.
async fn seen_with(name: &str, key: &str, body: &Value) -> (Outcome, u64) {
    let bench = broken(name);
    (bench.post(body).await, bench.count(key).await)
}

#[tokio::test]
async fn faults_in_validation() {
    let key = fresh_key();
    let parameters = |value: Value| with(&key, "templates", json!([{ "templateParameters": value }]));
    for (name, body) in [
        ("request-id-accepts-129", valid(&"k".repeat(129))),
        ("request-id-counts-graphemes", valid(&format!("k{}", "\u{301}".repeat(200)))),
        ("request-id-may-be-missing", without(&key, "requestId")),
        ("request-id-may-be-null", with(&key, "requestId", Value::Null)),
        ("request-id-may-be-empty", with(&key, "requestId", "")),
        ("request-id-accepts-number", with(&key, "requestId", 7)),
        ("access-token-may-be-missing", without(&key, "accessToken")),
        ("template-code-may-be-null", with(&key, "templateCode", Value::Null)),
        ("templates-may-be-missing", without(&key, "templates")),
        ("templates-accepts-object", with(&key, "templates", json!({}))),
        ("empty-templates-accepted", with(&key, "templates", json!([]))),
        ("template-accepts-anything", with(&key, "templates", json!([7]))),
        ("template-parameters-accepts-string", parameters(json!("t"))),
        ("template-parameters-accepts-array", parameters(json!([]))),
        ("template-parameters-may-be-null", parameters(Value::Null)),
        ("top-level-array-accepted", json!([])),
    ] {
        assert!(bench().post(&body).await.is(200, "F", "PARAM_ILLEGAL"), "{name}");
        assert!(seen_with(name, &key, &body).await.0.is(200, "S", "SUCCESS"), "{name}");
    }
    for (name, body) in [
        ("request-id-refuses-128", valid(&"k".repeat(128))),
        ("counts-utf8-bytes", valid(&"é".repeat(128))),
        ("counts-utf16-units", valid(&"😀".repeat(128))),
        ("non-ascii-parameters-refused", parameters(json!({"a": "é"}))),
    ] {
        assert!(bench().post(&body).await.is(200, "S", "SUCCESS"), "{name}");
        assert!(seen_with(name, &key, &body).await.0.is(200, "F", "PARAM_ILLEGAL"), "{name}");
    }
}

#[tokio::test]
async fn faults_in_refusals() {
    let known = credentials();
    let key = fresh_key();
    let illegal = || with(&key, "templates", json!([]));
    let token = |token: &str| with(&key, "accessToken", token);
    for (name, body, (http, status, code), delivered) in [
        ("validation-answered-unknown", illegal(), (200, "U", "UNKNOWN_EXCEPTION"), 0),
        ("validation-answered-accepted", illegal(), (200, "A", "ACCEPT"), 0),
        ("validation-as-500", illegal(), (500, "F", "PARAM_ILLEGAL"), 0),
        ("refusal-has-effect", illegal(), (200, "F", "PARAM_ILLEGAL"), 1),
        ("refusal-with-success-code", illegal(), (200, "F", "SUCCESS"), 0),
        ("invalid-token-accepted", token("x"), (200, "S", "SUCCESS"), 1),
        ("unscoped-token-accepted", token(known.token_unscoped), (200, "S", "SUCCESS"), 1),
        ("expired-token-accepted", token(known.token_expired), (200, "S", "SUCCESS"), 1),
        ("expired-token-as-401", token(known.token_expired), (401, "F", "EXPIRED_ACCESS_TOKEN"), 0),
        ("scope-error-as-invalid-token", token(known.token_unscoped), (200, "F", "INVALID_ACCESS_TOKEN"), 0),
        ("success-without-delivery", valid(&key), (200, "S", "SUCCESS"), 0),
        ("success-with-other-code", valid(&key), (200, "S", "OK"), 1),
        ("never-settles-unknown", valid(&key), (200, "U", "UNKNOWN_EXCEPTION"), 0),
        ("never-settles-accepted", valid(&key), (200, "A", "ACCEPT"), 0),
        ("message-id-259", valid(&key), (200, "S", "SUCCESS"), 1),
    ] {
        let (seen, count) = seen_with(name, &key, &body).await;
        assert!(seen.is(http, status, code), "{name}: {seen:?}");
        assert_eq!(count, delivered, "{name}");
    }
    assert_eq!(seen_with("message-id-259", &key, &valid(&key)).await.0.message_id.unwrap().len(), 259);
}

#[tokio::test]
async fn faults_in_replays() {
    for (name, same_answer, delivered) in [
        ("new-message-id-on-replay", false, 1),
        ("replay-refused", false, 1),
        ("replay-answered-accepted", false, 1),
        ("replay-without-message-id", false, 1),
        ("replay-delivers-again", true, 2),
        ("unknown-then-second-delivery", false, 2),
        ("accept-then-second-delivery", false, 2),
        ("replay-needs-same-time", false, 2),
    ] {
        let bench = broken(name);
        let key = fresh_key();
        let mut letter = Letter::new(valid(&key).to_string());
        let first = outcome(letter.send(&bench).await).await;
        // Another text for a moment that is as fresh.
        letter.time = Some((jiff::Timestamp::now() - jiff::SignedDuration::from_secs(7)).to_string());
        let second = outcome(letter.send(&bench).await).await;
        assert_eq!(first == second, same_answer, "{name}");
        assert_eq!(bench.count(&key).await, delivered, "{name}");
    }
    for (name, one, other) in [
        ("key-ignores-case", "Key", "kEY"),
        ("key-trimmed", "k", "k "),
        ("key-ignores-leading-zeros", "7", "007"),
        ("key-composed", "\u{e9}", "e\u{301}"),
        ("key-cut-at-64", &("k".repeat(64) + "a"), &("k".repeat(64) + "b")),
        ("key-cut-at-127", &("k".repeat(127) + "a"), &("k".repeat(127) + "b")),
    ] {
        let bench = broken(name);
        assert_eq!(bench.post(&valid(one)).await.status, "S", "{name}");
        assert!(bench.post(&valid(other)).await.is(200, "F", "REPEAT_REQ_INCONSISTENT"), "{name}");
    }
    let forgetful = broken("forgets-after-three-requests");
    let body = valid("early");
    let first = forgetful.post(&body).await;
    assert_eq!(forgetful.post(&body).await, first);
    for _ in 0..3 {
        forgetful.post(&valid(&fresh_key())).await;
    }
    assert_ne!(forgetful.post(&body).await, first);
    assert_eq!(forgetful.count("early").await, 2);
    let burnt = broken("refusal-burns-key");
    burnt.post(&with("k", "templates", json!([]))).await;
    assert_eq!(burnt.post(&valid("k")).await.status, "F");
}

#[tokio::test]
async fn faults_at_the_gate() {
    let letter = || Letter::new(valid(&fresh_key()).to_string());
    let some = |text: &str| Some(text.to_owned());
    for (name, letter) in [
        ("client-id-not-checked", Letter { client: some("OTHER"), ..letter() }),
        ("client-id-missing-accepted", Letter { client: None, ..letter() }),
        ("request-time-not-parsed", Letter { time: some("noon"), ..letter() }),
        ("request-time-missing-accepted", Letter { time: None, ..letter() }),
        ("stale-time-accepted", Letter { time: some("2019-05-28T12:12:12Z"), ..letter() }),
        ("signature-not-checked", Letter { header: Some(|_| "x".to_owned()), ..letter() }),
        ("signature-missing-accepted", Letter { header: None, ..letter() }),
        ("well-formed-signature-accepted", Letter { signed_body: Some(Vec::new()), ..letter() }),
        ("signature-path-not-bound", Letter { signed_target: "/api".to_owned() + PATH, ..letter() }),
        ("any-media-type-accepted", Letter { media_type: some("text/plain"), ..letter() }),
        ("get-accepted", Letter { method: Method::GET, ..letter() }),
        ("put-accepted", Letter { method: Method::PUT, ..letter() }),
    ] {
        assert_eq!(outcome(letter.send(&bench()).await).await.status, "F", "{name}");
        let seen = outcome(letter.send(&broken(name)).await).await;
        assert!(seen.is(200, "S", "SUCCESS"), "{name}: {seen:?}");
    }
    let spaced = Letter::new(serde_json::to_string_pretty(&valid(&fresh_key())).unwrap());
    let bench = broken("body-reserialised-before-verification");
    assert!(outcome(spaced.send(&bench).await).await.is(200, "F", "INVALID_SIGNATURE"));
    assert!(outcome(letter().send(&bench).await).await.is(200, "S", "SUCCESS"));
}

#[tokio::test]
async fn faults_that_crash() {
    let text = valid(&fresh_key()).to_string();
    for (name, body) in [
        ("crash-on-malformed-json", b"{".to_vec()),
        ("crash-on-empty-body", Vec::new()),
        ("crash-on-nul", valid("\0").to_string().into_bytes()),
        ("crash-on-deep-nesting", "[".repeat(1000).into_bytes()),
        ("crash-on-invalid-utf8", b"\xff".to_vec()),
        ("crash-on-large-body", vec![b' '; 1 << 20]),
        ("crash-on-duplicate-keys", br#"{"a":1,"a":2}"#.to_vec()),
        ("crash-on-empty-templates", with("k", "templates", json!([])).to_string().into_bytes()),
    ] {
        let response = Letter::new(body).send(&broken(name)).await;
        assert_eq!(response.status(), 500, "{name}");
        assert!(!response.headers().contains_key("signature"), "{name}");
    }
    for (name, body) in [
        ("duplicate-keys-accepted", text.replacen('{', r#"{"requestId":"x","#, 1).into_bytes()),
        ("trailing-bytes-accepted", format!("{text} x").into_bytes()),
        ("invalid-utf8-accepted", [&text.as_bytes()[..text.len() - 1], b",\"x\":\"\xff\"}"].concat()),
    ] {
        assert!(broken(name).raw(body).await.is(200, "S", "SUCCESS"), "{name}");
    }
    let cut = Letter::new(valid("\0").to_string()).sealed(&broken("answer-cut-off-on-nul")).send().await;
    let whole = match cut {
        Ok(response) => response.bytes().await.is_ok(),
        Err(_) => false,
    };
    assert!(!whole);
}

#[tokio::test]
async fn faults_in_the_answer() {
    for (name, pointer, body) in [
        ("result-message-missing", "/result/resultMessage", valid("k")),
        ("result-missing", "/result", valid("k")),
        ("success-without-message-id", "/messageId", valid("k")),
        ("refusal-without-result", "/result", json!({})),
    ] {
        let response = Letter::new(body.to_string()).send(&broken(name)).await;
        let parsed: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(parsed.pointer(pointer), None, "{name}");
    }
    for (name, header, value) in [
        ("response-unsigned", "signature", None),
        ("response-time-missing", "response-time", None),
        ("response-client-id-missing", "client-id", None),
        ("answers-text-html", "content-type", Some("text/html; charset=UTF-8")),
        ("wrong-charset", "content-type", Some("application/json; charset=ISO-8859-1")),
    ] {
        let response = Letter::new(valid("k").to_string()).send(&broken(name)).await;
        assert_eq!(response.headers().get(header).map(|value| value.to_str().unwrap()), value, "{name}");
    }
    assert_eq!(Letter::new("{}").send(&broken("redirects-instead-of-answering")).await.status(), 307);
}

#[tokio::test]
async fn faults_compose() {
    let names = ["empty-templates-accepted", "success-as-201", "key-ignores-case"];
    let faults = names.iter().map(|name| fault(name).unwrap()).collect();
    let bench = bench_with(Settings { faults, ..Settings::default() });
    assert!(bench.post(&with("K", "templates", json!([]))).await.is(201, "S", "SUCCESS"));
    assert!(bench.post(&valid("k")).await.is(200, "F", "REPEAT_REQ_INCONSISTENT"));
}
