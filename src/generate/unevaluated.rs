//! `unevaluatedItems` and `unevaluatedProperties` spelled with other keywords, as far as that goes.
//!
//! What any of the subschemas beside the keyword may evaluate counts as evaluated, so more passes than
//! should: where a subschema does not apply after all, the values have to be filtered.

use super::rewrite::{self, Node};
use crate::schema::pointer;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Rewrites every schema object that has one of the keywords; whether there was one.
pub(crate) fn spell_out(schema: &mut Value) -> bool {
    let document = schema.clone();
    let mut changed = false;
    rewrite::every(schema, &mut |node| {
        if !node.contains_key("unevaluatedItems") && !node.contains_key("unevaluatedProperties") {
            return;
        }
        changed = true;
        let (items, members) = (node.remove("unevaluatedItems"), node.remove("unevaluatedProperties"));
        let mut seen = Seen::default();
        seen.node(&document, node, &mut Vec::new());
        if let Some(schema) = items.filter(|_| !seen.all_items) {
            let mut any = seen.contained;
            any.push(schema);
            let before = vec![json!({}); seen.prefix];
            let items = if any.len() == 1 { any.remove(0) } else { json!({ "anyOf": any }) };
            rewrite::also(
                node,
                if before.is_empty() {
                    json!({ "items": items })
                } else {
                    json!({"prefixItems": before, "items": items})
                },
            );
        }
        if let Some(schema) = members.filter(|_| !seen.all_members) {
            let any = |names: BTreeSet<String>| -> Map<String, Value> {
                names.into_iter().map(|name| (name, json!({}))).collect()
            };
            let (names, patterns) = (any(seen.names), any(seen.patterns));
            rewrite::also(
                node,
                json!({"properties": names, "patternProperties": patterns, "additionalProperties": schema}),
            );
        }
    });
    changed
}

/// What the subschemas of a place may evaluate.
#[derive(Default)]
struct Seen {
    all_items: bool,
    prefix: usize,
    contained: Vec<Value>,
    all_members: bool,
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
}

impl Seen {
    fn schema(&mut self, document: &Value, schema: &Value, path: &mut Vec<String>) {
        if let Value::Object(node) = schema {
            self.node(document, node, path);
        }
    }

    fn node(&mut self, document: &Value, node: &Node, path: &mut Vec<String>) {
        for (keyword, value) in node {
            match (keyword.as_str(), value) {
                ("items" | "unevaluatedItems", _) => self.all_items = true,
                ("prefixItems", Value::Array(items)) => self.prefix = self.prefix.max(items.len()),
                ("contains", schema) => self.contained.push(schema.clone()),
                ("additionalProperties" | "unevaluatedProperties", _) => self.all_members = true,
                ("properties", Value::Object(members)) => self.names.extend(members.keys().cloned()),
                ("patternProperties", Value::Object(patterns)) => {
                    self.patterns.extend(patterns.keys().cloned());
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                    for branch in branches {
                        self.schema(document, branch, path);
                    }
                }
                ("if" | "then" | "else", schema) => self.schema(document, schema, path),
                ("dependentSchemas", Value::Object(schemas)) => {
                    schemas.values().for_each(|schema| self.schema(document, schema, path));
                }
                ("$ref" | "$dynamicRef", Value::String(reference)) => self.target(document, reference, path),
                _ => {}
            }
        }
    }

    fn target(&mut self, document: &Value, reference: &str, path: &mut Vec<String>) {
        if path.iter().any(|passed| passed == reference) {
            return;
        }
        path.push(reference.to_owned());
        if let Some(target) = named(document, reference) {
            self.schema(document, target, path);
        } else {
            (self.all_items, self.all_members) = (true, true);
        }
        path.pop();
    }
}

/// What a reference names: by pointer, by anchor, or by the identifier of an embedded schema.
fn named<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    if let Some(pointer) = pointer::of_local_reference(reference) {
        return document.pointer(&pointer);
    }
    let (name, anchor) = match reference.rsplit_once('#') {
        Some((_, anchor)) if !anchor.is_empty() => (anchor, true),
        Some((name, _)) => (name, false),
        None => (reference, false),
    };
    find(document, &|node| {
        let is = |keyword: &str| node.get(keyword).and_then(Value::as_str) == Some(name);
        if anchor { is("$anchor") || is("$dynamicAnchor") } else { is("$id") }
    })
}

fn find<'a>(schema: &'a Value, wanted: &dyn Fn(&Node) -> bool) -> Option<&'a Value> {
    match schema {
        Value::Object(node) if wanted(node) => Some(schema),
        Value::Object(node) => node.values().find_map(|value| find(value, wanted)),
        Value::Array(items) => items.iter().find_map(|item| find(item, wanted)),
        _ => None,
    }
}

/// Replaces dynamic references by plain ones to the document's own anchor of that name, where it has
/// one: it is the outermost, wherever the reference stands.
pub(crate) fn settle_dynamic_references(schema: &mut Value) {
    let mut anchors = BTreeSet::new();
    own_anchors(schema, true, &mut anchors);
    let base = schema.get("$id").and_then(Value::as_str).map(|id| id.trim_end_matches('#').to_owned());
    let Some(base) = base else { return };
    rewrite::every(schema, &mut |node| {
        let name = node.get("$dynamicRef").and_then(Value::as_str).and_then(|one| one.rsplit_once('#'));
        if let Some((_, name)) = name.filter(|(_, name)| anchors.contains(*name)) {
            let reference = json!({ "$ref": format!("{base}#{name}") });
            node.remove("$dynamicRef");
            rewrite::also(node, reference);
        }
    });
}

/// The dynamic anchors of the document itself, less those of the schemas embedded in it.
fn own_anchors(schema: &Value, root: bool, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(node) if root || !node.contains_key("$id") => {
            found.extend(node.get("$dynamicAnchor").and_then(Value::as_str).map(str::to_owned));
            node.values().for_each(|value| own_anchors(value, false, found));
        }
        Value::Array(items) => items.iter().for_each(|item| own_anchors(item, false, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_any_subschema_may_evaluate_counts() {
        let mut schema = json!({"allOf": [{"contains": {"multipleOf": 2}}], "prefixItems": [true],
            "unevaluatedItems": {"multipleOf": 5}});
        assert!(spell_out(&mut schema));
        let added = &schema["allOf"][1];
        assert_eq!(
            *added,
            json!({"prefixItems": [{}], "items": {"anyOf": [{"multipleOf": 2}, {"multipleOf": 5}]}})
        );
        let mut schema = json!({"$ref": "#/$defs/a", "unevaluatedProperties": false,
            "$defs": {"a": {"properties": {"x": true}, "if": {"patternProperties": {"^y": true}}}}});
        assert!(spell_out(&mut schema));
        let added = &schema["allOf"][0];
        assert_eq!(
            *added,
            json!({"properties": {"x": {}}, "patternProperties": {"^y": {}}, "additionalProperties": false})
        );
        assert!(!spell_out(&mut schema));
    }

    #[test]
    fn the_outermost_anchor_is_the_documents_own() {
        let mut schema = json!({"$id": "https://example.com/a", "$dynamicAnchor": "n", "$ref": "b",
            "$defs": {"b": {"$id": "b", "$dynamicAnchor": "n", "items": {"$dynamicRef": "#n"}}}});
        settle_dynamic_references(&mut schema);
        assert_eq!(schema.pointer("/$defs/b/items/allOf/0/$ref"), Some(&json!("https://example.com/a#n")));
    }
}
