//! Whether results are kept.

use super::hearing::Hearing;
use super::{Judgement, idempotency};

/// Each replay has the result of its first request; a key that does not decide leaves it to the others to break.
pub fn each_same_result<'a>(hearing: &Hearing<'a>, pairs: &'a [(String, String)]) -> Judgement {
    let mut undecided = None;
    for (first, again) in pairs {
        match idempotency::same_result(hearing, first, std::slice::from_ref(again)) {
            Judgement::Held(_) => {}
            Judgement::Undecided(reason) => undecided = undecided.or(Some(reason)),
            judgement => return judgement,
        }
    }
    match undecided {
        Some(reason) => Judgement::Undecided(reason),
        None => Judgement::Held(format!("the results of {} keys are kept", pairs.len())),
    }
}
