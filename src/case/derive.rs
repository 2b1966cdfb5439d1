//! Cases that follow from the request schema: every keyword at every place, both sides of each bound.

use super::carried;
use super::grade::{Law, Level};
use super::model::{BoundPlan, Case, GoalPlan, Plan};
use super::rule::{ASCII, AT, CONTROL, INSIDE, PROBE, Rule, THREE_BYTE};
use super::words;
use crate::contract::{Operation, walk};
use crate::generate::{Generator, Goal};
use globset::{Glob, GlobSet, GlobSetBuilder};
use serde_json::Value;
use std::collections::BTreeMap;

/// The boundary cases of an operation, in the order of its schema, and the case of sampled payloads.
pub fn cases(operation: &Operation, generator: &Generator) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut goals = carried::goals(operation, generator);
    goals.retain(|goal| !depends(operation, goal));
    let positions = positions(operation);
    for goal in goals.iter().copied() {
        let text = goal.valid && goal.side.starts_with("text-");
        let mut case = boundary(operation, &goals, goal);
        case.position = position(&positions, goal);
        if goal.valid && carried::in_path(operation, &goal.pointer) {
            // Whether there is such a thing is the target's affair.
            case.rule = Rule::Orderly { of: PROBE.to_owned() };
            case.law = Law::Robustness;
            case.title = format!("{}: an orderly answer", words::what(goal));
            cases.push(case);
        } else if text {
            let taken = Case {
                id: format!("{}-taken", case.id),
                level: Level::Should,
                law: Law::Shape,
                ..case.clone()
            };
            case.rule = Rule::Orderly { of: PROBE.to_owned() };
            case.law = Law::Robustness;
            case.level = Level::Must;
            case.title = format!("{}: an orderly answer", words::what(goal));
            cases.push(case);
            cases.push(taken);
        } else {
            let by_code = told_by_code(operation, goal, &case);
            let around = around(operation, &goals, goal, &case);
            cases.push(case);
            cases.extend(by_code);
            cases.extend(around);
        }
    }
    cases.push(sampled(operation));
    number(&mut cases);
    cases
}

/// Whether what the goal tries is allowed only together with something else in the request: `x-proofmark: {depends:
/// true}` says so of a member, whose presence and alternatives are then not tried by themselves.
fn depends(operation: &Operation, goal: &Goal) -> bool {
    let alone = goal.valid && matches!(goal.keyword.as_str(), "enum" | "properties");
    let says = |node: &Value| node.pointer("/x-proofmark/depends") == Some(&Value::Bool(true));
    alone && walk::along(&operation.request, &goal.pointer).last().copied().is_some_and(says)
}

/// Tells apart what stands under several conditions, or in several schemas that hold at once: the second one of
/// the same name is `…-2`.
fn number(cases: &mut [Case]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        let times = seen.entry(case.id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            case.id = format!("{}-{times}", case.id);
        }
    }
}

fn boundary(operation: &Operation, goals: &[&Goal], goal: &Goal) -> Case {
    let compared = goal.valid && stands_in(operation, &goal.pointer);
    let (rule, outcome) = if goal.valid {
        (Rule::Alike { control: CONTROL.to_owned(), of: PROBE.to_owned(), made_up: compared }, "taken")
    } else {
        let made_up = stands_in(operation, &goal.pointer);
        (
            Rule::Refused {
                of: PROBE.to_owned(),
                situation: situation(operation, goal),
                made_up,
                documented: false,
            },
            "refused",
        )
    };
    Case {
        id: id(operation, goal),
        operation: operation.id.clone(),
        title: format!(
            "{}: {}",
            words::what(goal),
            if compared { "treated like one well inside" } else { outcome }
        ),
        clause: clause(operation, &goal.pointer),
        level: level(operation, goal),
        law: Law::Shape,
        position: None,
        fix: words::fix(goal),
        needs: needs(operation, &goal.pointer, goal.valid),
        plan: Plan::Goal(Box::new(GoalPlan {
            goal: goal.clone(),
            compared,
            references: references(goals, goal),
        })),
        rule,
    }
}

/// Why a request that violates a goal is refused.
fn situation(operation: &Operation, goal: &Goal) -> String {
    let rules = &operation.rules;
    let missing = goal.keyword == "required";
    let key = rules.idempotency.as_ref().filter(|key| missing && key.key == goal.pointer);
    if let Some(situation) = key.and_then(|key| key.missing.as_ref()) {
        return situation.clone();
    }
    if operation.layout.parted && missing && goal.pointer == operation.layout.body_at() {
        return rules.unreadable.as_ref().unwrap_or(&rules.invalid).clone();
    }
    rules.invalid.clone()
}

/// A made-up credential or fixture is refused in any case, so that only the code tells whether its length
/// was looked at. No page demands a certain order of checks, hence a SHOULD.
fn told_by_code(operation: &Operation, goal: &Goal, case: &Case) -> Option<Case> {
    let length = goal.keyword == "maxLength" || goal.keyword == "minLength";
    let named = !carried::in_path(operation, &goal.pointer);
    (length && named && !goal.valid && stands_in(operation, &goal.pointer)).then(|| Case {
        id: format!("{}-code", case.id),
        title: format!("{}: refused for its length", words::what(goal)),
        level: Level::Should,
        law: Law::Code,
        rule: Rule::Code { of: PROBE.to_owned(), situation: operation.rules.invalid.clone() },
        ..case.clone()
    })
}

/// The three lengths next to a bound, held against each other: what is done with a text changes between the longest
/// that is allowed and the next, and nowhere else.
fn around(operation: &Operation, goals: &[&Goal], goal: &Goal, case: &Case) -> Option<Case> {
    if (goal.keyword.as_str(), goal.side.as_str()) != ("maxLength", "above") {
        return None;
    }
    let twin = |side: &str| {
        let mut goals = goals.iter().copied().filter(|other| other.side == side);
        let place = |goal: &Goal| (goal.pointer.clone(), goal.schema_pointer.clone(), goal.keyword.clone());
        goals.find(|other| place(other) == place(goal)).cloned()
    };
    let (inside, at, beyond) = (twin("near")?, twin("at")?, goal.clone());
    Some(Case {
        id: id(operation, &Goal { side: "around".to_owned(), ..goal.clone() }),
        title: format!("{}: only there does the answer change", words::around(goal)),
        fix: "Compare the length with the documented bound, and with nothing else.".to_owned(),
        plan: Plan::Bound(Box::new(BoundPlan { inside, at, beyond })),
        rule: Rule::Bound {
            inside: INSIDE.to_owned(),
            at: AT.to_owned(),
            beyond: PROBE.to_owned(),
            made_up: stands_in(operation, &goal.pointer),
        },
        ..case.clone()
    })
}

fn sampled(operation: &Operation) -> Case {
    Case {
        id: format!("{}/request/valid/sampled", operation.id),
        operation: operation.id.clone(),
        title: "generated valid requests: taken".to_owned(),
        clause: clause(operation, ""),
        level: Level::Should,
        law: Law::Shape,
        position: None,
        fix: "Take every request that the schema allows.".to_owned(),
        needs: needs(operation, "", true),
        plan: Plan::Samples,
        rule: Rule::Alike { control: CONTROL.to_owned(), of: PROBE.to_owned(), made_up: false },
    }
}

fn id(operation: &Operation, goal: &Goal) -> String {
    format!("{}/request{}/{}/{}", operation.id, goal.pointer, goal.keyword, goal.side)
}

/// Whether the value at this place must be one that the target knows.
fn stands_in(operation: &Operation, pointer: &str) -> bool {
    operation.rules.fixtures.iter().any(|fixture| fixture.pointer == pointer)
        || operation.rules.credentials.iter().any(|credential| credential.pointer == pointer)
}

fn needs(operation: &Operation, pointer: &str, valid: bool) -> Vec<String> {
    // What is only sometimes there is asked for when it is.
    let all = operation.rules.credentials.iter();
    let there = all.filter(|c| !c.when_present || operation.example.pointer(&c.pointer).is_some());
    let needed = there.filter(|c| c.pointer != pointer || (pointer.is_empty() && valid));
    needed.map(|c| format!("{}.{}", c.table, c.default)).collect()
}

/// How binding a bound is. Text outside the BMP and combining marks are advisory, since the sources say
/// "characters" and no more; what the contract does not name at all is advisory too.
fn level(operation: &Operation, goal: &Goal) -> Level {
    // What a target does not take although the schema allows it may be known to the target alone.
    if goal.valid && !operation.is_complete() {
        return Level::Should;
    }
    match goal.side.as_str() {
        "at-astral" | "at-combining" | "above-combining" => Level::Should,
        "extra" if goal.valid => Level::Should,
        _ => Level::Must,
    }
}

/// The positions that an operation's contract takes on bounds, each with what its patterns match.
fn positions(operation: &Operation) -> Vec<(u32, GlobSet)> {
    let patterns = |bounds: &[String]| {
        let mut set = GlobSetBuilder::new();
        for glob in bounds.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
            set.add(glob);
        }
        set.build().ok()
    };
    let told = operation.rules.positions.iter().filter(|position| !position.bounds.is_empty());
    told.filter_map(|position| Some((position.id, patterns(&position.bounds)?))).collect()
}

fn position(positions: &[(u32, GlobSet)], goal: &Goal) -> Option<u32> {
    let bound = format!("{}/{}", goal.keyword, goal.side);
    positions.iter().find(|(_, bounds)| bounds.is_match(&bound)).map(|(id, _)| *id)
}

fn references(goals: &[&Goal], goal: &Goal) -> Vec<(String, Goal)> {
    let find = |side: &str| {
        let mut goals = goals.iter().copied();
        goals.find(|g| g.pointer == goal.pointer && g.keyword == goal.keyword && g.side == side).cloned()
    };
    let mut references = Vec::new();
    if goal.valid && goal.side.starts_with("at-") {
        references.extend(find("at").map(|goal| (ASCII.to_owned(), goal)));
    }
    if goal.side == "at-astral" || goal.side == "at-combining" {
        references.extend(find("at-three-byte").map(|goal| (THREE_BYTE.to_owned(), goal)));
    }
    references
}

/// The clause written beside the schema of the nearest place around the pointer.
fn clause(operation: &Operation, pointer: &str) -> String {
    let nodes = walk::along(&operation.request, pointer).into_iter().rev();
    let mut clauses = nodes.filter_map(|node| node.pointer("/x-proofmark/clause")?.as_str());
    match clauses.next() {
        Some(clause) => clause.to_owned(),
        None if operation.rules.outcome.by_http() => {
            let place = if pointer.is_empty() { "the request" } else { pointer };
            format!("{place}, as the document describes it ({} {})", operation.method, operation.path)
        }
        None => String::new(),
    }
}
