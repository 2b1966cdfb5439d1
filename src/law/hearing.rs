//! What laws are judged on: a history, and the contract it is held against.

use super::answer::{Answer, Outcome};
use super::history::Asked;
use super::trace;
use super::{Breach, Judgement};
use crate::contract::Operation;
use crate::contract::extension::{HttpKind, StatusClass};
use crate::contract::responses::ResponseSchema;
use crate::exchange::json::Unread;
use crate::exchange::{Exchange, History, NoAnswer};
use crate::schema::{Formats, Oracle};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Response schemas by HTTP status as the contract writes it, compiled when they are asked for.
#[derive(Debug, Default)]
pub struct Schemas(BTreeMap<String, Compiled>);

/// A schema, and its validator once it was needed; none where it cannot be compiled, which `lint` tells of.
#[derive(Debug)]
struct Compiled {
    schema: ResponseSchema,
    oracle: OnceLock<Option<Oracle>>,
}

impl Schemas {
    /// The response schemas of an operation.
    pub fn new(operation: &Operation) -> Self {
        let compiled = |schema: &ResponseSchema| Compiled { schema: schema.clone(), oracle: OnceLock::new() };
        Self(operation.responses.iter().map(|(key, schema)| (key.clone(), compiled(schema))).collect())
    }

    /// The validator of a response schema, and the schema.
    pub fn get(&self, key: &str) -> Option<(&Oracle, &Value)> {
        let one = self.0.get(key)?;
        let oracle = one.oracle.get_or_init(|| Oracle::new(&one.schema, Formats::Annotated).ok());
        Some((oracle.as_ref()?, &one.schema))
    }
}

/// A history and the contract.
#[derive(Clone, Copy)]
pub struct Hearing<'a> {
    /// The operation that is judged, and that every exchange called which names none of the others.
    pub operation: &'a Operation,
    /// Its response schemas.
    pub schemas: &'a Schemas,
    /// Other operations that some steps called.
    pub others: &'a [Called<'a>],
    /// What was seen.
    pub history: &'a History,
}

/// An operation and its response schemas.
#[derive(Clone, Copy)]
pub struct Called<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its response schemas.
    pub schemas: &'a Schemas,
}

/// An answer with an outcome that the contract knows.
pub struct Heard<'a> {
    /// Its place in the history.
    pub at: usize,
    /// The exchange.
    pub exchange: &'a Exchange,
    /// What it says.
    pub outcome: Outcome<'a>,
    /// What its status means.
    pub class: StatusClass,
}

/// A body longer than this may be cut short by a target that does not want to read it all.
const LARGE_BODY: usize = 64 << 10;

impl<'a> Hearing<'a> {
    /// The operation that an exchange called, and its response schemas.
    pub fn called(&self, exchange: &Exchange) -> Called<'a> {
        let own = Called { operation: self.operation, schemas: self.schemas };
        let other = self.others.iter().find(|other| other.operation.id == exchange.operation);
        other.copied().unwrap_or(own)
    }

    /// What an exchange says by the contract of the operation that it called.
    pub fn answer<'e>(&self, exchange: &'e Exchange) -> Answer<'e> {
        Answer::read(self.called(exchange).operation, exchange)
    }

    /// What an exchange asks for by the contract of the operation that it called.
    pub fn asked(&self, exchange: &Exchange) -> Asked {
        Asked::of(self.called(exchange).operation, exchange)
    }

    /// The same hearing, about the operation that a step called.
    #[must_use]
    pub fn about(&self, role: Option<&str>) -> Self {
        let sent = role.and_then(|role| self.history.exchanges.iter().find(|sent| sent.role == role));
        let Called { operation, schemas } = sent
            .map_or(Called { operation: self.operation, schemas: self.schemas }, |sent| self.called(sent));
        Self { operation, schemas, ..*self }
    }

    /// The one exchange of a step that counts.
    ///
    /// # Errors
    /// The judgement where the step was never sent, or only met a target that asks for fewer requests.
    pub fn exchange(&self, role: &'a str) -> Result<(usize, &'a Exchange), Judgement> {
        let found = self.history.of(role).next();
        let (at, exchange) = found.ok_or_else(|| Judgement::Undecided(format!("`{role}` was not sent")))?;
        if self.answer(exchange).is_busy(self.called(exchange).operation) {
            return Err(busy());
        }
        Ok((at, exchange))
    }

    /// What follows where an answer that counts was not read: nothing held of it, unless its HTTP status refuses.
    pub fn unread(&self) -> Option<Judgement> {
        let counting = self.history.exchanges.iter().filter(|exchange| !exchange.superseded);
        let mut reasons = counting.filter_map(|exchange| match self.answer(exchange) {
            Answer::Unread { response, why } if response.status < 400 => Some(why),
            _ => None,
        });
        reasons.next().map(unread)
    }

    /// A step's answer, where it has an outcome that the contract knows and an HTTP status that it allows.
    ///
    /// # Errors
    /// The judgement that follows where it has not.
    pub fn heard(&self, role: &'a str, http: HttpKind) -> Result<Heard<'a>, Judgement> {
        let (at, exchange) = self.exchange(role)?;
        self.read(at, exchange, http)
    }

    /// As [`Hearing::heard`], for an exchange at hand.
    ///
    /// # Errors
    /// The judgement that follows where it has no usable outcome.
    pub fn read(&self, at: usize, exchange: &'a Exchange, http: HttpKind) -> Result<Heard<'a>, Judgement> {
        let operation = self.called(exchange).operation;
        let answer = Answer::read(operation, exchange);
        if answer.is_busy(operation) {
            return Err(busy());
        }
        if let Some(breach) = breakdown(operation, at, exchange) {
            return Err(Judgement::Broken(breach));
        }
        let observed = answer.describe();
        let expected = |class| {
            let allowed = operation.allowed_in_words(http, class);
            let outcome = if operation.rules.outcome.by_http() { "" } else { " and an outcome" };
            format!("an answer with HTTP {allowed}{outcome}")
        };
        match answer {
            Answer::None(reason) => Err(no_answer(at, exchange, reason)),
            Answer::Unread { why, .. } => Err(unread(why)),
            Answer::Opaque { .. } => Err(Judgement::Broken(Breach {
                rule: "outcome",
                place: observed.clone(),
                summary: format!("the answer has no outcome: {observed}"),
                expected: expected(StatusClass::Success),
                observed,
                show: vec![at],
            })),
            Answer::Outcome(outcome) => {
                let Some(class) = outcome.class else {
                    let known: Vec<&str> = operation.rules.statuses.keys().map(String::as_str).collect();
                    return Err(Judgement::Broken(Breach {
                        rule: "status-known",
                        place: String::new(),
                        summary: if outcome.by_http {
                            format!(
                                "the answer has an HTTP status that is not documented: {}",
                                outcome.response.status
                            )
                        } else {
                            "the answer's status is none that the contract knows".to_owned()
                        },
                        expected: format!("one of {}", known.join(", ")),
                        observed,
                        show: vec![at],
                    }));
                };
                if !operation.allows(http, class, outcome.response.status) {
                    return Err(Judgement::Broken(Breach {
                        rule: "http-status",
                        place: outcome.response.status.to_string(),
                        summary: format!("the answer is HTTP {}", outcome.response.status),
                        expected: expected(class),
                        observed,
                        show: vec![at],
                    }));
                }
                Ok(Heard { at, exchange, outcome: *outcome, class })
            }
        }
    }
}

impl Heard<'_> {
    /// The answer in a few words.
    pub fn describe(&self) -> String {
        self.outcome.describe()
    }
}

/// Why nothing is decided where a target only asks for fewer requests.
pub const BUSY: &str = "the target asked for fewer requests and never answered otherwise";

/// What follows from an answer that only asks for fewer requests.
fn busy() -> Judgement {
    Judgement::Undecided(BUSY.to_owned())
}

/// What follows from an answer that was not read: what nobody reads decides nothing.
pub fn unread(why: Unread) -> Judgement {
    Judgement::Undecided(format!("the answer's body {}", why.describe()))
}

/// What follows from an exchange without answer.
pub fn no_answer(at: usize, exchange: &Exchange, reason: NoAnswer) -> Judgement {
    if reason.is_environment() {
        return Judgement::Blocked(reason.describe().to_owned());
    }
    if reason == NoAnswer::Closed && exchange.request.body.len() > LARGE_BODY {
        return Judgement::Undecided(
            "the target closed the connection while it was sent a large body".to_owned(),
        );
    }
    Judgement::Broken(Breach {
        rule: "answer",
        place: format!("{reason:?}").to_lowercase(),
        summary: format!("the request has no answer: {}", reason.describe()),
        expected: "a complete HTTP response".to_owned(),
        observed: reason.describe().to_owned(),
        show: vec![at],
    })
}

/// HTTP 5xx, a redirect, or a stack trace in the body.
pub fn breakdown(operation: &Operation, at: usize, exchange: &Exchange) -> Option<Breach> {
    let response = exchange.response()?;
    let text = String::from_utf8_lossy(&response.body);
    let status = response.status;
    let (rule, summary, expected) = if trace::shows(&text) {
        (
            "stack-trace",
            "the answer shows a stack trace".to_owned(),
            "an answer without the target's inner workings",
        )
    } else if status >= 500 {
        (
            "breakdown",
            format!("the target breaks down with HTTP {status}"),
            "an answer, or a refusal in order",
        )
    } else if (300..400).contains(&status) && !is_documented(operation, status) {
        ("redirect", format!("the target redirects with HTTP {status}"), "an answer at this address")
    } else {
        return None;
    };
    Some(Breach {
        rule,
        place: if rule == "stack-trace" { String::new() } else { status.to_string() },
        summary,
        expected: expected.to_owned(),
        observed: format!("HTTP {status}"),
        show: vec![at],
    })
}

/// Whether a redirect is an answer that the contract describes.
fn is_documented(operation: &Operation, status: u16) -> bool {
    operation.rules.outcome.by_http() && operation.documents(status)
}

/// Numbers as a person lists them.
pub fn list(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}
