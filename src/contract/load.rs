//! From the document's text to [`Contract`].

use super::document::Document;
use super::problem::{Problem, Problems};
use super::{Contract, Operation, extension};
use crate::schema::{Dialect, pointer};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
const EXTENSION: &str = "x-proofmark";

pub(super) fn contract(name: &str, text: &str) -> Result<Contract, Problems> {
    let document = Document::parse(name, text)?;
    let version = document.value.pointer("/openapi").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("3.1") {
        return Err(document
            .problem("/openapi", "not an OpenAPI 3.1 document", "start the file with `openapi: 3.1.0`")
            .into());
    }
    let dialect = Dialect::declared(&document.value)
        .map_err(|error| document.problem(&error.pointer, error.message, error.mend))?
        .unwrap_or_default();
    let mut problems = Vec::new();
    let mut operations = Vec::new();
    let paths = document.value.pointer("/paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if item.get(method).is_none() {
                continue;
            }
            let at = format!("{}/{method}", pointer::join("/paths", path));
            match operation(&document, dialect, path, method, &at) {
                Ok(found) => operations.push(found),
                Err(problem) => problems.push(problem),
            }
        }
    }
    if operations.is_empty() && problems.is_empty() {
        problems.push(document.problem(
            "/paths",
            "holds no operation",
            "describe at least one under `paths`",
        ));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let info = |member: &str| {
        let pointer = format!("/info/{member}");
        document.value.pointer(&pointer).and_then(Value::as_str).map(ToOwned::to_owned).ok_or_else(|| {
            document.problem(&pointer, format!("`info.{member}` is missing"), "add it as a string")
        })
    };
    Ok(Contract {
        title: info("title")?,
        version: info("version")?,
        text: text.to_owned(),
        operations,
        siblings: Vec::new(),
    })
}

fn operation(
    document: &Document,
    dialect: Dialect,
    path: &str,
    method: &str,
    at: &str,
) -> Result<Operation, Problem> {
    let part = |tail: &str| document.value.pointer(&format!("{at}{tail}"));
    let text = |tail: &str| part(tail).and_then(Value::as_str).map(ToOwned::to_owned);
    let id = text("/operationId").ok_or_else(|| {
        document.problem(at, "the operation has no `operationId`", "give it one; case ids start with it")
    })?;
    let body = format!("{at}/requestBody/content/application~1json");
    let request = document.value.pointer(&format!("{body}/schema")).ok_or_else(|| {
        document.problem(at, "the request has no JSON schema", "describe `requestBody` as application/json")
    })?;
    let example = document.value.pointer(&format!("{body}/example")).cloned().ok_or_else(|| {
        document.problem(&body, "the request has no `example`", "add one that satisfies the schema")
    })?;
    if part(&format!("/{EXTENSION}")).is_none() {
        return Err(document.problem(
            at,
            format!("the operation has no `{EXTENSION}`"),
            "say where the outcome stands, which statuses and codes exist; see schemas/extension.v1.json",
        ));
    }
    let rules: extension::Extension = document.read(&format!("{at}/{EXTENSION}"))?;
    let mut responses = BTreeMap::new();
    for (status, response) in part("/responses").and_then(Value::as_object).into_iter().flatten() {
        if let Some(schema) = response.pointer("/content/application~1json/schema") {
            responses.insert(status.clone(), self_contained(document, dialect, schema));
        }
    }
    Ok(Operation {
        id,
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text("/summary").unwrap_or_default(),
        request: self_contained(document, dialect, request),
        responses,
        example,
        rules,
    })
}

/// The schema with the document's components beside it, so that its local references resolve, and with the
/// document's dialect where it is another than 2020-12.
fn self_contained(document: &Document, dialect: Dialect, schema: &Value) -> Value {
    let components = document.value.get("components").cloned().unwrap_or_else(|| json!({}));
    match schema {
        Value::Object(members) => {
            let mut whole = members.clone();
            whole.insert("components".to_owned(), components);
            if dialect != Dialect::default() {
                whole.entry("$schema").or_insert_with(|| dialect.uri().into());
            }
            Value::Object(whole)
        }
        other => other.clone(),
    }
}
