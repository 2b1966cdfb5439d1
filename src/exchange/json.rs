//! JSON of an answer, read within limits: reading it must cost a target's caller little, and it must say one thing.

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

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
    let read = Seed(&limits).deserialize(&mut text).and_then(|value| text.end().map(|()| value));
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

#[derive(Clone, Copy)]
struct Seed<'a>(&'a Limits);

impl Seed<'_> {
    fn stop<E: Error>(self, why: Unread) -> E {
        self.0.hit.set(Some(why));
        E::custom(why.describe())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        let values = self.0.values.get() + 1;
        self.0.values.set(values);
        if values > MOST_VALUES {
            return Err(self.stop(Unread::Many));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            match all.entry(name) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(known) if *known.get() == value => {}
                Entry::Occupied(_) => return Err(self.stop(Unread::Twice)),
            }
        }
        Ok(Value::Object(all))
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
