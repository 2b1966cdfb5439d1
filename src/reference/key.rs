//! The idempotency key, and the messageId that follows from it.

use super::conduct::Conduct;
use super::fault::Flaw;
use super::fold::folded;
use super::variant::Habit;

/// What makes two requests the same one: client, path and `requestId`, each exactly as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    client: Vec<u8>,
    path: String,
    request_id: String,
}

impl Key {
    pub(super) fn new(client: &[u8], path: &str, request_id: &str, token: &str, conduct: &Conduct) -> Self {
        let client = if conduct.has(Flaw::KeyIgnoresClient) { Vec::new() } else { client.to_vec() };
        let mut request_id = folded(request_id, conduct);
        if conduct.has(Flaw::KeyIncludesToken) {
            request_id = format!("{token} {request_id}");
        }
        let path = if conduct.has(Flaw::KeyIgnoresPath) { String::new() } else { path.to_owned() };
        Self { client, path, request_id }
    }

    /// The messageId of the key's n-th delivery. It depends on nothing else, so neither order nor concurrency
    /// changes it; a correct wallet delivers once and never gets past the first.
    pub(super) fn message_id(&self, nth: u64, conduct: &Conduct) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in
            [self.client.as_slice(), self.path.as_bytes(), self.request_id.as_bytes(), &nth.to_be_bytes()]
        {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        if conduct.has(Flaw::OneMessageIdForAll) {
            return "20260101000000000000".to_owned();
        }
        let hash = hasher.finalize().to_hex();
        let id = format!("20260101{}", &hash[..32]);
        let too_long = conduct.has(Flaw::MessageId259)
            || conduct.has(Flaw::MessageIdTooLongForLongKey) && self.request_id.chars().count() > 100;
        if too_long {
            format!("{id:0<259}")
        } else if conduct.does(Habit::LongestMessageId) && self.path.ends_with("sendInbox") {
            format!("{id:0<258}")
        } else {
            id
        }
    }
}

/// The JSON text without the white space between its tokens.
pub(super) fn without_space(json: &[u8]) -> Vec<u8> {
    let (mut in_string, mut escaped) = (false, false);
    json.iter()
        .copied()
        .filter(|byte| {
            let keep = in_string || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            if *byte == b'"' && !escaped {
                in_string = !in_string;
            }
            escaped = in_string && *byte == b'\\' && !escaped;
            keep
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::without_space;

    #[test]
    fn space_between_tokens_only() {
        let text = br#" { "a b" : "c \" d \\" , "e" : [ 1 ] } "#;
        assert_eq!(without_space(text), br#"{"a b":"c \" d \\","e":[1]}"#);
    }
}
