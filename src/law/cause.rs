//! What a refusal blames.
//!
//! A code says what is the matter, so one that names something else sends the caller to mend what is not broken.
//! Where several things are wrong at once each of their codes is right, since no page orders the checks.

use super::code::{refused_by_http, undocumented};
use super::hearing::{Heard, Hearing};
use super::status::good_control;
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, Situation, StatusClass};

/// The request is refused, finally, and its code names one of the situations or blames nothing in the request.
pub fn cause<'a>(hearing: &Hearing<'a>, control: &'a str, of: &'a str, names: &[String]) -> Judgement {
    let mut situations = Vec::new();
    for name in names {
        match hearing.operation.situation(name) {
            Some(situation) => situations.push(situation),
            None => return Judgement::Undecided(format!("the contract has no situation `{name}`")),
        }
    }
    let control = match good_control(hearing, control) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    // Where one of the situations may be answered by HTTP alone, so may the request.
    let by_http = situations.iter().find(|situation| situation.http != HttpKind::Answered);
    if let Some(judgement) = by_http.and_then(|situation| refused_by_http(hearing, of, situation)) {
        return judgement;
    }
    let heard = match hearing.heard(of, by_http.map_or(HttpKind::Answered, |situation| situation.http)) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let meanings = meanings(&situations);
    let refusals = hearing.operation.literals(StatusClass::Refused).join(" or ");
    let breach = |rule, summary, expected| {
        Judgement::Broken(Breach {
            rule,
            place: heard.outcome.code.clone().unwrap_or_default(),
            summary,
            expected,
            observed: heard.describe(),
            show: vec![control.at, heard.at],
        })
    };
    match heard.class {
        StatusClass::Success | StatusClass::Accepted => breach(
            "taken",
            format!("the request is taken although {meanings}"),
            format!("status {refusals}, because {meanings}"),
        ),
        StatusClass::Unknown => breach(
            "client-error-unknown",
            format!("an error of the caller is answered as unknown although {meanings}"),
            format!("status {refusals}: trying again cannot help, because {meanings}"),
        ),
        StatusClass::Refused if blames_another(hearing, &heard, &situations) => breach(
            "wrong-cause",
            "the refusal blames something that is not the matter".to_owned(),
            format!("{}, because {meanings}", codes(&situations)),
        ),
        StatusClass::Refused => match undocumented(hearing, &heard) {
            Some(breach) => Judgement::Broken(breach),
            None => Judgement::Held(format!("refused: {}", heard.describe())),
        },
    }
}

/// Whether a documented code says that something is wrong that is not.
fn blames_another(hearing: &Hearing<'_>, heard: &Heard<'_>, situations: &[&Situation]) -> bool {
    let Some(code) = heard.outcome.code.as_ref().and_then(|code| hearing.operation.code(code)) else {
        return false;
    };
    code.unprovokable.is_none() && !situations.iter().any(|situation| heard.outcome.says(situation))
}

fn meanings(situations: &[&Situation]) -> String {
    let meanings: Vec<&str> = situations.iter().map(|situation| situation.meaning.as_str()).collect();
    meanings.join(", or ")
}

fn codes(situations: &[&Situation]) -> String {
    let mut named: Vec<String> = Vec::new();
    for situation in situations {
        let codes = situation.codes.iter().cloned();
        let words = if situation.codes.is_empty() { vec![situation.in_words()] } else { codes.collect() };
        for word in words.into_iter().filter(|word| !word.is_empty()) {
            if !named.contains(&word) {
                named.push(word);
            }
        }
    }
    format!("code {}", named.join(" or "))
}
