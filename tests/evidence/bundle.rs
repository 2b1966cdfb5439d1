//! A place with a report, keys and attestations.

use super::support::{Done, Place};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::process::Command;
use std::sync::OnceLock;

/// The report of a whole run against the embedded wallet.
pub(crate) fn report() -> &'static str {
    static REPORT: OnceLock<String> = OnceLock::new();
    REPORT.get_or_init(|| {
        let place = Place::new();
        place.run("run --quiet --report json=report.json").exit(0);
        place.read("report.json")
    })
}

/// A place with that report, and a key pair in `k.key` and `k.pub`.
pub(crate) fn place() -> Place {
    let place = Place::new();
    place.write("report.json", report());
    place.write("k.key", KEY);
    place.write("k.pub", PUBLIC);
    place
}

/// A P-256 key in PKCS#8 that OpenSSL made for these tests; it protects nothing.
pub(crate) const KEY: &str = include_str!("keys/test.key");
/// Its public half.
pub(crate) const PUBLIC: &str = include_str!("keys/test.pub");

/// Attests `report.json`.
#[track_caller]
pub(crate) fn attested(place: &Place, more: &str) -> Done {
    place.run(&format!("attest report.json --key k.key {more}")).exit(0)
}

/// The envelope in a file.
pub(crate) fn envelope(place: &Place, name: &str) -> Value {
    place.json(name)
}

/// The payload of an envelope.
pub(crate) fn payload(envelope: &Value) -> Vec<u8> {
    STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap()
}

/// The statement in a file.
pub(crate) fn statement(place: &Place, name: &str) -> Value {
    serde_json::from_slice(&payload(&envelope(place, name))).unwrap()
}

/// What a signature is made of, written anew after the protocol's text.
pub(crate) fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut whole = b"DSSEv1".to_vec();
    for part in [kind.as_bytes(), payload] {
        whole.extend(format!(" {} ", part.len()).bytes());
        whole.extend(part);
    }
    whole
}

/// Runs openssl in the place; nothing where it is not installed.
pub(crate) fn openssl(place: &Place, line: &str) -> Option<Done> {
    let mut command = Command::new("openssl");
    command.args(line.split_whitespace()).current_dir(place.path("."));
    match command.output() {
        Ok(output) => {
            let code = output.status.code();
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            Some(Done { code, out: text(output.stdout), err: text(output.stderr) })
        }
        Err(error) => {
            eprintln!("left out: openssl cannot be run: {error}");
            None
        }
    }
}

/// Puts a statement of our own into a signed envelope, as a dishonest holder of the key would; nothing without openssl.
pub(crate) fn sign(place: &Place, name: &str, statement: &Value) -> Option<()> {
    let body = serde_json::to_vec(statement).unwrap();
    let kind = "application/vnd.in-toto+json";
    place.write("to-sign", encoded(kind, &body));
    openssl(place, "dgst -sha256 -sign k.key -out signature to-sign")?.exit(0);
    let signature = STANDARD.encode(std::fs::read(place.path("signature")).unwrap());
    let envelope = serde_json::json!({
        "payloadType": kind, "payload": STANDARD.encode(&body), "signatures": [{ "sig": signature }],
    });
    place.write(name, envelope.to_string());
    Some(())
}
