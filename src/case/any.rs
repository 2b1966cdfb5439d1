//! Cases that suit any operation: files in `cases/any`, which name by `@…` what each operation calls in its own way.
//!
//! | name | stands for |
//! | --- | --- |
//! | `@invalid`, `@unreadable`, `@unauthenticated`, `@conflict`, `@missing-key` | the contract's situation of that kind |
//! | `@key`, `@credential` | the pointer of the idempotency key, of the first credential |
//! | `@content`, `@other` | a place in the body that another request may differ in, and another value for it |
//! | `@text` | a place in the body that holds text |
//! | `@unserved` | a method that the path does not have |
//!
//! A case suits an operation that has everything which the case names, and everything in its `when`.

use super::Case;
use super::file::{self, CaseEntry};
use super::grade::Law;
use crate::contract::Operation;
use crate::contract::document::Document;
use crate::contract::problem::{Problem, Problems};
use crate::generate::Generator;
use crate::schema::{place, pointer};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The folder of the files, in place of an operation's name.
pub(super) const FOLDER: &str = "any";
/// Methods that are tried where a path has not got them: none that takes anything away.
const METHODS: [&str; 3] = ["PATCH", "PUT", "POST"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnyFile {
    operation: String,
    group: String,
    law: Law,
    cases: Vec<Map<String, Value>>,
}

/// The cases of these operations in the files that suit any.
///
/// # Errors
/// Every problem of the files.
pub(super) fn cases(
    files: &[(String, &str)],
    operations: &[&Operation],
    generators: &BTreeMap<String, Arc<Generator>>,
) -> Result<Vec<Case>, Problems> {
    let mut read = Vec::new();
    for (name, text) in files.iter().filter(|(path, _)| path.starts_with(&format!("{FOLDER}/"))) {
        let document = Document::parse(&format!("cases/{name}"), text)?;
        let file: AnyFile = document.read("")?;
        if file.operation != "*" {
            let mend = "write `operation: \"*\"` in files that suit any operation";
            return Err(document.problem("/operation", "names an operation", mend).into());
        }
        read.push((document, file));
    }
    let mut cases = Vec::new();
    for operation in operations {
        let Some(generator) = generators.get(&operation.id) else { continue };
        let words = Words::of(operation, generator);
        for (document, file) in &read {
            for (nth, entry) in file.cases.iter().enumerate() {
                let problem = |error: String| -> Problem {
                    document.problem(&format!("/cases/{nth}"), error, "correct this case")
                };
                let Some(entry) = words.entry(entry).map_err(problem)? else { continue };
                let entry: CaseEntry =
                    serde_json::from_value(entry).map_err(|error| problem(error.to_string()))?;
                cases.push(file::case(operation, &file.group, file.law, entry));
            }
        }
    }
    Ok(cases)
}

/// What an operation has, by the names that files use.
struct Words<'a> {
    operation: &'a Operation,
    named: BTreeMap<&'static str, Value>,
}

impl<'a> Words<'a> {
    fn of(operation: &'a Operation, generator: &Generator) -> Self {
        let rules = &operation.rules;
        let mut named: BTreeMap<&'static str, Value> = BTreeMap::new();
        let mut name = |word, value: Option<String>| {
            if let Some(value) = value {
                named.insert(word, value.into());
            }
        };
        name("@invalid", Some(rules.invalid.clone()));
        name("@unreadable", Some(rules.unreadable.clone().unwrap_or_else(|| rules.invalid.clone())));
        let credential = rules.credentials.first();
        name("@unauthenticated", credential.map(|credential| credential.unknown.clone()));
        name("@credential", credential.map(|credential| credential.pointer.clone()));
        let key = rules.idempotency.as_ref();
        name("@key", key.map(|key| key.key.clone()));
        name("@conflict", key.map(|key| key.conflict.clone()));
        name("@missing-key", key.and_then(|key| key.missing.clone()));
        let unserved = METHODS.iter().find(|method| !operation.methods.iter().any(|own| own == *method));
        name("@unserved", unserved.map(|method| (*method).to_owned()));
        name("@text", text(operation));
        if let Some((at, value)) = other(operation, generator) {
            named.insert("@content", at.into());
            named.insert("@other", value);
        }
        Self { operation, named }
    }

    /// The case as the operation has it; nothing where it does not suit.
    fn entry(&self, entry: &Map<String, Value>) -> Result<Option<Value>, String> {
        let mut entry = entry.clone();
        let when = entry.remove("when").unwrap_or_else(|| Value::Array(Vec::new()));
        for fact in when.as_array().ok_or("`when` is no list")? {
            let fact = fact.as_str().unwrap_or_default();
            if !self.has(fact).ok_or_else(|| format!("`when` names `{fact}`, which no operation has"))? {
                return Ok(None);
            }
        }
        let mut value = Value::Object(entry);
        Ok(self.fill(&mut value).then_some(value))
    }

    /// Whether the operation has something; nothing where that is no fact.
    fn has(&self, fact: &str) -> Option<bool> {
        let operation = self.operation;
        let body = operation.layout.body.as_ref();
        Some(match fact {
            "json-body" => operation.layout.is_json(),
            "required-body" => body.is_some_and(|body| body.required) || !operation.layout.parted,
            "json-response" => {
                operation.responses.keys().any(|status| status.starts_with('2') || status == "default")
            }
            "key" => operation.rules.idempotency.is_some(),
            "effect" => operation.rules.effect.is_some(),
            "http-outcome" => operation.rules.outcome.by_http(),
            _ => return None,
        })
    }

    /// Puts what the operation has in place of the names; answers no where it lacks something.
    fn fill(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) if text.starts_with('@') => match self.named.get(text.as_str()) {
                Some(own) => {
                    *value = own.clone();
                    true
                }
                None => false,
            },
            Value::Array(items) => items.iter_mut().all(|item| self.fill(item)),
            Value::Object(members) => {
                let named: Vec<String> =
                    members.keys().filter(|name| name.starts_with('@')).cloned().collect();
                for name in named {
                    let own = self.named.get(name.as_str()).and_then(Value::as_str);
                    match (own, members.remove(&name)) {
                        (Some(own), Some(member)) => members.insert(own.to_owned(), member),
                        _ => return false,
                    };
                }
                members.values_mut().all(|member| self.fill(member))
            }
            _ => true,
        }
    }
}

/// The places of the body that hold a single value, but for what the target must know; numbers first, since texts
/// often refer to something.
fn places(operation: &Operation) -> Vec<(String, Value)> {
    let rules = &operation.rules;
    let mut taken: Vec<&str> = rules.fixtures.iter().map(|fixture| fixture.pointer.as_str()).collect();
    taken.extend(rules.credentials.iter().map(|credential| credential.pointer.as_str()));
    taken.extend(rules.idempotency.iter().map(|key| key.key.as_str()));
    let at = operation.layout.body_at().to_owned();
    let Some(body) = operation.example.pointer(&at) else { return Vec::new() };
    let mut open = vec![(at, body)];
    let mut found = Vec::new();
    while let Some((at, value)) = open.pop() {
        if taken.contains(&at.as_str()) {
            continue;
        }
        match value {
            Value::Object(members) => {
                open.extend(members.iter().rev().map(|(name, part)| (pointer::join(&at, name), part)));
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().rev().map(|(nth, item)| (format!("{at}/{nth}"), item)));
            }
            single => found.push((at, single.clone())),
        }
    }
    found.sort_by_key(|(_, value)| !value.is_number());
    found
}

/// A place of the body and another value for it, with which the request is valid still.
fn other(operation: &Operation, generator: &Generator) -> Option<(String, Value)> {
    operation.layout.body.as_ref()?;
    places(operation).into_iter().find_map(|(at, value)| {
        let fits = |other: &Value| {
            let mut document = operation.example.clone();
            place::put(&mut document, &at, other.clone()) && generator.oracle().is_valid(&document)
        };
        others(&value).into_iter().find(fits).map(|other| (at.clone(), other))
    })
}

/// Other values of the same kind.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => {
            let near = number.as_i64().map(|number| [number.saturating_add(1), number.saturating_sub(1)]);
            let far = number.as_f64().and_then(|number| serde_json::Number::from_f64(number + 0.5));
            near.into_iter().flatten().map(Value::from).chain(far.map(Value::Number)).collect()
        }
        Value::String(text) => {
            let mut cut = text.clone();
            cut.pop();
            vec![format!("{text}x").into(), format!("{cut}y").into()]
        }
        Value::Bool(flag) => vec![Value::Bool(!flag)],
        _ => Vec::new(),
    }
}

/// A place of the body that holds text.
fn text(operation: &Operation) -> Option<String> {
    let json = operation.layout.is_json();
    places(operation).into_iter().find(|(_, value)| json && value.is_string()).map(|(at, _)| at)
}
