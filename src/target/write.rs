//! From a document to the bytes of a body.

use crate::case::script::Writing;
use crate::contract::parts::{self, Body, BodyKind};
use crate::schema::place::{concrete, put};
use serde_json::Value;
use std::fmt::Write as _;

/// The boundary between the parts of a multipart body.
const BOUNDARY: &str = "proofmark-part-7f3a9c51";

/// A body as the contract describes it, written down, and the media type that goes with it.
pub fn content(about: &Body, document: &Value, writing: &Writing) -> (Option<String>, Vec<u8>) {
    if let Writing::Text(text) = writing {
        return (Some(about.media.clone()), text.clone().into_bytes());
    }
    let media = || Some(about.media.clone());
    match &about.kind {
        BodyKind::Json => (media(), body(document, writing)),
        BodyKind::Form { .. } => (media(), cut(parts::form(&about.kind, document).into_bytes(), writing)),
        BodyKind::Multipart => {
            (Some(format!("multipart/form-data; boundary={BOUNDARY}")), cut(multipart(document), writing))
        }
        BodyKind::Raw => (media(), document.as_str().map_or_else(|| body(document, writing), Into::into)),
    }
}

/// The body of a request that has none, but where a step writes one all the same.
pub fn nothing(writing: &Writing) -> Vec<u8> {
    match writing {
        Writing::Text(text) => text.clone().into_bytes(),
        _ => Vec::new(),
    }
}

fn cut(mut bytes: Vec<u8>, writing: &Writing) -> Vec<u8> {
    if *writing == Writing::Truncated {
        bytes.pop();
    }
    bytes
}

/// A part for each member, lists as several; what is nested is written as JSON (`OpenAPI` 3.1, 4.8.14.4).
fn multipart(document: &Value) -> Vec<u8> {
    let mut out = String::new();
    for (name, value) in document.as_object().into_iter().flatten() {
        let values = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        };
        for value in values {
            let name = name.replace('"', "%22").replace(['\r', '\n'], " ");
            let (text, kind) = match value {
                Value::String(text) => (text.clone(), ""),
                nested @ (Value::Object(_) | Value::Array(_)) => {
                    (nested.to_string(), "Content-Type: application/json\r\n")
                }
                other => (other.to_string(), ""),
            };
            out.push_str(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n{kind}\r\n{text}\r\n"
            ));
        }
    }
    out.push_str(&format!("--{BOUNDARY}--\r\n"));
    out.into_bytes()
}

/// Writes a document down as JSON.
pub fn body(document: &Value, writing: &Writing) -> Vec<u8> {
    let compact = |value: &Value| text(value, Style::default());
    match writing {
        Writing::Compact => compact(document).into_bytes(),
        Writing::Spaced => text(document, Style { spaced: true, ..Style::default() }).into_bytes(),
        Writing::Reordered => text(document, Style { reversed: true, ..Style::default() }).into_bytes(),
        Writing::Escaped => text(document, Style { escaped: Escaped::Most, ..Style::default() }).into_bytes(),
        Writing::EscapedSlashes => compact(document).replace('/', "\\/").into_bytes(),
        Writing::EscapedLetters => {
            text(document, Style { escaped: Escaped::Letters, ..Style::default() }).into_bytes()
        }
        Writing::DuplicateKey(name) => with_first(&compact(document), name, "\"duplicate\"").into_bytes(),
        Writing::Followed(rest) => (compact(document) + rest).into_bytes(),
        Writing::ByteOrderMark => format!("\u{feff}{}", compact(document)).into_bytes(),
        Writing::Nested(depth) => {
            let nest = "[".repeat(*depth) + &"]".repeat(*depth);
            with_first(&compact(document), "nested", &nest).into_bytes()
        }
        Writing::Padded(length) => {
            let plain = compact(document);
            let frame = with_first(&plain, "padding", "\"\"").len();
            let padding = "a".repeat(length.saturating_sub(frame));
            with_first(&plain, "padding", &format!("\"{padding}\"")).into_bytes()
        }
        Writing::Truncated => {
            let mut cut = compact(document);
            cut.pop();
            cut.into_bytes()
        }
        Writing::InvalidUtf8(pointer) => ending(document, pointer, b"\xff"),
        Writing::LoneSurrogate(pointer) => ending(document, pointer, b"\\ud800"),
        Writing::Text(text) => text.clone().into_bytes(),
    }
}

#[derive(Clone, Copy, Default)]
struct Style {
    spaced: bool,
    reversed: bool,
    escaped: Escaped,
}

/// Which characters of a text are written as escapes.
#[derive(Clone, Copy, Default, PartialEq)]
enum Escaped {
    #[default]
    WhatMust,
    /// Everything but small letters, digits and spaces.
    Most,
    /// The same, without the punctuation of identifiers and addresses.
    Letters,
}

fn text(value: &Value, style: Style) -> String {
    let mut out = String::new();
    write(value, style, &mut out);
    out
}

fn write(value: &Value, style: Style, out: &mut String) {
    let space = if style.spaced { " \n\t" } else { "" };
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if style.reversed {
                members.reverse();
            }
            out.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(space);
                string(name, Style { escaped: Escaped::WhatMust, ..style }, out);
                out.push_str(space);
                out.push(':');
                out.push_str(space);
                write(member, style, out);
                out.push_str(space);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(space);
                write(item, style, out);
                out.push_str(space);
            }
            out.push(']');
        }
        Value::String(text) => string(text, style, out),
        other => out.push_str(&other.to_string()),
    }
}

fn string(text: &str, style: Style, out: &mut String) {
    if style.escaped == Escaped::WhatMust {
        out.push_str(&Value::from(text).to_string());
        return;
    }
    out.push('"');
    for character in text.chars() {
        match character {
            '/' | '.' | '_' | '-' | ':' | '?' | '=' if style.escaped == Escaped::Letters => {
                out.push(character);
            }
            '/' => out.push_str("\\/"),
            'a'..='z' | '0'..='9' | ' ' => out.push(character),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// The text as it stands in JSON, without its quotes.
pub fn in_json(text: &str) -> String {
    let written = Value::from(text).to_string();
    written[1..written.len() - 1].to_owned()
}

/// The text as [`Writing::Escaped`] writes it, without its quotes.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    string(text, Style { escaped: Escaped::Most, ..Style::default() }, &mut out);
    out.trim_matches('"').to_owned()
}

/// The text of an object with one more member at its beginning.
fn with_first(object: &str, name: &str, value: &str) -> String {
    match object.strip_prefix('{') {
        Some("}") => format!("{{{}:{value}}}", Value::from(name)),
        Some(rest) => format!("{{{}:{value},{rest}", Value::from(name)),
        None => object.to_owned(),
    }
}

/// The compact document in which the value at the pointer is a text that ends with these bytes.
fn ending(document: &Value, pointer: &str, end: &[u8]) -> Vec<u8> {
    const MARK: &str = "odd-text:";
    let mut marked = document.clone();
    put(&mut marked, &concrete(document, pointer), Value::from(MARK));
    let mut bytes = text(&marked, Style::default()).into_bytes();
    if let Some(at) = bytes.windows(MARK.len()).position(|window| window == MARK.as_bytes()) {
        let after = at + MARK.len();
        bytes.splice(after..after, end.iter().copied());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::in_json;

    #[test]
    fn only_the_outer_quotes_are_taken_away() {
        assert_eq!(in_json("plain"), "plain");
        assert_eq!(in_json("\"quoted\""), "\\\"quoted\\\"");
        assert_eq!(in_json(""), "");
    }
}
