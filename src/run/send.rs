//! Sending a script: steps one after the other, bursts together, open outcomes again.

use super::session::{Session, is_passing};
use crate::case::rule::Rule;
use crate::case::script::{Script, Step, Times};
use crate::contract::Operation;
use crate::contract::extension::StatusClass;
use crate::exchange::{EffectCount, Exchange, History};
use crate::law::answer::Answer;
use crate::target::compose::{Composer, Draft};
use crate::target::probe;
use futures_util::future::join_all;
use std::time::Duration;

/// How often a request without answer is sent again.
const ATTEMPTS_WITHOUT_ANSWER: u32 = 1;
/// How often a request is sent again when the target asks for fewer, and the first pause.
const BUSY: (u32, Duration) = (5, Duration::from_millis(100));

/// Sends all steps of a script and asks the probe where a step wants it.
///
/// # Errors
/// A failure of our own, in words: a signature that could not be made.
pub(super) async fn script(
    session: &Session,
    operation: &Operation,
    script: &Script,
    rule: &Rule,
    label: String,
) -> Result<History, String> {
    let composer = session.composer(operation, label);
    let drafts = composer.drafts(script);
    let sender = Sender { session, operation, composer: &composer };
    let mut history = History::default();
    for (step, row) in script.0.iter().zip(&drafts) {
        if matches!(step.times, Times::Burst(_)) {
            history.exchanges.extend(sender.burst(step, row).await?);
        } else {
            for (copy, draft) in row.iter().enumerate() {
                history.exchanges.extend(sender.settled(step, copy, draft).await?);
            }
        }
    }
    for (step, row) in script.0.iter().zip(&drafts).filter(|(step, _)| step.probe) {
        let key = row.first().and_then(|draft| draft.key.as_deref());
        history.effects.push(EffectCount { role: step.role.clone(), count: sender.effects(rule, key).await });
    }
    Ok(history)
}

struct Sender<'a> {
    session: &'a Session,
    operation: &'a Operation,
    composer: &'a Composer<'a>,
}

impl Sender<'_> {
    /// One request, sent again while its outcome stays open and the contract allows another attempt.
    async fn settled(&self, step: &Step, copy: usize, draft: &Draft) -> Result<Vec<Exchange>, String> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let mut new_connection = step.new_connection;
        loop {
            let request = self.session.request(self.composer, step, draft)?;
            self.session.client.pace().await;
            let sent = self
                .session
                .exchange(self.operation, &step.role, copy, request, &draft.path, new_connection)
                .await;
            let attempt = u32::try_from(exchanges.len()).unwrap_or(u32::MAX);
            let pause = self.pause(&sent, attempt);
            new_connection |= sent.outcome.is_err();
            exchanges.push(sent);
            let Some(pause) = pause else { return Ok(exchanges) };
            if let Some(last) = exchanges.last_mut() {
                last.superseded = true;
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// How long to wait before the request is sent again; nothing where its answer counts.
    fn pause(&self, sent: &Exchange, attempt: u32) -> Option<Duration> {
        let answer = Answer::read(self.operation, sent);
        if answer.is_busy(self.operation) {
            return (attempt < BUSY.0).then(|| BUSY.1 * 2u32.pow(attempt));
        }
        match &answer {
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
            self.session.client.pace().await;
            ready.push((self.session.request(self.composer, step, draft)?, draft));
        }
        let sends = ready.into_iter().enumerate().map(|(copy, (request, draft))| {
            self.session.exchange(self.operation, &step.role, copy, request, &draft.path, step.new_connection)
        });
        Ok(join_all(sends).await)
    }

    async fn effects(&self, rule: &Rule, key: Option<&str>) -> Result<u64, String> {
        let name = self.operation.rules.effect.as_ref().map(|effect| format!("probe.{}", effect.probe));
        let url = name.and_then(|name| self.session.config.probes.get(&name));
        let (Some(url), Some(key)) = (url, key) else {
            return Err("there is no probe, or the request has no key".to_owned());
        };
        let expected = if let Rule::Effects { count, .. } = rule { *count } else { 0 };
        probe::count(&self.session.client, url, key, expected).await
    }
}
