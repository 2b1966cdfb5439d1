//! From the normal form to plans.

use super::lack::{Built, Lack, any};
use super::number::{Integers, Numbers};
use super::plan::{Plan, Program};
use super::refusal::Refusal;
use super::{build_array, build_object, build_string, combine, settle, stack};
use crate::schema::canonical::{Normal, NumberShape, Shape, StringShape};
use crate::schema::{Formats, Oracle};
use serde_json::{Value, json};
use std::sync::Arc;

/// How many references may follow each other on the way to a demanded place.
const HOPS: u32 = 64;
/// How many definitions a program has at most: what is combined may unfold into ever more of them.
const MOST_DEFINITIONS: usize = 3_000;
/// How deep plans nest before they are given a stack of their own.
const DEEP: u32 = 24;
/// How deep they nest at most. A document has far fewer levels, but what is combined may unfold into ever more.
const DEEPEST: u32 = 1_000;
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
///
/// Where it is certain that there is no such value, that is what the refusal says.
pub(crate) fn program(normal: &Normal, demand: &[String], options: Options) -> Result<Program, Refusal> {
    program_of_any(std::slice::from_ref(normal), demand, options)
}

/// The same for the values of any of several normal forms.
pub(crate) fn program_of_any(
    normals: &[Normal],
    demand: &[String],
    options: Options,
) -> Result<Program, Refusal> {
    let mut builder =
        Builder { options, known: Vec::new(), refusal: None, lost: None, hops: 0, depth: 0, deepest: 0 };
    let plans = normals.iter().map(|normal| builder.plan(normal, demand)).collect();
    let root = builder.union(plans);
    let mut bodies = Vec::new();
    while let Some((_, target)) = builder.known.get(bodies.len()) {
        let target = target.clone();
        bodies.push(builder.body(&target, &[]));
    }
    let (lost, deep) = (builder.lost, builder.deepest >= DEEP);
    let settled = root.and_then(|root| {
        let settle = || settle::settle(root, bodies, lost);
        if deep { with_room(settle) } else { settle() }
    });
    settled.map_err(refused)
}

fn refused(lack: Lack) -> Refusal {
    match lack {
        Lack::Unmade(refusal) => refusal,
        Lack::Impossible => Refusal::Unsatisfiable {
            pointer: String::new(),
            keywords: Vec::new(),
            message: "no finite value satisfies the schema".to_owned(),
        },
    }
}

/// The same for some values.
pub(crate) fn program_of_values(values: Vec<Value>, demand: &[String]) -> Result<Program, Refusal> {
    Builder::values(values, demand).map(|plan| Program::new(plan, Vec::new())).map_err(refused)
}

/// What `build` builds, on a stack that is large enough.
fn with_room<T: Send>(build: impl FnOnce() -> Built<T> + Send) -> Built<T> {
    let done = stack::with_room(build);
    done.unwrap_or_else(|| Err(Lack::gave_up("the schema nests too deep for the memory there is".to_owned())))
}

/// Builds the plans of one program.
pub(crate) struct Builder {
    pub(crate) options: Options,
    known: Vec<(String, Normal)>,
    /// Why strings could not be planned.
    refusal: Option<Refusal>,
    /// Why some part that others can stand in for has no plan, where that is not certain to be empty.
    lost: Option<Refusal>,
    hops: u32,
    /// How deep the plan that is built now nests in others.
    depth: u32,
    /// How deep any has nested.
    deepest: u32,
}

impl Builder {
    pub(crate) fn plan(&mut self, normal: &Normal, demand: &[String]) -> Built<Plan> {
        // Once is enough: each of many branches might nest as deep.
        if self.deepest == DEEPEST {
            return Err(Lack::gave_up(format!("the schema unfolds into more than {DEEPEST} levels")));
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let plan = if self.depth == DEEP {
            with_room(|| self.shaped(normal, demand))
        } else {
            self.shaped(normal, demand)
        };
        self.depth -= 1;
        plan
    }

    fn shaped(&mut self, normal: &Normal, demand: &[String]) -> Built<Plan> {
        match normal.shape() {
            Shape::Everything if demand.is_empty() => Ok(Plan::Anything(LOOSE_DEPTH)),
            Shape::Everything => self.types(&["object", "array"], demand),
            Shape::Types(types) => self.types(&types, demand),
            Shape::Typed(kind, body) => self.typed(normal, kind, &body, demand),
            Shape::Values(values) => Self::values(values, demand),
            Shape::String(shape) if demand.is_empty() => self.string(normal, &shape),
            Shape::Integer(shape) if demand.is_empty() => self.integers(normal, &shape),
            Shape::Number(shape) if demand.is_empty() => self.numbers(normal, &shape),
            Shape::Nothing | Shape::String(_) | Shape::Integer(_) | Shape::Number(_) => Err(Lack::Impossible),
            Shape::Array(shape) => build_array::plan(self, normal, &shape, demand),
            // What breaks a rule may have to break the same one within itself.
            Shape::Object(shape) if demand.is_empty() && !shape.violations.is_empty() => {
                self.defined(String::new(), normal.clone())
            }
            Shape::Object(shape) => build_object::plan(self, normal, shape, demand),
            Shape::Reference(name) => self.reference(normal, name, demand),
            Shape::AnyOf(branches) => {
                let plans: Vec<Built<Plan>> =
                    branches.iter().map(|branch| self.plan(branch, demand)).collect();
                self.union(plans)
            }
            // What is combined may come back within its own parts, as references do.
            Shape::OneOf(_) | Shape::AllOf(_) | Shape::Not(_) if demand.is_empty() => {
                self.defined(String::new(), normal.clone())
            }
            Shape::OneOf(_) | Shape::AllOf(_) | Shape::Not(_) => {
                self.nested(|builder| builder.body(normal, demand))
            }
            Shape::Opaque { reason, pointer } => Err(Lack::Unmade(Refusal::Unsupported {
                pointer: pointer.unwrap_or_default(),
                message: format!("the schema has no normal form to generate from ({reason})"),
            })),
        }
    }

    /// The plan of a definition: what is combined, or breaks a rule, is taken apart here only.
    fn body(&mut self, normal: &Normal, demand: &[String]) -> Built<Plan> {
        match normal.shape() {
            Shape::OneOf(branches) => combine::one_of(self, &branches, demand),
            Shape::AllOf(branches) => combine::all_of(self, &branches, demand),
            Shape::Not(inner) => combine::not(self, normal, &inner, demand),
            Shape::Object(shape) if !shape.violations.is_empty() => {
                build_object::plan(self, normal, shape, demand)
            }
            _ => self.plan(normal, demand),
        }
    }

    /// Any of the plans, simplest first.
    pub(crate) fn union(&mut self, plans: Vec<Built<Plan>>) -> Built<Plan> {
        for lack in plans.iter().filter_map(|plan| plan.as_ref().err()) {
            self.lose(lack);
        }
        any(plans).and_then(|plans| union(plans).ok_or(Lack::Impossible))
    }

    /// Remembers that a part is left out which may hold values.
    pub(crate) fn lose(&mut self, lack: &Lack) {
        if let Lack::Unmade(refusal) = lack {
            self.lost.get_or_insert_with(|| refusal.clone());
        }
    }

    /// The plan, its values filtered by the node that it is for.
    pub(crate) fn guard(&self, normal: &Normal, plan: Plan) -> Built<Plan> {
        self.oracle(normal).map(|oracle| Plan::Guarded(Box::new(plan), oracle))
    }

    /// What passes the values of a node.
    pub(crate) fn oracle(&self, normal: &Normal) -> Built<Arc<Oracle>> {
        Oracle::new(&normal.to_schema(), self.options.formats).map(Arc::new).map_err(|error| {
            Lack::unsupported(format!("the normal form does not compile: {}", error.message))
        })
    }

    /// The plan of strings, its values filtered by the node that it is for.
    pub(crate) fn guarded(&mut self, normal: &Normal, plan: Plan) -> Option<Plan> {
        match self.guard(normal, plan) {
            Ok(plan) => Some(plan),
            Err(Lack::Unmade(refusal)) => {
                self.refuse(refusal);
                None
            }
            Err(Lack::Impossible) => None,
        }
    }

    /// Remembers why strings have no plan; the first reason stands.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    pub(crate) fn give_up(&mut self, what: &str, count: u64) {
        if let Lack::Unmade(refusal) = Lack::costly(what, count) {
            self.refuse(refusal);
        }
    }

    /// The normal form of a schema of our own.
    pub(crate) fn own(&self, schema: &Value) -> Built<Normal> {
        Normal::of(schema, self.options.formats).map_err(Lack::unsupported)
    }

    fn types(&mut self, types: &[&str], demand: &[String]) -> Built<Plan> {
        let plans = types.iter().map(|kind| self.of_type(kind, demand)).collect();
        self.union(plans)
    }

    fn of_type(&mut self, kind: &str, demand: &[String]) -> Built<Plan> {
        // Spelled with a keyword, so that it is not a bare set of types again.
        let spelled = match kind {
            "object" | "array" if !demand.is_empty() => {
                json!({"type": kind, "minItems": 1, "minProperties": 1})
            }
            _ if !demand.is_empty() => return Err(Lack::Impossible),
            "null" => return Ok(Plan::Fixed(Value::Null)),
            "boolean" => return Ok(Plan::Boolean),
            "integer" => return Integers::new(&unbounded()).map(Plan::Integers),
            "number" => return Numbers::new(&unbounded()).map(Plan::Numbers),
            "string" => json!({"type": "string", "maxLength": 100}),
            "array" => json!({"type": "array", "maxItems": 3}),
            _ => json!({"type": "object", "maxProperties": 3}),
        };
        let normal = self.own(&spelled)?;
        self.plan(&normal, demand)
    }

    fn typed(&mut self, normal: &Normal, kind: &str, body: &Normal, demand: &[String]) -> Built<Plan> {
        match self.own(&json!({ "type": kind }))?.and(body) {
            Some(narrowed) if narrowed != *normal => self.plan(&narrowed, demand),
            _ => {
                let plan = self.plan(body, demand)?;
                self.guard(normal, plan)
            }
        }
    }

    fn values(mut values: Vec<Value>, demand: &[String]) -> Built<Plan> {
        let pointer =
            demand.iter().fold(String::new(), |place, token| crate::schema::pointer::join(&place, token));
        values.retain(|value| value.pointer(&pointer).is_some());
        listed(values)
    }

    fn string(&mut self, normal: &Normal, shape: &StringShape) -> Built<Plan> {
        let before = self.refusal.take();
        let plan = build_string::plan(self, normal, shape);
        let reason = std::mem::replace(&mut self.refusal, before);
        plan.ok_or(match reason {
            None | Some(Refusal::Unsatisfiable { .. }) => Lack::Impossible,
            Some(refusal) => Lack::Unmade(refusal),
        })
    }

    fn integers(&mut self, normal: &Normal, shape: &NumberShape) -> Built<Plan> {
        match Integers::new(shape) {
            Err(Lack::Unmade(refusal)) => self.bounds(normal, shape, refusal),
            other => other.map(Plan::Integers),
        }
    }

    fn numbers(&mut self, normal: &Normal, shape: &NumberShape) -> Built<Plan> {
        match Numbers::new(shape) {
            Err(Lack::Unmade(refusal)) => self.bounds(normal, shape, refusal),
            other => other.map(Plan::Numbers),
        }
    }

    /// Where exact arithmetic does not reach, zero, the bounds and the steps are all that is tried.
    fn bounds(&mut self, normal: &Normal, shape: &NumberShape, refusal: Refusal) -> Built<Plan> {
        let mut tried = vec![Value::from(0)];
        let numbers = [&shape.minimum, &shape.maximum].into_iter().flatten().chain(&shape.multiple_of);
        tried.extend(numbers.cloned().map(Value::Number));
        let oracle = self.oracle(normal)?;
        tried.retain(|value| oracle.is_valid(value));
        listed(tried).map_err(|_| Lack::Unmade(refusal))
    }

    fn reference(&mut self, normal: &Normal, name: String, demand: &[String]) -> Built<Plan> {
        let unresolved = || Lack::gave_up("a reference leads nowhere but to itself".to_owned());
        let mut name = name;
        let mut target = normal.definition(&name).ok_or_else(unresolved)?;
        // What only refers further is no definition of its own.
        let mut passed = vec![name.clone()];
        while let Shape::Reference(further) = target.shape() {
            if passed.contains(&further) {
                return Err(unresolved());
            }
            target = target.definition(&further).ok_or_else(unresolved)?;
            passed.push(further.clone());
            name = further;
        }
        if !demand.is_empty() {
            return self.nested(|builder| builder.body(&target, demand));
        }
        self.defined(name, target)
    }

    /// What leads to a demanded place, as long as that is not behind too much.
    fn nested(&mut self, build: impl FnOnce(&mut Self) -> Built<Plan>) -> Built<Plan> {
        if self.hops > HOPS {
            return Err(Lack::gave_up("the place is behind too many references".to_owned()));
        }
        self.hops += 1;
        let plan = build(self);
        self.hops -= 1;
        plan
    }

    /// The definition of the program with that name and target, planned later.
    fn defined(&mut self, name: String, target: Normal) -> Built<Plan> {
        let known = self.known.iter().position(|(other, node)| *other == name && *node == target);
        if let Some(known) = known {
            return Ok(Plan::Reference(known));
        }
        if self.known.len() >= MOST_DEFINITIONS {
            return Err(Lack::gave_up("the schema unfolds into too many parts".to_owned()));
        }
        self.known.push((name, target));
        Ok(Plan::Reference(self.known.len() - 1))
    }
}

fn unbounded() -> NumberShape {
    NumberShape {
        minimum: None,
        exclusive_minimum: false,
        maximum: None,
        exclusive_maximum: false,
        multiple_of: Vec::new(),
        not_multiple_of: Vec::new(),
    }
}

/// One of the values, simplest first.
pub(crate) fn listed(mut values: Vec<Value>) -> Built<Plan> {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    };
    values.sort_by_cached_key(|value| (rank(value), value.to_string().len()));
    match values.len() {
        0 => Err(Lack::Impossible),
        1 => values.pop().map(Plan::Fixed).ok_or(Lack::Impossible),
        _ => Ok(Plan::Listed(values)),
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

/// How much there is to a plan, roughly.
pub(crate) fn rank(plan: &Plan) -> u8 {
    match plan {
        Plan::Fixed(Value::Null) => 0,
        Plan::Boolean | Plan::Fixed(_) | Plan::Listed(_) => 1,
        Plan::Integers(_) => 2,
        Plan::Numbers(_) => 3,
        Plan::Text(_) | Plan::Regex(..) | Plan::Spelled(_) => 4,
        Plan::Guarded(inner, _) | Plan::Barred(inner, _) => rank(inner),
        Plan::Anything(_) | Plan::Pick(..) => 5,
        Plan::Array(_) => 6,
        Plan::Object(_) => 7,
        Plan::Reference(_) => 8,
    }
}
