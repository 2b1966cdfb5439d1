//! The suite as libtest trials, so that `cargo test` and `cargo nextest` list, filter and shard single cases.
//!
//! A wallet written in Rust judges itself with a test target of its own (`harness = false`):
//!
//! ```no_run
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let config = proofmark::config::Config { url: Some("http://127.0.0.1:8080".into()), ..Default::default() };
//!     let trials = proofmark::trials::against(config, &proofmark::trials::Plan::default())?;
//!     libtest_mimic::run(&libtest_mimic::Arguments::from_args(), trials).exit()
//! }
//! ```

use crate::case::Case;
use crate::case::select::Selection;
use crate::case::suite::Suite;
use crate::config::Config;
use crate::contract::dialect::DEFAULT;
use crate::law::verdict::Verdict;
use crate::report::model::{CaseReport, Report};
use crate::report::terminal;
use crate::run::session::{DEFAULT_TIMEOUT, Session};
use crate::run::{Options, Stop, run};
use crate::target::probe::Prober;
use crate::target::stamp::Stamps;
use libtest_mimic::{Completion, Failed, Trial};
use std::sync::{Arc, OnceLock};
use tokio::runtime::Runtime;

/// How trials are run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed that payloads follow from.
    pub seed: u64,
    /// Generated payloads a case.
    pub samples: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { seed: 1, samples: Options::default().samples }
    }
}

/// One trial for each case of the built-in suite, against the target that the configuration names.
///
/// A broken MUST fails its trial; a case that is skipped or does not decide is ignored with its reason; a
/// broken SHOULD or MAY passes and prints its finding. Nothing is sent before a trial runs.
///
/// # Errors
/// The suite cannot be read, or the configuration names no target.
pub fn against(config: Config, plan: &Plan) -> Result<Vec<Trial>, String> {
    let url = config.url.clone().ok_or("the configuration names no target: give [target] url")?;
    let dialect = config.dialect.as_deref().unwrap_or(DEFAULT);
    let suite = Arc::new(Suite::chosen_in(&[], dialect).map_err(|problems| problems.to_string())?);
    let judge = Arc::new(Judge {
        suite: Arc::clone(&suite),
        config,
        url,
        plan: *plan,
        runtime: OnceLock::new(),
        prober: OnceLock::new(),
    });
    let trial = |case: &Case| {
        let (judge, id) = (Arc::clone(&judge), case.id.clone());
        Trial::ignorable_test(case.id.replace('/', "::"), move || judge.trial(&id))
            .with_kind(format!("{:?}", case.level).to_lowercase())
    };
    Ok(suite.cases.iter().map(trial).collect())
}

struct Judge {
    suite: Arc<Suite>,
    config: Config,
    url: String,
    plan: Plan,
    /// Made by the first trial that runs, so that listing costs nothing.
    runtime: OnceLock<Result<Runtime, String>>,
    /// Opened by the first trial that runs; a sink has one port for all of them.
    prober: OnceLock<Result<Arc<Prober>, String>>,
}

impl Judge {
    fn trial(&self, id: &str) -> Result<Completion, Failed> {
        let report = self.report(id)?;
        let Some(case) = report.cases.first() else { return Err("the suite has no such case".into()) };
        match case.verdict {
            Verdict::Pass | Verdict::Warn => Ok(Completion::Completed),
            Verdict::Skipped | Verdict::Inconclusive => Ok(Completion::ignored_with(case.reason.clone())),
            Verdict::Fail | Verdict::Error => Err(text(&report, case).into()),
        }
    }

    fn report(&self, id: &str) -> Result<Report, String> {
        let stamps = Stamps::random()?;
        let prober = self.prober.get_or_init(|| {
            let limit = self.config.limits.timeout.unwrap_or(DEFAULT_TIMEOUT);
            Prober::open(&self.config, limit).map(Arc::new).map_err(|problem| problem.to_string())
        });
        let (suite, config) = (Arc::clone(&self.suite), self.config.clone());
        let prober = Arc::clone(prober.as_ref().map_err(Clone::clone)?);
        let session = Session::with_prober(suite, config, &self.url, self.plan.seed, stamps, prober)
            .map_err(|problem| problem.to_string())?;
        let selection = Selection::new(&[globset::escape(id)], &[], None, None)?;
        let options = Options { samples: self.plan.samples, concurrency: 1, ..Options::default() };
        let runtime = self.runtime.get_or_init(|| Runtime::new().map_err(|error| error.to_string()));
        let runtime = runtime.as_ref().map_err(Clone::clone)?;
        let outcome =
            runtime.block_on(run(Arc::new(session), &selection, &options, Stop::default(), &|_| {}));
        match outcome.unjudged {
            Some(reason) => Err(reason.to_string()),
            None => Ok(outcome.report),
        }
    }
}

fn text(report: &Report, case: &CaseReport) -> String {
    let style = terminal::Style { color: false, width: 100, quiet: true };
    if case.finding.is_some() { terminal::render(report, style, None) } else { case.reason.clone() }
}
