//! Keywords whose value is none that they can have, or none that can be worked with.

use super::{check, keyword};
use serde_json::Value;

/// Numbers beyond are not told from their neighbours by what reads JSON (RFC 8259, 6).
const FARTHEST: f64 = 9_007_199_254_740_991.0;

/// What is wrong with a keyword's value, in words; nothing where it can be read.
pub(crate) fn fault(keyword: &str, value: &Value) -> Option<String> {
    if keyword == "pattern" {
        let pattern = value.as_str()?;
        return check::judge(pattern, "").err().map(|error| error.message);
    }
    if keyword == "patternProperties" {
        let bad = value.as_object()?.keys().find_map(|pattern| check::judge(pattern, "").err());
        if let Some(error) = bad {
            return Some(error.message);
        }
    }
    let bound = matches!(keyword, "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum");
    if bound && value.as_f64().is_some_and(|number| number.abs() >= FARTHEST) {
        return Some(format!("`{keyword}` is beyond what JSON readers tell apart"));
    }
    (!fits(keyword, value)).then(|| format!("{value} is no value of `{keyword}`"))
}

fn fits(keyword: &str, value: &Value) -> bool {
    let schema = |value: &Value| value.is_object() || value.is_boolean();
    let schemas = |value: &Value| value.as_object().is_some_and(|members| members.values().all(schema));
    let list =
        |value: &Value| value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(schema));
    let texts = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    let is_type = |value: &Value| {
        let known = ["array", "boolean", "integer", "null", "number", "object", "string"];
        value.as_str().is_some_and(|name| known.contains(&name))
    };
    match keyword {
        "type" => {
            is_type(value)
                || value.as_array().is_some_and(|names| !names.is_empty() && names.iter().all(is_type))
        }
        "enum" => value.as_array().is_some_and(|values| !values.is_empty()),
        "required" => texts(value),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
        "multipleOf" => value.as_f64().is_some_and(|number| number > 0.0),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => {
            value.as_u64().is_some() || value.as_f64().is_some_and(|n| n >= 0.0 && n.fract() == 0.0)
        }
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => schemas(value),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => list(value),
        "not"
        | "if"
        | "then"
        | "else"
        | "additionalProperties"
        | "unevaluatedProperties"
        | "unevaluatedItems"
        | "contains"
        | "propertyNames"
        | "contentSchema"
        | "items" => schema(value),
        "format" | "title" | "$comment" | "contentMediaType" | "contentEncoding" | "$ref" | "$anchor"
        | "$dynamicAnchor" | "$dynamicRef" => value.is_string(),
        "$recursiveAnchor" | "$recursiveRef" => false,
        "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => value.is_boolean(),
        "$id" | "$schema" | "id" => keyword == "id",
        other => !keyword::known(other) || !matches!(other, "additionalItems" | "dependencies"),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;
    use serde_json::json;

    #[test]
    fn odd_values_are_told_from_good_ones() {
        for (keyword, value) in [
            ("type", json!(["string", "null"])),
            ("maxLength", json!(3.0)),
            ("exclusiveMinimum", json!(0)),
            ("properties", json!({"a": true})),
            ("x-own", json!(null)),
            ("pattern", json!("^a+$")),
        ] {
            assert_eq!(fault(keyword, &value), None, "{keyword} {value}");
        }
        for (keyword, value) in [
            ("type", json!("any")),
            ("required", json!(true)),
            ("exclusiveMinimum", json!(true)),
            ("maximum", json!(9_223_372_036_854_775_807_u64)),
            ("pattern", json!("^(a+)+$")),
            ("pattern", json!("(")),
            ("enum", json!([])),
            ("items", json!([{}])),
            ("$recursiveAnchor", json!(true)),
        ] {
            assert!(fault(keyword, &value).is_some(), "{keyword} {value}");
        }
    }
}
