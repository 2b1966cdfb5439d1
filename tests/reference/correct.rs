//! The wallet without faults.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofmark::reference::{Settings, Wallet, credentials};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::bench::{
    Bench, Letter, PATH, bench, bench_with, burst, fresh_key, outcome, plain_header, valid, verifies, with,
    without,
};

#[tokio::test]
async fn sends_and_signs() {
    let bench = bench();
    let key = fresh_key();
    assert_eq!(bench.count(&key).await, 0);
    let response = Letter::new(valid(&key).to_string()).send(&bench).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json; charset=UTF-8");
    let headers = response.headers().clone();
    let body = response.bytes().await.unwrap();
    let parsed: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(parsed["result"]["resultStatus"], "S");
    assert_eq!(parsed["result"]["resultCode"], "SUCCESS");
    assert!(parsed["result"]["resultMessage"].is_string());
    assert_eq!(parsed["extendInfo"], "");
    assert!((1..=258).contains(&parsed["messageId"].as_str().unwrap().len()));
    assert_eq!(headers["client-id"], credentials().client_id);
    assert!(verifies(&headers, &body));
    assert_eq!(bench.count(&key).await, 1);
}

#[tokio::test]
async fn refusals_are_signed_too() {
    let bench = bench();
    for (client, letter) in [
        ("PROOFMARK_DEMO", Letter::new("{")),
        ("", Letter { client: None, ..Letter::new("{}") }),
        ("PROOFMARK_DEMO", Letter { method: Method::PUT, ..Letter::new("{}") }),
    ] {
        let response = letter.send(&bench).await;
        let headers = response.headers().clone();
        let body = response.bytes().await.unwrap();
        assert_eq!(headers["client-id"], client);
        assert!(verifies(&headers, &body));
        let parsed: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(parsed["result"]["resultStatus"], "F");
        assert_eq!(parsed.get("messageId"), None);
    }
}

#[tokio::test]
async fn digest_vector_of_the_family() {
    let body = r#"{"accessToken":"2019112719074101000700000077771xxxx","requestId":"20191127190741010007013213123xxxx","templateCode":"MINI_APP_COMMON_INBOX","templates":[{"templateParameters":{"Title":"mini-inbox-title","Content":"hello mini program","Url":"mini://platformapi/startapp?_ariver_appid=888888"}}]}"#;
    let content = format!("POST {PATH}\nTEST_5X00000000000000.2019-05-28T12:12:12+08:00.{body}");
    assert_eq!(content.len(), 370);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content.as_bytes());
    let hex: String = digest.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert_eq!(hex, "8dee486e6443e25d392d595d90b45d184a023d644cbae24c98d79a8a6471b136");
}

#[tokio::test]
async fn fields() {
    let bench = bench();
    let key = || fresh_key();
    // At the limit, in characters of one to four bytes: the key is fresh, so pad it to 128.
    for letter in ["a", "é", "漢", "😀", "\u{301}"] {
        let head = key();
        let full = head.clone() + &letter.repeat(128 - head.len());
        assert!(bench.post(&valid(&full)).await.is(200, "S", "SUCCESS"), "{letter}");
        assert_eq!(bench.count(&full).await, 1);
        assert!(bench.post(&valid(&(full + letter))).await.is(200, "F", "PARAM_ILLEGAL"), "{letter}");
    }
    let token = |length| with(&key(), "accessToken", "t".repeat(length));
    assert!(bench.post(&token(128)).await.is(200, "F", "INVALID_ACCESS_TOKEN"));
    assert!(bench.post(&token(129)).await.is(200, "F", "PARAM_ILLEGAL"));
    let code = |length| with(&key(), "templateCode", "t".repeat(length));
    assert!(bench.post(&code(256)).await.is(200, "F", "TEMPLATE_NOT_EXIST"));
    assert!(bench.post(&code(257)).await.is(200, "F", "PARAM_ILLEGAL"));

    let mut bad = Vec::new();
    for member in ["accessToken", "requestId", "templateCode", "templates"] {
        bad.push(without(&key(), member));
        for value in [json!(null), json!(""), json!(1), json!(true), json!({}), json!([])] {
            bad.push(with(&key(), member, value));
        }
    }
    for item in [
        json!(null),
        json!("t"),
        json!([]),
        json!({}),
        json!({"templateParameters": null}),
        json!({"templateParameters": "t"}),
        json!({"templateParameters": []}),
    ] {
        bad.push(with(&key(), "templates", json!([{ "templateParameters": {} }, item])));
    }
    bad.extend([json!([]), json!("t"), json!(1), json!(null), json!([valid(&key())])]);
    for body in &bad {
        assert!(bench.post(body).await.is(200, "F", "PARAM_ILLEGAL"), "{body}");
    }

    let mut good = vec![
        with(&key(), "extra", json!({"deep": [1, 2.5, null]})),
        with(
            &key(),
            "templates",
            json!([{ "templateParameters": {} }, { "templateParameters": {}, "language": 1 }]),
        ),
        with(
            &key(),
            "templates",
            json!([{ "templateParameters": { "a\0": "\0", "n": 1, "o": null, "": "" } }]),
        ),
    ];
    good.extend(["1", "\0", " ", "null", "\u{202e}x"].map(valid));
    for body in &good {
        assert!(bench.post(body).await.is(200, "S", "SUCCESS"), "{body}");
    }
}

#[tokio::test]
async fn tokens_and_templates() {
    let bench = bench();
    let known = credentials();
    for (token, status, code) in [
        (known.token_valid, "S", "SUCCESS"),
        (known.token_second, "S", "SUCCESS"),
        (known.token_unscoped, "F", "ACCESS_TOKEN_NOT_COVER_THE_SCOPE"),
        (known.token_expired, "F", "EXPIRED_ACCESS_TOKEN"),
        ("demo-token-other", "F", "INVALID_ACCESS_TOKEN"),
        ("DEMO-TOKEN-VALID", "F", "INVALID_ACCESS_TOKEN"),
    ] {
        let key = fresh_key();
        assert!(bench.post(&with(&key, "accessToken", token)).await.is(200, status, code), "{token}");
        assert_eq!(bench.count(&key).await, u64::from(status == "S"));
    }
}

#[tokio::test]
async fn transport() {
    let bench = bench();
    let letter = || Letter::new(valid(&fresh_key()).to_string());
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let response = Letter { method, ..letter() }.send(&bench).await;
        assert_eq!(response.headers()["allow"], "POST");
        assert!(outcome(response).await.is(405, "F", "METHOD_NOT_SUPPORTED"));
    }
    let elsewhere = "/v1/messages/sendPush".to_owned();
    let response = Letter { target: elsewhere, ..letter() }.send(&bench).await;
    assert!(outcome(response).await.is(404, "F", "INVALID_API"));
    for (media_type, accepted) in [
        (None, true),
        (Some("application/json"), true),
        (Some("Application/JSON;charset=utf-8"), true),
        (Some("text/plain"), false),
        (Some("application/json; charset=ISO-8859-1"), false),
    ] {
        let response = Letter { media_type: media_type.map(str::to_owned), ..letter() }.send(&bench).await;
        let wanted = if accepted { (200, "S", "SUCCESS") } else { (415, "F", "MEDIA_TYPE_NOT_ACCEPTABLE") };
        assert!(outcome(response).await.is(wanted.0, wanted.1, wanted.2), "{media_type:?}");
    }
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    let bench = bench();
    let text = valid(&fresh_key()).to_string();
    let doubled = text.replacen('{', r#"{"requestId":"other","#, 1);
    let deep = text.replacen('{', &format!(r#"{{"x":{}{},"#, "[".repeat(50_000), "]".repeat(50_000)), 1);
    for body in [
        Vec::new(),
        b"{".to_vec(),
        text.as_bytes()[..text.len() - 1].to_vec(),
        format!("{text}x").into_bytes(),
        format!("{text}{text}").into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        [text.as_bytes(), b"\xff"].concat(),
        [br#"{"x":""#, &b"\xc3\x28"[..], br#""}"#].concat(),
        doubled.into_bytes(),
        deep.into_bytes(),
        b"<xml/>".to_vec(),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert!(bench.raw(body).await.is(200, "F", "PARAM_ILLEGAL"), "{shown}");
    }
    for size in [256 * 1024 + 1, 1 << 20, 8 << 20] {
        let body = with(&fresh_key(), "padding", "x".repeat(size));
        assert!(bench.post(&body).await.is(413, "F", "PARAM_ILLEGAL"), "{size}");
    }
    assert!(bench.post(&with(&fresh_key(), "padding", "x".repeat(250 * 1024))).await.is(200, "S", "SUCCESS"));
}

#[tokio::test]
async fn headers() {
    let bench = bench();
    let letter = || Letter::new(valid(&fresh_key()).to_string());
    let refused = async |letter: Letter, code: &str| {
        let key =
            serde_json::from_slice::<Value>(&letter.body).unwrap()["requestId"].as_str().unwrap().to_owned();
        let seen = outcome(letter.send(&bench).await).await;
        assert!(seen.is(200, "F", code), "{code}: {seen:?}");
        assert_eq!(bench.count(&key).await, 0);
    };
    refused(Letter { client: None, ..letter() }, "INVALID_CLIENT").await;
    refused(Letter { client: Some("OTHER".to_owned()), ..letter() }, "INVALID_CLIENT").await;
    refused(Letter { client: Some("proofmark_demo".to_owned()), ..letter() }, "INVALID_CLIENT").await;
    refused(Letter { time: None, ..letter() }, "PARAM_ILLEGAL").await;
    for time in ["yesterday", "1700000000000", "2019-05-28T12:12:12+08:00", "2999-01-01T00:00:00Z"] {
        refused(Letter { time: Some(time.to_owned()), ..letter() }, "TIMESTAMP_INVALID").await;
    }
    refused(Letter { header: None, ..letter() }, "INVALID_SIGNATURE").await;
    let bad_headers: [fn(&[u8]) -> String; 6] = [
        |_| "nonsense".to_owned(),
        |_| String::new(),
        |_| "algorithm=RSA256, keyVersion=1, signature=AAAA".to_owned(),
        |signature| format!("algorithm=HS256, keyVersion=1, signature={}", STANDARD.encode(signature)),
        |signature| format!("algorithm=RSA256, keyVersion=7, signature={}", STANDARD.encode(signature)),
        |signature| plain_header(&signature[1..]),
    ];
    for header in bad_headers {
        refused(Letter { header: Some(header), ..letter() }, "INVALID_SIGNATURE").await;
    }
    refused(Letter { signed_target: "/api".to_owned() + PATH, ..letter() }, "INVALID_SIGNATURE").await;
    refused(Letter { signed_body: Some(b"{}".to_vec()), ..letter() }, "INVALID_SIGNATURE").await;

    let good_headers: [fn(&[u8]) -> String; 4] = [
        |signature| format!("algorithm=rsa256,keyVersion=1,signature={}", STANDARD.encode(signature)),
        |signature| format!("signature={} , algorithm=RSA256", STANDARD.encode(signature)),
        |signature| {
            format!("algorithm=RSA256, keyVersion=1, signature={}", URL_SAFE_NO_PAD.encode(signature))
        },
        |signature| {
            let plain = STANDARD.encode(signature);
            let encoded = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
            format!("algorithm=RSA256, keyVersion=1, signature={encoded}")
        },
    ];
    for header in good_headers {
        let seen = outcome(Letter { header: Some(header), ..letter() }.send(&bench).await).await;
        assert!(seen.is(200, "S", "SUCCESS"), "{seen:?}");
    }
    let zoned = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(330);
    let time = zoned.strftime("%Y-%m-%dT%H:%M:%S+05:30").to_string();
    let seen = outcome(Letter { time: Some(time), ..letter() }.send(&bench).await).await;
    assert!(seen.is(200, "S", "SUCCESS"));
    let query = format!("{PATH}?trace=1");
    let asked = Letter { target: query.clone(), signed_target: query, ..letter() };
    assert!(outcome(asked.send(&bench).await).await.is(200, "S", "SUCCESS"));
}

#[tokio::test]
async fn signature_can_be_switched_off() {
    let bench = bench_with(Settings { require_signature: false, ..Settings::default() });
    let letter =
        Letter { client: None, time: None, header: None, ..Letter::new(valid(&fresh_key()).to_string()) };
    assert!(outcome(letter.send(&bench).await).await.is(200, "S", "SUCCESS"));
}

#[tokio::test]
async fn replays() {
    let bench = bench();
    let key = fresh_key();
    let body = valid(&key);
    let first = bench.post(&body).await;
    assert!(first.is(200, "S", "SUCCESS"));
    let spaced = serde_json::to_string_pretty(&body).unwrap();
    assert_eq!(bench.raw(spaced).await, first);
    let members: Vec<_> = body.as_object().unwrap().iter().collect();
    let reversed: Vec<_> =
        members.iter().rev().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    assert_eq!(bench.raw(format!("{{{}}}", reversed.join(","))).await, first);
    let other_connection = Bench { http: Client::builder().no_proxy().build().unwrap(), ..bench };
    assert_eq!(other_connection.post(&body).await, first);
    let bench = other_connection;

    for other in [
        with(&key, "accessToken", credentials().token_second),
        with(&key, "templates", json!([{ "templateParameters": {} }])),
    ] {
        assert!(bench.post(&other).await.is(200, "F", "REPEAT_REQ_INCONSISTENT"));
    }
    assert_eq!(bench.post(&body).await, first);
    assert_eq!(bench.count(&key).await, 1);
}

#[tokio::test]
async fn refusals_do_not_burn_the_key() {
    let bench = bench();
    let key = fresh_key();
    for bad in [
        with(&key, "templates", json!([])),
        with(&key, "accessToken", "unknown"),
        with(&key, "accessToken", credentials().token_expired),
        with(&key, "templateCode", "NO_SUCH_TEMPLATE"),
    ] {
        assert_eq!(bench.post(&bad).await.status, "F");
    }
    assert_eq!(bench.count(&key).await, 0);
    assert!(bench.post(&valid(&key)).await.is(200, "S", "SUCCESS"));
}

#[tokio::test]
async fn keys_are_exact() {
    let bench = bench();
    let long = "k".repeat(127);
    let keys = ["Key", "key", "key ", " key", "0key", "00key", "k\u{e9}", "ke\u{301}", "1", "01", "1.0"]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("{long}a"), format!("{long}b"), long]);
    let mut ids = HashSet::new();
    for key in keys {
        let seen = bench.post(&valid(&key)).await;
        assert!(seen.is(200, "S", "SUCCESS"), "{key}");
        assert!(ids.insert(seen.message_id), "{key}");
        assert_eq!(bench.count(&key).await, 1, "{key}");
    }
}

#[tokio::test]
async fn message_ids_depend_on_the_key_only() {
    let (one, other) = (bench(), bench());
    let (a, b) = (valid("a"), valid("b"));
    let first = (one.post(&a).await, one.post(&b).await);
    let second = (other.post(&b).await, other.post(&a).await);
    assert_eq!(first, (second.1, second.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_duplicates_are_one() {
    let bench = bench();
    for _ in 0..5 {
        let key = fresh_key();
        let seen: HashSet<_> = burst(&bench, &valid(&key), 32).await.into_iter().collect();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert!(seen.iter().all(|one| one.is(200, "S", "SUCCESS")));
        assert_eq!(bench.count(&key).await, 1);
    }
}

#[tokio::test]
async fn probe_reads_any_key() {
    let bench = bench();
    for key in ["a b&c=d", "é漢😀", "100%", "\u{0}"] {
        bench.post(&valid(key)).await;
        assert_eq!(bench.count(key).await, 1, "{key}");
    }
    let bare = bench.http.get(bench.wallet.base_url() + "/probe/inbox").send().await.unwrap();
    assert_eq!(bare.status(), 400);
}

#[tokio::test]
async fn ports() {
    let wallet = Wallet::start(Settings::default()).unwrap();
    let url = wallet.base_url();
    let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
    assert!(Wallet::start(Settings { port, ..Settings::default() }).is_err());
    wallet.stop();
    let again = Wallet::start(Settings { port, ..Settings::default() }).unwrap();
    assert_eq!(again.base_url(), url);
}
