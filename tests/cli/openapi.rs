//! OpenAPI documents of others: several files, odd parts, overlays, and `proofmark init`.

use crate::support::Place;

/// A document with these paths.
fn document(paths: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{ title: shop, version: \"1\" }}\npaths:\n{paths}")
}

const GOOD: &str = "  /items:\n    get:\n      parameters: [{ name: limit, in: query, schema: { type: integer, \
                    maximum: 9 } }]\n      responses: { \"200\": { description: ok } }\n";

#[test]
fn a_document_that_cannot_be_read_is_refused_with_its_place() {
    let place = Place::new();
    for (text, wanted) in [
        (
            "openapi: 4.0.0\ninfo: { title: t, version: \"1\" }\npaths: { /a: { get: {} } }\n".to_owned(),
            "/openapi",
        ),
        (
            "swagger: \"2.0\"\ninfo: { title: t, version: \"1\" }\npaths: {}\n".to_owned(),
            "/swagger: Swagger 2.0",
        ),
        ("openapi: 3.1.0\ninfo: { title: t, version: \"1\" }\n".to_owned(), "paths"),
        ("openapi: 3.1.0\npaths: { /a: { get: {} } }\n".to_owned(), "info"),
        (document("  items: { get: {} }\n"), "/paths"),
        (document("  /items: { get: [] }\n"), "/paths/~1items/get"),
        (document("  /a: { get: { parameters: [{ in: query }] } }\n"), "/paths/~1a/get/parameters/0"),
        (document("  /a: { get: { parameters: [{ name: x, in: body }] } }\n"), "/parameters/0/in"),
        (document("  /a: { get: { parameters: [{ $ref: \"no.yaml#/x\" }] } }\n"), "no.yaml#/x"),
        (
            document(
                "  /a: { put: { requestBody: { content: { application/json: { schema: { $ref: \"https://example.com/s\" } } } } } }\n",
            ),
            "nothing is fetched",
        ),
        (
            document(&format!("{GOOD}      x-proofmark: {{ format: proofmark.extension/1, bussy: busy }}\n")),
            "bussy",
        ),
        (
            document(&format!("{GOOD}      x-proofmark: {{ format: proofmark.extension/1, busy: tired }}\n")),
            "/paths/~1items/get/x-proofmark/busy",
        ),
        ("overlay: 1.0.0\nactions: []\n".to_owned(), "/extends"),
        ("overlay: 1.0.0\nextends: none.yaml\nactions: []\n".to_owned(), "none.yaml"),
        ("overlay: 1.0.0\nextends: https://example.com/o.yaml\n".to_owned(), "fetched"),
    ] {
        place.write("bad.yaml", &text);
        for command in ["lint bad.yaml", "list --contract bad.yaml"] {
            let done = place.run(command).exit(2);
            assert!(done.err.contains(wanted) && done.err.contains("error: "), "{text}: {}", done.err);
            assert!(done.err.contains(" ("), "no mend: {}", done.err);
            assert_eq!(done.out, "");
        }
    }
}

#[test]
fn one_operation_that_cannot_be_read_leaves_the_others() {
    let place = Place::new();
    let bad = "  /broken:\n    put:\n      requestBody: { $ref: \"missing.yaml#/body\" }\n  /odd:\n    post:\n      \
               requestBody: { content: { application/json: { schema: { type: any, pattern: \"(a+)+$\" } } } }\n";
    place.write("shop.yaml", document(&format!("{GOOD}{bad}")));
    let done = place.run("list --contract shop.yaml").exit(0);
    for id in ["get_items/request/query/limit/maximum/above", "post_odd/robustness/malformed-body-orderly"] {
        assert!(done.out.contains(id), "{id}: {}", done.out);
    }
    for warning in [
        "shop.yaml:10: /paths/~1broken/put/requestBody",
        "/schema/type: \"any\"",
        "/schema/pattern: the pattern",
    ] {
        assert!(done.err.contains(warning), "{warning}: {}", done.err);
    }
    let done = place.run("lint shop.yaml").exit(0);
    assert!(done.out.contains("2 of 2 operations"), "{}", done.out);
}

#[test]
fn files_refer_to_each_other_in_circles() {
    let place = Place::new();
    std::fs::create_dir(place.path("parts")).unwrap();
    let body = "  /items/{id}:\n    $ref: parts/items.yaml#/item\n";
    place.write("shop.yaml", document(body));
    place.write(
        "parts/items.yaml",
        "item:\n  put:\n    operationId: items/put it\n    requestBody:\n      required: true\n      content: { \
         application/json: { schema: { $ref: \"node.json\" } } }\n    responses: { \"204\": { description: ok } }\n",
    );
    place.write(
        "parts/node.json",
        r#"{"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 5},
            "next": {"$ref": "../parts/node.json#"}, "all": {"$ref": "../shop.yaml#/paths"}}}"#,
    );
    let done = place.run("generate --contract shop.yaml items.put.it --violating 1 --pointer /body/next/name --keyword maxLength");
    let done = done.exit(0);
    assert!(done.out.contains("/body/next/name"), "{}", done.out);
    let done = place.run("generate --contract shop.yaml nothing").exit(2);
    assert!(done.err.contains("items.put.it"), "{}", done.err);
}

#[test]
fn an_overlay_is_written_that_can_be_checked_and_run() {
    let place = Place::new();
    let key = "  /orders:\n    post:\n      operationId: order\n      parameters: [{ name: Idempotency-Key, in: header, \
               required: true, schema: { type: string, format: uuid } }]\n      requestBody: { content: { \
               application/json: { schema: { type: object, properties: { n: { type: integer } } } } } }\n      \
               responses: { \"201\": { description: ok } }\n";
    place.write("shop.yaml", document(&format!("{GOOD}{key}")));
    let done = place.run("init shop.yaml --output shop.overlay.yaml").exit(0);
    for word in [
        "outcome by HTTP status",
        "/header/Idempotency-Key in 1 of 2: by its name",
        "next:\n  proofmark lint shop.overlay.yaml\n",
    ] {
        assert!(done.err.contains(word), "{word}: {}", done.err);
    }
    assert_eq!(done.out, "");
    let done = place.run("lint shop.overlay.yaml").exit(0);
    assert_eq!(done.out, "shop.overlay.yaml: no problems\n");
    let guessed = place.run("list --contract shop.yaml").exit(0);
    let written = place.run("list --contract shop.overlay.yaml").exit(0);
    assert_eq!(guessed.out, written.out);
    let done = place.run("init shop.yaml --output shop.overlay.yaml").exit(2);
    assert!(done.err.contains("is there already"), "{}", done.err);
    let done = place.run("init shop.overlay.yaml").exit(2);
    assert!(done.err.contains("has x-proofmark already"), "{}", done.err);
    let printed = place.run("init shop.yaml").exit(0);
    assert!(printed.out.starts_with('#') && printed.out.contains("overlay: 1.0.0"), "{}", printed.out);
    let other = place.read("shop.overlay.yaml").replace("$.paths['/orders'].post", "$.paths['/gone'].post");
    place.write("other.yaml", other);
    let done = place.run("lint other.yaml").exit(2);
    assert!(done.err.contains("other.yaml:") && done.err.contains("/actions/2/target"), "{}", done.err);
}
