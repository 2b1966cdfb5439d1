//! How binding a case is under the contract at hand, where that says so itself.

use super::CaseEntry;
use crate::case::grade::Level;
use crate::case::rule::Rule;
use crate::case::script::Time;
use crate::contract::Operation;
use crate::contract::signing::Demand;

/// The level of a case; none where the contract has nothing for it to be about.
pub(super) fn level(operation: &Operation, entry: &CaseEntry) -> Option<Level> {
    let window = operation.rules.time.window;
    let mut level = entry.level;
    for step in &entry.send {
        match step.time {
            Time::WindowPercentAgo(_) => {
                window?;
            }
            // What lies outside of a documented window has to be refused.
            Time::SecondsAgo(seconds) | Time::SecondsAhead(seconds)
                if window.is_some_and(|window| window.as_secs() < u64::from(seconds)) =>
            {
                level = Level::Must;
            }
            _ => {}
        }
    }
    if let Rule::Refused { of, .. } = &entry.expect {
        // What the contract asks for is not wrong.
        let own = operation.rules.time.format;
        if entry.send.iter().any(|step| step.role == *of && step.wire.time == Some(own)) {
            return None;
        }
    }
    if let Rule::ResponseSignature { .. } = &entry.expect {
        match operation.rules.signing.as_ref().map(|signing| signing.responses) {
            Some(Demand::Should) if level == Level::Must => level = Level::Should,
            Some(Demand::Not) => return None,
            _ => {}
        }
    }
    Some(level)
}
