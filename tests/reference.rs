//! The reference wallet over real sockets: its correct flow, each refusal, its idempotency, its signatures, and
//! its faults and variants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use proofmark::reference::{Settings, Wallet, credentials, fault, faults, variant, variants};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use serde_json::{Value, json};

const PATH: &str = "/v1/messages/sendInbox";
const LAWS: [&str; 6] = ["shape", "status", "code", "idempotency", "header", "robustness"];

/// A wallet and a client of it.
struct Bench {
    wallet: Wallet,
    http: Client,
}

fn bench() -> Bench {
    bench_with(Settings::default())
}

fn broken(name: &str) -> Bench {
    bench_with(Settings { faults: vec![fault(name).expect(name)], ..Settings::default() })
}

fn varied(name: &str) -> Bench {
    bench_with(Settings { variants: vec![variant(name).expect(name)], ..Settings::default() })
}

fn bench_with(settings: Settings) -> Bench {
    let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    Bench { wallet: Wallet::start(settings).unwrap(), http }
}

fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn valid(key: &str) -> Value {
    let known = credentials();
    json!({
        "accessToken": known.token_valid,
        "requestId": key,
        "templateCode": known.template_code,
        "templates": [{ "templateParameters": known.template_parameters }],
    })
}

fn with(key: &str, member: &str, value: impl Into<Value>) -> Value {
    let mut body = valid(key);
    body[member] = value.into();
    body
}

fn without(key: &str, member: &str) -> Value {
    let mut body = valid(key);
    body.as_object_mut().unwrap().remove(member);
    body
}

fn sign(content: &[u8]) -> Vec<u8> {
    let pem = PrivatePkcs8KeyDer::from_pem_slice(credentials().client_private_key_pem.as_bytes()).unwrap();
    let key = RsaKeyPair::from_pkcs8(pem.secret_pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature).unwrap();
    signature
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// A request whose headers can be bent before it is sent.
#[derive(Clone)]
struct Letter {
    method: Method,
    target: String,
    signed_target: String,
    client: Option<String>,
    time: Option<String>,
    media_type: Option<String>,
    body: Vec<u8>,
    signed_body: Option<Vec<u8>>,
    /// Turns the raw signature into the header; `None` leaves the header out.
    header: Option<fn(&[u8]) -> String>,
}

fn plain_header(signature: &[u8]) -> String {
    format!("algorithm=RSA256, keyVersion=1, signature={}", STANDARD.encode(signature))
}

impl Letter {
    fn new(body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: Method::POST,
            target: PATH.to_owned(),
            signed_target: PATH.to_owned(),
            client: Some(credentials().client_id.to_owned()),
            time: Some(now()),
            media_type: Some("application/json; charset=UTF-8".to_owned()),
            body: body.into(),
            signed_body: None,
            header: Some(plain_header),
        }
    }

    async fn send(&self, bench: &Bench) -> Response {
        self.sealed(bench).send().await.unwrap()
    }

    /// The request, signed and ready to go.
    fn sealed(&self, bench: &Bench) -> reqwest::RequestBuilder {
        let url = format!("{}{}", bench.wallet.base_url(), self.target);
        let mut request = bench.http.request(self.method.clone(), url).body(self.body.clone());
        for (name, value) in
            [("client-id", &self.client), ("request-time", &self.time), ("content-type", &self.media_type)]
        {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if let Some(header) = self.header {
            let body = self.signed_body.as_ref().unwrap_or(&self.body);
            let client = self.client.clone().unwrap_or_default();
            let time = self.time.clone().unwrap_or_default();
            let head = format!("POST {}\n{client}.{time}.", self.signed_target);
            request = request.header("signature", header(&sign(&[head.as_bytes(), body].concat())));
        }
        request
    }
}

/// An answer reduced to what most tests look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Outcome {
    http: u16,
    status: String,
    code: String,
    message_id: Option<String>,
}

impl Outcome {
    fn is(&self, http: u16, status: &str, code: &str) -> bool {
        self.http == http && self.status == status && self.code == code
    }
}

async fn outcome(response: Response) -> Outcome {
    let http = response.status().as_u16();
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Outcome {
        http,
        status: text(&body["result"]["resultStatus"]),
        code: text(&body["result"]["resultCode"]),
        message_id: body["messageId"].as_str().map(str::to_owned),
    }
}

impl Bench {
    async fn post(&self, body: &Value) -> Outcome {
        outcome(Letter::new(body.to_string()).send(self).await).await
    }

    async fn raw(&self, body: impl Into<Vec<u8>>) -> Outcome {
        outcome(Letter::new(body).send(self).await).await
    }

    async fn count(&self, key: &str) -> u64 {
        let encoded = percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC);
        let url = format!("{}/probe/inbox?requestId={encoded}", self.wallet.base_url());
        let body = self.http.get(url).send().await.unwrap().bytes().await.unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()["count"].as_u64().unwrap()
    }
}

fn assert_signed(headers: &HeaderMap, client: &str, body: &[u8]) {
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("client-id"), client);
    let value = header("signature");
    let text = value.strip_prefix("algorithm=RSA256, keyVersion=1, signature=").unwrap();
    let content = [format!("POST {PATH}\n{client}.{}.", header("response-time")).as_bytes(), body].concat();
    let key =
        SubjectPublicKeyInfoDer::from_pem_slice(credentials().wallet_public_key_pem.as_bytes()).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &key)
        .verify(&content, &STANDARD.decode(text).unwrap())
        .unwrap();
}

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
    assert_signed(&headers, credentials().client_id, &body);
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
        assert_signed(&headers, client, &body);
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

async fn burst(bench: &Bench, body: &Value, size: usize) -> Vec<Outcome> {
    let letter = Letter::new(body.to_string());
    // Signed before the first one leaves: signing takes longer than the wallet takes to send.
    let requests: Vec<_> = (0..size).map(|_| letter.sealed(bench)).collect();
    join_all(requests.into_iter().map(|request| async { outcome(request.send().await.unwrap()).await })).await
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_missing_lock_is_a_race() {
    let (open, hidden) = (broken("race-without-lock"), broken("race-with-one-message-id"));
    let key = fresh_key();
    let ids = |seen: Vec<Outcome>| seen.into_iter().map(|one| one.message_id).collect::<HashSet<_>>().len();
    assert!(ids(burst(&open, &valid(&key), 16).await) > 1);
    assert!(open.count(&key).await > 1);
    assert_eq!(ids(burst(&hidden, &valid(&key), 16).await), 1);
    assert!(hidden.count(&key).await > 1);
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

#[test]
fn every_fault_is_registered() {
    let names: HashSet<_> = faults().iter().map(|fault| fault.name).collect();
    assert_eq!(names.len(), faults().len());
    assert!(names.len() >= 80);
    for one in faults() {
        assert!(kebab(one.name), "{}", one.name);
        assert!(LAWS.contains(&one.law), "{}", one.name);
        assert!(!one.noticed_by.is_empty(), "{}", one.name);
        assert!(one.summary.ends_with('.'), "{}", one.name);
        for glob in one.noticed_by {
            assert!(glob.starts_with("sendInbox/"), "{}", one.name);
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
        ("byte-order-mark-accepted", format!("\u{feff}{text}").into_bytes()),
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

#[tokio::test]
async fn every_variant_sends_once() {
    for one in variants() {
        let bench = varied(one.name);
        let key = fresh_key();
        let first = bench.post(&valid(&key)).await;
        let second = bench.post(&valid(&key)).await;
        assert!(["S", "A", "U"].contains(&first.status.as_str()), "{}", one.name);
        assert!(second.is(200, "S", "SUCCESS"), "{}", one.name);
        assert!(first.message_id.is_none() || first.message_id == second.message_id, "{}", one.name);
        assert_eq!(bench.post(&valid(&key)).await, second, "{}", one.name);
        bench.post(&with(&key, "templates", json!([{ "templateParameters": {} }]))).await;
        assert_eq!(bench.count(&key).await, 1, "{}", one.name);
        for bad in [with(&key, "templates", json!([])), with("other", "accessToken", "unknown")] {
            assert_eq!(bench.post(&bad).await.status, "F", "{}", one.name);
        }
        assert_eq!(bench.count("other").await, 0, "{}", one.name);
    }
}

#[tokio::test]
async fn variants_answer_as_named() {
    let key = fresh_key();
    assert_eq!(varied("accept-then-success").post(&valid(&key)).await.status, "A");
    assert_eq!(varied("unknown-then-success").post(&valid(&key)).await.status, "U");
    assert_eq!(varied("malformed-body-as-400").raw("{").await.http, 400);
    let post = Letter { method: Method::PUT, ..Letter::new("{}") };
    let seen = outcome(post.send(&varied("transport-errors-as-200")).await).await;
    assert!(seen.is(200, "F", "PARAM_ILLEGAL"));
    let stored = varied("stored-answer-for-other-body");
    let first = stored.post(&valid(&key)).await;
    assert_eq!(stored.post(&with(&key, "accessToken", credentials().token_second)).await, first);
    let pinned = varied("pins-business-failures");
    pinned.post(&with(&key, "templateCode", "NO_SUCH_TEMPLATE")).await;
    assert!(pinned.post(&valid(&key)).await.is(200, "F", "REPEAT_REQ_INCONSISTENT"));
    assert_eq!(varied("longest-message-id").post(&valid(&key)).await.message_id.unwrap().len(), 258);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_twin_may_be_told_to_come_back() {
    let bench = varied("twin-answered-unknown");
    let key = fresh_key();
    let seen = burst(&bench, &valid(&key), 16).await;
    assert!(seen.iter().all(|one| one.is(200, "S", "SUCCESS") || one.is(200, "U", "UNKNOWN_EXCEPTION")));
    assert_eq!(seen.iter().filter_map(|one| one.message_id.clone()).collect::<HashSet<_>>().len(), 1);
    assert_eq!(bench.count(&key).await, 1);
}
