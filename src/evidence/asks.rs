//! Digests of what cases ask and of what a contract says, in which wording does not count.
//!
//! A requirement set names them, so that a later change of a case or of the contract is seen, while a better title, a
//! comment or a corrected source changes nothing.

use super::digest::sha256;
use crate::case::Case;
use crate::case::model::{BoundPlan, GoalPlan, Plan};
use crate::case::suite::Suite;
use crate::contract::dialect::Dialect;
use crate::contract::document::Document;
use crate::contract::problem::Problem;
use crate::contract::suites;
use crate::generate::Goal;
use serde_json::{Map, Value, json};

/// `sha256:` and the digest of what a case sends, needs and accepts, how binding it is, and which law judges it.
pub fn case(case: &Case) -> String {
    let plan = match &case.plan {
        Plan::Written(script) => json!({ "written": script }),
        Plan::Programs(programs) => json!({ "programs": programs }),
        Plan::Goal(plan) => {
            let GoalPlan { goal: wanted, compared, references } = plan.as_ref();
            let references: Map<String, Value> =
                references.iter().map(|(role, wanted)| (role.clone(), goal(wanted))).collect();
            json!({ "goal": goal(wanted), "compared": compared, "references": references })
        }
        Plan::Bound(plan) => {
            let BoundPlan { inside, at, beyond } = plan.as_ref();
            json!({ "inside": goal(inside), "at": goal(at), "beyond": goal(beyond) })
        }
        Plan::Samples => json!("samples"),
    };
    named(&json!({
        "operation": case.operation, "level": case.level, "law": case.law, "needs": case.needs,
        "plan": plan, "rule": case.rule,
    }))
}

/// What a goal asks, wherever its keyword stands in the document.
fn goal(goal: &Goal) -> Value {
    json!([goal.pointer, goal.keyword, goal.side, goal.valid])
}

/// Whether the contract of a suite is built in.
pub(super) fn is_builtin(suite: &Suite) -> bool {
    suites::documents().iter().any(|(_, own)| suite.contract.text.contains(own))
}

/// `sha256:` and the digest of what the contract of a suite says in a dialect. The text of a contract that is not
/// built in counts byte for byte.
///
/// # Errors
/// None for the shipped documents.
pub fn contract(suite: &Suite, dialect: Option<&Dialect>) -> Result<String, Problem> {
    let text = &suite.contract.text;
    let mut said = Vec::new();
    for (name, own) in suites::documents().into_iter().filter(|(_, own)| text.contains(own)) {
        let mut document = Document::parse(&name, own)?;
        if let Some(dialect) = dialect {
            dialect.apply(&mut document.value);
        }
        without_prose(&mut document.value, false);
        said.push(document.value);
    }
    Ok(if said.is_empty() {
        format!("sha256:{}", sha256(text.as_bytes()))
    } else {
        named(&Value::Array(said))
    })
}

/// Members that explain and decide nothing.
const PROSE: [&str; 11] = [
    "action",
    "clause",
    "description",
    "meaning",
    "position",
    "positions",
    "question",
    "source",
    "summary",
    "unprovokable",
    "x-proofmark-default",
];
/// Members whose own members have names that the API chose.
const NAMING: [&str; 7] = [
    "properties",
    "patternProperties",
    "$defs",
    "schemas",
    "dependentSchemas",
    "dependentRequired",
    "templateParameters",
];
/// Members that hold values of the API.
const VALUES: [&str; 5] = ["example", "examples", "default", "const", "enum"];

fn without_prose(value: &mut Value, naming: bool) {
    match value {
        Value::Object(members) => {
            if !naming {
                members.retain(|name, _| !PROSE.contains(&name.as_str()));
            }
            for (name, part) in
                members.iter_mut().filter(|(name, _)| naming || !VALUES.contains(&name.as_str()))
            {
                without_prose(part, !naming && NAMING.contains(&name.as_str()));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| without_prose(item, false)),
        _ => {}
    }
}

fn named(value: &Value) -> String {
    let mut text = String::new();
    canonical(value, &mut text);
    format!("sha256:{}", sha256(text.as_bytes()))
}

/// JSON without white space, members sorted by name.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, part)) in sorted.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                text.push_str(&format!("{}:", Value::from(name.as_str())));
                canonical(part, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                canonical(item, text);
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wording_changes_no_digest_and_content_does() {
        let digest = |text: &str| {
            let mut value: Value = serde_json::from_str(text).unwrap_or_default();
            without_prose(&mut value, false);
            named(&value)
        };
        let plain = digest(r#"{"a": {"maxLength": 3}, "properties": {"source": {"type": "string"}}}"#);
        let worded = r#"{"properties": {"source": {"type": "string", "description": "b"}}, "a": {"maxLength": 3, "source": "c"}}"#;
        assert_eq!(digest(worded), plain);
        assert_ne!(digest(r#"{"a": {"maxLength": 4}, "properties": {"source": {"type": "string"}}}"#), plain);
        assert_ne!(digest(r#"{"a": {"maxLength": 3}, "properties": {}}"#), plain);
    }
}
