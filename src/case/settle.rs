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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

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
    let broken = || Err("proofmark broke down on its schema".to_owned());
    operations
        .into_iter()
        .zip(settled)
        .map(|(operation, one)| (operation, one.unwrap_or_else(broken)))
        .collect()
}

/// The cases that follow from the request schemas, in the order of operations.
pub(super) fn derived(operations: &[Operation], generators: &BTreeMap<String, Arc<Generator>>) -> Vec<Case> {
    let cases = each(operations, |operation| {
        generators.get(&operation.id).map_or_else(Vec::new, |generator| derive::cases(operation, generator))
    });
    cases.into_iter().flatten().flatten().collect()
}

/// The same work for each operation, on all processors where there are many operations; nothing for one that it broke
/// down on.
fn each<T: Send>(operations: &[Operation], work: impl Fn(&Operation) -> T + Sync) -> Vec<Option<T>> {
    let lanes = thread::available_parallelism().map_or(1, NonZero::get).min(operations.len() / 4);
    if lanes < 2 {
        return operations.iter().map(|operation| Some(work(operation))).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(operations.iter().map(|_| None).collect::<Vec<Option<T>>>());
    thread::scope(|scope| {
        let lane = || {
            while let Some((at, operation)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                operations.get(at).map(|operation| (at, operation))
            } {
                let one = work(operation);
                if let Some(place) = done.lock().unwrap_or_else(PoisonError::into_inner).get_mut(at) {
                    *place = Some(one);
                }
            }
        };
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        for lane in lanes {
            // What a lane broke down on has no result.
            let _ = lane.join();
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
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
