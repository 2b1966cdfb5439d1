//! Generators and examples of operations, before cases are made from them.
//!
//! A document of a large API takes all processors there are: each operation is settled by itself.

use super::{Case, carried, derive};
use crate::contract::Operation;
use crate::generate::{Generator, draw, seed, shrink};
use crate::schema::Formats;
use serde_json::Value;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

/// How many places of a request goals are looked for at.
const PLACES: usize = 1_000;
/// How many documents are drawn for an example.
const DRAWS: u64 = 32;
/// How many simpler ones are looked at.
const SIMPLER: usize = 200;

/// The generator of an operation's requests, and an example that they allow; or why there is none.
pub(super) type Settled = Result<(Arc<Generator>, Value), String>;

/// Every operation with what it settles to, in the order that they have.
pub(super) fn all(operations: Vec<Operation>) -> Vec<(Operation, Settled)> {
    let settled = each(&operations, settle);
    operations.into_iter().zip(settled).collect()
}

/// The cases that follow from the request schemas, in the order of operations.
pub(super) fn derived(operations: &[Operation], generators: &BTreeMap<String, Arc<Generator>>) -> Vec<Case> {
    let cases = each(operations, |operation| {
        generators.get(&operation.id).map_or_else(Vec::new, |generator| derive::cases(operation, generator))
    });
    cases.into_iter().flatten().collect()
}

/// The same work for each operation, on all processors where there are many operations.
fn each<T: Send>(operations: &[Operation], work: impl Fn(&Operation) -> T + Sync) -> Vec<T> {
    let lanes = thread::available_parallelism().map_or(1, NonZero::get).min(operations.len() / 4);
    if lanes < 2 {
        return operations.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let lane = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(operation) = operations.get(at) else { return done };
            done.push((at, work(operation)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        let join = |lane: ScopedJoinHandle<'_, _>| lane.join().unwrap_or_else(|panic| resume_unwind(panic));
        lanes.into_iter().flat_map(join).collect()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, one)| one).collect()
}

fn settle(operation: &Operation) -> Settled {
    let generator = Generator::near(&operation.request, Formats::Annotated, PLACES);
    let generator = generator.map_err(|error| error.to_string())?;
    let fits = |example: &Value| generator.oracle().is_valid(example);
    // Whoever wrote rules down wrote the example too, and `lint` looks at it.
    let kept = !operation.foreign && !operation.made_up;
    let example =
        if kept || (fits(&operation.example) && carried::arrives_whole(operation, &operation.example)) {
            operation.example.clone()
        } else {
            made(operation, &generator)?
        };
    Ok((Arc::new(generator), example))
}

/// The simplest of some valid documents that arrive as they are.
fn made(operation: &Operation, generator: &Generator) -> Result<Value, String> {
    let valid = generator.valid().map_err(|refusal| refusal.to_string())?;
    let whole = |document: &Value| {
        carried::arrives_whole(operation, document) && generator.oracle().is_valid(document)
    };
    for attempt in 0..DRAWS {
        let seed = seed(0, &format!("{}/example", operation.id), attempt);
        let drawn = draw(&valid, seed).map_err(|refusal| refusal.to_string())?;
        if whole(&drawn) {
            return shrink(&valid, seed, whole, SIMPLER).map_err(|refusal| refusal.to_string());
        }
    }
    Err("no request was found that its parameters can carry".to_owned())
}
