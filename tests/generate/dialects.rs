//! Schemas as documents declare and place them.

use proofmark::generate::{Generator, draw, seed};
use proofmark::schema::{Dialect, Formats, Integers, Oracle, Reading};
use serde_json::{Value, json};

fn read(document: &Value, at: &str, reading: Reading) -> Value {
    reading.read(document, at).unwrap_or_else(|error| panic!("{at}: {error}")).value
}

fn plain(document: &Value, at: &str) -> Oracle {
    Oracle::new(&read(document, at, Reading::default()), Formats::Annotated).unwrap()
}

/// An OpenAPI 3.0 document with these schemas.
fn described(schemas: &Value) -> Value {
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}})
}

#[test]
fn nullable_is_what_openapi_3_0_3_says() {
    let document = described(&json!({
        "Typed": {"type": "string", "nullable": true},
        "Plain": {"type": "string"},
        "Untyped": {"nullable": false, "maxLength": 1},
        "Listed": {"type": "string", "nullable": true, "enum": ["a"]},
        "ListedToo": {"type": "string", "nullable": true, "enum": ["a", null]},
        "Beside": {"$ref": "#/components/schemas/Plain", "nullable": true, "maxLength": 0},
        "Combined": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Plain"}]},
        "CombinedTyped": {"type": "string", "nullable": true, "allOf": [{"$ref": "#/components/schemas/Typed"}]},
    }));
    for (name, null, text) in [
        ("Typed", true, true),
        ("Plain", false, true),
        ("Untyped", true, true),
        ("Listed", false, true),
        ("ListedToo", true, true),
        ("Beside", false, true),
        ("Combined", false, true),
        ("CombinedTyped", true, true),
    ] {
        let oracle = plain(&document, &format!("/components/schemas/{name}"));
        assert_eq!(oracle.is_valid(&Value::Null), null, "{name}");
        assert_eq!(oracle.is_valid(&json!("a")), text, "{name}");
    }
}

#[test]
fn keywords_of_openapi_3_0() {
    let document = described(&json!({
        "Above": {"type": "number", "minimum": 1, "exclusiveMinimum": true, "maximum": 2, "exclusiveMaximum": false},
        "Foreign": {"const": 1, "if": {}, "then": false, "patternProperties": {"": false}, "example": 3, "xml": {}},
        "Pet": {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"x": "https://example.com/x"}},
            "required": ["kind"], "properties": {"kind": {"type": "string"}}},
        "Tree": {"type": "object", "properties": {"of": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "n": {"type": "integer", "exclusiveMaximum": true, "maximum": 3, "nullable": true}}, "additionalProperties": false},
    }));
    let valid =
        |name: &str, value: Value| plain(&document, &format!("/components/schemas/{name}")).is_valid(&value);
    assert!(!valid("Above", json!(1)) && valid("Above", json!(1.5)) && valid("Above", json!(2)));
    assert!(valid("Foreign", json!({"a": 2})));
    assert!(valid("Pet", json!({"kind": "x"})) && !valid("Pet", json!({})));
    assert!(
        valid("Tree", json!({"of": [{"n": null}, {"of": []}]})) && !valid("Tree", json!({"of": [{"n": 3}]}))
    );
}

/// What OpenAPI 3.0 shares with draft 4, the validator reads as it is written.
#[test]
fn lowered_and_original_agree_where_both_can_be_read() {
    let schemas = [
        json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true, "maximum": 5}),
        json!({"minimum": 1, "maximum": 5, "exclusiveMaximum": true}),
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "number", "minimum": 0, "exclusiveMinimum": false}}}),
        json!({"anyOf": [{"type": "string", "maxLength": 1}, {"not": {"minimum": 2, "exclusiveMinimum": true}}]}),
        json!({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": true, "minItems": 1}),
    ];
    let values = [
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(5),
        json!(1.5),
        json!("a"),
        json!("ab"),
        json!([1]),
        json!([1, 1]),
        json!([3]),
        json!([]),
        json!({}),
        json!({"a": 0}),
        json!({"a": -1}),
        json!(null),
        json!(true),
    ];
    let reading = Reading { dialect: Some(Dialect::OpenApi30), ..Reading::default() };
    for schema in &schemas {
        let original = jsonschema::draft4::new(schema).unwrap();
        let lowered = Oracle::new(&read(schema, "", reading), Formats::Annotated).unwrap();
        for value in &values {
            assert_eq!(original.is_valid(value), lowered.is_valid(value), "{schema} {value}");
        }
    }
}

#[test]
fn goals_stand_at_the_places_of_the_document() {
    let document = described(&json!({
        "Pet": {"type": "object", "required": ["age"], "properties": {
            "age": {"$ref": "#/components/schemas/Age"}, "tag": {"type": "string", "nullable": true, "maxLength": 3}}},
        "Age": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
    }));
    let schema = read(&document, "/components/schemas/Pet", Reading::default());
    let generator = Generator::new(&schema, Formats::Annotated).unwrap();
    let places: Vec<&str> = generator.goals().iter().map(|goal| goal.schema_pointer.as_str()).collect();
    assert!(places.contains(&"/components/schemas/Age/exclusiveMinimum"), "{places:?}");
    assert!(places.contains(&"/components/schemas/Pet/properties/tag/maxLength"), "{places:?}");
    let mut nulls = 0;
    let strategy = generator.valid().unwrap();
    for index in 0..100 {
        let value = draw(&strategy, seed(1, "pet", index)).unwrap();
        assert!(value["age"].as_f64().is_some_and(|age| age > 0.0), "{value}");
        nulls += usize::from(value.get("tag") == Some(&Value::Null));
    }
    assert!(nulls > 0);
    for goal in generator.goals().iter().filter(|goal| !goal.valid) {
        let Ok(strategy) = generator.documents(goal) else { continue };
        let value = draw(&strategy, seed(1, "pet", 0)).unwrap();
        assert!(generator.confirms(goal, &value), "{goal:?} {value}");
    }
}

#[test]
fn a_schema_is_read_at_its_place() {
    let document = json!({
        "type": "object",
        "properties": {"a": {"maxLength": 2}, "self": {"$ref": "#"}},
        "required": ["a"],
        "$defs": {
            "name": {"$ref": "#/properties/a", "minLength": 1},
            "whole": {"$ref": "#"},
            "per%cent": {"const": 1}
        }
    });
    let name = plain(&document, "/$defs/name");
    assert!(name.is_valid(&json!("ab")) && !name.is_valid(&json!("abc")) && !name.is_valid(&json!("")));
    let whole = plain(&document, "/$defs/whole");
    assert!(
        whole.is_valid(&json!({"a": "x", "self": {"a": 1}}))
            && !whole.is_valid(&json!({"a": "x", "self": {}}))
    );
    assert!(!plain(&document, "/$defs/per%cent").is_valid(&json!(2)));
    let named = json!({
        "$id": "https://example.com/root", "$defs": {
            "a": {"$ref": "b"}, "b": {"$id": "b", "$ref": "#/$defs/c", "$defs": {"c": {"$anchor": "c", "type": "null"}}},
            "d": {"$ref": "b#c"}, "e": {"$ref": "https://example.com/root#/$defs/d"}
        }
    });
    for place in ["/$defs/a", "/$defs/d", "/$defs/e"] {
        let oracle = plain(&named, place);
        assert!(oracle.is_valid(&Value::Null) && !oracle.is_valid(&json!(1)), "{place}");
    }
    let legacy = json!({
        "$schema": "http://json-schema.org/draft-07/schema#", "maxLength": 0,
        "definitions": {"pair": {"items": [{"$ref": "#/definitions/one", "maximum": 0}], "additionalItems": false}, "one": {"const": 1}}
    });
    let pair = plain(&legacy, "/definitions/pair");
    assert!(pair.is_valid(&json!([1])) && !pair.is_valid(&json!([2])) && !pair.is_valid(&json!([1, 1])));
    assert!(pair.is_valid(&json!("long")));
}

#[test]
fn a_dialect_is_declared_or_given() {
    let tuple = json!({"items": [{"type": "null"}], "definitions": {}});
    assert!(Reading::default().read(&tuple, "").is_ok());
    assert!(Generator::new(&read(&tuple, "", Reading::default()), Formats::Annotated).is_err());
    let reading = Reading { dialect: Some(Dialect::Draft7), ..Reading::default() };
    let oracle = Oracle::new(&read(&tuple, "", reading), Formats::Annotated).unwrap();
    assert!(oracle.is_valid(&json!([null])) && !oracle.is_valid(&json!([1])));
    let document = json!({"openapi": "3.1.0", "info": {}, "jsonSchemaDialect": "http://json-schema.org/draft-07/schema#",
        "components": {"schemas": {"A": {"$ref": "#/components/schemas/B", "maxLength": 0}, "B": {"type": "string"}}}});
    assert!(plain(&document, "/components/schemas/A").is_valid(&json!("long")));
    let mut modern = document;
    modern["jsonSchemaDialect"] = json!("https://spec.openapis.org/oas/3.1/dialect/base");
    assert!(!plain(&modern, "/components/schemas/A").is_valid(&json!("long")));
    modern["components"]["schemas"]["A"]["$schema"] = json!("https://spec.openapis.org/oas/3.1/dialect/base");
    assert!(!plain(&modern, "/components/schemas/A").is_valid(&json!("long")));
}

#[test]
fn integer_formats_are_ranges_when_told() {
    let schema = json!({"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "integer", "format": "int32"}, "b": {"type": "integer", "format": "int64", "minimum": 0}}});
    let reading = Reading { integers: Integers::Ranges, ..Reading::default() };
    let ranged = read(&schema, "", reading);
    assert_eq!(read(&schema, "", Reading::default()), schema);
    let generator = Generator::new(&ranged, Formats::Annotated).unwrap();
    let strategy = generator.valid().unwrap();
    for index in 0..200 {
        let value = draw(&strategy, seed(1, "ranges", index)).unwrap();
        let within = |a: f64| (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&a);
        assert!(value["a"].as_f64().is_some_and(within), "{value}");
        assert!(value["b"].as_f64().is_some_and(|b| b >= 0.0), "{value}");
    }
    let goal = generator
        .goals()
        .iter()
        .find(|goal| goal.pointer == "/a" && goal.keyword == "maximum" && !goal.valid);
    let value = draw(&generator.documents(goal.unwrap()).unwrap(), seed(1, "ranges", 0)).unwrap();
    assert!(value["a"].as_i64().is_some_and(|a| a > i64::from(i32::MAX)), "{value}");
}

/// Nothing here runs out of stack or time.
#[test]
fn long_chains_and_large_documents() {
    let chain = |links: usize| {
        let mut definitions = serde_json::Map::new();
        for link in 0..links {
            definitions.insert(format!("d{link}"), json!({"$ref": format!("#/$defs/d{}", link + 1)}));
        }
        definitions.insert(format!("d{links}"), json!({"type": "integer"}));
        json!({"$ref": "#/$defs/d0", "$defs": definitions})
    };
    let short = Generator::new(&chain(40), Formats::Annotated).unwrap();
    assert!(draw(&short.valid().unwrap(), seed(1, "chain", 0)).unwrap().is_i64());
    for links in [3_000, 30_000] {
        let refusal = Generator::new(&chain(links), Formats::Annotated).unwrap_err();
        assert!(refusal.to_string().contains("schemas deep"), "{refusal}");
    }
    let mut deep = json!({});
    for _ in 0..200 {
        deep = json!({"properties": {"a": deep}});
    }
    assert!(Generator::new(&deep, Formats::Annotated).unwrap_err().to_string().contains("levels"));
}
