//! Where the references of a schema document lead: JSON pointers, `$id`-relative addresses, anchors.

use super::dialect::Dialect;
use super::keyword::DATA;
use super::pointer;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use url::Url;

/// The address of a document that gives itself none.
const NAMELESS: &str = "json-schema:///";

/// An index of the resources and anchors of one document (JSON Schema 2020-12 core, sections 8.2 and 9).
#[derive(Debug)]
pub(crate) struct References {
    /// The keyword that gives a resource its address.
    id: &'static str,
    /// The address of each schema resource, by the pointer of its root.
    resources: BTreeMap<String, Url>,
    /// The pointer behind each address, with and without an anchor as fragment.
    targets: HashMap<String, String>,
    /// The pointers of each `$dynamicAnchor`, by its name.
    dynamic: HashMap<String, Vec<String>>,
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To the place in the document with this pointer.
    At(String),
    /// To a meta-schema that every validator carries.
    Standard,
    /// To a place that the document should have and does not.
    Nowhere,
    /// Out of the document.
    Outside,
}

impl References {
    pub(crate) fn of(document: &Value, dialect: Dialect) -> Self {
        let mut found = Self {
            id: dialect.id(),
            resources: BTreeMap::new(),
            targets: HashMap::new(),
            dynamic: HashMap::new(),
        };
        let mut open = Vec::new();
        if let Ok(base) = Url::parse(NAMELESS) {
            found.resources.insert(String::new(), base.clone());
            found.targets.insert(NAMELESS.to_owned(), String::new());
            open.push((document, String::new(), base));
        }
        while let Some((value, at, outer)) = open.pop() {
            match value {
                Value::Object(members) => {
                    let base = found.enter(members, &at, outer);
                    let parts = members.iter().filter(|(name, part)| {
                        matches!(part, Value::Object(_) | Value::Array(_)) && !DATA.contains(&name.as_str())
                    });
                    open.extend(parts.map(|(name, part)| (part, pointer::join(&at, name), base.clone())));
                }
                Value::Array(items) => {
                    let items = items.iter().enumerate();
                    open.extend(items.map(|(index, item)| (item, format!("{at}/{index}"), outer.clone())));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether schemas have names that a copy of a part of the document would lose.
    pub(crate) fn any_named(&self) -> bool {
        self.targets.len() > 1
    }

    /// Whether a part of the document has an address of its own, so that references mean something else there.
    pub(crate) fn bundled(&self) -> bool {
        self.resources.len() > 1
    }

    /// Where the reference of the schema object at `at` leads; `document` is the one that was indexed.
    pub(crate) fn resolve(&self, document: &Value, at: &str, reference: &str) -> Target {
        let existing = |target: String| {
            if document.pointer(&target).is_some() { Target::At(target) } else { Target::Nowhere }
        };
        if !self.any_named()
            && let Some(target) = pointer::of_local_reference(reference)
        {
            return existing(target);
        }
        let Some(absolute) = self.base(at).and_then(|base| base.join(reference).ok()) else {
            return Target::Outside;
        };
        let fragment = absolute.fragment().unwrap_or_default().to_owned();
        let mut resource = absolute;
        resource.set_fragment(None);
        let root = self.targets.get(resource.as_str());
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return match (self.targets.get(&format!("{resource}#{fragment}")), root) {
                (Some(target), _) => Target::At(target.clone()),
                (None, Some(_)) => Target::Nowhere,
                (None, None) => Target::Outside,
            };
        }
        let resource = resource.as_str();
        match (root, pointer::of_local_reference(&format!("#{fragment}"))) {
            (Some(root), Some(rest)) => existing(format!("{root}{rest}")),
            (Some(_), None) => Target::Nowhere,
            (None, _)
                if Dialect::of_uri(resource).is_some() || resource.contains("json-schema.org/draft/") =>
            {
                Target::Standard
            }
            (None, _) => Target::Outside,
        }
    }

    /// Where a `$dynamicRef` leads when the whole document is what is read: to the outermost anchor of that
    /// name, where the reference names a dynamic one at all.
    pub(crate) fn resolve_dynamic(&self, document: &Value, at: &str, reference: &str) -> Target {
        let first = self.resolve(document, at, reference);
        let Target::At(target) = &first else { return first };
        let name = reference.rsplit_once('#').map_or("", |(_, name)| name);
        let anchors = self.dynamic.get(name).map_or(&[][..], Vec::as_slice);
        if !anchors.contains(target) {
            return first;
        }
        // The root resource is always the outermost of those that are entered.
        let outermost = anchors.iter().find(|anchor| self.root(anchor).is_some_and(str::is_empty));
        outermost.map_or(first, |outermost| Target::At(outermost.clone()))
    }

    /// The address that holds at a pointer.
    fn base(&self, at: &str) -> Option<&Url> {
        self.resources.get(self.root(at)?)
    }

    /// The pointer of the resource that holds another pointer.
    fn root(&self, at: &str) -> Option<&str> {
        let holds = |root: &&str| pointer::inside(at, root).is_some();
        self.resources.keys().map(String::as_str).filter(holds).max_by_key(|root| root.len())
    }

    /// Notes the addresses that a schema object gives itself, and returns the one that holds inside.
    fn enter(&mut self, members: &Map<String, Value>, at: &str, outer: Url) -> Url {
        let text = |member: &str| members.get(member).and_then(Value::as_str);
        let id = text(self.id);
        let own = id.filter(|id| !id.starts_with('#')).and_then(|id| outer.join(id).ok());
        let base = own.map_or(outer, |mut own| {
            own.set_fragment(None);
            self.targets.entry(own.to_string()).or_insert_with(|| at.to_owned());
            self.resources.insert(at.to_owned(), own.clone());
            own
        });
        // Before 2019-09 a fragment alone was what an anchor is now.
        let legacy = id.and_then(|id| id.strip_prefix('#'));
        for anchor in [text("$anchor"), text("$dynamicAnchor"), legacy].into_iter().flatten() {
            self.targets.insert(format!("{base}#{anchor}"), at.to_owned());
        }
        if let Some(anchor) = text("$dynamicAnchor") {
            self.dynamic.entry(anchor.to_owned()).or_default().push(at.to_owned());
        }
        base
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_lead_where_the_document_says() {
        let document = json!({
            "$id": "https://example.com/root.json",
            "$defs": {
                "a/b": {"$anchor": "here"},
                "item": {"$id": "item", "properties": {"p": {"$ref": "#/properties/p"}}},
                "urn": {"$id": "urn:example:one"}
            }
        });
        let references = References::of(&document, Dialect::Draft202012);
        let at = |pointer: &str| Target::At(pointer.to_owned());
        for (place, reference, target) in [
            ("", "#", at("")),
            ("", "#/$defs/a~1b", at("/$defs/a~1b")),
            ("", "#/%24defs/a~1b", at("/$defs/a~1b")),
            ("", "#here", at("/$defs/a~1b")),
            ("", "#there", Target::Nowhere),
            ("", "item", at("/$defs/item")),
            ("", "root.json#/$defs/item", at("/$defs/item")),
            ("", "https://example.com/item#/properties/p", at("/$defs/item/properties/p")),
            ("/$defs/item/properties/p", "#/properties/p", at("/$defs/item/properties/p")),
            ("/$defs/item/properties/p", "#/$defs/item", Target::Nowhere),
            ("", "urn:example:one", at("/$defs/urn")),
            ("", "#/$defs/none", Target::Nowhere),
            ("", "other.json", Target::Outside),
            ("", "https://example.org/x#/a", Target::Outside),
            ("", "http://json-schema.org/draft-07/schema#", Target::Standard),
            ("", "https://json-schema.org/draft/2020-12/meta/core", Target::Standard),
        ] {
            assert_eq!(references.resolve(&document, place, reference), target, "{place} {reference}");
        }
        let nameless = json!({"a": {"$ref": "x.json"}, "enum": [{"$id": "x.json"}]});
        let references = References::of(&nameless, Dialect::Draft202012);
        assert_eq!(references.resolve(&nameless, "/a", "x.json"), Target::Outside);
        assert_eq!(references.resolve(&nameless, "/a", "#/a"), at("/a"));
        assert!(!references.any_named());
    }

    #[test]
    fn dynamic_references_lead_to_the_outermost_anchor() {
        let document = json!({
            "$id": "https://example.com/strict", "$dynamicAnchor": "node", "$ref": "tree",
            "$defs": {"tree": {"$id": "tree", "$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}}}
        });
        let references = References::of(&document, Dialect::Draft202012);
        let target = |at: &str, reference: &str| references.resolve_dynamic(&document, at, reference);
        assert_eq!(target("/$defs/tree/items", "#node"), Target::At(String::new()));
        assert_eq!(references.resolve(&document, "", "tree"), Target::At("/$defs/tree".to_owned()));
        assert!(references.bundled());
    }
}
