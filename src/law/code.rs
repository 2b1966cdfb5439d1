//! Which code belongs to which situation.

use super::answer::Answer;
use super::hearing::{Heard, Hearing, breakdown, list, no_answer, unread};
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, Situation, StatusClass};

/// The request is refused, and finally, as the situation asks.
pub fn refused<'a>(
    hearing: &Hearing<'a>,
    of: &'a str,
    name: &str,
    made_up: bool,
    documented: bool,
) -> Judgement {
    let Some(situation) = hearing.operation.situation(name) else {
        return Judgement::Undecided(format!("the contract has no situation `{name}`"));
    };
    if situation.http != HttpKind::Answered
        && let Some(judgement) = refused_by_http(hearing, of, situation)
    {
        return judgement;
    }
    let heard = match hearing.heard(of, situation.http) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let breach = |rule, place: String, summary, expected| {
        Judgement::Broken(Breach {
            rule,
            place,
            summary,
            expected,
            observed: heard.describe(),
            show: vec![heard.at],
        })
    };
    let refusals = hearing.operation.literals(StatusClass::Refused).join(" or ");
    match heard.class {
        StatusClass::Success | StatusClass::Accepted => breach(
            "taken",
            String::new(),
            format!("the request is taken although {}", situation.meaning),
            format!("status {refusals}, because {}", situation.meaning),
        ),
        StatusClass::Unknown => breach(
            "client-error-unknown",
            heard.outcome.code.clone().unwrap_or_default(),
            format!("an error of the caller is answered as unknown although {}", situation.meaning),
            format!("status {refusals}: trying again cannot help, because {}", situation.meaning),
        ),
        StatusClass::Refused => {
            if situation.exact && !heard.outcome.says(situation) {
                return Judgement::Broken(wrong_code(&heard, name, situation));
            }
            if !made_up && name == hearing.operation.rules.invalid && names_other(hearing, &heard) {
                return Judgement::Undecided(format!("refused, and not for its form: {}", heard.describe()));
            }
            match undocumented(hearing, &heard).filter(|_| documented) {
                Some(breach) => Judgement::Broken(breach),
                None => Judgement::Held(format!("refused: {}", heard.describe())),
            }
        }
    }
}

/// Whether a refusal says that something other than the form of the request is wrong: a credential, or the sender.
pub(super) fn names_other(hearing: &Hearing<'_>, heard: &Heard<'_>) -> bool {
    let rules = &hearing.operation.rules;
    let says = |situation: &Situation| heard.outcome.says(situation);
    let invalid = rules.situations.get(&rules.invalid).is_some_and(says);
    let own = [&rules.invalid]
        .into_iter()
        .chain(rules.busy.as_ref())
        .chain(rules.idempotency.as_ref().map(|i| &i.conflict));
    let own: Vec<&String> = own.collect();
    let mut others = rules.situations.iter().filter(|(name, _)| !own.contains(name));
    !invalid && others.any(|(_, situation)| situation.http != HttpKind::Unreadable && says(situation))
}

/// Whether a code says that the form of the request is wrong.
pub(super) fn says_invalid(hearing: &Hearing<'_>, heard: &Heard<'_>) -> bool {
    let invalid = hearing.operation.situation(&hearing.operation.rules.invalid);
    invalid.is_some_and(|situation| heard.outcome.says(situation))
}

/// The breach of a refusal with a code that no table of the contract has.
pub fn undocumented(hearing: &Hearing<'_>, heard: &Heard<'_>) -> Option<Breach> {
    let code = heard.outcome.code.as_deref().unwrap_or_default();
    // Without a catalogue no code is outside of it.
    if hearing.operation.rules.codes.is_empty() || hearing.operation.code(code).is_some() {
        return None;
    }
    Some(Breach {
        rule: "undocumented-code",
        place: super::answer::word(code),
        summary: "the refusal carries a code that is not documented".to_owned(),
        expected: "a code of the contract's tables".to_owned(),
        observed: heard.describe(),
        show: vec![heard.at],
    })
}

/// Requests that cannot be read or trusted may be refused by HTTP status alone.
pub(super) fn refused_by_http<'a>(
    hearing: &Hearing<'a>,
    of: &'a str,
    situation: &Situation,
) -> Option<Judgement> {
    let (at, exchange) = match hearing.exchange(of) {
        Ok(found) => found,
        Err(judgement) => return Some(judgement),
    };
    let answer = hearing.answer(exchange);
    let response = match (&answer, exchange.response()) {
        (Answer::None(reason), _) => return Some(no_answer(at, exchange, *reason)),
        (Answer::Opaque { response, .. } | Answer::Unread { response, .. }, _) => *response,
        _ => return None,
    };
    if let Some(breach) = breakdown(hearing.operation, at, exchange) {
        return Some(Judgement::Broken(breach));
    }
    let allowed = hearing.operation.http(situation.http);
    if response.status >= 400 && allowed.contains(&response.status) {
        return Some(Judgement::Held(format!("refused: HTTP {}", response.status)));
    }
    if let Answer::Unread { why, .. } = answer {
        return Some(unread(why));
    }
    Some(Judgement::Broken(Breach {
        rule: "outcome",
        place: answer.describe(),
        summary: format!("no refusal in order although {}", situation.meaning),
        expected: format!("a refusal with an outcome, or HTTP {}", list(allowed)),
        observed: answer.describe(),
        show: vec![at],
    }))
}

/// A refusal carries one of the situation's codes.
pub fn suits<'a>(hearing: &Hearing<'a>, of: &'a str, name: &str) -> Judgement {
    let Some(situation) = hearing.operation.situation(name) else {
        return Judgement::Undecided(format!("the contract has no situation `{name}`"));
    };
    let heard = match hearing.heard(of, situation.http) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    if heard.class != StatusClass::Refused {
        return Judgement::Undecided(format!("the request is not refused: {}", heard.describe()));
    }
    if heard.outcome.says(situation) {
        return Judgement::Held(format!("refused: {}", heard.describe()));
    }
    Judgement::Broken(wrong_code(&heard, name, situation))
}

/// The breach of a refusal whose code does not say what is the matter.
fn wrong_code(heard: &Heard<'_>, name: &str, situation: &Situation) -> Breach {
    Breach {
        rule: "code",
        place: name.to_owned(),
        summary: format!("the code does not say that {}", situation.meaning),
        expected: situation.in_words(),
        observed: heard.describe(),
        show: vec![heard.at],
    }
}
