//! Faults that make the answer to a bad request depend on what cannot matter, or on what came before.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::inbox::Inbox;
use super::token::Tokens;
use super::{clock, validate};

/// What a wallet remembers that should remember nothing.
#[derive(Debug, Default)]
pub(super) struct Memory {
    refusals: Mutex<HashMap<String, u64>>,
    trusted: Mutex<HashSet<SocketAddr>>,
    distrusted: Mutex<HashSet<SocketAddr>>,
}

impl Memory {
    /// Refuses a request for what came before it on its connection.
    pub(super) fn before(&self, call: &Call, conduct: &Conduct) -> Result<(), Refusal> {
        let blocks = conduct.has(Flaw::ConnectionDistrusted) || conduct.has(Flaw::IllegalBlocksConnection);
        if blocks && has(&self.distrusted, call.peer) { Err(Refusal::InvalidToken) } else { Ok(()) }
    }

    /// Whether a request is taken for what came before it on its connection.
    pub(super) fn trusts(&self, call: &Call, conduct: &Conduct) -> bool {
        conduct.has(Flaw::TokenTrustedByConnection) && has(&self.trusted, call.peer)
    }

    /// What becomes of a refusal; a request that is not refused is remembered.
    pub(super) fn after(
        &self,
        call: &Call,
        body: &Value,
        outcome: Result<Answer, Refusal>,
        tokens: &Tokens,
        conduct: &Conduct,
    ) -> Result<Answer, Refusal> {
        let refusal = match outcome {
            Ok(answer) => {
                add(&self.trusted, call.peer);
                return Ok(answer);
            }
            Err(refusal) => refusal,
        };
        let illegal = matches!(refusal, Refusal::Field(_));
        if illegal && conduct.has(Flaw::IllegalBlocksConnection)
            || refusal == Refusal::InvalidToken && conduct.has(Flaw::ConnectionDistrusted)
        {
            add(&self.distrusted, call.peer);
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let key = text("requestId").unwrap_or_default();
        let bad_token = text("accessToken").is_some_and(|token| tokens.check(token, conduct).is_err());
        let unknown_template = text("templateCode").is_some_and(|code| code != credentials().template_code);
        if bad_token && (illegal || unknown_template) {
            if conduct.has(Flaw::TwoErrorsAsClientError) {
                return Err(Refusal::Client);
            }
            if conduct.has(Flaw::TwoErrorsAnsweredUnknown) {
                return Err(Refusal::Unknown);
            }
        }
        if illegal || bad_token {
            let odd = blake3::hash(key.as_bytes()).as_bytes()[0] & 1 == 1;
            let times = {
                let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
                let times = refusals.entry(key.to_owned()).or_default();
                *times += 1;
                *times
            };
            let differs = conduct.has(Flaw::RefusalCodeByKey) && odd
                || conduct.has(Flaw::SecondRefusalDiffers) && times > 1
                || conduct.has(Flaw::SpacedRefusalDiffers) && call.body.contains(&b'\n')
                || conduct.has(Flaw::RefusalCodeByMember) && has_unknown_member(body)
                || conduct.has(Flaw::RefusalCodeByHeader) && call.has_unknown_header()
                || conduct.has(Flaw::RefusalCodeByTime) && is_late(call);
            if differs {
                return Err(Refusal::Failed);
            }
        }
        Err(refusal)
    }
}

/// Delivers what a wallet has handed on before it knew that it refuses the request.
pub(super) fn deliver_early(inbox: &Inbox, body: &Value, refusal: Refusal, conduct: &Conduct) {
    let early = match refusal {
        Refusal::UnscopedToken | Refusal::ExpiredToken => conduct.has(Flaw::LateTokenCheck),
        Refusal::Template => conduct.has(Flaw::LateTemplateCheck),
        Refusal::Field(_) => {
            conduct.has(Flaw::SentBeforeLastTemplate) && validate::begins_well(body, conduct)
        }
        _ => false,
    };
    if let Some(key) = body.get("requestId").and_then(Value::as_str).filter(|_| early) {
        inbox.deliver(key);
    }
}

/// What becomes of a wrong signature where the body has something wrong in it as well.
pub(super) fn unsigned(call: &Call, refusal: Refusal, tokens: &Tokens, conduct: &Conduct) -> Refusal {
    let (unknown, blamed) = (Flaw::SignatureAndTokenAnsweredUnknown, Flaw::SignatureAndFieldAsInvalidToken);
    if refusal != Refusal::Signature || !conduct.has(unknown) && !conduct.has(blamed) {
        return refusal;
    }
    let Ok(body) = serde_json::from_slice::<Value>(&call.body) else { return refusal };
    let token = body.get("accessToken").and_then(Value::as_str);
    if conduct.has(unknown) && token.is_some_and(|token| tokens.alive(token, conduct).is_err()) {
        return Refusal::Unknown;
    }
    if conduct.has(blamed) && body.get("templates").is_none() {
        return Refusal::InvalidToken;
    }
    refusal
}

fn has(peers: &Mutex<HashSet<SocketAddr>>, peer: SocketAddr) -> bool {
    peers.lock().unwrap_or_else(PoisonError::into_inner).contains(&peer)
}

fn add(peers: &Mutex<HashSet<SocketAddr>>, peer: SocketAddr) {
    peers.lock().unwrap_or_else(PoisonError::into_inner).insert(peer);
}

fn has_unknown_member(body: &Value) -> bool {
    const KNOWN: [&str; 4] = ["accessToken", "requestId", "templateCode", "templates"];
    body.as_object().is_some_and(|members| members.keys().any(|name| !KNOWN.contains(&name.as_str())))
}

fn is_late(call: &Call) -> bool {
    const LATE: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);
    let time = call.header("request-time").and_then(clock::parse);
    time.is_some_and(|time| clock::since(time) > LATE)
}
