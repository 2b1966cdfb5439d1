//! What a document suggests where it has no extension: statuses by HTTP, what the caller is told by them, the key that
//! makes a request the same one, and credentials.

use super::parts::Place;
use super::responses::ResponseSchema;
use super::security::Guard;
use super::{Contract, Operation, body, parameters};
use crate::schema::{Excerpts, excerpt::follow};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Header fields by whose name an idempotency key is known, in lower case.
const KEY_FIELDS: [&str; 4] =
    ["idempotency-key", "x-idempotency-key", "paypal-request-id", "x-request-idempotency-key"];
/// Members of a body by whose name one is known.
const KEY_MEMBERS: [&str; 4] = ["idempotencyKey", "idempotency_key", "clientToken", "client_token"];
/// Where the code of an error stands in bodies of many APIs, in the order of looking.
const CODES: [&str; 6] =
    ["/error/code", "/code", "/error/type", "/errorCode", "/error_code", "/errors/0/code"];

/// What is known of an operation before there are rules for it.
pub(super) struct Facts<'a> {
    pub(super) method: &'a str,
    pub(super) parameters: &'a [parameters::Described],
    pub(super) body: Option<&'a body::Described>,
    pub(super) documented: &'a BTreeMap<String, Vec<String>>,
    pub(super) responses: &'a BTreeMap<String, ResponseSchema>,
    pub(super) guards: &'a [Guard],
    pub(super) excerpts: &'a Excerpts,
}

/// The extension that the facts suggest.
pub(super) fn extension(facts: &Facts<'_>) -> Map<String, Value> {
    let source = "the document's responses";
    let mut statuses = Map::new();
    for status in facts.documented.keys() {
        let (class, meaning) = match status.as_str() {
            "202" => ("accepted", "The request is accepted."),
            other if other.starts_with(['2', '3']) => ("success", "The request is carried out."),
            other if other.starts_with('4') => ("refused", "The request is refused."),
            other if other.starts_with('5') => ("unknown", "The target fails."),
            _ => continue,
        };
        statuses.insert(status.clone(), json!({"class": class, "meaning": meaning, "source": source}));
    }
    let took = |status: &String| status.starts_with(['2', '3']);
    if !statuses.keys().any(took) {
        statuses.insert(
            "2XX".to_owned(),
            json!({"class": "success", "meaning": "The request is carried out.", "source": "RFC 9110, 15.3"}),
        );
    }
    for (status, class, meaning, source) in [
        ("4XX", "refused", "The request is refused.", "RFC 9110, 15.5"),
        ("5XX", "unknown", "The target fails.", "RFC 9110, 15.6"),
    ] {
        let why = (class == "unknown").then_some("only a failure inside the target leads to it");
        let mut entry = json!({"class": class, "meaning": meaning, "source": source});
        if let (Some(why), Some(members)) = (why, entry.as_object_mut()) {
            members.insert("unprovokable".to_owned(), why.into());
        }
        statuses.entry(status.to_owned()).or_insert(entry);
    }
    let mut outcome = json!({"status": "http"});
    if let (Some(code), Some(members)) = (code(facts), outcome.as_object_mut()) {
        members.insert("code".to_owned(), code.into());
    }
    let mut whole = Map::new();
    whole.insert("format".to_owned(), super::extension::FORMAT.into());
    whole.insert("outcome".to_owned(), outcome);
    whole.insert("statuses".to_owned(), Value::Object(statuses));
    whole.insert("codes".to_owned(), json!([]));
    whole.insert("situations".to_owned(), situations(facts));
    whole.insert("invalid".to_owned(), "invalid".into());
    whole.insert("unreadable".to_owned(), "unreadable".into());
    whole.insert("busy".to_owned(), "busy".into());
    if let Some(key) = key(facts) {
        if let Some(id) = effect_id(facts) {
            whole.insert("effect".to_owned(), json!({"id": id, "probe": "effects", "meaning": "one effect"}));
        }
        whole.insert("idempotency".to_owned(), key);
    }
    let credentials: Vec<Value> = facts
        .guards
        .iter()
        .map(|guard| {
            let mut one = json!({"pointer": guard.pointer, "table": "tokens", "default": guard.scheme,
                "unknown": "unauthenticated"});
            if let (Some(form), Some(members)) = (&guard.form, one.as_object_mut()) {
                members.insert("form".to_owned(), form.as_str().into());
            }
            one
        })
        .collect();
    if !credentials.is_empty() {
        whole.insert("credentials".to_owned(), Value::Array(credentials));
    }
    let fixtures: Vec<Value> = facts
        .parameters
        .iter()
        .filter(|one| one.layout.place == Place::Path)
        .map(|one| {
            let name = &one.layout.name;
            json!({"pointer": crate::schema::pointer::join("/path", name), "config": crate::schema::pointer::join("/template", name)})
        })
        .collect();
    if !fixtures.is_empty() {
        whole.insert("fixtures".to_owned(), Value::Array(fixtures));
    }
    whole
}

/// The skeleton of an extension for a document.
pub struct Skeleton {
    /// An overlay, in YAML.
    pub overlay: String,
    /// What is guessed, and why, a line each.
    pub notes: Vec<String>,
}

/// An overlay that writes down what is guessed of each operation: once for all what they have in common.
pub fn skeleton(contract: &Contract, extends: &str) -> Skeleton {
    let all: Vec<&Operation> = contract.operations.iter().collect();
    let mut common = Map::new();
    for (name, value) in all.first().map(|first| first.suggested.clone()).unwrap_or_default() {
        if all.iter().all(|operation| operation.suggested.get(&name) == Some(&value)) {
            common.insert(name, value);
        }
    }
    let mut overlay = format!(
        "# What proofmark guessed of {extends}. Correct what is wrong, and remove what is right as it was guessed.\n\
         # `tokens` in proofmark.toml hold credentials by the name of their security scheme, `template` the values of\n\
         # path parameters by their name.\noverlay: 1.0.0\ninfo:\n  title: {}\n  version: \"1\"\nextends: {}\nactions:\n",
        quoted(&format!("x-proofmark for {}", contract.title)),
        quoted(extends),
    );
    action(&mut overlay, "$", &common);
    for operation in &all {
        let own = operation.suggested.iter().filter(|(name, _)| !common.contains_key(*name));
        let mut own: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        if own.is_empty() {
            continue;
        }
        own.insert("format".to_owned(), super::extension::FORMAT.into());
        let path = operation.path.replace('\\', "\\\\").replace('\'', "\\'");
        action(&mut overlay, &format!("$.paths['{path}'].{}", operation.method.to_lowercase()), &own);
    }
    Skeleton { overlay, notes: notes(&all) }
}

fn action(overlay: &mut String, target: &str, extension: &Map<String, Value>) {
    overlay.push_str(&format!("  - target: {}\n    update:\n      x-proofmark:\n", quoted(target)));
    for (name, value) in extension {
        match value {
            // A line for each entry of a table.
            Value::Object(members) if name != "outcome" && !members.is_empty() => {
                overlay.push_str(&format!("        {name}:\n"));
                for (entry, value) in members {
                    overlay.push_str(&format!("          {}: {value}\n", quoted(entry)));
                }
            }
            other => overlay.push_str(&format!("        {name}: {other}\n")),
        }
    }
}

/// A text as YAML and JSON write it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn notes(all: &[&Operation]) -> Vec<String> {
    let mut notes = Vec::new();
    let some = |has: &dyn Fn(&Operation) -> bool| all.iter().filter(|operation| has(operation)).count();
    let count = all.len();
    notes.push(format!("guessed for {count} operations:"));
    notes.push(
        "  outcome by HTTP status: 2XX and 3XX success, 202 accepted, 4XX refused, 5XX never right (RFC 9110, 15)"
            .to_owned(),
    );
    for code in std::iter::once("/type").chain(CODES) {
        let with = some(&|operation| operation.rules.outcome.code.as_deref() == Some(code));
        if with > 0 {
            let why = if code == "/type" {
                "refusals are application/problem+json, or have no other code (RFC 9457)"
            } else {
                "the schemas of refusals have a text there"
            };
            notes.push(format!("  code at {code} in {with} of {count}: {why}"));
        }
    }
    let bare = some(&|operation| operation.rules.outcome.code.is_none());
    if bare > 0 {
        notes.push(format!("  no code in {bare} of {count}: no schema of a refusal names one"));
    }
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    let mut schemes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for operation in all {
        if let Some(key) = &operation.rules.idempotency {
            *keys.entry(&key.key).or_default() += 1;
        }
        for credential in &operation.rules.credentials {
            *schemes.entry((&credential.default, &credential.pointer)).or_default() += 1;
        }
    }
    for (key, with) in keys {
        notes.push(format!(
            "  idempotency key {key} in {with} of {count}: by its name (HTTP Idempotency-Key draft)"
        ));
    }
    for ((scheme, pointer), with) in schemes {
        let why = "the first security requirement that can be met";
        notes.push(format!("  credential {pointer} from tokens.{scheme} in {with} of {count}: {why}"));
    }
    let made = some(&|operation| operation.made_up);
    if made > 0 {
        notes.push(format!(
            "  an example in {made} of {count}: the document gives none, so one is made from the schema"
        ));
    }
    notes
}

fn situations(facts: &Facts<'_>) -> Value {
    let known = |statuses: &[&str]| {
        let own: Vec<String> = statuses
            .iter()
            .filter(|status| facts.documented.contains_key(**status))
            .map(|s| (*s).to_owned())
            .collect();
        if own.is_empty() { statuses.iter().map(|s| (*s).to_owned()).collect() } else { own }
    };
    json!({
        "invalid": {"meaning": "the request breaks its schema", "statuses": known(&["400", "422"])},
        "unreadable": {"meaning": "the request cannot be read", "http": "unreadable",
            "statuses": ["400", "404", "405", "406", "411", "413", "414", "415", "422", "431"]},
        "unauthenticated": {"meaning": "the caller is not known", "http": "unauthenticated", "statuses": ["401", "403"]},
        "not-found": {"meaning": "there is no such thing", "statuses": ["404", "410"]},
        "conflict": {"meaning": "the idempotency key was used with another request", "statuses": ["422"]},
        "in-progress": {"meaning": "the first request with the key is still being carried out", "statuses": ["409"]},
        "no-key": {"meaning": "the request has no idempotency key", "statuses": ["400", "422"]},
        "busy": {"meaning": "the caller sends more than the target takes", "statuses": ["429"]},
    })
}

/// The idempotency key, by the name of a header field or of a member of the body.
fn key(facts: &Facts<'_>) -> Option<Value> {
    if matches!(facts.method, "GET" | "HEAD" | "OPTIONS" | "TRACE") {
        return None;
    }
    let is_key = |one: &&parameters::Described| {
        one.layout.place == Place::Header
            && KEY_FIELDS.contains(&one.layout.name.to_ascii_lowercase().as_str())
    };
    let uuid =
        |schema: Option<&Value>| schema.and_then(|schema| schema.get("format")) == Some(&"uuid".into());
    let made = |key: String, uuid: bool, required: bool| {
        let mut key = json!({"key": key, "scope": ["client", "path"], "conflict": "conflict",
            "in-progress": "in-progress", "source": "draft-ietf-httpapi-idempotency-key-header"});
        if let Some(members) = key.as_object_mut() {
            if uuid {
                members.insert("form".to_owned(), "uuid".into());
            }
            if required {
                members.insert("missing".to_owned(), "no-key".into());
            }
        }
        key
    };
    if let Some(one) = facts.parameters.iter().find(is_key) {
        let schema = one.schema.as_deref().and_then(|at| resolved(facts, at));
        let at = crate::schema::pointer::join("/header", &one.layout.name);
        return Some(made(at, uuid(schema), one.required));
    }
    let schema = resolved(facts, &facts.body?.schema)?;
    let properties = schema.get("properties").and_then(Value::as_object)?;
    let name = KEY_MEMBERS.iter().find(|name| properties.contains_key(**name))?;
    let required = schema.get("required").and_then(Value::as_array);
    let must = required.is_some_and(|all| all.iter().any(|one| one == name));
    let parted = !facts.parameters.is_empty() || !facts.guards.is_empty();
    let at = if parted { "/body" } else { "" };
    let own = properties.get(*name).and_then(|schema| own(facts, schema));
    Some(made(format!("{at}/{name}"), uuid(own), must))
}

fn resolved<'a>(facts: &Facts<'a>, at: &str) -> Option<&'a Value> {
    own(facts, facts.excerpts.document().pointer(at)?)
}

fn own<'a>(facts: &Facts<'a>, schema: &'a Value) -> Option<&'a Value> {
    if schema.get("$ref").is_some() {
        return follow(facts.excerpts.document(), schema).map(|(_, target)| target);
    }
    Some(schema)
}

/// Where the id of what was made stands in an answer.
fn effect_id(facts: &Facts<'_>) -> Option<&'static str> {
    let took = facts.responses.iter().filter(|(status, _)| status.starts_with('2'));
    let mut schemas = took.filter_map(|(_, schema)| resolved(facts, schema.at()));
    schemas.any(|schema| schema.pointer("/properties/id").is_some()).then_some("/id")
}

/// Where the code stands in answers that refuse.
fn code(facts: &Facts<'_>) -> Option<&'static str> {
    let refusals =
        || facts.documented.iter().filter(|(status, _)| status.starts_with('4') || *status == "default");
    if refusals().any(|(_, media)| media.iter().any(|media| media == "application/problem+json")) {
        return Some("/type");
    }
    let schemas: Vec<&ResponseSchema> = facts
        .responses
        .iter()
        .filter(|(status, _)| status.starts_with('4') || status.starts_with("default"))
        .map(|(_, schema)| schema)
        .collect();
    CODES.into_iter().find(|code| schemas.iter().any(|schema| has_text(facts, schema.at(), code)))
}

/// Whether a schema has a text at a pointer into its values.
fn has_text(facts: &Facts<'_>, at: &str, code: &str) -> bool {
    let Some(mut schema) = resolved(facts, at) else { return false };
    for name in code.split('/').skip(1) {
        let next = schema
            .get("properties")
            .and_then(|all| all.get(name))
            .or_else(|| schema.get("items").filter(|_| name == "0"));
        match next.and_then(|next| own(facts, next)) {
            Some(next) => schema = next,
            None => return false,
        }
    }
    schema.get("type") == Some(&"string".into())
}
