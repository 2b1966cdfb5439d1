//! How often a request takes effect: by the probe's count, or, where there is none, by what the answers show.

use super::answer::Answer;
use super::hearing::{Heard, Hearing};
use super::history::{self, id_name};
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};
use crate::exchange::{EffectCount, Exchange};
use serde_json::Value;

/// The probe counts as many effects as the answers promise, for every key of the step.
///
/// Without a count the answers can only break the clause, by a second id for one key; they never make it hold.
pub fn effects<'a>(hearing: &Hearing<'a>, of: &'a str, count: u64, when: StatusClass) -> Judgement {
    let nothing = if when == StatusClass::Unknown {
        format!("the target never answered {}", hearing.operation.literals(when).join(" or "))
    } else {
        unobserved("the probe was not asked")
    };
    let mut judgement = Judgement::Undecided(nothing);
    for probed in hearing.history.effects.iter().filter(|effect| effect.role == of) {
        match effects_of_key(hearing, probed, count, when) {
            Judgement::Broken(breach) => return Judgement::Broken(breach),
            Judgement::Undecided(_) if matches!(judgement, Judgement::Held(_)) => {}
            other => judgement = other,
        }
    }
    judgement
}

/// How a reason begins where nobody counted.
fn unobserved(why: &str) -> String {
    format!("effect not observed: {why}")
}

fn effects_of_key(hearing: &Hearing<'_>, probed: &EffectCount, count: u64, when: StatusClass) -> Judgement {
    let answer = effects_answer(hearing, probed, when);
    let seen = match &probed.count {
        Ok(seen) => *seen,
        Err(reason) => {
            return match answer {
                Ok(_) => by_answers(hearing, probed, count, reason),
                Err(Judgement::Undecided(why)) => Judgement::Undecided(unobserved(&why)),
                Err(judgement) => judgement,
            };
        }
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(judgement) => return judgement,
    };
    if seen < count && answer.class == StatusClass::Accepted && when != answer.class {
        return Judgement::Undecided(format!("the probe counts {seen} so far for {}", answer.words));
    }
    if seen == count {
        return Judgement::Held(format!("the probe counts {seen} for {}", answer.words));
    }
    Judgement::Broken(history::count(hearing.operation, evidence(hearing, probed), seen, count))
}

/// What the answers to a key show of its effects where nobody counted them.
fn by_answers(hearing: &Hearing<'_>, probed: &EffectCount, count: u64, reason: &str) -> Judgement {
    let all = || hearing.history.exchanges.iter().enumerate();
    let Some((_, asked)) = all().find(|(_, exchange)| is_of(exchange, probed)) else {
        return Judgement::Undecided(unobserved(reason));
    };
    let identity = identity(hearing, asked);
    let same = all().filter(|(_, exchange)| {
        is_of(exchange, probed) || identity.is_some() && self::identity(hearing, exchange) == identity
    });
    let heard: Vec<Heard<'_>> = same.filter_map(|(at, exchange)| outcome(hearing, at, exchange)).collect();
    let id = id_name(hearing.operation);
    let counts = |heard: &&Heard<'_>| (heard.class == StatusClass::Refused) == (count == 0);
    let mut shown = heard.iter().filter(counts).filter(|heard| heard.outcome.effect.is_some());
    let first = shown.next();
    if let (0, Some(first)) = (count, first) {
        // An id on a refusal is a case of its own, and may name something else than an effect.
        let said = first.describe();
        return Judgement::Undecided(unobserved(&format!("{reason}; {said} names an effect by its {id}")));
    }
    let Some(first) = first else {
        return Judgement::Undecided(unobserved(&format!("{reason}; no answer carries {id}")));
    };
    match shown.find(|other| other.outcome.effect != first.outcome.effect) {
        None => Judgement::Undecided(unobserved(&format!("{reason}; by {id} alone there is one"))),
        Some(other) => Judgement::Broken(Breach {
            rule: "effect-ids",
            place: String::new(),
            summary: format!("one request has more than one {id}: it was done more than once"),
            expected: format!("one {id} for one key"),
            observed: format!("{}, with another {id}", other.describe()),
            show: vec![first.at, other.at],
        }),
    }
}

/// The outcome of an exchange, where it has one that the contract knows.
fn outcome<'a>(hearing: &Hearing<'a>, at: usize, exchange: &'a Exchange) -> Option<Heard<'a>> {
    match hearing.answer(exchange) {
        Answer::Outcome(outcome) => {
            outcome.class.map(|class| Heard { at, exchange, outcome: *outcome, class })
        }
        _ => None,
    }
}

fn is_of(exchange: &Exchange, probed: &EffectCount) -> bool {
    exchange.role == probed.role && exchange.copy == probed.copy
}

/// What makes two requests the same one: the key within its scope.
fn identity(hearing: &Hearing<'_>, exchange: &Exchange) -> Option<(String, Value)> {
    let asked = hearing.asked(exchange);
    Some((asked.scope, asked.key?))
}

/// The exchanges that a count is about: those of the probed key first, then what else was sent.
fn evidence(hearing: &Hearing<'_>, probed: &EffectCount) -> Vec<usize> {
    const SHOWN: usize = 3;
    let all = || hearing.history.exchanges.iter().enumerate();
    let others = all().filter(|(_, exchange)| exchange.role != probed.role && !exchange.superseded);
    let own = all().filter(|(_, exchange)| is_of(exchange, probed));
    let mut shown: Vec<usize> = own.chain(others).map(|(at, _)| at).take(SHOWN).collect();
    shown.sort_unstable();
    shown
}

/// The answer that a count is held against.
struct Answered {
    class: StatusClass,
    words: String,
}

/// The answer that the count is held against, where it is of the class that makes the count say something.
fn effects_answer(
    hearing: &Hearing<'_>,
    probed: &EffectCount,
    when: StatusClass,
) -> Result<Answered, Judgement> {
    let all: Vec<_> = hearing
        .history
        .exchanges
        .iter()
        .enumerate()
        .filter(|(_, exchange)| is_of(exchange, probed))
        .collect();
    let Some((at, exchange)) = all.iter().find(|(_, exchange)| !exchange.superseded) else {
        return Err(Judgement::Undecided(format!("`{}` was not sent", probed.role)));
    };
    // A sender that is not trusted may be refused by HTTP status, and by that alone.
    let kind = if when == StatusClass::Refused { HttpKind::Unauthenticated } else { HttpKind::Answered };
    let answer = hearing.answer(exchange);
    if let (StatusClass::Refused, Answer::Opaque { response, .. } | Answer::Unread { response, .. }) =
        (when, &answer)
        && response.status >= 400
        && hearing.operation.allows(kind, when, response.status)
    {
        return Ok(Answered { class: when, words: answer.describe() });
    }
    let answered = hearing.read(*at, exchange, HttpKind::Answered);
    let heard = answered.or_else(|_| hearing.read(*at, exchange, kind))?;
    let fits = match when {
        StatusClass::Success => heard.class.took(),
        // The count is about what came of an open outcome, so there must have been one.
        StatusClass::Unknown => {
            let class = |exchange| hearing.answer(exchange).class();
            heard.class.took() && all.iter().any(|(_, exchange)| class(exchange) == Some(when))
        }
        other => heard.class == other,
    };
    if fits {
        return Ok(Answered { class: heard.class, words: heard.describe() });
    }
    let wanted = hearing.operation.literals(when).join(" or ");
    Err(Judgement::Undecided(format!("the target did not answer {wanted}: {}", heard.describe())))
}
