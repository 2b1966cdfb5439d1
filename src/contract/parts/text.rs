//! From a document of parts to the texts of a request.

use super::{BodyKind, Layout, Parameter, Place, Style};
use crate::exchange::Headers;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What stands in paths and queries as it is (RFC 3986, 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a value cannot be sent so that it can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCarried;

/// A text percent-encoded as it stands in paths, queries and forms.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A scalar as text; what is none has no text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // Who reads a whole number wants no point in it.
        Value::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned))
        }
        Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The pairs that a parameter becomes: one without name where it stands by its place. Null is not sent at all.
pub(super) fn pairs(parameter: &Parameter, value: &Value) -> Result<Vec<(String, String)>, NotCarried> {
    let name = || parameter.name.clone();
    if parameter.json {
        return Ok(vec![(name(), value.to_string())]);
    }
    let separator = match parameter.style {
        Style::Label => ".",
        Style::Space => " ",
        Style::Pipe => "|",
        _ => ",",
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => {
            if parameter.style == Style::Deep {
                return brackets(&name(), value);
            }
            let texts: Vec<String> = items.iter().map(scalar).collect::<Option<_>>().ok_or(NotCarried)?;
            let each = parameter.explode
                && matches!(parameter.style, Style::Form | Style::Matrix | Style::Space | Style::Pipe);
            if each {
                return Ok(texts.into_iter().map(|text| (name(), text)).collect());
            }
            if texts.iter().any(|text| text.is_empty() || text.contains(separator)) {
                return Err(NotCarried);
            }
            Ok(if texts.is_empty() { Vec::new() } else { vec![(name(), texts.join(separator))] })
        }
        Value::Object(members) => {
            if parameter.style == Style::Deep {
                return brackets(&name(), value);
            }
            let mut texts = Vec::new();
            for (key, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                texts.push((key.clone(), scalar(member).ok_or(NotCarried)?));
            }
            if parameter.explode && parameter.style == Style::Form {
                return Ok(texts);
            }
            let odd = |text: &String| text.is_empty() || text.contains(separator) || text.contains('=');
            if texts.iter().any(|(key, text)| odd(key) || odd(text)) {
                return Err(NotCarried);
            }
            let between = if parameter.explode { "=" } else { separator };
            let all: Vec<String> =
                texts.into_iter().map(|(key, text)| format!("{key}{between}{text}")).collect();
            Ok(if all.is_empty() { Vec::new() } else { vec![(name(), all.join(separator))] })
        }
        other => Ok(vec![(name(), scalar(other).unwrap_or_default())]),
    }
}

/// A nested value as pairs whose names say in brackets where each text stands.
pub(super) fn brackets(name: &str, value: &Value) -> Result<Vec<(String, String)>, NotCarried> {
    let mut pairs = Vec::new();
    nest(name.to_owned(), value, &mut pairs)?;
    Ok(pairs)
}

fn nest(name: String, value: &Value, pairs: &mut Vec<(String, String)>) -> Result<(), NotCarried> {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                nest(format!("{name}[{index}]"), item, pairs)?;
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                if key.is_empty() || key.contains(['[', ']']) {
                    return Err(NotCarried);
                }
                nest(format!("{name}[{key}]"), member, pairs)?;
            }
        }
        other => pairs.push((name, scalar(other).unwrap_or_default())),
    }
    Ok(())
}

/// The pairs of a form body: items of a list by its name again, what is nested in brackets.
pub(super) fn form_pairs(kind: &BodyKind, body: &Value) -> Result<Vec<(String, String)>, NotCarried> {
    let Value::Object(members) = body else { return Err(NotCarried) };
    let mut all = Vec::new();
    for (name, value) in members {
        let deep = matches!(kind, BodyKind::Form { deep } if deep.contains(name));
        match value {
            Value::Array(items) if !deep && items.iter().all(|item| scalar(item).is_some()) => {
                all.extend(items.iter().filter_map(scalar).map(|text| (name.clone(), text)));
            }
            _ => all.extend(brackets(name, value)?),
        }
    }
    Ok(all)
}

/// The text of a form body.
pub fn form(kind: &BodyKind, body: &Value) -> String {
    let pairs = form_pairs(kind, body).unwrap_or_default();
    pairs
        .iter()
        .map(|(name, text)| format!("{}={}", in_brackets(name), encoded(text)))
        .collect::<Vec<_>>()
        .join("&")
}

/// A name with brackets, which stay as they are.
fn in_brackets(name: &str) -> String {
    encoded(name).replace("%5B", "[").replace("%5D", "]")
}

/// Path and query, and the header fields, of a document of parts. What cannot stand there is left out.
pub fn target(layout: &Layout, template: &str, document: &Value) -> (String, Headers) {
    let part = |place: Place| document.get(place.name()).and_then(Value::as_object).into_iter().flatten();
    let mut path = template.to_owned();
    for (name, value) in part(Place::Path) {
        let parameter = layout.parameter_or_plain(Place::Path, name);
        path = path.replace(&format!("{{{name}}}"), &in_path(&parameter, value));
    }
    let mut query = Vec::new();
    for (name, value) in part(Place::Query) {
        let parameter = layout.parameter_or_plain(Place::Query, name);
        for (name, text) in pairs(&parameter, value).unwrap_or_default() {
            query.push(format!("{}={}", in_brackets(&name), encoded(&text)));
        }
    }
    if !query.is_empty() {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(&query.join("&"));
    }
    let mut headers = Headers::new();
    for (name, value) in part(Place::Header) {
        let parameter = layout.parameter_or_plain(Place::Header, name);
        let pairs = pairs(&parameter, value).unwrap_or_default();
        headers.extend(pairs.into_iter().filter(|(_, text)| is_field(text)));
    }
    let mut cookies = Vec::new();
    for (name, value) in part(Place::Cookie) {
        let parameter = layout.parameter_or_plain(Place::Cookie, name);
        let pairs = pairs(&parameter, value).unwrap_or_default();
        cookies.extend(
            pairs
                .into_iter()
                .filter(|(_, text)| is_cookie(text))
                .map(|(name, text)| format!("{name}={text}")),
        );
    }
    if !cookies.is_empty() {
        headers.push(("Cookie".to_owned(), cookies.join("; ")));
    }
    (path, headers)
}

fn in_path(parameter: &Parameter, value: &Value) -> String {
    let texts = pairs(parameter, value).unwrap_or_default();
    let written: Vec<String> = texts
        .iter()
        .map(|(name, text)| match parameter.style {
            Style::Label => format!(".{}", listed(text, '.')),
            Style::Matrix => format!(";{}={}", encoded(name), listed(text, ',')),
            _ => listed(text, ','),
        })
        .collect();
    written.concat()
}

/// A text encoded but for what separates its items.
fn listed(text: &str, separator: char) -> String {
    text.split(separator).map(encoded).collect::<Vec<_>>().join(&separator.to_string())
}

/// Whether a text can stand in a header field and comes out as it went in: printable ASCII without white space
/// around it.
pub(super) fn is_field(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.trim() == text
}

/// Whether a text can stand in a cookie (RFC 6265, 4.1.1).
pub(super) fn is_cookie(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
}
