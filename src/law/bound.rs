//! Values next to a bound, judged by comparison.
//!
//! One within the bound and one at it are treated alike, and one beyond is refused: the outcome changes there and
//! nowhere else. Of a made-up value both sides may be refused, the one because it is not known, the other because it
//! is too long as well; either code is right there.

use super::code::{names_other, says_invalid, undocumented};
use super::hearing::{Heard, Hearing};
use super::{Breach, Judgement};
use crate::contract::extension::{HttpKind, StatusClass};

/// The outcome changes exactly at the bound.
pub fn bound<'a>(
    hearing: &Hearing<'a>,
    inside: &'a str,
    at: &'a str,
    beyond: &'a str,
    made_up: bool,
) -> Judgement {
    let heard = [inside, at, beyond].map(|role| hearing.heard(role, HttpKind::Answered));
    let [inside, at, beyond] = match heard {
        [Ok(inside), Ok(at), Ok(beyond)] => [inside, at, beyond],
        [Err(judgement), ..] | [_, Err(judgement), _] | [.., Err(judgement)] => return judgement,
    };
    if alike(&inside, &at) {
        if !inside.class.took() && (!made_up || says_invalid(hearing, &inside)) {
            return Judgement::Undecided(format!(
                "a value within the bound is not taken: {}",
                inside.describe()
            ));
        }
    } else if !inside.class.took() && !says_invalid(hearing, &inside) && !says_invalid(hearing, &at) {
        return Judgement::Undecided(format!(
            "both are refused, and not for their form: {} and {}",
            inside.describe(),
            at.describe()
        ));
    } else {
        return Judgement::Broken(Breach {
            rule: "bound",
            place: String::new(),
            summary: "two values of allowed lengths next to each other are treated differently".to_owned(),
            expected: "a change beyond the bound only".to_owned(),
            observed: format!("one within the bound: {}; at it: {}", inside.describe(), at.describe()),
            show: vec![inside.at, at.at],
        });
    }
    match beyond.class {
        StatusClass::Refused => refused_beyond(hearing, &at, &beyond, made_up),
        StatusClass::Unknown => broken(
            hearing,
            &beyond,
            "client-error-unknown",
            "an error of the caller is answered as unknown although a value is over its bound",
        ),
        _ => broken(hearing, &beyond, "taken", "the request is taken although a value is over its bound"),
    }
}

fn refused_beyond(hearing: &Hearing<'_>, at: &Heard<'_>, beyond: &Heard<'_>, made_up: bool) -> Judgement {
    if says_invalid(hearing, beyond) {
        return Judgement::Held(format!("the answer changes at the bound: {}", beyond.describe()));
    }
    if !made_up {
        return if names_other(hearing, beyond) {
            Judgement::Undecided(format!("refused, and not for its form: {}", beyond.describe()))
        } else {
            Judgement::Held(format!("taken up to the bound, refused beyond: {}", beyond.describe()))
        };
    }
    if alike(at, beyond) {
        return Judgement::Held(format!(
            "refused on both sides for another reason, so that its length cannot be told to count: {}",
            beyond.describe()
        ));
    }
    match undocumented(hearing, beyond) {
        Some(breach) => Judgement::Broken(breach),
        None => Judgement::Held(format!(
            "refused beyond the bound with another documented code, as no page names one: {}",
            beyond.describe()
        )),
    }
}

/// Both taken, or both refused with one code.
fn alike(one: &Heard<'_>, other: &Heard<'_>) -> bool {
    if one.class.took() {
        return other.class.took();
    }
    one.class == other.class && one.outcome.code == other.outcome.code
}

fn broken(hearing: &Hearing<'_>, beyond: &Heard<'_>, rule: &'static str, summary: &str) -> Judgement {
    let refusals = hearing.operation.literals(StatusClass::Refused).join(" or ");
    Judgement::Broken(Breach {
        rule,
        place: String::new(),
        summary: summary.to_owned(),
        expected: format!("status {refusals}"),
        observed: beyond.describe(),
        show: vec![beyond.at],
    })
}
