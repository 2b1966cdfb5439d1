//! Header fields: signatures, times to wait, media types, and the keys that signatures are checked with.

use bytes::Bytes;
use proofmark::case::script::ValueForm;
use proofmark::config::secret::Secret;
use proofmark::contract::extension::Signing;
use proofmark::contract::signing::Encoding;
use proofmark::evidence::keys;
use proofmark::exchange::Response;
use proofmark::reference;
use proofmark::target::encoding::{encode, readings};
use proofmark::target::keys::{SigningKey, VerifyingKey};
use proofmark::target::limit::retry_after;
use proofmark::target::sign::{Parts, formed, header_value, signature_text};
use serde_json::json;
use std::sync::LazyLock;

static KEY: LazyLock<VerifyingKey> = LazyLock::new(|| {
    let pem = reference::credentials().wallet_public_key_pem;
    VerifyingKey::from_pem(&Secret::new("key", pem.to_owned())).expect("the wallet's key is one")
});

/// Reads bytes as the value of a signature's header field; what follows a line feed, as the form that a contract gives
/// such values, and what follows another, as what is signed.
pub fn signature(data: &[u8]) {
    let raw = encode(data, Encoding::Base64);
    for encoding in Encoding::ALL {
        let text = encode(data, encoding);
        assert!(readings(&text).iter().any(|(bytes, _)| bytes == data), "{raw} is lost in {text}");
    }
    let Some(text) = super::text(data) else { return };
    let mut lines = text.splitn(3, '\n');
    let (value, form, content) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    check(value, form, content);
    header(value);
    pem(text);
}

fn check(value: &str, form: &str, content: &str) {
    let signing = json!({ "algorithm": "rsa-pkcs1v15-sha256", "content": content, "value": form,
        "source": "", "parameter": form.split('=').next().unwrap_or_default() });
    let Ok(signing) = serde_json::from_value::<Signing>(signing) else { return };
    let parts = Parts { method: "POST", path: "/a", client: "C", time: "T", body: value.as_bytes() };
    let message = parts.content(&signing);
    for form in [
        ValueForm::AsNamed,
        ValueForm::Spaced,
        ValueForm::Unspaced,
        ValueForm::Reversed,
        ValueForm::WithoutKeyVersion,
        ValueForm::UnknownKeyVersion,
        ValueForm::LowerCaseAlgorithm,
    ] {
        let _ = header_value(&formed(&signing, form), 1, value);
    }
    let found = signature_text(&signing, value).unwrap_or(value);
    assert_eq!(KEY.spelling(&message, found), None, "{found:?} is no signature of {message:?}");
}

fn header(value: &str) {
    for name in ["Retry-After", "Content-Type", "Content-Encoding"] {
        let headers = vec![(name.to_owned(), value.to_owned())];
        let response = Response::new(429, headers, Bytes::new(), false);
        let _ = retry_after(&response);
    }
}

fn pem(text: &str) {
    let secret = Secret::new("key", text.to_owned());
    let _ = (SigningKey::from_pem(&secret).is_ok(), VerifyingKey::from_pem(&secret).is_ok());
    let _ =
        (keys::SigningKey::from_pem(text, None).is_ok(), keys::VerifyingKey::from_pem(text, None).is_ok());
}
