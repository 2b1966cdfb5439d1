//! Small schemas of our own.

use serde_json::{Value, json};

/// A request like sendInbox, self-contained with a reference as contracts have them.
pub(crate) fn send_inbox() -> Value {
    json!({
        "$ref": "#/components/schemas/Request",
        "components": {"schemas": {
            "Request": {
                "type": "object",
                "required": ["accessToken", "requestId", "templateCode", "templates"],
                "properties": {
                    "accessToken": {"type": "string", "minLength": 1, "maxLength": 128},
                    "requestId": {"type": "string", "minLength": 1, "maxLength": 128},
                    "templateCode": {"type": "string", "minLength": 1, "maxLength": 256},
                    "templates": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Template"}},
                    "extendInfo": {"type": "string", "maxLength": 4096}
                }
            },
            "Template": {
                "type": "object",
                "required": ["templateParameters"],
                "properties": {
                    "templateParameters": {
                        "type": "object",
                        "additionalProperties": {"type": "string", "x-proofmark": {"violate": false}}
                    },
                    "language": {"type": "string"}
                }
            }
        }}
    })
}

/// Small schemas that between them have every goal.
pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("sendInbox", send_inbox()),
        ("string", json!({"type": "string", "minLength": 2, "maxLength": 5})),
        ("string or nothing", json!({"type": "string", "maxLength": 0})),
        ("nullable", json!({"type": ["string", "null"], "minLength": 1})),
        ("integer", json!({"type": "integer", "minimum": 1, "maximum": 10})),
        (
            "exclusive",
            json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10, "multipleOf": 2}),
        ),
        ("number", json!({"type": "number", "minimum": 0.5, "exclusiveMaximum": 2.5})),
        ("cents", json!({"type": "number", "multipleOf": 0.01, "minimum": 7, "maximum": 10})),
        ("fractional bounds", json!({"type": "integer", "minimum": 1.5, "maximum": 3.5})),
        ("large", json!({"type": "integer", "minimum": 9_007_199_254_740_993_i64, "maximum": i64::MAX})),
        ("enum", json!({"enum": ["a", 1, null, {"b": [1]}]})),
        ("typed enum", json!({"type": "string", "enum": ["red", "green"]})),
        ("const", json!({"properties": {"version": {"const": 1}}, "required": ["version"]})),
        ("pattern", json!({"type": "string", "pattern": "^[A-Z]{2}\\d{3}$"})),
        (
            "pattern within lengths",
            json!({"type": "string", "pattern": "^[a-z_]+$", "minLength": 8, "maxLength": 20}),
        ),
        (
            "look-ahead",
            json!({"type": "string", "minLength": 8, "maxLength": 12,
            "pattern": "^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[A-Za-z0-9]+$"}),
        ),
        ("array", json!({"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3})),
        ("open array", json!({"type": "array", "items": {"type": "string", "maxLength": 3}})),
        (
            "unique",
            json!({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": true, "minItems": 2}),
        ),
        (
            "tuple",
            json!({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": {"type": "null"}, "maxItems": 4}),
        ),
        (
            "closed",
            json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a"], "additionalProperties": false}),
        ),
        (
            "patterned members",
            json!({"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false,
            "properties": {"id": {"type": "integer"}}}),
        ),
        (
            "map",
            json!({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}, "minProperties": 1, "maxProperties": 4}),
        ),
        (
            "odd names",
            json!({"type": "object", "required": ["a/b", "c~d", ""], "properties": {
            "a/b": {"type": "string"}, "c~d": {"type": "object", "properties": {"": {"type": "integer"}}}, "": {"type": "boolean"}}}),
        ),
        (
            "all of",
            json!({"allOf": [{"$ref": "#/$defs/base"}, {"properties": {"b": {"type": "string", "minLength": 1}}, "required": ["b"]}],
            "$defs": {"base": {"type": "object", "properties": {"a": {"type": "integer", "maximum": 5}}, "required": ["a"]}}}),
        ),
        (
            "any of",
            json!({"type": "object", "properties": {"v": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}, "required": ["v"]}),
        ),
        ("one of", json!({"oneOf": [{"type": "integer"}, {"minimum": 2, "type": "number"}]})),
        (
            "condition",
            json!({"type": "object", "properties": {"kind": {"enum": ["x", "y"]}, "x": {"type": "integer"}},
            "required": ["kind"], "if": {"properties": {"kind": {"const": "x"}}}, "then": {"required": ["x"]}}),
        ),
        (
            "tree",
            json!({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}}),
        ),
        (
            "whole document",
            json!({"type": "object", "properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}, "required": ["n"]}),
        ),
        (
            "dependent",
            json!({"type": "object", "properties": {"card": {"type": "string"}, "zip": {"type": "string"}},
            "dependentRequired": {"card": ["zip"]}}),
        ),
        (
            "not",
            json!({"type": "object", "properties": {"k": {"type": "string", "not": {"enum": ["a", "b"]}}}, "required": ["k"]}),
        ),
        ("anything", json!(true)),
        (
            "contains",
            json!({"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "contains": {"const": 7}, "minContains": 2, "maxItems": 5}),
        ),
    ]
}
