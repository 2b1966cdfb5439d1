//! What a repeated request may do.

use super::hearing::{Heard, Hearing};
use super::status::taken_in_words;
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};
use crate::exchange::Exchange;

/// Replays have the result and the effect's id of the first request. Accepted may become success; a
/// success stays one.
pub fn same_result<'a>(hearing: &Hearing<'a>, first: &'a str, again: &'a [String]) -> Judgement {
    let original = match first_taken(hearing, first) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let mut class = original.class;
    let mut effect = original.outcome.effect.clone();
    for role in again {
        let replay = match hearing.heard(role, HttpKind::Answered) {
            Ok(heard) => heard,
            Err(judgement) => return judgement,
        };
        let breach = |rule, summary: String, observed: String| {
            Judgement::Broken(Breach {
                rule,
                place: String::new(),
                summary,
                expected: format!("the first request's result again: {}", original.describe()),
                observed,
                show: vec![original.at, replay.at],
            })
        };
        let id = id_name(hearing);
        match (class, replay.class) {
            (StatusClass::Accepted, StatusClass::Refused) if !is_conflict(hearing, &replay) => {
                return Judgement::Undecided(format!(
                    "accepted at first, and refused later: {}",
                    replay.describe()
                ));
            }
            (_, StatusClass::Refused) => {
                return breach(
                    "replay-refused",
                    "a repeated request is refused".to_owned(),
                    replay.describe(),
                );
            }
            (StatusClass::Success, StatusClass::Unknown | StatusClass::Accepted) => {
                return breach(
                    "replay-unsettled",
                    "a repeated request falls back behind its success".to_owned(),
                    replay.describe(),
                );
            }
            (_, StatusClass::Unknown) => {
                return Judgement::Undecided(format!("the replay never settled: {}", replay.describe()));
            }
            _ => {}
        }
        match (&effect, &replay.outcome.effect) {
            (Some(known), Some(seen)) if known != seen => {
                return breach(
                    "replay-new-id",
                    format!("a repeated request has another {id}: it was done again"),
                    format!("{}, with another {id}", replay.describe()),
                );
            }
            (Some(_), None) => {
                return breach(
                    "replay-lost-id",
                    format!("a repeated request has no {id} although the first one had"),
                    format!("{}, without {id}", replay.describe()),
                );
            }
            (None, Some(seen)) => effect = Some(seen.clone()),
            _ => {}
        }
        class = replay.class;
    }
    let seen = if effect.is_some() { " and id" } else { "" };
    Judgement::Held(format!("every replay has the first one's result{seen}; effects were not counted"))
}

/// Duplicates sent at the same time have one result among them.
pub fn one_result<'a>(hearing: &Hearing<'a>, bursts: &'a [String], after: &'a str) -> Judgement {
    let mut judgement = Judgement::Undecided("nothing was sent".to_owned());
    for (index, burst) in bursts.iter().enumerate() {
        let mut duplicates: Vec<_> = hearing.history.of(burst).collect();
        if index + 1 == bursts.len() {
            duplicates.extend(hearing.history.of(after));
        }
        judgement = one_result_among(hearing, &duplicates);
        if !matches!(judgement, Judgement::Held(_)) {
            return judgement;
        }
    }
    judgement
}

fn one_result_among<'a>(hearing: &Hearing<'a>, duplicates: &[(usize, &'a Exchange)]) -> Judgement {
    let mut taken: Vec<Heard<'a>> = Vec::new();
    let mut refused = None;
    let mut open = 0;
    for (at, exchange) in duplicates {
        match hearing.read(*at, exchange, HttpKind::Answered) {
            Ok(heard) if heard.class.took() => taken.push(heard),
            Ok(heard) if heard.class == StatusClass::Unknown => open += 1,
            Ok(heard) => refused = refused.or(Some(heard)),
            Err(Judgement::Undecided(_)) => open += 1,
            Err(judgement) => return judgement,
        }
    }
    if let Some(twin) = refused {
        // All may have been accepted and refused since, as long as none is known to have succeeded.
        let succeeded = taken.iter().any(|heard| heard.class == StatusClass::Success);
        if !succeeded && !is_conflict(hearing, &twin) {
            return Judgement::Undecided(format!("no duplicate succeeded: {}", twin.describe()));
        }
        return Judgement::Broken(Breach {
            rule: "twin-refused",
            place: String::new(),
            summary: "a duplicate sent at the same time is refused".to_owned(),
            expected: "the one result for every duplicate, or an unknown outcome for now".to_owned(),
            observed: twin.describe(),
            show: vec![twin.at],
        });
    }
    let id = id_name(hearing);
    let mut with_id = taken.iter().filter(|heard| heard.outcome.effect.is_some());
    let Some(first) = with_id.next() else {
        return Judgement::Undecided(format!("no duplicate was answered with a {id}"));
    };
    if let Some(other) = with_id.find(|heard| heard.outcome.effect != first.outcome.effect) {
        return Judgement::Broken(Breach {
            rule: "twins-disagree",
            place: String::new(),
            summary: format!(
                "duplicates sent at the same time have more than one {id}: it was done more than once"
            ),
            expected: format!("one {id} among all duplicates"),
            observed: format!("more than one {id}"),
            show: vec![first.at, other.at],
        });
    }
    let rest = if open > 0 { "; the others were unknown at first" } else { "" };
    Judgement::Held(format!("all duplicates agree{rest}"))
}

/// A used key with other content has no effect of its own.
pub fn no_second_effect<'a>(hearing: &Hearing<'a>, first: &'a str, other: &'a str) -> Judgement {
    let original = match first_taken(hearing, first) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let second = match hearing.heard(other, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let id = id_name(hearing);
    match (second.class, &original.outcome.effect, &second.outcome.effect) {
        (StatusClass::Refused, ..) => Judgement::Held(format!("refused: {}", second.describe())),
        (StatusClass::Unknown, ..) => Judgement::Undecided(format!("never settled: {}", second.describe())),
        (_, Some(known), Some(seen)) if known == seen => {
            Judgement::Held(format!("the stored result is returned, with the same {id}"))
        }
        (_, Some(_), Some(_)) => Judgement::Broken(Breach {
            rule: "second-effect",
            place: String::new(),
            summary: format!("a used key with other content is taken as a new request, with another {id}"),
            expected: format!("the stored result, or a refusal{}", conflict_codes(hearing)),
            observed: format!("{}, with another {id}", second.describe()),
            show: vec![original.at, second.at],
        }),
        _ => Judgement::Undecided(format!("the answers carry no {id} to tell by")),
    }
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
            return Judgement::Undecided(format!("the answers carry no {} to tell by", id_name(hearing)));
        }
        if let Some(twin) = seen.iter().find(|other| other.outcome.effect == heard.outcome.effect) {
            return merged(hearing, twin, &heard);
        }
        seen.push(heard);
    }
    Judgement::Held(format!("{} keys, as many different values of {}", seen.len(), id_name(hearing)))
}

fn merged(hearing: &Hearing<'_>, first: &Heard<'_>, second: &Heard<'_>) -> Judgement {
    Judgement::Broken(Breach {
        rule: "keys-merged",
        place: String::new(),
        summary: "two different keys are treated as one".to_owned(),
        expected: format!("each request with a {} of its own", id_name(hearing)),
        observed: if second.class.took() {
            format!("{}, with the first one's {}", second.describe(), id_name(hearing))
        } else {
            second.describe()
        },
        show: vec![first.at, second.at],
    })
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

pub(super) fn id_name(hearing: &Hearing<'_>) -> String {
    hearing
        .operation
        .rules
        .effect
        .as_ref()
        .map_or("id".to_owned(), |effect| effect.id.trim_start_matches('/').replace('/', "."))
}

/// Whether a refusal says that the key was used before with other content.
pub(super) fn is_conflict(hearing: &Hearing<'_>, heard: &Heard<'_>) -> bool {
    let situation = hearing.operation.rules.idempotency.as_ref().map(|i| i.conflict.as_str());
    let codes =
        situation.and_then(|name| hearing.operation.situation(name)).map(|situation| &situation.codes);
    let code = heard.outcome.code.as_ref();
    heard.class == StatusClass::Refused && codes.zip(code).is_some_and(|(codes, code)| codes.contains(code))
}

fn conflict_codes(hearing: &Hearing<'_>) -> String {
    let situation = hearing.operation.rules.idempotency.as_ref().map(|i| i.conflict.as_str());
    situation
        .and_then(|name| hearing.operation.situation(name))
        .map(|situation| format!(" with {}", situation.codes.join(" or ")))
        .unwrap_or_default()
}
