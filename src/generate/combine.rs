//! Plans for what the normal form keeps as a combination: all of, exactly one of, none of.

use super::build::{Builder, listed};
use super::domain;
use super::lack::{Built, Lack};
use super::plan::Plan;
use crate::schema::canonical::{Normal, Satisfiable, Shape};
use serde_json::Value;

/// How many values of a combination are gone through rather than filtered when they are drawn.
const FEW: usize = 512;
/// Into how many ways a combination of alternatives is taken apart.
const WAYS: usize = 64;
/// How many references are read through to combine what they name.
const HOPS: u32 = 8;

/// Values of all the parts.
pub(crate) fn all_of(builder: &mut Builder, parts: &[Normal], demand: &[String]) -> Built<Plan> {
    let mut whole: Vec<Normal> = Vec::new();
    for part in parts {
        let both = whole.iter().enumerate().find_map(|(index, other)| Some((index, both(other, part)?)));
        match both {
            Some((index, both)) => {
                whole.remove(index);
                whole.push(both);
            }
            None => whole.push(part.clone()),
        }
    }
    if whole.is_empty() {
        whole.push(builder.own(&Value::Bool(true))?);
    }
    if let [one] = whole.as_slice()
        && !matches!(one.shape(), Shape::AllOf(_))
    {
        return builder.plan(one, demand);
    }
    if let Some(plan) = few(builder, &whole, &[], demand)? {
        return Ok(plan);
    }
    if let Some(plan) = distributed(builder, &whole, demand) {
        return plan;
    }
    // The most telling part makes the values, and the others filter them.
    whole.sort_by_key(|part| matches!(part.shape(), Shape::Not(_) | Shape::Everything));
    let mut lack = None;
    for (index, part) in whole.iter().enumerate() {
        match builder.plan(part, demand) {
            Ok(plan) => {
                let others = whole.iter().enumerate().filter(|(other, _)| *other != index);
                return others
                    .map(|(_, other)| other)
                    .try_fold(plan, |plan, other| builder.guard(other, plan));
            }
            Err(Lack::Impossible) => return Err(Lack::Impossible),
            Err(reason) => lack = lack.or(Some(reason)),
        }
    }
    Err(lack.unwrap_or(Lack::Impossible))
}

/// The union over the branches of the first part that has some, each together with the other parts.
fn distributed(builder: &mut Builder, whole: &[Normal], demand: &[String]) -> Option<Built<Plan>> {
    let ways = |part: &Normal| match part.shape() {
        Shape::AnyOf(branches) | Shape::OneOf(branches) => branches.len(),
        _ => 1,
    };
    let all = whole.iter().map(ways).fold(1, usize::saturating_mul);
    let index = whole.iter().position(|part| ways(part) > 1).filter(|_| all <= WAYS && whole.len() > 1)?;
    let part = whole.get(index)?;
    let (branches, exclusive) = match part.shape() {
        Shape::AnyOf(branches) => (branches, false),
        Shape::OneOf(branches) => (branches, true),
        _ => return None,
    };
    let plans = branches.into_iter().map(|branch| {
        let others = whole.iter().enumerate().filter(|(other, _)| *other != index);
        let mut parts: Vec<Normal> = others.map(|(_, other)| other.clone()).collect();
        parts.push(branch);
        let plan = all_of(builder, &parts, demand)?;
        if exclusive { builder.guard(part, plan) } else { Ok(plan) }
    });
    let plans: Vec<Built<Plan>> = plans.collect();
    Some(builder.union(plans))
}

/// Values of exactly one of the branches.
pub(crate) fn one_of(builder: &mut Builder, branches: &[Normal], demand: &[String]) -> Built<Plan> {
    let plans = branches
        .iter()
        .enumerate()
        .map(|(index, branch)| {
            let others = branches.iter().enumerate().filter(|(other, _)| *other != index);
            let others: Vec<Normal> = others.map(|(_, other)| other.clone()).collect();
            less(builder, branch, &others, demand)
        })
        .collect();
    builder.union(plans)
}

/// Values of the one that are not values of any of the others.
pub(crate) fn less(
    builder: &mut Builder,
    normal: &Normal,
    others: &[Normal],
    demand: &[String],
) -> Built<Plan> {
    let (mut rest, mut filters) = (normal.clone(), Vec::new());
    for other in others {
        match rest.less(other) {
            Some(left) => rest = left,
            None => filters.push(other.clone()),
        }
    }
    if rest.satisfiable() == Satisfiable::No {
        return Err(Lack::Impossible);
    }
    if filters.is_empty() {
        return builder.plan(&rest, demand);
    }
    if let Some(plan) = few(builder, std::slice::from_ref(&rest), &filters, demand)? {
        return Ok(plan);
    }
    let plan = builder.plan(&rest, demand)?;
    filters.iter().try_fold(plan, |plan, other| Ok(Plan::Barred(Box::new(plan), builder.oracle(other)?)))
}

/// Values that the inner node does not admit.
pub(crate) fn not(builder: &mut Builder, normal: &Normal, inner: &Normal, demand: &[String]) -> Built<Plan> {
    let target = resolved(inner);
    match inner.negated().or_else(|| target.negated()) {
        Some(negated) if negated != *normal => builder.plan(&negated, demand),
        _ => {
            let anything = builder.own(&Value::Bool(true))?;
            let plan = builder.plan(&anything, demand)?;
            builder.guard(normal, plan)
        }
    }
}

/// The values that pass all the parts and none of the filters, where some part has few.
fn few(builder: &Builder, parts: &[Normal], filters: &[Normal], demand: &[String]) -> Built<Option<Plan>> {
    if !demand.is_empty() {
        return Ok(None);
    }
    let lists = parts.iter().find_map(|part| domain::list(part, builder.options.formats, FEW));
    let Some(mut values) = lists else { return Ok(None) };
    for (part, wanted) in parts.iter().map(|part| (part, true)).chain(filters.iter().map(|one| (one, false)))
    {
        let oracle = builder.oracle(part)?;
        values.retain(|value| oracle.is_valid(value) == wanted);
    }
    listed(values).map(Some)
}

/// Both in one, where the normal form can say it, if need be of what the references name.
fn both(left: &Normal, right: &Normal) -> Option<Normal> {
    let plain = |normal: Normal| (!matches!(normal.shape(), Shape::AllOf(_))).then_some(normal);
    left.and(right).and_then(plain).or_else(|| resolved(left).and(&resolved(right)).and_then(plain))
}

/// What a node that only refers refers to.
fn resolved(normal: &Normal) -> Normal {
    let mut found = normal.clone();
    for _ in 0..HOPS {
        let Shape::Reference(name) = found.shape() else { break };
        match found.definition(&name) {
            Some(target) => found = target,
            None => break,
        }
    }
    found
}
