//! What a rule accepts, in words.

use crate::case::rule::{ResponseField, Rule};
use crate::contract::Operation;
use crate::contract::extension::{HttpKind, StatusClass};

/// What the target may answer for the rule to hold.
pub(super) fn accepted(rule: &Rule, operation: &Operation) -> String {
    let literals = |class| operation.literals(class).join(" or ");
    let taken = [operation.literals(StatusClass::Success), operation.literals(StatusClass::Accepted)]
        .concat()
        .join(" or ");
    let refused = literals(StatusClass::Refused);
    let id = operation.rules.effect.as_ref().map_or("id", |effect| effect.id.trim_start_matches('/'));
    match rule {
        Rule::Taken { of, after_refused } => match after_refused {
            Some(refused) => format!("`{of}` is answered {taken} although `{refused}` was refused before"),
            None => format!("`{of}` is answered {taken}"),
        },
        Rule::TakenOnce { of } => format!("one of `{of}` is answered {taken}, and every other {refused}"),
        Rule::Refused { of, situation, documented, .. } => {
            let codes = operation.situation(situation).filter(|s| s.exact).map(|s| s.codes.join(" or "));
            let any = if *documented { "a documented code" } else { "whatever code" };
            let codes = codes.map_or(any.to_owned(), |codes| format!("the code {codes}"));
            format!(
                "`{of}` is answered {refused} with {codes}; never {taken}, never {}",
                literals(StatusClass::Unknown)
            )
        }
        Rule::Code { of, situation } => {
            let codes = operation.situation(situation).map(|s| s.codes.join(" or ")).unwrap_or_default();
            format!("where `{of}` is refused, its code is {codes}")
        }
        Rule::Orderly { of } => format!(
            "`{of}` has any answer but HTTP 5xx, {}, a stack trace or a closed connection",
            literals(StatusClass::Unknown)
        ),
        Rule::Untaken { of } => format!(
            "`{of}` has any answer but {taken}, HTTP 5xx, a redirect, a stack trace or a closed connection, and a probe counts nothing for it"
        ),
        Rule::Alike { control, of, .. } => format!(
            "`{of}` is treated like `{control}`: taken where that is taken, refused with the same code where it is refused"
        ),
        Rule::Bound { inside, at, beyond, .. } => {
            format!("`{inside}` and `{at}` are treated alike, and `{beyond}` is answered {refused}")
        }
        Rule::Cause { of, situations, .. } => {
            let named = situations.iter().filter_map(|name| operation.situation(name));
            let mut codes: Vec<&str> = Vec::new();
            for code in named.flat_map(|s| &s.codes) {
                if !codes.contains(&code.as_str()) {
                    codes.push(code);
                }
            }
            let which = if codes.len() == 1 { "the code" } else { "one of the codes" };
            format!(
                "`{of}` is answered {refused} with {which} {}, or with one that blames nothing in the request",
                codes.join(", ")
            )
        }
        Rule::SameRefusal { of } => {
            format!("where one of {} is answered {refused}, all are, with one code", list(of))
        }
        Rule::AlikeAnswers { control, of } => format!(
            "{} {} answered like `{control}`: taken where that is taken, refused with the same code where it is refused",
            list(of),
            if of.len() == 1 { "is" } else { "are" }
        ),
        Rule::SameResult { first, again } => {
            let have = if again.len() == 1 { "has" } else { "have" };
            format!("{} {have} the status and {id} of `{first}`", list(again))
        }
        Rule::EachSameResult { pairs } => {
            let pairs: Vec<String> =
                pairs.iter().map(|(first, again)| format!("`{again}` those of `{first}`")).collect();
            format!("each replay has the status and {id} of its first request: {}", pairs.join(", "))
        }
        Rule::OneResult { bursts, after } => format!(
            "within each of {}, all that are taken have one {id}; so has `{after}`, and none is refused",
            list(bursts)
        ),
        Rule::NoSecondEffect { first, other } => {
            format!("`{other}` is refused, or has the {id} of `{first}`; never another")
        }
        Rule::History => format!(
            "there is an order, consistent with real time, in which each key takes effect at most once and every \
             answer is what its key may be answered at that point: once done, the same result and {id} for the same \
             content, and that or a refusal for other content"
        ),
        Rule::Distinct { of } => {
            format!("all of {} are taken, each with a {id} of its own", list(of))
        }
        Rule::Effects { of, count, .. } => format!(
            "the probe counts {count} for the key of `{of}`; without a probe the answers can break this by their {id}, and it is never said to hold"
        ),
        Rule::Schema { of, .. } => format!("the answer to `{of}` satisfies the response schema"),
        Rule::Pairing { of, .. } => format!("the answer to `{of}` carries a code that goes with its status"),
        Rule::HttpStatus { of, .. } => {
            let known: Vec<String> =
                operation.http(HttpKind::Answered).iter().map(ToString::to_string).collect();
            format!("the answer to `{of}` is HTTP {}", known.join(" or "))
        }
        Rule::MediaType { of } => format!("the answer to `{of}` is application/json, or says nothing"),
        Rule::Documented { of, .. } => {
            let known: Vec<&str> = operation.documented.keys().map(String::as_str).collect();
            format!(
                "the answer to `{of}` is HTTP {}, with a media type that is documented for it",
                known.join(", ")
            )
        }
        Rule::Charset { of } => format!("the answer to `{of}` is UTF-8 and does not claim otherwise"),
        Rule::EffectId { of, present, .. } => {
            format!("the answer to `{of}` {} {id}", if *present { "carries" } else { "does not carry" })
        }
        Rule::Member { of, pointer, .. } => format!("the answer to `{of}` has {pointer}"),
        Rule::Shows { of, when, schema, echo, or_refused } => {
            let echoes = echo.iter().map(|(there, sent)| format!("; {there} is what was sent at {sent}"));
            let echoes: String = echoes.collect();
            let or = if *or_refused { format!("; {refused} will do as well") } else { String::new() };
            format!(
                "where `{of}` is answered {}, the answer satisfies the JSON Schema {schema}{echoes}{or}",
                literals(*when)
            )
        }
        Rule::Settles { of, class, .. } => {
            format!("where `{of}` is answered {}, asking again gives a decided answer", literals(*class))
        }
        Rule::ResponseHeader { of, field } => {
            let names = &operation.rules.headers;
            let name = match field {
                ResponseField::Client => &names.response_client,
                ResponseField::Time => &names.response_time,
            };
            format!("the answer to `{of}` carries the header field {}", name.as_deref().unwrap_or_default())
        }
        Rule::ResponseSignature { of } => format!("the answer to `{of}` carries a signature that holds"),
    }
}

/// Requests by their roles: `a`, `b` and `c`.
fn list(roles: &[String]) -> String {
    let named: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
    match named.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => named.concat(),
    }
}
