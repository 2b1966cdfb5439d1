//! Sending a script: steps one after the other, bursts together, open outcomes again.

use super::busy;
use super::lane::{Lane, Outgoing};
use super::session::is_passing;
use super::together;
use crate::case::credentials;
use crate::case::rule::Rule;
use crate::case::script::{Script, Step, Times, When, Writing};
use crate::contract::Operation;
use crate::contract::extension::StatusClass;
use crate::exchange::{EffectCount, Exchange, History};
use crate::law::answer::Answer;
use crate::target::compose::{Composer, Draft, Given};
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often a request without answer is sent again.
const ATTEMPTS_WITHOUT_ANSWER: u32 = 1;
/// Under how many other keys a payload is sent whose outcome stays unknown.
const OTHER_KEYS: u32 = 4;

/// Sends all steps of a script and asks the probe where a step wants it. What is seen goes into the history, which
/// holds what was sent so far where it ends early.
///
/// # Errors
/// A failure of our own, in words: a signature that could not be made. The allowance of the lane is used up.
pub(super) async fn script(
    lane: &Lane,
    operation: &Operation,
    script: &Script,
    rule: &Rule,
    label: String,
    history: &mut History,
) -> Result<(), String> {
    // A script that cannot be sent to its end says nothing.
    lane.allowance.has(script.requests())?;
    let composer = lane.session.composer(operation, label.clone());
    let sender = Sender { lane, composer: &composer };
    let mut sent = Sent::default();
    let mut early = None;
    let mut steps = script.0.iter().peekable();
    while let Some(step) = steps.next() {
        if step.when != When::Now {
            // The steps before the first that waits are all done by now.
            let before = *early.get_or_insert_with(Instant::now);
            lane.idle.notify_one();
            lane.session.wait(step.when, before).await;
        }
        let mut together = vec![step];
        while let Some(step) = steps.next_if(|next| next.beside) {
            together.push(step);
        }
        let first = sent.rows.len();
        for step in &together {
            // What an earlier answer holds is known by now, or never.
            if let Err(missing) = sender.compose(step, history, &mut sent).await? {
                history.missing = Some(missing);
                return Ok(());
            }
        }
        let rows = sent.rows.get(first..).unwrap_or_default();
        if together.len() > 1 || step.overlaps() {
            history.exchanges.extend(together::send(&sender, &together, rows).await?);
            continue;
        }
        for (copy, draft) in rows.iter().flatten().enumerate() {
            history.exchanges.extend(sender.settled(step, copy, draft).await?);
        }
        if is_free(script, step) && !lane.hasty {
            sender.unstick(step, &label, history).await?;
        }
    }
    let drafts = sent.rows;
    // A key that was taken has an effect sooner or later, which the probe has to be given time to see.
    let taken = |key: Option<&str>| {
        let took = |exchange: &Exchange| {
            let operation = lane.session.operation(&exchange.operation).unwrap_or(operation);
            Answer::read(operation, exchange).class().is_some_and(StatusClass::took)
        };
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
        let (expected, operation) = (expected(draft), composer.called(step));
        async move {
            let count = lane.effects(operation, draft.key.as_deref(), expected).await;
            EffectCount { role: step.role.clone(), copy, count }
        }
    });
    let effects = watched(lane, counts.collect()).await;
    history.effects = effects;
    Ok(())
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

/// Who sends, and what requests are made of.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) lane: &'a Lane,
    pub(super) composer: &'a Composer<'a>,
}

/// What a script has sent so far.
#[derive(Default)]
pub(super) struct Sent {
    /// The idempotency keys by step.
    keys: BTreeMap<String, String>,
    /// The drafts of the steps, in their order.
    rows: Vec<Vec<Draft>>,
    /// The place of each step's drafts.
    places: BTreeMap<String, usize>,
    /// What was drawn for each step.
    drawn: BTreeMap<String, Given>,
}

impl Sent {
    /// The document of a step's first request.
    fn document(&self, role: &str) -> Option<&Value> {
        Some(&self.rows.get(*self.places.get(role)?)?.first()?.document)
    }
}

impl Sender<'_> {
    /// Composes the drafts of a step that is due.
    ///
    /// # Errors
    /// A credential that is not to be had, in words; inside, what an earlier answer lacks.
    async fn compose(
        &self,
        step: &Step,
        history: &History,
        sent: &mut Sent,
    ) -> Result<Result<(), String>, String> {
        let mut fed = Given::new();
        for (pointer, feed) in &step.feed {
            let value = if feed.sent {
                sent.document(&feed.of).and_then(|document| document.pointer(&feed.at)).cloned()
            } else {
                let answer =
                    history.of(&feed.of).last().and_then(|(_, exchange)| exchange.response()?.json());
                answer.and_then(|body| body.pointer(&feed.at).cloned())
            };
            let Some(value) = value.filter(|value| !value.is_null()) else {
                let what = if feed.sent { "request" } else { "answer to" };
                return Ok(Err(format!(
                    "`{}` was not sent: the {what} `{}` has no {}",
                    step.role, feed.of, feed.at
                )));
            };
            fed.insert(pointer.clone(), value);
        }
        let mut given = vec![fed; step.copies()];
        // A repeated request is the same one, with the credentials of the first.
        let before = step.key.of.as_ref().and_then(|role| sent.drawn.get(role)).cloned().unwrap_or_default();
        let text = matches!(step.write, Writing::Text(_));
        let used = step.credentials(self.composer.called(step)).into_iter().filter(|_| !text);
        for (credential, name) in used.filter_map(|(used, kind)| Some((used, credentials::name(used, kind)?)))
        {
            let pointer = credential.pointer.as_str();
            let mut last = before.get(pointer).cloned();
            for copy in &mut given {
                if last.is_none() || matches!(step.times, Times::Series(_)) {
                    let Some(secret) = self.lane.draw(&name, credential).await? else { break };
                    last = Some(Value::from(secret.expose()));
                }
                copy.extend(last.iter().map(|value| (pointer.to_owned(), value.clone())));
            }
            sent.drawn
                .entry(step.role.clone())
                .or_default()
                .extend(last.map(|last| (pointer.to_owned(), last)));
        }
        let row = self.composer.row(step, &mut sent.keys, &given);
        sent.places.insert(step.role.clone(), sent.rows.len());
        sent.rows.push(row);
        Ok(Ok(()))
    }

    /// One request, sent again while its outcome stays open and the contract allows another attempt.
    async fn settled(&self, step: &Step, copy: usize, draft: &Draft) -> Result<Vec<Exchange>, String> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let mut new_connection = step.new_connection;
        loop {
            let request = self.lane.request(self.composer, step, draft).await?;
            let path = &draft.signed;
            let out = Outgoing { role: &step.role, copy, request, path, new_connection, cut_after: None };
            let turn = self.lane.turn().await;
            let sent = self.lane.exchange(self.composer.called(step), out).await?;
            drop(turn);
            new_connection |= sent.outcome.is_err();
            exchanges.push(sent);
            let pause = self.pause(self.composer.called(step), &exchanges);
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
            if Answer::read(self.composer.called(step), last).class() != Some(StatusClass::Unknown) {
                return Ok(());
            }
            last.superseded = true;
            let composer =
                self.lane.session.composer(self.composer.operation, format!("{label}#key{attempt}"));
            let (sender, mut sent) = (Sender { composer: &composer, ..*self }, Sent::default());
            if sender.compose(step, history, &mut sent).await?.is_err() {
                return Ok(());
            }
            for draft in sent.rows.iter().flatten() {
                history.exchanges.extend(sender.settled(step, 0, draft).await?);
            }
        }
        Ok(())
    }

    /// How long to wait before the request is sent again, of which these are all exchanges so far; nothing where
    /// the last answer counts.
    fn pause(&self, operation: &Operation, exchanges: &[Exchange]) -> Option<Duration> {
        let is_busy = |one: &Exchange| Answer::read(operation, one).is_busy(operation);
        let sent = exchanges.last()?;
        if is_busy(sent) {
            return busy::pause(&self.lane.session.pace, operation, exchanges);
        }
        // An answer that only asked for fewer requests was no attempt.
        let attempt = exchanges.iter().rev().skip(1).filter(|earlier| !is_busy(earlier)).count();
        let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
        match &Answer::read(operation, sent) {
            Answer::None(reason) => (is_passing(*reason) && attempt < ATTEMPTS_WITHOUT_ANSWER)
                .then_some(Duration::from_millis(20)),
            Answer::Outcome(outcome) if outcome.class == Some(StatusClass::Unknown) && !self.lane.hasty => {
                let retry = operation.status(&outcome.status)?.retry.as_ref()?;
                (attempt < retry.attempts).then_some(retry.wait)
            }
            _ => None,
        }
    }
}
