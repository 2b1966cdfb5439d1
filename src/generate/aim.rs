//! The goals at one place, and how each is met.

use super::goal::Goal;
use super::place::Place;
use super::sample::Filled;
use super::target::{self, Without};
use super::{aim_number, aim_string, aim_structure};
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Map, Value, json};
use std::cell::OnceCell;

/// How to make the edit that meets a goal.
#[derive(Clone, Debug)]
pub(crate) enum Aim {
    /// Put a value there that satisfies the rules at the place less some, and the side.
    Value(Target),
    Fixed(Value),
    Filled(Filled),
    Remove,
    /// Add a member that nobody named, with a value for the schema.
    Insert {
        taken: Vec<String>,
        patterns: Vec<String>,
    },
}

/// What is composed for [`Aim::Value`] once the goal is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) place: Place,
    pub(crate) kind: Option<&'static str>,
    /// The schema object and keyword that are to fail; nothing for a valid value.
    pub(crate) without: Option<(String, String)>,
    pub(crate) side: Value,
    /// A further schema that it must not satisfy.
    pub(crate) not: Option<Value>,
}

/// A goal, how to meet it, and where a base document must reach for it.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) goal: Goal,
    pub(crate) aim: Aim,
}

/// The JSON types by their keyword names, in the order goals list them.
pub(crate) const TYPES: &[&str] = &["string", "integer", "number", "boolean", "object", "array", "null"];

/// One place while its goals are listed.
pub(crate) struct Aims<'a> {
    pub(crate) document: &'a Value,
    pub(crate) formats: Formats,
    pub(crate) place: &'a Place,
    planned: Vec<Planned>,
    /// Compiled on first use; nothing in it where the rules do not compile by themselves.
    oracle: OnceCell<Option<Oracle>>,
}

/// Every goal at the place, by schema object and keyword, then those of the place as a whole.
pub(crate) fn aims(document: &Value, formats: Formats, place: &Place) -> Vec<Planned> {
    let mut aims = Aims { document, formats, place, planned: Vec::new(), oracle: OnceCell::new() };
    for at in &place.nodes {
        let Some(node) = document.pointer(at).and_then(Value::as_object) else { continue };
        for (keyword, value) in node {
            let spot = Spot { at, keyword, violable: violable(node) };
            match keyword.as_str() {
                "type" => types(&mut aims, &spot, value),
                "enum" => values(&mut aims, &spot, value.as_array().map_or(&[], Vec::as_slice)),
                "const" => values(&mut aims, &spot, std::slice::from_ref(value)),
                _ => {
                    aim_string::add(&mut aims, &spot, value);
                    aim_number::add(&mut aims, &spot, value);
                    aim_structure::add(&mut aims, &spot, value, node);
                }
            }
        }
    }
    aim_structure::add_whole(&mut aims);
    aims.planned
}

/// A keyword of one schema object at the place.
pub(crate) struct Spot<'a> {
    pub(crate) at: &'a str,
    pub(crate) keyword: &'a str,
    /// Whether goals that violate it are wanted.
    violable: bool,
}

impl<'a> Spot<'a> {
    /// A keyword that only valid goals are made of.
    pub(crate) fn valid(at: &'a str, keyword: &'a str) -> Self {
        Self { at, keyword, violable: false }
    }
}

/// `x-proofmark: {violate: false}` says that what is not of the schema's form is not documented.
fn violable(node: &Map<String, Value>) -> bool {
    node.get("x-proofmark").and_then(|extension| extension.get("violate")).and_then(Value::as_bool)
        != Some(false)
}

impl Aims<'_> {
    /// The JSON types that every schema object allows here, `integer` being part of `number`.
    pub(crate) fn types(&self) -> Vec<&'static str> {
        let lists: Vec<Vec<&str>> =
            self.nodes().filter_map(|node| node.get("type")).map(type_names).collect();
        let allowed = |kind: &&&str| {
            lists.iter().all(|list| list.contains(*kind) || (**kind == "integer" && list.contains(&"number")))
        };
        TYPES.iter().filter(allowed).copied().collect()
    }

    pub(crate) fn allows(&self, kind: &str) -> bool {
        self.types().contains(&kind)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Map<String, Value>> {
        self.place.nodes.iter().filter_map(|at| self.document.pointer(at)?.as_object())
    }

    /// The tightest of a keyword's counts here.
    pub(crate) fn count(&self, keyword: &str, tightest: impl Fn(u64, u64) -> u64) -> Option<u64> {
        self.nodes().filter_map(|node| node.get(keyword)).filter_map(whole).reduce(tightest)
    }

    /// Whether the place's own rules pass the value. Compiled once, and only where it is needed.
    pub(crate) fn passes(&self, value: &Value) -> bool {
        let (document, place, formats) = (self.document, self.place, self.formats);
        let compile = || {
            let target = target::compose(document, place, None, Without::Nothing, &json!({}));
            target::oracle(document, &target, formats)
        };
        self.oracle.get_or_init(compile).as_ref().is_some_and(|oracle| oracle.is_valid(value))
    }

    /// A goal at another pointer than the place's.
    pub(crate) fn push_at(&mut self, pointer: String, spot: &Spot<'_>, side: &str, valid: bool, aim: Aim) {
        if !valid && !spot.violable {
            return;
        }
        self.planned.push(Planned {
            goal: Goal {
                pointer,
                schema_pointer: pointer::join(spot.at, spot.keyword),
                keyword: spot.keyword.to_owned(),
                side: side.to_owned(),
                valid,
            },
            aim,
        });
    }

    pub(crate) fn push(&mut self, spot: &Spot<'_>, side: &str, valid: bool, aim: Aim) {
        self.push_at(self.place.pointer.clone(), spot, side, valid, aim);
    }

    /// A valid value that satisfies a further schema.
    pub(crate) fn meet(&mut self, spot: &Spot<'_>, side: &str, kind: Option<&'static str>, schema: Value) {
        let aim =
            Aim::Value(Target { place: self.place.clone(), kind, without: None, side: schema, not: None });
        self.push(spot, side, true, aim);
    }

    /// A value that satisfies a further schema, and everything here but the keyword.
    pub(crate) fn breach(&mut self, spot: &Spot<'_>, side: &str, kind: Option<&'static str>, schema: Value) {
        self.breach_by(spot, side, kind, schema, None);
    }

    /// The same, of a value that does not satisfy yet another schema.
    pub(crate) fn breach_by(
        &mut self,
        spot: &Spot<'_>,
        side: &str,
        kind: Option<&'static str>,
        schema: Value,
        not: Option<Value>,
    ) {
        let without = Some((spot.at.to_owned(), spot.keyword.to_owned()));
        let aim = Aim::Value(Target { place: self.place.clone(), kind, without, side: schema, not });
        self.push(spot, side, false, aim);
    }
}

/// A count as the keywords write it: `2.0` is one.
pub(crate) fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let float = value.as_f64().filter(|float| *float >= 0.0 && float.fract() == 0.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, and saturates as meant"
        )]
        let whole = float as u64;
        Some(whole)
    })
}

fn type_names(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => value.as_str().into_iter().collect(),
    }
}

fn types(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value) {
    let listed = type_names(value);
    for kind in TYPES {
        if listed.contains(kind) || (*kind == "integer" && listed.contains(&"number")) {
            continue;
        }
        let not = (*kind == "number").then(|| json!({"multipleOf": 1}));
        let family = if *kind == "integer" { "number" } else { kind };
        aims.breach_by(spot, kind, Some(family), json!({ "type": kind }), not);
    }
    if listed.contains(&"string") {
        aim_string::looks(aims, spot);
    }
}

fn values(aims: &mut Aims<'_>, spot: &Spot<'_>, values: &[Value]) {
    for (index, value) in values.iter().enumerate() {
        if aims.passes(value) {
            aims.push(spot, &format!("value-{index}"), true, Aim::Fixed(value.clone()));
        }
    }
    let types = aims.types();
    let kind = match types.as_slice() {
        [one] if *one != "integer" => Some(*one),
        _ => None,
    };
    aims.breach_by(spot, "other", kind, json!({}), Some(json!({ "enum": values })));
}
