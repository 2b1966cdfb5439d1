//! The places of an instance that a schema speaks of, and the schema objects that apply there.

use super::build_object::ANY_MEMBER;
use crate::schema::pattern::Matcher;
use crate::schema::pointer;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// How deep places are looked for.
const DEEPEST: usize = 32;
/// How many places are looked at; a schema that spells out more is covered as far as that.
const MOST: usize = 20_000;

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// JSON pointer into the instance.
    pub(crate) pointer: String,
    /// JSON pointers of the schema objects that a value there has to satisfy: references and
    /// `allOf` are followed, so that each says something of its own.
    pub(crate) nodes: Vec<String>,
    /// The same of each named member, as far as anything is said of it, and whether it is required.
    pub(crate) members: Vec<(String, Vec<String>, bool)>,
}

/// Every place that is reached by `properties`, `additionalProperties`, `prefixItems` and `items`,
/// parents before children, members by name.
pub(crate) fn places(schema: &Value) -> Vec<Place> {
    let mut walk = Walk { schema, found: Vec::new(), above: Vec::new() };
    if let Some(nodes) = walk.flatten(&[String::new()]) {
        walk.visit("", &nodes);
    }
    walk.found
}

struct Walk<'a> {
    schema: &'a Value,
    found: Vec<Place>,
    above: Vec<Vec<String>>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, place: &str, nodes: &[String]) {
        if nodes.is_empty()
            || self.above.iter().any(|above| above == nodes)
            || self.above.len() > DEEPEST
            || self.found.len() >= MOST
        {
            return;
        }
        let index = self.found.len();
        self.found.push(Place { pointer: place.to_owned(), nodes: nodes.to_vec(), members: Vec::new() });
        let members = self.members(nodes);
        self.above.push(nodes.to_vec());
        for (name, nodes, _) in &members {
            self.visit(&pointer::join(place, name), nodes);
        }
        if let Some(found) = self.found.get_mut(index) {
            found.members = members;
        }
        if let Some(nodes) = self.map_values(nodes) {
            self.visit(&pointer::join(place, ANY_MEMBER), &nodes);
        }
        for (item, nodes) in self.items(nodes) {
            self.visit(&format!("{place}/{item}"), &nodes);
        }
        self.above.pop();
    }

    fn node(&self, pointer: &str) -> Option<&'a Map<String, Value>> {
        self.schema.pointer(pointer)?.as_object()
    }

    /// The schema objects behind the given ones; nothing where one of them admits nothing.
    fn flatten(&self, pointers: &[String]) -> Option<Vec<String>> {
        let mut nodes = Vec::new();
        let mut open: Vec<String> = pointers.iter().rev().cloned().collect();
        while let Some(pointer) = open.pop() {
            if nodes.contains(&pointer) {
                continue;
            }
            let Some(node) = self.node(&pointer) else {
                match self.schema.pointer(&pointer)? {
                    Value::Bool(true) => continue,
                    _ => return None,
                }
            };
            // Inside an embedded resource references mean something else.
            if !pointer.is_empty() && node.contains_key("$id") {
                continue;
            }
            if let Some(branches) = node.get("allOf").and_then(Value::as_array) {
                open.extend((0..branches.len()).rev().map(|index| format!("{pointer}/allOf/{index}")));
            }
            let target = node.get("$ref").and_then(Value::as_str).and_then(pointer::of_local_reference);
            open.extend(target);
            nodes.push(pointer);
        }
        Some(nodes)
    }

    fn members(&self, nodes: &[String]) -> Vec<(String, Vec<String>, bool)> {
        let mut names = BTreeSet::new();
        let mut required = BTreeSet::new();
        for node in nodes.iter().filter_map(|node| self.node(node)) {
            names.extend(node.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys));
            let listed = node.get("required").and_then(Value::as_array).into_iter().flatten();
            required.extend(listed.filter_map(Value::as_str));
        }
        names
            .into_iter()
            .filter_map(|name| {
                let mut applied = Vec::new();
                for pointer in nodes {
                    self.applied(pointer, name, &mut applied);
                }
                Some((name.clone(), self.flatten(&applied)?, required.contains(name.as_str())))
            })
            .collect()
    }

    /// The subschemas of one schema object that the member of that name has to satisfy.
    fn applied(&self, pointer: &str, name: &str, applied: &mut Vec<String>) {
        let Some(node) = self.node(pointer) else { return };
        let before = applied.len();
        if node.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
            applied.push(pointer::join(&format!("{pointer}/properties"), name));
        }
        for pattern in
            node.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys)
        {
            if Matcher::new(pattern).is_some_and(|matcher| matcher.is_match(name)) {
                applied.push(pointer::join(&format!("{pointer}/patternProperties"), pattern));
            }
        }
        if applied.len() == before && node.contains_key("additionalProperties") {
            applied.push(format!("{pointer}/additionalProperties"));
        }
    }

    fn map_values(&self, nodes: &[String]) -> Option<Vec<String>> {
        let additional: Vec<String> = nodes
            .iter()
            .filter(|node| self.node(node).is_some_and(|node| node.contains_key("additionalProperties")))
            .map(|node| format!("{node}/additionalProperties"))
            .collect();
        self.flatten(&additional)
    }

    fn items(&self, nodes: &[String]) -> Vec<(usize, Vec<String>)> {
        let keyword = |node: &String, keyword: &str| self.node(node).and_then(|node| node.get(keyword));
        let prefix =
            |node: &String| keyword(node, "prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
        let longest = nodes.iter().map(prefix).max().unwrap_or(0);
        let most =
            nodes.iter().filter_map(|node| keyword(node, "maxItems")?.as_u64()).min().unwrap_or(u64::MAX);
        (0..=longest)
            .take_while(|index| (*index as u64) < most)
            .filter_map(|index| {
                let applied: Vec<String> = nodes
                    .iter()
                    .filter_map(|node| {
                        if index < prefix(node) {
                            return Some(format!("{node}/prefixItems/{index}"));
                        }
                        keyword(node, "items").map(|_| format!("{node}/items"))
                    })
                    .collect();
                self.flatten(&applied).map(|nodes| (index, nodes))
            })
            .collect()
    }
}
