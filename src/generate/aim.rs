//! The goals at one place, and how each is met.

use super::embed;
use super::goal::Goal;
use super::outline::Outline;
use super::place::Place;
use super::sample::Filled;
use super::target::{self, Without};
use super::{aim_array, aim_number, aim_object, aim_string, aim_union};
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Map, Value, json};
use std::cell::OnceCell;
use std::sync::Arc;

/// How to make the edit that meets a goal.
#[derive(Clone, Debug)]
pub(crate) enum Aim {
    /// Put a value there that satisfies the rules at the place less some, and the side.
    Value(Target),
    Fixed(Value),
    Filled(Filled),
    Remove,
    /// Add a member that nobody named.
    Insert(Insert),
}

/// What is composed for [`Aim::Value`] once the goal is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: Option<&'static str>,
    /// The keyword that has to go for the value to be possible; nothing for a valid value.
    pub(crate) without: Option<String>,
    pub(crate) side: Value,
    /// What else breaks the keyword, where nothing that satisfies the rest is on the very side.
    pub(crate) wider: Option<Value>,
    /// A further schema that it must not satisfy.
    pub(crate) not: Option<Value>,
}

impl Target {
    pub(crate) fn valid(kind: Option<&'static str>, side: Value) -> Self {
        Self { kind, without: None, side, wider: None, not: None }
    }

    pub(crate) fn breach(keyword: &str, kind: Option<&'static str>, side: Value) -> Self {
        Self { without: Some(keyword.to_owned()), ..Self::valid(kind, side) }
    }
}

/// A member to add, its name none of these and matching none of the patterns.
#[derive(Clone, Debug)]
pub(crate) struct Insert {
    pub(crate) taken: Vec<String>,
    pub(crate) patterns: Vec<String>,
    /// The schema that its value must not satisfy; nothing where any value will do.
    pub(crate) not: Option<Value>,
}

/// A goal and how to meet it.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) goal: Goal,
    pub(crate) aim: Aim,
    pub(crate) place: Arc<Place>,
    /// JSON pointer of the schema object that holds the goal's keyword.
    pub(crate) at: String,
    /// JSON pointer into the instance where the edit is done.
    pub(crate) edited: String,
}

impl Planned {
    /// The keyword as it stands in the schema object, whatever its breach goes by.
    pub(crate) fn keyword(&self) -> &str {
        self.goal.schema_pointer.rsplit_once('/').map_or("", |(_, keyword)| keyword)
    }
}

/// The JSON types by their keyword names, in the order goals list them.
pub(crate) const TYPES: &[&str] = &["string", "integer", "number", "boolean", "object", "array", "null"];

/// The name that a breach of a `false` schema goes by where no keyword applies it alone.
pub(crate) const FALSE: &str = "falseSchema";

/// One place while its goals are listed.
pub(crate) struct Aims<'a> {
    pub(crate) outline: &'a Outline,
    pub(crate) formats: Formats,
    pub(crate) place: &'a Arc<Place>,
    planned: Vec<Planned>,
    /// Compiled on first use; nothing in it where the rules do not compile by themselves.
    oracle: OnceCell<Option<Oracle>>,
}

/// Every goal at the place, by schema object and keyword, then those of the place as a whole.
pub(crate) fn aims(outline: &Outline, formats: Formats, place: &Arc<Place>) -> Vec<Planned> {
    let mut aims = Aims { outline, formats, place, planned: Vec::new(), oracle: OnceCell::new() };
    for at in &place.nodes {
        let Some(node) = outline.node(at).filter(|node| !outline.refers_only(node)) else { continue };
        for (keyword, value) in node {
            let spot = Spot { at, keyword, violable: violable(node) };
            match keyword.as_str() {
                "type" => others(&mut aims, &spot, value),
                "enum" => values(&mut aims, &spot, value.as_array().map_or(&[], Vec::as_slice)),
                "const" => values(&mut aims, &spot, std::slice::from_ref(value)),
                _ => {
                    aim_string::add(&mut aims, &spot, value);
                    aim_number::add(&mut aims, &spot, value);
                    aim_array::add(&mut aims, &spot, value, node);
                    aim_object::add(&mut aims, &spot, value, node);
                    aim_union::add(&mut aims, &spot, value, node);
                }
            }
        }
    }
    if let Some(never) = &place.never {
        // Whatever stands there breaks the schema that admits nothing.
        aims.planned.push(Planned {
            goal: Goal {
                pointer: place.pointer.clone(),
                schema_pointer: never.clone(),
                keyword: FALSE.to_owned(),
                side: "present".to_owned(),
                valid: false,
            },
            aim: Aim::Fixed(Value::Bool(true)),
            place: Arc::clone(place),
            at: never.clone(),
            edited: place.pointer.clone(),
        });
    }
    aim_object::add_whole(&mut aims);
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

impl<'a> Aims<'a> {
    /// The JSON types that every schema object allows here, `integer` being part of `number`.
    pub(crate) fn types(&self) -> Vec<&'static str> {
        types(self.nodes())
    }

    pub(crate) fn allows(&self, kind: &str) -> bool {
        self.types().contains(&kind)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        let outline = self.outline;
        self.place.nodes.iter().filter_map(|at| outline.node(at))
    }

    /// The tightest of a keyword's counts here.
    pub(crate) fn count(&self, keyword: &str, tightest: impl Fn(u64, u64) -> u64) -> Option<u64> {
        self.nodes().filter_map(|node| node.get(keyword)).filter_map(whole).reduce(tightest)
    }

    /// Whether the place's own rules pass the value. Compiled once, and only where it is needed.
    pub(crate) fn passes(&self, value: &Value) -> bool {
        let (outline, place, formats) = (self.outline, self.place, self.formats);
        let compile = || {
            let rules = target::compose(outline, &place.nodes, None, Without::Nothing, &json!({}));
            embed::oracle(outline, &rules, formats)
        };
        self.oracle.get_or_init(compile).as_ref().is_some_and(|oracle| oracle.is_valid(value))
    }

    /// A goal at one pointer, met by an edit at another.
    pub(crate) fn push_edited(
        &mut self,
        (pointer, edited): (String, String),
        spot: &Spot<'_>,
        (keyword, side, valid): (&str, &str, bool),
        aim: Aim,
        place: Arc<Place>,
    ) {
        if !valid && !spot.violable {
            return;
        }
        self.planned.push(Planned {
            goal: Goal {
                pointer,
                schema_pointer: pointer::join(spot.at, spot.keyword),
                keyword: keyword.to_owned(),
                side: side.to_owned(),
                valid,
            },
            aim,
            place,
            at: spot.at.to_owned(),
            edited,
        });
    }

    /// A goal at another pointer than the place's, and met there.
    pub(crate) fn push_at(&mut self, pointer: String, spot: &Spot<'_>, side: &str, valid: bool, aim: Aim) {
        let place = Arc::clone(self.place);
        self.push_edited((pointer.clone(), pointer), spot, (spot.keyword, side, valid), aim, place);
    }

    pub(crate) fn push(&mut self, spot: &Spot<'_>, side: &str, valid: bool, aim: Aim) {
        self.push_at(self.place.pointer.clone(), spot, side, valid, aim);
    }

    /// A valid value that satisfies a further schema.
    pub(crate) fn meet(&mut self, spot: &Spot<'_>, side: &str, kind: Option<&'static str>, schema: Value) {
        self.push(spot, side, true, Aim::Value(Target::valid(kind, schema)));
    }

    /// A value that satisfies a further schema, and everything here but the keyword.
    pub(crate) fn breach(&mut self, spot: &Spot<'_>, side: &str, kind: Option<&'static str>, schema: Value) {
        self.breach_by(spot, side, kind, schema, None);
    }

    /// The same, or else a value that satisfies the wider schema.
    pub(crate) fn breach_or(
        &mut self,
        spot: &Spot<'_>,
        side: &str,
        kind: Option<&'static str>,
        schema: Value,
        wider: Value,
    ) {
        let target = Target { wider: Some(wider), ..Target::breach(spot.keyword, kind, schema) };
        self.push(spot, side, false, Aim::Value(target));
    }

    /// A value that satisfies a further schema but not yet another one, and everything here but the keyword.
    pub(crate) fn breach_by(
        &mut self,
        spot: &Spot<'_>,
        side: &str,
        kind: Option<&'static str>,
        schema: Value,
        not: Option<Value>,
    ) {
        self.push(
            spot,
            side,
            false,
            Aim::Value(Target { not, ..Target::breach(spot.keyword, kind, schema) }),
        );
    }
}

/// The JSON types that every one of the schema objects allows, `integer` being part of `number`.
pub(crate) fn types<'a>(nodes: impl Iterator<Item = &'a Map<String, Value>>) -> Vec<&'static str> {
    let lists: Vec<Vec<&str>> = nodes.filter_map(|node| node.get("type")).map(type_names).collect();
    let allowed = |kind: &&&str| {
        lists.iter().all(|list| list.contains(*kind) || (**kind == "integer" && list.contains(&"number")))
    };
    TYPES.iter().filter(allowed).copied().collect()
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

/// Values of every type that is not listed.
fn others(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value) {
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
