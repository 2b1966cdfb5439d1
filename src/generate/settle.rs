//! Ends recursion: finds which plans can end at all and which way ends soonest, and drops the rest.

use super::array::{Array, Cell, Slot};
use super::lack::{Built, Lack};
use super::object::{Extra, Member, Object};
use super::plan::{Plan, Program};
use super::refusal::Refusal;
use super::source::DEEPEST;
use std::collections::{BTreeMap, BTreeSet};

/// The program less what can never end; where the root cannot, that is certain unless something that
/// may end was lost before.
pub(crate) fn settle(root: Plan, bodies: Vec<Built<Plan>>, lost: Option<Refusal>) -> Built<Program> {
    let lost = bodies
        .iter()
        .find_map(|body| match body {
            Err(Lack::Unmade(refusal)) => Some(refusal.clone()),
            _ => None,
        })
        .or(lost);
    let bodies: Vec<Option<Plan>> = bodies.into_iter().map(Result::ok).collect();
    let mut heights = vec![None; bodies.len()];
    loop {
        let next: Vec<Option<u32>> =
            bodies.iter().map(|body| body.as_ref().and_then(|body| height(body, &heights))).collect();
        if next == heights {
            break;
        }
        heights = next;
    }
    let lacking = || lost.clone().map_or(Lack::Impossible, Lack::Unmade);
    let deep = height(&root, &heights).ok_or_else(lacking)?;
    if deep >= DEEPEST {
        return Err(Lack::gave_up(format!(
            "values that nest {deep} references deep are not made, since readers stop far before"
        )));
    }
    let root = prune(root, &heights).ok_or_else(lacking)?;
    let definitions = bodies
        .into_iter()
        .map(|body| body.and_then(|body| prune(body, &heights)).unwrap_or(Plan::Pick(Vec::new(), 0)))
        .collect();
    Ok(Program::new(root, definitions))
}

/// How many references the shortest value nests; nothing where there is none.
fn height(plan: &Plan, heights: &[Option<u32>]) -> Option<u32> {
    match plan {
        Plan::Reference(index) => heights.get(*index).copied().flatten().map(|height| height + 1),
        Plan::Pick(plans, _) => plans.iter().filter_map(|plan| height(plan, heights)).min(),
        Plan::Guarded(plan, _) | Plan::Barred(plan, _) => height(plan, heights),
        Plan::Array(array) => array_height(array, heights),
        Plan::Object(object) => {
            let members = object.members.iter().filter(|member| member.required).map(|member| &member.plan);
            let must = members.map(|plan| height(plan, heights));
            let extras = object.extras.iter().take(object.forced).map(|extra| extra_height(extra, heights));
            let must = must.chain(extras).try_fold(0, |most, height| Some(most.max(height?)))?;
            let count = object.members.iter().filter(|member| member.required).count() + object.forced;
            let missing = usize::try_from(object.min).unwrap_or(usize::MAX).saturating_sub(count);
            Some(must.max(filled(object, missing, heights)?))
        }
        _ => Some(0),
    }
}

/// The least height such that items of no more make up a whole array.
fn array_height(array: &Array, heights: &[Option<u32>]) -> Option<u32> {
    // Each is found out once: arrays nest in arrays.
    let cells = array.prefix.iter().chain([&array.rest]).flat_map(|slot| &slot.cells);
    let found: BTreeMap<*const Cell, u32> =
        cells.filter_map(|cell| Some((std::ptr::from_ref(cell), height(&cell.plan, heights)?))).collect();
    let mut all: Vec<u32> = found.values().copied().collect();
    all.push(0);
    all.sort_unstable();
    all.dedup();
    let rooms = array.rooms();
    all.into_iter().find(|limit| {
        let usable = |cell: &Cell| found.get(&std::ptr::from_ref(cell)).is_some_and(|height| height <= limit);
        let lengths = array.min..=array.max.min(array.min + 300);
        lengths.into_iter().any(|length| array.possible(0, length, &rooms, usable) == Some(true))
    })
}

fn extra_height(extra: &Extra, heights: &[Option<u32>]) -> Option<u32> {
    extra.kinds.iter().filter_map(|(_, plan)| height(plan, heights)).min()
}

/// The height of as many further members as the object needs, those that end soonest.
fn filled(object: &Object, missing: usize, heights: &[Option<u32>]) -> Option<u32> {
    if missing == 0 {
        return Some(0);
    }
    let optional = object.members.iter().filter(|member| !member.required);
    let mut found: Vec<u32> = optional.filter_map(|member| height(&member.plan, heights)).collect();
    found.sort_unstable();
    if found.len() >= missing {
        return found.get(missing - 1).copied();
    }
    let extra = object.extras.iter().filter_map(|extra| extra_height(extra, heights)).min()?;
    Some(found.last().copied().unwrap_or(0).max(extra))
}

fn prune(plan: Plan, heights: &[Option<u32>]) -> Option<Plan> {
    let deep = height(&plan, heights)?;
    Some(match plan {
        Plan::Pick(plans, _) => {
            let plans: Vec<Plan> = plans.into_iter().filter_map(|plan| prune(plan, heights)).collect();
            let soonest = |(_, plan): &(usize, &Plan)| height(plan, heights);
            let least = plans.iter().enumerate().min_by_key(soonest).map_or(0, |(index, _)| index);
            Plan::Pick(plans, least)
        }
        Plan::Guarded(plan, oracle) => Plan::Guarded(Box::new(prune(*plan, heights)?), oracle),
        Plan::Barred(plan, oracle) => Plan::Barred(Box::new(prune(*plan, heights)?), oracle),
        Plan::Array(array) => Plan::Array(Box::new(prune_array(*array, deep, heights))),
        Plan::Object(mut object) => {
            // Where members are needed to fill up, those that end soonest come first.
            object.members.sort_by_cached_key(|member| height(&member.plan, heights));
            object.members = object
                .members
                .into_iter()
                .filter_map(|member| Some(Member { plan: prune(member.plan, heights)?, ..member }))
                .collect();
            let forced = object.forced;
            let mut kept = 0;
            object.extras = object
                .extras
                .into_iter()
                .enumerate()
                .filter_map(|(index, extra)| {
                    let kinds: Vec<(Vec<usize>, Plan)> = extra
                        .kinds
                        .into_iter()
                        .filter_map(|(marks, plan)| Some((marks, prune(plan, heights)?)))
                        .collect();
                    (!kinds.is_empty()).then(|| {
                        kept += usize::from(index < forced);
                        Extra { kinds, ..extra }
                    })
                })
                .collect();
            object.forced = kept;
            Plan::Object(object)
        }
        plan => plan,
    })
}

fn prune_array(mut array: Array, deep: u32, heights: &[Option<u32>]) -> Array {
    let slot = |slot: Slot| -> Slot {
        let cells = slot.cells.into_iter().filter_map(|mut cell| {
            cell.soon = height(&cell.plan, heights)? <= deep;
            cell.plan = prune(cell.plan, heights)?;
            Some(cell)
        });
        Slot { cells: cells.collect() }
    };
    let places = array.prefix.len();
    array.prefix = array.prefix.into_iter().map(slot).take_while(|slot| !slot.cells.is_empty()).collect();
    array.rest = if array.prefix.len() == places { slot(array.rest) } else { Slot::default() };
    if array.rest.cells.is_empty() {
        array.max = array.max.min(array.prefix.len() as u64);
    }
    let rooms = array.rooms();
    let none = BTreeSet::new();
    let possible = |length: &u64| {
        array.possible(0, *length, &rooms, |_| true) == Some(true)
            && array.assignable(0, *length, &none, |_| true)
    };
    array.min = (array.min..=array.max).find(possible).unwrap_or(array.min);
    array
}
