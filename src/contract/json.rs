//! JSON text as a value, without the liberties that parsers take.

use super::problem::Problem;
use crate::json::{Reader, Rules};
use serde::de::{DeserializeSeed, Error};
use serde_json::Value;

/// Reads JSON text.
///
/// # Errors
/// A [`Problem`] with the line where the text stops being JSON, has a member twice in one object, or is
/// nested deeper than is read.
pub fn parse(name: &str, text: &str) -> Result<Value, Problem> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Reader(Strict).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let message = error.to_string();
        let (what, _) = message.rsplit_once(" at line").unwrap_or((&message, ""));
        let (what, mend) = if what.starts_with("recursion limit") {
            ("is nested deeper than 128 levels".to_owned(), "move inner schemas to `$defs` and refer to them")
        } else if what.starts_with("number out of range") {
            ("a number is beyond what is read".to_owned(), "write one of at most 1.7e308")
        } else if error.is_data() {
            (what.to_owned(), "keep one of them")
        } else {
            (format!("not JSON: {what}, in column {}", error.column()), "correct the syntax at this place")
        };
        Problem::new(name, what, mend).at_line(error.line())
    })
}

#[derive(Clone, Copy)]
struct Strict;

impl Rules for Strict {
    fn again<E: Error>(self, name: &str) -> Result<(), E> {
        Err(E::custom(format_args!("the member {name:?} is there twice")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    #[test]
    fn values_are_read_as_serde_reads_them() {
        for text in [r#"{"a": [1, -2, 3.5, null, true, "x\n\u00e9"]}"#, "18446744073709551615", "1.0", "{}"] {
            assert_eq!(parse("f", text).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, line, word) in [
            ("{\n\"a\": 1,\n\"a\": 2}", 3, "\"a\" is there twice"),
            ("{\n\"a\": }", 2, "not JSON"),
            ("[1] 2", 1, "trailing"),
            ("[\n1e400]", 2, "beyond what is read"),
            (&"[".repeat(200), 1, "128 levels"),
        ] {
            let problem = parse("f", text).unwrap_err();
            assert!(problem.message.contains(word), "{problem}");
            assert_eq!(problem.line, Some(line), "{problem}");
        }
    }
}
