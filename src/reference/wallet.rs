//! The way of one request through the wallet.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::fault::token::Flaw as TokenFlaw;
use super::inbox::Inbox;
use super::operation::Operation;
use super::reply;
use super::send::{Desk, Job};
use super::signature::Keys;
use super::store::Store;
use super::strict_json::{self, Defect};
use super::token::{self, Tokens};
use super::traffic::Traffic;
use super::twist::{self, Memory, deliver_early};
use super::validate;
use super::variant::Habit;
use super::{gate, message, payment, transport};

/// How long a slow wallet takes before it looks at a request.
const SLOWNESS: Duration = Duration::from_millis(20);

/// Everything that one wallet is made of.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) keys: Keys,
    pub(super) conduct: Conduct,
    pub(super) desk: Desk,
    pub(super) require_signature: bool,
    answered: AtomicU64,
    traffic: Traffic,
    memory: Memory,
}

impl Engine {
    pub(super) fn new(
        conduct: Conduct,
        require_signature: bool,
        delay: Duration,
        inbox: Inbox,
    ) -> io::Result<Self> {
        let desk = Desk {
            store: Store::default(),
            inbox: Arc::new(inbox),
            tokens: Tokens::default(),
            ledger: Arc::new(payment::Ledger::default()),
            delay,
        };
        let (traffic, memory, answered) = (Traffic::default(), Memory::default(), AtomicU64::new(0));
        Ok(Self { keys: Keys::load()?, conduct, desk, require_signature, answered, traffic, memory })
    }

    /// Answers one request.
    pub(super) async fn handle(&self, call: &Call) -> Response<Body> {
        if self.conduct.does(Habit::SlowAnswers) {
            tokio::time::sleep(SLOWNESS).await;
        }
        if self.conduct.does(Habit::LimitsRateBy429) && !self.traffic.takes() {
            return reply::too_many_requests();
        }
        if self.conduct.has(Flaw::RedirectsInsteadOfAnswering) {
            return reply::redirect(&format!("{}/", call.path));
        }
        if call.path.ends_with('/') && self.conduct.has(Flaw::TrailingSlashRedirected) {
            return reply::redirect(call.path.trim_end_matches('/'));
        }
        if call.header("expect").is_some() && self.conduct.has(Flaw::ExpectRefused) {
            return reply::refused_by_server(StatusCode::EXPECTATION_FAILED);
        }
        if call.header("transfer-encoding").is_some() && self.conduct.has(Flaw::ChunkedRefused) {
            return reply::refused_by_server(StatusCode::LENGTH_REQUIRED);
        }
        let text = String::from_utf8_lossy(&call.body);
        if self.conduct.has(Flaw::FirewallRefusesMarkup) && text.contains('<')
            || self.conduct.has(Flaw::FirewallRefusesSql) && text.contains("';")
        {
            return reply::blocked();
        }
        let mut response = match self.carry_out(call).await {
            Err(Refusal::Crash) => reply::crash(),
            Ok(answer) => reply::write(answer, call, &self.keys, &self.conduct),
            Err(refusal) => reply::write(refusal.answer(&self.conduct), call, &self.keys, &self.conduct),
        };
        let answered = 1 + self.answered.fetch_add(1, Ordering::Relaxed);
        if self.conduct.does(Habit::ClosesSomeConnections) && answered.is_multiple_of(7) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    async fn carry_out(&self, call: &Call) -> Result<Answer, Refusal> {
        if self.conduct.does(Habit::LimitsRateByCode) && !self.traffic.takes() {
            return Err(Refusal::Traffic);
        }
        let operation = transport::check(call, &self.conduct)?;
        if self.require_signature
            && let Err(refusal) = gate::authenticate(call, &self.keys, &self.conduct)
        {
            let issues = operation == Operation::ApplyToken && self.conduct.has(TokenFlaw::TokenForUnsigned);
            if refusal == Refusal::Signature && issues {
                return token::apply::act(&self.read(call)?, &self.desk.tokens, &self.conduct).await;
            }
            if refusal == Refusal::Signature && self.conduct.has(Flaw::WrongSignatureDelivers) {
                self.desk.deliver_unsigned(call);
            }
            return Err(twist::unsigned(call, refusal, &self.desk.tokens, &self.conduct));
        }
        let body = self.read(call)?;
        let tokens = &self.desk.tokens;
        match operation {
            Operation::SendInbox => self.send_inbox(call, &body).await,
            Operation::ApplyToken => token::apply::act(&body, tokens, &self.conduct).await,
            Operation::CancelToken => token::cancel::act(&body, tokens, &self.conduct),
            Operation::InquiryUserInfo => token::user::act(&body, tokens, &self.conduct),
            Operation::SendInboxV2 => message::inbox::act(call, &body, &self.desk, &self.conduct).await,
            Operation::SendMessage => message::send::act(call, &body, &self.desk, &self.conduct).await,
            Operation::PlatformSend => message::platform::act(call, &body, &self.desk, &self.conduct).await,
            Operation::Pay => payment::pay::act(call, &body, &self.desk, &self.conduct).await,
            Operation::InquiryPayment => payment::inquiry::act(call, &body, &self.desk, &self.conduct),
            Operation::Refund => payment::refund::act(call, &body, &self.desk, &self.conduct).await,
            Operation::InquiryRefund => payment::refund_inquiry::act(call, &body, &self.desk, &self.conduct),
        }
    }

    async fn send_inbox(&self, call: &Call, body: &Value) -> Result<Answer, Refusal> {
        self.memory.before(call, &self.conduct)?;
        let outcome =
            self.memory.after(call, body, self.act(call, body).await, &self.desk.tokens, &self.conduct);
        if let Err(refusal) = outcome {
            self.desk.refused(call, body, refusal, &self.conduct);
            deliver_early(&self.desk.inbox, body, refusal, &self.conduct);
            if self.conduct.has(Flaw::PartialRefusalHasMessageId)
                && matches!(refusal, Refusal::Field(_))
                && validate::begins_well(body, &self.conduct)
            {
                let id = Some("20260101000000000001".to_owned());
                return Ok(Answer { message_id: id, ..refusal.answer(&self.conduct) });
            }
        }
        outcome
    }

    fn read(&self, call: &Call) -> Result<Value, Refusal> {
        let body = strict_json::read(&call.body, &self.conduct).map_err(|defect| {
            let crashes = match defect {
                Defect::Empty => self.conduct.has(Flaw::CrashOnEmptyBody),
                Defect::Utf8 => self.conduct.has(Flaw::CrashOnInvalidUtf8),
                Defect::TooDeep => self.conduct.has(Flaw::CrashOnDeepNesting),
                Defect::Syntax | Defect::Trailing => self.conduct.has(Flaw::CrashOnMalformedJson),
                Defect::DuplicateName => self.conduct.has(Flaw::CrashOnDuplicateKeys),
                Defect::Unrepresentable => false,
            };
            if crashes { Refusal::Crash } else { Refusal::Syntax(defect) }
        })?;
        if self.conduct.has(Flaw::CrashOnNul) && validate::mentions_nul(&body) {
            return Err(Refusal::Crash);
        }
        Ok(body)
    }

    async fn act(&self, call: &Call, body: &Value) -> Result<Answer, Refusal> {
        let unnamed = blake3::hash(&call.body).to_hex();
        let mut message = validate::message(body, &unnamed, &self.conduct)?;
        if self.memory.trusts(call, &self.conduct) {
            credentials().token_valid.clone_into(&mut message.access_token);
        }
        self.desk.settle(&Job { call, body, message: &message, conduct: &self.conduct }).await
    }
}
