//! Sending a script: steps one after the other, bursts together, open outcomes again.

use super::busy;
use super::lane::{Lane, Outgoing};
use super::session::is_passing;
use crate::case::rule::Rule;
use crate::case::script::{Script, Step, Times};
use crate::contract::Operation;
use crate::contract::extension::StatusClass;
use crate::exchange::{EffectCount, Exchange, History, NoAnswer};
use crate::law::answer::Answer;
use crate::target::compose::{Composer, Draft};
use futures_util::future::join_all;
use std::time::Duration;

/// How often a request without answer is sent again.
const ATTEMPTS_WITHOUT_ANSWER: u32 = 1;
/// Under how many other keys a payload is sent whose outcome stays unknown.
const OTHER_KEYS: u32 = 4;

/// Sends all steps of a script and asks the probe where a step wants it.
///
/// # Errors
/// A failure of our own, in words: a signature that could not be made.
pub(super) async fn script(
    lane: &Lane,
    operation: &Operation,
    script: &Script,
    rule: &Rule,
    label: String,
) -> Result<History, String> {
    let composer = lane.session.composer(operation, label.clone());
    let drafts = composer.drafts(script);
    let sender = Sender { lane, operation, composer: &composer };
    let mut history = History::default();
    for (step, row) in script.0.iter().zip(&drafts) {
        if matches!(step.times, Times::Burst(_)) {
            history.exchanges.extend(sender.burst(step, row).await?);
            continue;
        }
        for (copy, draft) in row.iter().enumerate() {
            history.exchanges.extend(sender.settled(step, copy, draft).await?);
        }
        if is_free(script, step) {
            sender.unstick(step, &label, &mut history).await?;
        }
    }
    let expected = if let Rule::Effects { count, .. } = rule { *count } else { 0 };
    let probed = script.0.iter().zip(&drafts).filter(|(step, _)| step.probe);
    let keys =
        probed.flat_map(|(step, row)| row.iter().enumerate().map(move |(copy, draft)| (step, copy, draft)));
    let again =
        |role: &str, copy| history.exchanges.iter().any(|e| e.role == role && e.copy == copy && e.superseded);
    // Of a series, only the keys with an open outcome on the way are worth asking for.
    let worth = keys.filter(|(step, copy, _)| match step.times {
        Times::Once => true,
        Times::Burst(_) => *copy == 0,
        Times::Series(_) => again(&step.role, *copy),
    });
    let counts = worth.map(|(step, copy, draft)| async move {
        let count = lane.effects(operation, draft.key.as_deref(), expected).await;
        EffectCount { role: step.role.clone(), copy, count }
    });
    let effects = join_all(counts).await;
    history.effects = effects;
    Ok(history)
}

/// Whether no other step and no probe depends on the step's key, so that another key says as much.
fn is_free(script: &Script, step: &Step) -> bool {
    let used = script.0.iter().any(|other| other.key.of.as_ref() == Some(&step.role));
    !used && !step.probe && step.key.of.is_none() && step.times == Times::Once
}

struct Sender<'a> {
    lane: &'a Lane,
    operation: &'a Operation,
    composer: &'a Composer<'a>,
}

impl Sender<'_> {
    /// One request, sent again while its outcome stays open and the contract allows another attempt.
    async fn settled(&self, step: &Step, copy: usize, draft: &Draft) -> Result<Vec<Exchange>, String> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let mut new_connection = step.new_connection;
        loop {
            let request = self.lane.session.request(self.composer, step, draft)?;
            self.lane.session.pace.wait().await;
            let out = Outgoing { role: &step.role, copy, request, path: &draft.path, new_connection };
            let sent = self.lane.exchange(self.operation, out).await;
            new_connection |= sent.outcome.is_err();
            exchanges.push(sent);
            let pause = self.pause(&exchanges);
            let Some(pause) = pause else { return Ok(exchanges) };
            if let Some(last) = exchanges.last_mut() {
                last.superseded = true;
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// A key may be stuck in an unknown outcome for ever, which says nothing of the payload: the same payload is
    /// sent under other keys, until one has another outcome.
    async fn unstick(&self, step: &Step, label: &str, history: &mut History) -> Result<(), String> {
        for attempt in 0..OTHER_KEYS {
            let Some(last) = history.exchanges.last_mut() else { return Ok(()) };
            if Answer::read(self.operation, last).class() != Some(StatusClass::Unknown) {
                return Ok(());
            }
            last.superseded = true;
            let composer = self.lane.session.composer(self.operation, format!("{label}#key{attempt}"));
            let drafts = composer.drafts(&Script(vec![step.clone()]));
            let sender = Sender { composer: &composer, ..*self };
            for draft in drafts.iter().flatten() {
                history.exchanges.extend(sender.settled(step, 0, draft).await?);
            }
        }
        Ok(())
    }

    /// How long to wait before the request is sent again, of which these are all exchanges so far; nothing where
    /// the last answer counts.
    fn pause(&self, exchanges: &[Exchange]) -> Option<Duration> {
        let is_busy = |one: &Exchange| Answer::read(self.operation, one).is_busy(self.operation);
        let sent = exchanges.last()?;
        if is_busy(sent) {
            return busy::pause(&self.lane.session.pace, self.operation, exchanges);
        }
        // An answer that only asked for fewer requests was no attempt.
        let attempt = exchanges.iter().rev().skip(1).filter(|earlier| !is_busy(earlier)).count();
        let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
        match &Answer::read(self.operation, sent) {
            Answer::None(reason) => (is_passing(*reason) && attempt < ATTEMPTS_WITHOUT_ANSWER)
                .then_some(Duration::from_millis(20)),
            Answer::Outcome(outcome) if outcome.class == Some(StatusClass::Unknown) => {
                let retry = self.operation.status(&outcome.status)?.retry.as_ref()?;
                (attempt < retry.attempts).then_some(retry.wait)
            }
            _ => None,
        }
    }

    /// All copies at once. Everything that takes time is done before the first is released.
    async fn burst(&self, step: &Step, row: &[Draft]) -> Result<Vec<Exchange>, String> {
        let mut ready = Vec::with_capacity(row.len());
        for draft in row {
            self.lane.session.pace.wait().await;
            ready.push((self.lane.session.request(self.composer, step, draft)?, draft));
        }
        let sends = ready.into_iter().enumerate().map(|(copy, (request, draft))| async move {
            let out = |request, new_connection| Outgoing {
                role: &step.role,
                copy,
                request,
                path: &draft.path,
                new_connection,
            };
            let mut exchanges =
                vec![self.lane.exchange(self.operation, out(request, step.new_connection)).await];
            // A kept connection may have been closed just as it was used; a duplicate may be sent again.
            if let Some(first) = exchanges.first_mut().filter(|first| first.outcome == Err(NoAnswer::Closed))
            {
                first.superseded = true;
                let request = first.request.clone();
                exchanges.push(self.lane.exchange(self.operation, out(request, true)).await);
            }
            exchanges
        });
        let mut twins = join_all(sends).await;
        self.repeat_busy(step, row, &mut twins).await?;
        Ok(twins.into_iter().flatten().collect())
    }

    /// Sends those copies of a burst again, together, that were only told to come later.
    async fn repeat_busy(
        &self,
        step: &Step,
        row: &[Draft],
        twins: &mut [Vec<Exchange>],
    ) -> Result<(), String> {
        let pace = &self.lane.session.pace;
        loop {
            let pauses = twins.iter().enumerate().filter_map(|(copy, sent)| {
                busy::pause(pace, self.operation, sent).map(|pause| (copy, pause))
            });
            let again: Vec<(usize, Duration)> = pauses.collect();
            let Some(pause) = again.iter().map(|(_, pause)| *pause).max() else { return Ok(()) };
            tokio::time::sleep(pause).await;
            let mut ready = Vec::with_capacity(again.len());
            for (copy, _) in again {
                let Some(draft) = row.get(copy) else { continue };
                pace.wait().await;
                ready.push((copy, draft, self.lane.session.request(self.composer, step, draft)?));
            }
            let sends = ready.into_iter().map(|(copy, draft, request)| async move {
                let (role, path) = (&step.role, &draft.path);
                let out = Outgoing { role, copy, request, path, new_connection: step.new_connection };
                (copy, self.lane.exchange(self.operation, out).await)
            });
            for (copy, exchange) in join_all(sends).await {
                let Some(sent) = twins.get_mut(copy) else { continue };
                for before in sent.iter_mut() {
                    before.superseded = true;
                }
                sent.push(exchange);
            }
        }
    }
}
