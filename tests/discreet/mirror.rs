//! A target that repeats all it ever heard, each time in another encoding.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use proofmark::exchange::pack::packed;
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What the target sets as a cookie and as tokens of its own.
pub(crate) const ISSUED: [(&str, &str); 3] = [
    ("cookie", "canary-Cookie_set/9a8b7c6d"),
    ("session header", "canary-Session-Token.55aa66bb"),
    ("supplied token", "canary-Supplied+Token/31415926"),
];

/// A running mirror; its threads end with the process.
pub(crate) struct Mirror {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Mirror {
    pub(crate) fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (all, turn) = (Arc::clone(&heard), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let (all, turn) = (Arc::clone(&all), Arc::clone(&turn));
                std::thread::spawn(move || serve(stream, &all, &turn));
            }
        });
        Self { url, heard }
    }

    /// The address without its scheme.
    pub(crate) fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// All requests, head and body.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The texts of all signatures that were sent, wherever they stand among the pairs of their header.
    pub(crate) fn signatures(&self) -> BTreeSet<String> {
        let heard = self.heard();
        let texts = heard.iter().filter_map(|request| signature(request)).map(str::to_owned);
        texts.filter(|text| text.len() > 100).collect()
    }
}

fn signature(request: &str) -> Option<&str> {
    let line = request.split_once("signature=")?.1.lines().next()?;
    line.split(',').next().map(str::trim)
}

#[test]
fn a_signature_ends_where_the_next_pair_begins() {
    for pairs in
        ["algorithm=RSA256,keyVersion=1,signature=ab%2B", "signature=ab%2B, keyVersion=1,algorithm=RSA256"]
    {
        let request = format!("POST / HTTP/1.1\r\nSignature: {pairs}\r\nhost: a\r\n\r\n{{}}");
        assert_eq!(signature(&request), Some("ab%2B"), "{pairs}");
    }
}

fn serve(mut stream: TcpStream, all: &Mutex<Vec<String>>, turn: &AtomicUsize) {
    while let Some(request) = request(&mut stream) {
        let request = String::from_utf8_lossy(&request).into_owned();
        let last = {
            let mut all = all.lock().unwrap();
            all.push(request.clone());
            all.iter().rev().nth(1).cloned().unwrap_or_default()
        };
        let head = request.lines().next().unwrap_or_default();
        let (extra, body) = if head.contains("/supply") {
            (String::new(), format!(r#"{{"value":"{}"}}"#, ISSUED[2].1).into_bytes())
        } else if head.contains("/probe") {
            (
                String::new(),
                format!(r#"{{"count":"none","echo":{}}}"#, serde_json::json!(request)).into_bytes(),
            )
        } else {
            let turn = turn.fetch_add(1, Ordering::SeqCst);
            // What an earlier request held comes back as well.
            answer(turn, &request, if turn.is_multiple_of(3) { &last } else { "" })
        };
        let answer = format!(
            "HTTP/1.1 200 Any\r\ncontent-length: {}\r\nset-cookie: sid={}; Path=/; HttpOnly\r\nx-session-token: {}\r\n{extra}\r\n",
            body.len(),
            ISSUED[0].1,
            ISSUED[1].1
        );
        if stream.write_all(answer.as_bytes()).and_then(|()| stream.write_all(&body)).is_err() {
            return;
        }
    }
}

/// Further header fields, and a body.
fn answer(turn: usize, request: &str, last: &str) -> (String, Vec<u8>) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let mut fields = String::new();
    for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
        fields.push_str(&format!("x-echo-{}: {value}\r\n", name.to_ascii_lowercase()));
    }
    fields.push_str(&format!("location: /next?body={}\r\n", percent(body, true)));
    fields.push_str(&format!("etag: \"{}\"\r\n", STANDARD.encode(body)));
    // Names of header fields lose their case.
    let token: String = body
        .split_once("\"accessToken\":\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or_default()
        .into();
    if !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && token.len() < 60
    {
        fields.push_str(&format!("x-{token}: 1\r\n"));
    }
    let all = format!("{request}\n{last}\n{} {}", ISSUED[0].1, ISSUED[1].1);
    let json = |value: &str| {
        let message = serde_json::Value::from(value);
        format!(
            r#"{{"result":{{"resultStatus":"F","resultCode":{message},"resultMessage":{message}}},"messageId":{message}}}"#
        )
    };
    let mut kind = "application/json";
    let mut coding = "";
    let body: Vec<u8> = match turn % 20 {
        0 => json(&all).into_bytes(),
        1 => json(&STANDARD.encode(&all)).into_bytes(),
        2 => json(&URL_SAFE_NO_PAD.encode(format!("x{all}"))).into_bytes(),
        3 => json(&format!("ab{}", URL_SAFE.encode(&all))).into_bytes(),
        4 => json(&hex(all.as_bytes())).into_bytes(),
        5 => json(&hex(all.as_bytes()).to_uppercase()).into_bytes(),
        6 => json(&percent(&all, true)).into_bytes(),
        7 => json(&percent(&all, false).to_lowercase()).into_bytes(),
        8 => escaped(&all, false).into_bytes(),
        9 => escaped(&all, true).into_bytes(),
        10 => json(&json(&json(&all))).into_bytes(),
        11 => {
            kind = "text/html";
            let entities: String =
                all.chars().fold(String::new(), |all, c| format!("{all}&#x{:x};", u32::from(c)));
            let plain =
                all.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&#39;").replace('"', "&quot;");
            format!("<!doctype html><p title=\"{plain}\">{entities}").into_bytes()
        }
        12 => {
            coding = "content-encoding: gzip\r\n";
            packed(json(&all).as_bytes())
        }
        13 => packed(json(&STANDARD.encode(&all)).as_bytes()),
        14 => {
            coding = "content-encoding: deflate\r\n";
            zlib(json(&all).as_bytes())
        }
        15 => json(&STANDARD.encode(packed(all.as_bytes()))).into_bytes(),
        16 => json(&STANDARD.encode(zlib(all.as_bytes()))).into_bytes(),
        17 => all.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        18 => json(&STANDARD.encode(json(&STANDARD.encode(&all)))).into_bytes(),
        // The middle of everything, as a log would cut it.
        _ => json(&all.chars().skip(40).take(300).collect::<String>()).into_bytes(),
    };
    (format!("content-type: {kind}\r\n{coding}{fields}"), body)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"))
}

fn percent(text: &str, every: bool) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() && !every;
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}

/// A JSON body in which every unit is an escape.
fn escaped(text: &str, capitals: bool) -> String {
    let unit = |unit: u16| if capitals { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    let text: String = text.encode_utf16().map(unit).collect();
    format!(r#"{{"result":{{"resultStatus":"F","resultCode":"{text}","resultMessage":"{text}"}}}}"#)
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// One request, head and body.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut bytes, mut part) = (Vec::new(), [0; 16_384]);
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            let length: usize = length.unwrap_or(0);
            let chunked = text.contains("transfer-encoding: chunked");
            if if chunked { bytes.ends_with(b"\r\n0\r\n\r\n") } else { bytes.len() >= end + 4 + length } {
                return Some(bytes);
            }
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}
