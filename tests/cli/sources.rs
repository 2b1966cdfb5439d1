//! What `proofmark generate` reads, how, and how it refuses what it cannot.

use crate::support::Place;
use proofmark::schema::{Formats, Oracle};
use serde_json::{Value, json};

const PETS: &str = r##"{
  "openapi": "3.0.3",
  "info": {"title": "pets", "version": "1"},
  "paths": {"/pets/{id}": {"get": {"responses": {"200": {"description": "one",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}}}},
  "components": {"schemas": {
    "Pet": {"type": "object", "required": ["id", "tag"], "properties": {
      "id": {"$ref": "#/components/schemas/Id"}, "tag": {"type": "string", "nullable": true, "maxLength": 2}}},
    "Id": {"type": "integer", "format": "int32", "minimum": 1, "exclusiveMinimum": true},
    "a b": {"type": "boolean"}
  }}
}"##;

/// Runs, expects exit 2, nothing on stdout, and one line that starts with the file and has every word and a mend.
#[track_caller]
fn refused(place: &Place, line: &str, wanted: &[&str]) {
    let done = place.run(line).exit(2);
    assert_eq!((done.out.as_str(), done.err.lines().count()), ("", 1), "{line}: {}", done.err);
    assert!(done.err.starts_with("error: ") && done.err.trim_end().ends_with(')'), "{line}: {}", done.err);
    for word in wanted {
        assert!(done.err.contains(word), "{line}: no `{word}` in: {}", done.err);
    }
}

#[track_caller]
fn values(place: &Place, line: &str) -> Vec<Value> {
    let out = place.run(line).exit(0).out;
    out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["value"].clone()).collect()
}

#[test]
fn a_schema_of_a_document_is_named_by_its_pointer() {
    let place = Place::new();
    place.write("pets.json", PETS);
    let yaml = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n    \
                A: { type: [string, 'null'], maxLength: 3 }\n    B: { $ref: '#/components/schemas/A', minLength: 3 }\n";
    place.write("pets.yaml", yaml);
    let pets = values(&place, "generate pets.json#/components/schemas/Pet --valid 60");
    assert_eq!(pets.len(), 60);
    assert!(pets.iter().all(|pet| pet["id"].as_f64().is_some_and(|id| id > 1.0)), "{pets:?}");
    assert!(pets.iter().any(|pet| pet["tag"].is_null()) && pets.iter().any(|pet| pet["tag"].is_string()));
    let deep =
        "generate pets.json#/paths/~1pets~1%7Bid%7D/get/responses/200/content/application~1json/schema";
    assert_eq!(values(&place, &format!("{deep} --valid 60")), pets);
    assert!(values(&place, "generate pets.json#/components/schemas/a%20b").iter().all(Value::is_boolean));
    for value in values(&place, "generate pets.yaml#/components/schemas/B --valid 30") {
        assert!(value.is_null() || value.as_str().is_some_and(|text| text.chars().count() == 3), "{value}");
    }
    place.write("odd#name.json", r#"{"const": 1, "$defs": {"a": {"const": 2}}}"#);
    assert_eq!(values(&place, "generate odd#name.json --valid 1"), [1]);
    assert_eq!(values(&place, "generate odd#name.json#/$defs/a --valid 1"), [2]);
    assert_eq!(values(&place, "generate odd#name.json# --valid 1"), [1]);
}

#[test]
fn a_document_without_a_pointer_lists_its_schemas() {
    let place = Place::new();
    place.write("pets.json", PETS);
    place.write("none.json", r#"{"openapi": "3.1.0", "info": {}}"#);
    place.write("swagger.json", r#"{"swagger": "2.0", "definitions": {"A": {}}}"#);
    place.write("future.json", r#"{"openapi": "4.0.0", "components": {"schemas": {"A": {}}}}"#);
    refused(
        &place,
        "generate pets.json",
        &["many schemas", "pets.json#/components/schemas/Id", "/components/schemas/Pet"],
    );
    refused(&place, "generate none.json", &["none.json", "components.schemas"]);
    refused(&place, "generate swagger.json", &["Swagger 2.0", "--dialect"]);
    refused(&place, "generate future.json#/components/schemas/A", &["4.0.0", "--dialect"]);
    refused(
        &place,
        "generate pets.json#/components/schemas/Pets",
        &["pets.json", "names nothing", "Pet, Id"],
    );
    refused(
        &place,
        "generate pets.json#/components/schemas",
        &["no schema stands here", "#/components/schemas/Id"],
    );
    refused(
        &place,
        "generate pets.json#/paths/~1pets~1{id}",
        &["no schema stands here", "application~1json/schema"],
    );
    refused(&place, "generate pets.json#/info/title", &["/info/title", "object or a boolean"]);
    refused(&place, "generate pets.json#Pet", &["\"Pet\"", "no JSON pointer", "slash"]);
    refused(&place, "generate none.yaml#/a", &["`none.yaml`", "neither a file nor"]);
}

#[test]
fn dialects_are_declared_and_overridden() {
    let place = Place::new();
    place.write(
        "tuple.json",
        r#"{"items": [{"const": 1}], "minItems": 1, "additionalItems": false, "type": "array"}"#,
    );
    place.write(
        "draft7.json",
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "maxLength": 0,
            "definitions": {"a": {"const": "long"}}}"##,
    );
    place.write("nullable.json", r#"{"type": "string", "nullable": true, "enum": [null]}"#);
    place.write("own.json", r#"{"$schema": "https://example.com/meta", "const": 1}"#);
    assert!(
        values(&place, "generate tuple.json --dialect draft7")
            .iter()
            .all(|value| value == &serde_json::json!([1]))
    );
    assert!(values(&place, "generate draft7.json").iter().all(|value| value == "long"));
    assert!(values(&place, "generate nullable.json --dialect openapi-3.0").iter().all(Value::is_null));
    assert!(place.run("generate nullable.json").exit(1).err.starts_with("unsatisfiable:"));
    assert_eq!(values(&place, "generate own.json --dialect 2020-12 --valid 1"), [1]);
    assert!(place.run("generate draft7.json --dialect 2020-12").exit(1).err.starts_with("unsatisfiable:"));
    refused(
        &place,
        "generate own.json",
        &["own.json:1", "/$schema", "https://example.com/meta", "draft7", "--dialect"],
    );
    let done = place.run("generate own.json --dialect draft5").exit(2);
    assert!(done.err.contains("draft5") && done.err.contains("openapi-3.0"), "{}", done.err);
}

#[test]
fn formats_and_integers_are_read_as_told() {
    let place = Place::new();
    place.write("s.json", r#"{"type": "object", "required": ["n", "d"], "additionalProperties": false,
        "properties": {"n": {"type": "integer", "format": "int32"}, "d": {"type": "string", "format": "date"}}}"#);
    let dates = Oracle::new(&json!({"format": "date"}), Formats::Asserted).unwrap();
    let date = |value: &Value| dates.is_valid(&value["d"]);
    assert!(!values(&place, "generate s.json --valid 30").iter().all(date));
    assert!(values(&place, "generate s.json --valid 30 --formats asserted").iter().all(date));
    let narrowed = "--violating 4 --pointer /d --keyword format";
    assert!(place.run(&format!("generate s.json {narrowed}")).exit(1).err.starts_with("unsatisfiable:"));
    assert!(!values(&place, &format!("generate s.json --formats asserted {narrowed}")).iter().any(date));
    let narrowed = "--violating 4 --pointer /n --keyword maximum";
    assert!(place.run(&format!("generate s.json {narrowed}")).exit(1).err.starts_with("unsatisfiable:"));
    for value in values(&place, &format!("generate s.json --integers ranges {narrowed}")) {
        assert!(value["n"].as_f64().is_some_and(|n| n > f64::from(i32::MAX)), "{value}");
    }
}

#[test]
fn what_is_no_document() {
    let place = Place::new();
    place.write("empty.json", " \n");
    place.write("empty.yaml", "");
    place.write("syntax.json", "{\n  \"type\": \n}");
    place.write("trailing.json", "{} {}");
    place.write("syntax.yaml", "type: [\n");
    place.write("twice.json", "{\n  \"type\": \"string\",\n  \"type\": \"null\"\n}");
    place.write("twice.yaml", "type: string\ntype: 'null'\n");
    place.write("deep.json", format!("{}1{}", "[".repeat(200), "]".repeat(200)));
    place.write("deep.yaml", "- ".repeat(100_000));
    place.write("flow.yaml", "[".repeat(100_000));
    place.write("laughs.yaml", laughs());
    place.write("number.json", "3");
    place.write("text.yaml", "just text\n");
    place.write("bom.json", "\u{feff}true");
    std::fs::create_dir(place.path("folder")).unwrap();
    for (file, wanted) in [
        ("empty.json", &["empty.json", "is empty"][..]),
        ("empty.yaml", &["empty.yaml", "is empty"]),
        ("syntax.json", &["syntax.json:3", "not JSON", "column"]),
        ("trailing.json", &["trailing.json:1", "not JSON"]),
        ("syntax.yaml", &["syntax.yaml:", "not YAML"]),
        ("twice.json", &["twice.json:3", "\"type\" is there twice"]),
        ("twice.yaml", &["twice.yaml:2"]),
        ("deep.json", &["deep.json:1", "deeper than 128 levels"]),
        ("deep.yaml", &["deep.yaml:1", "deeper than 128 levels"]),
        ("flow.yaml", &["flow.yaml:1", "deeper than 128 levels"]),
        ("laughs.yaml", &["laughs.yaml:"]),
        ("number.json", &["number.json", "object or a boolean"]),
        ("text.yaml", &["text.yaml", "object or a boolean"]),
        ("folder", &["folder", "is a folder"]),
    ] {
        refused(&place, &format!("generate {file}"), wanted);
    }
    place.run("generate bom.json").exit(0);
}

/// Ten aliases of ten aliases, nine times over.
fn laughs() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 10].join(", ")));
    }
    text
}

#[test]
fn what_is_no_schema() {
    let place = Place::new();
    for (schema, wanted) in [
        (
            r#"{"properties": {"a": {"type": "strin"}}}"#,
            &["/properties/a/type", "strin", "integer, null"][..],
        ),
        (r#"{"maxLength": "5"}"#, &["/maxLength", "\"5\""]),
        (r#"{"minimum": 1, "exclusiveMinimum": true}"#, &["/exclusiveMinimum", "OpenAPI 3.0"]),
        (r#"{"required": true}"#, &["/required", "true"]),
        (r#"{"properties": {"a": 3}}"#, &["/properties/a"]),
        (r##"{"$ref": "#/x/y", "x": {"y": {"minLength": -1}}}"##, &["/x/y/minLength", "-1"]),
        (r##"{"$ref": "#/x", "x": 7}"##, &["/x", "object or a boolean"]),
        (r#"{"$schema": 7}"#, &["/$schema", "string"]),
        (r#"{"properties": {"a": {"$schema": "urn:other"}}}"#, &["/properties/a/$schema", "urn:other"]),
        (
            r#"{"$schema": "https://example.com/own", "$defs": {"m": {"$id": "https://example.com/own",
            "$vocabulary": {"https://example.com/vocabulary": true}}}}"#,
            &["/$schema", "https://example.com/own"],
        ),
        (r##"{"items": {"$ref": "#/$defs/none"}}"##, &["/items/$ref", "#/$defs/none", "leads nowhere"]),
        (r##"{"items": {"$ref": "#none"}}"##, &["/items/$ref", "#none", "leads nowhere"]),
        (
            r#"{"$id": "https://example.com/a", "items": {"$ref": "b"}}"#,
            &["/items/$ref", "\"b\"", "nothing is fetched"],
        ),
        (
            r#"{"$id": "https://example.com/a", "items": {"$ref": "a#/b"}}"#,
            &["/items/$ref", "a#/b", "leads nowhere"],
        ),
        (
            r#"{"items": {"$ref": "http://127.0.0.1:9/s.json"}}"#,
            &["/items/$ref", "127.0.0.1:9", "nothing is fetched"],
        ),
        (
            r#"{"items": {"$ref": "file:///etc/hostname"}}"#,
            &["/items/$ref", "/etc/hostname", "nothing is fetched"],
        ),
        (r#"{"items": {"$ref": "other.json"}}"#, &["/items/$ref", "other.json", "nothing is fetched"]),
        (r#"{"items": {"pattern": "(a"}}"#, &["/items/pattern", "(a", "no regular expression"]),
        (r#"{"patternProperties": {"[": true}}"#, &["/patternProperties/[", "no regular expression"]),
        (r#"{"pattern": "((a{100}){100}){100}"}"#, &["/pattern", "too large"]),
        (r#"{"pattern": "(ab|c){1000000}"}"#, &["/pattern", "too large"]),
        (r#"{"pattern": "^(a+)+$"}"#, &["/pattern", "^(a+)+$", "catastrophic"]),
        (r#"{"properties": {"p": {"pattern": "(a|a)*b"}}}"#, &["/properties/p/pattern", "catastrophic"]),
        (r#"{"patternProperties": {"(.*)*x": true}}"#, &["/patternProperties/(.*)*x", "catastrophic"]),
        (r##"{"allOf": [{"$ref": "#"}]}"##, &["leads back to itself", "# → #/allOf/0 → #"]),
        (
            r##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}}"##,
            &["/$defs/a", "leads back to itself", "#/$defs/b"],
        ),
        (
            r##"{"properties": {"a": {"not": {"$ref": "#/properties/a"}}}}"##,
            &["/properties/a", "leads back to itself"],
        ),
        (r#"{"openapi": "3.0.0", "info": {}, "type": ["string"]}"#, &["many schemas"]),
    ] {
        place.write("s.json", schema);
        place.write("s.yaml", schema);
        for file in ["s.json", "s.yaml"] {
            let mut wanted = wanted.to_vec();
            wanted.push(file);
            refused(&place, &format!("generate {file}"), &wanted);
        }
    }
}

#[test]
fn openapi_3_0_is_held_to_its_own_keywords() {
    let place = Place::new();
    for (schema, wanted) in [
        (r#"{"type": ["string", "null"]}"#, &["/properties/p/type", "nullable: true"][..]),
        (r#"{"type": "null"}"#, &["/properties/p/type", "nullable: true"]),
        (r#"{"exclusiveMinimum": 3}"#, &["/properties/p/exclusiveMinimum", "`minimum`"]),
        (r#"{"nullable": "true"}"#, &["/properties/p/nullable"]),
        (r#"{"type": "array", "items": [{}]}"#, &["/properties/p/items", "one schema"]),
        (r#"{"$ref": "Pet.yaml"}"#, &["/properties/p/$ref", "Pet.yaml", "nothing is fetched"]),
    ] {
        place.write("s.json", format!(r#"{{"properties": {{"p": {schema}}}}}"#));
        refused(&place, "generate s.json --dialect openapi-3.0", wanted);
    }
}

#[test]
fn slips_are_warned_of() {
    let place = Place::new();
    place.write("slip.json", r#"{"type": "string", "maxLenght": 3, "x-maxLenght": 3, "label": "n"}"#);
    let done = place.run("generate slip.json --valid 2").exit(0);
    assert_eq!(done.out.lines().count(), 2);
    assert_eq!(done.err, "warning: slip.json: /maxLenght: unknown keyword, did you mean `maxLength`?\n");
    place.write("null.json", r#"{"type": "string", "nullable": true}"#);
    assert!(place.run("generate null.json").exit(0).err.contains("--dialect openapi-3.0"));
    let done = place.run("generate null.json --dialect openapi-3.0").exit(0);
    assert_eq!(done.err, "");
    place.write("const.json", r#"{"type": "string", "const": "a"}"#);
    assert!(
        place
            .run("generate const.json --dialect openapi-3.0")
            .exit(0)
            .err
            .contains("/const: no keyword of OpenAPI 3.0")
    );
    let many: Vec<String> = (0..30).map(|n| format!(r#""p{n}": {{"tpye": "string"}}"#)).collect();
    place.write("many.json", format!(r#"{{"properties": {{{}}}}}"#, many.join(",")));
    let done = place.run("generate many.json").exit(0);
    assert_eq!(done.err.lines().count(), 11, "{}", done.err);
    assert!(done.err.ends_with("20 more like these\n"), "{}", done.err);
}

#[test]
fn a_wish_that_no_keyword_meets_is_told_what_is_there() {
    let place = Place::new();
    place
        .write("s.json", r#"{"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}"#);
    for (more, wanted) in [
        ("--pointer /name --keyword minLength", "at \"/name\" there are: maxLength, type"),
        ("--pointer /nmae", "\"/name\""),
        ("--keyword minItems", "there are: maxLength, type"),
        ("--pointer /nowhere --keyword maxLength", "\"/name\""),
    ] {
        let done = place.run(&format!("generate s.json --violating 1 {more}")).exit(1);
        assert_eq!(done.err.lines().count(), 1, "{}", done.err);
        assert!(done.err.starts_with("unsatisfiable:") && done.err.contains(wanted), "{more}: {}", done.err);
    }
}
