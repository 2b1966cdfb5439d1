//! Violations: every keyword at every place, alone where that is possible, as two validators say.

use crate::generator;
use crate::schemas::send_inbox;
use proofmark::generate::{Generator, Refusal, draw, seed, shrink};
use proofmark::schema::Formats;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Whether `boon` finds a value valid; nothing where it does not read the schema.
fn second(schema: &Value) -> Option<impl Fn(&Value) -> bool> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("memory:schema.json", schema.clone()).ok()?;
    let index = compiler.compile("memory:schema.json", &mut schemas).ok()?;
    Some(move |value: &Value| schemas.validate(value, index).is_ok())
}

/// The places and keywords that can be violated, each with whether that breaks nothing else; every value is
/// confirmed by both validators.
fn violated(schema: &Value) -> BTreeMap<(String, String), bool> {
    let generator = generator(schema);
    let agrees = second(schema);
    let mut found = BTreeMap::new();
    for goal in generator.goals().iter().filter(|goal| !goal.valid) {
        let Ok(strategy) = generator.documents(goal) else { continue };
        for index in 0..10 {
            let value = draw(&strategy, seed(1, "violated", index)).unwrap();
            assert!(generator.confirms(goal, &value), "{schema}: {goal:?} {value}");
            assert!(agrees.as_ref().is_none_or(|valid| !valid(&value)), "{schema}: {goal:?} {value}");
            let alone = generator.alone(goal, &value);
            *found.entry((goal.pointer.clone(), goal.keyword.clone())).or_insert(alone) |= alone;
        }
    }
    found
}

/// Schemas, and the places and keywords that are violated alone.
fn table() -> Vec<(Value, Vec<(&'static str, &'static str)>)> {
    vec![
        (json!({"anyOf": [{"type": "integer"}, {"minLength": 2}]}), vec![("", "anyOf")]),
        (
            json!({"type": "string", "anyOf": [{"maxLength": 2}, {"minLength": 4}]}),
            vec![("", "anyOf"), ("", "type")],
        ),
        (json!({"oneOf": [{"type": "integer"}, {"minimum": 2}]}), vec![("", "oneOf")]),
        (json!({"not": {"type": "integer"}}), vec![("", "not")]),
        (
            json!({"type": "array", "contains": {"minimum": 5}, "items": {"type": "integer"}}),
            vec![("", "type"), ("", "contains"), ("/0", "type")],
        ),
        (
            json!({"type": "array", "contains": {"const": 7}, "minContains": 2, "maxContains": 3}),
            vec![("", "minContains"), ("", "maxContains")],
        ),
        (json!({"contains": {"const": 1}, "minContains": 1}), vec![("", "minContains")]),
        (json!({"contains": {"const": 1}, "maxContains": 1}), vec![("", "contains"), ("", "maxContains")]),
        (json!({"propertyNames": {"maxLength": 3}}), vec![("", "propertyNames")]),
        (
            json!({"patternProperties": {"f.*o": {"type": "integer"}}, "additionalProperties": {"type": "string"}}),
            vec![("/fo", "type"), ("/*", "type")],
        ),
        (json!({"dependentRequired": {"bar": ["foo", "baz"]}}), vec![("", "dependentRequired")]),
        (
            json!({"dependentSchemas": {"bar": {"properties": {"foo": {"type": "integer"}}, "minProperties": 2}}}),
            vec![("/foo", "type"), ("", "minProperties")],
        ),
        (
            json!({"if": {"exclusiveMaximum": 0}, "then": {"minimum": -10}, "else": {"multipleOf": 2}}),
            vec![("", "minimum"), ("", "multipleOf")],
        ),
        (
            json!({"type": "object", "properties": {"kind": {"enum": ["x", "y"]}}, "required": ["kind"],
                "if": {"properties": {"kind": {"const": "x"}}},
                "then": {"required": ["x"], "properties": {"x": {"type": "array", "items": {"maxLength": 2}}}},
                "else": {"properties": {"x": false}}}),
            vec![
                ("/x", "required"),
                ("/x", "type"),
                ("/x/0", "maxLength"),
                ("/x", "falseSchema"),
                ("/kind", "enum"),
            ],
        ),
        (
            json!({"properties": {"foo": {"type": "string"}}, "unevaluatedProperties": false}),
            vec![("", "unevaluatedProperties"), ("/foo", "type")],
        ),
        (
            json!({"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": {"type": "integer"}}),
            vec![("", "unevaluatedProperties")],
        ),
        (
            json!({"prefixItems": [{"type": "string"}], "unevaluatedItems": false}),
            vec![("", "unevaluatedItems"), ("/0", "type")],
        ),
        (json!({"prefixItems": [true, false], "items": false}), vec![("/1", "falseSchema")]),
        (json!({"prefixItems": [true], "items": false}), vec![("/1", "items")]),
        (json!({"properties": {"a": false}}), vec![("/a", "falseSchema")]),
        (json!(false), vec![("", "falseSchema")]),
        (
            json!({"$id": "https://example.com/strict", "$dynamicAnchor": "node", "$ref": "tree",
                "unevaluatedProperties": false, "$defs": {"tree": {"$id": "tree", "$dynamicAnchor": "node",
                "type": "object", "properties": {"data": {"type": "integer"},
                "children": {"type": "array", "items": {"$dynamicRef": "#node"}}}}}}),
            vec![("", "type"), ("/children/0", "unevaluatedProperties"), ("/children/0", "type")],
        ),
        (
            json!({"$ref": "item.json", "$defs": {"i": {"$id": "item.json", "properties": {"n": {"$ref": "#/$defs/n"}},
                "$defs": {"n": {"$anchor": "n", "maximum": 3}}}}}),
            vec![("/n", "maximum")],
        ),
        (
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "array",
                "items": [{"type": "integer"}], "additionalItems": {"type": "string"},
                "definitions": {"x": {"maxLength": 1}}}),
            vec![("/0", "type"), ("/1", "type")],
        ),
        (
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b"], "c": {"maxProperties": 1}},
                "properties": {"d": {"$ref": "#/definitions/x", "minLength": 5}}, "definitions": {"x": {"type": "string"}}}),
            vec![("", "dependencies"), ("", "maxProperties"), ("/d", "type")],
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}},
                "minProperties": 1, "additionalProperties": false}}, "required": ["a"]}),
            vec![
                ("", "type"),
                ("/a", "required"),
                ("/a", "minProperties"),
                ("/a", "additionalProperties"),
                ("/a/b", "type"),
            ],
        ),
        // What breaks the rule is broken by the rule itself.
        (
            json!({"type": "object", "unevaluatedProperties": {"$ref": "#"}}),
            vec![("", "type"), ("", "unevaluatedProperties")],
        ),
        (
            json!({"maxProperties": 1, "unevaluatedProperties": {"allOf": [{"$ref": "#"}]}}),
            vec![("", "maxProperties"), ("", "unevaluatedProperties")],
        ),
    ]
}

#[test]
fn every_keyword_is_violated_alone() {
    for (schema, places) in table() {
        let found = violated(&schema);
        for (pointer, keyword) in places {
            let key = (pointer.to_owned(), keyword.to_owned());
            assert_eq!(found.get(&key), Some(&true), "{schema}: {pointer:?} {keyword}: {found:?}");
        }
    }
}

#[test]
fn what_cannot_be_violated_is_not_claimed() {
    for (schema, pointer, keyword) in [
        (json!({"anyOf": [true, {"type": "string"}]}), "", "anyOf"),
        (json!({"not": false}), "", "not"),
        (json!({"propertyNames": true}), "", "propertyNames"),
        (json!({"items": true, "unevaluatedItems": false}), "", "unevaluatedItems"),
        (json!({"unevaluatedProperties": {"$ref": "#"}}), "", "unevaluatedProperties"),
        (json!({"additionalProperties": true, "unevaluatedProperties": false}), "", "unevaluatedProperties"),
    ] {
        let found = violated(&schema);
        assert!(!found.contains_key(&(pointer.to_owned(), keyword.to_owned())), "{schema}: {found:?}");
    }
    // With a list of strings a wrong type breaks the list as well, and is said to.
    let schema = json!({"type": "string", "enum": ["a", "b"]});
    assert!(!violated(&schema)[&(String::new(), "type".to_owned())]);
}

#[test]
fn a_breach_that_takes_another_along_is_made_all_the_same() {
    let schema =
        json!({"allOf": [{"properties": {"bar": {"type": "string"}}}], "unevaluatedProperties": false});
    assert_eq!(violated(&schema).get(&("/bar".to_owned(), "type".to_owned())), Some(&false));
}

#[test]
fn the_first_round_has_every_place_once() {
    let generator = generator(&send_inbox());
    let rounds = generator.rounds(false);
    let places: BTreeSet<_> = rounds.iter().map(|goal| (&goal.pointer, &goal.keyword)).collect();
    let first: BTreeSet<_> =
        rounds.iter().take(places.len()).map(|goal| (&goal.pointer, &goal.keyword)).collect();
    assert_eq!(first, places);
    assert_eq!(rounds.len(), generator.goals().iter().filter(|goal| !goal.valid).count());
}

#[test]
fn boundaries_are_met_within_the_first_documents() {
    let generator = generator(&send_inbox());
    let mut met = BTreeSet::new();
    let documents: Vec<_> = generator.boundaries(1).collect();
    for (value, goals) in &documents {
        assert!(generator.oracle().is_valid(value), "{value}");
        met.extend(goals.iter().copied());
    }
    let all: BTreeSet<_> = generator.goals().iter().filter(|goal| goal.valid).collect();
    assert_eq!(met, all);
    assert!(documents.len() <= 40, "{} documents", documents.len());
    let longest =
        |value: &Value| value["extendInfo"].as_str().is_some_and(|text| text.chars().count() == 4_096);
    assert!(documents.iter().any(|(value, _)| longest(value)));
    let again: Vec<_> = generator.boundaries(1).collect();
    assert_eq!(documents, again);
}

#[test]
fn a_shrunk_breach_is_still_the_same_and_alone() {
    for (schema, places) in table() {
        let generator = generator(&schema);
        for goal in generator.goals().iter().filter(|goal| !goal.valid) {
            if !places.contains(&(goal.pointer.as_str(), goal.keyword.as_str())) {
                continue;
            }
            let Ok(strategy) = generator.documents(goal) else { continue };
            let mut alone = true;
            let small = shrink(
                &strategy,
                seed(4, "shrink", 0),
                |value| {
                    alone &= generator.confirms(goal, value);
                    true
                },
                200,
            );
            assert!(alone && generator.confirms(goal, &small.unwrap()), "{schema}: {goal:?}");
        }
    }
}

#[test]
fn members_of_maps_are_named_as_told() {
    let generator = generator(
        &json!({"additionalProperties": {"type": "boolean"}, "properties": {"id": {"type": "string"}}}),
    );
    let goal = generator.goals().iter().find(|goal| goal.pointer == "/*" && goal.keyword == "type").unwrap();
    assert!(goal.covers("/odd~1name") && !goal.covers("/odd/name"));
    let value = draw(&generator.documents_at(goal, "/odd~1name").unwrap(), seed(1, "named", 0)).unwrap();
    assert!(value.get("odd/name").is_some_and(|member| !member.is_boolean()), "{value}");
    assert_eq!(generator.place(goal, &value), "/odd~1name");
}

#[test]
fn goals_of_other_schemas_are_refused() {
    let other = generator(&json!({"type": "string"}));
    let goal = other.goals()[0].clone();
    let refused = generator(&json!({"type": "integer"})).documents(&goal);
    assert!(matches!(refused, Err(Refusal::Unsupported { .. })));
}

/// The official suite, where `PROOFMARK_DATA` says it is: places violated, every value invalid to two validators.
#[test]
fn official_suite_violated() {
    /// How many groups with an invalid test are violated, and how many places of them, at least, as measured.
    const GROUPS: usize = 277;
    let Ok(data) = std::env::var("PROOFMARK_DATA") else {
        println!("skipped: PROOFMARK_DATA does not name the folder with the official suite");
        return;
    };
    let folder = std::path::Path::new(&data).join("json-schema-test-suite/tests/draft2020-12");
    let (mut groups, mut places, mut reached, mut values, mut alone) = (0, 0, 0, 0, 0);
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let all: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for group in all {
            let Ok(generator) = Generator::new(&group["schema"], Formats::Annotated) else { continue };
            // Where the second validator fails a group's own tests it is no judge of it.
            let tests = group["tests"].as_array().unwrap();
            let right = |valid: &dyn Fn(&Value) -> bool| {
                tests.iter().all(|test| test["valid"] == valid(&test["data"]))
            };
            let agrees = second(&group["schema"]).filter(|valid| right(valid));
            let mut found: BTreeMap<_, bool> = BTreeMap::new();
            for goal in generator.rounds(false) {
                let made =
                    generator.documents(goal).and_then(|strategy| draw(&strategy, seed(3, "suite", 0)));
                *found.entry((&goal.pointer, &goal.keyword)).or_default() |= made.is_ok();
                let Ok(value) = made else { continue };
                let invalid = agrees.as_ref().is_none_or(|valid| !valid(&value));
                if !generator.confirms(goal, &value) || !invalid {
                    wrong.push(format!("{}: {goal:?} {value}", group["description"]));
                }
                values += 1;
                alone += usize::from(generator.alone(goal, &value));
            }
            let violable = tests.iter().any(|test| test["valid"] == false);
            groups += usize::from(violable && found.values().any(|met| *met));
            places += found.len();
            reached += found.values().filter(|met| **met).count();
        }
    }
    println!(
        "{groups} groups, {reached} of {places} places, {alone} of {values} values break one thing only"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(groups >= GROUPS, "{groups} of at least {GROUPS}");
    assert!(reached * 100 >= places * 95 && alone * 100 >= values * 95);
}
