//! Answers held against each other, where the contract alone does not say which answer is right.
//!
//! No page says which code a certain refusal has; but whatever it is, the same failure has the same one, and what the
//! contract calls irrelevant changes nothing.

use super::hearing::{Heard, Hearing};
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};

/// Where the first of the requests is refused, all are, with one code.
pub fn same_refusal<'a>(hearing: &Hearing<'a>, of: &'a [String]) -> Judgement {
    let mut all = of.iter().flat_map(|role| hearing.history.of(role));
    let Some((at, exchange)) = all.next() else { return Judgement::Undecided("nothing was sent".to_owned()) };
    let first = match hearing.read(at, exchange, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let mut count = 1;
    for (at, exchange) in all {
        let other = match hearing.read(at, exchange, HttpKind::Answered) {
            Ok(heard) => heard,
            Err(judgement) => return judgement,
        };
        count += 1;
        let (rule, summary) = match (first.class, other.class) {
            (StatusClass::Refused, StatusClass::Refused) if same_code(&first, &other) => continue,
            (StatusClass::Refused, StatusClass::Refused) => {
                ("refusal-varies", "the same failure is answered with another code the next time")
            }
            (StatusClass::Refused, class) if class.took() => (
                "refusal-undone",
                "a request is refused, and taken when it is sent again: the refusal was not final",
            ),
            (StatusClass::Refused, _) => {
                ("refusal-varies", "a request is refused, and has an unknown outcome when it is sent again")
            }
            _ => continue,
        };
        return differs(rule, summary, &first, &other);
    }
    if first.class != StatusClass::Refused {
        return Judgement::Undecided(format!("the request is not refused: {}", first.describe()));
    }
    Judgement::Held(format!("refused alike {count} times: {}", first.describe()))
}

/// The requests are answered like the one that they are held against.
pub fn alike_answers<'a>(hearing: &Hearing<'a>, control: &'a str, of: &'a [String]) -> Judgement {
    let model = match hearing.heard(control, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(Judgement::Broken(breach)) => {
            let summary = breach.summary;
            return Judgement::Undecided(format!("the request it is compared with goes wrong: {summary}"));
        }
        Err(judgement) => return judgement,
    };
    if model.class == StatusClass::Unknown {
        return Judgement::Undecided(format!("the outcome stays unknown: {}", model.describe()));
    }
    for role in of {
        let other = match hearing.heard(role, HttpKind::Answered) {
            Ok(heard) => heard,
            Err(judgement) => return judgement,
        };
        let alike = match model.class {
            StatusClass::Refused => other.class == StatusClass::Refused && same_code(&model, &other),
            _ => other.class.took(),
        };
        if !alike {
            let summary = "two requests that differ only in what cannot matter are answered differently";
            return differs("unlike", summary, &model, &other);
        }
    }
    Judgement::Held(format!("all are answered alike: {}", model.describe()))
}

fn same_code(one: &Heard<'_>, other: &Heard<'_>) -> bool {
    one.outcome.code == other.outcome.code
}

fn differs(rule: &'static str, summary: &str, one: &Heard<'_>, other: &Heard<'_>) -> Judgement {
    let name = &other.exchange.role;
    Judgement::Broken(Breach {
        rule,
        place: if *name == one.exchange.role { String::new() } else { name.clone() },
        summary: summary.to_owned(),
        expected: format!("as before: {}", one.describe()),
        observed: other.describe(),
        show: vec![one.at, other.at],
    })
}
