//! Every value that a schema admits, where those are few: what is exact about small domains rests on it.

use super::array::identity;
use super::lack::Lack;
use super::number::{Integers, Numbers};
use super::rules::Rules;
use super::terms::{self, Side};
use crate::schema::canonical::{ArrayShape, Normal, NumberShape, ObjectShape, Repetition, Shape};
use crate::schema::{Formats, Oracle};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// How many names of members are listed.
const MOST_NAMES: usize = 10_000;
/// How deep schemas are followed, and how many are looked at for one list.
const DEEPEST: u32 = 12;
const MOST_NODES: u32 = 2_000;
/// How long the arrays of a list are at most.
const LONGEST: u64 = 64;

/// Every value, each once, where there are at most so many; nothing where there are more or it is
/// not found out.
pub(crate) fn list(normal: &Normal, formats: Formats, most: usize) -> Option<Vec<Value>> {
    Lister { formats, most, names: false, nodes: 0 }.list(normal, 0)
}

/// Every name of a member that the schema admits, likewise: what it says of other values is not looked into, since
/// those may be the very objects whose names are asked for.
pub(crate) fn names(normal: &Normal, formats: Formats) -> Option<Vec<String>> {
    let values = Lister { formats, most: MOST_NAMES, names: true, nodes: 0 }.list(normal, 0)?;
    Some(values.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

struct Lister {
    formats: Formats,
    most: usize,
    /// Whether only strings are asked for.
    names: bool,
    nodes: u32,
}

impl Lister {
    fn list(&mut self, normal: &Normal, depth: u32) -> Option<Vec<Value>> {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            return None;
        }
        let values = match normal.shape() {
            Shape::Nothing => Some(Vec::new()),
            Shape::Integer(_) | Shape::Number(_) | Shape::Array(_) | Shape::Object(_) if self.names => {
                Some(Vec::new())
            }
            Shape::Types(types) => types.iter().try_fold(Vec::new(), |mut all, kind| {
                match *kind {
                    other if self.names && other != "string" => {}
                    "null" => all.push(Value::Null),
                    "boolean" => all.extend([Value::Bool(false), Value::Bool(true)]),
                    _ => return None,
                }
                Some(all)
            }),
            Shape::Values(values) => Some(values),
            Shape::String(shape) if shape.length.max == Some(0) => {
                self.passing(vec![Value::from("")], normal)
            }
            Shape::String(shape) if !terms::is_free(&shape) => {
                let members = terms::language(&shape, Side::Outer)?.members(self.most)?;
                self.passing(members.into_iter().map(Value::from).collect(), normal)
            }
            Shape::Integer(shape) => self.integers(&shape),
            Shape::Number(shape) => self.numbers(&shape),
            Shape::Array(shape) => self.arrays(normal, &shape, depth),
            Shape::Object(shape) => self.objects(normal, shape, depth),
            Shape::Reference(name) => self.list(&normal.definition(&name)?, depth + 1),
            Shape::Typed(_, body) => {
                let values = self.list(&body, depth + 1)?;
                self.passing(values, normal)
            }
            Shape::AnyOf(branches) => self.union(&branches, depth),
            Shape::OneOf(branches) => {
                let values = self.union(&branches, depth)?;
                self.passing(values, normal)
            }
            Shape::AllOf(branches) => {
                let values = branches.iter().find_map(|branch| self.list(branch, depth + 1))?;
                self.passing(values, normal)
            }
            Shape::Everything | Shape::String(_) | Shape::Not(_) | Shape::Opaque { .. } => None,
        };
        values.filter(|values| values.len() <= self.most)
    }

    fn union(&mut self, branches: &[Normal], depth: u32) -> Option<Vec<Value>> {
        let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
        for branch in branches {
            all.extend(
                self.list(branch, depth + 1)?.into_iter().filter(|value| seen.insert(identity(value))),
            );
        }
        Some(all)
    }

    fn passing(&self, mut values: Vec<Value>, normal: &Normal) -> Option<Vec<Value>> {
        let oracle = Oracle::new(&normal.to_schema(), self.formats).ok()?;
        values.retain(|value| oracle.is_valid(value));
        Some(values)
    }

    fn integers(&self, shape: &NumberShape) -> Option<Vec<Value>> {
        (shape.minimum.is_some() && shape.maximum.is_some()).then_some(())?;
        let integers = match Integers::new(shape) {
            Ok(integers) => integers,
            Err(Lack::Impossible) => return Some(Vec::new()),
            Err(_) => return None,
        };
        let few = integers.grid().size() <= self.most as u64;
        few.then(|| integers.grid().values().into_iter().map(Value::Number).collect())
    }

    fn numbers(&self, shape: &NumberShape) -> Option<Vec<Value>> {
        (shape.minimum.is_some() && shape.maximum.is_some()).then_some(())?;
        match Numbers::new(shape) {
            Ok(numbers) => numbers.list(self.most),
            Err(Lack::Impossible) => Some(Vec::new()),
            Err(_) => None,
        }
    }

    fn arrays(&mut self, normal: &Normal, shape: &ArrayShape, depth: u32) -> Option<Vec<Value>> {
        let mut made = vec![Vec::new()];
        let mut all: Vec<Value> = Vec::new();
        let mut length = 0;
        loop {
            if length >= shape.length.min {
                all.extend(made.iter().cloned().map(Value::Array));
            }
            if length > LONGEST {
                return None;
            }
            if made.is_empty() || shape.length.max.is_some_and(|max| length >= max) {
                break;
            }
            let place = usize::try_from(length).ok()?;
            let node = shape.prefix.get(place).or(shape.items.as_ref())?;
            let values = self.list(node, depth + 1)?;
            if made.len().checked_mul(values.len())?.checked_add(all.len())? > 4 * self.most {
                return None;
            }
            made = made
                .iter()
                .flat_map(|items: &Vec<Value>| {
                    values.iter().map(|value| {
                        let mut items = items.clone();
                        items.push(value.clone());
                        items
                    })
                })
                .filter(|items| shape.repetition != Repetition::Distinct || distinct(items))
                .collect();
            length += 1;
        }
        self.passing(all, normal)
    }

    fn objects(&mut self, normal: &Normal, shape: ObjectShape, depth: u32) -> Option<Vec<Value>> {
        if shape.size.max == Some(0) && shape.required.is_empty() {
            return self.passing(vec![Value::Object(Map::new())], normal);
        }
        let rules = Rules::new(shape, self.formats)?;
        let closed = rules.closed()?.to_vec();
        let mut all = vec![Map::new()];
        for name in closed {
            let mut parts = rules.at(&name).into_iter();
            let first = parts.next()?;
            let value = parts.try_fold(first, |both, part| both.and(&part))?;
            let values = self.list(&value, depth + 1)?;
            let absent = !rules.shape.required.contains(&name);
            if all.len().checked_mul(values.len() + usize::from(absent))? > 4 * self.most {
                return None;
            }
            all = all
                .iter()
                .flat_map(|members| {
                    let with = values.iter().map(|value| {
                        let mut members = members.clone();
                        members.insert(name.clone(), value.clone());
                        members
                    });
                    absent.then(|| members.clone()).into_iter().chain(with)
                })
                .collect();
        }
        self.passing(all.into_iter().map(Value::Object).collect(), normal)
    }
}

fn distinct(items: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    items.iter().all(|item| seen.insert(identity(item)))
}
