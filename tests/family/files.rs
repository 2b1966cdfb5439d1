//! Case files that name several operations, and rules that ask an answer for a schema of the case.

use proofmark::case::file::parse;
use proofmark::case::model::{Case, Plan};
use proofmark::contract::Contract;

const TILL: &str = include_str!("../other/contract.yaml");

/// A contract with two operations: the till's bookings, and cancellations of them that have no key.
fn contract() -> Contract {
    let till = TILL.replace("reference", "account");
    let (paths, components) = till.split_once("components:").unwrap();
    let second =
        paths.split_once("  /bookings:").unwrap().1.replace("operationId: book", "operationId: cancel");
    let kept = |line: &&str| !line.contains("idempotency:") && !line.contains("effect:");
    let keyless = second.split_inclusive('\n').filter(kept).collect::<String>();
    Contract::parse("two.yaml", &format!("{paths}  /cancellations:{keyless}components:{components}")).unwrap()
}

fn file(operations: &str, case: &str) -> String {
    format!(
        "{operations}\ngroup: both\nlaw: status\ncases:\n  - id: one\n    title: a {{member}} is missing\n    \
         clause: c\n    level: must\n    fix: f\n{case}"
    )
}

const SENDS: &str = "    send: [{ as: r, remove: [\"{required}\"] }]\n    expect: { rule: orderly, of: r }\n";

#[track_caller]
fn read(text: &str) -> Vec<Case> {
    parse("cases.yaml", text, &contract()).unwrap()
}

#[track_caller]
fn refused(text: &str, wanted: &[&str]) {
    let problems = parse("cases.yaml", text, &contract()).unwrap_err().to_string();
    for word in wanted {
        assert!(problems.contains(word), "no `{word}` in {problems}");
    }
}

#[test]
fn a_file_for_two_operations_has_its_cases_twice() {
    let cases = read(&file("operations: [book, cancel]", SENDS));
    let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids, ["book/both/one", "cancel/both/one"]);
    let titles: Vec<&str> = cases.iter().map(|case| case.title.as_str()).collect();
    // A key is taken away only where nothing else is required.
    assert_eq!(titles, ["a amount is missing", "a account is missing"]);
    let removed = |case: &Case| match &case.plan {
        Plan::Written(script) => script.0[0].remove.clone(),
        _ => Vec::new(),
    };
    assert_eq!(cases.iter().map(removed).collect::<Vec<_>>(), [["/amount"], ["/account"]]);
}

#[test]
fn names_stand_for_what_an_operation_calls_its_own() {
    let case =
        "    send: [{ as: r, key: { length: \"{key-limit}\" } }]\n    expect: { rule: orderly, of: r }\n";
    let text = file("operations: [book]", case)
        .replace("clause: c", "clause: \"{key} {key-source} {effect} {other}\"");
    let [case] = read(&text).try_into().unwrap();
    assert_eq!(case.clause, "account the till's manual one booking {other}");
    let Plan::Written(script) = case.plan else { panic!("the case is written by hand") };
    assert_eq!(script.0[0].key.length, Some(40));
}

#[test]
fn what_a_file_for_several_cannot_mean_is_told_with_its_place() {
    refused(
        &file("operations: [book, sell]", SENDS),
        &["cases.yaml:1", "/operations/1", "no operation `sell`"],
    );
    refused(&file("operations: []", SENDS), &["/operations", "names no operation"]);
    refused(
        &file("operation: book\noperations: [cancel]", SENDS),
        &["cases.yaml:1", "one operation is named beside"],
    );
    let keyless = "    send: [{ as: r, set: { /amount: 1 } }]\n    expect: { rule: orderly, of: r }\n";
    let text = file("operations: [book, cancel]", keyless).replace("clause: c", "clause: \"{key}\"");
    refused(&text, &["/cases/0/clause", "`{key}` stands for nothing", "`cancel`"]);
    let missing = "    send: [{ as: r, vary: [/nothing] }]\n    expect: { rule: orderly, of: r }\n";
    refused(&file("operations: [book]", missing), &["/cases/0/send/0/vary/0", "no", "another value"]);
}

#[test]
fn a_schema_that_is_none_is_told_with_its_place() {
    let case =
        "    send: [{ as: r }]\n    expect: { rule: shows, of: r, when: success, schema: { type: oops } }\n";
    refused(&file("operations: [book]", case), &["/cases/0/expect/schema"]);
}
