//! JSON of an answer, read within limits: reading it must cost a target's caller little, and it must say one thing.

use crate::json::{Reader, Rules};
use serde::de::{DeserializeSeed, Error, IgnoredAny};
use serde_json::Value;
use std::cell::Cell;

/// The most values that are read of one answer, members and items included.
pub const MOST_VALUES: usize = 20_000;

/// Why a body was not read as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no JSON text (RFC 8259): the one reason that is the target's fault whatever the contract says.
    NotJson,
    /// It goes on after what is read of a body.
    Long,
    /// It has a content coding that was not asked for, and nothing is decoded.
    Coded,
    /// It is nested deeper than is read.
    Deep,
    /// It holds more values than are read.
    Many,
    /// It holds a number that is larger than any that is read.
    Number,
    /// It has two members of one name with different values, so that two readers read two answers (RFC 8259, 4).
    Twice,
}

impl Unread {
    /// The reason, about "the answer's body".
    pub fn describe(self) -> &'static str {
        match self {
            Self::NotJson => "is not JSON",
            Self::Long => "is longer than the 256 KiB that are read",
            Self::Coded => "has a content coding that was not asked for, and none is decoded",
            Self::Deep => "is nested deeper than the 127 levels that are read",
            Self::Many => "holds more than the 20,000 values that are read",
            Self::Number => "holds a number outside of the range of doubles",
            Self::Twice => "has two members of one name with different values",
        }
    }
}

/// What kept a text from being read that may well be JSON.
#[derive(Default)]
struct Limits {
    values: Cell<usize>,
    hit: Cell<Option<Unread>>,
}

/// The value that a text stands for.
///
/// # Errors
/// Why there is none.
pub(super) fn read(bytes: &[u8]) -> Result<Value, Unread> {
    let limits = Limits::default();
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let read = Reader(&limits).deserialize(&mut text).and_then(|value| text.end().map(|()| value));
    read.map_err(|error| {
        let why = limits.hit.get().or_else(|| {
            // There is no other way to ask for it.
            let words = error.to_string();
            let says = |part: &str| words.starts_with(part);
            if says("recursion limit exceeded") {
                Some(Unread::Deep)
            } else {
                says("number out of range").then_some(Unread::Number)
            }
        });
        why.filter(|_| is_json(bytes)).unwrap_or(Unread::NotJson)
    })
}

/// Whether a text is JSON, however large; this builds nothing, and nesting costs it no stack.
fn is_json(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

impl Rules for &Limits {
    fn value<E: Error>(self) -> Result<(), E> {
        let values = self.values.get() + 1;
        self.values.set(values);
        if values > MOST_VALUES { Err(self.stop(Unread::Many)) } else { Ok(()) }
    }

    fn differs<E: Error>(self) -> Result<(), E> {
        Err(self.stop(Unread::Twice))
    }
}

impl Limits {
    fn stop<E: Error>(&self, why: Unread) -> E {
        self.hit.set(Some(why));
        E::custom(why.describe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_json_is_read_as_ever() {
        let text = r#" {"a": [1, -2, 3.5, 1e300, true, null, "\u00e9"], "b": {}, "b": {}} "#;
        let value = json!({"a": [1, -2, 3.5, 1e300, true, null, "é"], "b": {}});
        assert_eq!(read(text.as_bytes()), Ok(value));
    }

    #[test]
    fn what_is_no_json_is_told_from_what_is_too_much() {
        let nested = |open: &str, close: &str| [open.repeat(100_000), close.repeat(100_000)].concat();
        let many = format!("[{}0]", "0,".repeat(MOST_VALUES));
        let long = "9".repeat(10_000);
        for (text, why) in [
            (String::new(), Unread::NotJson),
            ("{".to_owned(), Unread::NotJson),
            ("NaN".to_owned(), Unread::NotJson),
            ("{}{}".to_owned(), Unread::NotJson),
            ("\u{feff}{}".to_owned(), Unread::NotJson),
            ("\"\0\"".to_owned(), Unread::NotJson),
            (nested("[", "]"), Unread::Deep),
            (nested("[", ""), Unread::NotJson),
            (many.clone(), Unread::Many),
            (format!("{many},"), Unread::NotJson),
            (long.clone(), Unread::Number),
            (format!("{long}x"), Unread::NotJson),
            (r#"{"a":1,"a":2}"#.to_owned(), Unread::Twice),
            (r#"{"a":1,"a":2"#.to_owned(), Unread::NotJson),
        ] {
            assert_eq!(read(text.as_bytes()), Err(why), "{}", &text[..text.len().min(40)]);
        }
        assert_eq!(read(b"\"\xff\""), Err(Unread::NotJson));
    }
}
