//! Changing a document at a place that a JSON pointer names. Case files are checked with the same functions that
//! requests are composed with, so that what the check lets through has a place when it is sent.

use super::pointer;
use serde_json::Value;

/// The pointer with each `*` replaced by the name of the first member there, or by `key` where there is none.
pub(crate) fn concrete(document: &Value, pointer: &str) -> String {
    let mut at = String::new();
    for segment in pointer.split('/').skip(1) {
        let members = || document.pointer(&at).and_then(Value::as_object);
        at = match segment {
            "*" => pointer::join(
                &at,
                members().and_then(|members| members.keys().next()).map_or("key", String::as_str),
            ),
            other => format!("{at}/{other}"),
        };
    }
    at
}

/// Puts a value at a pointer, adding it where it is the next item of an array or a new member of an object.
/// Returns whether the pointer leads to such a place.
pub(crate) fn put(document: &mut Value, pointer: &str, value: Value) -> bool {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = value;
        return true;
    }
    let Some((parent, name)) = pointer::split_last(pointer) else { return false };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(name, value);
        }
        Some(Value::Array(items)) if name.parse() == Ok(items.len()) => items.push(value),
        _ => return false,
    }
    true
}

/// Takes a member or item away. Returns whether it was there.
pub(crate) fn take(document: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer::split_last(pointer) else { return false };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => members.remove(&name).is_some(),
        Some(Value::Array(items)) => {
            let index = name.parse().ok().filter(|index| *index < items.len());
            index.map(|index: usize| items.remove(index)).is_some()
        }
        _ => false,
    }
}

/// Makes a value another one of the same form: the last letter or digit of a text, the next whole number, the other
/// boolean. Returns whether there is one.
pub(crate) fn vary(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let mut characters: Vec<char> = text.chars().collect();
            let Some(last) = characters.iter_mut().rev().find(|c| c.is_ascii_alphanumeric()) else {
                return false;
            };
            *last = match *last {
                '0'..='8' => char::from(*last as u8 + 1),
                '9' => '8',
                'x' => 'y',
                'A'..='Z' if *last != 'X' => 'X',
                'X' => 'Y',
                _ => 'x',
            };
            *text = characters.into_iter().collect();
        }
        Value::Number(number) => match number.as_i64().and_then(|number| number.checked_add(1)) {
            Some(next) => *value = next.into(),
            None => return false,
        },
        Value::Bool(flag) => *flag = !*flag,
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::vary;
    use serde_json::{Value, json};

    #[test]
    fn another_value_of_the_same_form() {
        for (one, other) in [
            (json!("100"), json!("101")),
            (json!("9"), json!("8")),
            (json!("hello!"), json!("hellx!")),
            (json!("{\"a\":\"x\"}"), json!("{\"a\":\"y\"}")),
            (json!("ID-X"), json!("ID-Y")),
            (json!(4), json!(5)),
            (json!(true), json!(false)),
        ] {
            let mut value = one.clone();
            assert!(vary(&mut value) && value == other, "{one} became {value}");
        }
        for none in [json!(""), json!("é"), json!(1.5), Value::Null, json!([1]), json!(i64::MAX)] {
            assert!(!vary(&mut none.clone()), "{none}");
        }
    }
}
