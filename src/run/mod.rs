//! The runner: from a plan to a report, whatever the order in which cases finish.
//!
//! Workers take cases from the plan one after the other; what a case sends follows from the run's seed and
//! its id alone, and results are put back into plan order, so concurrency and shards change nothing.

mod coverage;
mod judge;
pub mod replay;
mod send;
pub mod session;
mod shrink;

use crate::case::Case;
use crate::case::select::{Selection, Shard};
use crate::case::suite::Suite;
use crate::law::answer::Answer;
use crate::law::verdict::Verdict;
use crate::report::model::{CaseReport, FORMAT, Overall, Report, SuiteInfo, TargetInfo, ToolInfo, Totals};
use crate::target::client::Client;
use judge::Judged;
use session::Session;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Generated payloads a case.
    pub samples: u64,
    /// Cases judged at the same time.
    pub concurrency: usize,
    /// The time limit of the whole run.
    pub budget: Option<Duration>,
    /// The shard, for the report.
    pub shard: Option<Shard>,
    /// Faults of the embedded target, for the report; `None` where the target is not embedded.
    pub embedded: Option<Vec<String>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { samples: 2, concurrency: 16, budget: None, shard: None, embedded: None }
    }
}

/// Something that happened during a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A case is judged.
    Judged {
        /// Its id.
        id: &'a str,
        /// Its verdict.
        verdict: Verdict,
        /// How many cases are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
}

/// Why a run says nothing of its target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unjudged {
    /// The target gives no answer at all.
    #[error("the target {url} cannot be judged: {reason}")]
    NoAnswer {
        /// The target.
        url: String,
        /// What happens instead of an answer, and how to mend it.
        reason: String,
    },
    /// What answers is not the API.
    #[error(
        "the target {url} answers HTTP {status} with a page instead of the API's JSON; check the URL and its base path"
    )]
    Page {
        /// The target.
        url: String,
        /// The HTTP status of the page.
        status: u16,
    },
}

/// What came of a run.
pub struct Outcome {
    /// The report on all selected cases.
    pub report: Report,
    /// Why it says nothing of the target, where that is so.
    pub unjudged: Option<Unjudged>,
    /// Whether proofmark itself failed on a case.
    pub failed: bool,
}

/// A flag that ends a run early; what was judged so far is reported.
pub type Stop = Arc<AtomicBool>;

/// Judges the selected cases.
pub async fn run(
    session: Arc<Session>,
    selection: &Selection,
    options: &Options,
    stop: Stop,
    observe: &(dyn Fn(Event<'_>) + Sync),
) -> Outcome {
    let started = jiff::Timestamp::now();
    let plan: Vec<(usize, Case)> =
        session.suite.cases.iter().cloned().enumerate().filter(|(_, case)| selection.takes(case)).collect();
    let plan = Arc::new(plan);
    let deadline = options.budget.map(|budget| Instant::now() + budget);
    let greeting = tokio::select! {
        greeting = greet(&session) => greeting,
        () = cut_short(deadline, &stop) => Greeting::default(),
    };
    let mut judged = match &greeting.unjudged {
        Some(reason) => {
            plan.iter().map(|(_, case)| unrun(case, Verdict::Error, &reason.to_string())).collect()
        }
        None => judge_all(&session, &plan, options, deadline, &stop, observe).await,
    };
    let answers = greeting.answers + judged.iter().map(|judged| judged.answers).sum::<usize>();
    let unjudged = greeting.unjudged.or_else(|| {
        let sent =
            judged.iter().filter_map(|judged| judged.report.as_ref()).any(|report| report.exchanges > 0);
        (sent && answers == 0).then(|| Unjudged::NoAnswer {
            url: session.url().to_string(),
            reason: "no request was answered; check that the target is up, and --timeout".to_owned(),
        })
    });
    let coverage = coverage::of(&session.suite, &judged);
    let mut cases = Vec::with_capacity(plan.len());
    for ((index, _), judged) in plan.iter().zip(&mut judged) {
        cases.extend(judged.report.take().map(|report| CaseReport { index: *index, ..report }));
    }
    let failed =
        cases.iter().any(|case| case.verdict == Verdict::Error && case.reason.starts_with(OWN_FAILURE));
    let report = Report {
        format: FORMAT.to_owned(),
        suite: suite_info(&session.suite),
        tool: ToolInfo { name: "proofmark".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        target: TargetInfo {
            url: session.url().to_string(),
            embedded: options.embedded.is_some(),
            faults: options.embedded.clone().unwrap_or_default(),
        },
        seed: session.seed,
        shard: options.shard.map(|shard| shard.to_string()),
        started: started.round(jiff::Unit::Millisecond).unwrap_or(started).to_string(),
        elapsed_ms: u64::try_from(session.elapsed().as_millis()).unwrap_or(u64::MAX),
        exchanges: cases.iter().map(|case| case.exchanges).sum::<usize>(),
        verdict: Overall::of(&cases),
        totals: Totals::count(&cases),
        cases,
        coverage,
    };
    Outcome { report, unjudged, failed }
}

/// What a report says of its suite.
pub fn suite_info(suite: &Suite) -> SuiteInfo {
    SuiteInfo {
        name: suite.contract.title.clone(),
        version: suite.contract.version.clone(),
        digest: suite.digest.clone(),
    }
}

const OWN_FAILURE: &str = "proofmark failed";

async fn judge_all(
    session: &Arc<Session>,
    plan: &Arc<Vec<(usize, Case)>>,
    options: &Options,
    deadline: Option<Instant>,
    stop: &Stop,
    observe: &(dyn Fn(Event<'_>) + Sync),
) -> Vec<Judged> {
    let next = Arc::new(AtomicUsize::new(0));
    let (results, mut incoming) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..options.concurrency.clamp(1, plan.len().max(1)) {
        let (session, plan, next, stop, results) =
            (Arc::clone(session), Arc::clone(plan), Arc::clone(&next), Arc::clone(stop), results.clone());
        let samples = options.samples;
        tokio::spawn(async move {
            let client = session.client().map(Arc::new);
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((_, case)) = plan.get(at) else { return };
                let judged = match &client {
                    Ok(client) => judge_one(&session, client, case, samples, deadline, &stop).await,
                    Err(reason) => unrun(case, Verdict::Error, &format!("{OWN_FAILURE}: {reason}")),
                };
                if results.send((at, judged)).is_err() {
                    return;
                }
            }
        });
    }
    drop(results);
    let mut judged: Vec<Option<Judged>> = plan.iter().map(|_| None).collect();
    let mut done = 0;
    while let Some((at, result)) = incoming.recv().await {
        done += 1;
        if let Some(report) = &result.report {
            observe(Event::Judged { id: &report.id, verdict: report.verdict, done, of: plan.len() });
        }
        judged[at] = Some(result);
    }
    let lost =
        |case: &Case| unrun(case, Verdict::Error, &format!("{OWN_FAILURE} before this case was judged"));
    judged
        .into_iter()
        .zip(plan.iter())
        .map(|(judged, (_, case))| judged.unwrap_or_else(|| lost(case)))
        .collect()
}

async fn judge_one(
    session: &Arc<Session>,
    client: &Arc<Client>,
    case: &Case,
    samples: u64,
    deadline: Option<Instant>,
    stop: &Stop,
) -> Judged {
    if stop.load(Ordering::Relaxed) {
        return unrun(case, Verdict::Error, "the run was interrupted before this case");
    }
    if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
        return unrun(case, Verdict::Error, "the budget ended before this case");
    }
    // A task of its own, so that a failure of ours costs one case and not the run.
    let work = {
        let (session, client, case) = (Arc::clone(session), Arc::clone(client), case.clone());
        tokio::spawn(async move { judge::case(&session, &client, &case, samples).await })
    };
    let abort = work.abort_handle();
    let lost = || unrun(case, Verdict::Error, &format!("{OWN_FAILURE} while it judged this case"));
    tokio::select! {
        judged = work => judged.unwrap_or_else(|_| lost()),
        () = cut_short(deadline, stop) => {
            abort.abort();
            let why = if stop.load(Ordering::Relaxed) { "the run was interrupted" } else { "the budget ended" };
            unrun(case, Verdict::Error, &format!("{why} while this case was judged"))
        }
    }
}

/// Waits for the end of the budget, or for an interrupt.
async fn cut_short(deadline: Option<Instant>, stop: &Stop) {
    /// How soon an interrupt is noticed.
    const GLANCE: Duration = Duration::from_millis(50);
    while !stop.load(Ordering::Relaxed) && deadline.is_none_or(|deadline| Instant::now() < deadline) {
        let glance = Instant::now() + GLANCE;
        tokio::time::sleep_until(deadline.map_or(glance, |deadline| deadline.min(glance))).await;
    }
}

fn unrun(case: &Case, verdict: Verdict, reason: &str) -> Judged {
    let report = CaseReport {
        index: 0,
        id: case.id.clone(),
        operation: case.operation.clone(),
        title: case.title.clone(),
        clause: case.clause.clone(),
        level: case.level,
        law: case.law,
        verdict,
        reason: reason.to_owned(),
        exchanges: 0,
        elapsed_ms: 0,
        finding: None,
    };
    Judged { report: Some(report), ..Judged::default() }
}

#[derive(Default)]
struct Greeting {
    answers: usize,
    unjudged: Option<Unjudged>,
}

/// One good request before all cases: tells a target that is down, or is something else, from one that
/// breaks its contract.
async fn greet(session: &Session) -> Greeting {
    use crate::case::rule::Rule;
    use crate::case::script::{Script, Step};
    const ROLE: &str = "greeting";
    let Some(operation) = session.suite.contract.operations.first() else { return Greeting::default() };
    let script = Script(vec![Step::new(ROLE)]);
    let rule = Rule::Orderly { of: ROLE.to_owned() };
    let Ok(client) = session.client() else { return Greeting::default() };
    let Ok(history) = send::script(session, &client, operation, &script, &rule, ROLE.to_owned()).await else {
        return Greeting::default();
    };
    let answers = history.exchanges.iter().filter(|exchange| exchange.response().is_some()).count();
    let mut greeting = Greeting { answers, ..Greeting::default() };
    let Some(last) = history.exchanges.last() else { return greeting };
    let url = session.url().to_string();
    greeting.unjudged = match Answer::read(operation, last) {
        Answer::None(reason) => {
            use crate::exchange::NoAnswer;
            let mend = match reason {
                NoAnswer::Unreachable => "check host and port, and that the target is up",
                NoAnswer::Tls => "check its certificate, or use the host name that the certificate is for",
                NoAnswer::Timeout => "check that the target answers at all, and --timeout",
                NoAnswer::Closed | NoAnswer::Malformed => "",
            };
            let spoken = matches!(reason, NoAnswer::Closed | NoAnswer::Malformed);
            (!spoken).then(|| Unjudged::NoAnswer { url, reason: format!("{}; {mend}", reason.describe()) })
        }
        Answer::Opaque { response, .. } => {
            let html = response
                .header("content-type")
                .is_some_and(|value| value.to_ascii_lowercase().contains("html"))
                || response.body.trim_ascii_start().starts_with(b"<");
            let page = html
                && response.json().is_none()
                && !(300..400).contains(&response.status)
                && response.status < 500;
            page.then_some(Unjudged::Page { url, status: response.status })
        }
        Answer::Outcome(_) => None,
    };
    greeting
}
