//! The form of an answer: response schema, media type, charset.

use super::answer::Answer;
use super::hearing::{Hearing, no_answer, unread};
use super::status::{mispaired, of_class};
use super::{Breach, Judgement};
use crate::contract::Operation;
use crate::contract::extension::{HttpKind, StatusClass};
use crate::exchange::Response;
use crate::exchange::json::Unread;
use serde_json::Value;

/// An answer of a class satisfies the response schema.
pub fn schema<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    // The schema comes before the outcome here: a body without outcome is what this law is about.
    if let Some(response) = exchange.response()
        && let Some(breach) = against_schema(hearing, at, response, response.json().as_deref())
    {
        return Judgement::Broken(breach);
    }
    match of_class(hearing, of, when) {
        Err(judgement) => judgement,
        Ok(_) => Judgement::Held("the answer satisfies the response schema".to_owned()),
    }
}

/// The breach of an answer whose body is none that its response schema allows.
fn against_schema(
    hearing: &Hearing<'_>,
    at: usize,
    response: &Response,
    body: Option<&Value>,
) -> Option<Breach> {
    if is_another(hearing, at) {
        return None;
    }
    let media = response.header("content-type").map(essence);
    let called = hearing.called(hearing.history.exchanges.get(at)?);
    let key = called.operation.response_key(response.status, media.as_deref())?;
    let (oracle, schema) = called.schemas.get(&key)?;
    let Some(body) = body else {
        return not_json(called.operation, at, response, media.as_deref());
    };
    if oracle.is_valid(body) {
        return None;
    }
    let breach = oracle.breaches(body).into_iter().next()?;
    let place = if breach.pointer.is_empty() { "the body".to_owned() } else { breach.pointer.clone() };
    Some(Breach {
        rule: "schema",
        place: format!("{}:{}", breach.pointer, breach.keyword),
        summary: format!("the answer breaks the response schema at {place} ({})", breach.keyword),
        expected: match schema.pointer(&breach.schema_pointer) {
            Some(asked) if asked.is_string() || asked.is_number() || asked.is_array() => {
                format!("{place} with {} {asked}", breach.keyword)
            }
            _ => format!("{place} as the response schema says ({})", breach.keyword),
        },
        observed: seen(body, &breach.pointer, &breach.keyword),
        show: vec![at],
    })
}

/// Whether what was sent has another method than the operation, so that its answers are not described here.
fn is_another(hearing: &Hearing<'_>, at: usize) -> bool {
    let sent = hearing.history.exchanges.get(at).map(|exchange| exchange.request.method.as_str());
    let by_http = hearing.operation.rules.outcome.by_http();
    by_http && sent.is_some_and(|method| method != hearing.operation.method)
}

/// The breach of a body that is not JSON where JSON alone is described, and the HTTP status is not one that has none.
fn not_json(operation: &Operation, at: usize, response: &Response, media: Option<&str>) -> Option<Breach> {
    let described = operation.media(response.status).unwrap_or_default();
    let other = |media: &str| described.iter().any(|one| one == media) && !is_json(media);
    let bare = matches!(response.status, 204 | 205 | 304) || operation.method == "HEAD";
    let unread = response.read().is_err_and(|why| why != Unread::NotJson);
    if !operation.rules.outcome.by_http()
        || bare
        || unread
        || media.is_some_and(other)
        || !described.iter().all(|one| is_json(one))
    {
        return None;
    }
    let observed = if response.body.is_empty() { "no body" } else { "a body that is not JSON" };
    Some(Breach {
        rule: "schema",
        place: ":json".to_owned(),
        summary: format!("the answer to HTTP {} has {observed}", response.status),
        expected: "a body in JSON, as the document describes it".to_owned(),
        observed: format!("HTTP {} with {observed}", response.status),
        show: vec![at],
    })
}

/// A media type without its parameters, in lower case.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// What stands at a place, by its type and size; values differ from run to run.
pub(super) fn seen(body: &Value, pointer: &str, keyword: &str) -> String {
    match body.pointer(pointer) {
        None => "nothing there".to_owned(),
        Some(Value::String(text)) if keyword == "enum" => super::answer::word(text),
        Some(Value::String(text)) => format!("a string of {} characters", text.chars().count()),
        Some(Value::Object(members)) => {
            let names: Vec<String> = members.keys().map(|name| super::answer::word(name)).collect();
            format!("an object with the members {}", names.join(", "))
        }
        Some(Value::Array(items)) => format!("an array of {} items", items.len()),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(_)) => "a boolean".to_owned(),
        Some(Value::Number(_)) => "a number".to_owned(),
    }
}

/// An answer of a class has a member, and more than null in it.
pub fn member<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass, pointer: &str) -> Judgement {
    let heard = match of_class(hearing, of, when) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    if heard.outcome.body.pointer(pointer).is_some_and(|member| !member.is_null()) {
        return Judgement::Held(format!("{pointer} is there"));
    }
    Judgement::Broken(Breach {
        rule: "member",
        place: pointer.to_owned(),
        summary: format!("the answer has no {pointer}"),
        expected: format!("{pointer} present"),
        observed: format!("{}, {pointer} absent", heard.describe()),
        show: vec![heard.at],
    })
}

/// The first breach of what the contract asks of every answer with an outcome: schema, and a code that goes
/// with its status.
pub fn every_answer(hearing: &Hearing<'_>) -> Option<Breach> {
    for (at, exchange) in hearing.history.exchanges.iter().enumerate() {
        let operation = hearing.called(exchange).operation;
        let answer = Answer::read(operation, exchange);
        // What stands before the API and asks for fewer requests need not know its schema.
        let Some(outcome) = answer.outcome().filter(|_| !answer.is_busy(operation)) else { continue };
        let body = outcome.response.json();
        let breach = against_schema(hearing, at, outcome.response, body.as_deref());
        if breach.is_some() {
            return breach;
        }
        if let Ok(heard) = hearing.read(at, exchange, HttpKind::Answered)
            && !is_another(hearing, at)
        {
            let breach = mispaired(hearing, &heard);
            if breach.is_some() {
                return breach;
            }
        }
    }
    None
}

/// The answer says that it is JSON, or says nothing.
pub fn media_type<'a>(hearing: &Hearing<'a>, of: &'a str) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let header = exchange.response().and_then(|response| response.header("content-type"));
    let Some(value) = header else {
        return match hearing.heard(of, HttpKind::Answered) {
            Err(judgement) => judgement,
            Ok(_) => Judgement::Held("no media type is given, and none is demanded".to_owned()),
        };
    };
    let essence = essence(value);
    if is_json(&essence) {
        return match hearing.heard(of, HttpKind::Answered) {
            Err(judgement) => judgement,
            Ok(_) => Judgement::Held(format!("the media type is {essence}")),
        };
    }
    Judgement::Broken(Breach {
        rule: "media-type",
        place: essence.clone(),
        summary: "the answer is not JSON by its media type".to_owned(),
        expected: "Content-Type: application/json".to_owned(),
        observed: format!("Content-Type: {}", super::answer::word(value)),
        show: vec![at],
    })
}

/// The answer has an HTTP status that the document describes, and a media type that it describes for it.
pub fn documented<'a>(hearing: &Hearing<'a>, of: &'a str, refusals: bool) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let response = match &exchange.outcome {
        Ok(response) => response,
        Err(reason) => return no_answer(at, exchange, *reason),
    };
    let operation = hearing.operation;
    if !refusals && (400..500).contains(&response.status) {
        return Judgement::Undecided(format!("the request is refused: HTTP {}", response.status));
    }
    let breach = |rule, place: String, summary, expected, observed| {
        Judgement::Broken(Breach { rule, place, summary, expected, observed, show: vec![at] })
    };
    let known: Vec<&str> = operation.documented.keys().map(String::as_str).collect();
    if !operation.documents(response.status) {
        return breach(
            "undocumented-status",
            response.status.to_string(),
            format!("the answer has an HTTP status that is not documented: {}", response.status),
            format!("HTTP {}", known.join(", ")),
            format!("HTTP {}", response.status),
        );
    }
    let named = response.header("content-type").map(essence);
    let fits = |one: &String, media: &str| {
        one == media || one == "*/*" || one.strip_suffix('*').is_some_and(|start| media.starts_with(start))
    };
    match (operation.media(response.status), named) {
        (Some(described), Some(media)) if !described.iter().any(|one| fits(one, &media)) => breach(
            "media-type",
            media.clone(),
            format!("the answer has a media type that is not documented for HTTP {}", response.status),
            format!("Content-Type: {}", described.join(" or ")),
            format!("Content-Type: {}", super::answer::word(&media)),
        ),
        _ => Judgement::Held(format!("HTTP {} is documented, and so is its media type", response.status)),
    }
}

/// The answer is UTF-8 and does not say otherwise.
pub fn charset<'a>(hearing: &Hearing<'a>, of: &'a str) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let Some(response) = exchange.response() else {
        return hearing.heard(of, HttpKind::Answered).err().unwrap_or(Judgement::Undecided(String::new()));
    };
    let breach = |place: &str, summary: &str, observed: String| {
        Judgement::Broken(Breach {
            rule: "charset",
            place: place.to_owned(),
            summary: summary.to_owned(),
            expected: "UTF-8, in the body and in Content-Type".to_owned(),
            observed,
            show: vec![at],
        })
    };
    if response.read().is_err_and(|why| why == Unread::Coded) {
        return unread(Unread::Coded);
    }
    // The beginning of a longer body may end within a character.
    let is_wrong = |error: std::str::Utf8Error| error.error_len().is_some() || !response.truncated;
    if std::str::from_utf8(&response.body).is_err_and(is_wrong) {
        return breach("body", "the answer's body is not UTF-8", "bytes that are not UTF-8".to_owned());
    }
    let parameters = response.header("content-type").unwrap_or_default().split(';').skip(1);
    let named = parameters
        .filter_map(|part| part.split_once('='))
        .find(|(n, _)| n.trim().eq_ignore_ascii_case("charset"));
    let named = named.map(|(_, value)| value.trim().trim_matches('"').to_ascii_lowercase());
    match named.as_deref() {
        None | Some("utf-8" | "utf8") => match hearing.heard(of, HttpKind::Answered) {
            Err(judgement) => judgement,
            Ok(_) => Judgement::Held("the answer is UTF-8".to_owned()),
        },
        Some(other) => breach(
            "header",
            "the answer claims another charset",
            format!("charset {}", super::answer::word(other)),
        ),
    }
}
