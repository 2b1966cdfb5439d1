//! A wallet, a client of it, and requests that can be bent.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use proofmark::reference::{Settings, Wallet, credentials, fault, variant};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/v1/messages/sendInbox";

/// A wallet and a client of it.
pub(crate) struct Bench {
    pub(crate) wallet: Wallet,
    pub(crate) http: Client,
}

pub(crate) fn bench() -> Bench {
    bench_with(Settings::default())
}

pub(crate) fn broken(name: &str) -> Bench {
    bench_with(Settings { faults: vec![fault(name).expect(name)], ..Settings::default() })
}

pub(crate) fn varied(name: &str) -> Bench {
    bench_with(Settings { variants: vec![variant(name).expect(name)], ..Settings::default() })
}

pub(crate) fn bench_with(settings: Settings) -> Bench {
    let mut http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    if settings.variants.iter().any(|variant| variant.http2) {
        http = http.http2_prior_knowledge();
    }
    Bench { wallet: Wallet::start(settings).unwrap(), http: http.build().unwrap() }
}

pub(crate) fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn valid(key: &str) -> Value {
    let known = credentials();
    json!({
        "accessToken": known.token_valid,
        "requestId": key,
        "templateCode": known.template_code,
        "templates": [{ "templateParameters": known.template_parameters }],
    })
}

pub(crate) fn with(key: &str, member: &str, value: impl Into<Value>) -> Value {
    let mut body = valid(key);
    body[member] = value.into();
    body
}

pub(crate) fn without(key: &str, member: &str) -> Value {
    let mut body = valid(key);
    body.as_object_mut().unwrap().remove(member);
    body
}

/// Signs with the key of a client; of the first one for any that is not known.
fn sign(client: &str, content: &[u8]) -> Vec<u8> {
    fn read(pem: &str) -> RsaKeyPair {
        let pem = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).unwrap();
        RsaKeyPair::from_pkcs8(pem.secret_pkcs8_der()).unwrap()
    }
    static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| read(credentials().client_private_key_pem));
    static SECOND: LazyLock<RsaKeyPair> = LazyLock::new(|| read(credentials().second_client_private_key_pem));
    let key = if client == credentials().second_client_id { &*SECOND } else { &*KEY };
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature).unwrap();
    signature
}

pub(crate) fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// A request whose headers can be bent before it is sent.
#[derive(Clone)]
pub(crate) struct Letter {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) signed_target: String,
    pub(crate) client: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) signed_body: Option<Vec<u8>>,
    /// The method, client id and key that the signature is made with, where they are others.
    pub(crate) signed_method: Option<&'static str>,
    pub(crate) signed_client: Option<String>,
    pub(crate) key_of: Option<&'static str>,
    /// Whether the body goes out in chunks.
    pub(crate) chunked: bool,
    /// Turns the raw signature into the header; `None` leaves the header out.
    pub(crate) header: Option<fn(&[u8]) -> String>,
    /// A header field beside the API's own.
    pub(crate) more: Option<(&'static str, &'static str)>,
    /// Whether the signature is the first header field instead of the last.
    pub(crate) signature_first: bool,
}

pub(crate) fn plain_header(signature: &[u8]) -> String {
    format!("algorithm=RSA256, keyVersion=1, signature={}", STANDARD.encode(signature))
}

impl Letter {
    pub(crate) fn new(body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: Method::POST,
            target: PATH.to_owned(),
            signed_target: PATH.to_owned(),
            client: Some(credentials().client_id.to_owned()),
            time: Some(now()),
            media_type: Some("application/json; charset=UTF-8".to_owned()),
            body: body.into(),
            signed_body: None,
            signed_method: None,
            signed_client: None,
            key_of: None,
            chunked: false,
            header: Some(plain_header),
            more: None,
            signature_first: false,
        }
    }

    pub(crate) async fn send(&self, bench: &Bench) -> Response {
        self.sealed(bench).send().await.unwrap()
    }

    /// The request, signed and ready to go.
    pub(crate) fn sealed(&self, bench: &Bench) -> reqwest::RequestBuilder {
        self.sealed_by(&bench.http, bench)
    }

    /// The same, to be sent by another client.
    pub(crate) fn sealed_by(&self, http: &Client, bench: &Bench) -> reqwest::RequestBuilder {
        let url = format!("{}{}", bench.wallet.base_url(), self.target);
        let mut headers = vec![
            ("client-id", self.client.clone()),
            ("request-time", self.time.clone()),
            ("content-type", self.media_type.clone()),
        ];
        headers.extend(self.more.map(|(name, value)| (name, Some(value.to_owned()))));
        let signature = self.header.map(|header| {
            let body = self.signed_body.as_ref().unwrap_or(&self.body);
            let client = self.client.clone().unwrap_or_default();
            let signed = self.signed_client.as_ref().unwrap_or(&client);
            let time = self.time.clone().unwrap_or_default();
            let method = self.signed_method.unwrap_or("POST");
            let head = format!("{method} {}\n{signed}.{time}.", self.signed_target);
            header(&sign(self.key_of.unwrap_or(&client), &[head.as_bytes(), body].concat()))
        });
        headers.insert(if self.signature_first { 0 } else { headers.len() }, ("signature", signature));
        let body = self.body.clone();
        let body = if self.chunked {
            reqwest::Body::wrap_stream(futures_util::stream::iter([std::io::Result::Ok(body)]))
        } else {
            body.into()
        };
        let request = http.request(self.method.clone(), url).body(body);
        let set = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
        set.fold(request, |request, (name, value)| request.header(name, value))
    }
}

/// An answer reduced to what most tests look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Outcome {
    pub(crate) http: u16,
    pub(crate) status: String,
    pub(crate) code: String,
    pub(crate) message_id: Option<String>,
}

impl Outcome {
    pub(crate) fn is(&self, http: u16, status: &str, code: &str) -> bool {
        self.http == http && self.status == status && self.code == code
    }
}

pub(crate) async fn outcome(response: Response) -> Outcome {
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
    pub(crate) async fn post(&self, body: &Value) -> Outcome {
        outcome(Letter::new(body.to_string()).send(self).await).await
    }

    pub(crate) async fn raw(&self, body: impl Into<Vec<u8>>) -> Outcome {
        outcome(Letter::new(body).send(self).await).await
    }

    pub(crate) async fn count(&self, key: &str) -> u64 {
        let encoded = percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC);
        let url = format!("{}/probe/inbox?requestId={encoded}", self.wallet.base_url());
        let body = self.http.get(url).send().await.unwrap().bytes().await.unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()["count"].as_u64().unwrap()
    }
}

/// Whether an answer is signed with the wallet's key over what it says.
pub(crate) fn verifies(headers: &HeaderMap, body: &[u8]) -> bool {
    static KEY: LazyLock<SubjectPublicKeyInfoDer<'static>> = LazyLock::new(|| {
        SubjectPublicKeyInfoDer::from_pem_slice(credentials().wallet_public_key_pem.as_bytes()).unwrap()
    });
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    let Some(text) = header("signature").strip_prefix("algorithm=RSA256, keyVersion=1, signature=") else {
        return false;
    };
    let Ok(signature) = STANDARD.decode(text) else { return false };
    let head = format!("POST {PATH}\n{}.{}.", header("client-id"), header("response-time"));
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &*KEY);
    key.verify(&[head.as_bytes(), body].concat(), &signature).is_ok()
}

/// Sends one body many times at once.
pub(crate) async fn burst(bench: &Bench, body: &Value, size: usize) -> Vec<Outcome> {
    let letter = Letter::new(body.to_string());
    // Signed before the first one leaves: signing takes longer than the wallet takes to send.
    let requests: Vec<_> = (0..size).map(|_| letter.sealed(bench)).collect();
    join_all(requests.into_iter().map(|request| async { outcome(request.send().await.unwrap()).await })).await
}
