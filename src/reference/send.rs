//! Sending once: the idempotency store, the token, the template, and the delivery.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::inbox::Inbox;
use super::key::{Key, without_space};
use super::payment::Ledger;
use super::store::{Slot, Store, Stored};
use super::token::Tokens;
use super::turn::{Guard, RACE_WINDOW};
use super::validate::Message;
use super::variant::Habit;

/// Faults that take their time between the delivery and its record.
const STORES_LATE: [Flaw; 4] = [
    Flaw::LockReleasedTooSoon,
    Flaw::RaceStoresAfterDelivery,
    Flaw::HangUpForgetsDelivery,
    Flaw::HalfWrittenSlot,
];

/// How long a wallet that drops the work of a caller who hangs up takes to store the answer: long enough to see on a
/// busy machine that the caller is gone.
const HANG_UP_WINDOW: Duration = Duration::from_millis(60);

/// How long work in the background takes.
const BACKGROUND: Duration = Duration::from_millis(20);

/// How long after the answer a fault delivers again.
const LATER: Duration = Duration::from_millis(25);

/// How long a forgetful wallet keeps an answer.
const A_SECOND: Duration = Duration::from_secs(1);

pub(super) const PATH: &str = "/v1/messages/sendInbox";

/// Where messages are sent from.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) inbox: Arc<Inbox>,
    pub(super) tokens: Tokens,
    /// Payments and refunds.
    pub(super) ledger: Arc<Ledger>,
    /// How long one sending takes, so that two requests with one key really overlap.
    pub(super) delay: Duration,
}

/// One valid request at the desk.
pub(super) struct Job<'a> {
    pub(super) call: &'a Call,
    pub(super) body: &'a Value,
    pub(super) message: &'a Message,
    pub(super) conduct: &'a Conduct,
}

impl Desk {
    /// Carries the request out, or answers it from the store. A known key is answered before token and template
    /// are looked at: the outcome of the first request stands, whatever has become of its token since.
    pub(super) async fn settle(&self, job: &Job<'_>) -> Result<Answer, Refusal> {
        let conduct = job.conduct;
        let Message { request_id, access_token, .. } = job.message;
        let key = Key::new(job.call.client(), &job.call.path, request_id, access_token, conduct);
        let slot = self.store.slot(&key);
        let turn = match self.turn(job, &slot).await {
            Err(_) if conduct.does(Habit::TwinAnsweredAccepted) => {
                return Ok(Answer::accepted(key.message_id(0, conduct)));
            }
            turn => turn?,
        };
        if let Some(stored) = slot.get().filter(|stored| self.remembers(stored, job)) {
            return self.again(job, &key, &slot, stored).await;
        }
        if let Err(refusal) = self.check(job) {
            if refusal == Refusal::Template && conduct.does(Habit::PinsBusinessFailures) {
                slot.put(self.stored(job.call, job.body, refusal.answer(conduct)));
            }
            return Err(refusal);
        }
        self.first(job, &key, &slot, turn).await
    }

    async fn first(
        &self,
        job: &Job<'_>,
        key: &Key,
        slot: &Arc<Slot>,
        turn: Guard,
    ) -> Result<Answer, Refusal> {
        let conduct = job.conduct;
        if conduct.has(Flaw::NeverSettlesUnknown) || conduct.has(Flaw::HalfWrittenSlot) && slot.begin() {
            return Err(Refusal::Unknown);
        }
        if conduct.has(Flaw::PassingFailureAnsweredFinal) && slot.next_attempt() == 0 {
            return Err(Refusal::Failed);
        }
        if conduct.has(Flaw::NeverSettlesAccepted) {
            return Ok(Answer::accepted(key.message_id(0, conduct)));
        }
        if conduct.does(Habit::UnknownThenSuccess)
            || conduct.has(Flaw::UnknownWithRefusalCode)
            || conduct.has(Flaw::UnknownUnsigned)
        {
            slot.put(self.stored(job.call, job.body, Refusal::Unknown.answer(conduct)));
            return Err(Refusal::Unknown);
        }
        if conduct.has(Flaw::UnknownThenBackgroundDelivery) {
            slot.put(self.stored(job.call, job.body, Refusal::Unknown.answer(conduct)));
            self.deliver_later(job.message.request_id.clone());
            return Err(Refusal::Unknown);
        }
        if conduct.does(Habit::AcceptThenLateSuccess) {
            return Ok(self.work_later(job, key, slot));
        }
        let success = Answer::success(self.deliver(job, key, slot).await);
        let _turn = self.store_late(job, turn).await;
        if conduct.has(Flaw::UnknownThenSecondDelivery) {
            slot.put(self.stored(job.call, job.body, Refusal::Unknown.answer(conduct)));
            return Err(Refusal::Unknown);
        }
        slot.put(self.stored(job.call, job.body, success.clone()));
        let accepts = conduct.has(Flaw::AcceptThenSecondDelivery)
            || conduct.has(Flaw::AcceptedThenUnknown)
            || conduct.has(Flaw::AcceptedWithSuccessCode);
        if accepts || conduct.does(Habit::AcceptThenSuccess) {
            return Ok(Answer::accepted(success.message_id.unwrap_or_default()));
        }
        Ok(success)
    }

    /// Delivers in the background, whatever becomes of the request meanwhile.
    fn deliver_later(&self, request_id: String) {
        let inbox = Arc::clone(&self.inbox);
        tokio::spawn(async move {
            tokio::time::sleep(BACKGROUND).await;
            inbox.deliver(&request_id);
        });
    }

    /// Takes the request over, and carries it out when the answer is long gone.
    fn work_later(&self, job: &Job<'_>, key: &Key, slot: &Arc<Slot>) -> Answer {
        let accepted = Answer::accepted(key.message_id(0, job.conduct));
        slot.put(self.stored(job.call, job.body, accepted.clone()));
        let success = self.stored(job.call, job.body, Answer::success(key.message_id(0, job.conduct)));
        let (inbox, slot) = (Arc::clone(&self.inbox), Arc::clone(slot));
        let request_id = job.message.request_id.clone();
        tokio::spawn(async move {
            tokio::time::sleep(BACKGROUND).await;
            inbox.deliver(&request_id);
            slot.put(success);
        });
        accepted
    }

    /// What lies between the delivery and the moment when its answer is stored: nothing, unless a fault makes it
    /// long, with or without the lock.
    async fn store_late(&self, job: &Job<'_>, turn: Guard) -> Guard {
        let turn = turn.filter(|_| !job.conduct.has(Flaw::LockReleasedTooSoon));
        if STORES_LATE.into_iter().any(|flaw| job.conduct.has(flaw)) {
            let hang_up =
                job.conduct.has(Flaw::HangUpForgetsDelivery) || job.conduct.has(Flaw::HalfWrittenSlot);
            tokio::time::sleep(if hang_up { HANG_UP_WINDOW } else { RACE_WINDOW }).await;
        }
        turn
    }

    /// Answers a key that is stored.
    async fn again(&self, job: &Job<'_>, key: &Key, slot: &Slot, stored: Stored) -> Result<Answer, Refusal> {
        let conduct = job.conduct;
        if !same_request(&stored, job) {
            if conduct.has(Flaw::OtherBodySendsAgain) {
                return Ok(Answer::success(self.deliver(job, key, slot).await));
            }
            if conduct.has(Flaw::OtherBodyGetsNewMessageId) {
                return Ok(Answer::success(key.message_id(1 + stored.replays, conduct)));
            }
            if !conduct.does(Habit::StoredAnswerForOtherBody) {
                return Err(Refusal::Inconsistent);
            }
        }
        if stored.answer.status == "U" {
            // The first attempt was left open; this one completes it.
            let success = Answer::success(self.deliver(job, key, slot).await);
            slot.put(self.stored(job.call, job.body, success.clone()));
            return Ok(success);
        }
        if conduct.has(Flaw::ReplayRefused) {
            return Err(Refusal::Inconsistent);
        }
        if conduct.has(Flaw::ReplayAnsweredUnknown) || conduct.has(Flaw::AcceptedThenUnknown) {
            return Err(Refusal::Unknown);
        }
        if conduct.has(Flaw::ReplayDeliversAgain)
            || conduct.has(Flaw::AcceptThenSecondDelivery) && stored.replays == 0
        {
            self.inbox.deliver(&job.message.request_id);
        }
        let mut answer = stored.answer.clone();
        if conduct.has(Flaw::NewMessageIdOnReplay) {
            answer.message_id = Some(key.message_id(1 + stored.replays, conduct));
        }
        if conduct.has(Flaw::ReplayWithoutMessageId) {
            answer.message_id = None;
        }
        if conduct.has(Flaw::ReplayAnsweredAccepted) {
            answer = Answer::accepted(answer.message_id.unwrap_or_default());
        }
        slot.count_replay();
        Ok(answer)
    }

    /// Sends one message and returns its messageId.
    async fn deliver(&self, job: &Job<'_>, key: &Key, slot: &Slot) -> String {
        self.take_time(job, slot).await;
        if job.conduct.does(Habit::DeliversLate) {
            self.deliver_later(job.message.request_id.clone());
        } else if !job.conduct.has(Flaw::SuccessWithoutDelivery) {
            self.inbox.deliver(&job.message.request_id);
        }
        if job.conduct.has(Flaw::DeliversAgainLater) {
            let (inbox, request_id) = (Arc::clone(&self.inbox), job.message.request_id.clone());
            tokio::spawn(async move {
                tokio::time::sleep(LATER).await;
                inbox.deliver(&request_id);
            });
        }
        let nth = slot.next_delivery();
        key.message_id(if job.conduct.has(Flaw::RaceWithOneMessageId) { 0 } else { nth }, job.conduct)
    }

    /// Whether a stored answer still counts for this request. Without faults it always does.
    fn remembers(&self, stored: &Stored, job: &Job<'_>) -> bool {
        let conduct = job.conduct;
        let forgotten =
            conduct.has(Flaw::ForgetsAfterThreeRequests) && self.store.requests() > stored.age_mark + 3;
        let elsewhere = conduct.has(Flaw::ReplayNeedsSameConnection) && stored.peer != job.call.peer;
        let later = conduct.has(Flaw::ReplayNeedsSameTime) && stored.time != request_time(job.call);
        let expired = conduct.has(Flaw::ForgetsAfterASecond) && stored.since.elapsed() > A_SECOND;
        !forgotten && !elsewhere && !later && !expired
    }

    /// What becomes of a request that was refused for its fields, its token or its template: nothing, unless a
    /// fault makes it leave a trace.
    pub(super) fn refused(&self, call: &Call, body: &Value, refusal: Refusal, conduct: &Conduct) {
        if refusal == Refusal::Inconsistent || refusal == Refusal::Unknown {
            return;
        }
        let Some(request_id) = body.get("requestId").and_then(Value::as_str) else { return };
        if conduct.has(Flaw::RefusalHasEffect) {
            self.inbox.deliver(request_id);
        }
        if conduct.has(Flaw::RefusalBurnsKey) {
            let token = body.get("accessToken").and_then(Value::as_str).unwrap_or_default();
            let slot = self.store.slot(&Key::new(call.client(), &call.path, request_id, token, conduct));
            if slot.get().is_none() {
                slot.put(self.stored(call, body, refusal.answer(conduct)));
            }
        }
    }

    /// Delivers what a body asks for, whoever signed it.
    pub(super) fn deliver_unsigned(&self, call: &Call) {
        let body: Option<Value> = serde_json::from_slice(&call.body).ok();
        if let Some(request_id) = body.as_ref().and_then(|body| body.get("requestId")?.as_str()) {
            self.inbox.deliver(request_id);
        }
    }

    fn check(&self, job: &Job<'_>) -> Result<(), Refusal> {
        self.tokens.check(&job.message.access_token, job.conduct)?;
        let known = job.message.template_code == credentials().template_code;
        if known || job.conduct.has(Flaw::UnknownTemplateAccepted) { Ok(()) } else { Err(Refusal::Template) }
    }

    /// What is kept of an answered request.
    pub(super) fn stored(&self, call: &Call, body: &Value, answer: Answer) -> Stored {
        Stored {
            answer,
            body: body.clone(),
            replays: 0,
            raw: call.body.clone(),
            peer: call.peer,
            time: request_time(call),
            since: Instant::now(),
            age_mark: self.store.requests(),
        }
    }
}

/// The same request is the same JSON value: member order and white space say nothing.
fn same_request(stored: &Stored, job: &Job<'_>) -> bool {
    if job.conduct.has(Flaw::ReplayComparesBytes) {
        return stored.raw == job.call.body;
    }
    if job.conduct.has(Flaw::ReplayComparesMemberOrder) {
        return without_space(&stored.raw) == without_space(&job.call.body);
    }
    stored.body == *job.body
}

fn request_time(call: &Call) -> Vec<u8> {
    call.header("request-time").unwrap_or_default().to_vec()
}
