//! Compiled generators: what a normal form becomes before values are drawn.

use super::array::Array;
use super::number::{Integers, Numbers};
use super::object::Object;
use super::regex::Regex;
use super::source::Source;
use super::spell::Speller;
use super::text::Text;
use super::way::{Step, Way};
use crate::schema::Oracle;
use crate::schema::pattern::Matcher;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often a guarded generator tries before it gives up: filtering is the last resort.
const ATTEMPTS: u32 = 200;

/// How many candidates are rejected for one value, at all depths together.
const MOST_REJECTED: u64 = 5_000;

/// A generator of JSON values.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Always this value.
    Fixed(Value),
    Boolean,
    /// One of these values, simplest first.
    Listed(Vec<Value>),
    Text(Text),
    /// Strings of one of the patterns that satisfy the matchers too.
    Regex(Vec<Regex>, Vec<Matcher>),
    /// Members of a language.
    Spelled(Box<Speller>),
    Integers(Integers),
    Numbers(Numbers),
    Array(Box<Array>),
    Object(Box<Object>),
    /// One of several, simplest first; the index is that of the branch that ends soonest.
    Pick(Vec<Plan>, usize),
    /// Any JSON value, nested at most so deep.
    Anything(u32),
    /// A definition of the program.
    Reference(usize),
    /// Values of the plan that the oracle passes.
    Guarded(Box<Plan>, Arc<Oracle>),
    /// Values of the plan that the oracle fails.
    Barred(Box<Plan>, Arc<Oracle>),
}

/// A plan together with the definitions that it and they refer to.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) root: Plan,
    pub(crate) definitions: Vec<Plan>,
    pub(crate) tally: Tally,
}

/// How many values were made, and how many candidates were rejected on the way: values that a filter
/// did not let pass, at whatever depth.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    made: AtomicU64,
    rejected: AtomicU64,
}

impl Tally {
    pub(crate) fn count(&self, rejected: u64) {
        self.made.fetch_add(1, Ordering::Relaxed);
        if rejected > 0 {
            self.rejected.fetch_add(rejected, Ordering::Relaxed);
        }
    }

    /// How many were made, and how many rejected.
    pub(crate) fn read(&self) -> (u64, u64) {
        (self.made.load(Ordering::Relaxed), self.rejected.load(Ordering::Relaxed))
    }
}

impl Program {
    /// The program of one value.
    pub(crate) fn fixed(value: Value) -> Self {
        Self::new(Plan::Fixed(value), Vec::new())
    }

    pub(crate) fn new(root: Plan, definitions: Vec<Plan>) -> Self {
        Self { root, definitions, tally: Tally::default() }
    }

    /// One value; nothing where every guarded attempt failed.
    pub(crate) fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        self.root.make(self, source)
    }

    /// One value with something at the place that the way leads to.
    pub(crate) fn make_along(&self, way: &Way, source: &mut Source<'_>) -> Option<Value> {
        source.go(way.clone());
        let made = self.root.make(self, source);
        source.go(Way::default());
        made
    }
}

impl Plan {
    pub(crate) fn make(&self, program: &Program, source: &mut Source<'_>) -> Option<Value> {
        match self {
            Self::Fixed(value) => Some(value.clone()),
            Self::Boolean => Some(Value::Bool(source.pick(2) == 1)),
            Self::Listed(values) => values.get(source.pick(values.len())).cloned(),
            Self::Text(text) => Some(Value::String(text.make(source))),
            Self::Regex(regexes, matchers) => attempt(source, |source| {
                let text = regexes.get(source.pick(regexes.len()))?.make(source)?;
                matchers.iter().all(|matcher| matcher.is_match(&text)).then_some(Value::String(text))
            }),
            Self::Spelled(speller) => speller.make(source).map(Value::String),
            Self::Integers(integers) => integers.make(source),
            Self::Numbers(numbers) => numbers.make(source),
            Self::Array(array) => {
                source.grow();
                array.make(program, source).map(Value::Array)
            }
            Self::Object(object) => {
                source.grow();
                object.make(program, source).map(Value::Object)
            }
            Self::Pick(plans, least) => {
                let way = source.way();
                let index = match way.step() {
                    Some(Step::Choose(index)) => index,
                    _ if source.tired() => *least,
                    _ => source.pick(plans.len()),
                };
                source.go(way.rest());
                plans.get(index)?.make(program, source)
            }
            Self::Anything(depth) => Some(anything(*depth, source)),
            Self::Reference(index) => {
                let definition = program.definitions.get(*index)?;
                source.deeper(|source| definition.make(program, source))
            }
            Self::Guarded(plan, oracle) => filtered(plan, program, source, |value| oracle.is_valid(value)),
            Self::Barred(plan, oracle) => filtered(plan, program, source, |value| !oracle.is_valid(value)),
        }
    }
}

fn filtered(
    plan: &Plan,
    program: &Program,
    source: &mut Source<'_>,
    passes: impl Fn(&Value) -> bool,
) -> Option<Value> {
    let way = source.way();
    attempt(source, |source| {
        source.go(way.clone());
        plan.make(program, source).filter(|value| passes(value))
    })
}

/// Tries until something comes out, keeping only the choices of the attempt that succeeded.
pub(crate) fn attempt<T>(
    source: &mut Source<'_>,
    mut make: impl FnMut(&mut Source<'_>) -> Option<T>,
) -> Option<T> {
    let mark = source.mark();
    for _ in 0..source.attempts(ATTEMPTS) {
        // Attempts within attempts would multiply.
        if source.rejected() > MOST_REJECTED {
            return None;
        }
        if let Some(made) = make(source) {
            return Some(made);
        }
        source.forget(mark);
        source.reject();
    }
    None
}

fn anything(depth: u32, source: &mut Source<'_>) -> Value {
    let kinds = if depth == 0 || source.tired() { 4 } else { 6 };
    match source.pick(kinds) {
        0 => Value::Null,
        1 => Value::Bool(source.pick(2) == 1),
        2 => Value::from(source.choose(1_000, |rng| rng.below(1_001))),
        3 => Value::String(word(source)),
        kind => {
            source.grow();
            let (list, length) = source.open_list(0, 2, |rng| rng.below(3));
            let mut entries = Vec::new();
            for _ in 0..length {
                let start = source.position();
                let name = if kind == 4 { String::new() } else { word(source) };
                entries.push((name, anything(depth - 1, source)));
                source.close_item(list, start);
            }
            if kind == 4 {
                Value::Array(entries.into_iter().map(|(_, item)| item).collect())
            } else {
                Value::Object(entries.into_iter().collect::<Map<_, _>>())
            }
        }
    }
}

/// A short plain word.
pub(crate) fn word(source: &mut Source<'_>) -> String {
    let (list, length) = source.open_list(1, 7, |rng| rng.below(8));
    let mut text = String::new();
    for _ in 0..length {
        let start = source.position();
        let letter = source.choose(25, |rng| rng.below(26));
        text.push(char::from(b'a' + u8::try_from(letter).unwrap_or(0)));
        source.close_item(list, start);
    }
    text
}
