//! An orderly answer to a disorderly request.

use super::answer::Answer;
use super::hearing::{Hearing, breakdown, no_answer, unread};
use super::{Breach, Judgement};
use crate::contract::extension::StatusClass;

/// The target answers, does not break down, and does not tell the caller to try again what can never work.
pub fn orderly<'a>(hearing: &Hearing<'a>, of: &'a str) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let answer = hearing.answer(exchange);
    if let Answer::None(reason) = answer {
        return no_answer(at, exchange, reason);
    }
    if let Some(breach) = breakdown(hearing.operation, at, exchange) {
        return Judgement::Broken(breach);
    }
    let breach = |rule, summary: &str, expected: &str| {
        Judgement::Broken(Breach {
            rule,
            place: String::new(),
            summary: summary.to_owned(),
            expected: expected.to_owned(),
            observed: answer.describe(),
            show: vec![at],
        })
    };
    match &answer {
        Answer::Outcome(outcome) => match outcome.class {
            Some(StatusClass::Unknown) => breach(
                "client-error-unknown",
                "the same request is answered as unknown, however often it is sent",
                "the request taken or refused, finally",
            ),
            None => breach(
                "status-known",
                "the answer's status is none that the contract knows",
                "a known status",
            ),
            Some(_) => Judgement::Held(format!("an orderly answer: {}", answer.describe())),
        },
        Answer::Unread { response, why } if response.status < 400 => unread(*why),
        Answer::Opaque { response, .. } if response.status < 400 => {
            breach("outcome", "the answer has no outcome", "an outcome, or an HTTP status that refuses")
        }
        _ => Judgement::Held(format!("an orderly answer: {}", answer.describe())),
    }
}

/// The target does not take the request, does not break down, and nothing comes of it. What else it answers is its own
/// business: the answer to HEAD has no body, and that to OPTIONS need not be one of the API's.
pub fn untaken<'a>(hearing: &Hearing<'a>, of: &'a str) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let answer = Answer::read(hearing.operation, exchange);
    if let Answer::None(reason) = answer {
        return no_answer(at, exchange, reason);
    }
    if let Some(breach) = breakdown(hearing.operation, at, exchange) {
        return Judgement::Broken(breach);
    }
    let breach = |rule, summary: &str, expected: &str, observed: String| {
        Judgement::Broken(Breach {
            rule,
            place: exchange.request.method.clone(),
            summary: summary.to_owned(),
            expected: expected.to_owned(),
            observed,
            show: vec![at],
        })
    };
    if answer.class().is_some_and(StatusClass::took) {
        let summary = format!("the request is taken although it is sent with {}", exchange.request.method);
        return breach("taken", &summary, "a refusal, or an answer that takes nothing", answer.describe());
    }
    let counted = hearing.history.effects.iter().find(|count| count.role == of);
    if let Some(count) = counted.and_then(|count| count.count.as_ref().ok()).filter(|count| **count > 0) {
        let observed = format!("{}, and the probe counts {count}", answer.describe());
        return breach("effects", "the request has an effect all the same", "no effect", observed);
    }
    Judgement::Held(format!("not taken: {}", answer.describe()))
}
