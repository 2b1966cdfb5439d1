//! Response headers and signatures.

use super::answer::Answer;
use super::hearing::{Hearing, no_answer, unread};
use super::{Breach, Judgement};
use crate::case::rule::ResponseField;
use crate::exchange::json::Unread;
use crate::exchange::{Exchange, SignatureCheck, header};

/// The answer carries a header field of the contract.
pub fn response_header<'a>(hearing: &Hearing<'a>, of: &'a str, field: ResponseField) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let names = &hearing.operation.rules.headers;
    let (name, sent) = match field {
        ResponseField::Client => (&names.response_client, &names.client),
        ResponseField::Time => (&names.response_time, &None),
    };
    let Some(name) = name else {
        return Judgement::Undecided("the contract names no such header".to_owned());
    };
    let response = match &exchange.outcome {
        Ok(response) => response,
        Err(reason) => return no_answer(at, exchange, *reason),
    };
    let breach = |place: &str, summary: String, expected: String, observed: String| {
        Judgement::Broken(Breach {
            rule: "response-header",
            place: place.to_owned(),
            summary,
            expected,
            observed,
            show: vec![at],
        })
    };
    let Some(value) = response.header(name) else {
        let expected = format!("the header {name}");
        return breach(name, format!("the answer has no {name}"), expected, "no such header".to_owned());
    };
    let right = match field {
        ResponseField::Client => {
            let sent = sent.as_ref().and_then(|name| header(&exchange.request.headers, name));
            sent.is_none_or(|sent| sent == value)
        }
        ResponseField::Time => value.parse::<jiff::Timestamp>().is_ok(),
    };
    if right {
        return Judgement::Held(format!("{name} is there"));
    }
    let (summary, expected) = match field {
        ResponseField::Client => {
            (format!("{name} is not that of the request"), format!("{name} as in the request"))
        }
        ResponseField::Time => (format!("{name} is no time"), "ISO 8601 with offset".to_owned()),
    };
    breach(name, summary, expected, "another value".to_owned())
}

/// Every answer to the step is signed with the target's key, those that left the outcome open included.
pub fn response_signature<'a>(hearing: &Hearing<'a>, of: &'a str) -> Judgement {
    let (last, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let before = hearing.history.exchanges.iter().enumerate();
    // What only asks for fewer requests need not come from the API.
    let before = before.filter(|(_, one)| {
        let answer = Answer::read(hearing.operation, one);
        one.role == of && one.superseded && answer.class().is_some() && !answer.is_busy(hearing.operation)
    });
    let earlier = before.map(|(at, one)| signed(hearing, at, one));
    match earlier.chain([signed(hearing, last, exchange)]).find(|one| !matches!(one, Judgement::Held(_))) {
        Some(judgement) => judgement,
        None => Judgement::Held("the signature holds".to_owned()),
    }
}

fn signed(hearing: &Hearing<'_>, at: usize, exchange: &Exchange) -> Judgement {
    if let Err(reason) = &exchange.outcome {
        return no_answer(at, exchange, *reason);
    }
    let breach = |place: &str, summary: &str, observed: &str| {
        Judgement::Broken(Breach {
            rule: "response-signature",
            place: place.to_owned(),
            summary: summary.to_owned(),
            expected: "a signature that holds, over the response's own path, client, time and body"
                .to_owned(),
            observed: observed.to_owned(),
            show: vec![at],
        })
    };
    match exchange.signature {
        // Only the beginning of its body was looked at.
        SignatureCheck::Invalid if exchange.response().is_some_and(|response| response.truncated) => {
            unread(Unread::Long)
        }
        SignatureCheck::Valid => Judgement::Held("the signature holds".to_owned()),
        SignatureCheck::Unchecked => Judgement::Undecided("no key is configured to check it with".to_owned()),
        SignatureCheck::Misencoded(how) => {
            let ways = hearing.operation.rules.signing.iter().flat_map(|signing| &signing.answers);
            let ways: Vec<&str> = ways.map(|way| way.name()).collect();
            Judgement::Broken(Breach {
                rule: "response-signature",
                place: format!("encoding:{how}"),
                summary: "the answer's signature holds, and its text is encoded in another way".to_owned(),
                expected: format!("the signature in {}", ways.join(" or ")),
                observed: format!("the signature in {how}"),
                show: vec![at],
            })
        }
        SignatureCheck::Absent => breach("absent", "the answer is not signed", "no signature"),
        SignatureCheck::Invalid => {
            breach("invalid", "the answer's signature does not hold", "a signature that does not hold")
        }
    }
}
