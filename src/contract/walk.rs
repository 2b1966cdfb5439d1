//! From a pointer into an instance to the schemas that describe what stands there.

use crate::schema::pointer;
use serde_json::Value;

/// The schemas of the places on the way to a pointer, the root first, local references followed.
///
/// Where no schema describes a place, the row ends before it.
pub fn along<'a>(schema: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut node = resolve(schema, schema);
    let mut nodes = vec![node];
    for name in pointer::tokens(pointer) {
        let next = part(schema, node, &name, 0);
        let Some(next) = next else { break };
        node = resolve(schema, next);
        nodes.push(node);
    }
    nodes
}

/// The schema of a member or item: that of the node itself, or else of one that judges the same value.
fn part<'a>(root: &'a Value, node: &'a Value, name: &str, depth: usize) -> Option<&'a Value> {
    const DEEPEST: usize = 8;
    let own = node
        .pointer("/properties")
        .and_then(|properties| properties.get(name))
        .or_else(|| node.get("items").filter(|_| name.parse::<usize>().is_ok()))
        .or_else(|| node.get("additionalProperties").filter(|schema| schema.is_object()));
    own.or_else(|| {
        let lists =
            ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| node.get(keyword)?.as_array());
        let mut beside = lists.flatten().filter(|_| depth < DEEPEST);
        beside.find_map(|schema| part(root, resolve(root, schema), name, depth + 1))
    })
}

/// Whether a schema describes the place of a pointer.
pub fn describes(schema: &Value, pointer: &str) -> bool {
    along(schema, pointer).len() == pointer.split('/').count()
}

/// Follows local references; a chain that does not end is cut.
fn resolve<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    const LONGEST: usize = 32;
    let mut at = node;
    for _ in 0..LONGEST {
        let Some(reference) = at.get("$ref").and_then(Value::as_str) else { return at };
        match reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer)) {
            Some(next) => at = next,
            None => return at,
        }
    }
    at
}
