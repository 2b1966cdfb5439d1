//! What is signed, and where the signature stands, as the contract says.

use crate::case::script::ValueForm;
use crate::contract::extension::Signing;

/// The parts of a message that are signed.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Path and query of the request.
    pub path: &'a str,
    /// The client's id.
    pub client: &'a str,
    /// The time that the message claims.
    pub time: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

impl Parts<'_> {
    /// The bytes to sign.
    pub fn content(&self, signing: &Signing) -> Vec<u8> {
        let mut content = Vec::with_capacity(self.body.len() + 256);
        let mut rest = signing.content.as_str();
        while let Some(open) = rest.find('{') {
            content.extend_from_slice(&rest.as_bytes()[..open]);
            let Some(length) = rest[open..].find('}') else { break };
            match &rest[open..=open + length] {
                "{method}" => content.extend_from_slice(self.method.as_bytes()),
                "{path}" => content.extend_from_slice(self.path.as_bytes()),
                "{client}" => content.extend_from_slice(self.client.as_bytes()),
                "{time}" => content.extend_from_slice(self.time.as_bytes()),
                "{body}" => content.extend_from_slice(self.body),
                other => content.extend_from_slice(other.as_bytes()),
            }
            rest = &rest[open + length + 1..];
        }
        content.extend_from_slice(rest.as_bytes());
        content
    }
}

/// The value of the signature header in the contract's form, or what [`formed`] made of it.
pub fn header_value(form: &str, key_version: u32, signature: &str) -> String {
    form.replace("{keyVersion}", &key_version.to_string()).replace("{signature}", signature)
}

/// The form of the signature's header value, written down as a step asks.
pub fn formed(signing: &Signing, form: ValueForm) -> String {
    let mut pairs: Vec<String> = signing.value.split(',').map(|pair| pair.trim().to_owned()).collect();
    let mut between = if signing.value.contains(", ") { ", " } else { "," };
    match form {
        ValueForm::AsNamed => return signing.value.clone(),
        ValueForm::Spaced => between = ", ",
        ValueForm::Unspaced => between = ",",
        ValueForm::Reversed => pairs.reverse(),
        ValueForm::WithoutKeyVersion => pairs.retain(|pair| !pair.contains("{keyVersion}")),
        ValueForm::UnknownKeyVersion => {
            for pair in &mut pairs {
                *pair = pair.replace("{keyVersion}", UNKNOWN_VERSION);
            }
        }
        ValueForm::LowerCaseAlgorithm => {
            for pair in pairs.iter_mut().filter(|pair| !pair.contains('{')) {
                if let Some((name, value)) = pair.split_once('=') {
                    *pair = format!("{name}={}", value.to_ascii_lowercase());
                }
            }
        }
    }
    pairs.join(between)
}

/// A version that no key has.
const UNKNOWN_VERSION: &str = "4096";

/// The signature's text in a header value of comma-separated `name=value` pairs, in any order and spacing.
pub fn signature_text<'a>(signing: &Signing, value: &'a str) -> Option<&'a str> {
    value.split(',').find_map(|pair| {
        let (name, text) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case(&signing.parameter).then_some(text.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    /// The vector computed for the published sample request, minified in its own order of members.
    #[test]
    fn the_signed_content_has_the_published_digest() -> Result<(), Box<dyn std::error::Error>> {
        let body = concat!(
            r#"{"accessToken":"2019112719074101000700000077771xxxx","#,
            r#""requestId":"20191127190741010007013213123xxxx","templateCode":"MINI_APP_COMMON_INBOX","#,
            r#""templates":[{"templateParameters":{"Title":"mini-inbox-title","Content":"hello mini program","#,
            r#""Url":"mini://platformapi/startapp?_ariver_appid=888888"}}]}"#
        );
        let contract = contract::suites::builtin()?;
        let signing = contract.operations[0].rules.signing.as_ref().ok_or("the contract signs")?;
        let content = |path| {
            let parts = Parts {
                method: "POST",
                path,
                client: "TEST_5X00000000000000",
                time: "2019-05-28T12:12:12+08:00",
                body: body.as_bytes(),
            };
            parts.content(signing)
        };
        let digest = |bytes: &[u8]| {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
            digest.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
        };
        let right = content("/v1/messages/sendInbox");
        assert_eq!(right.len(), 370);
        assert_eq!(digest(&right), "8dee486e6443e25d392d595d90b45d184a023d644cbae24c98d79a8a6471b136");
        let other = digest(&content("/api/v1/messages/sendInbox"));
        assert!(other.starts_with("35ac9d94") && other.ends_with("d08"), "{other}");
        Ok(())
    }
}
