//! Schema objects of `OpenAPI` 3.0 lowered to JSON Schema 2020-12, keyword by keyword in place, so
//! that JSON pointers stay what they are.
//!
//! The positions taken, each by `OpenAPI` 3.0.3, section 4.7.24 (Schema Object):
//!
//! - `nullable: true` adds `null` to the types that `type` allows, in the same schema object and nowhere
//!   else ("Fixed Fields", as the proposal "Clarify semantics of nullable in OpenAPI 3.0" of 2019-10-31
//!   explains). So it means nothing without `type`; beside `enum` null is valid only if it is listed;
//!   beside `allOf`, `anyOf` and `oneOf` null has to satisfy those too; and where there is no `type`, null
//!   is valid anyway as far as the other keywords let it pass.
//! - beside `$ref` nothing counts, `nullable` neither (section 4.7.23, Reference Object: what is added to it
//!   shall be ignored).
//! - `exclusiveMinimum` and `exclusiveMaximum` are booleans that say how `minimum` and `maximum` are meant.
//! - `example`, `discriminator`, `xml`, `externalDocs`, `readOnly`, `writeOnly` and `deprecated` describe and
//!   fail no value; `discriminator` is a hint which of the schemas may fit, and they judge by themselves.
//! - keywords of JSON Schema that the section does not name do not exist, so they are taken out.

use super::{SchemaError, keyword, pointer};
use serde_json::{Map, Value, json};

/// The keywords of JSON Schema that a schema object has.
const KEYWORDS: &[&str] = &[
    "$ref",
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];

/// Whether a keyword of JSON Schema is none of a schema object.
pub(crate) fn foreign(name: &str) -> bool {
    keyword::known(name) && !KEYWORDS.contains(&name)
}

/// Lowers the schema object that stands at a pointer. Its subschemas are left as they are.
pub(crate) fn lower(at: &str, node: &mut Map<String, Value>) -> Result<(), SchemaError> {
    if node.get("$ref").is_some_and(Value::is_string) {
        node.retain(|name, _| name == "$ref");
        return Ok(());
    }
    node.retain(|name, _| !foreign(name));
    types(at, node)?;
    bound(at, node, "minimum", "exclusiveMinimum")?;
    bound(at, node, "maximum", "exclusiveMaximum")?;
    if node.get("items").is_some_and(Value::is_array) {
        let mend = "write one schema for every item; item by item needs `prefixItems` of OpenAPI 3.1";
        return Err(wrong(at, "items", "a list of schemas under `items` is no OpenAPI 3.0", mend));
    }
    Ok(())
}

fn types(at: &str, node: &mut Map<String, Value>) -> Result<(), SchemaError> {
    let nullable = match node.get("nullable") {
        None => false,
        Some(Value::Bool(nullable)) => *nullable,
        Some(_) => return Err(wrong(at, "nullable", "`nullable` is true or false", "write a boolean")),
    };
    match node.get_mut("type") {
        Some(Value::Array(_)) => {
            let mend = "name one type, and add `nullable: true` where null is valid; lists are OpenAPI 3.1";
            Err(wrong(at, "type", "a list of types is no OpenAPI 3.0", mend))
        }
        Some(Value::String(name)) if name == "null" => {
            let mend = "name the type that values have, and add `nullable: true`";
            Err(wrong(at, "type", "the type \"null\" is no OpenAPI 3.0", mend))
        }
        Some(kind) if nullable => {
            *kind = json!([kind.take(), "null"]);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn bound(at: &str, node: &mut Map<String, Value>, keyword: &str, exclusive: &str) -> Result<(), SchemaError> {
    match node.get(exclusive) {
        None => {}
        Some(Value::Bool(excludes)) => {
            let excludes = *excludes;
            node.remove(exclusive);
            if let Some(limit) = excludes.then(|| node.remove(keyword)).flatten() {
                node.insert(exclusive.to_owned(), limit);
            }
        }
        Some(_) => {
            let mend = format!("write `{keyword}` with the number and `{exclusive}: true`");
            return Err(wrong(at, exclusive, &format!("`{exclusive}` is a boolean in OpenAPI 3.0"), &mend));
        }
    }
    Ok(())
}

/// Reads boolean bounds, as they were before 3.1, wherever they stand.
pub(crate) fn plain_bounds(node: &mut Map<String, Value>) {
    for (keyword, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        // Any other value is left as it is.
        let _ = bound("", node, keyword, exclusive);
    }
}

fn wrong(at: &str, keyword: &str, message: &str, mend: &str) -> SchemaError {
    SchemaError::new(pointer::join(at, keyword), message, mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(node: Value) -> Result<Value, String> {
        let Value::Object(mut node) = node else { return Err("no object".to_owned()) };
        lower("/at", &mut node).map(|()| Value::Object(node)).map_err(|error| error.pointer)
    }

    #[test]
    fn keywords_become_those_of_2020_12() {
        for (written, wanted) in [
            (
                json!({"type": "string", "nullable": true}),
                json!({"type": ["string", "null"], "nullable": true}),
            ),
            (json!({"type": "string", "nullable": false}), json!({"type": "string", "nullable": false})),
            (json!({"nullable": true, "allOf": [{}]}), json!({"nullable": true, "allOf": [{}]})),
            (
                json!({"type": "string", "nullable": true, "enum": ["a"]}),
                json!({"type": ["string", "null"], "nullable": true, "enum": ["a"]}),
            ),
            (json!({"$ref": "#/a", "nullable": true, "type": "string"}), json!({"$ref": "#/a"})),
            (json!({"minimum": 1, "exclusiveMinimum": true}), json!({"exclusiveMinimum": 1})),
            (json!({"maximum": 1, "exclusiveMaximum": false}), json!({"maximum": 1})),
            (json!({"exclusiveMaximum": true}), json!({})),
            (json!({"const": 1, "if": false, "x-a": 1, "example": 2}), json!({"x-a": 1, "example": 2})),
        ] {
            assert_eq!(lowered(written.clone()), Ok(wanted), "{written}");
        }
    }

    #[test]
    fn what_is_of_another_dialect_is_refused() {
        for (written, place) in [
            (json!({"type": ["string", "null"]}), "/at/type"),
            (json!({"type": "null"}), "/at/type"),
            (json!({"exclusiveMinimum": 1}), "/at/exclusiveMinimum"),
            (json!({"nullable": "yes"}), "/at/nullable"),
            (json!({"items": [{}]}), "/at/items"),
        ] {
            assert_eq!(lowered(written.clone()), Err(place.to_owned()), "{written}");
        }
    }
}
