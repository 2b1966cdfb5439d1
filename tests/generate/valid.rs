//! Valid values of small schemas: what is built, how varied it is, and what is impossible and says so.

use crate::schemas::schemas;
use crate::{generator, second_oracle};
use proofmark::generate::{Generator, Refusal, draw, seed};
use proofmark::schema::Formats;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Schemas on which guessing takes long or never ends.
fn satisfiable() -> Vec<(&'static str, Value)> {
    let nested = |levels: usize| {
        (0..levels).fold(json!({"type": "integer"}), |inner, _| {
            json!({"type": "object", "properties": {"n": inner}, "required": ["n"], "additionalProperties": false})
        })
    };
    let chain: serde_json::Map<String, Value> = (0..150)
        .map(|index| {
            let next = json!({"$ref": format!("#/$defs/d{}", index + 1)});
            (format!("d{index}"), json!({"type": "object", "properties": {"n": next}, "required": ["n"]}))
        })
        .chain([("d150".to_owned(), json!({"type": "null"}))])
        .collect();
    let forks: Vec<Value> = (0..14)
        .map(|index| {
            let name = format!("p{index}");
            json!({"anyOf": [{"properties": {(&name): {"type": "integer"}}, "required": [(&name)]},
                {"properties": {(&name): {"type": "string"}}}, {"properties": {(&name): {"type": "null"}, "q": {"minLength": index}}}]})
        })
        .collect();
    vec![
        // Items that have to be contained.
        (
            "contains few of few",
            json!({"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9},
            "contains": {"const": 7}, "minContains": 2, "maxContains": 3, "maxItems": 5}),
        ),
        (
            "contains all",
            json!({"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5},
            "minContains": 4, "maxItems": 4}),
        ),
        (
            "contains none",
            json!({"type": "array", "contains": {"type": "string"}, "minContains": 0, "maxContains": 0, "minItems": 2}),
        ),
        (
            "contains two kinds that share",
            json!({"type": "array", "maxItems": 2, "allOf": [
            {"contains": {"type": "integer", "multipleOf": 2}, "minContains": 2}, {"contains": {"multipleOf": 3, "type": "integer"}}]}),
        ),
        (
            "contains two kinds apart",
            json!({"type": "array", "maxItems": 3, "allOf": [
            {"contains": {"type": "string"}, "minContains": 2}, {"contains": {"type": "integer"}, "maxContains": 1}]}),
        ),
        (
            "contains within the prefix",
            json!({"type": "array", "prefixItems": [{"enum": [1, 2]}, {"enum": [2, 3]}], "items": false,
            "contains": {"const": 2}, "minContains": 1, "maxContains": 1, "minItems": 2}),
        ),
        (
            "contains, distinct",
            json!({"type": "array", "items": {"enum": [1, 2, 3, "a"]}, "uniqueItems": true,
            "contains": {"type": "integer"}, "minContains": 3, "minItems": 4}),
        ),
        (
            "contains three kinds",
            json!({"type": "array", "maxItems": 3, "allOf": [{"contains": {"const": 1}},
            {"contains": {"const": 2}}, {"contains": {"const": 3}}]}),
        ),
        (
            "contains of strings",
            json!({"type": "array", "items": {"type": "string", "maxLength": 6},
            "contains": {"pattern": "^a"}, "minContains": 2, "maxContains": 2, "minItems": 5, "maxItems": 8}),
        ),
        // Distinct items.
        (
            "all booleans",
            json!({"type": "array", "items": {"type": "boolean"}, "uniqueItems": true, "minItems": 2}),
        ),
        (
            "all of an enum",
            json!({"type": "array", "items": {"enum": [0, 1, true, false]}, "uniqueItems": true, "minItems": 4}),
        ),
        (
            "all of a range",
            json!({"type": "array", "items": {"type": "integer", "minimum": -50, "maximum": 49}, "uniqueItems": true, "minItems": 100}),
        ),
        (
            "all pairs",
            json!({"type": "array", "uniqueItems": true, "minItems": 4,
            "items": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 2}}),
        ),
        (
            "all small objects",
            json!({"type": "array", "uniqueItems": true, "minItems": 6, "items": {"type": "object",
            "properties": {"a": {"type": "boolean"}, "b": {"const": 1}}, "additionalProperties": false}}),
        ),
        (
            "all sets of two",
            json!({"type": "array", "uniqueItems": true, "minItems": 5, "items": {"type": "array",
            "uniqueItems": true, "items": {"enum": [1, 2]}}}),
        ),
        (
            "distinct behind a prefix",
            json!({"type": "array", "uniqueItems": true, "minItems": 3,
            "prefixItems": [{"enum": ["a", "b"]}, {"const": "a"}], "items": {"enum": ["a", "b", "c"]}}),
        ),
        (
            "distinct numbers",
            json!({"type": "array", "uniqueItems": true, "minItems": 11,
            "items": {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.1}}),
        ),
        (
            "distinct strings",
            json!({"type": "array", "uniqueItems": true, "minItems": 20, "items": {"type": "string", "maxLength": 3}}),
        ),
        // Names of members.
        (
            "the only two names",
            json!({"type": "object", "patternProperties": {"^(positive|negative)$": {"type": "integer"}},
            "additionalProperties": false, "minProperties": 2}),
        ),
        (
            "patterns within patterns",
            json!({"type": "object", "patternProperties": {"^a": {"type": "integer"}, "^ab": {"minimum": 5}},
            "additionalProperties": false, "minProperties": 3}),
        ),
        (
            "names as told",
            json!({"type": "object", "propertyNames": {"pattern": "^[a-z]{2,4}$"}, "required": ["ab"],
            "minProperties": 3, "additionalProperties": {"type": "boolean"}}),
        ),
        (
            "a declared name that cannot be",
            json!({"type": "object", "properties": {"a": false, "b": {"type": "null"}}, "minProperties": 2}),
        ),
        (
            "names that the rule bars",
            json!({"type": "object", "properties": {"long": {"type": "integer"}, "ok": {"type": "integer"}},
            "propertyNames": {"maxLength": 2}, "minProperties": 1}),
        ),
        (
            "one leads to the next",
            json!({"type": "object", "properties": {"card": {"type": "string"}, "addr": {"type": "string"}, "zip": {"type": "string"}},
            "dependentRequired": {"card": ["addr"], "addr": ["zip"]}, "minProperties": 1, "maxProperties": 2, "additionalProperties": false}),
        ),
        (
            "a member brings a schema",
            json!({"type": "object", "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"const": 1}}}},
            "required": ["a"]}),
        ),
        (
            "some member breaks the rule",
            json!({"type": "object", "not": {"additionalProperties": {"type": "integer"}}}),
        ),
        (
            "some name breaks the rule",
            json!({"type": "object", "not": {"propertyNames": {"pattern": "^[a-z]*$"}}}),
        ),
        (
            "exactly full",
            json!({"type": "object", "required": ["id"], "minProperties": 2, "maxProperties": 2,
            "additionalProperties": {"type": "boolean"}, "properties": {"id": {"type": "string"}}}),
        ),
        // Combinations.
        (
            "exactly one of overlapping ranges",
            json!({"oneOf": [{"type": "integer", "minimum": 0, "maximum": 10}, {"type": "integer", "minimum": 5, "maximum": 15}]}),
        ),
        (
            "exactly one required",
            json!({"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}},
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}], "additionalProperties": false}),
        ),
        (
            "exactly one of three objects",
            json!({"oneOf": [{"type": "object", "properties": {"k": {"const": 1}}},
            {"type": "object", "properties": {"k": {"const": 2}}}, {"type": "object", "required": ["k"], "properties": {"k": {"type": "integer"}}}]}),
        ),
        (
            "neither",
            json!({"allOf": [{"type": "integer", "minimum": 0, "maximum": 20}, {"not": {"multipleOf": 2}}, {"not": {"multipleOf": 3}}]}),
        ),
        (
            "if, then and else",
            json!({"type": "integer", "if": {"minimum": 10}, "then": {"multipleOf": 5}, "else": {"maximum": 3}}),
        ),
        ("if only", json!({"if": {"const": 1}, "else": false})),
        (
            "a reference and more",
            json!({"$ref": "#/$defs/t", "required": ["x"], "$defs": {"t": {"type": "object",
            "properties": {"x": {"$ref": "#/$defs/t"}}, "additionalProperties": {"type": "integer"}, "maxProperties": 3}}, "minProperties": 2, "properties": {"x": {"maxProperties": 1}}}),
        ),
        (
            "not what refers to itself",
            json!({"type": "object", "properties": {"a": {"not": {"$ref": "#/$defs/t"}}}, "required": ["a"],
            "$defs": {"t": {"type": "object", "properties": {"x": {"$ref": "#/$defs/t"}}, "required": ["y"]}}}),
        ),
        ("many forks", json!({"type": "object", "allOf": forks})),
        // Numbers.
        (
            "cents and thirds",
            json!({"type": "number", "allOf": [{"multipleOf": 0.01}, {"multipleOf": 0.3}], "minimum": 0.1, "maximum": 5}),
        ),
        ("a hundred-millionth", json!({"type": "number", "multipleOf": 1e-8, "minimum": 0, "maximum": 1e-6})),
        (
            "integers by a fraction",
            json!({"type": "integer", "multipleOf": 0.7, "minimum": 1, "maximum": 50}),
        ),
        ("large steps", json!({"type": "number", "multipleOf": 1e15, "minimum": 1})),
        (
            "beyond 2^53",
            json!({"type": "integer", "minimum": 9_007_199_254_740_993_i64, "maximum": 9_007_199_254_741_000_i64}),
        ),
        ("up to u64", json!({"type": "integer", "minimum": 0, "maximum": u64::MAX})),
        (
            "only beyond i64",
            json!({"type": "integer", "minimum": 9_223_372_036_854_775_808_u64, "maximum": u64::MAX}),
        ),
        ("only doubles", json!({"type": "number", "minimum": 1e300})),
        ("down to i64", json!({"type": "integer", "maximum": i64::MIN + 3})),
        ("a narrow gap", json!({"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.000_000_1})),
        ("one double", json!({"type": "number", "minimum": 0.1, "exclusiveMaximum": 0.1_f64.next_up()})),
        ("tiny", json!({"type": "number", "exclusiveMinimum": 0, "maximum": 1e-320})),
        (
            "no whole number",
            json!({"type": "number", "not": {"type": "integer"}, "minimum": 1, "maximum": 2}),
        ),
        ("two types", json!({"type": ["integer", "string"], "minimum": 3, "maxLength": 2})),
        // Deep and large.
        ("forty deep", nested(40)),
        ("a hundred and twenty deep", nested(120)),
        ("a chain of a hundred and fifty", json!({"$ref": "#/$defs/d0", "$defs": chain})),
        (
            "a tree of pairs",
            json!({"$ref": "#/$defs/n", "$defs": {"n": {"anyOf": [{"type": "integer"},
            {"type": "array", "items": {"$ref": "#/$defs/n"}, "minItems": 2, "maxItems": 2}]}}}),
        ),
        (
            "contains what refers to itself",
            json!({"$ref": "#/$defs/n", "$defs": {"n": {"type": "array", "maxItems": 3,
            "items": {"anyOf": [{"$ref": "#/$defs/n"}, {"const": 1}]}, "contains": {"const": 1}, "maxContains": 1}}}),
        ),
        ("names as the object itself", json!({"type": "object", "propertyNames": {"$ref": "#"}})),
        (
            "names of itself, or objects with such names",
            json!({"anyOf": [{"enum": ["a", "bc"]}, {"type": "object", "propertyNames": {"$ref": "#"}}]}),
        ),
        ("a long maximum", json!({"type": "string", "maxLength": 1_000_000_000})),
        ("a large maximum", json!({"type": "array", "items": {"type": "null"}, "maxItems": 1_000_000_000})),
        // What has no normal form.
        (
            "unevaluated items of two",
            json!({"allOf": [{"contains": {"multipleOf": 2}}, {"contains": {"multipleOf": 3}}], "unevaluatedItems": {"multipleOf": 5}}),
        ),
        (
            "unevaluated members",
            json!({"type": "object", "$ref": "#/$defs/base", "anyOf": [{"properties": {"b": {"const": 1}}, "required": ["b"]},
            {"properties": {"c": {"const": 2}}, "required": ["c"]}], "unevaluatedProperties": false, "$defs": {"base": {"properties": {"a": {"type": "string"}}}}}),
        ),
    ]
}

/// The second validator decides multiples of fractions, and integers beyond 2^53, in binary.
fn decided(name: &str) -> bool {
    !matches!(
        name,
        "cents and thirds"
            | "a hundred-millionth"
            | "integers by a fraction"
            | "distinct numbers"
            | "no whole number"
    )
}

#[test]
fn what_can_be_is_made() {
    let mut failures = Vec::new();
    for (name, schema) in satisfiable() {
        let start = std::time::Instant::now();
        let generator = generator(&schema);
        let strategy = match generator.valid() {
            Ok(strategy) => strategy,
            Err(refusal) => {
                failures.push(format!("{name}: {refusal}"));
                continue;
            }
        };
        let agrees = if decided(name) { second_oracle(name, &schema) } else { Box::new(|_: &Value, _| true) };
        let mut distinct = BTreeSet::new();
        for index in 0..50 {
            match draw(&strategy, seed(1, name, index)) {
                Ok(value) => {
                    if !generator.oracle().is_valid(&value) || !agrees(&value, true) {
                        failures.push(format!("{name}: {value}"));
                    }
                    distinct.insert(value.to_string());
                }
                Err(refusal) => failures.push(format!("{name}: {index}: {refusal}")),
            }
        }
        let (made, rejected) = generator.filtered();
        println!(
            "{name}: {} distinct, {rejected} rejected of {made}, {:?}, {}",
            distinct.len(),
            start.elapsed(),
            distinct.first().map_or("", |one| one.get(..60).unwrap_or(one))
        );
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Schemas that nothing satisfies, with the place and the keywords that say so.
fn unsatisfiable() -> Vec<(Value, &'static str, &'static [&'static str])> {
    vec![
        (json!(false), "", &["false"]),
        (json!({"not": {}}), "", &["not"]),
        (json!({"type": "integer", "minimum": 5, "maximum": 2}), "", &["maximum", "minimum"]),
        (
            json!({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}),
            "",
            &["exclusiveMaximum", "exclusiveMinimum", "type"],
        ),
        (
            json!({"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.0_f64.next_up()}),
            "",
            &["exclusiveMaximum", "exclusiveMinimum"],
        ),
        (
            json!({"type": "number", "multipleOf": 0.5, "minimum": 0.1, "maximum": 0.4}),
            "",
            &["maximum", "minimum", "multipleOf"],
        ),
        (
            json!({"type": "integer", "minimum": 1, "maximum": 4, "allOf": [{"not": {"multipleOf": 2}}, {"not": {"multipleOf": 3}}, {"not": {"const": 1}}]}),
            "",
            &["maximum", "minimum", "not", "type"],
        ),
        (
            json!({"type": "object", "required": ["code"], "properties": {"code": {"type": "string", "pattern": "^[0-9]{13}$", "maxLength": 12}}}),
            "/properties/code",
            &["maxLength", "pattern"],
        ),
        (json!({"type": "string", "enum": [1, 2]}), "", &["enum", "type"]),
        (json!({"allOf": [{"type": "string"}, {"type": "integer"}]}), "", &["type"]),
        (
            json!({"allOf": [{"type": "object"}, {"properties": {"a": {"minimum": 3, "maximum": 1, "type": "number"}}, "required": ["a"]}]}),
            "/allOf/1/properties/a",
            &["maximum", "minimum"],
        ),
        (
            json!({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true, "minItems": 3}),
            "",
            &["items", "minItems", "uniqueItems"],
        ),
        (
            json!({"type": "array", "items": {"type": "boolean"}, "uniqueItems": true, "minItems": 3}),
            "",
            &["items", "minItems", "uniqueItems"],
        ),
        (
            json!({"type": "array", "uniqueItems": true, "minItems": 2, "items": {"type": "object", "maxProperties": 0}}),
            "",
            &["items", "minItems", "uniqueItems"],
        ),
        (
            json!({"type": "array", "uniqueItems": true, "minItems": 102, "items": {"type": "integer", "minimum": 0, "maximum": 100}}),
            "",
            &["items", "minItems", "uniqueItems"],
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}, "contains": {"type": "string"}}),
            "",
            &["contains", "items"],
        ),
        (
            json!({"type": "array", "contains": {"const": 1}, "minContains": 4, "maxItems": 3}),
            "",
            &["contains", "maxItems", "minContains"],
        ),
        (
            json!({"type": "array", "contains": {"const": 1}, "minContains": 2, "uniqueItems": true}),
            "",
            &["contains", "minContains", "uniqueItems"],
        ),
        (
            json!({"type": "array", "items": {"const": 1}, "contains": {"const": 1}, "maxContains": 1, "minItems": 2}),
            "",
            &["contains", "items", "maxContains", "minItems"],
        ),
        (
            json!({"type": "array", "prefixItems": [{"type": "integer"}, false], "minItems": 2}),
            "/prefixItems/1",
            &["false"],
        ),
        (
            json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false, "minProperties": 2}),
            "",
            &["additionalProperties", "minProperties"],
        ),
        (
            json!({"type": "object", "patternProperties": {"^(a|b)$": {}}, "additionalProperties": false, "minProperties": 3}),
            "",
            &["additionalProperties", "minProperties"],
        ),
        (
            json!({"type": "object", "required": ["long"], "propertyNames": {"maxLength": 2}}),
            "",
            &["propertyNames", "required"],
        ),
        (
            json!({"type": "object", "required": ["a", "b"], "maxProperties": 1}),
            "",
            &["maxProperties", "required"],
        ),
        (
            json!({"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"]}, "properties": {"b": false}}),
            "",
            &["dependentRequired", "properties", "required"],
        ),
        (
            json!({"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "required": ["n"], "properties": {"n": {"$ref": "#/$defs/n"}}}}}),
            "/$defs/n",
            &["properties", "required"],
        ),
        (
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/$defs/b"}}},
            "b": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/a"}}}}),
            "/$defs/b",
            &["items", "minItems"],
        ),
        (
            json!({"type": "object", "required": ["list"], "properties": {"list": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 4, "maxLength": 3}}}}),
            "/properties/list/items",
            &["maxLength", "minLength"],
        ),
        (json!({"allOf": [{"type": "string", "pattern": "^a$"}, {"pattern": "^b$"}]}), "", &["pattern"]),
        (json!({"oneOf": [{"type": "integer"}, {"type": "integer"}]}), "", &["oneOf"]),
        (
            json!({"type": "object", "anyOf": [{"required": ["a"], "properties": {"a": false}}]}),
            "/anyOf/0/properties/a",
            &["false"],
        ),
        (
            json!({"type": "object", "required": ["x"], "additionalProperties": {"type": "null", "enum": [1]}}),
            "/additionalProperties",
            &["enum", "type"],
        ),
    ]
}

#[test]
fn what_cannot_be_is_said_with_place_and_keywords() {
    let mut failures = Vec::new();
    for (schema, pointer, keywords) in unsatisfiable() {
        match generator(&schema).valid() {
            Err(Refusal::Unsatisfiable { pointer: at, keywords: named, message }) => {
                if at != pointer || named != keywords {
                    failures.push(format!("{schema}: {message} ({at:?} {named:?})"));
                }
                assert!(message.starts_with("no value satisfies the schema, since "), "{message}");
            }
            other => failures.push(format!("{schema}: {other:?}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn endless_references_are_called_so() {
    let schema = json!({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}});
    match generator(&schema).valid() {
        Err(refusal @ Refusal::Unsatisfiable { .. }) => {
            assert_eq!(
                refusal.to_string(),
                "no value satisfies the schema, since these go on without end: properties, required (schema at \"\")"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_costs_too_much_is_given_up() {
    for schema in [
        json!({"type": "array", "items": {"type": "null"}, "minItems": 1_000_000}),
        json!({"type": "array", "contains": {"const": 1}, "minContains": 1_000_000}),
        json!({"type": "object", "minProperties": 1_000_000}),
        json!({"type": "string", "minLength": 1_000_000_000}),
    ] {
        let start = std::time::Instant::now();
        match generator(&schema).valid() {
            Err(Refusal::GaveUp { message }) => assert!(message.contains("cost too much"), "{message}"),
            other => panic!("{schema}: {other:?}"),
        }
        assert!(start.elapsed().as_secs() < 5, "{schema}: {:?}", start.elapsed());
    }
    let long = generator(&json!({"type": "array", "items": {"type": "boolean"}, "minItems": 100_000}));
    let value = draw(&long.valid().unwrap(), seed(1, "long", 0)).unwrap();
    assert!(value.as_array().is_some_and(|items| items.len() >= 100_000));
}

#[test]
fn little_is_filtered() {
    let share = |schemas: Vec<(&str, Value)>| {
        let (mut made, mut rejected) = (0, 0);
        for (name, schema) in schemas {
            let generator = generator(&schema);
            let Ok(strategy) = generator.valid() else { continue };
            for index in 0..100 {
                draw(&strategy, seed(2, name, index)).unwrap();
            }
            let (of_this, of_them) = generator.filtered();
            if of_them * 2 > of_this {
                println!("{name}: {of_them} rejected for {of_this}");
            }
            made += of_this;
            rejected += of_them;
        }
        println!("{rejected} rejected for {made}");
        (rejected, made)
    };
    let (rejected, made) = share(schemas());
    assert!(rejected * 5 < made, "{rejected} rejected for {made}");
    // The hard ones ask for distinct short strings, of which some come twice.
    let (rejected, made) = share(satisfiable());
    assert!(rejected * 2 < made, "{rejected} rejected for {made}");
}

/// What a value shows of the schema's choices.
fn shows(schema: &Value, shown: &[&dyn Fn(&Value) -> bool]) {
    let strategy = generator(schema).valid().unwrap();
    let values: Vec<Value> =
        (0..400).map(|index| draw(&strategy, seed(3, "variety", index)).unwrap()).collect();
    for (index, shows) in shown.iter().enumerate() {
        let seen = values.iter().filter(|value| shows(value)).count();
        assert!(seen >= 4, "{schema}: choice {index} shows {seen} times");
    }
}

#[test]
fn every_choice_shows() {
    let length =
        |wanted: usize| move |value: &Value| value.as_array().is_some_and(|items| items.len() == wanted);
    shows(
        &json!({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 4}),
        &[&length(1), &length(2), &length(3), &length(4)],
    );
    shows(
        &json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "object", "required": ["a"]}]}),
        &[&Value::is_string, &Value::is_i64, &Value::is_object],
    );
    shows(
        &json!({"oneOf": [{"type": "integer", "minimum": 0}, {"type": "integer", "maximum": 10}]}),
        &[&|value| value.as_f64() > Some(10.0), &|value| value.as_f64() < Some(0.0)],
    );
    shows(
        &json!({"type": "object", "required": ["r"], "properties": {"r": {}, "a": {"type": "null"}, "b": {"type": "null"}}}),
        &[
            &|value| value.get("a").is_some() && value.get("b").is_none(),
            &|value| value.get("a").is_none() && value.get("b").is_some(),
            &|value| value.get("a").is_some() && value.get("b").is_some(),
            &|value| value.get("a").is_none() && value.get("b").is_none(),
            &|value| value.as_object().is_some_and(|members| members.len() > 3),
        ],
    );
    shows(
        &json!({"type": "integer", "minimum": 0, "maximum": 100}),
        &[
            &|value| *value == 0,
            &|value| *value == 100,
            &|value| *value == 1,
            &|value| *value == 99,
            &Value::is_f64,
        ],
    );
    shows(
        &json!({"type": "number", "minimum": 0, "maximum": 1}),
        &[&|value| value.as_f64() == Some(0.0), &|value| value.as_f64() == Some(1.0), &|value| {
            value.as_f64().is_some_and(|float| float.fract() != 0.0)
        }],
    );
    shows(
        &json!({"type": ["null", "boolean", "array"]}),
        &[&Value::is_null, &|value| *value == true, &|value| *value == false, &Value::is_array],
    );
    shows(
        &json!({"type": "array", "items": {"enum": [1, 2, 3]}, "contains": {"const": 2}, "maxContains": 2, "maxItems": 4}),
        &[
            &|value| {
                value.as_array().is_some_and(|items| items.iter().filter(|item| **item == 2).count() == 1)
            },
            &|value| {
                value.as_array().is_some_and(|items| items.iter().filter(|item| **item == 2).count() == 2)
            },
            &|value| value[0] == 2,
            &|value| value[0] != 2,
        ],
    );
    shows(
        &json!({"type": "integer", "minimum": 0, "maximum": u64::MAX}),
        &[&|value| value.as_u64() > Some(1 << 63), &|value| value.as_u64() < Some(1 << 63), &|value| {
            *value == u64::MAX
        }],
    );
}

#[test]
fn formats_decide_when_they_assert() {
    let schema = json!({"type": "string", "format": "uuid", "maxLength": 10});
    assert!(generator(&schema).valid().is_ok());
    let asserted = Generator::new(&schema, Formats::Asserted).unwrap();
    assert!(asserted.valid().is_err());
}
