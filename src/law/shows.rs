//! What a case in particular asks of an answer: a schema of its own, and members that repeat the request's.

use super::hearing::Hearing;
use super::shape::seen;
use super::status::of_class;
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};
use crate::schema::{Formats, Oracle};
use serde_json::Value;
use std::collections::BTreeMap;

/// An answer of a class satisfies the schema, and repeats what its request has at the places of `echo`, by their
/// pointers. Where `or_refused`, a refusal holds as well.
pub fn shows<'a>(
    hearing: &Hearing<'a>,
    of: &'a str,
    when: StatusClass,
    schema: &Value,
    echo: &BTreeMap<String, String>,
    or_refused: bool,
) -> Judgement {
    let heard = match hearing.heard(of, HttpKind::Answered) {
        Ok(heard) if heard.class == StatusClass::Refused && or_refused => {
            return Judgement::Held(format!("refused: {}", heard.describe()));
        }
        Ok(_) => of_class(hearing, of, when),
        Err(judgement) => return judgement,
    };
    let heard = match heard {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let body = &heard.outcome.body;
    let oracle = match Oracle::new(schema, Formats::Annotated) {
        Ok(oracle) => oracle,
        Err(error) => return Judgement::Undecided(format!("the case has no usable schema: {error}")),
    };
    let broken = |place: String, summary: String, expected: String, observed: String| {
        Judgement::Broken(Breach {
            rule: "shows",
            place,
            summary,
            expected,
            observed: format!("{}, {observed}", heard.describe()),
            show: vec![heard.at],
        })
    };
    if let Some(breach) = oracle.breaches(body).into_iter().next() {
        let place = named(&breach.pointer);
        let missing = breach.missing.iter().map(|name| format!(" {name}"));
        let asked = schema.pointer(&breach.schema_pointer).map(|asked| format!(" {asked}"));
        let asked = missing.chain(asked).next().unwrap_or_default();
        return broken(
            format!("{}:{}", breach.pointer, breach.keyword),
            format!("the answer does not show what it should at {place}"),
            format!("{place} with {}{asked}", breach.keyword),
            format!("{place} is {}", seen(body, &breach.pointer, &breach.keyword)),
        );
    }
    let sent: Value = serde_json::from_slice(&heard.exchange.request.body).unwrap_or_default();
    for (there, asked) in echo {
        if body.pointer(there) != sent.pointer(asked) {
            return broken(
                there.clone(),
                format!("the answer does not repeat {asked} of its request at {there}"),
                format!("{there} with what was sent at {asked}"),
                format!("{there} is {}", seen(body, there, "")),
            );
        }
    }
    Judgement::Held("the answer shows what the case asks for".to_owned())
}

fn named(pointer: &str) -> String {
    if pointer.is_empty() { "the body".to_owned() } else { pointer.to_owned() }
}
