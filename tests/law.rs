//! Laws on histories written by hand: what holds, what breaks, what does not decide.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use bytes::Bytes;
use proofmark::case::rule::Rule;
use proofmark::contract::{self, Contract, Operation};
use proofmark::exchange::{EffectCount, Exchange, History, NoAnswer, Request, Response, SignatureCheck};
use proofmark::law::hearing::{Called, Hearing, Schemas};
use proofmark::law::history::Asked;
use proofmark::law::{Judgement, judge};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Duration;

fn contract() -> Contract {
    static CONTRACT: LazyLock<Contract> =
        LazyLock::new(|| contract::suites::builtin().expect("the built-in contract is sound"));
    CONTRACT.clone()
}

fn rule(value: Value) -> Rule {
    serde_json::from_value(value).expect("a rule")
}

fn response(status: u16, body: &str) -> Response {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Response::new(status, headers, Bytes::copy_from_slice(body.as_bytes()), false)
}

fn exchange(role: &str, outcome: Result<Response, NoAnswer>) -> Exchange {
    Exchange {
        role: role.to_owned(),
        copy: 0,
        request: Request {
            method: "POST".to_owned(),
            url: "http://127.0.0.1/v1/messages/sendInbox".to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
            hooked: None,
        },
        outcome,
        signature: SignatureCheck::Unchecked,
        at: Duration::ZERO,
        elapsed: Duration::ZERO,
        superseded: false,
        operation: String::new(),
    }
}

/// An answer in short: `S:id`, `A`, `U`, `F:CODE`, or `500` and other HTTP statuses without an outcome.
fn answer(short: &str) -> Result<Response, NoAnswer> {
    let (status, rest) = short.split_once(':').unwrap_or((short, ""));
    let result = |code: &str| json!({ "resultStatus": status, "resultCode": code, "resultMessage": "" });
    let body = match (status, rest) {
        ("S", "") => json!({ "result": result("SUCCESS") }),
        ("S", id) => json!({ "result": result("SUCCESS"), "messageId": id }),
        ("A", "") => json!({ "result": result("ACCEPT") }),
        ("A", id) => json!({ "result": result("ACCEPT"), "messageId": id }),
        ("U", _) => json!({ "result": result("UNKNOWN_EXCEPTION") }),
        ("F", code) => json!({ "result": result(code) }),
        ("closed", _) => return Err(NoAnswer::Closed),
        ("refused", _) => return Err(NoAnswer::Unreachable),
        (http, text) => return Ok(response(http.parse().expect("an HTTP status"), text)),
    };
    Ok(response(200, &body.to_string()))
}

fn judged(rule: &Rule, answers: &[(&str, &str)], count: Option<u64>) -> Judgement {
    let contract = contract();
    let operation = &contract.operations[0];
    let schemas = Schemas::new(operation);
    let exchanges = answers.iter().map(|(role, short)| sent(rule, answers, role, short)).collect();
    let effects = count.map(|count| EffectCount { role: answers[0].0.to_owned(), copy: 0, count: Ok(count) });
    let history = History { exchanges, effects: effects.into_iter().collect(), missing: None };
    judge(rule, &Hearing { operation, schemas: &schemas, history: &history, others: &[] })
}

/// Steps one after the other, the copies of a step at the same time, and other content where the rule is about that.
fn sent(rule: &Rule, answers: &[(&str, &str)], name: &str, short: &str) -> Exchange {
    let step = answers.iter().position(|(other, _)| *other == name).expect("the role is there");
    let changed = matches!(rule, Rule::NoSecondEffect { other, .. } if other == name);
    let body = json!({ "requestId": "k", "templateCode": if changed { "other" } else { "same" } });
    let mut exchange = exchange(name, answer(short));
    exchange.request.body = Bytes::from(body.to_string());
    exchange.at = Duration::from_millis(10 * step as u64);
    exchange.elapsed = Duration::from_millis(5);
    exchange
}

/// `held`, `undecided`, `blocked`, or the rule that broke.
fn verdict(judgement: &Judgement) -> &str {
    match judgement {
        Judgement::Held(_) => "held",
        Judgement::Undecided(_) => "undecided",
        Judgement::Blocked(_) => "blocked",
        Judgement::Broken(breach) => breach.rule,
    }
}

fn table(rule: &Rule, rows: &[(&[(&str, &str)], &str)]) {
    for (answers, expected) in rows {
        let judgement = judged(rule, answers, None);
        assert_eq!(verdict(&judgement), *expected, "{answers:?}: {judgement:?}");
    }
}

#[test]
fn a_good_request_is_taken() {
    table(
        &rule(json!({ "rule": "taken", "of": "r" })),
        &[
            (&[("r", "S:m1")], "held"),
            (&[("r", "A")], "held"),
            (&[("r", "U")], "never-settles"),
            (&[("r", "F:PROCESS_FAIL")], "refused"),
            (&[("r", "F:REQUEST_TRAFFIC_EXCEED_LIMIT")], "undecided"),
            (&[("r", "500:oops")], "breakdown"),
            (&[("r", "302:")], "redirect"),
            (&[("r", "404:not found")], "outcome"),
            (&[("r", "429:slow down")], "undecided"),
            (&[("r", "closed")], "answer"),
            (&[("r", "refused")], "blocked"),
        ],
    );
}

#[test]
fn a_bad_request_is_refused_finally_and_with_a_documented_code() {
    table(
        &rule(json!({ "rule": "refused", "of": "r", "situation": "illegal-parameter" })),
        &[
            (&[("r", "F:PARAM_ILLEGAL")], "held"),
            (&[("r", "F:PROCESS_FAIL")], "held"),
            (&[("r", "F:NO_SUCH_CODE")], "held"),
            (&[("r", "F:INVALID_ACCESS_TOKEN")], "undecided"),
            (&[("r", "F:INVALID_SIGNATURE")], "undecided"),
            (&[("r", "F:SUCCESS")], "pairing"),
            (&[("r", "S:m1")], "taken"),
            (&[("r", "U")], "client-error-unknown"),
            (&[("r", "400:bad request")], "outcome"),
        ],
    );
    table(
        &rule(json!({ "rule": "refused", "of": "r", "situation": "illegal-parameter", "documented": true })),
        &[(&[("r", "F:PARAM_ILLEGAL")], "held"), (&[("r", "F:NO_SUCH_CODE")], "undocumented-code")],
    );
    table(
        &rule(json!({ "rule": "refused", "of": "r", "situation": "illegal-parameter", "made-up": true })),
        &[(&[("r", "F:INVALID_ACCESS_TOKEN")], "held"), (&[("r", "F:TEMPLATE_NOT_FOUND")], "held")],
    );
    table(
        &rule(json!({ "rule": "refused", "of": "r", "situation": "invalid-token" })),
        &[(&[("r", "F:INVALID_ACCESS_TOKEN")], "held"), (&[("r", "F:PARAM_ILLEGAL")], "code")],
    );
    table(
        &rule(json!({ "rule": "refused", "of": "r", "situation": "unreadable" })),
        &[
            (&[("r", "400:bad request")], "held"),
            (&[("r", "405:")], "held"),
            (&[("r", "F:PARAM_ILLEGAL")], "held"),
            (&[("r", "200:<html>")], "outcome"),
            (&[("r", "500:")], "breakdown"),
        ],
    );
}

#[test]
fn any_answer_in_order_will_do_where_the_contract_is_silent() {
    let trace = r#"400:{"error":"Oops\n\tat com.example.Parser.read(Parser.java:12)"}"#;
    table(
        &rule(json!({ "rule": "orderly", "of": "r" })),
        &[
            (&[("r", "S:m1")], "held"),
            (&[("r", "F:PARAM_ILLEGAL")], "held"),
            (&[("r", "413:")], "held"),
            (&[("r", "U")], "client-error-unknown"),
            (&[("r", "503:")], "undecided"),
            (&[("r", "500:")], "breakdown"),
            (&[("r", trace)], "stack-trace"),
            (&[("r", "200:hello")], "outcome"),
            (&[("r", "closed")], "answer"),
        ],
    );
}

#[test]
fn a_value_at_its_bound_is_treated_like_one_well_inside() {
    table(
        &rule(json!({ "rule": "alike", "control": "c", "of": "r" })),
        &[
            (&[("c", "S:m1"), ("r", "S:m2")], "held"),
            (&[("c", "S:m1"), ("r", "A")], "held"),
            (&[("c", "S:m1"), ("r", "F:PARAM_ILLEGAL")], "bound"),
            (&[("c", "S:m1"), ("r", "U")], "bound"),
            (&[("c", "F:INVALID_ACCESS_TOKEN"), ("r", "F:INVALID_ACCESS_TOKEN")], "undecided"),
            (&[("c", "500:"), ("r", "S:m1")], "undecided"),
        ],
    );
    table(
        &rule(json!({ "rule": "alike", "control": "c", "of": "r", "made-up": true })),
        &[
            (&[("c", "S:m1"), ("r", "F:PARAM_ILLEGAL")], "bound"),
            (&[("c", "F:INVALID_ACCESS_TOKEN"), ("r", "F:INVALID_ACCESS_TOKEN")], "held"),
            (&[("c", "F:INVALID_ACCESS_TOKEN"), ("r", "F:PARAM_ILLEGAL")], "bound"),
            (&[("c", "F:PARAM_ILLEGAL"), ("r", "F:PARAM_ILLEGAL")], "undecided"),
            (&[("c", "F:PROCESS_FAIL"), ("r", "F:INVALID_ACCESS_TOKEN")], "undecided"),
        ],
    );
}

#[test]
fn what_a_target_counts_instead_of_characters_is_named() {
    let alike = rule(json!({ "rule": "alike", "control": "control", "of": "probe" }));
    let summary = |answers: &[(&str, &str)]| match judged(&alike, answers, None) {
        Judgement::Broken(breach) => breach.summary,
        other => panic!("{other:?}"),
    };
    let well = [("control", "S:m1"), ("ascii", "S:m2")];
    let bad = ("probe", "F:PARAM_ILLEGAL");
    assert!(summary(&[well[0], well[1], bad]).ends_with("counts UTF-8 bytes"));
    assert!(summary(&[well[0], well[1], ("three-byte", "S:m3"), bad]).ends_with("counts UTF-16 units"));
    assert!(
        summary(&[well[0], well[1], ("three-byte", "F:PARAM_ILLEGAL"), bad]).ends_with("counts UTF-8 bytes")
    );
    assert!(!summary(&[well[0], ("ascii", "F:PARAM_ILLEGAL"), bad]).contains("counts"));
}

#[test]
fn a_replay_has_the_first_result() {
    table(
        &rule(json!({ "rule": "same-result", "first": "a", "again": ["b"] })),
        &[
            (&[("a", "S:m1"), ("b", "S:m1")], "held"),
            (&[("a", "S"), ("b", "S")], "held"),
            (&[("a", "S:m1"), ("b", "S:m2")], "replay-new-id"),
            (&[("a", "S:m1"), ("b", "S")], "replay-lost-id"),
            (&[("a", "S:m1"), ("b", "A:m1")], "replay-unsettled"),
            (&[("a", "S:m1"), ("b", "U")], "replay-unsettled"),
            (&[("a", "S:m1"), ("b", "F:REPEAT_REQ_INCONSISTENT")], "replay-refused"),
            (&[("a", "A"), ("b", "A")], "held"),
            (&[("a", "A"), ("b", "S:m1")], "held"),
            (&[("a", "A:m1"), ("b", "S:m2")], "replay-new-id"),
            (&[("a", "A"), ("b", "U")], "undecided"),
            (&[("a", "A"), ("b", "F:PROCESS_FAIL")], "undecided"),
            (&[("a", "A"), ("b", "F:REPEAT_REQ_INCONSISTENT")], "replay-refused"),
            (&[("a", "F:PROCESS_FAIL"), ("b", "S:m1")], "undecided"),
        ],
    );
}

#[test]
fn duplicates_at_the_same_time_agree() {
    table(
        &rule(json!({ "rule": "one-result", "bursts": ["b"], "after": "a" })),
        &[
            (&[("b", "S:m1"), ("b", "S:m1"), ("a", "S:m1")], "held"),
            (&[("b", "S:m1"), ("b", "U"), ("a", "S:m1")], "held"),
            (&[("b", "A"), ("b", "U"), ("a", "S:m1")], "held"),
            (&[("b", "S:m1"), ("b", "429:"), ("a", "S:m1")], "held"),
            (&[("b", "S:m1"), ("b", "S:m2"), ("a", "S:m1")], "twins-disagree"),
            (&[("b", "S:m1"), ("b", "S:m1"), ("a", "S:m2")], "replay-new-id"),
            (&[("b", "S:m1"), ("b", "F:PROCESS_FAIL"), ("a", "S:m1")], "twin-refused"),
            (&[("b", "A"), ("b", "A"), ("a", "F:PROCESS_FAIL")], "undecided"),
            (&[("b", "U"), ("b", "U"), ("a", "U")], "undecided"),
            (&[("b", "S"), ("b", "S"), ("a", "S")], "undecided"),
        ],
    );
}

#[test]
fn other_content_under_a_used_key_has_no_effect_of_its_own() {
    table(
        &rule(json!({ "rule": "no-second-effect", "first": "a", "other": "b" })),
        &[
            (&[("a", "S:m1"), ("b", "S:m1")], "held"),
            (&[("a", "S:m1"), ("b", "F:REPEAT_REQ_INCONSISTENT")], "held"),
            (&[("a", "S:m1"), ("b", "F:PROCESS_FAIL")], "held"),
            (&[("a", "S:m1"), ("b", "S:m2")], "second-effect"),
            (&[("a", "S:m1"), ("b", "U")], "undecided"),
            (&[("a", "S"), ("b", "S")], "undecided"),
        ],
    );
}

#[test]
fn different_keys_have_effects_of_their_own() {
    table(
        &rule(json!({ "rule": "distinct", "of": ["a", "b"] })),
        &[
            (&[("a", "S:m1"), ("b", "S:m2")], "held"),
            (&[("a", "S:m1"), ("b", "S:m1")], "keys-merged"),
            (&[("a", "S:m1"), ("b", "F:REPEAT_REQ_INCONSISTENT")], "keys-merged"),
            (&[("a", "S:m1"), ("b", "F:PARAM_ILLEGAL")], "undecided"),
            (&[("a", "S"), ("b", "S")], "undecided"),
        ],
    );
}

#[test]
fn the_probe_counts_what_the_answer_promises() {
    let one = rule(json!({ "rule": "effects", "of": "a", "count": 1, "when": "success" }));
    let none = rule(json!({ "rule": "effects", "of": "a", "count": 0, "when": "refused" }));
    for (rule, answers, count, expected) in [
        (&one, "S:m1", Some(1), "held"),
        (&one, "S:m1", Some(0), "effect-count"),
        (&one, "S:m1", Some(2), "effect-count"),
        (&one, "S:m1", None, "undecided"),
        (&one, "A", Some(0), "undecided"),
        (&one, "A", Some(2), "effect-count"),
        (&one, "F:PROCESS_FAIL", Some(0), "undecided"),
        (&none, "F:PARAM_ILLEGAL", Some(0), "held"),
        (&none, "401:", Some(0), "held"),
        (&none, "401:", Some(1), "effect-count"),
        (&none, "404:", Some(0), "outcome"),
        (&none, "F:PARAM_ILLEGAL", Some(1), "effect-count"),
        (&none, "S:m1", Some(1), "undecided"),
    ] {
        let judgement = judged(rule, &[("a", answers)], count);
        assert_eq!(verdict(&judgement), expected, "{answers} {count:?}: {judgement:?}");
    }
}

#[test]
fn without_a_count_answers_can_only_break() {
    let contract = contract();
    let operation = &contract.operations[0];
    let schemas = Schemas::default();
    let one = rule(json!({ "rule": "effects", "of": "a", "count": 1, "when": "success" }));
    let none = rule(json!({ "rule": "effects", "of": "a", "count": 0, "when": "refused" }));
    // The key follows the role.
    for (rule, answers, expected) in [
        (&one, &[("a", "k", "S:m1")][..], "undecided"),
        (&one, &[("a", "k", "S:m1"), ("b", "k", "S:m1")], "undecided"),
        (&one, &[("a", "k", "S:m1"), ("b", "k", "S:m2")], "effect-ids"),
        (&one, &[("a", "k", "S:m1"), ("b", "k", "A:m2")], "effect-ids"),
        (&one, &[("a", "k", "S:m1"), ("b", "K", "S:m2")], "undecided"),
        (&one, &[("a", "k", "S"), ("b", "k", "S")], "undecided"),
        (
            &one,
            &[("a", "k", "S:m1"), ("b", "k", r#"200:{"result":{"resultStatus":"F"},"messageId":"m2"}"#)],
            "undecided",
        ),
        (&one, &[("a", "k", "F:PROCESS_FAIL")], "undecided"),
        (&one, &[("a", "k", "500:oops")], "breakdown"),
        (&one, &[("a", "k", "refused")], "blocked"),
        (&none, &[("a", "k", "F:PARAM_ILLEGAL")], "undecided"),
        (&none, &[("a", "k", "401:")], "undecided"),
        (&none, &[("a", "k", r#"200:{"result":{"resultStatus":"F"},"messageId":"m1"}"#)], "undecided"),
        (&none, &[("a", "k", r#"200:{"result":{"resultStatus":"F"},"messageId":null}"#)], "undecided"),
    ] {
        let exchanges: Vec<Exchange> = answers
            .iter()
            .map(|(role, key, short)| {
                let mut exchange = exchange(role, answer(short));
                exchange.request.body = json!({ "requestId": key }).to_string().into();
                exchange
            })
            .collect();
        let count = Err("probe.inbox is not configured".to_owned());
        let effects = vec![EffectCount { role: "a".to_owned(), copy: 0, count }];
        let history = History { exchanges, effects, missing: None };
        let judgement =
            judge(rule, &Hearing { operation, schemas: &schemas, history: &history, others: &[] });
        assert_eq!(verdict(&judgement), expected, "{answers:?}: {judgement:?}");
        if let Judgement::Undecided(reason) = judgement {
            assert!(reason.starts_with("effect not observed: "), "{reason}");
        }
    }
}

#[test]
fn several_keys_are_kept_each_for_itself() {
    table(
        &rule(json!({ "rule": "each-same-result", "pairs": [["a", "A"], ["b", "B"]] })),
        &[
            (&[("a", "S:m1"), ("b", "S:m2"), ("A", "S:m1"), ("B", "S:m2")], "held"),
            (&[("a", "S:m1"), ("b", "S:m2"), ("A", "S:m1"), ("B", "S:m3")], "replay-new-id"),
            (
                &[("a", "F:PROCESS_FAIL"), ("b", "S:m2"), ("A", "F:PROCESS_FAIL"), ("B", "S:m3")],
                "replay-new-id",
            ),
            (&[("a", "F:PROCESS_FAIL"), ("b", "S:m2"), ("A", "F:PROCESS_FAIL"), ("B", "S:m2")], "undecided"),
            (&[("a", "S:m1"), ("b", "S:m2"), ("A", "S:m1")], "undecided"),
        ],
    );
}

#[test]
fn what_holds_otherwise_still_has_to_satisfy_the_response_schema() {
    let long = "m".repeat(259);
    let taken = rule(json!({ "rule": "taken", "of": "r" }));
    let answer = format!("S:{long}");
    assert_eq!(verdict(&judged(&taken, &[("r", answer.as_str())], None)), "schema");
    let body = r#"200:{"result":{"resultStatus":"S","resultCode":"FINE","resultMessage":""}}"#;
    assert_eq!(verdict(&judged(&taken, &[("r", body)], None)), "pairing");
    let body = r#"200:{"result":{"resultStatus":"s","resultCode":"SUCCESS","resultMessage":""}}"#;
    assert_eq!(verdict(&judged(&taken, &[("r", body)], None)), "status-known");
}

#[test]
fn an_open_outcome_settles() {
    let settles = rule(json!({ "rule": "settles", "of": "r", "class": "unknown" }));
    let contract = contract();
    let operation = &contract.operations[0];
    let schemas = Schemas::default();
    let judged = |last: &str| {
        let mut first = exchange("r", answer("U"));
        first.superseded = true;
        let history = History {
            exchanges: vec![first, exchange("r", answer(last))],
            effects: Vec::new(),
            missing: None,
        };
        judge(&settles, &Hearing { operation, schemas: &schemas, history: &history, others: &[] })
    };
    assert_eq!(verdict(&judged("S:m1")), "held");
    assert_eq!(verdict(&judged("U")), "never-settles");
    table(&settles, &[(&[("r", "S:m1")], "undecided"), (&[("r", "F:PROCESS_FAIL")], "undecided")]);
}

/// A request of a history: its name, its key, and whether it asks for something else.
fn request(role: &str, key: &str, other: bool, from_to: (u64, u64), short: &str) -> Exchange {
    let body = json!({ "requestId": key, "templateCode": if other { "other" } else { "same" } });
    let mut exchange = exchange(role, answer(short));
    exchange.request.body = Bytes::from(body.to_string());
    exchange.at = Duration::from_millis(from_to.0);
    exchange.elapsed = Duration::from_millis(from_to.1 - from_to.0);
    exchange
}

fn history(exchanges: Vec<Exchange>, count: Option<u64>) -> Judgement {
    let effects = count.map(|count| EffectCount { role: "a".to_owned(), copy: 0, count: Ok(count) });
    history_of(&contract().operations[0], exchanges, effects.into_iter().collect())
}

fn history_of(operation: &Operation, exchanges: Vec<Exchange>, effects: Vec<EffectCount>) -> Judgement {
    let history = History { exchanges, effects, missing: None };
    judge(
        &rule(json!({ "rule": "history" })),
        &Hearing { operation, schemas: &Schemas::default(), history: &history, others: &[] },
    )
}

#[test]
fn a_history_has_an_order_and_the_effects_that_it_promises() {
    let done = || request("a", "k", false, (0, 5), "S:m1");
    let twin = |short: &str| request("b", "k", false, (2, 9), short);
    let later = |short: &str| request("c", "k", true, (10, 12), short);
    let cut = || Exchange { outcome: Err(NoAnswer::Cut), ..request("a", "k", false, (0, 5), "S:m1") };
    for (exchanges, count, expected) in [
        (vec![done(), twin("S:m1"), later("F:REPEAT_REQ_INCONSISTENT")], Some(1), "held"),
        (vec![done(), twin("U"), later("S:m1")], Some(1), "held"),
        (vec![done(), twin("S:m1")], Some(2), "effect-count"),
        (vec![done(), twin("S:m1")], Some(0), "effect-count"),
        (vec![done(), twin("S:m2")], Some(2), "twins-disagree"),
        (vec![done(), twin("F:PROCESS_FAIL")], Some(1), "twin-refused"),
        (vec![done(), later("S:m2")], Some(1), "second-effect"),
        (vec![done(), request("b", "l", false, (10, 12), "S:m1")], Some(1), "keys-merged"),
        (vec![done(), request("b", "l", false, (10, 12), "S:m2")], Some(1), "held"),
        (vec![request("a", "k", false, (0, 5), "F:REPEAT_REQ_INCONSISTENT")], Some(0), "conflict-unfounded"),
        (
            vec![request("a", "k", false, (0, 5), "F:PARAM_ILLEGAL"), twin("F:PARAM_ILLEGAL")],
            Some(1),
            "effect-count",
        ),
        (vec![request("a", "k", false, (0, 5), "F:PARAM_ILLEGAL")], Some(0), "undecided"),
        // Whoever hung up knows nothing; what comes after decides.
        (vec![cut(), later("S:m1")], Some(1), "held"),
        (vec![cut(), later("S:m1")], Some(2), "effect-count"),
        (vec![cut(), request("b", "k", false, (6, 9), "500:")], None, "breakdown"),
    ] {
        let said: Vec<_> = exchanges.iter().map(|exchange| exchange.role.clone()).collect();
        let judgement = history(exchanges, count);
        assert_eq!(verdict(&judgement), expected, "{said:?} {count:?}: {judgement:?}");
    }
}

#[test]
fn a_count_is_held_against_the_requests_that_it_is_about() {
    let contract = contract();
    let judged = |exchanges, role: &str, copy, count| {
        let counted = EffectCount { role: role.to_owned(), copy, count: Ok(count) };
        history_of(&contract.operations[0], exchanges, vec![counted])
    };
    // Steps by their name, and copies of a step by their number.
    let refused = || request("a", "k", false, (0, 5), "F:PARAM_ILLEGAL");
    let other = request("b", "l", false, (6, 9), "S:m1");
    assert_eq!(verdict(&judged(vec![refused(), other], "b", 0, 1)), "held");
    let second = Exchange { copy: 1, ..request("a", "l", false, (6, 9), "S:m1") };
    assert_eq!(verdict(&judged(vec![refused(), second], "a", 1, 1)), "held");
    // Too many are held against the most that may be, too few against the least.
    let cut = Exchange { outcome: Err(NoAnswer::Cut), ..refused() };
    let Judgement::Broken(breach) = judged(vec![cut], "a", 0, 2) else { panic!() };
    assert!(breach.expected.contains("counts 1 "), "{breach:?}");
    // Every request of the key is shown.
    let done = |role, at| request(role, "k", false, (at, at + 1), "S:m1");
    let Judgement::Broken(breach) = judged(vec![refused(), done("b", 6), done("c", 8)], "b", 0, 2) else {
        panic!()
    };
    assert_eq!(breach.show, [0, 1, 2]);
}

#[test]
fn only_what_was_sent_again_may_go_without_an_answer() {
    let lost =
        |superseded, outcome| Exchange { superseded, outcome, ..request("a", "k", false, (0, 5), "S:m1") };
    let judged = |first| history(vec![first, request("a", "k", false, (6, 9), "S:m1")], Some(1));
    assert_eq!(verdict(&judged(lost(true, Err(NoAnswer::Closed)))), "held");
    assert_eq!(verdict(&judged(lost(false, Err(NoAnswer::Closed)))), "answer");
    assert_eq!(verdict(&judged(lost(true, answer("500:oops")))), "breakdown");
    let mut large = lost(false, Err(NoAnswer::Closed));
    large.request.body = Bytes::from(vec![b' '; 100_000]);
    let Judgement::Undecided(reason) = history(vec![large], None) else { panic!() };
    assert!(reason.contains("large body"), "{reason}");
}

#[test]
fn a_twin_may_be_told_that_the_first_is_under_way_where_the_contract_has_words_for_it() {
    let mut contract = contract();
    let operation = &mut contract.operations[0];
    let twins = || {
        vec![
            request("a", "k", false, (0, 9), "S:m1"),
            request("b", "k", false, (1, 3), "F:USER_STATUS_ERROR"),
        ]
    };
    assert_eq!(verdict(&history_of(operation, twins(), Vec::new())), "twin-refused");
    let mut under_way = operation.rules.situations["conflict"].clone();
    under_way.codes = vec!["USER_STATUS_ERROR".to_owned()];
    operation.rules.situations.insert("under-way".to_owned(), under_way);
    operation.rules.idempotency.as_mut().unwrap().in_progress = Some("under-way".to_owned());
    assert_eq!(verdict(&history_of(operation, twins(), Vec::new())), "undecided");
}

#[test]
fn a_key_is_one_within_the_scope_that_the_contract_names() {
    let mut contract = contract();
    let operation = &mut contract.operations[0];
    let of = |operation: &Operation, client: &str| {
        let mut sent = request("a", "k", false, (0, 5), "S:m1");
        sent.request.headers = vec![("Client-Id".to_owned(), client.to_owned())];
        Asked::of(operation, &sent).scope
    };
    assert_ne!(of(operation, "one"), of(operation, "two"));
    operation.rules.idempotency.as_mut().unwrap().scope = vec!["path".to_owned()];
    assert_eq!(of(operation, "one"), of(operation, "two"));
}

#[test]
fn other_operations_take_part_where_they_have_a_key() {
    let family = contract::suites::chosen(&[contract::suites::FAMILY.to_owned()]).expect("all suites");
    let (own, none) = (family.operation("sendInbox").unwrap(), Schemas::default());
    let called = |id: &str| Called { operation: family.operation(id).expect(id), schemas: &none };
    let others = [called("inquiryUserInfo"), called("sendInboxV2")];
    let judged = |aside: &str, first: Result<Response, NoAnswer>| {
        let aside = |at, outcome| Exchange {
            operation: aside.to_owned(),
            outcome,
            ..request("b", "k", false, (at, at + 1), "S:m1")
        };
        let own = request("a", "k", false, (0, 5), "S:m1");
        vec![own, aside(6, first), aside(8, answer("S:m2"))]
    };
    let verdict_of = |exchanges| {
        let history = History { exchanges, effects: Vec::new(), missing: None };
        let hearing = Hearing { operation: own, schemas: &none, history: &history, others: &others };
        verdict(&judge(&rule(json!({ "rule": "history" })), &hearing)).to_owned()
    };
    // One without a key is called on the way only; one with a key promises what the judged one does.
    assert_eq!(verdict_of(judged("inquiryUserInfo", Err(NoAnswer::Closed))), "undecided");
    assert_eq!(verdict_of(judged("sendInboxV2", answer("S:m1"))), "replay-new-id");
}

#[test]
fn without_a_probe_a_history_breaks_or_decides_nothing() {
    let done = |role: &str, short: &str| request(role, "k", false, (0, 5), short);
    let Judgement::Undecided(reason) = history(vec![done("a", "S:m1")], None) else { panic!() };
    assert!(reason.starts_with("effect not observed"), "{reason}");
    assert_eq!(verdict(&history(vec![done("a", "S:m1"), done("b", "S:m2")], None)), "twins-disagree");
}
#[test]
fn the_outcome_changes_at_the_bound_and_nowhere_else() {
    table(
        &rule(json!({ "rule": "bound", "inside": "i", "at": "a", "beyond": "b" })),
        &[
            (&[("i", "S:m1"), ("a", "S:m2"), ("b", "F:PARAM_ILLEGAL")], "held"),
            (&[("i", "S:m1"), ("a", "A"), ("b", "F:PROCESS_FAIL")], "held"),
            (&[("i", "S:m1"), ("a", "F:PARAM_ILLEGAL"), ("b", "F:PARAM_ILLEGAL")], "bound"),
            (&[("i", "F:PARAM_ILLEGAL"), ("a", "S:m1"), ("b", "F:PARAM_ILLEGAL")], "bound"),
            (&[("i", "S:m1"), ("a", "S:m2"), ("b", "S:m3")], "taken"),
            (&[("i", "S:m1"), ("a", "S:m2"), ("b", "U")], "client-error-unknown"),
            (&[("i", "S:m1"), ("a", "S:m2"), ("b", "F:INVALID_ACCESS_TOKEN")], "undecided"),
            (&[("i", "F:INVALID_ACCESS_TOKEN"), ("a", "F:INVALID_ACCESS_TOKEN"), ("b", "S:m1")], "undecided"),
        ],
    );
    let unknown = "F:INVALID_ACCESS_TOKEN";
    table(
        &rule(json!({ "rule": "bound", "inside": "i", "at": "a", "beyond": "b", "made-up": true })),
        &[
            (&[("i", unknown), ("a", unknown), ("b", "F:PARAM_ILLEGAL")], "held"),
            (&[("i", unknown), ("a", unknown), ("b", unknown)], "held"),
            (&[("i", unknown), ("a", unknown), ("b", "F:PROCESS_FAIL")], "held"),
            (&[("i", unknown), ("a", unknown), ("b", "F:TOO_LONG")], "undocumented-code"),
            (&[("i", unknown), ("a", unknown), ("b", "S:m1")], "taken"),
            (&[("i", "F:PARAM_ILLEGAL"), ("a", unknown), ("b", "F:PARAM_ILLEGAL")], "bound"),
            (&[("i", unknown), ("a", "F:PARAM_ILLEGAL"), ("b", "F:PARAM_ILLEGAL")], "bound"),
            (&[("i", "F:PARAM_ILLEGAL"), ("a", "F:PARAM_ILLEGAL"), ("b", "F:PARAM_ILLEGAL")], "undecided"),
            (&[("i", unknown), ("a", "429:"), ("b", "F:PARAM_ILLEGAL")], "undecided"),
        ],
    );
}

#[test]
fn a_refusal_blames_what_is_the_matter_or_nothing() {
    let situations = ["invalid-token", "illegal-parameter"];
    let both = rule(json!({ "rule": "cause", "control": "c", "of": "r", "situations": situations }));
    let of = |answer| judged(&both, &[("c", "S:m1"), ("r", answer)], None);
    for (answer, expected) in [
        ("F:INVALID_ACCESS_TOKEN", "held"),
        ("F:PARAM_ILLEGAL", "held"),
        ("F:PARAM_MISSING", "held"),
        ("F:PROCESS_FAIL", "held"),
        ("F:MESSAGE_SEND_EXCEED_LIMIT", "held"),
        ("F:ACCESS_TOKEN_NOT_COVER_THE_SCOPE", "wrong-cause"),
        ("F:TEMPLATE_NOT_EXIST", "wrong-cause"),
        ("F:INVALID_SIGNATURE", "wrong-cause"),
        ("F:NO_SUCH_CODE", "undocumented-code"),
        ("F:REQUEST_TRAFFIC_EXCEED_LIMIT", "undecided"),
        ("U", "client-error-unknown"),
        ("S:m2", "taken"),
        ("401:", "outcome"),
    ] {
        assert_eq!(verdict(&of(answer)), expected, "{answer}");
    }
    table(
        &both,
        &[
            (&[("c", "F:INVALID_SIGNATURE"), ("r", "F:INVALID_SIGNATURE")], "undecided"),
            (&[("c", "500:"), ("r", "F:INVALID_SIGNATURE")], "undecided"),
        ],
    );
    let unreadable = rule(
        json!({ "rule": "cause", "control": "c", "of": "r", "situations": ["illegal-parameter", "unreadable"] }),
    );
    table(
        &unreadable,
        &[(&[("c", "A"), ("r", "400:")], "held"), (&[("c", "A"), ("r", "F:MSG_PARSE_ERROR")], "held")],
    );
}

#[test]
fn the_same_failure_has_the_same_refusal() {
    table(
        &rule(json!({ "rule": "same-refusal", "of": ["a", "b"] })),
        &[
            (&[("a", "F:PARAM_ILLEGAL"), ("a", "F:PARAM_ILLEGAL"), ("b", "F:PARAM_ILLEGAL")], "held"),
            (
                &[("a", "F:PARAM_ILLEGAL"), ("a", "F:PROCESS_FAIL"), ("b", "F:PARAM_ILLEGAL")],
                "refusal-varies",
            ),
            (&[("a", "F:PARAM_ILLEGAL"), ("b", "U")], "refusal-varies"),
            (&[("a", "F:PROCESS_FAIL"), ("b", "S:m1")], "refusal-undone"),
            (&[("a", "F:PARAM_ILLEGAL"), ("b", "429:")], "undecided"),
            (&[("a", "S:m1"), ("b", "S:m1")], "undecided"),
            (&[("a", "U"), ("b", "S:m1")], "undecided"),
        ],
    );
}

#[test]
fn what_cannot_matter_changes_no_answer() {
    table(
        &rule(json!({ "rule": "alike-answers", "control": "c", "of": ["a", "b"] })),
        &[
            (&[("c", "S:m1"), ("a", "S:m2"), ("b", "A")], "held"),
            (&[("c", "F:PARAM_ILLEGAL"), ("a", "F:PARAM_ILLEGAL"), ("b", "F:PARAM_ILLEGAL")], "held"),
            (&[("c", "F:PARAM_ILLEGAL"), ("a", "F:PARAM_ILLEGAL"), ("b", "F:PARAM_MISSING")], "unlike"),
            (&[("c", "S:m1"), ("a", "F:PARAM_ILLEGAL"), ("b", "S:m2")], "unlike"),
            (&[("c", "F:PARAM_ILLEGAL"), ("a", "S:m1"), ("b", "F:PARAM_ILLEGAL")], "unlike"),
            (&[("c", "S:m1"), ("a", "S:m2"), ("b", "429:")], "undecided"),
            (&[("c", "U"), ("a", "U"), ("b", "U")], "undecided"),
            (&[("c", "500:"), ("a", "S:m2"), ("b", "S:m3")], "undecided"),
        ],
    );
}

#[test]
fn a_target_that_asks_for_fewer_requests_is_not_judged() {
    let html = "429:<h1>Too many requests</h1>";
    let named = r#"429:{"result":{"resultStatus":"F","resultCode":"SLOW_DOWN","resultMessage":7}}"#;
    for busy in ["F:REQUEST_TRAFFIC_EXCEED_LIMIT", html, named, "503:"] {
        for rule in [
            json!({ "rule": "taken", "of": "r" }),
            json!({ "rule": "refused", "of": "r", "situation": "unreadable" }),
            json!({ "rule": "code", "of": "r", "situation": "illegal-parameter" }),
            json!({ "rule": "orderly", "of": "r" }),
            json!({ "rule": "media-type", "of": "r" }),
            json!({ "rule": "charset", "of": "r" }),
            json!({ "rule": "http-status", "of": "r", "when": "refused" }),
            json!({ "rule": "schema", "of": "r", "when": "refused" }),
            json!({ "rule": "effect-id", "of": "r", "when": "refused", "present": false }),
            json!({ "rule": "response-header", "of": "r", "field": "time" }),
            json!({ "rule": "response-signature", "of": "r" }),
        ] {
            let judgement = judged(&self::rule(rule.clone()), &[("r", busy)], None);
            assert_eq!(verdict(&judgement), "undecided", "{rule} {busy}: {judgement:?}");
        }
    }
}

/// The judgement of one answer whose signature was checked with this result.
fn signed(checks: &[SignatureCheck]) -> Judgement {
    let contract = contract();
    let operation = &contract.operations[0];
    let mut exchanges: Vec<Exchange> = checks.iter().map(|_| exchange("r", answer("U"))).collect();
    let last = exchanges.len() - 1;
    exchanges[last] = exchange("r", answer("S:m1"));
    for (at, check) in checks.iter().enumerate() {
        exchanges[at].signature = *check;
        exchanges[at].superseded = at < last;
    }
    let history = History { exchanges, effects: Vec::new(), missing: None };
    let rule = rule(json!({ "rule": "response-signature", "of": "r" }));
    judge(&rule, &Hearing { operation, schemas: &Schemas::new(operation), history: &history, others: &[] })
}

#[test]
fn every_answer_on_the_way_is_signed() {
    use SignatureCheck::{Absent, Invalid, Misencoded, Unchecked, Valid};
    for (checks, expected) in [
        (&[Valid][..], "held"),
        (&[Absent], "response-signature"),
        (&[Invalid], "response-signature"),
        (&[Misencoded("base64url")], "response-signature"),
        (&[Unchecked], "undecided"),
        (&[Valid, Valid], "held"),
        (&[Absent, Valid], "response-signature"),
        (&[Valid, Absent], "response-signature"),
    ] {
        assert_eq!(verdict(&signed(checks)), expected, "{checks:?}");
    }
}

#[test]
fn what_must_not_be_taken_may_be_answered_as_it_pleases() {
    let untaken = rule(json!({ "rule": "untaken", "of": "r" }));
    table(
        &untaken,
        &[
            (&[("r", "200:")], "held"),
            (&[("r", "204:")], "held"),
            (&[("r", "405:")], "held"),
            (&[("r", "F:METHOD_NOT_SUPPORTED")], "held"),
            (&[("r", "S:m1")], "taken"),
            (&[("r", "A")], "taken"),
            (&[("r", "500:oops")], "breakdown"),
            (&[("r", "301:")], "redirect"),
            (&[("r", "closed")], "answer"),
            (&[("r", "429:slow down")], "undecided"),
        ],
    );
    assert_eq!(verdict(&judged(&untaken, &[("r", "405:")], Some(0))), "held");
    assert_eq!(verdict(&judged(&untaken, &[("r", "200:")], Some(1))), "effects");
}

#[test]
fn refusals_may_have_http_statuses_of_their_own() {
    let mut contract = contract();
    contract.operations[0].rules.http.refused = vec![200, 400];
    let judged = |status: u16, short: &str| {
        let Ok(mut answer) = answer(short) else { panic!("an answer") };
        answer.status = status;
        let exchanges = vec![exchange("r", Ok(answer))];
        let history = History { exchanges, effects: Vec::new(), missing: None };
        let rule = match short.split_once(':') {
            Some(("F", _)) => json!({ "rule": "refused", "of": "r", "situation": "illegal-parameter" }),
            _ => json!({ "rule": "taken", "of": "r" }),
        };
        let hearing = Hearing {
            operation: &contract.operations[0],
            schemas: &Schemas::new(&contract.operations[0]),
            others: &[],
            history: &history,
        };
        verdict(&judge(&self::rule(rule), &hearing)).to_owned()
    };
    assert_eq!(judged(400, "F:PARAM_ILLEGAL"), "held");
    assert_eq!(judged(200, "F:PARAM_ILLEGAL"), "held");
    assert_eq!(judged(401, "F:PARAM_ILLEGAL"), "http-status");
    assert_eq!(judged(200, "S:m1"), "held");
    assert_eq!(judged(400, "S:m1"), "http-status");
}

#[test]
fn an_answer_shows_what_the_case_asks_for() {
    let named = json!({ "required": ["messageId"], "properties": { "messageId": { "maxLength": 3 } } });
    let asked = |more: Value| {
        let mut all = json!({ "rule": "shows", "of": "r", "when": "success" });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule(all)
    };
    table(
        &asked(json!({ "schema": named })),
        &[
            (&[("r", "S:m1")], "held"),
            (&[("r", "A:m1")], "held"),
            (&[("r", "S:m123")], "shows"),
            (&[("r", "S")], "shows"),
            (&[("r", "F:PARAM_ILLEGAL")], "undecided"),
            (&[("r", "U")], "undecided"),
            (&[("r", "500:oops")], "breakdown"),
        ],
    );
    table(
        &asked(json!({ "schema": named, "or-refused": true })),
        &[(&[("r", "F:PARAM_ILLEGAL")], "held"), (&[("r", "S")], "shows"), (&[("r", "U")], "undecided")],
    );
    table(
        &asked(json!({ "echo": { "/messageId": "/requestId" } })),
        &[(&[("r", "S:k")], "held"), (&[("r", "S:other")], "shows"), (&[("r", "S")], "shows")],
    );
}
