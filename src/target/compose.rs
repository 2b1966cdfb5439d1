//! From a step to a request: fixtures, credentials and keys filled in, written down, signed.

use super::keys::SigningKey;
use super::sign::{Parts, header_value};
use super::stamp::{Stamps, changed};
use super::write;
use crate::case::script::{Fields, MADE_UP, Script, SignatureEdit, Step, Time, Times, Writing};
use crate::config::Config;
use crate::contract::Operation;
use crate::exchange::Headers;
use crate::schema::place::{concrete, put, take, vary};
use bytes::Bytes;
use jiff::{Timestamp, Unit};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that requests are composed from, beside the step itself.
pub struct Composer<'a> {
    /// The operation that is called.
    pub operation: &'a Operation,
    /// Who calls, with which credentials and fixtures.
    pub config: &'a Config,
    /// The keys that sign, by the client that a step names, `None` for the usual one; requests go unsigned without.
    pub signing_keys: &'a BTreeMap<Option<String>, SigningKey>,
    /// Where keys come from.
    pub stamps: &'a Stamps,
    /// Path of the target's base URL, without a slash at its end.
    pub base_path: &'a str,
    /// What makes the keys of this script different from those of all others in the run.
    pub label: String,
}

/// A request without its time and signature, which belong to each sending.
pub struct Draft {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The body.
    pub body: Bytes,
    /// The idempotency key, where the body has one that is text.
    pub key: Option<String>,
}

impl Composer<'_> {
    /// The drafts of all steps by role; a series or burst has one a copy.
    pub fn drafts(&self, script: &Script) -> Vec<Vec<Draft>> {
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        let mut drafts = Vec::with_capacity(script.0.len());
        for step in &script.0 {
            let copies = step.copies();
            let each = matches!(step.times, Times::Series(_));
            let mut row = Vec::with_capacity(copies);
            for copy in 0..copies {
                let label = format!("{}#{}#{}", self.label, step.role, if each { copy } else { 0 });
                let key = self.key(step, &label, &keys);
                let draft = self.draft(step, &key, &label);
                keys.insert(step.role.clone(), key);
                row.push(draft);
            }
            drafts.push(row);
        }
        drafts
    }

    fn key(&self, step: &Step, label: &str, keys: &BTreeMap<String, String>) -> String {
        let base = step.key.of.as_ref().and_then(|role| keys.get(role)).cloned();
        let base = base.unwrap_or_else(|| {
            if step.key.digits {
                self.stamps.fresh_digits(label)
            } else {
                self.stamps.fresh(label, step.key.length)
            }
        });
        step.key.change.as_ref().map_or(base.clone(), |change| changed(&base, change))
    }

    fn draft(&self, step: &Step, key: &str, label: &str) -> Draft {
        let document = self.document(step, key, label);
        let pointer = self.operation.rules.idempotency.as_ref().map(|idempotency| idempotency.key.as_str());
        let text = !matches!(step.write, Writing::Text(_));
        let sent =
            pointer.filter(|_| text).and_then(|pointer| document.pointer(pointer)).and_then(Value::as_str);
        Draft {
            method: step.method.clone().unwrap_or_else(|| self.operation.method.clone()),
            path: format!("{}{}", self.base_path, self.operation.path),
            body: write::body(&document, &step.write).into(),
            key: sent.map(ToOwned::to_owned),
        }
    }

    fn document(&self, step: &Step, key: &str, label: &str) -> Value {
        let rules = &self.operation.rules;
        let mut document = self.operation.example.clone();
        self.fill_fixtures(&mut document, "", false);
        for (pointer, value) in &step.set {
            let pointer = concrete(&document, pointer);
            let value = match (value, step.key.stamp) {
                (Value::String(text), true)
                    if rules.idempotency.as_ref().is_some_and(|i| i.key == pointer) =>
                {
                    Value::from(self.stamps.over(text, label))
                }
                _ => value.clone(),
            };
            put(&mut document, &pointer, value);
            self.fill_fixtures(&mut document, &pointer, true);
        }
        for pointer in &step.remove {
            let pointer = concrete(&document, pointer);
            take(&mut document, &pointer);
        }
        let untouched = |pointer: &str| {
            !step.set.contains_key(pointer) && !step.remove.iter().any(|removed| removed == pointer)
        };
        for credential in rules.credentials.iter().filter(|credential| untouched(&credential.pointer)) {
            let kind = step.credential.as_deref().unwrap_or(&credential.default);
            let value = match self.config.secrets.get(&format!("{}.{kind}", credential.table)) {
                Some(secret) if kind != MADE_UP => secret.expose().to_owned(),
                _ => format!("{MADE_UP}-{}", &blake3::hash(label.as_bytes()).to_hex()[..16]),
            };
            put(&mut document, &credential.pointer, value.into());
        }
        if let Some(idempotency) = rules.idempotency.as_ref().filter(|i| untouched(&i.key)) {
            put(&mut document, &idempotency.key, key.into());
        }
        for pointer in &step.vary {
            let pointer = concrete(&document, pointer);
            document.pointer_mut(&pointer).map(vary);
        }
        document
    }

    /// Puts fixtures that lie below `changed` into place, in every item of the arrays on the way.
    fn fill_fixtures(&self, document: &mut Value, changed: &str, edited: bool) {
        for fixture in &self.operation.rules.fixtures {
            let below = fixture.pointer.strip_prefix(changed).is_some_and(|rest| rest.starts_with('/'));
            let Some(value) =
                self.config.values.pointer(&fixture.config).filter(|value| below && !is_empty(value))
            else {
                continue;
            };
            let segments: Vec<&str> = fixture.pointer.split('/').skip(1).collect();
            // Before any edit, what stands there is the contract's example and not generated text.
            adopt(document, &segments, value, edited);
        }
    }

    /// Header fields of one sending: the contract's own, then the step's edits, written as the step asks.
    ///
    /// # Errors
    /// The signature could not be made.
    pub fn headers(&self, step: &Step, draft: &Draft) -> Result<Headers, String> {
        let mut headers = self.fields(step, draft)?;
        match step.fields {
            Fields::AsNamed => {}
            Fields::LowerCase => headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase()),
            Fields::Reversed => headers.reverse(),
        }
        Ok(headers)
    }

    fn fields(&self, step: &Step, draft: &Draft) -> Result<Headers, String> {
        let names = &self.operation.rules.headers;
        let mut headers: Headers =
            vec![("Content-Type".to_owned(), "application/json; charset=UTF-8".to_owned())];
        let client = step.client.as_ref().and_then(|name| self.config.clients.get(name));
        let client = client.unwrap_or(&self.config.client);
        if let (Some(name), Some(id)) = (&names.client, &client.id) {
            headers.push((name.clone(), id.clone()));
        }
        let now = time(&step.time);
        if let Some(name) = &names.time {
            headers.push((name.clone(), now.clone()));
        }
        for (name, value) in &step.headers {
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            headers.extend(value.iter().map(|value| (name.clone(), value.clone())));
        }
        let (Some(signing), Some(name), Some(key)) =
            (&self.operation.rules.signing, &names.signature, self.signing_keys.get(&step.client))
        else {
            return Ok(headers);
        };
        if step.headers.keys().any(|edited| edited.eq_ignore_ascii_case(name)) {
            return Ok(headers);
        }
        let sent = |name: &Option<String>| {
            name.as_ref()
                .and_then(|name| crate::exchange::header(&headers, name))
                .unwrap_or_default()
                .to_owned()
        };
        let (id, claimed) = (sent(&names.client), sent(&names.time));
        let other_body = [&draft.body[..], b" "].concat();
        let other_path = format!("{}/", draft.path);
        let other_time = time(&Time::SecondsAgo(1));
        let parts = Parts {
            method: &draft.method,
            path: if step.signature == SignatureEdit::OtherPath { &other_path } else { &draft.path },
            client: &id,
            time: if step.signature == SignatureEdit::OtherTime { &other_time } else { &claimed },
            body: if step.signature == SignatureEdit::OtherBody { &other_body } else { &draft.body },
        };
        let version = client.key_version.unwrap_or(1);
        let value = match step.signature {
            SignatureEdit::Missing => return Ok(headers),
            SignatureEdit::Malformed => "algorithm=RSA256;;signature".to_owned(),
            SignatureEdit::Wrong => {
                header_value(signing, version, &one_bit_off(&key.sign(&parts.content(signing))?))
            }
            _ => header_value(signing, version, &key.sign(&parts.content(signing))?),
        };
        headers.push((name.clone(), value));
        Ok(headers)
    }
}

/// The time a request claims, ISO 8601 in UTC to the second.
fn time(time: &Time) -> String {
    let ago = match time {
        Time::Now => 0,
        Time::SecondsAgo(seconds) => i64::from(*seconds),
    };
    let at = Timestamp::now() - jiff::SignedDuration::from_secs(ago);
    at.round(Unit::Second).unwrap_or(at).to_string()
}

/// Base64 text whose first character stands for six other bits.
fn one_bit_off(signature: &str) -> String {
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    std::iter::once(first).chain(signature.chars().skip(1)).collect()
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Gives the place a fixture's value, in every item of an array on the way. Of generated text that stands
/// there, as much is kept as the fixture has members for: names must be known to the target, values vary.
fn adopt(document: &mut Value, segments: &[&str], fixture: &Value, keep: bool) {
    let Some((first, rest)) = segments.split_first() else {
        *document = match (&*document, fixture) {
            (Value::Object(drawn), Value::Object(known)) if keep && drawn.keys().ne(known.keys()) => {
                let mut texts = drawn.values().filter(|value| value.is_string());
                Value::Object(
                    known
                        .iter()
                        .map(|(name, value)| (name.clone(), texts.next().unwrap_or(value).clone()))
                        .collect(),
                )
            }
            _ => fixture.clone(),
        };
        return;
    };
    match document {
        Value::Array(items) if first.parse::<usize>().is_ok() => {
            for item in items {
                adopt(item, rest, fixture, keep);
            }
        }
        Value::Object(members) => {
            if let Some(member) = members.get_mut(*first) {
                adopt(member, rest, fixture, keep);
            }
        }
        _ => {}
    }
}
