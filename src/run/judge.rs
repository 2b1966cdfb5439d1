//! One case: its samples sent, judged, and shrunk where one breaks.

use super::send;
use super::session::Session;
use super::shrink;
use crate::case::Case;
use crate::case::build;
use crate::case::model::Plan;
use crate::case::script::{Script, Times};
use crate::exchange::History;
use crate::exchange::record::ExchangeRecord;
use crate::law::answer::Answer;
use crate::law::hearing::Hearing;
use crate::law::verdict::Verdict;
use crate::law::{self, Breach, Judgement};
use crate::report::model::{CaseReport, Finding};
use crate::target::client::Client;
use crate::target::curl;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a case adds to the report.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) report: Option<CaseReport>,
    pub(super) codes: BTreeMap<String, usize>,
    pub(super) statuses: BTreeMap<String, usize>,
    /// Responses of any kind.
    pub(super) answers: usize,
}

/// A broken clause, and what was sent and seen when it broke.
#[derive(Clone)]
pub(super) struct Broken {
    pub(super) script: Script,
    pub(super) history: History,
    pub(super) breach: Breach,
    pub(super) fingerprint: String,
}

/// What was sent for a case, counted.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) exchanges: usize,
    pub(super) answers: usize,
    pub(super) codes: BTreeMap<String, usize>,
    pub(super) statuses: BTreeMap<String, usize>,
}

/// Sends a script and judges what came back.
///
/// # Errors
/// A failure of our own.
pub(super) async fn try_script(
    session: &Session,
    client: &Client,
    case: &Case,
    script: &Script,
    label: String,
    tally: &mut Tally,
) -> Result<(Judgement, History), String> {
    let missing = || format!("the suite has no operation `{}`", case.operation);
    let operation = session.operation(&case.operation).ok_or_else(missing)?;
    let schemas = session.schemas(&case.operation).ok_or_else(missing)?;
    let history = send::script(session, client, operation, script, &case.rule, label).await?;
    tally.exchanges += history.exchanges.len();
    for exchange in &history.exchanges {
        tally.answers += usize::from(exchange.response().is_some());
        let answer = Answer::read(operation, exchange);
        let Some(outcome) = answer.outcome() else { continue };
        let shown = law::answer::word(&outcome.status);
        *tally.statuses.entry(shown).or_default() += 1;
        if let Some(code) = &outcome.code {
            *tally.codes.entry(law::answer::word(code)).or_default() += 1;
        }
    }
    let judgement = law::judge(&case.rule, &Hearing { operation, schemas, history: &history });
    Ok((judgement, history))
}

/// Judges one case.
pub(super) async fn case(session: &Arc<Session>, client: &Arc<Client>, case: &Case, samples: u64) -> Judged {
    let start = session.elapsed();
    let mut tally = Tally::default();
    let (verdict, reason, finding) = if let Some(need) = session.lacks(case) {
        (Verdict::Skipped, format!("{need} is not configured"), None)
    } else {
        match judge_samples(session, client, case, samples, &mut tally).await {
            Ok(outcome) => outcome,
            Err(failure) => (Verdict::Error, failure, None),
        }
    };
    let redact = |text: String| {
        session.redactor(&case.operation).map_or(text.clone(), |redactor| redactor.text(&text))
    };
    let elapsed = session.elapsed().saturating_sub(start);
    let shown =
        |counts: BTreeMap<String, usize>| counts.into_iter().map(|(word, n)| (redact(word), n)).collect();
    Judged {
        report: Some(CaseReport {
            index: 0,
            id: case.id.clone(),
            operation: case.operation.clone(),
            title: case.title.clone(),
            clause: case.clause.clone(),
            level: case.level,
            law: case.law,
            verdict,
            reason: redact(reason),
            exchanges: tally.exchanges,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            finding,
        }),
        codes: shown(tally.codes),
        statuses: shown(tally.statuses),
        answers: tally.answers,
    }
}

type Outcome = (Verdict, String, Option<Finding>);

async fn judge_samples(
    session: &Arc<Session>,
    client: &Arc<Client>,
    case: &Case,
    samples: u64,
    tally: &mut Tally,
) -> Result<Outcome, String> {
    let operation = session.operation(&case.operation).ok_or("the operation is gone")?;
    let generator = session.generator(&case.operation).ok_or("the generator is gone")?;
    let count = if matches!(case.plan, Plan::Written(_)) { 1 } else { samples.max(1) };
    let mut held = None;
    let mut undecided = None;
    for sample in 0..count {
        let script = match build::script(case, operation, generator, session.seed, sample) {
            Ok(script) => script,
            Err(refusal) => return Ok((Verdict::Skipped, format!("no payload: {refusal}"), None)),
        };
        let label = format!("{}#{sample}", case.id);
        let (judgement, history) = try_script(session, client, case, &script, label, tally).await?;
        match judgement {
            Judgement::Held(reason) => held = held.or(Some(reason)),
            Judgement::Undecided(reason) => undecided = undecided.or(Some(reason)),
            Judgement::Blocked(reason) => return Ok((Verdict::Error, reason, None)),
            Judgement::Broken(breach) => {
                let fingerprint = fingerprint(case, &breach);
                let broken = Broken { script, history, breach, fingerprint };
                let smallest = shrink::smallest(session, client, case, sample, broken, tally).await?;
                return Ok((
                    verdict(case),
                    smallest.breach.summary.clone(),
                    Some(finding(session, case, &smallest)),
                ));
            }
        }
    }
    Ok(match (held, undecided) {
        (Some(reason), _) => (Verdict::Pass, reason, None),
        (None, Some(reason)) => (Verdict::Inconclusive, reason, None),
        (None, None) => (Verdict::Inconclusive, "nothing was judged".to_owned(), None),
    })
}

/// A broken MUST fails; a broken SHOULD or MAY warns.
fn verdict(case: &Case) -> Verdict {
    if case.level == crate::case::grade::Level::Must { Verdict::Fail } else { Verdict::Warn }
}

/// Rules about answers in general, whose breach has the same cause whatever case meets it.
const GENERAL: [&str; 8] = [
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
            Plan::Written(_) if REPLAY.contains(&breach.rule) => {}
            Plan::Written(_) | Plan::Samples => {
                parts.extend(case.id.rsplit('/').next().map(ToOwned::to_owned))
            }
        }
    }
    if !breach.place.is_empty() {
        parts.push(breach.place.clone());
    }
    parts.join("/")
}

/// What the report says of a broken clause.
pub(super) fn finding(session: &Session, case: &Case, broken: &Broken) -> Finding {
    let (Some(operation), Some(redactor)) =
        (session.operation(&case.operation), session.redactor(&case.operation))
    else {
        return Finding {
            summary: String::new(),
            expected: String::new(),
            observed: String::new(),
            fingerprint: broken.fingerprint.clone(),
            minimal: Vec::new(),
            script: None,
        };
    };
    let nonce = session.stamps.nonce();
    let mut minimal = Vec::new();
    for at in &broken.breach.show {
        let Some(exchange) = broken.history.exchanges.get(*at) else { continue };
        let step = broken.script.0.iter().find(|step| step.role == exchange.role);
        let writer =
            curl::Writer { operation, config: &session.config, nonce, first: minimal.is_empty(), step };
        let mut record = redactor.record(exchange, &writer);
        let burst = step.is_some_and(|step| matches!(step.times, Times::Burst(_)));
        if burst && minimal.iter().any(|before: &ExchangeRecord| before.role == record.role) {
            "# another answer to the same burst: the command before sends it".clone_into(&mut record.curl);
        }
        minimal.push(record);
    }
    Finding {
        summary: redactor.text(&broken.breach.summary),
        expected: redactor.text(&broken.breach.expected),
        observed: redactor.text(&broken.breach.observed),
        fingerprint: redactor.text(&broken.fingerprint),
        minimal,
        script: serde_json::to_value(&broken.script).ok(),
    }
}
