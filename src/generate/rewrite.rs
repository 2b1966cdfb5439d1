//! Rewriting the schema objects of a document.

use super::source::Rng;
use serde_json::{Map, Value, json};

/// A schema object.
pub(crate) type Node = Map<String, Value>;

/// Keywords that hold a schema, a list of schemas, or schemas by name.
const ONE: &[&str] = &[
    "items",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "additionalItems",
];
const LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const NAMED: &[&str] =
    &["properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies"];

/// Does `change` to every schema object of the schema, the inner ones first.
pub(crate) fn every(schema: &mut Value, change: &mut impl FnMut(&mut Node)) {
    let Value::Object(node) = schema else { return };
    for (keyword, value) in node.iter_mut() {
        let keyword = keyword.as_str();
        match value {
            Value::Object(members) if NAMED.contains(&keyword) => {
                members.values_mut().for_each(|member| every(member, change));
            }
            Value::Array(items) if LISTS.contains(&keyword) => {
                for item in items {
                    every(item, change);
                }
            }
            Value::Object(_) if ONE.contains(&keyword) => every(value, change),
            _ => {}
        }
    }
    change(node);
}

/// Whether some schema object of the schema is one of the wanted ones.
pub(crate) fn any(schema: &Value, wanted: &impl Fn(&Node) -> bool) -> bool {
    let Value::Object(node) = schema else { return false };
    wanted(node)
        || node.iter().any(|(keyword, value)| {
            let keyword = keyword.as_str();
            match value {
                Value::Object(members) if NAMED.contains(&keyword) => {
                    members.values().any(|member| any(member, wanted))
                }
                Value::Array(items) if LISTS.contains(&keyword) => items.iter().any(|item| any(item, wanted)),
                Value::Object(_) if ONE.contains(&keyword) => any(value, wanted),
                _ => false,
            }
        })
}

/// Adds something that values have to satisfy as well.
pub(crate) fn also(node: &mut Node, schema: Value) {
    match node.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all) => all.push(schema),
        None => {
            node.insert("allOf".to_owned(), json!([schema]));
        }
    }
}

/// Leaves out whatever combines subschemas otherwise than by all of them, so that more passes.
pub(crate) fn uncombine(node: &mut Node) {
    const COMBINING: &[&str] = &[
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "dependentSchemas",
        "dependentRequired",
        "dependencies",
        "unevaluatedItems",
        "unevaluatedProperties",
    ];
    for keyword in COMBINING {
        node.remove(*keyword);
    }
}

/// Replaces each set of alternatives by one of them; different ways choose differently.
pub(crate) fn choose(schema: &mut Value, way: u64) {
    let mut rng = Rng::new(way);
    every(schema, &mut |node| {
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(mut branches)) = node.remove(keyword)
                && !branches.is_empty()
            {
                let chosen = rng.below(branches.len() as u64);
                also(node, branches.swap_remove(usize::try_from(chosen).unwrap_or(0)));
            }
        }
        for keyword in ["dependentRequired", "dependentSchemas"] {
            let Some(Value::Object(dependencies)) = node.remove(keyword) else { continue };
            for (name, needed) in dependencies {
                if rng.below(2) == 0 {
                    also(node, json!({"properties": {name: false}}));
                } else {
                    also(node, json!({"required": [name]}));
                    also(node, if needed.is_array() { json!({ "required": needed }) } else { needed });
                }
            }
        }
        if let Some(condition) = node.remove("if") {
            let (then, otherwise) = (node.remove("then"), node.remove("else"));
            let holds = rng.below(2) == 0;
            let chosen = if holds { then } else { otherwise };
            also(node, if holds { condition } else { json!({ "not": condition }) });
            if let Some(chosen) = chosen {
                also(node, chosen);
            }
        }
    });
}

/// Leaves out or widens the first keyword of the schema object at the place that the normal form may
/// fail at; whether there is one.
pub(crate) fn relax(schema: &mut Value, place: &str) -> bool {
    let Some(node) = schema.pointer_mut(place).and_then(Value::as_object_mut) else { return false };
    if let Some(branches) = node.remove("oneOf") {
        also(node, json!({ "anyOf": branches }));
        return true;
    }
    if let Some(condition) = node.remove("if") {
        let then = node.remove("then").unwrap_or(Value::Bool(true));
        let otherwise = node.remove("else").unwrap_or(Value::Bool(true));
        also(node, json!({"anyOf": [{"allOf": [condition, then]}, otherwise]}));
        return true;
    }
    let dropped =
        ["not", "unevaluatedItems", "unevaluatedProperties", "dependentSchemas", "dependentRequired"];
    if dropped.iter().any(|keyword| node.remove(*keyword).is_some()) {
        return true;
    }
    // Counts that are no 64-bit integers: no value is that large.
    let counts = ["maxLength", "maxItems", "maxProperties", "maxContains"];
    let wide = counts.iter().find(|count| node.get(**count).is_some_and(|count| !count.is_u64()));
    wide.is_some_and(|count| node.remove(*count).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_object_is_met_and_nothing_else() {
        let mut schema = json!({"properties": {"a": {"items": {"x": 1}}}, "enum": [{"not": {}}], "anyOf": [{"x": 2}, true],
            "default": {"x": 3}, "$defs": {"d": {"x": 4}}});
        let mut seen = Vec::new();
        every(&mut schema, &mut |node| seen.extend(node.get("x").and_then(Value::as_u64)));
        seen.sort_unstable();
        assert_eq!(seen, [1, 2, 4]);
    }

    #[test]
    fn ways_differ() {
        let schema = json!({"anyOf": [{"minimum": 1}, {"minimum": 2}, {"minimum": 3}]});
        let way = |way| {
            let mut chosen = schema.clone();
            choose(&mut chosen, way);
            chosen.to_string()
        };
        assert!((1..10).any(|other| way(other) != way(0)));
        assert_eq!(way(3), way(3));
    }
}
