//! JSON text as a value, read by the rules of whoever reads it.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::fmt;

/// What a reader looks at besides the grammar.
pub(crate) trait Rules: Copy {
    /// Before a value is read.
    ///
    /// # Errors
    /// It must not be.
    fn value<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    /// Before the value of a member is read that its object has already.
    ///
    /// # Errors
    /// It must not be there at all.
    fn again<E: Error>(self, _name: &str) -> Result<(), E> {
        Ok(())
    }

    /// After it was read, where it differs from the one before.
    ///
    /// # Errors
    /// It must not differ.
    fn differs<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Reads one value by these rules.
#[derive(Clone, Copy)]
pub(crate) struct Reader<R>(pub(crate) R);

impl<'de, R: Rules> DeserializeSeed<'de> for Reader<R> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        self.0.value()?;
        from.deserialize_any(self)
    }
}

impl<'de, R: Rules> Visitor<'de> for Reader<R> {
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
            match all.entry(name) {
                Entry::Vacant(place) => {
                    place.insert(members.next_value_seed(self)?);
                }
                Entry::Occupied(known) => {
                    self.0.again(known.key())?;
                    if members.next_value_seed(self)? != *known.get() {
                        self.0.differs()?;
                    }
                }
            }
        }
        Ok(Value::Object(all))
    }
}
