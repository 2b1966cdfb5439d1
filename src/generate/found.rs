//! Values for valid goals, found among those that the shared program makes: where the rules at a place draw in
//! much of the document, composing them anew costs far more than looking.

use super::aim::{Aim, Planned, Target};
use super::embed;
use super::outline::Outline;
use super::plan::{Plan, Program};
use super::source::{Rng, Source};
use super::way::{HOPS, Way, within};
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many values of each alternative are looked at.
const LOOKS: u64 = 4;
/// How many validators are kept: each is as large as what its schema draws in.
const KEPT: usize = 8;

/// Looks for values, and keeps the validators that tell which will do.
#[derive(Debug)]
pub(crate) struct Finder<'a> {
    outline: &'a Outline,
    formats: Formats,
    program: Arc<Program>,
    /// By the further schema; nothing where that does not compile by itself.
    oracles: RefCell<BTreeMap<String, Option<Arc<Oracle>>>>,
    /// By the pointer into the schema document.
    heavy: RefCell<BTreeMap<String, bool>>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(outline: &'a Outline, formats: Formats, program: Arc<Program>) -> Self {
        Self { outline, formats, program, oracles: RefCell::default(), heavy: RefCell::default() }
    }

    /// A value that meets the goal wherever the program makes something at its place; nothing where composing
    /// the rules costs little, or no such value is found soon.
    pub(crate) fn value(&self, planned: &Planned, seed: &[u8; 32]) -> Option<Value> {
        let Aim::Value(Target { without: None, wider: None, not: None, side, .. }) = &planned.aim else {
            return None;
        };
        let plain = planned.goal.valid && planned.place.origin.is_none();
        if !plain || !self.is_heavy(planned, side) {
            return None;
        }
        let way = Way::find(&self.program, &pointer::tokens(&planned.edited))?;
        let plans = alternatives(way.end(&self.program)?, &self.program);
        let oracle = self.oracle(side)?;
        let mut seeds = Rng::new(seed.first_chunk().map_or(0, |half| u64::from_le_bytes(*half)));
        plans
            .iter()
            .flat_map(|plan| (0..LOOKS).map(move |_| plan))
            .filter_map(|plan| plan.make(&self.program, &mut Source::fresh(seeds.next())))
            .find(|value| oracle.is_valid(value))
    }

    fn is_heavy(&self, planned: &Planned, side: &Value) -> bool {
        let mut known = self.heavy.borrow_mut();
        let mut draws_in = |at: &String| match known.get(at) {
            Some(heavy) => *heavy,
            None => {
                let heavy = embed::heavy(self.outline, &json!({ "$ref": pointer::reference(at) }));
                known.insert(at.clone(), heavy);
                heavy
            }
        };
        planned.place.nodes.iter().any(&mut draws_in) || embed::heavy(self.outline, side)
    }

    fn oracle(&self, schema: &Value) -> Option<Arc<Oracle>> {
        let mut oracles = self.oracles.borrow_mut();
        let name = schema.to_string();
        if oracles.len() >= KEPT && !oracles.contains_key(&name) {
            oracles.clear();
        }
        let compile = || embed::oracle(self.outline, schema, self.formats).map(Arc::new);
        oracles.entry(name).or_insert_with(compile).clone()
    }
}

/// The plans that a plan chooses from, or that plan alone.
fn alternatives<'p>(plan: &'p Plan, program: &'p Program) -> Vec<&'p Plan> {
    let mut plan = plan;
    for _ in 0..HOPS {
        match within(plan, program) {
            Some(inner) => plan = inner,
            None => break,
        }
    }
    match plan {
        Plan::Pick(plans, _) => plans.iter().collect(),
        _ => vec![plan],
    }
}
