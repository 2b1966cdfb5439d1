//! The runner: from a plan to a report, whatever the order in which cases finish.
//!
//! Workers take cases from the plan one after the other; what a case sends follows from the run's seed and
//! its id alone, and results are put back into plan order, so concurrency and shards change nothing.

mod again;
mod budget;
mod busy;
mod coverage;
mod finding;
mod forecast;
mod greet;
mod hear;
mod hooked;
pub mod journal;
mod judge;
mod judged;
mod lane;
pub mod latency;
pub mod model;
mod order;
mod outage;
mod purse;
mod reduce;
pub mod rejudge;
pub mod replay;
pub mod resume;
mod rows;
mod samples;
mod schedule;
mod send;
pub mod session;
mod shrink;
mod source;
pub mod survey;
mod timeline;
mod together;
mod trim;

use crate::case::Case;
use crate::case::select::{Selection, Shard};
use crate::case::suite::Suite;
use crate::law::verdict::Verdict;
pub use again::Again;
pub(crate) use finding::GENERAL;
pub use forecast::Forecast;
pub use greet::Unjudged;
use greet::{Greeting, greet};
pub use journal::Event;
use journal::{Finished, Journal, Resumed, Started};
use judged::Judged;
pub use judged::Tally;
use model::{CaseReport, FORMAT, Overall, Report, SuiteInfo, TargetInfo, ToolInfo, Totals};
use resume::Known;
use schedule::{Cut, judge_all};
use session::{DEFAULT_CONCURRENCY, Session};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::time::Instant;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Generated payloads a case.
    pub samples: u64,
    /// Cases judged at the same time. How many requests may be open at once is a limit of the configuration.
    pub concurrency: usize,
    /// The time limit of the whole run.
    pub budget: Option<Duration>,
    /// The most requests that the whole run may send; see [`run`].
    pub exchanges: Option<usize>,
    /// The shard, for the report.
    pub shard: Option<Shard>,
    /// Faults of the embedded target, for the report; `None` where the target is not embedded.
    pub embedded: Option<Vec<String>>,
    /// Whether what breaks is made smaller, which a finding is worth and the mere verdict is not.
    pub search: bool,
    /// Which cases are judged again when all are done, to tell those that are flaky.
    pub again: Again,
    /// Whether whoever observes the run wants its histories: then [`Event::Heard`] tells of each.
    pub record: bool,
    /// The journal of this run, where it was broken off: the cases that it holds are not judged again.
    pub resumed: Option<Arc<Journal>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            samples: 2,
            concurrency: DEFAULT_CONCURRENCY,
            budget: None,
            exchanges: None,
            shard: None,
            embedded: None,
            search: true,
            again: Again::default(),
            record: false,
            resumed: None,
        }
    }
}

/// What came of a run.
pub struct Outcome {
    /// The report on all selected cases.
    pub report: Report,
    /// Why it says nothing of the target, where that is so.
    pub unjudged: Option<Unjudged>,
    /// Why it says nothing of the cases at its end, where the target went away.
    pub gone: Option<Unjudged>,
    /// Whether proofmark itself failed on a case.
    pub failed: bool,
}

/// A flag that ends a run early; what was judged so far is reported.
pub type Stop = Arc<AtomicBool>;

/// Judges the selected cases.
///
/// Where the exchanges are limited, every request to the target counts: the greeting, each copy of a burst,
/// requests that are sent again, and the search for a smaller request that breaks. Questions to a probe do not.
/// Cases that tell most for what they cost come first; those for which nothing is left are skipped and
/// marked as left out.
pub async fn run(
    session: Arc<Session>,
    selection: &Selection,
    options: &Options,
    stop: Stop,
    observe: &(dyn Fn(Event<'_>) + Sync),
) -> Outcome {
    let plan = Arc::new(plan_of(&session, selection));
    let deadline = options.budget.map(|budget| Instant::now() + budget);
    let cut = Cut { deadline, stop, search: options.search, outage: Arc::clone(&session.outage) };
    let known = Known::of(options.resumed.as_deref(), &plan).count();
    let mut started = Started::of(&session, &plan, options);
    if let Some(journal) = &options.resumed {
        started.started.clone_from(&journal.started.started);
        observe(Event::Resumed(&Resumed::now(&session, known)));
    } else {
        observe(Event::Started(&started));
    }
    let greeting = tokio::select! {
        // Where all is known, nothing is asked.
        greeting = greet(&session, options.exchanges), if known < plan.len() || known == 0 => greeting,
        () = cut.wait(), if known < plan.len() || known == 0 => Greeting::default(),
        else => Greeting::default(),
    };
    let mut judged = match &greeting.unjudged {
        Some(reason) => {
            let reason = reason.to_string();
            let unrun = plan.iter().map(|(index, case)| {
                let mut judged = Judged::unrun(case, Verdict::Error, &reason);
                judged.report.index = *index;
                judged
            });
            let judged: Vec<Judged> = unrun.collect();
            for (at, one) in judged.iter().enumerate() {
                observe(one.event(at + 1, plan.len()));
            }
            judged
        }
        None => judge_all(&session, &plan, options, greeting.sent, &cut, observe).await,
    };
    if greeting.unjudged.is_none() {
        again::judge(&session, &plan, &mut judged, options, greeting.sent, (&cut, observe)).await;
    }
    let answers = greeting.answers + judged.iter().map(|judged| judged.tally.answers).sum::<usize>();
    let unjudged = greeting.unjudged.or_else(|| {
        let sent = judged.iter().any(|judged| judged.tally.exchanges > 0);
        (sent && answers == 0).then(|| Unjudged::NoAnswer {
            url: session.url().to_string(),
            reason: "no request was answered; check that the target is up, and --timeout".to_owned(),
        })
    });
    let gone = session
        .outage
        .gone()
        .filter(|_| unjudged.is_none())
        .map(|reason| Unjudged::Gone { url: session.url().to_string(), reason: reason.describe() });
    let failed = judged.iter().any(|judged| judged.failed);
    let coverage = coverage::of(&session.suite, &judged);
    let latency = latency::sum(judged.iter().flat_map(|judged| judged.tally.latency.values()));
    let cases: Vec<CaseReport> = plan
        .iter()
        .zip(judged)
        .map(|((index, _), judged)| CaseReport { index: *index, ..judged.report })
        .collect();
    let report = Report {
        format: FORMAT.to_owned(),
        suite: started.suite,
        tool: started.tool,
        target: started.target,
        seed: started.seed,
        shard: started.shard,
        started: started.started,
        elapsed_ms: u64::try_from(session.elapsed().as_millis()).unwrap_or(u64::MAX),
        exchanges: cases.iter().map(|case| case.exchanges).sum::<usize>(),
        verdict: Overall::of(&cases),
        totals: Totals::count(&cases),
        cases,
        coverage,
        latency,
    };
    observe(Event::Finished(&Finished::of(&report)));
    Outcome { report, unjudged, gone, failed }
}

/// What a report says of its suite.
pub fn suite_info(suite: &Suite) -> SuiteInfo {
    SuiteInfo {
        name: suite.contract.title.clone(),
        version: suite.contract.version.clone(),
        digest: suite.digest.clone(),
        dialect: suite.contract.dialect.clone(),
    }
}

/// The selected cases, each with its place in the suite.
fn plan_of(session: &Session, selection: &Selection) -> Vec<(usize, Case)> {
    session.suite.cases.iter().cloned().enumerate().filter(|(_, case)| selection.takes(case)).collect()
}

/// The time, as reports have it.
fn now() -> String {
    let now = crate::clock::now();
    now.round(jiff::Unit::Millisecond).unwrap_or(now).to_string()
}

impl Started {
    /// What a run with this is about to judge.
    fn of(session: &Session, plan: &[(usize, Case)], options: &Options) -> Self {
        let retention = session.config.limits.retention;
        Self {
            format: journal::FORMAT.to_owned(),
            suite: suite_info(&session.suite),
            tool: ToolInfo { name: "proofmark".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            target: TargetInfo {
                url: session.url().to_string(),
                embedded: options.embedded.is_some(),
                faults: options.embedded.clone().unwrap_or_default(),
                http: Some(session.route().http().as_str().to_owned()),
                proxy: session.route().is_proxied(),
            },
            seed: session.seed,
            shard: options.shard.map(|shard| shard.to_string()),
            started: now(),
            run: session.stamps.nonce().to_owned(),
            cases: plan.len(),
            plan: journal::plan_digest(plan.iter().map(|(_, case)| case.id.as_str())),
            samples: options.samples,
            limit: options.exchanges,
            retention_ms: retention.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}
