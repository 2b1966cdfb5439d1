//! The way through a plan to a place, so that values of the plan are made with something there.

use super::array::Array;
use super::build_object::ANY_MEMBER;
use super::object::Object;
use super::plan::{Plan, Program};
use crate::schema::pointer::join;
use std::sync::Arc;

/// How many references a way may lead over without coming closer.
pub(crate) const HOPS: u32 = 16;

/// What a plan has to decide for its value to lead on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// This alternative.
    Choose(usize),
    /// This member is there.
    Member(usize),
    /// A further member of this kind is there.
    Extra(usize),
    /// This item is there.
    Item(usize),
}

/// The steps that are left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    steps: Option<Arc<[Step]>>,
    next: usize,
}

impl Way {
    /// The way to the place that the tokens lead to; nothing where the plan alone does not show one.
    pub(crate) fn find(program: &Program, tokens: &[String]) -> Option<Self> {
        let mut steps = find(&program.root, program, tokens, 0)?;
        steps.reverse();
        Some(Self { steps: (!steps.is_empty()).then(|| steps.into()), next: 0 })
    }

    /// The plan that it leads to.
    pub(crate) fn end<'p>(&self, program: &'p Program) -> Option<&'p Plan> {
        let steps = self.steps.as_deref().unwrap_or_default();
        let mut plan = &program.root;
        for step in steps.get(self.next..)? {
            let mut hops = 0;
            while let Some(inner) = within(plan, program) {
                plan = inner;
                hops += 1;
                if hops > HOPS {
                    return None;
                }
            }
            plan = match (plan, step) {
                (Plan::Pick(plans, _), Step::Choose(index)) => plans.get(*index)?,
                (Plan::Object(object), Step::Member(index)) => &object.members.get(*index)?.plan,
                (Plan::Object(object), Step::Extra(index)) => &object.extras.get(*index)?.kinds.first()?.1,
                (Plan::Array(array), Step::Item(index)) => &array.slot(*index).cells.first()?.plan,
                _ => return None,
            };
        }
        Some(plan)
    }

    pub(crate) fn step(&self) -> Option<Step> {
        self.steps.as_ref()?.get(self.next).copied()
    }

    pub(crate) fn rest(mut self) -> Self {
        self.next += 1;
        self
    }
}

/// The plan that stands behind a reference or a filter.
pub(crate) fn within<'p>(plan: &'p Plan, program: &'p Program) -> Option<&'p Plan> {
    match plan {
        Plan::Reference(index) => program.definitions.get(*index),
        Plan::Guarded(inner, _) | Plan::Barred(inner, _) => Some(inner),
        _ => None,
    }
}

/// The steps, last first.
fn find(plan: &Plan, program: &Program, tokens: &[String], hops: u32) -> Option<Vec<Step>> {
    let Some((token, rest)) = tokens.split_first() else { return Some(Vec::new()) };
    match plan {
        Plan::Fixed(value) => {
            let pointer = tokens.iter().fold(String::new(), |place, token| join(&place, token));
            value.pointer(&pointer).map(|_| Vec::new())
        }
        Plan::Pick(plans, _) => plans.iter().enumerate().find_map(|(index, plan)| {
            let steps = find(plan, program, tokens, hops)?;
            Some(then(steps, Step::Choose(index)))
        }),
        Plan::Object(object) => into_object(object, program, token, rest),
        Plan::Array(array) => into_array(array, program, token.parse().ok()?, rest),
        Plan::Reference(index) if hops < HOPS => {
            find(program.definitions.get(*index)?, program, tokens, hops + 1)
        }
        Plan::Guarded(plan, _) | Plan::Barred(plan, _) => find(plan, program, tokens, hops),
        _ => None,
    }
}

fn into_object(object: &Object, program: &Program, token: &str, rest: &[String]) -> Option<Vec<Step>> {
    if let Some(index) = object.members.iter().position(|member| member.name == token) {
        let steps = find(&object.members.get(index)?.plan, program, rest, 0)?;
        return Some(then(steps, Step::Member(index)));
    }
    if token != ANY_MEMBER {
        return None;
    }
    object.extras.iter().enumerate().find_map(|(index, extra)| {
        // Which values are due depends on the name, unless they are all of a kind.
        let [(_, values)] = extra.kinds.as_slice() else { return None };
        Some(then(find(values, program, rest, 0)?, Step::Extra(index)))
    })
}

fn into_array(array: &Array, program: &Program, index: usize, rest: &[String]) -> Option<Vec<Step>> {
    if index as u64 >= array.max {
        return None;
    }
    let [cell] = array.slot(index).cells.as_slice() else { return None };
    if cell.stock.is_some() && !rest.is_empty() {
        return None;
    }
    Some(then(find(&cell.plan, program, rest, 0)?, Step::Item(index)))
}

fn then(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    steps.push(step);
    steps
}
