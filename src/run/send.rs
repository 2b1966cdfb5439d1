//! Sending a script: steps one after the other, bursts together, open outcomes again.

use super::busy;
use super::lane::{Lane, Outgoing};
use super::session::is_passing;
use super::together;
use crate::case::rule::Rule;
use crate::case::script::{Script, Step, Times, When};
use crate::contract::Operation;
use crate::contract::extension::StatusClass;
use crate::exchange::{EffectCount, Exchange, History};
use crate::law::answer::Answer;
use crate::target::compose::{Composer, Draft};
use futures_util::future::join_all;
use std::time::{Duration, Instant};

/// How often a request without answer is sent again.
const ATTEMPTS_WITHOUT_ANSWER: u32 = 1;
/// Under how many other keys a payload is sent whose outcome stays unknown.
const OTHER_KEYS: u32 = 4;

/// Sends all steps of a script and asks the probe where a step wants it.
///
/// # Errors
/// A failure of our own, in words: a signature that could not be made. The allowance of the lane is used up.
pub(super) async fn script(
    lane: &Lane,
    operation: &Operation,
    script: &Script,
    rule: &Rule,
    label: String,
) -> Result<History, String> {
    // A script that cannot be sent to its end says nothing.
    lane.allowance.has(script.requests())?;
    let composer = lane.session.composer(operation, label.clone());
    let drafts = composer.drafts(script);
    let sender = Sender { lane, operation, composer: &composer };
    let mut history = History::default();
    let mut early = None;
    let mut rows = script.0.iter().zip(&drafts).peekable();
    while let Some((step, row)) = rows.next() {
        if step.when != When::Now {
            // The steps before the first that waits are all done by now.
            let before = *early.get_or_insert_with(Instant::now);
            lane.idle.notify_one();
            lane.session.wait(step.when, before).await;
        }
        let mut together = vec![(step, row.as_slice())];
        while let Some((step, row)) = rows.next_if(|(next, _)| next.beside) {
            together.push((step, row.as_slice()));
        }
        if together.len() > 1 || step.overlaps() {
            history.exchanges.extend(together::send(&sender, &together).await?);
            continue;
        }
        for (copy, draft) in row.iter().enumerate() {
            history.exchanges.extend(sender.settled(step, copy, draft).await?);
        }
        if is_free(script, step) {
            sender.unstick(step, &label, &mut history).await?;
        }
    }
    // A key that was taken has an effect sooner or later, which the probe has to be given time to see.
    let taken = |key: Option<&str>| {
        let took =
            |exchange: &Exchange| Answer::read(operation, exchange).class().is_some_and(StatusClass::took);
        let of_key = |exchange: &Exchange| {
            drafts
                .iter()
                .flatten()
                .any(|draft| draft.key.as_deref() == key && draft.body == *exchange.request.content())
        };
        history.exchanges.iter().any(|exchange| of_key(exchange) && took(exchange))
    };
    let expected = |draft: &Draft| match rule {
        Rule::Effects { count, .. } => *count,
        Rule::History => u64::from(taken(draft.key.as_deref())),
        _ => 0,
    };
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
    let counts = worth.map(|(step, copy, draft)| {
        let expected = expected(draft);
        async move {
            let count = lane.effects(operation, draft.key.as_deref(), expected).await;
            EffectCount { role: step.role.clone(), copy, count }
        }
    });
    history.effects = watched(lane, counts.collect()).await;
    Ok(history)
}

/// The counts of all keys, whose watching takes longer than all that was sent.
async fn watched(lane: &Lane, counts: Vec<impl Future<Output = EffectCount>>) -> Vec<EffectCount> {
    if !counts.is_empty() {
        lane.idle.notify_one();
    }
    join_all(counts).await
}

/// Whether no other step and no probe depends on the step's key, so that another key says as much.
fn is_free(script: &Script, step: &Step) -> bool {
    let used = script.0.iter().any(|other| other.key.of.as_ref() == Some(&step.role));
    !used && !step.probe && step.key.of.is_none() && step.times == Times::Once
}

/// Who sends, to which operation, and what requests are made of.
pub(super) struct Sender<'a> {
    pub(super) lane: &'a Lane,
    pub(super) operation: &'a Operation,
    pub(super) composer: &'a Composer<'a>,
}

impl Sender<'_> {
    /// One request, sent again while its outcome stays open and the contract allows another attempt.
    async fn settled(&self, step: &Step, copy: usize, draft: &Draft) -> Result<Vec<Exchange>, String> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let mut new_connection = step.new_connection;
        loop {
            let request = self.lane.request(self.composer, step, draft).await?;
            self.lane.session.pace.wait().await;
            let path = &draft.signed;
            let out = Outgoing { role: &step.role, copy, request, path, new_connection, cut_after: None };
            let turn = self.lane.turn().await;
            let sent = self.lane.exchange(self.operation, out).await?;
            drop(turn);
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
}
