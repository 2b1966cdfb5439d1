//! An exchange as the contract reads it: which status, which code, which effect.

use crate::contract::Operation;
use crate::contract::extension::{Situation, StatusClass};
use crate::exchange::json::Unread;
use crate::exchange::{Exchange, NoAnswer, Response};
use serde_json::Value;
use std::borrow::Cow;

/// What an exchange says.
pub enum Answer<'a> {
    /// No complete response came.
    None(NoAnswer),
    /// A response whose body is not JSON, or not an object with a status.
    Opaque {
        /// The response.
        response: &'a Response,
        /// What its body lacks, in words.
        lacks: &'static str,
    },
    /// A response whose body is more than is read, or may be read in two ways, so that it decides nothing.
    Unread {
        /// The response.
        response: &'a Response,
        /// Why it was not read.
        why: Unread,
    },
    /// A response with an outcome.
    Outcome(Box<Outcome<'a>>),
}

/// The outcome that a response states.
pub struct Outcome<'a> {
    /// The response.
    pub response: &'a Response,
    /// Its body.
    pub body: Cow<'a, Value>,
    /// The status as written.
    pub status: String,
    /// What the contract says of the status; `None` where it does not know it.
    pub class: Option<StatusClass>,
    /// The code as written, where there is one.
    pub code: Option<String>,
    /// The effect's id, where there is one.
    pub effect: Option<String>,
    /// Whether the HTTP status is the status.
    pub by_http: bool,
}

/// The outcome of an operation whose HTTP status says how it went. A body that is not JSON says nothing more.
fn by_http<'a>(operation: &Operation, response: &'a Response) -> Outcome<'a> {
    let body = response.json().unwrap_or_default();
    let status = operation.http_literal(response.status);
    let class = operation.status(&status).map(|status| status.class);
    let scalar = |pointer: &str| match body.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    // What is made is no refusal's, and refusals have codes.
    let took = class.is_some_and(StatusClass::took);
    let code = operation.rules.outcome.code.as_deref().filter(|_| !took).and_then(scalar);
    let effect = operation.rules.effect.as_ref().filter(|_| took).and_then(|effect| scalar(&effect.id));
    let effect = effect.filter(|id| !id.is_empty());
    Outcome { response, body, status, class, code, effect, by_http: true }
}

impl<'a> Answer<'a> {
    /// Reads an exchange.
    pub fn read(operation: &Operation, exchange: &'a Exchange) -> Self {
        let response = match &exchange.outcome {
            Ok(response) => response,
            Err(reason) => return Self::None(*reason),
        };
        let rules = &operation.rules;
        if rules.outcome.by_http() {
            return Self::Outcome(Box::new(by_http(operation, response)));
        }
        let body = match response.read() {
            Ok(body) => body,
            Err(Unread::NotJson) => return Self::Opaque { response, lacks: "a JSON body" },
            Err(why) => return Self::Unread { response, why },
        };
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(ToOwned::to_owned);
        let Some(status) = text(&rules.outcome.status) else {
            return Self::Opaque { response, lacks: "a status" };
        };
        let class = operation.status(&status).map(|status| status.class);
        let code = rules.outcome.code.as_deref().and_then(text);
        let effect = rules.effect.as_ref().and_then(|effect| text(&effect.id)).filter(|id| !id.is_empty());
        Self::Outcome(Box::new(Outcome { response, body, status, class, code, effect, by_http: false }))
    }

    /// The outcome, where there is one.
    pub fn outcome(&self) -> Option<&Outcome<'a>> {
        match self {
            Self::Outcome(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// The class of the outcome, where the contract knows the status.
    pub fn class(&self) -> Option<StatusClass> {
        self.outcome().and_then(|outcome| outcome.class)
    }

    /// Whether the caller is told to send less: by the contract's code, by HTTP 429 whatever else it says, or by
    /// HTTP 503 without outcome.
    pub fn is_busy(&self, operation: &Operation) -> bool {
        match self {
            Self::Outcome(outcome) => {
                let busy = operation.rules.busy.as_ref().and_then(|name| operation.situation(name));
                let says = busy.is_some_and(|busy| outcome.says(busy));
                (says || outcome.response.status == 429) && !outcome.class.is_some_and(StatusClass::took)
            }
            Self::Opaque { response, .. } | Self::Unread { response, .. } => {
                matches!(response.status, 429 | 503)
            }
            Self::None(_) => false,
        }
    }

    /// The answer in a few words, without anything that differs from run to run.
    pub fn describe(&self) -> String {
        match self {
            Self::None(reason) => reason.describe().to_owned(),
            Self::Opaque { response, lacks } => format!("HTTP {} without {lacks}", response.status),
            Self::Unread { response, why } => {
                format!("HTTP {}, and the answer's body {}", response.status, why.describe())
            }
            Self::Outcome(outcome) => outcome.describe(),
        }
    }
}

impl Outcome<'_> {
    /// Whether the answer says that this is the situation.
    pub fn says(&self, situation: &Situation) -> bool {
        situation.fits(&self.status, self.response.status, self.code.as_deref())
    }

    /// Whether its status is one of these, by its literal or as the HTTP status that it stands for.
    pub fn is_one_of(&self, statuses: &[String]) -> bool {
        statuses.contains(&self.status)
            || (self.by_http && statuses.contains(&self.response.status.to_string()))
    }

    /// The outcome in a few words, without anything that differs from run to run.
    pub fn describe(&self) -> String {
        if self.by_http {
            let code = self.code.as_deref().map(|code| format!(", code {}", word(code))).unwrap_or_default();
            return format!("HTTP {}{code}", self.response.status);
        }
        let code = self.code.as_deref().map_or("no code".to_owned(), word);
        format!("HTTP {}, status {}, code {code}", self.response.status, word(&self.status))
    }
}

/// A target's text where a code or status is expected, without what could act on a terminal. It is cut only once
/// secrets are replaced, which a cut could hide.
pub fn word(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if shown.is_empty() { "\"\"".to_owned() } else { shown }
}
