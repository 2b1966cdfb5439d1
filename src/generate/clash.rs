//! Why nothing satisfies a schema: the deepest place that is itself impossible and that every value has
//! to reach, and as few keywords there as leave nothing.

use super::build::{Options, program};
use super::refusal::Refusal;
use crate::schema::canonical::{self, Normal, Satisfiable};
use crate::schema::pattern::Matcher;
use crate::schema::{Formats, pointer};
use serde_json::{Map, Value, json};

/// How many bytes of schema are read in the search, at most; a reading takes a microsecond for a few.
const BYTES: usize = 400_000;
/// How many readings a search takes at most.
const READINGS: usize = 400;

/// Keywords that say something of values, those that say most first.
const TELLING: &[&str] = &[
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "not",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
    "patternProperties",
    "propertyNames",
    "additionalProperties",
    "properties",
    "items",
    "prefixItems",
    "contains",
    "dependentRequired",
    "required",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "enum",
    "const",
    "type",
];
/// By type the keywords that say something of no other one.
const FAMILIES: &[(&str, &[&str])] = &[
    ("string", &["minLength", "maxLength", "pattern", "format"]),
    ("number", NUMBERS),
    ("integer", NUMBERS),
    (
        "array",
        &[
            "items",
            "prefixItems",
            "contains",
            "minContains",
            "maxContains",
            "uniqueItems",
            "minItems",
            "maxItems",
            "unevaluatedItems",
        ],
    ),
    (
        "object",
        &[
            "properties",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "required",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        ],
    ),
];
const NUMBERS: &[&str] = &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// The refusal of a document that is known to be unsatisfiable, with the place and the keywords as far
/// as they are found.
pub(crate) fn explain(document: &Value, formats: Formats) -> Refusal {
    let size = document.to_string().len().max(1);
    let mut search = Search { document, formats, readings: (BYTES / size).min(READINGS), endless: false };
    let (pointer, parts) = search.locate().unwrap_or_else(|| {
        let clash = canonical::clash(document, formats);
        clash.map_or_else(Default::default, |clash| (clash.pointer, clash.keywords))
    });
    let many = parts.len() > 1;
    let mut keywords = parts;
    keywords.sort();
    keywords.dedup();
    let listed = keywords.join(", ");
    let message = "no value satisfies the schema".to_owned()
        + &match keywords.len() {
            0 => String::new(),
            _ if search.endless => format!(", since these go on without end: {listed}"),
            _ if many => format!(", since these clash: {listed}"),
            _ => format!(", since nothing satisfies this: {listed}"),
        };
    Refusal::Unsatisfiable { pointer, keywords, message }
}

/// Whether it is certain that nothing satisfies the schema at the pointer.
fn impossible(document: &Value, at: &str, formats: Formats) -> bool {
    let Ok(normal) = Normal::at(document, at, formats) else { return false };
    normal.satisfiable() == Satisfiable::No
        || matches!(
            program(&normal, &[], Options { formats, ascii: false }),
            Err(Refusal::Unsatisfiable { .. })
        )
}

struct Search<'a> {
    document: &'a Value,
    formats: Formats,
    /// How many more times a schema may be read.
    readings: usize,
    /// Whether a place was left since it leads back to itself.
    endless: bool,
}

/// The schema objects that stand for one another at a place: one and the branches all of which apply.
type Group<'a> = Vec<(String, &'a Map<String, Value>)>;
/// A keyword of a schema object in a group.
type Part = (String, String);

impl Search<'_> {
    /// The place and the keywords there, one for each time it stands there; nothing where the document is
    /// too large to search.
    fn locate(&mut self) -> Option<(String, Vec<String>)> {
        let (mut at, mut path) = (String::new(), Vec::new());
        let mut found = None;
        loop {
            path.push(at.clone());
            if self.document.pointer(&at)? == &Value::Bool(false) {
                return Some((at, vec!["false".to_owned()]));
            }
            let mut group = Group::new();
            gather(self.document, &at, &mut group);
            let Some(parts) = self.minimise(&at, &group) else { return found };
            self.endless = false;
            let next = self.necessary(&group, &parts, &path);
            found = Some((at, self.shown(&group, &parts)));
            match next {
                Some(next) => at = next,
                None => return found,
            }
        }
    }

    /// As few of the group's keywords as leave nothing, whatever else stands there; nothing where the
    /// search has to end.
    fn minimise(&mut self, at: &str, group: &Group<'_>) -> Option<Vec<Part>> {
        let mut document = self.document.clone();
        let mut kept = Vec::new();
        for keyword in TELLING {
            for (place, node) in group {
                if !node.contains_key(*keyword) || unfolds(node, keyword) {
                    continue;
                }
                let value = document.pointer_mut(place)?.as_object_mut()?.remove(*keyword)?;
                if !self.is_impossible(&document, at)? {
                    document.pointer_mut(place)?.as_object_mut()?.insert((*keyword).to_owned(), value);
                    kept.push((place.clone(), (*keyword).to_owned()));
                }
            }
        }
        Some(kept)
    }

    /// A place under one of the keywords that every value has to satisfy, and that nothing does.
    fn necessary(&mut self, group: &Group<'_>, parts: &[Part], path: &[String]) -> Option<String> {
        for place in places(group, parts) {
            let Some(place) = self.through(place) else { continue };
            let foreign = self.document.pointer(&place).is_none_or(|node| node.get("$id").is_some());
            if foreign || !self.is_impossible(self.document, &place).unwrap_or(false) {
                continue;
            }
            if path.contains(&place) {
                self.endless = true;
                continue;
            }
            return Some(place);
        }
        None
    }

    /// The place itself, or where it only refers the place that it refers to in the end.
    fn through(&self, mut place: String) -> Option<String> {
        let mut passed = Vec::new();
        loop {
            let node = self.document.pointer(&place)?;
            let alone = node.as_object().is_some_and(|node| {
                node.keys().filter(|keyword| TELLING.contains(&keyword.as_str())).count() == 1
            });
            let reference = node.get("$ref").and_then(Value::as_str).filter(|_| alone);
            let Some(target) = reference.and_then(pointer::of_local_reference) else { return Some(place) };
            if passed.contains(&target) {
                return None;
            }
            passed.push(target.clone());
            place = target;
        }
    }

    /// The keywords to name: the type only where it takes part in the clash, rather than saying which
    /// values the others are about.
    fn shown(&mut self, group: &Group<'_>, parts: &[Part]) -> Vec<String> {
        let kinds = parts.iter().filter(|(_, keyword)| keyword == "type").filter_map(|(place, _)| {
            let (_, node) = group.iter().find(|(other, _)| other == place)?;
            node.get("type")?.as_str()
        });
        let kinds: Vec<&str> = kinds.collect();
        let mut keywords: Vec<String> = parts.iter().map(|(_, keyword)| keyword.clone()).collect();
        let [kind] = kinds.as_slice() else { return keywords };
        let family = FAMILIES.iter().find(|(of, _)| of == kind).map_or(&[][..], |(_, family)| *family);
        let about = |keyword: &&String| family.contains(&keyword.as_str());
        let others = || keywords.iter().filter(|keyword| *keyword != "type");
        let tells = others().count() > 0 && others().all(|keyword| about(&keyword));
        if tells && (*kind != "integer" || self.holds_of_fractions(group, parts)) {
            keywords.retain(|keyword| keyword != "type");
        }
        keywords
    }

    /// Whether the keywords leave nothing among all numbers either.
    fn holds_of_fractions(&mut self, group: &Group<'_>, parts: &[Part]) -> bool {
        let part = |(place, keyword): &Part| {
            let (_, node) = group.iter().find(|(other, _)| other == place)?;
            Some(
                json!({keyword: if keyword == "type" { json!("number") } else { node.get(keyword)?.clone() }}),
            )
        };
        let all: Vec<Value> = parts.iter().filter_map(part).collect();
        self.is_impossible(&json!({ "allOf": all }), "").unwrap_or(true)
    }

    fn is_impossible(&mut self, document: &Value, at: &str) -> Option<bool> {
        self.readings = self.readings.checked_sub(1)?;
        Some(impossible(document, at, self.formats))
    }
}

/// Whether the branches under the keyword all apply, so that what they say stands in their own name.
fn unfolds(node: &Map<String, Value>, keyword: &str) -> bool {
    let branches = node.get(keyword).and_then(Value::as_array);
    let all = match keyword {
        "allOf" => branches.is_some(),
        "anyOf" | "oneOf" => branches.is_some_and(|branches| branches.len() == 1),
        _ => false,
    };
    all && branches.into_iter().flatten().all(Value::is_object)
}

fn gather<'a>(document: &'a Value, at: &str, group: &mut Group<'a>) {
    let Some(node) = document.pointer(at).and_then(Value::as_object) else { return };
    group.push((at.to_owned(), node));
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if unfolds(node, keyword) && node.get(keyword).is_some() {
            for index in 0..length(node.get(keyword)) {
                gather(document, &format!("{at}/{keyword}/{index}"), group);
            }
        }
    }
}

/// The places below a group that every value of its has to satisfy in some part.
fn places(group: &Group<'_>, parts: &[Part]) -> Vec<String> {
    let all = |keyword: &str| group.iter().filter_map(move |(_, node)| node.get(keyword)).collect::<Vec<_>>();
    let most = |keyword: &str| all(keyword).into_iter().filter_map(Value::as_u64).max().unwrap_or(0);
    let names: Vec<&str> =
        all("required").into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect();
    let some_member = !names.is_empty() || most("minProperties") > 0;
    let below = |(at, keyword): &Part| -> Vec<String> {
        let Some((_, node)) = group.iter().find(|(place, _)| place == at) else { return Vec::new() };
        let (below, value) = (format!("{at}/{keyword}"), node.get(keyword));
        let members = || value.and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let indices = |count: u64| (0..count).map(|index| format!("{below}/{index}")).collect();
        match keyword.as_str() {
            "$ref" => {
                value.and_then(Value::as_str).and_then(pointer::of_local_reference).into_iter().collect()
            }
            "allOf" => indices(length(value)),
            "anyOf" | "oneOf" if length(value) == 1 => indices(1),
            "properties" => members()
                .filter(|name| names.contains(&name.as_str()))
                .map(|name| pointer::join(&below, name))
                .collect(),
            "patternProperties" => {
                let needed = |pattern: &&String| {
                    Matcher::new(pattern)
                        .is_some_and(|matcher| names.iter().any(|name| matcher.is_match(name)))
                };
                members().filter(needed).map(|pattern| pointer::join(&below, pattern)).collect()
            }
            "additionalProperties" if !node.contains_key("patternProperties") => {
                let declared = node.get("properties").and_then(Value::as_object);
                let free =
                    names.iter().any(|name| declared.is_none_or(|declared| !declared.contains_key(*name)));
                if free || (declared.is_none() && some_member) { vec![below] } else { Vec::new() }
            }
            "propertyNames" if some_member => vec![below],
            "prefixItems" => indices(length(value).min(most("minItems"))),
            "items" if most("minItems") > length(node.get("prefixItems")) => vec![below],
            "contains" if node.get("minContains").is_none_or(|count| count.as_u64() != Some(0)) => {
                vec![below]
            }
            _ => Vec::new(),
        }
    };
    parts.iter().flat_map(below).collect()
}

fn length(value: Option<&Value>) -> u64 {
    value.and_then(Value::as_array).map_or(0, Vec::len) as u64
}
