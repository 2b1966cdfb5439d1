//! The form of an answer: response schema, media type, charset.

use super::answer::Answer;
use super::hearing::Hearing;
use super::status::{mispaired, of_class};
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};
use serde_json::Value;

/// An answer of a class satisfies the response schema.
pub fn schema<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    // The schema comes before the outcome here: a body without outcome is what this law is about.
    if let Some((status, body)) = exchange.response().and_then(|r| r.json().map(|body| (r.status, body)))
        && let Some(breach) = against_schema(hearing, at, status, &body)
    {
        return Judgement::Broken(breach);
    }
    match of_class(hearing, of, when) {
        Err(judgement) => judgement,
        Ok(_) => Judgement::Held("the answer satisfies the response schema".to_owned()),
    }
}

fn against_schema(hearing: &Hearing<'_>, at: usize, status: u16, body: &Value) -> Option<Breach> {
    let called = hearing.called(hearing.history.exchanges.get(at)?);
    let key = called.operation.response_key(status)?;
    let oracle = called.schemas.get(&key)?;
    if oracle.is_valid(body) {
        return None;
    }
    let breach = oracle.breaches(body).into_iter().next()?;
    let place = if breach.pointer.is_empty() { "the body".to_owned() } else { breach.pointer.clone() };
    Some(Breach {
        rule: "schema",
        place: format!("{}:{}", breach.pointer, breach.keyword),
        summary: format!("the answer breaks the response schema at {place} ({})", breach.keyword),
        expected: match called.operation.responses[&key].pointer(&breach.schema_pointer) {
            Some(asked) if asked.is_string() || asked.is_number() || asked.is_array() => {
                format!("{place} with {} {asked}", breach.keyword)
            }
            _ => format!("{place} as the response schema says ({})", breach.keyword),
        },
        observed: seen(body, &breach.pointer, &breach.keyword),
        show: vec![at],
    })
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
        let breach = against_schema(hearing, at, outcome.response.status, &outcome.body);
        if breach.is_some() {
            return breach;
        }
        if let Ok(heard) = hearing.read(at, exchange, HttpKind::Answered) {
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
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
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
    if std::str::from_utf8(&response.body).is_err() {
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
