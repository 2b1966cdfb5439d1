//! A broken clause as the report shows it.

use super::lane::Lane;
pub(super) use super::model::Repeats;
use super::model::{Finding, Moment};
use super::timeline;
use crate::case::Case;
use crate::case::grade::Law;
use crate::case::model::Plan;
use crate::case::script::{Script, Times};
use crate::contract::Operation;
use crate::contract::extension::StatusClass;
use crate::exchange::History;
use crate::exchange::record::ExchangeRecord;
use crate::law::Breach;
use crate::law::answer::{Answer, word};
use crate::target::curl;

/// A broken clause, and what was sent and seen when it broke.
#[derive(Clone)]
pub(super) struct Broken {
    pub(super) script: Script,
    pub(super) history: History,
    pub(super) breach: Breach,
    pub(super) fingerprint: String,
    /// How often it broke when it was sent again, where that takes luck.
    pub(super) repeats: Option<Repeats>,
}

/// Rules about answers in general, whose breach has the same cause whatever case meets it.
pub(crate) const GENERAL: [&str; 8] = [
    "schema",
    "pairing",
    "http-status",
    "status-known",
    "breakdown",
    "stack-trace",
    "redirect",
    "media-type",
];
/// Rules about replays, whose breach has the same cause however the request was repeated.
const REPLAY: [&str; 4] = ["replay-refused", "replay-unsettled", "replay-new-id", "replay-lost-id"];

/// Operation, law, rule and place: equal for findings that have the same cause in the same place.
pub(super) fn fingerprint(case: &Case, breach: &Breach) -> String {
    let mut parts = vec![case.operation.clone()];
    if GENERAL.contains(&breach.rule) {
        parts.push(breach.rule.to_owned());
    } else {
        parts.push(format!("{:?}", case.law).to_lowercase());
        parts.push(breach.rule.to_owned());
        match &case.plan {
            Plan::Goal(plan) => parts.push(format!("{}:{}", plan.goal.pointer, plan.goal.keyword)),
            Plan::Bound(plan) => parts.push(format!("{}:{}", plan.at.pointer, plan.at.keyword)),
            Plan::Written(_) | Plan::Programs(_) if REPLAY.contains(&breach.rule) => {}
            Plan::Written(_) | Plan::Programs(_) | Plan::Samples => {
                parts.extend(case.id.rsplit('/').next().map(ToOwned::to_owned));
            }
        }
    }
    if !breach.place.is_empty() {
        parts.push(breach.place.clone());
    }
    parts.join("/")
}

/// What the report says of a broken clause.
pub(super) fn finding(lane: &Lane, case: &Case, broken: &Broken) -> Finding {
    let (session, secrets) = (&lane.session, lane.kept());
    let (Some(own), Some(redactor)) = (session.operation(&case.operation), lane.redactor(&case.operation))
    else {
        return Finding {
            summary: String::new(),
            expected: String::new(),
            observed: String::new(),
            fingerprint: broken.fingerprint.clone(),
            rule: broken.breach.rule.to_owned(),
            place: String::new(),
            code: None,
            minimal: Vec::new(),
            timeline: Vec::new(),
            repeats: None,
            script: None,
        };
    };
    // What one answer repeats may stem from another exchange.
    let redactor = redactor.of(&broken.history);
    let nonce = session.stamps.nonce();
    let mut minimal = Vec::new();
    for at in &with_sources(broken) {
        let Some(exchange) = broken.history.exchanges.get(*at) else { continue };
        let step = broken.script.0.iter().find(|step| step.role == exchange.role);
        let operation = session.operation(&exchange.operation).unwrap_or(own);
        let prefix = session.prefix(operation);
        let (config, secrets, first) = (&session.config, &secrets, minimal.is_empty());
        let writer = curl::Writer { operation, config, prefix: &prefix, secrets, nonce, first, step };
        let mut record = redactor.record(exchange, &writer);
        let burst = step.is_some_and(|step| matches!(step.times, Times::Burst(_)));
        if burst && minimal.iter().any(|before: &ExchangeRecord| before.role == record.role) {
            "# another answer to the same burst: the command before sends it".clone_into(&mut record.curl);
        }
        minimal.push(record);
    }
    let shown = |text: &str| cut_text(&redactor.text(text));
    Finding {
        summary: shown(&broken.breach.summary),
        expected: shown(&broken.breach.expected),
        observed: shown(&broken.breach.observed),
        fingerprint: shown(&broken.fingerprint),
        rule: broken.breach.rule.to_owned(),
        place: shown(&broken.breach.place),
        code: code(lane, own, broken).map(|code| shown(&code)),
        minimal,
        timeline: (case.law == Law::Idempotency)
            .then(|| timeline::of(&session.suite.contract, own, &broken.history, &broken.breach.show))
            .into_iter()
            .flatten()
            .map(|moment| Moment { answer: shown(&moment.answer), ..moment })
            .collect(),
        repeats: broken.repeats,
        script: serde_json::to_value(redactor.script(&broken.script)).ok(),
    }
}

/// The code of the last answer that shows it, where that is no success.
fn code(lane: &Lane, own: &Operation, broken: &Broken) -> Option<String> {
    let exchange = broken.history.exchanges.get(*broken.breach.show.last()?)?;
    let operation = lane.session.operation(&exchange.operation).unwrap_or(own);
    let answer = Answer::read(operation, exchange);
    let outcome = answer.outcome().filter(|outcome| !outcome.class.is_some_and(StatusClass::took))?;
    outcome.code.as_deref().map(word)
}

/// The exchanges that show it, each behind those that it was fed from.
fn with_sources(broken: &Broken) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    let mut due: Vec<usize> = broken.breach.show.iter().rev().copied().collect();
    while let Some(at) = due.last().copied() {
        let role = broken.history.exchanges.get(at).map(|exchange| exchange.role.as_str());
        let step = broken.script.0.iter().find(|step| Some(step.role.as_str()) == role);
        let feeds = step.into_iter().flat_map(|step| step.feed.values());
        let sources = feeds.filter_map(|feed| broken.history.of(&feed.of).last().map(|(at, _)| at));
        let missing: Vec<usize> = sources.filter(|source| source < &at && !all.contains(source)).collect();
        if missing.is_empty() {
            due.pop();
            if !all.contains(&at) {
                all.push(at);
            }
        }
        due.extend(missing);
    }
    all
}

/// A sentence that a target's text has made too long, cut. Secrets are replaced before, since a cut could hide one.
pub(super) fn cut_text(text: &str) -> String {
    const LONGEST: usize = 400;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
