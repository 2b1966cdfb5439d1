//! Arrays: places with kinds of items, counts of some kinds, repeated or distinct items.

use super::matching;
use super::plan::{Plan, Program, attempt};
use super::source::{Rng, Source};
use super::tally::{Kind, Room, possible, spend};
use super::way::Step;
use crate::schema::canonical::{Repetition, Window};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many items more than it must an array without a maximum has at most.
pub(crate) const ORDINARY_ITEMS: u64 = 5;
/// How many items more than it must an array mostly has at most.
const FEW: u64 = 2;

/// Arrays of a length within a window.
#[derive(Debug)]
pub(crate) struct Array {
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) prefix: Vec<Slot>,
    /// What follows the prefix.
    pub(crate) rest: Slot,
    /// How many items have to bear each mark.
    pub(crate) counts: Vec<Window>,
    pub(crate) repetition: Repetition,
    /// Whether places compete for the same few distinct values.
    pub(crate) contested: bool,
}

/// The kinds of items that may stand at a place; where there are none the array ends before it.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    pub(crate) cells: Vec<Cell>,
}

/// Items that bear the same marks.
#[derive(Debug)]
pub(crate) struct Cell {
    /// One bit for each of the counts that such an item adds to.
    pub(crate) marks: u32,
    pub(crate) plan: Plan,
    /// All of them, where they are few, each with its identity.
    pub(crate) stock: Option<Vec<(String, Value)>>,
    /// Whether arrays that end soonest are made with it.
    pub(crate) soon: bool,
}

impl Array {
    pub(crate) fn make(&self, program: &Program, source: &mut Source<'_>) -> Option<Vec<Value>> {
        let way = source.way();
        let reached = match way.step() {
            Some(Step::Item(index)) => Some(index),
            _ => None,
        };
        let way = way.rest();
        let tired = source.tired();
        let min = reached.map_or(self.min, |index| self.min.max(index as u64 + 1));
        let spare = if tired { 0 } else { self.max.saturating_sub(min) };
        let (list, length) = source.open_list(min, spare, |rng| count(rng, spare));
        if self.is_free() {
            let mut items = Vec::with_capacity(usize::try_from(length).ok()?);
            for index in 0..usize::try_from(length).ok()? {
                let start = source.position();
                let cell = self.slot(index).cells.first()?;
                if reached == Some(index) {
                    source.go(way.clone());
                }
                items.push(cell.plan.make(program, source)?);
                source.close_item(list, start);
            }
            return Some(items);
        }
        let usable = |cell: &Cell| !tired || cell.soon;
        let rooms = self.rooms();
        let none = BTreeSet::new();
        let fits = |length: &u64| {
            self.possible(0, *length, &rooms, usable) == Some(true)
                && self.assignable(0, *length, &none, usable)
        };
        // Nearly always the length itself: between two possible ones few are not.
        let length = (min..=length).rev().find(fits).or_else(|| (length..=self.max).find(fits))?;
        let mut making =
            Making { array: self, rooms: rooms.clone(), items: Vec::new(), taken: BTreeSet::new() };
        for index in 0..usize::try_from(length).ok()? {
            let start = source.position();
            if reached == Some(index) {
                source.go(way.clone());
            }
            making.push(index, length, usable, program, source)?;
            source.close_item(list, start);
        }
        Some(making.items)
    }

    /// Whether no item depends on another one.
    fn is_free(&self) -> bool {
        self.counts.is_empty() && self.repetition == Repetition::Free
    }

    pub(crate) fn slot(&self, index: usize) -> &Slot {
        self.prefix.get(index).unwrap_or(&self.rest)
    }

    pub(crate) fn rooms(&self) -> Vec<Room> {
        let room = |window: &Window| Room { need: window.min, left: window.max.unwrap_or(u64::MAX) };
        self.counts.iter().map(room).collect()
    }

    /// Whether the places from `from` up to the length can be filled with usable cells.
    pub(crate) fn possible(
        &self,
        from: usize,
        length: u64,
        rooms: &[Room],
        usable: impl Fn(&Cell) -> bool,
    ) -> Option<bool> {
        let places = usize::try_from(length).ok()?.min(self.prefix.len());
        let kinds = |slot: &Slot| -> Vec<Kind> {
            slot.cells.iter().filter(|cell| usable(cell)).map(|cell| self.kind(cell)).collect()
        };
        if rooms.is_empty() && from >= places {
            // Without counts any kind will do at any place.
            let rest = length.saturating_sub(from as u64);
            let stock = kinds(&self.rest).iter().fold(0_u64, |sum, kind| sum.saturating_add(kind.stock));
            return Some(stock >= rest);
        }
        let single: Vec<Vec<Kind>> = self.prefix.get(from..places).unwrap_or(&[]).iter().map(kinds).collect();
        let rest = length.saturating_sub(places.max(from) as u64);
        possible(&single, &kinds(&self.rest), rest, rooms)
    }

    /// Whether the places from `from` up to the length that have few values can each have one of their own
    /// that is not taken.
    pub(crate) fn assignable(
        &self,
        from: usize,
        length: u64,
        taken: &BTreeSet<String>,
        usable: impl Fn(&Cell) -> bool,
    ) -> bool {
        if !self.contested {
            return true;
        }
        let mut numbers = BTreeMap::new();
        let mut places = Vec::new();
        for index in from..usize::try_from(length).unwrap_or(usize::MAX) {
            let cells = self.slot(index).cells.iter().filter(|cell| usable(cell));
            let Some(stocks) = cells.map(|cell| cell.stock.as_ref()).collect::<Option<Vec<_>>>() else {
                continue;
            };
            let free = stocks.into_iter().flatten().filter(|(name, _)| !taken.contains(name));
            let place = free.map(|(name, _)| {
                let next = numbers.len();
                *numbers.entry(name.as_str()).or_insert(next)
            });
            places.push(place.collect());
        }
        matching::assignable(&places)
    }

    fn kind(&self, cell: &Cell) -> Kind {
        let stock = cell.stock.as_ref().filter(|_| self.repetition == Repetition::Distinct);
        Kind { marks: cell.marks, stock: stock.map_or(u64::MAX, |stock| stock.len() as u64) }
    }
}

/// A number of items from `0` to `spare`: mostly few, since items hold items, and both ends now and then.
fn count(rng: &mut Rng, spare: u64) -> u64 {
    match rng.below(32) {
        0 => spare,
        1 => spare.saturating_sub(1),
        _ => rng.up_to(spare.min(FEW)),
    }
}

/// An array in the making.
struct Making<'a> {
    array: &'a Array,
    rooms: Vec<Room>,
    items: Vec<Value>,
    /// What distinct items must differ from.
    taken: BTreeSet<String>,
}

impl Making<'_> {
    fn push(
        &mut self,
        index: usize,
        length: u64,
        usable: impl Fn(&Cell) -> bool + Copy,
        program: &Program,
        source: &mut Source<'_>,
    ) -> Option<()> {
        let array = self.array;
        if array.repetition == Repetition::Repeated && index as u64 + 1 == length && index > 0 {
            let item = self.items.last().cloned()?;
            self.items.push(item);
            return Some(());
        }
        let slot = array.slot(index);
        let cells: Vec<(&Cell, Vec<Room>)> = slot
            .cells
            .iter()
            .filter(|cell| usable(cell))
            .filter_map(|cell| Some((cell, spend(&self.rooms, cell.marks)?)))
            .filter(|(_, rooms)| {
                slot.cells.len() == 1 || array.possible(index + 1, length, rooms, usable) == Some(true)
            })
            .collect();
        let (cell, rooms) = cells.get(source.pick(cells.len()))?;
        self.rooms.clone_from(rooms);
        let item = match (array.repetition, &cell.stock) {
            (Repetition::Distinct, Some(stock)) => self.next(stock, index, length, usable, source)?,
            (Repetition::Distinct, None) => attempt(source, |source| {
                let item = cell.plan.make(program, source)?;
                (!self.taken.contains(&identity(&item))).then_some(item)
            })?,
            _ => cell.plan.make(program, source)?,
        };
        if array.repetition == Repetition::Distinct {
            self.taken.insert(identity(&item));
        }
        self.items.push(item);
        Some(())
    }

    /// One of the values that is not taken, and that the places to come can do without: the chosen one or
    /// the first behind it.
    fn next(
        &self,
        stock: &[(String, Value)],
        index: usize,
        length: u64,
        usable: impl Fn(&Cell) -> bool + Copy,
        source: &mut Source<'_>,
    ) -> Option<Value> {
        let (before, from) = stock.split_at_checked(source.pick(stock.len()))?;
        let spared = |name: &String| {
            if !self.array.contested {
                return true;
            }
            let mut taken = self.taken.clone();
            taken.insert(name.clone());
            self.array.assignable(index + 1, length, &taken, usable)
        };
        let mut free = from.iter().chain(before).filter(|(name, _)| !self.taken.contains(name));
        free.find(|(name, _)| spared(name)).map(|(_, value)| value.clone())
    }
}

/// A text that two values share exactly when JSON Schema has them equal: numbers by value, so that `1` and `1.0`
/// are the same.
pub(crate) fn identity(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(0.0) => "0".to_owned(),
            Some(double) if double.fract() == 0.0 && double.abs() < 1.9e19 => format!("{double:.0}"),
            _ => number.to_string(),
        },
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(identity).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                format!("{}:{}", Value::from(name.as_str()), identity(value))
            };
            let mut members: Vec<String> = members.iter().map(member).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}
