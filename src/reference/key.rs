//! The idempotency key, and the messageId that follows from it.

use super::conduct::Conduct;
use super::fault::Flaw;
use super::variant::Habit;

/// What makes two requests the same one: client, path and `requestId`, each exactly as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    client: Vec<u8>,
    path: String,
    request_id: String,
}

impl Key {
    pub(super) fn new(client: &[u8], path: &str, request_id: &str, conduct: &Conduct) -> Self {
        Self { client: client.to_vec(), path: path.to_owned(), request_id: folded(request_id, conduct) }
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
        } else if conduct.does(Habit::LongestMessageId) {
            format!("{id:0<258}")
        } else {
            id
        }
    }
}

/// The key as it is stored: unchanged, unless a fault makes different keys the same.
fn folded(request_id: &str, conduct: &Conduct) -> String {
    let mut key = request_id.to_owned();
    if conduct.has(Flaw::KeyIgnoresCase) {
        key = key.to_lowercase();
    }
    if conduct.has(Flaw::KeyTrimmed) {
        key = key.trim().to_owned();
    }
    if conduct.has(Flaw::KeyCutAt36) {
        key = key.chars().take(36).collect();
    }
    if conduct.has(Flaw::KeyCutAt64) {
        key = key.chars().take(64).collect();
    }
    if conduct.has(Flaw::KeyCutAt127) {
        key = key.chars().take(127).collect();
    }
    if conduct.has(Flaw::KeyIgnoresLeadingZeros) {
        key = key.trim_start_matches('0').to_owned();
    }
    if conduct.has(Flaw::KeyComposed) {
        key = composed(&key);
    }
    key
}

/// Composes the commonest accented letters: enough of NFC to confuse two keys that differ in it.
fn composed(text: &str) -> String {
    const PAIRS: [(&str, &str); 8] = [
        ("a\u{301}", "á"),
        ("e\u{301}", "é"),
        ("e\u{300}", "è"),
        ("i\u{301}", "í"),
        ("o\u{308}", "ö"),
        ("u\u{308}", "ü"),
        ("n\u{303}", "ñ"),
        ("A\u{30a}", "Å"),
    ];
    PAIRS.iter().fold(text.to_owned(), |text, (pair, letter)| text.replace(pair, letter))
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
