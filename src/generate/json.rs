//! A value as JSON text.

use serde_json::Value;

/// Appends the JSON text of a value, the same that `serde_json` writes without white space.
///
/// Most strings need no escapes, and finding that out many bytes at a time takes a third of the work.
pub fn append_json(text: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => text.extend_from_slice(b"null"),
        Value::Bool(true) => text.extend_from_slice(b"true"),
        Value::Bool(false) => text.extend_from_slice(b"false"),
        Value::Number(number) => append_any(text, number),
        Value::String(string) => append_string(text, string),
        Value::Array(items) => {
            text.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                append_json(text, item);
            }
            text.push(b']');
        }
        Value::Object(members) => {
            text.push(b'{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                append_string(text, name);
                text.push(b':');
                append_json(text, member);
            }
            text.push(b'}');
        }
    }
}

/// Appends a string as JSON.
pub(crate) fn append_string(text: &mut Vec<u8>, string: &str) {
    let bare = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    // Without an early way out, so that a chunk is looked at as a whole.
    let bare =
        string.as_bytes().chunks(32).all(|chunk| chunk.iter().fold(true, |all, byte| all & bare(byte)));
    if bare {
        text.reserve(string.len() + 2);
        text.push(b'"');
        text.extend_from_slice(string.as_bytes());
        text.push(b'"');
    } else {
        append_any(text, string);
    }
}

fn append_any<T: serde::Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    // Neither memory nor strings and numbers give an error.
    let _ = serde_json::to_writer(text, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_text_is_that_of_serde_json() {
        let long = "0123456789".repeat(10);
        for value in [
            json!(null),
            json!([true, false, 0, -7, u64::MAX, 1.5, 1e300, -0.0]),
            json!({"": [], "a\"b": {}, "é": [[1], {"x": {"y": null}}], "\u{0}": "\u{1f}\u{7f}\\/\u{2028}😀"}),
            json!([format!("{long}\""), format!("\n{long}"), format!("{long}\\{long}"), long]),
        ] {
            let mut text = b"before ".to_vec();
            append_json(&mut text, &value);
            assert_eq!(String::from_utf8_lossy(&text), format!("before {value}"));
        }
    }
}
