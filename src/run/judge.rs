//! One case: its samples sent, judged, and shrunk where one breaks.

use super::finding::{Broken, cut_text, finding, fingerprint};
use super::hear;
use super::journal::Purpose;
use super::judged::{Judged, Tally, case_report};
use super::lane::Lane;
use super::model::{CaseReport, Finding};
use super::samples::{Ending, Samples, aged, broken};
use super::schedule::Cut;
use super::{send, shrink, source, trim};
use crate::case::Case;
use crate::case::model::Plan;
use crate::case::script::{Script, Step};
use crate::case::{build, traits};
use crate::exchange::{Exchange, History};
use crate::law::Judgement;
use crate::law::answer::{Answer, word};
use crate::law::hearing::BUSY;
use crate::law::verdict::Verdict;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One attempt at a case.
pub(super) struct Trial {
    /// What its keys follow from.
    pub(super) label: String,
    /// What it is for.
    pub(super) purpose: Purpose,
    /// Which payload of the case it is about.
    pub(super) sample: u64,
}

/// Sends a script and judges what came back.
///
/// # Errors
/// A failure of our own.
pub(super) async fn try_script(
    lane: &Lane,
    case: &Case,
    script: &Script,
    trial: Trial,
    tally: &mut Tally,
) -> Result<(Judgement, History), String> {
    let session = &lane.session;
    let missing = || format!("the suite has no operation `{}`", case.operation);
    let operation = session.operation(&case.operation).ok_or_else(missing)?;
    let Trial { label, purpose, sample } = trial;
    let mut history = History::default();
    let sent = send::script(lane, operation, script, &case.rule, label, &mut history).await;
    if let Err(why) = sent {
        if let Some(recorder) = lane.recorder.as_ref().filter(|_| !history.exchanges.is_empty()) {
            recorder.unjudged(lane, (purpose, sample), &history, &why);
        }
        return Err(why);
    }
    if purpose == Purpose::Sample {
        lane.doubt(&mut history).await;
    }
    tally.exchanges += history.exchanges.len();
    // Who of several wins, and whether an answer comes before its caller hangs up, is luck, and counts would differ
    // from run to run.
    let by_luck = script.0.iter().any(Step::overlaps);
    for exchange in &history.exchanges {
        if exchange.response().is_some() {
            tally.answers += 1;
            tally.took(&exchange.operation, exchange.elapsed);
        }
        let answer = Answer::read(session.operation(&exchange.operation).unwrap_or(operation), exchange);
        // What is called on the way only says nothing of the contract that is judged.
        if !session.suite.contract.judges(&exchange.operation) {
            continue;
        }
        let Some(outcome) = answer.outcome().filter(|_| !by_luck) else { continue };
        let word = |text: &str| shown_word(lane, exchange, text);
        let class = outcome.class.map_or("unlisted".to_owned(), |class| format!("{class:?}").to_lowercase());
        tally.answered.insert(format!("answered:{class}"));
        tally.answered.extend(outcome.code.as_ref().map(|code| format!("code:{}", word(code))));
        let shown = word(&outcome.status);
        *tally.statuses.entry(shown).or_default() += 1;
        if let Some(code) = &outcome.code {
            *tally.codes.entry(word(code)).or_default() += 1;
        }
    }
    let judgement = hear::judgement(&session.suite.contract, session.all_schemas(), case, &history)?;
    if let Some(recorder) = &lane.recorder {
        recorder.judged(lane, (purpose, sample), &history, &judgement);
    }
    Ok((judgement, history))
}

/// A status or code as a word, without what it repeats of the exchange's secret header fields.
fn shown_word(lane: &Lane, exchange: &Exchange, text: &str) -> String {
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
    let shown = word(text);
    if shown.chars().all(is_name) {
        return shown;
    }
    lane.redactor(&exchange.operation)
        .map_or(String::new(), |redactor| redactor.of_one(exchange).text(&shown))
}

/// Sends a script; how it breaks, where that is in the way of the fingerprint.
///
/// # Errors
/// A failure of our own.
pub(super) async fn breaks_alike(
    lane: &Lane,
    case: &Case,
    script: &Script,
    trial: Trial,
    alike: &str,
    tally: &mut Tally,
) -> Result<Option<Broken>, String> {
    let (judgement, history) = try_script(lane, case, script, trial, tally).await?;
    let Judgement::Broken(breach) = judgement else { return Ok(None) };
    let fingerprint = fingerprint(case, &breach);
    let broken = Broken { script: script.clone(), history, breach, fingerprint, repeats: None };
    Ok((broken.fingerprint == alike).then_some(broken))
}

/// Judges one case.
pub(super) async fn case(lane: &Arc<Lane>, case: &Case, samples: u64, cut: &Cut) -> Judged {
    let session = &lane.session;
    if let Some(lack) = session.lacks(case) {
        return Judged::unrun(case, Verdict::Skipped, &lack);
    }
    if session.pace.is_vain() {
        return Judged::unrun(case, Verdict::Inconclusive, BUSY);
    }
    let start = session.elapsed();
    let mut tally = Tally::default();
    let outcome = judge_samples(lane, case, samples, cut, &mut tally).await;
    // A case for which there were too few requests is no failure of ours.
    let left_out = outcome.is_err() && lane.allowance.ran_out();
    let lacking = lane.lacking.get().filter(|_| outcome.is_err());
    // Neither is a request that our environment kept from being sent.
    let obstacle = lane.obstacle().filter(|_| outcome.is_err() && !left_out);
    let failed = outcome.is_err() && !left_out && lacking.is_none() && obstacle.is_none();
    let (verdict, reason, finding) = outcome.unwrap_or_else(|failure| {
        if let Some(lacking) = lacking {
            (Verdict::Skipped, lacking.clone(), None)
        } else if left_out {
            (Verdict::Inconclusive, failure, None)
        } else if let Some(obstacle) = obstacle {
            (Verdict::Error, obstacle.to_owned(), None)
        } else {
            (Verdict::Error, format!("proofmark failed: {failure}"), None)
        }
    });
    let redactor = lane.redactor(&case.operation);
    let redact =
        |text: String| cut_text(&redactor.as_ref().map_or(text.clone(), |redactor| redactor.text(&text)));
    let elapsed = session.elapsed().saturating_sub(start);
    let shown =
        |counts: BTreeMap<String, usize>| counts.into_iter().map(|(word, n)| (redact(word), n)).collect();
    let smallest = finding.as_ref().and_then(|finding| finding.script.clone());
    let smallest = smallest.and_then(|script| serde_json::from_value::<Script>(script).ok());
    let mut traits = smallest.map_or_else(|| traits::of(case), |script| traits::of_broken(case, &script));
    traits.extend(std::mem::take(&mut tally.answered).into_iter().map(redact));
    let report = CaseReport {
        traits,
        source: finding.as_ref().and_then(|_| source::of(&session.suite.contract, case)),
        exchanges: lane.allowance.sent(),
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        finding,
        left_out,
        ..case_report(case, verdict, redact(reason))
    };
    let tally = Tally { codes: shown(tally.codes), statuses: shown(tally.statuses), ..tally };
    Judged { report, tally, failed }
}

/// Looks for the least that breaks in the same way.
async fn search(
    lane: &Arc<Lane>,
    case: &Case,
    sample: u64,
    first: Broken,
    cut: &Cut,
    tally: &mut Tally,
) -> Broken {
    // Of scripts, fewer requests come first.
    let first = match case.plan {
        Plan::Written(_) | Plan::Programs(_) => shrink::smallest(lane, case, sample, first, cut, tally).await,
        _ => first,
    };
    let before = first.script.clone();
    let smallest = trim::smallest(lane, case, sample, first, cut, tally).await;
    match case.plan {
        // What is drawn anew is worth it only where nothing else makes it smaller.
        Plan::Goal(_) | Plan::Samples if smallest.script == before => {
            shrink::smallest(lane, case, sample, smallest, cut, tally).await
        }
        _ => smallest,
    }
}

type Outcome = (Verdict, String, Option<Finding>);

async fn judge_samples(
    lane: &Arc<Lane>,
    case: &Case,
    samples: u64,
    cut: &Cut,
    tally: &mut Tally,
) -> Result<Outcome, String> {
    let session = &lane.session;
    let operation = session.operation(&case.operation).ok_or("the operation is gone")?;
    let generator = session.generator(&case.operation).ok_or("the generator is gone")?;
    let (mut seen, edits) = (Samples::default(), build::Edits::default());
    for sample in 0..case.samples(samples) {
        let script = match build::script_with(case, operation, generator, session.seed, sample, &edits) {
            Ok(script) => script.retained(session.config.limits.retention).within(session.pace.at_once()),
            Err(refusal) => return Ok((Verdict::Skipped, format!("no payload: {refusal}"), None)),
        };
        let label = lane.label(&case.id, sample);
        let purpose = if lane.round == 0 { Purpose::Sample } else { Purpose::Repeat };
        let trial = Trial { label, purpose, sample };
        let (judgement, history) = match try_script(lane, case, &script, trial, tally).await {
            // What an earlier sample told still counts.
            Err(_) if lane.allowance.ran_out() && seen.any() => break,
            tried => tried?,
        };
        match seen.take(aged(judgement, &script)) {
            None => {}
            Some(Ending::Blocked(reason)) => return Ok((Verdict::Error, reason, None)),
            Some(Ending::Broken(breach)) => {
                let fingerprint = fingerprint(case, &breach);
                lane.allowance.search(script.requests());
                let first = Broken { script, history, breach, fingerprint, repeats: None };
                let smallest =
                    if cut.search { search(lane, case, sample, first, cut, tally).await } else { first };
                let found = finding(lane, case, &smallest);
                return Ok((broken(case), found.summary.clone(), Some(found)));
            }
        }
    }
    let (verdict, reason) = seen.verdict();
    Ok((verdict, reason, None))
}
