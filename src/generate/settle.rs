//! Ends recursion: finds which plans can end at all and which branch ends soonest, and drops the rest.

use super::object::{Extra, Member, Object};
use super::plan::{Plan, Program};

/// The program less what can never end; nothing where the root cannot.
pub(crate) fn settle(root: Plan, bodies: Vec<Option<Plan>>) -> Option<Program> {
    let mut heights = vec![None; bodies.len()];
    loop {
        let next: Vec<Option<u32>> =
            bodies.iter().map(|body| body.as_ref().and_then(|body| height(body, &heights))).collect();
        if next == heights {
            break;
        }
        heights = next;
    }
    height(&root, &heights)?;
    let root = prune(root, &heights)?;
    let definitions = bodies
        .into_iter()
        .map(|body| body.and_then(|body| prune(body, &heights)).unwrap_or(Plan::Pick(Vec::new(), 0)))
        .collect();
    Some(Program { root, definitions })
}

/// How many references the shortest value nests; nothing where there is none.
fn height(plan: &Plan, heights: &[Option<u32>]) -> Option<u32> {
    match plan {
        Plan::Reference(index) => heights.get(*index).copied().flatten().map(|height| height + 1),
        Plan::Pick(plans, _) => plans.iter().filter_map(|plan| height(plan, heights)).min(),
        Plan::Guarded(plan, _) => height(plan, heights),
        Plan::Array(array) => {
            let mut must: Vec<&Plan> = array.contains.iter().map(|(plan, _)| plan).collect();
            must.extend(array.prefix.iter().take(usize::try_from(array.min).unwrap_or(usize::MAX)));
            if array.min
                > array.prefix.len() as u64 + array.contains.iter().map(|(_, count)| count).sum::<u64>()
            {
                must.push(array.items.as_ref()?);
            }
            tallest(must.into_iter(), heights)
        }
        Plan::Object(object) => {
            let members = object.members.iter().filter(|member| member.required).map(|member| &member.plan);
            let extras = object.extras.iter().take(object.forced).map(|extra| &extra.values);
            let must = tallest(members.chain(extras), heights)?;
            let count = object.members.iter().filter(|member| member.required).count() + object.forced;
            let missing = usize::try_from(object.min).unwrap_or(usize::MAX).saturating_sub(count);
            Some(must.max(filled(object, missing, heights)?))
        }
        _ => Some(0),
    }
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
    let extra = object.extras.iter().filter_map(|extra| height(&extra.values, heights)).min()?;
    Some(found.last().copied().unwrap_or(0).max(extra))
}

fn tallest<'a>(plans: impl Iterator<Item = &'a Plan>, heights: &[Option<u32>]) -> Option<u32> {
    plans.map(|plan| height(plan, heights)).try_fold(0, |most, height| Some(most.max(height?)))
}

fn prune(plan: Plan, heights: &[Option<u32>]) -> Option<Plan> {
    height(&plan, heights)?;
    Some(match plan {
        Plan::Pick(plans, _) => {
            let plans: Vec<Plan> = plans.into_iter().filter_map(|plan| prune(plan, heights)).collect();
            let soonest = |(_, plan): &(usize, &Plan)| height(plan, heights);
            let least = plans.iter().enumerate().min_by_key(soonest).map_or(0, |(index, _)| index);
            Plan::Pick(plans, least)
        }
        Plan::Guarded(plan, oracle) => Plan::Guarded(Box::new(prune(*plan, heights)?), oracle),
        Plan::Array(mut array) => {
            let places = array.prefix.len();
            array.prefix = array.prefix.into_iter().map_while(|plan| prune(plan, heights)).collect();
            let items = array.items.take().filter(|_| array.prefix.len() == places);
            array.items = items.and_then(|items| prune(items, heights));
            if array.items.is_none() {
                array.max = array.max.min(array.prefix.len() as u64).max(array.min);
            }
            array.contains = array
                .contains
                .into_iter()
                .map(|(plan, count)| Some((prune(plan, heights)?, count)))
                .collect::<Option<_>>()?;
            Plan::Array(array)
        }
        Plan::Object(mut object) => {
            // Where members are needed to fill up, those that end soonest come first.
            object.members.sort_by_key(|member| height(&member.plan, heights));
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
                    let values = prune(extra.values, heights)?;
                    kept += usize::from(index < forced);
                    Some(Extra { values, ..extra })
                })
                .collect();
            object.forced = kept;
            Plan::Object(object)
        }
        plan => plan,
    })
}
