//! What each status obliges.

use super::hearing::{Heard, Hearing};
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};

/// The request is taken, where need be although another one was refused before.
pub fn taken<'a>(hearing: &Hearing<'a>, of: &'a str, after_refused: Option<&'a str>) -> Judgement {
    if let Some(before) = after_refused {
        match hearing.heard(before, HttpKind::Answered) {
            Ok(heard) if heard.class == StatusClass::Refused => {}
            Ok(heard) => {
                return Judgement::Undecided(format!("`{before}` was not refused: {}", heard.describe()));
            }
            Err(judgement) => return undecided(judgement),
        }
    }
    let heard = match hearing.heard(of, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    if heard.class.took() {
        return Judgement::Held(format!("taken: {}", heard.describe()));
    }
    let unknown = heard.class == StatusClass::Unknown;
    if unknown && after_refused.is_some() {
        return Judgement::Undecided(format!("the key is stuck: {}", heard.describe()));
    }
    Judgement::Broken(Breach {
        rule: if unknown { "never-settles" } else { "refused" },
        place: heard.outcome.code.clone().unwrap_or_default(),
        summary: if unknown {
            "a good request is answered with an unknown outcome, however often it is sent".to_owned()
        } else {
            "a good request is refused".to_owned()
        },
        expected: taken_in_words(hearing),
        observed: heard.describe(),
        show: vec![heard.at],
    })
}

/// The answer to a request that others are held against, which must be taken.
///
/// # Errors
/// That nothing can be said where it is not.
pub(super) fn good_control<'a>(hearing: &Hearing<'a>, control: &'a str) -> Result<Heard<'a>, Judgement> {
    let heard = hearing.heard(control, HttpKind::Answered).map_err(undecided)?;
    if heard.class.took() {
        return Ok(heard);
    }
    Err(Judgement::Undecided(format!("`{control}` is not taken: {}", heard.describe())))
}

/// Of several requests that spend the same single-use value, one is taken and no other.
pub fn taken_once<'a>(hearing: &Hearing<'a>, of: &'a str) -> Judgement {
    let (mut taken, mut open) = (Vec::new(), 0);
    for (at, exchange) in hearing.history.of(of) {
        match hearing.read(at, exchange, HttpKind::Answered) {
            Ok(heard) if heard.class.took() => taken.push(heard),
            Ok(heard) => open += usize::from(heard.class == StatusClass::Unknown),
            Err(judgement) => return judgement,
        }
    }
    match taken.as_slice() {
        [] => Judgement::Undecided(format!("no request of `{of}` was taken")),
        [_] if open > 0 => Judgement::Undecided(format!("{open} requests of `{of}` were left open")),
        [_] => Judgement::Held(format!("one request of `{of}` was taken, and every other refused")),
        [first, second, ..] => Judgement::Broken(Breach {
            rule: "taken-twice",
            place: String::new(),
            summary: "what is good for one request is taken more than once".to_owned(),
            expected: format!("{} once, and a refusal for every other request", taken_in_words(hearing)),
            observed: format!("{} more than once", first.describe()),
            show: vec![first.at, second.at],
        }),
    }
}

/// The statuses that say that a request was taken, in words.
pub fn taken_in_words(hearing: &Hearing<'_>) -> String {
    let operation = hearing.operation;
    let literals =
        [operation.literals(StatusClass::Success), operation.literals(StatusClass::Accepted)].concat();
    format!("status {}", literals.join(" or "))
}

/// Status and code belong together.
pub fn pairing<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass) -> Judgement {
    let heard = match of_class(hearing, of, when) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    match mispaired(hearing, &heard) {
        Some(breach) => Judgement::Broken(breach),
        None => Judgement::Held(format!("status and code agree: {}", heard.describe())),
    }
}

/// The breach of an answer whose code does not go with its status, or is not documented at all.
pub fn mispaired(hearing: &Hearing<'_>, heard: &Heard<'_>) -> Option<Breach> {
    let operation = hearing.called(heard.exchange).operation;
    let status = operation.status(&heard.outcome.status)?;
    let code = heard.outcome.code.as_deref().unwrap_or_default();
    let expected = if status.codes.is_empty() {
        match operation.code(code) {
            Some(entry) if !heard.outcome.is_one_of(&entry.statuses) => {
                format!("{code} with status {}", entry.statuses.join(" or "))
            }
            _ => return None,
        }
    } else {
        if status.codes.iter().any(|known| known == code) {
            return None;
        }
        format!("code {}", status.codes.join(" or "))
    };
    Some(Breach {
        rule: "pairing",
        place: heard.outcome.status.clone(),
        summary: format!("status {} stands beside a code that does not go with it", heard.outcome.status),
        expected,
        observed: heard.describe(),
        show: vec![heard.at],
    })
}

/// The HTTP status is one that the contract allows.
pub fn http_status<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass) -> Judgement {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let answer = hearing.answer(exchange);
    let operation = hearing.operation;
    match answer.outcome() {
        Some(outcome) if outcome.class.is_some_and(|class| fits(when, class)) => {
            let status = outcome.response.status;
            if operation.allows(HttpKind::Answered, when, status) {
                return Judgement::Held(format!("HTTP {status}"));
            }
            Judgement::Broken(Breach {
                rule: "http-status",
                place: status.to_string(),
                summary: format!("the answer is HTTP {status}"),
                expected: format!("HTTP {}", operation.allowed_in_words(HttpKind::Answered, when)),
                observed: answer.describe(),
                show: vec![at],
            })
        }
        _ => match hearing.heard(of, HttpKind::Answered) {
            Err(judgement) => judgement,
            Ok(heard) => other_class(when, &heard),
        },
    }
}

/// The answer carries the effect's id, or does not.
pub fn effect_id<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass, present: bool) -> Judgement {
    let heard = match of_class(hearing, of, when) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let name =
        hearing.operation.rules.effect.as_ref().map_or("the id", |effect| effect.id.trim_start_matches('/'));
    if heard.outcome.effect.is_some() == present {
        let says = if present { "carries" } else { "does not carry" };
        return Judgement::Held(format!("the answer {says} {name}"));
    }
    Judgement::Broken(Breach {
        rule: if present { "effect-id-missing" } else { "effect-id-unexpected" },
        place: heard.outcome.status.clone(),
        summary: format!(
            "status {} {} {name}",
            heard.outcome.status,
            if present { "comes without" } else { "carries" }
        ),
        expected: format!("{name} {}", if present { "present" } else { "absent" }),
        observed: format!("{}, {name} {}", heard.describe(), if present { "absent" } else { "present" }),
        show: vec![heard.at],
    })
}

/// An open outcome becomes a decided one when the request is sent again, for every key of the step.
pub fn settles<'a>(
    hearing: &Hearing<'a>,
    of: &'a str,
    class: StatusClass,
    again: Option<&'a str>,
) -> Judgement {
    let literals = hearing.operation.literals(class).join(" or ");
    let mut judgement = Judgement::Undecided(format!("the target never answered {literals}"));
    for (last, exchange) in hearing.history.of(of) {
        let open = hearing.history.exchanges.iter().position(|earlier| {
            let own = earlier.role == of && earlier.copy == exchange.copy;
            own && hearing.answer(earlier).class() == Some(class)
        });
        let heard = match (open, again) {
            (None, _) => match hearing.read(last, exchange, HttpKind::Answered) {
                Ok(_) => continue,
                Err(judgement) => return judgement,
            },
            (Some(_), Some(again)) => hearing.heard(again, HttpKind::Answered),
            (Some(_), None) => hearing.read(last, exchange, HttpKind::Answered),
        };
        let heard = match heard {
            Ok(heard) => heard,
            Err(judgement) => return judgement,
        };
        // What was accepted may have failed in the meantime, and a refusal then is as final as a success.
        let settled =
            heard.class != StatusClass::Unknown && (class == StatusClass::Accepted || heard.class != class);
        if !settled {
            let mut show: Vec<usize> = open.into_iter().chain([heard.at]).collect();
            show.dedup();
            return Judgement::Broken(Breach {
                rule: "never-settles",
                place: literals.clone(),
                summary: format!("{literals} does not settle when the request is sent again"),
                expected: if class == StatusClass::Accepted {
                    taken_in_words(hearing)
                } else {
                    format!("another status than {literals} within the retries that the contract allows")
                },
                observed: heard.describe(),
                show,
            });
        }
        judgement = Judgement::Held(format!("{literals} became {}", heard.describe()));
    }
    judgement
}

/// A step's answer, where it is of a class.
///
/// # Errors
/// The judgement that follows where it is not.
pub fn of_class<'a>(hearing: &Hearing<'a>, of: &'a str, when: StatusClass) -> Result<Heard<'a>, Judgement> {
    let heard = hearing.heard(of, HttpKind::Answered)?;
    if fits(when, heard.class) { Ok(heard) } else { Err(other_class(when, &heard)) }
}

/// Whether an answer of a class says something of what is asked of another: what was accepted counts as done.
fn fits(when: StatusClass, class: StatusClass) -> bool {
    class == when || when == StatusClass::Success && class == StatusClass::Accepted
}

/// A precondition that does not hold decides nothing, however it failed.
fn undecided(judgement: Judgement) -> Judgement {
    match judgement {
        Judgement::Broken(breach) => {
            Judgement::Undecided(format!("what comes before goes wrong: {}", breach.summary))
        }
        other => other,
    }
}

fn other_class(when: StatusClass, heard: &Heard<'_>) -> Judgement {
    let wanted = format!("{when:?}").to_lowercase();
    Judgement::Undecided(format!("the answer is not of class {wanted}: {}", heard.describe()))
}
