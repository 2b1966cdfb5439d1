//! A schema document as places are read from it: which subschemas apply where, in the words of its dialect.

use crate::schema::Dialect;
use crate::schema::keyword::REFERENCES;
use crate::schema::pattern::Matcher;
use crate::schema::pointer::join;
use crate::schema::references::{References, Target};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A document and what is to be known to walk it.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(crate) document: Value,
    pub(crate) references: References,
    /// Up to 2019-09 `items` may be a list, and `additionalItems` is for what follows.
    listed_items: bool,
    /// Up to draft 7 a `$ref` hides what stands beside it.
    lonely_references: bool,
    /// Those of `patternProperties`, compiled.
    patterns: BTreeMap<String, Matcher>,
}

/// A subschema that applies to the same value, if something else holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    /// JSON pointer of the subschema.
    pub(crate) pointer: String,
    pub(crate) condition: Condition,
}

/// What has to hold for a [`Branch`] to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The value satisfies the `if` beside it.
    If,
    /// The value does not satisfy the `if` beside it.
    Else,
    /// The value has the member.
    Member(String),
}

impl Outline {
    pub(crate) fn of(document: &Value) -> Self {
        let dialect = Dialect::declared(document).ok().flatten().unwrap_or_default();
        Self {
            document: document.clone(),
            references: References::of(document, dialect),
            listed_items: dialect < Dialect::Draft202012,
            lonely_references: dialect.hides_siblings(),
            patterns: patterns(document).collect(),
        }
    }

    /// The pointer that the reference under a keyword of the schema object at `at` leads to, as far as it stays in
    /// the document.
    pub(crate) fn target(&self, at: &str, keyword: &str, reference: &str) -> Option<String> {
        let target = match keyword {
            "$dynamicRef" => self.references.resolve_dynamic(&self.document, at, reference),
            _ => self.references.resolve(&self.document, at, reference),
        };
        match target {
            Target::At(pointer) => Some(pointer),
            _ => None,
        }
    }

    /// The schema object at a pointer; nothing for a boolean schema.
    pub(crate) fn node(&self, pointer: &str) -> Option<&Map<String, Value>> {
        self.document.pointer(pointer)?.as_object()
    }

    /// Whether the schema object consists of its reference alone, whatever else it says.
    pub(crate) fn refers_only(&self, node: &Map<String, Value>) -> bool {
        self.lonely_references && node.contains_key("$ref")
    }

    /// The pointers of the schemas that a value has to satisfy along with the schema object: what it
    /// refers to, then the parts of its `allOf`.
    pub(crate) fn along(&self, pointer: &str) -> Vec<String> {
        let Some(node) = self.node(pointer) else { return Vec::new() };
        let target = |keyword: &&str| {
            let reference = node.get(*keyword).and_then(Value::as_str)?;
            self.target(pointer, keyword, reference)
        };
        let mut found: Vec<String> = REFERENCES.iter().filter_map(target).collect();
        if !self.refers_only(node) {
            let parts = node.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
            found.extend((0..parts).map(|index| format!("{pointer}/allOf/{index}")));
        }
        found
    }

    /// The subschemas that apply under a condition.
    pub(crate) fn branches(&self, pointer: &str) -> Vec<Branch> {
        let mut found = Vec::new();
        let Some(node) = self.node(pointer).filter(|node| !self.refers_only(node)) else { return found };
        if node.contains_key("if") {
            for (keyword, condition) in [("then", Condition::If), ("else", Condition::Else)] {
                if node.contains_key(keyword) {
                    found.push(Branch { pointer: join(pointer, keyword), condition });
                }
            }
        }
        for keyword in ["dependentSchemas", "dependencies"] {
            let members = node.get(keyword).and_then(Value::as_object);
            let schemas = members.into_iter().flatten().filter(|(_, schema)| !schema.is_array());
            found.extend(schemas.map(|(name, _)| Branch {
                pointer: join(&join(pointer, keyword), name),
                condition: Condition::Member(name.clone()),
            }));
        }
        found
    }

    /// The keyword and pointer of the schema that every further item has to satisfy.
    pub(crate) fn items(&self, pointer: &str) -> Option<(&'static str, String)> {
        let node = self.node(pointer).filter(|node| !self.refers_only(node))?;
        let keyword = match node.get("items") {
            Some(Value::Array(_)) if self.listed_items => "additionalItems",
            _ => "items",
        };
        node.contains_key(keyword).then(|| (keyword, join(pointer, keyword)))
    }

    /// The pointers of the schemas of the first items.
    pub(crate) fn prefix(&self, pointer: &str) -> Vec<String> {
        let Some(node) = self.node(pointer).filter(|node| !self.refers_only(node)) else { return Vec::new() };
        let keyword = if self.listed_items { "items" } else { "prefixItems" };
        let count = node.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).map(|index| format!("{pointer}/{keyword}/{index}")).collect()
    }

    /// The pointers of the subschemas of one schema object that the member of that name has to satisfy.
    pub(crate) fn member(&self, pointer: &str, name: &str) -> Vec<String> {
        let Some(node) = self.node(pointer).filter(|node| !self.refers_only(node)) else { return Vec::new() };
        let mut found = Vec::new();
        if node.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
            found.push(join(&join(pointer, "properties"), name));
        }
        for pattern in
            node.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys)
        {
            if self.matches(pattern, name) {
                found.push(join(&join(pointer, "patternProperties"), pattern));
            }
        }
        if found.is_empty() && node.contains_key("additionalProperties") {
            found.push(join(pointer, "additionalProperties"));
        }
        found
    }

    /// Whether a name matches one of the document's patterns.
    pub(crate) fn matches(&self, pattern: &str, name: &str) -> bool {
        self.patterns.get(pattern).is_some_and(|matcher| matcher.is_match(name))
    }

    /// The keys of an object-valued keyword.
    pub(crate) fn keys(&self, pointer: &str, keyword: &str) -> impl Iterator<Item = &String> {
        let node = self.node(pointer).filter(|node| !self.refers_only(node));
        node.and_then(|node| node.get(keyword)).and_then(Value::as_object).into_iter().flat_map(Map::keys)
    }
}

fn patterns(schema: &Value) -> Box<dyn Iterator<Item = (String, Matcher)> + '_> {
    match schema {
        Value::Object(members) => {
            let own =
                members.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            let compiled = own.filter_map(|pattern| Some((pattern.clone(), Matcher::new(pattern)?)));
            Box::new(compiled.chain(members.values().flat_map(patterns)))
        }
        Value::Array(items) => Box::new(items.iter().flat_map(patterns)),
        _ => Box::new(std::iter::empty()),
    }
}
