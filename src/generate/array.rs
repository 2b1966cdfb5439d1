//! Arrays: a prefix, items, items that must be contained, repeated or distinct ones.

use super::plan::{Plan, Program, attempt};
use super::source::Source;
use super::text::spread;
use crate::schema::canonical::Repetition;
use serde_json::Value;

/// The most items that an array is ever made of. What needs more is refused.
pub(crate) const MOST_ITEMS: u64 = 10_000;
/// How many items more than it must an array without a maximum has at most.
pub(crate) const ORDINARY_ITEMS: u64 = 5;

/// Arrays of a length within a window.
#[derive(Debug)]
pub(crate) struct Array {
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) prefix: Vec<Plan>,
    /// What follows the prefix; nothing where nothing can.
    pub(crate) items: Option<Plan>,
    /// Plans of items that must be there, and how many of each.
    pub(crate) contains: Vec<(Plan, u64)>,
    pub(crate) repetition: Repetition,
}

impl Array {
    pub(crate) fn make(&self, program: &Program, source: &mut Source<'_>) -> Option<Vec<Value>> {
        let spare = if source.tired() { 0 } else { self.max.saturating_sub(self.min) };
        let (list, length) = source.open_list(self.min, spare, |rng| spread(rng, spare).min(spare));
        let mut items: Vec<Value> = Vec::new();
        // Items that must be contained take the last places, where neither prefix nor order forbids.
        let wanted: Vec<&Plan> = self
            .contains
            .iter()
            .flat_map(|(plan, count)| std::iter::repeat_n(plan, usize::try_from(*count).unwrap_or(0)))
            .collect();
        let length = usize::try_from(length).ok()?;
        let free = length.checked_sub(wanted.len())?;
        for index in 0..length {
            let plan = match index.checked_sub(free).and_then(|place| wanted.get(place)) {
                Some(plan) => plan,
                None => match self.prefix.get(index).or(self.items.as_ref()) {
                    Some(plan) => plan,
                    None => break,
                },
            };
            let start = source.position();
            let item = match self.repetition {
                Repetition::Distinct => attempt(source, |source| {
                    let item = plan.make(program, source)?;
                    (!items.iter().any(|other| same(other, &item))).then_some(item)
                }),
                Repetition::Repeated if index + 1 == length && index > 0 => items.last().cloned(),
                _ => plan.make(program, source),
            };
            match item {
                Some(item) => items.push(item),
                // A small domain may have no further distinct item to offer.
                None if items.len() as u64 >= self.min && wanted.is_empty() => break,
                None => return None,
            }
            source.close_item(list, start);
        }
        (items.len() as u64 >= self.min).then_some(items)
    }
}

/// Equality as JSON Schema has it: numbers by value, so that `1` and `1.0` are the same.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64()))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => left == right,
    }
}
