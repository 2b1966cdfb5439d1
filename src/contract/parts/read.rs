//! What a target could read back from the texts of a request.
//!
//! `limit=7` may be the number 7 and the text "7", an empty list is not there, and one item may be a list of one. A
//! request shows something only where every reading of it does.

use super::text::{NotCarried, brackets, form_pairs, is_cookie, is_field, pairs, scalar};
use super::{BodyKind, Layout, Parameter, Place, Style};
use crate::exchange::Request;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// The most readings of one value that are looked at.
const MOST: usize = 81;

/// The longest value that is sent outside of a body, in bytes: servers need not take much longer addresses (RFC 9110,
/// 4.1).
const LONGEST: usize = 6_000;

/// What stands at a place; nothing where it is absent.
type Reading = Option<Value>;

/// Everything that a target may read where a document has a value at `pointer`, each as the whole document; the
/// document alone where the value is written as JSON.
///
/// # Errors
/// [`NotCarried`] where the value cannot be sent there, or not so that it arrives as one value.
pub fn readings(layout: &Layout, document: &Value, pointer: &str) -> Result<Vec<Value>, NotCarried> {
    if layout.is_plain(pointer) {
        return Ok(vec![document.clone()]);
    }
    let mut tokens = crate::schema::pointer::tokens(pointer).into_iter();
    let part = tokens.next().ok_or(NotCarried)?;
    if part == "body" {
        return body(layout, document, pointer);
    }
    let place = Place::named(&part).ok_or(NotCarried)?;
    let name = tokens.next().ok_or(NotCarried)?;
    let parameter = layout.parameter(place, &name).ok_or(NotCarried)?;
    let value = document.get(&part).and_then(|members| members.get(&name));
    let read = match value {
        None if place == Place::Path => return Err(NotCarried),
        None => vec![None],
        Some(value) => of_parameter(parameter, value)?,
    };
    Ok(read.into_iter().map(|reading| with(document, &part, &name, reading)).collect())
}

/// The document with something else in one place of a part.
fn with(document: &Value, part: &str, name: &str, reading: Reading) -> Value {
    let mut whole = document.clone();
    if let Some(members) = whole.get_mut(part).and_then(Value::as_object_mut) {
        match reading {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        };
    }
    whole
}

fn of_parameter(parameter: &Parameter, value: &Value) -> Result<Vec<Reading>, NotCarried> {
    let pairs = pairs(parameter, value)?;
    let length: usize = pairs.iter().map(|(name, text)| name.len() + super::encoded(text).len()).sum();
    if length > LONGEST || !pairs.iter().all(|(_, text)| is_carried(parameter.place, text)) {
        return Err(NotCarried);
    }
    // What is not sent at all is not there, which another case shows.
    if pairs.is_empty() {
        return Err(NotCarried);
    }
    if parameter.json {
        return Ok(vec![Some(value.clone())]);
    }
    // Exploded members stand beside the other parameters, and nothing says whose they are.
    if value.is_object() && parameter.explode && parameter.style == Style::Form {
        return Err(NotCarried);
    }
    let mut read = of_value(value, parameter.style == Style::Deep);
    if value.is_array() || value.is_object() {
        // Who expects a single value takes the text as it stands.
        let own = pairs.iter().filter(|(name, _)| *name == parameter.name);
        read.extend(own.flat_map(|(_, text)| interpretations(text)));
    }
    Ok(read)
}

/// Whether a text arrives at its place as one value, and as the same.
fn is_carried(place: Place, text: &str) -> bool {
    match place {
        // Dots are taken for steps up, and encoded slashes for slashes, by much of what stands before servers.
        Place::Path => !text.is_empty() && !text.contains(['/', '\\']) && text != "." && text != "..",
        Place::Query => true,
        Place::Header => is_field(text),
        Place::Cookie => is_cookie(text),
    }
}

/// What the texts of a value may be read as.
fn of_value(value: &Value, deep: bool) -> Vec<Reading> {
    let mut read = match value {
        Value::Null => return vec![None],
        Value::Array(items) => {
            let mut read = lists(items);
            match items.as_slice() {
                [] => read.push(None),
                [one] => read.extend(of_nested(one)),
                [first, .., last] => {
                    read.extend(of_nested(first));
                    read.extend(of_nested(last));
                    let texts: Option<Vec<String>> = items.iter().map(scalar).collect();
                    read.extend(texts.map(|texts| Some(Value::from(texts.join(",")))));
                }
            }
            read
        }
        Value::Object(members) => {
            let mut read = objects(members);
            if members.is_empty() || !deep {
                // Who knows no brackets sees parameters of other names.
                read.push(None);
            }
            read
        }
        other => {
            let text = scalar(other).unwrap_or_default();
            let single = interpretations(&text);
            let lists = single.iter().flatten().map(|one| Some(Value::Array(vec![one.clone()])));
            let listed: Vec<Reading> = lists.collect();
            single.into_iter().chain(listed).collect()
        }
    };
    read.truncate(MOST);
    read
}

/// What a text may be read as, the text itself first.
fn interpretations(text: &str) -> Vec<Reading> {
    let mut read = vec![Some(Value::from(text))];
    let bare = text.trim();
    let number = bare.strip_prefix('+').unwrap_or(bare);
    if let Ok(value @ Value::Number(_)) = serde_json::from_str::<Value>(number) {
        read.push(Some(value));
    } else if let Some(number) = number.parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
        read.push(Some(Value::Number(number)));
    }
    match bare.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "t" | "on" => read.push(Some(Value::Bool(true))),
        "false" | "0" | "no" | "n" | "f" | "off" => read.push(Some(Value::Bool(false))),
        "" => read.extend([None, Some(Value::Null)]),
        "null" | "none" | "nil" => read.push(Some(Value::Null)),
        _ => {}
    }
    read
}

fn lists(items: &[Value]) -> Vec<Reading> {
    let each: Vec<Vec<Reading>> = items.iter().map(of_nested).collect();
    let all = product(&each).into_iter();
    all.map(|items| Some(Value::Array(items.into_iter().flatten().collect()))).collect()
}

fn objects(members: &Map<String, Value>) -> Vec<Reading> {
    let each: Vec<Vec<Reading>> = members.values().map(of_nested).collect();
    let named = |values: Vec<Reading>| {
        let pairs = members.keys().zip(values);
        Value::Object(pairs.filter_map(|(name, value)| Some((name.clone(), value?))).collect())
    };
    product(&each).into_iter().map(|values| Some(named(values))).collect()
}

/// As [`of_value`], less what only a whole parameter may be read as.
fn of_nested(value: &Value) -> Vec<Reading> {
    match value {
        Value::Null => vec![None],
        // What holds nothing is not sent.
        Value::Array(items) => lists(items).into_iter().map(held).collect(),
        Value::Object(members) => objects(members).into_iter().map(held).collect(),
        other => interpretations(&scalar(other).unwrap_or_default()),
    }
}

/// A reading that holds something.
fn held(reading: Reading) -> Reading {
    reading.filter(|value| match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    })
}

/// Every choice of one reading for each place, as long as they are not too many; then those in which all but one
/// are what they were first.
fn product(each: &[Vec<Reading>]) -> Vec<Vec<Reading>> {
    let count = each.iter().try_fold(1_usize, |count, read| count.checked_mul(read.len().max(1)));
    let first: Vec<Reading> = each.iter().map(|read| read.first().cloned().flatten()).collect();
    if count.is_none_or(|count| count > MOST) {
        let mut all = vec![first.clone()];
        // Numbers and the like are what most targets read them as.
        all.push(each.iter().map(|read| read.get(1).or(read.first()).cloned().flatten()).collect());
        for (at, read) in each.iter().enumerate() {
            for reading in read.iter().skip(1) {
                let mut one = first.clone();
                one[at].clone_from(reading);
                all.push(one);
            }
        }
        all.truncate(MOST);
        return all;
    }
    let mut all = vec![Vec::new()];
    for read in each {
        all = all
            .iter()
            .flat_map(|so_far: &Vec<Reading>| {
                read.iter().map(move |reading| so_far.iter().cloned().chain([reading.clone()]).collect())
            })
            .collect();
    }
    all
}

/// The readings of a form body, in which what stands under the pointer varies.
fn body(layout: &Layout, document: &Value, pointer: &str) -> Result<Vec<Value>, NotCarried> {
    let kind = layout.body.as_ref().map(|body| &body.kind).ok_or(NotCarried)?;
    let Some(content) = document.get("body") else { return Ok(vec![document.clone()]) };
    match kind {
        BodyKind::Json => return Ok(vec![document.clone()]),
        BodyKind::Form { .. } => form_pairs(kind, content)?,
        BodyKind::Multipart => brackets("part", content)?,
        BodyKind::Raw => return Err(NotCarried),
    };
    // The member of the body that holds the place varies as a whole.
    let Some(name) = crate::schema::pointer::tokens(pointer).into_iter().nth(1) else {
        return Err(NotCarried);
    };
    let sent = |value: &Value| brackets(&name, value).is_ok_and(|pairs| !pairs.is_empty());
    if content.get(&name).is_some_and(|value| !sent(value)) {
        return Err(NotCarried);
    }
    let deep = matches!(kind, BodyKind::Form { deep } if deep.contains(&name));
    let read = content.get(&name).map_or(vec![None], |value| of_value(value, deep));
    let whole = |reading| {
        let body = with(
            &Value::Object(Map::from_iter([("body".to_owned(), content.clone())])),
            "body",
            &name,
            reading,
        );
        let mut whole = document.clone();
        if let (Some(members), Some(body)) = (whole.as_object_mut(), body.get("body")) {
            members.insert("body".to_owned(), body.clone());
        }
        whole
    };
    Ok(read.into_iter().map(whole).collect())
}

/// A request by what it asks for: the value at a pointer, and all else as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The value at the pointer.
    pub key: Option<Value>,
    /// Everything else.
    pub content: String,
}

/// Reads what was sent: the value at `key` of the document, and the rest without it.
pub fn asked(layout: &Layout, key: Option<&str>, request: &Request) -> Asked {
    let place = key.filter(|_| layout.parted).and_then(|key| {
        let mut tokens = crate::schema::pointer::tokens(key).into_iter();
        Some((Place::named(&tokens.next()?)?, tokens.next()?))
    });
    let (_, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    let pairs = || query.split('&').filter_map(|pair| pair.split_once('='));
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let found = match &place {
        Some((Place::Header, name)) => request
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, text)| text.clone()),
        Some((Place::Query, name)) => {
            pairs().find(|(known, _)| plain(known) == *name).map(|(_, text)| plain(text))
        }
        _ => None,
    };
    let in_body = key
        .filter(|_| place.is_none())
        .map(|key| if layout.parted { key.strip_prefix("/body").unwrap_or(key) } else { key });
    let (body_key, body) = content(layout, in_body, &request.body);
    let query: Vec<&str> = match &place {
        Some((Place::Query, name)) => query
            .split('&')
            .filter(|pair| pair.split_once('=').is_none_or(|(known, _)| plain(known) != *name))
            .collect(),
        _ => query.split('&').collect(),
    };
    let shown = query.join("&");
    let content = if shown.is_empty() { body } else { format!("{shown}\n{body}") };
    Asked { key: found.map(Value::from).or(body_key), content }
}

/// The body without its key, and the key.
fn content(layout: &Layout, key: Option<&str>, body: &[u8]) -> (Option<Value>, String) {
    let text = || String::from_utf8_lossy(body).into_owned();
    let json = || serde_json::from_slice::<Value>(body).ok().filter(|_| layout.is_json());
    let Some(key) = key else { return (None, json().map_or_else(text, |document| document.to_string())) };
    if let Some(BodyKind::Form { .. }) = layout.body.as_ref().map(|body| &body.kind) {
        let name = crate::schema::pointer::tokens(key).into_iter().next().unwrap_or_default();
        let whole = text();
        let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (own, rest): (Vec<&str>, Vec<&str>) = whole
            .split('&')
            .partition(|pair| pair.split_once('=').is_some_and(|(known, _)| plain(known) == name));
        let value =
            own.first().and_then(|pair| pair.split_once('=')).map(|(_, value)| Value::from(plain(value)));
        return (value, rest.join("&"));
    }
    let mut document: Value = serde_json::from_slice(body).unwrap_or_default();
    let value = crate::schema::pointer::split_last(key).and_then(|(parent, name)| {
        document.pointer_mut(parent).and_then(Value::as_object_mut).and_then(|members| members.remove(&name))
    });
    (value, document.to_string())
}
