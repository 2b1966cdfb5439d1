//! A history as the order of its events: who used which key with what content, from when to when, and what was
//! said.

use super::asked::Asked;
use crate::contract::Operation;
use crate::contract::extension::{HttpKind, StatusClass};
use crate::exchange::{Exchange, NoAnswer};
use crate::law::Judgement;
use crate::law::hearing::{BUSY, Heard, Hearing};
use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// One request and its answer, in numbers: equal numbers are equal keys, contents and ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the history.
    pub at: usize,
    /// The idempotency key, within its scope.
    pub key: usize,
    /// What was asked for under the key.
    pub content: usize,
    /// When the request was sent.
    pub from: Duration,
    /// When the answer was there; what was never answered may take effect at any time.
    pub to: Duration,
    /// What was answered.
    pub said: Said,
    /// Whether the request was sent again because this answer left the outcome open.
    pub superseded: bool,
}

/// What an answer says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Done, with the effect's id where it was given.
    Done(Option<usize>),
    /// Accepted, to be done.
    Accepted(Option<usize>),
    /// The outcome is unknown so far.
    Open,
    /// Refused because the key was used with other content.
    Conflict,
    /// Refused for another reason.
    Refused,
    /// Nothing that counts: no complete answer, or one that only asks for fewer requests.
    Nothing,
}

impl Said {
    /// The id of the effect.
    pub fn id(self) -> Option<usize> {
        match self {
            Self::Done(id) | Self::Accepted(id) => id,
            _ => None,
        }
    }

    /// Whether the request was taken.
    pub fn took(self) -> bool {
        matches!(self, Self::Done(_) | Self::Accepted(_))
    }
}

impl Event {
    /// Whether this request was sent when the answer to the other one was there.
    pub fn follows(&self, other: &Self) -> bool {
        self.at != other.at && (self.from, self.at) >= (other.to, other.at)
    }
}

/// Numbers for things that are equal or not.
struct Numbers<T>(HashMap<T, usize>);

impl<T: Hash + Eq> Numbers<T> {
    fn of(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// Reads exchanges as events.
#[derive(Default)]
pub(super) struct Reader {
    keys: Numbers<(String, Option<String>)>,
    contents: Numbers<(usize, String)>,
    ids: Numbers<(String, String)>,
}

/// An event, or what the exchange shows whatever came before it.
pub(super) type Read = Result<Event, Judgement>;

impl Reader {
    /// The event of an exchange. What the exchange alone breaks, and what keeps it from being judged, is an error.
    ///
    /// # Errors
    /// The judgement that follows from the exchange alone.
    pub(super) fn read(&mut self, hearing: &Hearing<'_>, at: usize, exchange: &Exchange) -> Read {
        let Asked { scope, key, content } = hearing.asked(exchange);
        let key = self.keys.of((scope, key.map(|key| key.to_string())));
        let said = match hearing.read(at, exchange, HttpKind::Answered) {
            Ok(heard) => self.said(hearing, &heard),
            Err(_) if exchange.outcome == Err(NoAnswer::Cut) => Said::Nothing,
            Err(Judgement::Undecided(why)) if why == BUSY => Said::Nothing,
            // A kept connection may have been closed just as it was used; the request was sent again.
            Err(Judgement::Broken(breach)) if exchange.superseded && breach.rule == "answer" => Said::Nothing,
            Err(judgement) => return Err(judgement),
        };
        let to = if said == Said::Nothing { Duration::MAX } else { exchange.at + exchange.elapsed };
        Ok(Event {
            at,
            key,
            content: self.contents.of((key, content)),
            from: exchange.at,
            to,
            said,
            superseded: exchange.superseded,
        })
    }

    fn said(&mut self, hearing: &Hearing<'_>, heard: &Heard<'_>) -> Said {
        let operation = &hearing.called(heard.exchange).operation.id;
        let mut id = || heard.outcome.effect.clone().map(|id| self.ids.of((operation.clone(), id)));
        match heard.class {
            StatusClass::Success => Said::Done(id()),
            StatusClass::Accepted => Said::Accepted(id()),
            StatusClass::Unknown => Said::Open,
            StatusClass::Refused if is_conflict(hearing, heard) => Said::Conflict,
            StatusClass::Refused if is_in_progress(hearing, heard) => Said::Open,
            StatusClass::Refused => Said::Refused,
        }
    }
}

/// Whether a refusal says that the key was used before with other content.
pub(in crate::law) fn is_conflict(hearing: &Hearing<'_>, heard: &Heard<'_>) -> bool {
    let operation = hearing.called(heard.exchange).operation;
    let rules = operation.rules.idempotency.as_ref();
    rules.is_some_and(|rules| has_code_of(operation, heard, &rules.conflict))
}

/// Whether a refusal says that a twin is still being worked on.
fn is_in_progress(hearing: &Hearing<'_>, heard: &Heard<'_>) -> bool {
    let operation = hearing.called(heard.exchange).operation;
    let rules = operation.rules.idempotency.as_ref();
    let situation = rules.and_then(|rules| rules.in_progress.as_ref());
    situation.is_some_and(|situation| has_code_of(operation, heard, situation))
}

fn has_code_of(operation: &Operation, heard: &Heard<'_>, situation: &str) -> bool {
    let situation = operation.situation(situation);
    heard.class == StatusClass::Refused && situation.is_some_and(|situation| heard.outcome.says(situation))
}
