//! Values at their bounds, judged by comparison.
//!
//! Whether a target knows a made-up value is its own affair; that it treats one of 256 characters as it treats
//! one of 255 is not. So a value at its bound is held against a value well inside.

use super::code::says_invalid;
use super::hearing::{Heard, Hearing};
use super::history::Asked;
use super::{Breach, Judgement};
use crate::case::rule::{ASCII, THREE_BYTE};
use crate::contract::extension::{HttpKind, StatusClass};

/// A value at its bound is treated like one well inside, whatever that treatment is.
pub fn alike<'a>(hearing: &Hearing<'a>, control: &'a str, of: &'a str, made_up: bool) -> Judgement {
    let inside = match hearing.heard(control, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(Judgement::Broken(breach)) => {
            return Judgement::Undecided(format!(
                "the request it is compared with goes wrong: {}",
                breach.summary
            ));
        }
        Err(judgement) => return judgement,
    };
    let comparable = made_up && inside.class == StatusClass::Refused && !says_invalid(hearing, &inside);
    if !inside.class.took() && !comparable {
        return Judgement::Undecided(format!(
            "the request it is compared with is not taken: {}",
            inside.describe()
        ));
    }
    let at_bound = match hearing.heard(of, HttpKind::Answered) {
        Ok(heard) => heard,
        Err(judgement) => return judgement,
    };
    let same = if inside.class.took() {
        at_bound.class.took()
    } else {
        at_bound.class == inside.class && at_bound.outcome.code == inside.outcome.code
    };
    if super::history::is_conflict(hearing, &at_bound) && short_key(hearing, &at_bound) {
        return Judgement::Undecided("so short a key was used before, by an earlier run".to_owned());
    }
    if same {
        return Judgement::Held(format!("treated like a value well inside: {}", at_bound.describe()));
    }
    if !inside.class.took() && !says_invalid(hearing, &at_bound) {
        return Judgement::Undecided(format!(
            "both are refused, and not for their form: {} and {}",
            inside.describe(),
            at_bound.describe()
        ));
    }
    let unit = unit(hearing, &at_bound);
    Judgement::Broken(Breach {
        rule: "bound",
        place: unit.unwrap_or_default().to_owned(),
        summary: match unit {
            Some(unit) => format!("a value of the allowed length is refused: the target counts {unit}"),
            None if at_bound.class == StatusClass::Unknown => {
                "a value that the schema allows leads to an unknown outcome".to_owned()
            }
            None => "a value that the schema allows is refused".to_owned(),
        },
        expected: format!("as for a value well inside: {}", inside.describe()),
        observed: at_bound.describe(),
        show: vec![inside.at, at_bound.at],
    })
}

/// Whether the request's key is too short to be unlike those of other runs.
fn short_key(hearing: &Hearing<'_>, heard: &Heard<'_>) -> bool {
    const UNIQUE: usize = 16;
    let key = Asked::of(hearing.operation, heard.exchange).key;
    let key = key.as_ref().and_then(serde_json::Value::as_str);
    key.is_some_and(|key| key.chars().count() < UNIQUE)
}

/// What the target counts instead of characters, where the references tell: the same length in ASCII is
/// treated well, so it is the kind of character that matters.
fn unit(hearing: &Hearing<'_>, at_bound: &Heard<'_>) -> Option<&'static str> {
    let well = |role: &'static str| -> Option<bool> {
        let (at, exchange) = hearing.history.of(role).next()?;
        let heard = hearing.read(at, exchange, HttpKind::Answered).ok();
        Some(heard.is_some_and(|heard| {
            heard.class != at_bound.class || heard.outcome.code != at_bound.outcome.code
        }))
    };
    if well(ASCII) != Some(true) {
        return None;
    }
    match well(THREE_BYTE) {
        None | Some(false) => Some("UTF-8 bytes"),
        Some(true) => Some("UTF-16 units"),
    }
}
