//! One judge for every history: is there an order, consistent with real time, in which each key took effect at most
//! once and every answer is what the contract allows at that point?
//!
//! What a key may be answered, by what came before it: what the sources say, and where they are silent the positions
//! 28 to 30 of the contract:
//!
//! | before | same content | other content |
//! | --- | --- | --- |
//! | done | done, same id | done with that id, or refused |
//! | accepted | accepted or done, same id; refused if it failed since | the same, or refused |
//! | open | anything, one effect in all | anything, one effect in all |
//! | refused | anything: a refusal does not use the key | anything |
//! | in flight | the result of the twin, or open for now | the same, or refused |

mod asked;
mod event;
mod order;
mod words;

pub use asked::Asked;
pub use event::{Event, Said};
pub use order::{Clash, Kind, clash};

pub(super) use event::is_conflict;
pub(super) use words::{count, id_name};

use super::hearing::Hearing;
use super::{Breach, Judgement};
use crate::exchange::Exchange;
use event::Reader;
use serde_json::Value;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// What holds of a history as a whole.
pub struct Account {
    /// Its events, in the order of sending.
    pub events: Vec<Event>,
}

impl Account {
    /// Whether some answer gave the id of an effect.
    pub fn has_ids(&self) -> bool {
        self.events.iter().any(|event| event.said.id().is_some())
    }
}

/// Reads some exchanges and looks for an order that explains them.
///
/// # Errors
/// The judgement where there is none, or where an exchange alone decides.
pub fn account<'a>(
    hearing: &Hearing<'a>,
    exchanges: impl Iterator<Item = (usize, &'a Exchange)>,
) -> Result<Account, Judgement> {
    let mut reader = Reader::default();
    // What has no key at all, and is called on the way only, takes no part.
    let keyed = |exchange: &Exchange| {
        let operation = hearing.called(exchange).operation;
        operation.id == hearing.operation.id || operation.rules.idempotency.is_some()
    };
    let exchanges = exchanges.filter(|(_, exchange)| keyed(exchange));
    let mut events =
        exchanges.map(|(at, exchange)| reader.read(hearing, at, exchange)).collect::<Result<Vec<_>, _>>()?;
    events.sort_by_key(|event| (event.from, event.at));
    match unexplained(&events) {
        None => Ok(Account { events }),
        Some((kind, first, second)) => Err(Judgement::Broken(words::breach(hearing, kind, &first, &second))),
    }
}

/// The first pair of events that no order explains: of one key, or of two that share an effect.
fn unexplained(events: &[Event]) -> Option<(words::Broken, Event, Event)> {
    let mut keys: HashMap<usize, Vec<Event>> = HashMap::new();
    let mut order = Vec::new();
    for event in events {
        match keys.entry(event.key) {
            Entry::Occupied(mut known) => known.get_mut().push(*event),
            Entry::Vacant(place) => {
                place.insert(vec![*event]);
                order.push(event.key);
            }
        }
    }
    for of_key in order.iter().filter_map(|key| keys.get(key)) {
        if let Some(Clash { kind, first, second }) = clash(of_key)
            && let (Some(first), Some(second)) = (of_key.get(first), of_key.get(second))
        {
            return Some((words::Broken::Key(kind), *first, *second));
        }
    }
    let mut effects: HashMap<usize, Event> = HashMap::new();
    for event in events {
        let Some(id) = event.said.id() else { continue };
        let first = *effects.entry(id).or_insert(*event);
        if first.key != event.key {
            return Some((words::Broken::Merged, first, *event));
        }
    }
    None
}

/// The whole history has an order, and where effects were counted each key has the ones that its answers promise.
pub fn whole(hearing: &Hearing<'_>) -> Judgement {
    let account = match account(hearing, hearing.history.exchanges.iter().enumerate()) {
        Ok(account) => account,
        Err(judgement) => return judgement,
    };
    let mut counted = 0;
    let mut reason = None;
    for probed in &hearing.history.effects {
        let seen = match &probed.count {
            Ok(seen) => *seen,
            Err(why) => {
                reason.get_or_insert(why);
                continue;
            }
        };
        let of_step = |event: &&Event| {
            let exchange = hearing.history.exchanges.get(event.at);
            exchange.is_some_and(|exchange| exchange.role == probed.role && exchange.copy == probed.copy)
        };
        let Some(asked) = account.events.iter().find(of_step) else { continue };
        // A probe knows the key alone, whoever used it.
        let text = key_text(hearing, asked);
        let same: Vec<Event> =
            account.events.iter().filter(|event| key_text(hearing, event) == text).copied().collect();
        if let Some(breach) = miscounted(hearing, &same, seen) {
            return Judgement::Broken(breach);
        }
        counted += 1;
    }
    let settled = account.events.iter().filter(|event| event.said.took()).count();
    if settled == 0 {
        return Judgement::Undecided("no request was taken".to_owned());
    }
    if counted > 0 {
        return Judgement::Held(
            "an order explains every answer, and each key took effect once at most".to_owned(),
        );
    }
    let why = reason.map_or("no probe was asked", String::as_str);
    Judgement::Undecided(format!("effect not observed: {why}; an order explains every answer"))
}

/// The key of an event as it was sent, and the probe that counts its effects.
fn key_text<'a>(hearing: &Hearing<'a>, event: &Event) -> Option<(Option<&'a str>, Option<Value>)> {
    let exchange = hearing.history.exchanges.get(event.at)?;
    let effect = hearing.called(exchange).operation.rules.effect.as_ref();
    Some((effect.map(|effect| effect.probe.as_str()), hearing.asked(exchange).key))
}

/// The breach where the effects of a key are not what its answers promise: one for each scope in which it was used.
fn miscounted(hearing: &Hearing<'_>, same: &[Event], seen: u64) -> Option<Breach> {
    let scopes = |wanted: fn(Said) -> bool| {
        let keys: BTreeSet<usize> =
            same.iter().filter(|event| wanted(event.said)).map(|event| event.key).collect();
        keys.len() as u64
    };
    let least = scopes(|said| matches!(said, Said::Done(_)));
    let most = scopes(|said| !matches!(said, Said::Refused | Said::Conflict));
    let wanted = if seen > most { most } else { least };
    (!(least..=most).contains(&seen)).then(|| count(hearing.operation, show(same), seen, wanted))
}

/// The exchanges that a wrong count is shown with.
fn show(same: &[Event]) -> Vec<usize> {
    const SHOWN: usize = 3;
    same.iter().map(|event| event.at).take(SHOWN).collect()
}
