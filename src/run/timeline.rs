//! Who sent what when and what came back, for findings that take more than one request to understand.

use super::model::Moment;
use crate::contract::{Contract, Operation};
use crate::exchange::History;
use crate::law::answer::Answer;
use crate::law::history::Asked;
use std::collections::HashMap;
use std::hash::Hash;

/// How many requests are told of.
const MOST: usize = 40;

/// The moments of a history, in the order of sending; nothing where there is only one.
pub(super) fn of(
    contract: &Contract,
    operation: &Operation,
    history: &History,
    shown: &[usize],
) -> Vec<Moment> {
    let exchanges = &history.exchanges;
    let Some(start) = exchanges.iter().map(|exchange| exchange.at).min().filter(|_| exchanges.len() > 1)
    else {
        return Vec::new();
    };
    let mut order: Vec<usize> = (0..exchanges.len()).collect();
    order.sort_by_key(|at| exchanges.get(*at).map(|exchange| (exchange.at, *at)));
    // Where there are too many, those that show it are among the ones that stay.
    let mut kept: Vec<usize> = order.iter().copied().filter(|at| shown.contains(at)).collect();
    let room = MOST.saturating_sub(kept.len());
    kept.extend(order.iter().copied().filter(|at| !shown.contains(at)).take(room));
    order.retain(|at| kept.contains(at));
    let (mut keys, mut contents, mut ids) = (Names::new("key"), Names::new("content"), Names::new("id"));
    let moments = order.into_iter().filter_map(|at| {
        let exchange = exchanges.get(at)?;
        let operation = contract.operation(&exchange.operation).unwrap_or(operation);
        let Asked { key, content, .. } = Asked::of(operation, exchange);
        let answer = Answer::read(operation, exchange);
        let id = answer.outcome().and_then(|outcome| outcome.effect.clone()).map(|id| ids.of(id));
        Some(Moment {
            role: exchange.role.clone(),
            key: key.map(|key| keys.of(key.to_string())),
            content: contents.of(content),
            at_ms: millis(exchange.at.saturating_sub(start)),
            elapsed_ms: millis(exchange.elapsed),
            answer: answer.describe(),
            id,
            decisive: shown.contains(&at),
        })
    });
    moments.collect()
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Short names for long things that are equal or not: `key 1`, `key 2`.
struct Names<T> {
    what: &'static str,
    known: HashMap<T, usize>,
}

impl<T: Hash + Eq> Names<T> {
    fn new(what: &'static str) -> Self {
        Self { what, known: HashMap::new() }
    }

    fn of(&mut self, thing: T) -> String {
        let next = self.known.len() + 1;
        format!("{} {}", self.what, self.known.entry(thing).or_insert(next))
    }
}
