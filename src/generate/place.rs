//! The places of an instance that a schema speaks of, and the schema objects that apply there.

use super::build::{Options, program};
use super::build_object::ANY_MEMBER;
use super::outline::Outline;
use super::source::Source;
use crate::schema::canonical::Normal;
use crate::schema::{Formats, pointer};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How deep places are looked for.
const DEEPEST: usize = 64;
/// How many places make a small schema.
const FEW: usize = 64;
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
    /// The same of each named member, as far as anything is said of it.
    pub(crate) members: Vec<Member>,
    /// JSON pointer of a schema that admits nothing, where one applies.
    pub(crate) never: Option<String>,
    /// Where the schema objects apply only under a condition: the place at which it is decided.
    pub(crate) origin: Option<Arc<Place>>,
}

/// A named member of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// The schema objects that apply to it, or the schema that says that it must not be there.
    pub(crate) nodes: Result<Vec<String>, String>,
    pub(crate) required: bool,
}

/// The places of a document, and whether there were more than are looked at.
pub(crate) struct Places {
    pub(crate) found: Vec<Arc<Place>>,
    pub(crate) cut: bool,
    recursive: bool,
}

/// Every place that is reached through members and items, parents before children, members by name;
/// then what applies to it under a condition.
pub(crate) fn places(outline: &Outline) -> Places {
    let once = walk(outline, 1);
    // A small recursive schema is worth a second turn, since faults like to hide below the first.
    if once.found.len() <= FEW && once.recursive { walk(outline, 2) } else { once }
}

fn walk(outline: &Outline, turns: usize) -> Places {
    let mut walk =
        Walk { outline, turns, found: Vec::new(), above: Vec::new(), cut: false, recursive: false };
    walk.follow("", flatten(outline, &[String::new()]), None);
    Places { found: walk.found, cut: walk.cut, recursive: walk.recursive }
}

/// The schema objects behind the given ones; the pointer of one that admits nothing where there is one.
pub(crate) fn flatten(outline: &Outline, pointers: &[String]) -> Result<Vec<String>, String> {
    let mut nodes = Vec::new();
    let mut open: Vec<String> = pointers.iter().rev().cloned().collect();
    while let Some(pointer) = open.pop() {
        if nodes.contains(&pointer) {
            continue;
        }
        if outline.node(&pointer).is_none() {
            match outline.document.pointer(&pointer) {
                Some(Value::Bool(false)) => return Err(pointer),
                _ => continue,
            }
        }
        open.extend(outline.along(&pointer));
        nodes.push(pointer);
    }
    Ok(nodes)
}

struct Walk<'a> {
    outline: &'a Outline,
    /// How often the same schema objects are visited below each other.
    turns: usize,
    found: Vec<Arc<Place>>,
    above: Vec<Vec<String>>,
    cut: bool,
    recursive: bool,
}

impl Walk<'_> {
    fn follow(&mut self, pointer: &str, nodes: Result<Vec<String>, String>, origin: Option<&Arc<Place>>) {
        match nodes {
            Ok(nodes) => self.visit(pointer, nodes, origin),
            Err(never) => self.found.push(Arc::new(Place {
                pointer: pointer.to_owned(),
                nodes: Vec::new(),
                members: Vec::new(),
                never: Some(never),
                origin: origin.cloned(),
            })),
        }
    }

    fn visit(&mut self, pointer: &str, nodes: Vec<String>, origin: Option<&Arc<Place>>) {
        let turns = self.above.iter().filter(|above| **above == nodes).count();
        self.recursive |= turns > 0;
        if nodes.is_empty() || turns >= self.turns {
            return;
        }
        if self.above.len() > DEEPEST || self.found.len() >= MOST {
            self.cut = true;
            return;
        }
        let members = self.members(&nodes);
        let place = Arc::new(Place {
            pointer: pointer.to_owned(),
            nodes,
            members,
            never: None,
            origin: origin.cloned(),
        });
        self.found.push(Arc::clone(&place));
        self.above.push(place.nodes.clone());
        for member in &place.members {
            self.follow(&pointer::join(pointer, &member.name), member.nodes.clone(), origin);
        }
        if let Ok(nodes) = self.further(&place.nodes, "additionalProperties") {
            self.visit(&pointer::join(pointer, ANY_MEMBER), nodes, origin);
        }
        for (item, nodes) in self.items(&place.nodes) {
            self.visit(&format!("{pointer}/{item}"), nodes, origin);
        }
        for node in &place.nodes {
            for branch in self.outline.branches(node) {
                if let Ok(nodes) = flatten(self.outline, &[branch.pointer]) {
                    self.visit(pointer, nodes, Some(origin.unwrap_or(&place)));
                }
            }
        }
        self.above.pop();
    }

    fn members(&self, nodes: &[String]) -> Vec<Member> {
        let mut names = BTreeSet::new();
        let mut required = BTreeSet::new();
        for at in nodes {
            names.extend(self.outline.keys(at, "properties").cloned());
            let listed =
                self.outline.node(at).and_then(|node| node.get("required")).and_then(Value::as_array);
            required.extend(listed.into_iter().flatten().filter_map(Value::as_str));
        }
        for at in nodes {
            for pattern in self.outline.keys(at, "patternProperties") {
                if !names.iter().any(|name| self.outline.matches(pattern, name)) {
                    names.extend(example(pattern));
                }
            }
        }
        let member = |name: String| {
            let applied: Vec<String> = nodes.iter().flat_map(|at| self.outline.member(at, &name)).collect();
            let nodes = flatten(self.outline, &applied);
            Member { required: required.contains(name.as_str()), nodes, name }
        };
        names.into_iter().map(member).collect()
    }

    /// What applies to members beyond the named ones.
    fn further(&self, nodes: &[String], keyword: &str) -> Result<Vec<String>, String> {
        let has = |at: &&String| self.outline.node(at).is_some_and(|node| node.contains_key(keyword));
        let all: Vec<String> = nodes.iter().filter(has).map(|at| pointer::join(at, keyword)).collect();
        flatten(self.outline, &all)
    }

    fn items(&self, nodes: &[String]) -> Vec<(usize, Vec<String>)> {
        let prefixes: Vec<Vec<String>> = nodes.iter().map(|at| self.outline.prefix(at)).collect();
        let longest = prefixes.iter().map(Vec::len).max().unwrap_or(0);
        let most = |at: &String| self.outline.node(at)?.get("maxItems")?.as_u64();
        let most = nodes.iter().filter_map(most).min().unwrap_or(u64::MAX);
        (0..=longest)
            .take_while(|index| (*index as u64) < most)
            .filter_map(|index| {
                let applied: Vec<String> = nodes
                    .iter()
                    .zip(&prefixes)
                    .filter_map(|(at, prefix)| {
                        let own = prefix.get(index).cloned();
                        own.or_else(|| self.outline.items(at).map(|(_, pointer)| pointer))
                    })
                    .collect();
                flatten(self.outline, &applied).ok().map(|nodes| (index, nodes))
            })
            .collect()
    }
}

/// The simplest name that matches a pattern.
fn example(pattern: &str) -> Option<String> {
    let names = Normal::of(&json!({"type": "string", "pattern": pattern}), Formats::Annotated).ok()?;
    let names = program(&names, &[], Options { formats: Formats::Annotated, ascii: true }).ok()?;
    let name = names.make(&mut Source::replaying(&[])).or_else(|| names.make(&mut Source::fresh(0)))?;
    name.as_str().map(str::to_owned)
}
