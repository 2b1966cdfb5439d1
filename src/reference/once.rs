//! Acting once under a key, for the operations beside the first sendInbox: the store, the lock, and the ways in which
//! both can fail.

use std::time::Duration;

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::conduct::Conduct;
use super::key::Key;
use super::send::Desk;
use super::store::{Slot, Stored};
use super::turn::{Guard, RACE_WINDOW};
use super::variant::Habit;

/// How long work in the background takes.
const BACKGROUND: Duration = Duration::from_millis(20);

/// What is done under a key.
pub(super) trait Work: Clone + Send + 'static {
    /// Takes the request over, before it is answered.
    fn begin(&self, _id: &str) {}
    /// Does it.
    fn finish(&self, id: &str);
    /// The answer once it is done.
    fn success(&self, id: &str) -> Answer;
    /// The answer once it is taken over.
    fn accepted(&self, id: &str) -> Answer {
        Answer::accepted(id.to_owned())
    }
}

/// Which answers an operation has for what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// S only.
    Success,
    /// S, and A where a variant likes it.
    Either,
    /// A, and S where a variant likes it.
    Accepted,
}

/// Faults that several operations have, each by the name that it has there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lapses {
    /// Acts again when a request is repeated.
    pub(super) acts_again: Option<&'static str>,
    /// Gives another id when a request is repeated.
    pub(super) new_id: Option<&'static str>,
    /// Acts when a used key comes with other content.
    pub(super) other_content_acts: Option<&'static str>,
    /// Refuses a request that is repeated.
    pub(super) replay_refused: Option<&'static str>,
    /// Has no lock on the key.
    pub(super) unlocked: Option<&'static str>,
    /// Looks at the business rules of a request that is repeated, although it was done.
    pub(super) forgets_refusals: Option<&'static str>,
}

/// One request that is to be carried out once.
pub(super) struct Once<'a> {
    pub(super) desk: &'a Desk,
    pub(super) call: &'a Call,
    pub(super) conduct: &'a Conduct,
    pub(super) key: &'a str,
    /// What the key was used for: another one under the same key is a conflict.
    pub(super) content: Value,
    pub(super) manner: Manner,
    /// Whether a refusal by the business rules is stored under the key.
    pub(super) pins: bool,
    pub(super) lapses: Lapses,
}

impl Once<'_> {
    fn has(&self, lapse: Option<&'static str>) -> bool {
        lapse.is_some_and(|name| self.conduct.has(name))
    }

    fn does(&self, habit: Habit) -> bool {
        self.conduct.does(habit)
    }

    /// Carries the request out, or answers it from the store.
    ///
    /// # Errors
    /// The business rules refuse it, its key was used for something else, or its twin is under way.
    pub(super) async fn settle<W: Work>(
        &self,
        check: impl FnOnce() -> Result<(), Refusal> + Send,
        work: &W,
    ) -> Result<Answer, Refusal> {
        let key = Key::new(self.call.client(), &self.call.path, self.key, "", self.conduct);
        let slot = self.desk.store.slot(&key);
        let id = key.message_id(0, self.conduct);
        let turn = match self.turn(&slot).await {
            Err(_) if self.does(Habit::TwinAnsweredAccepted) => return Ok(work.accepted(&id)),
            turn => turn?,
        };
        if let Some(stored) = slot.get() {
            return self.again(&key, &slot, stored, work).await;
        }
        if let Err(refusal) = check() {
            if self.pins && !self.has(self.lapses.forgets_refusals) {
                slot.put(self.stored(refusal.answer(self.conduct)));
            }
            return Err(refusal);
        }
        if self.does(Habit::UnknownThenSuccess) {
            slot.put(self.stored(Refusal::Unknown.answer(self.conduct)));
            return Err(Refusal::Unknown);
        }
        work.begin(&id);
        if self.does(Habit::AcceptThenLateSuccess) && self.manner != Manner::Success {
            return Ok(self.later(&slot, work, &id));
        }
        self.act(work, &id).await;
        slot.next_delivery();
        let (first, stored) = self.answers(work, &id);
        slot.put(self.stored(stored));
        drop(turn);
        Ok(first)
    }

    /// What the request is answered, and what its replays are.
    fn answers<W: Work>(&self, work: &W, id: &str) -> (Answer, Answer) {
        let accepts = self.does(Habit::AcceptThenSuccess);
        match self.manner {
            Manner::Accepted if !accepts => (work.accepted(id), work.accepted(id)),
            Manner::Accepted | Manner::Either if accepts => (work.accepted(id), work.success(id)),
            _ => (work.success(id), work.success(id)),
        }
    }

    async fn turn(&self, slot: &Slot) -> Result<Guard, Refusal> {
        if self.has(self.lapses.unlocked) {
            return Ok(None);
        }
        if self.does(Habit::TwinAnsweredUnknown) || self.does(Habit::TwinAnsweredAccepted) {
            return slot.turn().try_lock_owned().map(Some).map_err(|_| Refusal::Unknown);
        }
        Ok(Some(slot.turn().lock_owned().await))
    }

    async fn act<W: Work>(&self, work: &W, id: &str) {
        let racing = self.has(self.lapses.unlocked);
        tokio::time::sleep(if racing { 4 * RACE_WINDOW } else { self.desk.delay }).await;
        if self.does(Habit::DeliversLate) {
            let (work, id) = (work.clone(), id.to_owned());
            tokio::spawn(async move {
                tokio::time::sleep(BACKGROUND).await;
                work.finish(&id);
            });
        } else {
            work.finish(id);
        }
    }

    /// Takes the request over, and carries it out when the answer is long gone.
    fn later<W: Work>(&self, slot: &std::sync::Arc<Slot>, work: &W, id: &str) -> Answer {
        let accepted = work.accepted(id);
        slot.put(self.stored(accepted.clone()));
        let success = self.stored(work.success(id));
        let (work, slot, id) = (work.clone(), std::sync::Arc::clone(slot), id.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(BACKGROUND).await;
            work.finish(&id);
            slot.put(success);
        });
        accepted
    }

    /// Answers a key that is stored.
    async fn again<W: Work>(
        &self,
        key: &Key,
        slot: &Slot,
        stored: Stored,
        work: &W,
    ) -> Result<Answer, Refusal> {
        let lapses = self.lapses;
        if stored.body != self.content {
            if self.has(lapses.other_content_acts) {
                let id = key.message_id(slot.next_delivery(), self.conduct);
                work.begin(&id);
                self.act(work, &id).await;
                return Ok(work.success(&id));
            }
            if !self.does(Habit::StoredAnswerForOtherBody) {
                return Err(Refusal::Inconsistent);
            }
        }
        let id = key.message_id(0, self.conduct);
        if stored.answer.status == "U" {
            // The first attempt was left open; this one completes it.
            work.begin(&id);
            self.act(work, &id).await;
            let (_, done) = self.answers(work, &id);
            slot.put(self.stored(done.clone()));
            return Ok(done);
        }
        if self.has(lapses.replay_refused) {
            return Err(Refusal::Inconsistent);
        }
        if self.has(lapses.acts_again) {
            work.finish(&id);
        }
        if self.has(lapses.new_id) {
            return Ok(work.success(&key.message_id(slot.next_delivery(), self.conduct)));
        }
        Ok(stored.answer)
    }

    fn stored(&self, answer: Answer) -> Stored {
        self.desk.stored(self.call, &self.content, answer)
    }
}
