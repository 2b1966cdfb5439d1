//! Array nodes to plans.

use super::array::{Array, Cell, ORDINARY_ITEMS, Slot, identity};
use super::build::{Builder, listed, rank};
use super::combine;
use super::domain;
use super::lack::{Built, Lack};
use super::plan::Plan;
use crate::schema::canonical::{ArrayShape, Normal, Repetition, Satisfiable, Window};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most items that an array is ever made of, and the most of those that cost little.
const MOST_ITEMS: u64 = 10_000;
const MOST_CHEAP: u64 = 100_000;
/// How many distinct items are told apart one by one.
const STOCK: usize = 4_096;
/// How many counts are kept apart. What else has to be contained is only filtered for.
const COUNTS: usize = 5;
/// Places with fewer values than this may be left without one by the places before.
const CONTESTED: usize = 64;
/// How many lengths are looked at for the greatest that is possible.
const LENGTHS: usize = 300;

pub(crate) fn plan(
    builder: &mut Builder,
    normal: &Normal,
    shape: &ArrayShape,
    demand: &[String],
) -> Built<Plan> {
    let (index, rest) = match demand.split_first() {
        None => (None, demand),
        Some((token, rest)) => (Some(token.parse::<usize>().map_err(|_| Lack::Impossible)?), rest),
    };
    let must = index.map_or(0, |index| index as u64 + 1);
    let min = shape.length.min.max(must).max(if shape.repetition == Repetition::Repeated { 2 } else { 0 });
    if shape.length.max.is_some_and(|max| max < min) {
        return Err(Lack::Impossible);
    }
    if min > MOST_CHEAP {
        return Err(Lack::costly("arrays", min));
    }
    let mut slots = Slots::new(builder, shape, min)?;
    let places = shape.prefix.len().max(usize::try_from(must).unwrap_or(0));
    let mut prefix: Vec<Slot> = Vec::new();
    for place in 0..places {
        let node = shape.prefix.get(place).or(shape.items.as_ref()).unwrap_or(&slots.anything).clone();
        let demand = if index == Some(place) { Some(rest) } else { None };
        let slot = slots.slot(builder, &node, demand)?;
        if slot.cells.is_empty() {
            // Arrays end before a place where nothing can stand.
            let array =
                Array { max: prefix.len() as u64, prefix, ..slots.array(shape, min, Slot::default()) };
            return finish(builder, normal, array, slots);
        }
        prefix.push(slot);
    }
    let node = shape.items.as_ref().unwrap_or(&slots.anything).clone();
    let slot = slots.slot(builder, &node, None)?;
    let array = Array { prefix, ..slots.array(shape, min, slot) };
    finish(builder, normal, array, slots)
}

/// The array within the lengths that are possible at all.
fn finish(builder: &Builder, normal: &Normal, mut array: Array, slots: Slots) -> Built<Plan> {
    let Slots { filtered, lost, .. } = slots;
    if array.rest.cells.is_empty() {
        array.max = array.max.min(array.prefix.len() as u64);
    }
    if array.min > array.max {
        return Err(lost);
    }
    let cheap = array.rest.cells.iter().all(|cell| rank(&cell.plan) <= 3) && !filtered;
    let most = if cheap { MOST_CHEAP } else { MOST_ITEMS };
    if array.min > most {
        return Err(Lack::costly("arrays", array.min));
    }
    array.contested = contested(&array);
    let rooms = array.rooms();
    let none = BTreeSet::new();
    let answers = |length: u64| match array.possible(0, length, &rooms, |_| true) {
        Some(true) => Some(array.assignable(0, length, &none, |_| true)),
        other => other,
    };
    let mut unknown = false;
    let mut possible = |length: u64| {
        let answer = answers(length);
        unknown |= answer.is_none();
        answer == Some(true)
    };
    // Whatever is neither in the prefix nor needed by a count can be left out, so that the shortest
    // array is no longer than those.
    let needs = array.counts.iter().map(|window| window.min);
    let from = array.min.max(needs.clone().max().unwrap_or(0));
    let all = needs.fold(array.prefix.len() as u64, u64::saturating_add);
    if all > most {
        return Err(Lack::costly("arrays", all));
    }
    let Some(least) = (from..=array.max.min(from.max(all))).find(|length| possible(*length)) else {
        return Err(if unknown { Lack::gave_up(UNSHARED.to_owned()) } else { lost });
    };
    let ordinary = least + ORDINARY_ITEMS;
    let usual = array.max.min(ordinary.max(array.max.min(100)));
    let greatest = (least..=usual).rev().take(LENGTHS).find(|length| possible(*length));
    array.min = least;
    array.max = greatest.unwrap_or(least);
    let filtered = filtered || array.repetition == Repetition::Repeated;
    let plan = Plan::Array(Box::new(array));
    if filtered { builder.guard(normal, plan) } else { Ok(plan) }
}

/// Whether places of the prefix have fewer distinct values than there are places to compete with.
fn contested(array: &Array) -> bool {
    let few = |slot: &Slot| {
        let stocks: Option<Vec<usize>> =
            slot.cells.iter().map(|cell| cell.stock.as_ref().map(Vec::len)).collect();
        stocks.is_some_and(|stocks| stocks.iter().sum::<usize>() < CONTESTED)
    };
    array.repetition == Repetition::Distinct && array.prefix.iter().any(few)
}

const UNSHARED: &str = "no way is found to give an array all the items that it has to contain";

/// Makes the slots of one array.
struct Slots {
    counts: Vec<(Normal, Window)>,
    anything: Normal,
    distinct: bool,
    few: usize,
    /// Whether something is left that whole arrays have to be filtered for.
    filtered: bool,
    /// What it means when too few kinds of items are left.
    lost: Lack,
}

impl Slots {
    fn new(builder: &Builder, shape: &ArrayShape, min: u64) -> Built<Self> {
        let telling = |window: &Window| window.min > 0 || window.max.is_some();
        let mut counts: Vec<(Normal, Window)> = shape
            .contains
            .iter()
            .filter(|(_, window)| telling(window))
            .map(|(node, window)| (node.clone(), *window))
            .collect();
        if counts.iter().any(|(_, window)| window.max.is_some_and(|max| max < window.min)) {
            return Err(Lack::Impossible);
        }
        let filtered = counts.len() > COUNTS;
        counts.truncate(COUNTS);
        let few = usize::try_from(min).unwrap_or(usize::MAX).saturating_mul(2).clamp(256, STOCK);
        let anything = builder.own(&Value::Bool(true))?;
        Ok(Self {
            counts,
            anything,
            distinct: shape.repetition == Repetition::Distinct,
            few,
            filtered,
            lost: Lack::Impossible,
        })
    }

    fn array(&self, shape: &ArrayShape, min: u64, rest: Slot) -> Array {
        Array {
            min,
            max: shape.length.max.unwrap_or(u64::MAX),
            prefix: Vec::new(),
            rest,
            counts: self.counts.iter().map(|(_, window)| *window).collect(),
            repetition: shape.repetition,
            contested: false,
        }
    }

    /// The kinds of items at a place with that node.
    fn slot(&mut self, builder: &mut Builder, node: &Normal, demand: Option<&[String]>) -> Built<Slot> {
        let demanded = demand.is_some_and(|demand| !demand.is_empty());
        if (self.distinct || !self.counts.is_empty()) && !demanded {
            let few = if self.distinct { self.few } else { 64 };
            if let Some(values) = domain::list(node, builder.options.formats, few) {
                return self.sorted(builder, values);
            }
        }
        let drafts = self.drafts(node);
        let mut cells: Vec<Cell> = Vec::new();
        for draft in drafts {
            match draft.plan(builder, demand.unwrap_or(&[])) {
                Ok(plan) => cells.push(Cell { marks: draft.marks, plan, stock: None, soon: true }),
                Err(lack) => {
                    builder.lose(&lack);
                    self.lost = std::mem::replace(&mut self.lost, Lack::Impossible).or(lack);
                }
            }
        }
        cells.sort_by_key(|cell| rank(&cell.plan));
        Ok(Slot { cells })
    }

    /// Listed values by the marks they bear.
    fn sorted(&self, builder: &Builder, values: Vec<Value>) -> Built<Slot> {
        let oracles = self.counts.iter().map(|(node, _)| builder.oracle(node)).collect::<Built<Vec<_>>>()?;
        let mut sorted: BTreeMap<u32, Vec<Value>> = BTreeMap::new();
        for value in values {
            let marks = oracles
                .iter()
                .enumerate()
                .fold(0, |marks, (index, oracle)| marks | (u32::from(oracle.is_valid(&value)) << index));
            sorted.entry(marks).or_default().push(value);
        }
        let cells = sorted.into_iter().map(|(marks, mut values)| {
            let mut seen = BTreeSet::new();
            values.retain(|value| seen.insert(identity(value)));
            let plan = listed(values.clone())?;
            if let Plan::Listed(sorted) = &plan {
                values.clone_from(sorted);
            }
            let stock = values.into_iter().map(|value| (identity(&value), value)).collect();
            Ok(Cell { marks, plan, stock: Some(stock), soon: true })
        });
        Ok(Slot { cells: cells.collect::<Built<_>>()? })
    }

    /// The node apart by what it adds to each count: those that add to it, and those that do not, or
    /// where there may be any number of them those that need not.
    fn drafts(&self, node: &Normal) -> Vec<Draft> {
        let mut drafts = vec![Draft { node: node.clone(), marks: 0, also: Vec::new(), not: Vec::new() }];
        for (index, (counted, window)) in self.counts.iter().enumerate() {
            drafts = drafts
                .into_iter()
                .flat_map(|draft| {
                    let outside = if window.max.is_some() { draft.outside(counted) } else { draft.clone() };
                    let inside = (window.max != Some(0)).then(|| draft.inside(counted, index));
                    std::iter::once(outside).chain(inside)
                })
                .filter(|draft| draft.node.satisfiable() != Satisfiable::No)
                .collect();
        }
        drafts
    }
}

/// A kind of items not yet planned.
#[derive(Clone)]
struct Draft {
    node: Normal,
    marks: u32,
    /// What the normal form could not combine with the node.
    also: Vec<Normal>,
    not: Vec<Normal>,
}

impl Draft {
    fn inside(&self, counted: &Normal, index: usize) -> Self {
        let mut inside = Self { marks: self.marks | 1 << index, ..self.clone() };
        match self.node.and(counted) {
            Some(both) => inside.node = both,
            None => inside.also.push(counted.clone()),
        }
        inside
    }

    fn outside(&self, counted: &Normal) -> Self {
        let mut outside = self.clone();
        match self.node.less(counted) {
            Some(rest) => outside.node = rest,
            None => outside.not.push(counted.clone()),
        }
        outside
    }

    fn plan(&self, builder: &mut Builder, demand: &[String]) -> Built<Plan> {
        if self.also.is_empty() {
            combine::less(builder, &self.node, &self.not, demand)
        } else {
            let mut all = self.also.clone();
            all.push(self.node.clone());
            let plan = combine::all_of(builder, &all, demand)?;
            self.not
                .iter()
                .try_fold(plan, |plan, other| Ok(Plan::Barred(Box::new(plan), builder.oracle(other)?)))
        }
    }
}
