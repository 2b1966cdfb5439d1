//! What a repeated request may do.

use super::answer::Answer;
use super::hearing::{Heard, Hearing};
use super::history::{self, Event, Said, is_conflict};
use super::status::taken_in_words;
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};
use crate::exchange::{EffectCount, Exchange};

/// Replays have the result and the effect's id of the first request. Accepted may become success; a
/// success stays one.
pub fn same_result<'a>(hearing: &Hearing<'a>, first: &'a str, again: &'a [String]) -> Judgement {
    let original = match first_taken(hearing, first) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let roles: Vec<&str> = std::iter::once(first).chain(again.iter().map(String::as_str)).collect();
    let account = match history::account(hearing, of_roles(hearing, &roles)) {
        Ok(account) => account,
        Err(judgement) => return judgement,
    };
    for role in again {
        let replay = match hearing.heard(role, HttpKind::Answered) {
            Ok(heard) => heard,
            Err(judgement) => return judgement,
        };
        match replay.class {
            StatusClass::Refused if original.class == StatusClass::Accepted => {
                return Judgement::Undecided(format!(
                    "accepted at first, and refused later: {}",
                    replay.describe()
                ));
            }
            StatusClass::Unknown => {
                return Judgement::Undecided(format!("the replay never settled: {}", replay.describe()));
            }
            _ => {}
        }
    }
    let seen = if account.has_ids() { " and id" } else { "" };
    Judgement::Held(format!("every replay has the first one's result{seen}; effects were not counted"))
}

/// Duplicates sent at the same time have one result among them.
pub fn one_result<'a>(hearing: &Hearing<'a>, bursts: &'a [String], after: &'a str) -> Judgement {
    let mut judgement = Judgement::Undecided("nothing was sent".to_owned());
    for (index, burst) in bursts.iter().enumerate() {
        let last = (index + 1 == bursts.len()).then_some(after);
        let roles: Vec<&str> = std::iter::once(burst.as_str()).chain(last).collect();
        if hearing.history.of(burst).next().is_none() {
            continue;
        }
        judgement = one_result_among(hearing, &roles);
        if !matches!(judgement, Judgement::Held(_)) {
            return judgement;
        }
    }
    judgement
}

fn one_result_among(hearing: &Hearing<'_>, roles: &[&str]) -> Judgement {
    let account = match history::account(hearing, of_roles(hearing, roles)) {
        Ok(account) => account,
        Err(judgement) => return judgement,
    };
    let said = |wanted: fn(&Event) -> bool| account.events.iter().filter(move |event| wanted(event)).count();
    if said(|event| event.said == Said::Refused) > 0 {
        return Judgement::Undecided("duplicates are refused".to_owned());
    }
    if !account.has_ids() {
        return Judgement::Undecided(format!(
            "no duplicate was answered with a {}",
            history::id_name(hearing.operation)
        ));
    }
    let open = said(|event| matches!(event.said, Said::Open | Said::Nothing));
    let rest = if open > 0 { "; the others were unknown at first" } else { "" };
    Judgement::Held(format!("all duplicates agree{rest}"))
}

/// A used key with other content has no effect of its own.
pub fn no_second_effect<'a>(hearing: &Hearing<'a>, first: &'a str, other: &'a str) -> Judgement {
    let original = match first_taken(hearing, first) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    if let Err(judgement) = history::account(hearing, of_roles(hearing, &[first, other])) {
        return judgement;
    }
    let second = match hearing.heard(other, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let id = history::id_name(hearing.operation);
    match (second.class, &original.outcome.effect, &second.outcome.effect) {
        (StatusClass::Refused, ..) => Judgement::Held(format!("refused: {}", second.describe())),
        (StatusClass::Unknown, ..) => Judgement::Undecided(format!("never settled: {}", second.describe())),
        (_, Some(_), Some(_)) => {
            Judgement::Held(format!("the stored result is returned, with the same {id}"))
        }
        _ => Judgement::Undecided(format!("the answers carry no {id} to tell by")),
    }
}

/// The exchanges of some steps whose answers count.
fn of_roles<'a>(hearing: &Hearing<'a>, roles: &[&str]) -> impl Iterator<Item = (usize, &'a Exchange)> {
    let all = hearing.history.exchanges.iter().enumerate();
    all.filter(|(_, exchange)| !exchange.superseded && roles.contains(&exchange.role.as_str()))
}

/// Requests with different keys have effects of their own.
pub fn distinct<'a>(hearing: &Hearing<'a>, of: &'a [String]) -> Judgement {
    let mut seen: Vec<Heard<'a>> = Vec::new();
    for (at, exchange) in of.iter().flat_map(|role| hearing.history.of(role)) {
        let heard = match hearing.read(at, exchange, HttpKind::Answered) {
            Ok(heard) => heard,
            Err(judgement) => return judgement,
        };
        if let (true, Some(first)) = (is_conflict(hearing, &heard), seen.first()) {
            return merged(hearing, first, &heard);
        }
        if !heard.class.took() {
            return Judgement::Undecided(format!("`{}` is not taken: {}", exchange.role, heard.describe()));
        }
        if heard.outcome.effect.is_none() {
            return Judgement::Undecided(format!(
                "the answers carry no {} to tell by",
                history::id_name(hearing.operation)
            ));
        }
        if let Some(twin) = seen.iter().find(|other| other.outcome.effect == heard.outcome.effect) {
            return merged(hearing, twin, &heard);
        }
        seen.push(heard);
    }
    Judgement::Held(format!(
        "{} keys, as many different values of {}",
        seen.len(),
        history::id_name(hearing.operation)
    ))
}

fn merged(hearing: &Hearing<'_>, first: &Heard<'_>, second: &Heard<'_>) -> Judgement {
    Judgement::Broken(Breach {
        rule: "keys-merged",
        place: String::new(),
        summary: "two different keys are treated as one".to_owned(),
        expected: format!("each request with a {} of its own", history::id_name(hearing.operation)),
        observed: if second.class.took() {
            format!("{}, with the first one's {}", second.describe(), history::id_name(hearing.operation))
        } else {
            second.describe()
        },
        show: vec![first.at, second.at],
    })
}

/// The probe counts as many effects as the answers promise, for every key of the step.
pub fn effects<'a>(hearing: &Hearing<'a>, of: &'a str, count: u64, when: StatusClass) -> Judgement {
    let nothing = if when == StatusClass::Unknown {
        format!("the target never answered {}", hearing.operation.literals(when).join(" or "))
    } else {
        "effects were not observed".to_owned()
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

fn effects_of_key(hearing: &Hearing<'_>, probed: &EffectCount, count: u64, when: StatusClass) -> Judgement {
    let answer = match effects_answer(hearing, probed, when) {
        Ok(answer) => answer,
        Err(judgement) => return judgement,
    };
    let meaning =
        hearing.operation.rules.effect.as_ref().map_or("one effect", |effect| effect.meaning.as_str());
    let seen = match &probed.count {
        Err(reason) => return Judgement::Undecided(format!("effects were not observed: {reason}")),
        Ok(seen) => *seen,
    };
    if seen < count && answer.class == StatusClass::Accepted && when != answer.class {
        return Judgement::Undecided(format!("the probe counts {seen} so far for {}", answer.words));
    }
    if seen == count {
        return Judgement::Held(format!("the probe counts {seen} for {}", answer.words));
    }
    Judgement::Broken(Breach {
        rule: "effect-count",
        place: format!("{} instead of {count}", if seen > count { "more" } else { "fewer" }),
        summary: match count {
            0 => "a refused request has an effect all the same".to_owned(),
            _ if seen == 0 => "a request answered as done has no effect".to_owned(),
            _ => "one request has more than one effect".to_owned(),
        },
        expected: format!("the probe counts {count} ({meaning})"),
        observed: format!(
            "the probe counts {}",
            if seen > count { "more".to_owned() } else { seen.to_string() }
        ),
        show: evidence(hearing, probed),
    })
}

/// The exchanges that a count is about: those of the probed key first, then what else was sent.
fn evidence(hearing: &Hearing<'_>, probed: &EffectCount) -> Vec<usize> {
    const SHOWN: usize = 3;
    let own = |exchange: &Exchange| exchange.role == probed.role && exchange.copy == probed.copy;
    let all = || hearing.history.exchanges.iter().enumerate();
    let others = all().filter(|(_, exchange)| exchange.role != probed.role && !exchange.superseded);
    let mut shown: Vec<usize> =
        all().filter(|(_, exchange)| own(exchange)).chain(others).map(|(at, _)| at).take(SHOWN).collect();
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
        .filter(|(_, exchange)| exchange.role == probed.role && exchange.copy == probed.copy)
        .collect();
    let Some((at, exchange)) = all.iter().find(|(_, exchange)| !exchange.superseded) else {
        return Err(Judgement::Undecided(format!("`{}` was not sent", probed.role)));
    };
    // A sender that is not trusted may be refused by HTTP status, and by that alone.
    let kind = if when == StatusClass::Refused { HttpKind::Unauthenticated } else { HttpKind::Answered };
    let answer = Answer::read(hearing.operation, exchange);
    if let (StatusClass::Refused, Answer::Opaque { response, .. }) = (when, &answer)
        && response.status >= 400
        && hearing.operation.http(kind).contains(&response.status)
    {
        return Ok(Answered { class: when, words: answer.describe() });
    }
    let heard = hearing.read(*at, exchange, kind)?;
    let fits = match when {
        StatusClass::Success => heard.class.took(),
        // The count is about what came of an open outcome, so there must have been one.
        StatusClass::Unknown => {
            let class = |exchange| Answer::read(hearing.operation, exchange).class();
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

fn first_taken<'a>(hearing: &Hearing<'a>, role: &'a str) -> Result<Heard<'a>, Judgement> {
    let heard = hearing.heard(role, HttpKind::Answered)?;
    if heard.class.took() {
        return Ok(heard);
    }
    Err(Judgement::Undecided(format!(
        "the first request is not taken ({} expected): {}",
        taken_in_words(hearing),
        heard.describe()
    )))
}
