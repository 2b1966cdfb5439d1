//! What is done about a target that asks for fewer requests: the pace of all lanes is lowered
//! ([`crate::target::limit`]), and the request is sent again until another answer comes.

use crate::contract::Operation;
use crate::exchange::Exchange;
use crate::law::answer::Answer;
use crate::target::limit::{LONGEST_HOLD, Pace, retry_after};
use std::time::Duration;

/// How often a request is sent again, the first pause, and the longest without a word of the target.
const ATTEMPTS: usize = 20;
const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);

/// How long to wait before a request is sent again whose last answer is busy; nothing where another answer came, or
/// where asking again is vain.
///
/// `sent` holds all exchanges of the request so far.
pub(super) fn pause(pace: &Pace, operation: &Operation, sent: &[Exchange]) -> Option<Duration> {
    let is_busy = |exchange: &Exchange| Answer::read(operation, exchange).is_busy(operation);
    let last = sent.last().filter(|last| is_busy(last))?;
    let before = sent.iter().rev().skip(1).take_while(|exchange| is_busy(exchange)).count();
    if before >= ATTEMPTS || pace.is_vain() {
        return None;
    }
    let own = (FIRST * 2u32.pow(u32::try_from(before).unwrap_or_default())).min(LONGEST);
    let asked = last.response().and_then(retry_after).unwrap_or_default();
    Some(own.max(asked.min(LONGEST_HOLD)))
}
