//! From the normal form to plans.

use super::array::{Array, MOST_ITEMS, ORDINARY_ITEMS};
use super::number::{Integers, Numbers};
use super::plan::{Plan, Program};
use super::refusal::Refusal;
use super::{build_object, build_string, settle};
use crate::schema::canonical::{ArrayShape, Normal, NumberShape, Repetition, Shape};
use crate::schema::{Formats, Oracle};
use serde_json::{Value, json};
use std::sync::Arc;

/// How many references may follow each other on the way to a demanded place.
const HOPS: u32 = 64;
/// How deep values of no particular schema nest.
const LOOSE_DEPTH: u32 = 2;

/// How plans are to be built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) formats: Formats,
    /// Whether free strings hold printable ASCII only.
    pub(crate) ascii: bool,
}

/// The generator of the values of `normal` that have something at the place the tokens of `demand`
/// lead to; every value where there are none.
pub(crate) fn program(normal: &Normal, demand: &[String], options: Options) -> Result<Program, Refusal> {
    let mut builder = Builder { options, known: Vec::new(), bodies: Vec::new(), refusal: None, hops: 0 };
    let root = builder.plan(normal, demand);
    let mut next = 0;
    while let Some((_, target)) = builder.known.get(next) {
        let target = target.clone();
        let body = builder.plan(&target, &[]);
        builder.bodies.push(body);
        next += 1;
    }
    let refusal = builder.refusal;
    root.and_then(|root| settle::settle(root, builder.bodies)).ok_or_else(|| {
        refusal.unwrap_or_else(|| Refusal::Unsatisfiable {
            pointer: String::new(),
            keywords: Vec::new(),
            message: "no finite value satisfies the schema".to_owned(),
        })
    })
}

/// Builds the plans of one program. A part that cannot be planned leaves the first reason why.
pub(crate) struct Builder {
    pub(crate) options: Options,
    known: Vec<(String, Normal)>,
    bodies: Vec<Option<Plan>>,
    refusal: Option<Refusal>,
    hops: u32,
}

impl Builder {
    pub(crate) fn plan(&mut self, normal: &Normal, demand: &[String]) -> Option<Plan> {
        match normal.shape() {
            Shape::Everything if demand.is_empty() => Some(Plan::Anything(LOOSE_DEPTH)),
            Shape::Everything => self.types(&["object"], demand),
            Shape::Types(types) => self.types(&types, demand),
            Shape::Typed(kind, body) => self.typed(normal, kind, &body, demand),
            Shape::Values(values) => Self::values(values, demand),
            Shape::String(shape) if demand.is_empty() => build_string::plan(self, normal, &shape),
            Shape::Integer(shape) if demand.is_empty() => self.integers(normal, &shape),
            Shape::Number(shape) if demand.is_empty() => self.numbers(normal, &shape),
            Shape::Nothing | Shape::String(_) | Shape::Integer(_) | Shape::Number(_) => None,
            Shape::Array(shape) => self.array(normal, &shape, demand),
            Shape::Object(shape) => build_object::plan(self, normal, shape, demand),
            Shape::Reference(name) => self.reference(normal, name, demand),
            Shape::AnyOf(branches) => {
                let plans = branches.iter().filter_map(|branch| self.plan(branch, demand)).collect();
                union(plans)
            }
            Shape::OneOf(branches) => {
                let plans = branches.iter().filter_map(|branch| self.plan(branch, demand)).collect();
                let plan = union(plans)?;
                self.guarded(normal, plan)
            }
            Shape::AllOf(branches) => {
                let plan = branches.iter().find_map(|branch| self.plan(branch, demand))?;
                self.guarded(normal, plan)
            }
            Shape::Not(inner) => {
                let plan = match inner.negated() {
                    Some(negated) if negated != *normal => self.plan(&negated, demand)?,
                    _ if demand.is_empty() => Plan::Anything(LOOSE_DEPTH),
                    _ => return None,
                };
                self.guarded(normal, plan)
            }
            Shape::Opaque { reason, pointer } => {
                self.refuse(Refusal::Unsupported {
                    pointer: pointer.unwrap_or_default(),
                    message: format!("the schema has no normal form to generate from ({reason})"),
                });
                None
            }
        }
    }

    /// The plan, its values filtered by the node that it is for.
    pub(crate) fn guarded(&mut self, normal: &Normal, plan: Plan) -> Option<Plan> {
        match Oracle::new(&normal.to_schema(), self.options.formats) {
            Ok(oracle) => Some(Plan::Guarded(Box::new(plan), Arc::new(oracle))),
            Err(error) => {
                self.refuse(Refusal::Unsupported {
                    pointer: String::new(),
                    message: format!("the normal form does not compile: {}", error.message),
                });
                None
            }
        }
    }

    /// Remembers why a part has no plan; the first reason stands.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    pub(crate) fn give_up(&mut self, what: &str, count: u64) {
        self.refuse(Refusal::GaveUp {
            message: format!("{what} of at least {count} are not made, since they cost too much"),
        });
    }

    /// The normal form of a schema of our own.
    pub(crate) fn own(&self, schema: &Value) -> Option<Normal> {
        Normal::of(schema, self.options.formats).ok()
    }

    fn types(&mut self, types: &[&str], demand: &[String]) -> Option<Plan> {
        let plans = types
            .iter()
            .filter_map(|kind| match *kind {
                "object" | "array" if !demand.is_empty() => {
                    // Spelled with a keyword, so that it is not a bare set of types again.
                    let normal = self.own(&json!({"type": kind, "minItems": 1, "minProperties": 1}))?;
                    self.plan(&normal, demand)
                }
                _ if !demand.is_empty() => None,
                "null" => Some(Plan::Fixed(Value::Null)),
                "boolean" => Some(Plan::Boolean),
                "string" => {
                    let normal = self.own(&json!({"type": "string", "maxLength": 100}))?;
                    self.plan(&normal, demand)
                }
                "integer" => Integers::new(&unbounded()).map(Plan::Integers),
                "number" => Numbers::new(&unbounded()).map(Plan::Numbers),
                "array" => {
                    let normal = self.own(&json!({"type": "array", "maxItems": 3}))?;
                    self.plan(&normal, demand)
                }
                "object" => {
                    let normal = self.own(&json!({"type": "object", "maxProperties": 3}))?;
                    self.plan(&normal, demand)
                }
                _ => None,
            })
            .collect();
        union(plans)
    }

    fn typed(&mut self, normal: &Normal, kind: &str, body: &Normal, demand: &[String]) -> Option<Plan> {
        let narrowed = self.own(&json!({ "type": kind })).and_then(|only| only.and(body));
        match narrowed {
            Some(narrowed) if narrowed != *normal => self.plan(&narrowed, demand),
            _ => {
                let plan = self.plan(body, demand)?;
                self.guarded(normal, plan)
            }
        }
    }

    fn values(values: Vec<Value>, demand: &[String]) -> Option<Plan> {
        let pointer =
            demand.iter().fold(String::new(), |place, token| crate::schema::pointer::join(&place, token));
        union(values.into_iter().filter(|value| value.pointer(&pointer).is_some()).map(Plan::Fixed).collect())
    }

    fn integers(&mut self, normal: &Normal, shape: &NumberShape) -> Option<Plan> {
        match Integers::new(shape) {
            Some(integers) if shape.excludes => self.guarded(normal, Plan::Integers(integers)),
            Some(integers) => Some(Plan::Integers(integers)),
            None => self.bounds(normal, shape),
        }
    }

    fn numbers(&mut self, normal: &Normal, shape: &NumberShape) -> Option<Plan> {
        match Numbers::new(shape) {
            Some(numbers) => self.guarded(normal, Plan::Numbers(numbers)),
            None => self.bounds(normal, shape),
        }
    }

    /// Where the range is beyond what integers hold, the bounds themselves are all that is tried.
    fn bounds(&mut self, normal: &Normal, shape: &NumberShape) -> Option<Plan> {
        let bounds = [&shape.minimum, &shape.maximum].into_iter().flatten();
        let plan = union(bounds.map(|bound| Plan::Fixed(Value::Number(bound.clone()))).collect())?;
        self.guarded(normal, plan)
    }

    fn array(&mut self, normal: &Normal, shape: &ArrayShape, demand: &[String]) -> Option<Plan> {
        let (index, rest) = match demand.split_first() {
            None => (None, demand),
            Some((token, rest)) => (Some(token.parse::<usize>().ok()?), rest),
        };
        let must = index.map_or(0, |index| index as u64 + 1);
        let min = shape.length.min.max(must);
        let wanted: u64 = shape.contains.iter().fold(0, |sum, (_, window)| sum.saturating_add(window.min));
        let min = min.max(wanted);
        if min > MOST_ITEMS {
            self.give_up("arrays", min);
            return None;
        }
        let ordinary = min + ORDINARY_ITEMS;
        let max = shape.length.max.map_or(ordinary, |max| max.min(ordinary.max(max.min(100))));
        if max < min {
            return None;
        }
        let mut prefix = Vec::new();
        let places = shape.prefix.len().max(usize::try_from(must).unwrap_or(0));
        let anything = Normal::of(&Value::Bool(true), self.options.formats).ok()?;
        for place in 0..places {
            let node = shape.prefix.get(place).or(shape.items.as_ref()).unwrap_or(&anything);
            prefix.push(self.plan(node, if index == Some(place) { rest } else { &[] }));
        }
        let blocked = prefix.iter().position(Option::is_none);
        let items =
            if blocked.is_some() { None } else { self.plan(shape.items.as_ref().unwrap_or(&anything), &[]) };
        let prefix: Vec<Plan> = prefix.into_iter().map_while(|plan| plan).collect();
        let max = if items.is_none() { max.min(prefix.len() as u64) } else { max };
        let mut contains = Vec::new();
        for (node, window) in &shape.contains {
            let both = shape.items.as_ref().and_then(|items| items.and(node)).unwrap_or_else(|| node.clone());
            if window.min > 0 {
                contains.push((self.plan(&both, &[])?, window.min));
            }
        }
        let risky = !shape.contains.is_empty() || shape.repetition == Repetition::Repeated;
        let array = Array { min, max, prefix, items, contains, repetition: shape.repetition };
        let plan = (min <= max).then(|| Plan::Array(Box::new(array)))?;
        if risky { self.guarded(normal, plan) } else { Some(plan) }
    }

    fn reference(&mut self, normal: &Normal, name: String, demand: &[String]) -> Option<Plan> {
        let target = normal.definition(&name)?;
        if !demand.is_empty() {
            if self.hops > HOPS {
                return None;
            }
            self.hops += 1;
            let plan = self.plan(&target, demand);
            self.hops -= 1;
            return plan;
        }
        let known = self.known.iter().position(|(other, node)| *other == name && *node == target);
        Some(Plan::Reference(known.unwrap_or_else(|| {
            self.known.push((name, target));
            self.known.len() - 1
        })))
    }
}

fn unbounded() -> NumberShape {
    NumberShape {
        minimum: None,
        exclusive_minimum: false,
        maximum: None,
        exclusive_maximum: false,
        multiple_of: Vec::new(),
        excludes: false,
    }
}

/// The union of plans, simplest first.
pub(crate) fn union(mut plans: Vec<Plan>) -> Option<Plan> {
    plans.sort_by_key(rank);
    match plans.len() {
        0 => None,
        1 => plans.pop(),
        _ => Some(Plan::Pick(plans, 0)),
    }
}

fn rank(plan: &Plan) -> u8 {
    match plan {
        Plan::Fixed(Value::Null) => 0,
        Plan::Boolean | Plan::Fixed(_) => 1,
        Plan::Integers(_) => 2,
        Plan::Numbers(_) => 3,
        Plan::Text(_) | Plan::Regex(..) => 4,
        Plan::Guarded(inner, _) => rank(inner),
        Plan::Anything(_) | Plan::Pick(..) => 5,
        Plan::Array(_) => 6,
        Plan::Object(_) => 7,
        Plan::Reference(_) => 8,
    }
}
